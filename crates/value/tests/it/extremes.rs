//! Never anything but a number, whatever a member did.

use perennial_value::{Customer, GammaGamma, Geometric, Nbd, ParetoNbd, Purchases, Spend};
use proptest::prelude::*;

/// A parameter between a ten-thousandth and ten thousand.
fn parameter() -> impl Strategy<Value = f64> {
    (-9.2..9.2_f64).prop_map(f64::exp)
}

/// Up to 10,000 purchases within up to 20 years, in days.
fn customer() -> impl Strategy<Value = Customer> {
    let x = prop_oneof![Just(0_u32), 1..20_u32, Just(10_000_u32), 20..10_000_u32];
    let share = prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64, Just(1e-9), Just(1.0 - 1e-12)];
    (x, share, prop_oneof![Just(0.0), Just(7305.0), 0.0..7305.0_f64]).prop_map(|(x, share, t)| Customer::new(x, share * t, t))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_model_answers_with_numbers(
        customer in customer(),
        (first, second, third, fourth) in (parameter(), parameter(), parameter(), parameter()),
        ahead in prop_oneof![Just(0.0), Just(7305.0), 0.0..400.0_f64],
    ) {
        let (r, alpha) = (first, second);
        let models = [
            Purchases::Geometric(Geometric { r, alpha, a: third, b: fourth, from_first: false }),
            Purchases::Geometric(Geometric { r, alpha, a: third, b: fourth, from_first: true }),
            Purchases::ParetoNbd(ParetoNbd { r, alpha, s: third, beta: fourth }),
            Purchases::Nbd(Nbd { r, alpha }),
        ];
        for model in models {
            prop_assert!(model.ln_likelihood(&customer).is_finite(), "{model:?}");
            let ln_alive = model.ln_p_alive(&customer);
            prop_assert!(ln_alive.is_finite() && ln_alive <= 0.0, "{model:?} {ln_alive}");
            let to_come = model.expected(&customer, ahead);
            let at_most = (r + f64::from(customer.x)) / (alpha + customer.t) * ahead;
            prop_assert!(to_come.is_finite() && to_come >= 0.0 && to_come <= at_most * (1.0 + 1e-6), "{model:?} {to_come} {at_most}");
            let new = model.expected_new(ahead);
            prop_assert!(new.is_finite() && new >= 0.0, "{model:?} {new}");
            let discounted = model.discounted(&customer, 0.001, ahead, 6);
            prop_assert!(discounted.is_finite() && discounted >= 0.0 && discounted <= to_come * (1.0 + 1e-6) + 1e-300, "{model:?} {discounted} {to_come}");
        }
    }

    /// Each likelihood is a probability density of (t_x, T | x): alive and lost shares of it add up.
    #[test]
    fn silence_only_lowers_p_alive(x in 1..200_u32, (r, alpha, third, fourth) in (parameter(), parameter(), parameter(), parameter())) {
        let models = [
            Purchases::Geometric(Geometric { r, alpha, a: third, b: fourth, from_first: false }),
            Purchases::Geometric(Geometric { r, alpha, a: third, b: fourth, from_first: true }),
            Purchases::ParetoNbd(ParetoNbd { r, alpha, s: third, beta: fourth }),
        ];
        for model in models {
            let alive = |silent: f64| model.ln_p_alive(&Customer::new(x, 50.0, 50.0 + silent));
            prop_assert!(alive(0.0) >= alive(3.0) - 1e-9 && alive(3.0) >= alive(400.0) - 1e-9, "{model:?}");
        }
    }

    #[test]
    fn spend_is_a_number(p in parameter(), q in parameter(), v in parameter(), x in 0..10_000_u32, mean in prop_oneof![Just(0.0), Just(-5.0), 0.0..1e9_f64, Just(f64::NAN)]) {
        let worth = GammaGamma { p, q, v, observed_mean: 12.0 }.expected(&Spend { x, mean });
        prop_assert!(worth.is_finite() && worth >= 0.0);
    }
}
