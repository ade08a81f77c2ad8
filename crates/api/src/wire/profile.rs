//! Custom fields, and what is known of one member in them.

use perennial_app::join::IDENTITIES;
use perennial_app::profile::{self, Known};
use perennial_condition::Name;
use perennial_kernel::{Attribute, Currency};
use perennial_rules::fields::{CustomField, CustomFields};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Money, Words};

/// The brand's own fields, as in force.
#[derive(Serialize, ToSchema)]
pub struct FieldDefinitions {
    /// Null where the brand has defined none yet.
    pub version: Option<i64>,
    pub fields: Vec<FieldDefinition>,
    /// What the product itself can know of everyone and a join form may ask for; of them, phone and email are identities.
    pub base: Vec<FieldDefinition>,
}

#[derive(Serialize, ToSchema)]
pub struct FieldDefinition {
    /// As conditions name it.
    pub id: String,
    /// `text`, `number`, `money`, `date`, `boolean`, `choice`, `multi_choice`.
    #[serde(rename = "type")]
    pub kind: String,
    pub label: Words,
    /// Sealed, masked, and read by no condition.
    pub personal: bool,
    pub choices: Vec<Choice>,
}

#[derive(Serialize, ToSchema)]
pub struct Choice {
    pub id: String,
    pub label: Words,
}

impl FieldDefinition {
    pub fn new(field: &CustomField) -> Self {
        let choice = |(id, label): &(String, Name)| Choice { id: id.clone(), label: label.into() };
        Self {
            id: field.id.clone(),
            kind: field.ty.as_str().to_owned(),
            label: (&field.label).into(),
            personal: field.personal,
            choices: field.choices.iter().map(choice).collect(),
        }
    }
}

impl FieldDefinitions {
    pub fn new(version: Option<i64>, fields: &CustomFields) -> Self {
        let base = IDENTITIES.iter().map(|id| super::join::identity(id)).chain(profile::base().iter().cloned());
        Self {
            version,
            fields: fields.all().iter().map(FieldDefinition::new).collect(),
            base: base.map(|field| FieldDefinition::new(&field)).collect(),
        }
    }
}

/// All fields of the brand's own from now on; those left out stay recorded and are shown no more.
#[derive(ToSchema)]
pub struct PutFields {
    pub fields: Vec<FieldDefinition>,
    /// Why, for the list of versions.
    pub reason: Option<String>,
}

/// One field of one member.
#[derive(Serialize, ToSchema)]
pub struct KnownField {
    pub field: FieldDefinition,
    /// One of the product's own fields, not the brand's.
    pub base: bool,
    /// Text, number, true or false, day, list of choices, or an amount; masked where personal; null when not known.
    #[schema(value_type = Value, nullable)]
    pub value: serde_json::Value,
    /// Which fact said so; null where none ever did.
    pub from: Option<FieldOrigin>,
}

#[derive(Serialize, ToSchema)]
pub struct FieldOrigin {
    pub fact: String,
    pub source: String,
    pub occurred_at: String,
}

impl KnownField {
    pub fn new(known: Known, currency: Currency) -> Self {
        let from = known.from.map(|origin| FieldOrigin {
            fact: origin.fact.to_string(),
            source: origin.source,
            occurred_at: origin.occurred_at.to_string(),
        });
        let value = known.value.map_or(serde_json::Value::Null, |value| attribute(&value, currency));
        Self { field: FieldDefinition::new(&known.field), base: known.base, value, from }
    }
}

fn attribute(value: &Attribute, currency: Currency) -> serde_json::Value {
    match value {
        Attribute::Text(text) => text.clone().into(),
        Attribute::Number(number) => (*number).into(),
        Attribute::Bool(flag) => (*flag).into(),
        Attribute::Day(day) => day.to_string().into(),
        Attribute::Money(money) => serde_json::json!(Money::new(*money, currency)),
        Attribute::Choices(list) => list.clone().into(),
        Attribute::Cleared => serde_json::Value::Null,
    }
}

/// Fields to set, by id; null takes back what was known, what is left out stays.
#[derive(ToSchema)]
pub struct PatchMember {
    #[schema(value_type = Object, example = json!({"name": "李雷", "city": "杭州", "skin": "dry", "likes": ["run"], "budget": "200.00"}))]
    pub fields: serde_json::Value,
}
