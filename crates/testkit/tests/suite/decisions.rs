//! Random members through the engine, against the naive oracle: what stands recorded, the restated path, any day, the timers.

use perennial_kernel::Day;
use perennial_testkit::oracle::{ByProfile, Rf};
use perennial_testkit::random::{Life, life, model};
use perennial_testkit::verdict::{compare, compare_days};
use proptest::prelude::*;

use super::{cases, rf};

/// A prime step meets every weekday and month in time.
fn some_days(from: u16) -> impl Iterator<Item = Day> {
    (i32::from(from) % 17..1700).step_by(17).map(|number| Life::first_day() + number)
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn decisions_by_rf_are_those_of_the_specification(life in life(1..16), from in 0..17_u16) {
        let drive = life.driven(vec![rf()]);
        let calendar = life.brand().calendar;
        let (told, oracle) = (life.told(&calendar), Rf::of(&life.brand()));
        let verdict = compare(&drive, "rf", &told, &oracle, life.end(&calendar));
        prop_assert!(verdict.is_ok(), "{}", verdict.unwrap_err());
        let verdict = compare_days(&drive, "rf", &told, &oracle, some_days(from));
        prop_assert!(verdict.is_ok(), "{}", verdict.unwrap_err());
    }

    #[test]
    fn decisions_by_any_model_are_those_of_a_look_at_every_day(life in life(1..12), a in model("a"), b in model("b"), from in 0..17_u16) {
        let drive = life.driven(vec![a.compile(1), b.compile(1)]);
        let calendar = life.brand().calendar;
        let told = life.told(&calendar);
        for model in ["a", "b"] {
            let look = ByProfile { reference: drive.reference(), model };
            let verdict = compare(&drive, model, &told, &look, life.end(&calendar));
            prop_assert!(verdict.is_ok(), "{}", verdict.unwrap_err());
            let verdict = compare_days(&drive, model, &told, &look, some_days(from));
            prop_assert!(verdict.is_ok(), "{}", verdict.unwrap_err());
        }
    }
}
