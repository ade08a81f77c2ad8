//! The search for the maximum: BFGS on the logarithms of the parameters with analytic gradients, polished by Newton steps.
//!
//! Every parameter of every model here is positive, so its logarithm is free. It is kept in a box wide enough for any real base; a maximum on
//! the box's edge is a likelihood that runs away, and is told as such.

use crate::maths::ln;

/// Half the width of the box around the first start, in logarithms: a factor of a million either way.
const REACH: f64 = 14.0;
/// What Newton's steps are after.
const SETTLED: f64 = 1e-9;
const ITERATIONS_MAX: usize = 200;
/// Of the gradient per customer, by logarithm of parameter: flat enough for Newton's steps to finish.
const FLAT: f64 = 1e-6;
/// The longest step in any logarithm.
const STRIDE: f64 = 2.0;
/// For differences of gradients.
const APART: f64 = 1e-4;
/// Starts that come this close to the best found the same maximum.
const SAME: f64 = 1e-3;

pub(crate) type Vector<const N: usize> = [f64; N];
pub(crate) type Matrix<const N: usize> = [[f64; N]; N];

/// What is believed of each logarithm before anything is seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prior<const N: usize> {
    pub mean: Vector<N>,
    pub spread: f64,
}

/// Where the search ended.
#[derive(Clone, Debug)]
pub(crate) struct Summit<const N: usize> {
    pub logs: Vector<N>,
    /// Of the data alone, without the prior.
    pub log_likelihood: f64,
    /// Of the logarithms; `None` where the likelihood is flat in some direction.
    pub covariance: Option<Matrix<N>>,
    pub converged: bool,
    /// Parameters on the edge of the box.
    pub at_edge: [bool; N],
    pub iterations: usize,
    pub starts: usize,
    /// Starts that came to the same maximum, the best one among them.
    pub agreeing: usize,
    /// The largest component of the gradient per customer.
    pub gradient: f64,
}

/// A log-likelihood with its gradient by logarithm of parameter, both summed over customers.
pub(crate) trait Likelihood<const N: usize> {
    fn at(&self, logs: &Vector<N>) -> (f64, Vector<N>);
}

#[derive(Clone, Copy)]
struct Slope<'a, const N: usize, L> {
    likelihood: &'a L,
    prior: Option<Prior<N>>,
    weight: f64,
    low: Vector<N>,
    high: Vector<N>,
}

#[derive(Clone, Debug)]
struct Place<const N: usize> {
    logs: Vector<N>,
    cost: f64,
    gradient: Vector<N>,
    iterations: usize,
}

/// Climbs from every start and keeps the best. `weight` is the number of customers. With a sketch, a likelihood of fewer points in all, starts
/// are told apart there, and only the best goes on to the whole, with what was learnt of the curvature.
pub(crate) fn climb<const N: usize, L: Likelihood<N>>(
    likelihood: &L,
    sketch: Option<&L>,
    weight: f64,
    starts: &[Vector<N>],
    prior: Option<Prior<N>>,
) -> Summit<N> {
    let (low, high) = (starts[0].map(|log| log - REACH), starts[0].map(|log| log + REACH));
    let slope = Slope { likelihood, prior, weight: weight.max(1.0), low, high };
    let first = Slope { likelihood: sketch.unwrap_or(likelihood), ..slope };
    let found: Vec<Place<N>> = starts.iter().map(|start| first.polish(first.descend(*start, identity()))).collect();
    let chosen = found.iter().min_by(|one, other| one.cost.total_cmp(&other.cost)).expect("there is a start");
    let agreeing = found.iter().filter(|place| (place.cost - chosen.cost) * slope.weight < SAME).count();
    let mut iterations = found.iter().map(|place| place.iterations).sum();
    let mut best = chosen.clone();
    if sketch.is_some() {
        let curvature = inverse(&first.curvature(&best.logs)).unwrap_or_else(identity);
        best = slope.polish(slope.descend(best.logs, curvature));
        iterations += best.iterations;
    }
    let gradient = slope.steepest(&best);
    Summit {
        logs: best.logs,
        log_likelihood: likelihood.at(&best.logs).0,
        covariance: inverse(&slope.curvature(&best.logs).map(|row| row.map(|cell| cell * slope.weight))),
        converged: gradient < FLAT,
        at_edge: std::array::from_fn(|i| best.logs[i] <= low[i] || best.logs[i] >= high[i]),
        iterations,
        starts: starts.len(),
        agreeing,
        gradient,
    }
}

impl<const N: usize, L: Likelihood<N>> Slope<'_, N, L> {
    /// The cost per customer, prior included, and its gradient; anything but a number is a wall.
    fn look(&self, logs: Vector<N>) -> Place<N> {
        let (value, mut gradient) = self.likelihood.at(&logs);
        let mut cost = -value;
        gradient = gradient.map(|part| -part);
        if let Some(prior) = self.prior {
            for i in 0..N {
                let apart = (logs[i] - prior.mean[i]) / prior.spread;
                cost += 0.5 * apart * apart;
                gradient[i] += apart / prior.spread;
            }
        }
        let is_wall = !cost.is_finite() || gradient.iter().any(|part| !part.is_finite());
        let cost = if is_wall { f64::INFINITY } else { cost / self.weight };
        Place { logs, cost, gradient: gradient.map(|part| part / self.weight), iterations: 0 }
    }

    /// Whether the edge of the box is in the way of a step down.
    fn is_held(&self, place: &Place<N>, i: usize) -> bool {
        place.logs[i] <= self.low[i] && place.gradient[i] > 0.0 || place.logs[i] >= self.high[i] && place.gradient[i] < 0.0
    }

    fn steepest(&self, place: &Place<N>) -> f64 {
        (0..N).filter(|i| !self.is_held(place, *i)).map(|i| place.gradient[i].abs()).fold(0.0, f64::max)
    }

    fn descend(&self, start: Vector<N>, mut inverse: Matrix<N>) -> Place<N> {
        let mut place = self.look(start);
        let mut idle = 0;
        for iteration in 0..ITERATIONS_MAX {
            place.iterations = iteration;
            if self.steepest(&place) < FLAT || idle == 3 {
                break;
            }
            let Some(next) = self.step(&place, &mut inverse) else { break };
            idle = if place.cost - next.cost <= 1e-14 * place.cost.abs() { idle + 1 } else { 0 };
            update(&mut inverse, &place, &next);
            place = next;
        }
        place
    }

    /// One step down along the quasi-Newton direction, else along the gradient; `None` where neither leads down.
    fn step(&self, place: &Place<N>, inverse: &mut Matrix<N>) -> Option<Place<N>> {
        for _ in 0..2 {
            let free: Vector<N> = std::array::from_fn(|i| if self.is_held(place, i) { 0.0 } else { place.gradient[i] });
            let mut direction = times(inverse, &free).map(|part| -part);
            (0..N).filter(|i| self.is_held(place, *i)).for_each(|i| direction[i] = 0.0);
            let slope = dot(&direction, &free);
            if slope < 0.0
                && let Some(next) = self.search(place, &direction, slope)
            {
                return Some(next);
            }
            *inverse = identity();
        }
        None
    }

    /// Halves the step until it pays (Armijo).
    fn search(&self, place: &Place<N>, direction: &Vector<N>, slope: f64) -> Option<Place<N>> {
        let longest = direction.iter().fold(0.0_f64, |most, part| most.max(part.abs()));
        let mut length = (STRIDE / longest).min(1.0);
        for _ in 0..40 {
            let logs = std::array::from_fn(|i| (place.logs[i] + length * direction[i]).clamp(self.low[i], self.high[i]));
            let next = self.look(logs);
            if next.cost <= place.cost + 1e-4 * length * slope {
                return Some(next);
            }
            length *= 0.5;
        }
        None
    }

    /// Newton's steps from where BFGS ended: the last digits of the parameters.
    fn polish(&self, mut place: Place<N>) -> Place<N> {
        for _ in 0..4 {
            if self.steepest(&place) < SETTLED || (0..N).any(|i| self.is_held(&place, i)) {
                break;
            }
            let Some(inverse) = inverse(&self.curvature(&place.logs)) else { break };
            let step = times(&inverse, &place.gradient);
            if step.iter().any(|part| part.abs() > 0.5) {
                break;
            }
            let next = self.look(std::array::from_fn(|i| (place.logs[i] - step[i]).clamp(self.low[i], self.high[i])));
            if self.steepest(&next) >= self.steepest(&place) || !next.cost.is_finite() {
                break;
            }
            place = Place { iterations: place.iterations + 1, ..next };
        }
        place
    }

    /// The Hessian of the cost per customer, from differences of gradients.
    fn curvature(&self, logs: &Vector<N>) -> Matrix<N> {
        let mut hessian = [[0.0; N]; N];
        for (i, row) in hessian.iter_mut().enumerate() {
            let beside = |apart: f64| {
                let mut moved = *logs;
                moved[i] += apart;
                self.look(moved).gradient
            };
            let (above, below) = (beside(APART), beside(-APART));
            *row = std::array::from_fn(|j| (above[j] - below[j]) / (2.0 * APART));
        }
        std::array::from_fn(|i| std::array::from_fn(|j| 0.5 * (hessian[i][j] + hessian[j][i])))
    }
}

fn identity<const N: usize>() -> Matrix<N> {
    std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))))
}

fn dot<const N: usize>(one: &Vector<N>, other: &Vector<N>) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn times<const N: usize>(matrix: &Matrix<N>, vector: &Vector<N>) -> Vector<N> {
    std::array::from_fn(|i| dot(&matrix[i], vector))
}

/// The BFGS update of the inverse Hessian (Nocedal, Wright, Numerical Optimization, eq. 6.17), where the step shows curvature.
fn update<const N: usize>(inverse: &mut Matrix<N>, from: &Place<N>, to: &Place<N>) {
    let step: Vector<N> = std::array::from_fn(|i| to.logs[i] - from.logs[i]);
    let turn: Vector<N> = std::array::from_fn(|i| to.gradient[i] - from.gradient[i]);
    let curve = dot(&step, &turn);
    if curve <= 1e-10 * (dot(&step, &step) * dot(&turn, &turn)).sqrt() {
        return;
    }
    let turned = times(inverse, &turn);
    let stretch = (1.0 + dot(&turn, &turned) / curve) / curve;
    *inverse = std::array::from_fn(|i| {
        std::array::from_fn(|j| inverse[i][j] + stretch * step[i] * step[j] - (turned[i] * step[j] + step[i] * turned[j]) / curve)
    });
}

/// By Cholesky's factors; `None` unless positive definite beyond rounding.
pub(crate) fn inverse<const N: usize>(matrix: &Matrix<N>) -> Option<Matrix<N>> {
    let mut factor = [[0.0; N]; N];
    for i in 0..N {
        for j in 0..=i {
            let rest = matrix[i][j] - (0..j).map(|k| factor[i][k] * factor[j][k]).sum::<f64>();
            if i == j {
                if rest.is_nan() || rest <= 1e-10 * matrix[i][i].abs() {
                    return None;
                }
                factor[i][i] = rest.sqrt();
            } else {
                factor[i][j] = rest / factor[j][j];
            }
        }
    }
    Some(std::array::from_fn(|column| solve(&factor, column)))
}

/// The column of the inverse, which is symmetric, from its Cholesky factor.
fn solve<const N: usize>(factor: &Matrix<N>, column: usize) -> Vector<N> {
    let (mut middle, mut solved) = ([0.0; N], [0.0; N]);
    for i in 0..N {
        let unit = f64::from(u8::from(i == column));
        middle[i] = (unit - (0..i).map(|k| factor[i][k] * middle[k]).sum::<f64>()) / factor[i][i];
    }
    for i in (0..N).rev() {
        solved[i] = (middle[i] - (i + 1..N).map(|k| factor[k][i] * solved[k]).sum::<f64>()) / factor[i][i];
    }
    solved
}

/// Logarithms of parameters.
pub(crate) fn logs<const N: usize>(parameters: Vector<N>) -> Vector<N> {
    parameters.map(ln)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maths::exp;

    /// Gamma counts with a known maximum: ln L = k ln θ − θ s, whose maximum is θ = k / s, with variance 1 / k of the logarithm.
    struct Rates([(f64, f64); 2]);

    impl Likelihood<2> for Rates {
        fn at(&self, logs: &Vector<2>) -> (f64, Vector<2>) {
            let parts = [0, 1].map(|i| (self.0[i].0 * logs[i] - self.0[i].1 * exp(logs[i]), self.0[i].0 - self.0[i].1 * exp(logs[i])));
            (parts[0].0 + parts[1].0, [parts[0].1, parts[1].1])
        }
    }

    #[test]
    fn a_maximum_known_in_closed_form_is_found_with_its_errors() {
        let summit = climb(&Rates([(40.0, 10.0), (9.0, 900.0)]), None, 1.0, &[[0.0, 0.0], [3.0, -3.0]], None);
        assert!((exp(summit.logs[0]) - 4.0).abs() < 1e-9 && (exp(summit.logs[1]) - 0.01).abs() < 1e-11, "{summit:?}");
        let covariance = summit.covariance.unwrap();
        assert!(
            (covariance[0][0] - 1.0 / 40.0).abs() < 1e-6 && (covariance[1][1] - 1.0 / 9.0).abs() < 1e-6 && covariance[0][1].abs() < 1e-6
        );
        assert!(summit.converged && summit.agreeing == 2 && summit.at_edge == [false; 2]);
    }

    #[test]
    fn what_runs_away_ends_on_the_edge_and_has_no_error() {
        let summit = climb(&Rates([(40.0, 10.0), (0.0, 0.0)]), None, 1.0, &[[0.0, 0.0]], None);
        assert!(summit.covariance.is_none());
        let summit = climb(&Rates([(40.0, 10.0), (0.0, 1.0)]), None, 1.0, &[[0.0, 0.0]], None);
        assert!(summit.logs[1] < -5.0, "{summit:?}");
    }

    #[test]
    fn a_prior_holds_what_the_data_do_not_say() {
        let prior = Prior { mean: [0.5, -1.0], spread: 1.5 };
        let summit = climb(&Rates([(40.0, 10.0), (0.0, 0.0)]), None, 1.0, &[[0.0, 0.0]], Some(prior));
        assert!((summit.logs[1] + 1.0).abs() < 1e-6);
        assert!((summit.covariance.unwrap()[1][1] - 2.25).abs() < 1e-4);
    }
}
