//! What is told of a fit.

use crate::climb::Summit;
use crate::maths::exp;
use crate::note::Note;
use crate::uncertainty::Uncertainty;

/// The normal distribution's 97.5th percentile.
const Z: f64 = 1.959_963_984_540_054;

/// One parameter with what is known of it. Error and band come from the curvature of the log-likelihood (with the prior, where there is one) in
/// the parameter's logarithm; `None` where the data say nothing of it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub value: f64,
    pub error: Option<f64>,
    /// 95 %.
    pub band: Option<(f64, f64)>,
}

/// How the search ended.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Convergence {
    /// The gradient has vanished.
    pub converged: bool,
    pub starts: usize,
    /// Starts that came to the same maximum.
    pub agreeing: usize,
    /// Over all starts.
    pub iterations: usize,
    /// Its largest component per customer, by logarithm of parameter.
    pub gradient: f64,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// Customers the model was fitted on.
    pub n: u64,
    /// Of them, who bought again.
    pub repeaters: u64,
    pub parameters: Vec<Parameter>,
    /// Of all parameters together; `None` where the data leave some direction open.
    pub uncertainty: Option<Uncertainty>,
    pub log_likelihood: f64,
    pub convergence: Convergence,
    /// Whether a weak prior had to help: the base is small.
    pub with_prior: bool,
    pub notes: Vec<Note>,
}

impl Report {
    pub(crate) fn of<const N: usize>(names: [&'static str; N], summit: &Summit<N>, with_prior: bool, n: u64, repeaters: u64) -> Self {
        let parameter = |i: usize| {
            let value = exp(summit.logs[i]);
            let spread = summit.covariance.map(|covariance| covariance[i][i].sqrt());
            Parameter {
                name: names[i],
                value,
                error: spread.map(|spread| spread * value),
                band: spread.map(|spread| (exp(summit.logs[i] - Z * spread), exp(summit.logs[i] + Z * spread))),
            }
        };
        let convergence = Convergence {
            converged: summit.converged,
            starts: summit.starts,
            agreeing: summit.agreeing,
            iterations: summit.iterations,
            gradient: summit.gradient,
        };
        let mut notes = Vec::new();
        if with_prior {
            notes.push(Note::SmallBase { repeaters });
        }
        if summit.covariance.is_none() || summit.at_edge.contains(&true) {
            notes.push(Note::FlatLikelihood);
        }
        if !summit.converged {
            notes.push(Note::NotConverged);
        }
        let parameters = (0..N).map(parameter).collect();
        let uncertainty = summit.covariance.as_ref().and_then(Uncertainty::of);
        Self { n, repeaters, parameters, uncertainty, log_likelihood: summit.log_likelihood, convergence, with_prior, notes }
    }

    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}
