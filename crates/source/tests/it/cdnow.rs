//! Both CDNOW files, against the numbers printed with them.

use std::collections::{BTreeMap, HashSet};

use perennial_kernel::{Body, Day, Money};
use perennial_source::{Context, Preset, last_day, open, weeks_to};

use crate::kit::{all, context, data, file, order, read};

fn new_york() -> Context {
    context("America/New_York", "USD")
}

#[test]
fn the_full_file_gives_the_published_numbers() {
    let (good, bad) = read(&data("cdnow/CDNOW_master.txt"), &Preset::Cdnow, new_york());
    assert_eq!((good.len(), bad.len()), (69_659, 0));
    let all = all(&good);
    let members: HashSet<_> = all.iter().map(|i| i.identities[0].value.clone()).collect();
    assert_eq!(members.len(), 23_570);
    let objects: HashSet<_> = all.iter().map(|i| i.object.clone()).collect();
    assert_eq!(objects.len(), 69_659, "identical rows are orders of their own");
    assert_eq!(objects.iter().filter(|object| !object.ends_with("#1")).count(), 255);
    let money: Money = all.iter().map(|i| order(i).money).sum();
    assert_eq!(money, Money(250_031_563));
    assert_eq!(all.iter().map(|i| order(i).quantity.0).sum::<i64>(), 167_881_000);
    assert_eq!(good[0].line, 2);
    assert_eq!(all[0].occurred_at.to_string(), "1997-01-01T05:00:00.000Z");
    assert_eq!(order(all[0]).key.id, all[0].object);
}

#[test]
fn the_sample_gives_the_published_numbers() {
    let (good, bad) = read(&data("cdnow/CDNOW_sample.txt"), &Preset::Cdnow, new_york());
    assert_eq!((good.len(), bad.len()), (6_919, 0));
    let all = all(&good);
    let members: HashSet<_> = all.iter().map(|i| i.identities[0].value.clone()).collect();
    assert_eq!(members.len(), 2_357);
    assert_eq!(all.iter().filter(|i| order(i).money == Money::ZERO).count(), 8);
    assert_eq!(all[0].identities[0].value, "00004", "the member is the first column, as in the full file");
    assert_eq!(good[0].line, 1);
}

#[test]
fn a_file_extended_by_rows_gives_the_old_rows_their_old_keys() {
    let master = std::fs::read_to_string(data("cdnow/CDNOW_master.txt")).unwrap();
    let head: String = master.lines().take(5_000).flat_map(|line| [line, "\r\n"]).collect();
    let again: String = head.lines().skip(1).take(10).flat_map(|line| [line, "\r\n"]).collect();
    let keys = |text: &str| -> Vec<String> {
        let file = file(text);
        let (good, _) = read(file.path(), &Preset::Cdnow, new_york());
        all(&good).iter().map(|i| i.object.clone()).collect()
    };
    let (before, after) = (keys(&head), keys(&(head.clone() + &again)));
    assert_eq!(after.len(), before.len() + 10);
    assert_eq!(after[..before.len()], before[..]);
    let distinct: HashSet<_> = after.iter().collect();
    assert_eq!(distinct.len(), after.len());
}

#[test]
fn zero_prices_zero_quantities_and_negative_amounts_are_what_they_are() {
    let text = " 1 19970101 2 0.00\n 2 19970102 0 5.00\n 3 19970103 1 -7.50\n";
    let (good, bad) = read(file(text).path(), &Preset::Cdnow, new_york());
    assert_eq!(bad, vec![]);
    let all = all(&good);
    assert_eq!((order(all[0]).money.0, order(all[0]).quantity.0), (0, 2000));
    assert_eq!((order(all[1]).money.0, order(all[1]).quantity.0), (500, 0));
    let Body::OrderRefunded(refund) = &all[2].body else { panic!("a negative amount is a refund") };
    assert_eq!((refund.key.as_ref(), refund.money, refund.id.as_str()), (None, Money(750), all[2].object.as_str()));
}

#[test]
fn reading_can_resume_anywhere() {
    let path = data("cdnow/CDNOW_sample.txt");
    let whole: Vec<_> = open(&path, &Preset::Cdnow, new_york()).unwrap().collect();
    for at in [0, 1, 3_000, 6_918, 6_919, 9_999] {
        let mut reader = open(&path, &Preset::Cdnow, new_york()).unwrap();
        reader.skip_records(at);
        let rest: Vec<_> = reader.collect();
        assert_eq!(rest[..], whole[whole.len().min(at as usize)..]);
    }
}

#[test]
fn progress_ends_at_the_files_end() {
    let mut reader = open(data("cdnow/CDNOW_sample.txt"), &Preset::Cdnow, new_york()).unwrap();
    assert_eq!(reader.progress(), (0, 228_327));
    let mut before = 0;
    while reader.next().is_some() {
        assert!(reader.progress().0 >= before);
        before = reader.progress().0;
    }
    assert_eq!(reader.progress(), (228_327, 228_327));
}

#[test]
fn a_shift_by_whole_weeks_brings_the_last_order_into_the_last_seven_days() {
    let path = data("cdnow/CDNOW_sample.txt");
    let last = last_day(&path, &Preset::Cdnow, &new_york()).unwrap().unwrap();
    assert_eq!(last.to_string(), "1998-06-30");
    let to = Day::parse("2026-11-22").unwrap();
    for offset in 0..7 {
        let to = to - offset;
        let shift = weeks_to(last, to);
        let moved = last + shift;
        assert!(shift % 7 == 0 && moved <= to && to - moved < 7, "{to} {moved}");
    }
    let shifted = Context { shift_days: weeks_to(last, to), ..new_york() };
    let (plain, _) = read(&path, &Preset::Cdnow, new_york());
    let (moved, bad) = read(&path, &Preset::Cdnow, shifted.clone());
    assert!(bad.is_empty());
    let day = |i: &perennial_kernel::Incoming| shifted.calendar.day(i.occurred_at);
    for (a, b) in all(&plain).iter().zip(all(&moved)) {
        assert_eq!(day(b) - day(a), shifted.shift_days);
        assert_eq!(a.object, b.object);
        assert_eq!(b.occurred_at, shifted.calendar.start(day(b)));
    }
}

#[test]
fn another_file_is_not_taken_for_cdnow() {
    for text in ["a,b,c\n1,2,3\n", "order date amount\n", "{}"] {
        let code = open(file(text).path(), &Preset::Cdnow, new_york()).unwrap_err().code;
        assert_eq!(code, "preset.other_file", "{text}");
    }
    let mut codes = BTreeMap::new();
    codes.insert("", open(file("").path(), &Preset::Cdnow, new_york()).unwrap_err().code);
    assert_eq!(codes[""], "file.empty");
}
