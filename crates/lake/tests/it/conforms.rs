//! The suite of reading everyone, one and the same for the store and for the lake, however the lake keeps it.

use crate::lives::{Beside, Kept};

fn every_way(check: impl Fn(&Beside)) {
    for kept in [Kept::Since, Kept::Runs, Kept::Merged, Kept::Mixed] {
        eprintln!("{kept:?}");
        check(&Beside::new(kept));
    }
}

#[test]
fn everyone_is_visited_once_in_order_and_nobody_is_left_out() {
    every_way(crate::scan::everyone_is_visited_once_in_order_and_nobody_is_left_out);
}

#[test]
fn parts_cover_everyone_exactly_once() {
    every_way(crate::scan::parts_cover_everyone_exactly_once);
}

#[test]
fn a_scan_that_was_stopped_goes_on_where_it_was() {
    every_way(crate::scan::a_scan_that_was_stopped_goes_on_where_it_was);
}

#[test]
fn a_subject_of_many_facts_is_visited_once() {
    every_way(crate::scan::a_subject_of_many_facts_is_visited_once);
}

#[test]
fn everyone_is_told_by_family_once_in_any_number_of_parts() {
    every_way(crate::people::everyone_is_told_by_family_once_in_any_number_of_parts);
}
