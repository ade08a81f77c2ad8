//! Backup and restore.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::support::{Brand, SAMPLE, counts, file, text};

#[test]
fn a_restored_backup_counts_the_same_and_takes_more() {
    let brand = Brand::with_sample();
    let copy = brand.folder.path().join("copy.tar.gz");
    brand.ok(&["backup", &text(&copy)]);
    assert_eq!(brand.run(&["backup", &text(&copy)]).code, 3, "an older backup is not overwritten");
    let other = Brand::none();
    let key = text(&brand.data().join("keys/master.key"));
    let told = other.ok(&["restore", &text(&copy), "--master-key", &key, "--json"]).json();
    assert_eq!(told["brand"], "CDNOW");
    assert_eq!(other.stages("1998-06-30"), brand.stages("1998-06-30"));
    assert_eq!(other.ok(&["doctor", "--json"]).json()["sound"], true);
    let again = other.import(&file(SAMPLE), &["--preset", "cdnow"]);
    assert_eq!(counts(&again), [0, 0, 6919, 0, 0]);
    assert_eq!((brand.kinds("epoch.opened"), other.kinds("epoch.opened")), (0, 1), "the chain says that it goes on from a backup");
    let log = other.ok(&["audit", "log", "--json"]).json();
    assert!(log.as_array().unwrap().iter().any(|row| row["what"] == "restored"));
    assert_eq!(other.run(&["restore", &text(&copy)]).code, 3, "only into a new folder");
}

#[test]
fn a_backup_taken_during_writes_is_whole() {
    let brand = Brand::cdnow();
    let master = text(&file("cdnow/CDNOW_master.txt"));
    let mut child =
        brand.command(&["import", "orders", &master, "--preset", "cdnow"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while brand.run(&["import", "list", "--json"]).json()[0]["records"].as_u64().unwrap_or(0) < 4000 {
        std::thread::sleep(Duration::from_millis(3));
    }
    let copy = brand.folder.path().join("copy.tar.gz");
    brand.ok(&["backup", &text(&copy), "--with-master-key"]);
    let writing = child.try_wait().unwrap().is_none();
    child.wait().unwrap();
    let other = Brand::none();
    other.ok(&["restore", &text(&copy)]);
    assert_eq!(other.ok(&["doctor", "--json"]).json()["sound"], true);
    // The copy holds an import under way: it goes on and comes to the same.
    let told = other.import(&file("cdnow/CDNOW_master.txt"), &["--preset", "cdnow"]);
    assert_eq!((counts(&told)[0], &told["state"]), (69659, &json!("done")), "writing: {writing}");
    assert_eq!(other.stages("1998-06-30"), brand.stages("1998-06-30"));
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let brand = Brand::with_sample();
    let copy = brand.folder.path().join("copy.tar.gz");
    brand.ok(&["backup", &text(&copy), "--with-master-key"]);
    let whole = std::fs::read(&copy).unwrap();
    for at in [whole.len() / 3, whole.len() / 2, whole.len() - 2000] {
        let mut broken = whole.clone();
        broken[at] ^= 0x10;
        let path = brand.write("broken.tar.gz", broken);
        let other = Brand::none();
        let refused = other.run(&["restore", &text(&path)]);
        assert_eq!(refused.code, 1, "{}", refused.err);
        assert_eq!(std::fs::read_dir(other.folder.path()).unwrap().count(), 0);
    }
    let path = brand.write("short.tar.gz", &whole[..whole.len() / 2]);
    assert_eq!(Brand::none().run(&["restore", &text(&path)]).code, 1);
}
