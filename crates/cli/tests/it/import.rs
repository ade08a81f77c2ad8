//! Files in: once, in part, again, longer, wrong.

use serde_json::json;

use crate::support::{Brand, SAMPLE, counts, file, shop, text};

#[test]
fn a_rerun_adds_nothing_and_ten_more_rows_add_ten() {
    let brand = Brand::cdnow();
    let content = std::fs::read_to_string(file(SAMPLE)).unwrap();
    let mut lines: Vec<&str> = content.lines().collect();
    let rest = lines.split_off(500);
    let path = brand.write("orders.txt", lines.join("\n") + "\n");
    assert_eq!(counts(&brand.import(&path, &["--preset", "cdnow"])), [500, 0, 0, 0, 0]);
    assert_eq!(counts(&brand.import(&path, &["--preset", "cdnow"])), [0, 0, 500, 0, 0]);
    lines.extend(&rest[..10]);
    let path = brand.write("orders.txt", lines.join("\n") + "\n");
    let dry = brand.import(&path, &["--preset", "cdnow", "--dry-run"]);
    assert_eq!(counts(&dry), [10, 0, 500, 0, 0]);
    assert_eq!(counts(&brand.import(&path, &["--preset", "cdnow"])), [10, 0, 500, 0, 0]);
    assert_eq!(brand.ok(&["import", "list", "--json"]).json().as_array().unwrap().len(), 3);
}

#[test]
fn a_dry_run_writes_nothing() {
    let brand = Brand::cdnow();
    let dry = brand.import(&file(SAMPLE), &["--preset", "cdnow", "--dry-run"]);
    assert_eq!(counts(&dry), [6919, 0, 0, 0, 0]);
    assert_eq!(brand.stages("1998-06-30")["members"], 0);
    assert_eq!(brand.ok(&["import", "list", "--json"]).json(), json!([]));
}

#[test]
fn the_same_order_with_other_contents_is_a_bad_row_and_the_rest_is_in() {
    let brand = Brand::cdnow();
    let first = brand.write("a.csv", shop(&[("A1", "2024-01-05 10:00:00", "7", "10.00"), ("A2", "2024-01-06 10:00:00", "8", "20.00")]));
    assert_eq!(counts(&brand.import(&first, &[])), [2, 0, 0, 0, 0]);
    let second = brand.write("b.csv", shop(&[("A1", "2024-01-05 10:00:00", "7", "11.00"), ("A3", "2024-01-07 10:00:00", "9", "30.00")]));
    let dry = brand.import(&second, &["--dry-run"]);
    assert_eq!(counts(&dry), [1, 0, 0, 0, 1]);
    assert_eq!(dry["first_bad"][0]["code"], "order.conflict");
    let bad = brand.folder.path().join("bad.csv");
    let told = brand.import(&second, &["--bad-rows", &text(&bad)]);
    assert_eq!(counts(&told), [1, 0, 0, 0, 1]);
    let csv = std::fs::read_to_string(&bad).unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.contains("2,order.conflict,") && csv.contains("已以不同内容记录"), "{csv}");
    let kept = brand.ok(&["import", "bad-rows", "2"]).out;
    assert_eq!(kept, csv);
    assert_eq!(brand.run(&["import", "orders", &text(&second), "--strict"]).code, 3);
}

#[test]
fn bad_rows_come_back_with_line_and_reason_and_are_not_readable_in_the_store() {
    let brand = Brand::cdnow();
    let rows = [("A1", "2024-01-05 10:00:00", "secret-person-7", "10.00"), ("A2", "not a day", "secret-person-8", "20.00")];
    let path = brand.write("a.csv", shop(&rows));
    let told = brand.import(&path, &[]);
    assert_eq!(counts(&told), [1, 0, 0, 0, 1]);
    let kept = brand.ok(&["import", "bad-rows", "1"]).out;
    assert!(kept.lines().nth(1).unwrap().starts_with("3,") && kept.contains("secret-person-8"), "{kept}");
    for name in ["journal.db", "journal.db-wal"] {
        let bytes = std::fs::read(brand.data().join(name)).unwrap_or_default();
        assert!(!bytes.windows(13).any(|window| window == b"secret-person"), "{name}");
    }
}

#[test]
fn an_order_known_in_another_version_is_an_update() {
    let brand = Brand::cdnow();
    let with_version =
        |amount: &str, at: &str| format!("order_id,paid_at,customer_id,amount,updated_at\nA1,2024-01-05 10:00:00,7,{amount},{at}\n");
    let first = brand.write("a.csv", with_version("10.00", "2024-01-05 11:00:00"));
    assert_eq!(counts(&brand.import(&first, &[])), [1, 0, 0, 0, 0]);
    let second = brand.write("b.csv", with_version("12.00", "2024-01-06 11:00:00"));
    assert_eq!(counts(&brand.import(&second, &["--dry-run"])), [0, 1, 0, 0, 0]);
    assert_eq!(counts(&brand.import(&second, &[])), [0, 1, 0, 0, 0]);
    assert_eq!(counts(&brand.import(&second, &[])), [0, 0, 1, 0, 0]);
}

#[test]
fn dates_move_by_whole_weeks_and_a_moved_source_keeps_its_shift() {
    let brand = Brand::cdnow();
    let told = brand.import(&file(SAMPLE), &["--preset", "cdnow", "--shift-to", "2020-07-02"]);
    // The sample's last order is of Tuesday 1998-06-30: Tuesday 2020-06-30 is the last such day up to 2020-07-02.
    assert_eq!(told["shift_days"], 8036);
    assert_eq!(brand.stages("2020-06-30")["members_with_more_than_one_life"], 476);
    let again = brand.import(&file(SAMPLE), &["--preset", "cdnow", "--shift-to", "today"]);
    assert_eq!((counts(&again), &again["shift_days"]), ([0, 0, 6919, 0, 0], &json!(8036)));
    let fresh = Brand::cdnow();
    fresh.import(&file(SAMPLE), &["--preset", "cdnow", "--shift-to", "today"]);
    let today = fresh.ok(&["stages", "--json"]).json();
    assert!(today["stages"]["new.first"].as_u64().unwrap() > 20, "{today}");
}

#[test]
fn a_guessed_mapping_is_saved_and_used_again() {
    let brand = Brand::cdnow();
    let path = brand.write("a.csv", shop(&[("A1", "2024-01-05 10:00:00", "7", "10.00")]));
    let mapping = brand.folder.path().join("mapping.yaml");
    brand.import(&path, &["--dry-run", "--save-mapping", &text(&mapping)]);
    let yaml = std::fs::read_to_string(&mapping).unwrap();
    assert!(yaml.contains("order_id: order_id") && yaml.contains("amount: amount"), "{yaml}");
    assert_eq!(counts(&brand.import(&path, &["--mapping", &text(&mapping)])), [1, 0, 0, 0, 0]);
    assert_eq!(brand.run(&["import", "orders", "nowhere.csv"]).code, 1);
}
