//! The join form, and joining by it.

use perennial_app::join::{AskedField, JoinForm as Form, is_identity};
use perennial_app::profile;
use perennial_condition::Name;
use perennial_rules::fields::{CustomField, FieldType};
use perennial_rules::lifecycle::document::Label;
use perennial_rules::reference::Brand;
use serde::Serialize;
use utoipa::ToSchema;

use super::{FieldDefinition, Words};

impl From<&Label> for Words {
    fn from(label: &Label) -> Self {
        Self { en: label.en.clone(), zh: label.zh.clone() }
    }
}

/// What those who join are asked, as in force.
#[derive(Serialize, ToSchema)]
pub struct JoinForm {
    /// Null where there is none yet.
    pub version: Option<i64>,
    pub title: Words,
    pub gate: JoinGate,
    pub fields: Vec<JoinField>,
    pub consents: Vec<JoinConsent>,
}

#[derive(Serialize, ToSchema)]
pub struct JoinGate {
    /// `free`, `first_purchase`, `minimum_spend`, `fee`, `invitation`, `code`.
    pub kind: String,
    /// Of `minimum_spend` and `fee`.
    pub amount: Option<String>,
    /// Of `code`; told to people only, not to API keys.
    pub codes: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct JoinField {
    pub id: String,
    pub required: bool,
    /// Asked some time after joining, for a reward.
    pub later: bool,
    /// What for, as the member is told.
    pub purpose: Words,
    pub min: Option<String>,
    pub max: Option<String>,
    /// Type, label and choices, for whoever shows the form.
    pub field: FieldDefinition,
}

#[derive(Serialize, ToSchema)]
pub struct JoinConsent {
    pub purpose: String,
    pub channel: String,
    /// Nobody joins without it.
    pub required: bool,
    /// What it is called, and what the member agrees to.
    pub name: Words,
    pub text: Words,
}

impl JoinForm {
    pub fn new(version: Option<i64>, form: &Form, brand: &Brand, with_codes: bool) -> Self {
        let consent = |asked: &perennial_app::join::AskedConsent| {
            let held = brand.consents.purposes.iter().find(|purpose| purpose.id == asked.purpose);
            let by = brand.consents.channels.iter().find(|(id, _)| *id == asked.channel);
            let name = held.zip(by).map(|(purpose, (_, channel))| {
                Name::new(format!("{} · {}", purpose.name.en, channel.en), format!("{} · {}", purpose.name.zh, channel.zh))
            });
            JoinConsent {
                purpose: asked.purpose.clone(),
                channel: asked.channel.clone(),
                required: asked.required,
                name: (&name.unwrap_or_default()).into(),
                text: (&held.map(|purpose| purpose.text.clone()).unwrap_or_default()).into(),
            }
        };
        Self {
            version,
            title: (&form.title).into(),
            gate: JoinGate {
                kind: form.gate.kind.clone(),
                amount: form.gate.amount.clone(),
                codes: if with_codes { form.gate.codes.clone() } else { Vec::new() },
            },
            fields: form.fields.iter().map(|asked| field(asked, brand)).collect(),
            consents: form.consents.iter().map(consent).collect(),
        }
    }
}

fn field(asked: &AskedField, brand: &Brand) -> JoinField {
    let held = if is_identity(&asked.id) { Some(identity(&asked.id)) } else { profile::field(brand, &asked.id).cloned() };
    // A form in force names fields that are there: one that is not would have been refused with the document that dropped it.
    let held = held.unwrap_or_else(|| identity(&asked.id));
    JoinField {
        id: asked.id.clone(),
        required: asked.required,
        later: asked.later,
        purpose: (&asked.purpose).into(),
        min: asked.min.clone(),
        max: asked.max.clone(),
        field: FieldDefinition::new(&held),
    }
}

/// An identity as a form asks for it.
pub(super) fn identity(id: &str) -> CustomField {
    let label = match id {
        "phone" => Name::new("Phone", "手机号"),
        "email" => Name::new("Email", "邮箱"),
        other => Name::new(other, other),
    };
    CustomField { id: id.to_owned(), ty: FieldType::Text, label, personal: true, choices: Vec::new() }
}

/// The whole form from now on.
#[derive(ToSchema)]
pub struct PutJoinForm {
    pub title: Words,
    pub gate: JoinGate,
    pub fields: Vec<PutJoinField>,
    pub consents: Option<Vec<PutJoinConsent>>,
    /// Why, for the list of versions.
    pub reason: Option<String>,
}

#[derive(ToSchema)]
pub struct PutJoinField {
    /// `phone`, `email`, `name`, `gender`, `birth_year`, `city`, `address`, or a field of the brand's own.
    pub id: String,
    pub required: Option<bool>,
    pub later: Option<bool>,
    pub purpose: Words,
    pub min: Option<String>,
    pub max: Option<String>,
}

#[derive(ToSchema)]
pub struct PutJoinConsent {
    pub purpose: String,
    pub channel: String,
    pub required: Option<bool>,
}

/// Somebody who joins, as the form in force asks.
#[derive(ToSchema)]
pub struct Join {
    /// The source's own id of this joining: the same again is answered again.
    pub join_id: String,
    /// Now where absent.
    pub joined_at: Option<String>,
    #[schema(value_type = Object, example = json!({"phone": "19900000001", "name": "李雷", "skin": "dry"}))]
    pub fields: serde_json::Value,
    /// What the channel itself knows: `wechat_open`, `wechat_union`, `number` …
    #[schema(value_type = Option<Object>, example = json!({"wechat_open": "oX8fabcdefgh1234"}))]
    pub identities: Option<serde_json::Value>,
    pub consents: Option<Vec<JoinConsentGiven>>,
    pub code: Option<String>,
    /// Who invited: one identity.
    #[schema(value_type = Option<Object>, example = json!({"phone": "19900000002"}))]
    pub invited_by: Option<serde_json::Value>,
    /// As a text such as `"99.00"`.
    pub fee_paid: Option<String>,
}

#[derive(ToSchema)]
pub struct JoinConsentGiven {
    pub purpose: String,
    pub channel: String,
}

/// Recorded, or recorded before.
#[derive(Serialize, ToSchema)]
pub struct Joined {
    pub member: Option<String>,
    pub fact: String,
    pub repeated: bool,
}
