//! Measures what is claimed of speed: each claim against its floor in the same run. `cargo xtask bench` keeps what is printed here.
//!
//! Ratios are medians of interleaved rounds with their smallest and largest; nothing here asserts a time.

#![expect(clippy::print_stdout, reason = "a bench's result is what it prints")]

mod backtest;
mod base;
mod brand;
mod columns;
mod engine;
mod floor;
mod import;
mod lag;
mod lake;
mod lists;
mod member;
mod past;
mod postgres;
mod recorder;
mod segment;
mod served;
mod stats;
mod sweep;

use std::path::PathBuf;

use clap::Parser;

/// What is measured, and how large.
#[derive(Parser)]
pub struct Arguments {
    /// engine, postgres, member, import, sweep, backtest, lag, lake, columns, lists, http, segment, footprint
    name: String,
    /// Small: under a minute, to see that it works
    #[arg(long)]
    quick: bool,
    /// Members of the base [default: 1000000]
    #[arg(long)]
    members: Option<u64>,
    /// Order lines of the import [default: 1000000]
    #[arg(long)]
    orders: Option<u64>,
    /// The `perennial` program, for http and footprint
    #[arg(long)]
    program: Option<PathBuf>,
    /// One question of lake alone, told as JSON: how bench/peers/lake.py asks
    #[arg(long, hide = true)]
    question: Option<String>,
    /// Runs one import in this process and prints what it took: how `import` measures memory
    #[arg(long, hide = true)]
    child: Option<PathBuf>,
}

impl Arguments {
    fn members(&self) -> u64 {
        self.members.unwrap_or(if self.quick { 20_000 } else { 1_000_000 })
    }

    fn orders(&self) -> u64 {
        self.orders.unwrap_or(if self.quick { 20_000 } else { 1_000_000 })
    }

    fn rounds(&self) -> usize {
        if self.quick { 3 } else { 5 }
    }
}

fn main() {
    let arguments = Arguments::parse();
    if let Some(file) = &arguments.child {
        return import::child(file);
    }
    if arguments.quick {
        println!("QUICK: a smoke run, too small to be quoted");
    }
    println!("load average at start {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    match arguments.name.as_str() {
        "engine" => engine::run(&arguments),
        "postgres" => postgres::run(&arguments),
        "member" => member::run(&arguments),
        "import" => import::run(&arguments),
        "sweep" => sweep::run(&arguments),
        "backtest" => backtest::run(&arguments),
        "lag" => lag::run(&arguments),
        "lake" => lake::run(&arguments),
        "columns" => columns::run(&arguments),
        "lists" => lists::run(&arguments),
        "http" => served::http(&arguments),
        "segment" => segment::run(&arguments),
        "footprint" => served::footprint(&arguments),
        other => {
            eprintln!("no such bench: {other}");
            std::process::exit(2);
        }
    }
}
