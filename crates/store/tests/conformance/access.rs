//! Accounts, the audit trail, and what the brand itself keeps beside its keys.

use perennial_app::port::access::FactorRow;
use perennial_app::port::desk::UserRow;
use perennial_app::port::trail::{AuditFilter, AuditRow};
use perennial_kernel::{Instant, SubjectId};

use crate::support::{Stores, members};

fn user(name: &str) -> UserRow {
    UserRow {
        name: name.to_owned(),
        role: "associate".to_owned(),
        password: "$argon2id$1".to_owned(),
        created_at: Instant(1),
        stores: vec!["静安店".to_owned(), "S 2".to_owned()],
        active: true,
        must_change: true,
    }
}

pub fn users_are_changed_without_touching_their_passwords(stores: &impl Stores) {
    let mut desk = stores.desk();
    for name in ["李", "bo", "an"] {
        desk.add_user(&user(name)).unwrap();
    }
    let changed = UserRow {
        role: "operator".to_owned(),
        stores: Vec::new(),
        active: false,
        must_change: false,
        password: "ignored".to_owned(),
        ..user("bo")
    };
    desk.update_user(&changed).unwrap();
    let kept = UserRow { password: "$argon2id$1".to_owned(), ..changed };
    assert_eq!(desk.users().unwrap(), [user("an"), kept, user("李")]);
    assert!(desk.update_user(&user("nobody")).is_err());
}

pub fn a_time_step_is_taken_once_and_never_backwards(stores: &impl Stores) {
    let mut desk = stores.desk();
    assert_eq!(desk.factor("li").unwrap(), None);
    assert!(!desk.take_step("li", 5).unwrap());
    let factor = |confirmed, step| FactorRow { sealed: vec![0, 1, 255], confirmed, step };
    desk.set_factor("li", &factor(false, 0)).unwrap();
    assert!(!desk.take_step("li", 5).unwrap(), "before it is confirmed");
    desk.set_factor("li", &factor(true, 4)).unwrap();
    assert!(desk.take_step("li", 5).unwrap());
    assert!(!stores.desk().take_step("li", 5).unwrap(), "taken");
    assert!(!desk.take_step("li", 4).unwrap(), "earlier");
    assert_eq!(desk.factor("li").unwrap(), Some(factor(true, 5)));
    assert!(desk.drop_factor("li").unwrap());
    assert!(!desk.drop_factor("li").unwrap());
}

fn line(id: i64, who: &str, what: &str, about: &str) -> AuditRow {
    let detail = format!("{id}");
    AuditRow {
        id,
        at: Instant(id * 10),
        who: who.to_owned(),
        what: what.to_owned(),
        about: about.to_owned(),
        detail,
        seal: vec![id as u8; 32],
    }
}

pub fn audit_lines_are_added_once_and_found_by_what_they_say(stores: &impl Stores) {
    let mut desk = stores.desk();
    let lines = [
        line(1, "li", "signed_in", ""),
        line(2, "li", "revealed", "m_1"),
        line(3, "bo", "revealed", "m_1"),
        line(4, "bo", "signed_in", ""),
    ];
    for line in &lines {
        assert!(desk.add_audit(line).unwrap());
    }
    assert!(!stores.desk().add_audit(&line(4, "eve", "x", "")).unwrap(), "a line is never replaced");
    let [first, second, third, fourth] = lines;
    assert_eq!(desk.audit(2).unwrap(), [fourth.clone(), third.clone()]);
    assert_eq!(desk.audit_after(2, 10).unwrap(), [third.clone(), fourth.clone()]);
    assert_eq!(desk.audit_after(0, 1).unwrap(), std::slice::from_ref(&first));
    let all = AuditFilter::default();
    let mut check = |filter: AuditFilter, found: &[&AuditRow]| {
        assert_eq!(desk.audit_page(&filter, 10).unwrap().iter().collect::<Vec<_>>(), found, "{filter:?}");
        let all = AuditFilter { before: None, ..filter };
        assert!(desk.audit_count(&all).unwrap() >= found.len() as u64);
    };
    check(all.clone(), &[&fourth, &third, &second, &first]);
    check(AuditFilter { before: Some(3), ..all.clone() }, &[&second, &first]);
    check(AuditFilter { who: "li".to_owned(), ..all.clone() }, &[&second, &first]);
    check(AuditFilter { what: "revealed".to_owned(), who: "bo".to_owned(), ..all.clone() }, &[&third]);
    check(AuditFilter { about: vec!["m_1".to_owned()], ..all.clone() }, &[&third, &second]);
    check(AuditFilter { about: vec!["m_2".to_owned(), "m_1".to_owned()], ..all.clone() }, &[&third, &second]);
    check(AuditFilter { about: vec!["m_2".to_owned()], ..all.clone() }, &[]);
    check(AuditFilter { from: Some(Instant(20)), until: Some(Instant(40)), ..all.clone() }, &[&third, &second]);
    assert_eq!(desk.audit_count(&AuditFilter { who: "bo".to_owned(), ..all }).unwrap(), 2);
}

pub fn wrapped_keys_are_replaced_together_and_gone_ones_stay_gone(stores: &impl Stores) {
    let mut keys = stores.keys();
    keys.keep(vec![(SubjectId(5), vec![5]), (SubjectId(-3), vec![3]), (SubjectId(8), vec![8])]).unwrap();
    assert_eq!(keys.after(None, 2).unwrap(), [(SubjectId(-3), vec![3]), (SubjectId(5), vec![5])]);
    assert_eq!(keys.after(Some(SubjectId(5)), 2).unwrap(), [(SubjectId(8), vec![8])]);
    keys.replace(&[(SubjectId(8), vec![80]), (SubjectId(9), vec![90]), (SubjectId(-3), vec![30])]).unwrap();
    let held = stores.keys().load(&members([5, -3, 8, 9])).unwrap();
    assert_eq!(held, [(SubjectId(-3), vec![30]), (SubjectId(5), vec![5]), (SubjectId(8), vec![80])].into());
}

pub fn what_the_brand_keeps_is_replaced_or_only_raised(stores: &impl Stores) {
    let mut keys = stores.keys();
    assert_eq!(keys.brand("trail").unwrap(), None);
    keys.raise("trail", &[1, 5]).unwrap();
    keys.raise("trail", &[1, 4]).unwrap();
    assert_eq!(stores.keys().brand("trail").unwrap(), Some(vec![1, 5]));
    keys.raise("trail", &[2]).unwrap();
    assert_eq!(keys.brand("trail").unwrap(), Some(vec![2]));
    keys.set_brand("trail", &[0]).unwrap();
    assert_eq!(keys.brand("trail").unwrap(), Some(vec![0]));
}
