//! What every engine must do: named cases, each run on a fresh `SQLite` file and a fresh PostgreSQL database.
//!
//! A new case is a function in one of the modules and its name in the list below. PostgreSQL is the one that
//! `TONGXING_TEST_POSTGRES` names; without it the cases fail, they are not skipped.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod access;
mod import;
mod log;
mod near;
mod register;
mod rematch;
mod revision;
mod schema;
mod secrecy;
mod transactions;

use domain::Timestamp;
use domain::id::kind::{FilingId, StaffId, UnitId};
use domain::matching::DocumentDetails;
use store::rows::register::{Actor, Filed, Origin, Prepared, Source};
use store::{Store, StoreError, call, transact};

macro_rules! cases {
    ($($module:ident :: $case:ident,)*) => {
        mod on_sqlite { $(
            #[tokio::test]
            async fn $case() {
                let fresh = store::testing::sqlite().await;
                super::$module::$case(&fresh.store).await;
                fresh.remove().await;
            }
        )* }
        mod on_postgres { $(
            #[tokio::test]
            async fn $case() {
                let fresh = store::testing::postgres().await;
                super::$module::$case(&fresh.store).await;
                fresh.remove().await;
            }
        )* }
    };
}

cases! {
    access::entries_are_listed_newest_first_by_object_and_by_staff,
    import::progress_adds_up_and_the_report_reads_back,
    import::a_file_that_comes_again_is_known_to_its_unit_only,
    log::a_leaf_is_written_with_what_it_records_or_not_at_all,
    near::every_kind_of_mistyped_number_is_found_and_only_candidates_are_opened,
    near::the_most_alike_come_first_when_there_are_too_many,
    register::a_filing_is_found_however_its_number_is_typed,
    register::filing_again_is_the_same_and_with_other_details_a_conflict,
    register::a_batch_answers_for_each_row_in_order,
    register::a_batch_run_twice_changes_nothing,
    register::people_are_found_by_birth_date_and_name_in_any_order,
    register::numbers_at_the_ends_of_their_range_survive_a_batch,
    rematch::a_new_filing_marks_who_waits_for_it,
    rematch::a_correction_marks_who_waits_for_it,
    rematch::a_lease_is_given_to_one_and_again_when_it_runs_out,
    rematch::a_filing_that_arrives_during_a_match_makes_it_due_again,
    rematch::an_earlier_plan_stays,
    rematch::who_stops_waiting_is_not_marked,
    revision::a_correction_keeps_the_old_version_and_moves_every_index,
    revision::a_withdrawn_document_is_not_found_and_may_be_filed_again,
    revision::a_change_against_an_old_version_is_refused,
    revision::a_correction_to_a_number_on_file_is_refused,
    transactions::an_error_rolls_everything_back,
    transactions::a_read_transaction_cannot_write,
    transactions::concurrent_writers_lose_nothing,
    transactions::an_error_names_its_transaction_and_no_value,
}

const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

const ACTOR: Actor = Actor { unit: UnitId::from_i64(3), staff: Some(StaffId::from_i64(4)), client: None };

const ORIGIN: Origin = Origin { source: Source::Typed, batch: None, actor: ACTOR, at: NOW };

fn prepared(store: &Store, id: i64, details: &DocumentDetails) -> Prepared {
    Prepared::new(store.sealer(), FilingId::from_i64(id), details)
}

async fn file(store: &Store, id: i64, details: &DocumentDetails) -> Filed {
    let row = prepared(store, id, details);
    let filed: Result<Filed, StoreError> =
        transact!(store, "test.file", StoreError, |tx| { call!(tx, register::file(&row, &ORIGIN)) });
    filed.unwrap()
}
