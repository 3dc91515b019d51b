//! Pages of locations: of their managers, of reviewers and administrators, and of tablets at doors.

use domain::id::kind::{LocationEntranceId, LocationId};
use domain::location::LocationKind;
use domain::residence::DIVISIONS;
use store::rows::location::{LocationRow, LocationState};

use super::LocationError;
use super::print::whole_address;
use crate::http::Page;

pub mod all_posters;
pub mod batch;
pub mod case;
pub mod checkpoint;
pub mod edit;
pub mod flags;
pub mod inside;
pub mod join;
pub mod list;
pub mod one;
pub mod posters;
pub mod queue;
pub mod sample;
pub mod tablet;

/// A location of a path; one that is no id leads nowhere.
fn id_of(text: &str) -> Result<LocationId, LocationError> {
    text.parse().map_err(|_| LocationError::Unknown)
}

/// What stands in forms and paths for the whole location.
const WHOLE: &str = "whole";

/// The entrance that a form or a path names; none: the whole location.
fn entrance_of(text: &str) -> Result<Option<LocationEntranceId>, LocationError> {
    if text == WHOLE {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| LocationError::Unknown)
}

/// What [`entrance_of`] reads.
fn named(entrance: Option<LocationEntranceId>) -> String {
    entrance.map_or_else(|| WHOLE.to_owned(), |id| id.to_string())
}

/// Locale key of a state, and the colour of its tag.
fn state(state: LocationState) -> (&'static str, &'static str) {
    match state {
        LocationState::Waiting => ("location-state-waiting", "yellow"),
        LocationState::Approved => ("location-state-approved", "green"),
        LocationState::Refused => ("location-state-refused", "red"),
        LocationState::Suspended => ("location-state-suspended", "grey"),
        LocationState::Closed => ("location-state-closed", "grey"),
    }
}

fn kind_words(page: &Page, kind: LocationKind) -> String {
    page.t(format!("location-kind-{}", kind.as_str()))
}

fn address(page: &Page, row: &LocationRow) -> String {
    whole_address(&row.details.division, &row.details.address, page.words)
}

type Options = Vec<(String, String)>;

/// Kinds that a manager may choose: those of checkpoints are made beside their checkpoint.
fn kinds(page: &Page) -> Options {
    let chosen = LocationKind::ALL.into_iter().filter(|kind| *kind != LocationKind::Checkpoint);
    let nothing = (String::new(), page.t("apply-choose"));
    let one = |kind: LocationKind| (kind.as_str().to_owned(), kind_words(page, kind));
    std::iter::once(nothing).chain(chosen.map(one)).collect()
}

fn divisions(page: &Page) -> Options {
    let nothing = (String::new(), page.t("apply-choose"));
    let one = |code: &str| (code.to_owned(), page.t(format!("division-{code}")));
    std::iter::once(nothing).chain(DIVISIONS.into_iter().map(one)).collect()
}
