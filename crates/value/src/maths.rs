//! Elementary and special functions; those of `libm` under the names formulas use.

pub(crate) use libm::{exp, expm1 as exp_m1, lgamma as ln_gamma, log as ln, log1p as ln_1p};

/// What is left of one after so many half lives.
pub fn left_after(half_lives: f64) -> f64 {
    libm::exp2(-half_lives)
}

/// ln(1 + eᶻ), for any z.
pub(crate) fn softplus(z: f64) -> f64 {
    if z > 0.0 { z + ln_1p(exp(-z)) } else { ln_1p(exp(z)) }
}

/// ln(1 + eᶻ) and eᶻ / (1 + eᶻ) from one exponential.
pub(crate) fn softplus_and_share(z: f64) -> (f64, f64) {
    let small = exp(-z.abs());
    let above = if z > 0.0 { z } else { 0.0 };
    (above + ln_1p(small), if z > 0.0 { 1.0 } else { small } / (1.0 + small))
}

/// ψ(x) for x > 0: the recurrence up to 10, then the asymptotic series (Abramowitz, Stegun 6.3.18).
pub(crate) fn digamma(x: f64) -> f64 {
    let (mut at, mut shifted) = (x, 0.0);
    while at < 10.0 {
        shifted -= 1.0 / at;
        at += 1.0;
    }
    let square = 1.0 / (at * at);
    let series = square
        * (1.0 / 12.0
            - square
                * (1.0 / 120.0 - square * (1.0 / 252.0 - square * (1.0 / 240.0 - square * (1.0 / 132.0 - square * 691.0 / 32_760.0)))));
    shifted + ln(at) - 0.5 / at - series
}

/// Up to so many factors a product is exact where the difference of two large ln Γ is not.
const FACTORS: u32 = 32;

/// ln Γ(a + n) − ln Γ(a).
pub(crate) fn ln_rising(a: f64, n: u32) -> f64 {
    if n > FACTORS {
        return ln_gamma(a + f64::from(n)) - ln_gamma(a);
    }
    (0..n).map(|k| ln(a + f64::from(k))).sum()
}

/// ψ(a + n) − ψ(a).
pub(crate) fn digamma_rise(a: f64, n: u32) -> f64 {
    if n > FACTORS {
        return digamma(a + f64::from(n)) - digamma(a);
    }
    (0..n).map(|k| 1.0 / (a + f64::from(k))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digamma_meets_its_known_values() {
        // ψ(1) = −γ, ψ(1/2) = −γ − 2 ln 2, and ψ(x + 1) = ψ(x) + 1/x.
        let euler = 0.577_215_664_901_532_9;
        assert!((digamma(1.0) + euler).abs() < 1e-14);
        assert!((digamma(0.5) + euler + 2.0 * ln(2.0)).abs() < 1e-14);
        for x in [1e-6, 0.03, 2.5, 9.99, 10.0, 1e5] {
            let (left, right) = (digamma(x + 1.0), digamma(x) + 1.0 / x);
            assert!((left - right).abs() <= 1e-9 * right.abs().max(1.0), "{x}: {left} {right}");
        }
    }

    #[test]
    fn rising_products_and_gammas_agree_where_they_meet() {
        for a in [0.01, 0.7, 12.0] {
            for n in [0, 1, FACTORS, FACTORS + 1, 500] {
                let product: f64 = (0..n).map(|k| ln(a + f64::from(k))).sum();
                assert!((ln_rising(a, n) - product).abs() < 1e-11 * product.abs().max(1.0), "{a} {n}");
                let sum: f64 = (0..n).map(|k| 1.0 / (a + f64::from(k))).sum();
                assert!((digamma_rise(a, n) - sum).abs() < 1e-11 * sum.max(1.0), "{a} {n}");
            }
        }
    }

    #[test]
    fn softplus_neither_overflows_nor_loses_small_ones() {
        assert_eq!(softplus(1e4), 1e4);
        assert_eq!(softplus(-1e4), 0.0);
        assert_eq!(softplus(f64::NEG_INFINITY), 0.0);
        assert!((softplus(-40.0) / exp(-40.0) - 1.0).abs() < 1e-12);
        for z in [f64::NEG_INFINITY, -700.0, -1.0, 0.0, 1.0, 700.0] {
            let (value, share) = softplus_and_share(z);
            assert!(value == softplus(z) && (share + softplus_and_share(-z).1 - 1.0).abs() < 1e-15, "{z}");
        }
    }
}
