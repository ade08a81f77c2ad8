//! Bases nobody would publish: empty, tiny, of one kind of member.

use perennial_value::fit::{self, Fit, Kind, REPEATERS_ENOUGH};
use perennial_value::{Base, Customer, Note, Purchases, Spend};

fn is_told_in_numbers(fit: &Fit<Purchases>) {
    let report = &fit.report;
    assert!(report.log_likelihood.is_finite(), "{report:?}");
    for parameter in &report.parameters {
        assert!(parameter.value.is_finite() && parameter.value > 0.0, "{report:?}");
    }
    for customer in [Customer::new(0, 0.0, 0.0), Customer::new(3, 10.0, 400.0)] {
        assert!(fit.model.p_alive(&customer).is_finite() && fit.model.expected(&customer, 365.0).is_finite());
    }
}

#[test]
fn small_bases_get_numbers_wide_bands_and_a_plain_word() {
    let (one, some) = (Customer::new(0, 0.0, 30.0), Customer::new(2, 40.0, 100.0));
    let bases = [vec![], vec![one], vec![Customer::new(0, 0.0, 0.0); 5], vec![some], vec![one, some, one, some, some]];
    for customers in bases {
        let base = Base::new(customers.clone());
        for kind in Kind::ALL {
            let fit = fit::purchases(kind, &base);
            is_told_in_numbers(&fit);
            assert_eq!(fit.kind(), kind, "a prior keeps the model asked for");
            assert!(fit.report.with_prior && fit.report.notes.contains(&Note::SmallBase { repeaters: base.repeaters() }));
            for parameter in &fit.report.parameters {
                let (low, high) = parameter.band.unwrap_or_else(|| panic!("{customers:?} {:?}", fit.report));
                assert!(high / low > 3.0, "{customers:?} {parameter:?}");
            }
        }
    }
}

/// A wholesaler's customers: all buy steadily to the last day.
#[test]
fn where_nobody_is_seen_to_be_lost_the_nbd_stands_and_says_so() {
    let steady = (0..600_u32).map(|at| {
        let x = 5 + at * 7 % 60;
        let t = 300.0 + f64::from(at % 50);
        Customer::new(x, t - f64::from(at % 3), t)
    });
    let base = Base::new(steady);
    assert!(base.repeaters() >= REPEATERS_ENOUGH);
    let plain = fit::purchases(Kind::Nbd, &base);
    for kind in [Kind::BgNbd, Kind::MbgNbd, Kind::ParetoNbd] {
        let fit = fit::purchases(kind, &base);
        is_told_in_numbers(&fit);
        assert_eq!((fit.kind(), fit.report.notes[0]), (Kind::Nbd, Note::LossNotSeen), "{kind:?}");
        assert_eq!(fit.model, plain.model);
        assert_eq!(fit.model.p_alive(&Customer::new(3, 10.0, 400.0)), 1.0);
    }
}

#[test]
fn spend_of_few_or_none_is_told() {
    let none = fit::spend([Spend { x: 0, mean: 0.0 }, Spend { x: 2, mean: 0.0 }]);
    assert_eq!((none.report.n, none.report.notes.as_slice()), (0, &[Note::NoSpend][..]));
    assert_eq!(none.model.expected_new(), 0.0);
    let few = fit::spend([Spend { x: 1, mean: 20.0 }, Spend { x: 3, mean: 35.0 }]);
    let new = few.model.expected_new();
    assert!(few.report.with_prior && new > 5.0 && new < 150.0, "{new}");
    let equal = fit::spend(vec![Spend { x: 2, mean: 50.0 }; 300]);
    assert!((equal.model.expected(&Spend { x: 2, mean: 50.0 }) / 50.0 - 1.0).abs() < 0.05, "{equal:?}");
}
