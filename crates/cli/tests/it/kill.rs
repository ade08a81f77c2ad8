//! A killed import goes on where it was, and comes to the same.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Brand, SAMPLE, counts, file, text};

/// Kills the import by SIGKILL once so many records were acknowledged; `false` when it was done before.
fn kill_at(brand: &Brand, records: u64) -> bool {
    let words = ["import", "orders", &text(&file("cdnow/CDNOW_master.txt")), "--preset", "cdnow"];
    let mut child = brand.command(&words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let patience = Instant::now() + Duration::from_mins(2);
    loop {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(Instant::now() < patience, "the import does not move");
        let told = brand.run(&["import", "list", "--json"]);
        let far = told.code == 0 && told.json()[0]["records"].as_u64().unwrap_or(0) >= records;
        if far {
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}

#[test]
fn a_killed_import_goes_on_and_its_totals_are_those_of_one_that_was_not() {
    let brand = Brand::cdnow();
    // Wherever the second kill falls within its batch, nothing is lost or doubled.
    let killed = kill_at(&brand, 2000);
    assert!(killed, "too quick to be killed: raise the file's size");
    kill_at(&brand, 20_000);
    let told = brand.import(&file("cdnow/CDNOW_master.txt"), &["--preset", "cdnow"]);
    assert_eq!((counts(&told), &told["resumed"], &told["import"]), ([69659, 0, 0, 0, 0], &json!(true), &json!(1)));
    assert_eq!((&told["records"], &told["state"]), (&json!(69659), &json!("done")));
    let stages = brand.stages("1998-06-30");
    assert_eq!(stages["members"], 23570);
    assert_eq!(brand.ok(&["doctor", "--json"]).json()["sound"], true);
}

#[test]
fn ctrl_c_ends_after_the_batch_and_the_next_run_goes_on() {
    let brand = Brand::cdnow();
    let words = ["import", "orders", &text(&file("cdnow/CDNOW_master.txt")), "--preset", "cdnow"];
    let mut child = brand.command(&words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while brand.run(&["import", "list", "--json"]).json()[0]["records"].as_u64().unwrap_or(0) < 2000 {
        std::thread::sleep(Duration::from_millis(3));
    }
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(1));
    let row = brand.ok(&["import", "list", "--json"]).json()[0].clone();
    assert_eq!(row["state"], "failed");
    let told = brand.import(&file("cdnow/CDNOW_master.txt"), &["--preset", "cdnow"]);
    assert_eq!((counts(&told), &told["resumed"]), ([69659, 0, 0, 0, 0], &json!(true)));
}

#[test]
fn an_import_of_another_file_does_not_go_on_in_the_middle() {
    let brand = Brand::cdnow();
    kill_at(&brand, 2000);
    let told = brand.import(&file(SAMPLE), &["--preset", "cdnow"]);
    assert_eq!((&told["resumed"], &told["import"]), (&json!(false), &json!(2)));
}
