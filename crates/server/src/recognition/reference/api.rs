//! The reference server over HTTP: the two functions, the status list, a list of codes to try, and its controls.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{OriginalUri, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{DocumentKind, Seconds};
use serde_json::{Map, Value, json};

use super::people::{PEOPLE, Person, State};
use super::{CALL_SECONDS, KEY_ID, Mode, Reference, lock};
use crate::recognition::national::signature::{
    self, AnswerParameters, DIGEST, Headers, INPUT, NotSigned, SIGNATURE, WINDOW,
};
use crate::recognition::national::{NationalColour, NationalDocument, ResultCode, header_of};

/// Its routes. They are for a loopback address: whoever reaches `/control` may break it.
pub fn router(reference: Arc<Reference>) -> Router {
    let (apply_path, verify_path) = (reference.table.apply.path.clone(), reference.table.verify.path.clone());
    Router::new()
        .route(&apply_path, post(apply))
        .route(&verify_path, post(verify))
        .route("/status/1", get(status_list))
        .route("/control", post(control))
        .route("/", get(codes))
        .with_state(reference)
}

type Server = Shared<Arc<Reference>>;

async fn apply(
    Shared(server): Server,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(asked) = server.authenticate(uri.path(), &headers, &body) else { return refused() };
    server.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let names = &server.table.apply;
    let said = object(&body);
    let rightful = said.get(&names.purpose).and_then(Value::as_str) == Some(&names.purpose_entry);
    let token = URL_SAFE_NO_PAD.encode(server.entropy.bytes::<16>());
    let mut answer = Map::new();
    if rightful {
        lock(&server.calls).insert(token.clone(), server.now() + CALL_SECONDS);
        answer.insert(names.call.clone(), token.into());
        answer.insert(names.seconds.clone(), CALL_SECONDS.into());
    }
    let code = if rightful { ResultCode::Done } else { ResultCode::Refused };
    server.answer(code, &names.result, answer, &asked).await
}

async fn verify(
    Shared(server): Server,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(asked) = server.authenticate(uri.path(), &headers, &body) else { return refused() };
    server.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let names = &server.table.verify;
    let said = object(&body);
    let text = |name: &String| said.get(name).and_then(Value::as_str).unwrap_or_default();
    let (code, answer) = if server.call_runs(text(&names.call)) {
        server.look_up(text(&names.code))
    } else {
        (ResultCode::CallEnded, Map::new())
    };
    server.answer(code, &names.result, answer, &asked).await
}

async fn status_list(Shared(server): Server) -> Response {
    match server.status_list() {
        Ok(list) if *lock(&server.mode) != Mode::Fail => {
            ([(header::CONTENT_TYPE, "application/statuslist+cwt")], list).into_response()
        }
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// `POST /control` with a mode as JSON, such as `"refuse"` or `{"slow": 5000}`; `"end_calls"` ends every call.
async fn control(Shared(server): Server, Json(wanted): Json<Value>) -> Response {
    if wanted == "end_calls" {
        server.end_calls();
        return StatusCode::NO_CONTENT.into_response();
    }
    match serde_json::from_value(wanted) {
        Ok(mode) => {
            server.set_mode(mode);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn codes(Shared(server): Server) -> Response {
    let shown = |sample: super::Sample| json!({"state": sample.state.as_str(), "code": sample.code, "pass": sample.pass});
    match server.samples() {
        Ok(samples) => Json(samples.into_iter().map(shown).collect::<Vec<_>>()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn refused() -> Response {
    StatusCode::UNAUTHORIZED.into_response()
}

fn object(body: &[u8]) -> Map<String, Value> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

impl Reference {
    /// The `Signature` header of a request that a known caller has signed, just now and for the first time.
    fn authenticate(&self, path: &str, headers: &HeaderMap, body: &[u8]) -> Result<String, NotSigned> {
        let given = |name| header_of(headers, name);
        let headers = Headers { digest: given(DIGEST), input: given(INPUT), signature: given(SIGNATURE) };
        let claimed = signature::RequestParameters::read(&headers.input)?;
        let key = self.callers.get(&claimed.key_id).ok_or(NotSigned)?;
        let parameters = signature::check_request("POST", path, body, &headers, key)?;
        let now = self.now();
        let mut nonces = lock(&self.nonces);
        nonces.retain(|_, until| now <= *until);
        let timely = parameters.created.abs_diff(now) <= WINDOW;
        let fresh = nonces.insert(parameters.nonce, parameters.created + WINDOW).is_none();
        if timely && fresh { Ok(headers.signature) } else { Err(NotSigned) }
    }

    fn call_runs(&self, token: &str) -> bool {
        lock(&self.calls).get(token).is_some_and(|until| self.now() < *until)
    }

    fn look_up(&self, code: &str) -> (ResultCode, Map<String, Value>) {
        let person = PEOPLE.iter().find(|person| self.code(person).eq_ignore_ascii_case(code));
        match person {
            None => (ResultCode::UnknownCode, Map::new()),
            Some(person) if person.state == State::Expired => (ResultCode::Expired, Map::new()),
            Some(person) if person.state == State::Withdrawn => (ResultCode::Withdrawn, Map::new()),
            Some(person) => (ResultCode::Done, self.tell(person)),
        }
    }

    /// Everything that the platform would tell of somebody. What is made of it is the caller's matter.
    fn tell(&self, person: &Person) -> Map<String, Value> {
        let names = &self.table.verify;
        let (year, month, day) = person.birth;
        let colour = match person.state {
            State::Yellow => NationalColour::Yellow,
            State::Red => NationalColour::Red,
            State::NoColour => NationalColour::None,
            _ => NationalColour::Green,
        };
        let document = match person.document {
            DocumentKind::Passport => NationalDocument::Passport,
            DocumentKind::HkMacaoPermit => NationalDocument::HkMacaoPermit,
            DocumentKind::TaiwanPermit => NationalDocument::TaiwanPermit,
        };
        let until: Seconds = self.now() + 600;
        Map::from_iter([
            (names.colour.clone(), code_of(&self.table.colours, &colour)),
            (names.valid_until.clone(), until.into()),
            (names.name.clone(), format!("{}, {}", person.family, person.given).into()),
            (names.birth_date.clone(), format!("{year:04}-{month:02}-{day:02}").into()),
            (names.document_kind.clone(), code_of(&self.table.documents, &document)),
            (names.document_number.clone(), person.number.into()),
        ])
    }

    /// A signed answer, as the mode spoils it.
    async fn answer(
        &self,
        code: ResultCode,
        result: &str,
        mut answer: Map<String, Value>,
        asked: &str,
    ) -> Response {
        let mode = *lock(&self.mode);
        let code = if mode == Mode::Refuse { ResultCode::Refused } else { code };
        answer.insert(result.to_owned(), code_of(&self.table.results, &code));
        let mut body = Value::Object(answer).to_string().into_bytes();
        match mode {
            Mode::Slow(milliseconds) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
            Mode::Fail => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Mode::Garble => body = br#"{"result":"0000","codeState":"?"}"#.to_vec(),
            Mode::Replay => {
                if let Some((headers, body)) = lock(&self.last).clone() {
                    return with_headers(headers, body);
                }
            }
            _ => {}
        }
        let stamp = AnswerParameters { created: self.now(), key_id: KEY_ID.to_owned() };
        let key = if mode == Mode::WrongKey { &self.keys.wrong } else { &self.keys.answers };
        let Ok(headers) = signature::sign_answer(200, &body, asked, &stamp, key) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        *lock(&self.last) = Some((headers.clone(), body.clone()));
        if mode == Mode::Tamper {
            body.push(b' ');
        }
        with_headers(headers, body)
    }
}

fn with_headers(headers: Headers, body: Vec<u8>) -> Response {
    let signed = [(DIGEST, headers.digest), (INPUT, headers.input), (SIGNATURE, headers.signature)];
    (signed, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// The code that the mapping table has for a meaning.
fn code_of<T: PartialEq>(table: &std::collections::BTreeMap<String, T>, meaning: &T) -> Value {
    table.iter().find(|(_, known)| *known == meaning).map_or(Value::Null, |(code, _)| code.clone().into())
}
