//! How much one source may send: a bucket of events that fills evenly. In memory; a restart forgives.

use std::collections::HashMap;

use perennial_kernel::Instant;

use super::{Door, Opened};

/// Events a second, where the source's settings say nothing else.
const EVENTS_PER_SECOND: u32 = 5_000;
/// So many seconds' worth may come at once.
const BURST_S: i64 = 20;

#[derive(Default)]
pub(super) struct Rates(HashMap<String, Bucket>);

struct Bucket {
    /// In thousandths of an event.
    left: i64,
    at: Instant,
}

impl Rates {
    /// Takes `events` out of the bucket, or says how many seconds to wait. A delivery larger than the whole bucket passes when it is full.
    fn take(&mut self, source: &str, events: usize, per_second: u32, now: Instant) -> Result<(), u64> {
        let full = i64::from(per_second) * BURST_S * 1000;
        let bucket = self.0.entry(source.to_owned()).or_insert(Bucket { left: full, at: now });
        let since = (now.0 - bucket.at.0).clamp(0, BURST_S * 1000);
        bucket.left = (bucket.left + since * i64::from(per_second)).min(full);
        bucket.at = now;
        let wanted = (events as i64 * 1000).min(full);
        if bucket.left < wanted {
            let missing = (wanted - bucket.left) as u64;
            return Err(missing.div_ceil(u64::from(per_second) * 1000).max(1));
        }
        bucket.left -= wanted;
        Ok(())
    }
}

impl Door {
    /// Whether a source may send so many events now; else the seconds to wait.
    pub fn permit(&self, source: &Opened, events: usize) -> Result<(), u64> {
        let per_second = source.setting("events_per_second").and_then(|text| text.parse().ok()).unwrap_or(EVENTS_PER_SECOND);
        let now = self.shared.house.now();
        self.shared.rates.lock().expect("no thread panics while holding this lock").take(&source.name, events, per_second, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_waits_until_its_bucket_has_filled_again() {
        let mut rates = Rates::default();
        assert_eq!(rates.take("a", 200, 10, Instant(0)), Ok(()));
        assert_eq!(rates.take("a", 1, 10, Instant(0)), Err(1));
        assert_eq!(rates.take("a", 35, 10, Instant(0)), Err(4));
        assert_eq!(rates.take("b", 1, 10, Instant(0)), Ok(()));
        assert_eq!(rates.take("a", 10, 10, Instant(1000)), Ok(()));
        assert_eq!(rates.take("a", 1, 10, Instant(1099)), Err(1));
        assert_eq!(rates.take("a", 1, 10, Instant(1100)), Ok(()));
        assert_eq!(rates.take("a", 100_000, 10, Instant(60_000)), Ok(()), "one large delivery passes a full bucket");
    }
}
