//! `policy`, `backtest`, `calibrate` and `audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use perennial_backtest::{Month, Span};

use super::{day, month};

#[derive(Subcommand, Debug)]
pub enum PolicyCommand {
    /// Lists all policies with their versions
    #[command(after_help = "Example: perennial --data brand policy list")]
    List,
    /// Writes a policy as YAML to stdout
    #[command(after_help = "Example: perennial --data brand policy show lifecycle/rf --version-number 1 > rf.yaml")]
    Show {
        /// Such as lifecycle/rf, or brand
        policy: String,
        /// [default: the one in force, else the latest]
        #[arg(long, value_name = "N")]
        version_number: Option<i64>,
    },
    /// Checks a YAML document and keeps it as a new draft version
    #[command(after_help = "Example: perennial --data brand policy add rf.yaml --reason \"silence from day 75\"")]
    Add(AddArguments),
    /// Puts a version in force and decides every member anew by it; goes on where it was cut short
    #[command(after_help = "Example: perennial --data brand policy activate lifecycle/rf 2")]
    Activate {
        /// Such as lifecycle/rf, or brand
        policy: String,
        version_number: i64,
    },
}

#[derive(Args, Debug)]
pub struct AddArguments {
    /// A lifecycle model or the brand's settings
    pub file: PathBuf,
    /// [default: lifecycle/ID with the document's own id]
    #[arg(long, value_name = "NAME")]
    pub policy: Option<String>,
    /// Why, for those who come after
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
}

#[derive(Args, Debug)]
pub struct BacktestArguments {
    /// The draft, as YAML
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    /// The first month, YYYY-MM
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub from: Month,
    /// The last month, YYYY-MM
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub to: Month,
    /// The model to compare with [default: the one with the draft's id, else the primary one]
    #[arg(long, value_name = "ID")]
    pub against: Option<String>,
}

#[derive(Args, Debug)]
pub struct CalibrateArguments {
    /// Days to fit on, FROM..TO [default: the first of the two years up to today]
    #[arg(long, value_name = "DAY..DAY", value_parser = span, requires = "check")]
    pub fit: Option<Span>,
    /// Days to check on, FROM..TO [default: the second]
    #[arg(long, value_name = "DAY..DAY", value_parser = span, requires = "fit")]
    pub check: Option<Span>,
    /// Writes the proposed RF model as YAML
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

fn span(text: &str) -> Result<Span, String> {
    let (from, to) = text.split_once("..").ok_or("a span is written YYYY-MM-DD..YYYY-MM-DD")?;
    let span = Span { from: day(from)?, to: day(to)? };
    if span.from <= span.to { Ok(span) } else { Err("a span begins before it ends".to_owned()) }
}

#[derive(Subcommand, Debug)]
pub enum AuditCommand {
    /// Folds every member's facts as they were recorded and compares with the recorded decisions
    #[command(after_help = "Example: perennial --data brand audit replay")]
    Replay,
    /// Shows who did what, the latest first
    #[command(after_help = "Example: perennial --data brand audit log --limit 20")]
    Log {
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
}
