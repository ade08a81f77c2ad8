//! `cargo xtask bench`: runs measurements by name and keeps what they print in bench/RESULTS.md, one section each.

use std::path::Path;

use crate::run::{call, call_and_keep, cargo, command, output};

#[derive(clap::Args)]
pub struct Arguments {
    /// Which; all without
    name: Option<String>,
    /// Names them and runs nothing
    #[arg(long)]
    list: bool,
    /// Small, each under a minute: to see that they work; what is written says so
    #[arg(long)]
    quick: bool,
}

/// One measurement: what cargo runs for it. To add one, add a row.
struct Bench {
    name: &'static str,
    about: &'static str,
    cargo: &'static [&'static str],
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "synth",
        about: "A brand of a million members with ten orders each, made and thrown away",
        cargo: &["bench", "--package", "perennial-synth", "--bench", "stream", "--", "1000000"],
    },
    Bench {
        name: "condition",
        about: "One condition evaluated for many members, row by row",
        cargo: &["bench", "--package", "perennial-condition", "--bench", "eval"],
    },
    Bench {
        name: "value",
        about: "BG/NBD, MBG/NBD and Pareto/NBD fitted to a million customers; peers: bench/peers/value.py",
        cargo: &["bench", "--package", "perennial-value", "--bench", "fit"],
    },
    Bench { name: "engine", about: "Facts per second through the engine on SQLite, beside a bare loop writing the same rows", cargo: OURS },
    Bench { name: "postgres", about: "Facts per second through the engine on PostgreSQL, one writer and four", cargo: OURS },
    Bench { name: "member", about: "A fact of a member with ten facts in the past against one with half a million", cargo: OURS },
    Bench { name: "import", about: "An import of a million order lines: rows per second, peak memory", cargo: OURS },
    Bench { name: "sweep", about: "The due sweep: a poll with nothing due, the cost of what fell due", cargo: OURS },
    Bench { name: "backtest", about: "A backtest of everyone over twelve months, beside reading the same facts", cargo: OURS },
    Bench { name: "lag", about: "The lake behind the journal at a thousand orders a second; built anew; bytes on disk", cargo: OURS },
    Bench {
        name: "lake",
        about: "Questions about everyone from the lake's columns, beside decoding them; peers: bench/peers/lake.py",
        cargo: OURS,
    },
    Bench {
        name: "columns",
        about: "Stages and a condition of six clauses counted by the profile columns, beside a plain scan",
        cargo: OURS,
    },
    Bench { name: "lists", about: "The members list, search and a member's page at a million members", cargo: OURS },
    Bench { name: "http", about: "Orders posted by 64 clients at once to the real program", cargo: OURS },
    Bench { name: "segment", about: "Batches of events from 64 clients at once to the real program, beside the engine alone", cargo: OURS },
    Bench { name: "footprint", about: "What the real program weighs, and how fast it starts", cargo: OURS },
];

/// The package `perennial-bench` and the program it starts; the bench's name comes last.
const OURS: &[&str] = &["run", "--release", "--package", "perennial-bench", "--"];
/// What has a small form.
const QUICK: &str = "--quick";

const RESULTS: &str = "bench/RESULTS.md";

pub fn run(root: &Path, arguments: &Arguments) -> Result<(), String> {
    if arguments.list {
        for bench in BENCHES {
            eprintln!("{:12} {}", bench.name, bench.about);
        }
        return Ok(());
    }
    let chosen: Vec<&Bench> = BENCHES.iter().filter(|bench| arguments.name.as_deref().is_none_or(|name| name == bench.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
        return Err(format!("no such bench; there are: {}", names.join(", ")));
    }
    let file = root.join(RESULTS);
    for bench in chosen {
        if NEEDS_PROGRAM.contains(&bench.name) {
            call(cargo(root, &["build", "--release", "--package", "cli"]))?;
        }
        let words = words(bench, arguments.quick);
        let lines = call_and_keep(cargo(root, &words))?;
        let section = section(bench, &words, &machine(root), &lines);
        // Read again each time: another bench may have written meanwhile, and an interrupted run keeps what it has.
        let text = placed(&std::fs::read_to_string(&file).unwrap_or_default(), bench.name, &section);
        std::fs::create_dir_all(root.join("bench"))
            .and_then(|()| std::fs::write(&file, text))
            .map_err(|error| format!("cannot write {RESULTS}: {error}"))?;
    }
    eprintln!("written: {RESULTS}");
    Ok(())
}

/// Those that start the real program.
const NEEDS_PROGRAM: [&str; 3] = ["http", "segment", "footprint"];

/// What cargo is told. Benches of other packages have no small form.
fn words(bench: &Bench, quick: bool) -> Vec<&'static str> {
    let mut words = bench.cargo.to_vec();
    if bench.cargo == OURS {
        words.push(bench.name);
        words.extend(quick.then_some(QUICK));
    }
    words
}

/// When, on what commit and on what machine.
fn machine(root: &Path) -> String {
    let ask = |program: &str, words: &[&str]| output(command(root, program, words)).unwrap_or_default().trim().to_owned();
    let field = |file: &str, name: &str| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.split_once(':'))
            .map_or_else(String::new, |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!(
        "{}, commit {}, {} ({cores} cores, {} of memory), {}",
        ask("date", &["-u", "+%Y-%m-%d"]),
        ask("git", &["describe", "--always", "--dirty"]),
        field("/proc/cpuinfo", "model name"),
        field("/proc/meminfo", "MemTotal"),
        ask("rustc", &["--version"]),
    )
}

fn section(bench: &Bench, words: &[&str], machine: &str, lines: &[String]) -> String {
    let results: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !is_cargos(line)).collect();
    let command = words.join(" ");
    format!("## {}\n\n{}. {machine}. `cargo {command}`.\n\n```text\n{}\n```\n", bench.name, bench.about, results.join("\n"))
}

fn is_cargos(line: &str) -> bool {
    ["Compiling", "Finished", "Running", "Blocking", "Downloading", "Downloaded", "Updating", "Locking"]
        .iter()
        .any(|word| line.trim_start().starts_with(word))
}

/// The file's text with the section put in place of the one of its name, or at the end.
fn placed(text: &str, name: &str, section: &str) -> String {
    const HEAD: &str = "# Measured\n\nWritten by `cargo xtask bench`; each section says when and where. No test asserts a time.\n";
    let (head, rest) = text.split_once("\n## ").map_or((if text.is_empty() { HEAD } else { text }, ""), |(head, rest)| (head, rest));
    let mut sections: Vec<String> =
        rest.split("\n## ").filter(|part| !part.is_empty()).map(|part| format!("## {}\n", part.trim_end())).collect();
    let title = format!("## {name}\n");
    match sections.iter().position(|old| old.starts_with(&title)) {
        Some(at) => section.clone_into(&mut sections[at]),
        None => sections.push(section.to_owned()),
    }
    format!("{}\n\n{}", head.trim_end(), sections.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_takes_the_place_of_its_older_self_and_leaves_the_others() {
        let one = placed("", "a", "## a\n\nfirst\n");
        let two = placed(&one, "b", "## b\n\nother\n");
        let again = placed(&two, "a", "## a\n\nsecond\n");
        assert!(again.starts_with("# Measured"));
        assert!(!again.contains("first") && again.contains("second") && again.contains("other"));
        assert_eq!(placed(&again, "a", "## a\n\nsecond\n"), again);
        assert_eq!(again.matches("## ").count(), 2);
    }
}
