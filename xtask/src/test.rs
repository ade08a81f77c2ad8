//! `cargo xtask test`: everything there is to check, in the order that fails soonest, with the runners' own summaries as the last lines.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::run::{call, call_and_keep, cargo, command, linting_cargo, output};
use crate::tools::{self, Part};
use crate::{brand, clients, contract, journeys, python, tidy, web};

#[derive(clap::Args)]
pub struct Arguments {
    /// Parts to leave out where they cannot run
    #[arg(long, value_delimiter = ',')]
    without: Vec<Part>,
    /// Runs the remaining steps after one has failed
    #[arg(long)]
    keep_going: bool,
}

/// An S3 server of this machine for the lake's tests; pinned.
const MOTO: &str = "moto[server]==5.2.5";

/// How a step ended well.
enum Done {
    /// With the lines its runner sums up in.
    Passed(Vec<String>),
    Left(String),
}

const PASSED: Done = Done::Passed(Vec::new());

struct Step {
    name: &'static str,
    run: fn(&Path, &[Part]) -> Result<Done, String>,
}

/// The console comes before the Rust build, which embeds it; the long Rust tests come last.
const STEPS: [Step; 11] = [
    Step { name: "tools", run: |root, without| tools::provide(root, without).map(|()| PASSED) },
    Step { name: "format", run: |root, _| call(cargo(root, &["fmt", "--all", "--check"])).map(|()| PASSED) },
    Step { name: "tidy", run: |root, _| tidy::check(root).map(|()| PASSED) },
    Step { name: "web", run: |root, _| web_checks(root) },
    // As the tests will want it: built without them, the program takes other features of its dependencies, and those are built twice.
    Step {
        name: "build and clippy",
        run: |root, _| call(linting_cargo(root, &["test", "--workspace", "--all-targets", "--no-run"])).map(|()| PASSED),
    },
    Step { name: "doc tests", run: |root, _| doc_tests(root) },
    Step { name: "client libraries", run: client_libraries },
    Step { name: "api contract", run: api_contract },
    Step { name: "browser journeys", run: browser_journeys },
    Step { name: "rust tests", run: rust_tests },
    Step { name: "clean tree", run: |root, _| clean_tree(root) },
];

struct Report {
    name: &'static str,
    took: Duration,
    end: Result<Done, String>,
}

pub fn run(root: &Path, arguments: &Arguments) -> Result<(), String> {
    let reports = run_steps(root, &STEPS, arguments);
    let (text, failed) = conclude(&reports, STEPS.len());
    eprintln!("{text}");
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

fn run_steps(root: &Path, steps: &[Step], arguments: &Arguments) -> Vec<Report> {
    let mut reports = Vec::new();
    for step in steps {
        eprintln!("\n━━ {}", step.name);
        let start = Instant::now();
        let end = (step.run)(root, &arguments.without);
        match &end {
            Ok(Done::Passed(_)) => {}
            Ok(Done::Left(why)) => eprintln!("!! LEFT OUT: {why}"),
            Err(problem) => eprintln!("!! FAILED: {problem}"),
        }
        let failed = end.is_err();
        reports.push(Report { name: step.name, took: start.elapsed(), end });
        if failed && !arguments.keep_going {
            break;
        }
    }
    reports
}

/// The times, what was left out or failed, and as last lines the runners' summaries; with the names of what failed.
fn conclude(reports: &[Report], steps: usize) -> (String, Vec<&'static str>) {
    let mut lines = vec![String::new()];
    for report in reports {
        let (seconds, how) = (report.took.as_secs_f64(), if report.end.is_err() { "  FAILED" } else { "" });
        lines.push(format!("{seconds:7.1} s  {}{how}", report.name));
    }
    let all: f64 = reports.iter().map(|report| report.took.as_secs_f64()).sum();
    lines.push(format!("{all:7.1} s  in all"));
    if reports.len() < steps {
        lines.push(format!("           {} steps not run", steps - reports.len()));
    }
    for report in reports {
        match &report.end {
            Ok(Done::Left(why)) => lines.push(format!("LEFT OUT: {}: {why}", report.name)),
            Err(problem) => lines.push(format!("FAILED: {}: {problem}", report.name)),
            Ok(Done::Passed(_)) => {}
        }
    }
    for report in reports {
        if let Ok(Done::Passed(summary)) = &report.end
            && !summary.is_empty()
        {
            lines.push(format!("{}:", report.name));
            lines.extend_from_slice(summary);
        }
    }
    (lines.join("\n"), reports.iter().filter(|report| report.end.is_err()).map(|report| report.name).collect())
}

fn web_checks(root: &Path) -> Result<Done, String> {
    if !root.join("web/package.json").exists() {
        return Ok(Done::Left("there is no web/package.json: the console is neither checked nor built".to_owned()));
    }
    web::install(root, "web")?;
    call(web::npm(root, "web", &["run", "check"]))?;
    let lines = call_and_keep(web::npm(root, "web", &["test"]))?;
    call(web::npm(root, "web", &["run", "build"]))?;
    let summary = lines.into_iter().filter(|line| ["Test Files ", "Tests "].iter().any(|head| line.trim_start().starts_with(head)));
    Ok(Done::Passed(summary.collect()))
}

fn doc_tests(root: &Path) -> Result<Done, String> {
    if !tidy::sources(root)?.iter().any(|source| has_doc_test(&source.path, &source.text)) {
        return Ok(Done::Left("no crate has a doc test".to_owned()));
    }
    call(linting_cargo(root, &["test", "--doc", "--workspace"])).map(|()| PASSED)
}

/// Whether a library's source holds an example that would run; fences with a language other than Rust do not.
fn has_doc_test(path: &str, text: &str) -> bool {
    let fence = |line: &str| {
        let line = line.trim_start();
        line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).and_then(|doc| doc.trim().strip_prefix("```").map(str::to_owned))
    };
    // Every second fence closes one.
    let opening = text.lines().filter_map(fence).step_by(2);
    path.starts_with("crates/") && opening.into_iter().any(|language| ["", "rust", "no_run", "should_panic"].contains(&language.as_str()))
}

fn client_libraries(root: &Path, without: &[Part]) -> Result<Done, String> {
    if without.contains(&Part::Clients) {
        return Ok(Done::Left("told to go without the client libraries".to_owned()));
    }
    clients::run(root, &brand::program(root, "debug")).map(Done::Passed)
}

fn browser_journeys(root: &Path, without: &[Part]) -> Result<Done, String> {
    if without.contains(&Part::Browser) {
        return Ok(Done::Left("told to go without the browser".to_owned()));
    }
    if journeys::files(root).is_empty() {
        return Ok(Done::Left("there are no journeys in e2e/journeys".to_owned()));
    }
    journeys::run(root, &brand::program(root, "debug")).map(Done::Passed)
}

fn api_contract(root: &Path, without: &[Part]) -> Result<Done, String> {
    if without.contains(&Part::Contract) {
        return Ok(Done::Left("told to go without the API's contract".to_owned()));
    }
    contract::run(root, &brand::program(root, "debug")).map(Done::Passed)
}

fn rust_tests(root: &Path, without: &[Part]) -> Result<Done, String> {
    let mut nextest = linting_cargo(root, &["nextest", "run", "--workspace"]);
    let names: Vec<&str> = without.iter().map(|part| part.name()).collect();
    if !names.is_empty() {
        nextest.env("PERENNIAL_TEST_WITHOUT", names.join(","));
    }
    if !without.contains(&Part::Bucket) {
        nextest.env("PERENNIAL_TEST_MOTO", python::environment(root, "bucket", &[MOTO])?.join("moto_server"));
    }
    let lines = call_and_keep(nextest)?;
    Ok(Done::Passed(lines.into_iter().filter(|line| line.trim_start().starts_with("Summary [")).collect()))
}

/// In CI, that building and testing changed no committed file: a lock file or a generated one was not committed otherwise.
fn clean_tree(root: &Path) -> Result<Done, String> {
    if std::env::var_os("CI").is_none() {
        return Ok(Done::Left("only CI starts from a clean tree".to_owned()));
    }
    let changed = output(command(root, "git", &["status", "--porcelain"]))?;
    if changed.is_empty() { Ok(PASSED) } else { Err(format!("these differ from what is committed:\n{}", changed.trim_end())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(keep_going: bool) -> Arguments {
        Arguments { without: Vec::new(), keep_going }
    }

    const SAMPLE: [Step; 3] = [
        Step { name: "one", run: |_, _| Ok(Done::Passed(vec!["Summary [ 1s ] 3 tests run".to_owned()])) },
        Step { name: "two", run: |_, _| Err("it broke".to_owned()) },
        Step { name: "three", run: |_, _| Ok(Done::Left("no browser".to_owned())) },
    ];

    #[test]
    fn a_failure_stops_the_rest_unless_told_to_keep_going() {
        let stopped = run_steps(Path::new("."), &SAMPLE, &arguments(false));
        assert_eq!(stopped.len(), 2);
        let (text, failed) = conclude(&stopped, SAMPLE.len());
        assert_eq!(failed, ["two"]);
        assert!(text.contains("1 steps not run") && text.contains("FAILED: two: it broke"), "{text}");
        assert_eq!(run_steps(Path::new("."), &SAMPLE, &arguments(true)).len(), 3);
    }

    #[test]
    fn the_runners_summaries_are_the_last_lines() {
        let reports = run_steps(Path::new("."), &SAMPLE, &arguments(true));
        let (text, _) = conclude(&reports, SAMPLE.len());
        assert!(text.ends_with("one:\nSummary [ 1s ] 3 tests run"), "{text}");
        assert!(text.contains("LEFT OUT: three: no browser"), "{text}");
    }

    #[test]
    fn only_an_example_in_rust_is_a_doc_test() {
        assert!(has_doc_test("crates/kernel/src/day.rs", "/// ```\n/// assert!(true);\n/// ```\npub fn f() {}"));
        assert!(!has_doc_test("crates/kernel/src/day.rs", "//! ```text\n//! a → b\n//! ```\n"));
        assert!(!has_doc_test("xtask/src/main.rs", "/// ```\n/// ```"));
    }
}
