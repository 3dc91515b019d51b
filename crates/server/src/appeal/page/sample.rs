//! Invented appeals for the samples of pages.

use std::time::Duration;

use domain::Id;
use domain::Timestamp;
use domain::colour::Colour;
use store::rows::appeal::{AppealLevel, AppealRow, AppealStage, QueuedAppeal};

use crate::appeal::answer::Case;
use crate::appeal::file::Own;
use crate::appeal::{CITY_WITHIN, Hindrance};
use crate::evidence::page::sample::{did, person};

pub use crate::evidence::page::sample::{NOW, OURS};

const THEIRS: domain::id::kind::UnitId = Id::from_i64(2);

fn row(stage: AppealStage, level: AppealLevel) -> AppealRow {
    let answered = !matches!(stage, AppealStage::Waiting | AppealStage::Withdrawn);
    AppealRow {
        id: Id::from_i64(1),
        holder: Id::from_i64(1),
        decision: Id::from_i64(1),
        former: None,
        level,
        statement: "I was never in that hospital.\nMy passport was stamped in Utopia on that day.".to_owned(),
        filed_at: NOW.minus(Duration::from_hours(3)),
        due_at: NOW.plus(Duration::from_hours(21)),
        stage,
        answer: answered.then(|| "The hospital has confirmed that it was somebody else.".to_owned()),
        ended_at: (stage != AppealStage::Waiting).then_some(NOW),
        by: answered.then(|| did(0, 9, OURS)),
    }
}

/// One's own appeal in a stage.
pub fn own(stage: AppealStage) -> Own {
    let row = row(stage, AppealLevel::County);
    let refused = stage == AppealStage::Stands;
    let city_until = refused.then(|| NOW.plus(CITY_WITHIN));
    let later = (stage == AppealStage::Changed).then(|| Id::from_i64(2));
    Own { row, photos: vec![NOW.minus(Duration::from_hours(2))], city_until, later }
}

/// What the city answered.
pub fn own_of_city() -> Own {
    Own {
        row: row(AppealStage::Stands, AppealLevel::City),
        photos: Vec::new(),
        city_until: None,
        later: None,
    }
}

/// One in time, and one that is late.
pub fn queue() -> Vec<QueuedAppeal> {
    let one = |id, level, due_at: Timestamp| QueuedAppeal {
        id: Id::from_i64(id),
        level,
        filed_at: due_at.minus(Duration::from_hours(24)),
        due_at,
    };
    let (late, soon) = (NOW.minus(Duration::from_hours(2)), NOW.plus(Duration::from_hours(5)));
    vec![one(1, AppealLevel::City, late), one(2, AppealLevel::County, soon)]
}

/// One to be answered.
pub fn case() -> Case {
    let person = person();
    let mut decision = person.decision.clone();
    decision.colour = Colour::Red;
    Case {
        row: row(AppealStage::Waiting, AppealLevel::County),
        grounds: person.known.rows.iter().filter(|row| row.by.1 == OURS).cloned().collect(),
        decision,
        photos: vec![Id::from_i64(1)],
        former: None,
        hindered: None,
        person,
    }
}

/// One of which the officer stated something; a declaration's; the city's; and one that is answered.
pub fn other_cases() -> Vec<Case> {
    let declared = Case { grounds: Vec::new(), photos: Vec::new(), ..case() };
    let of_city = Case {
        row: AppealRow { former: Some(Id::from_i64(3)), ..row(AppealStage::Waiting, AppealLevel::City) },
        former: Some(AppealRow {
            by: Some(did(5, 8, THEIRS)),
            ..row(AppealStage::Stands, AppealLevel::County)
        }),
        ..case()
    };
    let answered = Case {
        row: row(AppealStage::Corrected, AppealLevel::County),
        hindered: Some(Hindrance::Ended),
        ..case()
    };
    vec![Case { hindered: Some(Hindrance::Involved), ..case() }, declared, of_city, answered]
}
