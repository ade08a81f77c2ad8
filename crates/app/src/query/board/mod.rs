//! The board: every member's current row in memory, for lists and counts that must answer at once.
//!
//! Built by one scan in the background, then kept current by tailing the journal from where the scan began: members named by new facts
//! are read again, and on a new day those whose stage falls due. Nothing here is stored.

mod audit;
mod block;
mod columns;
mod list;
mod overview;
mod row;
mod stores;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock, RwLockReadGuard, TryLockError};
use std::time::Duration;

use perennial_kernel::{Day, Instant, Lane, MemberId, OrderKey, Seq, SubjectId};
use perennial_rules::history::History;
use perennial_rules::reference::Reference;

pub use self::audit::Audited;
pub use self::block::{Block, Seen};
pub use self::columns::{Lies, ProfileColumns, Room};
pub use self::list::{ListOf, Listed, ListedMember, Listing, Sort};
pub use self::overview::{BrandNow, Overview, RecentMove, StageMove};
use self::row::{Found, View};
pub use self::row::{NEVER, Row};
use self::table::{Gathered, Table};
use super::everyone::fold;
use super::selection::Selections;
use super::{QueryError, QueryResult};
use crate::house::House;
use crate::port::PortResult;
use crate::read;

/// How often the background looks for news.
const TICK: Duration = Duration::from_secs(1);
/// Facts read from the journal at once.
const TAIL_MAX: usize = 2000;
/// Members read again at once.
const MEMBERS_MAX: usize = 500;
/// A question waits so long for others' news to be taken in.
const PATIENCE: Duration = Duration::from_millis(500);
/// More members than this to read again, and more than a quarter of all: everyone is read anew, which is quicker.
const ANEW_MIN: usize = 20_000;

/// What a text was found to name.
#[derive(Clone, Debug)]
pub struct Hits {
    pub members: Listed,
    pub orders: Vec<(OrderKey, MemberId)>,
}

/// A handle to the board; dropping the last one stops the background.
pub struct Board {
    shared: Arc<Shared>,
}

struct Shared {
    house: Arc<House>,
    room: Room,
    selections: Selections,
    table: RwLock<Option<Table>>,
    done: AtomicU64,
    of: AtomicU64,
    /// Held by who takes in news.
    tail: Mutex<Tail>,
    stopped: AtomicBool,
    audited: Mutex<Option<Audited>>,
}

/// Up to where the journal has been taken in.
#[derive(Default)]
struct Tail {
    watermarks: Vec<(Lane, Seq)>,
    /// What the table was built with: another reference or another set of documents asks for a new one.
    reference: Option<Arc<Reference>>,
    documents: usize,
    /// The day on which everyone was last read.
    read_on: Option<Day>,
}

impl Board {
    /// Begins to read everyone, and answers at once.
    pub fn start(house: Arc<House>, room: Room) -> Self {
        let shared = Arc::new(Shared {
            house,
            room,
            audited: Mutex::default(),
            selections: Selections::default(),
            table: RwLock::new(None),
            done: AtomicU64::new(0),
            of: AtomicU64::new(0),
            tail: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let background = Arc::clone(&shared);
        let body = move || background.run();
        std::thread::Builder::new().name("board".to_owned()).spawn(body).expect("the system starts threads at boot");
        Self { shared }
    }

    /// The table with everything acknowledged so far, unless an import is running ahead of us.
    fn table(&self) -> QueryResult<Current<'_>> {
        self.shared.freshen()?;
        let guard = self.shared.read();
        if guard.is_none() {
            return Err(QueryError::Building { percent: self.shared.percent() });
        }
        Ok(Current(guard))
    }

    /// How much the columns take, and where they lie; `None` while everyone is being read.
    pub fn lies(&self) -> Option<Lies> {
        self.shared.read().as_ref().map(|table| table.columns.lies())
    }

    pub fn house(&self) -> &Arc<House> {
        &self.shared.house
    }

    /// Members and orders that a text names.
    pub fn search(&self, text: &str, limit: usize) -> QueryResult<Hits> {
        let listing = Listing { search: Some(text.to_owned()), ..Listing::default() };
        let sources = self.table()?.sources.clone();
        Ok(Hits { members: self.list(&listing, limit, None)?, orders: super::search::orders(self.house(), &sources, text)? })
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
    }
}

/// The table, read-locked and there.
struct Current<'a>(RwLockReadGuard<'a, Option<Table>>);

impl std::ops::Deref for Current<'_> {
    type Target = Table;
    fn deref(&self) -> &Table {
        self.0.as_ref().expect("whoever made this saw that the table is there")
    }
}

impl Shared {
    fn run(&self) {
        while !self.stopped.load(Ordering::Relaxed) {
            if let Err(error) = self.follow() {
                tracing::error!(%error, "the board of members cannot be kept current");
            }
            std::thread::sleep(TICK);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Option<Table>> {
        self.table.read().expect("no thread panics while holding this lock")
    }

    fn percent(&self) -> u8 {
        let (done, of) = (self.done.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed));
        (done.min(of) * 99).checked_div(of).unwrap_or(0) as u8
    }

    /// The background's turn: a new table where documents changed, else the news, however many.
    fn follow(&self) -> QueryResult<()> {
        let mut tail = self.tail.lock().expect("no thread panics while holding this lock");
        let documents = self.house.desk().documents()?.len();
        let reference = self.house.reference();
        let same = tail.reference.as_ref().is_some_and(|held| Arc::ptr_eq(held, &reference));
        if !same || documents != tail.documents || self.turned_back() {
            self.build(&mut tail)?;
            tail.reference = Some(reference);
            tail.documents = documents;
            return Ok(());
        }
        drop(tail);
        // The lock is let go between chunks, so that questions get their turn.
        loop {
            let mut tail = self.tail.lock().expect("no thread panics while holding this lock");
            self.turn_day(&mut tail)?;
            if !self.take_news(&mut tail)? || self.stopped.load(Ordering::Relaxed) {
                break;
            }
        }
        self.audit_nightly()
    }

    /// A question's turn: what little is new is taken in at once; with much new the background is at it.
    fn freshen(&self) -> QueryResult<()> {
        let begun = std::time::Instant::now();
        loop {
            match self.tail.try_lock() {
                Ok(mut tail) => {
                    if self.read().is_some() {
                        self.turn_day(&mut tail)?;
                        while self.take_news(&mut tail)? && begun.elapsed() < PATIENCE {}
                    }
                    return Ok(());
                }
                Err(TryLockError::Poisoned(_)) => return Ok(()),
                Err(TryLockError::WouldBlock) if begun.elapsed() > PATIENCE || self.read().is_none() => return Ok(()),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    /// The clock went back over midnight: only in tests and after mishaps.
    fn turned_back(&self) -> bool {
        let today = self.house.calendar().day(self.house.now());
        self.read().as_ref().is_some_and(|table| table.view.today > today)
    }

    fn build(&self, tail: &mut Tail) -> QueryResult<()> {
        // What is recorded from here on is read again: the scan may or may not have seen it.
        let heads = self.house.reader().heads()?;
        self.done.store(0, Ordering::Relaxed);
        self.of.store(heads.iter().map(|head| head.subjects).sum(), Ordering::Relaxed);
        let view = View::new(&self.house, self.house.models()?);
        let (rows, data_up_to) = fold(&self.house, None, || Gathered::new(&view, &self.done))?;
        let table = rows.into_table(self.room.clone(), data_up_to)?;
        *self.table.write().expect("no thread panics while holding this lock") = Some(table);
        tail.read_on = Some(self.house.calendar().day(self.house.now()));
        tail.watermarks = heads.iter().map(|head| (head.lane, head.seq)).collect();
        Ok(())
    }

    /// On a new day: members whose stage falls due by it.
    fn turn_day(&self, tail: &mut Tail) -> QueryResult<()> {
        let today = self.house.calendar().day(self.house.now());
        let (due, all) = {
            let guard = self.read();
            let Some(table) = guard.as_ref().filter(|table| table.view.today < today) else { return Ok(()) };
            (table.due_by(today)?, table.columns.len())
        };
        if due.len() > ANEW_MIN && due.len() > all / 4 {
            return self.build(tail);
        }
        if let Some(table) = self.table.write().expect("no thread panics while holding this lock").as_mut() {
            table.turn_to(&self.house);
        }
        // What was due is known only before the day is turned: if it cannot be read now, the background begins anew.
        self.read_again(&due).inspect_err(|_| tail.reference = None)
    }

    /// Takes in what the journal has beyond the watermarks, at most [`TAIL_MAX`] facts a lane; says whether more may be there.
    fn take_news(&self, tail: &mut Tail) -> QueryResult<bool> {
        let mut up_to = self.house.now();
        let mut more = false;
        let mut touched = BTreeSet::new();
        let mut moved = Vec::new();
        let heads = self.house.reader().heads()?;
        for head in heads {
            let after = tail.watermarks.iter().find(|(lane, _)| *lane == head.lane).map_or(Seq(0), |(_, seq)| *seq);
            if head.seq <= after {
                continue;
            }
            let facts = self.house.reader().tail(head.lane, after, TAIL_MAX)?;
            let Some(last) = facts.last() else { continue };
            if last.position.seq() < head.seq {
                more = true;
                up_to = up_to.min(last.recorded_at);
            }
            moved.push((head.lane, last.position.seq()));
            touched.extend(facts.iter().map(|fact| fact.subject).filter(|subject| *subject != SubjectId::NOBODY));
        }
        self.read_again(&touched).inspect_err(|_| tail.reference = None)?;
        for (lane, seq) in moved {
            match tail.watermarks.iter_mut().find(|(held, _)| *held == lane) {
                Some((_, held)) => *held = seq,
                None => tail.watermarks.push((lane, seq)),
            }
        }
        if let Some(table) = self.table.write().expect("no thread panics while holding this lock").as_mut() {
            table.data_up_to = up_to;
        }
        Ok(more)
    }

    fn read_again(&self, members: &BTreeSet<SubjectId>) -> QueryResult<()> {
        let members: Vec<SubjectId> = members.iter().copied().collect();
        for chunk in members.chunks(MEMBERS_MAX) {
            let found = self.evaluate(chunk)?;
            if let Some(table) = self.table.write().expect("no thread panics while holding this lock").as_mut() {
                table.apply(found)?;
            }
        }
        Ok(())
    }

    /// Rows of everyone in the families of these subjects (ascending), as they are now; `None` of whom nothing is left, and of whom is part
    /// of another member.
    fn evaluate(&self, subjects: &[SubjectId]) -> PortResult<Vec<(SubjectId, Option<Found>)>> {
        let mut reader = self.house.reader();
        let mut member_of: BTreeMap<SubjectId, SubjectId> = subjects.iter().map(|subject| (*subject, *subject)).collect();
        member_of.extend(reader.kin(subjects)?.into_iter().map(|row| (row.subject, row.member)));
        let stored = reader.facts_of(&member_of.keys().copied().collect::<Vec<_>>())?;
        drop(reader);
        let mut facts: BTreeMap<SubjectId, Vec<_>> = BTreeMap::new();
        for one in &stored {
            facts.entry(member_of[&one.subject]).or_default().push(read::fact(one)?);
        }
        let guard = self.read();
        let Some(table) = guard.as_ref() else { return Ok(Vec::new()) };
        let mut found = |subject: SubjectId| table.view.evaluate(subject, &History::new(facts.remove(&subject)?));
        Ok(member_of.into_iter().map(|(subject, member)| (subject, if subject == member { found(subject) } else { None })).collect())
    }
}

/// Up to when the board's data goes.
impl Board {
    pub fn data_up_to(&self) -> QueryResult<Instant> {
        Ok(self.table()?.data_up_to)
    }
}
