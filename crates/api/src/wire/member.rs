//! Members: the list, one member's page, timeline and explanation.

use std::collections::BTreeMap;

use perennial_app::query::board::{Listed, ListedMember};
use perennial_app::query::explain::Explained;
use perennial_app::query::member::Detail;
use perennial_app::query::timeline as asked;
use perennial_kernel::Currency;
use serde::Serialize;
use utoipa::ToSchema;

use super::{CatalogueNames, KnownAs, MemberPart, Money, OrderedProduct, TimelineConsent, TimelineKind, Words};

#[derive(Serialize, ToSchema)]
pub struct MemberPage {
    pub items: Vec<MemberRow>,
    /// The cursor of the next page.
    pub next: Option<String>,
    pub total: usize,
    /// With a condition: what it was looked up in goes so far.
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct MemberRow {
    pub member: String,
    /// Masked.
    pub name: Option<String>,
    /// The brand's own number of the member.
    pub number: Option<String>,
    pub stage: String,
    pub life: u32,
    /// Days since the last purchase.
    pub recency: Option<i32>,
    pub f_life: u32,
    pub f_total: u32,
    pub money: Money,
    pub first_purchase_on: Option<String>,
    pub last_purchase_on: Option<String>,
}

impl MemberPage {
    pub fn new(listed: Listed, currency: Currency) -> Self {
        let row = |one: ListedMember| MemberRow {
            member: one.member.to_string(),
            name: one.person.name,
            number: one.person.number,
            stage: one.stage,
            life: one.life,
            recency: one.recency,
            f_life: one.f_life,
            f_total: one.f_total,
            money: Money::new(one.money, currency),
            first_purchase_on: super::day(one.first_purchase_on),
            last_purchase_on: super::day(one.last_purchase_on),
        };
        let items = listed.items.into_iter().map(row).collect();
        Self { items, next: listed.next, total: listed.total, data_up_to: listed.data_up_to.to_string() }
    }
}

#[derive(Serialize, ToSchema)]
pub struct MemberDetail {
    pub member: String,
    /// Masked.
    pub name: Option<String>,
    pub identities: Vec<KnownAs>,
    /// What the member was put together from; one where it always was one.
    pub parts: Vec<MemberPart>,
    pub registered_on: Option<String>,
    /// The person was erased: what is left is nobody's.
    pub erased: bool,
    /// By model id.
    pub stages: BTreeMap<String, Standing>,
    pub profile: Vec<ProfileField>,
    pub lives: Vec<Life>,
}

#[derive(Serialize, ToSchema)]
pub struct Standing {
    pub stage: String,
    pub life: u32,
    pub since: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ProfileField {
    pub field: String,
    pub name: Words,
    /// `bool`, `int`, `decimal`, `money`, `text`, `day`, `choices`.
    #[serde(rename = "type")]
    pub kind: String,
    #[schema(value_type = Value, nullable)]
    pub value: serde_json::Value,
    /// Of fields of the value model: between what lies 90 % of it, as far as the model's parameters are uncertain; null of all others, and
    /// where the model's document does not say how sure it is of them.
    #[schema(value_type = Option<Vec<Value>>)]
    pub range: Option<[serde_json::Value; 2]>,
}

#[derive(Serialize, ToSchema)]
pub struct Life {
    pub life: u32,
    pub from: String,
    /// Null while it goes on.
    pub to: Option<String>,
    pub purchases: i64,
    pub money: Money,
}

impl MemberDetail {
    pub fn new(detail: Detail, currency: Currency) -> Self {
        let standing = |(model, at): (String, perennial_app::query::member::Standing)| {
            (model, Standing { stage: at.stage, life: at.life, since: super::day(at.since) })
        };
        let field = |one: perennial_app::query::member::Trait| ProfileField {
            name: (&one.name).into(),
            kind: one.ty.as_str().to_owned(),
            value: super::value(&one.value, currency),
            range: one.range.as_ref().map(|ends| ends.each_ref().map(|end| super::value(end, currency))),
            field: one.field,
        };
        let life = |life: perennial_app::query::Life| Life {
            life: life.number,
            from: life.from.to_string(),
            to: super::day(life.to),
            purchases: life.purchases,
            money: Money::new(life.money, currency),
        };
        Self {
            member: detail.member.to_string(),
            name: detail.person.name,
            identities: detail.person.identities.into_iter().map(KnownAs::new).collect(),
            parts: detail.parts.iter().map(MemberPart::new).collect(),
            registered_on: super::day(detail.registered_on),
            erased: detail.erased,
            stages: detail.stages.into_iter().map(standing).collect(),
            profile: detail.profile.into_iter().map(field).collect(),
            lives: detail.lives.into_iter().map(life).collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct TimelinePage {
    /// The newest first.
    pub items: Vec<TimelineEntry>,
    pub next: Option<String>,
    pub total: usize,
}

#[derive(Serialize, ToSchema)]
pub struct TimelineEntry {
    pub at: String,
    pub day: String,
    pub kind: TimelineKind,
    /// Null for what is only reconstructed.
    pub fact: Option<String>,
    pub recorded_at: Option<String>,
    pub origin: TimelineOrigin,
    /// An undone import had brought it.
    pub retracted: bool,
    /// The effect that says what holds instead.
    pub superseded_by: Option<String>,
    pub order: Option<TimelineOrder>,
    pub consent: Option<TimelineConsent>,
    pub change: Option<TimelineChange>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TimelineOrigin {
    Live,
    Backfill,
    Timer,
    Correction,
    Retraction,
    /// Derived now, never recorded.
    Reconstructed,
}

#[derive(Serialize, ToSchema)]
pub struct TimelineOrder {
    pub source: String,
    pub id: String,
    /// Of a refund: what went back.
    pub amount: Money,
    pub items: f64,
    pub channel: Option<String>,
    pub store: Option<String>,
    /// The store's name in the catalogue, where it is known there.
    pub store_name: Option<String>,
    /// What was bought, of an order placed or updated; at most 20.
    pub products: Vec<OrderedProduct>,
    /// As of now: `unpaid`, `paid`, `partly_refunded`, `refunded`, `cancelled`, `unknown`.
    pub status: String,
}

#[derive(Serialize, ToSchema)]
pub struct TimelineChange {
    pub model: String,
    pub from: Option<String>,
    pub to: String,
    pub life: u32,
    /// A new life began.
    pub reactivated: bool,
    pub policy_version: i64,
    pub effect: Option<String>,
}

impl TimelinePage {
    pub fn new(page: asked::Page, currency: Currency, names: &CatalogueNames) -> Self {
        let entry = |entry: asked::Entry| TimelineEntry {
            at: entry.at.to_string(),
            day: entry.day.to_string(),
            kind: entry.kind.into(),
            fact: entry.fact.map(|fact| fact.to_string()),
            recorded_at: entry.fact.map(|fact| fact.recorded_at.to_string()),
            origin: origin(entry.origin),
            retracted: entry.retracted,
            superseded_by: entry.superseded_by.map(|effect| effect.to_string()),
            order: entry.order.map(|order| TimelineOrder {
                source: order.key.source,
                id: order.key.id,
                amount: Money::new(order.amount, currency),
                items: order.quantity.0 as f64 / 1000.0,
                channel: order.channel,
                store_name: names.store(order.store.as_deref()),
                store: order.store,
                products: names.products(order.products),
                status: order.status.to_owned(),
            }),
            consent: entry.consent.map(TimelineConsent::from),
            change: entry.change.map(|change| TimelineChange {
                model: change.model,
                from: change.step.from,
                to: change.step.to,
                life: change.step.life,
                reactivated: change.step.reactivated,
                policy_version: change.policy_version,
                effect: change.effect.map(|effect| effect.to_string()),
            }),
        };
        Self { items: page.items.into_iter().map(entry).collect(), next: page.next, total: page.total }
    }
}

fn origin(origin: Option<perennial_kernel::Origin>) -> TimelineOrigin {
    use perennial_kernel::Origin;
    match origin {
        None => TimelineOrigin::Reconstructed,
        Some(Origin::Live) => TimelineOrigin::Live,
        Some(Origin::Backfill) => TimelineOrigin::Backfill,
        Some(Origin::Timer) => TimelineOrigin::Timer,
        Some(Origin::Correction) => TimelineOrigin::Correction,
        Some(Origin::Retraction) => TimelineOrigin::Retraction,
    }
}

#[derive(Serialize, ToSchema)]
pub struct Explanation {
    pub member: String,
    pub model: String,
    pub version: i64,
    pub as_of: String,
    pub stage: String,
    pub life: u32,
    pub rule: Rule,
    /// What the rule saw.
    pub values: Vec<SeenValue>,
    /// Facts without each of which a value would be another.
    pub evidence: Vec<Evidence>,
    /// Stages tried before it.
    pub rejected: Vec<RejectedStage>,
    pub would_change: Vec<WouldChange>,
}

#[derive(Serialize, ToSchema)]
pub struct Rule {
    pub text: String,
    pub sentence: Words,
}

#[derive(Serialize, ToSchema)]
pub struct SeenValue {
    pub field: String,
    pub name: Words,
    #[schema(value_type = Value, nullable)]
    pub value: serde_json::Value,
    pub text: String,
    /// What a value of the value model is understood by.
    pub note: Option<Words>,
}

#[derive(Serialize, ToSchema)]
pub struct Evidence {
    pub fact: String,
    pub kind: String,
    pub day: String,
    pub summary: String,
}

#[derive(Serialize, ToSchema)]
pub struct RejectedStage {
    pub stage: String,
    pub text: String,
    pub because: Words,
}

#[derive(Serialize, ToSchema)]
pub struct WouldChange {
    pub kind: WouldChangeKind,
    pub to: String,
    pub on: Option<String>,
    pub count: Option<i64>,
    pub amount: Option<Money>,
    pub sentence: Words,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WouldChangeKind {
    Wait,
    Purchase,
}

impl Explanation {
    pub fn new(explained: Explained, currency: Currency) -> Self {
        let seen = explained.values.into_iter().map(|shown| SeenValue {
            field: shown.field,
            name: (&shown.name).into(),
            value: super::value(&shown.value, currency),
            text: shown.text,
            note: shown.note.as_ref().map(Into::into),
        });
        let evidence = explained.evidence.into_iter().map(|one| Evidence {
            fact: one.fact.to_string(),
            kind: one.kind.to_owned(),
            day: one.day.to_string(),
            summary: one.summary,
        });
        let rejected =
            explained.rejected.into_iter().map(|one| RejectedStage { stage: one.stage, text: one.text, because: (&one.because).into() });
        let would_change = explained.would_change.into_iter().map(|one| WouldChange {
            kind: if one.kind == "wait" { WouldChangeKind::Wait } else { WouldChangeKind::Purchase },
            to: one.to,
            on: super::day(one.on),
            count: one.count,
            amount: one.amount.map(|amount| Money::new(amount, currency)),
            sentence: (&one.sentence).into(),
        });
        Self {
            member: explained.member.to_string(),
            model: explained.model,
            version: explained.version,
            as_of: explained.as_of.to_string(),
            stage: explained.stage,
            life: explained.life,
            rule: Rule { text: explained.rule.text, sentence: (&explained.rule.sentence).into() },
            values: seen.collect(),
            evidence: evidence.collect(),
            rejected: rejected.collect(),
            would_change: would_change.collect(),
        }
    }
}
