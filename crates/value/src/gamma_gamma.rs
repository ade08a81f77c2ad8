//! Gamma-Gamma: what a purchase is worth (Fader, Hardie 2013). Spend per purchase varies around a mean of one's own, which does not depend on
//! how often one buys.

use crate::base::Spend;
use crate::climb::{Likelihood, Vector};
use crate::maths::{digamma, exp, ln, ln_gamma};

/// Spend per purchase is gamma(p, ν), ν is gamma(q, γ); γ is called `v` here.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GammaGamma {
    pub p: f64,
    pub q: f64,
    pub v: f64,
    /// The observed mean over customers: what is expected of somebody new where the model's mean does not exist (q ≤ 1).
    pub observed_mean: f64,
}

impl GammaGamma {
    /// Purchases that are worth something.
    fn counted(spend: &Spend) -> f64 {
        if spend.mean > 0.0 && spend.mean.is_finite() { f64::from(spend.x) } else { 0.0 }
    }

    /// p x + q − 1; the mean does not exist unless it is above zero.
    pub(crate) fn below(&self, spend: &Spend) -> f64 {
        self.p * Self::counted(spend) + self.q - 1.0
    }

    /// Expected worth of a purchase of somebody with this past: eq. 5, p (v + x m) / (p x + q − 1).
    pub fn expected(&self, spend: &Spend) -> f64 {
        let (x, below) = (Self::counted(spend), self.below(spend));
        let mean = if x > 0.0 { spend.mean } else { 0.0 };
        if below > 1e-9 { self.p * (self.v + x * mean) / below } else { self.observed_mean }
    }

    /// Of somebody new: p v / (q − 1).
    pub fn expected_new(&self) -> f64 {
        self.expected(&Spend { x: 0, mean: 0.0 })
    }
}

/// Customers with repeat purchases worth something, equal ones collapsed.
#[derive(Clone, Debug, Default)]
pub(crate) struct SpendBase {
    points: Vec<(f64, f64, f64)>,
    pub n: u64,
    pub mean: f64,
}

impl SpendBase {
    pub fn new(spends: impl IntoIterator<Item = Spend>) -> Self {
        let mut all: Vec<Spend> = spends.into_iter().filter(|spend| spend.x > 0 && spend.mean > 0.0 && spend.mean.is_finite()).collect();
        all.sort_unstable_by(|one, other| one.x.cmp(&other.x).then(one.mean.total_cmp(&other.mean)));
        let n = all.len() as u64;
        let mean = all.iter().map(|spend| spend.mean).sum::<f64>() / (n as f64).max(1.0);
        let point = |equal: &[Spend]| (f64::from(equal[0].x), equal[0].mean, equal.len() as f64);
        Self { points: all.chunk_by(|one, other| one == other).map(point).collect(), n, mean }
    }
}

impl Likelihood<3> for SpendBase {
    /// Eq. 1a of Fader, Hardie 2013.
    fn at(&self, logs: &Vector<3>) -> (f64, Vector<3>) {
        let [p, q, v] = logs.map(exp);
        let (mut value, mut slope) = (0.0, [0.0; 3]);
        let (of_q, psi_q) = (ln_gamma(q) - q * logs[2], digamma(q));
        let mut of_x = (0.0, 0.0, 0.0, 0.0);
        for &(x, mean, weight) in &self.points {
            let px = p * x;
            if of_x.0 != x {
                of_x = (x, ln_gamma(px + q) - ln_gamma(px), digamma(px + q), digamma(px));
            }
            let (_, gammas, psi_sum, psi_px) = of_x;
            let (ln_mean, ln_x, ln_whole) = (ln(mean), ln(x), ln(x * mean + v));
            value += weight * (gammas - of_q + (px - 1.0) * ln_mean + px * ln_x - (px + q) * ln_whole);
            slope[0] += weight * x * (psi_sum - psi_px + ln_mean + ln_x - ln_whole);
            slope[1] += weight * (psi_sum - psi_q + logs[2] - ln_whole);
            slope[2] += weight * (q / v - (px + q) / (x * mean + v));
        }
        (value, [slope[0] * p, slope[1] * q, slope[2] * v])
    }
}
