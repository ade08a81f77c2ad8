//! What sources deliver, counted in memory and written down every second; a crash loses the counts of that second and nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use perennial_kernel::{Day, Instant};

use super::{Door, DoorResult, Fate, Item, Raw, Shared};
use crate::port::source::{SourceDay, SourceEvent, SourceRow, SourceSigns};

/// Names of one source that are told apart; what goes beyond is counted under [`OTHER_NAME`]. A sender that puts ids into names would
/// fill the disk otherwise.
const NAMES_MAX: usize = 1000;
const NAME_CHARS_MAX: usize = 200;
const OTHER_NAME: &str = "…";
/// The list of sources tells about so many days.
const DAYS_TOLD: i32 = 30;

#[derive(Default)]
pub(super) struct Tally {
    days: BTreeMap<(String, Day), [u64; 3]>,
    signs: BTreeMap<String, SourceSigns>,
    events: BTreeMap<(String, String), SourceEvent>,
    /// Names met by this process, with the day of their last sample.
    sampled: HashMap<String, BTreeMap<String, Day>>,
}

/// Counts of one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Today {
    pub day: Day,
    pub accepted: u64,
    pub repeated: u64,
    pub refused: u64,
}

/// A source with what it delivered. `row` is `None` for those that were not connected here: orders sent with an API key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceNow {
    pub name: String,
    pub row: Option<SourceRow>,
    pub signs: SourceSigns,
    /// Days with deliveries among the last 30, ascending.
    pub days: Vec<Today>,
}

/// An event name as it arrives; the sample opened only when asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventSeen {
    pub source: String,
    pub name: String,
    pub seen: u64,
    pub first_at: Instant,
    pub last_at: Instant,
    pub sample: Option<String>,
}

impl Tally {
    pub fn count(
        &mut self,
        source: &str,
        now: Instant,
        day: Day,
        items: &[Item],
        fates: &[Fate],
        seal: impl Fn(&Raw) -> DoorResult<Vec<u8>>,
    ) {
        let counts = self.days.entry((source.to_owned(), day)).or_default();
        for fate in fates {
            counts[match fate {
                Fate::Recorded | Fate::Acknowledged => 0,
                Fate::Repeated => 1,
                Fate::Conflict(_) | Fate::Refused(_) => 2,
            }] += 1;
        }
        let signs = self.signs.entry(source.to_owned()).or_default();
        signs.delivered_at = Some(now);
        if let Some(trouble) = fates.iter().rev().find_map(|fate| fate.troubles().into_iter().next()) {
            // Its words may quote somebody: the dead letter has them, sealed.
            (signs.error_at, signs.error_code) = (Some(now), trouble.code);
            (signs.error_en, signs.error_zh) = (String::new(), String::new());
        }
        for item in items {
            if let Some(name) = &item.event {
                self.count_event(source, name, now, day, &item.raw, &seal);
            }
        }
    }

    fn count_event(&mut self, source: &str, name: &str, now: Instant, day: Day, raw: &Raw, seal: impl Fn(&Raw) -> DoorResult<Vec<u8>>) {
        let names = self.sampled.entry(source.to_owned()).or_default();
        let short: String = name.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect();
        let name = if names.len() < NAMES_MAX || names.contains_key(&short) { short } else { OTHER_NAME.to_owned() };
        let event = self.events.entry((source.to_owned(), name.clone())).or_insert_with(|| SourceEvent {
            source: source.to_owned(),
            name: name.clone(),
            seen: 0,
            first_at: now,
            last_at: now,
            sample: Vec::new(),
            sample_day: day,
        });
        (event.seen, event.last_at) = (event.seen + 1, now);
        if names.get(&name) == Some(&day) {
            return;
        }
        match seal(raw) {
            Ok(sample) => {
                (event.sample, event.sample_day) = (sample, day);
                names.insert(name, day);
            }
            Err(error) => tracing::warn!(%error, "a sample event was not kept"),
        }
    }

    pub fn turned_away(&mut self, source: &str, now: Instant, code: &str, en: &str, zh: &str) {
        let signs = self.signs.entry(source.to_owned()).or_default();
        signs.error_at = Some(now);
        (signs.error_code, signs.error_en, signs.error_zh) = (code.to_owned(), en.to_owned(), zh.to_owned());
    }
}

impl Shared {
    pub(super) fn write_down(&self) -> DoorResult<()> {
        let (days, mut signs, events) = {
            let mut tally = self.tally.lock().expect("no thread panics while holding this lock");
            (std::mem::take(&mut tally.days), std::mem::take(&mut tally.signs), std::mem::take(&mut tally.events))
        };
        if days.is_empty() && signs.is_empty() && events.is_empty() {
            return Ok(());
        }
        let days: Vec<SourceDay> = days
            .into_iter()
            .map(|((source, day), [accepted, repeated, refused])| SourceDay { source, day, accepted, repeated, refused })
            .collect();
        for (source, signs) in &mut signs {
            signs.source.clone_from(source);
        }
        let (signs, events): (Vec<SourceSigns>, Vec<SourceEvent>) = (signs.into_values().collect(), events.into_values().collect());
        let mut desk = self.house.desk();
        desk.add_source_days(&days)?;
        desk.set_source_signs(&signs)?;
        Ok(desk.add_source_events(&events)?)
    }

    pub(super) fn seal_sample(&self, source: &str, day: Day, raw: &Raw) -> DoorResult<Vec<u8>> {
        Ok(self.day_key(day)?.seal(&sample_place(source), &raw.bytes())?)
    }
}

pub(super) fn sample_place(source: &str) -> String {
    format!("event of {source}")
}

impl Door {
    /// Every source, connected or only heard of, ascending by name.
    pub fn sources(&self) -> DoorResult<Vec<SourceNow>> {
        self.shared.write_down()?;
        let house = &self.shared.house;
        let today = house.calendar().day(house.now());
        let mut desk = house.desk();
        let (rows, days, signs) = (desk.sources()?, desk.source_days(today + (1 - DAYS_TOLD))?, desk.source_signs()?);
        drop(desk);
        let names: BTreeSet<&String> = rows.iter().map(|row| &row.name).chain(signs.iter().map(|signs| &signs.source)).collect();
        let told = names.into_iter().map(|name| SourceNow {
            name: name.clone(),
            row: rows.iter().find(|row| &row.name == name).cloned(),
            signs: signs.iter().find(|signs| &signs.source == name).cloned().unwrap_or_default(),
            days: days.iter().filter(|day| &day.source == name).map(Today::from).collect(),
        });
        Ok(told.collect())
    }

    /// Event names as they arrive, of one source or of all, ascending by (source, name).
    pub fn events(&self, source: Option<&str>) -> DoorResult<Vec<EventSeen>> {
        self.shared.write_down()?;
        let rows = self.shared.house.desk().source_events()?;
        let wanted = rows.into_iter().filter(|row| source.is_none_or(|source| row.source == source));
        Ok(wanted.map(|row| EventSeen::from(&row)).collect())
    }

    /// One event name with its sample; the sample is personal, so who asks is written into the audit trail.
    pub fn event_sample(&self, by: &str, source: &str, name: &str) -> DoorResult<Option<EventSeen>> {
        self.shared.write_down()?;
        let rows = self.shared.house.desk().source_events()?;
        let Some(row) = rows.into_iter().find(|row| row.source == source && row.name == name) else { return Ok(None) };
        let key = if row.sample.is_empty() { None } else { self.shared.past_key(row.sample_day)? };
        let bytes = key.and_then(|key| key.open(&sample_place(source), &row.sample).ok());
        self.shared.house.audit(by, "event_sample_shown", &format!("{source} {name}"))?;
        Ok(Some(EventSeen { sample: bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()), ..EventSeen::from(&row) }))
    }
}

impl From<&SourceDay> for Today {
    fn from(row: &SourceDay) -> Self {
        Self { day: row.day, accepted: row.accepted, repeated: row.repeated, refused: row.refused }
    }
}

impl From<&SourceEvent> for EventSeen {
    fn from(row: &SourceEvent) -> Self {
        let SourceEvent { source, name, seen, first_at, last_at, .. } = row.clone();
        Self { source, name, seen, first_at, last_at, sample: None }
    }
}
