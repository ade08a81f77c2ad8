//! Random members through the engine, against the naive oracle: what stands recorded, the restated path, any day, the timers.

use perennial_kernel::Day;
use perennial_testkit::oracle::{ByProfile, Rf};
use perennial_testkit::random::{Deed, Life, Send, life, model};
use perennial_testkit::verdict::{compare, compare_days};
use proptest::prelude::*;

use super::{cases, rf};

/// A prime step meets every weekday and month in time.
fn some_days(from: u16) -> impl Iterator<Item = Day> {
    (i32::from(from) % 17..1700).step_by(17).map(|number| Life::first_day() + number)
}

/// Found by chance: an import's order fell due on the day on which the import was undone; then the shop told of the same order.
#[test]
fn what_fell_due_by_an_import_falls_due_again_when_the_shop_tells_of_it_after_the_undoing() {
    let buy = |pieces| Deed::Buy { order: 0, version: None, money: 0, pieces, paid: true, channel: 0 };
    let send = |pieces, delay, import| Send { deed: buy(pieces), day: 17, minute: 0, delay, twice: false, import };
    let sends = vec![send(3, 0, Some(0)), send(1, 147_451, None)];
    let life = Life { zone: 0, gap: 0, orders_count: false, live: None, sends, undone: vec![(48, 0)], down: Vec::new() };
    let drive = life.driven(vec![rf()]);
    let calendar = life.brand().calendar;
    let (told, oracle) = (life.told(&calendar), Rf::of(&life.brand()));
    assert_eq!(compare(&drive, "rf", &told, &oracle, life.end(&calendar)), Ok(()));
    assert_eq!(compare_days(&drive, "rf", &told, &oracle, some_days(0)), Ok(()));
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
