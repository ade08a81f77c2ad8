//! What members are worth: probability models of purchases and spend, fitted by maximum likelihood, and what they predict.
//!
//! | model | source |
//! | --- | --- |
//! | BG/NBD | Fader, Hardie, Lee 2005, "Counting Your Customers" the Easy Way, Marketing Science 24(2) |
//! | MBG/NBD | Batislam, Denizel, Filiztekin 2007, Empirical validation and comparison of models for customer base analysis, IJRM 24(3) |
//! | Pareto/NBD | Schmittlein, Morrison, Colombo 1987, Counting Your Customers, Management Science 33(1); Fader, Hardie 2005, A Note on Deriving the Pareto/NBD Model |
//! | NBD | Ehrenberg 1959; the three above with nobody ever lost |
//! | Gamma-Gamma | Fader, Hardie 2013, The Gamma-Gamma Model of Monetary Value |
//!
//! Beside them a logistic regression, for look-alikes.
//!
//! Knows no clock, no chance, no store and no member: callers give summaries (x, t_x, T) in a unit of time of their choice. Logarithms and
//! exponentials are those of `libm`, so that the same summaries come to the same bits on every machine.

mod base;
mod climb;
mod decay;
pub mod fit;
mod gamma_gamma;
mod geometric;
mod logistic;
mod maths;
mod nbd;
mod note;
mod pareto;
mod purchases;
mod report;
mod survived;
mod uncertainty;

pub use base::{Base, Customer, Spend};
pub use fit::{Fit, Kind};
pub use gamma_gamma::GammaGamma;
pub use geometric::Geometric;
pub use logistic::Logistic;
pub use maths::left_after;
pub use nbd::Nbd;
pub use note::{Note, Words};
pub use pareto::ParetoNbd;
pub use purchases::Purchases;
pub use report::{Convergence, Parameter, Report};
pub use uncertainty::{Band, Uncertainty};
