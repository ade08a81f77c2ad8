//! `perennial metrics`: the keys scripts depend on, and numbers that stand elsewhere.

use serde_json::{Value, json};

use crate::support::Brand;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

const BASIS: [&str; 7] = ["definition", "definitions", "from", "to", "as_of", "data_up_to", "known_at"];

#[test]
fn metrics_answer_as_json_as_csv_and_for_people() {
    let brand = Brand::with_sample();
    let year = ["--from", "1997-01-01", "--to", "1998-01-01"];
    let ask = |words: &[&str]| brand.ok(&[&["metrics"], words].concat());
    let told = ask(&[&["repurchase", "--json"], &year[..]].concat()).json();
    let own = [
        "buyers",
        "purchases",
        "orders",
        "repeat_buyers",
        "repeat_orders",
        "returning_buyers",
        "user_repurchase_rate",
        "order_repurchase_rate",
        "returning_buyer_rate",
        "purchases_per_buyer",
        "intervals",
        "intervals_by_days",
    ];
    assert_eq!(keys(&told), [&BASIS[..], &own].concat());
    assert_eq!((&told["buyers"], &told["returning_buyers"]), (&json!(2357), &json!(0)), "everyone first bought in 1997");
    // Without a day asked for, the answer is as of the newest thing that anybody did.
    let newest = told["data_up_to"].as_str().unwrap();
    assert!(newest.starts_with(told["as_of"].as_str().unwrap()) && newest.starts_with("1998-06-"), "{newest}");
    assert!(told["definitions"].as_array().unwrap().iter().any(|held| held["key"] == "repurchase.user_rate"));
    // Before the import nothing was known.
    let before = ask(&["repurchase", "--known-at", "2020-01-01T00:00:00Z", "--json"]).json();
    assert_eq!((&before["buyers"], &before["user_repurchase_rate"], &before["data_up_to"]), (&json!(0), &Value::Null, &Value::Null));

    let cohorts = ask(&["cohort", "--by", "month", "--as-of", "1998-06-30", "--periods", "17", "--json"]).json();
    let rows = cohorts["rows"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| &row["cohort"]).collect::<Vec<_>>(), ["1997-01", "1997-02", "1997-03"]);
    assert!(rows[0]["cells"][17]["rate"].is_f64() && rows[2]["cells"][16].is_null(), "March has lived fifteen months after its own");
    assert!(rows.iter().all(|row| row["cells"][0]["rate"] == 1.0));
    assert_eq!(cohorts["all"]["members"], 2357);

    let funnel = ask(&[&["funnel", "--as-of", "1998-06-30", "--json"], &year[..]].concat()).json();
    let steps = funnel["steps"].as_array().unwrap();
    assert_eq!((&steps[0]["members"], &funnel["excluded"], &steps[0]["conversion"]), (&json!(2357), &json!(0), &Value::Null));
    let simulated = ask(&[&["simulate", "--as-of", "1998-06-30", "--json"], &year[..]].concat()).json();
    assert_eq!(simulated["scenarios"][0]["sales"], funnel["money"], "nothing changed sells what was sold");

    let csv = ask(&[&["pareto", "--csv"], &year[..]].concat()).out;
    assert_eq!(csv.lines().count(), 102);
    assert!(csv.trim_start_matches('\u{feff}').starts_with("first_percent,buyers,money,money_share"), "{csv}");
    // Everybody of CDNOW became known by buying.
    let acquired = ask(&[&["acquisition", "--by", "source", "--as-of", "1998-06-30", "--json"], &year[..]].concat()).json();
    assert_eq!((&acquired["all"]["bought_at_once"], &acquired["rows"][0]["members"]), (&json!(2357), &json!(2357)));
    assert_eq!(acquired["rows"].as_array().unwrap().len(), 1, "one file, one source");
    assert_eq!((&acquired["rows"][0]["steps"][3]["reached"], &acquired["rows"][0]["steps"][2]["took"]), (&json!(2357), &json!(0)));
    assert!(ask(&["acquisition", "--csv"]).out.contains("group,step,reached,conversion"));
    // CDNOW names no products: first orders stand in one nameless row, nothing has a cycle.
    let first = ask(&[&["first-product", "--by", "sku", "--as-of", "1998-06-30", "--json"], &year[..]].concat()).json();
    assert_eq!((&first["rows"][0]["item"], &first["rows"][0]["second"]), (&json!(""), &steps[1]["members"]));
    assert_eq!(ask(&["due", "--json"]).json()["items"], 0);
    assert!(ask(&["demand", "--weeks", "2", "--csv"]).out.contains("item,store,from,to,expected_purchases,low_90"));
    assert!(ask(&["products", "--by", "category", "--csv"]).out.contains("item,buyers,repeat_buyers,repurchase_rate"));
    let people = ask(&[&["repurchase", "--lang", "zh"], &year[..]].concat());
    assert!(people.out.contains("user repurchase rate") && people.err.contains("数据更新至"), "{} {}", people.out, people.err);
}

#[test]
fn the_simulator_needs_no_members_and_says_what_is_wrong() {
    let brand = Brand::cdnow();
    let numbers = ["--buyers", "10000", "--conversions", "0.35,0.5,0.58", "--values", "300,500"];
    let ask = |more: &[&str]| brand.run(&[&["metrics", "simulate"], &numbers[..], more].concat());
    let told = ask(&["--scenario", "0.5,0.5,0.58", "--json"]).json();
    let sales: Vec<i64> = told["scenarios"].as_array().unwrap().iter().map(|one| one["sales"]["minor"].as_i64().unwrap()).collect();
    assert_eq!(sales, [683_333_333, 847_619_048]);
    assert_eq!(keys(&told), ["model", "definitions", "scenarios"]);
    let endless = ask(&["--scenario", "0.5,1", "--lang", "zh"]);
    assert!(endless.code == 3 && endless.err.contains("/conversions/1") && endless.err.contains("须小于 1"), "{}", endless.err);
    assert_eq!(ask(&["--scenario", "half"]).code, 2);
    let nobody = brand.run(&["metrics", "simulate", "--json"]);
    assert!(nobody.code == 3 && nobody.err.contains("followed"), "{}", nobody.err);
    assert_eq!(brand.run(&["metrics", "repurchase", "--from", "1998-01-01", "--to", "1997-01-01"]).code, 3);
    assert_eq!(brand.run(&["metrics", "repurchase", "--csv", "--json"]).code, 2);
}
