//! Time in stage, growing up, prime and cohorts on the CDNOW sample.
//!
//! The numbers were computed independently in Python from the file: for every member the stage at the end of every day from the first purchase
//! to 1998-06-30 by the words of the specification (which comes to its published table), runs of equal stages, and the product-limit estimate
//! written out anew.

use perennial_backtest::{CohortBy, Cohorts, Durations, Times};

use crate::everyone::{cdnow, day, reference, run};

type Row = (u64, u64, [Option<i32>; 3]);

fn row(durations: &Durations) -> Row {
    (durations.count(), durations.ended(), [0.25, 0.5, 0.75].map(|share| durations.quantile(share)))
}

#[test]
fn spells_are_those_an_independent_look_at_every_day_finds() {
    let reference = reference();
    let model = reference.model("rf").unwrap();
    let everyone = cdnow(&reference);
    let stages: [(&str, Row); 7] = [
        ("new.first", (2846, 2814, [Some(31), Some(31), Some(31)])),
        ("new.second", (840, 824, [Some(16), Some(37), Some(67)])),
        ("regular.active", (1265, 1195, [Some(34), Some(90), Some(90)])),
        ("regular.loyal", (315, 129, [Some(207), Some(357), None])),
        ("at_risk.silent", (3254, 3044, [Some(90), Some(149), Some(149)])),
        ("lapsed.sleeping", (2331, 2041, [Some(180), Some(180), Some(180)])),
        ("lapsed.churned", (1646, 93, [None, None, None])),
    ];
    for threads in [1, 3] {
        let table = run(&everyone, threads, || Times::new(&reference, model, day("1998-06-30"))).finish();
        for (stage, expected) in &stages {
            let (_, found) = table.stages.iter().find(|(id, _)| id == stage).unwrap();
            assert_eq!(row(found), *expected, "{stage}");
        }
        assert_eq!(row(table.prime.as_ref().unwrap()), (1306, 1050, [Some(57), Some(90), Some(181)]));
        assert_eq!(row(table.growing_up.as_ref().unwrap()), (2357, 982, [Some(90), None, None]));
    }
}

#[test]
fn a_model_without_active_members_has_no_prime() {
    let reference = crate::everyone::reference()
        .only(perennial_rules::lifecycle::model::Model::shipped("guest", 1, perennial_kernel::Currency::parse("USD").unwrap()).unwrap());
    let everyone = cdnow(&reference);
    let table = run(&everyone, 2, || Times::new(&reference, &reference.models()[0], day("1998-06-30"))).finish();
    let grows = reference.models()[0].stages.iter().any(|stage| stage.group == "regular");
    assert_eq!((table.prime.is_some(), table.growing_up.is_some()), (grows, grows));
}

#[test]
fn lives_by_cohort_are_those_an_independent_computation_finds() {
    let reference = reference();
    let everyone = cdnow(&reference);
    let cohorts = |by, threads| run(&everyone, threads, || Cohorts::new(&reference, by, day("1998-06-30"))).finish();
    let months = cohorts(CohortBy::Month, 2);
    let expected: [(&str, Row, f64); 3] = [
        ("1997-01", (781, 735, [Some(180), Some(180), Some(238)]), 0.116_517),
        ("1997-02", (857, 789, [Some(180), Some(180), Some(236)]), 0.115_519),
        ("1997-03", (719, 659, [Some(180), Some(180), Some(260)]), 0.134_910),
    ];
    assert_eq!(months.cohorts.len(), 3);
    for ((name, found), (month, numbers, left)) in months.cohorts.iter().zip(&expected) {
        assert_eq!((name.as_str(), row(found)), (*month, *numbers));
        assert!((1.0 - found.ended_by(365).unwrap() - left).abs() < 5e-7, "{name}");
    }
    let quarters = cohorts(CohortBy::Quarter, 4);
    assert_eq!(quarters.cohorts.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["1997-Q1"]);
    assert_eq!(row(&quarters.everyone), (2357, 2183, [Some(180), Some(180), Some(241)]));
    assert_eq!(quarters.everyone, months.everyone);
    assert_eq!(cohorts(CohortBy::Year, 1).cohorts[0].0, "1997");
    // No life is shorter than the gap that ends it.
    assert!(quarters.everyone.ended_by(179).unwrap().abs() < 1e-12);
}
