//! Against values computed by another implementation.

use perennial_value::fit::{self, Fit, Kind};
use perennial_value::{Base, Customer, GammaGamma, Geometric, ParetoNbd, Purchases, Spend};
use serde_json::Value;

use crate::cdnow::{buyers, customers, reference};

fn expected(set: &str, model: &str) -> (Vec<f64>, f64) {
    let all: Value = serde_json::from_str(&reference("btyd_cdnow_reference.json")).unwrap();
    let found = &all[set][model];
    let parameters = found["params"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
    (parameters, found["ll"].as_f64().unwrap())
}

fn is_near(found: f64, expected: f64, relative: f64) -> bool {
    (found - expected).abs() <= relative * expected.abs()
}

fn meets<M: std::fmt::Debug>(fit: &Fit<M>, set: &str, model: &str) {
    let (parameters, log_likelihood) = expected(set, model);
    let report = &fit.report;
    assert!((report.log_likelihood - log_likelihood).abs() < 1e-3, "{set} {model}: {} {log_likelihood}", report.log_likelihood);
    assert_eq!(report.parameters.len(), parameters.len());
    for (found, expected) in report.parameters.iter().zip(parameters) {
        assert!(is_near(found.value, expected, 5e-4), "{set} {model} {found:?} {expected}");
        let (low, high) = found.band.unwrap();
        assert!(low < expected && expected < high && found.error.unwrap() > 0.0);
    }
    let convergence = report.convergence;
    assert!(convergence.converged && convergence.agreeing == convergence.starts, "{set} {model}: {convergence:?}");
    assert!(!report.with_prior);
}

fn all_models(file: &str, set: &str) {
    let base = Base::new(customers(file));
    for (kind, model) in [(Kind::BgNbd, "bgnbd"), (Kind::MbgNbd, "mbgnbd"), (Kind::ParetoNbd, "pnbd")] {
        let fit = fit::purchases(kind, &base);
        assert_eq!(fit.kind(), kind);
        meets(&fit, set, model);
    }
    meets(&fit::spend(buyers(file, "1997-09-30").into_iter().map(|buyer| buyer.spend)), set, "gg");
}

#[test]
fn the_sample_comes_to_the_published_parameters() {
    all_models("CDNOW_sample.txt", "sample_days_div7");
    let base = Base::new(customers("CDNOW_sample.txt"));
    assert_eq!((base.n(), base.repeaters()), (2357, 2357 - 1411));
    let published = [(Kind::BgNbd, [0.243, 4.414, 0.793, 2.426], -9582.4), (Kind::ParetoNbd, [0.553, 10.578, 0.606, 11.669], -9595.0)];
    for (kind, parameters, log_likelihood) in published {
        let report = fit::purchases(kind, &base).report;
        let rounded = report.parameters.iter().map(|parameter| (parameter.value * 1e3).round() / 1e3).collect::<Vec<_>>();
        assert_eq!(rounded, parameters, "{kind:?}");
        assert_eq!((report.log_likelihood * 10.0).round() / 10.0, log_likelihood);
    }
}

#[test]
fn everyone_comes_to_the_parameters_of_the_other_implementation() {
    all_models("CDNOW_master.txt", "full_days_div7");
}

/// The reference's own parameters, so that predictions alone are compared.
fn given() -> ([Purchases; 3], GammaGamma) {
    let parameters = |model| expected("sample_days_div7", model).0;
    let geometric = |name, from_first| {
        let [r, alpha, a, b] = parameters(name)[..] else { panic!("four parameters") };
        Purchases::Geometric(Geometric { r, alpha, a, b, from_first })
    };
    let pnbd = parameters("pnbd");
    let pareto = ParetoNbd { r: pnbd[0], alpha: pnbd[1], s: pnbd[2], beta: pnbd[3] };
    let gg = parameters("gg");
    let spend = GammaGamma { p: gg[0], q: gg[1], v: gg[2], observed_mean: 0.0 };
    ([geometric("bgnbd", false), geometric("mbgnbd", true), Purchases::ParetoNbd(pareto)], spend)
}

fn rows(name: &str) -> Vec<std::collections::BTreeMap<String, f64>> {
    let text = reference(name);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let cells =
        |row: csv::StringRecord| heads.iter().map(str::to_owned).zip(row.iter().map(|cell| cell.parse().unwrap_or(f64::NAN))).collect();
    reader.records().map(|row| cells(row.unwrap())).collect()
}

#[test]
fn each_customer_of_the_sample_is_predicted_alike() {
    let (models, spend) = given();
    let rows = rows("cdnow_sample_predictions.csv");
    assert_eq!(rows.len(), 2357);
    for row in rows {
        // The file has ten digits of times: weeks are taken from whole days again.
        let weeks = |time: f64| (time * 7.0).round() / 7.0;
        let customer = Customer::new(row["x"] as u32, weeks(row["t_x"]), weeks(row["T"]));
        for (model, name) in models.iter().zip(["bg", "mbg", "pn"]) {
            let (alive, to_come) = (model.p_alive(&customer), model.expected(&customer, 39.0));
            assert!(is_near(alive, row[&format!("pa_{name}")], 1e-6), "{name} {customer:?}: {alive}");
            assert!(
                is_near(to_come, row[&format!("ce39_{name}")], 1e-6),
                "{name} {customer:?}: {to_come} {}",
                row[&format!("ce39_{name}")]
            );
        }
        let worth = spend.expected(&Spend { x: customer.x, mean: row["zbar"] });
        assert!(is_near(worth, row["e_spend"], 1e-6), "{customer:?} {worth}");
        let for_ever = models[2].discounted(&customer, 0.0027, 1e9, 1);
        assert!(is_near(for_ever, row["det_pn_0.0027"], 1e-6), "{customer:?}: {for_ever} {}", row["det_pn_0.0027"]);
    }
}

#[test]
fn chosen_points_are_predicted_alike() {
    let (models, _) = given();
    for row in rows("btyd_points.csv") {
        let customer = Customer::new(row["x"] as u32, row["t_x"], row["T"]);
        for (model, name) in models.iter().zip(["bg", "mbg", "pn"]) {
            let quantities =
                [("pa", model.p_alive(&customer)), ("ce39", model.expected(&customer, 39.0)), ("ce52", model.expected(&customer, 52.0))];
            for (quantity, found) in quantities {
                let expected = row[&format!("{quantity}_{name}")];
                assert!(is_near(found, expected, 1e-6), "{quantity}_{name} {customer:?}: {found} {expected}");
            }
            let parts = model.expected_between(&customer, 0.0, 39.0) + model.expected_between(&customer, 39.0, 52.0);
            assert!(is_near(parts, row[&format!("ce52_{name}")], 1e-6));
        }
    }
}

/// The logarithm of a number that may be too small for one: `7.9e-800`.
fn ln_of(text: &str) -> f64 {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    digits.parse::<f64>().unwrap().ln() + exponent.parse::<f64>().unwrap() * std::f64::consts::LN_10
}

#[test]
fn extreme_members_agree_with_arbitrary_precision() {
    let text = reference("pnbd_extreme_points_mpmath.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut seen = 0;
    for row in reader.records().map(Result::unwrap) {
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        let model = ParetoNbd { r: number(1), alpha: number(2), s: number(3), beta: number(4) };
        let customer = Customer::new(number(5) as u32, number(6), number(7));
        assert!(is_near(model.ln_likelihood(&customer), number(8), 1e-9), "{row:?}: {}", model.ln_likelihood(&customer));
        let (alive, ln_alive) = (model.ln_p_alive(&customer), ln_of(&row[9]));
        assert!((alive - ln_alive).abs() <= 1e-9 * ln_alive.abs() + 1e-10, "{row:?}: {alive} {ln_alive}");
        let to_come = alive + model.expected_if_alive(&customer, 10.0).ln();
        let expected = ln_of(&row[10]);
        assert!((to_come - expected).abs() <= 1e-9 * expected.abs() + 1e-10, "{row:?}: {to_come} {expected}");
        seen += 1;
    }
    assert_eq!(seen, 13);
}
