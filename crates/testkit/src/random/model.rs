//! Random lifecycle models: stages over recency, frequency, windows of counts and money, and days since anything.

use std::fmt::Write;

use perennial_rules::lifecycle::model::Model;
use proptest::prelude::*;

/// One comparison of a random condition, as text.
#[derive(Clone, Debug)]
pub struct Cut(pub String);

/// The stages' conditions; a catch-all follows.
#[derive(Clone, Debug)]
pub struct RandomModel {
    pub id: &'static str,
    pub conditions: Vec<String>,
}

impl RandomModel {
    pub fn yaml(&self) -> String {
        let mut yaml =
            format!("id: {}\nname: {{ en: Random, zh: 随机 }}\ngroups:\n  - {{ id: g, name: {{ en: G, zh: 组 }} }}\nstages:\n", self.id);
        for (at, when) in self.conditions.iter().enumerate() {
            writeln!(yaml, "  - {{ id: s{at}, group: g, name: {{ en: S{at}, zh: 阶段{at} }}, when: \"{when}\" }}").expect("text grows");
        }
        yaml.push_str("  - { id: rest, group: g, name: { en: Rest, zh: 其余 } }\n");
        yaml
    }

    pub fn compile(&self, version: i64) -> Model {
        Model::from_yaml(&self.yaml(), version, super::profile::vocabulary())
            .unwrap_or_else(|problems| panic!("{}\n{problems:#?}", self.yaml()))
    }
}

pub fn model(id: &'static str) -> impl Strategy<Value = RandomModel> {
    proptest::collection::vec(condition(), 1..6).prop_map(move |conditions| RandomModel { id, conditions })
}

/// A model whose first stage reads the value model.
pub fn model_by_value(id: &'static str) -> impl Strategy<Value = RandomModel> {
    let part =
        prop_oneof![(0..10_u8).prop_map(|n| format!("p_alive < {}", f64::from(n) / 10.0)), Just("expected_purchases_90 < 0.2".to_owned())];
    (part, condition(), model(id)).prop_map(|(part, first, mut model)| {
        model.conditions.insert(0, format!("{part} AND ({first})"));
        model
    })
}

/// A model whose first stage reads what behaviours amount to.
pub fn model_by_signals(id: &'static str) -> impl Strategy<Value = RandomModel> {
    (super::profile::regard(), condition(), model(id)).prop_map(|(part, first, mut model)| {
        model.conditions.insert(0, format!("{part} AND ({first})"));
        model
    })
}

fn condition() -> impl Strategy<Value = String> {
    let part = prop_oneof![5 => cut(), 1 => cut().prop_map(|cut| Cut(format!("NOT ({})", cut.0)))];
    proptest::collection::vec((part, any::<bool>()), 1..4).prop_map(|parts| {
        let mut text = String::new();
        for (at, (part, and)) in parts.into_iter().enumerate() {
            if at > 0 {
                text.push_str(if and { " AND " } else { " OR " });
            }
            text.push_str(&part.0);
        }
        text
    })
}

fn cut() -> impl Strategy<Value = Cut> {
    let op = || prop_oneof![Just("<"), Just("<="), Just("="), Just(">="), Just(">"), Just("<>")];
    let days = || prop_oneof![2 => 1..400_i32, 1 => Just(30), 1 => Just(90), 1 => Just(180)];
    let few = || 0..4_i32;
    let window = || {
        let all = Just(String::new());
        let last = days().prop_map(|days| format!(" within {days} days"));
        let before = (days(), days()).prop_map(|(days, ago)| format!(" within {days} days ending {ago} days ago"));
        prop_oneof![1 => all, 4 => last, 2 => before]
    };
    let counted = prop_oneof![
        4 => Just("purchase"),
        2 => Just("order"),
        1 => Just("order where channel = 'c1'"),
        1 => Just("order where channel IS NULL"),
        1 => Just("order where money > 50"),
        1 => Just("purchase where money >= 100"),
        1 => Just("behaviour"),
        1 => Just("behaviour where name = 'b1'"),
    ];
    let since = || prop_oneof![3 => Just("recency"), 1 => Just("days_since_first_purchase"), 1 => Just("days_since_registered")];
    let fixed = prop_oneof![3 => Just("f_life"), 1 => Just("f_total"), 1 => Just("orders_life"), 1 => Just("life")];
    let money = prop_oneof![1 => Just("m_life".to_owned()), 1 => Just("m_total".to_owned()),
        3 => window().prop_map(|window| format!("sum(purchase.money{window})")),
        1 => window().prop_map(|window| format!("sum(order.money where channel = 'c2'{window})")),
        1 => window().prop_map(|window| format!("avg(order.money{window})"))];
    prop_oneof![
        4 => (since(), op(), days()).prop_map(|(field, op, days)| format!("{field} {op} {days}")),
        2 => (since(), days(), days()).prop_map(|(field, low, more)| format!("{field} BETWEEN {low} AND {}", low + more)),
        3 => (fixed, op(), few()).prop_map(|(field, op, few)| format!("{field} {op} {few}")),
        5 => (counted, window(), op(), few()).prop_map(|(kind, window, op, few)| format!("count({kind}{window}) {op} {few}")),
        2 => (money, op(), 0..400_i32).prop_map(|(money, op, yuan)| format!("{money} {op} {yuan}")),
        1 => (since(), op(), 1..60_i32).prop_map(|(field, op, days)| format!("{field} {op} {days} * f_life")),
        1 => (op(), days()).prop_map(|(op, days)| format!("today() - life_started_on {op} {days}")),
        1 => (window(), op(), days()).prop_map(|(window, op, days)| format!("days_since(last(purchase{window})) {op} {days}")),
        1 => (days(), op()).prop_map(|(days, op)| format!("GREATEST(recency, days_since_registered) {op} {days}")),
        1 => Just("registered".to_owned()),
        1 => (window(), window()).prop_map(|(a, b)| format!("sum(purchase.money{a}) > 2 * sum(purchase.money{b})")),
        1 => Just("last_purchase_on IS NULL".to_owned()),
        1 => (1950..2010_i32).prop_map(|year| format!("birth_year >= {year}")),
        3 => super::profile::cut(),
        3 => super::profile::worth(),
        2 => super::profile::regard(),
    ]
    .prop_map(Cut)
}
