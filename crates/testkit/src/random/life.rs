//! A random member's history as commands: late, twice, out of order, with refunds, cancellations, versions, imports and their undoing.

use std::collections::BTreeMap;
use std::sync::Arc;

use perennial_kernel::{
    Attribute, Body, Calendar, Cancel, Currency, Day, Identity, IdentityKind, ImportId, Incoming, Instant, Money, Order, OrderKey,
    Personal, Quantity, Refund, RefundLine, Relation, Scores,
};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::{Brand, Counting};
use perennial_rules::signal::Signals;
use perennial_rules::value::ValueModel;
use proptest::prelude::*;

use crate::drive::Drive;
use crate::oracle::Told;

const ZONES: [&str; 7] =
    ["Asia/Shanghai", "America/New_York", "UTC", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Auckland", "Asia/Kathmandu"];
const GAPS: [i32; 6] = [180, 180, 90, 365, 30, 7];
/// Histories begin here: both of Brazil's clock changes at midnight lie ahead.
const FIRST: &str = "2017-06-01";
/// Deeds occur within this many days.
const DAYS: i32 = 900;
/// After the last arrival, time goes on for so long: every stage by silence is reached.
const TAIL_DAYS: i32 = 800;

/// What a member does. Small numbers, so that deeds meet: the same order, the same day, the same instant.
#[derive(Clone, Debug)]
pub enum Deed {
    Buy {
        order: u8,
        version: Option<u8>,
        money: i64,
        pieces: u8,
        paid: bool,
        channel: u8,
    },
    Cancel {
        order: u8,
    },
    Refund {
        order: Option<u8>,
        money: i64,
        whole: bool,
        pieces: u8,
    },
    Reach(Relation),
    Learn {
        born: u16,
    },
    /// Number of a custom field and of its value.
    Tell {
        field: u8,
        value: u8,
    },
    /// Agrees, or takes it back.
    Agree {
        channel: u8,
        given: bool,
    },
    Behave {
        name: u8,
    },
}

/// A deed and its way to us.
#[derive(Clone, Debug)]
pub struct Send {
    pub deed: Deed,
    /// Days after the first, and the time of day in minutes.
    pub day: u16,
    pub minute: u16,
    /// How much later it arrives, in minutes.
    pub delay: u32,
    /// Arrives twice.
    pub twice: bool,
    pub import: Option<u8>,
}

#[derive(Clone, Debug)]
pub struct Life {
    pub zone: usize,
    pub gap: usize,
    pub orders_count: bool,
    /// The day on which the source goes live, if it had a past.
    pub live: Option<u16>,
    pub sends: Vec<Send>,
    /// Imports taken back: on which day, which.
    pub undone: Vec<(u16, u8)>,
    /// From which day on, and for how many days, nothing fires of its own accord.
    pub down: Vec<(u16, u16)>,
}

pub fn life(sends: std::ops::Range<usize>) -> impl Strategy<Value = Life> {
    let settings = (0..ZONES.len(), 0..GAPS.len(), any::<bool>(), proptest::option::weighted(0.4, 0..DAYS as u16));
    let undone = proptest::collection::vec((0..1400_u16, 0..3_u8), 0..3);
    let down = proptest::collection::vec((0..1300_u16, 1..200_u16), 0..4);
    (settings, proptest::collection::vec(send(), sends), undone, down)
        .prop_map(|((zone, gap, orders_count, live), sends, undone, down)| Life { zone, gap, orders_count, live, sends, undone, down })
}

fn send() -> impl Strategy<Value = Send> {
    let delay = prop_oneof![5 => Just(0_u32), 1 => 1..600_u32, 2 => 1440..600_000_u32];
    // Days near one another meet windows and life gaps; days on a coarse grid meet their bounds exactly.
    let day = prop_oneof![3 => 0..DAYS as u16, 2 => (0..30_u16).prop_map(|step| step * 30), 1 => 0..20_u16];
    let minute = prop_oneof![2 => Just(0_u16), 1 => Just(1439_u16), 4 => 0..1440_u16];
    (deed(), day, minute, delay, proptest::bool::weighted(0.1), proptest::option::weighted(0.25, 0..3_u8))
        .prop_map(|(deed, day, minute, delay, twice, import)| Send { deed, day, minute, delay, twice, import })
}

fn deed() -> impl Strategy<Value = Deed> {
    let money = prop_oneof![1 => Just(0_i64), 4 => 1..20_000_i64, 1 => (1..5_i64).prop_map(|yuan| yuan * 10_000)];
    let order = || 0..9_u8;
    let version = proptest::option::weighted(0.4, 0..4_u8);
    let pieces = prop_oneof![8 => Just(1_u8), 1 => Just(0_u8), 2 => Just(3_u8)];
    let buy = (order(), version, money, pieces, proptest::bool::weighted(0.92), 0..3_u8)
        .prop_map(|(order, version, money, pieces, paid, channel)| Deed::Buy { order, version, money, pieces, paid, channel });
    let refund = (proptest::option::weighted(0.8, order()), 1..15_000_i64, proptest::bool::weighted(0.3), 0..3_u8)
        .prop_map(|(order, money, whole, pieces)| Deed::Refund { order, money, whole: whole && order.is_some(), pieces });
    let relation = prop_oneof![Just(Relation::Aware), Just(Relation::Follower), Just(Relation::Registered)];
    prop_oneof![
        10 => buy,
        2 => order().prop_map(|order| Deed::Cancel { order }),
        3 => refund,
        2 => relation.prop_map(Deed::Reach),
        1 => (1950..2010_u16).prop_map(|born| Deed::Learn { born }),
        2 => any::<(u8, u8)>().prop_map(|(field, value)| Deed::Tell { field, value }),
        2 => (0..2_u8, any::<bool>()).prop_map(|(channel, given)| Deed::Agree { channel, given }),
        2 => (0..3_u8).prop_map(|name| Deed::Behave { name }),
    ]
}

/// One thing that happens to the engine, in order of arrival.
#[derive(Clone, Debug)]
pub enum Arrival {
    Command { import: Option<ImportId>, incoming: Box<Incoming> },
    Undo(ImportId),
    Down(Instant),
}

/// A document that is put in force on the way.
#[derive(Clone, Debug)]
pub enum Turn {
    Model(Box<Model>),
    Value(Box<ValueModel>),
    Signals(Arc<Signals>),
}

impl Turn {
    fn put_in_force(self, drive: &mut Drive, at: Instant) {
        match self {
            Self::Model(model) => drive.activate(at, *model),
            Self::Value(model) => drive.refit(at, &model),
            Self::Signals(signals) => drive.weigh(at, signals),
        }
    }
}

impl Life {
    pub fn brand(&self) -> Brand {
        Brand {
            name: "随机".into(),
            calendar: Calendar::for_zone(ZONES[self.zone]).expect("a zone of the table"),
            currency: Currency::parse("CNY").expect("a currency"),
            life_gap_days: GAPS[self.gap],
            counting: if self.orders_count { Counting::Orders } else { Counting::Days },
            fields: super::profile::fields(),
            consents: super::profile::consents(),
            value: Some(super::profile::value(self.zone + self.gap)),
            signals: super::profile::signals(None, self.gap),
        }
    }

    pub fn first_day() -> Day {
        Day::parse(FIRST).expect("a day")
    }

    pub fn go_live(&self, calendar: &Calendar) -> Option<Instant> {
        self.live.map(|day| calendar.start(Self::first_day() + i32::from(day)))
    }

    /// The last instant that is looked at.
    pub fn end(&self, calendar: &Calendar) -> Instant {
        let last = self.arrivals(calendar).last().map_or(calendar.start(Self::first_day()), |(at, _)| *at);
        calendar.at(calendar.day(last) + TAIL_DAYS, 12, 0, 0)
    }

    /// Everything that happens to the engine, ascending by arrival.
    pub fn arrivals(&self, calendar: &Calendar) -> Vec<(Instant, Arrival)> {
        let mut arrivals = Vec::new();
        for (index, send) in self.sends.iter().enumerate() {
            let incoming = Box::new(send.incoming(index, calendar));
            let at = incoming.occurred_at.plus_ms(i64::from(send.delay) * 60_000);
            // An import reads a past: nothing of it arrives before its source goes live.
            let at = self.go_live(calendar).map_or(at, |live| at.max(live));
            let import = send.import.map(|import| ImportId(i64::from(import)));
            arrivals.push((at, Arrival::Command { import, incoming: incoming.clone() }));
            if send.twice {
                arrivals.push((at.plus_ms(3_600_000 * i64::from(send.day % 50)), Arrival::Command { import, incoming }));
            }
        }
        let on = |day: u16| calendar.at(Self::first_day() + i32::from(day), 9, 30, 0);
        arrivals.extend(self.undone.iter().map(|(day, import)| (on(*day), Arrival::Undo(ImportId(i64::from(*import))))));
        arrivals.extend(self.down.iter().map(|(day, days)| (on(*day), Arrival::Down(on(day + days)))));
        arrivals.sort_by_key(|(at, _)| *at);
        arrivals
    }

    /// The life through a driver of these models.
    pub fn driven(&self, models: Vec<Model>) -> Drive {
        let mut drive = Drive::new(self.brand(), models);
        self.run(&mut drive);
        drive
    }

    /// Runs the life through a driver, to its end.
    pub fn run(&self, drive: &mut Drive) {
        self.run_with(drive, None);
    }

    /// As [`Self::run`], with a model put in force on the way.
    pub fn run_with(&self, drive: &mut Drive, activation: Option<(Instant, Model)>) {
        self.run_turning(drive, activation.into_iter().map(|(at, model)| (at, Turn::Model(Box::new(model)))).collect());
    }

    /// As [`Self::run`], with documents put in force on the way, ascending by instant.
    pub fn run_turning(&self, drive: &mut Drive, turns: Vec<(Instant, Turn)>) {
        let mut turns = turns.into_iter().peekable();
        // The life's own calendar, whatever the driver believes.
        let calendar = self.brand().calendar;
        drive.go_live = self.go_live(&calendar);
        for (at, arrival) in self.arrivals(&calendar) {
            while let Some((when, turn)) = turns.next_if(|(when, _)| *when <= at) {
                turn.put_in_force(drive, when);
            }
            match arrival {
                Arrival::Command { import, incoming } => {
                    drive.record(at, "member", import, &incoming);
                }
                Arrival::Undo(import) => drive.retract(at, import),
                Arrival::Down(until) => drive.down(at, until),
            }
        }
        for (when, turn) in turns {
            turn.put_in_force(drive, when);
        }
        drive.pass(self.end(&calendar).max(drive.now));
    }

    /// What the oracle is told of the same life: each command once, unless it comes again after its import was undone.
    pub fn told(&self, calendar: &Calendar) -> Vec<Told> {
        let live = self.go_live(calendar);
        let mut told: Vec<Told> = Vec::new();
        let mut sent: BTreeMap<(String, String), Option<ImportId>> = BTreeMap::new();
        for (at, arrival) in self.arrivals(calendar) {
            match arrival {
                Arrival::Command { import, incoming } => {
                    let key = (incoming.object.clone(), incoming.version.clone());
                    if sent.contains_key(&key) {
                        continue;
                    }
                    sent.insert(key, import);
                    let backfill = live.is_some_and(|live| incoming.occurred_at < live);
                    told.push(Told { recorded_at: at, occurred_at: incoming.occurred_at, backfill, import, body: incoming.body });
                }
                Arrival::Undo(import) => {
                    sent.retain(|_, by| *by != Some(import));
                    if told.iter().any(|one| one.import == Some(import)) {
                        let body = Body::ImportRetracted { import };
                        told.push(Told { recorded_at: at, occurred_at: at, backfill: false, import: None, body });
                    }
                }
                Arrival::Down(_) => {}
            }
        }
        told
    }
}

impl Send {
    fn incoming(&self, index: usize, calendar: &Calendar) -> Incoming {
        let minute = u32::from(self.minute);
        let at = calendar.at(Life::first_day() + i32::from(self.day), minute / 60, minute % 60, 0);
        let key = |order: u8| OrderKey { source: "shop".into(), id: format!("O{order}") };
        let (object, version, body) = match &self.deed {
            Deed::Buy { order, version, money, pieces, paid, channel } => {
                let content = Order {
                    key: key(*order),
                    version: version.map(i64::from),
                    paid_at: paid.then_some(at),
                    money: Money(*money),
                    quantity: Quantity::pieces(i64::from(*pieces)),
                    channel: (*channel > 0).then(|| format!("c{channel}")),
                    store: None,
                    lines: Vec::new(),
                };
                let version = version.map(|version| version.to_string()).unwrap_or_default();
                (format!("order:{order}"), version, Body::OrderPlaced(content))
            }
            Deed::Cancel { order } => {
                (format!("cancel:{order}"), String::new(), Body::OrderCancelled(Cancel { key: key(*order), version: None }))
            }
            Deed::Refund { order, money, whole, pieces } => {
                let line = RefundLine { line: 0, quantity: Quantity::pieces(i64::from(*pieces)), money: Money(*money) };
                let lines = if *pieces > 0 && order.is_some() { vec![line] } else { Vec::new() };
                let refund = Refund { key: order.map(key), id: format!("R{index}"), money: Money(*money), whole: *whole, lines };
                (format!("refund:{index}"), String::new(), Body::OrderRefunded(refund))
            }
            Deed::Reach(relation) => (format!("reach:{index}"), String::new(), member(Some(*relation), None)),
            Deed::Learn { born } => (format!("learn:{index}"), String::new(), member(None, Some(*born))),
            Deed::Tell { field, value } => {
                let attributes = BTreeMap::from([super::profile::attribute(*field, *value)]);
                (format!("tell:{index}"), String::new(), Body::MemberUpdated { relation: None, attributes })
            }
            Deed::Agree { channel, given } => (format!("agree:{index}"), String::new(), super::profile::agreement(*channel, *given)),
            Deed::Behave { name } => {
                let body = Body::Behaved { name: format!("b{name}"), channel: None, scores: Scores::NONE };
                (format!("behave:{index}"), String::new(), body)
            }
        };
        let who = Identity::parse(IdentityKind::Number, "member").expect("a number");
        let (identities, personal) = (vec![who], Personal::default());
        Incoming { source: "shop".into(), object, version, identities, personal, occurred_at: at, body }
    }
}

fn member(relation: Option<Relation>, born: Option<u16>) -> Body {
    let attributes = born.map(|year| ("birth_year".to_owned(), Attribute::Number(f64::from(year)))).into_iter().collect();
    Body::MemberUpdated { relation, attributes }
}
