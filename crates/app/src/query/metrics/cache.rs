//! Members behind numbers, kept for a moment: their list is read page by page, and each page is no pass over everyone of its own.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Stopwatch};

use perennial_kernel::MemberId;

use super::asked::{Number, members};
use super::{Measured, When};
use crate::house::House;
use crate::query::QueryResult;

/// An answer serves so long although facts have come since; it says up to when its data goes.
const FRESH: Duration = Duration::from_mins(1);
const KEPT_MAX: usize = 16;

type Kept = (String, Stopwatch, Arc<Measured<Vec<MemberId>>>);

#[derive(Default)]
pub struct MembersBehind {
    kept: Mutex<Vec<Kept>>,
}

impl MembersBehind {
    /// The answer to a question, which `key` writes out.
    pub fn get(&self, house: &House, key: &str, number: &Number, when: When) -> QueryResult<Arc<Measured<Vec<MemberId>>>> {
        if let Some(held) = self.held(key) {
            return Ok(held);
        }
        let found = Arc::new(members(house, number, when)?);
        let mut kept = self.kept.lock().expect("no thread panics while holding this lock");
        kept.retain(|(held, since, _)| held != key && since.elapsed() < FRESH);
        if kept.len() >= KEPT_MAX {
            kept.remove(0);
        }
        kept.push((key.to_owned(), Stopwatch::now(), Arc::clone(&found)));
        Ok(found)
    }

    fn held(&self, key: &str) -> Option<Arc<Measured<Vec<MemberId>>>> {
        let kept = self.kept.lock().expect("no thread panics while holding this lock");
        kept.iter().find(|(held, since, _)| held == key && since.elapsed() < FRESH).map(|(_, _, found)| Arc::clone(found))
    }
}
