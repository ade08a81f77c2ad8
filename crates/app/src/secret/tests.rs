//! What is sealed opens for its own, and for nobody else.

use perennial_kernel::{IdentityKind, Lane};

use super::*;

#[test]
fn what_is_sealed_opens_for_its_subject_only() {
    let secrets = Secrets::from_master(&[7; 32]);
    let (ann, bob) = (SubjectId::nth(Lane(0), 1), SubjectId::nth(Lane(0), 2));
    let (key, wrapped) = secrets.new_data_key(ann).unwrap();
    let personal = Personal(vec![("name".into(), "李雷".into())]);
    let sealed = key.seal(ann, &personal).unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("李雷"));
    let again = secrets.unwrap(ann, &wrapped).unwrap();
    assert_eq!(again.open(ann, &sealed), Ok(personal));
    assert_eq!(again.open(bob, &sealed), Err(NotOpened));
    assert!(secrets.unwrap(bob, &wrapped).is_err());
    assert!(Secrets::from_master(&[8; 32]).unwrap(ann, &wrapped).is_err());
}

#[test]
fn a_sealed_blob_opens_in_its_place_only() {
    let secrets = Secrets::from_master(&[7; 32]);
    let sealed = secrets.seal_blob("import 1 row 2", b"138").unwrap();
    assert_eq!(secrets.open_blob("import 1 row 2", &sealed), Ok(b"138".to_vec()));
    assert_eq!(secrets.open_blob("import 1 row 3", &sealed), Err(NotOpened));
    assert_eq!(Secrets::from_master(&[8; 32]).open_blob("import 1 row 2", &sealed), Err(NotOpened));
}

#[test]
fn what_a_day_sealed_opens_with_its_key_and_in_its_place_only() {
    let secrets = Secrets::from_master(&[7; 32]);
    let (key, wrapped) = secrets.new_day_key(Day(20_000)).unwrap();
    let sealed = key.seal("letter 1", b"138").unwrap();
    let again = secrets.open_day_key(Day(20_000), &wrapped).unwrap();
    assert_eq!(again.open("letter 1", &sealed), Ok(b"138".to_vec()));
    assert_eq!(again.open("letter 2", &sealed), Err(NotOpened));
    assert!(secrets.open_day_key(Day(20_001), &wrapped).is_err());
}

#[test]
fn tokens_depend_on_the_brands_key_and_on_every_part() {
    let secrets = Secrets::from_master(&[7; 32]);
    let phone = Identity::parse(IdentityKind::Phone, "19900000001").unwrap();
    let number = Identity::parse(IdentityKind::Number, "19900000001").unwrap();
    assert_ne!(secrets.token(&phone), secrets.token(&number));
    assert_ne!(secrets.token(&phone), Secrets::from_master(&[8; 32]).token(&phone));
    assert_ne!(secrets.command_key("a", "bc", ""), secrets.command_key("ab", "c", ""));
}

#[test]
fn an_object_named_after_a_person_is_kept_as_its_key_only() {
    let secrets = Secrets::from_master(&[7; 32]);
    let mut incoming = Incoming {
        source: "shop".into(),
        object: "member:19900000001".into(),
        version: "2".into(),
        identities: vec![Identity::parse(IdentityKind::Phone, "19900000001").unwrap()],
        personal: Personal::default(),
        occurred_at: perennial_kernel::Instant(0),
        body: perennial_kernel::Body::Behaved { name: "view".into(), channel: None, scores: perennial_kernel::Scores::NONE },
    };
    let stored = secrets.stored_object(&incoming);
    assert!(!stored.contains("1990"));
    assert_eq!(secrets.command_key("shop", &stored, "2"), secrets.command_key("shop", "member:19900000001", "2"));
    incoming.object = "event:7".into();
    assert_eq!(secrets.stored_object(&incoming), "event:7");
}
