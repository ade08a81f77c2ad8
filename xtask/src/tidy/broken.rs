//! A small workspace, whole and then broken in each way tidy must notice, through the real cargo and git. What a check has not been
//! seen to refuse, it cannot be trusted to refuse.

use std::path::Path;

use super::check;
use crate::run::{command, output};

/// A workspace of kernel, rules, store and testkit, with look-alikes of outside crates in `outside/`, so that no registry is asked.
fn whole() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let at = root.path();
    write(at, "Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\nexclude = [\"outside\"]\n");
    write(at, ".gitignore", "/outside\n/target\n");
    for (name, manifest) in [("tokio", ""), ("between", "tokio = { path = \"../tokio\" }\n"), ("jiff", "")] {
        write(at, &format!("outside/{name}/Cargo.toml"), &package(name, &format!("[dependencies]\n{manifest}[features]\nstd = []\n")));
        write(at, &format!("outside/{name}/src/lib.rs"), "");
    }
    manifest(at, "kernel", "[dependencies]\njiff = { path = \"../../outside/jiff\" }\n");
    manifest(at, "rules", "[dependencies]\nperennial-kernel = { path = \"../kernel\" }\n");
    manifest(
        at,
        "store",
        "[dependencies]\nperennial-rules = { path = \"../rules\" }\njiff = { path = \"../../outside/jiff\", features = [\"std\"] }\n",
    );
    manifest(at, "testkit", "[dependencies]\nperennial-kernel = { path = \"../kernel\" }\n");
    for name in ["kernel", "rules", "store", "testkit"] {
        write(at, &format!("crates/{name}/src/lib.rs"), "//! Whole.\n");
    }
    output(command(at, "git", &["init", "--quiet"])).unwrap();
    root
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn package(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
}

fn manifest(root: &Path, name: &str, rest: &str) {
    write(root, &format!("crates/{name}/Cargo.toml"), &package(&format!("perennial-{name}"), rest));
}

/// Breaks the whole workspace and expects tidy to say so in these words, and nothing else.
fn breaks(expected: &str, by: impl FnOnce(&Path)) {
    let root = whole();
    by(root.path());
    let problem = check(root.path()).expect_err(expected);
    assert!(problem.contains(expected), "expected {expected}, got {problem}");
    assert!(problem.starts_with("tidy found 1:"), "{problem}");
}

#[test]
fn the_whole_workspace_passes_though_another_member_switches_jiffs_std_on() {
    check(whole().path()).unwrap();
}

#[test]
fn a_forbidden_edge_fails() {
    breaks("kernel may not depend on store", |root| {
        manifest(root, "store", "");
        manifest(root, "kernel", "[dependencies]\nperennial-store = { path = \"../store\" }\n");
    });
}

#[test]
fn a_forbidden_edge_of_tests_fails_and_testkit_there_does_not() {
    breaks("the tests of rules may not use store", |root| {
        let dev = "[dev-dependencies]\nperennial-testkit = { path = \"../testkit\" }\nperennial-store = { path = \"../store\" }\n";
        manifest(root, "rules", &format!("[dependencies]\nperennial-kernel = {{ path = \"../kernel\" }}\n{dev}"));
    });
}

#[test]
fn testkit_outside_tests_fails() {
    breaks("store may use testkit in its tests only", |root| {
        manifest(root, "store", "[dependencies]\nperennial-testkit = { path = \"../testkit\" }\n");
    });
}

#[test]
fn a_runtime_reached_through_another_crate_fails() {
    breaks("rules reaches an async runtime: tokio", |root| {
        manifest(root, "rules", "[dependencies]\nbetween = { path = \"../../outside/between\" }\n");
    });
}

#[test]
fn jiffs_std_feature_in_a_pure_crate_fails() {
    breaks("rules is linked with jiff's `std` feature", |root| {
        manifest(root, "rules", "[dependencies]\njiff = { path = \"../../outside/jiff\", features = [\"std\"] }\n");
    });
}

#[test]
fn a_clock_in_a_pure_crate_fails_even_before_it_is_committed() {
    breaks("crates/rules/src/lib.rs:2 says `SystemTime`", |root| {
        write(root, "crates/rules/src/lib.rs", "//! Broken.\nuse std::time::SystemTime;\n");
    });
}

#[test]
fn an_exception_that_is_not_needed_fails() {
    breaks("long-file of crates/rules/src/lib.rs is no longer needed", |root| {
        write(root, "xtask/tidy-exceptions.txt", "# a comment\nlong-file crates/rules/src/lib.rs 500: a table\n");
    });
}

#[test]
fn a_workspace_without_pure_crates_is_not_taken_for_a_pure_one() {
    breaks("tidy sees no pure crate at all", |root| {
        for name in ["kernel", "rules", "testkit"] {
            std::fs::remove_dir_all(root.join("crates").join(name)).unwrap();
        }
        manifest(root, "store", "");
    });
}

#[test]
fn a_crate_that_is_not_in_the_table_fails() {
    breaks("perennial-newcomer has no row among the permitted edges", |root| {
        manifest(root, "newcomer", "");
        write(root, "crates/newcomer/src/lib.rs", "//! New.\n");
    });
}
