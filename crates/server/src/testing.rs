//! The real router on a real SQLite file (or PostgreSQL), with a clock that tests move and randomness that repeats.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use credential::{Es256Key, Format, KeyState, Purpose, Signer as _, TrustList, TrustedKey, sign_trust_list};
use domain::entropy::SeededEntropy;
use domain::id::kind::{StaffId, UnitId};
use domain::time::MockClock;
use domain::{IdSource, Role, Timestamp};
use http_body_util::BodyExt as _;
use store::rows::staff::NewStaff;
use store::testing::Fresh;
use store::{StoreError, call, transact};
use tower::ServiceExt as _;

use crate::http::csrf::CsrfToken;
use crate::http::limits::{Limits, Rates};
use crate::http::session::new_token;
use crate::message::Messages;
use crate::pass::{Issuer, Signing, TrustFiles};
use crate::recognition::Recognition;
use crate::recognition::national::Table;
use crate::{App, Parts, Settings};

/// When tests begin: 2026-11-23, 20:00 in Shanghai.
pub const START: Timestamp = Timestamp::from_seconds(1_795_435_200);

/// A server for one test.
pub struct TestServer {
    /// What handlers are given.
    pub app: App,
    /// The clock to move.
    pub clock: Arc<MockClock>,
    router: Router,
    fresh: Fresh,
}

/// One browser: it keeps cookies.
#[derive(Default, Clone)]
pub struct Browser {
    /// Cookies by name.
    pub cookies: BTreeMap<String, String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Where it redirects to; empty if it does not.
    pub location: String,
    /// Headers.
    pub headers: axum::http::HeaderMap,
    /// Body as bytes.
    pub bytes: Vec<u8>,
}

/// PKCS#8 of invented keys: current, standby, root. They sign test data only; they are public by being here.
const SIGNING_KEYS: [&str; 3] = [
    "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b02010104208d2e19351a1a88519e38eed611810b9d3dc7355587e76f98b2ce9699b05f7825a14403420004905c86464e6def8684a6dae0f9c487e89510c1296167d796c1e9eae392098f7d927957c665f2aca8e998d7e6d5828b3a7b7681570b12e4876d6f05bd550472a0",
    "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420c52e6772755c7b73b96ae835fd00ed92ff160c4dc78a6d621c642ebce56b2758a144034200049608546b756f77f0573114e68f1baffef5a6198bf6fa1840e573969ec5e0f8fd531df87c6b22634374319dd33f71d1a9690660e9dd642142e78a791e0f343bb9",
    "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420b121bd531f8cf1fb13815efe49c96ea3d594c626d3e15fe82261815ce7c4b614a14403420004df67aba3eb33e269ee882375d43a5d77379db73cd408ab0717f2e87e1df6edf9b16aea964a17c89fa23924c2b22b88cc323d1a8bf2e472c7c92ac3e18a48c490",
];

/// An issuer with a current and a standby key that are the same in every test, good for a year around [`START`],
/// and a signed trust list that is good as long.
pub fn issuer() -> Issuer {
    issuer_beside(Vec::new())
}

/// The same, on a trust list that names others too.
pub fn issuer_beside(others: Vec<credential::Issuer>) -> Issuer {
    Issuer::from(signing_beside(1, 0, KeyState::Active, others))
}

/// What signs after a change of keys: the first or the second key, under a trust list of this version in which
/// the first one has this state.
pub fn signing(version: u64, current: usize, first: KeyState) -> Signing {
    signing_beside(version, current, first, Vec::new())
}

fn signing_beside(version: u64, current: usize, first: KeyState, others: Vec<credential::Issuer>) -> Signing {
    let keys = SIGNING_KEYS.map(|hex| {
        let der: Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal"))
            .collect();
        Es256Key::from_pkcs8(&der).expect("a key")
    });
    let start = START.seconds().unsigned_abs();
    let [key, other, root] = keys;
    let trusted = [(&key, first), (&other, KeyState::Active)].map(|(key, state)| {
        let key = TrustedKey::ours(key.public(), start - 30 * 86_400, start + 335 * 86_400);
        TrustedKey { state, ..key }
    });
    let trusted = credential::Issuer {
        name: Some("CN-HB".to_owned()),
        format: Format::Tongxing,
        purposes: vec![Purpose::Pass, Purpose::Status, Purpose::Rules],
        keys: trusted.into(),
    };
    let all = std::iter::once(trusted).chain(others).collect();
    let trust = TrustList::new(version, start - 30 * 86_400, all);
    let lasting = trust.clone().until(start + 335 * 86_400);
    let signed = sign_trust_list(&lasting, &root).expect("a key in memory signs");
    let files = TrustFiles::new(signed, &[root.public()]);
    let current = if current == 0 { key } else { other };
    Signing::new(Arc::new(current), trust, Some(files)).expect("the list names the key")
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.text()))
    }
}

impl TestServer {
    /// A fresh one on a fresh SQLite file.
    pub async fn start() -> Self {
        Self::with_settings(Settings::for_tests()).await
    }

    /// A fresh one on a fresh database of the PostgreSQL for tests. What looks at tables by name works on `SQLite` alone.
    pub async fn on_postgres() -> Self {
        let parts = (issuer(), Recognition::offline(Table::reference()));
        let (clock, fresh) = (Arc::new(MockClock::at(START)), store::testing::postgres().await);
        Self::on(fresh, Settings::for_tests(), clock, parts, Messages::default(), generous())
    }

    /// A fresh one with these settings.
    pub async fn with_settings(settings: Settings) -> Self {
        Self::with_parts(settings, |_| (issuer(), Recognition::offline(Table::reference()))).await
    }

    /// A fresh one that sends messages, by transports that are given the server's clock.
    pub async fn with_messages(messages: impl FnOnce(Arc<MockClock>) -> Messages) -> Self {
        let clock = Arc::new(MockClock::at(START));
        let messages = messages(clock.clone());
        let recognition = Recognition::offline(Table::reference());
        Self::assembled(Settings::for_tests(), clock, (issuer(), recognition), messages).await
    }

    /// A fresh one that sends messages and whose limits by network are these.
    pub async fn with_rates(rates: Rates, messages: Messages) -> Self {
        let clock = Arc::new(MockClock::at(START));
        let parts = (issuer(), Recognition::offline(Table::reference()));
        Self::limited(Settings::for_tests(), clock, parts, messages, rates).await
    }

    /// A fresh one with these settings and parts, which are given the server's clock.
    pub async fn with_parts(
        settings: Settings,
        parts: impl FnOnce(Arc<MockClock>) -> (Issuer, Recognition),
    ) -> Self {
        let clock = Arc::new(MockClock::at(START));
        let parts = parts(clock.clone());
        Self::assembled(settings, clock, parts, Messages::default()).await
    }

    async fn assembled(
        settings: Settings,
        clock: Arc<MockClock>,
        parts: (Issuer, Recognition),
        messages: Messages,
    ) -> Self {
        Self::limited(settings, clock, parts, messages, generous()).await
    }

    async fn limited(
        settings: Settings,
        clock: Arc<MockClock>,
        parts: (Issuer, Recognition),
        messages: Messages,
        rates: Rates,
    ) -> Self {
        Self::on(store::testing::sqlite().await, settings, clock, parts, messages, rates)
    }

    fn on(
        fresh: Fresh,
        settings: Settings,
        clock: Arc<MockClock>,
        (signers, recognition): (Issuer, Recognition),
        messages: Messages,
        rates: Rates,
    ) -> Self {
        let app = App::new(Parts {
            settings,
            store: fresh.store.clone(),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(0xE17)),
            ids: IdSource::default(),
            signers,
            recognition,
            messages,
            live: crate::health::live::Live::default(),
            limits: Limits::new(rates, clock.clone()),
            checkpoint: crate::checkpoint::Parts::default(),
            watch: crate::checkpoint::abuse::Watch::default(),
            counted: crate::checkpoint::plain::Counted::default(),
            places: crate::location::places::Places::default(),
            visit: crate::visit::Parts::default(),
            transparency: crate::transparency::Parts::new(Some(log_key())),
            shown_demonstration: crate::demonstration::Shown::default(),
        });
        let router = crate::router(&app);
        Self { app, clock, router, fresh }
    }

    /// Moves the clock on.
    pub fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// How many rows each table has.
    pub async fn rows(&self) -> BTreeMap<String, i64> {
        self.fresh.rows().await
    }

    /// Every byte that the database has written so far, what waits in its log included.
    pub fn written(&self) -> Vec<u8> {
        let file = |end: &str| std::fs::read(format!("{}{end}", self.fresh.place)).unwrap_or_default();
        [file(""), file("-wal")].concat()
    }

    /// Takes a table away, so that whatever needs it fails.
    pub async fn break_table(&self, table: &str) {
        self.fresh.break_table(table).await;
    }

    /// Gives a table back that was taken away.
    pub async fn mend_table(&self, table: &str) {
        self.fresh.mend_table(table).await;
    }

    /// Removes the database.
    pub async fn stop(self) {
        self.fresh.remove().await;
    }

    /// A browser signed in as a new member of staff with `roles`, of the unit `unit`. Their password does not
    /// work: tests of signing in make their own accounts.
    pub async fn signed_in(&self, unit: &str, roles: &[Role]) -> Browser {
        let (staff, unit_id): (StaffId, UnitId) = (self.app.new_id(), self.app.new_id());
        let (token, hash) = new_token(&*self.app.entropy);
        let now = self.app.now();
        transact!(self.app.store, "test.staff", StoreError, |tx| {
            let unit_id = call!(tx, staff::unit(unit_id, unit))?;
            let new = NewStaff {
                id: staff,
                login: format!("test-{staff}"),
                name: "Test Person".to_owned(),
                unit_id,
                roles: roles.to_vec(),
                password_hash: "!".to_owned(),
                totp_secret: vec![0; 20],
            };
            call!(tx, staff::insert(&new, now))?;
            call!(tx, session::begin_staff(&hash, staff, now))
        })
        .expect("a test account can be made");
        Browser { cookies: BTreeMap::from([("tongxing-staff".to_owned(), token)]) }
    }

    /// `GET path`.
    pub async fn get(&self, browser: &mut Browser, path: &str) -> Answer {
        self.send(browser, Request::builder().method(Method::GET).uri(path), Body::empty()).await
    }

    /// `POST path` with form fields; the session's CSRF token is added unless the fields have one.
    pub async fn post(&self, browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        if !fields.iter().any(|(name, _)| *name == "csrf") {
            form.append_pair("csrf", &browser.csrf());
        }
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(browser, request, Body::from(form.finish())).await
    }

    /// `POST path` with JSON, the token in its header.
    pub async fn post_json(&self, browser: &mut Browser, path: &str, body: &serde_json::Value) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-csrf-token", browser.csrf());
        self.send(browser, request, Body::from(body.to_string())).await
    }

    /// `POST path` with a photo of a form.
    pub async fn post_photo(&self, browser: &mut Browser, path: &str, bytes: &[u8]) -> Answer {
        let token = browser.csrf();
        let mut body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n\
             --b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"me.gif\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
        self.send(browser, request, Body::from(body)).await
    }

    /// Sends any request with the browser's cookies, and keeps those that come back.
    pub async fn send(
        &self,
        browser: &mut Browser,
        request: axum::http::request::Builder,
        body: Body,
    ) -> Answer {
        let cookies: Vec<String> = browser.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let request = request
            .header(header::COOKIE, cookies.join("; "))
            .header(header::HOST, "127.0.0.1:8080")
            .body(body)
            .expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        browser.keep(&response);
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes().to_vec();
        let location = parts.headers.get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
        Answer { status: parts.status, location: location.to_owned(), headers: parts.headers.clone(), bytes }
    }
}

/// Limits by network that no test reaches: all browsers here are at one address.
fn generous() -> Rates {
    let generous = NonZeroU32::new(100_000).expect("not zero");
    Rates {
        writes_per_minute: generous,
        sign_ins_per_minute: generous,
        applications_per_hour: generous,
        codes_per_hour: generous,
        partner_per_minute: generous,
        inspector_device_per_minute: generous,
        ..Rates::default()
    }
}

/// The key of the public log in tests.
fn log_key() -> ::transparency::SigningKey {
    let seed = zeroize::Zeroizing::new([0x10; 32]);
    ::transparency::SigningKey::of_log("code.example/log", &seed).expect("a name without spaces")
}

impl Browser {
    /// A browser that asks for pages in `language`.
    pub fn speaking(language: &str) -> Self {
        Self { cookies: BTreeMap::from([("tongxing-language".to_owned(), language.to_owned())]) }
    }

    /// The token of the browser's session; staff before device.
    pub fn csrf(&self) -> String {
        let session = self.cookies.get("tongxing-staff").or_else(|| self.cookies.get("tongxing-device"));
        session.map(|secret| CsrfToken::of_session(secret).as_str().to_owned()).unwrap_or_default()
    }

    fn keep(&mut self, response: &Response<Body>) {
        for line in response.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap_or_default();
            let (name, rest) = line.split_once('=').unwrap_or_default();
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn unknown_pages_and_wrong_methods_get_our_words_and_headers() {
        let server = TestServer::start().await;
        let mut browser = Browser::speaking("zh-Hans");
        let answer = server.get(&mut browser, "/no-such-page").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text().contains("找不到页面"), "{}", answer.text());
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert!(answer.headers.contains_key("content-security-policy"));
        let answer = server.get(&mut browser, "/api/v1/no-such").await;
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(answer.json()["status"], 404);
        assert_eq!(server.get(&mut browser, "/language").await.status, StatusCode::METHOD_NOT_ALLOWED);
        server.stop().await;
    }

    #[tokio::test]
    async fn the_language_switch_stays_on_this_site() {
        let server = TestServer::start().await;
        let mut browser = Browser::default();
        let fields = [("language", "zh-Hant"), ("return", "//evil.example")];
        let answer = server.post(&mut browser, "/language", &fields).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/"));
        assert!(server.get(&mut browser, "/").await.text().contains("申領健康碼"));
        server.stop().await;
    }
}
