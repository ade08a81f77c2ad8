//! Who is whom: merges and splits looked at beforehand, and the queue of conflicts.

use std::collections::BTreeMap;

use perennial_app::query::people as asked;
use perennial_app::query::person::Person;
use perennial_kernel::Currency;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Money, Words};

/// A part of a member: what came under one identity of its own.
#[derive(Serialize, ToSchema)]
pub struct MemberPart {
    pub subject: String,
    pub since: String,
    pub facts: usize,
    /// When it became part of this member; null for the part that was there first.
    pub joined_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct KnownAs {
    /// `phone`, `email`, `number` …
    #[serde(rename = "type")]
    pub kind: String,
    /// Masked.
    pub value: String,
    pub since: String,
    /// Who said so, by which fact, about which part of the member.
    pub source: String,
    pub fact: String,
    pub subject: String,
}

impl KnownAs {
    pub fn new(known: perennial_app::query::person::KnownAs) -> Self {
        Self {
            kind: known.kind,
            value: known.value,
            since: known.since.to_string(),
            source: known.source,
            fact: known.fact.to_string(),
            subject: known.subject.to_string(),
        }
    }
}

impl MemberPart {
    pub fn new(part: &perennial_app::query::member::Part) -> Self {
        Self {
            subject: part.subject.to_string(),
            since: part.since.to_string(),
            facts: part.facts,
            joined_at: part.joined_at.map(|at| at.to_string()),
        }
    }
}

/// A member as it is, or as it would be.
#[derive(Serialize, ToSchema)]
pub struct MemberSide {
    pub member: String,
    /// Masked.
    pub name: Option<String>,
    pub number: Option<String>,
    pub identities: Vec<NamedBy>,
    /// Its parts.
    pub subjects: Vec<String>,
    /// By model id.
    pub stages: BTreeMap<String, SideStage>,
    pub orders: i64,
    pub money: Money,
    pub first_purchase_on: Option<String>,
    pub last_purchase_on: Option<String>,
    pub facts: usize,
}

#[derive(Serialize, ToSchema)]
pub struct SideStage {
    pub stage: String,
    pub life: u32,
}

/// An identity, masked.
#[derive(Serialize, ToSchema)]
pub struct NamedBy {
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
}

/// A field of the joint profile: the latest word wins.
#[derive(Serialize, ToSchema)]
pub struct FieldWon {
    pub field: String,
    pub name: Words,
    #[schema(value_type = Value, nullable)]
    pub value: serde_json::Value,
    /// The member whose word it is.
    pub from: String,
    pub since: String,
    pub over: Vec<FieldLost>,
}

#[derive(Serialize, ToSchema)]
pub struct FieldLost {
    pub from: String,
    #[schema(value_type = Value, nullable)]
    pub value: serde_json::Value,
}

/// What a merge or a split would come to.
#[derive(Serialize, ToSchema)]
pub struct PeoplePreview {
    pub before: Vec<MemberSide>,
    pub after: Vec<MemberSide>,
    pub fields: Vec<FieldWon>,
}

#[derive(Serialize, ToSchema)]
pub struct ConflictPage {
    pub items: Vec<ConflictRow>,
    pub next: Option<String>,
}

/// Two members whom a value names both, and of whom each has a value of its own where one member may have only so many.
#[derive(Serialize, ToSchema)]
pub struct ConflictRow {
    pub left: MemberNamed,
    pub right: MemberNamed,
    /// The type of which one member would have too many.
    pub kind: String,
    /// The type of the value that names both.
    pub by: String,
}

#[derive(Serialize, ToSchema)]
pub struct MemberNamed {
    pub member: String,
    /// Masked.
    pub name: Option<String>,
    pub identities: Vec<NamedBy>,
}

#[derive(Serialize, ToSchema)]
pub struct ConflictDetail {
    pub kind: String,
    pub by: String,
    pub evidence: Vec<ConflictEvidence>,
    /// What a merge would come to.
    pub merged: PeoplePreview,
}

#[derive(Serialize, ToSchema)]
pub struct ConflictEvidence {
    pub fact: String,
    pub member: String,
    pub at: String,
    pub source: String,
    pub kind: String,
    pub identity: Option<NamedBy>,
}

/// `merge`, `keep_apart`, `block_value`.
#[derive(ToSchema)]
pub struct ConflictAnswer {
    pub resolution: String,
    pub why: String,
}

#[derive(ToSchema)]
pub struct MergeRequest {
    /// The other member.
    pub with: String,
    pub why: String,
}

#[derive(ToSchema)]
pub struct SplitRequest {
    /// The parts that leave.
    pub subjects: Vec<String>,
    pub why: String,
}

/// The member that came of it.
#[derive(Serialize, ToSchema)]
pub struct MemberFormed {
    pub member: String,
}

/// What joins people, as text.
#[derive(Serialize, ToSchema)]
pub struct IdentityRules {
    /// 0: the rules that ship.
    pub version: i64,
    pub yaml: String,
    pub history: Vec<IdentityRulesVersion>,
}

#[derive(Serialize, ToSchema)]
pub struct IdentityRulesVersion {
    pub version: i64,
    pub author: String,
    pub reason: String,
    pub created_at: String,
}

#[derive(ToSchema)]
pub struct NewIdentityRules {
    pub yaml: String,
    pub reason: String,
}

fn named(person: &Person) -> Vec<NamedBy> {
    person.identities.iter().map(|known| NamedBy { kind: known.kind.clone(), value: known.value.clone() }).collect()
}

impl MemberSide {
    fn new(side: asked::Side, currency: Currency) -> Self {
        Self {
            member: side.member.to_string(),
            identities: named(&side.person),
            name: side.person.name,
            number: side.person.number,
            subjects: side.subjects.iter().map(ToString::to_string).collect(),
            stages: side.stages.into_iter().map(|(model, (stage, life))| (model, SideStage { stage, life })).collect(),
            orders: side.orders,
            money: Money::new(side.money, currency),
            first_purchase_on: super::day(side.first_purchase_on),
            last_purchase_on: super::day(side.last_purchase_on),
            facts: side.facts,
        }
    }
}

impl PeoplePreview {
    pub fn new(preview: asked::Preview, currency: Currency) -> Self {
        let sides = |sides: Vec<asked::Side>| sides.into_iter().map(|side| MemberSide::new(side, currency)).collect();
        let field = |won: asked::Won| FieldWon {
            field: won.field,
            name: (&won.name).into(),
            value: super::value(&won.value, currency),
            from: won.from.to_string(),
            since: won.since.to_string(),
            over: won.over.iter().map(|(from, held)| FieldLost { from: from.to_string(), value: super::value(held, currency) }).collect(),
        };
        Self { before: sides(preview.before), after: sides(preview.after), fields: preview.fields.into_iter().map(field).collect() }
    }
}

impl ConflictRow {
    pub fn new(asked: asked::Asked) -> Self {
        let side = |member: perennial_kernel::MemberId, person: Person| MemberNamed {
            member: member.to_string(),
            identities: named(&person),
            name: person.name,
        };
        Self { left: side(asked.row.left, asked.left), right: side(asked.row.right, asked.right), kind: asked.row.kind, by: asked.row.by }
    }
}

impl ConflictDetail {
    pub fn new(asked: asked::AskedInFull, currency: Currency) -> Self {
        let evidence = |one: asked::Evidence| ConflictEvidence {
            fact: one.fact.to_string(),
            member: one.member.to_string(),
            at: one.at.to_string(),
            source: one.source,
            kind: one.kind,
            identity: one.identity.map(|(kind, value)| NamedBy { kind, value }),
        };
        Self {
            kind: asked.conflict.kind,
            by: asked.conflict.by,
            evidence: asked.evidence.into_iter().map(evidence).collect(),
            merged: PeoplePreview::new(asked.merged, currency),
        }
    }
}
