//! The report of an abnormal temperature that was taken on the page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::Format;
use domain::Timestamp;
use domain::checkpoint::ClientId;
use domain::id::kind::{HolderId, TemperatureReportId};
use domain::report::{Report, ReportError, Shown, Subject};
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

/// Of the keyed digest by which the same content is known again.
const LABEL: &str = "checkpoint.page.report";

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
    let digest = app.store.sealer().index().exact(LABEL, &[&check.0, content.as_bytes()]);
    let report = Some(new.id);
    let item = ArrivedItem { device: PAGE, item: check, digest, kind: "report", report };
    transact!(app.store, "checkpoint.report", FileError, |tx| {
        if call!(tx, arrival::take(std::slice::from_ref(&item), now))?.is_empty() {
            return before(tx, check, digest).await;
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
        let came = call!(tx, arrival::came(PAGE, check))?;
        stored(tx, came.and_then(|(_, report)| report)).await
    })
}

/// Under the same number: the same content is the same report.
async fn before(tx: &mut Tx, check: ClientId, digest: [u8; 16]) -> Result<Filed, FileError> {
    let Some((first, report)) = call!(tx, arrival::came(PAGE, check))? else { return Ok(Filed::Before) };
    if first == digest {
        return Ok(Filed::Before);
    }
    let stands = stored(tx, report).await?;
    Ok(stands.map_or(Filed::Before, |first| Filed::Other(Box::new(first))))
}

async fn stored(tx: &mut Tx, id: Option<TemperatureReportId>) -> Result<Option<Report>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    Ok(call!(tx, report_desk::by_id(id))?.map(|row| row.report))
}

/// The holder whose pass it was, if it is one that was issued here.
async fn holder(tx: &mut Tx, subject: &Subject) -> Result<Option<HolderId>, StoreError> {
    let Subject::Pass { pass, .. } = subject else { return Ok(None) };
    let Ok(id) = URL_SAFE_NO_PAD.decode(pass) else { return Ok(None) };
    Ok(call!(tx, pass::holders(&[&id]))?.first().map(|(_, holder)| *holder))
}
