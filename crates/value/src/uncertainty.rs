//! How far a prediction can be trusted as far as parameters go: 90 % ranges by the delta method.
//!
//! A fit leaves its parameters uncertain; their logarithms are about normal, with the covariance that the curvature of the likelihood tells.
//! To first order so is any smooth function of them: P(alive) on the scale of its log odds, everything positive on the scale of its logarithm,
//! so that no range leaves what is possible. It is a range of the expectation: what one member then does scatters far more.

use crate::base::{Customer, Spend};
use crate::gamma_gamma::GammaGamma;
use crate::geometric::Geometric;
use crate::maths::{exp, exp_m1, ln};
use crate::nbd::Nbd;
use crate::pareto::ParetoNbd;
use crate::purchases::Purchases;

/// The normal distribution's 95th percentile: 90 % lie between it and its opposite.
const Z: f64 = 1.644_853_626_951_472_7;
/// For differences, in the logarithm of a parameter.
const APART: f64 = 1e-4;
/// The most parameters of any model.
const MOST: usize = 4;

/// From the 5th percentile to the 95th.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Band {
    pub low: f64,
    pub high: f64,
}

/// The covariance of the logarithms of a model's parameters, in the order of the papers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Uncertainty {
    parameters: usize,
    covariance: [[f64; MOST]; MOST],
}

impl Uncertainty {
    /// `None` unless it can be a covariance: as many rows as columns, symmetric, no variance below zero, no correlation above one.
    pub fn new(rows: &[Vec<f64>]) -> Option<Self> {
        let parameters = rows.len();
        if !(1..=MOST).contains(&parameters) || rows.iter().any(|row| row.len() != parameters) {
            return None;
        }
        let mut covariance = [[0.0; MOST]; MOST];
        for (i, row) in rows.iter().enumerate() {
            covariance[i][..parameters].copy_from_slice(row);
        }
        let can_be = |i: usize, j: usize| {
            let (one, both) = (covariance[i][j], covariance[i][i] * covariance[j][j]);
            let slack = 1e-9 * both.abs();
            one.is_finite() && covariance[i][i] >= 0.0 && one * one <= both + slack && (one - covariance[j][i]).abs() <= 1e-9 * both.sqrt()
        };
        let all = (0..parameters).all(|i| (0..parameters).all(|j| can_be(i, j)));
        all.then_some(Self { parameters, covariance })
    }

    pub(crate) fn of<const N: usize>(covariance: &[[f64; N]; N]) -> Option<Self> {
        Self::new(&covariance.map(|row| row.to_vec()))
    }

    pub fn rows(&self) -> Vec<Vec<f64>> {
        self.covariance[..self.parameters].iter().map(|row| row[..self.parameters].to_vec()).collect()
    }

    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// The variance of what a model says, given how it says it with its logarithms of parameters moved.
    fn variance(&self, says: impl Fn(&[f64; MOST]) -> f64) -> Option<f64> {
        let mut slope = [0.0; MOST];
        for (i, slope) in slope.iter_mut().enumerate().take(self.parameters) {
            let beside = |apart: f64| {
                let mut moved = [0.0; MOST];
                moved[i] = apart;
                says(&moved)
            };
            *slope = (beside(APART) - beside(-APART)) / (2.0 * APART);
        }
        let turned = |i: usize| (0..self.parameters).map(|j| self.covariance[i][j] * slope[j]).sum::<f64>();
        let variance = (0..self.parameters).map(|i| slope[i] * turned(i)).sum::<f64>();
        // What rounding makes of nothing.
        variance.is_finite().then_some(variance.max(0.0))
    }
}

impl Band {
    /// Around something positive whose logarithm has this variance; `None` where it would be no number.
    pub fn around(middle: f64, variance: f64) -> Option<Self> {
        if middle == 0.0 {
            return Some(Self { low: 0.0, high: 0.0 });
        }
        let (log, reach) = (ln(middle), Z * variance.sqrt());
        let band = Self { low: exp(log - reach), high: exp(log + reach) };
        (band.low.is_finite() && band.high.is_finite()).then_some(band)
    }
}

impl Purchases {
    /// The same model with the logarithms of its parameters moved.
    fn moved(&self, by: &[f64; MOST]) -> Self {
        let by = by.map(exp);
        match *self {
            Self::Geometric(Geometric { r, alpha, a, b, from_first }) => {
                Self::Geometric(Geometric { r: r * by[0], alpha: alpha * by[1], a: a * by[2], b: b * by[3], from_first })
            }
            Self::ParetoNbd(ParetoNbd { r, alpha, s, beta }) => {
                Self::ParetoNbd(ParetoNbd { r: r * by[0], alpha: alpha * by[1], s: s * by[2], beta: beta * by[3] })
            }
            Self::Nbd(Nbd { r, alpha }) => Self::Nbd(Nbd { r: r * by[0], alpha: alpha * by[1] }),
        }
    }

    /// Of the probability of being alive. Where a model has it that somebody is alive for certain, so it is in the range.
    pub fn p_alive_band(&self, known: &Uncertainty, customer: &Customer) -> Option<Band> {
        let odds = |model: &Self| {
            let log = model.ln_p_alive(customer);
            log - ln(-exp_m1(log))
        };
        let middle = odds(self);
        if middle == f64::INFINITY {
            return Some(Band { low: 1.0, high: 1.0 });
        }
        let reach = Z * known.variance(|by| odds(&self.moved(by)))?.sqrt();
        let share = |odds: f64| 1.0 / (1.0 + exp(-odds));
        let band = Band { low: share(middle - reach), high: share(middle + reach) };
        (!band.low.is_nan() && !band.high.is_nan()).then_some(band)
    }

    /// The variance of the logarithm of something positive that the model says, such as expected purchases. Variances of independent factors
    /// add up to that of their product.
    pub fn ln_variance(&self, known: &Uncertainty, says: impl Fn(&Self) -> f64) -> Option<f64> {
        known.variance(|by| ln(says(&self.moved(by))))
    }

    /// Of something positive that the model says.
    pub fn band(&self, known: &Uncertainty, says: impl Fn(&Self) -> f64) -> Option<Band> {
        let middle = says(self);
        // What nothing can be multiplied to is certain.
        let variance = if middle == 0.0 { 0.0 } else { self.ln_variance(known, says)? };
        Band::around(middle, variance)
    }
}

impl GammaGamma {
    /// The variance of the logarithm of the expected worth of a purchase of somebody with this past; nothing is said where the model's mean
    /// does not exist and an observed one stands for it.
    pub fn ln_variance(&self, known: &Uncertainty, spend: &Spend) -> Option<f64> {
        if self.below(spend) <= 0.0 {
            return None;
        }
        let with = |by: &[f64; MOST]| Self { p: self.p * exp(by[0]), q: self.q * exp(by[1]), v: self.v * exp(by[2]), ..*self };
        known.variance(|by| ln(with(by).expected(spend)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_a_covariance_is_one() {
        let told = |rows: &[&[f64]]| Uncertainty::new(&rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>());
        let fine = told(&[&[0.04, 0.01], &[0.01, 0.09]]).unwrap();
        assert_eq!((fine.rows(), fine.parameters()), (vec![vec![0.04, 0.01], vec![0.01, 0.09]], 2));
        let wrong: [&[&[f64]]; 6] =
            [&[], &[&[0.1, 0.0]], &[&[0.1, 0.2], &[0.0, 0.1]], &[&[-0.1]], &[&[f64::NAN]], &[&[0.1, 0.2], &[0.2, 0.1]]];
        for rows in wrong {
            assert_eq!(told(rows), None, "{rows:?}");
        }
    }

    #[test]
    fn by_hand_where_the_logarithm_is_linear() {
        // Expected purchases of an NBD: (r + x) / (α + T) · t; with x = T = 0 its logarithm is ln r − ln α.
        let known = Uncertainty::new(&[vec![0.04, 0.01], vec![0.01, 0.09]]).unwrap();
        let model = Purchases::Nbd(Nbd { r: 2.0, alpha: 10.0 });
        let band = model.band(&known, |model| model.expected(&Customer::new(0, 0.0, 0.0), 5.0)).unwrap();
        let reach = Z * (0.04_f64 + 0.09 - 2.0 * 0.01).sqrt();
        assert!((band.low / (-reach).exp() - 1.0).abs() < 1e-7 && (band.high / reach.exp() - 1.0).abs() < 1e-7, "{band:?}");
        assert_eq!(model.p_alive_band(&known, &Customer::new(3, 1.0, 9.0)), Some(Band { low: 1.0, high: 1.0 }));
    }
}
