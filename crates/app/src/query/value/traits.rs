//! What look-alikes are told by: plain numbers of one member as of a day, each with words, none of them secret.

use perennial_condition::Name;
use perennial_kernel::{Currency, Day, Relation};
use perennial_rules::book::Book;
use perennial_rules::reference::Reference;
use perennial_rules::signal::Signal;
use perennial_rules::value::usual_gap;

use super::said::Said;

/// Days in which behaviours and purchases of late are counted.
const LATELY: i32 = 365;
/// So many channels have a column of their own, the most frequent ones.
pub const CHANNELS_MAX: usize = 5;

/// Counts and days enter as ln(1 + n): the tenth says less than the first.
pub const TRAITS: [&str; 17] = [
    "bought",
    "recency",
    "frequency",
    "money",
    "usual_gap",
    "known",
    "lately",
    "registered",
    "follower",
    "looked",
    "carted",
    "shared",
    "spoke",
    "complained",
    "talked",
    "visited",
    "took_part",
];

const SAID: [&[Signal]; 8] = [
    &[Signal::Browse, Signal::Favourite],
    &[Signal::Cart],
    &[Signal::Share, Signal::Referral],
    &[Signal::Feedback, Signal::Review, Signal::Survey, Signal::Adopted],
    &[Signal::Complaint],
    &[Signal::Chat, Signal::Reply],
    &[Signal::Visit],
    &[Signal::Activity],
];

pub fn words(of: &str) -> Name {
    let (en, zh) = match of {
        "bought" => ("has bought", "消费过"),
        "recency" => ("days since the last purchase", "距最近一次消费天数"),
        "frequency" => ("purchases so far", "累计消费次数"),
        "money" => ("money per purchase", "次均消费金额"),
        "usual_gap" => ("usual gap between purchases", "平时消费间隔"),
        "known" => ("days known", "认识天数"),
        "lately" => ("purchases of the last 365 days", "近 365 天消费次数"),
        "registered" => ("has registered", "已注册"),
        "follower" => ("follows an account", "已关注"),
        "looked" => ("products looked at or kept", "浏览与收藏次数"),
        "carted" => ("put into the cart", "加购次数"),
        "shared" => ("shared or brought buyers", "分享与推荐成交次数"),
        "spoke" => ("gave feedback, reviews, answers", "反馈、评价与问卷次数"),
        "complained" => ("complained", "投诉次数"),
        "talked" => ("chatted or replied", "咨询与回复次数"),
        "visited" => ("visited", "到访次数"),
        "took_part" => ("took part in activities", "参加活动次数"),
        other => return Name::new(format!("first bought through {other}"), format!("首购渠道为 {other}")),
    };
    Name::new(en, zh)
}

fn ln(n: f64) -> f64 {
    n.max(0.0).ln_1p()
}

/// As [`TRAITS`], of what was known by the end of a day.
pub(super) fn traits(reference: &Reference, book: &Book, said: &Said, day: Day) -> [f64; TRAITS.len()] {
    let series = &book.purchases;
    let bought = || series.entries().iter().filter(|entry| entry.day <= day && entry.count > 0);
    let times = bought().count();
    let money: i64 = series.entries().iter().filter(|entry| entry.day <= day).map(|entry| entry.sum).sum();
    let since = |from: Option<Day>| from.map_or(0.0, |from| ln(f64::from(day - from)));
    let reached = |relation: Relation| {
        let at = book.relations[relation as usize].map(|at| reference.calendar.day(at));
        f64::from(u8::from(at.is_some_and(|at| at <= day)))
    };
    let mut all = [0.0; TRAITS.len()];
    let first = [
        f64::from(u8::from(times > 0)),
        since(bought().next_back().map(|entry| entry.day)),
        ln(times as f64),
        if times > 0 { ln(major(money, reference.brand.currency) / times as f64) } else { 0.0 },
        usual_gap(series, day).map_or(0.0, |gap| ln(f64::from(gap))),
        since(book.known_from.map(|at| reference.calendar.day(at))),
        ln(bought().filter(|entry| day - entry.day < LATELY).count() as f64),
        reached(Relation::Registered),
        reached(Relation::Follower),
    ];
    all[..first.len()].copy_from_slice(&first);
    for (held, signals) in all[first.len()..].iter_mut().zip(SAID) {
        *held = ln(f64::from(said.times(signals, day, LATELY)));
    }
    all
}

fn major(minor: i64, currency: Currency) -> f64 {
    minor as f64 / 10_f64.powi(i32::from(currency.scale()))
}
