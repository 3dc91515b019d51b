//! `/staff/checkpoints/flags`: what was noticed, and what devices sent twice with other content.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::checkpoint::ClientId;
use domain::id::kind::{CheckpointId, InspectorDeviceId, UnitId};
use store::rows::checkpoint::{ConflictRow, FlagKind, FlagRow};

use crate::App;
use crate::checkpoint::abuse::{NOWHERE, PAGE};
use crate::checkpoint::admin::flags::{self, Noticed};
use crate::checkpoint::admin::{AdminError, By, Tools};
use crate::health::version::is_report;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};

/// The list.
#[derive(Template)]
#[template(path = "checkpoint/flags.html")]
pub struct FlagsPage {
    page: Page,
    noticed: Noticed,
}

impl FlagsPage {
    /// The device; for the page that needs none, whose unit it was.
    fn whose(&self, flag: &FlagRow) -> String {
        if flag.device != PAGE {
            return self.device(flag.device);
        }
        match flag.unit.and_then(|unit| self.noticed.units.get(&unit)) {
            Some(unit) => self.page.t1("flags-page-unit", "unit", unit),
            None => self.page.t("flags-page"),
        }
    }

    fn device(&self, id: InspectorDeviceId) -> String {
        self.noticed.devices.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    fn checkpoint(&self, id: CheckpointId) -> String {
        if id == NOWHERE {
            return self.page.t("flags-nowhere");
        }
        self.noticed.checkpoints.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// Which checkpoints, the second behind the first.
    fn places(&self, flag: &FlagRow) -> Vec<String> {
        [Some(flag.checkpoint), flag.other_checkpoint]
            .into_iter()
            .flatten()
            .map(|id| self.checkpoint(id))
            .collect()
    }

    fn what(&self, flag: &FlagRow) -> String {
        let key = format!("flags-{}", flag.kind.as_str().replace('_', "-"));
        self.page.t1(key, "scans", flag.scans.unwrap_or_default())
    }

    fn when(&self, flag: &FlagRow) -> String {
        self.page.words.date_time(Timestamp::from_seconds(flag.minute * 60))
    }

    /// Who can compare the two: what is about people is nothing for administrators.
    fn compared(&self, conflict: &ConflictRow) -> String {
        self.page.t(if is_report(conflict) { "conflicts-health" } else { "conflicts-counts" })
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn time(&self, at: &Timestamp) -> String {
        self.page.words.date_time(*at)
    }

    /// Nothing, and one of each kind, looked at and not.
    pub fn samples(page: &Page) -> Vec<Self> {
        let at = Timestamp::from_seconds(1_795_435_200);
        let flag = |kind: &FlagKind| FlagRow {
            id: domain::Id::from_i64(1),
            kind: *kind,
            device: InspectorDeviceId::from_i64(i64::from(*kind != FlagKind::Minute)),
            unit: (*kind == FlagKind::Minute).then_some(UnitId::from_i64(1)),
            checkpoint: CheckpointId::from_i64(i64::from(*kind != FlagKind::TenMinutes)),
            other_checkpoint: (*kind == FlagKind::TwoPlaces).then_some(CheckpointId::from_i64(2)),
            minute: at.seconds() / 60,
            scans: (*kind != FlagKind::TwoPlaces).then_some(31),
            made_at: at,
            seen_at: (*kind == FlagKind::Minute).then_some(at),
        };
        let conflict = |seen_at| ConflictRow {
            id: domain::Id::from_i64(1),
            device: InspectorDeviceId::from_i64(1),
            item: ClientId([7; 16]),
            digest: [1; 16],
            content: Vec::new(),
            received_at: at,
            seen_at,
            report: seen_at.is_some().then_some(domain::Id::from_i64(1)),
        };
        let noticed = Noticed {
            flags: FlagKind::EVERY.iter().map(flag).collect(),
            conflicts: vec![conflict(None), conflict(Some(at))],
            devices: [(InspectorDeviceId::from_i64(1), "Gate 3, phone 2".to_owned())].into(),
            units: [(UnitId::from_i64(1), "Hankou station police".to_owned())].into(),
            checkpoints: [(1, "武昌站 1"), (2, "汉口站 2")]
                .map(|(id, name)| (CheckpointId::from_i64(id), name.to_owned()))
                .into(),
        };
        vec![Self { page: page.clone(), noticed: Noticed::default() }, Self { page: page.clone(), noticed }]
    }
}

/// `GET /staff/checkpoints/flags`
pub async fn list(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let noticed = flags::list(Tools::of(&app)).await?;
    page::show(&FlagsPage { page, noticed })
}

/// `POST /staff/checkpoints/flags`: marks a flag or a conflict as looked at.
pub async fn seen(State(app): State<App>, staff: Staff, fields: Fields) -> Result<Response, Failure> {
    let (tools, by) = (Tools::of(&app), By::from(&staff));
    if let Ok(id) = fields.get("flag").parse() {
        flags::seen(tools, by, id).await?;
    } else {
        let id = fields.get("conflict").parse().map_err(|_| AdminError::Unknown)?;
        flags::conflict_seen(tools, by, id).await?;
    }
    Ok(Redirect::to("/staff/checkpoints/flags").into_response())
}
