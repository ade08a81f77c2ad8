//! Which groups bring the money (SPEC ME-6): buyers of a period by stage, by RFM class or by the channel of their first order.
//!
//! RFM classes are those of the buyers themselves: high is a last purchase of the period no earlier, purchases of it no fewer, money of it no
//! less than the mean of all its buyers, compared as whole numbers.

use std::collections::BTreeMap;

use perennial_kernel::{Day, MemberId, Money};
use perennial_rules::lifecycle::model::Model;

use crate::metric::{Asks, Metric};
use crate::pareto::first_of;
use crate::period::Period;
use crate::seen::Seen;
use crate::spread::share;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GroupBy {
    /// Of the lifecycle model, on the day of the answer.
    #[default]
    Stage,
    Rfm,
    Channel,
}

impl GroupBy {
    pub const ALL: [Self; 3] = [Self::Stage, Self::Rfm, Self::Channel];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Rfm => "rfm",
            Self::Channel => "channel",
        }
    }
}

/// High in R, in F, in M.
const CLASSES: [(&str, [bool; 3]); 8] = [
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
pub struct GroupRow {
    /// A stage's id, a class, a channel; empty for orders that name no channel.
    pub key: String,
    pub buyers: u64,
    pub buyers_share: Option<f64>,
    pub purchases: u64,
    pub money: Money,
    /// Of all money; `None` where all money is not above zero.
    pub money_share: Option<f64>,
    /// Those of them among the first ⌈n·20/100⌉ of all buyers.
    pub top_fifth: u64,
}

#[derive(Clone, PartialEq, Debug)]
pub struct GroupsTable {
    pub buyers: u64,
    pub money: Money,
    /// Stages and classes in their order, channels by money, most first, equal ones by name. Groups without buyers are left out.
    pub rows: Vec<GroupRow>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Buyer {
    money: Money,
    member: MemberId,
    last: Day,
    times: u32,
    /// A stage's place, or a channel's number.
    group: u32,
}

#[derive(Clone, Debug)]
pub struct Groups<'a> {
    by: GroupBy,
    period: Period,
    model: &'a Model,
    channels: BTreeMap<String, u32>,
    buyers: Vec<Buyer>,
}

impl<'a> Groups<'a> {
    pub fn new(by: GroupBy, period: Period, model: &'a Model) -> Self {
        Self { by, period, model, channels: BTreeMap::new(), buyers: Vec::new() }
    }

    fn channel(&mut self, name: &str) -> u32 {
        if let Some(number) = self.channels.get(name) {
            return *number;
        }
        let number = self.channels.len() as u32;
        self.channels.insert(name.to_owned(), number);
        number
    }

    /// Every buyer in the ranking's order, with the key of the group.
    fn ranked(mut self) -> Vec<(Buyer, String)> {
        self.buyers.sort_unstable_by(|a, b| b.money.cmp(&a.money).then(a.member.cmp(&b.member)));
        let class = classes(&self.buyers);
        let mut channels = vec![String::new(); self.channels.len()];
        for (name, number) in self.channels {
            channels[number as usize] = name;
        }
        let (by, model) = (self.by, self.model);
        let key = move |buyer: &Buyer| match by {
            GroupBy::Stage => model.stages[buyer.group as usize].id.clone(),
            GroupBy::Rfm => class(buyer).to_owned(),
            GroupBy::Channel => channels[buyer.group as usize].clone(),
        };
        self.buyers.iter().map(|buyer| (*buyer, key(buyer))).collect()
    }

    /// The members of one group, ascending.
    pub fn members(self, key: &str) -> Vec<MemberId> {
        let mut members: Vec<MemberId> = self.ranked().into_iter().filter(|(_, of)| of == key).map(|(buyer, _)| buyer.member).collect();
        members.sort_unstable();
        members
    }

    pub fn finish(self) -> GroupsTable {
        let (by, model) = (self.by, self.model);
        let ranked = self.ranked();
        let (buyers, money) = (ranked.len() as u64, ranked.iter().map(|(buyer, _)| buyer.money).sum::<Money>());
        let first = first_of(ranked.len(), 20);
        let mut found: BTreeMap<String, GroupRow> = BTreeMap::new();
        for (at, (buyer, key)) in ranked.into_iter().enumerate() {
            let row = found.entry(key).or_insert_with_key(|key| GroupRow {
                key: key.clone(),
                buyers: 0,
                buyers_share: None,
                purchases: 0,
                money: Money::ZERO,
                money_share: None,
                top_fifth: 0,
            });
            row.buyers += 1;
            row.purchases += u64::from(buyer.times);
            row.money += buyer.money;
            row.top_fifth += u64::from(at < first);
        }
        let mut rows: Vec<GroupRow> = found.into_values().collect();
        for row in &mut rows {
            row.buyers_share = share(row.buyers, buyers);
            row.money_share = (money > Money::ZERO).then(|| row.money.0 as f64 / money.0 as f64);
        }
        match by {
            GroupBy::Stage => rows.sort_by_key(|row| model.display.iter().position(|at| model.stages[*at].id == row.key)),
            GroupBy::Rfm => rows.sort_by_key(|row| CLASSES.iter().position(|(name, _)| *name == row.key)),
            GroupBy::Channel => rows.sort_by(|a, b| b.money.cmp(&a.money).then_with(|| a.key.cmp(&b.key))),
        }
        GroupsTable { buyers, money, rows }
    }
}

/// The class of each, by the means of all.
fn classes(buyers: &[Buyer]) -> impl Fn(&Buyer) -> &'static str + use<> {
    let count = buyers.len() as i128;
    let sum = |value: fn(&Buyer) -> i64| buyers.iter().map(|buyer| i128::from(value(buyer))).sum::<i128>();
    let values: [fn(&Buyer) -> i64; 3] = [|buyer| i64::from(buyer.last.0), |buyer| i64::from(buyer.times), |buyer| buyer.money.0];
    let sums = values.map(sum);
    move |buyer| {
        let high: [bool; 3] = std::array::from_fn(|at| i128::from(values[at](buyer)) * count >= sums[at]);
        CLASSES.iter().find(|(_, of)| *of == high).map_or("", |(name, _)| name)
    }
}

impl Metric for Groups<'_> {
    fn observe(&mut self, seen: &Seen<'_>) {
        let within = || seen.purchases.iter().filter(|purchase| self.period.holds(purchase.day));
        let Some(last) = within().map(|purchase| purchase.day).next_back() else { return };
        let times = within().count() as u32;
        let money = seen.money_by_day().filter(|(day, _)| self.period.holds(*day)).map(|(_, money)| money).sum();
        let group = match self.by {
            GroupBy::Stage => seen.stage(self.model) as u32,
            GroupBy::Rfm => 0,
            GroupBy::Channel => self.channel(seen.first_channel.as_deref().unwrap_or_default()),
        };
        self.buyers.push(Buyer { money, member: seen.member, last, times, group });
    }

    fn asks(&self) -> Asks {
        match self.by {
            GroupBy::Stage if !self.model.is_about_purchases() => Asks::Facts,
            GroupBy::Channel => Asks::Names,
            GroupBy::Stage | GroupBy::Rfm => Asks::Purchases,
        }
    }

    fn merge(&mut self, other: Self) {
        let mut numbers = vec![0; other.channels.len()];
        for (name, number) in &other.channels {
            numbers[*number as usize] = self.channel(name);
        }
        let by_channel = self.by == GroupBy::Channel;
        let renumbered = |buyer: Buyer| if by_channel { Buyer { group: numbers[buyer.group as usize], ..buyer } } else { buyer };
        self.buyers.extend(other.buyers.into_iter().map(renumbered));
    }
}
