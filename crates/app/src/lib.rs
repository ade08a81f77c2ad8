//! The engine and the use cases: load, decide, append, publish. Knows rules and the ports it defines; no database, no HTTP.

pub mod chain;
pub mod head;
pub mod port;
pub mod secret;
