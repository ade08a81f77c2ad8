//! A catalog and members to test with, and the one `check` the tables use.

use std::borrow::Cow;

use perennial_condition::{
    Catalog, Contribution, Drift, FactFields, FactKind, Field, FieldId, Hypothetical, Name, Row, Series, Truth, Type, Value, WhatIf,
    check as check_tree, parse, read_operand,
};
use perennial_kernel::{Currency, Day, Money};

pub fn catalog() -> Catalog {
    let fixed = |name, ty, en, zh| Field::new(name, ty, Drift::Fixed, en, zh);
    let gap = read_operand("days_since(last(order))").unwrap();
    Catalog {
        fields: vec![
            Field::new("r_days", Type::Int, Drift::DaysSince, "time since the last purchase", "距最近一次消费"),
            fixed("f_total", Type::Int, "number of purchases", "累计消费次数"),
            fixed("f_life", Type::Int, "purchases in this life", "本生命段消费次数"),
            fixed("m_total", Type::Money, "total spend", "累计消费金额"),
            fixed("score", Type::Decimal, "score", "评分"),
            fixed("city", Type::Text, "city", "城市"),
            fixed("registered_on", Type::Day, "registration day", "注册日期"),
            fixed("consent", Type::Bool, "marketing consent", "营销授权"),
            Field::new("p_alive", Type::Decimal, Drift::Daily, "probability of being alive", "活跃概率"),
            Field::derived("gap", Type::Int, gap, "time since the last order", "距最近一次下单"),
            fixed("odd name", Type::Text, "odd name", "特殊名称"),
            fixed("interests", Type::Choices, "interests", "兴趣"),
            fixed("skin", Type::Text, "skin type", "肤质").with_choices(skins()),
            fixed("sports", Type::Choices, "sports", "运动").with_choices(skins()),
            Field::new("hope", Type::Decimal, Drift::Falling, "hope of a return", "回来的可能"),
            Field::new("patience", Type::Int, Drift::Rising, "patience lost", "耐心消耗"),
            Field::new("mood", Type::Decimal, Drift::Fading, "mood", "心情"),
        ],
        facts: vec![
            FactKind {
                name: "purchase".into(),
                label: Name::new("purchase", "消费"),
                fields: vec![fixed("money", Type::Money, "money", "金额")],
            },
            FactKind {
                name: "order".into(),
                label: Name::new("order", "下单"),
                fields: vec![
                    fixed("money", Type::Money, "money", "金额"),
                    fixed("channel", Type::Text, "channel", "渠道"),
                    fixed("quantity", Type::Int, "quantity", "件数"),
                ],
            },
        ],
        currency: Currency::parse("CNY").unwrap(),
    }
}

pub const FIELD_COUNT: usize = 17;

fn skins() -> Vec<(String, Name)> {
    vec![("dry".into(), Name::new("dry", "干性")), ("oily".into(), Name::new("oily", "油性"))]
}

/// As a field of several choices holds them.
pub fn choices(list: &[&str]) -> Value {
    Value::Choices(list.iter().map(|one| (*one).to_owned()).collect())
}

#[derive(Clone, Debug)]
pub struct FactOf {
    pub day: Day,
    pub kind: &'static str,
    pub values: Vec<Value>,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub today: Day,
    pub values: Vec<Value>,
    pub facts: Vec<FactOf>,
}

impl FactFields for FactOf {
    fn field(&self, index: usize) -> Value {
        self.values[index].clone()
    }
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// The day all test members live on.
pub fn today() -> Day {
    day("2026-06-30")
}

impl Member {
    pub fn unknown() -> Self {
        Self { today: today(), values: vec![Value::Null; FIELD_COUNT], facts: Vec::new() }
    }

    pub fn set(mut self, field: &str, value: Value) -> Self {
        let id = catalog().field_id(field).unwrap();
        self.values[id.0] = value;
        self
    }

    /// A purchase and its order, so many days ago.
    pub fn buys(mut self, days_ago: i32, yuan: i64, channel: &str) -> Self {
        let (day, money) = (self.today - days_ago, Value::Money(Money(yuan * 100)));
        self.facts.push(FactOf { day, kind: "purchase", values: vec![money.clone()] });
        self.facts.push(FactOf { day, kind: "order", values: vec![money, Value::text(channel), Value::Int(1)] });
        self
    }
}

impl Row for Member {
    fn today(&self) -> Day {
        self.today
    }

    fn field(&self, id: FieldId) -> Value {
        self.values[id.0].clone()
    }

    fn field_on(&self, id: FieldId, day: Day) -> Value {
        self.on(day).field(id)
    }

    fn series(&self, series: &Series) -> Cow<'_, [Contribution]> {
        let mut list = Vec::new();
        for fact in self.facts.iter().filter(|fact| fact.kind == series.kind) {
            if let Some(contribution) = series.contribution(fact.day, fact) {
                contribution.add_to(&mut list);
            }
        }
        Cow::Owned(list)
    }
}

impl WhatIf for Member {
    fn on(&self, day: Day) -> Self {
        let mut later = self.clone();
        if let Value::Int(days) = &mut later.values[0] {
            *days += i64::from(day - self.today);
        }
        // A field that drifts freely: on any other day, some value that depends on the day.
        if day != self.today && later.values[8] != Value::Null {
            later.values[8] = Value::Decimal(f64::from((day.0 * 37).rem_euclid(100)) / 100.0);
        }
        let passed = i64::from(day - self.today);
        // Steps of uneven length, down to nothing and up without end.
        if let Value::Decimal(hope) = &mut later.values[14] {
            *hope = (*hope * 40.0 / (1.0 + (passed / 7) as f64)).floor() / 40.0;
        }
        if let Value::Int(lost) = &mut later.values[15] {
            *lost += passed * passed / 500;
        }
        // Towards nothing, from whichever side.
        if let Value::Decimal(mood) = &mut later.values[16] {
            *mood = (*mood * 8.0 / (1.0 + (passed / 5) as f64)).trunc() / 8.0 + 0.0;
        }
        later.today = day;
        later
    }

    fn with(&self, what: &Hypothetical) -> Option<Self> {
        let Hypothetical::Fact { kind, count, amount } = what;
        let mut after = self.clone();
        let money = Value::Money(amount.unwrap_or(Money::ZERO));
        for _ in 0..*count {
            let (kind, values) = match kind.as_str() {
                "purchase" => ("purchase", vec![money.clone()]),
                _ => ("order", vec![money.clone(), Value::text("shop"), Value::Int(1)]),
            };
            after.facts.push(FactOf { day: self.today, kind, values });
        }
        if kind == "purchase" {
            after.values[0] = Value::Int(0);
            for field in [1, 2] {
                after.values[field] = match after.values[field] {
                    Value::Int(n) => Value::Int(n + count),
                    _ => Value::Int(*count),
                };
            }
            if let (Value::Money(total), Some(amount)) = (&mut after.values[3], amount) {
                *total += *amount;
            }
        }
        Some(after)
    }
}

/// The condition's answer for the member.
pub fn answer(member: &Member, text: &str) -> Truth {
    let catalog = catalog();
    let expr = parse(text, &catalog).unwrap_or_else(|problems| panic!("{text}: {problems:#?}"));
    check_tree(&expr, &catalog).unwrap().eval(member)
}

/// Says which of the conditions hold: `true`, `false` or `unknown` each.
pub fn check(member: &Member, table: &[(&str, &str)]) {
    for (text, expected) in table {
        let truth = match answer(member, text) {
            Truth::True => "true",
            Truth::False => "false",
            Truth::Unknown => "unknown",
        };
        assert_eq!(truth, *expected, "{text}");
    }
}
