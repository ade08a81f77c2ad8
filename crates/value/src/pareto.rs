//! Pareto/NBD: lives end at a rate of one's own, whether or not anything is bought (Schmittlein, Morrison, Colombo 1987).

use crate::base::{Base, Customer, Group};
use crate::climb::{Likelihood, Vector};
use crate::decay::{Decay, Moments};
use crate::maths::{digamma_rise, exp, exp_m1, ln, ln_1p, ln_rising, softplus, softplus_and_share};

/// Purchase rates are gamma(r, α), rates of being lost gamma(s, β).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ParetoNbd {
    pub r: f64,
    pub alpha: f64,
    pub s: f64,
    pub beta: f64,
}

impl ParetoNbd {
    fn decay(&self, x: u32) -> Decay {
        Decay { alpha: self.alpha, beta: self.beta, of_alpha: self.r + f64::from(x), of_beta: self.s + 1.0 }
    }

    /// (α + T)^−(r + x) (β + T)^−s: the share of the likelihood that lives on.
    fn ln_alive(&self, customer: &Customer) -> f64 {
        -(self.r + f64::from(customer.x)) * ln(self.alpha + customer.t) - self.s * ln(self.beta + customer.t)
    }

    /// s ∫ from t_x to T of (α + u)^−(r + x) (β + u)^−(s + 1), against the share that lives on.
    fn ln_odds_lost(&self, customer: &Customer) -> f64 {
        if customer.t <= customer.t_x {
            return f64::NEG_INFINITY;
        }
        let decay = self.decay(customer.x);
        ln(self.s) + decay.ln_at(customer.t_x) + ln(decay.integral(customer.t_x, customer.t, 0.0)) - self.ln_alive(customer)
    }

    /// Eq. 27 of Fader, Hardie 2005.
    pub fn ln_p_alive(&self, customer: &Customer) -> f64 {
        -softplus(self.ln_odds_lost(customer))
    }

    /// Eq. 18 of Fader, Hardie 2005, with its integral instead of the hypergeometric functions.
    pub fn ln_likelihood(&self, customer: &Customer) -> f64 {
        ln_rising(self.r, customer.x)
            + self.r * ln(self.alpha)
            + self.s * ln(self.beta)
            + self.ln_alive(customer)
            + softplus(self.ln_odds_lost(customer))
    }

    /// Of a customer alive at the end of observation, in a time ahead: eq. 41 of Fader, Hardie 2005 without P(alive).
    pub fn expected_if_alive(&self, customer: &Customer, ahead: f64) -> f64 {
        (self.r + f64::from(customer.x)) / (self.alpha + customer.t) * mean_life(self.s, self.beta + customer.t, ahead)
    }

    /// Repeat purchases of somebody new: eq. 17 of Schmittlein, Morrison, Colombo 1987.
    pub fn expected_new(&self, ahead: f64) -> f64 {
        self.r / self.alpha * mean_life(self.s, self.beta, ahead)
    }

    /// Discounted expected transactions for ever, at a continuous rate: Fader, Hardie, Lee 2005 (RFM and CLV, eq. 2). Its
    /// confluent hypergeometric Ψ(s, s; δ(β + T)) is the transform of survival, here integrated as such.
    pub fn discounted_if_alive(&self, customer: &Customer, rate: f64, horizon: f64) -> f64 {
        let survival = Decay { alpha: self.beta, beta: self.beta, of_alpha: self.s, of_beta: 0.0 };
        (self.r + f64::from(customer.x)) / (self.alpha + customer.t) * survival.integral(customer.t, customer.t + horizon, rate)
    }
}

/// ∫ from 0 to `ahead` of (b / (b + u))^s: time spent alive, of somebody with that much behind.
fn mean_life(s: f64, b: f64, ahead: f64) -> f64 {
    let longer = ln_1p(ahead / b);
    let power = s - 1.0;
    if power == 0.0 { b * longer } else { -b * exp_m1(-power * longer) / power }
}

/// The base, with the times at which each group's integrals are needed. For one x all integrals are differences of one: from a time to the
/// latest. A few hundred days stand for all customers of the group.
pub(crate) struct ParetoBase<'a> {
    base: &'a Base,
    /// By group: places of its times among the base's, ascending.
    grids: Vec<Vec<u32>>,
}

/// What every group needs of a time, at some parameters.
#[derive(Clone, Copy)]
struct At {
    time: f64,
    ln_alpha: f64,
    ln_beta: f64,
}

/// From a time of a group to its last: the logarithm of the decay there, and moments relative to it.
type Tail = (f64, Moments);

impl<'a> ParetoBase<'a> {
    pub fn new(base: &'a Base) -> Self {
        let grid = |group: &Group| {
            let mut grid: Vec<u32> = base.of(group).iter().flat_map(|point| [point.t_x, point.t]).collect();
            grid.sort_unstable();
            grid.dedup();
            grid
        };
        Self { base, grids: base.groups.iter().map(grid).collect() }
    }

    /// Fills the tails of a group, by place of the time in the whole base.
    fn tails(decay: &Decay, grid: &[u32], times: &[At], tails: &mut [Tail]) {
        let mut beyond = [0.0; 5];
        let mut next: Option<(f64, f64)> = None;
        for &place in grid.iter().rev() {
            let at = times[place as usize];
            let here = -decay.of_alpha * at.ln_alpha - decay.of_beta * at.ln_beta;
            if let Some((time, there)) = next {
                let shrink = exp(there - here);
                let panel = decay.moments(at.time, time);
                (0..5).for_each(|i| beyond[i] = panel[i] + beyond[i] * shrink);
            }
            tails[place as usize] = (here, beyond);
            next = Some((at.time, here));
        }
    }

    fn group(&self, at: usize, group: &Group, logs: &Vector<4>, (times, tails): (&[At], &mut [Tail]), sums: &mut (f64, Vector<4>)) {
        let [r, alpha, s, beta] = logs.map(exp);
        let shape = r + f64::from(group.x);
        let decay = Decay { alpha, beta, of_alpha: shape, of_beta: s + 1.0 };
        Self::tails(&decay, &self.grids[at], times, tails);
        let common = ln_rising(r, group.x) + r * logs[1] + s * logs[3];
        let common_slope = [digamma_rise(r, group.x) + logs[1], r / alpha, logs[3], s / beta];
        sums.0 += group.weight * common;
        (0..4).for_each(|i| sums.1[i] += group.weight * common_slope[i]);
        for point in self.base.of(group) {
            let end = times[point.t as usize];
            let ln_alive = -shape * end.ln_alpha - s * end.ln_beta;
            let ((ln_from, from), (ln_to, to)) = (&tails[point.t_x as usize], &tails[point.t as usize]);
            let shrink = exp(ln_to - ln_from);
            let between: Moments = std::array::from_fn(|i| from[i] - to[i] * shrink);
            let odds = if between[0] > 0.0 { logs[2] + ln_from + ln(between[0]) - ln_alive } else { f64::NEG_INFINITY };
            let (alive, lost) = softplus_and_share(odds);
            let kept = 1.0 - lost;
            let mut slope = [-kept * end.ln_alpha, -kept * shape / (alpha + end.time), -kept * end.ln_beta, -kept * s / (beta + end.time)];
            if lost > 0.0 {
                let mean = |i: usize| lost * between[i] / between[0];
                slope[0] -= mean(1);
                slope[1] -= shape * mean(2);
                slope[2] += lost / s - mean(3);
                slope[3] -= (s + 1.0) * mean(4);
            }
            sums.0 += point.weight * (ln_alive + alive);
            (0..4).for_each(|i| sums.1[i] += point.weight * slope[i]);
        }
    }
}

impl Likelihood<4> for ParetoBase<'_> {
    fn at(&self, logs: &Vector<4>) -> (f64, Vector<4>) {
        let (alpha, beta) = (exp(logs[1]), exp(logs[3]));
        let times = self.base.by_time(|time| At { time, ln_alpha: ln(alpha + time), ln_beta: ln(beta + time) });
        let mut tails = vec![(0.0, [0.0; 5]); times.len()];
        let mut sums = (0.0, [0.0; 4]);
        for (at, group) in self.base.groups.iter().enumerate() {
            self.group(at, group, logs, (&times, &mut tails), &mut sums);
        }
        (sums.0, std::array::from_fn(|i| sums.1[i] * exp(logs[i])))
    }
}
