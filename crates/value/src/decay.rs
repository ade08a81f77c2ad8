//! ∫ (α + u)^−A (β + u)^−B du, the one integral of the Pareto/NBD, by Gauss–Legendre panels whose length follows the integrand.
//!
//! The hypergeometric form of the likelihood (Fader, Hardie 2005, eq. 18–21) is the difference of two numbers that can agree in all digits.
//! The integral it stands for has a positive integrand, so a sum of panels loses nothing, for any x and T; relative to the integrand at the
//! lower end it neither overflows nor vanishes.

use crate::maths::{exp, ln};

/// (α + u)^−A (β + u)^−B.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decay {
    pub alpha: f64,
    pub beta: f64,
    /// A
    pub of_alpha: f64,
    /// B
    pub of_beta: f64,
}

/// Integrals of the decay times 1, ln(α + u), 1/(α + u), ln(β + u), 1/(β + u), each divided by the decay at the lower end.
pub(crate) type Moments = [f64; 5];

const FIVE: [(f64, f64); 5] = [
    (-0.906_179_845_938_664, 0.236_926_885_056_189_1),
    (-0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
    (0.0, 0.568_888_888_888_888_9),
    (0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
    (0.906_179_845_938_664, 0.236_926_885_056_189_1),
];

const EIGHT: [(f64, f64); 8] = [
    (-0.960_289_856_497_536_3, 0.101_228_536_290_376_3),
    (-0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
    (-0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (-0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_3),
];

/// What is left of the decay when the rest no longer counts.
const NOTHING: f64 = 1e-22;

impl Decay {
    pub fn ln_at(&self, u: f64) -> f64 {
        -self.of_alpha * ln(self.alpha + u) - self.of_beta * ln(self.beta + u)
    }

    /// From one time to another, relative to the decay at the first; `discount` multiplies by e^(−discount (u − from)).
    pub fn integral(&self, from: f64, to: f64, discount: f64) -> f64 {
        let start = self.ln_at(from);
        let mut sum = 0.0;
        self.panels(from, to, discount, |u, weight| {
            let value = weight * exp(self.ln_at(u) - start - discount * (u - from));
            sum += value;
            value / weight
        });
        sum
    }

    /// All five at once.
    pub fn moments(&self, from: f64, to: f64) -> Moments {
        let start = self.ln_at(from);
        let mut sums = [0.0; 5];
        self.panels(from, to, 0.0, |u, weight| {
            let (of_alpha, of_beta) = (self.alpha + u, self.beta + u);
            let (ln_alpha, ln_beta) = (ln(of_alpha), ln(of_beta));
            let value = exp(-self.of_alpha * ln_alpha - self.of_beta * ln_beta - start);
            let weighted = weight * value;
            for (sum, factor) in sums.iter_mut().zip([1.0, ln_alpha, 1.0 / of_alpha, ln_beta, 1.0 / of_beta]) {
                *sum += weighted * factor;
            }
            value
        });
        sums
    }

    /// Visits nodes with weights until the end, or until the integrand has vanished. Within a panel the integrand falls by a bounded factor,
    /// and the panel is no longer than its distance from the nearer pole, which bounds the error at about 1e−12.
    fn panels(&self, from: f64, to: f64, discount: f64, mut node: impl FnMut(f64, f64) -> f64) {
        let mut at = from;
        while at < to {
            let (of_alpha, of_beta) = (self.alpha + at, self.beta + at);
            let nearer = of_alpha.min(of_beta);
            let fall = self.of_alpha / of_alpha + self.of_beta / of_beta + discount;
            let rest = to - at;
            let length = rest.min(nearer).min(4.0 / fall).max(at * 1e-15);
            let is_short = length <= nearer / 8.0 && length * fall < 0.5;
            let rule: &[(f64, f64)] = if is_short { &FIVE } else { &EIGHT };
            let half = 0.5 * length;
            let mut left = 0.0;
            for (place, weight) in rule {
                left = node(at + half * (1.0 + place), half * weight);
            }
            if left < NOTHING {
                return;
            }
            at = if length >= rest { to } else { at + length };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_forms_are_met() {
        // With B = 0: (1 − ((α + from)/(α + to))^(A − 1)) (α + from) / (A − 1).
        for (alpha, of_alpha, from, to) in
            [(10.0, 3.5, 0.0, 40.0), (1e-4, 1.2, 0.0, 1e3), (0.008, 410.0, 5.0, 6.0), (5.0, 9000.0, 100.0, 7300.0)]
        {
            let decay = Decay { alpha, beta: 3.0, of_alpha, of_beta: 0.0 };
            let closed = (1.0 - ((alpha + from) / (alpha + to)).powf(of_alpha - 1.0)) * (alpha + from) / (of_alpha - 1.0);
            let found = decay.integral(from, to, 0.0);
            assert!((found / closed - 1.0).abs() < 1e-10, "{alpha} {of_alpha}: {found} {closed}");
            assert_eq!(decay.moments(from, to)[0], found);
        }
    }

    #[test]
    fn moments_are_the_derivatives() {
        let decay = Decay { alpha: 4.0, beta: 0.3, of_alpha: 6.5, of_beta: 1.6 };
        let moments = decay.moments(2.0, 30.0);
        let scaled = |decay: Decay| exp(decay.ln_at(2.0)) * decay.integral(2.0, 30.0, 0.0);
        let h = 1e-5;
        let slopes = [
            (scaled(Decay { of_alpha: 6.5 + h, ..decay }) - scaled(Decay { of_alpha: 6.5 - h, ..decay })) / (2.0 * h),
            (scaled(Decay { alpha: 4.0 + h, ..decay }) - scaled(Decay { alpha: 4.0 - h, ..decay })) / (2.0 * h),
            (scaled(Decay { of_beta: 1.6 + h, ..decay }) - scaled(Decay { of_beta: 1.6 - h, ..decay })) / (2.0 * h),
            (scaled(Decay { beta: 0.3 + h, ..decay }) - scaled(Decay { beta: 0.3 - h, ..decay })) / (2.0 * h),
        ];
        let scale = exp(decay.ln_at(2.0));
        let expected = [-moments[1], -6.5 * moments[2], -moments[3], -1.6 * moments[4]];
        for (slope, expected) in slopes.iter().zip(expected) {
            assert!((slope / (scale * expected) - 1.0).abs() < 1e-6, "{slope} {}", scale * expected);
        }
    }
}
