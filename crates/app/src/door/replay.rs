//! Replaying dead letters: read again by today's rules, recorded or left open with what is wrong now.

use std::sync::Arc;

use super::letter::{OPEN, REPLAYED, gone};
use super::{Door, DoorError, DoorResult, Fate, Item, Letter, Shared};
use crate::engine::Refusal;
use crate::port::letter::{LetterFilter, LetterRow};

/// One run replays at most this many; the next goes on.
const REPLAYS_MAX: usize = 10_000;
const PAGE: usize = 100;

/// Reads a letter's body again, by its route: the readers live where the routes do.
pub trait Reread: Send + Sync {
    fn reread(&self, source: &str, route: &str, body: &[u8]) -> Item;
}

/// How a replay of many is getting on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Replaying {
    pub done: u64,
    pub of: u64,
    pub replayed: u64,
    pub ended: bool,
}

/// What came of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replayed {
    pub fate: Fate,
    pub letter: Letter,
}

impl Door {
    pub fn replay(&self, by: &str, id: i64, reread: &dyn Reread) -> DoorResult<Replayed> {
        let mut row = self.open_row(id)?;
        let fate = self.shared.replay(&mut row, reread)?;
        self.shared.house.audit(by, "dead_letter_replayed", &format!("{id} {}", row.state))?;
        Ok(Replayed { fate, letter: self.listed(&row)? })
    }

    /// Replays the open letters that match, in the background, at most 10,000 in a run; answers how many that will be.
    pub fn replay_all(&self, by: &str, filter: &LetterFilter, reread: Arc<dyn Reread>) -> DoorResult<Replaying> {
        let filter = LetterFilter { state: Some(OPEN.to_owned()), ..filter.clone() };
        let shared = Arc::clone(&self.shared);
        let of = shared.matching(&filter)?.min(REPLAYS_MAX as u64);
        let begun = Replaying { of, ..Replaying::default() };
        {
            let mut replaying = shared.replaying.lock().expect("no thread panics while holding this lock");
            if replaying.is_some_and(|running| !running.ended) {
                let (en, zh) = ("a replay is running already", "已有重放正在进行");
                return Err(DoorError::Refused(Refusal { code: "dead_letter.replaying", en: en.into(), zh: zh.into() }));
            }
            *replaying = Some(begun);
        }
        shared.house.audit(by, "dead_letters_replayed", &format!("{filter:?}"))?;
        let body = move || {
            if let Err(error) = shared.replay_run(&filter, reread.as_ref()) {
                tracing::error!(%error, "a replay of dead letters broke off");
            }
            shared.told(|replaying| replaying.ended = true);
        };
        std::thread::Builder::new().name("replay".to_owned()).spawn(body).expect("the system starts threads");
        Ok(begun)
    }

    /// The last replay of many since the start.
    pub fn replaying(&self) -> Option<Replaying> {
        *self.shared.replaying.lock().expect("no thread panics while holding this lock")
    }
}

impl Shared {
    fn matching(&self, filter: &LetterFilter) -> DoorResult<u64> {
        let groups = self.house.desk().letter_groups()?;
        let fits = |wanted: &Option<String>, held: &String| wanted.as_ref().is_none_or(|wanted| wanted == held);
        let matching = groups
            .iter()
            .filter(|group| fits(&filter.source, &group.source) && fits(&filter.code, &group.code) && fits(&filter.state, &group.state));
        Ok(matching.map(|group| group.letters).sum())
    }

    /// The oldest would be fairest, the newest first is what the list shows; either way each is tried once.
    fn replay_run(&self, filter: &LetterFilter, reread: &dyn Reread) -> DoorResult<()> {
        let mut before = i64::MAX;
        let mut left = REPLAYS_MAX;
        while left > 0 && !self.stopped.load(std::sync::atomic::Ordering::Relaxed) {
            let rows = self.house.desk().letters(filter, before, PAGE.min(left))?;
            let Some(last) = rows.last() else { return Ok(()) };
            before = last.id;
            left -= rows.len();
            for mut row in rows {
                let taken = match self.replay(&mut row, reread) {
                    Ok(_) => row.state == REPLAYED,
                    // A letter whose key is gone is passed over; anything else ends the run.
                    Err(DoorError::Refused(_)) => false,
                    Err(error) => return Err(error),
                };
                self.told(|replaying| {
                    replaying.done += 1;
                    replaying.replayed += u64::from(taken);
                });
            }
        }
        Ok(())
    }

    fn told(&self, change: impl FnOnce(&mut Replaying)) {
        if let Some(replaying) = self.replaying.lock().expect("no thread panics while holding this lock").as_mut() {
            change(replaying);
        }
    }

    fn replay(&self, row: &mut LetterRow, reread: &dyn Reread) -> DoorResult<Fate> {
        let inside = self.inside(row)?.ok_or_else(gone)?;
        let item = reread.reread(&row.source, &row.route, &inside.body);
        let fate = self.record(std::slice::from_ref(&item))?.remove(0);
        let troubles = fate.troubles();
        if troubles.is_empty() {
            REPLAYED.clone_into(&mut row.state);
        } else {
            row.attempts += 1;
            self.seal(row, troubles, inside.body)?;
        }
        row.changed_at = self.house.now();
        self.house.desk().update_letter(row)?;
        Ok(fate)
    }
}
