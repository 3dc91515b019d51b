//! The log as anybody reads it over HTTP, checked with the crate that outsiders check it with.

use std::collections::BTreeMap;
use std::task::Poll;

use ::transparency::{
    Copied, InclusionFile, Leaf, LogError, LogKey, SigningKey, Source, SourceError, Tile, check_copy,
    verify_consistency,
};
use axum::http::{StatusCode, header};
use domain::declaration::Colour;
use store::rows::decision::DecisionRow;
use store::rows::log::Leaf as Row;
use store::{Store, StoreError, call, read, transact};

use super::{Parts, TransparencyError, proof, sequence};
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::{Browser, TestServer};

/// Files of the log, by their paths under `/log/tile`.
pub struct Files(BTreeMap<String, Vec<u8>>);

impl Source for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        let missing = || SourceError { path: path.to_owned(), why: "not fetched".to_owned() };
        self.0.get(path).cloned().ok_or_else(missing)
    }
}

/// Works until nothing is due, and says how many leaves were given places.
async fn sequenced(store: &Store, parts: &Parts) -> Result<usize, TransparencyError> {
    let mut all = 0;
    while let Some(leaves) = sequence::step(store, parts).await? {
        all += leaves;
    }
    Ok(all)
}

/// The same with the server's key.
pub async fn run(server: &TestServer) -> usize {
    sequenced(&server.app.store, &server.app.transparency).await.unwrap()
}

/// A server's key that is not that of the log.
fn other_key() -> Parts {
    let seed = zeroize::Zeroizing::new([0x11; 32]);
    Parts::new(Some(SigningKey::of_log("other.example/log", &seed).unwrap()))
}

/// The stored checkpoint.
async fn stored(server: &TestServer) -> Option<String> {
    let head = read!(server.app.store, "test.head", StoreError, |tx| { call!(tx, log_tree::current()) });
    head.unwrap().and_then(|head| head.checkpoint)
}

/// The proof of a leaf of [`record`] with this content.
async fn proven(
    server: &TestServer,
    parts: &Parts,
    leaf: &Row,
    content: &str,
) -> Result<Option<InclusionFile>, TransparencyError> {
    read!(server.app.store, "test.proof", TransparencyError, |tx| {
        proof::of(tx, parts, leaf.id, (leaf.salt, content)).await
    })
}

/// The key of the log, as anybody reads it.
pub async fn key(server: &TestServer) -> LogKey {
    let answer = server.get(&mut Browser::default(), "/log/key").await;
    LogKey::parse(answer.text().trim_end()).unwrap()
}

/// Every file of the log, as the checkpoint says.
pub async fn copy(server: &TestServer) -> Files {
    let mut browser = Browser::default();
    let note = server.get(&mut browser, "/log/checkpoint").await;
    assert_eq!(note.status, StatusCode::OK);
    assert_eq!(note.headers[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    let size = note.text().lines().nth(1).unwrap().parse().unwrap();
    let mut files = BTreeMap::from([("checkpoint".to_owned(), note.bytes)]);
    for path in Tile::all(size).map(|tile| tile.path()) {
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
async fn record(server: &TestServer, count: usize) -> Vec<Row> {
    let app = &server.app;
    let leaves: Vec<_> = (0..count)
        .map(|_| Row::commit(app.new_id(), "test", None, b"content", app.now(), &*app.entropy))
        .collect();
    transact!(app.store, "test.record", StoreError, |tx| {
        for leaf in &leaves {
            call!(tx, log::append(leaf))?;
        }
        Ok(())
    })
    .unwrap();
    leaves
}

#[tokio::test]
async fn a_decision_is_in_the_log_with_all_that_was_before_it() {
    let server = TestServer::start().await;
    let before = server.get(&mut Browser::default(), "/log/checkpoint").await;
    assert_eq!(before.status, StatusCode::NOT_FOUND);
    assert!(!before.text().contains("tongxing log"), "what operators do is no stranger's: {}", before.text());
    assert_eq!(run(&server).await, 0);
    let (empty, _) = checked(&server).await;
    assert_eq!(empty.checkpoint.tree().0, 0, "a log that has nothing says so, signed");

    phone(&server, &HEALTHY).await;
    let given = run(&server).await;
    assert!(given > 0);
    let (first, leaves) = checked(&server).await;
    assert_eq!(leaves.len(), given);
    let decision = leaves.iter().find(|leaf| leaf.kind == "decision").unwrap();
    assert_eq!(decision.rule_set.as_deref(), Some("hubei-colours-3"));
    assert_eq!(run(&server).await, 0, "nothing twice");

    phone(&server, &HEALTHY).await;
    run(&server).await;
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
    let mut rows = record(&server, 200).await;
    run(&server).await;
    rows.extend(record(&server, 1_100).await);
    assert_eq!(run(&server).await, 1_100);
    let (copied, leaves) = checked(&server).await;
    assert_eq!((copied.checkpoint.tree().0, leaves.len()), (1_300, 1_300));
    let key = key(&server).await;
    for index in [0, 255, 256, 1_279, 1_280, 1_299] {
        let file = proven(&server, &server.app.transparency, &rows[index], "content").await;
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
        let (a, b, c) = tokio::join!(run(&server), run(&server), run(&server));
        assert_eq!(a + b + c, 70);
    }
    assert_eq!(checked(&server).await.1.len(), 210);
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_served() {
    let server = TestServer::start().await;
    record(&server, 3).await;
    run(&server).await;
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
    let waiting = record(&server, 1).await.remove(0);
    assert!(proven(&server, &app.transparency, &waiting, "content").await.unwrap().is_none());
    let spaced = Some("a rule set".to_owned());
    let leaf = Row::commit(app.new_id(), "test", spaced, b"", app.now(), &*app.entropy);
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
    run(&server).await;
    let file = server.get(&mut anna.browser, &path).await;
    assert_eq!(file.status, StatusCode::OK);
    let file = InclusionFile::parse(&file.text()).unwrap();
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
    let refused = server.get(&mut anna.browser, &path).await.status;
    assert!(matches!(refused, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{refused}");
    let leaves = checked(&server).await.1;
    assert_eq!(leaves.len(), 2, "the leaf stays, and nobody can show what it says");
    server.stop().await;
}

#[tokio::test]
async fn a_decision_that_was_changed_in_the_database_is_no_proof_but_a_failure() {
    let server = TestServer::start().await;
    let mut anna = phone(&server, &HEALTHY).await;
    run(&server).await;
    let page = server.get(&mut anna.browser, "/my-data").await.text();
    let path = page.split('"').find(|part| part.starts_with("/my-data/log/")).unwrap().to_owned();
    assert_eq!(server.get(&mut anna.browser, &path).await.status, StatusCode::OK);
    // Another colour under the leaf of the decision: rows of decisions are read newest first.
    let app = &server.app;
    transact!(app.store, "test.change", StoreError, |tx| {
        let row = call!(tx, held::decisions(anna.holder))?.remove(0);
        call!(tx, decision::insert(&DecisionRow { id: app.new_id(), colour: Colour::Red, ..row }))
    })
    .unwrap();
    let refused = server.get(&mut anna.browser, &path).await.status;
    assert_eq!(refused, StatusCode::INTERNAL_SERVER_ERROR);
    server.stop().await;
}

#[tokio::test]
async fn without_a_key_leaves_get_their_places_and_nothing_is_to_be_had() {
    let server = TestServer::start().await;
    let (store, none) = (&server.app.store, Parts::default());
    let leaf = record(&server, 1).await.remove(0);
    assert_eq!(sequenced(store, &none).await.unwrap(), 1);
    assert_eq!(stored(&server).await, None);
    let proof = proven(&server, &none, &leaf, "content").await;
    assert!(matches!(proof, Err(TransparencyError::NoFile)), "it does not wait for anything");
    assert_eq!(run(&server).await, 0, "a key that is made later signs what is there");
    assert_eq!(checked(&server).await.1.len(), 1);
    let changed = proven(&server, &server.app.transparency, &leaf, "contents").await;
    assert!(matches!(changed, Err(TransparencyError::Log(LogError::Commitment))));
    server.stop().await;
}

#[tokio::test]
async fn a_checkpoint_of_another_key_is_left_as_it_is_and_named() {
    let server = TestServer::start().await;
    let (store, other) = (&server.app.store, other_key());
    record(&server, 1).await;
    run(&server).await;
    let first = stored(&server).await;
    let leaf = record(&server, 1).await.remove(0);
    assert_eq!(sequence::step(store, &other).await.unwrap(), Some(1), "leaves get their places all the same");
    for _ in 0..2 {
        let error = sequence::step(store, &other).await.unwrap_err().to_string();
        let own = server.app.transparency.public().unwrap().to_string();
        let id = own.rsplit_once('+').unwrap().0;
        assert!(error.contains("other.example/log+") && error.contains(id), "{error}");
        assert_eq!(stored(&server).await, first);
    }
    let proof = proven(&server, &other, &leaf, "content").await;
    assert!(matches!(proof, Err(TransparencyError::OtherKey { .. })));
    assert_eq!(run(&server).await, 0, "the log's own key goes on from there");
    assert_eq!(checked(&server).await.1.len(), 2);
    server.stop().await;
}

/// Whoever gave the log a wrong name before anything was in it makes another key.
#[tokio::test]
async fn a_log_without_leaves_is_taken_over_by_another_key() {
    let server = TestServer::start().await;
    let (store, other) = (&server.app.store, other_key());
    run(&server).await;
    let first = stored(&server).await.unwrap();
    assert_eq!(sequence::step(store, &other).await.unwrap(), Some(0));
    let second = stored(&server).await.unwrap();
    assert!(first.lines().nth(1) == Some("0") && second.starts_with("other.example/log\n0\n"), "{second}");
    assert_eq!(sequence::step(store, &other).await.unwrap(), None);
    server.stop().await;
}

#[tokio::test]
async fn a_backlog_holds_up_no_server_that_stops() {
    let server = TestServer::start().await;
    record(&server, 4_100).await;
    let mut looks = 0;
    let stopping = std::future::poll_fn(move |_| {
        looks += 1;
        if looks < 4 { Poll::Pending } else { Poll::Ready(()) }
    });
    sequence::forever(server.app.clone(), stopping).await;
    let size = checked(&server).await.1.len();
    assert!((1_000..4_000).contains(&size), "{size} leaves: it learns of it after each batch");
    server.stop().await;
}
