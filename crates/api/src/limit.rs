//! How often one caller may ask: token buckets, one for each session, key and address. In memory, by the house's clock.

use std::collections::HashMap;
use std::sync::Mutex;

use perennial_kernel::Instant;

/// Callers watched at once; beyond it those whose bucket is full again are forgotten.
const CALLERS_MAX: usize = 50_000;

/// So many at once, and so many a second from then on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rate {
    pub burst: f64,
    pub per_second: f64,
}

/// Rates for everybody who asks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rates {
    /// One session of somebody signed in.
    pub session: Rate,
    /// One API key.
    pub key: Rate,
    /// One address, for what asks for no credentials and for wrong ones.
    pub address: Rate,
    /// Looks at personal values in clear, by one caller.
    pub reveal: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            session: Rate { burst: 1200.0, per_second: 40.0 },
            key: Rate { burst: 4000.0, per_second: 2000.0 },
            address: Rate { burst: 240.0, per_second: 8.0 },
            reveal: Rate { burst: 30.0, per_second: 1.0 / 12.0 },
        }
    }
}

/// The buckets of every rate.
pub struct Limits {
    pub session: Limit,
    pub key: Limit,
    pub address: Limit,
    pub reveal: Limit,
}

impl Limits {
    pub fn new(rates: Rates) -> Self {
        let Rates { session, key, address, reveal } = rates;
        Self { session: Limit::new(session), key: Limit::new(key), address: Limit::new(address), reveal: Limit::new(reveal) }
    }
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    fn fill(&mut self, rate: Rate, now: Instant) {
        let passed_s = (now.0 - self.at.0).max(0) as f64 / 1000.0;
        self.tokens = (self.tokens + passed_s * rate.per_second).min(rate.burst);
        self.at = self.at.max(now);
    }
}

/// The buckets of one rate.
pub struct Limit {
    rate: Rate,
    buckets: Mutex<HashMap<String, Bucket>>,
}

impl Limit {
    pub fn new(rate: Rate) -> Self {
        Self { rate, buckets: Mutex::default() }
    }

    /// Takes one; or says after how many seconds there is one again.
    pub fn take(&self, caller: &str, now: Instant) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().expect("no thread panics while holding this lock");
        if buckets.len() >= CALLERS_MAX && !buckets.contains_key(caller) {
            let rate = self.rate;
            buckets.retain(|_, bucket| {
                bucket.fill(rate, now);
                bucket.tokens < rate.burst
            });
            if buckets.len() >= CALLERS_MAX {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(caller.to_owned()).or_insert(Bucket { tokens: self.rate.burst, at: now });
        bucket.fill(self.rate, now);
        if bucket.tokens < 1.0 {
            return Err((((1.0 - bucket.tokens) / self.rate.per_second).ceil() as u64).max(1));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again_for_each_caller_by_itself() {
        let limit = Limit::new(Rate { burst: 3.0, per_second: 0.5 });
        for _ in 0..3 {
            assert_eq!(limit.take("a", Instant(0)), Ok(()));
        }
        assert_eq!(limit.take("a", Instant(0)), Err(2));
        assert_eq!(limit.take("b", Instant(0)), Ok(()));
        assert_eq!(limit.take("a", Instant(1000)), Err(1));
        assert_eq!(limit.take("a", Instant(2000)), Ok(()));
        assert_eq!(limit.take("a", Instant(1000)), Err(2), "a clock that goes back gives nothing");
        for _ in 0..3 {
            assert_eq!(limit.take("a", Instant(3_600_000)), Ok(()));
        }
        assert_eq!(limit.take("a", Instant(3_600_000)), Err(2), "no more than a burst is saved up");
    }
}
