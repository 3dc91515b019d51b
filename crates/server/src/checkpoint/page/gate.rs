//! Where the inspector works: the checkpoint of the shift and what it counts, or the choice of one. Part of every page
//! that checks.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::checkpoint::CheckpointKind;
use domain::id::kind::CheckpointId;
use store::rows::checkpoint::{CheckpointRow, Counts};

use super::check::CheckPage;
use crate::App;
use crate::checkpoint::plain::shift::{self, ShiftError, Working};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};

/// The checkpoint and the counters, or what can be chosen.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    pub(super) at: Option<At>,
    /// Value and label of each checkpoint that is open.
    pub(super) open: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
pub(super) struct At {
    pub(super) name: String,
    pub(super) place: String,
    pub(super) until: String,
    counts: Counts,
    /// How many registered there by themselves today, where they can.
    registered: Option<i64>,
}

impl Gate {
    /// As things stand.
    pub fn of(page: &Page, working: Option<&Working>, open: &[CheckpointRow]) -> Self {
        let at = working.map(|working| At {
            name: working.checkpoint.name.clone(),
            place: working.checkpoint.place.clone(),
            until: page.words.date_time(working.shift.until),
            counts: working.shift.counts,
            registered: working.registered,
        });
        let label = |one: &CheckpointRow| {
            let kind = page.t(format!("checkpoint-kind-{}", one.kind.as_str()));
            (one.id.to_string(), format!("{} ({kind}, {})", one.name, one.place))
        };
        Self { at, open: open.iter().map(label).collect() }
    }

    /// What the shift counts now.
    pub fn set_counts(&mut self, counts: Counts) {
        if let Some(at) = &mut self.at {
            at.counts = counts;
        }
    }

    /// Whether a shift goes on.
    pub fn is_working(&self) -> bool {
        self.at.is_some()
    }

    /// What can be chosen, nothing first.
    pub fn choices(&self, page: &Page) -> Vec<(String, String)> {
        let nothing = (String::new(), page.t("gate-choose"));
        std::iter::once(nothing).chain(self.open.iter().cloned()).collect()
    }

    /// In a shift, before one, and where there is no checkpoint.
    pub fn samples(page: &Page) -> [Self; 3] {
        let time = Timestamp::from_seconds(1_795_435_200);
        let open = vec![("1".to_owned(), format!("武昌站 ({})", page.t("checkpoint-kind-station")))];
        let at = At {
            name: "武昌站 1".to_owned(),
            place: "Wuchang".to_owned(),
            until: page.words.date_time(time),
            counts: Counts { passes: 120, checks: 7, stops: 2, normal: 128, abnormal: 1 },
            registered: Some(71),
        };
        [Self { at: Some(at), open: open.clone() }, Self { at: None, open }, Self::default()]
    }

    fn readings(counts: Counts) -> i64 {
        counts.normal + counts.abnormal
    }

    /// Label and number of each counter.
    pub(super) fn counters(&self, page: &Page) -> Vec<(String, i64)> {
        let Some(At { counts, registered, .. }) = self.at else { return Vec::new() };
        let registered = registered.map(|number| (page.t("gate-registered"), number));
        let counted = [
            (page.t("check-verdict-pass"), counts.passes),
            (page.t("check-verdict-check"), counts.checks),
            (page.t("check-verdict-stop"), counts.stops),
            (page.t("gate-readings"), Self::readings(counts)),
            (page.t("gate-abnormal"), counts.abnormal),
        ];
        counted.into_iter().chain(registered).collect()
    }
}

/// How things stand for an inspector. A database that gives no answer hides the panel and stops nobody's check.
pub async fn stand(app: &App, page: &Page) -> (Option<Working>, Gate) {
    let Some(staff) = &page.staff else { return (None, Gate::default()) };
    match shift::standing(app, staff).await {
        Ok((working, open)) => {
            let gate = Gate::of(page, working.as_ref(), &open);
            (working, gate)
        }
        Err(error) => {
            tracing::warn!(%error, "checking without knowing the shift");
            (None, Gate::default())
        }
    }
}

/// The shift that a form asks for: the one that goes on, or one at the checkpoint that was chosen with the form.
pub async fn working(
    app: &App,
    staff: &Staff,
    working: Option<Working>,
    fields: &Fields,
) -> Result<Working, ShiftError> {
    match working {
        Some(working) => Ok(working),
        None => begin_at(app, staff, fields).await,
    }
}

async fn begin_at(app: &App, staff: &Staff, fields: &Fields) -> Result<Working, ShiftError> {
    let chosen: CheckpointId = fields.get("checkpoint").parse().map_err(|_| ShiftError::NoCheckpoint)?;
    shift::begin(app, staff, chosen).await
}

/// `POST /check/shift`: begins a shift at the chosen checkpoint.
pub async fn begin(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    if let Some(chosen) = fields.language_switch() {
        let page = page.in_language(chosen);
        let (_, gate) = stand(&app, &page).await;
        let mut response =
            page::show(&CheckPage::new(&app, page, FieldErrors::default(), String::new(), gate))?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    match begin_at(&app, &staff, &fields).await {
        Ok(_) => Ok(Redirect::to("/check").into_response()),
        Err(ShiftError::NoCheckpoint) => {
            let (_, gate) = stand(&app, &page).await;
            let mut errors = FieldErrors::default();
            errors.add("checkpoint", page.t("gate-choose-error"));
            page::show_invalid(&CheckPage::new(&app, page, errors, String::new(), gate))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /check/shift/end`
pub async fn end(State(app): State<App>, staff: Staff, _checked: Fields) -> Result<Response, Failure> {
    shift::end(&app, &staff).await?;
    Ok(Redirect::to("/check").into_response())
}

/// Kinds of checkpoints with their words.
pub fn kinds(page: &Page) -> Vec<(String, String)> {
    let one = |kind: CheckpointKind| {
        (kind.as_str().to_owned(), page.t(format!("checkpoint-kind-{}", kind.as_str())))
    };
    CheckpointKind::ALL.into_iter().map(one).collect()
}
