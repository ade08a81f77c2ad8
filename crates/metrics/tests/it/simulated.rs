//! The funnel simulator against its acceptance tables (SPEC ME-4), and against what was observed.

use perennial_metrics::funnel::observed_plan;
use perennial_metrics::simulate::{Model, Outcome, Plan, Problem};
use perennial_metrics::{Funnel, Period};

use crate::everyone::{cdnow, data, day, reference, run};

/// The rows of a table, as named columns.
fn table(name: &str) -> Vec<Vec<(String, String)>> {
    let text = std::fs::read_to_string(data("crates/metrics/tests/reference").join(name)).unwrap();
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines.map(|line| heads.iter().zip(line.split(',')).map(|(head, cell)| ((*head).to_owned(), cell.to_owned())).collect()).collect()
}

fn number(row: &[(String, String)], name: &str) -> f64 {
    row.iter().find(|(head, _)| head == name).unwrap().1.parse().unwrap()
}

fn plan(model: Model, row: &[(String, String)]) -> Plan {
    let values = match model {
        Model::Step => vec![300.0, 500.0],
        Model::Bucket => vec![300.0, 400.0, 440.0],
    };
    let conversions = ["c12", "c23", "c34plus"].map(|name| number(row, name)).to_vec();
    Plan { model, buyers: number(row, "buyers"), conversions, values, carried_over: 0.0 }
}

/// As many digits as the table has.
fn close(found: f64, expected: f64, digits: i32, what: &str) {
    assert!((found - expected).abs() <= 0.5001 * 10_f64.powi(-digits) + expected.abs() * 2e-6, "{what}: {found} is not {expected}");
}

#[test]
fn steps_come_to_the_sales_of_the_acceptance_table() {
    let rows = table("funnel_step_model.csv");
    let base = plan(Model::Step, &rows[0]).run().unwrap();
    close(base.sales, 6_833_333.333_333, 6, "the baseline");
    assert_eq!(rows.len(), 4);
    for row in &rows {
        let found = plan(Model::Step, row).run().unwrap();
        let name = &row[0].1;
        let beyond: f64 = found.rows[2..].iter().map(|row| row.orders).sum();
        close(found.rows[0].orders, number(row, "first_orders"), 6, name);
        close(found.rows[1].orders, number(row, "second_orders"), 6, name);
        close(beyond, number(row, "orders_3plus"), 6, name);
        close(found.sales, number(row, "sales"), 6, name);
        assert!((100.0 * (found.sales / base.sales - 1.0) - number(row, "uplift_pct")).abs() < 1e-4, "{name}");
    }
}

#[test]
fn buckets_come_to_the_sales_of_the_acceptance_table() {
    let rows = table("funnel_bucket_model.csv");
    let base = plan(Model::Bucket, &rows[0]).run().unwrap();
    assert_eq!(rows.len(), 4);
    for row in &rows {
        let found = plan(Model::Bucket, row).run().unwrap();
        let name = &row[0].1;
        for (at, column) in ["n_exact1", "n_exact2", "n_3plus"].iter().enumerate() {
            close(found.rows[at].members, number(row, column), 6, name);
        }
        close(found.orders, number(row, "orders"), 6, name);
        close(found.sales, number(row, "sales"), 6, name);
        assert!((100.0 * (found.sales / base.sales - 1.0) - number(row, "uplift_pct")).abs() < 1e-4, "{name}");
    }
    close(base.rows[2].orders / base.rows[2].members, 4.5, 12, "orders of who buys three times or more");
}

#[test]
fn a_pool_from_before_buys_on_and_makes_no_first_orders() {
    let alone = |model, buyers, carried_over| -> Outcome {
        let values = if model == Model::Step { vec![300.0, 500.0] } else { vec![300.0, 400.0, 440.0] };
        Plan { model, buyers, conversions: vec![0.35, 0.5, 0.58], values, carried_over }.run().unwrap()
    };
    for model in [Model::Step, Model::Bucket] {
        let (new, pool, both) = (alone(model, 10_000.0, 0.0), alone(model, 0.0, 4_000.0), alone(model, 10_000.0, 4_000.0));
        close(both.sales, new.sales + pool.sales, 6, "sales add up");
        close(both.orders, new.orders + pool.orders, 6, "orders add up");
        // 4,000 · 0.35 second orders, half of whom go on, by 1/(1 − 0.58) orders each.
        close(pool.orders, 1400.0 + 700.0 / 0.42, 9, "orders of the pool");
        assert_eq!(pool.rows[0].orders, 0.0);
    }
}

#[test]
fn conversions_and_values_of_many_steps_are_taken_one_by_one() {
    let plan =
        Plan { model: Model::Step, buyers: 1000.0, conversions: vec![0.5, 0.4, 0.9, 0.2], values: vec![10.0, 20.0], carried_over: 0.0 };
    let found = plan.run().unwrap();
    let members: Vec<f64> = found.rows.iter().map(|row| row.members).collect();
    assert_eq!(members, [1000.0, 500.0, 200.0, 180.0]);
    // The fourth row holds the fourth order and all beyond: 180 · 1/(1 − 0.2).
    close(found.orders, 1000.0 + 500.0 + 200.0 + 225.0, 9, "orders");
    close(found.sales, 10_000.0 + 20.0 * 925.0, 9, "sales");
}

#[test]
fn numbers_that_make_no_sense_are_named() {
    let plan = Plan { model: Model::Bucket, buyers: f64::NAN, conversions: vec![1.2, 1.0], values: vec![-1.0], carried_over: -3.0 };
    let expected =
        [Problem::Buyers, Problem::CarriedOver, Problem::Value(0), Problem::Conversion(0), Problem::Endless(1), Problem::Unequal];
    assert_eq!(plan.problems(), expected);
    assert_eq!(plan.run(), None);
    let none = Plan { model: Model::Step, buyers: 1.0, conversions: vec![], values: vec![], carried_over: 0.0 };
    assert_eq!(none.problems(), [Problem::ValueCount, Problem::ConversionCount]);
}

#[test]
fn what_was_observed_comes_out_again_where_nothing_is_changed() {
    let as_of = day("1998-06-30");
    let period = Period::new(Some(day("1997-01-01")), Some(day("1998-01-01")));
    let table = run(&reference(), cdnow(), as_of, 2, || Funnel::new(period, 365)).0.finish(as_of);
    let bought: u64 = table.steps.iter().map(|step| step.purchases).sum();
    for model in [Model::Step, Model::Bucket] {
        let found = observed_plan(&table, model).unwrap().run().unwrap();
        close(found.sales, table.money.0 as f64, 3, "sales");
        close(found.orders, bought as f64, 6, "purchases");
    }
}
