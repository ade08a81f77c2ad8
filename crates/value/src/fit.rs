//! Fitting: several starts, a weak prior for small bases, and the NBD where nobody is seen to be lost.

use crate::base::{Base, Spend};
use crate::climb::{Likelihood, Prior, Summit, Vector, climb, logs};
use crate::gamma_gamma::{GammaGamma, SpendBase};
use crate::geometric::{Geometric, GeometricBase};
use crate::maths::exp;
use crate::nbd::Nbd;
use crate::note::Note;
use crate::pareto::{ParetoBase, ParetoNbd};
use crate::purchases::Purchases;
use crate::report::Report;

/// With fewer members who bought again, a weak prior helps.
pub const REPEATERS_ENOUGH: u64 = 100;
/// Of the logarithm of each parameter: a factor of about 19 either way within 95 %.
const PRIOR_SPREAD: f64 = 1.5;
/// A model that explains no more than this beyond the NBD has run to the boundary where nobody is lost.
const LOSS_SEEN: f64 = 0.01;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    BgNbd,
    MbgNbd,
    ParetoNbd,
    Nbd,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::BgNbd, Self::MbgNbd, Self::ParetoNbd, Self::Nbd];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::BgNbd => "bgnbd",
            Self::MbgNbd => "mbgnbd",
            Self::ParetoNbd => "paretonbd",
            Self::Nbd => "nbd",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A model with the report of how it was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Fit<M> {
    pub model: M,
    pub report: Report,
}

impl Fit<Purchases> {
    /// What was fitted in the end: the NBD may stand for what was asked for.
    pub fn kind(&self) -> Kind {
        match self.model {
            Purchases::Geometric(model) if model.from_first => Kind::MbgNbd,
            Purchases::Geometric(_) => Kind::BgNbd,
            Purchases::ParetoNbd(_) => Kind::ParetoNbd,
            Purchases::Nbd(_) => Kind::Nbd,
        }
    }
}

/// Fits a model of purchases to everyone. Always answers with numbers.
pub fn purchases(kind: Kind, base: &Base) -> Fit<Purchases> {
    let with_prior = base.repeaters() < REPEATERS_ENOUGH;
    let sketch = base.thinned(SKETCH);
    let both = (base, sketch.as_ref());
    let plain = nbd(both, with_prior);
    let found = match kind {
        Kind::Nbd => return plain,
        Kind::BgNbd | Kind::MbgNbd => geometric(kind == Kind::MbgNbd, both, with_prior),
        Kind::ParetoNbd => pareto(both, with_prior),
    };
    if !with_prior && found.report.log_likelihood - plain.report.log_likelihood < LOSS_SEEN {
        let mut instead = plain;
        instead.report.notes.insert(0, Note::LossNotSeen);
        return instead;
    }
    found
}

/// Shapes of purchase rates to start from; the rate itself is the base's.
const SHAPES: [f64; 3] = [0.5, 0.2, 2.0];

/// Starts are told apart on so many points at most.
const SKETCH: usize = 6_000;

fn summit<'a, const N: usize, L: Likelihood<N>>(
    likelihood: impl Fn(&'a Base) -> L,
    (base, sketch): Both<'a>,
    with_prior: bool,
    starts: [Vector<N>; 3],
) -> Summit<N> {
    let starts = starts.map(logs);
    let prior = with_prior.then_some(Prior { mean: starts[0], spread: PRIOR_SPREAD });
    climb(&likelihood(base), sketch.map(&likelihood).as_ref(), base.n() as f64, &starts, prior)
}

/// A base, and a thinner one where it is large.
type Both<'a> = (&'a Base, Option<&'a Base>);

fn nbd(both: Both<'_>, with_prior: bool) -> Fit<Purchases> {
    let base = both.0;
    let rate = base.rate();
    let summit = summit(|base| base, both, with_prior, SHAPES.map(|shape| [shape, shape / rate]));
    let [r, alpha] = summit.logs.map(exp);
    let report = Report::of(["r", "alpha"], &summit, with_prior, base.n(), base.repeaters());
    Fit { model: Purchases::Nbd(Nbd { r, alpha }), report }
}

fn geometric(from_first: bool, both: Both<'_>, with_prior: bool) -> Fit<Purchases> {
    let base = both.0;
    // Whoever buys is not observed to be lost at once: the rate among the living is higher than the base's.
    let rate = 2.0 * base.rate();
    let losses = [[0.8, 2.0], [0.3, 1.0], [2.0, 8.0]];
    let starts = std::array::from_fn(|i| [SHAPES[i], SHAPES[i] / rate, losses[i][0], losses[i][1]]);
    let summit = summit(|base| GeometricBase { base, from_first }, both, with_prior, starts);
    let [r, alpha, a, b] = summit.logs.map(exp);
    let mut report = Report::of(["r", "alpha", "a", "b"], &summit, with_prior, base.n(), base.repeaters());
    if !from_first {
        report.notes.push(Note::OnceIsAlive);
    }
    Fit { model: Purchases::Geometric(Geometric { r, alpha, a, b, from_first }), report }
}

fn pareto(both: Both<'_>, with_prior: bool) -> Fit<Purchases> {
    let base = both.0;
    let rate = 2.0 * base.rate();
    let time = base.mean_time();
    let losses = [[0.6, 0.5 * time], [0.3, 0.1 * time], [2.0, 2.0 * time]];
    let starts = std::array::from_fn(|i| [SHAPES[i], SHAPES[i] / rate, losses[i][0], losses[i][1]]);
    let summit = summit(ParetoBase::new, both, with_prior, starts);
    let [r, alpha, s, beta] = summit.logs.map(exp);
    let report = Report::of(["r", "alpha", "s", "beta"], &summit, with_prior, base.n(), base.repeaters());
    Fit { model: Purchases::ParetoNbd(ParetoNbd { r, alpha, s, beta }), report }
}

/// Fits the model of spend to the mean worth of repeat purchases; who has none that is worth anything is left out.
pub fn spend(spends: impl IntoIterator<Item = Spend>) -> Fit<GammaGamma> {
    let base = SpendBase::new(spends);
    let with_prior = base.n < REPEATERS_ENOUGH;
    let mean = if base.n > 0 { base.mean } else { 1.0 };
    let starts = [[5.0, 4.0], [1.5, 2.5], [20.0, 3.0]].map(|[p, q]: [f64; 2]| logs([p, q, mean * (q - 1.0) / p]));
    let prior = with_prior.then_some(Prior { mean: starts[0], spread: PRIOR_SPREAD });
    let summit = climb(&base, None, base.n as f64, &starts, prior);
    let [p, q, v] = summit.logs.map(exp);
    let mut report = Report::of(["p", "q", "v"], &summit, with_prior, base.n, base.n);
    if base.n == 0 {
        report.notes = vec![Note::NoSpend];
        return Fit { model: GammaGamma { p, q, v: 0.0, observed_mean: 0.0 }, report };
    }
    if q <= 1.0 {
        report.notes.push(Note::NoMean);
    }
    Fit { model: GammaGamma { p, q, v, observed_mean: base.mean }, report }
}
