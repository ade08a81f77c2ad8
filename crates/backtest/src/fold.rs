//! Folds over everyone: accumulators that take members in one by one and merge, so that partitions can be folded apart.

use perennial_kernel::{Instant, MemberId};
use perennial_rules::flat::Flat;
use perennial_rules::history::History;

/// What a fold that can do without facts must be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reads {
    /// Nothing later.
    pub until: Instant,
    /// Channels, stores and shops, too.
    pub names: bool,
}

/// Merging in any order, of any partition of the members, comes to the same.
pub trait Fold: Send {
    /// Takes in one member; each is given once.
    fn take(&mut self, member: MemberId, history: &History);

    /// What it needs to be shown where columns are kept; `None` when only facts will do.
    fn reads(&self) -> Option<Reads> {
        None
    }

    /// Takes in one member by columns; `false`, and nothing taken, when this member's facts are needed.
    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        let _ = flat;
        false
    }

    /// Joins what another accumulator of the same question has taken in.
    fn merge(&mut self, other: Self);
}

/// Two questions answered in one pass.
impl<A: Fold, B: Fold> Fold for (A, B) {
    fn take(&mut self, member: MemberId, history: &History) {
        self.0.take(member, history);
        self.1.take(member, history);
    }

    fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
        self.1.merge(other.1);
    }
}

/// Folds `parts` partitions, each on a thread of its own, and merges. `feed` gives a partition's members to the accumulator;
/// its first error, by partition, is the answer.
pub fn in_parallel<F: Fold, E: Send>(
    parts: usize,
    start: impl Fn() -> F,
    feed: impl Fn(usize, &mut F) -> Result<(), E> + Sync,
) -> Result<F, E> {
    let feed = &feed;
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..parts.max(1))
            .map(|part| {
                let mut fold = start();
                scope.spawn(move || feed(part, &mut fold).map(|()| fold))
            })
            .collect();
        let mut whole: Option<F> = None;
        let mut failed = None;
        for handle in handles {
            match (handle.join(), &mut whole) {
                (Err(panic), _) => std::panic::resume_unwind(panic),
                (Ok(Err(error)), _) => failed = failed.or(Some(error)),
                (Ok(Ok(part)), Some(whole)) => whole.merge(part),
                (Ok(Ok(part)), none) => *none = Some(part),
            }
        }
        match (failed, whole) {
            (Some(error), _) => Err(error),
            (None, Some(whole)) => Ok(whole),
            (None, None) => unreachable!("there is at least one part"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts who was taken in.
    struct Heads(usize);

    impl Fold for Heads {
        fn take(&mut self, _: MemberId, _: &History) {
            self.0 += 1;
        }

        fn merge(&mut self, other: Self) {
            self.0 += other.0;
        }
    }

    #[test]
    fn every_part_is_fed_once_and_the_first_error_is_the_answer() {
        let feed = |part: usize, fold: &mut Heads| {
            (0..=part).for_each(|_| fold.take(MemberId::NOBODY, &History::default()));
            Ok::<(), String>(())
        };
        assert_eq!(in_parallel(4, || Heads(0), feed).map(|fold| fold.0), Ok(1 + 2 + 3 + 4));
        assert_eq!(in_parallel(0, || Heads(0), feed).map(|fold| fold.0), Ok(1));
        let failing = |part: usize, _: &mut Heads| if part % 2 == 1 { Err(format!("part {part}")) } else { Ok(()) };
        assert_eq!(in_parallel(4, || Heads(0), failing).map(|fold| fold.0), Err("part 1".to_owned()));
    }
}
