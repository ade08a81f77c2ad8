//! RFM: who bought lately, often and much, among the buyers of a window that ends today (SPEC VA-1).
//!
//! R is the days since the last purchase, F and M count and add the purchases of the window; all three are what conditions call `recency`,
//! `count(purchase within N days)` and `sum(purchase.money within N days)`, so every cell is a condition that anybody can open, change, save.

use perennial_backtest::{Fold, Reads};
use perennial_kernel::{Currency, Day, Instant, MemberId, Money};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::reference::{Counting, Reference};

use crate::house::House;
use crate::query::QueryResult;
use crate::query::everyone::{Counted, fold};

/// Where high begins.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Cut {
    /// At the mean of all buyers of the window.
    Mean,
    /// At the median.
    Median,
    /// At given values: at most so many days, at least so many purchases, at least so much money.
    Fixed { r: i64, f: i64, m: Money },
}

/// R, F and M of one buyer; money in minor units.
pub type Rfm = [i64; 3];

/// High in R, in F, in M, in the order in which the eight classes are shown.
pub const CLASSES: [(&str, [bool; 3]); 8] = [
    ("important_value", [true, true, true]),
    ("important_develop", [true, false, true]),
    ("important_keep", [false, true, true]),
    ("important_win_back", [false, false, true]),
    ("general_value", [true, true, false]),
    ("general_develop", [true, false, false]),
    ("general_keep", [false, true, false]),
    ("general_win_back", [false, false, false]),
];

#[derive(Clone, PartialEq, Debug)]
pub struct RfmTable {
    pub as_of: Day,
    pub window: i32,
    pub buyers: u64,
    pub money: Money,
    pub means: [f64; 3],
    /// The cut that was made: high is R at most, F and M at least so much.
    pub cuts: Rfm,
    /// As [`CLASSES`].
    pub classes: Vec<Cell>,
    /// Quintiles of R (rows, 5 the latest first) by those of F (5 the most last); cells nobody is in are left out.
    pub grid: Vec<(u8, u8, Cell)>,
    /// What stands in each quintile: the score with the smallest and the largest value, for R, F and M.
    pub bounds: [Vec<(u8, i64, i64)>; 3],
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    pub members: u64,
    pub money: Money,
    /// The members of the cell, in the condition language.
    pub condition: String,
}

struct Buyers<'a> {
    reference: &'a Reference,
    first: Day,
    as_of: Day,
    until: Instant,
    found: Vec<Rfm>,
    /// Filled anew for each member that is shown by columns.
    book: Book,
}

impl Fold for Buyers<'_> {
    fn take(&mut self, _: MemberId, history: &History) {
        self.add(&history.book(self.reference, self.until));
    }

    fn reads(&self) -> Option<Reads> {
        Some(Reads { until: self.until, names: false })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        let mut book = std::mem::take(&mut self.book);
        book.fill(self.reference, flat, self.until);
        self.add(&book);
        self.book = book;
        true
    }

    fn merge(&mut self, other: Self) {
        self.found.extend(other.found);
    }
}

impl Buyers<'_> {
    fn add(&mut self, book: &Book) {
        let days = book.purchases.entries().iter().filter(|entry| (self.first..=self.as_of).contains(&entry.day));
        let times = |count: i64| if self.reference.brand.counting == Counting::Days { count.min(1) } else { count };
        let (mut last, mut often, mut much) = (None, 0, 0_i64);
        for entry in days {
            last = if entry.count > 0 { Some(entry.day) } else { last };
            often += times(entry.count);
            much = much.saturating_add(entry.sum);
        }
        self.found.extend(last.map(|last| [i64::from(self.as_of - last), often, much]));
    }
}

/// As of the end of today, over buyers of the last `window` days.
pub fn rfm(house: &House, window: i32, cut: Cut) -> QueryResult<Counted<RfmTable>> {
    let reference = house.reference();
    let as_of = house.calendar().day(house.now());
    let (first, until) = (as_of - (window - 1), house.calendar().end(as_of));
    let (found, data_up_to) =
        fold(house, None, || Buyers { reference: &reference, first, as_of, until, found: Vec::new(), book: Book::default() })?;
    Ok(Counted { table: table(&found.found, as_of, window, cut, reference.brand.currency), data_up_to })
}

fn table(found: &[Rfm], as_of: Day, window: i32, cut: Cut, currency: Currency) -> RfmTable {
    let columns: [Vec<i64>; 3] = std::array::from_fn(|i| {
        let mut column: Vec<i64> = found.iter().map(|rfm| rfm[i]).collect();
        column.sort_unstable();
        column
    });
    let total = |i: usize| columns[i].iter().map(|value| i128::from(*value)).sum::<i128>();
    let means = std::array::from_fn(|i| total(i) as f64 / (found.len() as f64).max(1.0));
    let cuts = cuts(&columns, means, cut);
    let quintiles: [Vec<(u8, i64, i64)>; 3] = std::array::from_fn(|i| quintiles(&columns[i], i == 0));
    let words = Conditions { window, currency };
    let sum = |cell: &mut (u64, i64), rfm: &Rfm| *cell = (cell.0 + 1, cell.1.saturating_add(rfm[2]));
    let (mut classes, mut grid) = ([(0, 0); 8], [[(0, 0); 5]; 5]);
    for rfm in found {
        let high = [rfm[0] <= cuts[0], rfm[1] >= cuts[1], rfm[2] >= cuts[2]];
        let class = CLASSES.iter().position(|(_, of)| *of == high).unwrap_or(0);
        sum(&mut classes[class], rfm);
        let [r, f] = [0, 1].map(|i| usize::from(score(&quintiles[i], rfm[i])) - 1);
        sum(&mut grid[r][f], rfm);
    }
    let cell = |(members, money): (u64, i64), condition: String| Cell { members, money: Money(money), condition };
    let scores = (1..=5_u8).rev().flat_map(|r| (1..=5_u8).map(move |f| (r, f)));
    let cells = scores.filter_map(|(r, f)| {
        let held = grid[usize::from(r) - 1][usize::from(f) - 1];
        (held.0 > 0).then(|| (r, f, cell(held, words.of_scores(&quintiles, r, f))))
    });
    RfmTable {
        as_of,
        window,
        buyers: found.len() as u64,
        money: Money(i64::try_from(total(2)).unwrap_or(i64::MAX)),
        means,
        cuts,
        classes: CLASSES.iter().zip(classes).map(|((_, high), held)| cell(held, words.of_class(cuts, *high))).collect(),
        grid: cells.collect(),
        bounds: quintiles,
    }
}

/// High begins at whole days, purchases and minor units, so that the condition of a class says exactly what was counted.
fn cuts(columns: &[Vec<i64>; 3], means: [f64; 3], cut: Cut) -> Rfm {
    match cut {
        Cut::Fixed { r, f, m } => [r, f, m.0],
        Cut::Mean => [means[0].floor() as i64, means[1].ceil() as i64, means[2].ceil() as i64],
        Cut::Median => std::array::from_fn(|i| columns[i].get(columns[i].len().saturating_sub(1) / 2).copied().unwrap_or(0)),
    }
}

/// Score = ⌈5 · rank / n⌉, equal values share the lowest rank among them; 5 is best, which for R is the smallest. Each score with its values.
fn quintiles(ascending: &[i64], small_is_best: bool) -> Vec<(u8, i64, i64)> {
    let n = ascending.len();
    let mut found: Vec<(u8, i64, i64)> = Vec::new();
    for equal in ascending.chunk_by(|one, other| one == other) {
        let value = equal[0];
        let below = ascending.partition_point(|other| *other < value);
        let rank = if small_is_best { n - below - equal.len() + 1 } else { below + 1 };
        let score = (5 * rank).div_ceil(n) as u8;
        match found.last_mut() {
            Some((held, _, to)) if *held == score => *to = value,
            _ => found.push((score, value, value)),
        }
    }
    found.sort_unstable_by_key(|(score, ..)| *score);
    found
}

fn score(quintiles: &[(u8, i64, i64)], value: i64) -> u8 {
    quintiles.iter().find(|(_, from, to)| (*from..=*to).contains(&value)).map_or(1, |(score, ..)| *score)
}

/// Cells as conditions.
struct Conditions {
    window: i32,
    currency: Currency,
}

impl Conditions {
    fn often(&self) -> String {
        format!("count(purchase within {} days)", self.window)
    }

    fn of_class(&self, cuts: Rfm, high: [bool; 3]) -> String {
        let money = self.currency.format(Money(cuts[2]));
        let recent = if high[0] { "<=" } else { ">" };
        let at_least = |high: bool| if high { ">=" } else { "<" };
        let buyers = format!("recency < {} AND recency {recent} {}", self.window, cuts[0]);
        let often = format!("{} {} {}", self.often(), at_least(high[1]), cuts[1]);
        format!("{buyers} AND {often} AND sum(purchase.money within {} days) {} {money}", self.window, at_least(high[2]))
    }

    fn of_scores(&self, quintiles: &[Vec<(u8, i64, i64)>; 3], r: u8, f: u8) -> String {
        let between = |i: usize, score: u8, what: &str| {
            let (_, from, to) = quintiles[i].iter().find(|(held, ..)| *held == score).copied().unwrap_or_default();
            if from == to { format!("{what} = {from}") } else { format!("{what} >= {from} AND {what} <= {to}") }
        };
        format!("{} AND {}", between(0, r, "recency"), between(1, f, &self.often()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd() -> Currency {
        Currency::parse("USD").unwrap()
    }

    #[test]
    fn quintiles_by_hand() {
        // Ten buyers: ranks 1, 2, 2, 2, 5, 6, 7, 8, 9, 10 of F.
        let often = [1, 2, 2, 2, 3, 4, 5, 6, 7, 8];
        assert_eq!(quintiles(&often, false), [(1, 1, 2), (3, 3, 4), (4, 5, 6), (5, 7, 8)]);
        // The longest silent has rank 1; the three of day 2 share the lowest of their ranks, 7.
        assert_eq!(quintiles(&often, true), [(1, 7, 8), (2, 5, 6), (3, 3, 4), (4, 2, 2), (5, 1, 1)]);
        assert_eq!(quintiles(&[7], true), [(5, 7, 7)]);
        assert!(quintiles(&[], false).is_empty());
    }

    #[test]
    fn classes_and_cells_hold_everyone_once() {
        let found: Vec<Rfm> = (0..97).map(|at| [at * 37 % 300, 1 + at * 11 % 9, 500 + at * 7919 % 20_000]).collect();
        for cut in [Cut::Mean, Cut::Median, Cut::Fixed { r: 90, f: 3, m: Money(9_000) }] {
            let table = table(&found, Day(10_000), 365, cut, usd());
            assert_eq!(table.classes.iter().map(|cell| cell.members).sum::<u64>(), 97);
            assert_eq!(table.classes.iter().map(|cell| cell.money.0).sum::<i64>(), table.money.0);
            assert_eq!(table.grid.iter().map(|(.., cell)| cell.members).sum::<u64>(), 97);
        }
    }

    #[test]
    fn a_cut_at_the_mean_is_whole_and_its_condition_says_it() {
        let found = [[10, 1, 1000], [21, 2, 2001]];
        let table = table(&found, Day(10_000), 365, Cut::Mean, usd());
        assert_eq!((table.means, table.cuts), ([15.5, 1.5, 1500.5], [15, 2, 1501]));
        let expected =
            "recency < 365 AND recency <= 15 AND count(purchase within 365 days) < 2 AND sum(purchase.money within 365 days) < 15.01";
        let general = table.classes.iter().find(|cell| cell.members == 1 && cell.money.0 == 1000).unwrap();
        assert_eq!(general.condition, expected);
    }
}
