//! `perennial`: the command line and the server, in one binary. Wiring and words; what is decided is decided elsewhere.
//!
//! Data goes to stdout, words to stderr. Exit codes: 0 done, 1 failed, 2 misunderstood, 3 refused, 7 acknowledged facts are missing.

mod args;
mod bar;
mod command;
mod failure;
mod place;
mod print;
mod say;
mod stop;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    say::speak(arguments.lang);
    logs();
    match command::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say::say(&failure.en, &failure.zh);
            ExitCode::from(failure.code)
        }
    }
}

/// Warnings and errors by default; `PERENNIAL_LOG=info` or finer tells more, `PERENNIAL_LOG_JSON=1` as JSON lines.
fn logs() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PERENNIAL_LOG").unwrap_or_else(|_| "warn".into());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var_os("PERENNIAL_LOG_JSON").is_some() {
        lines.json().init();
    } else {
        lines.with_target(false).init();
    }
}
