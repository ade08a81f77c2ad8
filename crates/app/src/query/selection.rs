//! Members chosen by a condition: from the profile columns where these answer it, else by one pass over everyone in the background, kept for a
//! while. Who asks meanwhile hears how far it is; a pass nobody asks about any more ends by itself.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Stopwatch};

use perennial_backtest::{Fold, Reads};
use perennial_condition::{Catalog, Checked, FieldId, Problem};
use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::book::Book;
use perennial_rules::fields::Vocabulary;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::lifecycle::document::{Document, Group, Label, StageText};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::profile::{self, Profile};
use perennial_rules::reference::Reference;

use super::board::{Block, Seen};
use super::everyone::fold_while;
use super::{QueryError, QueryResult};
use crate::house::House;
use crate::port::LaneHead;

/// A question waits so long before it hears how far the pass is.
const PATIENCE: Duration = Duration::from_millis(1500);
/// A finished selection serves so long although facts have come since; it says up to when its data goes.
const FRESH_MS: i64 = 60_000;
/// A pass nobody has asked about for so long ends.
const FORGOTTEN_MS: i64 = 15_000;
const KEPT_MAX: usize = 8;

/// A condition read and checked: what a list is filtered by.
#[derive(Clone, Debug)]
pub struct Condition {
    pub checked: Checked,
    /// As the program prints it.
    pub text: String,
    /// What of the board answers each field, when the board can answer all of it.
    known: Option<Vec<(FieldId, Known)>>,
}

/// A field that the profile columns hold.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    Recency,
    FLife,
    FTotal,
    MTotal,
    Life,
    First,
    Last,
    SinceFirst,
}

const KNOWN: [(&str, Known); 8] = [
    ("recency", Known::Recency),
    ("f_life", Known::FLife),
    ("f_total", Known::FTotal),
    ("m_total", Known::MTotal),
    ("life", Known::Life),
    ("first_purchase_on", Known::First),
    ("last_purchase_on", Known::Last),
    ("days_since_first_purchase", Known::SinceFirst),
];

impl Condition {
    /// Problems carry byte offsets into the text.
    pub fn read(house: &House, text: &str) -> Result<Self, Vec<Problem>> {
        let catalog = profile::catalog(&(&house.reference().brand).into());
        let expr = perennial_condition::parse(text, &catalog)?;
        let checked = perennial_condition::check(&expr, &catalog)?;
        let text = perennial_condition::print(&expr, &catalog);
        let known = if checked.series().is_empty() { known(&checked, &catalog) } else { None };
        Ok(Self { checked, text, known })
    }

    /// Whether the profile columns answer it.
    pub fn by_columns(&self) -> bool {
        self.known.is_some()
    }

    /// The places in the block of whom it selects, ascending; for conditions that [`Self::by_columns`].
    pub fn select(&self, block: &Block, today: Day, see: &mut impl FnMut(usize)) {
        let known = self.known.as_deref().unwrap_or_default();
        self.checked.select(&Seen { block, today, known }, see);
    }

    /// How many of the block it selects; for conditions that [`Self::by_columns`].
    pub fn count(&self, block: &Block, today: Day) -> usize {
        self.checked.count(&Seen { block, today, known: self.known.as_deref().unwrap_or_default() })
    }
}

fn known(checked: &Checked, catalog: &Catalog) -> Option<Vec<(FieldId, Known)>> {
    let find = |id: &FieldId| {
        let name = &catalog.fields.get(id.0)?.name;
        KNOWN.iter().find(|(held, _)| held == name).map(|(_, known)| (*id, *known))
    };
    checked.fields().iter().map(find).collect()
}

/// Whom a condition chose.
#[derive(Debug)]
pub struct Selected {
    /// Ascending.
    pub members: Vec<MemberId>,
    pub data_up_to: Instant,
}

impl Selected {
    pub fn holds(&self, member: MemberId) -> bool {
        self.members.binary_search(&member).is_ok()
    }
}

/// Selections at work and kept, the latest last.
#[derive(Default)]
pub struct Selections(Mutex<Vec<Arc<Pass>>>);

struct Pass {
    text: String,
    day: Day,
    heads: Vec<LaneHead>,
    begun: Instant,
    asked: AtomicI64,
    done: AtomicU64,
    of: u64,
    stopped: AtomicBool,
    answer: Mutex<Option<Result<Arc<Selected>, String>>>,
}

impl Pass {
    fn answer(&self) -> Option<Result<Arc<Selected>, String>> {
        self.answer.lock().expect("no thread panics while holding this lock").clone()
    }

    fn serves(&self, text: &str, day: Day, heads: &[LaneHead], now: Instant) -> bool {
        self.text == text
            && self.day == day
            && !self.stopped.load(Ordering::Relaxed)
            && !matches!(self.answer(), Some(Err(_)))
            && (self.heads == heads || now.0 - self.begun.0 < FRESH_MS)
    }

    fn percent(&self) -> u8 {
        let done = self.done.load(Ordering::Relaxed);
        (done.min(self.of) * 99).checked_div(self.of).unwrap_or(0) as u8
    }
}

impl Selections {
    /// The members, or how far the pass over everyone is.
    pub fn get(&self, house: &Arc<House>, condition: &Condition) -> QueryResult<Arc<Selected>> {
        let pass = self.pass(house, condition)?;
        let begun = Stopwatch::now();
        loop {
            pass.asked.store(house.now().0, Ordering::Relaxed);
            match pass.answer() {
                Some(Ok(selected)) => return Ok(selected),
                Some(Err(why)) => return Err(crate::port::PortError::Failed(why).into()),
                None if begun.elapsed() > PATIENCE || pass.stopped.load(Ordering::Relaxed) => {
                    return Err(QueryError::Selecting { percent: pass.percent() });
                }
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// As [`Self::get`], however long it takes; ends early when `goes_on` says no.
    pub fn wait(&self, house: &Arc<House>, condition: &Condition, goes_on: &dyn Fn() -> bool) -> QueryResult<Option<Arc<Selected>>> {
        while goes_on() {
            match self.get(house, condition) {
                Err(QueryError::Selecting { .. }) => {}
                other => return other.map(Some),
            }
        }
        Ok(None)
    }

    fn pass(&self, house: &Arc<House>, condition: &Condition) -> QueryResult<Arc<Pass>> {
        let now = house.now();
        let day = house.calendar().day(now);
        let heads = house.reader().heads()?;
        let mut held = self.0.lock().expect("no thread panics while holding this lock");
        if let Some(pass) = held.iter().rfind(|pass| pass.serves(&condition.text, day, &heads, now)) {
            return Ok(Arc::clone(pass));
        }
        let of = heads.iter().map(|head| head.subjects).sum();
        let pass = Arc::new(Pass {
            text: condition.text.clone(),
            day,
            heads,
            begun: now,
            asked: AtomicI64::new(now.0),
            done: AtomicU64::new(0),
            of,
            stopped: AtomicBool::new(false),
            answer: Mutex::new(None),
        });
        held.push(Arc::clone(&pass));
        if held.len() > KEPT_MAX {
            held.remove(0).stopped.store(true, Ordering::Relaxed);
        }
        let (at_work, house) = (Arc::clone(&pass), Arc::clone(house));
        let body = move || at_work.run(&house);
        let spawned = std::thread::Builder::new().name("selection".to_owned()).spawn(body);
        spawned.map_err(|why| crate::port::PortError::Failed(why.to_string()))?;
        Ok(pass)
    }
}

impl Pass {
    fn run(&self, house: &House) {
        let answer = self.select(house);
        // A part of everyone is no answer.
        if self.stopped.load(Ordering::Relaxed) {
            return;
        }
        *self.answer.lock().expect("no thread panics while holding this lock") = Some(answer.map(Arc::new).map_err(|why| why.to_string()));
    }

    fn select(&self, house: &House) -> QueryResult<Selected> {
        let active = house.reference();
        // A field that the condition names may have been dropped since it was read.
        let gone = || super::refused("condition.outdated", "the condition names what is defined no more", "条件引用的字段已不存在");
        let reference = active.only(model_of(&self.text, &(&active.brand).into()).ok_or_else(gone)?);
        let until = reference.calendar.end(self.day);
        let wanted = || {
            let forgotten = house.now().0 - self.asked.load(Ordering::Relaxed) > FORGOTTEN_MS;
            if forgotten {
                self.stopped.store(true, Ordering::Relaxed);
            }
            !forgotten && !self.stopped.load(Ordering::Relaxed)
        };
        let start =
            || Chosen { reference: &reference, day: self.day, until, done: &self.done, members: Vec::new(), book: Book::new(&reference) };
        let (mut chosen, data_up_to) = fold_while(house, None, start, &wanted)?;
        chosen.members.sort_unstable();
        Ok(Selected { members: chosen.members, data_up_to })
    }
}

/// A model of two stages: in, and everyone else. So a condition sees exactly what stages see.
pub(crate) fn model_of(text: &str, vocabulary: &Vocabulary) -> Option<Model> {
    let label = || Label { en: "selection".to_owned(), zh: "selection".to_owned() };
    let stage = |id: &str, when: Option<&str>| StageText {
        id: id.to_owned(),
        group: "selection".to_owned(),
        name: label(),
        when: when.map(str::to_owned),
    };
    let document = Document {
        id: "selection".to_owned(),
        name: label(),
        groups: vec![Group { id: "selection".to_owned(), name: label() }],
        lets: Vec::new(),
        stages: vec![stage("in", Some(text)), stage("out", None)],
        display: Vec::new(),
    };
    Model::compile(document, 0, vocabulary).ok()
}

struct Chosen<'a> {
    reference: &'a Reference,
    day: Day,
    until: Instant,
    done: &'a AtomicU64,
    members: Vec<MemberId>,
    book: Book,
}

impl Chosen<'_> {
    /// The member whose book is in hand.
    fn choose(&mut self, member: MemberId) {
        let is_known = self.book.known_from.is_some();
        if is_known && self.reference.models()[0].stage_of(&Profile::of(&self.book, self.reference, self.day)) == 0 {
            self.members.push(member);
        }
    }
}

impl Fold for Chosen<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.book = Book::new(self.reference);
        for fact in history.facts().iter().take_while(|fact| fact.occurred_at <= self.until) {
            self.book.apply(self.reference, fact);
        }
        self.choose(member);
        self.book = Book::new(self.reference);
    }

    fn reads(&self) -> Option<Reads> {
        self.reference.models()[0].is_about_purchases().then_some(Reads { until: self.until, names: false })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.book.fill(self.reference, flat, self.until);
        self.choose(flat.member);
        true
    }

    fn merge(&mut self, other: Self) {
        self.members.extend(other.members);
    }
}
