//! What a member's behaviours said, by signal and day.

use perennial_kernel::{Body, Day, Instant};
use perennial_rules::history::History;
use perennial_rules::reference::Reference;
use perennial_rules::signal::Signal;

/// Days ascending, one for each behaviour.
#[derive(Clone, Debug, Default)]
pub(super) struct Said([Vec<Day>; Signal::COUNT]);

impl Said {
    pub fn of(reference: &Reference, history: &History, until: Instant) -> Self {
        let mut said = Self::default();
        for fact in history.facts().iter().take_while(|fact| fact.occurred_at <= until) {
            let Body::Behaved { name, .. } = &fact.body else { continue };
            for signal in reference.brand.signals.said_by(name) {
                said.0[*signal as usize].push(reference.calendar.day(fact.occurred_at));
            }
        }
        said
    }

    /// How often in the days that end with `to`.
    pub fn times(&self, signals: &[Signal], to: Day, days: i32) -> u32 {
        let first = to - (days - 1);
        let one = |signal: &Signal| self.0[*signal as usize].iter().filter(|day| first <= **day && **day <= to).count();
        signals.iter().map(one).sum::<usize>() as u32
    }
}
