//! What the lake consists of, as numbered documents: the highest number stands. Publishing one is the only way anything comes or goes, so
//! whoever dies in between leaves the one before.

use std::fmt::Write;

use perennial_app::port::journal::Chain;
use perennial_app::port::{Journal, PortResult};
use perennial_kernel::{Lane, Seq};
use serde::{Deserialize, Serialize};

use super::depot::{Depot, damaged};

/// What is written now; a lake of another format is built anew.
const FORMAT: u32 = 2;
const PREFIX: &str = "manifest-";
const SUFFIX: &str = ".json";
/// Old manifests that are kept beside the one that stands: somebody may be about to read one.
const KEPT: usize = 4;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    pub number: u64,
    /// Up to where each lane of the journal is in the runs, by lane.
    pub marks: Vec<Mark>,
    /// Each fact up to the marks is in exactly one.
    pub runs: Vec<RunNote>,
    /// Files no longer part of anything, and since when (milliseconds since 1970): a query may still read them for a while.
    pub retired: Vec<(String, i64)>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Mark {
    pub lane: u16,
    pub seq: u64,
    /// The lane's chain value there, in hexadecimal: what was read is of this journal, and not of one that was restored since.
    pub chain: String,
}

/// Facts sorted by subject and time, in one file or several that follow each other by subject.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RunNote {
    pub files: Vec<FileNote>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileNote {
    pub name: String,
    pub rows: u64,
    pub bytes: u64,
    /// The first and the last subject.
    pub first: i64,
    pub last: i64,
}

impl RunNote {
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }
}

impl Manifest {
    pub fn empty() -> Self {
        Self { format: FORMAT, number: 0, marks: Vec::new(), runs: Vec::new(), retired: Vec::new() }
    }

    /// The one that stands; [`Self::empty`] with nothing there, and with what is of another format or damaged, whose number it goes on from:
    /// the journal has everything, so a lake is never worth not starting for.
    pub fn load(depot: &Depot) -> PortResult<Self> {
        // One that was listed may have been tidied away by whoever published others since: the newest of another list is there.
        for attempt in 0.. {
            let Some(number) = numbers(depot)?.pop() else { return Ok(Self::empty()) };
            let read = match depot.read(&name_of(number)) {
                Err(_) if attempt < 3 => continue,
                read => read?,
            };
            let stands = serde_json::from_slice(&read).unwrap_or_else(|error| {
                tracing::error!(%error, "{} cannot be read: the lake is built anew from the journal", name_of(number));
                Self::empty()
            });
            // Numbers go on, so that what is published next is the highest.
            return Ok(if stands.format == FORMAT && stands.number == number { stands } else { Self { number, ..Self::empty() } });
        }
        unreachable!("the loop ends by an answer")
    }

    /// Makes this, numbered one higher, the one that stands; `None` when somebody else was first.
    pub fn publish(mut self, depot: &Depot) -> PortResult<Option<Self>> {
        self.number += 1;
        let body = serde_json::to_vec(&self).map_err(|error| damaged("manifest", &error))?;
        if !depot.publish(&name_of(self.number), &body)? {
            return Ok(None);
        }
        let mut older = numbers(depot)?;
        older.truncate(older.len().saturating_sub(KEPT));
        for number in older {
            depot.remove(&name_of(number))?;
        }
        Ok(Some(self))
    }

    /// Whether the journal says of every mark what it said when the mark was made. It does not after a restore of an older backup.
    pub fn is_of(&self, journal: &mut dyn Journal) -> PortResult<bool> {
        for mark in self.marks.iter().filter(|mark| mark.seq > 0) {
            let facts = journal.tail(Lane(mark.lane), Seq(mark.seq - 1), 1)?;
            if facts.first().is_none_or(|fact| hex(fact.chain) != mark.chain) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub fn rows(&self) -> u64 {
        self.runs.iter().map(RunNote::rows).sum()
    }
}

pub fn hex(chain: Chain) -> String {
    let mut text = String::with_capacity(64);
    for byte in chain.0 {
        write!(text, "{byte:02x}").expect("a string takes whatever is written");
    }
    text
}

/// Of [`hex`]; anything else is no chain value any journal has.
pub fn unhex(text: &str) -> Chain {
    let byte = |at: usize| text.get(2 * at..2 * at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0);
    Chain(std::array::from_fn(byte))
}

/// What a writer that died was about.
pub fn is_unfinished(name: &str) -> bool {
    name.split('.').next_back() == Some("tmp")
}

/// What the lake's own files are called; anything else in the folder is not ours to remove.
pub fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX) || name.starts_with("run-")
}

fn name_of(number: u64) -> String {
    format!("{PREFIX}{number:012}{SUFFIX}")
}

fn numbers(depot: &Depot) -> PortResult<Vec<u64>> {
    let names = depot.list()?;
    let number = |(name, _): &(String, u64)| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.parse().ok();
    let mut numbers: Vec<u64> = names.iter().filter_map(number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}
