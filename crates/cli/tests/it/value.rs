//! What members are worth, from orders in the journal to numbers on stdout, against independently computed values.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{Brand, file, text};

fn reference(name: &str) -> String {
    std::fs::read_to_string(file("../crates/value/tests/reference").join(name)).unwrap()
}

fn near(found: &Value, expected: &Value, relative: f64) -> bool {
    let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
    (found - expected).abs() <= relative * expected.abs()
}

const MODELS: [(&str, &str); 4] = [("bgnbd", "bgnbd"), ("mbgnbd", "mbgnbd"), ("paretonbd", "pnbd"), ("gammagamma", "gg")];

fn fits(brand: &Brand, set: &str, models: &[(&str, &str)]) {
    let all: Value = serde_json::from_str(&reference("btyd_cdnow_reference.json")).unwrap();
    for &(model, name) in models {
        let expected = &all[set][name];
        let told = brand.ok(&["value", "fit", "--model", model, "--until", "1997-09-30", "--unit", "week", "--json"]).json();
        let n = if name == "gg" { &expected["n"] } else { &all[set]["n"] };
        assert_eq!((&told["model"], &told["n"]), (&json!(model), n), "{told}");
        assert!((told["log_likelihood"].as_f64().unwrap() - expected["ll"].as_f64().unwrap()).abs() < 1e-3, "{told}");
        let parameters = told["params"].as_object().unwrap();
        for (found, expected) in parameters.values().zip(expected["params"].as_array().unwrap()) {
            assert!(near(found, expected, 5e-4), "{told}");
        }
        assert!(told["standard_errors"].as_object().unwrap().values().all(|error| error.as_f64().unwrap() > 0.0), "{told}");
        assert_eq!((&told["convergence"]["converged"], &told["prior"]), (&json!(true), &json!(false)));
    }
}

#[test]
fn the_sample_is_fitted_and_predicted_as_published() {
    let brand = Brand::with_sample();
    fits(&brand, "sample_days_div7", &MODELS);
    let told = brand.ok(&["value", "fit", "--model", "bgnbd", "--until", "1997-09-30", "--unit", "week", "--json"]).json();
    let keys: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).take(4).collect();
    assert_eq!(keys, ["model", "n", "params", "log_likelihood"]);
    assert_eq!(told["params"].as_object().unwrap().keys().collect::<Vec<_>>(), ["r", "alpha", "a", "b"]);
    assert_eq!(told["notes"][0]["code"], "once_is_alive");

    // Rows carry no number of the sample's: equal summaries stand for each other, and their predictions are equal.
    let words = ["value", "predict", "--model", "paretonbd", "--until", "1997-09-30", "--horizon", "39", "--json"];
    let told = brand.ok(&words).json();
    let key = |x: f64, t_x: f64, t: f64, mean: f64| format!("{x:.0} {t_x:.4} {t:.4} {mean:.3}");
    let mut expected: BTreeMap<String, Vec<[f64; 3]>> = BTreeMap::new();
    for line in reference("cdnow_sample_predictions.csv").lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap_or(0.0)).collect();
        expected.entry(key(cells[1], cells[2], cells[3], cells[5])).or_default().push([cells[9], cells[12], cells[13]]);
    }
    let members = told["members"].as_array().unwrap();
    assert_eq!(members.len(), 2357);
    for row in members {
        let number = |name: &str| row[name].as_f64().unwrap();
        let rows = expected.get_mut(&key(number("x"), number("t_x"), number("T"), number("mean_spend"))).unwrap_or_else(|| panic!("{row}"));
        let [alive, purchases, spend] = rows.pop().unwrap_or_else(|| panic!("{row}"));
        // Parameters are this program's own here, not the reference's.
        for (found, expected) in [("p_alive", alive), ("expected_purchases", purchases), ("expected_spend", spend)] {
            assert!(near(&row[found], &json!(expected), 1e-4), "{found} {expected} {row}");
        }
        for (name, of) in [("p_alive", "p_alive_range"), ("expected_purchases", "expected_purchases_range"), ("value", "value_range")] {
            let (low, high) = (row[of][0].as_f64().unwrap(), row[of][1].as_f64().unwrap());
            // Under Pareto/NBD whoever bought on the last day is alive, whatever the parameters.
            let sure = name == "p_alive" && low > 0.999_999;
            assert!(low <= number(name) * 1.000_001 && number(name) <= high * 1.000_001 && (low < high || sure), "{of} {row}");
        }
        assert!(number("value") >= 0.0 && number("value") <= number("expected_purchases") * number("expected_spend") + 1e-9, "{row}");
    }
    let csv = brand.ok(&words[..words.len() - 1]).out;
    assert_eq!(csv.lines().count(), 1 + 2357);
    assert!(csv.starts_with("member,x,t_x,T,mean_spend,p_alive,expected_purchases,expected_spend,value,p_alive_low,"), "{}", &csv[..200]);
}

#[test]
fn rfm_of_a_window_is_told_as_rows() {
    let brand = Brand::with_sample();
    // The sample ended long ago: nobody bought lately, and numbers are told all the same.
    let rows = brand.ok(&["value", "rfm", "--json"]).json();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["name"], &rows[0]["members"]), (8, &json!("important_value"), &json!(0)));
    let csv = brand.ok(&["value", "rfm", "--channel", "web", "--r", "30", "--f", "2", "--m", "80.50"]);
    assert!(
        csv.out.starts_with("\u{feff}by,name,r,f,m,members,money") || csv.out.starts_with("by,name,r,f,m,members,money"),
        "{}",
        csv.out
    );
    for wrong in [&["--r", "30"][..], &["--channel", "a", "--category", "b"], &["--r", "1", "--f", "1", "--m", "much"]] {
        assert_eq!(brand.run(&[&["value", "rfm"], wrong].concat()).code, 2, "{wrong:?}");
    }
}

#[test]
fn the_whole_of_cdnow_is_fitted_as_the_other_implementation_has_it() {
    let brand = Brand::cdnow();
    brand.ok(&["import", "orders", &text(&file("cdnow/CDNOW_master.txt")), "--preset", "cdnow"]);
    // The others are fitted to the same summaries in the tests of `perennial-value`.
    fits(&brand, "full_days_div7", &MODELS[2..]);
}

#[test]
fn units_change_parameters_and_not_what_they_say() {
    let brand = Brand::with_sample();
    let predict = |unit: &str, horizon: &str| {
        brand.ok(&["value", "predict", "--model", "mbgnbd", "--until", "1997-09-30", "--unit", unit, "--horizon", horizon, "--json"]).json()
    };
    let (weeks, days) = (predict("week", "39"), predict("day", "273"));
    for (week, day) in weeks["members"].as_array().unwrap().iter().zip(days["members"].as_array().unwrap()).take(300) {
        assert_eq!(week["member"], day["member"]);
        for name in ["p_alive", "expected_purchases", "value"] {
            assert!(near(&week[name], &day[name], 1e-5), "{week} {day}");
        }
    }
}

#[test]
fn a_brand_with_next_to_nobody_gets_numbers_and_a_plain_word() {
    let brand = Brand::cdnow();
    let empty = brand.ok(&["value", "fit", "--model", "paretonbd", "--json"]).json();
    assert_eq!((&empty["n"], &empty["prior"], &empty["notes"][0]["code"]), (&json!(0), &json!(true), &json!("small_base")));
    assert!(empty["params"].as_object().unwrap().values().all(|value| value.as_f64().unwrap() > 0.0), "{empty}");
    let refused = brand.run(&["value", "predict", "--model", "gammagamma", "--horizon", "9"]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert_eq!(brand.run(&["value", "fit", "--model", "bgnbd", "--until", "2999-01-01"]).code, 3, "nothing is known of the future");
}

#[test]
fn a_refit_is_previewed_put_in_force_and_equity_rests_on_it() {
    let brand = Brand::with_sample();
    assert_eq!(
        brand.ok(&["value", "refit", "--model", "mbgnbd", "--until", "1997-12-31", "--reason", "first", "--json"]).json(),
        json!({ "policy": "value", "version": 1 })
    );
    let preview = brand.ok(&["value", "preview", "1", "--json"]).json();
    assert_eq!((&preview["buyers"], &preview["before"], &preview["thresholds"][0]["before"]), (&json!(2357), &Value::Null, &json!(0)));
    brand.ok(&["policy", "activate", "value", "1"]);
    let words = ["value", "equity", "--from", "1997-12-31", "--to", "1998-06-30", "--margin", "40", "--json"];
    let rows = brand.ok(&words).json();
    let rows = rows.as_array().unwrap();
    let sum = |by: &str, movement: &str| -> i64 {
        let of = rows.iter().filter(|row| row["by"] == by && row["movement"] == movement);
        of.map(|row| row["change"]["minor"].as_i64().unwrap()).sum()
    };
    let parts: i64 = ["new", "grown", "retained", "shrunk", "lost"].iter().map(|movement| sum("all", movement)).sum();
    assert_eq!(parts, sum("all", "all"));
    assert!(["stage", "cohort", "channel"].iter().all(|by| sum(by, "all") == parts));
    // The sample ended long ago: nobody's life goes on.
    assert_eq!(brand.ok(&["value", "warnings", "--json"]).json(), json!([]));
}
