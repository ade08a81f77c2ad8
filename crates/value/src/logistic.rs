//! Logistic regression with a ridge, by Newton's method: how likely somebody belongs to those one looks for, from a few numbers known of them.
//!
//! Each column is standardised by its own mean and deviation, so that weights can be compared; a column that does not vary weighs nothing.
//! The weights w and the intercept b maximise Σ ln P(hit) − ridge · |w|² / 2; the intercept is not held back. (Hoerl, Kennard 1970; le Cessie,
//! van Houwelingen 1992.)

use crate::maths::{exp, softplus, softplus_and_share};

const STEPS_MAX: usize = 60;
/// A step that moves no weight by more has arrived.
const SETTLED: f64 = 1e-10;

#[derive(Clone, PartialEq, Debug)]
pub struct Logistic {
    pub intercept: f64,
    /// For each column: what one deviation more adds to the logarithm of the odds.
    pub weights: Vec<f64>,
    pub means: Vec<f64>,
    /// Zero for a column that does not vary.
    pub deviations: Vec<f64>,
    pub steps: usize,
    pub settled: bool,
}

impl Logistic {
    /// Fits rows of `width` columns, one after another in `table`. There must be rows that hit and rows that do not, and `ridge` above zero.
    pub fn fit(table: &[f64], width: usize, hits: &[bool], ridge: f64) -> Self {
        assert_eq!(table.len(), width * hits.len(), "a row for each outcome");
        let (means, deviations) = spread(table, width);
        let share = hits.iter().filter(|hit| **hit).count() as f64 / hits.len().max(1) as f64;
        let mut model = Self {
            intercept: crate::maths::ln(share / (1.0 - share)),
            weights: vec![0.0; width],
            means,
            deviations,
            steps: 0,
            settled: false,
        };
        let mut best = model.objective(table, hits, ridge);
        while model.steps < STEPS_MAX && !model.settled {
            model.steps += 1;
            let Some(step) = model.step(table, hits, ridge) else { break };
            // A full step may overshoot where rows are nearly told apart: halve it until the objective grows.
            let mut length = 1.0;
            loop {
                let next = model.moved(&step, length);
                let found = next.objective(table, hits, ridge);
                if found >= best || length < 1e-6 {
                    let far = step.iter().fold(0.0_f64, |far, part| far.max((part * length).abs()));
                    (model, best) = (Self { settled: far < SETTLED, ..next }, found.max(best));
                    break;
                }
                length /= 2.0;
            }
        }
        model
    }

    /// A column as the model weighs it.
    fn standard(&self, at: usize, value: f64) -> f64 {
        if self.deviations[at] > 0.0 { (value - self.means[at]) / self.deviations[at] } else { 0.0 }
    }

    /// What each column adds to the logarithm of the odds.
    pub fn parts<'a>(&'a self, row: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        row.iter().enumerate().map(|(at, value)| self.weights[at] * self.standard(at, *value))
    }

    fn log_odds(&self, row: &[f64]) -> f64 {
        self.intercept + self.parts(row).sum::<f64>()
    }

    /// The probability that a row hits.
    pub fn score(&self, row: &[f64]) -> f64 {
        1.0 / (1.0 + exp(-self.log_odds(row)))
    }

    fn objective(&self, table: &[f64], hits: &[bool], ridge: f64) -> f64 {
        let rows = table.chunks_exact(self.weights.len().max(1)).zip(hits);
        let likelihood: f64 =
            rows.map(|(row, hit)| if *hit { -softplus(-self.log_odds(row)) } else { -softplus(self.log_odds(row)) }).sum();
        likelihood - ridge / 2.0 * self.weights.iter().map(|weight| weight * weight).sum::<f64>()
    }

    fn moved(&self, step: &[f64], length: f64) -> Self {
        let weights = self.weights.iter().zip(&step[1..]).map(|(weight, part)| weight + part * length).collect();
        Self { intercept: self.intercept + step[0] * length, weights, ..self.clone() }
    }

    /// Newton's step for the intercept and the weights; `None` where the curvature cannot be inverted.
    fn step(&self, table: &[f64], hits: &[bool], ridge: f64) -> Option<Vec<f64>> {
        let size = self.weights.len() + 1;
        let (mut gradient, mut curvature) = (vec![0.0; size], vec![0.0; size * size]);
        let mut known = vec![1.0; size];
        for (row, hit) in table.chunks_exact(self.weights.len().max(1)).zip(hits) {
            for (at, value) in row.iter().enumerate() {
                known[at + 1] = self.standard(at, *value);
            }
            let (_, share) = softplus_and_share(self.log_odds(row));
            let (miss, weight) = (f64::from(u8::from(*hit)) - share, share * (1.0 - share));
            for i in 0..size {
                gradient[i] += miss * known[i];
                for j in 0..=i {
                    curvature[i * size + j] += weight * known[i] * known[j];
                }
            }
        }
        for at in 1..size {
            gradient[at] -= ridge * self.weights[at - 1];
            curvature[at * size + at] += ridge;
        }
        solved(curvature, gradient)
    }
}

/// Means and deviations of columns, of all rows and not of a sample.
fn spread(table: &[f64], width: usize) -> (Vec<f64>, Vec<f64>) {
    let rows = (table.len() / width.max(1)).max(1) as f64;
    let of = |at: usize| table.iter().skip(at).step_by(width.max(1));
    let means: Vec<f64> = (0..width).map(|at| of(at).sum::<f64>() / rows).collect();
    let deviation = |at: usize| libm::sqrt(of(at).map(|value| (value - means[at]) * (value - means[at])).sum::<f64>() / rows);
    let deviations = (0..width).map(|at| Some(deviation(at)).filter(|found| *found > 1e-12 * means[at].abs()).unwrap_or(0.0)).collect();
    (means, deviations)
}

/// Solves a symmetric positive system given by its lower half, by Cholesky's factors.
fn solved(mut lower: Vec<f64>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for i in 0..size {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| lower[i * size + k] * lower[j * size + k]).sum();
            let rest = lower[i * size + j] - known;
            lower[i * size + j] = if i == j { libm::sqrt(Some(rest).filter(|rest| *rest > 0.0)?) } else { rest / lower[j * size + j] };
        }
    }
    for i in 0..size {
        let known: f64 = (0..i).map(|k| lower[i * size + k] * right[k]).sum();
        right[i] = (right[i] - known) / lower[i * size + i];
    }
    for i in (0..size).rev() {
        let known: f64 = (i + 1..size).map(|k| lower[k * size + i] * right[k]).sum();
        right[i] = (right[i] - known) / lower[i * size + i];
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_and_half_at_nothing_and_a_weight_by_hand() {
        // Of four at 0 one hits, of four at 1 three do: without a ridge the odds go from 1/3 to 3, a rise of ln 9 for one, ln 9 / 2 for one deviation.
        let table = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0];
        let hits = [true, false, false, false, true, true, true, false];
        let model = Logistic::fit(&table, 1, &hits, 1e-12);
        assert!((model.weights[0] - 9.0_f64.ln() / 2.0).abs() < 1e-9 && model.intercept.abs() < 1e-9 && model.settled, "{model:?}");
        assert!((model.score(&[1.0]) - 0.75).abs() < 1e-9 && (model.score(&[0.0]) - 0.25).abs() < 1e-9);
        let held = Logistic::fit(&table, 1, &hits, 4.0);
        // The ridge's own equation: 4 w = Σ z (hit − P), with z = ±1 and P = 1 / (1 + e^∓w): 4 w = 8 (3/4 − P(w)).
        let slope = 8.0 * (0.75 - 1.0 / (1.0 + (-held.weights[0]).exp()));
        assert!((4.0 * held.weights[0] - slope).abs() < 1e-9 && held.weights[0] > 0.2, "{held:?}");
    }

    #[test]
    fn what_does_not_vary_weighs_nothing_and_what_tells_all_apart_stays_finite() {
        let table = [5.0, 0.0, 5.0, 1.0, 5.0, 2.0, 5.0, 3.0];
        let model = Logistic::fit(&table, 2, &[false, false, true, true], 1.0);
        assert_eq!((model.weights[0], model.deviations[0]), (0.0, 0.0));
        assert!(model.weights[1] > 0.5 && model.weights[1] < 5.0 && model.settled, "{model:?}");
        let nearly = Logistic::fit(&table, 2, &[false, false, true, true], 1e-6);
        assert!(nearly.weights[1].is_finite() && nearly.score(&[5.0, 3.0]) > 0.999, "{nearly:?}");
    }
}
