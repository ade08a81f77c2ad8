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
use crate::rfm::CLASSES;
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
    member: MemberId,
    rfm: Rfm,
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
        self.buyers.sort_unstable_by(|a, b| b.rfm.money.cmp(&a.rfm.money).then(a.member.cmp(&b.member)));
        let mut means = RfmMeans::new(self.period);
        self.buyers.iter().for_each(|buyer| means.note(buyer.rfm));
        let mut channels = vec![String::new(); self.channels.len()];
        for (name, number) in self.channels {
            channels[number as usize] = name;
        }
        let (by, model) = (self.by, self.model);
        let key = move |buyer: &Buyer| match by {
            GroupBy::Stage => model.stages[buyer.group as usize].id.clone(),
            GroupBy::Rfm => means.class(buyer.rfm).to_owned(),
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
        let (buyers, money) = (ranked.len() as u64, ranked.iter().map(|(buyer, _)| buyer.rfm.money).sum::<Money>());
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
            row.purchases += u64::from(buyer.rfm.times);
            row.money += buyer.rfm.money;
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

/// What a buyer of a period is classed by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Rfm {
    last: Day,
    times: u32,
    money: Money,
}

impl Rfm {
    /// `None` of who did not buy in the period.
    fn of(seen: &Seen<'_>, period: Period) -> Option<Self> {
        let within = || seen.purchases.iter().filter(|purchase| period.holds(purchase.day));
        let last = within().map(|purchase| purchase.day).next_back()?;
        let money = seen.money_by_day().filter(|(day, _)| period.holds(*day)).map(|(_, money)| money).sum();
        Some(Self { last, times: within().count() as u32, money })
    }

    fn values(self) -> [i64; 3] {
        [i64::from(self.last.0), i64::from(self.times), self.money.0]
    }
}

/// Means of a period's buyers, which their RFM classes are told by: kept as sums, so that any partition comes to the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RfmMeans {
    period: Period,
    buyers: i128,
    sums: [i128; 3],
}

impl RfmMeans {
    pub fn new(period: Period) -> Self {
        Self { period, buyers: 0, sums: [0; 3] }
    }

    fn note(&mut self, one: Rfm) {
        self.buyers += 1;
        self.sums.iter_mut().zip(one.values()).for_each(|(sum, value)| *sum += i128::from(value));
    }

    fn class(&self, one: Rfm) -> &'static str {
        let values = one.values();
        let high: [bool; 3] = std::array::from_fn(|at| i128::from(values[at]) * self.buyers >= self.sums[at]);
        CLASSES.iter().find(|(_, of)| *of == high).map_or("", |(name, _)| name)
    }

    /// The class of a buyer of the period.
    pub fn class_of(&self, seen: &Seen<'_>) -> Option<&'static str> {
        Rfm::of(seen, self.period).map(|one| self.class(one))
    }
}

impl Metric for RfmMeans {
    fn observe(&mut self, seen: &Seen<'_>) {
        if let Some(one) = Rfm::of(seen, self.period) {
            self.note(one);
        }
    }

    fn asks(&self) -> Asks {
        Asks::Purchases
    }

    fn merge(&mut self, other: Self) {
        self.buyers += other.buyers;
        self.sums.iter_mut().zip(other.sums).for_each(|(sum, more)| *sum += more);
    }
}

impl Metric for Groups<'_> {
    fn observe(&mut self, seen: &Seen<'_>) {
        let Some(rfm) = Rfm::of(seen, self.period) else { return };
        let group = match self.by {
            GroupBy::Stage => seen.stage(self.model) as u32,
            GroupBy::Rfm => 0,
            GroupBy::Channel => self.channel(seen.first_channel.as_deref().unwrap_or_default()),
        };
        self.buyers.push(Buyer { member: seen.member, rfm, group });
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
