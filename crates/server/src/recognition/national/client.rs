//! Asks the national platform over HTTP: signed requests, checked answers, bounded in time and size.
//!
//! Every way of failing is an [`Unavailable`], which is CHECK; only an answer that is signed for this very request
//! and understood whole is an [`Answer`].

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{PublicKey, Seconds, Signer};
use domain::{Clock, Entropy};
use serde_json::{Map, Value};

use super::answer;
use super::breaker::{Attempt, Breaker};
use super::port::{Answer, Asking, NationalCode, Standing, Unavailable};
use super::signature::{self, Headers, RequestParameters};
use super::table::{ResultCode, Table};
use super::transport::{Received, Transport};

/// How long all of one question may take.
pub const TIMEOUT: Duration = Duration::from_secs(3);
/// A call that ends within this is applied for anew.
const MARGIN: Seconds = 10;
const ANSWER_LIMIT: usize = 64 * 1024;
/// A status list of 2^20 entries has at most 131 kB.
const LIST_LIMIT: usize = 256 * 1024;

/// Where the platform is, and who we are to it.
pub struct Connection {
    /// `https://HOST`, without a trailing slash; `http://` on a loopback host.
    pub origin: String,
    /// Our name there.
    pub key_id: String,
    /// Signs our requests.
    pub key: Arc<dyn Signer>,
    /// The name of the key that signs its answers.
    pub platform_key_id: String,
    /// That key.
    pub platform: PublicKey,
    /// How long all of one question may take.
    pub timeout: Duration,
}

/// Leave to ask, as "apply to call" gave it.
#[derive(Clone)]
struct Call {
    token: String,
    until: Seconds,
}

/// The national platform over HTTP.
pub struct HttpNationalCode {
    connection: Connection,
    transport: Transport,
    table: Table,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    breaker: Breaker,
    call: Mutex<Option<Call>>,
}

impl HttpNationalCode {
    /// A client that has asked nothing yet.
    pub fn new(
        connection: Connection,
        transport: Transport,
        table: Table,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let breaker = Breaker::new(Arc::clone(&clock));
        Self { connection, transport, table, clock, entropy, breaker, call: Mutex::new(None) }
    }

    fn now(&self) -> Seconds {
        Seconds::try_from(self.clock.now().seconds()).unwrap_or(0)
    }

    /// Runs a question within the breaker and the time limit.
    async fn guarded<T>(
        &self,
        question: impl Future<Output = Result<T, Unavailable>> + Send,
    ) -> Result<T, Unavailable> {
        let attempt = self.breaker.attempt().ok_or(Unavailable::Resting)?;
        let answered = tokio::time::timeout(self.connection.timeout, question).await;
        let answered = answered.unwrap_or(Err(Unavailable::Late));
        match &answered {
            Ok(_) => Attempt::succeeded(attempt),
            Err(error) => tracing::warn!(%error, "the national platform gave no answer that counts"),
        }
        answered
    }

    async fn ask(&self, code: &str) -> Result<Answer, Unavailable> {
        let known = self.call.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let call = match known.filter(|call| call.until > self.now() + MARGIN) {
            Some(call) => call,
            None => self.apply().await?,
        };
        if let Some(answer) = self.verify_under(&call, code).await? {
            return Ok(answer);
        }
        // The call has ended before its time. Once more under a new one, and no oftener.
        let call = self.apply().await?;
        self.verify_under(&call, code).await?.ok_or(Unavailable::Refused)
    }

    /// "Apply to call".
    async fn apply(&self) -> Result<Call, Unavailable> {
        let names = &self.table.apply;
        let body = object([
            (&names.caller, self.connection.key_id.as_str()),
            (&names.purpose, names.purpose_entry.as_str()),
        ]);
        let answer = self.post(&names.path, &body).await?;
        match answer::result(&self.table, &answer, &names.result)? {
            ResultCode::Done => {}
            ResultCode::Refused | ResultCode::Busy => return Err(Unavailable::Refused),
            _ => return Err(Unavailable::Malformed),
        }
        let token = answer.get(&names.call).and_then(Value::as_str).ok_or(Unavailable::Malformed)?;
        let seconds = answer.get(&names.seconds).and_then(Value::as_u64).ok_or(Unavailable::Malformed)?;
        let call = Call { token: token.to_owned(), until: self.now().saturating_add(seconds) };
        *self.call.lock().unwrap_or_else(PoisonError::into_inner) = Some(call.clone());
        Ok(call)
    }

    /// "Verify code"; `None` if the call has ended.
    async fn verify_under(&self, call: &Call, code: &str) -> Result<Option<Answer>, Unavailable> {
        let names = &self.table.verify;
        let body = object([(&names.call, call.token.as_str()), (&names.code, code)]);
        let answer = self.post(&names.path, &body).await?;
        let standing = |standing| Ok(Some(Answer { standing, items: None }));
        match answer::result(&self.table, &answer, &names.result)? {
            ResultCode::Done => answer::read(&self.table, &answer, self.now()).map(Some),
            ResultCode::UnknownCode => standing(Standing::Unknown),
            ResultCode::Expired => standing(Standing::Expired),
            ResultCode::Withdrawn => standing(Standing::Withdrawn),
            ResultCode::CallEnded => Ok(None),
            ResultCode::Refused | ResultCode::Busy => Err(Unavailable::Refused),
        }
    }

    /// Sends one signed request, and gives the object of its checked answer.
    async fn post(&self, path: &str, body: &[u8]) -> Result<Map<String, Value>, Unavailable> {
        let nonce = URL_SAFE_NO_PAD.encode(self.entropy.bytes::<16>());
        let key_id = self.connection.key_id.clone();
        let parameters = RequestParameters { created: self.now(), nonce, key_id };
        let address = format!("{}{path}", self.connection.origin);
        let whole_path = Transport::path_of(&address)?;
        let key = &*self.connection.key;
        let headers = signature::sign_request("POST", &whole_path, body, &parameters, key)
            .map_err(|_| Unavailable::OwnKey)?;
        let received = self.transport.post(&address, &headers, body, ANSWER_LIMIT).await?;
        self.check(&received, &headers)?;
        if !received.is_success() {
            return Err(Unavailable::Refused);
        }
        match serde_json::from_slice(&received.body) {
            Ok(Value::Object(answer)) => Ok(answer),
            _ => Err(Unavailable::Malformed),
        }
    }

    fn check(&self, received: &Received, asked: &Headers) -> Result<(), Unavailable> {
        let platform = (&self.connection.platform, self.connection.platform_key_id.as_str());
        let Received { status, headers, body } = received;
        signature::check_answer(*status, body, headers, &asked.signature, platform, self.now())
            .map_err(|_| Unavailable::Signature)
    }
}

fn object<const N: usize>(members: [(&String, &str); N]) -> Vec<u8> {
    let members: Map<String, Value> =
        members.into_iter().map(|(name, text)| (name.clone(), Value::from(text))).collect();
    Value::Object(members).to_string().into_bytes()
}

impl NationalCode for HttpNationalCode {
    fn verify<'a>(&'a self, code: &'a str) -> Asking<'a, Answer> {
        Box::pin(self.guarded(self.ask(code)))
    }

    /// Only from the platform itself: a pass cannot send this server anywhere else.
    fn status_list<'a>(&'a self, address: &'a str) -> Asking<'a, Vec<u8>> {
        Box::pin(async move {
            let own = address.strip_prefix(&self.connection.origin).is_some_and(|path| path.starts_with('/'));
            if !own {
                return Err(Unavailable::Refused);
            }
            self.guarded(self.transport.get(address, LIST_LIMIT)).await
        })
    }

    fn state(&self) -> &'static str {
        self.breaker.word()
    }
}
