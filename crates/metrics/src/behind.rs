//! Who stands behind a number: the members that a test of the metric chooses.

use perennial_kernel::MemberId;

use crate::metric::Metric;
use crate::seen::Seen;

/// Gathers members by a test, usually a metric's `counts`.
#[derive(Clone, Debug)]
pub struct Behind<F> {
    test: F,
    found: Vec<MemberId>,
}

impl<F: Fn(&Seen<'_>) -> bool + Send> Behind<F> {
    pub fn new(test: F) -> Self {
        Self { test, found: Vec::new() }
    }

    /// Ascending.
    pub fn finish(mut self) -> Vec<MemberId> {
        self.found.sort_unstable();
        self.found
    }
}

impl<F: Fn(&Seen<'_>) -> bool + Send> Metric for Behind<F> {
    fn observe(&mut self, seen: &Seen<'_>) {
        if (self.test)(seen) {
            self.found.push(seen.member);
        }
    }

    fn merge(&mut self, mut other: Self) {
        self.found.append(&mut other.found);
    }
}
