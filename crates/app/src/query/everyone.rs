//! Questions about everyone, answered by one pass over all histories in ranges on threads.

use std::sync::Mutex;

use perennial_backtest::{
    CohortBy, Cohorts, CohortsTable, Daily, DailyTable, Flow, FlowTable, Fold, Reads, StageTable, Stages, Times, TimesTable, in_parallel,
};
use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::flat::Flat;
use perennial_rules::history::History;

use super::{QueryResult, models, not_after_today, refused};
use crate::house::House;
use crate::port::{HistoryScan, PortResult, ScanRange};
use crate::read;

/// More threads than this only wait for the disk.
const THREADS_MAX: usize = 8;
/// The longest stretch told day by day.
pub const DAYS_MAX: i32 = 400;

/// An answer, and up to when the data in it goes.
#[derive(Clone, Debug)]
pub struct Counted<T> {
    pub table: T,
    pub data_up_to: Instant,
}

pub fn stages(house: &House, model: &str, as_of: Day, known_at: Option<Instant>) -> QueryResult<Counted<StageTable>> {
    not_after_today(house, as_of)?;
    let reference = models::reference(house, model)?;
    let (stages, data_up_to) = fold(house, known_at, || Stages::new(&reference, models::only(&reference), as_of))?;
    Ok(Counted { table: stages.finish(), data_up_to })
}

pub fn flow(house: &House, model: &str, from: Day, to: Day, known_at: Option<Instant>) -> QueryResult<Counted<FlowTable>> {
    stretch(house, from, to)?;
    let reference = models::reference(house, model)?;
    let (flow, data_up_to) = fold(house, known_at, || Flow::new(&reference, models::only(&reference), from, to))?;
    Ok(Counted { table: flow.finish(), data_up_to })
}

pub fn daily(house: &House, model: &str, from: Day, to: Day, known_at: Option<Instant>) -> QueryResult<Counted<DailyTable>> {
    stretch(house, from, to)?;
    if to - from >= DAYS_MAX {
        let en = format!("from {from} to {to} is more than {DAYS_MAX} days");
        return Err(refused("day.range_too_long", en, format!("{from} 到 {to} 超过 {DAYS_MAX} 天")));
    }
    let reference = models::reference(house, model)?;
    let (daily, data_up_to) = fold(house, known_at, || Daily::new(&reference, models::only(&reference), from, to, 0))?;
    Ok(Counted { table: daily.finish(), data_up_to })
}

/// How long members stay in stages, grow up, and are in their prime.
pub fn times(house: &House, model: &str, as_of: Day) -> QueryResult<Counted<TimesTable>> {
    not_after_today(house, as_of)?;
    let reference = models::reference(house, model)?;
    let (times, data_up_to) = fold(house, None, || Times::new(&reference, models::only(&reference), as_of))?;
    Ok(Counted { table: times.finish(), data_up_to })
}

/// How long first lives last, by cohort of first purchase.
pub fn cohorts(house: &House, by: CohortBy, as_of: Day) -> QueryResult<Counted<CohortsTable>> {
    not_after_today(house, as_of)?;
    let reference = house.reference();
    let (cohorts, data_up_to) = fold(house, None, || Cohorts::new(&reference, by, as_of))?;
    Ok(Counted { table: cohorts.finish(), data_up_to })
}

/// Who watches a pass over everyone: hears of each member, and may end it.
pub struct Watch<'a> {
    pub one: &'a (dyn Fn() + Sync),
    pub goes_on: &'a (dyn Fn() -> bool + Sync),
}

struct Watched<'a, F> {
    fold: F,
    one: &'a (dyn Fn() + Sync),
}

impl<F: Fold> Fold for Watched<'_, F> {
    fn take(&mut self, member: MemberId, history: &History) {
        (self.one)();
        self.fold.take(member, history);
    }

    fn reads(&self) -> Option<Reads> {
        self.fold.reads()
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        let taken = self.fold.take_flat(flat);
        if taken {
            (self.one)();
        }
        taken
    }

    fn merge(&mut self, other: Self) {
        self.fold.merge(other.fold);
    }
}

/// As [`fold`], watched; what comes of a pass that was ended is the caller's to throw away.
pub fn fold_watched<F: Fold>(house: &House, watch: &Watch<'_>, start: impl Fn() -> F) -> PortResult<(F, Instant)> {
    let one = watch.one;
    let (watched, data_up_to) = fold_while(house, None, || Watched { fold: start(), one }, watch.goes_on)?;
    Ok((watched.fold, data_up_to))
}

fn stretch(house: &House, from: Day, to: Day) -> QueryResult<()> {
    not_after_today(house, to)?;
    if from > to {
        return Err(refused("day.range_backwards", format!("{from} is after {to}"), format!("{from} 晚于 {to}")));
    }
    Ok(())
}

/// Folds everyone; facts recorded after `known_at` have not come yet.
pub fn fold<F: Fold>(house: &House, known_at: Option<Instant>, start: impl Fn() -> F) -> PortResult<(F, Instant)> {
    fold_while(house, known_at, start, &|| true)
}

/// Of one part of everyone; locked by the thread that reads it alone.
type Reader = Mutex<Box<dyn HistoryScan>>;

/// A reader of its own for each part of everyone.
fn readers(house: &House) -> PortResult<Vec<(ScanRange, Reader)>> {
    let parts = std::thread::available_parallelism().map_or(2, usize::from).min(THREADS_MAX);
    let scans = house.scans(parts)?.into_iter().map(Mutex::new);
    Ok(ScanRange::split(parts as u32).into_iter().zip(scans).collect())
}

/// As [`fold`]; `take` is shown each member with the source of the first record about them.
pub fn fold_with_sources<F: Fold>(
    house: &House,
    start: impl Fn() -> F,
    take: impl Fn(&mut F, &History, &str) + Sync,
) -> PortResult<(F, Instant)> {
    let (data_up_to, readers) = (house.now(), readers(house)?);
    let folded = in_parallel(readers.len(), start, |part, fold: &mut F| {
        let (range, scan) = &readers[part];
        let mut scan = scan.lock().expect("each part has a reader of its own");
        read::histories_with_sources(scan.as_mut(), *range, &mut |history, source| take(fold, history, source))
    })?;
    Ok((folded, data_up_to))
}

/// As [`fold`], while `wanted` says so; what comes of a pass that was broken off is the caller's to throw away.
pub fn fold_while<F: Fold>(
    house: &House,
    known_at: Option<Instant>,
    start: impl Fn() -> F,
    wanted: &(dyn Fn() -> bool + Sync),
) -> PortResult<(F, Instant)> {
    let (data_up_to, readers) = (house.now(), readers(house)?);
    let folded = in_parallel(readers.len(), start, |part, fold: &mut F| {
        let (range, scan) = &readers[part];
        let mut scan = scan.lock().expect("each part has a reader of its own");
        match fold.reads().filter(|_| known_at.is_none()) {
            Some(reads) => read::flat_or_histories(scan.as_mut(), *range, reads, fold, wanted),
            None => read::histories_while(scan.as_mut(), *range, known_at, &mut |member, history| {
                fold.take(member, &history);
                wanted()
            }),
        }
    })?;
    Ok((folded, data_up_to))
}
