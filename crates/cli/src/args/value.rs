//! `value`.

use clap::{Args, Subcommand};
use perennial_app::query::value::{BESIDE, Unit, ValueKind};
use perennial_kernel::Day;
use perennial_value::Kind;

use super::day;

#[derive(Subcommand, Debug)]
pub enum ValueCommand {
    /// Fits a model to everyone who had bought by a day, and tells its parameters
    #[command(after_help = "Example: perennial --data brand value fit --model bgnbd --until 1997-09-30 --unit week --json")]
    Fit(FitArguments),
    /// Fits, and predicts each member's purchases and value
    #[command(
        after_help = "Example: perennial --data brand value predict --model paretonbd --until 1997-09-30 --horizon 39 > forecast.csv"
    )]
    Predict(PredictArguments),
    /// Fits a model and keeps it as a draft version of the document that conditions read
    #[command(after_help = "Example: perennial --data brand value refit --model mbgnbd --reason \"quarterly\"")]
    Refit(RefitArguments),
    /// Tells what today would be like by a version of that document
    #[command(after_help = "Example: perennial --data brand value preview 2")]
    Preview {
        /// `policy list` names them
        version_number: i64,
    },
    /// Divides the buyers of the last days by how lately, often and much they bought: eight classes, and quintiles of R by F
    #[command(after_help = "Example: perennial --data brand value rfm --window 365 --category Tea --json")]
    Rfm(RfmArguments),
    /// Lists members who slip away, by expected loss, with signs and what to do
    #[command(after_help = "Example: perennial --data brand value warnings --within 180 > warnings.csv")]
    Warnings(WarningArguments),
    /// Tells what all members are worth together on two days, and who made the difference
    #[command(after_help = "Example: perennial --data brand value equity --from 2026-01-01 --to 2026-03-31 --margin 40")]
    Equity(EquityArguments),
    /// Lists members who look, cart, buy often, speak up and bring others, and tells what they are of buyers and sales
    #[command(after_help = "Example: perennial --data brand value super-users --bought 2 --referred 0 > super-users.csv")]
    SuperUsers(SuperArguments),
    /// Lists what members bring: by buying, word of mouth, information, knowledge, trade
    #[command(after_help = "Example: perennial --data brand value kinds --by word_of_mouth > word-of-mouth.csv")]
    Kinds(KindsArguments),
    /// Tells what members say they get, less what they say it takes them, by surveys
    #[command(after_help = "Example: perennial --data brand value delivered > delivered.csv")]
    Delivered(DeliveredArguments),
    /// Scores who resembles the members one would like more of, and tells the model with its weights
    #[command(after_help = "Example: perennial --data brand value look-alikes --top 20 > alike.csv")]
    LookAlikes(LookAlikeArguments),
}

/// Which model.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum ValueModel {
    Bgnbd,
    Mbgnbd,
    Paretonbd,
    Nbd,
    Gammagamma,
}

impl ValueModel {
    /// The model of purchases; none is meant by the one of spend.
    pub fn purchases(self) -> Option<Kind> {
        match self {
            Self::Bgnbd => Some(Kind::BgNbd),
            Self::Mbgnbd => Some(Kind::MbgNbd),
            Self::Paretonbd => Some(Kind::ParetoNbd),
            Self::Nbd => Some(Kind::Nbd),
            Self::Gammagamma => None,
        }
    }
}

#[derive(Args, Debug)]
pub struct FitArguments {
    /// gammagamma is of spend, the others are of purchases
    #[arg(long, value_enum)]
    pub model: ValueModel,
    /// The last day of the purchases looked at [default: today]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub until: Option<Day>,
    /// What time is counted in: day, week or month
    #[arg(long, value_name = "UNIT", value_parser = unit, default_value = "week")]
    pub unit: Unit,
}

/// Where high begins, when it is not at given values.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum RfmCut {
    Mean,
    Median,
}

#[derive(Args, Debug)]
pub struct RfmArguments {
    /// Days that end today
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=3660), default_value = "365")]
    pub window: i32,
    /// Where high begins
    #[arg(long, value_enum, default_value = "mean")]
    pub cut: RfmCut,
    /// High is a last purchase at most so many days ago; together with --f and --m, instead of --cut
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(0..=3660), requires_all = ["f", "m"], conflicts_with = "cut")]
    pub r: Option<i64>,
    /// High is so many purchases or more
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..=1_000_000), requires_all = ["r", "m"])]
    pub f: Option<i64>,
    /// High is so much money or more, in major units
    #[arg(long, value_name = "AMOUNT", requires_all = ["r", "f"])]
    pub m: Option<String>,
    /// Only orders of this channel count
    #[arg(long, value_name = "NAME", conflicts_with = "category")]
    pub channel: Option<String>,
    /// Only lines of this product category count
    #[arg(long, value_name = "NAME")]
    pub category: Option<String>,
}

#[derive(Args, Debug)]
pub struct WarningArguments {
    /// A model of purchases [default: the one in force, else mbgnbd]
    #[arg(long, value_enum)]
    pub model: Option<ValueModel>,
    /// Silent for fewer days than this [default: the brand's life gap]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=3650))]
    pub within: Option<i32>,
}

#[derive(Args, Debug)]
pub struct EquityArguments {
    /// The first day
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub from: Day,
    /// The second day [default: today]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub to: Option<Day>,
    /// A model of purchases [default: the one in force, else mbgnbd]
    #[arg(long, value_enum)]
    pub model: Option<ValueModel>,
    /// Of sales, in percent
    #[arg(long, value_name = "PERCENT", value_parser = percent, default_value = "100")]
    pub margin: f64,
    /// How far ahead
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=120), default_value = "36")]
    pub months: u32,
    /// In percent a year
    #[arg(long, value_name = "PERCENT", value_parser = percent, default_value = "10")]
    pub discount: f64,
    /// Kinds of value counted in beside purchases: word_of_mouth, information, knowledge, trading
    #[arg(long, value_name = "KINDS", value_parser = beside, value_delimiter = ',')]
    pub with: Vec<ValueKind>,
}

/// How often each at least; 0 takes a test away.
#[derive(Args, Debug)]
pub struct SuperArguments {
    /// Days that end today
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=3660), default_value = "365")]
    pub window: i32,
    /// Days for looking and carting
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=3660), default_value = "90")]
    pub recent: i32,
    /// Products looked at or kept as favourites
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1000), default_value = "1")]
    pub looked: u32,
    /// Put into the cart
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1000), default_value = "1")]
    pub carted: u32,
    /// Purchases
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), default_value = "3")]
    pub bought: u32,
    /// Feedback and reviews
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1000), default_value = "1")]
    pub spoke: u32,
    /// Referred people who bought
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1000), default_value = "1")]
    pub referred: u32,
}

#[derive(Args, Debug)]
pub struct LookAlikeArguments {
    /// So many percent of everyone known, with most money after the day
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(1..=50), default_value = "20")]
    pub top: u32,
    /// The day whose traits are learnt from [default: 180 days ago]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub until: Option<Day>,
    /// Whom one would like more of, in the condition language, instead of the top
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["top", "until"])]
    pub condition: Option<String>,
}

#[derive(Args, Debug)]
pub struct KindsArguments {
    /// Days that end today
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=3660), default_value = "365")]
    pub window: i32,
    /// Whose list: purchase, word_of_mouth, information, knowledge or trading [default: all together]
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub by: Option<ValueKind>,
}

#[derive(Args, Debug)]
pub struct DeliveredArguments {
    /// Days that end today
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=3660), default_value = "365")]
    pub window: i32,
}

#[derive(Args, Debug)]
pub struct RefitArguments {
    #[command(flatten)]
    pub fit: FitArguments,
    /// Why, for those who come after
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
}

#[derive(Args, Debug)]
pub struct PredictArguments {
    /// A model of purchases
    #[arg(long, value_enum)]
    pub model: ValueModel,
    /// The last day of the purchases looked at [default: today]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub until: Option<Day>,
    /// What time is counted in: day, week or month
    #[arg(long, value_name = "UNIT", value_parser = unit, default_value = "week")]
    pub unit: Unit,
    /// How far ahead, in units of time
    #[arg(long, value_name = "N", value_parser = horizon)]
    pub horizon: f64,
    /// Of sales, in percent
    #[arg(long, value_name = "PERCENT", value_parser = percent, default_value = "100")]
    pub margin: f64,
    /// In percent a year
    #[arg(long, value_name = "PERCENT", value_parser = percent, default_value = "10")]
    pub discount: f64,
}

fn unit(text: &str) -> Result<Unit, String> {
    Unit::parse(text).ok_or_else(|| "time is counted in day, week or month".to_owned())
}

fn kind(text: &str) -> Result<ValueKind, String> {
    let found = ValueKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| "a kind of value is purchase, word_of_mouth, information, knowledge or trading".to_owned())
}

fn beside(text: &str) -> Result<ValueKind, String> {
    let found = BESIDE.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| "what is counted in beside purchases is word_of_mouth, information, knowledge or trading".to_owned())
}

fn horizon(text: &str) -> Result<f64, String> {
    number(text, 0.0, 10_000.0)
}

fn percent(text: &str) -> Result<f64, String> {
    number(text, 0.0, 100.0)
}

fn number(text: &str, low: f64, high: f64) -> Result<f64, String> {
    let found = text.parse().ok().filter(|number| (low..=high).contains(number));
    found.ok_or_else(|| format!("a number from {low} to {high}"))
}
