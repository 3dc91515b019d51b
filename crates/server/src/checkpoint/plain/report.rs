//! The report of an abnormal temperature that was taken on the page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::Format;
use domain::checkpoint::ClientId;
use domain::id::kind::{HolderId, TemperatureReportId};
use domain::report::{Report, ReportError, Shown, Subject};
use domain::{Id, Timestamp};
use store::rows::checkpoint::ArrivedItem;
use store::rows::report::NewReport;
use store::{StoreError, Tx, call, read, transact};

use super::shift::{self, Working};
use crate::App;
use crate::checkpoint::abuse::PAGE;
use crate::checkpoint::inspect::{Finding, Source};
use crate::health;
use crate::http::session::Staff;
use crate::http::{Kind, Problem};

/// Why no report was made.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It says what a report cannot say.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for FileError {
    fn kind(&self) -> Kind {
        match self {
            Self::Report(_) => Kind::INVALID,
            Self::Store(error) => error.kind(),
        }
    }
}

/// Whose temperature it was: the pass where it is one of ours, else what the inspector took down of the document.
/// Nothing of a code of others is copied.
pub fn subject(finding: Option<&Finding>, shown: Shown) -> Subject {
    let pass = finding.and_then(|finding| finding.pass);
    match (finding.map(|finding| finding.source), pass) {
        (_, Some(pass)) => Subject::Pass { pass: URL_SAFE_NO_PAD.encode(pass.id), printed: pass.printed },
        (Some(Source::National | Source::NationalPass), None) => Subject::National(shown),
        (Some(Source::Foreign(format)), None) if format != Format::Tongxing => {
            Subject::Foreign { format, shown }
        }
        _ if shown == Shown::default() => Subject::Nobody,
        _ => Subject::Document(shown),
    }
}

/// What became of a report. Whatever it says is durable.
pub enum Filed {
    /// It is made.
    Now,
    /// It was made before, with the same content.
    Before,
    /// Another one was made before of this check, and stands: this one. Nothing was stored.
    Other(Box<Report>),
}

/// Makes the report of a check, once. `content` is what the inspector's form said, by which one that comes again is
/// told from another answer.
pub async fn file(
    app: &App,
    staff: &Staff,
    working: &Working,
    (check, content): (ClientId, &str),
    report: Report,
) -> Result<Filed, FileError> {
    report.check()?;
    let now = app.now();
    let new = NewReport {
        id: app.new_id(),
        holder: None,
        checkpoint: working.checkpoint.id,
        shift: Some(working.shift.id),
        device: None,
        staff: staff.id,
        unit: staff.unit,
        exported: false,
        taken_at: report.readings.last().map_or(now, |last| Timestamp::from_seconds(last.at)),
        report,
        due_at: health::due(app),
    };
    let keyed = keyed(app, check, content);
    let (digest, report) = (digest(keyed, new.id), Some(new.id));
    let item = ArrivedItem { device: PAGE, item: check, digest, kind: "report", report };
    transact!(app.store, "checkpoint.report", FileError, |tx| {
        if call!(tx, arrival::take(std::slice::from_ref(&item), now))?.is_empty() {
            return before(tx, check, keyed).await;
        }
        let mut new = new.clone();
        new.holder = holder(tx, &new.report.subject).await?;
        health::file(tx, app, new).await?;
        shift::add(tx, working.shift.id, shift::of_reading(true)).await?;
        Ok(Filed::Now)
    })
}

/// The report of a check, where one was made; none after the numbers of that time are forgotten.
pub async fn of_check(app: &App, check: ClientId) -> Result<Option<Report>, StoreError> {
    read!(app.store, "checkpoint.report_of", StoreError, |tx| {
        let stored = stored(tx, check).await?;
        Ok(stored.map(|(_, report)| report))
    })
}

/// Under the same number: the same content is the same report.
async fn before(tx: &mut Tx, check: ClientId, keyed: [u8; 8]) -> Result<Filed, FileError> {
    match stored(tx, check).await? {
        Some((known, first)) if known != keyed => Ok(Filed::Other(Box::new(first))),
        _ => Ok(Filed::Before),
    }
}

async fn stored(tx: &mut Tx, check: ClientId) -> Result<Option<([u8; 8], Report)>, StoreError> {
    let digest = call!(tx, arrival::digest(PAGE, check))?;
    let Some((keyed, id)) = digest.as_deref().and_then(halves) else { return Ok(None) };
    let row = call!(tx, report_desk::by_id(id))?;
    Ok(row.map(|row| (keyed, row.report)))
}

fn keyed(app: &App, check: ClientId, content: &str) -> [u8; 8] {
    let index = app.store.sealer().index();
    index.candidate("checkpoint.page.report", &[&check.0, content.as_bytes()]).to_be_bytes()
}

/// What is kept of an item of the page: eight bytes of its content, keyed, and its report.
fn digest(keyed: [u8; 8], id: TemperatureReportId) -> [u8; 16] {
    let mut digest = [0; 16];
    digest[..8].copy_from_slice(&keyed);
    digest[8..].copy_from_slice(&id.as_i64().to_be_bytes());
    digest
}

fn halves(digest: &[u8]) -> Option<([u8; 8], TemperatureReportId)> {
    let (keyed, id) = digest.split_at_checked(8)?;
    Some((keyed.try_into().ok()?, Id::from_i64(i64::from_be_bytes(id.try_into().ok()?))))
}

/// The holder whose pass it was, if it is one that was issued here.
async fn holder(tx: &mut Tx, subject: &Subject) -> Result<Option<HolderId>, StoreError> {
    let Subject::Pass { pass, .. } = subject else { return Ok(None) };
    let Ok(id) = URL_SAFE_NO_PAD.decode(pass) else { return Ok(None) };
    Ok(call!(tx, pass::holders(&[&id]))?.first().map(|(_, holder)| *holder))
}
