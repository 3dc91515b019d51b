//! Invented holders with phones, made without an application, and phones that sign.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{
    Es256Key, Pass, Seconds, SignedTrustList, Signer as _, StatusLists, StatusToken, TrustList, live_text,
    read_roots,
};
use documents::{Kind, Number, PersonName};
use domain::declaration::{HealthAnswers, Symptom};
use domain::id::kind::{DeviceSessionId, HolderId};
use domain::matching::DocumentDetails;
use serde_json::json;
use store::{StoreError, Tx, call, transact};

use crate::App;
use crate::http::session::{Device, new_token};
use crate::testing::{Answer, Browser, TestServer};

/// Nothing declared that stands against passing.
pub const HEALTHY: HealthAnswers = HealthAnswers { symptoms: Vec::new(), contact: false, diagnosed: false };

/// A cough declared.
pub fn coughing() -> HealthAnswers {
    HealthAnswers { symptoms: vec![Symptom::Cough], ..HEALTHY }
}

/// The phone of an invented holder.
pub struct Phone {
    /// Whose.
    pub holder: HolderId,
    /// Its session.
    pub session: DeviceSessionId,
    /// Its browser, with the session's cookie.
    pub browser: Browser,
    /// The key that its browser keeps.
    pub key: Es256Key,
}

/// A new device key.
pub fn device_key() -> Es256Key {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    Es256Key::from_pkcs8(pair.to_pkcs8v1().expect("a key").as_ref()).expect("a key")
}

/// A new holder, who declared `answers`, with a phone.
pub async fn phone(server: &TestServer, answers: &HealthAnswers) -> Phone {
    let app = &server.app;
    let (holder, now): (HolderId, _) = (app.new_id(), app.now());
    // Nine characters of the row's id: no two holders have one document.
    let number = format!("X{:08}", holder.as_i64() % 100_000_000);
    let details = DocumentDetails {
        number: Number::parse(Kind::Passport, &number).expect("a number"),
        issuing_state: "UTO".parse().expect("a state"),
        name: PersonName::new("Eriksson", "Anna Maria").expect("a name"),
        birth_date: "1974-08-12".parse().expect("a date"),
        nationality: "UTO".parse().expect("a state"),
        sex: None,
        expiry: None,
    };
    transact!(app.store, "test.holder", StoreError, |tx| {
        call!(tx, holder::insert(holder, now))?;
        assert!(call!(tx, holder::link(holder, &details, now))?, "a document of nobody else");
        declare(tx, app, holder, answers).await?;
        crate::decision::decide_first(tx, app, holder).await
    })
    .expect("a holder can be made");
    another_phone(server, holder).await
}

/// A holder declares their health, and nothing is decided yet.
pub async fn declare(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    answers: &HealthAnswers,
) -> Result<(), StoreError> {
    call!(tx, health::declare(app.new_id(), holder, answers, crate::consent::VERSION, app.now()))
}

/// One more phone of a holder.
pub async fn another_phone(server: &TestServer, holder: HolderId) -> Phone {
    let app = &server.app;
    let (session, now): (DeviceSessionId, _) = (app.new_id(), app.now());
    let (token, hash) = new_token(&*app.entropy);
    transact!(app.store, "test.phone", StoreError, |tx| {
        call!(tx, session::begin_device(session, &hash, now))?;
        call!(tx, holder::open_on(session, Some(holder)))
    })
    .expect("a phone can be made");
    let browser = Browser { cookies: BTreeMap::from([("tongxing-device".to_owned(), token)]) };
    Phone { holder, session, browser, key: device_key() }
}

impl Phone {
    /// What a request of it stands for.
    pub fn device(&self) -> Device {
        Device {
            id: self.session,
            phone: self.session,
            application: None,
            holder: Some(self.holder),
            desk: None,
        }
    }

    /// Asks for a pass with its key.
    pub async fn ask(&mut self, server: &TestServer) -> Answer {
        let point = URL_SAFE_NO_PAD.encode(self.key.public().point());
        let body = json!({ "device_key": point });
        server.post_json(&mut self.browser, "/api/v1/my-code/pass", &body).await
    }

    /// Asks, and gives the pass.
    pub async fn pass(&mut self, server: &TestServer) -> Vec<u8> {
        let answer = self.ask(server).await;
        let pass = answer.json()["pass"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned();
        URL_SAFE_NO_PAD.decode(pass).expect("base64url")
    }

    /// The text of the live code that the phone shows at `now`.
    pub fn show(&self, pass: &[u8], now: Seconds) -> String {
        let signature = self.key.sign(&credential::live_message(pass, now)).expect("a signature");
        live_text(pass, now, &signature)
    }
}

/// What a checker knows: the lists that it fetches.
pub struct Checker {
    /// The trust list.
    pub trust: TrustList,
    /// The status lists.
    pub statuses: StatusLists,
}

impl Checker {
    /// A checker who has fetched the trust list.
    pub async fn new(server: &TestServer) -> Self {
        let roots = server.get(&mut Browser::default(), "/.well-known/tongxing-root.json").await;
        let roots = read_roots(&roots.text()).expect("root keys");
        let answer = server.get(&mut Browser::default(), "/.well-known/tongxing-trust.jws").await;
        let signed = SignedTrustList::parse(&answer.text()).expect("a signed trust list");
        let now = server.app.now().seconds().unsigned_abs();
        let trust = signed.verify(&roots, 1, now).expect("a trust list that counts");
        Self { trust, statuses: StatusLists::default() }
    }

    /// Fetches the status list of a pass, anew.
    pub async fn fetch(&mut self, server: &TestServer, pass: &[u8]) {
        let path = status_path(server, pass);
        let answer = server.get(&mut Browser::default(), &path).await;
        let token = StatusToken::parse(&answer.bytes).expect("a status list");
        let now = server.app.now().seconds().unsigned_abs();
        self.statuses.insert(token.verify(&self.trust, now).expect("a list that counts"));
    }
}

/// The path of the status list that a pass names.
pub fn status_path(server: &TestServer, pass: &[u8]) -> String {
    let pass = Pass::parse(pass).expect("a pass");
    let uri = pass.claims().status.uri;
    uri.strip_prefix(&server.app.settings.public_origin).expect("our own address").to_owned()
}
