//! The report of an abnormal temperature that was taken on the page.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::Format;
use domain::Timestamp;
use domain::checkpoint::ClientId;
use domain::id::kind::HolderId;
use domain::report::{Report, ReportError, Shown, Subject};
use store::rows::checkpoint::ArrivedItem;
use store::rows::report::NewReport;
use store::{StoreError, Tx, call, transact};

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

/// Makes the report of a check, once: `false` if it was made before. Durable when this returns.
pub async fn file(
    app: &App,
    staff: &Staff,
    working: &Working,
    check: ClientId,
    report: Report,
) -> Result<bool, FileError> {
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
    // The page's own form alone knows the number: what comes under it again is the same report.
    let (digested, report) = ([0; 16], Some(new.id));
    let mut item = ArrivedItem { device: PAGE, item: check, digest: digested, kind: "report", report };
    item.digest.copy_from_slice(&digest(&SHA256, &check.0).as_ref()[..16]);
    transact!(app.store, "checkpoint.report", FileError, |tx| {
        if call!(tx, arrival::take(std::slice::from_ref(&item), now))?.is_empty() {
            return Ok(false);
        }
        let mut new = new.clone();
        new.holder = holder(tx, &new.report.subject).await?;
        health::file(tx, app, new).await?;
        shift::add(tx, working.shift.id, shift::of_reading(true)).await?;
        Ok(true)
    })
}

/// The holder whose pass it was, if it is one that was issued here.
async fn holder(tx: &mut Tx, subject: &Subject) -> Result<Option<HolderId>, StoreError> {
    let Subject::Pass { pass, .. } = subject else { return Ok(None) };
    let Ok(id) = URL_SAFE_NO_PAD.decode(pass) else { return Ok(None) };
    Ok(call!(tx, pass::holders(&[&id]))?.first().map(|(_, holder)| *holder))
}
