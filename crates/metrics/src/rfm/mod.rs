//! RFM: who bought lately, often and much, among the buyers of a window (SPEC VA-1), of all they buy or within one channel or category.
//!
//! R is the days since the last purchase, F and M count and add the purchases of the window. Of all purchases these are what conditions call
//! `recency`, `count(purchase within N days)` and `sum(purchase.money within N days)`, so every cell is a condition that anybody can open,
//! change, save. Within a channel or a category conditions cannot say it: there the members behind a cell are told one by one.

mod buyers;

use perennial_kernel::{Currency, Day, MemberId, Money};

pub use self::buyers::{Buyers, Choices, Chosen, Within};

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RfmPlan {
    /// In days.
    pub window: i32,
    pub cut: Cut,
    pub within: Within,
}

/// Where high begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    pub within: Within,
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
    /// The members of the cell, in the condition language; `None` where it cannot say it.
    pub condition: Option<String>,
}

/// A number of the table that members stand behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RfmCell {
    Buyers,
    /// By place among [`CLASSES`].
    Class(usize),
    /// Quintiles of R and of F.
    Scores(u8, u8),
}

impl RfmCell {
    /// `buyers`, `class:important_value`, `scores:5:3`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "buyers" {
            return Some(Self::Buyers);
        }
        match text.split_once(':')? {
            ("class", name) => CLASSES.iter().position(|(held, _)| *held == name).map(Self::Class),
            ("scores", scores) => {
                let (r, f) = scores.split_once(':')?;
                let score = |text: &str| text.parse().ok().filter(|score| (1..=5).contains(score));
                Some(Self::Scores(score(r)?, score(f)?))
            }
            _ => None,
        }
    }
}

/// By what buyers are told apart.
struct Scale {
    means: [f64; 3],
    cuts: Rfm,
    quintiles: [Vec<(u8, i64, i64)>; 3],
    money: i128,
}

impl Scale {
    fn of(found: &[(MemberId, Rfm)], cut: Cut) -> Self {
        let columns: [Vec<i64>; 3] = std::array::from_fn(|i| {
            let mut column: Vec<i64> = found.iter().map(|(_, rfm)| rfm[i]).collect();
            column.sort_unstable();
            column
        });
        let total = |i: usize| columns[i].iter().map(|value| i128::from(*value)).sum::<i128>();
        let means = std::array::from_fn(|i| total(i) as f64 / (found.len() as f64).max(1.0));
        let quintiles = std::array::from_fn(|i| quintiles(&columns[i], i == 0));
        Self { means, cuts: cuts(&columns, means, cut), quintiles, money: total(2) }
    }

    /// The place among [`CLASSES`].
    fn class(&self, rfm: &Rfm) -> usize {
        let high = [rfm[0] <= self.cuts[0], rfm[1] >= self.cuts[1], rfm[2] >= self.cuts[2]];
        CLASSES.iter().position(|(_, of)| *of == high).unwrap_or(0)
    }

    /// Of R and of F.
    fn scores(&self, rfm: &Rfm) -> [u8; 2] {
        [0, 1].map(|i| score(&self.quintiles[i], rfm[i]))
    }
}

pub fn table(found: &[(MemberId, Rfm)], plan: &RfmPlan, as_of: Day, currency: Currency) -> RfmTable {
    let scale = Scale::of(found, plan.cut);
    let words = Conditions { window: plan.window, currency, can_say: plan.within == Within::Everything };
    let sum = |cell: &mut (u64, i64), rfm: &Rfm| *cell = (cell.0 + 1, cell.1.saturating_add(rfm[2]));
    let (mut classes, mut grid) = ([(0, 0); 8], [[(0, 0); 5]; 5]);
    for (_, rfm) in found {
        sum(&mut classes[scale.class(rfm)], rfm);
        let [r, f] = scale.scores(rfm).map(|score| usize::from(score) - 1);
        sum(&mut grid[r][f], rfm);
    }
    let cell = |(members, money): (u64, i64), condition: Option<String>| Cell { members, money: Money(money), condition };
    let scores = (1..=5_u8).rev().flat_map(|r| (1..=5_u8).map(move |f| (r, f)));
    let cells = scores.filter_map(|(r, f)| {
        let held = grid[usize::from(r) - 1][usize::from(f) - 1];
        (held.0 > 0).then(|| (r, f, cell(held, words.of_scores(&scale.quintiles, r, f))))
    });
    RfmTable {
        as_of,
        window: plan.window,
        within: plan.within.clone(),
        buyers: found.len() as u64,
        money: Money(i64::try_from(scale.money).unwrap_or(i64::MAX)),
        means: scale.means,
        cuts: scale.cuts,
        classes: CLASSES.iter().zip(classes).map(|((_, high), held)| cell(held, words.of_class(scale.cuts, *high))).collect(),
        grid: cells.collect(),
        bounds: scale.quintiles,
    }
}

/// The buyers of a cell, in the order in which they are given.
pub fn behind(found: &[(MemberId, Rfm)], cut: Cut, cell: RfmCell) -> Vec<MemberId> {
    let scale = Scale::of(found, cut);
    let is_in = |rfm: &Rfm| match cell {
        RfmCell::Buyers => true,
        RfmCell::Class(class) => scale.class(rfm) == class,
        RfmCell::Scores(r, f) => scale.scores(rfm) == [r, f],
    };
    found.iter().filter(|(_, rfm)| is_in(rfm)).map(|(member, _)| *member).collect()
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
    can_say: bool,
}

impl Conditions {
    fn often(&self) -> String {
        format!("count(purchase within {} days)", self.window)
    }

    fn of_class(&self, cuts: Rfm, high: [bool; 3]) -> Option<String> {
        if !self.can_say {
            return None;
        }
        let money = self.currency.format(Money(cuts[2]));
        let recent = if high[0] { "<=" } else { ">" };
        let at_least = |high: bool| if high { ">=" } else { "<" };
        let buyers = format!("recency < {} AND recency {recent} {}", self.window, cuts[0]);
        let often = format!("{} {} {}", self.often(), at_least(high[1]), cuts[1]);
        Some(format!("{buyers} AND {often} AND sum(purchase.money within {} days) {} {money}", self.window, at_least(high[2])))
    }

    fn of_scores(&self, quintiles: &[Vec<(u8, i64, i64)>; 3], r: u8, f: u8) -> Option<String> {
        let between = |i: usize, score: u8, what: &str| {
            let (_, from, to) = quintiles[i].iter().find(|(held, ..)| *held == score).copied().unwrap_or_default();
            if from == to { format!("{what} = {from}") } else { format!("{what} >= {from} AND {what} <= {to}") }
        };
        self.can_say.then(|| format!("{} AND {}", between(0, r, "recency"), between(1, f, &self.often())))
    }
}

#[cfg(test)]
mod tests {
    use perennial_kernel::{Lane, SubjectId};

    use super::*;

    fn usd() -> Currency {
        Currency::parse("USD").unwrap()
    }

    fn plan(cut: Cut) -> RfmPlan {
        RfmPlan { window: 365, cut, within: Within::Everything }
    }

    fn everyone(found: impl IntoIterator<Item = Rfm>) -> Vec<(MemberId, Rfm)> {
        (1..).map(|number| SubjectId::nth(Lane(0), number)).zip(found).collect()
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
        let found = everyone((0..97).map(|at| [at * 37 % 300, 1 + at * 11 % 9, 500 + at * 7919 % 20_000]));
        for cut in [Cut::Mean, Cut::Median, Cut::Fixed { r: 90, f: 3, m: Money(9_000) }] {
            let table = table(&found, &plan(cut), Day(10_000), usd());
            assert_eq!(table.classes.iter().map(|cell| cell.members).sum::<u64>(), 97);
            assert_eq!(table.classes.iter().map(|cell| cell.money.0).sum::<i64>(), table.money.0);
            assert_eq!(table.grid.iter().map(|(.., cell)| cell.members).sum::<u64>(), 97);
            for (at, cell) in table.classes.iter().enumerate() {
                assert_eq!(behind(&found, cut, RfmCell::Class(at)).len() as u64, cell.members);
            }
            for (r, f, cell) in &table.grid {
                assert_eq!(behind(&found, cut, RfmCell::Scores(*r, *f)).len() as u64, cell.members);
            }
            assert_eq!(behind(&found, cut, RfmCell::Buyers).len(), 97);
        }
    }

    #[test]
    fn a_cut_at_the_mean_is_whole_and_its_condition_says_it() {
        let found = everyone([[10, 1, 1000], [21, 2, 2001]]);
        let told = table(&found, &plan(Cut::Mean), Day(10_000), usd());
        assert_eq!((told.means, told.cuts), ([15.5, 1.5, 1500.5], [15, 2, 1501]));
        let expected =
            "recency < 365 AND recency <= 15 AND count(purchase within 365 days) < 2 AND sum(purchase.money within 365 days) < 15.01";
        let general = told.classes.iter().find(|cell| cell.members == 1 && cell.money.0 == 1000).unwrap();
        assert_eq!(general.condition.as_deref(), Some(expected));
        // No condition speaks of the purchases of one category.
        let within = RfmPlan { within: Within::Category("TEA".to_owned()), ..plan(Cut::Mean) };
        let told = table(&found, &within, Day(10_000), usd());
        assert!(told.classes.iter().chain(told.grid.iter().map(|(.., cell)| cell)).all(|cell| cell.condition.is_none()));
    }

    #[test]
    fn cells_are_read_as_they_are_written() {
        assert_eq!(RfmCell::parse("class:important_keep"), Some(RfmCell::Class(2)));
        assert_eq!((RfmCell::parse("scores:5:1"), RfmCell::parse("buyers")), (Some(RfmCell::Scores(5, 1)), Some(RfmCell::Buyers)));
        for wrong in ["class:best", "scores:6:1", "scores:0:1", "scores:1", "", "buyers:1"] {
            assert_eq!(RfmCell::parse(wrong), None, "{wrong}");
        }
    }
}
