//! Sources, what they deliver, dead letters, and the keys of days.

use perennial_app::port::letter::{LetterFilter, LetterGroup, LetterRow};
use perennial_app::port::source::{SourceDay, SourceEvent, SourceRow, SourceSigns};
use perennial_kernel::{Day, Instant};

use crate::support::Stores;

pub fn a_source_keeps_its_name_kind_and_birth(stores: &impl Stores) {
    let mut desk = stores.desk();
    let row = SourceRow {
        name: "shop".to_owned(),
        kind: "segment".to_owned(),
        label: "小程序".to_owned(),
        state: "on".to_owned(),
        secret: vec![1, 2],
        previous: Vec::new(),
        previous_until: None,
        settings: "{}".to_owned(),
        created_at: Instant(5),
    };
    assert!(desk.add_source(&row).unwrap());
    assert!(!desk.add_source(&SourceRow { label: "other".to_owned(), ..row.clone() }).unwrap(), "the name is taken");
    assert_eq!(desk.source("shop").unwrap().as_ref(), Some(&row));
    let rotated = SourceRow { secret: vec![3], previous: vec![1, 2], previous_until: Some(Instant(9)), state: "off".to_owned(), ..row };
    desk.update_source(&SourceRow { kind: "other".to_owned(), created_at: Instant(0), ..rotated.clone() }).unwrap();
    assert_eq!(desk.sources().unwrap(), vec![rotated.clone()]);
    assert!(desk.update_source(&SourceRow { name: "none".to_owned(), ..rotated }).is_err());
    assert!(desk.delete_source("shop").unwrap());
    assert!(!desk.delete_source("shop").unwrap());
    assert_eq!(desk.source("shop").unwrap(), None);
}

pub fn deliveries_and_events_add_up(stores: &impl Stores) {
    let mut desk = stores.desk();
    let day = |source: &str, day, accepted, repeated, refused| SourceDay {
        source: source.to_owned(),
        day: Day(day),
        accepted,
        repeated,
        refused,
    };
    desk.add_source_days(&[day("b", 7, 1, 2, 3), day("a", 8, 1, 0, 0)]).unwrap();
    desk.add_source_days(&[day("b", 7, 10, 20, 30), day("b", 6, 1, 1, 1)]).unwrap();
    assert_eq!(desk.source_days(Day(7)).unwrap(), [day("a", 8, 1, 0, 0), day("b", 7, 11, 22, 33)]);
    let signs = |delivered: Option<i64>, error: Option<i64>, code: &str| SourceSigns {
        source: "b".to_owned(),
        delivered_at: delivered.map(Instant),
        error_at: error.map(Instant),
        error_code: code.to_owned(),
        error_en: code.to_owned(),
        error_zh: code.to_owned(),
    };
    desk.set_source_signs(&[signs(Some(1), Some(2), "forged")]).unwrap();
    desk.set_source_signs(&[signs(Some(3), None, "")]).unwrap();
    assert_eq!(desk.source_signs().unwrap(), [signs(Some(3), Some(2), "forged")]);
    desk.set_source_signs(&[signs(None, Some(4), "late")]).unwrap();
    assert_eq!(desk.source_signs().unwrap(), [signs(Some(3), Some(4), "late")]);
    let event = |seen, first, last, sample: &[u8], sample_day| SourceEvent {
        source: "b".to_owned(),
        name: "Viewed".to_owned(),
        seen,
        first_at: Instant(first),
        last_at: Instant(last),
        sample: sample.to_vec(),
        sample_day: Day(sample_day),
    };
    desk.add_source_events(&[event(2, 1, 3, &[9], 7)]).unwrap();
    desk.add_source_events(&[event(5, 4, 6, &[], 8)]).unwrap();
    assert_eq!(desk.source_events().unwrap(), [event(7, 1, 6, &[9], 7)], "a sample stays until another comes");
    desk.add_source_events(&[event(1, 7, 7, &[8], 9)]).unwrap();
    assert_eq!(desk.source_events().unwrap(), [event(8, 1, 7, &[8], 9)]);
}

fn letter(digest: u8, source: &str, code: &str, day: i32) -> LetterRow {
    LetterRow {
        id: 0,
        digest: vec![digest; 16],
        source: source.to_owned(),
        route: "orders".to_owned(),
        code: code.to_owned(),
        state: "open".to_owned(),
        times: 1,
        attempts: 0,
        at: Instant(i64::from(digest)),
        changed_at: Instant(i64::from(digest)),
        day: Day(day),
        sealed: vec![digest],
    }
}

pub fn the_same_letter_again_is_counted_and_opened_again(stores: &impl Stores) {
    let mut desk = stores.desk();
    desk.keep_letters(&[letter(1, "a", "x", 5), letter(2, "b", "y", 6), letter(3, "a", "y", 7)]).unwrap();
    let all = desk.letters(&LetterFilter::default(), i64::MAX, 10).unwrap();
    assert_eq!(all.iter().map(|row| row.sealed[0]).collect::<Vec<_>>(), [3, 2, 1]);
    let mut first = all[2].clone();
    assert_eq!(first, LetterRow { id: first.id, ..letter(1, "a", "x", 5) });
    (first.state, first.attempts, first.day, first.sealed) = ("replayed".to_owned(), 2, Day(8), vec![]);
    desk.update_letter(&first).unwrap();
    assert_eq!(desk.letter(first.id).unwrap().as_ref(), Some(&first));
    desk.keep_letters(&[LetterRow { sealed: vec![77], changed_at: Instant(50), ..letter(1, "a", "x", 9) }]).unwrap();
    let again = LetterRow { state: "open".to_owned(), times: 2, changed_at: Instant(50), ..first.clone() };
    assert_eq!(desk.letter(first.id).unwrap(), Some(again));
    assert!(desk.update_letter(&LetterRow { id: 999, ..first }).is_err());
    assert_eq!(desk.letter(999).unwrap(), None);
}

pub fn letters_are_filtered_paged_grouped_and_dropped(stores: &impl Stores) {
    let mut desk = stores.desk();
    desk.keep_letters(&[letter(1, "a", "x", 5), letter(2, "b", "y", 6), letter(3, "a", "y", 7)]).unwrap();
    let by = |source: Option<&str>, code: Option<&str>, state: Option<&str>| LetterFilter {
        source: source.map(str::to_owned),
        code: code.map(str::to_owned),
        state: state.map(str::to_owned),
    };
    let mut seen = |filter: &LetterFilter, before, limit| -> Vec<u8> {
        desk.letters(filter, before, limit).unwrap().iter().map(|row| row.digest[0]).collect()
    };
    assert_eq!(seen(&by(Some("a"), None, None), i64::MAX, 10), [3, 1]);
    assert_eq!(seen(&by(Some("a"), Some("y"), Some("open")), i64::MAX, 10), [3]);
    assert_eq!(seen(&by(None, None, Some("replayed")), i64::MAX, 10), [0_u8; 0]);
    assert_eq!(seen(&by(None, None, None), i64::MAX, 2), [3, 2]);
    let second = stores.desk().letters(&LetterFilter::default(), i64::MAX, 2).unwrap()[1].id;
    assert_eq!(seen(&by(None, None, None), second, 2), [1]);
    let group = |source: &str, code: &str| LetterGroup { source: source.into(), code: code.into(), state: "open".into(), letters: 1 };
    assert_eq!(desk.letter_groups().unwrap(), [group("a", "x"), group("a", "y"), group("b", "y")]);
    assert_eq!(desk.drop_letters(Day(7)).unwrap(), 2);
    assert_eq!(desk.letter_groups().unwrap(), [group("a", "y")]);
}

pub fn a_days_key_stands_until_it_is_destroyed(stores: &impl Stores) {
    let mut keys = stores.keys();
    assert_eq!(keys.day_key(Day(3)).unwrap(), None);
    assert_eq!(keys.keep_day_key(Day(3), vec![3]).unwrap(), [3]);
    assert_eq!(stores.keys().keep_day_key(Day(3), vec![30]).unwrap(), [3], "the answer says which key stands");
    keys.keep_day_key(Day(4), vec![4]).unwrap();
    assert_eq!(keys.drop_day_keys(Day(4)).unwrap(), 1);
    assert_eq!((keys.day_key(Day(3)).unwrap(), keys.day_key(Day(4)).unwrap()), (None, Some(vec![4])));
}
