//! The door: what sources send is put into the engine's queue, and told apart by what became of it. What was not taken is kept as a
//! dead letter; what was is counted. Both the Segment API and the shops' webhooks come through here.
//!
//! A caller hears from the door after the commit: whatever it acknowledges is durable, recorded or as a letter.

mod item;
mod kept;
mod letter;
mod rate;
mod replay;
mod retain;
mod segment;
mod source;
mod tally;
mod webhook;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use perennial_kernel::{Day, Incoming};

pub use self::item::{Fate, Item, Raw, Trouble};
pub(crate) use self::kept::Kept;
pub use self::letter::{Letter, LetterPage, Listed};
pub use self::replay::{Replayed, Replaying, Reread};
pub use self::retain::KEPT_DAYS;
pub use self::segment::{EVENT_BYTES_MAX, SEGMENT_ROUTE};
pub use self::source::{Changed, Kind, Made, NewSource, OVERLAP_HOURS, Opened, SourceState};
pub use self::tally::{EventSeen, SourceNow, Today};
pub use self::webhook::{Taken, TurnedAway};
use self::{rate::Rates, source::Cast, tally::Tally};
use crate::engine::{Answer, Command, EngineError, Refusal};
use crate::house::House;
use crate::port::{PortError, PortResult};
use crate::secret::DayKey;

/// How often counts are written down.
const TICK: Duration = Duration::from_secs(1);

/// Why a door could not do what it was asked.
#[derive(Debug)]
pub enum DoorError {
    /// The engine's queue is full; nothing was taken.
    Overloaded,
    /// The batch was not written; sending it again is safe.
    Engine(Arc<EngineError>),
    Port(PortError),
    Random(getrandom::Error),
    /// An expected no.
    Refused(Refusal),
    /// There is nothing of that name.
    NotFound(Refusal),
}

pub type DoorResult<T> = Result<T, DoorError>;

impl From<PortError> for DoorError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl From<getrandom::Error> for DoorError {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

impl std::fmt::Display for DoorError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Overloaded => write!(f, "more is waiting to be recorded than the engine takes"),
            Self::Engine(error) => write!(f, "{error}"),
            Self::Port(error) => write!(f, "{error}"),
            Self::Random(error) => write!(f, "the operating system gives no random bytes: {error}"),
            Self::Refused(refusal) | Self::NotFound(refusal) => f.write_str(&refusal.en),
        }
    }
}

impl std::error::Error for DoorError {}

/// A handle to one brand's door; dropping it writes down what is counted and stops the background.
pub struct Door {
    shared: Arc<Shared>,
}

struct Shared {
    house: Arc<House>,
    tally: Mutex<Tally>,
    cast: Mutex<Cast>,
    day_key: Mutex<Option<(Day, DayKey)>>,
    replaying: Mutex<Option<Replaying>>,
    rates: Mutex<Rates>,
    stopped: AtomicBool,
}

impl Door {
    pub fn start(house: Arc<House>) -> Self {
        let shared = Arc::new(Shared {
            house,
            tally: Mutex::default(),
            cast: Mutex::default(),
            day_key: Mutex::default(),
            replaying: Mutex::default(),
            rates: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let background = Arc::clone(&shared);
        let body = move || background.run();
        std::thread::Builder::new().name("door".to_owned()).spawn(body).expect("the system starts threads at boot");
        Self { shared }
    }

    pub fn house(&self) -> &Arc<House> {
        &self.shared.house
    }

    /// Takes what one delivery of a source held, in order; answers each item's fate once everything is durable. Waits for the engine.
    pub fn deliver(&self, source: &str, items: &[Item]) -> DoorResult<Vec<Fate>> {
        let fates = self.shared.record(items)?;
        self.note(source, items, &fates)?;
        Ok(fates)
    }

    /// Keeps and counts what was recorded by another way: orders sent with an API key.
    pub fn note(&self, source: &str, items: &[Item], fates: &[Fate]) -> DoorResult<()> {
        self.shared.keep_letters(source, items, fates)?;
        let now = self.shared.house.now();
        let day = self.shared.house.calendar().day(now);
        let mut tally = self.shared.tally.lock().expect("no thread panics while holding this lock");
        tally.count(source, now, day, items, fates, |sample| self.shared.seal_sample(source, day, sample));
        Ok(())
    }

    /// Writes down what is counted so far, with the samples that wait for the next second.
    pub fn settle(&self) -> DoorResult<()> {
        self.shared.write_down()
    }

    /// A delivery that was turned away at the door as a whole: forged, too large, too much. Its words quote nothing of it.
    pub fn turned_away(&self, source: &str, code: &str, en: &str, zh: &str) {
        let now = self.shared.house.now();
        self.shared.tally.lock().expect("no thread panics while holding this lock").turned_away(source, now, code, en, zh);
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        if let Err(error) = self.shared.write_down() {
            tracing::warn!(%error, "the last counts of sources were not written down");
        }
    }
}

impl Shared {
    fn run(&self) {
        let mut ticks = 0_u64;
        while !self.stopped.load(Ordering::Relaxed) {
            let done = self.write_down().and_then(|()| if ticks.is_multiple_of(retain::EVERY_TICKS) { self.retain() } else { Ok(()) });
            if let Err(error) = done {
                tracing::error!(%error, "counts of sources were not written down");
            }
            ticks += 1;
            std::thread::sleep(TICK);
        }
    }

    /// Through the engine, as one set of commands; what could not be read has its fate already.
    fn record(&self, items: &[Item]) -> DoorResult<Vec<Fate>> {
        let incoming = || items.iter().filter_map(|item| item.read.as_ref().ok()).flatten();
        let command = |incoming: &Incoming| Command::Record { incoming: Box::new(incoming.clone()), import: None };
        let commands: Vec<Command> = incoming().map(command).collect();
        let mut answers = self.answers(commands)?.into_iter();
        Ok(items.iter().map(|item| item.fate(&mut answers)).collect())
    }

    fn answers(&self, commands: Vec<Command>) -> DoorResult<Vec<Answer>> {
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        let (sender, receiver) = sync_channel(1);
        let reply = Box::new(move |answers| {
            // Whoever waits may have been stopped; what is recorded stays recorded.
            let _ = sender.send(answers);
        });
        self.house.queue().submit(commands, reply).map_err(|_| DoorError::Overloaded)?;
        receiver.recv().map_err(|_| DoorError::Overloaded)?.map_err(DoorError::Engine)
    }

    /// Today's key, made when there is none.
    fn day_key(&self, day: Day) -> DoorResult<DayKey> {
        let mut held = self.day_key.lock().expect("no thread panics while holding this lock");
        if let Some((held_day, key)) = held.as_ref()
            && *held_day == day
        {
            return Ok(key.clone());
        }
        let mut keys = self.house.keys();
        let wrapped = match keys.day_key(day)? {
            Some(wrapped) => wrapped,
            None => keys.keep_day_key(day, self.house.secrets().new_day_key(day)?.1)?,
        };
        drop(keys);
        let key = open_key(&self.house, day, &wrapped)?;
        *held = Some((day, key.clone()));
        Ok(key)
    }

    /// The key of a day past; `None` once it is destroyed.
    fn past_key(&self, day: Day) -> PortResult<Option<DayKey>> {
        past_key(&self.house, day)
    }
}

/// The key of a day past; `None` once it is destroyed.
fn past_key(house: &House, day: Day) -> PortResult<Option<DayKey>> {
    let wrapped = house.keys().day_key(day)?;
    wrapped.map(|wrapped| open_key(house, day, &wrapped)).transpose()
}

fn open_key(house: &House, day: Day, wrapped: &[u8]) -> PortResult<DayKey> {
    let damaged = |_| PortError::Damaged(format!("the key of {day} does not open with this master key"));
    house.secrets().open_day_key(day, wrapped).map_err(damaged)
}
