//! The checkpoints of the demonstration, a device that waits, and temperatures that were reported.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{Scan, to_text};
use domain::Timestamp;
use domain::checkpoint::CheckpointKind::{Port, Road, Station};
use domain::id::kind::{CheckpointId, TemperatureReportId};
use domain::report::{Action, Reading, Report, Shown, ShownDocument, Site, Subject};
use store::{StoreError, call, read};

use super::make::broken;
use super::{DemonstrationError, Enrolment};
use crate::App;
use crate::checkpoint::admin::{By, Tools, devices, places};
use crate::checkpoint::plain::shift::Working;
use crate::checkpoint::plain::{new_check, report, shift};
use crate::health;
use crate::http::session::Staff;

const DEVICE: &str = "Demonstration phone";

/// Makes three checkpoints, and from the first what a busy morning leaves on the health officers' desk: reports that are
/// done, confirmed, overdue, taken and new. Each is made as inspectors and officers make it, at its time.
pub async fn make(
    app: &App,
    inspector: &Staff,
    officer: &Staff,
    printed: &[u8],
) -> Result<(), DemonstrationError> {
    let tools = Tools::of(app);
    let mut first = None;
    for (name, place, kind) in [
        ("Hankou Station, exit 3 汉口站3号出口", "Jianghan, Wuhan 武汉江汉区", Station),
        ("Tianhe Airport, hall 2 天河机场2号厅", "Huangpi, Wuhan 武汉黄陂区", Port),
        ("G4, Wuhan North 京港澳高速武汉北", "Xiaogan 孝感", Road),
    ] {
        let id = places::add(tools, By::COMMAND_LINE, name, place, Some(kind)).await.map_err(broken)?;
        first = first.or(Some(id));
    }
    let first = first.ok_or_else(|| broken("no checkpoint"))?;
    let gate = Gate { app, inspector, working: begun(app, inspector, first).await? };
    let passport = Shown { document: Some(ShownDocument::Passport), last_four: Some("4526".to_owned()) };
    let document = || Subject::Document(passport.clone());
    let id = gate.report(180, document(), [379, 381], Action::FeverClinic).await?;
    officers::follow_up(app, officer, id, 175).await?;
    let id = gate.report(100, pass(printed)?, [385, 387], Action::FeverClinic).await?;
    officers::confirm(app, officer, id, 96).await?;
    gate.report(40, Subject::National(Shown::default()), [374, 373], Action::Refused).await?;
    health::escalate::escalate(&ago(app, 24)).await.map_err(broken)?;
    let id = gate.report(8, document(), [378, 378], Action::Refused).await?;
    health::claims::take(&ago(app, 1), officer, id).await.map_err(broken)?;
    gate.report(4, Subject::Nobody, [375, 376], Action::FeverClinic).await?;
    gate.report(0, document(), [380, 379], Action::FeverClinic).await?;
    // Visitors begin one of their own.
    shift::end(app, inspector).await.map_err(broken)
}

/// The service so many minutes ago.
fn ago(app: &App, minutes: u64) -> App {
    app.as_of(app.now().minus(Duration::from_mins(minutes)))
}

async fn begun(app: &App, inspector: &Staff, at: CheckpointId) -> Result<Working, DemonstrationError> {
    shift::begin(&ago(app, 200), inspector, at).await.map_err(broken)
}

/// What was shown, where it was this pass.
fn pass(signed: &[u8]) -> Result<Subject, DemonstrationError> {
    let (text, mut buffer) = (to_text(signed), Vec::new());
    let scan = Scan::read(&text, &mut buffer);
    let claims = scan.pass().ok_or_else(|| broken("a pass of the demonstration cannot be read"))?.claims();
    Ok(Subject::Pass { pass: URL_SAFE_NO_PAD.encode(claims.id), printed: true })
}

/// An inspector at work.
struct Gate<'a> {
    app: &'a App,
    inspector: &'a Staff,
    working: Working,
}

impl Gate<'_> {
    async fn report(
        &self,
        minutes: u64,
        subject: Subject,
        readings: [u16; 2],
        action: Action,
    ) -> Result<TemperatureReportId, DemonstrationError> {
        let app = ago(self.app, minutes);
        let report = Report {
            verdict: matches!(subject, Subject::Pass { .. }).then(|| "CHECK".to_owned()),
            subject,
            readings: readings.map(|tenths| reading(app.now(), tenths)).into(),
            threshold: 373,
            action,
        };
        let check = new_check(&*app.entropy);
        report::file(&app, self.inspector, &self.working, (check, ""), report).await.map_err(broken)?;
        let newest = read!(app.store, "demonstration.report", StoreError, |tx| {
            Ok(call!(tx, report_desk::queue(100, 0))?.into_iter().map(|row| row.id).max())
        })?;
        newest.ok_or_else(|| broken("a report is not in the queue"))
    }
}

/// What the health officer did, so many minutes ago and later.
mod officers {
    use domain::report::ReportOutcome;

    use super::{App, DemonstrationError, Staff, TemperatureReportId, ago, broken, version};
    use crate::health::{act, claims};

    pub async fn follow_up(
        app: &App,
        officer: &Staff,
        id: TemperatureReportId,
        minutes: u64,
    ) -> Result<(), DemonstrationError> {
        known(app, officer, id, minutes).await?;
        let (then, words) =
            (ago(app, minutes - 10), "Seen at the fever clinic, tested, sent home. 已在发热门诊就诊。");
        let outcome = ReportOutcome::FollowedUp;
        act::finish(&then, officer, id, version(app, id).await?, outcome, words).await.map_err(broken)
    }

    pub async fn confirm(
        app: &App,
        officer: &Staff,
        id: TemperatureReportId,
        minutes: u64,
    ) -> Result<(), DemonstrationError> {
        known(app, officer, id, minutes).await?;
        act::confirm(&ago(app, minutes - 5), officer, id, version(app, id).await?, None).await.map_err(broken)
    }

    /// Takes and acknowledges it.
    async fn known(
        app: &App,
        officer: &Staff,
        id: TemperatureReportId,
        minutes: u64,
    ) -> Result<(), DemonstrationError> {
        claims::take(&ago(app, minutes), officer, id).await.map_err(broken)?;
        let then = ago(app, minutes - 1);
        act::acknowledge(&then, officer, id, version(app, id).await?).await.map_err(broken)
    }
}

async fn version(app: &App, id: TemperatureReportId) -> Result<i64, DemonstrationError> {
    let row =
        read!(app.store, "demonstration.version", StoreError, |tx| { call!(tx, report_desk::by_id(id)) })?;
    row.map(|row| row.version).ok_or_else(|| broken("a report is gone"))
}

fn reading(now: Timestamp, tenths: u16) -> Reading {
    Reading { tenths, site: Site::Forehead, at: now.seconds() }
}

/// A device that waits to be enrolled, with a fresh code: the one of the last start, or one more where that is in use.
pub async fn enrolment(app: &App) -> Result<Enrolment, DemonstrationError> {
    let tools = Tools::of(app);
    let all = devices::list(tools).await.map_err(broken)?;
    let ours = |name: &str| name.starts_with(DEVICE);
    let waits =
        all.iter().find(|one| ours(&one.name) && one.enrolled_at.is_none() && one.withdrawn_at.is_none());
    let (device, code) = if let Some(one) = waits {
        let code = devices::new_code(tools, By::COMMAND_LINE, one.id).await.map_err(broken)?;
        (one.name.clone(), code)
    } else {
        let device = format!("{DEVICE} {}", all.iter().filter(|one| ours(&one.name)).count() + 1);
        let (_, code) = devices::add(tools, By::COMMAND_LINE, &device).await.map_err(broken)?;
        (device, code)
    };
    Ok(Enrolment { device, code: code.grouped() })
}
