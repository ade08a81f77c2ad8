//! Which crate may depend on which: what is not permitted here is forbidden. Directions are ARCHITECTURE's; the reasons stand there.

use super::workspace::{Kind, Package, short};

struct Row {
    of: &'static str,
    /// May be linked with.
    normal: &'static [&'static str],
    /// May, beside those and [`FOR_TESTS`], be used by its tests.
    dev: &'static [&'static str],
}

const fn row(of: &'static str, normal: &'static [&'static str], dev: &'static [&'static str]) -> Row {
    Row { of, normal, dev }
}

/// Store, lake, source and channel never know each other; api never knows a store.
const PERMITTED: &[Row] = &[
    row("kernel", &[], &[]),
    row("condition", &["kernel"], &[]),
    row("ledger", &["kernel"], &[]),
    row("rules", &["kernel", "condition", "ledger", "value"], &[]),
    row("backtest", &["kernel", "condition", "rules"], &["source"]),
    row("metrics", &["kernel", "rules", "backtest"], &[]),
    row("synth", &["kernel"], &[]),
    row("value", &[], &["kernel"]),
    row("source", &["kernel", "rules"], &[]),
    row("store", &["kernel", "rules", "app"], &[]),
    row("app", &["kernel", "condition", "rules", "backtest", "metrics", "source", "value"], &["store"]),
    row("lake", &["kernel", "condition", "rules", "backtest", "metrics", "app"], &["store", "source"]),
    row("api", &["kernel", "app", "condition", "rules", "metrics", "value"], &["store", "source"]),
    row(
        "cli",
        &["kernel", "condition", "ledger", "rules", "backtest", "metrics", "synth", "source", "store", "lake", "app", "api", "value"],
        &[],
    ),
    // Measures everything from outside; nothing depends on it.
    row(
        "bench",
        &[
            "kernel",
            "condition",
            "ledger",
            "rules",
            "backtest",
            "metrics",
            "synth",
            "source",
            "store",
            "lake",
            "app",
            "api",
            "value",
            "testkit",
        ],
        &[],
    ),
    row("testkit", &["kernel", "condition", "ledger", "rules", "backtest", "synth", "source", "store", "app"], &[]),
    row("xtask", &[], &[]),
];

/// What any crate's tests may use.
const FOR_TESTS: [&str; 2] = ["testkit", "synth"];

/// The crates that decide or compute: no clock, no chance, no I/O, no store.
const PURE: [&str; 8] = ["kernel", "condition", "ledger", "rules", "backtest", "metrics", "synth", "value"];

pub fn is_pure(short: &str) -> bool {
    PURE.contains(&short)
}

pub fn check(packages: &[Package]) -> Vec<String> {
    let mut problems = Vec::new();
    for package in packages {
        let of = package.short();
        let Some(row) = PERMITTED.iter().find(|row| row.of == of) else {
            problems.push(format!("{} has no row among the permitted edges (xtask/src/tidy/edges.rs): say what it may know", package.name));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|dependency| dependency.ours) {
            let to = short(&dependency.name);
            let normally = row.normal.contains(&to);
            let allowed = match dependency.kind {
                Kind::Normal | Kind::Build => normally,
                Kind::Dev => normally || row.dev.contains(&to) || FOR_TESTS.contains(&to),
            };
            if allowed {
                continue;
            }
            problems.push(match dependency.kind {
                Kind::Dev => format!("the tests of {of} may not use {to}"),
                Kind::Normal | Kind::Build if to == "testkit" => format!("{of} may use testkit in its tests only (dev-dependencies)"),
                Kind::Normal | Kind::Build => format!("{of} may not depend on {to}"),
            });
        }
    }
    problems
}
