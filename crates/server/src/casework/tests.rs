//! Cases and openings, through the real router: the way from the question to the people (`way`), what nobody gets in any
//! order (`order`, P5 and P6), what a copy of everything tells (`copy`, P1 to P4), people told (`told`), giving
//! (`giving`) and day keys (`keys`).

mod copy;
mod desk;
mod giving;
mod keys;
mod order;
mod told;
mod way;

use domain::id::kind::{HolderId, StaffId, UnitId, VisitCaseId, VisitOpeningId};
use domain::location::Slot;
use store::rows::visit_case::{NewOpening, NewTask, Seen};
use store::{StoreError, call, transact};

use crate::testing::TestServer;

/// A task about this holder, as if a visit of theirs had been opened.
pub(crate) async fn task_for(server: &TestServer, holder: HolderId) {
    let app = &server.app;
    let (case, opening, unit, now): (VisitCaseId, VisitOpeningId, UnitId, _) =
        (app.new_id(), app.new_id(), app.new_id(), app.now());
    let slot = Slot::of(now);
    transact!(app.store, "test.task", StoreError, |tx| {
        let unit = call!(tx, staff::unit(unit, desk::UNITS[0]))?;
        let by = (StaffId::from_i64(1), unit);
        call!(tx, location::add(&desk::location(desk::MARKET, "江城市场", "1 River Road")))?;
        call!(tx, visit_case::add(case, "Report 2026-117", by, now))?;
        let reason = "Was there.".to_owned();
        let (location, first, last) = (desk::MARKET, slot, slot);
        let new = NewOpening { id: opening, case, location, first, last, reason, at: now, by };
        call!(tx, visit_opening::add(&new))?;
        let seen = vec![Seen { slot: slot.number(), entry: true }];
        let task = NewTask { id: app.new_id(), opening, holder, seen, at: now };
        assert!(call!(tx, visit_task::add(&task))?);
        Ok(())
    })
    .unwrap();
}
