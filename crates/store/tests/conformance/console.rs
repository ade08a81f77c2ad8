//! What the console's rooms keep: search tokens, jobs and their files, views, notes of policies.

use perennial_app::port::Token;
use perennial_app::port::dashboards::DashboardRow;
use perennial_app::port::jobs::{CANCELLED, DONE, JobRow, RUNNING};
use perennial_app::port::policies::PolicyNote;
use perennial_app::port::views::ViewRow;
use perennial_kernel::{Instant, Lane, SubjectId};

use crate::support::{Stores, write};

pub fn a_search_token_finds_everyone_it_was_written_for_until_they_are_unsearched(stores: &impl Stores) {
    let mut journal = stores.journal();
    let keep = |search: Vec<(Token, SubjectId)>, unsearch: Vec<SubjectId>| {
        write(stores.journal().as_mut(), &[Lane(0)], |batch| {
            batch.fact(Lane(0), 5, 1);
            (batch.set.search, batch.set.unsearch) = (search, unsearch);
        });
    };
    let (name, digits) = (Token([1; 16]), Token([2; 16]));
    let members = [SubjectId(-4), SubjectId(5), SubjectId(9)];
    keep(vec![(name, members[1]), (digits, members[2]), (name, members[0]), (name, members[1])], Vec::new());
    keep(vec![(name, members[1]), (name, members[2])], Vec::new());
    assert_eq!(journal.found(name, 10).unwrap(), members);
    assert_eq!(journal.found(name, 2).unwrap(), members[..2]);
    assert_eq!(journal.found(digits, 10).unwrap(), [members[2]]);
    assert!(journal.found(Token([3; 16]), 10).unwrap().is_empty());
    // Erased, and found anew by one of the two only, in one set.
    keep(vec![(digits, members[2])], vec![members[2], SubjectId(77)]);
    assert_eq!(journal.found(name, 10).unwrap(), members[..2]);
    assert_eq!(journal.found(digits, 10).unwrap(), [members[2]]);
}

fn job(kind: &str) -> JobRow {
    JobRow {
        id: 99,
        kind: kind.to_owned(),
        who: "li".to_owned(),
        request: "{\"a\":1}".to_owned(),
        state: RUNNING.to_owned(),
        done: 0,
        total: 0,
        message: String::new(),
        result: String::new(),
        created_at: Instant(1),
        beat_at: Instant(1),
        ended_at: None,
    }
}

pub fn a_job_beats_until_it_ends_and_ends_once(stores: &impl Stores) {
    let mut desk = stores.desk();
    let (first, second) = (desk.add_job(&job("export")).unwrap(), desk.add_job(&job("preview")).unwrap());
    assert_eq!((first, second), (1, 2));
    assert!(desk.beat_job(first, 3, 10, Instant(5)).unwrap());
    let beaten = JobRow { id: first, done: 3, total: 10, beat_at: Instant(5), ..job("export") };
    assert_eq!(stores.desk().job(first).unwrap(), Some(beaten.clone()));
    assert!(stores.desk().end_job(first, CANCELLED, "", "", Instant(6)).unwrap());
    assert!(!desk.beat_job(first, 4, 10, Instant(7)).unwrap(), "who works on it hears that it was cancelled");
    assert!(!desk.end_job(first, DONE, "", "{}", Instant(8)).unwrap());
    let ended = JobRow { state: CANCELLED.to_owned(), ended_at: Some(Instant(6)), ..beaten };
    assert_eq!(desk.jobs(10).unwrap(), [JobRow { id: second, ..job("preview") }, ended]);
    assert_eq!(desk.jobs(1).unwrap().len(), 1);
    assert_eq!(desk.job(3).unwrap(), None);
}

pub fn a_jobs_pieces_come_back_in_their_places(stores: &impl Stores) {
    let mut desk = stores.desk();
    desk.add_piece(1, 0, &[1, 2]).unwrap();
    desk.add_piece(1, 1, &[]).unwrap();
    desk.add_piece(2, 0, &[9]).unwrap();
    assert!(desk.add_piece(1, 0, &[3]).is_err(), "a piece is written once");
    assert_eq!(desk.piece(1, 0).unwrap(), Some(vec![1, 2]));
    assert_eq!((desk.piece(1, 1).unwrap(), desk.piece(1, 2).unwrap()), (Some(Vec::new()), None));
    desk.drop_pieces(1).unwrap();
    assert_eq!((desk.piece(1, 0).unwrap(), desk.piece(2, 0).unwrap()), (None, Some(vec![9])));
}

pub fn views_are_kept_by_room_and_dropped_by_their_owner(stores: &impl Stores) {
    let mut desk = stores.desk();
    let view = |room: &str, name: &str, who: &str, shared| ViewRow {
        id: 0,
        room: room.to_owned(),
        name: name.to_owned(),
        query: "stage=new.first".to_owned(),
        shared,
        who: who.to_owned(),
        created_at: Instant(3),
    };
    let rows = [view("members", "b", "li", true), view("orders", "x", "li", false), view("members", "a", "wang", false)];
    let ids: Vec<i64> = rows.iter().map(|row| desk.add_view(row).unwrap()).collect();
    let kept = |at: usize| ViewRow { id: ids[at], ..rows[at].clone() };
    assert_eq!(stores.desk().views("members").unwrap(), [kept(2), kept(0)]);
    assert!(!desk.drop_view(ids[2], "li").unwrap());
    assert!(desk.drop_view(ids[2], "wang").unwrap());
    assert!(!desk.drop_view(ids[2], "wang").unwrap());
    assert_eq!(desk.views("members").unwrap(), [kept(0)]);
}

pub fn dashboards_are_changed_by_their_owner_as_long_as_nobody_was_first(stores: &impl Stores) {
    let mut desk = stores.desk();
    let row = |name: &str, who: &str| DashboardRow {
        id: 0,
        name: name.to_owned(),
        cards: "[]".to_owned(),
        shared: false,
        who: who.to_owned(),
        version: 1,
        changed_at: Instant(3),
    };
    let rows = [row("b", "li"), row("a", "wang")];
    let ids: Vec<i64> = rows.iter().map(|row| desk.add_dashboard(row).unwrap()).collect();
    let kept = |at: usize| DashboardRow { id: ids[at], ..rows[at].clone() };
    assert_eq!(stores.desk().dashboards().unwrap(), [kept(1), kept(0)]);
    let second =
        DashboardRow { name: "c".to_owned(), cards: "[{}]".to_owned(), shared: true, version: 2, changed_at: Instant(4), ..kept(0) };
    assert!(desk.change_dashboard(&second).unwrap());
    assert!(!desk.change_dashboard(&second).unwrap(), "somebody was first");
    assert!(!desk.change_dashboard(&DashboardRow { who: "wang".to_owned(), version: 3, ..second.clone() }).unwrap());
    assert_eq!(stores.desk().dashboards().unwrap(), [kept(1), second]);
    assert!(!desk.drop_dashboard(ids[0], "wang").unwrap());
    assert!(desk.drop_dashboard(ids[0], "li").unwrap());
    assert_eq!(desk.dashboards().unwrap(), [kept(1)]);
}

pub fn notes_of_policies_come_in_the_order_they_were_written(stores: &impl Stores) {
    let mut desk = stores.desk();
    let note = |version, at| PolicyNote {
        policy: "lifecycle/rf".to_owned(),
        version,
        what: "activated".to_owned(),
        who: "li".to_owned(),
        reason: "淡季".to_owned(),
        at: Instant(at),
    };
    let notes = [note(2, 9), note(1, 3)];
    for note in &notes {
        desk.add_policy_note(note).unwrap();
    }
    assert_eq!(stores.desk().policy_notes().unwrap(), notes);
}
