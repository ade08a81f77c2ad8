//! The engine and the use cases: load, decide, append, publish. Knows rules and the ports it defines; no database, no HTTP.

pub mod port;
