//! What must be true, as stories say it, and whether it is.

use perennial_kernel::{Calendar, Day, Money};
use perennial_rules::effect::Move;
use perennial_rules::reference::Brand;

use super::words::{Moment, Words};

/// What a check looks at, and what it wants to see.
#[derive(Clone, Debug)]
pub enum Check {
    /// `is new.first life 1 since 2026-01-05`, `is unknown`; `was … on 2026-02-01 known 2026-02-15`.
    Place { model: String, place: Option<PlaceIs>, on: Option<Day>, known: Option<Moment> },
    /// `decided: …`: recorded decisions that stand.
    Decided { model: String, moves: Vec<Expected> },
    /// `path: …`: the whole path as now known.
    Path { model: String, moves: Vec<Expected> },
    /// `corrects: 2026-02-05 at_risk.silent -> 2026-02-10 new.second`: by the command before.
    Corrects { model: String, changes: Vec<(Gone, Gone)> },
    /// `timers: 2026-02-05; 2026-07-04 ran 2026-07-08 09:00`: all that fired so far.
    Timers(Vec<(Moment, Option<Moment>)>),
    /// `because: recency 12; f_life 2`.
    Because { model: String, values: Vec<(String, String)>, on: Option<Day> },
    /// `because of: A1, A2`: the orders among the evidence.
    BecauseOf { model: String, orders: Vec<String>, on: Option<Day> },
    /// `would change: wait until 2026-02-05 to at_risk.silent; 1 purchase to new.second`.
    WouldChange { model: String, changes: Vec<WouldChange>, on: Option<Day> },
    /// `same as phone:19900000001`; `apart from number:N2`.
    Same { other: String, same: bool },
    /// `in conflict with number:N2 over phone`; `no conflict with number:N2`.
    Conflict { other: String, kind: Option<String> },
    /// `answered: seen`: how the command before was answered.
    Answered(super::Reply),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlaceIs {
    pub stage: String,
    pub life: Option<u32>,
    pub since: Option<Moment>,
}

/// A move as written: a day alone stands for any instant of it; where no life is named, it is that of the move before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    pub at: Moment,
    pub stage: String,
    pub life: Option<u32>,
    pub reactivated: bool,
}

/// One side of a correction; `None` is `nothing`.
pub type Gone = Option<(Moment, String)>;

/// What would move the member, the stage named by id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WouldChange {
    Wait { on: Day, to: String },
    Purchases { count: i64, to: String },
    Amount { amount: Money, to: String },
}

/// `None` when the words are no check.
pub fn read(words: &mut Words, brand: &Brand, primary: &str) -> Result<Option<Check>, String> {
    let Some(verb) = words.next() else { return Ok(None) };
    let (verb, mut ended) = (verb.trim_end_matches(':'), verb.ends_with(':'));
    let check = match verb {
        "is" | "was" => place(verb, words, primary)?,
        "same" | "apart" => {
            words.take(if verb == "same" { "as" } else { "from" });
            Check::Same { other: words.want("the other")?.to_owned(), same: verb == "same" }
        }
        "in" | "no" => {
            if !words.take("conflict") {
                return Ok(None);
            }
            words.take("with");
            let other = words.want("the other")?.to_owned();
            let kind = if words.take("over") { Some(words.want("a type")?.to_owned()) } else { None };
            Check::Conflict { other, kind }
        }
        "decided" | "path" | "corrects" | "timers" | "because" | "would" | "answered" => {
            let mut name = vec![verb];
            let mut model = primary.to_owned();
            while !ended {
                let word = words.want("a colon")?;
                ended = word.ends_with(':');
                if word == "by" {
                    let id = words.want("a model")?;
                    ended = id.ends_with(':');
                    id.trim_end_matches(':').clone_into(&mut model);
                } else {
                    name.push(word.trim_end_matches(':'));
                }
            }
            listed(&name.join(" "), words.rest(), model, brand)?
        }
        _ => return Ok(None),
    };
    words.end()?;
    Ok(Some(check))
}

fn place(verb: &str, words: &mut Words, primary: &str) -> Result<Check, String> {
    let stage = words.want("a stage")?;
    let mut is = PlaceIs { stage: stage.to_owned(), life: None, since: None };
    let (mut model, mut on, mut known) = (primary.to_owned(), None, None);
    while let Some(word) = words.next() {
        match word {
            "life" => is.life = Some(words.number("a life's number")?),
            "since" => is.since = Some(words.moment()?),
            "by" => words.want("a model")?.clone_into(&mut model),
            "on" if verb == "was" => on = Some(words.day()?),
            "known" if verb == "was" => known = Some(words.moment()?),
            other => return Err(format!("not understood: {other}")),
        }
    }
    if verb == "was" && on.is_none() {
        return Err("`was` names the day: `was new.first on 2026-01-31`".to_owned());
    }
    Ok(Check::Place { model, place: (stage != "unknown").then_some(is), on, known })
}

fn listed(name: &str, text: &str, model: String, brand: &Brand) -> Result<Check, String> {
    let items = || text.split(';').map(str::trim).filter(|item| !item.is_empty() && *item != "nothing");
    let on = None;
    Ok(match name {
        "decided" => Check::Decided { model, moves: items().map(expected).collect::<Result<_, _>>()? },
        "path" => Check::Path { model, moves: items().map(expected).collect::<Result<_, _>>()? },
        "corrects" => Check::Corrects { model, changes: items().map(change).collect::<Result<_, _>>()? },
        "timers" => Check::Timers(items().map(timer).collect::<Result<_, _>>()?),
        "because" => Check::Because { model, values: items().map(value).collect::<Result<_, _>>()?, on },
        "because of" => {
            let mut orders: Vec<String> = text.split(',').map(|id| id.trim().to_owned()).filter(|id| id != "nothing").collect();
            orders.sort();
            Check::BecauseOf { model, orders, on }
        }
        "would change" => {
            let changes = items().map(|item| would_change(item, brand)).collect::<Result<_, _>>()?;
            Check::WouldChange { model, changes, on }
        }
        "answered" => Check::Answered(match text.trim() {
            "accepted" => super::Reply::Accepted,
            "seen" => super::Reply::Seen,
            "refused" => super::Reply::Refused,
            other => return Err(format!("an answer is accepted, seen or refused, not {other}")),
        }),
        other => return Err(format!("there is no check `{other}`")),
    })
}

fn expected(item: &str) -> Result<Expected, String> {
    let mut words = Words::of(item);
    let at = words.moment()?;
    let stage = words.want("a stage")?.to_owned();
    let life = if words.take("life") { Some(words.number("a life's number")?) } else { None };
    let reactivated = words.take("reactivated");
    words.end()?;
    Ok(Expected { at, stage, life, reactivated })
}

fn change(item: &str) -> Result<(Gone, Gone), String> {
    let side = |text: &str| {
        let mut words = Words::of(text);
        if words.take("nothing") {
            return Ok(None);
        }
        let at = words.moment()?;
        let stage = words.want("a stage")?.to_owned();
        words.end()?;
        Ok::<Gone, String>(Some((at, stage)))
    };
    let (gone, come) = item.split_once("->").ok_or("a correction is written `this -> that`")?;
    Ok((side(gone)?, side(come)?))
}

fn timer(item: &str) -> Result<(Moment, Option<Moment>), String> {
    let mut words = Words::of(item);
    let due = words.moment()?;
    let ran = if words.take("ran") { Some(words.moment()?) } else { None };
    words.end()?;
    Ok((due, ran))
}

fn value(item: &str) -> Result<(String, String), String> {
    let (field, value) = item.rsplit_once(' ').ok_or("a value is written `recency 12`")?;
    Ok((field.trim().to_owned(), value.to_owned()))
}

fn would_change(item: &str, brand: &Brand) -> Result<WouldChange, String> {
    let (what, to) = item.rsplit_once(" to ").ok_or("what would change a stage is written `… to stage`")?;
    let to = to.trim().to_owned();
    let mut words = Words::of(what);
    let change = if words.take("wait") {
        words.take("until");
        WouldChange::Wait { on: words.day()?, to }
    } else if what.contains("purchase") {
        let count = words.number("a count")?;
        words.next();
        WouldChange::Purchases { count, to }
    } else {
        WouldChange::Amount { amount: words.amount(brand.currency)?, to }
    };
    words.end()?;
    Ok(change)
}

impl Check {
    /// A check that names no day of its own looks at the day its line begins with.
    pub(super) fn on(mut self, day: Day) -> Self {
        match &mut self {
            Self::Place { on, .. } | Self::Because { on, .. } | Self::BecauseOf { on, .. } | Self::WouldChange { on, .. } => {
                *on = on.or(Some(day));
            }
            Self::Decided { .. }
            | Self::Path { .. }
            | Self::Corrects { .. }
            | Self::Timers(_)
            | Self::Answered(_)
            | Self::Same { .. }
            | Self::Conflict { .. } => {}
        }
        self
    }
}

impl Expected {
    /// Whether a move is this one; `life` is that of the move before.
    pub fn is(&self, step: &Move, life: u32, calendar: &Calendar) -> bool {
        self.at.covers(step.at, calendar)
            && self.stage == step.to
            && self.life.unwrap_or(life) == step.life
            && self.reactivated == step.reactivated
    }
}
