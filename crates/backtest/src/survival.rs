//! Kaplan and Meier's product-limit estimate, with Greenwood's variance (Kaplan, Meier 1958; Greenwood 1926).
//!
//! S(t) is the product over the days i ≤ t on which something ended of 1 − dᵢ / nᵢ, with nᵢ under observation just before day i and dᵢ ending
//! on it; who is censored on a day is still under observation on it. The variance of ln S is Σ dᵢ / (nᵢ (nᵢ − dᵢ)); the band is that of ln S at
//! 95 %, cut off at 1, as survival software has it by default.

use std::collections::BTreeMap;

/// The normal distribution's 97.5th percentile.
const Z: f64 = 1.959_963_984_540_054;

/// Durations in days, each ended or cut off by the end of observation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Durations {
    /// By length: ended, cut off.
    by_days: BTreeMap<i32, (u64, u64)>,
}

/// A day on which something ended, and what is left after it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    pub days: i32,
    /// Under observation just before.
    pub at_risk: u64,
    pub ended: u64,
    /// Share that goes on beyond this day.
    pub survival: f64,
    /// Greenwood's standard error of the share.
    pub error: f64,
    /// The band; `None` once nobody is left.
    pub band: Option<(f64, f64)>,
}

impl Durations {
    pub fn add(&mut self, days: i32, has_ended: bool) {
        let (ended, cut_off) = self.by_days.entry(days).or_default();
        *(if has_ended { ended } else { cut_off }) += 1;
    }

    pub fn merge(&mut self, other: &Self) {
        for (days, (ended, cut_off)) in &other.by_days {
            let held = self.by_days.entry(*days).or_default();
            held.0 += ended;
            held.1 += cut_off;
        }
    }

    pub fn count(&self) -> u64 {
        self.by_days.values().map(|(ended, cut_off)| ended + cut_off).sum()
    }

    pub fn ended(&self) -> u64 {
        self.by_days.values().map(|(ended, _)| ended).sum()
    }

    /// The longest observation, ended or not.
    pub fn longest(&self) -> i32 {
        self.by_days.keys().next_back().copied().unwrap_or(0)
    }

    /// One point for each day on which something ended.
    pub fn curve(&self) -> Vec<Point> {
        let (mut at_risk, mut survival, mut variance) = (self.count(), 1.0, 0.0);
        let mut points = Vec::new();
        for (&days, &(ended, cut_off)) in &self.by_days {
            if ended > 0 {
                let (n, d) = (at_risk as f64, ended as f64);
                survival *= 1.0 - d / n;
                variance += d / (n * (n - d));
                points.push(point(days, at_risk, ended, survival, variance));
            }
            at_risk -= ended + cut_off;
        }
        points
    }

    /// The first day by which at least this share has ended; `None` while fewer have.
    pub fn quantile(&self, share: f64) -> Option<i32> {
        // A product of fractions falls short of the share by rounding alone.
        self.curve().into_iter().find(|point| point.survival <= 1.0 - share + 1e-9).map(|point| point.days)
    }

    /// Share ended by a day, as the curve has it; `None` beyond what was observed.
    pub fn ended_by(&self, days: i32) -> Option<f64> {
        if days > self.longest() {
            return None;
        }
        let survival = self.curve().into_iter().take_while(|point| point.days <= days).last().map_or(1.0, |point| point.survival);
        Some(1.0 - survival)
    }

    /// Ended ones by length, in bins that begin at these days, ascending; the last is open.
    pub fn histogram(&self, starts: &[i32]) -> Vec<u64> {
        let mut bins = vec![0; starts.len()];
        for (days, (ended, _)) in &self.by_days {
            if let Some(bin) = starts.partition_point(|start| start <= days).checked_sub(1) {
                bins[bin] += ended;
            }
        }
        bins
    }
}

fn point(days: i32, at_risk: u64, ended: u64, survival: f64, variance: f64) -> Point {
    if survival <= 0.0 {
        return Point { days, at_risk, ended, survival: 0.0, error: 0.0, band: None };
    }
    let spread = variance.sqrt();
    let band = (survival * (-Z * spread).exp(), (survival * (Z * spread).exp()).min(1.0));
    Point { days, at_risk, ended, survival, error: survival * spread, band: Some(band) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `12` ended on day 12, `12+` was cut off there.
    fn durations(text: &str) -> Durations {
        let mut found = Durations::default();
        for word in text.split(' ') {
            let days = word.trim_end_matches('+').parse().unwrap();
            found.add(days, !word.ends_with('+'));
        }
        found
    }

    fn close(found: f64, expected: f64, digits: i32) -> bool {
        (found - expected).abs() < 0.500_01 * 10_f64.powi(-digits)
    }

    #[test]
    fn five_durations_by_hand() {
        // 5 at risk: S(2) = 4/5; 4 at risk, one cut off at 3; 3 at risk: S(4) = 4/5 · 2/3; two cut off at 6 and later.
        let found = durations("2 3+ 4 6+ 7+");
        let curve = found.curve();
        assert_eq!(curve.iter().map(|point| (point.days, point.at_risk, point.ended)).collect::<Vec<_>>(), [(2, 5, 1), (4, 3, 1)]);
        assert!(close(curve[0].survival, 0.8, 9) && close(curve[1].survival, 8.0 / 15.0, 9));
        // Greenwood: 0.8² · 1/(5·4) = 0.032; (8/15)² · (1/20 + 1/6).
        assert!(close(curve[0].error, 0.032_f64.sqrt(), 9));
        assert!(close(curve[1].error, 8.0 / 15.0 * (1.0_f64 / 20.0 + 1.0 / 6.0).sqrt(), 9));
        assert_eq!((found.count(), found.ended(), found.longest()), (5, 2, 7));
        assert_eq!((found.quantile(0.2), found.quantile(0.5)), (Some(2), None));
        assert!(close(found.ended_by(3).unwrap(), 0.2, 9) && found.ended_by(8).is_none());
        assert_eq!(found.histogram(&[0, 3, 5]), [1, 1, 0]);
    }

    /// Freireich et al. 1963, 6-MP group, as in Cox and Oakes, Analysis of Survival Data, table 1.1: weeks of remission.
    #[test]
    fn remission_under_6_mp_as_published() {
        let found = durations("6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+");
        let table = [
            (6, 21, 0.857, 0.0764),
            (7, 17, 0.807, 0.0869),
            (10, 15, 0.753, 0.0963),
            (13, 12, 0.690, 0.1068),
            (16, 11, 0.627, 0.1141),
            (22, 7, 0.538, 0.1282),
            (23, 6, 0.448, 0.1346),
        ];
        let curve = found.curve();
        assert_eq!(curve.len(), table.len());
        for (point, (days, at_risk, survival, error)) in curve.iter().zip(table) {
            assert_eq!((point.days, point.at_risk), (days, at_risk));
            assert!(close(point.survival, survival, 3) && close(point.error, error, 4), "{point:?}");
        }
        assert_eq!(found.quantile(0.5), Some(23));
    }

    /// Embury et al. 1977, maintained group (Miller, Survival Analysis, 1981): with the bands of ln S.
    #[test]
    fn maintenance_in_leukaemia_as_published_with_its_bands() {
        let found = durations("9 13 13+ 18 23 28+ 31 34 45+ 48 161+");
        let table = [
            (9, 0.909, 0.0867, 0.7541, 1.000),
            (13, 0.818, 0.1163, 0.6192, 1.000),
            (18, 0.716, 0.1397, 0.4884, 1.000),
            (23, 0.614, 0.1526, 0.3769, 0.999),
            (31, 0.491, 0.1642, 0.2549, 0.946),
            (34, 0.368, 0.1627, 0.1549, 0.875),
            (48, 0.184, 0.1535, 0.0359, 0.944),
        ];
        for (point, (days, survival, error, low, high)) in found.curve().iter().zip(table) {
            let band = point.band.unwrap();
            assert_eq!(point.days, days);
            assert!(close(point.survival, survival, 3) && close(point.error, error, 4), "{point:?}");
            assert!(close(band.0, low, 4) && close(band.1, high, 3), "{point:?}");
        }
    }

    #[test]
    fn when_nobody_is_left_there_is_no_band() {
        let curve = durations("1 2").curve();
        assert_eq!((curve[1].survival, curve[1].band), (0.0, None));
        assert!(Durations::default().curve().is_empty());
    }

    #[test]
    fn parts_come_to_the_same_in_any_order() {
        let (whole, one, other) = (durations("2 3+ 4 6+ 7+"), durations("4 7+"), durations("6+ 3+ 2"));
        for [first, second] in [[&one, &other], [&other, &one]] {
            let mut merged = first.clone();
            merged.merge(second);
            assert_eq!(merged, whole);
        }
    }
}
