//! Deciding: approve, ask for something, refuse.
//!
//! The decision that matters: a decision is only written while its reviewer's claim runs and while the
//! application, and what the register says of it, are what was on the screen. What was decided, by which unit and why is a leaf of the log
//! in the same transaction.

use domain::application::Stage;
use domain::id::kind::ApplicationId;
use serde::Serialize;
use store::rows::application::{ApplicationRow, Asked, EventKind};
use store::rows::log::Leaf;
use store::{Tx, call, transact};

use super::case;
use super::claims::own;
use super::error::{Hindrance, ReviewError};
use crate::App;
use crate::application::{issue, matching, transition};
use crate::http::session::Staff;

/// The longest message to an applicant, in characters.
pub const MESSAGE_LENGTH: usize = 1000;

/// The kind of the log's leaves that record what reviewers decided.
pub const LEAF_KIND: &str = "review";

/// Why an application is not approved: a closed list, each with its words on the applicant's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The details are not those of the document, and were not corrected.
    DetailsDiffer,
    /// The document is not valid: expired, damaged, altered.
    DocumentInvalid,
    /// The document is somebody else's.
    NotTheHolder,
    /// We asked for something and it did not come.
    NoAnswer,
}

impl Refusal {
    /// Every reason, in the order of the form.
    pub const ALL: [Self; 4] =
        [Self::DetailsDiffer, Self::DocumentInvalid, Self::NotTheHolder, Self::NoAnswer];

    /// The name that the database uses; locale keys are `refused-<name>`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DetailsDiffer => "details-differ",
            Self::DocumentInvalid => "document-invalid",
            Self::NotTheHolder => "not-the-holder",
            Self::NoAnswer => "no-answer",
        }
    }
}

/// What a reviewer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The holder gets a code.
    Approve,
    /// The applicant is to do something; the clock stands meanwhile.
    Ask(Asked),
    /// Not approved.
    Refuse(Refusal),
}

impl Choice {
    /// Every choice, in the order of the form.
    pub fn all() -> Vec<Self> {
        let asks = [Asked::Photo, Asked::Details, Asked::Visit].map(Self::Ask);
        [Self::Approve].into_iter().chain(asks).chain(Refusal::ALL.map(Self::Refuse)).collect()
    }

    /// The value that the form sends; locale keys are `review-choice-<name>`.
    pub fn name(self) -> String {
        match self {
            Self::Approve => "approve".to_owned(),
            Self::Ask(what) => format!("ask-{}", what.as_str()),
            Self::Refuse(why) => format!("refuse-{}", why.as_str()),
        }
    }

    /// The choice of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|choice| choice.name() == name)
    }

    /// Whether the applicant needs words with it.
    pub const fn needs_message(self) -> bool {
        !matches!(self, Self::Approve)
    }
}

/// What a leaf commits to, as JSON without white space, members in this order. Whoever is given it with the
/// leaf's salt can check the leaf.
#[derive(Serialize)]
struct LeafContent<'a> {
    application: ApplicationId,
    choice: &'a str,
    unit: domain::id::kind::UnitId,
}

/// Carries out `choice` for the application as it stood at `version`, with `message` to the applicant. Where the
/// register says something else by now, nothing is decided and the application is matched again.
pub async fn decide(
    app: &App,
    staff: &Staff,
    id: ApplicationId,
    version: i64,
    choice: Choice,
    message: &str,
) -> Result<(), ReviewError> {
    let decided = decide_once(app, staff, id, version, choice, message).await;
    if let Err(ReviewError::Hindered(Hindrance::Changed, _)) = &decided
        && let Err(error) = matching::run(app, id).await
    {
        tracing::warn!(%error, "a match failed; the job will try again");
    }
    decided
}

async fn decide_once(
    app: &App,
    staff: &Staff,
    id: ApplicationId,
    version: i64,
    choice: Choice,
    message: &str,
) -> Result<(), ReviewError> {
    let now = app.now();
    transact!(app.store, "review.decide", ReviewError, |tx| {
        let standing = own(tx, staff, id, now).await?;
        let mut row = call!(tx, application::by_id(id))?.ok_or(ReviewError::NotFound)?;
        if row.version != version || !matching::still_holds(tx, &row).await? {
            return Err(ReviewError::Hindered(Hindrance::Changed, standing.reference));
        }
        row.message = Some(message.to_owned()).filter(|text| !text.is_empty());
        match choice {
            Choice::Approve => approve(tx, app, staff, &mut row).await?,
            Choice::Ask(what) => {
                row.asked = Some(what);
                advance(tx, app, staff, &mut row, Stage::NeedsInformation, EventKind::Asked).await?;
            }
            Choice::Refuse(why) => {
                row.refused_for = Some(why.as_str().to_owned());
                advance(tx, app, staff, &mut row, Stage::Refused, EventKind::Refused).await?;
            }
        }
        log(tx, app, staff, id, choice).await
    })
}

async fn approve(tx: &mut Tx, app: &App, staff: &Staff, row: &mut ApplicationRow) -> Result<(), ReviewError> {
    row.asked = None;
    let document = case::document(tx, row).await?;
    issue::approve(tx, app, row, &document, Some(staff.id)).await?;
    Ok(())
}

async fn advance(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    row: &mut ApplicationRow,
    next: Stage,
    event: EventKind,
) -> Result<(), ReviewError> {
    Ok(transition::advance(tx, app, row, next, event, Some(staff.id)).await?)
}

async fn log(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    id: ApplicationId,
    choice: Choice,
) -> Result<(), ReviewError> {
    let name = choice.name();
    let content = LeafContent { application: id, choice: &name, unit: staff.unit };
    let content = serde_json::to_vec(&content).expect("texts and ids are JSON");
    let leaf = Leaf::commit(app.new_id(), LEAF_KIND, None, &content, app.now(), &*app.entropy);
    call!(tx, log::append(&leaf))?;
    Ok(call!(tx, erase::leaf_of(id, leaf.id))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_found_by_its_name_and_nothing_else_is() {
        for choice in Choice::all() {
            assert_eq!(Choice::from_name(&choice.name()), Some(choice));
        }
        for wrong in ["", "approve ", "ask-", "refuse-because"] {
            assert_eq!(Choice::from_name(wrong), None, "{wrong}");
        }
    }
}
