//! The match of an application against the register (design section 4).
//!
//! Used right after submitting, in the background, and by the job that looks again when a filing has arrived.
//! The decision that matters: it is safe to run at any time and any number of times, because it does everything
//! in one transaction on the row as it stands; whoever comes second finds the row changed, or nothing to do.

use documents::Kind;
use domain::application::Stage;
use domain::id::kind::{ApplicationId, FilingId, HolderId};
use domain::matching::{DocumentDetails, Outcome, compare};
use std::time::Duration;
use store::rows::application::{ApplicationRow, EventKind, Finding, waiting_keys};
use store::rows::notice::NoticeKind;
use store::rows::outbox::MessageKind;
use store::rows::register::Filing;
use store::rows::rematch::Leased;
use store::{StoreError, Tx, call, transact};

use super::{ApplicationError, change, issue, transition};
use crate::{App, message};

/// How many filings a match opens at most.
const CANDIDATES: i64 = 20;
/// On PostgreSQL a filing and an application written at the same moment may not see one another: whoever waits
/// is looked at once more when the other transaction has surely ended.
const LOOK_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// Matches one application, whatever its stage: one that does not wait for a match is left alone.
pub async fn run(app: &App, id: ApplicationId) -> Result<Stage, ApplicationError> {
    run_leased(app, id, None).await
}

/// The same, ending a lease of the job in the same transaction.
pub async fn run_leased(
    app: &App,
    id: ApplicationId,
    leased: Option<Leased>,
) -> Result<Stage, ApplicationError> {
    transact!(app.store, "application.match", ApplicationError, |tx| {
        let mut row = call!(tx, application::by_id(id))?.ok_or(ApplicationError::NotFound)?;
        // First, so that what the match plans for later stays planned.
        if let Some(leased) = leased {
            call!(tx, rematch::done(leased, app.now()))?;
        }
        if matches!(row.stage, Stage::Submitted | Stage::Waiting | Stage::Review) {
            place(tx, app, &mut row).await?;
        }
        Ok(row.stage)
    })
}

/// Looks the document up, and moves the application to where it belongs.
async fn place(tx: &mut Tx, app: &App, row: &mut ApplicationRow) -> Result<(), ApplicationError> {
    let found = look_up(tx, row).await?;
    if found.is_of(row) && row.stage != Stage::Submitted {
        return Ok(());
    }
    let told_before = row.finding == Finding::Further;
    found.write_to(row);
    if row.finding == Finding::Exact {
        let document = row.details.clone();
        issue::approve(tx, app, row, &document, None).await?;
        return Ok(());
    }
    // A further application for a document that holds a code: its holder is told, and nothing else changes.
    if let Some(holder) = found.holder.filter(|_| !told_before) {
        let now = app.now();
        call!(tx, notice::tell(app.new_id(), holder, NoticeKind::SecondApplication, now))?;
        message::enqueue_for_holder(tx, app, holder, MessageKind::SecondApplication, Some(now)).await?;
    }
    wait(tx, app, row).await
}

/// What the register says of a document.
struct Found {
    finding: Finding,
    filing: Option<Filing>,
    /// The holder whom the document leads to: exactly where the finding is *further*.
    holder: Option<HolderId>,
}

impl Found {
    /// Whether it is what `row` says already, down to the version of the filing.
    fn is_of(&self, row: &ApplicationRow) -> bool {
        (row.finding, row.filing, row.filing_version) == self.columns()
    }

    fn write_to(&self, row: &mut ApplicationRow) {
        (row.finding, row.filing, row.filing_version) = self.columns();
    }

    fn columns(&self) -> (Finding, Option<FilingId>, Option<i64>) {
        let filing = self.filing.as_ref();
        (self.finding, filing.map(|filing| filing.id), filing.map(|filing| filing.version))
    }
}

/// Looks a document up. One that already leads to a holder comes first, because whoever knows all its details may
/// still not be its holder; and so does a filing that was found under a mistyped number, because approving would
/// take that filing's code.
async fn look_up(tx: &mut Tx, row: &ApplicationRow) -> Result<Found, StoreError> {
    let details = &row.details;
    let own = row.changes.map(|(holder, _)| holder);
    let found = best(call!(tx, lookup::candidates(details, CANDIDATES))?, details);
    let mut holder = call!(tx, holder::holder_of(details))?;
    let is_own = holder.is_some() && holder == own;
    if holder.is_none()
        && let Some((filing, _)) = &found
    {
        holder = call!(tx, holder::holder_of(&filing.details))?;
    }
    // A holder who changes their own document is no further applicant for it.
    holder = holder.filter(|holder| !is_own && Some(*holder) != own);
    let finding = match &found {
        _ if holder.is_some() => Finding::Further,
        // All that changes at once is another person's document: a reviewer sees both.
        Some((_, 0)) if !change::is_of_one_person(tx, row).await? => Finding::Near,
        Some((_, 0)) => Finding::Exact,
        Some(_) => Finding::Near,
        None => Finding::Absent,
    };
    Ok(Found { finding, filing: found.map(|(filing, _)| filing), holder })
}

/// Whether what the match found of `row` is still what the register says: no decision stands on anything else.
pub async fn still_holds(tx: &mut Tx, row: &ApplicationRow) -> Result<bool, StoreError> {
    Ok(look_up(tx, row).await?.is_of(row))
}

/// The filing that differs least, and in how many ways it does.
fn best(filings: Vec<Filing>, details: &DocumentDetails) -> Option<(Filing, usize)> {
    let differences = |filing: Filing| match compare(details, &filing.details) {
        Outcome::Exact => Some((filing, 0)),
        Outcome::Near(differences) => Some((filing, differences.len())),
        Outcome::Different => None,
    };
    filings.into_iter().filter_map(differences).min_by_key(|(_, count)| *count)
}

/// A passport with nothing like it on file waits for a filing; everything else is for a reviewer to decide. In
/// both cases a filing that arrives later starts the match again.
async fn wait(tx: &mut Tx, app: &App, row: &mut ApplicationRow) -> Result<(), ApplicationError> {
    let passport_not_on_file = row.kind() == Kind::Passport && row.finding == Finding::Absent;
    let (next, event) = if passport_not_on_file {
        (Stage::Waiting, EventKind::Waiting)
    } else {
        (Stage::Review, EventKind::Review)
    };
    let keys = waiting_keys(app.store.sealer(), &row.details);
    call!(tx, rematch::wait(row.id, &keys))?;
    if row.stage == Stage::Submitted {
        let later = app.now().plus(LOOK_AGAIN_AFTER);
        call!(tx, rematch::plan(row.id, later))?;
        call!(tx, rematch::again(row.id, later))?; // not at an earlier plan's time: that would be too soon
    }
    // A reviewer's page stays as it was opened: what they see does not change under their hands.
    if row.stage == next || (row.stage == Stage::Review && next == Stage::Waiting) {
        return transition::save(tx, row).await;
    }
    transition::advance(tx, app, row, next, event, None).await
}
