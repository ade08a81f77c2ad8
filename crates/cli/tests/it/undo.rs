//! Back out again, and in again.

use serde_json::json;

use crate::support::{Brand, SAMPLE, counts, file, shop};

#[test]
fn an_undone_import_comes_again_as_if_it_had_never_been_undone() {
    let brand = Brand::with_sample();
    let before = brand.stages("1998-06-30");
    let preview = brand.ok(&["import", "undo", "1", "--preview", "--json"]).json();
    assert_eq!((&preview["orders"], &preview["members"], &preview["members_gone"]), (&json!(6919), &json!(2357), &json!(2357)));
    assert_eq!(brand.stages("1998-06-30"), before, "a preview takes nothing back");
    assert_eq!(brand.ok(&["import", "undo", "1", "--json"]).json()["state"], "undone");
    assert_eq!(brand.stages("1998-06-30")["members"], 0);
    assert_eq!(brand.run(&["import", "undo", "1"]).code, 3, "only once");
    let again = brand.import(&file(SAMPLE), &["--preset", "cdnow"]);
    assert_eq!((counts(&again), &again["import"]), ([6919, 0, 0, 0, 0], &json!(2)));
    assert_eq!(brand.stages("1998-06-30"), before);
    assert_eq!(brand.ok(&["doctor", "--json"]).json()["sound"], true);
}

#[test]
fn what_others_told_of_a_member_stays() {
    let brand = Brand::cdnow();
    let row = |id, member| (id, "2024-01-05 10:00:00", member, "10.00");
    let till = brand.write("till.csv", shop(&[row("A1", "7"), row("A2", "8")]));
    let web = brand.write("web.csv", shop(&[row("B1", "8"), row("B2", "9")]));
    brand.import(&till, &["--source", "till"]);
    brand.import(&web, &["--source", "web"]);
    let preview = brand.ok(&["import", "undo", "1", "--preview", "--json"]).json();
    assert_eq!((&preview["members"], &preview["members_gone"]), (&json!(2), &json!(1)));
    assert_eq!(preview["money"], json!({ "minor": 2000, "currency": "USD", "scale": 2 }));
    brand.ok(&["import", "undo", "1"]);
    assert_eq!(brand.stages("2024-02-01")["members"], 2);
}

#[test]
fn sales_without_a_member_are_taken_back_too() {
    let brand = Brand::cdnow();
    let rows = [
        ("A1", "2024-01-05 10:00:00", "", "10.00"),
        ("A2", "2024-01-06 10:00:00", "", "20.00"),
        ("A3", "2024-01-06 11:00:00", "7", "5.00"),
    ];
    let path = brand.write("till.csv", shop(&rows));
    assert_eq!(counts(&brand.import(&path, &[])), [3, 0, 0, 0, 0]);
    brand.ok(&["import", "undo", "1"]);
    assert_eq!(counts(&brand.import(&path, &["--dry-run"])), [3, 0, 0, 0, 0]);
    assert_eq!(counts(&brand.import(&path, &[])), [3, 0, 0, 0, 0]);
    assert_eq!(brand.stages("2024-02-01")["members"], 1);
    assert_eq!(brand.ok(&["doctor", "--json"]).json()["sound"], true);
}
