//! Stories: what happens to a member, and what must be true then, in plain text under `scenarios/`. The same file runs against the rules
//! alone, against each store through the engine and over HTTP: a runner is a [`World`], and knows nothing of the text.
//!
//! ```text
//! # A purchase after sleep starts a second life
//! brand: Asia/Shanghai CNY
//! model: rf
//!
//! 2026-01-05 10:00  buys A1 120.00
//! 2026-07-10        is lapsed.sleeping since 2026-07-04
//! ```
//!
//! A line begins with the moment at which it *arrives*: a day, and a time in the brand's zone (noon where a deed names none, the start of
//! the day for a check). `[phone:19900000001,number:N1]` after it says who, by each of these values. `late 2026-01-05 09:00 buys …` says that it had happened before, `import 1 2026-01-05 buys …` that a file brought
//! it. A line that begins with a space continues the one before.

mod check;
mod deed;
mod drive;
mod read;
mod run;
mod words;

use perennial_kernel::{Day, ImportId, Incoming, Instant};
use perennial_rules::effect::Move;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::Brand;

pub use check::{Check, Expected, Gone, WouldChange};
pub use deed::identities;
pub use read::read;
pub use run::run;

/// One story, ready to be run by anything that is a [`World`].
#[derive(Clone, Debug)]
pub struct Story {
    pub title: String,
    pub brand: Brand,
    /// In force from the beginning, the first is what checks speak about by default.
    pub models: Vec<Model>,
    /// What occurred before it is backfill.
    pub go_live: Option<Instant>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub struct Step {
    /// The line in the file, from 1.
    pub line: usize,
    /// When it arrives; never before the step before.
    pub at: Instant,
    pub who: String,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    /// Something was sent to us.
    Record { import: Option<ImportId>, incoming: Box<Incoming> },
    /// An import is undone.
    Retract(ImportId),
    /// Nothing fires of its own accord until then.
    Down(Instant),
    /// A model version is put in force.
    Activate(Box<Model>),
    /// Somebody rules that two are one person, or that they are not.
    Rule { other: String, together: bool },
    /// The world must look like this.
    Check(Check),
}

/// How a command was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reply {
    Accepted,
    /// Sent before: the first answer again.
    Seen,
    /// The same key with other content.
    Refused,
}

/// Where a member stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub stage: String,
    pub life: u32,
    pub since: Instant,
}

/// A recorded decision that no longer holds, and what holds instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Correction {
    pub gone: Option<Move>,
    pub come: Option<Move>,
}

/// A decision that fell due by time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timer {
    pub due: Instant,
    pub ran: Instant,
}

/// Why a member stands where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reasons {
    /// Values by field, as text.
    pub values: Vec<(String, String)>,
    /// Ids of the orders among the evidence.
    pub orders: Vec<String>,
    pub would_change: Vec<WouldChange>,
}

/// Something stories can happen to. Instants never go back; `who` names a member within the story.
pub trait World {
    fn record(&mut self, at: Instant, who: &str, import: Option<ImportId>, incoming: &Incoming) -> Reply;
    fn retract(&mut self, at: Instant, import: ImportId);
    fn down(&mut self, at: Instant, until: Instant);
    fn activate(&mut self, at: Instant, model: &Model);
    /// Somebody rules that two are one person, or that they are not. Both are named by a value.
    fn rule(&mut self, at: Instant, who: &str, other: &str, together: bool);
    /// Time goes by; what falls due happens.
    fn pass(&mut self, to: Instant);

    /// Where the member stands as of a day, restated, with what was known by an instant (default: now). `None` while unknown.
    fn place(&mut self, who: &str, model: &str, on: Day, known_at: Option<Instant>) -> Option<Place>;
    /// Recorded decisions that stand, in the order in which they take effect.
    fn decided(&mut self, who: &str, model: &str) -> Vec<Move>;
    /// The whole path as now known, from the first trace of the member.
    fn path(&mut self, who: &str, model: &str) -> Vec<Move>;
    /// What the last command made the system correct.
    fn corrections(&mut self, who: &str, model: &str) -> Vec<Correction>;
    /// Every timer that fired for the member, in order.
    fn timers(&mut self, who: &str) -> Vec<Timer>;
    /// Whether both are one member now. Both are named by a value.
    fn same(&mut self, who: &str, other: &str) -> bool;
    /// The type by which both are in conflict, if they are.
    fn conflict(&mut self, who: &str, other: &str) -> Option<String>;
    /// The explanation as of a day. `None` while unknown.
    fn reasons(&mut self, who: &str, model: &str, on: Day) -> Option<Reasons>;
}
