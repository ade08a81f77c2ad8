//! Deliveries of shops: recorded bodies, signatures made here as the platforms document them, what becomes of each.

mod douyin;
mod shopify;
mod standard;
mod woocommerce;
mod youzan;

use std::path::Path;

use perennial_kernel::{Incoming, Instant};
use perennial_source::Context;
use perennial_source::shop::{Credentials, Delivery, Message, Outcome, Part, by_name};

use crate::kit;

pub const SECRET: &str = "shpss_example";

/// 2026-10-10T00:00:00Z.
pub const NOW: Instant = Instant(1_791_590_400_000);

pub fn sample(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name);
    std::fs::read_to_string(path).unwrap()
}

pub fn context() -> Context {
    Context { source: "shop-1".to_owned(), ..kit::shanghai() }
}

pub fn credentials(secrets: &[&str]) -> Credentials {
    Credentials { client: "client-17".to_owned(), secrets: secrets.iter().map(|secret| (*secret).to_owned()).collect() }
}

/// What a shop makes of a delivery, with the secret of these tests.
pub fn receive(shop: &str, headers: &[(&str, &str)], body: &str) -> Result<Vec<Message>, &'static str> {
    receive_with(shop, headers, body, &credentials(&[SECRET]))
}

pub fn receive_with(shop: &str, headers: &[(&str, &str)], body: &str, credentials: &Credentials) -> Result<Vec<Message>, &'static str> {
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let delivery = Delivery::new(&headers, body.as_bytes());
    by_name(shop).unwrap().receive(&delivery, credentials, &context(), NOW).map_err(|problem| problem.code)
}

/// What a shop makes of one message, its signature aside.
pub fn outcome(shop: &str, topic: &str, body: &str) -> Outcome {
    let part = Part { id: String::new(), topic: topic.to_owned(), body: body.as_bytes().to_vec() };
    by_name(shop).unwrap().reread(&part, &context())
}

#[track_caller]
pub fn records(outcome: Outcome) -> Vec<Incoming> {
    match outcome {
        Outcome::Records(records) => records,
        other => panic!("no records: {other:?}"),
    }
}

pub fn lines(records: &[Incoming]) -> Vec<String> {
    records.iter().map(kit::line).collect()
}

/// The records of one message, as lines.
#[track_caller]
pub fn told(shop: &str, topic: &str, body: &str) -> Vec<String> {
    lines(&records(outcome(shop, topic, body)))
}

/// In one word: `ping`, the reason for recording nothing, the pointers of what was refused.
pub fn word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ping => "ping".to_owned(),
        Outcome::Nothing(reason) => reason.code.to_owned(),
        Outcome::Privacy(privacy) => privacy.kind.as_str().to_owned(),
        Outcome::Records(records) => format!("{} records", records.len()),
        Outcome::Refused(problems) => {
            assert!(problems.iter().all(|problem| !problem.en.is_empty() && !problem.zh.is_empty()));
            problems.iter().map(|problem| format!("{} {}", problem.pointer, problem.code)).collect::<Vec<_>>().join("; ")
        }
    }
}

pub fn identities(incoming: &Incoming) -> Vec<String> {
    incoming.identities.iter().map(|identity| format!("{}={}", identity.kind, identity.value)).collect()
}

/// The sample with one value changed, as JSON text.
pub fn with(text: &str, pointer: &str, value: serde_json::Value) -> String {
    let mut body: serde_json::Value = serde_json::from_str(text).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(name.to_owned(), value);
    body.to_string()
}

pub fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

pub fn hmac_sha256(secret: &[u8], body: &[u8]) -> Vec<u8> {
    use hmac::{KeyInit, Mac};
    hmac::Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap().chain_update(body).finalize().into_bytes().to_vec()
}

pub fn md5(text: &str) -> String {
    use md5::Digest;
    hex(&md5::Md5::digest(text.as_bytes()))
}

#[test]
fn every_shop_has_a_name_of_its_own_and_refuses_what_is_not_signed() {
    let mut names: Vec<_> = perennial_source::shop::SHOPS.iter().map(|shop| shop.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["douyin", "shopify", "standard", "woocommerce", "youzan"]);
    for name in names {
        for body in ["", "{}", "[]", "null", "not json", r#"{"msg":"%7B%7D"}"#] {
            assert_eq!(receive(name, &[], body), Err("webhook.unsigned"), "{name} {body}");
        }
        assert!(by_name(name).is_some());
    }
    assert!(by_name("nobody").is_none());
}

#[test]
fn arbitrary_json_is_read_or_refused_and_never_a_panic() {
    let odd = ["null", "[]", "{}", "1", "\"x\"", r#"{"line_items":1,"financial_status":[]}"#, r#"{"full_order_info":{"orders":[1,null]}}"#];
    let topics =
        ["orders/create", "customers/update", "order.created", "customer.updated", "trade_TradePaid", "101", "206", "order.placed"];
    for shop in perennial_source::shop::SHOPS {
        for topic in topics {
            for body in odd {
                word(&outcome(shop.name, topic, body));
            }
        }
        assert_eq!(word(&outcome(shop.name, "x", "{")), " json.malformed");
    }
}
