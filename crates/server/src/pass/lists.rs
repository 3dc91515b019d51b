//! Status lists as they are published: built from the withdrawn rows, signed, and kept in memory.
//!
//! The decision that matters: a withdrawal marks its list *before* its transaction commits, so this process
//! never serves a list for long that may lack it. A mark makes the next request build the list anew; while a
//! mark is recent (its transaction may still be under way) what was built is kept for seconds only. Other
//! processes see the withdrawal within [`KEPT`]. Where the database or the key is away, the last list is served on: it
//! says itself when it was signed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{
    KeyId, MAX_ENTRIES, Seconds, SignError, Signer, StatusClaims, StatusList, sign_status_both,
};
use domain::Timestamp;
use store::rows::pass::ListRow;
use store::{StoreError, Tx, call, read};

use super::decoys::Decoys;
use crate::App;
use crate::http::{Kind, Problem};

/// For how long a list is served as it was built, where nothing was withdrawn by this process.
pub const KEPT: Duration = Duration::from_mins(1);
/// The same while a withdrawal may be under way.
const KEPT_MARKED: Duration = Duration::from_secs(2);
/// No transaction takes longer: routes answer within ten seconds.
const UNDER_WAY: Duration = Duration::from_secs(15);

/// A file that anybody may fetch and keep.
#[derive(Clone)]
pub struct Published {
    /// What is sent.
    pub body: Bytes,
    /// Its entity tag (RFC 9110 section 8.8.3), with the quotes.
    pub etag: String,
}

impl Published {
    /// The file with these bytes.
    pub fn new(body: Vec<u8>) -> Self {
        let hash = digest(&SHA256, &body);
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]));
        Self { body: body.into(), etag }
    }
}

/// A list in both of the forms that it is published in, signed at the same moment.
#[derive(Clone)]
pub struct Forms {
    /// The CWT: smaller, and what our own checkers fetch.
    pub cwt: Published,
    /// The JWT, for partners whose tools speak JSON.
    pub jwt: Published,
}

/// Why there is no list to serve.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// No such list, or all its passes have ended.
    #[error("no such status list")]
    Unknown,
    /// The database failed, and no earlier list is at hand.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key failed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The task that builds the list ended early.
    #[error("building the list was interrupted")]
    Interrupted,
}

impl Problem for ListError {
    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::NOT_FOUND,
            Self::Store(error) => error.kind(),
            Self::Sign(_) | Self::Interrupted => Kind::INTERNAL,
        }
    }
}

/// The lists in memory.
#[derive(Default)]
pub struct Lists {
    slots: Mutex<HashMap<i64, Slot>>,
    marks: Mutex<HashMap<i64, Mark>>,
    decoys: Mutex<HashMap<i64, Arc<Decoys>>>,
}

/// One list; whoever builds it holds the lock, and the others wait for what comes of it.
type Slot = Arc<tokio::sync::Mutex<Option<Built>>>;

struct Built {
    forms: Forms,
    at: Timestamp,
    marks: u64,
    /// Who signed it: another key means another list.
    key: KeyId,
}

#[derive(Clone, Copy, Default)]
struct Mark {
    count: u64,
    at: Option<Timestamp>,
}

impl Lists {
    /// Something in `list` is being withdrawn at `now`.
    pub fn mark(&self, list: i64, now: Timestamp) {
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = marks.entry(list).or_default();
        *mark = Mark { count: mark.count + 1, at: Some(now) };
    }

    fn marked(&self, list: i64) -> Mark {
        let marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        marks.get(&list).copied().unwrap_or_default()
    }

    fn decoys(&self, list: i64) -> Option<Arc<Decoys>> {
        self.decoys.lock().unwrap_or_else(PoisonError::into_inner).get(&list).cloned()
    }

    fn used(&self) -> usize {
        self.decoys.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn keep_decoys(&self, list: i64, drawn: Decoys) -> Arc<Decoys> {
        let mut decoys = self.decoys.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(decoys.entry(list).or_insert_with(|| Arc::new(drawn)))
    }

    fn slot(&self, list: i64) -> Option<Slot> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).get(&list).cloned()
    }

    fn make_slot(&self, list: i64) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(list).or_default())
    }
}

impl Built {
    fn is_fresh(&self, mark: Mark, key: KeyId, now: Timestamp) -> bool {
        let recent = mark.at.is_some_and(|at| now.since(at) < UNDER_WAY);
        let kept = if recent { KEPT_MARKED } else { KEPT };
        self.key == key && self.marks == mark.count && now.since(self.at) < kept
    }
}

/// The address of a list, as passes carry it.
pub fn uri(app: &App, list: i64) -> String {
    format!("{}/s/{list}", app.settings.public_origin)
}

/// The list at an address of this service, whether or not there is one of that number.
pub fn at(app: &App, uri: &str) -> Option<i64> {
    uri.strip_prefix(app.settings.public_origin.as_str())?.strip_prefix("/s/")?.parse().ok()
}

/// The addresses of the lists that a checker needs at most: those whose passes may still be good, soonest ending first.
pub async fn current(app: &App) -> Result<Vec<String>, StoreError> {
    let today = app.now().day();
    let lists = read!(app.store, "status.current", StoreError, |tx| { call!(tx, status::current(today)) })?;
    Ok(lists.into_iter().map(|(list, _)| uri(app, list)).collect())
}

/// How many lists this process has written passes into or built: where it grows, there may be a new one.
pub fn used(app: &App) -> usize {
    app.signers.lists.used()
}

/// The list with this id, as it is published now.
pub async fn published(app: &App, list: i64) -> Result<Forms, ListError> {
    let lists = &app.signers.lists;
    let slot = match lists.slot(list) {
        Some(slot) => slot,
        None => known(app, list).await?,
    };
    let mut kept = slot.lock().await;
    let (mark, now) = (lists.marked(list), app.now());
    let signing = app.signers.signing();
    let key = signing.signer().key_id();
    if let Some(built) = kept.as_ref().filter(|built| built.is_fresh(mark, key, now)) {
        return Ok(built.forms.clone());
    }
    match build(app, Arc::clone(signing.signer()), list, now).await {
        Ok(forms) => {
            *kept = Some(Built { forms: forms.clone(), at: now, marks: mark.count, key });
            Ok(forms)
        }
        Err(error @ (ListError::Store(_) | ListError::Sign(_))) => match kept.as_ref() {
            Some(earlier) => {
                tracing::warn!(%error, list, "serving an earlier status list");
                Ok(earlier.forms.clone())
            }
            None => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// A place for a list that exists and of which passes may still be good.
async fn known(app: &App, list: i64) -> Result<Slot, ListError> {
    let about = read!(app.store, "status.about", StoreError, |tx| { call!(tx, status::about(list)) })?;
    match about {
        Some(row) if app.now().day() <= row.expiry_day => Ok(app.signers.lists.make_slot(list)),
        _ => Err(ListError::Unknown),
    }
}

/// The decoys of a list, drawn once by each process.
pub(super) async fn decoys(tx: &mut Tx, app: &App, list: i64) -> Result<Arc<Decoys>, StoreError> {
    if let Some(drawn) = app.signers.lists.decoys(list) {
        return Ok(drawn);
    }
    let decoys = match call!(tx, status::about(list))? {
        Some(ListRow { decoy_seed: Some(seed), created_at, expiry_day }) => {
            Decoys::draw(&seed, created_at, Timestamp::of_day(expiry_day + 1))
        }
        _ => Decoys::default(),
    };
    Ok(app.signers.lists.keep_decoys(list, decoys))
}

async fn build(app: &App, signer: Arc<dyn Signer>, list: i64, now: Timestamp) -> Result<Forms, ListError> {
    let (withdrawn, decoys) = read!(app.store, "status.withdrawn", StoreError, |tx| {
        Ok((call!(tx, status::withdrawn(list))?, decoys(tx, app, list).await?))
    })?;
    let uri = uri(app, list);
    let issued = Seconds::try_from(now.seconds()).unwrap_or(0);
    // Packing 2^20 bits takes milliseconds: not on a thread that answers others.
    let task = tokio::task::spawn_blocking(move || {
        let mut bits = StatusList::new(MAX_ENTRIES).expect("our own size is allowed");
        for index in withdrawn.into_iter().chain(decoys.on(now)) {
            bits.withdraw(index).expect("indexes are drawn below the size");
        }
        let claims = StatusClaims::usual(&uri, issued);
        let (cwt, jwt) = sign_status_both(&claims, &bits, &*signer)?;
        Ok::<_, SignError>(Forms { cwt: Published::new(cwt), jwt: Published::new(jwt.into_bytes()) })
    });
    task.await.map_err(|_| ListError::Interrupted)?.map_err(ListError::from)
}
