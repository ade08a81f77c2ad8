//! The document of signals: which names say what, and the weights of what is reckoned from them.

use std::collections::BTreeMap;

use perennial_kernel::{Aspect, Quantity};
use serde::{Deserialize, Serialize};

use super::{Closeness, Delivered, Goodwill, Signal, Signals, Worth};
use crate::fields::problem;
use crate::lifecycle::document::BYTES_MAX;
use crate::lifecycle::model::ModelProblem;

/// The document that is in force until a brand sets up its own.
pub const SHIPPED: &str = include_str!("shipped.yaml");

const NAMES_MAX: usize = 100;
const NAME_CHARS_MAX: usize = 200;
const WEIGHT_MAX: f64 = 1000.0;
/// In major units of the currency.
const MONEY_MAX: f64 = 1e7;
const PIECES_MAX: f64 = 1e6;
const DAYS_MAX: i32 = 3650;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalsDocument {
    /// By signal; one that is left out has no names.
    pub behaviours: BTreeMap<String, Vec<String>>,
    pub worth: WorthText,
    pub goodwill: GoodwillText,
    pub closeness: ClosenessText,
    /// Documents from before it was asked for take what ships.
    #[serde(default)]
    pub delivered: DeliveredText,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorthText {
    /// What share of the money that members spent is their purchase value.
    pub purchase_percent: f64,
    /// In major units of the currency, by signal.
    pub events: BTreeMap<String, f64>,
    /// What share of the money of bulk orders is trading value.
    pub trading_percent: f64,
    /// An order of so many pieces is a bulk order.
    pub bulk_pieces: f64,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoodwillText {
    pub half_life_days: i32,
    /// Points by signal; negative ones take away.
    pub weights: BTreeMap<String, f64>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosenessText {
    pub within_days: i32,
    /// Points by signal.
    pub weights: BTreeMap<String, f64>,
}

/// Percent by aspect; one that is left out has none. Each side adds to 100.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveredText {
    pub benefits: BTreeMap<String, f64>,
    pub costs: BTreeMap<String, f64>,
}

impl Default for DeliveredText {
    fn default() -> Self {
        let side = |weights: &[(Aspect, f64)]| weights.iter().map(|(aspect, percent)| (aspect.as_str().to_owned(), *percent)).collect();
        Self {
            benefits: side(&[(Aspect::Product, 40.0), (Aspect::Service, 25.0), (Aspect::Staff, 15.0), (Aspect::Image, 20.0)]),
            costs: side(&[(Aspect::Price, 50.0), (Aspect::Time, 25.0), (Aspect::Effort, 25.0)]),
        }
    }
}

impl SignalsDocument {
    pub fn parse(yaml: &str) -> Result<Self, Vec<ModelProblem>> {
        let unreadable = |why: String| {
            let (en, zh) = (format!("the signals cannot be read: {why}"), format!("无法读取行为信号：{why}"));
            vec![problem("", "signals.unreadable", en, zh)]
        };
        if yaml.len() > BYTES_MAX {
            return Err(unreadable(format!("at most {BYTES_MAX} bytes")));
        }
        serde_norway::from_str(yaml).map_err(|error| unreadable(error.to_string()))
    }

    pub fn to_yaml(&self) -> String {
        serde_norway::to_string(self).expect("plain numbers and words always serialise")
    }

    /// `version` is the stored document's; none for the one that ships.
    pub fn compile(&self, version: Option<i64>) -> Result<Signals, Vec<ModelProblem>> {
        let mut problems = Problems(Vec::new());
        let names = problems.names(&self.behaviours);
        let worth = &self.worth;
        let compiled = Signals {
            version,
            known: known(&names),
            names,
            worth: Worth {
                events: problems.weights("/worth/events", &worth.events, 0.0, MONEY_MAX),
                purchase_share: problems.number("/worth/purchase_percent", worth.purchase_percent, 0.0, 100.0),
                trading_share: problems.number("/worth/trading_percent", worth.trading_percent, 0.0, 100.0),
                bulk: Quantity(problems.number("/worth/bulk_pieces", worth.bulk_pieces, 1.0, PIECES_MAX).saturating_mul(10)),
            },
            goodwill: Goodwill {
                half_life_days: problems.days("/goodwill/half_life_days", self.goodwill.half_life_days),
                weights: problems.weights("/goodwill/weights", &self.goodwill.weights, -WEIGHT_MAX, WEIGHT_MAX),
            },
            closeness: Closeness {
                within_days: problems.days("/closeness/within_days", self.closeness.within_days),
                weights: problems.weights("/closeness/weights", &self.closeness.weights, 0.0, WEIGHT_MAX),
            },
            delivered: problems.delivered(&self.delivered),
        };
        if problems.0.is_empty() { Ok(compiled) } else { Err(problems.0) }
    }
}

/// What each name says, by name.
fn known(names: &[Vec<String>; Signal::COUNT]) -> Vec<(String, Vec<Signal>)> {
    let mut known: BTreeMap<&str, Vec<Signal>> = BTreeMap::new();
    for signal in Signal::ALL {
        for name in &names[signal as usize] {
            known.entry(name).or_default().push(signal);
        }
    }
    known.into_iter().map(|(name, signals)| (name.to_owned(), signals)).collect()
}

struct Problems(Vec<ModelProblem>);

impl Problems {
    fn add(&mut self, pointer: &str, code: &'static str, en: impl Into<String>, zh: impl Into<String>) {
        self.0.push(problem(pointer, code, en, zh));
    }

    fn signal(&mut self, pointer: &str, id: &str) -> Option<Signal> {
        let signal = Signal::parse(id);
        if signal.is_none() {
            self.add(pointer, "signals.unknown", format!("there is no signal {id}"), format!("没有信号 {id}"));
        }
        signal
    }

    fn names(&mut self, behaviours: &BTreeMap<String, Vec<String>>) -> [Vec<String>; Signal::COUNT] {
        let mut all = [const { Vec::new() }; Signal::COUNT];
        for (id, names) in behaviours {
            let pointer = format!("/behaviours/{id}");
            if names.len() > NAMES_MAX {
                self.add(&pointer, "signals.too_many", "a signal has at most 100 names", "每个信号最多 100 个行为名称");
            }
            for (at, name) in names.iter().enumerate() {
                let place = format!("{pointer}/{at}");
                if name.trim() != name || name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
                    let (en, zh) =
                        ("a name has 1 to 200 characters, none of them a space at an end", "行为名称须为 1 到 200 个字符，首尾不能有空格");
                    self.add(&place, "signals.name", en, zh);
                }
                if names[..at].contains(name) {
                    self.add(&place, "signals.twice", format!("{name} appears twice"), format!("{name} 重复"));
                }
            }
            if let Some(signal) = self.signal(&pointer, id) {
                all[signal as usize].clone_from(names);
            }
        }
        all
    }

    /// In hundredths.
    fn number(&mut self, pointer: &str, number: f64, least: f64, most: f64) -> i64 {
        if (least..=most).contains(&number) {
            return (number * 100.0).round() as i64;
        }
        self.add(
            pointer,
            "signals.number",
            format!("must be a number from {least} to {most}"),
            format!("须为 {least} 到 {most} 之间的数字"),
        );
        0
    }

    fn weights(&mut self, pointer: &str, weights: &BTreeMap<String, f64>, least: f64, most: f64) -> Vec<(Signal, i64)> {
        let mut all = Vec::new();
        for (id, weight) in weights {
            let place = format!("{pointer}/{id}");
            let weight = self.number(&place, *weight, least, most);
            all.extend(self.signal(&place, id).map(|signal| (signal, weight)));
        }
        all.sort_unstable();
        all
    }

    fn delivered(&mut self, text: &DeliveredText) -> Delivered {
        let mut weights = [0; Aspect::COUNT];
        for (side, given, is_cost) in [("benefits", &text.benefits, false), ("costs", &text.costs, true)] {
            let pointer = format!("/delivered/{side}");
            let mut sum = 0;
            for (id, percent) in given {
                let place = format!("{pointer}/{id}");
                let weight = self.number(&place, *percent, 0.0, 100.0);
                sum += weight;
                match Aspect::parse(id).filter(|aspect| aspect.is_cost() == is_cost) {
                    Some(aspect) => weights[aspect as usize] = weight,
                    None => self.add(&place, "signals.aspect", format!("{id} is none of the {side}"), format!("{id} 不属于这一侧")),
                }
            }
            if sum != 10_000 {
                self.add(&pointer, "signals.sum", "the percentages must add up to 100", "各项百分比之和须为 100");
            }
        }
        Delivered { weights }
    }

    fn days(&mut self, pointer: &str, days: i32) -> i32 {
        if !(1..=DAYS_MAX).contains(&days) {
            self.add(pointer, "signals.days", "must be 1 to 3650 days", "须为 1 到 3650 天");
        }
        days
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_read_back_as_written() {
        let document = SignalsDocument::parse(SHIPPED).unwrap();
        assert_eq!(SignalsDocument::parse(&document.to_yaml()).unwrap(), document);
        let signals = document.compile(Some(3)).unwrap();
        assert_eq!(signals.version, Some(3));
        let before = SHIPPED.split("# What members get").next().unwrap();
        assert_eq!(SignalsDocument::parse(before).unwrap(), document, "a document of before takes what ships");
        for signal in Signal::ALL {
            assert_eq!(Signal::parse(signal.as_str()), Some(signal));
            assert!(!signals.names(signal).is_empty(), "{signal:?} has a name");
        }
        assert_eq!(signals.goodwill.weights.iter().map(|(_, points)| *points).sum::<i64>(), 500);
        assert_eq!(signals.worth.bulk, Quantity::pieces(10));
    }

    #[test]
    fn each_problem_is_told_at_its_place() {
        let check = |from: &str, to: &str, pointer: &str, code: &str| {
            let yaml = SHIPPED.replacen(from, to, 1);
            assert_ne!(yaml, SHIPPED, "{from}");
            let problems = SignalsDocument::parse(&yaml).unwrap().compile(None).unwrap_err();
            assert!(problems.iter().any(|p| p.pointer == pointer && p.code == code), "{to}: {problems:?}");
        };
        check("[praise,", "[praise, praise,", "/behaviours/praise/1", "signals.twice");
        check("[praise,", "[' praise',", "/behaviours/praise/0", "signals.name");
        check("  chat: [", "  gossip: [", "/behaviours/gossip", "signals.unknown");
        check("complaint: -10", "complaint: -1001", "/goodwill/weights/complaint", "signals.number");
        check("praise: 10", "praise: .nan", "/goodwill/weights/praise", "signals.number");
        check("chat: 5", "chat: -5", "/closeness/weights/chat", "signals.number");
        check("adopted: 50", "kindness: 50", "/worth/events/kindness", "signals.unknown");
        check("half_life_days: 365", "half_life_days: 0", "/goodwill/half_life_days", "signals.days");
        check("image: 20", "image: 21", "/delivered/benefits", "signals.sum");
        check("product: 40", "price: 40", "/delivered/benefits/price", "signals.aspect");
        check("effort: 25", "effort: -25", "/delivered/costs/effort", "signals.number");
        check("bulk_pieces: 10", "bulk_pieces: 0", "/worth/bulk_pieces", "signals.number");
        assert_eq!(SignalsDocument::parse("behaviours: [a]").unwrap_err()[0].code, "signals.unreadable");
    }
}
