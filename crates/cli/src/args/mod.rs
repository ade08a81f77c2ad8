//! What was typed. What it means is said by `command`.

mod import;
mod metrics;
mod policy;
mod sql;
mod value;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use perennial_backtest::Month;
use perennial_kernel::{Day, Instant};

pub use self::import::{CatalogueFile, ImportCommand, Orders, ShiftTo, SynthArguments, UndoArguments};
pub use self::metrics::{
    AcquisitionArguments, BasketArguments, CohortArguments, ContributionArguments, CrossArguments, DemandArguments, DueArguments,
    FirstProductArguments, FunnelArguments, MetricsCommand, PeriodArguments, ProductArguments, Retention, SimulateArguments, WhenArguments,
};
pub use self::policy::{AddArguments, AuditCommand, BacktestArguments, CalibrateArguments, PolicyCommand};
pub use self::sql::{SqlArguments, SqlLimits, SqlServed};
pub use self::value::{
    DeliveredArguments, EquityArguments, FitArguments, KindsArguments, LookAlikeArguments, PredictArguments, RefitArguments, RfmArguments,
    RfmCut, SuperArguments, ValueCommand, ValueModel, WarningArguments,
};
use crate::say::Lang;

/// Perennial (常青): a brand's members through their whole life
#[derive(Parser, Debug)]
#[command(name = "perennial", version, propagate_version = true, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Arguments {
    /// The brand's folder: its journal, keys and head file
    #[arg(long, global = true, value_name = "DIR", env = "PERENNIAL_DATA", default_value = "perennial-data")]
    pub data: PathBuf,
    /// A PostgreSQL database instead of SQLite in the folder: postgres://user@host/name
    #[arg(long, global = true, value_name = "URL", env = "PERENNIAL_STORE", hide_env_values = true)]
    pub store: Option<String>,
    /// Where everyone's history is kept for questions about everyone: a folder, s3://bucket/prefix, or `none` [default: lake in the
    /// brand's folder]
    #[arg(long, global = true, value_name = "PLACE", env = "PERENNIAL_LAKE")]
    pub lake: Option<String>,
    /// Answers as JSON on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// The language of the words on stderr [default: by LANG]
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 misunderstood, 3 refused, 7 acknowledged facts are missing\n\n\
Example: perennial --data brand init --brand \"CDNOW\" --time-zone America/New_York --currency USD";

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Makes a brand in an empty folder
    #[command(after_help = "Example: perennial --data brand init --brand \"CDNOW\" --time-zone America/New_York --currency USD")]
    Init(InitArguments),
    /// Brings files in, and takes them back
    #[command(subcommand, after_help = "Example: perennial --data brand import orders orders.csv --preset generic --dry-run")]
    Import(ImportCommand),
    /// Counts members by lifecycle stage as of a day
    #[command(after_help = "Example: perennial --data brand stages --as-of 1998-06-30 --json")]
    Stages(StagesArguments),
    /// Counts the moves between stages from one day to another
    #[command(after_help = "Example: perennial --data brand flow --from 1997-06-30 --to 1998-06-30")]
    Flow(FlowArguments),
    /// Says why a member is in a stage, and what would change it
    #[command(after_help = "Example: perennial --data brand explain 00004 --as-of 1998-06-30 --json")]
    Explain(ExplainArguments),
    /// Runs a draft policy over past months beside the one in force
    #[command(after_help = "Example: perennial --data brand backtest --policy draft.yaml --from 1997-06 --to 1998-06")]
    Backtest(BacktestArguments),
    /// Proposes thresholds from the brand's own repurchase intervals
    #[command(after_help = "Example: perennial --data brand calibrate --fit 1997-01-01..1997-12-31 --check 1998-01-01..1998-06-30")]
    Calibrate(CalibrateArguments),
    /// Tells who comes back, how far first buyers go, who brings the money
    #[command(subcommand, after_help = "Example: perennial --data brand metrics repurchase --from 1997-01-01 --to 1998-01-01 --json")]
    Metrics(MetricsCommand),
    /// Says what members are worth: fits models of purchases and spend, and predicts by them
    #[command(subcommand, after_help = "Example: perennial --data brand value fit --model bgnbd --until 1997-09-30 --unit week --json")]
    Value(ValueCommand),
    /// Answers a question in SQL over documented views
    #[command(after_help = "Example: perennial --data brand sql \"SELECT count(*) AS members, sum(money) AS money FROM members\" --json")]
    Sql(SqlArguments),
    /// Lists, shows, adds and activates policies
    #[command(subcommand, after_help = "Example: perennial --data brand policy show lifecycle/rf > rf.yaml")]
    Policy(PolicyCommand),
    /// Replays recorded decisions, and shows who did what
    #[command(subcommand, after_help = "Example: perennial --data brand audit replay")]
    Audit(AuditCommand),
    /// Writes members to a file; personal values are masked
    #[command(after_help = "Example: perennial --data brand export members --format xlsx --stage at_risk.silent --out silent.xlsx")]
    Export(ExportArguments),
    /// Writes one file with everything needed to restore the brand, also while it is served
    #[command(after_help = "Example: perennial --data brand backup brand-2026-11-22.tar.gz")]
    Backup(BackupArguments),
    /// Restores a backup into a folder that does not exist yet
    #[command(after_help = "Example: perennial --data brand restore brand-2026-11-22.tar.gz")]
    Restore(RestoreArguments),
    /// Changes the keys that personal values are sealed under
    #[command(subcommand, after_help = "Example: perennial --data brand keys rotate")]
    Keys(KeysCommand),
    /// Examines everything: files, chain, witness, recorded decisions, snapshots, audit trail
    #[command(after_help = "Example: perennial --data brand doctor --rebuild")]
    Doctor(DoctorArguments),
    /// Fills the brand with made-up members
    #[command(after_help = "Example: perennial --data brand synth --members 20000 --years 3 --seed 1")]
    Synth(SynthArguments),
    /// Everyone's history as files, for questions about everyone
    #[command(subcommand, after_help = "Example: perennial --data brand lake status")]
    Lake(LakeCommand),
    /// Serves the API and the console
    #[command(after_help = "Example: perennial --data brand serve --listen 127.0.0.1:8080")]
    Serve(ServeArguments),
    /// Writes the decisions that time has made due, once, and finishes what was cut short
    #[command(visible_alias = "decide", after_help = "Example: perennial --data brand sweep")]
    Sweep,
}

#[derive(Subcommand, Debug)]
pub enum LakeCommand {
    /// Writes everything anew from the journal, as one sorted run
    #[command(after_help = "Example: perennial --data brand lake rebuild")]
    Rebuild,
    /// Tells how much is there, and how far behind the journal it is
    #[command(after_help = "Example: perennial --data brand lake status --json")]
    Status,
}

#[derive(Args, Debug)]
pub struct InitArguments {
    /// The brand's name
    #[arg(long, value_name = "NAME")]
    pub brand: String,
    /// IANA name of the zone its days are counted in
    #[arg(long, value_name = "ZONE")]
    pub time_zone: String,
    /// ISO 4217 code of the currency it keeps its books in
    #[arg(long, value_name = "CODE")]
    pub currency: String,
    /// A purchase after more days than this begins a new life
    #[arg(long, value_name = "DAYS", default_value_t = 180)]
    pub life_gap: i32,
    /// Counts each order of a day as a purchase, instead of the day once
    #[arg(long)]
    pub each_order: bool,
    /// The password of the account `owner` [default: a random one, shown once]
    #[arg(long, value_name = "TEXT", env = "PERENNIAL_OWNER_PASSWORD", hide_env_values = true)]
    pub owner_password: Option<String>,
}

#[derive(Args, Debug)]
pub struct StagesArguments {
    /// [default: today]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub as_of: Option<Day>,
    /// The lifecycle model [default: the primary one]
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,
    /// As it was known at that instant, such as 2026-11-22T10:00:00Z
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub known_at: Option<Instant>,
}

#[derive(Args, Debug)]
pub struct FlowArguments {
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub from: Day,
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub to: Day,
    /// The lifecycle model [default: the primary one]
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,
    /// As it was known at that instant
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub known_at: Option<Instant>,
}

#[derive(Args, Debug)]
pub struct ExplainArguments {
    /// A member id (m_…), member number, phone, email or order id
    pub member: String,
    /// [default: today]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub as_of: Option<Day>,
    /// The lifecycle model [default: the primary one]
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,
    /// As it was known at that instant
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub known_at: Option<Instant>,
}

#[derive(Args, Debug)]
pub struct ExportArguments {
    /// What to export
    #[arg(value_enum)]
    pub what: Exported,
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
    /// [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Members in this stage only
    #[arg(long, value_name = "ID")]
    pub stage: Option<String>,
    /// The lifecycle model [default: the primary one]
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Exported {
    Members,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Format {
    Csv,
    Xlsx,
}

#[derive(Args, Debug)]
pub struct BackupArguments {
    /// Where to; must not exist yet
    pub file: PathBuf,
    /// Puts the master key in: whoever has the file can read personal values
    #[arg(long)]
    pub with_master_key: bool,
}

#[derive(Args, Debug)]
pub struct RestoreArguments {
    /// A file that `backup` wrote
    pub file: PathBuf,
    /// The brand's master key, where the backup does not hold it
    #[arg(long, value_name = "FILE")]
    pub master_key: Option<PathBuf>,
    /// The list of erased members as it is now (`erasures` in the brand's folder): who was erased since the backup stays erased
    #[arg(long, value_name = "FILE")]
    pub erasures: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum KeysCommand {
    /// Makes a new master key and wraps everything anew under it; the old one opens nothing afterwards
    #[command(after_help = "Example: perennial --data brand keys rotate")]
    Rotate,
}

#[derive(Args, Debug)]
pub struct DoctorArguments {
    /// Rebuilds snapshots and timers from the facts
    #[arg(long)]
    pub rebuild: bool,
    /// Goes on although acknowledged facts are missing: opens a new epoch, written into the chain
    #[arg(long)]
    pub accept_loss: bool,
}

#[derive(Args, Debug)]
pub struct ServeArguments {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Leaves decisions that fall due to another node, or to `perennial sweep`
    #[arg(long)]
    pub no_sweep: bool,
    /// A proxy in front speaks HTTPS and sets X-Forwarded-For: cookies travel by HTTPS only, requests are counted by that address
    #[arg(long, env = "PERENNIAL_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// Requests a second that one session or one key may make in the long run [default: 40 and 2000]
    #[arg(long, value_name = "N", env = "PERENNIAL_REQUESTS_PER_SECOND")]
    pub requests_per_second: Option<u32>,
    /// Everyone's current profile is kept in so much memory, what is more in a file
    #[arg(long, value_name = "MB", default_value_t = 1024, env = "PERENNIAL_PROFILE_MEMORY")]
    pub profile_memory: usize,
    #[command(flatten)]
    pub sql: SqlServed,
}

pub fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "a day is written YYYY-MM-DD".to_owned())
}

pub fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse(text).ok_or_else(|| "an instant is written like 2026-11-22T10:00:00Z".to_owned())
}

pub fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "a month is written YYYY-MM".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn clap_finds_nothing_wrong() {
        super::Arguments::command().debug_assert();
    }
}
