//! One suite, both stores: what the engine may rely on. What only one of them promises stands in its own file.

mod access;
mod catalogue;
mod console;
mod desk;
mod erasure;
mod imports;
mod journal;
mod lists;
mod people;
mod postgres;
mod race;
mod scan;
mod source;
mod sqlite;
mod support;

/// The suite, part by part, each part a test of one store. `$stores` makes an empty one, or `None` where it is left out on purpose.
/// Every check has a store to itself; a part shares what is dear to start.
macro_rules! conforms {
    ($stores:path: $($part:ident { $($check:ident)+ })+) => {
        mod conforms { $(
            #[test]
            fn $part() { $(
                eprintln!("{}", stringify!($check));
                if let Some(stores) = $stores() {
                    crate::$part::$check(&stores);
                }
            )+ }
        )+ }
    };
    ($stores:path) => {
        $crate::conforms! { $stores:
            journal {
                a_new_store_has_every_lane_at_its_beginning
                facts_and_effects_come_back_as_they_were_written
                a_lane_is_read_in_pages_without_gap
                what_would_tear_a_lane_is_refused
                a_dropped_batch_leaves_nothing
                a_command_key_keeps_its_first_answer_until_it_is_forgotten
                a_token_stays_with_its_first_owner
                states_orders_timers_and_sources_are_replaced_and_cleared
                of_two_rows_under_one_key_the_later_stands
                timers_come_by_due_time_then_member_then_policy
                waiting_facts_come_back_with_their_order_until_they_are_given_out
                the_past_of_members_is_theirs_alone
                a_turn_raises_the_fence_of_every_lane_with_its_settings
                empty_questions_have_empty_answers
            }
            race {
                batches_of_many_handles_make_one_dense_lane
                a_raced_token_has_one_owner_and_the_loser_learns_of_it
                a_raced_new_source_does_not_fail
            }
            scan {
                everyone_is_visited_once_in_order_and_nobody_is_left_out
                parts_cover_everyone_exactly_once
                a_scan_that_was_stopped_goes_on_where_it_was
                a_subject_of_many_facts_is_visited_once
            }
            people {
                a_family_is_found_by_any_of_its_values_and_subjects
                what_is_nobodys_own_becomes_somebodys_once
                links_are_dated_back_and_forgotten_with_their_import
                the_conflicts_of_a_family_are_replaced_together_and_read_in_pages
                what_was_parted_is_kept_until_it_is_whole_again
                everyone_is_told_by_family_once_in_any_number_of_parts
            }
            desk {
                documents_and_settings_are_kept
                users_and_secrets_are_kept_and_dropped
                imports_are_numbered_and_their_bad_rows_kept
                the_key_that_stands_first_stays
            }
            catalogue {
                the_highest_version_of_an_entry_is_in_force_and_the_others_stay
                entries_in_force_are_found_and_paged_by_id
            }
            source {
                a_source_keeps_its_name_kind_and_birth
                deliveries_and_events_add_up
                the_same_letter_again_is_counted_and_opened_again
                letters_are_filtered_paged_grouped_and_dropped
                a_days_key_stands_until_it_is_destroyed
            }
            console {
                a_search_token_finds_everyone_it_was_written_for_until_they_are_unsearched
                a_job_beats_until_it_ends_and_ends_once
                a_jobs_pieces_come_back_in_their_places
                views_are_kept_by_room_and_dropped_by_their_owner
                dashboards_are_changed_by_their_owner_as_long_as_nobody_was_first
                notes_of_policies_come_in_the_order_they_were_written
            }
            imports {
                a_job_is_kept_changed_and_dropped_with_what_it_told
                what_was_wanted_is_settled_unless_something_else_is_wanted_by_now
            }
            lists {
                a_list_keeps_its_members_until_they_or_it_are_gone
            }
            erasure {
                subjects_are_forgotten_with_all_that_finds_them
                destroyed_keys_are_gone_and_others_stay
                what_speaks_of_a_person_is_dropped_piece_by_piece
            }
            access {
                users_are_changed_without_touching_their_passwords
                a_time_step_is_taken_once_and_never_backwards
                audit_lines_are_added_once_and_found_by_what_they_say
                wrapped_keys_are_replaced_together_and_gone_ones_stay_gone
                what_the_brand_keeps_is_replaced_or_only_raised
            }
        }
    };
}
pub(crate) use conforms;
