//! The real program, run as an operator runs it.

mod acceptance;
mod backup;
mod catalogue;
mod erasure;
mod help;
mod import;
mod keys;
mod kill;
mod kills;
mod lake;
mod metrics;
mod policy;
mod postgres;
mod sql;
mod support;
mod undo;
mod value;
