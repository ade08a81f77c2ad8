//! One thing a source sent, and what became of it.

use perennial_kernel::{FactId, Incoming};
use perennial_source::door::FieldProblem;
use serde_json::Value;

use crate::engine::{Answer, Refusal};

/// Why something was not taken: a stable code, where, and a sentence in both languages. The sentences may quote what came.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trouble {
    /// RFC 6901 into the item's body; empty for the whole.
    pub pointer: String,
    pub code: String,
    pub en: String,
    pub zh: String,
}

impl Trouble {
    pub fn new(pointer: &str, code: &str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { pointer: pointer.to_owned(), code: code.to_owned(), en: en.into(), zh: zh.into() }
    }
}

impl From<FieldProblem> for Trouble {
    fn from(problem: FieldProblem) -> Self {
        Self { pointer: problem.pointer, code: problem.code.to_owned(), en: problem.en, zh: problem.zh }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::new("", refusal.code, refusal.en, refusal.zh)
    }
}

/// What came, as it came: kept with a dead letter, and as the sample of an event.
#[derive(Clone, PartialEq, Debug)]
pub enum Raw {
    Bytes(Vec<u8>),
    /// A part of a larger body; written out only when it must be kept.
    Json(Value),
}

impl Raw {
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Json(value) => serde_json::to_vec(value).expect("JSON values serialise"),
        }
    }
}

/// One thing to take: an event of a batch, the body of a webhook.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// How it came and by which reader it is read again: `segment:track`, `shopify:orders/paid`.
    pub route: String,
    pub raw: Raw,
    /// What it says, in order; several where one body speaks about an order and its refunds, none where it says nothing to record.
    pub read: Result<Vec<Incoming>, Vec<Trouble>>,
    /// Its event name, counted for the page of events.
    pub event: Option<String>,
    /// It told no time of its own, so that the same again seems to have happened at another time: other content is then no conflict.
    pub timeless: bool,
}

impl Item {
    pub fn new(route: impl Into<String>, raw: Raw, read: Result<Vec<Incoming>, Vec<Trouble>>) -> Self {
        Self { route: route.into(), raw, read, event: None, timeless: false }
    }

    /// What became of it, by the answers to its commands; takes as many as it has.
    pub(super) fn fate(&self, answers: &mut impl Iterator<Item = Answer>) -> Fate {
        let commands = match &self.read {
            Ok(commands) => commands.len(),
            Err(troubles) => return Fate::Refused(troubles.clone()),
        };
        let answers: Vec<Answer> = answers.take(commands).collect();
        let refused: Vec<Trouble> = answers.iter().filter_map(refusal).collect();
        if !refused.is_empty() {
            return Fate::Refused(refused);
        }
        let conflict = answers.iter().find_map(|answer| if let Answer::Conflict(fact) = answer { Some(*fact) } else { None });
        match conflict {
            Some(_) if self.timeless => Fate::Repeated,
            Some(fact) => Fate::Conflict(fact),
            None if answers.iter().any(|answer| matches!(answer, Answer::Recorded(_))) => Fate::Recorded,
            None if answers.is_empty() => Fate::Acknowledged,
            None => Fate::Repeated,
        }
    }
}

fn refusal(answer: &Answer) -> Option<Trouble> {
    match answer {
        Answer::Refused(refusal) => Some(refusal.clone().into()),
        Answer::Recorded(_) | Answer::Repeated(_) | Answer::Conflict(_) | Answer::Unchanged => None,
    }
}

/// What became of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    Recorded,
    /// All of it had come before.
    Repeated,
    /// Understood, and nothing to record: a ping, a topic of no meaning here.
    Acknowledged,
    /// Other content stands under the same name; kept as a dead letter.
    Conflict(FactId),
    /// Kept as a dead letter.
    Refused(Vec<Trouble>),
}

impl Fate {
    /// Why it became a dead letter, if it did.
    pub fn troubles(&self) -> Vec<Trouble> {
        match self {
            Self::Recorded | Self::Repeated | Self::Acknowledged => Vec::new(),
            Self::Conflict(fact) => vec![Trouble::new(
                "",
                "delivery.conflict",
                format!("other content was recorded under the same name and version, as {fact}"),
                format!("同一编号和版本下已记录了不同内容（{fact}）"),
            )],
            Self::Refused(troubles) => troubles.clone(),
        }
    }
}
