//! What every engine must do: named cases, each run on a fresh `SQLite` file and a fresh PostgreSQL database.
//!
//! A new case is a function in one of the modules and its name in the list below. PostgreSQL is the one that
//! `TONGXING_TEST_POSTGRES` names; without it the cases fail, they are not skipped.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod access;
mod appeal;
mod application;
mod audit_order;
mod checkpoint;
mod checkpoint_desk;
mod companion;
mod desk;
mod evidence;
mod figures;
mod holder;
mod import;
mod location;
mod location_door;
mod log;
mod message;
mod near;
mod partner;
mod pass;
mod register;
mod rematch;
mod report;
mod report_desk;
mod retention;
mod revision;
mod schema;
mod secrecy;
mod staff;
mod transactions;
mod visit;
mod visit_case;
mod visit_kept;
mod visit_keys;

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
    access::what_was_done_is_counted_by_staff_and_by_object_since_a_time,
    application::of_two_who_save_the_same_version_the_second_is_refused,
    application::attempts_are_counted_by_document_and_day,
    application::the_newest_declaration_counts_and_follows_to_the_holder,
    application::a_draft_is_sealed_kept_and_forgotten,
    application::a_recovery_code_opens_once_and_moves_what_the_phone_held,
    application::a_phone_that_is_left_behind_keeps_nothing_typed_and_another_persons_application,
    application::a_correction_ends_with_its_application_only,
    application::an_application_keeps_the_version_of_the_filing_that_was_compared,
    application::a_claim_is_one_reviewers_until_it_ends_and_the_most_urgent_comes_next,
    audit_order::an_order_is_decided_once_by_somebody_else_of_another_unit,
    audit_order::an_order_opens_a_units_leaves_of_its_days_and_none_without_salt,
    checkpoint::a_checkpoint_is_listed_and_closed_once,
    checkpoint::an_enrolment_code_counts_once_and_in_its_time,
    checkpoint::a_withdrawn_device_stays_known_and_its_code_is_gone,
    checkpoint::a_shift_begins_once_counts_the_most_and_ends_first,
    checkpoint::a_shift_without_a_device_is_its_inspectors,
    checkpoint::what_comes_before_its_shift_goes_over_to_it,
    checkpoint::an_item_counts_once_and_other_content_is_kept,
    checkpoint::scans_of_a_minute_add_up_and_a_flag_is_raised_once,
    checkpoint_desk::a_closed_checkpoint_opens_again_once,
    checkpoint_desk::shifts_that_go_on_are_counted_where_they_are,
    checkpoint_desk::what_was_counted_adds_up_by_checkpoint_since_a_time,
    checkpoint_desk::a_flag_of_the_page_is_one_for_each_unit,
    companion::a_phone_shows_one_of_its_people_and_no_token_opens_a_companion,
    companion::whoever_is_not_of_the_phone_is_never_shown,
    companion::companions_go_over_to_another_phone_together,
    companion::people_who_are_added_at_once_are_counted_one_after_the_other,
    companion::a_consent_counts_for_what_is_sent_next_and_stays_with_it,
    desk::a_visit_is_open_at_its_computer_until_it_is_idle_or_ended,
    desk::the_visit_begun_last_is_the_one_that_is_open_and_all_left_open_are_known,
    desk::a_visit_stays_with_what_was_sent_in_it_and_goes_with_it,
    desk::the_session_that_shows_a_code_is_found_by_its_holder,
    desk::whoever_entered_an_application_never_claims_it,
    holder::days_ahead_are_apart_from_the_pass_of_now_and_are_withdrawn_with_it,
    holder::health_is_declared_once_a_day_and_the_newest_counts,
    holder::a_changed_document_counts_and_a_mistaken_one_is_given_back,
    holder::an_erased_holder_leaves_withdrawn_places_and_saltless_leaves_and_then_nothing,
    import::progress_adds_up_and_the_report_reads_back,
    import::a_file_that_comes_again_is_known_to_its_unit_only,
    location::a_change_and_a_decision_count_for_the_version_that_was_seen,
    location::a_manager_finds_their_own_and_a_reviewer_what_waits,
    location::the_last_manager_of_a_location_stays,
    location::versions_of_a_poster_end_no_later_than_they_did,
    location::a_tablet_is_known_by_its_token_until_its_code_ends,
    location::a_flag_is_raised_once_an_hour_and_looked_at_by_its_managers_and_by_administrators,
    location::a_checkpoint_has_one_location_and_what_is_registered_there_is_counted,
    location::a_file_of_locations_is_its_senders,
    log::a_leaf_is_written_with_what_it_records_or_not_at_all,
    log::leaves_get_their_places_in_the_order_of_their_rows_and_once,
    log::where_the_log_stands_is_kept_and_held_by_one,
    log::a_leaf_that_the_public_log_cannot_carry_is_not_written,
    message::a_message_is_leased_to_one_and_by_channel,
    message::a_message_ends_sent_or_dead_and_is_forgotten,
    message::something_is_told_once,
    message::a_contact_leads_to_its_applications_and_is_replaced_and_carried,
    message::a_code_is_tried_so_often_and_used_once,
    message::limits_of_a_contact_are_kept_and_forgotten,
    near::every_kind_of_mistyped_number_is_found_and_only_candidates_are_opened,
    near::the_most_alike_come_first_when_there_are_too_many,
    pass::a_short_code_stands_for_its_pass_until_it_ends,
    pass::of_an_ended_short_code_only_that_it_was_given_is_remembered,
    partner::a_partner_has_keys_of_its_own_and_a_nonce_counts_once_for_each,
    partner::an_entry_is_read_until_it_is_answered_or_over,
    partner::a_grant_is_one_partners_and_about_the_holder_of_its_document,
    partner::a_grant_for_another_document_is_never_about_the_phones_holder,
    partner::trips_are_their_holders_and_go_with_them,
    pass::a_document_leads_to_one_holder_and_reads_back_under_its_key,
    pass::a_phone_shows_the_code_that_it_was_opened_for,
    pass::the_newest_decision_counts,
    pass::a_pass_is_issued_found_withdrawn_published_and_forgotten,
    pass::a_list_is_filled_before_the_next_and_belongs_to_one_day,
    pass::a_notice_is_unseen_until_its_holder_has_seen_it,
    register::a_filing_is_found_however_its_number_is_typed,
    register::filing_again_is_the_same_and_with_other_details_a_conflict,
    register::a_batch_answers_for_each_row_in_order,
    register::a_batch_run_twice_changes_nothing,
    register::people_are_found_by_birth_date_and_name_in_any_order,
    register::numbers_at_the_ends_of_their_range_survive_a_batch,
    rematch::a_new_filing_marks_who_waits_for_it,
    rematch::a_correction_marks_who_waits_for_it,
    rematch::a_filing_that_no_longer_says_what_it_said_marks_who_found_it,
    rematch::a_lease_is_given_to_one_and_again_when_it_runs_out,
    rematch::a_filing_that_arrives_during_a_match_makes_it_due_again,
    rematch::an_earlier_plan_stays,
    rematch::who_stops_waiting_is_not_marked,
    appeal::a_person_has_one_appeal_at_a_time_and_it_is_answered_once,
    appeal::photos_go_with_the_case_and_no_more_than_it_takes,
    appeal::a_unit_is_a_countys_until_it_is_made_a_citys,
    evidence::what_is_added_is_read_and_superseded_once,
    evidence::evidence_goes_all_together_once_no_colour_rests_on_it,
    evidence::a_colour_is_due_once_and_at_its_last_word,
    evidence::nobody_decides_on_what_their_unit_proposed,
    evidence::a_unit_is_stopped_once_and_lifted_by_another,
    evidence::those_who_count_at_once_see_each_other,
    figures::a_day_is_counted_once_and_stays_as_it_was,
    figures::proposals_are_counted_by_unit_and_stage,
    figures::what_an_application_took_is_what_its_clock_ran,
    report::a_report_is_one_officers_and_what_is_due_comes_first,
    report::a_report_is_acknowledged_confirmed_and_done_at_its_version,
    report::what_is_late_is_escalated_once_and_the_stamp_shows_it,
    report::the_export_misses_no_change_however_many_write_at_once,
    report::reports_go_with_their_time_and_a_holder_leaves_no_link,
    report_desk::the_queue_has_what_nobody_knows_of_first_and_nothing_that_is_done,
    report_desk::what_is_known_or_done_is_never_escalated,
    report_desk::what_is_done_opens_again_at_its_version_for_one_officer,
    report_desk::the_middle_one_of_what_was_acknowledged_counts,
    report_desk::the_queue_has_pages_and_files_of_withdrawn_devices_last,
    report_desk::the_last_place_of_the_export_is_known,
    retention::of_what_is_overtaken_the_newest_stays,
    retention::rows_of_every_kind_go_when_their_time_is_over,
    retention::applications_and_codes_that_nobody_came_back_to_are_found,
    retention::what_is_about_an_application_is_shown_and_goes_with_it,
    retention::an_erased_companion_leaves_no_name_on_the_phone,
    revision::a_correction_keeps_the_old_version_and_moves_every_index,
    revision::a_withdrawn_document_is_not_found_and_may_be_filed_again,
    revision::a_change_against_an_old_version_is_refused,
    revision::a_correction_to_a_number_on_file_is_refused,
    staff::a_code_is_taken_once_and_not_after_another_password,
    staff::administrators_are_those_who_may_still_sign_in,
    staff::a_session_counts_until_it_is_old_idle_ended_or_its_account_disabled,
    staff::wrong_sign_ins_are_counted_by_login_until_long_past,
    staff::the_record_is_read_with_names_and_turned_page_by_page,
    staff::a_client_is_known_by_its_token_until_it_is_disabled,
    staff::a_client_stands_in_the_record_under_its_name,
    staff::an_answer_is_kept_once_by_client_and_key_and_forgotten_when_old,
    transactions::an_error_rolls_everything_back,
    transactions::a_read_transaction_cannot_write,
    transactions::concurrent_writers_lose_nothing,
    transactions::an_error_names_its_transaction_and_no_value,
    location_door::the_staff_at_a_door_register_under_the_current_poster_of_the_whole_place,
    visit::a_code_leads_to_its_location_and_is_there_once,
    visit::a_visit_that_comes_twice_is_there_once_and_a_window_has_no_other,
    visit::of_many_visits_those_that_came_before_are_told_apart,
    visit::counts_of_a_slot_add_up,
    visit_kept::busy_locations_are_found_and_their_hours_before,
    visit_kept::visits_keys_and_counts_are_forgotten_to_the_slot,
    visit_case::a_case_is_its_units_is_closed_once_and_forgotten_with_all,
    visit_case::an_opening_goes_from_step_to_step_and_never_by_the_wrong_person,
    visit_case::opened_shares_are_forgotten_with_the_case_and_in_time,
    visit_case::a_task_is_one_officers_and_its_person_is_told_once,
    visit_case::places_are_found_by_a_part_of_a_name_and_nothing_else,
    visit_case::what_is_given_is_given_once_and_in_time,
    visit_keys::the_list_confirmed_last_counts_for_each_day,
    visit_keys::a_list_is_confirmed_once_and_not_by_who_handed_it_in,
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
