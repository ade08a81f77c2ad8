//! Shops that push: a delivery's signature is checked over its raw bytes, then it is taken apart into messages, and each message is read.
//!
//! A shop is one file with one table of fields and one row of [`SHOPS`]. Nothing here knows HTTP: headers are pairs of texts. What platforms
//! sign differs: headers (topics among them) are signed by none of them but Standard Webhooks, so what a message *is* must show in its body.

mod douyin;
mod order;
mod person;
mod read;
mod shopify;
mod sign;
mod standard;
mod woocommerce;
mod youzan;

use perennial_kernel::{Identity, Incoming, Instant};
use serde_json::Value;

use crate::context::Context;
use crate::door::FieldProblem;
use crate::problem::Problem;

/// Every shop that can push to us.
pub const SHOPS: [&Shop; 5] = [&shopify::SHOP, &woocommerce::SHOP, &youzan::SHOP, &douyin::SHOP, &standard::SHOP];

/// A platform: how it signs, how its bodies are taken apart, what its messages mean.
#[derive(Debug)]
pub struct Shop {
    /// As sources name it: `shopify`.
    pub name: &'static str,
    /// What the platform calls the public half of its credentials, where that takes part in the signature.
    pub client: Option<&'static str>,
    /// What a delivery that was taken is answered with; empty where the status is enough.
    pub answer: &'static str,
    verify: fn(&Delivery<'_>, &Credentials, Instant) -> Result<Trust, Problem>,
    split: fn(&Delivery<'_>) -> Result<Vec<Part>, FieldProblem>,
    read: fn(&Part, &Value, &Context) -> Outcome,
}

/// A request as it came.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    headers: &'a [(String, String)],
    body: &'a [u8],
}

impl<'a> Delivery<'a> {
    pub fn new(headers: &'a [(String, String)], body: &'a [u8]) -> Self {
        Self { headers, body }
    }

    /// The header's value; names are alike in any case.
    fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What a shop and we know: its public half, and the secrets in force, the current one first, then those being replaced.
#[derive(Clone, Default)]
pub struct Credentials {
    pub client: String,
    pub secrets: Vec<String>,
}

/// Secrets do not show in debug output.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({}, {} secrets)", self.client, self.secrets.len())
    }
}

/// What a delivery's signature says of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Trust {
    Signed,
    /// A call without signature by which a platform tries the address: answered, and nothing of it is read.
    Ping,
}

/// One message of a delivery before it is read: what is kept of it when it cannot be taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The platform's own id of the message; empty where it has none.
    pub id: String,
    pub topic: String,
    /// The message alone, as JSON.
    pub body: Vec<u8>,
}

/// A message with what it means.
#[derive(Clone, PartialEq, Debug)]
pub struct Message {
    pub part: Part,
    pub outcome: Outcome,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// The platform tries the address.
    Ping,
    /// Understood, and nothing of it is recorded; the reason is for the log.
    Nothing(Problem),
    Privacy(Privacy),
    /// In the order they happened.
    Records(Vec<Incoming>),
    /// Not understood: kept as a dead letter.
    Refused(Vec<FieldProblem>),
}

/// A privacy request a platform obliges its apps to take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Privacy {
    pub kind: PrivacyKind,
    /// The platform's number of the request or of the customer; names nobody by itself.
    pub reference: String,
    /// Whom it is about; empty when it is about the whole shop.
    pub identities: Vec<Identity>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrivacyKind {
    /// A customer asks what is kept of them.
    Data,
    /// A customer is to be erased.
    EraseCustomer,
    /// The shop gave up the app: its customers are to be erased.
    EraseShop,
}

impl PrivacyKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data_request",
            Self::EraseCustomer => "erase_customer",
            Self::EraseShop => "erase_shop",
        }
    }
}

/// The shop of this name.
pub fn by_name(name: &str) -> Option<&'static Shop> {
    SHOPS.into_iter().find(|shop| shop.name == name)
}

impl Shop {
    /// Checks the signature, then reads every message. `Err` means that nothing of the body was looked at.
    pub fn receive(
        &self,
        delivery: &Delivery<'_>,
        credentials: &Credentials,
        context: &Context,
        now: Instant,
    ) -> Result<Vec<Message>, Problem> {
        match (self.verify)(delivery, credentials, now)? {
            Trust::Signed => Ok(self.take_apart(delivery, context)),
            Trust::Ping => {
                let part = Part { id: String::new(), topic: "ping".to_owned(), body: Vec::new() };
                Ok(vec![Message { part, outcome: Outcome::Ping }])
            }
        }
    }

    fn take_apart(&self, delivery: &Delivery<'_>, context: &Context) -> Vec<Message> {
        match (self.split)(delivery) {
            Ok(parts) => parts
                .into_iter()
                .map(|part| {
                    let outcome = self.reread(&part, context);
                    Message { part, outcome }
                })
                .collect(),
            Err(problem) => {
                let part = Part { id: String::new(), topic: String::new(), body: delivery.body.to_vec() };
                vec![Message { part, outcome: Outcome::Refused(vec![problem]) }]
            }
        }
    }

    /// Reads one message again, such as a dead letter that was mended; it had been verified when it came.
    pub fn reread(&self, part: &Part, context: &Context) -> Outcome {
        match serde_json::from_slice::<Value>(&part.body) {
            Ok(value) => (self.read)(part, &value, context),
            Err(error) => Outcome::Refused(vec![malformed("", &error)]),
        }
    }
}

fn nothing(code: &'static str, en: &str, zh: &str) -> Outcome {
    Outcome::Nothing(Problem::new(code, en, zh))
}

/// A topic nobody reads.
fn unread(topic: &str) -> Outcome {
    nothing("webhook.unread_topic", &format!("\"{topic}\" is not read"), &format!("不处理“{topic}”消息"))
}

fn malformed(pointer: &str, error: &serde_json::Error) -> FieldProblem {
    let (line, column) = (error.line(), error.column());
    let en = format!("is no JSON at line {line}, column {column}");
    FieldProblem::new(pointer, Problem::new("json.malformed", en, format!("第 {line} 行第 {column} 列不是合法的 JSON")))
}

/// The body's topic and its content do not fit each other: topics are not signed, so the content decides what may happen.
fn misshapen(topic: &str) -> Outcome {
    let en = format!("is not what \"{topic}\" announces");
    Outcome::Refused(vec![FieldProblem::new("", Problem::new("webhook.other_content", en, format!("内容与主题“{topic}”不符")))])
}

fn unsigned() -> Problem {
    Problem::new("webhook.unsigned", "The delivery carries no signature", "推送没有签名")
}

fn forged() -> Problem {
    Problem::new("webhook.forged", "The signature does not belong to this body", "签名与内容不符")
}
