//! Random custom fields: one of each type that conditions may read, a value for each number, conditions over all of them.

use std::sync::Arc;

use perennial_kernel::{Attribute, Body, Currency, Day, Money};
use perennial_rules::consent::{Consents, ConsentsDocument};
use perennial_rules::fields::{CustomFields, FieldsDocument, Vocabulary};
use perennial_rules::signal::{Signals, SignalsDocument};
use perennial_rules::value::{ValueDocument, ValueModel};
use proptest::prelude::*;

const DOCUMENT: &str = "
fields:
  - { id: note, type: text, label: { en: note, zh: 备注 } }
  - { id: score, type: number, label: { en: score, zh: 评分 } }
  - { id: budget, type: money, label: { en: budget, zh: 预算 } }
  - { id: wedding_on, type: date, label: { en: wedding day, zh: 结婚纪念日 } }
  - { id: hidden, type: text, personal: true, label: { en: hidden, zh: 隐藏 } }
  - { id: has_pet, type: boolean, label: { en: has a pet, zh: 养宠物 } }
  - { id: skin, type: choice, label: { en: skin, zh: 肤质 }, choices: [{ id: dry, label: { en: dry, zh: 干性 } }, { id: oily, label: { en: oily, zh: 油性 } }] }
  - { id: likes, type: multi_choice, label: { en: likes, zh: 喜好 }, choices: [{ id: run, label: { en: run, zh: 跑步 } }, { id: yoga, label: { en: yoga, zh: 瑜伽 } }] }
";
const CONSENTS: &str = "
channels: [{ id: sms, name: { en: SMS, zh: 短信 } }, { id: email, name: { en: email, zh: 邮件 } }]
purposes: [{ id: offers, name: { en: offers, zh: 优惠 }, text: { en: May we?, zh: 同意吗？ }, channels: [sms, email] }]
";
const NAMES: [&str; 7] = ["note", "score", "budget", "wedding_on", "has_pet", "skin", "likes"];

/// The fields every random brand has.
pub fn fields() -> Arc<CustomFields> {
    let document = FieldsDocument::parse(DOCUMENT).expect("the document is read");
    Arc::new(document.compile().expect("the document compiles"))
}

/// What every random brand asks.
pub fn consents() -> Arc<Consents> {
    let document = ConsentsDocument::parse(CONSENTS).expect("the document is read");
    Arc::new(document.compile().expect("the document compiles"))
}

pub fn agreement(channel: u8, given: bool) -> Body {
    let (purpose, channel) = ("offers".to_owned(), ["sms", "email"][usize::from(channel) % 2].to_owned());
    if given { Body::ConsentGiven { purpose, channel, text: Some(1) } } else { Body::ConsentWithdrawn { purpose, channel } }
}

pub fn vocabulary() -> Vocabulary {
    Vocabulary { currency: Currency::parse("CNY").expect("a currency"), fields: fields(), consents: consents() }
}

/// The name of field number `field` and its value number `value`; one value in four takes back what was known.
pub fn attribute(field: u8, value: u8) -> (String, Attribute) {
    let name = NAMES[usize::from(field) % NAMES.len()];
    let number = i64::from(value / 4);
    let choices = |list: &[&str]| Attribute::Choices(list.iter().map(|one| (*one).to_owned()).collect());
    let attribute = match name {
        _ if value.is_multiple_of(4) => Attribute::Cleared,
        "note" => Attribute::Text(format!("n{}", number % 3)),
        "score" => Attribute::Number(number as f64 / 2.0),
        "budget" => Attribute::Money(Money(number * 50)),
        "wedding_on" => Attribute::Day(Day::parse("2018-01-01").expect("a day") + value.into()),
        "has_pet" => Attribute::Bool(number % 2 == 0),
        "skin" => Attribute::Text(["dry", "oily"][value as usize % 2].to_owned()),
        _ => choices([&[][..], &["run"][..], &["run", "yoga"][..]][value as usize % 3]),
    };
    (name.to_owned(), attribute)
}

/// A fitted value model of each kind, in the units of time a brand may choose.
pub fn value(number: usize) -> ValueModel {
    const PURCHASES: [&str; 4] = [
        "model: bgnbd, r: 0.24, alpha: 4.4, a: 0.79, b: 2.4",
        "model: mbgnbd, r: 0.52, alpha: 6.2, a: 0.89, b: 1.6",
        "model: paretonbd, r: 0.55, alpha: 10.6, s: 0.61, beta: 11.7",
        "model: nbd, r: 0.39, alpha: 12.1",
    ];
    let (purchases, unit) = (PURCHASES[number % 4], ["week", "day", "month"][number % 3]);
    let yaml = format!(
        "fitted: {{ until: 2018-01-01, members: 9, repeaters: 4, log_likelihood: -50.5 }}\ncurrency: CNY\nunit: {unit}\n\
         purchases: {{ {purchases} }}\nspend: {{ p: 6.25, q: 3.74, v: 15.4, mean: 35.1 }}\n"
    );
    let document = ValueDocument::parse(&yaml).expect("the document is read");
    let version = 1 + i64::try_from(number).expect("a small number");
    document.compile(version, Currency::parse("CNY").expect("a currency")).expect("the document compiles")
}

/// What a random brand's behaviours `b0`, `b1` … say, with one of several sets of weights.
pub fn signals(version: Option<i64>, number: usize) -> Arc<Signals> {
    let (good, bad, days) = [(10.0, -10.0, 365), (3.5, -1.25, 40), (0.01, -7.0, 7)][number % 3];
    let (near, within) = [(5.0, 90), (60.0, 20), (0.5, 200)][number % 3];
    let yaml = format!(
        "behaviours: {{ praise: [b0], complaint: [b1, b2], chat: [b1], visit: [b0, b2] }}\n\
         worth: {{ purchase_percent: 100, events: {{}}, trading_percent: 5, bulk_pieces: 3 }}\n\
         goodwill: {{ half_life_days: {days}, weights: {{ praise: {good}, complaint: {bad}, answered: 1 }} }}\n\
         closeness: {{ within_days: {within}, weights: {{ chat: {near}, visit: 1.5 }} }}\n"
    );
    let document = SignalsDocument::parse(&yaml).expect("the document is read");
    Arc::new(document.compile(version).expect("the document compiles"))
}

/// A comparison over what behaviours amount to, as text.
pub fn regard() -> impl Strategy<Value = String> {
    let op = || prop_oneof![Just("<"), Just(">="), Just("="), Just("<>")];
    prop_oneof![
        3 => (op(), -20..21_i8).prop_map(|(op, n)| format!("goodwill {op} {}", f64::from(n) / 2.0)),
        1 => op().prop_map(|op| format!("goodwill {op} 0")),
        1 => (-9..9_i8).prop_map(|low| format!("goodwill * -2 BETWEEN {low} AND {}", low + 5)),
        3 => (op(), 0..40_u8).prop_map(|(op, n)| format!("closeness {op} {}", f64::from(n) / 2.0)),
        1 => Just("closeness > goodwill".to_owned()),
        1 => (1..60_u8).prop_map(|n| format!("closeness < {n} AND recency >= {n}")),
    ]
}

/// A comparison over what the value model says, or over the member's own rhythm, as text.
pub fn worth() -> impl Strategy<Value = String> {
    let op = || prop_oneof![Just("<"), Just(">="), Just("="), Just("<>")];
    prop_oneof![
        3 => (op(), 0..11_u8).prop_map(|(op, n)| format!("p_alive {op} {}", f64::from(n) / 10.0)),
        2 => (op(), 0..20_u8).prop_map(|(op, n)| format!("expected_purchases_90 {op} {}", f64::from(n) / 20.0)),
        2 => (op(), 0..200_u8).prop_map(|(op, n)| format!("expected_spend_365 {op} {n}")),
        1 => (0..90_u8, 1..80_u8).prop_map(|(low, more)| format!("p_alive * 100 BETWEEN {low} AND {}", low + more)),
        2 => (op(), 0..4_u8).prop_map(|(op, n)| format!("silence_percentile {op} {}", 25 * u16::from(n))),
        1 => (op(), 1..90_u8).prop_map(|(op, n)| format!("usual_gap_days {op} {n}")),
        1 => (op(), 1..4_u8).prop_map(|(op, n)| format!("recency {op} {n} * usual_gap_days")),
        1 => Just("p_alive IS NULL".to_owned()),
        1 => Just("1 - p_alive > expected_purchases_90".to_owned()),
    ]
}

/// A comparison over a custom field, as text.
pub fn cut() -> impl Strategy<Value = String> {
    let op = || prop_oneof![Just("<"), Just("="), Just(">="), Just("<>")];
    prop_oneof![
        (0..3_u8).prop_map(|n| format!("note = 'n{n}'")),
        (op(), 0..30_u8).prop_map(|(op, n)| format!("score {op} {n}")),
        (op(), 0..30_u8).prop_map(|(op, n)| format!("budget {op} {n}")),
        (op(), 0..400_u16).prop_map(|(op, n)| format!("days_since(wedding_on) {op} {n}")),
        Just("has_pet".to_owned()),
        Just("skin IN ('dry', 'oily')".to_owned()),
        Just("contains(likes, 'yoga')".to_owned()),
        Just("likes IS NULL".to_owned()),
        Just("consent_offers_sms".to_owned()),
        Just("consent_offers_email IS NULL".to_owned()),
    ]
}
