//! What shops push: verified over the raw body before anything of it is read, then taken like everything else. A platform hears 2xx for what is
//! recorded and for what is kept as a dead letter: it would switch the webhook off otherwise.

use perennial_source::Context;
use perennial_source::shop::{self, Credentials, Delivery, Message, Outcome, Part, Privacy, PrivacyKind, Shop};

use super::{Door, DoorResult, Item, Opened, Raw, Trouble};
use crate::engine::Refusal;
use crate::house::House;
use crate::query::search;

/// A delivery was taken: what the platform wants to hear, and how many messages it held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken {
    pub answer: &'static str,
    pub messages: usize,
}

/// Why a delivery was not even looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TurnedAway {
    /// It is not the shop's.
    Forged(Refusal),
    /// The shop sends more than it may: seconds to wait.
    TooMuch(u64),
}

impl Door {
    /// Takes one delivery of a connected shop. Waits for the commit.
    pub fn webhook(&self, source: &Opened, headers: &[(String, String)], body: &[u8]) -> DoorResult<Result<Taken, TurnedAway>> {
        let Some(shop) = shop::by_name(source.kind.as_str()) else {
            return Ok(Err(TurnedAway::Forged(no_shop())));
        };
        let house = &self.shared.house;
        let context = context(house, &source.name);
        let messages = match shop.receive(&Delivery::new(headers, body), &credentials(shop, source), &context, house.now()) {
            Ok(messages) => messages,
            Err(problem) => {
                self.turned_away(&source.name, problem.code, &problem.en, &problem.zh);
                return Ok(Err(TurnedAway::Forged(Refusal { code: problem.code, en: problem.en, zh: problem.zh })));
            }
        };
        if let Err(seconds) = self.permit(source, messages.len()) {
            let (en, zh) = ("This source sends too much", "该数据源发送过快");
            self.turned_away(&source.name, "source.too_fast", en, zh);
            return Ok(Err(TurnedAway::TooMuch(seconds)));
        }
        let mut items = Vec::with_capacity(messages.len());
        for message in messages {
            if let Outcome::Privacy(privacy) = &message.outcome {
                note_privacy(house, &source.name, privacy)?;
            }
            items.push(item(shop, message));
        }
        self.deliver(&source.name, &items)?;
        Ok(Ok(Taken { answer: shop.answer, messages: items.len() }))
    }

    /// Reads a shop's dead letter again; `None` when the route is no shop's. Its signature was checked when it came.
    pub fn webhook_again(&self, source: &str, route: &str, body: &[u8]) -> Option<Item> {
        let (name, topic) = route.split_once(':')?;
        let shop = shop::by_name(name)?;
        let part = Part { id: String::new(), topic: topic.to_owned(), body: body.to_vec() };
        let outcome = shop.reread(&part, &context(&self.shared.house, source));
        Some(item(shop, Message { part, outcome }))
    }
}

fn credentials(shop: &Shop, source: &Opened) -> Credentials {
    let client = shop.client.and_then(|name| source.setting(name)).unwrap_or_default().to_owned();
    Credentials { client, secrets: source.secrets.clone() }
}

fn context(house: &House, source: &str) -> Context {
    let reference = house.reference();
    let calendar = reference.calendar.clone();
    let today = calendar.day(house.now());
    Context { calendar, currency: reference.brand.currency, source: source.to_owned(), today, shift_days: 0 }
}

fn item(shop: &Shop, message: Message) -> Item {
    let route = format!("{}:{}", shop.name, message.part.topic);
    let read = match message.outcome {
        Outcome::Ping | Outcome::Nothing(_) => Ok(Vec::new()),
        Outcome::Records(records) => Ok(records),
        Outcome::Refused(problems) => Err(problems.into_iter().map(Trouble::from).collect()),
        Outcome::Privacy(privacy) => Err(vec![to_do(privacy.kind)]),
    };
    let mut item = Item::new(route, Raw::Bytes(message.part.body), read);
    item.event = Some(message.part.topic).filter(|topic| !topic.is_empty());
    item
}

/// A privacy request is somebody's task: it stands among the dead letters, sealed, until it is done and discarded.
fn to_do(kind: PrivacyKind) -> Trouble {
    match kind {
        PrivacyKind::Data => Trouble::new(
            "/customer",
            "privacy.data_request",
            "a customer asks what is kept of them: send the shop the member's export, then discard this letter",
            "顾客要求查看其数据：请将该会员的数据导出交给店铺，完成后丢弃本条",
        ),
        PrivacyKind::EraseCustomer => Trouble::new(
            "/customer",
            "privacy.erase_customer",
            "the platform asks that this customer be erased: erase the member, then discard this letter",
            "平台要求删除该顾客的数据：请删除该会员的个人信息，完成后丢弃本条",
        ),
        PrivacyKind::EraseShop => Trouble::new(
            "",
            "privacy.erase_shop",
            "the shop gave up the app: its customers are to be erased, then discard this letter",
            "店铺已卸载应用：请删除该店铺顾客的个人信息，完成后丢弃本条",
        ),
    }
}

/// Stands in the audit trail with the member's own id, never with the platform's number or the phone.
fn note_privacy(house: &House, source: &str, privacy: &Privacy) -> DoorResult<()> {
    let mut member = None;
    for identity in &privacy.identities {
        if member.is_none() {
            member = search::named_by(house, identity)?;
        }
    }
    let about = member.map_or_else(|| "nobody known".to_owned(), |member| member.to_string());
    Ok(house.audit(source, "privacy_requested", &format!("{} {about}", privacy.kind.as_str()))?)
}

fn no_shop() -> Refusal {
    let (en, zh) = ("This source is not one that pushes", "该数据源不接收推送");
    Refusal { code: "source.no_webhook", en: en.to_owned(), zh: zh.to_owned() }
}
