//! The cases of the demonstration: day keys of two units, a market that people visited, and an opening in each state.
//! Made as officers make it; only what their browsers do with the private keys is done by whoever has those keys.

use std::time::Duration;

use domain::Timestamp;
use domain::id::kind::{HolderId, LocationId, StaffId, VisitCaseId, VisitOpeningId};
use domain::location::{LocationKind, Slot, Stay, Window};
use store::rows::location::{LocationDetails, LocationRow, LocationState};
use store::{StoreError, call, read, transact};
use visits::{Kind, OpenedShare, Shares, VisitId, WrappedShare, lines};

use super::DemonstrationError;
use super::make::broken;
use crate::App;
use crate::casework::{case, keys, opening, share};
use crate::http::session::Staff;
use crate::staff::{self, Tools};
use crate::visit::seal::Unsealed;
use crate::visit::writer;

/// The two units that hold day keys, and the sign-in of each one's health officer.
pub const KEY_UNITS: [(&str, &str); 2] = [
    ("Health Commission, Wuhan (demonstration)", "health"),
    ("Centre for Disease Control, Hubei (demonstration)", "health2"),
];

/// Where a unit's key file is, and its passphrase: a visitor plays both officers.
#[derive(Clone)]
pub struct VisitKeys {
    /// The unit, its sign-in, and the path of its key file.
    pub files: Vec<(String, String, String)>,
    /// The passphrase of both.
    pub passphrase: String,
}

/// Opens a share with the key file of its unit: 0 or 1.
pub type Open<'a> = dyn FnMut(usize, &WrappedShare) -> Option<OpenedShare> + Send + 'a;

/// A member of staff of the demonstration, by their sign-in.
pub(super) async fn staff_of(app: &App, login: &str) -> Result<Staff, DemonstrationError> {
    let (accounts, _) = staff::administer::list(Tools::of(app)).await.map_err(broken)?;
    let account = accounts.into_iter().find(|account| account.login == login);
    let account = account.ok_or_else(|| broken("the demonstration has no such sign-in"))?;
    let (id, name, unit, roles) = (account.id, account.name, account.unit_id, account.roles);
    Ok(Staff { id, name, unit, roles, session: [0; 32] })
}

/// Hands in and confirms the public list of a unit, where it is not there already.
pub async fn confirm_list(app: &App, unit: usize, list: &str) -> Result<(), DemonstrationError> {
    let (_, login) = KEY_UNITS[unit];
    let (administrator, officer) = (staff_of(app, "administrator").await?, staff_of(app, login).await?);
    let half = if unit == 0 { 1 } else { 2 };
    let fingerprint = visits::PublicList::parse(list).map_err(broken)?.fingerprint();
    match keys::add(app, &administrator, half, list.as_bytes()).await {
        Ok(id) => {
            keys::confirm(app, &officer, id, &fingerprint).await.map_err(broken)?;
            Ok(())
        }
        Err(keys::ListError::Again) => Ok(()),
        Err(error) => Err(broken(error)),
    }
}

const MINUTE: Duration = Duration::from_mins(1);

fn ago(app: &App, hours: u64) -> Timestamp {
    app.now().minus(MINUTE * 60 * u32::try_from(hours).unwrap_or(0))
}

/// Whether the demonstration's cases are not there yet.
pub async fn are_missing(app: &App) -> Result<bool, DemonstrationError> {
    let officer = staff_of(app, KEY_UNITS[0].1).await?;
    Ok(case::board(app, &officer).await.map_err(broken)?.cases.is_empty())
}

/// Makes the market with the visits of a morning, and a case in each state.
pub async fn make(app: &App, holders: &[HolderId], open: &mut Open<'_>) -> Result<(), DemonstrationError> {
    let [ours, theirs] = [staff_of(app, KEY_UNITS[0].1).await?, staff_of(app, KEY_UNITS[1].1).await?];
    let market = market(app).await?;
    for (hours, minute) in [(26, 0), (26, 25), (6, 0), (6, 15), (5, 30)] {
        visit(app, market, holders, ago(app, hours).plus(MINUTE * minute), minute == 0).await?;
    }
    let all = Cases { app, ours: &ours, theirs: &theirs, market };
    let case = all.case("Report 2026-117, confirmed on Monday 报告2026-117，周一确认", &ours, 20).await?;
    all.asked(&ours, case, 26, "Bought fish there in the morning. 上午在此买鱼。").await?;
    let refused = all.asked(&ours, case, 30, "Perhaps there the evening before. 前一晚可能到过。").await?;
    opening::decide(app, &theirs, refused, false).await.map_err(broken)?;
    let approved = all.asked(&ours, case, 6, "Remembers being there. 记得到过。").await?;
    opening::decide(app, &theirs, approved, true).await.map_err(broken)?;
    let done = all.asked(&ours, case, 26, "Bought fish there in the morning. 上午在此买鱼。").await?;
    opening::decide(app, &theirs, done, true).await.map_err(broken)?;
    all.opened(done, open).await?;
    let other = all.case("Report 2026-121 报告2026-121", &theirs, 10).await?;
    let half =
        all.asked(&theirs, other, 6, "Met the case of 2026-117 there. 与2026-117病例在此见面。").await?;
    opening::decide(app, &ours, half, true).await.map_err(broken)?;
    all.first(half, &theirs, 1, open).await?;
    all.asked(&theirs, other, 26, "Works there. 在此工作。").await?;
    let closed = all.case("Report 2026-98 报告2026-98", &ours, 40).await?;
    case::close(app, &ours, closed).await.map_err(broken)
}

struct Cases<'a> {
    app: &'a App,
    ours: &'a Staff,
    theirs: &'a Staff,
    market: LocationId,
}

impl Cases<'_> {
    async fn case(&self, reference: &str, by: &Staff, hours: u64) -> Result<VisitCaseId, DemonstrationError> {
        let then = self.app.as_of(ago(self.app, hours));
        case::register(&then, by, reference).await.map_err(broken)
    }

    async fn asked(
        &self,
        by: &Staff,
        case: VisitCaseId,
        hours: u64,
        why: &str,
    ) -> Result<VisitOpeningId, DemonstrationError> {
        let from = ago(self.app, hours);
        let window = Window::new(from, from.plus(MINUTE * 90)).map_err(broken)?;
        opening::ask(self.app, by, case, (self.market, window), why).await.map_err(broken)
    }

    /// A unit's officer opens their shares, and gives what was opened.
    async fn shares(
        &self,
        id: VisitOpeningId,
        (by, unit): (&Staff, usize),
        open: &mut Open<'_>,
    ) -> Result<String, DemonstrationError> {
        let wrapped = share::shares(self.app, by, id).await.map_err(broken)?;
        let mut opened = String::new();
        for line in wrapped.lines() {
            let share = lines::read_share(line).map_err(broken)?;
            let share = open(unit, &share).ok_or_else(|| broken("a key file does not open its share"))?;
            opened += &(lines::opened_line(&share) + "\n");
        }
        Ok(opened)
    }

    async fn first(
        &self,
        id: VisitOpeningId,
        by: &Staff,
        unit: usize,
        open: &mut Open<'_>,
    ) -> Result<(), DemonstrationError> {
        let opened = self.shares(id, (by, unit), open).await?;
        share::hand_in_opened(self.app, by, id, &opened).await.map_err(broken)?;
        Ok(())
    }

    async fn opened(&self, id: VisitOpeningId, open: &mut Open<'_>) -> Result<(), DemonstrationError> {
        self.first(id, self.ours, 0, open).await?;
        let ours = self.shares(id, (self.theirs, 1), open).await?;
        let theirs = share::opened(self.app, self.theirs, id).await.map_err(broken)?;
        let mut keys = Shares::default();
        for line in theirs.lines().chain(ours.lines()) {
            keys.add(lines::read_opened(line).map_err(broken)?).map_err(broken)?;
        }
        let mut found = String::new();
        for line in share::records(self.app, self.theirs, id).await.map_err(broken)?.lines() {
            let (key, place, record) = lines::read_record(line).map_err(broken)?;
            let visit = keys.key(key).and_then(|key| key.open(&place, &record)).map_err(broken)?;
            found += &(lines::visit_line(&place, &visit) + "\n");
        }
        share::hand_in_visits(self.app, self.theirs, id, &found).await.map_err(broken)?;
        Ok(())
    }
}

async fn market(app: &App) -> Result<LocationId, DemonstrationError> {
    let (id, now) = (app.new_id(), app.now());
    let row = LocationRow {
        id,
        details: LocationDetails {
            name: "江汉市场（演示）".to_owned(),
            name_other: Some("Jianghan Market (demonstration)".to_owned()),
            kind: LocationKind::Market,
            division: "420100".to_owned(),
            address: "1 Demonstration Road 演示路1号".to_owned(),
            capacity: Some(300),
            stay: Stay::from_minutes(60).map_err(broken)?,
            entry_rule: false,
        },
        checkpoint: None,
        state: LocationState::Approved,
        reason: None,
        made_at: now,
        made_by: StaffId::from_i64(0),
        decided_at: None,
        decided_by: None,
        version: 0,
    };
    transact!(app.store, "demonstration.market", StoreError, |tx| { call!(tx, location::add(&row)) })?;
    Ok(id)
}

/// Everybody comes or goes in one minute.
async fn visit(
    app: &App,
    market: LocationId,
    holders: &[HolderId],
    at: Timestamp,
    comes: bool,
) -> Result<(), DemonstrationError> {
    let (kind, slot) = (if comes { Kind::Entry } else { Kind::Exit }, Slot::of(at));
    let one = |holder: &HolderId| Unsealed {
        location: market,
        slot,
        visit: VisitId(app.entropy.bytes()),
        kind,
        holder: *holder,
        counted: true,
    };
    writer::append(&app.as_of(at), holders.iter().map(one).collect()).await.map_err(broken)?;
    Ok(())
}

/// The holders of the demonstration's people, for whoever makes the cases after a start.
pub async fn holders(app: &App) -> Result<Vec<HolderId>, DemonstrationError> {
    let found = read!(app.store, "demonstration.holders", StoreError, |tx| {
        call!(tx, holder::with_documents(20))
    })?;
    Ok(found)
}
