//! `keys rotate` as an operator runs it.

use serde_json::json;

use crate::support::{Brand, SAMPLE, counts, file};

fn key(brand: &Brand, name: &str) -> String {
    std::fs::read_to_string(brand.data().join("keys").join(name)).unwrap()
}

#[test]
fn a_rotated_brand_goes_on_under_its_new_key_and_refuses_the_old_one() {
    let brand = Brand::with_sample();
    let (old, before) = (key(&brand, "master.key"), brand.stages("1998-06-30"));
    let told = brand.ok(&["keys", "rotate", "--json"]).json();
    assert_eq!(told, json!({"keys": 2357, "from_environment": false}));
    let new = key(&brand, "master.key");
    assert_ne!(old, new);
    assert!(!brand.data().join("keys/master.key.next").exists());
    assert_eq!(brand.stages("1998-06-30"), before);
    assert_eq!(brand.ok(&["doctor", "--json"]).json()["sound"], true);
    // The same file again is recognised, member by member: the tokens still match.
    assert_eq!(counts(&brand.import(&file(SAMPLE), &["--preset", "cdnow"])), [0, 0, 6919, 0, 0]);
    let log = brand.ok(&["audit", "log", "--json"]).json();
    assert!(log.as_array().unwrap().iter().any(|row| row["what"] == "keys_rotated"));
    std::fs::write(brand.data().join("keys/master.key"), &old).unwrap();
    let refused = brand.run(&["stages"]);
    assert!(refused.code == 1 && refused.err.contains("not the one"), "{}", refused.err);
}

#[test]
fn a_rotation_cut_short_keeps_everybody_out_until_it_is_finished() {
    let brand = Brand::with_sample();
    // As if it had ended right after the new key was written down.
    let next = "ab".repeat(32);
    std::fs::write(brand.data().join("keys/master.key.next"), &next).unwrap();
    for words in [&["stages"][..], &["doctor"], &["import", "list"]] {
        assert_eq!(brand.run(words).code, 3, "{words:?}");
    }
    assert_eq!(brand.ok(&["keys", "rotate", "--json"]).json()["keys"], 2357);
    assert_eq!(key(&brand, "master.key").trim(), next);
    assert_eq!(brand.ok(&["doctor", "--json"]).json()["sound"], true);
}

#[test]
fn a_key_from_the_environment_is_followed_by_one_from_the_environment() {
    let brand = Brand::with_sample();
    let old = key(&brand, "master.key").trim().to_owned();
    std::fs::remove_file(brand.data().join("keys/master.key")).unwrap();
    let run = |words: &[&str], keys: &[(&str, &str)]| {
        let output = brand.command(words).envs(keys.iter().copied()).output().unwrap();
        output.status.code().unwrap()
    };
    let new = "cd".repeat(32);
    assert_eq!(run(&["keys", "rotate"], &[("PERENNIAL_MASTER_KEY", &old)]), 3, "the new one is to be given, too");
    assert_eq!(run(&["keys", "rotate"], &[("PERENNIAL_MASTER_KEY", &old), ("PERENNIAL_NEW_MASTER_KEY", &new)]), 0);
    assert_eq!(run(&["doctor"], &[("PERENNIAL_MASTER_KEY", &old)]), 1);
    assert_eq!(run(&["doctor"], &[("PERENNIAL_MASTER_KEY", &new)]), 0);
    assert!(!brand.data().join("keys/master.key").exists());
}
