//! Segment events as items of the door: sizes checked, read, and an updated order given the payment time that is known.

use std::collections::BTreeMap;

use perennial_kernel::{Body, IdentityKind, Incoming, Instant, OrderKey};
use perennial_rules::codec;
use perennial_source::segment::{self, Call, Reading};
use serde_json::Value;

use super::{Door, DoorResult, Item, Opened, Raw, Trouble};
use crate::query::orders;
use crate::secret::order_ref;

/// The largest event.
pub const EVENT_BYTES_MAX: usize = 32 * 1024;
/// What begins the routes of dead letters that came by the Segment API.
pub const SEGMENT_ROUTE: &str = "segment:";
/// The route of a body that could not be taken apart into events.
const WHOLE: &str = "segment:batch";

impl Door {
    /// The events of one delivery. `bytes` is how long it was: where it is short, no event of it can be too large.
    pub fn segment_items(&self, source: &Opened, events: Vec<(Option<Call>, Value)>, bytes: usize) -> DoorResult<Vec<Item>> {
        let mut paid = BTreeMap::new();
        let mut items = Vec::with_capacity(events.len());
        for (call, event) in events {
            let mut item = self.segment_item(source, call, event, bytes > EVENT_BYTES_MAX);
            if let Ok((incoming, assumed)) = &mut item.1 {
                self.know_payment(incoming, *assumed, &mut paid)?;
            }
            items.push(item.0.with(item.1.map(|(incoming, _)| vec![*incoming])));
        }
        Ok(items)
    }

    /// A body with nothing in it that could be read as events.
    pub fn segment_unreadable(bytes: &[u8], trouble: Trouble) -> Item {
        Item::new(WHOLE, Raw::Bytes(bytes.to_vec()), Err(vec![trouble]))
    }

    /// A dead letter's event, read again.
    pub fn segment_again(&self, source: &str, route: &str, body: &[u8]) -> DoorResult<Item> {
        let unreadable =
            |code: &str, en: &str, zh: &str| Item::new(route, Raw::Bytes(body.to_vec()), Err(vec![Trouble::new("", code, en, zh)]));
        let Some(opened) = self.opened(source)? else {
            return Ok(unreadable("source.unknown", "its source is no longer connected", "该数据来源已删除"));
        };
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            return Ok(unreadable("json.malformed", "is no JSON", "不是合法的 JSON"));
        };
        if route == WHOLE {
            let events = value.get("batch").and_then(Value::as_array).cloned().unwrap_or_default();
            let events: Vec<_> = events.into_iter().map(|event| (Call::of(&event), event)).collect();
            if events.is_empty() {
                return Ok(unreadable("segment.no_batch", "has no list named batch", "缺少名为 batch 的列表"));
            }
            let items = self.segment_items(&opened, events, body.len())?;
            let mut all = Item::new(route, Raw::Bytes(body.to_vec()), Ok(Vec::new()));
            for (at, item) in items.into_iter().enumerate() {
                let place = |trouble: Trouble| Trouble { pointer: format!("/batch/{at}{}", trouble.pointer), ..trouble };
                match (&mut all.read, item.read) {
                    (Ok(held), Ok(more)) => held.extend(more),
                    (Ok(_), Err(troubles)) => all.read = Err(troubles.into_iter().map(place).collect()),
                    (Err(held), Err(troubles)) => held.extend(troubles.into_iter().map(place)),
                    (Err(_), Ok(_)) => {}
                }
            }
            return Ok(all);
        }
        let call = route.strip_prefix(SEGMENT_ROUTE).and_then(Call::parse);
        Ok(self.segment_items(&opened, vec![(call, value)], body.len())?.remove(0))
    }

    fn segment_item(&self, source: &Opened, call: Option<Call>, event: Value, may_be_large: bool) -> (Item, Result<Said, Vec<Trouble>>) {
        let Some(call) = call else {
            let (en, zh) = ("must be identify, track, page, screen, group or alias", "须为 identify、track、page、screen、group 或 alias");
            let item = Item::new(format!("{SEGMENT_ROUTE}unknown"), Raw::Json(event), Ok(Vec::new()));
            return (item, Err(vec![Trouble::new("/type", "segment.type", en, zh)]));
        };
        let name = call.event_name(&event).to_owned();
        let bytes = if may_be_large { serde_json::to_vec(&event).map_or(0, |text| text.len()) } else { 0 };
        let read = if bytes > EVENT_BYTES_MAX {
            let (en, zh) = (format!("the event is larger than {EVENT_BYTES_MAX} bytes"), format!("事件超过 {EVENT_BYTES_MAX} 字节"));
            Err(vec![Trouble::new("", "event.too_large", en, zh)])
        } else {
            self.read_event(source, call, &event)
        };
        let mut item = Item::new(format!("{SEGMENT_ROUTE}{}", call.as_str()), Raw::Json(event), Ok(Vec::new()));
        item.event = Some(name);
        item.timeless = read.as_ref().is_ok_and(|read| read.timeless);
        (item, read.map(|read| (Box::new(read.incoming), read.paid_at_assumed)))
    }

    fn read_event(&self, source: &Opened, call: Call, event: &Value) -> Result<segment::Read, Vec<Trouble>> {
        let house = self.house();
        let user_id_kind = source.setting("user_id_kind").and_then(IdentityKind::parse).unwrap_or(IdentityKind::Number);
        let message_id = if segment::has_message_id(event) { String::new() } else { self.digest_of(source, event) };
        let context = orders::context(house, &source.name);
        let reading = Reading { context: &context, user_id_kind: &user_id_kind, now: house.now(), message_id: &message_id };
        segment::read(event, call, &reading).map_err(|problems| problems.into_iter().map(Trouble::from).collect())
    }

    /// The same for the same event: what stands for a `messageId`.
    fn digest_of(&self, source: &Opened, event: &Value) -> String {
        let mut event = event.clone();
        if let Some(fields) = event.as_object_mut() {
            fields.remove("sentAt");
        }
        let bytes = serde_json::to_vec(&event).expect("JSON values serialise");
        let digest = self.house().secrets().digest(&[b"event", source.name.as_bytes(), &bytes]);
        format!("{:032x}", u128::from_be_bytes(digest))
    }

    /// An update that does not say when its order was paid leaves that as it is known: from this delivery, or from the journal.
    fn know_payment(&self, incoming: &mut Incoming, assumed: bool, paid: &mut BTreeMap<OrderKey, Option<Instant>>) -> DoorResult<()> {
        let (Body::OrderPlaced(order) | Body::OrderUpdated(order)) = &mut incoming.body else { return Ok(()) };
        if assumed {
            let known = if let Some(known) = paid.get(&order.key) {
                *known
            } else {
                let row = self.house().reader().order(order_ref(&order.key))?;
                let held = row.and_then(|row| codec::decode_order_row(&row.body));
                held.and_then(|(_, state)| state.content.and_then(|content| content.paid_at))
            };
            if known.is_some() {
                order.paid_at = known;
            }
        }
        paid.insert(order.key.clone(), order.paid_at);
        Ok(())
    }
}

/// What an event says, and whether its payment time is assumed.
type Said = (Box<Incoming>, bool);

impl Item {
    fn with(self, read: Result<Vec<Incoming>, Vec<Trouble>>) -> Self {
        Self { read, ..self }
    }
}
