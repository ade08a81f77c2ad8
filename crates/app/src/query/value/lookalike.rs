//! Look-alikes (SPEC VA-8): who resembles the members one would like more of, by a model whose every weight is shown, judged on members it has
//! not seen.
//!
//! Those of the top are found as they were before they were it: their traits are of the end of one day, and the money that makes them the top
//! was spent after it. So the model cannot tell them by what they were chosen for. Of a list that is kept now there is no earlier day.

use std::collections::{BTreeMap, HashSet};

use perennial_backtest::Fold;
use perennial_kernel::{Day, MemberId};
use perennial_rules::history::History;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;
use perennial_value::Logistic;

use super::equity::channel;
use super::holdout::auc;
use super::said::Said;
use super::traits::{CHANNELS_MAX, TRAITS, traits};
use crate::house::House;
use crate::query::board::ListOf;
use crate::query::everyone::{Counted, fold};
use crate::query::lists;
use crate::query::selection::model_of;
use crate::query::{QueryResult, refused};

/// How far weights are held back; on columns of one deviation.
const RIDGE: f64 = 1.0;
/// Of ten members so many are held out.
const HELD_OUT: u64 = 3;
/// With fewer of either kind to learn from there is no model.
const LEARN_MIN: usize = 20;
/// Days of spending that make the top.
pub const AHEAD_DAYS: i32 = 180;

/// Whom one would like more of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// Of everyone known by the end of a day, so many percent with most money after it.
    Top { percent: u32, until: Day },
    /// Whom a condition chooses today.
    Chosen { condition: String },
    /// Who stands on a fixed list.
    Listed(ListOf),
}

#[derive(Clone, PartialEq, Debug)]
pub struct Weight {
    /// One of [`TRAITS`], or a channel's name.
    pub of: String,
    /// What one deviation more adds to the logarithm of the odds.
    pub weight: f64,
    pub mean: f64,
    pub deviation: f64,
}

#[derive(Clone, PartialEq, Debug)]
pub struct LookAlike {
    pub member: MemberId,
    /// The probability to be one of those.
    pub score: f64,
    pub bought: bool,
    /// Places among the weights of what speaks most for it.
    pub because: Vec<usize>,
}

/// The model and what it is worth.
#[derive(Clone, PartialEq, Debug)]
pub struct Learned {
    pub intercept: f64,
    /// The heaviest first; what does not vary is left out.
    pub weights: Vec<Weight>,
    /// Of a held-out member who is one of those and one who is not, how often the first has the higher score.
    pub auc: Option<f64>,
    /// Share of those among the tenth of the held-out with the highest scores, as a multiple of their share among all held out.
    pub lift: Option<f64>,
    pub settled: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct LookAlikes {
    pub as_of: Day,
    pub target: Target,
    /// Members looked at, and those of them who are the target; the same of the held-out.
    pub members: u64,
    pub hits: u64,
    pub held_out: u64,
    pub held_out_hits: u64,
    /// None where there are too few to learn from.
    pub learned: Option<Learned>,
    /// Everyone known today who is none of those, the highest score first.
    pub scored: Vec<LookAlike>,
}

pub fn look_alikes(house: &House, target: Target) -> QueryResult<Counted<LookAlikes>> {
    let active = house.reference();
    let today = active.calendar.day(house.now());
    let (reference, then) = match &target {
        Target::Top { until, .. } if *until >= today => {
            return Err(refused("day.range_backwards", format!("{until} is not before {today}"), format!("{until} 不早于 {today}")));
        }
        Target::Top { until, .. } => (Reference::clone(&active), *until),
        Target::Chosen { condition } => {
            let gone = || refused("condition.outdated", "the condition names what is defined no more", "条件引用的字段已不存在");
            (active.only(model_of(condition, &(&active.brand).into()).ok_or_else(gone)?), today)
        }
        Target::Listed(_) => (Reference::clone(&active), today),
    };
    let wanted = match &target {
        Target::Top { .. } => Wanted::ByMoney,
        Target::Chosen { .. } => Wanted::ByCondition,
        Target::Listed(list) => Wanted::Listed(lists::members(house, list)?.into_iter().collect()),
    };
    let (seen, data_up_to) = fold(house, None, || Seeing { reference: &reference, then, today, wanted: &wanted, found: Vec::new() })?;
    Ok(Counted { table: learn(seen.found, target, today), data_up_to })
}

/// One member: traits as of the day, if known by then, and as of today.
struct Seen {
    member: MemberId,
    then: Option<[f64; TRAITS.len()]>,
    now: [f64; TRAITS.len()],
    channel: Option<String>,
    /// After the day.
    money: i64,
    chosen: bool,
}

/// How it is known of one member whether it is wanted.
enum Wanted {
    /// By its place among all.
    ByMoney,
    /// The reference's first model has two stages: whom the condition chooses, and the rest.
    ByCondition,
    Listed(HashSet<MemberId>),
}

struct Seeing<'a> {
    reference: &'a Reference,
    then: Day,
    today: Day,
    wanted: &'a Wanted,
    found: Vec<Seen>,
}

impl Fold for Seeing<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        let until = self.reference.calendar.end(self.today);
        let book = history.book(self.reference, until);
        let Some(known) = book.known_from.filter(|_| !book.is_erased()) else { return };
        let said = Said::of(self.reference, history, until);
        let of = |day: Day| traits(self.reference, &book, &said, day);
        let now = of(self.today);
        let then =
            if self.then == self.today { Some(now) } else { (self.reference.calendar.day(known) <= self.then).then(|| of(self.then)) };
        let after = book.purchases.entries().iter().filter(|entry| entry.day > self.then);
        let chosen = match self.wanted {
            Wanted::ByMoney => false,
            Wanted::ByCondition => self.reference.models()[0].stage_of(&Profile::of(&book, self.reference, self.today)) == 0,
            Wanted::Listed(members) => members.contains(&member),
        };
        let money = after.map(|entry| entry.sum).sum();
        self.found.push(Seen { member, then, now, channel: channel(self.reference, &book), money, chosen });
    }

    fn merge(&mut self, other: Self) {
        self.found.extend(other.found);
    }
}

/// Three in ten, by nothing but the id.
fn is_held_out(member: MemberId) -> bool {
    let mut hash = member.0.cast_unsigned();
    for _ in 0..2 {
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    }
    (hash ^ (hash >> 33)) % 10 < HELD_OUT
}

fn learn(mut found: Vec<Seen>, target: Target, today: Day) -> LookAlikes {
    found.sort_unstable_by_key(|one| one.member);
    let hits = hits(&found, &target);
    let channels = channels(&found);
    let row = |traits: &[f64; TRAITS.len()], one: &Seen| {
        let mut row = traits.to_vec();
        row.extend(channels.iter().map(|name| f64::from(u8::from(one.channel.as_ref() == Some(name)))));
        row
    };
    let width = TRAITS.len() + channels.len();
    let (mut table, mut outcomes, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for (one, hit) in found.iter().zip(&hits) {
        let Some(then) = &one.then else { continue };
        if is_held_out(one.member) {
            held.push((row(then, one), *hit));
        } else {
            table.extend(row(then, one));
            outcomes.push(*hit);
        }
    }
    let (learners, held_hits) = (outcomes.iter().filter(|hit| **hit).count(), held.iter().filter(|(_, hit)| *hit).count());
    let mut answer = LookAlikes {
        as_of: today,
        target,
        members: (outcomes.len() + held.len()) as u64,
        hits: (learners + held_hits) as u64,
        held_out: held.len() as u64,
        held_out_hits: held_hits as u64,
        learned: None,
        scored: Vec::new(),
    };
    if learners < LEARN_MIN || outcomes.len() - learners < LEARN_MIN {
        return answer;
    }
    let model = Logistic::fit(&table, width, &outcomes, RIDGE);
    let names: Vec<String> = TRAITS.iter().map(|name| (*name).to_owned()).chain(channels.iter().cloned()).collect();
    let mut order: Vec<usize> = (0..width).filter(|at| model.deviations[*at] > 0.0).collect();
    order.sort_by(|a, b| model.weights[*b].abs().total_cmp(&model.weights[*a].abs()));
    let judged: Vec<(f64, bool)> = held.iter().map(|(row, hit)| (model.score(row), *hit)).collect();
    answer.learned = Some(Learned {
        intercept: model.intercept,
        weights: order
            .iter()
            .map(|at| Weight {
                of: names[*at].clone(),
                weight: model.weights[*at],
                mean: model.means[*at],
                deviation: model.deviations[*at],
            })
            .collect(),
        lift: lift(&judged),
        auc: auc(judged),
        settled: model.settled,
    });
    let seen = bounds(&table, width);
    for (one, _) in found.iter().zip(&hits).filter(|(_, hit)| !**hit) {
        let mut row = row(&one.now, one);
        row.iter_mut().zip(&seen).for_each(|(value, (least, most))| *value = value.clamp(*least, *most));
        let parts: Vec<f64> = model.parts(&row).collect();
        let mut because: Vec<usize> = (0..order.len()).filter(|place| parts[order[*place]] > 0.0).collect();
        because.sort_by(|a, b| parts[order[*b]].total_cmp(&parts[order[*a]]));
        because.truncate(2);
        answer.scored.push(LookAlike { member: one.member, score: model.score(&row), bought: one.now[0] > 0.0, because });
    }
    answer.scored.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.member.cmp(&b.member)));
    answer
}

/// The least and the most of each column. Of a trait beyond them the model knows nothing: it counts as the nearest that was seen, or somebody
/// who came yesterday would be judged by a line drawn far out of sight.
fn bounds(table: &[f64], width: usize) -> Vec<(f64, f64)> {
    let mut bounds = vec![(f64::INFINITY, f64::NEG_INFINITY); width];
    for row in table.chunks(width) {
        bounds.iter_mut().zip(row).for_each(|((least, most), value)| (*least, *most) = (least.min(*value), most.max(*value)));
    }
    bounds
}

/// Whether each is one of those. Equal money shares its fate: all of a threshold's are in.
fn hits(found: &[Seen], target: &Target) -> Vec<bool> {
    match target {
        Target::Chosen { .. } | Target::Listed(_) => found.iter().map(|one| one.chosen).collect(),
        Target::Top { percent, .. } => {
            let mut money: Vec<i64> = found.iter().filter(|one| one.then.is_some()).map(|one| one.money).collect();
            money.sort_unstable_by(|a, b| b.cmp(a));
            let wanted = (money.len() as u64 * u64::from(*percent)).div_ceil(100) as usize;
            let least = wanted.checked_sub(1).and_then(|last| money.get(last)).copied().unwrap_or(i64::MAX).max(1);
            found.iter().map(|one| one.then.is_some() && one.money >= least).collect()
        }
    }
}

/// The most frequent channels of first orders; equal ones by name.
fn channels(found: &[Seen]) -> Vec<String> {
    let mut times: BTreeMap<&String, u64> = BTreeMap::new();
    found.iter().filter_map(|one| one.channel.as_ref()).for_each(|name| *times.entry(name).or_default() += 1);
    let mut ranked: Vec<(&String, u64)> = times.into_iter().collect();
    ranked.sort_by_key(|(name, times)| (std::cmp::Reverse(*times), *name));
    ranked.into_iter().take(CHANNELS_MAX).map(|(name, _)| name.clone()).collect()
}

fn lift(judged: &[(f64, bool)]) -> Option<f64> {
    let mut ranked: Vec<&(f64, bool)> = judged.iter().collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let tenth = ranked.len().div_ceil(10);
    let share = |of: &[&(f64, bool)]| of.iter().filter(|(_, hit)| *hit).count() as f64 / (of.len() as f64).max(1.0);
    let all = share(&ranked);
    (all > 0.0).then(|| share(&ranked[..tenth]) / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_in_ten_are_held_out_by_their_ids_alone() {
        let held = (1..=100_000).filter(|id| is_held_out(perennial_kernel::SubjectId(*id))).count();
        assert!((29_500..30_500).contains(&held), "{held}");
        let lanes = (1..=10_000_i64).filter(|id| is_held_out(perennial_kernel::SubjectId((5 << 48) | id))).count();
        assert!((2_850..3_150).contains(&lanes), "{lanes}");
    }

    #[test]
    fn the_top_are_those_with_most_money_and_whoever_has_as_much() {
        let seen = |member: i64, money: i64, known: bool| Seen {
            member: perennial_kernel::SubjectId(member),
            then: known.then_some([0.0; TRAITS.len()]),
            now: [0.0; TRAITS.len()],
            channel: None,
            money,
            chosen: false,
        };
        let found = [seen(1, 50, true), seen(2, 70, true), seen(3, 50, true), seen(4, 0, true), seen(5, 90, false), seen(6, 0, true)];
        let top = |percent| hits(&found, &Target::Top { percent, until: Day(0) });
        // Of five known by then 40 % are two: 70, and 50 of whom there are two.
        assert_eq!(top(40), [true, true, true, false, false, false]);
        assert_eq!(top(20), [false, true, false, false, false, false]);
        assert_eq!(top(100), [true, true, true, false, false, false], "who paid nothing is not the top of anything");
    }

    #[test]
    fn nobody_is_judged_by_what_the_model_has_never_seen() {
        let known = |member: i64, days: f64, money: i64| {
            let mut then = [0.0; TRAITS.len()];
            then[5] = days;
            let id = perennial_kernel::SubjectId::nth(perennial_kernel::Lane(0), member as u64);
            Seen { member: id, then: Some(then), now: then, channel: None, money, chosen: false }
        };
        // Who has been known for less has brought more, down to 5.
        let mut found: Vec<Seen> = (0..400).map(|at| known(at, 5.0 + f64::from(at as i32 % 8), i64::from(at % 8 < 3) * 100)).collect();
        let fresh = perennial_kernel::SubjectId::nth(perennial_kernel::Lane(0), 999);
        found.push(Seen { member: fresh, then: None, ..known(999, 0.0, 0) });
        let answer = learn(found, Target::Top { percent: 30, until: Day(0) }, Day(1));
        let score = |member| answer.scored.iter().find(|one| one.member == member).unwrap().score;
        let nearest = answer.scored.iter().map(|one| one.score).fold(0.0, f64::max);
        assert!(answer.learned.is_some() && score(fresh) >= 0.5, "{}", score(fresh));
        let line = answer.learned.as_ref().unwrap();
        let (weight, mean, deviation) = (line.weights[0].weight, line.weights[0].mean, line.weights[0].deviation);
        let at = |days: f64| 1.0 / (1.0 + (-(line.intercept + weight * (days - mean) / deviation)).exp());
        assert!((score(fresh) - at(5.0)).abs() < 1e-9 && at(0.0) > at(5.0) && nearest <= at(5.0) + 1e-9, "{} {}", score(fresh), at(5.0));
    }

    #[test]
    fn lift_is_of_the_tenth_with_the_highest_scores() {
        let judged: Vec<(f64, bool)> = (0..20).map(|at| (f64::from(at), at >= 18 || at == 3)).collect();
        // Two of two against three of twenty.
        assert!((lift(&judged).unwrap() - 1.0 / 0.15).abs() < 1e-12);
        assert_eq!(lift(&[(1.0, false)]), None);
    }
}
