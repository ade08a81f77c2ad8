//! The lines that scripts depend on, with exactly these keys.

use serde_json::json;

use crate::support::{Brand, SAMPLE, counts, file, text};

#[test]
fn the_cdnow_sample_stands_in_the_published_stages() {
    let brand = Brand::cdnow();
    let told = brand.import(&file(SAMPLE), &["--preset", "cdnow"]);
    assert_eq!(counts(&told), [6919, 0, 0, 0, 0]);
    let stages = brand.stages("1998-06-30");
    let expected = json!({
        "as_of": "1998-06-30", "model": "rf", "members": 2357, "members_with_more_than_one_life": 476,
        "stages": {
            "new.first": 32, "new.second": 16, "regular.active": 70, "regular.loyal": 186, "at_risk.silent": 210,
            "lapsed.sleeping": 290, "lapsed.churned": 1553,
        },
    });
    assert_eq!(stages, expected);
    // As it was known before the import, nobody was there.
    let before = brand.ok(&["stages", "--as-of", "1998-06-30", "--known-at", "2020-01-01T00:00:00Z", "--json"]).json();
    assert_eq!(before["members"], 0);
    for model in ["six-step", "guest", "four-period"] {
        let other = brand.ok(&["stages", "--as-of", "1998-06-30", "--model", model, "--json"]).json();
        assert_eq!((&other["model"], &other["members"]), (&json!(model), &json!(2357)));
    }
    let flow = brand.ok(&["flow", "--from", "1997-06-30", "--to", "1998-06-30", "--json"]).json();
    let moved: u64 = flow["links"].as_array().unwrap().iter().map(|link| link["members"].as_u64().unwrap()).sum();
    assert_eq!(moved, 2357, "everyone had bought by the end of March 1997");
    let replayed = brand.ok(&["audit", "replay", "--json"]).json();
    assert_eq!((&replayed["members"], &replayed["differences"]), (&json!(2357), &json!(0)));
    assert_eq!(brand.ok(&["doctor", "--json"]).json()["sound"], true);
}

#[test]
fn a_member_is_explained_with_rule_values_evidence_and_what_would_change() {
    let brand = Brand::with_sample();
    let told = brand.ok(&["explain", "00004", "--as-of", "1998-06-30", "--json"]).json();
    let keys: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = ["member", "model", "version", "as_of", "stage", "life", "rule", "values", "evidence", "rejected", "would_change"];
    assert_eq!(keys, expected);
    assert_eq!((&told["stage"], &told["life"]), (&json!("lapsed.sleeping"), &json!(2)));
    assert_eq!(told["rule"]["text"], "recency >= 180");
    assert!(told["evidence"].as_array().unwrap().iter().all(|fact| fact["fact"].as_str().unwrap().starts_with("f_")));
    let id = told["member"].as_str().unwrap().to_owned();
    assert_eq!(brand.ok(&["explain", &id, "--as-of", "1998-06-30", "--json"]).json(), told);
    let people = brand.ok(&["explain", &id, "--as-of", "1998-06-30", "--lang", "zh"]);
    assert!(people.out.contains("第 2 段生命"), "{}", people.out);
    let nobody = brand.run(&["explain", "nobody-at-all"]);
    assert_eq!((nobody.code, nobody.out.as_str()), (3, ""));
}

#[test]
fn backtests_and_calibration_answer_as_json() {
    let brand = Brand::with_sample();
    let yaml = brand.ok(&["policy", "show", "lifecycle/rf"]).out;
    let draft = brand.write("draft.yaml", yaml.replace("recency < 90", "recency < 75"));
    let words = ["backtest", "--policy", &text(&draft), "--from", "1997-06", "--to", "1998-06", "--json"];
    let table = brand.ok(&words).json();
    let months = table["months"].as_array().unwrap();
    assert_eq!((months.len(), &months[12]["month"]), (13, &json!("1998-06")));
    let all = |side: &str| months[12][side].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>();
    assert_eq!((all("active"), all("draft")), (2357, 2357));
    assert!(table["differing"]["moving"].as_u64().unwrap() > 0);
    let spans = ["calibrate", "--fit", "1997-01-01..1997-12-31", "--check", "1998-01-01..1998-06-30", "--json"];
    let calibrated = brand.ok(&spans).json();
    assert_eq!(calibrated["too_little_data"], false);
    assert!(calibrated["windows"].as_array().unwrap().iter().any(|window| window["window"] == "active"));
}

#[test]
fn members_leave_masked_as_csv_and_as_a_workbook() {
    let brand = Brand::with_sample();
    let csv = brand.ok(&["export", "members", "--stage", "regular.loyal"]).out;
    let before = brand.ok(&["stages", "--json"]).json()["stages"]["regular.loyal"].as_u64().unwrap_or(0);
    assert_eq!(csv.lines().count() as u64, 1 + before);
    let out = brand.folder.path().join("members.xlsx");
    brand.ok(&["export", "members", "--format", "xlsx", "--out", &text(&out)]);
    assert!(std::fs::read(&out).unwrap().starts_with(b"PK"));
    let log = brand.ok(&["audit", "log", "--json"]).json();
    assert_eq!(log[0]["what"], "members_exported");
}

#[test]
fn made_up_members_come_through_the_same_door_and_only_once() {
    let brand = Brand::none();
    brand.ok(&["init", "--brand", "常青服饰", "--time-zone", "Asia/Shanghai", "--currency", "CNY"]);
    let words = ["synth", "--members", "300", "--years", "2", "--seed", "7", "--end", "2026-06-30", "--json"];
    let first = brand.ok(&words).json();
    let again = brand.ok(&words).json();
    assert!(first["new"].as_u64().unwrap() > 300);
    assert_eq!((&again["new"], &again["unchanged"]), (&json!(0), &first["records"]));
    assert_eq!(brand.stages("2026-06-30")["members"], 300);
    assert_eq!(brand.ok(&["doctor", "--json"]).json()["sound"], true);
}

#[test]
fn refusals_and_misunderstandings_have_exit_codes_of_their_own() {
    let brand = Brand::none();
    assert_eq!(brand.run(&["stages"]).code, 3, "no brand yet");
    assert_eq!(brand.run(&["stages", "--as-of", "30.6.1998"]).code, 2);
    assert!(!brand.data().exists(), "asking must not make a folder");
    let short = ["init", "--brand", "A", "--time-zone", "UTC", "--currency", "USD", "--owner-password", "short"];
    assert_eq!(brand.run(&short).code, 3);
    let zone = ["init", "--brand", "A", "--time-zone", "Mars/Base", "--currency", "USD"];
    let refused = brand.run(&zone);
    assert!(refused.code == 3 && refused.err.contains("Mars/Base"), "{}", refused.err);
    let made = brand.ok(&["init", "--brand", "A", "--time-zone", "UTC", "--currency", "USD", "--json"]).json();
    assert_eq!(made["password"].as_str().unwrap().len(), 24);
    assert_eq!(brand.run(&["init", "--brand", "A", "--time-zone", "UTC", "--currency", "USD"]).code, 3, "there is a brand");
    let zh = brand.run(&["import", "undo", "9", "--lang", "zh"]);
    assert!(zh.code == 3 && zh.err.contains("没有编号为 9 的导入"), "{}", zh.err);
}

#[test]
fn a_database_behind_its_head_file_is_not_opened() {
    let brand = Brand::with_sample();
    let head = std::fs::read(brand.data().join("head")).unwrap();
    let younger = Brand::cdnow();
    // The master key of the folder does not matter here: the journal is never opened that far.
    std::fs::write(younger.data().join("head"), head).unwrap();
    let refused = younger.run(&["sweep"]);
    assert_eq!(refused.code, 7, "{}", refused.err);
    let facts = younger.run(&["doctor"]);
    assert_eq!(facts.code, 7, "{}", facts.err);
    younger.ok(&["doctor", "--accept-loss"]);
    younger.ok(&["sweep"]);
    // The new epoch stands in the chain itself, and the head file vouches for it.
    assert_eq!(younger.kinds("epoch.opened"), 1);
    assert_eq!(younger.ok(&["doctor", "--json"]).json()["sound"], true);
    let log = younger.ok(&["audit", "log", "--json"]).json();
    assert!(log.as_array().unwrap().iter().any(|row| row["what"] == "loss_accepted"));
}

#[test]
fn two_processes_do_not_write_one_folder_but_reading_goes_on() {
    let brand = Brand::with_sample();
    let lock = std::fs::File::options().write(true).open(brand.data().join("lock")).unwrap();
    lock.lock().unwrap();
    let refused = brand.run(&["sweep"]);
    assert!(refused.code == 3 && refused.err.contains("another perennial"), "{}", refused.err);
    assert_eq!(brand.stages("1998-06-30")["members"], 2357);
    drop(lock);
    brand.ok(&["sweep"]);
}
