//! The checkpoints of the demonstration, a device that waits, and temperatures that were reported.

use domain::Timestamp;
use domain::checkpoint::CheckpointKind::{Port, Road, Station};
use domain::report::{Action, Reading, Report, Shown, ShownDocument, Site, Subject};

use super::make::broken;
use super::{DemonstrationError, Enrolment};
use crate::App;
use crate::checkpoint::admin::{By, Tools, devices, places};
use crate::checkpoint::plain::{new_check, report, shift};
use crate::http::session::Staff;

const DEVICE: &str = "Demonstration phone";

/// Makes three checkpoints, and reports from the first.
pub async fn make(app: &App, inspector: &Staff) -> Result<(), DemonstrationError> {
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
    let working = shift::begin(app, inspector, first).await.map_err(broken)?;
    let passport = Shown { document: Some(ShownDocument::Passport), last_four: Some("4526".to_owned()) };
    for (subject, readings, action) in [
        (Subject::Document(passport), [379, 381], Action::FeverClinic),
        (Subject::National(Shown::default()), [374, 373], Action::Refused),
        (Subject::Nobody, [375, 376], Action::FeverClinic),
    ] {
        let report = Report {
            subject,
            verdict: None,
            readings: readings.map(|tenths| reading(app.now(), tenths)).into(),
            threshold: 373,
            action,
        };
        report::file(app, inspector, &working, new_check(&*app.entropy), report).await.map_err(broken)?;
    }
    // Visitors begin one of their own.
    shift::end(app, inspector).await.map_err(broken)
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
