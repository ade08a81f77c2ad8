//! NBD: purchases at a rate of one's own, for ever (Ehrenberg 1959). What is left of the other models where nobody is seen to be lost.

use crate::base::{Base, Customer};
use crate::climb::{Likelihood, Vector};
use crate::maths::{digamma_rise, exp, ln, ln_1p, ln_rising};

/// Rates are gamma with shape r and rate α.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Nbd {
    pub r: f64,
    pub alpha: f64,
}

impl Nbd {
    /// Γ(r + x) / Γ(r) · α^r / (α + T)^(r + x).
    pub fn ln_likelihood(&self, customer: &Customer) -> f64 {
        ln_rising(self.r, customer.x) - self.r * ln_1p(customer.t / self.alpha) - f64::from(customer.x) * ln(self.alpha + customer.t)
    }

    /// In a time ahead.
    pub fn expected(&self, customer: &Customer, ahead: f64) -> f64 {
        (self.r + f64::from(customer.x)) / (self.alpha + customer.t) * ahead
    }
}

impl Likelihood<2> for &Base {
    fn at(&self, logs: &Vector<2>) -> (f64, Vector<2>) {
        let [r, alpha] = logs.map(exp);
        let (mut value, mut by_r, mut by_alpha) = (0.0, 0.0, 0.0);
        let times = self.by_time(|time| (ln(alpha + time), 1.0 / (alpha + time)));
        for group in &self.groups {
            let shape = r + f64::from(group.x);
            let (mut logs, mut inverses) = (0.0, 0.0);
            for point in self.of(group) {
                let (ln_end, inverse) = times[point.t as usize];
                logs += point.weight * ln_end;
                inverses += point.weight * inverse;
            }
            value += group.weight * (ln_rising(r, group.x) + r * ln(alpha)) - shape * logs;
            by_r += group.weight * (digamma_rise(r, group.x) + ln(alpha)) - logs;
            by_alpha += group.weight * r / alpha - shape * inverses;
        }
        (value, [by_r * r, by_alpha * alpha])
    }
}
