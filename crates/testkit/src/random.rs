//! Random members: what happened to them, when it arrived, and how badly the engine slept; random lifecycle models over the profile.

mod life;
mod model;
mod profile;

pub use life::{Arrival, Deed, Life, Send, Turn, life};
pub use model::{Cut, RandomModel, model, model_by_signals, model_by_value};
pub use profile::{signals, value};
