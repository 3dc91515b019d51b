//! The use cases of the register: file, find, open, correct, withdraw. Each runs in one named transaction; what a
//! clerk finds or opens is recorded in the same one.

use documents::{Number, PartialDate, PersonName, StateCode};
use domain::id::kind::FilingId;
use domain::matching::DocumentDetails;
use store::rows::actor::ActorName;
use store::rows::register::{Actor, Changed, Filed, Filing, OldVersion, Origin, Prepared, Revision, Source};
use store::{StoreError, call, read, transact};

use crate::App;
use crate::access;
use crate::http::session::Staff;
use crate::http::{Kind, Problem};

/// How many filings a search shows; a name and a birth date that more people share is narrowed by the number.
pub const SEARCH_LIMIT: i64 = 20;

/// What stands in the record of accesses for a search that found nothing.
const NOBODY: FilingId = FilingId::from_i64(0);

/// Most characters of a reason.
pub const REASON_LIMIT: usize = 500;

/// Why a filing could not be opened or changed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// No filing has this id.
    #[error("no such filing")]
    Unknown,
    /// It is withdrawn, or somebody changed it since it was read.
    #[error("the filing was changed or withdrawn in the meantime")]
    Stale,
    /// Another filing that counts has the number that it would get.
    #[error("another filing has this document number")]
    Taken(FilingId),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for RegisterError {
    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::NOT_FOUND,
            Self::Stale | Self::Taken(_) => Kind::CONFLICT,
            Self::Store(error) => error.kind(),
        }
    }

    fn detail(&self) -> Option<String> {
        matches!(self, Self::Taken(_)).then(|| self.to_string())
    }
}

/// A member of staff as the one who acts.
pub const fn acting(staff: &Staff) -> Actor {
    Actor { unit: staff.unit, staff: Some(staff.id), client: None }
}

/// Seals and indexes details for a new filing.
pub fn prepare(app: &App, details: &DocumentDetails) -> Prepared {
    Prepared::new(app.store.sealer(), app.new_id(), details)
}

/// Where filings written now come from.
pub fn origin(app: &App, source: Source, actor: Actor) -> Origin {
    Origin { source, batch: None, actor, at: app.now() }
}

/// Files one document that a clerk typed.
pub async fn file(app: &App, staff: &Staff, details: &DocumentDetails) -> Result<Filed, StoreError> {
    let (row, origin) = (prepare(app, details), origin(app, Source::Typed, acting(staff)));
    transact!(app.store, "register.file", StoreError, |tx| { call!(tx, register::file(&row, &origin)) })
}

/// What a clerk searches by.
pub enum Query {
    /// The document's number.
    Number(StateCode, Number),
    /// The holder's date of birth and name.
    Person(PartialDate, PersonName),
}

/// Finds filings, and records that this clerk searched and what was shown to them.
pub async fn search(app: &App, staff: &Staff, query: &Query) -> Result<Vec<Filing>, StoreError> {
    transact!(app.store, "register.search", StoreError, |tx| {
        let found = match query {
            Query::Number(state, number) => {
                call!(tx, lookup::by_number(*state, number))?.into_iter().collect::<Vec<_>>()
            }
            Query::Person(birth, name) => call!(tx, lookup::by_birth_and_name(*birth, name, SEARCH_LIMIT))?,
        };
        for filing in &found {
            access::record(tx, app, staff, "search", "filing", filing.id).await?;
        }
        if found.is_empty() {
            // Somebody was looked for, too: an entry about no filing.
            access::record(tx, app, staff, "search", "filing", NOBODY).await?;
        }
        Ok(found)
    })
}

/// A filing with everything that happened to it.
#[derive(Clone)]
pub struct Opened {
    /// As it stands.
    pub filing: Filing,
    /// Who filed it.
    pub filed_by: ActorName,
    /// What stood before, oldest first, with who ended it.
    pub history: Vec<(OldVersion, ActorName)>,
}

/// Opens a filing, and records that this clerk did.
pub async fn open(app: &App, staff: &Staff, id: FilingId) -> Result<Opened, RegisterError> {
    transact!(app.store, "register.open", RegisterError, |tx| {
        let filing = call!(tx, lookup::by_id(id))?.ok_or(RegisterError::Unknown)?;
        let filed_by = call!(tx, actor::name(&filing.origin.actor))?;
        let mut history = Vec::new();
        for old in call!(tx, revision::history(id))? {
            let name = call!(tx, actor::name(&old.actor))?;
            history.push((old, name));
        }
        access::record(tx, app, staff, "open", "filing", id).await?;
        Ok(Opened { filing, filed_by, history })
    })
}

/// The filing that stands in the way of another with the same document, opened for this clerk.
pub async fn open_conflict(app: &App, staff: &Staff, id: FilingId) -> Result<Filing, RegisterError> {
    transact!(app.store, "register.conflict", RegisterError, |tx| {
        let filing = call!(tx, lookup::by_id(id))?.ok_or(RegisterError::Unknown)?;
        access::record(tx, app, staff, "open", "filing", id).await?;
        Ok(filing)
    })
}

/// What a change is made against, and why.
#[derive(Clone)]
pub struct Why {
    /// The version that was read.
    pub version: i64,
    /// By whom.
    pub actor: Actor,
    /// In whose words; not empty, at most [`REASON_LIMIT`] characters.
    pub reason: String,
}

/// Whether a reason will do; the code of what is wrong with it otherwise.
pub fn judge_reason(reason: &str) -> Result<(), &'static str> {
    match reason.trim().chars().count() {
        0 => Err("reason.empty"),
        n if n > REASON_LIMIT => Err("reason.too_long"),
        _ => Ok(()),
    }
}

/// The change that `why` asks for.
pub fn revision(app: &App, why: &Why) -> Revision {
    Revision {
        id: app.new_id(),
        expected_version: why.version,
        actor: why.actor,
        at: app.now(),
        reason: why.reason.trim().to_owned(),
    }
}

/// The new version, or why there is none.
pub fn changed(outcome: Changed) -> Result<i64, RegisterError> {
    match outcome {
        Changed::Now(version) => Ok(version),
        Changed::Unknown => Err(RegisterError::Unknown),
        Changed::Stale => Err(RegisterError::Stale),
        Changed::Taken(other) => Err(RegisterError::Taken(other)),
    }
}

/// Puts other details in the place of a filing's; the old ones are kept with the reason. Gives the new version.
pub async fn correct(
    app: &App,
    id: FilingId,
    details: &DocumentDetails,
    why: &Why,
) -> Result<i64, RegisterError> {
    let (row, revision) = (Prepared::new(app.store.sealer(), id, details), revision(app, why));
    transact!(app.store, "register.correct", RegisterError, |tx| {
        changed(call!(tx, revision::correct(&row, &revision))?)
    })
}

/// Takes a filing back; it is kept, and its document may be filed again. Gives the new version.
pub async fn withdraw(app: &App, id: FilingId, why: &Why) -> Result<i64, RegisterError> {
    let revision = revision(app, why);
    transact!(app.store, "register.withdraw", RegisterError, |tx| {
        changed(call!(tx, revision::withdraw(id, &revision))?)
    })
}

/// Looks up without opening for anybody: whether a document is on file, for the public-security system.
pub async fn find(app: &App, state: StateCode, number: &Number) -> Result<Option<Filing>, StoreError> {
    read!(app.store, "register.find", StoreError, |tx| { call!(tx, lookup::by_number(state, number)) })
}
