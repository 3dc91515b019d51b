//! Who opened what is held, as far as it may be told already.

use domain::Id;
use domain::application::Stage;
use store::rows::application::ApplicationRow;
use store::rows::held::HeldAccess;
use store::rows::partner::HeldGrant;
use store::{StoreError, Tx, call};

use super::Access;
use crate::http::session::Device;

/// The most accesses of one object that are listed.
const MOST: i64 = 200;

/// Who opened the applications that are decided, and the filing that a code rests on. Earlier it would tell that
/// something near was found, which only a person's look at it betrays. What service desks did is told at once, and what
/// applications did with a grant: the person asked for both, and neither says anything of the match.
pub(super) async fn accesses(
    tx: &mut Tx,
    device: &Device,
    rows: &[ApplicationRow],
    grants: &[HeldGrant],
) -> Result<Vec<Access>, StoreError> {
    let mut all = Vec::new();
    for grant in grants {
        all.extend(call!(tx, held::accesses("grant", grant.id.as_i64(), MOST))?);
    }
    if let Some(holder) = device.holder {
        all.extend(call!(tx, held::accesses("holder", holder.as_i64(), MOST))?);
        for report in call!(tx, report_desk::of_holder(holder))? {
            let report = report.id.as_i64();
            all.extend(call!(tx, held::accesses("temperature_report", report, MOST))?);
        }
        for row in call!(tx, appeal::of_holder(holder))? {
            all.extend(call!(tx, held::accesses("appeal", row.id.as_i64(), MOST))?);
        }
    }
    for row in rows {
        let decided = matches!(row.stage, Stage::Issued | Stage::Refused);
        let about = call!(tx, held::accesses("application", row.id.as_i64(), MOST))?;
        all.extend(about.into_iter().filter(|one| decided || is_of_desk(&one.action)));
        let filing = row.filing.filter(|_| row.stage == Stage::Issued).map(Id::as_i64);
        if let Some(filing) = filing {
            all.extend(call!(tx, held::accesses("filing", filing, MOST))?);
        }
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.at));
    Ok(all.into_iter().map(access).collect())
}

fn is_of_desk(action: &str) -> bool {
    action.starts_with("desk_")
}

fn access(one: HeldAccess) -> Access {
    let HeldAccess { unit, at, action, object_kind: object } = one;
    Access { unit, day: at.local_date().to_string(), action, object }
}
