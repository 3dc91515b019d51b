//! Invented locations for samples of pages.

use std::time::Duration;

use domain::location::{LocationCode, LocationKind, Poster, Stay};
use domain::{Id, Timestamp};
use store::rows::location::{
    CodeRow, EntranceRow, LocationDetails, LocationRow, LocationState, ManagerRow, PosterRow,
};

use crate::location::registry::Whole;

/// When samples are shown.
pub const AT: Timestamp = Timestamp::from_seconds(1_795_435_200);

/// A market in this state.
pub fn row(state: LocationState) -> LocationRow {
    LocationRow {
        id: Id::from_i64(31),
        details: LocationDetails {
            name: "江城市场".to_owned(),
            name_other: Some("River Market".to_owned()),
            kind: LocationKind::Market,
            division: "420100".to_owned(),
            address: "沿江路1号".to_owned(),
            capacity: Some(300),
            stay: Stay::from_minutes(60).expect("an hour is a usual stay"),
            entry_rule: true,
        },
        checkpoint: None,
        reason: (state == LocationState::Refused)
            .then(|| "The address is not complete. 地址不完整。".to_owned()),
        state,
        made_at: AT,
        made_by: Id::from_i64(21),
        decided_at: None,
        decided_by: None,
        version: 3,
    }
}

fn code(text: &str, entrance: Option<i64>, tablet: bool, poster: Poster) -> CodeRow {
    let code: LocationCode = text.parse().expect("a code of samples");
    let entrance = entrance.map(Id::from_i64);
    CodeRow { code, location: Id::from_i64(31), entrance, tablet, poster, made_by: Id::from_i64(21) }
}

/// A code that is good in form.
pub const CODE: &str = "222222222222222222";

/// A location with two entrances and two managers, whose poster has been replaced once.
pub fn whole(state: LocationState) -> Whole {
    let first = Poster::first(AT.minus(Duration::from_hours(240)));
    let (old, new) = first.rotated(AT, Poster::GRACE).expect("the usual time");
    let codes = vec![
        code(CODE, None, false, new),
        code(CODE, None, false, old),
        code(CODE, Some(41), false, first),
        code(CODE, Some(42), true, first),
    ];
    let entrance = |id, name: &str| EntranceRow { id: Id::from_i64(id), name: name.to_owned() };
    let manager = |id, login: &str, name: &str| ManagerRow {
        id: Id::from_i64(id),
        login: login.to_owned(),
        name: name.to_owned(),
    };
    Whole {
        row: row(state),
        entrances: vec![entrance(41, "东门"), entrance(42, "西门 West gate")],
        managers: vec![manager(21, "place.li", "Li Si"), manager(22, "place.wang", "Wang Wu")],
        codes,
    }
}

/// What stands on a poster.
pub fn poster(name: &str) -> PosterRow {
    PosterRow {
        code: code(CODE, None, false, Poster::first(AT)),
        name: name.to_owned(),
        name_other: None,
        division: "420100".to_owned(),
        address: "沿江路1号".to_owned(),
        entrance: None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_code_of_samples_is_good_in_form() {
        assert!(super::CODE.parse::<domain::location::LocationCode>().is_ok());
    }
}
