//! `import` and `synth`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use perennial_kernel::Day;

use super::day;

#[derive(Subcommand, Debug)]
pub enum ImportCommand {
    /// Imports a file of orders; rerunning the same file adds nothing, an interrupted import goes on
    #[command(after_help = "Example: perennial --data brand import orders data/cdnow/CDNOW_sample.txt --preset cdnow")]
    Orders(Orders),
    /// Imports products: sku, name, category, list price, days a piece lasts
    #[command(after_help = "Example: perennial --data brand import products products.xlsx --dry-run")]
    Products(CatalogueFile),
    /// Imports stores: id, name, group, city
    #[command(after_help = "Example: perennial --data brand import stores stores.csv")]
    Stores(CatalogueFile),
    /// Imports associates: id, name, store, state
    #[command(after_help = "Example: perennial --data brand import associates associates.csv")]
    Associates(CatalogueFile),
    /// Imports scenes: id, name, channel, store, page, campaign, event
    #[command(after_help = "Example: perennial --data brand import scenes scenes.csv")]
    Scenes(CatalogueFile),
    /// Lists all imports
    #[command(after_help = "Example: perennial --data brand import list")]
    List,
    /// Writes the rows an import refused as CSV, with line and reason
    #[command(after_help = "Example: perennial --data brand import bad-rows 3 --out mend.csv")]
    BadRows(BadRowsArguments),
    /// Takes back everything an import brought
    #[command(after_help = "Example: perennial --data brand import undo 3 --preview")]
    Undo(UndoArguments),
}

#[derive(Args, Debug)]
pub struct Orders {
    /// CSV, Excel, or a preset's own format; GBK or UTF-8
    pub file: PathBuf,
    /// How the file is read: generic (columns are guessed, or named by --mapping), cdnow, complete-journey, taobao, douyin
    #[arg(long, value_parser = ["generic", "cdnow", "complete-journey", "taobao", "douyin"], default_value = "generic")]
    pub preset: String,
    /// Orders are unique within a source [default: the preset's name; `file` for generic]
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Which column says what, as saved by --save-mapping
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Writes the mapping in use as YAML, guessed or given, to be edited and used again
    #[arg(long, value_name = "FILE")]
    pub save_mapping: Option<PathBuf>,
    /// Says what would happen, and writes nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Moves all dates by whole weeks, so that the last order falls on this day or up to six days before: today, or YYYY-MM-DD
    #[arg(long, value_name = "DAY", value_parser = shift_to)]
    pub shift_to: Option<ShiftTo>,
    /// Writes refused rows as CSV, with line and reason
    #[arg(long, value_name = "FILE")]
    pub bad_rows: Option<PathBuf>,
    /// Fails (exit code 3) when a row was refused; good rows are in all the same
    #[arg(long)]
    pub strict: bool,
}

#[derive(Args, Debug)]
pub struct CatalogueFile {
    /// CSV or Excel, a row an entry, columns in any order under their usual names; GBK or UTF-8
    pub file: PathBuf,
    /// Says what would happen, and writes nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Writes refused rows as CSV, with line and reason
    #[arg(long, value_name = "FILE")]
    pub bad_rows: Option<PathBuf>,
    /// Fails (exit code 3) when a row was refused; good rows are in all the same
    #[arg(long)]
    pub strict: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShiftTo {
    Today,
    Day(Day),
}

fn shift_to(text: &str) -> Result<ShiftTo, String> {
    if text == "today" { Ok(ShiftTo::Today) } else { day(text).map(ShiftTo::Day) }
}

#[derive(Args, Debug)]
pub struct BadRowsArguments {
    /// The import's number, as `import list` shows it
    pub import: i64,
    /// [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct UndoArguments {
    /// The import's number, as `import list` shows it
    pub import: i64,
    /// Says what would be taken back, and takes nothing back
    #[arg(long)]
    pub preview: bool,
}

#[derive(Args, Debug)]
pub struct SynthArguments {
    /// How many people
    #[arg(long, value_name = "N")]
    pub members: u64,
    /// Years of history, up to yesterday
    #[arg(long, value_name = "Y", default_value_t = 3)]
    pub years: u32,
    /// The same seed makes the same members
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Multiplies how often members buy
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub rate: f64,
    /// The last day of the history [default: yesterday]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub end: Option<Day>,
}
