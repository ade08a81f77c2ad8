//! The engine and the use cases: load, decide, append, publish. Knows rules and the ports it defines; no database, no HTTP.

pub mod access;
pub mod audit;
pub mod catalogue;
pub mod chain;
pub mod chronicle;
pub mod clock;
pub mod consent;
pub mod door;
pub mod engine;
pub mod erasure;
pub mod head;
pub mod house;
pub mod import;
pub mod jobs;
pub mod join;
pub mod package;
pub mod policy;
pub mod port;
pub mod profile;
pub mod query;
pub mod read;
pub mod rotate;
pub mod secret;
pub mod term;

/// The events sources send, for who takes them in.
pub use perennial_source::segment;
