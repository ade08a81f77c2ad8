//! Early warning (SPEC VA-7): who is slipping away, by what signs, what is at stake, and what one may do. Judged on a holdout by itself.
//!
//! Listed are members whose current life goes on (silent for less than the brand's life gap, or another number of days) with at least one
//! sign. They are ranked by expected loss: spend expected of them in the next 365 days if they are alive, times the probability that they are not.

use perennial_backtest::{Books, Fold, OfBooks};
use perennial_kernel::{Body, Day, Fact, MemberId, Money};
use perennial_rules::book::Book;
use perennial_rules::history::History;
use perennial_rules::profile::Purchases;
use perennial_rules::reference::Reference;
use perennial_rules::series::DaySeries;
use perennial_rules::signal::Signal;
use perennial_rules::value::{PURCHASES_AHEAD, SPEND_AHEAD, ValueModel, silence_percentile, usual_gap, whole};
use perennial_value::Kind;

use super::buyers::{Buyer, Unit};
use super::holdout::auc;
use super::sign::{Action, Sign};
use super::versions::{document_of, fitted};
use crate::house::{House, HouseError};
use crate::query::everyone::{Counted, fold};
use crate::query::{QueryResult, not_after_today, refused};

/// Fitted where no model is in force and none is named: under it also who bought once may be lost.
const USUAL: Kind = Kind::MbgNbd;
/// One in so many of the list, those of whom most would be lost, is worth a personal word.
const PERSONAL_SHARE: usize = 5;

/// By which model.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct By {
    pub model: ValueModel,
    /// The version in force; `None` for one fitted for this answer.
    pub in_force: Option<i64>,
}

/// The model in force, or one fitted now where none is or another kind is wanted.
pub fn by(house: &House, wanted: Option<Kind>) -> QueryResult<By> {
    let reference = house.reference();
    let in_force = reference.brand.value.filter(|held| wanted.is_none_or(|kind| held.kind() == kind));
    if let Some(model) = in_force {
        return Ok(By { model, in_force: Some(model.version) });
    }
    let today = reference.calendar.day(house.now());
    let document = fitted(house, wanted.unwrap_or(USUAL), today, Unit::Week)?;
    let lift = |found: Vec<_>| HouseError::Policies(found.into_iter().map(Into::into).collect());
    Ok(By { model: document.compile(0, reference.brand.currency).map_err(lift)?, in_force: None })
}

#[derive(Clone, PartialEq, Debug)]
pub struct Warning {
    pub member: MemberId,
    /// Days since the last purchase.
    pub silence: i32,
    pub usual_gap: Option<i32>,
    pub percentile: Option<f64>,
    pub p_alive: f64,
    /// Purchases expected in the next 90 days, now and on the day of the last purchase.
    pub expected: f64,
    pub expected_then: f64,
    /// Spend expected in the next 365 days if alive.
    pub if_alive: Money,
    pub loss: Money,
    /// Never empty.
    pub signs: Vec<Sign>,
    pub action: Action,
}

/// How well a ranking tells who does not come back from who does.
#[derive(Clone, PartialEq, Debug)]
pub struct Ranking {
    /// expected_purchases, p_alive, silence, silence_percentile.
    pub name: &'static str,
    /// Among members who would have stood in the list, and among all buyers: of one who stayed away and one who came back, how often the
    /// first stood higher. `None` where all or none came back.
    pub among_current: Option<f64>,
    pub among_all: Option<f64>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Warnings {
    pub as_of: Day,
    /// Silent for fewer days than this.
    pub within: i32,
    pub by: By,
    /// Members whose current life goes on, and what would be lost of them in all.
    pub current: u64,
    pub loss: Money,
    /// By expected loss.
    pub members: Vec<Warning>,
}

/// As of the end of today.
pub fn warnings(house: &House, wanted: Option<Kind>, within: Option<i32>) -> QueryResult<Counted<Warnings>> {
    let by = by(house, wanted)?;
    let reference = house.reference();
    let today = reference.calendar.day(house.now());
    let within = within.unwrap_or(reference.brand.life_gap_days);
    let start = || Slipping { reference: &reference, by: &by, today, within, current: 0, found: Vec::new() };
    let (slipping, data_up_to) = fold(house, None, start)?;
    let (current, mut members) = (slipping.current, slipping.found);
    members.sort_unstable_by_key(|one| (std::cmp::Reverse(one.loss), one.member));
    let personal = members.len() / PERSONAL_SHARE;
    for (at, one) in members.iter_mut().enumerate() {
        one.action = Action::of(&one.signs, at < personal);
    }
    let loss = Money(members.iter().map(|one| one.loss.0).sum());
    Ok(Counted { table: Warnings { as_of: today, within, by, current, loss, members }, data_up_to })
}

struct Slipping<'a> {
    reference: &'a Reference,
    by: &'a By,
    today: Day,
    within: i32,
    current: u64,
    found: Vec<Warning>,
}

impl Fold for Slipping<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        let book = history.book(self.reference, self.reference.calendar.end(self.today));
        let brand = &self.reference.brand;
        let purchases = Purchases::as_of(&book.purchases, self.today, brand.life_gap_days, brand.counting);
        if purchases.last.is_none_or(|last| self.today - last >= self.within) || book.is_erased() {
            return;
        }
        self.current += 1;
        let complaints = complaints(self.reference, history, self.today);
        self.found.extend(warning(member, &self.by.model, &purchases, &book.purchases, self.today, complaints));
    }

    fn merge(&mut self, other: Self) {
        self.current += other.current;
        self.found.extend(other.found);
    }
}

fn warning(
    member: MemberId,
    model: &ValueModel,
    purchases: &Purchases,
    series: &DaySeries,
    today: Day,
    complaints: u32,
) -> Option<Warning> {
    let last = purchases.last?;
    let (usual_gap, percentile) = (usual_gap(series, today), silence_percentile(series, today));
    let p_alive = model.p_alive(purchases, today)?;
    let expected = |day: Day| model.expected_purchases(purchases, day, PURCHASES_AHEAD);
    let (expected, expected_then) = (expected(today)?, expected(last)?);
    let worth = model.worth(purchases).unwrap_or(0.0);
    let if_alive = worth * model.expected_if_alive(purchases, today, SPEND_AHEAD)?;
    let silence = today - last;
    let signs = [
        (complaints > 0).then_some(Sign::Complained { times: complaints }),
        Sign::out_of_rhythm(series, today, silence, usual_gap, percentile),
        Sign::spends_less(series, today),
        (expected <= expected_then / 2.0).then_some(Sign::ExpectedLess { then: expected_then, now: expected }),
        (p_alive < 0.5).then_some(Sign::LikelyLost { p_alive }),
    ];
    let signs: Vec<Sign> = signs.into_iter().flatten().collect();
    (!signs.is_empty()).then(|| Warning {
        member,
        silence,
        usual_gap,
        percentile,
        p_alive,
        expected,
        expected_then,
        if_alive: whole(if_alive),
        loss: whole(if_alive * (1.0 - p_alive)),
        action: Action::of(&signs, false),
        signs,
    })
}

const COMPLAINT_DAYS: i32 = 90;

fn complaints(reference: &Reference, history: &History, today: Day) -> u32 {
    let (from, until) = (reference.calendar.start(today - (COMPLAINT_DAYS - 1)), reference.calendar.end(today));
    let within = history.facts().iter().rev().take_while(|fact| fact.occurred_at >= from).filter(|fact| fact.occurred_at <= until);
    let signals = &reference.brand.signals;
    let complained = |fact: &&Fact| matches!(&fact.body, Body::Behaved { name, .. } if signals.said_by(name).contains(&Signal::Complaint));
    within.filter(complained).count() as u32
}

/// How the ranking would have done: the model fitted on what was known by the end of `until`, the lists of that day, held against who came back
/// by the end of `to`.
#[derive(Clone, PartialEq, Debug)]
pub struct Judgement {
    pub until: Day,
    pub to: Day,
    pub model: Kind,
    /// Buyers by `until`, those of them whose life went on, and who came back of each.
    pub buyers: u64,
    pub returned: u64,
    pub current: u64,
    pub current_returned: u64,
    pub rankings: Vec<Ranking>,
}

pub fn judgement(house: &House, wanted: Option<Kind>, within: Option<i32>, until: Day, to: Day) -> QueryResult<Counted<Judgement>> {
    not_after_today(house, to)?;
    if until >= to {
        return Err(refused("day.range_backwards", format!("{until} is not before {to}"), format!("{until} 不早于 {to}")));
    }
    let reference = house.reference();
    let kind = wanted.or(reference.brand.value.map(|held| held.kind())).unwrap_or(USUAL);
    let within = within.unwrap_or(reference.brand.life_gap_days);
    let start = || Looked { reference: &reference, until, found: Vec::new() };
    let (looked, data_up_to) = fold(house, None, || Books::new(&reference, reference.calendar.end(to), start()))?;
    let mut looked = looked.into_question();
    looked.found.sort_unstable_by_key(|one| one.member);
    let mut judgement = Judgement {
        until,
        to,
        model: kind,
        buyers: looked.found.len() as u64,
        returned: looked.found.iter().filter(|one| one.returned).count() as u64,
        current: 0,
        current_returned: 0,
        rankings: Vec::new(),
    };
    let current: Vec<bool> = looked.found.iter().map(|one| one.purchases.last.is_some_and(|last| until - last < within)).collect();
    judgement.current = current.iter().filter(|is| **is).count() as u64;
    judgement.current_returned = looked.found.iter().zip(&current).filter(|(one, is)| **is && one.returned).count() as u64;
    if looked.found.is_empty() {
        return Ok(Counted { table: judgement, data_up_to });
    }
    let buyers: Vec<Buyer> = looked.found.iter().filter_map(Case::buyer).collect();
    let lift = |found: Vec<_>| HouseError::Policies(found.into_iter().map(Into::into).collect());
    let model =
        document_of(&buyers, kind, until, Unit::Week, reference.brand.currency).compile(0, reference.brand.currency).map_err(lift)?;
    let rankings: [(&str, Score<'_>); 4] = [
        ("expected_purchases", &|one| -model.expected_purchases(&one.purchases, until, PURCHASES_AHEAD).unwrap_or(0.0)),
        ("p_alive", &|one| -model.p_alive(&one.purchases, until).unwrap_or(0.0)),
        ("silence", &|one| one.purchases.last.map_or(0.0, |last| f64::from(until - last))),
        ("silence_percentile", &|one| one.percentile.unwrap_or(50.0)),
    ];
    for (name, score) in rankings {
        let of = |all: bool| {
            let cases = looked.found.iter().zip(&current).filter(|(_, is)| all || **is);
            auc(cases.map(|(one, _)| (score(one), !one.returned)).collect())
        };
        judgement.rankings.push(Ranking { name, among_current: of(false), among_all: of(true) });
    }
    Ok(Counted { table: judgement, data_up_to })
}

/// The higher, the likelier somebody stays away.
type Score<'a> = &'a dyn Fn(&Case) -> f64;

/// One buyer as seen at the end of the first day, and whether anything was bought after it.
struct Case {
    member: MemberId,
    purchases: Purchases,
    percentile: Option<f64>,
    returned: bool,
}

impl Case {
    fn buyer(&self) -> Option<Buyer> {
        let (first, last) = (self.purchases.first?, self.purchases.last?);
        let repeats = u32::try_from(self.purchases.days - 1).ok()?;
        Some(Buyer { member: self.member, repeats, first, last, spent: self.purchases.m_again.0 })
    }
}

struct Looked<'a> {
    reference: &'a Reference,
    until: Day,
    found: Vec<Case>,
}

impl OfBooks for Looked<'_> {
    fn add(&mut self, member: MemberId, book: &Book) {
        let (series, brand) = (&book.purchases, &self.reference.brand);
        let purchases = Purchases::as_of(series, self.until, brand.life_gap_days, brand.counting);
        if purchases.days == 0 {
            return;
        }
        let returned = series.entries().iter().any(|entry| entry.day > self.until && entry.count > 0);
        let percentile = silence_percentile(series, self.until);
        self.found.push(Case { member, purchases, percentile, returned });
    }

    fn merge(&mut self, other: Self) {
        self.found.extend(other.found);
    }
}
