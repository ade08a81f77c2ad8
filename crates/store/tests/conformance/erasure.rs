//! What an erasure takes from a store, and what it leaves to others.

use perennial_app::port::journal::{LinkRow, Whom};
use perennial_app::port::letter::{LetterFilter, LetterRow};
use perennial_app::port::source::SourceEvent;
use perennial_kernel::{Day, FactId, ImportId, Instant, Position, SubjectId};

use crate::support::{Stores, held, last_lane, members, owner, token, write};

pub fn subjects_are_forgotten_with_all_that_finds_them(stores: &impl Stores) {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    let own = [(token(1), owner(11, lane)), (token(2), owner(11, lane)), (token(3), owner(-22, lane)), (token(4), owner(33, lane))];
    // Nobody's own: one that only the forgotten were linked to, and one that another was, too.
    let nobodys = [5, 6].map(|n| (token(n), owner(0, lane)));
    let links = [link(5, 11), link(5, -22), link(6, 11), link(6, 33)];
    tx.claim(&[own.as_slice(), &nobodys].concat(), &links).unwrap();
    tx.commit().unwrap();
    write(journal.as_mut(), &[lane], |batch| {
        batch.fact(lane, 11, 1);
        batch.set.search = vec![(token(7), SubjectId(11)), (token(7), SubjectId(33)), (token(8), SubjectId(-22))];
    });
    assert_eq!(journal.forget_identities(&members([11, -22, 99])).unwrap(), 4);
    assert_eq!(journal.owner(token(5)).unwrap(), None);
    let families = journal.families(&Whom { tokens: [token(5), token(6)].into(), ..Whom::default() }).unwrap();
    assert_eq!(families.links.iter().map(|link| (link.token, link.subject)).collect::<Vec<_>>(), [(token(6), SubjectId(33))]);
    assert_eq!(families.claims.get(&token(6)), Some(&owner(0, lane)), "whoever else was linked to a value is linked on");
    assert_eq!([1, 2, 3].map(|n| journal.owner(token(n)).unwrap()), [None; 3]);
    assert_eq!(journal.owner(token(4)).unwrap(), Some(owner(33, lane)), "another's identity stays");
    assert_eq!(journal.found(token(7), 10).unwrap(), [SubjectId(33)], "another of the same name is still found");
    assert!(journal.found(token(8), 10).unwrap().is_empty());
    assert_eq!(journal.forget_identities(&members([11, -22, 99])).unwrap(), 0);
    assert_eq!(journal.forget_identities(&members([])).unwrap(), 0);
    // What was forgotten may belong to somebody new.
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    assert_eq!(tx.claim(&[(token(1), owner(44, lane))], &[]).unwrap(), [(token(1), owner(44, lane))].into());
    tx.commit().unwrap();
}

fn link(n: u8, subject: i64) -> LinkRow {
    LinkRow {
        token: token(n),
        subject: SubjectId(subject),
        kind: "email".to_owned(),
        source: "till".to_owned(),
        occurred_at: Instant(1),
        fact: FactId { recorded_at: Instant(1), position: Position(1) },
        import: None,
        is_root: false,
    }
}

pub fn destroyed_keys_are_gone_and_others_stay(stores: &impl Stores) {
    let mut keys = stores.keys();
    keys.keep(vec![(SubjectId(1), vec![1]), (SubjectId(-2), vec![2]), (SubjectId(3), vec![3])]).unwrap();
    keys.destroy(&members([1, -2, 99])).unwrap();
    assert_eq!(stores.keys().load(&members([1, -2, 3])).unwrap(), [(SubjectId(3), vec![3])].into());
    keys.destroy(&members([1])).unwrap();
    keys.destroy(&members([])).unwrap();
    assert_eq!(keys.keep(vec![(SubjectId(1), vec![9])]).unwrap(), [(SubjectId(1), vec![9])].into(), "a new key is another");
}

pub fn what_speaks_of_a_person_is_dropped_piece_by_piece(stores: &impl Stores) {
    let mut desk = stores.desk();
    desk.add_bad_rows(ImportId(1), &[(3, vec![3]), (4, vec![4])]).unwrap();
    desk.add_bad_rows(ImportId(2), &[(3, vec![33])]).unwrap();
    desk.drop_bad_row(ImportId(1), 3).unwrap();
    desk.drop_bad_row(ImportId(1), 3).unwrap();
    assert_eq!((desk.bad_rows(ImportId(1)).unwrap(), desk.bad_rows(ImportId(2)).unwrap()), (vec![(4, vec![4])], vec![(3, vec![33])]));
    desk.keep_letters(&[letter(1, "open"), letter(2, "replayed"), letter(3, "discarded")]).unwrap();
    let ids: Vec<i64> = desk.letters(&LetterFilter::default(), i64::MAX, 10).unwrap().iter().map(|row| row.id).collect();
    for id in [ids[0], ids[1], ids[1], 999] {
        desk.drop_letter(id).unwrap();
    }
    let left = desk.letters(&LetterFilter::default(), i64::MAX, 10).unwrap();
    assert_eq!(left.iter().map(|row| row.digest[0]).collect::<Vec<_>>(), [1]);
    let (ann, bob) = (event("app", "Viewed"), event("shop", "Viewed"));
    desk.add_source_events(&[ann.clone(), bob.clone()]).unwrap();
    desk.drop_sample("app", "Viewed").unwrap();
    desk.drop_sample("app", "Other").unwrap();
    assert_eq!(desk.source_events().unwrap(), [SourceEvent { sample: Vec::new(), ..ann }, bob], "its counts stay, and another's sample");
}

fn letter(digest: u8, state: &str) -> LetterRow {
    LetterRow {
        id: 0,
        digest: vec![digest; 16],
        source: "a".to_owned(),
        route: "orders".to_owned(),
        code: "x".to_owned(),
        state: state.to_owned(),
        times: 1,
        attempts: 0,
        at: Instant(5),
        changed_at: Instant(5),
        day: Day(7),
        sealed: vec![digest],
    }
}

fn event(source: &str, name: &str) -> SourceEvent {
    SourceEvent {
        source: source.to_owned(),
        name: name.to_owned(),
        seen: 2,
        first_at: Instant(1),
        last_at: Instant(3),
        sample: vec![9],
        sample_day: Day(7),
    }
}
