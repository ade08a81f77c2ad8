//! Purchases to come of somebody who may be lost after each: what BG/NBD and MBG/NBD predict.
//!
//! Given that a customer is alive, N purchases would fall into the time ahead if nobody were ever lost, and N is negative binomial. The k-th of
//! them happens if none of the k − 1 before it was the last, which has probability E[(1 − p)^(k−1)] with p of a beta distribution. So
//!
//! ```text
//! E[Y] = Σ_{k≥0} P(N > k) · B(a, b + k) / B(a, b)
//! ```
//!
//! which is (a + b + x − 1)/(a − 1) · [1 − …₂F₁…] of Fader, Hardie, Lee 2005, eq. 10, term by term, without its 0/0 at a = 1 and without a
//! difference of nearly equal numbers: every term is positive.

use crate::maths::{exp, exp_m1, ln, ln_1p, ln_gamma, softplus};

/// With more terms than this, quadrature is quicker.
const TERMS_MAX: f64 = 4_000.0;
const EXACT: f64 = 1e-14;

/// N is negative binomial with shape `shape` and mean `shape` · `ahead`; p is Beta(`a`, `b`).
pub(crate) fn survived(shape: f64, ahead: f64, a: f64, b: f64) -> f64 {
    if ahead <= 0.0 {
        return 0.0;
    }
    let mean = shape * ahead;
    if mean + 10.0 * (mean * (1.0 + ahead)).sqrt() + 40.0 * (1.0 + ahead) > TERMS_MAX {
        return by_quadrature(shape, ahead, a, b);
    }
    by_terms(shape, ahead, a, b)
}

fn by_terms(shape: f64, ahead: f64, a: f64, b: f64) -> f64 {
    let odds = ahead / (1.0 + ahead);
    let mut ln_weight = -shape * ln_1p(ahead);
    // Below this a weight is no normal number any more: its logarithm is carried until it is one.
    let mut weight = if ln_weight > -600.0 { exp(ln_weight) } else { 0.0 };
    let (mut tail, mut alive, mut sum) = (-exp_m1(ln_weight), 1.0, 0.0);
    let mut k = 0.0;
    while k < 4.0 * TERMS_MAX {
        sum += tail * alive;
        let ratio = odds * (shape + k) / (k + 1.0);
        if weight == 0.0 {
            ln_weight += ln(ratio);
            weight = if ln_weight > -600.0 { exp(ln_weight) } else { 0.0 };
        } else {
            weight *= ratio;
        }
        tail = (tail - weight).max(0.0);
        alive *= (b + k) / (a + b + k);
        k += 1.0;
        let falls = odds * (shape + k) / (k + 1.0);
        if falls < 1.0 && ln_weight > -600.0 && weight * alive <= EXACT * sum * (1.0 - falls) * (1.0 - falls) {
            break;
        }
    }
    sum
}

/// ∫ p^(a−2) (1 − p)^(b−1) [1 − (1 + p · ahead)^−shape] dp / B(a, b) by the double exponential rule (Takahasi, Mori 1974) in the logit of p.
fn by_quadrature(shape: f64, ahead: f64, a: f64, b: f64) -> f64 {
    const HALF: i32 = 1_600;
    const STEP: f64 = 9.0 / HALF as f64;
    let ln_beta = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let node = |i: i32| {
        let u = f64::from(i) * STEP;
        let (grow, shrink) = (exp(u), exp(-u));
        let logit = 0.5 * std::f64::consts::PI * (grow - shrink);
        let (ln_p, ln_q) = (-softplus(-logit), -softplus(logit));
        let ln_density = a * ln_p + b * ln_q - ln_beta;
        if ln_density < -700.0 {
            return 0.0;
        }
        let per_purchase = if ln_p < -600.0 { shape * ahead } else { -exp_m1(-shape * ln_1p(exp(ln_p) * ahead)) / exp(ln_p) };
        exp(ln_density) * per_purchase * 0.5 * std::f64::consts::PI * (grow + shrink) * STEP
    };
    (-HALF..=HALF).map(node).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_and_quadrature_agree() {
        for (shape, ahead, a, b) in
            [(2.2, 0.9, 0.8, 4.4), (0.24, 8.0, 0.79, 2.4), (30.0, 3.0, 1.0, 30.0), (900.0, 1.5, 0.5, 900.0), (0.3, 90.0, 3.0, 0.2)]
        {
            let (terms, quadrature) = (by_terms(shape, ahead, a, b), by_quadrature(shape, ahead, a, b));
            assert!((terms / quadrature - 1.0).abs() < 1e-9, "{shape} {ahead} {a} {b}: {terms} {quadrature}");
        }
    }

    #[test]
    fn nobody_lost_is_the_mean_and_everybody_lost_is_one_purchase_at_most() {
        assert!((survived(2.0, 3.0, 1e-9, 5.0) - 6.0).abs() < 1e-6);
        let one = 1.0 - 4.0_f64.powf(-2.0);
        assert!((survived(2.0, 3.0, 1e9, 1e-3) - one).abs() < 1e-6);
    }

    #[test]
    fn extremes_are_numbers() {
        for (shape, ahead) in [(1e-6, 1e-9), (1e4, 1e-3), (1e4, 2.0), (10_000.2, 1e4), (0.1, 1e6)] {
            for (a, b) in [(1e-6, 1e-6), (1e-3, 1e4), (1.0, 1.0), (1e5, 1e-3), (50.0, 1e4)] {
                let found = survived(shape, ahead, a, b);
                assert!(found.is_finite() && found >= 0.0 && found <= shape * ahead * (1.0 + 1e-6), "{shape} {ahead} {a} {b}: {found}");
            }
        }
    }
}
