//! The desk's rows, and the keys.

use perennial_app::port::desk::{DocumentRow, ImportRow, SecretRow, UserRow};
use perennial_kernel::{ImportId, Instant, SubjectId};

use crate::support::{Stores, members};

pub fn documents_and_settings_are_kept(stores: &impl Stores) {
    let mut desk = stores.desk();
    assert_eq!(desk.setting("zone").unwrap(), None);
    desk.set_setting("zone", b"Asia/Shanghai").unwrap();
    desk.set_setting("zone", b"").unwrap();
    assert_eq!(stores.desk().setting("zone").unwrap(), Some(Vec::new()));
    let document = |policy: &str, version| DocumentRow {
        policy: policy.to_owned(),
        version,
        body: "name: 品牌".to_owned(),
        author: "li".to_owned(),
        reason: String::new(),
        created_at: Instant(version),
    };
    let rows = [document("lifecycle/rf", 2), document("lifecycle/rf", 1), document("brand", 10)];
    for row in &rows {
        desk.add_document(row).unwrap();
    }
    assert!(desk.add_document(&DocumentRow { body: "changed".to_owned(), ..document("brand", 10) }).is_err(), "a version is never changed");
    assert_eq!(desk.documents().unwrap(), [document("brand", 10), document("lifecycle/rf", 1), document("lifecycle/rf", 2)]);
}

pub fn users_and_secrets_are_kept_and_dropped(stores: &impl Stores) {
    let mut desk = stores.desk();
    let user = UserRow {
        name: "li".to_owned(),
        role: "owner".to_owned(),
        password: "$argon2id$1".to_owned(),
        created_at: Instant(1),
        stores: vec!["S1".to_owned(), "静安店".to_owned()],
        active: true,
        must_change: false,
    };
    desk.add_user(&user).unwrap();
    assert!(desk.add_user(&user).is_err());
    desk.set_password("li", "$argon2id$2").unwrap();
    assert!(desk.set_password("nobody", "x").is_err());
    assert_eq!(desk.user("li").unwrap(), Some(UserRow { password: "$argon2id$2".to_owned(), ..user }));
    assert_eq!(desk.user("nobody").unwrap(), None);
    let secret = |n: u8, purpose: &str, expires_at| SecretRow {
        purpose: purpose.to_owned(),
        hash: vec![n; 32],
        name: "li".to_owned(),
        role: "owner".to_owned(),
        created_at: Instant(i64::from(n)),
        expires_at,
        source: if purpose == "key" { "pos".to_owned() } else { String::new() },
        agent: "Firefox".to_owned(),
    };
    let rows = [secret(2, "key", None), secret(1, "key", None), secret(3, "session", Some(Instant(9)))];
    for row in &rows {
        desk.add_secret(row).unwrap();
    }
    assert_eq!(desk.secret(&[3; 32]).unwrap().as_ref(), Some(&rows[2]));
    assert_eq!(desk.secrets("key").unwrap(), [rows[1].clone(), rows[0].clone()]);
    assert!(desk.drop_secret(&[3; 32]).unwrap());
    assert!(!desk.drop_secret(&[3; 32]).unwrap());
    assert_eq!(desk.secret(&[3; 32]).unwrap(), None);
}

pub fn imports_are_numbered_and_their_bad_rows_kept(stores: &impl Stores) {
    let mut desk = stores.desk();
    let mut row = ImportRow {
        id: ImportId(999),
        source: "shop".to_owned(),
        file: "订单.csv".to_owned(),
        digest: vec![1; 32],
        preset: "taobao".to_owned(),
        shift_days: -400,
        state: "running".to_owned(),
        started_at: Instant(1),
        ended_at: None,
        records: 0,
        new: 1,
        updated: 2,
        unchanged: 3,
        skipped: 4,
        bad: 5,
    };
    row.id = desk.add_import(&row).unwrap();
    assert_eq!(row.id, ImportId(1));
    assert_eq!(desk.add_import(&row).unwrap(), ImportId(2));
    let second = ImportRow { id: ImportId(2), ..row.clone() };
    row = ImportRow { state: "done".to_owned(), ended_at: Some(Instant(7)), records: 15, bad: 6, ..row };
    desk.update_import(&row).unwrap();
    assert!(desk.update_import(&ImportRow { id: ImportId(3), ..row.clone() }).is_err());
    assert_eq!(desk.imports().unwrap(), [row, second]);
    desk.add_bad_rows(ImportId(1), &[(9, vec![9]), (3, vec![3])]).unwrap();
    desk.add_bad_rows(ImportId(1), &[(9, vec![99]), (4, vec![])]).unwrap();
    desk.add_bad_rows(ImportId(1), &[]).unwrap();
    assert_eq!(desk.bad_rows(ImportId(1)).unwrap(), [(3, vec![3]), (4, vec![]), (9, vec![99])]);
    assert!(desk.bad_rows(ImportId(2)).unwrap().is_empty());
}

pub fn the_key_that_stands_first_stays(stores: &impl Stores) {
    let mut keys = stores.keys();
    let subjects = members([5, -3, 8]);
    assert!(keys.load(&subjects).unwrap().is_empty());
    let standing = keys.keep(vec![(SubjectId(5), vec![5]), (SubjectId(-3), vec![3])]).unwrap();
    assert_eq!(standing, [(SubjectId(5), vec![5]), (SubjectId(-3), vec![3])].into());
    let standing = stores.keys().keep(vec![(SubjectId(8), vec![8]), (SubjectId(5), vec![50])]).unwrap();
    assert_eq!(standing, [(SubjectId(5), vec![5]), (SubjectId(8), vec![8])].into(), "the answer says which key stands");
    assert_eq!(keys.load(&subjects).unwrap(), [(SubjectId(5), vec![5]), (SubjectId(-3), vec![3]), (SubjectId(8), vec![8])].into());
    assert!(keys.keep(Vec::new()).unwrap().is_empty());
}
