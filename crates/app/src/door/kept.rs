//! What the door keeps of persons for a while, opened for an erasure: dead letters and samples of events. Both are sealed under keys of
//! their days, which are destroyed after [`super::KEPT_DAYS`]; what speaks of somebody who asks to be forgotten goes at once.

use std::collections::BTreeMap;

use perennial_kernel::Day;

use super::letter::{Inside, place};
use super::past_key;
use super::tally::sample_place;
use crate::house::House;
use crate::port::PortResult;
use crate::port::letter::LetterRow;
use crate::port::source::SourceEvent;
use crate::secret::DayKey;

/// Opens many of them, each day's key once.
pub(crate) struct Kept<'a> {
    house: &'a House,
    keys: BTreeMap<Day, Option<DayKey>>,
}

impl<'a> Kept<'a> {
    pub fn of(house: &'a House) -> Self {
        Self { house, keys: BTreeMap::new() }
    }

    /// All a letter says: the words about it quote it, and stay when its body is mended. `None` once its day's key is destroyed.
    pub fn letter(&mut self, row: &LetterRow) -> PortResult<Option<String>> {
        let opened = self.open(row.day, &place(row), &row.sealed)?;
        let inside = opened.and_then(|text| serde_json::from_slice::<Inside>(&text).ok());
        Ok(inside.map(|inside| {
            let mut words: Vec<String> = inside.troubles.into_iter().flat_map(|trouble| [trouble.en, trouble.zh]).collect();
            words.push(String::from_utf8_lossy(&inside.body).into_owned());
            words.join("\n")
        }))
    }

    /// The event kept as a sample; `None` where there is none, and once its day's key is destroyed.
    pub fn sample(&mut self, row: &SourceEvent) -> PortResult<Option<String>> {
        if row.sample.is_empty() {
            return Ok(None);
        }
        let opened = self.open(row.sample_day, &sample_place(&row.source), &row.sample)?;
        Ok(opened.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn open(&mut self, day: Day, place: &str, sealed: &[u8]) -> PortResult<Option<Vec<u8>>> {
        if !self.keys.contains_key(&day) {
            let key = past_key(self.house, day)?;
            self.keys.insert(day, key);
        }
        Ok(self.keys[&day].as_ref().and_then(|key| key.open(place, sealed).ok()))
    }
}
