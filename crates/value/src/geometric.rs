//! BG/NBD and MBG/NBD: somebody may be lost after each purchase, with a probability of one's own.
//!
//! Under BG/NBD (Fader, Hardie, Lee 2005) nobody is lost after the first purchase, so that everyone who bought once has P(alive) = 1. MBG/NBD
//! (Batislam, Denizel, Filiztekin 2007) lets the first purchase be the last as well. The two differ in nothing else, so they are one model
//! here, with `trials` = x or x + 1 chances to be lost.

use crate::base::{Base, Customer};
use crate::climb::{Likelihood, Vector};
use crate::maths::{digamma_rise, exp, ln, ln_1p, ln_rising, softplus, softplus_and_share};
use crate::survived::survived;

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Geometric {
    pub r: f64,
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
    /// Whether the first purchase may be the last: MBG/NBD.
    pub from_first: bool,
}

impl Geometric {
    fn trials(&self, x: u32) -> u32 {
        x + u32::from(self.from_first)
    }

    /// The logarithm of the odds of being lost: a / (b + trials − 1) · ((α + T) / (α + t_x))^(r + x); eq. 11 of Fader, Hardie, Lee 2008
    /// (Computing P(alive) Using the BG/NBD Model), eq. 13 of Batislam et al. 2007.
    fn ln_odds_lost(&self, customer: &Customer) -> f64 {
        let trials = self.trials(customer.x);
        if trials == 0 {
            return f64::NEG_INFINITY;
        }
        let silence = (customer.t - customer.t_x) / (self.alpha + customer.t_x);
        ln(self.a) - ln(self.b + f64::from(trials) - 1.0) + (self.r + f64::from(customer.x)) * ln_1p(silence)
    }

    pub fn ln_p_alive(&self, customer: &Customer) -> f64 {
        -softplus(self.ln_odds_lost(customer))
    }

    /// Eq. 3 of Fader, Hardie, Lee 2005; eq. 7 of Batislam et al. 2007.
    pub fn ln_likelihood(&self, customer: &Customer) -> f64 {
        let (x, trials) = (customer.x, self.trials(customer.x));
        ln_rising(self.r, x) - self.r * ln_1p(customer.t / self.alpha) - f64::from(x) * ln(self.alpha + customer.t)
            + ln_rising(self.b, trials)
            - ln_rising(self.a + self.b, trials)
            + softplus(self.ln_odds_lost(customer))
    }

    /// Of a customer alive at the end of observation, in a time ahead.
    pub fn expected_if_alive(&self, customer: &Customer, ahead: f64) -> f64 {
        let trials = f64::from(self.trials(customer.x));
        survived(self.r + f64::from(customer.x), ahead / (self.alpha + customer.t), self.a, self.b + trials)
    }

    /// Repeat purchases of somebody new: eq. 9 of Fader, Hardie, Lee 2005; eq. 11 of Batislam et al. 2007.
    pub fn expected_new(&self, ahead: f64) -> f64 {
        let (goes_on, b) = if self.from_first { (self.b / (self.a + self.b), self.b + 1.0) } else { (1.0, self.b) };
        goes_on * survived(self.r, ahead / self.alpha, self.a, b)
    }
}

pub(crate) struct GeometricBase<'a> {
    pub base: &'a Base,
    pub from_first: bool,
}

impl Likelihood<4> for GeometricBase<'_> {
    fn at(&self, logs: &Vector<4>) -> (f64, Vector<4>) {
        let [r, alpha, a, b] = logs.map(exp);
        let (mut value, mut slope) = (0.0, [0.0; 4]);
        let times = self.base.by_time(|time| (ln(alpha + time), 1.0 / (alpha + time)));
        for group in &self.base.groups {
            let trials = group.x + u32::from(self.from_first);
            let common = ln_rising(r, group.x) + r * ln(alpha) + ln_rising(b, trials) - ln_rising(a + b, trials);
            let by_ab = digamma_rise(a + b, trials);
            let common_slope = [digamma_rise(r, group.x) + ln(alpha), r / alpha, -by_ab, digamma_rise(b, trials) - by_ab];
            value += group.weight * common;
            (0..4).for_each(|i| slope[i] += group.weight * common_slope[i]);

            let shape = r + f64::from(group.x);
            let last = b + f64::from(trials) - 1.0;
            let ln_last = if trials > 0 { logs[2] - ln(last) } else { f64::NEG_INFINITY };
            let (mut by_r, mut by_alpha, mut lost_all) = (0.0, 0.0, 0.0);
            for point in self.base.of(group) {
                let ((ln_end, end), (ln_silent, silent)) = (times[point.t as usize], times[point.t_x as usize]);
                let (alive, lost) = softplus_and_share(ln_last + shape * (ln_end - ln_silent));
                value += point.weight * (alive - shape * ln_end);
                by_r += point.weight * (ln_end + lost * (ln_silent - ln_end));
                by_alpha += point.weight * (end + lost * (silent - end));
                lost_all += point.weight * lost;
            }
            slope[0] -= by_r;
            slope[1] -= shape * by_alpha;
            slope[2] += lost_all / a;
            slope[3] -= if trials > 0 { lost_all / last } else { 0.0 };
        }
        (value, [slope[0] * r, slope[1] * alpha, slope[2] * a, slope[3] * b])
    }
}
