//! The profile (画像): the typed row of one member as of one day, what conditions are written over.

use std::borrow::Cow;

use perennial_condition::{
    Catalog, Checked, Contribution, Drift, FactKind, Field, FieldId, Hypothetical, Name, Row, Series, Type, Value, WhatIf, between,
};
use perennial_kernel::{Attribute, Calendar, Day, Instant, Money, Relation};

use crate::book::Book;
use crate::fields::{CustomField, Vocabulary};
use crate::history::History;
use crate::reference::{Counting, Reference, Weighed};
use crate::series::{DaySeries, OrderFields};
use crate::signal::Signal;
use crate::value::{self, ValueModel};

/// One row of the table below: the field's name, type, drift, label, and how it is read.
type Column = (&'static str, Type, Drift, &'static str, &'static str, fn(&Profile) -> Value);

/// Every plain field, in the order of [`FieldId`].
const COLUMNS: &[Column] = &[
    ("recency", Type::Int, Drift::DaysSince, "days since the last counted purchase (R)", "距最近一次计次消费天数（R）", |p| {
        p.days_since(p.purchases.last)
    }),
    ("f_life", Type::Int, Drift::Fixed, "counted purchases in the current life (F)", "当前生命段计次消费次数（F）", |p| {
        Value::Int(p.purchases.f_life)
    }),
    ("f_total", Type::Int, Drift::Fixed, "counted purchases in all", "累计计次消费次数", |p| Value::Int(p.purchases.f_total)),
    ("orders_life", Type::Int, Drift::Fixed, "counted orders in the current life", "当前生命段计次订单数", |p| {
        Value::Int(p.purchases.orders_life)
    }),
    ("orders_total", Type::Int, Drift::Fixed, "counted orders in all", "累计计次订单数", |p| Value::Int(p.purchases.orders_total)),
    ("m_life", Type::Money, Drift::Fixed, "money in the current life", "当前生命段消费金额", |p| Value::Money(p.purchases.m_life)),
    ("m_total", Type::Money, Drift::Fixed, "money in all (M)", "累计消费金额（M）", |p| Value::Money(p.purchases.m_total)),
    ("life", Type::Int, Drift::Fixed, "number of the current life", "当前生命段序号", |p| Value::Int(i64::from(p.purchases.life))),
    ("life_started_on", Type::Day, Drift::Fixed, "first day of the current life", "当前生命段开始日", |p| {
        day_or_null(p.purchases.life_start)
    }),
    ("first_purchase_on", Type::Day, Drift::Fixed, "day of the first counted purchase", "首次计次消费日", |p| {
        day_or_null(p.purchases.first)
    }),
    ("last_purchase_on", Type::Day, Drift::Fixed, "day of the last counted purchase", "最近一次计次消费日", |p| {
        day_or_null(p.purchases.last)
    }),
    (
        "days_since_first_purchase",
        Type::Int,
        Drift::DaysSince,
        "days since the first counted purchase",
        "距首次计次消费天数",
        |p| p.days_since(p.purchases.first),
    ),
    ("registered", Type::Bool, Drift::Fixed, "has registered", "已注册", |p| Value::Bool(p.relation_on(Relation::Registered).is_some())),
    ("registered_on", Type::Day, Drift::Fixed, "day of registration", "注册日", |p| day_or_null(p.relation_on(Relation::Registered))),
    ("days_since_registered", Type::Int, Drift::DaysSince, "days since registration", "距注册天数", |p| {
        p.days_since(p.relation_on(Relation::Registered))
    }),
    ("follower", Type::Bool, Drift::Fixed, "follows an account of the brand", "已关注", |p| {
        Value::Bool(p.relation_on(Relation::Follower).is_some())
    }),
    ("known_on", Type::Day, Drift::Fixed, "day of the first trace", "首次出现日", |p| {
        day_or_null(p.book.known_from.map(|at| p.calendar.day(at)))
    }),
    ("city", Type::Text, Drift::Fixed, "city", "城市", |p| p.attribute("city", Type::Text)),
    ("birth_year", Type::Int, Drift::Fixed, "year of birth", "出生年份", |p| p.attribute("birth_year", Type::Int)),
    ("gender", Type::Text, Drift::Fixed, "gender", "性别", |p| p.attribute("gender", Type::Text)),
    ("p_alive", Type::Decimal, Drift::Falling, "P(alive)", "活跃概率", |p| {
        value::rounded(p.value().and_then(|model| model.p_alive(&p.purchases, p.day)))
    }),
    (
        "expected_purchases_90",
        Type::Decimal,
        Drift::Falling,
        "purchases expected in the next 90 days",
        "未来 90 天预期购买次数",
        |p| value::rounded(p.value().and_then(|model| model.expected_purchases(&p.purchases, p.day, value::PURCHASES_AHEAD))),
    ),
    ("expected_spend_365", Type::Money, Drift::Falling, "spend expected in the next 365 days", "未来 365 天预期消费金额", |p| {
        let expected = p.value().and_then(|model| model.expected_spend(&p.purchases, p.day, value::SPEND_AHEAD));
        expected.map_or(Value::Null, Value::Money)
    }),
    ("usual_gap_days", Type::Int, Drift::Fixed, "usual gap between purchases, in days", "平时消费间隔天数", |p| {
        value::usual_gap(&p.book.purchases, p.day).map_or(Value::Null, |days| Value::Int(i64::from(days)))
    }),
    (
        "silence_percentile",
        Type::Decimal,
        Drift::Rising,
        "silence against own gaps, in percent",
        "沉默程度（与本人间隔相比，%）",
        |p| value::rounded(value::silence_percentile(&p.book.purchases, p.day)),
    ),
    ("goodwill", Type::Decimal, Drift::Fading, "goodwill account", "心理账户", |p| {
        p.reference.weighed().map_or(Value::Null, |weighed| p.reference.brand.signals.goodwill.on(p.day, |signal| p.said(weighed, signal)))
    }),
    ("closeness", Type::Decimal, Drift::Falling, "closeness", "亲密值", |p| {
        p.reference.weighed().map_or(Value::Null, |weighed| p.reference.brand.signals.closeness.on(p.day, |signal| p.said(weighed, signal)))
    }),
];

/// Fields of the product that are told by facts that are no purchases: attributes, and what is reckoned from behaviours.
const LEARNED: [&str; 5] = ["city", "birth_year", "gender", "goodwill", "closeness"];

/// Whether a condition can be answered by a book that was [filled](Book::fill) from columns: it reads what purchases and relations say.
pub fn is_about_purchases(condition: &Checked) -> bool {
    let field = |id: &FieldId| COLUMNS.get(id.0).is_some_and(|(name, ..)| !LEARNED.contains(name));
    condition.fields().iter().all(field) && condition.series().iter().all(from_purchases)
}

/// Whether the product itself has a field of this name.
pub(crate) fn is_built_in(name: &str) -> bool {
    COLUMNS.iter().any(|(field, ..)| *field == name)
}

/// The fields and fact kinds conditions may name: the product's, then the brand's own, then consents.
pub fn catalog(vocabulary: &Vocabulary) -> Catalog {
    let built_in = COLUMNS.iter().map(|(field, ty, drift, en, zh, _)| Field::new(field, *ty, *drift, en, zh));
    let fields =
        built_in.chain(vocabulary.fields.readable().map(CustomField::in_catalog)).chain(vocabulary.consents.in_catalog()).collect();
    let money = || Field::new("money", Type::Money, Drift::Fixed, "money", "金额");
    let text = |name, en, zh| Field::new(name, Type::Text, Drift::Fixed, en, zh);
    let kind = |name: &str, en, zh, fields| FactKind { name: name.to_owned(), label: Name::new(en, zh), fields };
    let facts = vec![
        kind("purchase", "counted purchase", "计次消费", vec![money()]),
        kind("order", "counted order", "计次订单", vec![money(), text("channel", "channel", "渠道"), text("store", "store", "门店")]),
        kind("behaviour", "behaviour", "行为", vec![text("name", "name", "行为名称"), text("channel", "channel", "渠道")]),
    ];
    Catalog { fields, facts, currency: vocabulary.currency }
}

/// What purchases by day amount to, as of one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Purchases {
    pub first: Option<Day>,
    pub last: Option<Day>,
    pub life_start: Option<Day>,
    /// Number of the current life, from 1; 0 without a counted purchase.
    pub life: u32,
    pub f_life: i64,
    pub f_total: i64,
    pub orders_life: i64,
    pub orders_total: i64,
    pub m_life: Money,
    pub m_total: Money,
    /// Days with a counted purchase, however the brand counts.
    pub days: i64,
    /// Money of those days after the first.
    pub m_again: Money,
}

impl Purchases {
    /// Reads the days up to `day`. A gap of `life_gap_days` between two counted purchases ends a life.
    pub fn as_of(series: &DaySeries, day: Day, life_gap_days: i32, counting: Counting) -> Self {
        let mut sums = Self::default();
        for entry in series.entries().iter().take_while(|entry| entry.day <= day) {
            sums.m_total += Money(entry.sum);
            if entry.count > 0 {
                if sums.last.is_none_or(|last| entry.day - last >= life_gap_days) {
                    sums.life += 1;
                    sums.life_start = Some(entry.day);
                    sums.f_life = 0;
                    sums.orders_life = 0;
                    sums.m_life = Money::ZERO;
                }
                let times = times(entry, counting);
                sums.f_life += times;
                sums.f_total += times;
                sums.orders_life += entry.count;
                sums.orders_total += entry.count;
                sums.days += 1;
                sums.m_again += Money(if sums.first.is_some() { entry.sum } else { 0 });
                sums.first = sums.first.or(Some(entry.day));
                sums.last = Some(entry.day);
            }
            sums.m_life += Money(entry.sum);
        }
        sums
    }
}

fn times(entry: &Contribution, counting: Counting) -> i64 {
    match counting {
        Counting::Days => i64::from(entry.count > 0),
        Counting::Orders => entry.count,
    }
}

/// One member as of the end of one day. The book holds nothing later than the instant asked about.
#[derive(Clone, Debug)]
pub struct Profile<'a> {
    book: Cow<'a, Book>,
    reference: &'a Reference,
    calendar: &'a Calendar,
    day: Day,
    pub purchases: Purchases,
}

/// The profile of a history as of an instant: the one door from history to values (DESIGN).
pub fn profile<'a>(history: &History, reference: &'a Reference, as_of: Instant) -> Profile<'a> {
    let book = history.book(reference, as_of);
    Profile::new(Cow::Owned(book), reference, reference.calendar.day(as_of))
}

impl<'a> Profile<'a> {
    pub fn of(book: &'a Book, reference: &'a Reference, day: Day) -> Self {
        Self::new(Cow::Borrowed(book), reference, day)
    }

    fn new(book: Cow<'a, Book>, reference: &'a Reference, day: Day) -> Self {
        let purchases = Purchases::as_of(&book.purchases, day, reference.brand.life_gap_days, reference.brand.counting);
        Self { book, reference, calendar: &reference.calendar, day, purchases }
    }

    /// The same member on another day, nothing else happened. What purchases amount to is only added up again where some lie after
    /// one of the two days: looking ahead for what time changes costs the same however many days a member has bought on.
    pub fn at(&self, day: Day) -> Profile<'_> {
        let book = self.book.as_ref();
        if book.purchases.entries().last().is_some_and(|last| last.day > self.day.min(day)) {
            return Profile::new(Cow::Borrowed(book), self.reference, day);
        }
        Profile { book: Cow::Borrowed(book), reference: self.reference, calendar: self.calendar, day, purchases: self.purchases }
    }

    pub fn reference(&self) -> &'a Reference {
        self.reference
    }

    pub fn book(&self) -> &Book {
        &self.book
    }

    pub fn day(&self) -> Day {
        self.day
    }

    fn value(&self) -> Option<&ValueModel> {
        self.reference.brand.value.as_ref()
    }

    /// The days on which behaviours said it; none where no name says it.
    fn said(&self, weighed: &Weighed, signal: Signal) -> Option<&DaySeries> {
        self.book.named.get(weighed[signal as usize]?)
    }

    fn days_since(&self, day: Option<Day>) -> Value {
        day.map_or(Value::Null, |day| Value::Int(i64::from(self.day - day)))
    }

    fn relation_on(&self, relation: Relation) -> Option<Day> {
        self.book.relations[relation as usize].map(|at| self.calendar.day(at)).filter(|day| *day <= self.day)
    }

    fn attribute(&self, name: &str, ty: Type) -> Value {
        match (self.book.attributes.get(name).map(|(_, value)| value), ty) {
            (Some(Attribute::Text(text)), Type::Text) => Value::Text(text.as_str().into()),
            (Some(Attribute::Number(number)), Type::Int) => Value::Int(*number as i64),
            (Some(Attribute::Number(number)), Type::Decimal) => Value::Decimal(*number),
            (Some(Attribute::Bool(flag)), Type::Bool) => Value::Bool(*flag),
            (Some(Attribute::Day(day)), Type::Day) => Value::Day(*day),
            (Some(Attribute::Money(money)), Type::Money) => Value::Money(*money),
            (Some(Attribute::Choices(list)), Type::Choices) => Value::Choices(list.as_slice().into()),
            _ => Value::Null,
        }
    }

    /// A purchase is a day with a counted order; a day on which only money went back adds to sums, not to counts.
    fn purchase_days<'b>(&self, series: &Series, entries: &'b [Contribution]) -> Cow<'b, [Contribution]> {
        let counting = self.reference.brand.counting;
        if series.filter.is_none() && entries.iter().all(|entry| entry.count == times(entry, counting)) {
            return Cow::Borrowed(entries);
        }
        let mut days = Vec::with_capacity(entries.len());
        for entry in entries {
            let fields = OrderFields { money: Money(entry.sum), content: None };
            if let Some(kept) = series.contribution(entry.day, &fields) {
                days.push(Contribution { count: times(entry, counting), ..kept });
            }
        }
        Cow::Owned(days)
    }

    /// The days the book keeps for a series, before purchases are told from orders.
    fn kept(&self, series: &Series) -> &[Contribution] {
        if series.kind == "purchase" || from_purchases(series) {
            return self.book.purchases.entries();
        }
        self.book.named.get(series.slot).map_or(&[], DaySeries::entries)
    }
}

/// Whether the purchases of the book answer this series, so that it need not be kept.
pub(crate) fn from_purchases(series: &Series) -> bool {
    series.kind == "purchase" || (series.kind == "order" && series.filter.is_none())
}

impl Row for Profile<'_> {
    fn today(&self) -> Day {
        self.day
    }

    fn field(&self, id: FieldId) -> Value {
        if let Some((.., read)) = COLUMNS.get(id.0) {
            return read(self);
        }
        let (brand, at) = (&self.reference.brand, id.0 - COLUMNS.len());
        if let Some(field) = brand.fields.nth_readable(at) {
            return self.attribute(&field.id, field.ty.condition_type());
        }
        match at.checked_sub(brand.fields.readable_count()).and_then(|at| brand.consents.asked().get(at)) {
            // Nobody is left who could have agreed.
            Some(_) if self.book.is_erased() => Value::Bool(false),
            Some(asked) => self.attribute(&asked.field, Type::Bool),
            None => Value::Null,
        }
    }

    fn field_on(&self, id: FieldId, day: Day) -> Value {
        self.at(day).field(id)
    }

    fn series(&self, series: &Series) -> Cow<'_, [Contribution]> {
        self.series_between(series, Day(i32::MIN), Day(i32::MAX))
    }

    fn series_between(&self, series: &Series, first: Day, last: Day) -> Cow<'_, [Contribution]> {
        let days = between(self.kept(series), first, last);
        if series.kind == "purchase" { self.purchase_days(series, days) } else { Cow::Borrowed(days) }
    }
}

impl WhatIf for Profile<'_> {
    fn on(&self, day: Day) -> Self {
        Self::new(self.book.clone(), self.reference, day)
    }

    /// Orders of unknown channel and store today. Where days count, several of one day are one: more than one cannot be told.
    fn with(&self, what: &Hypothetical) -> Option<Self> {
        let Hypothetical::Fact { kind, count, amount } = what;
        if kind == "purchase" && *count > 1 && self.reference.brand.counting == Counting::Days {
            return None;
        }
        let sum = amount.map_or(0, |money| money.0);
        let change = Contribution { day: self.day, count: *count, sum };
        let mut book = self.book.clone().into_owned();
        match kind.as_str() {
            "purchase" | "order" => {
                book.purchases.add(change);
                let fields = OrderFields { money: Money(sum), content: None };
                for series in self.reference.kept_series("order") {
                    if let Some(one) = series.contribution(self.day, &fields) {
                        book.named[series.slot].add(Contribution { count: *count, ..one });
                    }
                }
            }
            _ => return None,
        }
        Some(Self::new(Cow::Owned(book), self.reference, self.day))
    }
}

fn day_or_null(day: Option<Day>) -> Value {
    day.map_or(Value::Null, Value::Day)
}
