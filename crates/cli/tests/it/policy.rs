//! Policies in and out, and everyone decided anew.

use serde_json::json;

use crate::support::{Brand, SAMPLE, file, text};

#[test]
fn a_version_put_in_force_decides_everyone_anew() {
    let brand = Brand::cdnow();
    brand.import(&file(SAMPLE), &["--preset", "cdnow", "--shift-to", "today"]);
    let yaml = brand.ok(&["policy", "show", "lifecycle/rf"]).out;
    let draft = brand.write("rf.yaml", yaml.replace("recency < 90", "recency < 75"));
    let added = brand.ok(&["policy", "add", &text(&draft), "--reason", "trying", "--json"]).json();
    assert_eq!(added, json!({ "policy": "lifecycle/rf", "version": 2 }));
    let before = brand.ok(&["stages", "--json"]).json();
    assert_eq!(before["stages"], brand.ok(&["stages", "--json"]).json()["stages"]);
    let told = brand.ok(&["policy", "activate", "lifecycle/rf", "2", "--json"]).json();
    assert_eq!(told["members"], 2357);
    let after = brand.ok(&["stages", "--json"]).json();
    assert!(after["stages"]["regular.active"].as_u64() < before["stages"]["regular.active"].as_u64());
    brand.ok(&["policy", "activate", "lifecycle/rf", "2"]);
    let list = brand.ok(&["policy", "list", "--json"]).json();
    let active: Vec<_> = list.as_array().unwrap().iter().filter(|row| row["active"] == true).map(|row| row["policy"].clone()).collect();
    assert_eq!(active, [json!("brand"), json!("lifecycle/rf")]);
    let replayed = brand.ok(&["audit", "replay", "--json"]).json();
    assert_eq!(replayed["differences"], 0, "{replayed}");
}

#[test]
fn every_problem_of_a_document_is_told() {
    let brand = Brand::cdnow();
    let yaml = brand.ok(&["policy", "show", "lifecycle/rf"]).out;
    let draft = brand.write("rf.yaml", yaml.replace("recency", "recencie"));
    let refused = brand.run(&["policy", "add", &text(&draft)]);
    assert!(refused.code == 3 && refused.err.lines().count() > 1 && refused.err.contains("/stages/"), "{}", refused.err);
    assert_eq!(brand.run(&["policy", "activate", "lifecycle/rf", "9"]).code, 3);
    assert_eq!(brand.run(&["policy", "show", "lifecycle/none"]).code, 3);
}
