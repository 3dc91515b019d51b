//! A reference server of the national platform: what tests and the demonstration ask.
//!
//! Used by `tongxing national-demo`, by `tongxing run --demo` and by tests. It speaks the reference mapping table,
//! checks and makes signatures as a platform would, knows a few invented people of Utopia, and can be told to fail
//! ([`Mode`]). It claims nothing about the real platform, whose interface is not public.

mod api;
mod people;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use credential::{
    Es256Key, Format, IssueError, Issuer, NATIONAL_ISSUER, PassClaims, PublicKey, Purpose, Seconds,
    SignError, Signer, StatusClaims, StatusError, StatusList, StatusRef, TrustedKey, sign_status, to_text,
};
use domain::{Clock, Entropy};
use serde::{Deserialize, Serialize};

use super::national::Table;
use super::national::signature::Headers;

pub use api::router;
pub use people::{PEOPLE, Person, State};

/// The name of the key that signs the answers.
pub const KEY_ID: &str = "national-demo";
/// How long a call can be used.
const CALL_SECONDS: Seconds = 300;
const DAY: Seconds = 86_400;
const LIST_ENTRIES: u32 = 1 << 20;

/// How it behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// As it should.
    #[default]
    Normal,
    /// It answers after this many milliseconds.
    Slow(u64),
    /// It refuses, in a signed answer.
    Refuse,
    /// It signs what no mapping table knows.
    Garble,
    /// Its answer is changed on the way.
    Tamper,
    /// It signs with a key that nobody knows.
    WrongKey,
    /// It sends its last good answer again.
    Replay,
    /// It breaks down.
    Fail,
}

/// Its keys.
pub struct Keys {
    /// Signs answers.
    pub answers: Es256Key,
    /// Signs national passes and their status list.
    pub passes: Es256Key,
    /// Signs in [`Mode::WrongKey`].
    pub wrong: Es256Key,
}

/// A code to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// What it stands for.
    pub state: State,
    /// The text of its online form.
    pub code: String,
    /// The text of its signed form.
    pub pass: String,
}

/// A sample could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// A pass.
    #[error(transparent)]
    Pass(#[from] IssueError),
    /// A status list.
    #[error(transparent)]
    List(#[from] StatusError),
    /// The key failed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// What it answered last.
type LastAnswer = Option<(Headers, Vec<u8>)>;

/// The reference server.
pub struct Reference {
    keys: Keys,
    callers: HashMap<String, PublicKey>,
    table: Table,
    origin: String,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    mode: Mutex<Mode>,
    nonces: Mutex<HashMap<String, Seconds>>,
    calls: Mutex<HashMap<String, Seconds>>,
    last: Mutex<LastAnswer>,
    asked: AtomicUsize,
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Reference {
    /// One that is reached at `origin` and answers these callers.
    pub fn new(
        keys: Keys,
        callers: HashMap<String, PublicKey>,
        origin: String,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            keys,
            callers,
            table: Table::reference(),
            origin,
            clock,
            entropy,
            mode: Mutex::default(),
            nonces: Mutex::default(),
            calls: Mutex::default(),
            last: Mutex::default(),
            asked: AtomicUsize::new(0),
        }
    }

    /// Makes it behave otherwise.
    pub fn set_mode(&self, mode: Mode) {
        *lock(&self.mode) = mode;
    }

    /// Ends every call that was applied for.
    pub fn end_calls(&self) {
        lock(&self.calls).clear();
    }

    /// How many signed questions it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn now(&self) -> Seconds {
        Seconds::try_from(self.clock.now().seconds()).unwrap_or(0)
    }

    /// The key that signs its passes.
    pub fn pass_key(&self) -> PublicKey {
        self.keys.passes.public()
    }

    /// The entry of the national passes' issuer for a trust list, for ten years around now.
    pub fn issuer(&self) -> Issuer {
        let now = self.now();
        Issuer {
            name: Some(NATIONAL_ISSUER.to_owned()),
            format: Format::Tongxing,
            purposes: vec![Purpose::Pass, Purpose::Status],
            keys: vec![TrustedKey::ours(self.pass_key(), now - 30 * DAY, now + 3_650 * DAY)],
        }
    }

    /// A code of each kind, in both forms.
    pub fn samples(&self) -> Result<Vec<Sample>, ReferenceError> {
        let sample = |person: &Person| {
            Ok(Sample { state: person.state, code: self.code(person), pass: self.pass(person)? })
        };
        PEOPLE.iter().map(sample).collect()
    }

    fn code(&self, person: &Person) -> String {
        format!("{}{}", self.table.code_prefix, person.code)
    }

    fn list_address(&self) -> String {
        format!("{}/status/1", self.origin)
    }

    fn pass(&self, person: &Person) -> Result<String, ReferenceError> {
        let (now, address) = (self.now(), self.list_address());
        let (initials, birth) = person.items();
        let (issued, expires) = match person.state {
            State::Expired => (now - 15 * DAY, now - DAY),
            _ => (now - 3_600, now + 14 * DAY),
        };
        let claims = PassClaims {
            issuer: NATIONAL_ISSUER,
            expires,
            issued,
            id: self.entropy.bytes(),
            device: None,
            status: StatusRef { index: person.index, uri: &address },
            colour: person.state.colour(),
            initials: &initials,
            birth,
            document: person.document,
            last_four: &person.number[person.number.len() - 4..],
        };
        Ok(to_text(&claims.issue(&self.keys.passes)?))
    }

    /// The status list of the passes, signed now.
    fn status_list(&self) -> Result<Vec<u8>, ReferenceError> {
        let address = self.list_address();
        let mut list = StatusList::new(LIST_ENTRIES)?;
        for person in PEOPLE.iter().filter(|person| person.state == State::Withdrawn) {
            list.withdraw(person.index)?;
        }
        Ok(sign_status(&StatusClaims::usual(&address, self.now()), &list, &self.keys.passes)?)
    }
}
