//! CSV import: by page, and as the command line runs it.

use std::fmt::Write as _;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::entropy::SeededEntropy;
use domain::{Id, IdSource};
use store::rows::import::Progress;
use store::rows::register::Actor;

use super::super::import::{self, Encoding, ImportError, Options, Summary, Tools};
use super::*;

const HEADER: &str = "office,number,kind,issuing_state,family_name,given_names,birth_date,nationality\n";

fn rows(numbers: std::ops::Range<u32>) -> String {
    let mut text = String::new();
    for n in numbers {
        let (year, month) = (1950 + n % 50, 1 + n % 12);
        writeln!(text, "Wuhan,X{n:08},passport,UTO,Testperson,Given,{year}-{month:02}-07,UTO").unwrap();
    }
    text
}

/// Those of a process of its own: each draws other ids.
fn tools(server: &TestServer) -> Tools {
    static PROCESSES: AtomicU64 = AtomicU64::new(1);
    let entropy = Arc::new(SeededEntropy::new(PROCESSES.fetch_add(1, Ordering::Relaxed)));
    Tools::new(server.app.store.clone(), server.clock.clone(), entropy, Arc::new(IdSource::default()))
}

fn options(encoding: Encoding) -> Options {
    let actor = Actor { unit: Id::from_i64(1), staff: None, client: None };
    Options { file_name: "test.csv".to_owned(), encoding, actor }
}

async fn run(server: &TestServer, bytes: impl Into<Vec<u8>>) -> Result<Summary, ImportError> {
    import::run(tools(server), options(Encoding::Utf8), Cursor::new(bytes.into()), |_, _| ()).await
}

#[tokio::test]
async fn good_rows_are_imported_and_bad_ones_named_by_line_field_and_reason() {
    let server = TestServer::start().await;
    let mut file = format!("\u{feff}{HEADER}{}", rows(1..4)).into_bytes(); // lines 2 to 4
    file.extend_from_slice(b"Wuhan,X1?,passport,UTO,A,B,12.8.1974,UTO\n"); // 5: two errors
    file.extend_from_slice(b"too,few,columns\n"); // 6
    file.extend_from_slice(b"Wuhan,\0,passport,UTO,A,B,1980-01-01,UTO\n"); // 7
    file.extend_from_slice(b"Wuhan,X2,passport,UTO,\xc1\xf5,B,1980-01-01,UTO\n"); // 8
    file.extend_from_slice(b"\"never closed,X3,passport,UTO,A,B,1980-01-01,UTO\n"); // 9
    file.extend(std::iter::repeat_n(b'x', 10 * 1024 * 1024)); // 10
    file.extend_from_slice(b"\n\"two\nlines\",X4,passport,UTO,A,B,1980-01-01,UTO\n"); // 11, 12
    file.extend_from_slice(b"Wuhan,\"X\n5\",passport,UTO,A,B,1980-01-01,UTO\n"); // 13, 14
    file.extend_from_slice(b"Wuhan,H12345678,hk_macao_permit,,A,B,1980-01-01,"); // 15, no line break
    let summary = run(&server, file).await.unwrap();
    let named: Vec<(u64, &str, &str)> =
        summary.report.errors.iter().map(|e| (e.line, e.field.as_str(), e.code.as_str())).collect();
    let expected = [
        (5, "number", "number.character"),
        (5, "birth_date", "date.form"),
        (6, "", "row.columns"),
        (7, "", "row.nul"),
        (8, "", "row.not_utf8"),
        (9, "", "row.quote"),
        (10, "", "row.too_long"),
        (13, "", "row.line_break"),
    ];
    assert_eq!(named, expected);
    assert_eq!(summary.done, Progress { rows_read: 12, inserted: 5, refused: 7, ..Progress::default() });
    assert_eq!(summary.report.ignored_columns, ["office"]);
    assert_eq!(count(&server).await, 5);
    let text = summary.report.csv(crate::words::Words(crate::words::Language::En));
    assert!(text.contains("5,number,number.character,3,\"Character 3 of"), "{text}");
    server.stop().await;
}

#[tokio::test]
async fn a_second_run_changes_nothing_and_other_details_are_a_conflict() {
    let server = TestServer::start().await;
    let file = format!("{HEADER}{}", rows(0..25_000));
    let mut seen = Vec::new();
    let cursor = Cursor::new(file.clone().into_bytes());
    let progress = |done: Progress, total| seen.push((done.rows_read, total));
    let first = import::run(tools(&server), options(Encoding::Utf8), cursor, progress).await.unwrap();
    assert_eq!(first.done.inserted, 25_000);
    assert_eq!(seen, [(10_000, 25_000), (20_000, 25_000), (25_000, 25_000)]);
    let again =
        run(&server, file.replace("X00000007,passport,UTO,Testperson", "X00000007,passport,UTO,Other"));
    let again = again.await.unwrap();
    assert_eq!((again.done.inserted, again.done.unchanged, again.done.conflicts), (0, 24_999, 1));
    assert_eq!((again.report.errors[0].line, again.report.errors[0].code.as_str()), (9, "conflict"));
    assert_eq!(count(&server).await, 25_000);
    server.stop().await;
}

#[tokio::test]
async fn a_run_that_is_killed_keeps_its_batches_and_the_next_one_completes_it() {
    let server = TestServer::start().await;
    let file = format!("{HEADER}{}", rows(0..30_000)).into_bytes();
    let (sender, mut first_batch) = tokio::sync::mpsc::unbounded_channel();
    let cursor = Cursor::new(file.clone());
    let running = import::run(tools(&server), options(Encoding::Utf8), cursor, move |_, _| {
        let _ = sender.send(());
    });
    let task = tokio::spawn(running);
    first_batch.recv().await.unwrap();
    task.abort();
    let _ = task.await;
    let kept = count(&server).await;
    assert!(kept >= 10_000 && kept % 10_000 == 0, "{kept}");
    let second = run(&server, file).await.unwrap();
    assert_eq!((second.done.unchanged, second.done.inserted), (kept, 30_000 - kept));
    assert_eq!(count(&server).await, 30_000);
    server.stop().await;
}

#[tokio::test]
async fn a_batch_whose_ids_another_process_drew_too_is_written_with_others() {
    let server = TestServer::start().await;
    for begin in [0, 100] {
        let same = Arc::new(SeededEntropy::new(7));
        let ids = Arc::new(IdSource::default());
        // One id further on, so that the rows' ids are the same ones and the run's own is another.
        for _ in 0..begin / 100 {
            ids.next::<()>(server.app.now(), &*same);
        }
        let tools = Tools::new(server.app.store.clone(), server.clock.clone(), same, ids);
        let file = Cursor::new(format!("{HEADER}{}", rows(begin..begin + 100)));
        let summary = import::run(tools, options(Encoding::Utf8), file, |_, _| ()).await.unwrap();
        assert_eq!(summary.done.inserted, 100);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_list_of_errors_is_bounded_and_the_rest_counted() {
    let server = TestServer::start().await;
    let file = format!("{HEADER}{}", "x\n".repeat(25_000));
    let summary = run(&server, file).await.unwrap();
    assert_eq!((summary.report.errors.len(), summary.report.unlisted), (import::LISTED_LIMIT, 15_000));
    assert_eq!(summary.done.refused, 25_000);
    server.stop().await;
}

#[tokio::test]
async fn a_file_without_our_header_does_not_begin() {
    let server = TestServer::start().await;
    let error = run(&server, "name,passport\nA,B\n").await.unwrap_err();
    assert!(matches!(error, ImportError::Header(_)), "{error}");
    server.stop().await;
}

#[tokio::test]
async fn gb18030_is_read_when_chosen() {
    let server = TestServer::start().await;
    let text = "kind,number,birth_date,chinese_name\ntaiwan_permit,12345678,1980-01-01,欧阳明月\n";
    let (bytes, _, _) = encoding_rs::GB18030.encode(text);
    let refused = run(&server, bytes.to_vec()).await.unwrap();
    assert_eq!(refused.report.errors[0].code, "row.not_utf8");
    let cursor = Cursor::new(bytes.into_owned());
    let summary = import::run(tools(&server), options(Encoding::Gb18030), cursor, |_, _| ()).await.unwrap();
    assert_eq!(summary.done.inserted, 1);
    server.stop().await;
}

async fn upload(server: &TestServer, clerk: &mut Browser, token: &str, file: &str) -> Answer {
    let part = |name: &str, extra: &str, text: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{extra}\r\n\r\n{text}\r\n")
    };
    let body = [
        part("csrf", "", token),
        part("encoding", "", "utf-8"),
        part("file", "; filename=\"entry.csv\"", file),
        "--b--\r\n".to_owned(),
    ];
    let request = Request::post("/filing/import").header("content-type", "multipart/form-data; boundary=b");
    server.send(clerk, request, Body::from(body.concat())).await
}

#[tokio::test]
async fn a_clerk_sends_a_file_watches_it_and_reads_its_report() {
    let server = TestServer::start().await;
    let mut clerk = officer(&server).await;
    let token = clerk.csrf();
    let file = format!("{HEADER}{}Wuhan,,passport,UTO,A,B,1980-01-01,UTO\n", rows(0..3));
    let answer = upload(&server, &mut clerk, &token, &file).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let path = answer.location;
    let done = loop {
        let page = server.get(&mut clerk, &path).await;
        if !page.text().contains("http-equiv=\"refresh\"") {
            break page;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    for words in ["Finished", "Enter the document number", "entry.csv", "office"] {
        shows(&done, 200, words);
    }
    let report = server.get(&mut clerk, &format!("{path}/report.csv")).await;
    shows(&report, 200, "5,number,number.empty,,\"Enter the document number\"");
    shows(&server.get(&mut clerk, "/filing/import").await, 200, "entry.csv");
    // Another unit's clerk does not see it.
    let mut other = server.signed_in("Another unit", &[Role::FilingOfficer]).await;
    assert_eq!(server.get(&mut other, &path).await.status, StatusCode::NOT_FOUND);
    server.stop().await;
}

#[tokio::test]
async fn a_forged_or_empty_upload_stores_nothing() {
    let server = TestServer::start().await;
    let mut clerk = officer(&server).await;
    let forged = upload(&server, &mut clerk, "wrong", &format!("{HEADER}{}", rows(0..3))).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let token = clerk.csrf();
    shows(&upload(&server, &mut clerk, &token, "").await, 422, "The file is empty");
    shows(&upload(&server, &mut clerk, &token, "kind,number\n").await, 422, "birth_date, family_name");
    assert_eq!(count(&server).await, 0);
    server.stop().await;
}
