//! How often a name may fail to sign in. In memory: a restart forgives, and nobody can lock a name for good.

use std::collections::HashMap;
use std::sync::Mutex;

use perennial_kernel::Instant;

const FAILURES_MAX: usize = 10;
const WINDOW_MS: i64 = 5 * 60 * 1000;
/// Names watched at once; beyond it the oldest failures are forgotten first.
const NAMES_MAX: usize = 10_000;

#[derive(Default)]
pub struct Limit {
    failures: Mutex<HashMap<String, Vec<Instant>>>,
}

impl Limit {
    /// Seconds to wait, where the name has failed too often.
    pub fn wait_s(&self, name: &str, now: Instant) -> Option<u64> {
        let failures = self.failures.lock().expect("no thread panics while holding this lock");
        let recent: Vec<Instant> = failures.get(name)?.iter().copied().filter(|at| now.0 - at.0 < WINDOW_MS).collect();
        if recent.len() < FAILURES_MAX {
            return None;
        }
        let first = recent[recent.len() - FAILURES_MAX];
        Some(((first.0 + WINDOW_MS - now.0).max(1000) as u64).div_ceil(1000))
    }

    pub fn failed(&self, name: &str, now: Instant) {
        let mut failures = self.failures.lock().expect("no thread panics while holding this lock");
        if failures.len() >= NAMES_MAX {
            failures.retain(|_, times| times.last().is_some_and(|at| now.0 - at.0 < WINDOW_MS));
            if failures.len() >= NAMES_MAX {
                failures.clear();
            }
        }
        let times = failures.entry(name.to_owned()).or_default();
        times.retain(|at| now.0 - at.0 < WINDOW_MS);
        times.push(now);
    }

    pub fn succeeded(&self, name: &str) {
        self.failures.lock().expect("no thread panics while holding this lock").remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_close_the_door_for_a_while() {
        let limit = Limit::default();
        for n in 0..10 {
            assert_eq!(limit.wait_s("owner", Instant(n)), None);
            limit.failed("owner", Instant(n));
        }
        assert_eq!(limit.wait_s("owner", Instant(10)), Some(300));
        assert_eq!(limit.wait_s("other", Instant(10)), None);
        assert_eq!(limit.wait_s("owner", Instant(WINDOW_MS)), None);
        limit.succeeded("owner");
        assert_eq!(limit.wait_s("owner", Instant(10)), None);
    }
}
