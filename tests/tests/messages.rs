//! Messages through a real mail server and a real gateway: a contact is confirmed and opens the code on a new phone;
//! a mail server that is gone harms nobody; and no message, log or table tells about anybody.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::time::Duration;

use blackbox::{Browser, Engine, LOGIN, Mail, MailServer, MailTls, Place, Server, TextGateway, server_log};
use common::canary::{nothing_personal_is_left, nothing_stands_anywhere};
use common::codes::live_code;
use common::{MOVED, Person, READY, apply, heading, import, stands};
use regex::Regex;

const HOLDER: Person = Person::new("XM7730184", "QUETZALBERG", "ISIDORAMUND", ["9", "4", "1977"]);
const OTHER: Person = Person::new("XM7730192", "PLATYPUSSON", "ULFRIDA", ["21", "12", "1969"]);
const ANNA: &str = "Isidora.Q-77@wombat-mail.example";
const PHONE: &str = "+44 7512 987654";

on_both_engines!(messages, a_mail_server_that_is_gone, a_server_that_is_killed);

/// Options that send mail through this server, and texts through this gateway.
fn options(place: &Place, mail: &MailServer, gateway: &TextGateway, scheme: &str) -> Vec<String> {
    let login = format!("{{\"user\":\"{}\",\"password\":\"{}\"}}", LOGIN.0, LOGIN.1);
    let url = format!("{scheme}://127.0.0.1:{}", mail.port);
    let from = "Tongxing <no-reply@code.example>";
    let mut all = vec!["--mail-server".to_owned(), url, "--mail-from".to_owned(), from.to_owned()];
    all.extend(["--mail-login".to_owned(), private(place, "mail-login.csv", &login)]);
    all.extend([
        "--text-gateway".to_owned(),
        gateway.url.clone(),
        "--text-sender".to_owned(),
        "Tongxing".to_owned(),
    ]);
    all.extend(["--text-key".to_owned(), private(place, "text-key.csv", &gateway.key_file)]);
    if scheme != "smtp-plain" {
        all.extend(["--mail-ca".to_owned(), private(place, "mail-ca.csv", &mail.authority)]);
    }
    all
}

/// A private file that this test wrote itself (the search of what is kept leaves files of this ending out).
fn private(place: &Place, name: &str, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let path = place.write(name, text);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path.to_str().unwrap().to_owned()
}

async fn start(place: &Place, options: &[String]) -> Server {
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    Server::with(place, &options).await
}

async fn within(seconds: u64, holds: impl Fn() -> bool) {
    for _ in 0..seconds * 5 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("it did not come about within {seconds} s");
}

fn code_in(text: &str) -> String {
    let code = Regex::new(r"code is (\d{6})\b").unwrap();
    code.captures(text).unwrap_or_else(|| panic!("no code in {text}"))[1].to_owned()
}

/// The code of the only mail that came.
async fn code_by_mail(mail: &MailServer, all: &mut Vec<Mail>) -> String {
    within(20, || mail.count() > 0).await;
    let taken = mail.take();
    all.extend(taken.clone());
    code_in(&taken.last().unwrap().data)
}

async fn ask(browser: &Browser, contact: &str) {
    let page = browser.get("/contact").await;
    let asked = browser.submit(&page, "/contact", &[("contact", contact)]).await;
    assert_eq!(asked.path, "/contact/code", "{}", asked.html);
}

async fn answer(browser: &Browser, path: &str, code: &str) -> String {
    let page = browser.get(path).await;
    browser.submit(&page, path, &[("code", code)]).await.path
}

async fn messages(engine: Engine) {
    let place = Place::new(engine).await;
    let administrator = place.staff("administrator", "Operations", "administrator");
    import(&place, &[HOLDER]);
    let (mail, gateway) = (MailServer::start(MailTls::None).await, TextGateway::start().await);
    let server = start(&place, &options(&place, &mail, &gateway, "smtp-plain")).await;
    let mut all = Vec::new();

    let first = server.browser();
    apply(&first, &HOLDER).await;
    stands(&first, READY).await;
    live_code(&server, &first).await;
    ask(&first, ANNA).await;
    let code = code_by_mail(&mail, &mut all).await;
    assert_eq!(answer(&first, "/contact/code", &code).await, "/contact");
    assert!(first.get("/contact").await.html.contains(&ANNA.to_lowercase()));

    // Another person, by text message; their application is not decided, so the first message says until when.
    let other = server.browser();
    apply(&other, &OTHER).await;
    ask(&other, PHONE).await;
    within(20, || gateway.count() > 0).await;
    let texted = gateway.take();
    assert_eq!(
        (texted[0]["to"].as_str(), texted[0]["from"].as_str()),
        (Some("+447512987654"), Some("Tongxing"))
    );
    let code = code_in(&texted[0]["text"].as_str().unwrap().replace("one-time code is", "code is"));
    assert_eq!(answer(&other, "/contact/code", &code).await, "/contact");
    within(20, || gateway.count() > 0).await;
    let received = gateway.take();
    assert!(received[0]["text"].as_str().unwrap().contains("we have your application"), "{}", received[0]);

    // A new phone takes over; a stranger who types another contact sees the same and gets nothing.
    let (second, stranger) = (server.browser(), server.browser());
    for (browser, contact) in [(&second, ANNA), (&stranger, "nobody@wombat-mail.example")] {
        let page = browser.get("/recover/contact").await;
        let asked = browser.submit(&page, "/recover/contact", &[("contact", contact)]).await;
        assert_eq!((asked.status.as_u16(), asked.path.as_str()), (200, "/recover/code"));
    }
    let code = code_by_mail(&mail, &mut all).await;
    assert_eq!(answer(&stranger, "/recover/code", &code).await, "/recover/code");
    assert_eq!(answer(&second, "/recover/code", &code).await, "/application");
    assert_eq!((heading(&second).await.as_str(), heading(&first).await.as_str()), (READY, MOVED));
    live_code(&server, &second).await;
    within(20, || mail.count() > 0).await;
    all.extend(mail.take());
    assert!(all.last().unwrap().data.contains("opened on another phone"));

    // What its receiver refuses for good is dead, and the administrator sees no address.
    ask(&second, "refused.person@wombat-mail.example").await;
    let desk = server.browser();
    desk.sign_in(&administrator).await;
    let mut page = desk.get("/staff/messages").await;
    for _ in 0..50 {
        if page.html.contains("may not exist") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        page = desk.get("/staff/messages").await;
    }
    assert!(page.html.contains("r•••@w•••.example"), "{}", page.html);
    assert!(!page.html.contains("refused.person"));

    // An address that this mail server cannot take holds nobody else's up; a domain in another script is written in
    // the one that every server knows.
    ask(&second, "用户@wombat-mail.example").await;
    ask(&second, "kim@bücher-wombat.example").await;
    within(20, || mail.count() > 0).await;
    let taken = mail.take();
    assert_eq!(taken[0].to, "kim@xn--bcher-wombat-dlb.example");
    assert!(!server_log(&place).contains("messages do not get out"));

    holder_changes(&second).await;
    assert!(all.iter().all(|mail| mail.to == ANNA.to_lowercase()), "{all:?}");
    tell_nothing(&all, &[texted, received].concat());
    server.stop();
    drop(mail);
    nothing_personal_is_left(&place, &[HOLDER, OTHER]).await;
    let contacts =
        ["ISIDORA.Q-77", "WOMBAT-MAIL", "7512987654", "512 987654", "REFUSED.PERSON", "BCHER-WOMBAT"];
    nothing_stands_anywhere(&place, &contacts.map(str::to_owned)).await;
    nothing_stands_anywhere(&place, &["KOOKABURRASSON", "ZANZIBARINE"].map(str::to_owned)).await;
    let log = server_log(&place);
    let code = Regex::new(r"code is (\d{6})\b").unwrap();
    for mail in &all {
        if let Some(found) = code.captures(&mail.data) {
            assert!(!log.contains(&format!("\"{}\"", &found[1])), "a code stands in the log");
        }
    }
}

/// What holders type themselves: a corrected name, and what a companion is called on their phone.
async fn holder_changes(browser: &Browser) {
    let page = browser.get("/my-data/correct").await;
    let check = browser.submit(&page, "/my-data/correct", &[("why", "mistake")]).await;
    assert_eq!(check.path, "/apply/check", "{}", check.html);
    let page = browser.get("/apply/person").await;
    let [day, month, year] = HOLDER.birth;
    let mut fields = vec![("family", "Kookaburrasson"), ("given", HOLDER.given), ("sex", "X")];
    fields.extend([("birth_day", day), ("birth_month", month), ("birth_year", year), ("nationality", "XXA")]);
    let check = browser.submit(&page, "/apply/person", &fields).await;
    assert!(check.html.to_uppercase().contains("KOOKABURRASSON"), "{}", check.html);
    let done = browser.submit(&check, "/apply/check", &[]).await;
    assert_eq!(done.path, "/apply/done", "{}", done.html);
    assert!(browser.get("/my-data/export").await.html.to_uppercase().contains("KOOKABURRASSON"));
    let page = browser.get("/my-code/people/add").await;
    browser.submit(&page, "/my-code/people/add", &[("name", "Zanzibarine"), ("who", "child")]).await;
    assert!(browser.get("/my-code/people").await.html.contains("Zanzibarine"));
}

/// No message holds a name, a number of a document, or a word about health.
fn tell_nothing(mails: &[Mail], texts: &[serde_json::Value]) {
    let texts = texts.iter().map(|text| text["text"].as_str().unwrap().to_owned());
    for said in mails.iter().map(|mail| mail.data.clone()).chain(texts) {
        let upper = said.to_uppercase();
        let personal = [HOLDER, OTHER].map(|p| [p.number, p.family, p.given]).concat();
        let health = ["SYMPTOM", "FEVER", "COUGH", "DIAGNOS", "INFECT", "GREEN", "YELLOW"];
        for word in personal.iter().chain(&health) {
            assert!(!upper.contains(word), "{word} in {said}");
        }
    }
}

async fn a_mail_server_that_is_gone(engine: Engine) {
    let place = Place::new(engine).await;
    import(&place, &[HOLDER]);
    let (mail, gateway) = (MailServer::start(MailTls::None).await, TextGateway::start().await);
    let options = options(&place, &mail, &gateway, "smtp-plain");
    mail.away(true);
    let server = start(&place, &options).await;
    let browser = server.browser();
    apply(&browser, &HOLDER).await;
    ask(&browser, ANNA).await;
    within(20, || server_log(&place).contains("messages do not get out")).await;
    // Everything else goes on: applying, showing a code, saying that the service is ready.
    stands(&browser, READY).await;
    live_code(&server, &browser).await;
    assert!(browser.get("/readyz").await.status.is_success());
    mail.away(false);
    within(60, || mail.count() > 0).await;
    let code = code_in(&mail.take()[0].data);
    assert_eq!(answer(&browser, "/contact/code", &code).await, "/contact");
    server.stop();
}

/// `kill -9` with messages waiting: what was acknowledged is sent by the next server, each with an id of its own.
async fn a_server_that_is_killed(engine: Engine) {
    let place = Place::new(engine).await;
    import(&place, &[HOLDER]);
    let (mail, gateway) = (MailServer::start(MailTls::None).await, TextGateway::start().await);
    let options = options(&place, &mail, &gateway, "smtp-plain");
    mail.away(true);
    let server = start(&place, &options).await;
    let browser = server.browser();
    apply(&browser, &HOLDER).await;
    let people: Vec<String> = (0..6).map(|number| format!("person{number}@wombat-mail.example")).collect();
    for (number, contact) in people.iter().enumerate() {
        if number % 2 == 0 {
            ask(&browser, contact).await;
        } else {
            let stranger = server.browser();
            apply(
                &stranger,
                &Person::new(
                    ["XM7730201", "XM7730202", "XM7730203"][number / 2],
                    "KILLED",
                    "ANNA",
                    ["1", "2", "1990"],
                ),
            )
            .await;
            ask(&stranger, contact).await;
        }
    }
    server.kill();
    mail.away(false);
    let server = start(&place, &options).await;
    within(60, || mail.count() >= people.len()).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let taken = mail.take();
    let id = |mail: &Mail| {
        mail.data.lines().find(|line| line.starts_with("Message-ID:")).expect("an id").to_owned()
    };
    for contact in &people {
        let theirs: Vec<&Mail> = taken.iter().filter(|mail| mail.to == *contact).collect();
        assert!(!theirs.is_empty(), "what was acknowledged is not lost: {contact}");
        assert!(theirs.iter().all(|mail| id(mail) == id(theirs[0])), "twice at most as the same message");
    }
    server.stop();
}

/// The limits of a contact and of a code stand in the database: two servers give no more than one. One file is one
/// server's, so this is about PostgreSQL only.
#[tokio::test]
async fn two_servers_on_one_postgres_count_together() {
    let place = Place::new(Engine::Postgres).await;
    let (mail, gateway) = (MailServer::start(MailTls::None).await, TextGateway::start().await);
    let options = options(&place, &mail, &gateway, "smtp-plain");
    let servers = [start(&place, &options).await, start(&place, &options).await];
    let mut phones = Vec::new();
    for number in 0..12 {
        let browser = servers[number % 2].browser();
        let page = browser.get("/recover/contact").await;
        phones.push((browser, page));
    }
    let asking = phones.into_iter().map(|(browser, page)| {
        tokio::spawn(async move {
            let asked =
                browser.submit(&page, "/recover/contact", &[("contact", "anna@wombat-mail.example")]).await;
            (browser, asked.status.as_u16())
        })
    });
    let (mut asked, mut refused) = (Vec::new(), 0);
    for task in asking.collect::<Vec<_>>() {
        match task.await.unwrap() {
            (browser, 200) => asked.push(browser),
            (_, 429) => refused += 1,
            (_, other) => panic!("{other}"),
        }
    }
    assert_eq!((asked.len(), refused), (5, 7), "five codes an hour, whichever server is asked");

    // Five phones guess at once: after ten wrong ones in all the contact rests.
    let mut guesses = Vec::new();
    for browser in asked {
        let page = browser.get("/recover/code").await;
        guesses.push(tokio::spawn(async move {
            let mut taken = 0;
            for code in ["000000", "111111", "222222", "333333", "444444"] {
                let answer = browser.submit(&page, "/recover/code", &[("code", code)]).await;
                taken += usize::from(answer.status.as_u16() == 422);
            }
            taken
        }));
    }
    let mut wrong = 0;
    for task in guesses {
        wrong += task.await.unwrap();
    }
    assert_eq!(wrong, 10, "ten wrong codes an hour, whichever server is asked");
    for server in servers {
        server.stop();
    }
}

/// With TLS from the first byte and after STARTTLS; under another authority nothing is sent.
#[tokio::test]
async fn mail_goes_over_tls_under_the_named_authority_only() {
    for (tls, scheme) in [(MailTls::Start, "smtp"), (MailTls::Implicit, "smtps")] {
        let place = Place::new(Engine::Sqlite).await;
        let (mail, gateway) = (MailServer::start(tls).await, TextGateway::start().await);
        let server = start(&place, &options(&place, &mail, &gateway, scheme)).await;
        let browser = server.browser();
        apply(&browser, &HOLDER).await;
        ask(&browser, ANNA).await;
        within(20, || mail.count() > 0).await;
        code_in(&mail.take()[0].data);
        server.stop();

        let stranger = MailServer::start(tls).await;
        let mut wrong = options(&place, &mail, &gateway, scheme);
        let ca = wrong.last_mut().unwrap();
        *ca = private(&place, "other-ca.csv", &stranger.authority);
        let server = start(&place, &wrong).await;
        let browser = server.browser();
        apply(&browser, &OTHER).await;
        ask(&browser, "otto@wombat-mail.example").await;
        within(20, || server_log(&place).contains("messages do not get out")).await;
        assert_eq!(mail.count(), 0, "{scheme}");
        server.stop();
    }
}
