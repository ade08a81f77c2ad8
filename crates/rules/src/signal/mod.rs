//! Signals (SPEC VA-5 to VA-10): what a behaviour says of a member, whatever its source calls it, and what is reckoned from that.
//!
//! Which names are a complaint, a review, a referral is a versioned document of the brand, because goodwill and closeness are fields of
//! conditions: a decision replays by the document that was in force.

mod document;

use std::sync::{Arc, LazyLock};

use perennial_condition::{Name, Value};
use perennial_kernel::{Aspect, Currency, Day, Money, Quantity};

pub use document::{ClosenessText, DeliveredText, GoodwillText, SHIPPED, SignalsDocument, WorthText};

use crate::series::DaySeries;

/// The fields that conditions read.
pub const FIELDS: [&str; 2] = ["goodwill", "closeness"];
/// The most closeness anybody has.
const CLOSEST: f64 = 100.0;

/// What a behaviour may say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Signal {
    Browse,
    Favourite,
    Cart,
    Share,
    /// Somebody whom the member had recommended the brand to bought.
    Referral,
    Feedback,
    Review,
    Survey,
    /// What the member had suggested was done.
    Adopted,
    Complaint,
    Praise,
    GoodService,
    BadService,
    /// A question of the member's was answered well within 24 hours.
    Answered,
    Chat,
    Visit,
    Reply,
    Activity,
}

impl Signal {
    pub const COUNT: usize = 18;
    pub const ALL: [Self; Self::COUNT] = [
        Self::Browse,
        Self::Favourite,
        Self::Cart,
        Self::Share,
        Self::Referral,
        Self::Feedback,
        Self::Review,
        Self::Survey,
        Self::Adopted,
        Self::Complaint,
        Self::Praise,
        Self::GoodService,
        Self::BadService,
        Self::Answered,
        Self::Chat,
        Self::Visit,
        Self::Reply,
        Self::Activity,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browse => "browse",
            Self::Favourite => "favourite",
            Self::Cart => "cart",
            Self::Share => "share",
            Self::Referral => "referral",
            Self::Feedback => "feedback",
            Self::Review => "review",
            Self::Survey => "survey",
            Self::Adopted => "adopted",
            Self::Complaint => "complaint",
            Self::Praise => "praise",
            Self::GoodService => "good_service",
            Self::BadService => "bad_service",
            Self::Answered => "answered",
            Self::Chat => "chat",
            Self::Visit => "visit",
            Self::Reply => "reply",
            Self::Activity => "activity",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.as_str() == text)
    }

    pub fn words(self) -> Name {
        let (en, zh) = match self {
            Self::Browse => ("looked at a product", "浏览商品"),
            Self::Favourite => ("kept a favourite", "收藏"),
            Self::Cart => ("put into the cart", "加购"),
            Self::Share => ("shared", "分享"),
            Self::Referral => ("a referred person bought", "推荐成交"),
            Self::Feedback => ("gave feedback", "反馈"),
            Self::Review => ("wrote a review", "评价"),
            Self::Survey => ("answered a survey", "填写问卷"),
            Self::Adopted => ("feedback was adopted", "建议被采纳"),
            Self::Complaint => ("complained", "投诉"),
            Self::Praise => ("praised", "表扬"),
            Self::GoodService => ("was served well", "满意服务"),
            Self::BadService => ("was served badly", "不满服务"),
            Self::Answered => ("was answered well within 24 hours", "24 小时内妥善答复"),
            Self::Chat => ("chatted", "咨询互动"),
            Self::Visit => ("visited", "到访"),
            Self::Reply => ("replied", "回复消息"),
            Self::Activity => ("took part in an activity", "参加活动"),
        };
        Name::new(en, zh)
    }
}

/// The document in force, compiled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signals {
    /// `None` while those that ship are in force.
    pub version: Option<i64>,
    /// By signal.
    names: [Vec<String>; Signal::COUNT],
    /// What they say, by name, ascending.
    known: Vec<(String, Vec<Signal>)>,
    pub worth: Worth,
    pub goodwill: Goodwill,
    pub closeness: Closeness,
    pub delivered: Delivered,
}

/// What behaviours and orders are worth to the brand; shares are in hundredths of a percent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Worth {
    /// Hundredths of a major unit.
    events: Vec<(Signal, i64)>,
    pub purchase_share: i64,
    pub trading_share: i64,
    /// An order of so many pieces is one of trade.
    pub bulk: Quantity,
}

impl Worth {
    /// What one behaviour is worth, for the signals that are worth anything.
    pub fn of(&self, signal: Signal, currency: Currency) -> Money {
        let hundredths = self.events.iter().find(|(held, _)| *held == signal).map_or(0, |(_, hundredths)| *hundredths);
        let minor = i128::from(hundredths) * 10_i128.pow(u32::from(currency.scale())) / 100;
        Money(i64::try_from(minor).unwrap_or(i64::MAX))
    }

    /// A share of money, the half unit up.
    pub fn share(money: Money, share: i64) -> Money {
        let part = (i128::from(money.0) * i128::from(share) + 5_000).div_euclid(10_000);
        Money(i64::try_from(part).unwrap_or(i64::MAX))
    }
}

/// Weights in hundredths of a point.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Goodwill {
    pub half_life_days: i32,
    pub weights: Vec<(Signal, i64)>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closeness {
    pub within_days: i32,
    pub weights: Vec<(Signal, i64)>,
}

/// What share each aspect has of its side, benefits or costs, in hundredths of a percent: each side adds to 10,000.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivered {
    weights: [i64; Aspect::COUNT],
}

impl Delivered {
    pub fn weight(&self, aspect: Aspect) -> i64 {
        self.weights[aspect as usize]
    }
}

impl Signals {
    /// Those that ship: in force until a brand sets up its own.
    pub fn shipped() -> Arc<Self> {
        static COMPILED: LazyLock<Arc<Signals>> = LazyLock::new(|| {
            let document = SignalsDocument::parse(SHIPPED).expect("what ships is read: a test says so");
            Arc::new(document.compile(None).expect("what ships compiles: a test says so"))
        });
        Arc::clone(&COMPILED)
    }

    /// Names of behaviours that say it.
    pub fn names(&self, signal: Signal) -> &[String] {
        &self.names[signal as usize]
    }

    /// What a behaviour of this name says; nothing, mostly.
    pub fn said_by(&self, name: &str) -> &[Signal] {
        let at = self.known.binary_search_by(|(held, _)| held.as_str().cmp(name));
        at.map_or(&[], |at| &self.known[at].1)
    }

    /// The signals that goodwill and closeness are reckoned from.
    pub(crate) fn weighed(&self) -> impl Iterator<Item = Signal> {
        self.goodwill.weights.iter().chain(&self.closeness.weights).map(|(signal, _)| *signal)
    }

    /// How often behaviours of the names occurred, in the condition language; `None` where a signal of no name was asked for.
    pub fn count(&self, signals: &[Signal], within: Option<i32>) -> Option<String> {
        let mut names: Vec<&str> = signals.iter().flat_map(|signal| self.names(*signal)).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        let quoted: Vec<String> = names.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
        let window = within.map(|days| format!(" within {days} days")).unwrap_or_default();
        (!quoted.is_empty()).then(|| format!("count(behaviour where name in ({}){window})", quoted.join(", ")))
    }
}

impl Goodwill {
    /// The account on a day. Each entry halves every so many days since it was made, so that by time alone the account only comes nearer to
    /// nothing: it is added up as of the last entry and then fades as one. To two places.
    pub(crate) fn on<'a>(&self, day: Day, series: impl Fn(Signal) -> Option<&'a DaySeries>) -> Value {
        let entries = || {
            let of = |(signal, weight): &(Signal, i64)| series(*signal).map(|series| (series.entries(), *weight));
            let known = self.weights.iter().filter_map(of);
            known.flat_map(|(entries, weight)| entries.iter().filter(|one| one.day <= day).map(move |one| (one.day, one.count, weight)))
        };
        let Some(last) = entries().map(|(day, ..)| day).max() else { return Value::Decimal(0.0) };
        let left = |days: i32| perennial_value::left_after(f64::from(days) / f64::from(self.half_life_days));
        let then: f64 = entries().map(|(made, count, weight)| (count * weight) as f64 * left(last - made)).sum();
        hundredths(then * left(day - last))
    }
}

impl Closeness {
    /// Points for what was done in the last days, 100 at most. By time alone it only falls.
    pub(crate) fn on<'a>(&self, day: Day, series: impl Fn(Signal) -> Option<&'a DaySeries>) -> Value {
        let first = day - (self.within_days - 1);
        let of = |(signal, weight): &(Signal, i64)| {
            let entries = series(*signal).map_or(&[][..], DaySeries::entries);
            let within = entries.iter().filter(|one| first <= one.day && one.day <= day);
            within.map(|one| one.count.saturating_mul(*weight)).fold(0, i64::saturating_add)
        };
        let points = self.weights.iter().map(of).fold(0, i64::saturating_add);
        Value::Decimal((points as f64 / 100.0).clamp(0.0, CLOSEST))
    }
}

/// Hundredths of points as points, never a negative nothing.
fn hundredths(hundredths: f64) -> Value {
    Value::Decimal(hundredths.round() / 100.0 + 0.0)
}

#[cfg(test)]
mod tests {
    use perennial_condition::Contribution;

    use super::*;

    fn series(days: &[(i32, i64)]) -> DaySeries {
        DaySeries::from_entries(days.iter().map(|(day, count)| Contribution { day: Day(*day), count: *count, sum: 0 }).collect())
    }

    #[test]
    fn the_account_halves_every_year_and_what_was_bad_is_made_good_in_time() {
        let signals = Signals::shipped();
        let (praise, complaint) = (series(&[(0, 1)]), series(&[(365, 1)]));
        let on = |day: i32| {
            signals.goodwill.on(Day(day), |signal| match signal {
                Signal::Praise => Some(&praise),
                Signal::Complaint => Some(&complaint),
                _ => None,
            })
        };
        // 10, after a year 5; less 10 is −5, after another year −2.5. A tenth of a half life: 10 · 2^−0.1 = 9.3303.
        assert_eq!([on(-1), on(0), on(364)], [0.0, 10.0, 5.01].map(Value::Decimal));
        assert_eq!([on(365), on(730), on(365 + 3650)], [-5.0, -2.5, 0.0].map(Value::Decimal), "{:?}", on(365 + 3650));
        let half = Goodwill { half_life_days: 100, weights: vec![(Signal::Praise, 1000)] };
        assert_eq!(half.on(Day(10), |_| Some(&praise)), Value::Decimal(9.33));
    }

    #[test]
    fn closeness_counts_ninety_days_and_ends_at_a_hundred() {
        let signals = Signals::shipped();
        let (visits, joined) = (series(&[(0, 3), (50, 1)]), series(&[(10, 1)]));
        let on = |day: i32| {
            signals.closeness.on(Day(day), |signal| match signal {
                Signal::Visit => Some(&visits),
                Signal::Activity => Some(&joined),
                _ => None,
            })
        };
        // Three visits are 6, a fourth 2, an activity 15.
        assert_eq!([on(-1), on(0), on(10), on(50)], [0.0, 6.0, 21.0, 23.0].map(Value::Decimal));
        assert_eq!([on(89), on(90), on(99), on(100), on(140)], [23.0, 17.0, 17.0, 2.0, 0.0].map(Value::Decimal));
        let often = series(&[(0, 1000)]);
        assert_eq!(signals.closeness.on(Day(0), |_| Some(&often)), Value::Decimal(100.0));
    }

    #[test]
    fn names_say_what_they_say_in_any_language_and_as_sources_write_them() {
        let signals = Signals::shipped();
        assert_eq!(signals.said_by("投诉"), [Signal::Complaint]);
        assert_eq!(signals.said_by("Product Reviewed"), [Signal::Review]);
        assert!(signals.said_by("product reviewed").is_empty() && signals.said_by("").is_empty());
        let text = signals.count(&[Signal::Favourite], Some(90)).unwrap();
        assert_eq!(text, "count(behaviour where name in ('Product Added to Wishlist', 'product_favourited', '收藏商品') within 90 days)");
    }

    #[test]
    fn worth_is_in_the_brands_money() {
        let signals = Signals::shipped();
        let of = |signal, code: &str| signals.worth.of(signal, Currency::parse(code).unwrap());
        assert_eq!([of(Signal::Review, "CNY"), of(Signal::Review, "JPY"), of(Signal::Visit, "CNY")], [300, 3, 0].map(Money));
        assert_eq!([Worth::share(Money(1010), 500), Worth::share(Money(1009), 500), Worth::share(Money(-10), 500)], [51, 50, 0].map(Money));
    }
}
