//! Every time at its boundary: the pass, the key, the proof and the status list, second by second.

use credential::Seconds;

use crate::common::oracle::{Facts, Proof, Status, When};
use crate::common::{DAY, NOW};
use crate::ours::{base, facts, issue};
use crate::set::{Check, Expected, Set};

/// The status list `good` was signed a minute before the check of all other cases.
const LISTED: Seconds = NOW - 60;

pub fn boundaries(set: &mut Set) {
    for live in [true, false] {
        let claims = base(live);
        let input = set.ours(&issue(&claims));
        let around = [
            0,
            claims.issued,
            claims.expires,
            NOW - 30 * DAY,
            NOW + 30 * DAY,
            NOW - 5,
            NOW - 20,
            NOW + 55,
            LISTED - 300,
            LISTED,
            LISTED + DAY,
        ];
        for time in around {
            for at in time.saturating_sub(1)..=time + 1 {
                let check = Check { at, ..Check::of(input.clone()) };
                set.add("time", &check, &Expected::Table(&at_time(live, at, claims.issued, claims.expires)));
            }
        }
    }
}

fn at_time(live: bool, at: Seconds, issued: Seconds, expires: Seconds) -> Facts {
    let key_bad = !(NOW - 30 * DAY..=NOW + 30 * DAY).contains(&at);
    let listed = !key_bad && (LISTED - 300..LISTED + DAY).contains(&at);
    let age = i64::try_from(at).unwrap() - i64::try_from(NOW - 5).unwrap();
    Facts {
        key_bad,
        status: if listed { Status::Good } else { Status::Unknown },
        when: if at >= expires {
            When::Expired
        } else if at < issued {
            When::NotYet
        } else {
            When::Valid
        },
        proof: if live { Proof::Right(age) } else { Proof::None },
        ..facts(live)
    }
}
