//! What becomes of messages: handed over, tried again, given up; and what the administrator does about it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::StatusCode;
use domain::Role;
use domain::contact::Contact;
use store::rows::outbox::{FailureClass, MessageContent, MessageKind, OutboxRow, OutboxState};
use store::{StoreError, call, read, transact};

use super::Messages;
use super::deliver::{Delivered, send_due};
use super::render::Rendered;
use super::transport::{Sending, Transport};
use crate::jobs;
use crate::testing::{Browser, TestServer};

/// Notes what it is given, and answers as it was told to.
#[derive(Default)]
pub struct Recorder {
    /// What was taken.
    pub taken: Mutex<Vec<Rendered>>,
    /// What it says instead of taking a message, in this order.
    pub answers: Mutex<Vec<FailureClass>>,
}

impl Transport for Recorder {
    fn send<'a>(&'a self, message: &'a Rendered) -> Sending<'a> {
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.is_empty() { Ok(()) } else { Err(answers.remove(0)) };
        if answer.is_ok() {
            self.taken.lock().unwrap().push(message.clone());
        }
        Box::pin(std::future::ready(answer))
    }
}

impl Recorder {
    /// The subjects of what was taken.
    pub fn subjects(&self) -> Vec<String> {
        self.taken.lock().unwrap().iter().map(|message| message.subject.clone()).collect()
    }
}

/// A server that sends mail and text messages to a recorder each.
pub async fn recorded() -> (TestServer, Arc<Recorder>, Arc<Recorder>) {
    let (mail, text) = (Arc::new(Recorder::default()), Arc::new(Recorder::default()));
    let messages = Messages { mail: Some(mail.clone()), text: Some(text.clone()) };
    (TestServer::with_messages(|_| messages).await, mail, text)
}

/// A message of this kind to `to`, good for `life`.
async fn write(server: &TestServer, to: &str, kind: MessageKind, life: Duration) {
    let app = &server.app;
    let content = MessageContent {
        to: to.parse().unwrap(),
        language: "en".to_owned(),
        reference: Some("HB-7K3M-92QD".to_owned()),
        at: Some(app.now().micros()),
        code: Some("042719".to_owned()),
    };
    let times = (app.now(), app.now().plus(life));
    transact!(app.store, "test.write", StoreError, |tx| {
        call!(tx, outbox::insert(app.new_id(), kind, &content, None, OutboxState::Waiting, times))
    })
    .unwrap();
}

async fn rows(server: &TestServer) -> Vec<OutboxRow> {
    read!(server.app.store, "test.rows", StoreError, |tx| { call!(tx, outbox::list(None, 100)) }).unwrap()
}

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn a_message_goes_once_by_its_own_way_and_nothing_of_it_is_kept() {
    let (server, mail, text) = recorded().await;
    write(&server, "anna@example.org", MessageKind::Issued, DAY).await;
    write(&server, "+447512345678", MessageKind::Issued, DAY).await;
    assert_eq!(send_due(&server.app).await.unwrap(), Delivered { sent: 2, again: 0, dead: 0 });
    assert_eq!(send_due(&server.app).await.unwrap(), Delivered::default());
    let to = |recorder: &Recorder| recorder.taken.lock().unwrap()[0].to.clone();
    assert_eq!(to(&mail), "anna@example.org".parse::<Contact>().unwrap());
    assert_eq!(to(&text), "+447512345678".parse::<Contact>().unwrap());
    for row in rows(&server).await {
        assert_eq!((row.state, row.content, row.attempts), (OutboxState::Sent, None, 1));
    }
    server.stop().await;
}

#[tokio::test]
async fn what_may_pass_is_tried_again_later_each_time_until_its_time_is_over() {
    let (server, mail, _) = recorded().await;
    *mail.answers.lock().unwrap() = vec![FailureClass::Later; 3];
    write(&server, "anna@example.org", MessageKind::Issued, DAY).await;
    for pause in [15, 30, 60] {
        assert_eq!(send_due(&server.app).await.unwrap(), Delivered { sent: 0, again: 1, dead: 0 });
        server.advance(Duration::from_secs(pause - 1));
        assert_eq!(send_due(&server.app).await.unwrap(), Delivered::default(), "not before {pause} s");
        server.advance(Duration::from_secs(1));
    }
    assert_eq!(send_due(&server.app).await.unwrap().sent, 1);

    *mail.answers.lock().unwrap() = vec![FailureClass::Later; 1000];
    write(&server, "anna@example.org", MessageKind::Issued, DAY).await;
    let mut tries = 0;
    while rows(&server).await[0].state == OutboxState::Waiting {
        tries += usize::from(send_due(&server.app).await.unwrap() != Delivered::default());
        server.advance(Duration::from_mins(5));
        assert!(tries < 200, "it ends");
    }
    let row = &rows(&server).await[0];
    assert_eq!((row.state, row.failure), (OutboxState::Dead, Some(FailureClass::Later)));
    assert!(tries > 20, "{tries}");
    server.stop().await;
}

#[tokio::test]
async fn a_one_time_code_is_not_sent_when_it_has_ended() {
    let (server, mail, _) = recorded().await;
    *mail.answers.lock().unwrap() = vec![FailureClass::Unreachable];
    write(&server, "anna@example.org", MessageKind::OneTimeCode, Duration::from_mins(10)).await;
    assert_eq!(send_due(&server.app).await.unwrap().again, 1);
    server.advance(Duration::from_mins(10));
    assert_eq!(send_due(&server.app).await.unwrap(), Delivered::default());
    jobs::tidy(&server.app).await.unwrap();
    let row = &rows(&server).await[0];
    assert_eq!((row.state, row.failure), (OutboxState::Dead, Some(FailureClass::Expired)));
    assert!(mail.taken.lock().unwrap().is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_way_that_is_down_ends_the_round_and_costs_the_others_no_attempt() {
    let (server, mail, text) = recorded().await;
    for _ in 0..5 {
        write(&server, "anna@example.org", MessageKind::Issued, DAY).await;
    }
    write(&server, "+447512345678", MessageKind::Issued, DAY).await;
    for class in [FailureClass::Unreachable, FailureClass::Tls, FailureClass::Credentials] {
        mail.answers.lock().unwrap().push(class);
        let done = send_due(&server.app).await.unwrap();
        assert_eq!(done.again, 1, "{class:?}");
        assert!(mail.answers.lock().unwrap().is_empty());
        server.advance(Duration::from_mins(2));
    }
    assert_eq!(text.taken.lock().unwrap().len(), 1, "the other way goes on");
    let attempts: i64 = rows(&server).await.iter().map(|row| row.attempts).sum();
    assert_eq!(attempts, 3 + 1);
    assert_eq!(send_due(&server.app).await.unwrap().sent, 5);
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_stopped_in_the_middle_loses_nothing() {
    let (server, mail, _) = recorded().await;
    write(&server, "anna@example.org", MessageKind::Issued, DAY).await;
    let (now, channel) = (server.app.now(), domain::contact::Channel::Mail);
    let until = now.plus(Duration::from_mins(5));
    let leased = transact!(server.app.store, "test.claim", StoreError, |tx| {
        call!(tx, outbox::claim(channel, now, until, 10))
    });
    assert_eq!(leased.unwrap().len(), 1);
    assert_eq!(send_due(&server.app).await.unwrap(), Delivered::default(), "leased to somebody");
    server.advance(Duration::from_mins(5));
    assert_eq!(send_due(&server.app).await.unwrap().sent, 1);
    assert_eq!(mail.subjects(), ["Your code is ready"]);
    server.stop().await;
}

#[tokio::test]
async fn dead_messages_are_shown_masked_tried_again_and_discarded() {
    let (server, mail, _) = recorded().await;
    *mail.answers.lock().unwrap() = vec![FailureClass::Refused; 3];
    write(&server, "anna.eriksson@example.org", MessageKind::Issued, DAY).await;
    write(&server, "anna.eriksson@example.org", MessageKind::Refused, DAY).await;
    write(&server, "anna.eriksson@example.org", MessageKind::OneTimeCode, DAY).await;
    assert_eq!(send_due(&server.app).await.unwrap().dead, 3);
    let mut administrator = server.signed_in("Operations", &[Role::Administrator]).await;
    administrator.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    let page = server.get(&mut administrator, "/staff/messages").await.text();
    assert!(page.contains("a•••@e•••.org") && page.contains("the address may not exist"), "{page}");
    assert!(!page.contains("eriksson") && !page.contains("042719") && !page.contains("7K3M"), "{page}");
    assert_eq!(page.matches("/again\"").count(), 2, "a one-time code is not sent again");

    let [code, refused, issued] = &rows(&server).await[..] else { panic!("three rows") };
    let path = |row: &OutboxRow, what: &str| format!("/staff/messages/{}/{what}", row.id);
    for (row, what) in [(issued, "again"), (refused, "discard"), (code, "again")] {
        let done = server.post(&mut administrator, &path(row, what), &[]).await;
        assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/staff/messages"));
    }
    assert_eq!(send_due(&server.app).await.unwrap().sent, 1);
    assert_eq!(mail.subjects(), ["Your code is ready"]);
    let left: Vec<OutboxState> = rows(&server).await.iter().map(|row| row.state).collect();
    assert_eq!(left, [OutboxState::Dead, OutboxState::Sent], "the discarded one is gone");
    let strange = server.post(&mut administrator, "/staff/messages/x/again", &[]).await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
    server.advance(jobs::MESSAGE_KEPT + Duration::from_secs(1));
    jobs::tidy(&server.app).await.unwrap();
    assert!(rows(&server).await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn without_a_way_out_everything_waits_and_only_a_demonstration_shows_it() {
    let server = TestServer::start().await;
    write(&server, "anna@example.org", MessageKind::Issued, DAY).await;
    assert_eq!(send_due(&server.app).await.unwrap(), Delivered::default());
    assert_eq!(rows(&server).await[0].state, OutboxState::Waiting);
    let shown = server.get(&mut Browser::speaking("en"), "/demonstration/outbox").await;
    assert_eq!(shown.status, StatusCode::NOT_FOUND);
    server.stop().await;

    let settings = crate::Settings { demonstration: true, ..crate::Settings::for_tests() };
    let server = TestServer::with_settings(settings).await;
    write(&server, "anna@example.org", MessageKind::Issued, DAY).await;
    send_due(&server.app).await.unwrap();
    let shown = server.get(&mut Browser::speaking("en"), "/demonstration/outbox").await.text();
    assert!(shown.contains("anna@example.org") && shown.contains("Your code is ready"), "{shown}");
    server.stop().await;
}
