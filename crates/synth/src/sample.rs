//! Distributions over [`Random`], with the algorithms' sources. `ln` and `pow` come from `libm`: a platform's own may differ in the last bit.

use crate::random::Random;

/// Exponential with the given rate, by inversion.
pub fn exponential(random: &mut Random, rate: f64) -> f64 {
    -libm::log(1.0 - random.unit()) / rate
}

/// Standard normal by the polar method: G. Marsaglia and T. A. Bray, "A convenient method for generating normal variables", SIAM Review 6 (1964).
pub fn normal(random: &mut Random) -> f64 {
    loop {
        let (u, v) = (2.0 * random.unit() - 1.0, 2.0 * random.unit() - 1.0);
        let square = u * u + v * v;
        if square > 0.0 && square < 1.0 {
            return u * libm::sqrt(-2.0 * libm::log(square) / square);
        }
    }
}

/// Gamma with the given shape and rate: G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000),
/// with their step for shapes below one.
pub fn gamma(random: &mut Random, shape: f64, rate: f64) -> f64 {
    if shape < 1.0 {
        let boost = libm::pow(1.0 - random.unit(), 1.0 / shape);
        return gamma(random, shape + 1.0, rate) * boost;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / libm::sqrt(9.0 * d);
    loop {
        let x = normal(random);
        let root = 1.0 + c * x;
        if root <= 0.0 {
            continue;
        }
        let v = root * root * root;
        let accept = libm::log(1.0 - random.unit());
        if accept < 0.5 * x * x + d - d * v + d * libm::log(v) {
            return d * v / rate;
        }
    }
}

/// Beta as a ratio of gammas: L. Devroye, "Non-Uniform Random Variate Generation" (1986), IX.3.
pub fn beta(random: &mut Random, a: f64, b: f64) -> f64 {
    let x = gamma(random, a, 1.0);
    let y = gamma(random, b, 1.0);
    if x + y > 0.0 { x / (x + y) } else { 0.5 }
}

/// Poisson by multiplication: D. E. Knuth, TAOCP volume 2, 3.4.1 Q; a large mean is the sum of smaller ones.
pub fn poisson(random: &mut Random, mean: f64) -> u64 {
    let (mut count, mut left) = (0, mean);
    while left > 0.0 {
        let part = if left > 20.0 { 20.0 } else { left };
        left -= part;
        let limit = libm::exp(-part);
        let mut product = random.unit();
        while product > limit {
            count += 1;
            product *= random.unit();
        }
    }
    count
}

/// Failures before the first success, by inversion: Devroye (1986), X.2.
pub fn geometric(random: &mut Random, success: f64) -> u64 {
    if success >= 1.0 {
        return 0;
    }
    libm::floor(libm::log(1.0 - random.unit()) / libm::log(1.0 - success)) as u64
}

/// Draws indices in proportion to weights.
#[derive(Clone, Debug)]
pub struct Weights(Vec<f64>);

impl Weights {
    /// Negative weights count as nothing; at least one must be positive.
    pub fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let sums: Vec<f64> = weights
            .into_iter()
            .map(|weight| {
                sum += if weight > 0.0 { weight } else { 0.0 };
                sum
            })
            .collect();
        assert!(sum > 0.0, "nothing to draw from");
        Self(sums)
    }

    pub fn draw(&self, random: &mut Random) -> usize {
        let last = self.0.len() - 1;
        let at = random.unit() * self.0[last];
        self.0.partition_point(|&sum| sum <= at).min(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of many draws against the distribution's own.
    fn check(name: &str, mean: f64, variance: f64, mut draw: impl FnMut(&mut Random) -> f64) {
        let mut random = Random::stream(7, 7);
        let n = 200_000.0;
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..200_000 {
            let x = draw(&mut random);
            sum += x;
            squares += x * x;
        }
        let (got_mean, got_variance) = (sum / n, squares / n - sum / n * (sum / n));
        assert!((got_mean - mean).abs() < 0.03 * mean.abs().max(0.3), "{name}: mean {got_mean}, not {mean}");
        assert!((got_variance - variance).abs() < 0.06 * variance, "{name}: variance {got_variance}, not {variance}");
    }

    #[test]
    fn each_distribution_has_its_mean_and_variance() {
        check("exponential", 0.5, 0.25, |r| exponential(r, 2.0));
        check("normal", 0.0, 1.0, normal);
        check("gamma above one", 1.5, 0.75, |r| gamma(r, 3.0, 2.0));
        check("gamma below one", 0.243 / 4.414, 0.243 / (4.414 * 4.414), |r| gamma(r, 0.243, 4.414));
        let (a, b) = (0.793, 2.426);
        check("beta", a / (a + b), a * b / ((a + b) * (a + b) * (a + b + 1.0)), |r| beta(r, a, b));
        check("poisson", 2.5, 2.5, |r| poisson(r, 2.5) as f64);
        check("large poisson", 70.0, 70.0, |r| poisson(r, 70.0) as f64);
        check("geometric", 1.5, 3.75, |r| geometric(r, 0.4) as f64);
        let weights = Weights::new([1.0, 0.0, 3.0]);
        check("weights", 1.5, 0.75, |r| weights.draw(r) as f64);
    }
}
