//! The shared statements, compiled for the PostgreSQL driver.

/// The driver.
pub type Db = sqlx::Postgres;
/// One row that it gives.
pub type Row = sqlx::postgres::PgRow;

/// `key` is among the numbers of the list `$1`.
macro_rules! among_1 {
    () => {
        "= ANY($1)"
    };
}

mod batch;
pub mod dialect;

#[path = "../shared/access.rs"]
pub mod access;
#[path = "../shared/actor.rs"]
pub mod actor;
#[path = "../shared/appeal.rs"]
pub mod appeal;
#[path = "../shared/application.rs"]
pub mod application;
#[path = "../shared/arrival.rs"]
pub mod arrival;
#[path = "../shared/attempt.rs"]
pub mod attempt;
#[path = "../shared/audit.rs"]
pub mod audit;
#[path = "../shared/audit_order.rs"]
pub mod audit_order;
#[path = "../shared/checkpoint.rs"]
pub mod checkpoint;
#[path = "../shared/checkpoint_desk.rs"]
pub mod checkpoint_desk;
#[path = "../shared/client.rs"]
pub mod client;
#[path = "../shared/companion.rs"]
pub mod companion;
#[path = "../shared/conn.rs"]
pub mod conn;
#[path = "../shared/contact.rs"]
pub mod contact;
#[path = "../shared/contact_code.rs"]
pub mod contact_code;
#[path = "../shared/decision.rs"]
pub mod decision;
#[path = "../shared/desk.rs"]
pub mod desk;
#[path = "../shared/device.rs"]
pub mod device;
#[path = "../shared/erase.rs"]
pub mod erase;
#[path = "../shared/evidence.rs"]
pub mod evidence;
#[path = "../shared/evidence_proposal.rs"]
pub mod evidence_proposal;
#[path = "../shared/evidence_stop.rs"]
pub mod evidence_stop;
#[path = "../shared/figures.rs"]
pub mod figures;
#[path = "../shared/flag.rs"]
pub mod flag;
#[path = "../shared/grant.rs"]
pub mod grant;
#[path = "../shared/health.rs"]
pub mod health;
#[path = "../shared/held.rs"]
pub mod held;
#[path = "../shared/holder.rs"]
pub mod holder;
#[path = "../shared/idempotency.rs"]
pub mod idempotency;
#[path = "../shared/import.rs"]
pub mod import;
#[path = "../shared/key_check.rs"]
pub mod key_check;
#[path = "../shared/location.rs"]
pub mod location;
#[path = "../shared/location_batch.rs"]
pub mod location_batch;
#[path = "../shared/location_code.rs"]
pub mod location_code;
#[path = "../shared/location_door.rs"]
pub mod location_door;
#[path = "../shared/location_flag.rs"]
pub mod location_flag;
#[path = "../shared/location_people.rs"]
pub mod location_people;
#[path = "../shared/location_registry.rs"]
pub mod location_registry;
#[path = "../shared/log.rs"]
pub mod log;
#[path = "../shared/log_tree.rs"]
pub mod log_tree;
#[path = "../shared/lookup.rs"]
pub mod lookup;
#[path = "../shared/notice.rs"]
pub mod notice;
#[path = "../shared/outbox.rs"]
pub mod outbox;
#[path = "../shared/partner.rs"]
pub mod partner;
#[path = "../shared/pass.rs"]
pub mod pass;
#[path = "../shared/place.rs"]
pub mod place;
#[path = "../shared/pools.rs"]
pub mod pools;
#[path = "../shared/register.rs"]
pub mod register;
#[path = "../shared/rematch.rs"]
pub mod rematch;
#[path = "../shared/report.rs"]
pub mod report;
#[path = "../shared/report_desk.rs"]
pub mod report_desk;
#[path = "../shared/review.rs"]
pub mod review;
#[path = "../shared/revision.rs"]
pub mod revision;
#[path = "../shared/session.rs"]
pub mod session;
#[path = "../shared/shift.rs"]
pub mod shift;
#[path = "../shared/short_code.rs"]
pub mod short_code;
#[path = "../shared/staff.rs"]
pub mod staff;
#[path = "../shared/status.rs"]
pub mod status;
#[path = "../shared/trip.rs"]
pub mod trip;
#[path = "../shared/visit.rs"]
pub mod visit;
#[path = "../shared/visit_case.rs"]
pub mod visit_case;
#[path = "../shared/visit_donation.rs"]
pub mod visit_donation;
#[path = "../shared/visit_keys.rs"]
pub mod visit_keys;
#[path = "../shared/visit_opening.rs"]
pub mod visit_opening;
#[path = "../shared/visit_rush.rs"]
pub mod visit_rush;
#[path = "../shared/visit_task.rs"]
pub mod visit_task;

/// Every constant statement, for the test that prepares each of them on this engine.
pub const STATEMENTS: &[&[&str]] = &[
    access::STATEMENTS,
    actor::STATEMENTS,
    idempotency::STATEMENTS,
    appeal::STATEMENTS,
    application::STATEMENTS,
    decision::STATEMENTS,
    desk::STATEMENTS,
    device::STATEMENTS,
    erase::APPLICATION,
    erase::HOLDER,
    erase::STATEMENTS,
    evidence::STATEMENTS,
    evidence_proposal::STATEMENTS,
    evidence_stop::STATEMENTS,
    figures::STATEMENTS,
    flag::STATEMENTS,
    grant::STATEMENTS,
    health::STATEMENTS,
    held::STATEMENTS,
    holder::STATEMENTS,
    arrival::STATEMENTS,
    attempt::STATEMENTS,
    checkpoint::STATEMENTS,
    checkpoint_desk::STATEMENTS,
    audit::STATEMENTS,
    audit_order::STATEMENTS,
    client::STATEMENTS,
    contact::STATEMENTS,
    contact_code::STATEMENTS,
    companion::STATEMENTS,
    import::STATEMENTS,
    key_check::STATEMENTS,
    location::STATEMENTS,
    location_batch::STATEMENTS,
    location_code::STATEMENTS,
    location_flag::STATEMENTS,
    location_people::STATEMENTS,
    location_registry::STATEMENTS,
    location_door::STATEMENTS,
    log::STATEMENTS,
    log_tree::STATEMENTS,
    lookup::STATEMENTS,
    notice::STATEMENTS,
    outbox::STATEMENTS,
    partner::STATEMENTS,
    pass::STATEMENTS,
    place::STATEMENTS,
    register::STATEMENTS,
    rematch::STATEMENTS,
    report::STATEMENTS,
    report_desk::STATEMENTS,
    review::STATEMENTS,
    revision::STATEMENTS,
    session::STATEMENTS,
    shift::STATEMENTS,
    short_code::STATEMENTS,
    staff::STATEMENTS,
    status::STATEMENTS,
    trip::STATEMENTS,
    visit::STATEMENTS,
    visit_rush::STATEMENTS,
    visit_case::STATEMENTS,
    visit_case::FORGET_ALL,
    visit_donation::STATEMENTS,
    visit_keys::STATEMENTS,
    visit_opening::STATEMENTS,
    visit_task::STATEMENTS,
];
