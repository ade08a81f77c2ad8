//! Random members through the engine, against the naive oracle.

use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::Counting;
use perennial_testkit::drive::Drive;
use perennial_testkit::oracle::{ByProfile, Rf};
use perennial_testkit::random::{Life, life, model};
use perennial_testkit::verdict::compare;
use proptest::prelude::*;

fn rf_oracle(drive: &Drive) -> Rf {
    let brand = &drive.reference().brand;
    Rf { calendar: brand.calendar.clone(), life_gap_days: brand.life_gap_days, days_count_once: brand.counting == Counting::Days }
}

fn driven(life: &Life, models: Vec<Model>) -> Drive {
    let mut drive = Drive::new(life.brand(), models);
    life.run(&mut drive);
    drive
}

fn rf(life: &Life) -> Model {
    Model::shipped("rf", 1, life.brand().currency).expect("rf ships")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decisions_by_rf_are_those_of_the_specification(life in life(1..16)) {
        let drive = driven(&life, vec![rf(&life)]);
        let calendar = life.brand().calendar;
        let told = life.told(&calendar);
        if let Err(why) = compare(&drive, "rf", &told, &rf_oracle(&drive), life.end(&calendar)) {
            prop_assert!(false, "{}", why);
        }
    }

    #[test]
    fn decisions_by_any_model_are_those_of_a_look_at_every_day(life in life(1..12), a in model("a"), b in model("b")) {
        let drive = driven(&life, vec![a.compile(1), b.compile(1)]);
        let calendar = life.brand().calendar;
        let told = life.told(&calendar);
        for model in ["a", "b"] {
            let look = ByProfile { reference: drive.reference(), model };
            if let Err(why) = compare(&drive, model, &told, &look, life.end(&calendar)) {
                prop_assert!(false, "{}", why);
            }
        }
    }
}
