//! The log as anybody reads it over HTTP, checked with the crate that outsiders check it with.

use std::collections::BTreeMap;

use ::transparency::{
    Copied, Leaf, LogError, LogKey, Source, SourceError, check_copy, copy_files, verify_consistency,
};
use axum::http::{StatusCode, header};
use domain::id::kind::LogLeafId;
use store::{StoreError, call, read, transact};

use super::{proof, sequence};
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::{Browser, TestServer};

struct Files(BTreeMap<String, Vec<u8>>);

impl Source for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        let missing = || SourceError { path: path.to_owned(), why: "not fetched".to_owned() };
        self.0.get(path).cloned().ok_or_else(missing)
    }
}

async fn key(server: &TestServer) -> LogKey {
    let answer = server.get(&mut Browser::default(), "/log/key").await;
    LogKey::parse(answer.text().trim_end()).unwrap()
}

/// Every file of the log, as the checkpoint says.
async fn copy(server: &TestServer) -> Files {
    let mut browser = Browser::default();
    let note = server.get(&mut browser, "/log/checkpoint").await;
    assert_eq!(note.status, StatusCode::OK);
    assert_eq!(note.headers[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    let size = note.text().lines().nth(1).unwrap().parse().unwrap();
    let mut files = BTreeMap::from([("checkpoint".to_owned(), note.bytes)]);
    for path in copy_files(size).skip(1) {
        let file = server.get(&mut browser, &format!("/log/{path}")).await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        assert_eq!(file.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        files.insert(path, file.bytes);
    }
    Files(files)
}

async fn checked(server: &TestServer) -> (Copied, Vec<Leaf>) {
    let mut leaves = Vec::new();
    let copied =
        check_copy(&copy(server).await, &key(server).await, &mut |_, leaf| leaves.push(leaf.clone()));
    (copied.unwrap(), leaves)
}

/// Leaves as if something had been recorded.
async fn record(server: &TestServer, count: usize) -> Vec<LogLeafId> {
    let app = &server.app;
    let leaves: Vec<_> = (0..count)
        .map(|_| {
            store::rows::log::Leaf::commit(app.new_id(), "test", None, b"content", app.now(), &*app.entropy)
        })
        .collect();
    transact!(app.store, "test.record", StoreError, |tx| {
        for leaf in &leaves {
            call!(tx, log::append(leaf))?;
        }
        Ok(())
    })
    .unwrap();
    leaves.iter().map(|leaf| leaf.id).collect()
}

#[tokio::test]
async fn a_decision_is_in_the_log_with_all_that_was_before_it() {
    let server = TestServer::start().await;
    assert_eq!(server.get(&mut Browser::default(), "/log/checkpoint").await.status, StatusCode::NOT_FOUND);
    assert_eq!(sequence::run(&server.app).await.unwrap(), 0);
    let (empty, _) = checked(&server).await;
    assert_eq!(empty.checkpoint.tree().0, 0, "a log that has nothing says so, signed");

    phone(&server, &HEALTHY).await;
    let given = sequence::run(&server.app).await.unwrap();
    assert!(given > 0);
    let (first, leaves) = checked(&server).await;
    assert_eq!(leaves.len(), given);
    let decision = leaves.iter().find(|leaf| leaf.kind == "decision").unwrap();
    assert_eq!(decision.rule_set.as_deref(), Some(domain::declaration::FIRST_RULE_SET));
    assert_eq!(sequence::run(&server.app).await.unwrap(), 0, "nothing twice");

    phone(&server, &HEALTHY).await;
    sequence::run(&server.app).await.unwrap();
    let files = copy(&server).await;
    let (second, more) = checked(&server).await;
    assert_eq!(more[..leaves.len()], leaves);
    let sizes = (first.checkpoint.tree().0, second.checkpoint.tree().0);
    let nodes = ::transparency::TileNodes::new(&files, sizes.1);
    let path = ::transparency::consistency(&nodes, sizes.0, sizes.1).unwrap();
    verify_consistency(first.checkpoint.tree(), second.checkpoint.tree(), &path).unwrap();
    server.stop().await;
}

#[tokio::test]
async fn a_log_beyond_a_full_tile_is_whole_and_each_leaf_is_proven() {
    let server = TestServer::start().await;
    let mut ids = record(&server, 200).await;
    sequence::run(&server.app).await.unwrap();
    ids.extend(record(&server, 1_100).await);
    assert_eq!(sequence::run(&server.app).await.unwrap(), 1_100);
    let (copied, leaves) = checked(&server).await;
    assert_eq!((copied.checkpoint.tree().0, leaves.len()), (1_300, 1_300));
    let key = key(&server).await;
    for index in [0, 255, 256, 1_279, 1_280, 1_299] {
        let file = read!(server.app.store, "test.proof", super::TransparencyError, |tx| {
            proof::of(tx, &server.app, ids[index]).await
        });
        let file = file.unwrap().unwrap();
        assert_eq!(file.index, index as u64, "places are in the order of rows");
        assert_eq!(file.verify(&key).unwrap(), copied.checkpoint);
    }
    server.stop().await;
}

#[tokio::test]
async fn servers_that_sequence_at_once_give_each_place_once() {
    let server = TestServer::start().await;
    for _ in 0..3 {
        record(&server, 70).await;
        let run = || sequence::run(&server.app);
        let (a, b, c) = tokio::join!(run(), run(), run());
        assert_eq!(a.unwrap() + b.unwrap() + c.unwrap(), 70);
    }
    assert_eq!(checked(&server).await.1.len(), 210);
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_served() {
    let server = TestServer::start().await;
    record(&server, 3).await;
    sequence::run(&server.app).await.unwrap();
    let mut browser = Browser::default();
    for path in [
        "0/000",
        "0/000.p/4",
        "0/001",
        "1/000.p/1",
        "0/0",
        "entries/000",
        "entries/000.p/0",
        "x",
        "00/000.p/3",
        "0/000.p/03",
        "63/x999/x999/x999/x999/x999/999",
        "entries/x018/x446/x744/x073/x709/x551/615",
    ] {
        let answer = server.get(&mut browser, &format!("/log/tile/{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["0/000.p/3", "0/000.p/1", "entries/000.p/3"] {
        let answer = server.get(&mut browser, &format!("/log/tile/{path}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_leaf_that_waits_has_no_proof_and_a_leaf_the_log_cannot_carry_is_not_written() {
    let server = TestServer::start().await;
    let app = &server.app;
    let waiting = record(&server, 1).await[0];
    let proof =
        read!(app.store, "test.proof", super::TransparencyError, |tx| { proof::of(tx, app, waiting).await });
    assert!(proof.unwrap().is_none());
    let spaced = Some("a rule set".to_owned());
    let leaf = store::rows::log::Leaf::commit(app.new_id(), "test", spaced, b"", app.now(), &*app.entropy);
    let refused: Result<(), StoreError> =
        transact!(app.store, "test.record", StoreError, |tx| { call!(tx, log::append(&leaf)) });
    assert!(refused.is_err());
    assert!(matches!(leaf.public().to_bytes(), Err(LogError::Format { .. })));
    assert_eq!(server.rows().await["log_leaf"], 1);
    server.stop().await;
}

#[tokio::test]
async fn a_holder_takes_away_the_proof_of_their_own_decision_and_nobody_elses() {
    let server = TestServer::start().await;
    let (mut anna, mut ben) = (phone(&server, &HEALTHY).await, phone(&server, &HEALTHY).await);
    let page = server.get(&mut anna.browser, "/my-data").await.text();
    let path = page.split('"').find(|part| part.starts_with("/my-data/log/")).unwrap().to_owned();
    let waits = server.get(&mut anna.browser, &path).await;
    assert_eq!(waits.status, StatusCode::SERVICE_UNAVAILABLE, "its place comes within 5 seconds");
    sequence::run(&server.app).await.unwrap();
    let file = server.get(&mut anna.browser, &path).await;
    assert_eq!(file.status, StatusCode::OK);
    let file = ::transparency::InclusionFile::parse(&file.text()).unwrap();
    file.verify(&key(&server).await).unwrap();
    assert!(file.content.unwrap().contains("\"colour\":\"green\""));
    let stranger = &mut Browser::default();
    for browser in [&mut ben.browser, stranger] {
        let refused = server.get(browser, &path).await.status;
        assert!(matches!(refused, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{refused}");
    }
    for path in ["/my-data/log/0000000000000001", "/my-data/log/x"] {
        assert_eq!(server.get(&mut anna.browser, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    crate::holder::erase::erase(&server.app, &anna.device()).await.unwrap();
    let leaves = checked(&server).await.1;
    assert_eq!(leaves.len(), 2, "the leaf stays, and nobody can show what it says");
    server.stop().await;
}
