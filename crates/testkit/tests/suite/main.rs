//! The rules held to their word: stories, random lives against the naive oracle, replay, explanations, and mutants that must be caught.

mod book;
mod decisions;
mod explanations;
mod mutants;
mod replay;
mod stories;
mod versions;

use perennial_kernel::Currency;
use perennial_rules::lifecycle::model::Model;
use proptest::prelude::ProptestConfig;

fn rf() -> Model {
    Model::shipped("rf", 1, Currency::parse("CNY").unwrap()).unwrap()
}

/// `CASES=20000` looks harder.
fn cases(default: u32) -> ProptestConfig {
    let cases = std::env::var("CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(default);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 4096, ..ProptestConfig::default() }
}
