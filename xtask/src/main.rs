//! `cargo xtask …`: what developers and CI run. Words go to stderr; knows the project's layout and its command line, none of its code.

mod bench;
mod brand;
mod clients;
mod contract;
mod demo;
mod journeys;
mod python;
mod run;
mod server;
mod test;
mod tidy;
mod tools;
mod web;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "What developers and CI run", disable_version_flag = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every check and test there is, installing what they need
    Test(test::Arguments),
    /// Holds the crates' edges and absences, banned words and file lengths
    Tidy(tidy::Arguments),
    /// Builds everything, loads a sample brand and opens the console on it
    Demo(demo::Arguments),
    /// Measures, and writes bench/RESULTS.md
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let root = root();
    let done = match Arguments::parse().command {
        Command::Test(arguments) => test::run(&root, &arguments),
        Command::Tidy(arguments) => tidy::run(&root, &arguments),
        Command::Demo(arguments) => demo::run(&root, &arguments),
        Command::Bench(arguments) => bench::run(&root, &arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\nxtask: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's root: xtask lies directly in it.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
