//! Everything about one member, for the member (SPEC ID-6): machine-readable JSON and the same as text, in one ZIP.
//!
//! Nothing is masked: whoever asks for it needs the permission, and the asking is in the audit trail.

use std::fmt::Write as _;
use std::io::Write as _;

use perennial_kernel::{Body, FactId, MemberId, Personal};
use perennial_rules::fields::text_of;
use serde_json::{Map, Value, json};

use crate::consent;
use crate::house::House;
use crate::port::{PortError, StoredFact};
use crate::profile::{self, Known};
use crate::query::{QueryResult, member, person, search};

/// The package as a ZIP file.
pub fn zip(house: &House, member: MemberId, by: &str) -> QueryResult<Vec<u8>> {
    let whole = json(house, member)?;
    let bytes = serde_json::to_vec_pretty(&whole).map_err(|error| PortError::Failed(error.to_string()))?;
    let files = [("member.json", bytes), ("member.txt", text(&whole).into_bytes())];
    let zipped = zipped(&files).map_err(|error| PortError::Failed(format!("the package could not be written: {error}")))?;
    let about = search::member_of(house, member)?;
    house.audit_about(by, "member_exported", Some(about), "")?;
    Ok(zipped)
}

fn zipped(files: &[(&str, Vec<u8>)]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let plain = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        archive.start_file(*name, plain)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// The package as JSON: what is known now, what was said, bought and done, what was decided, and every fact behind it.
pub fn json(house: &House, member: MemberId) -> QueryResult<Value> {
    let case = member::open(house, member)?;
    let reference = house.reference();
    let opened: Vec<(&StoredFact, Personal)> = person::opened(house, &case.stored)?;
    let sealed = |id: FactId| opened.iter().find(|(fact, _)| fact.id() == id).map(|(_, personal)| personal);
    let mut identities = Vec::new();
    for (fact, personal) in opened.iter().filter(|(fact, _)| fact.kind == "identity.attached") {
        let kind = fact.object.strip_prefix("identity:").unwrap_or(&fact.object);
        identities
            .push(json!({"type": kind, "value": personal.get("value"), "since": fact.occurred_at.to_string(), "source": fact.source}));
    }
    let known = profile::known(house, member)?;
    let fields: Vec<Value> = known.iter().filter(|known| known.from.is_some()).map(|known| field(house, known, &opened)).collect();
    let consents: Vec<Value> = consent::standing(house, member)?.iter().filter(|one| !one.history.is_empty()).map(consent_json).collect();
    let of = |kinds: &[&str]| -> Vec<Value> {
        let wanted = case.stored.iter().filter(|fact| kinds.iter().any(|kind| fact.kind.starts_with(kind)));
        wanted.map(|fact| with_payload(fact, sealed(fact.id()))).collect()
    };
    let mut decisions = Vec::new();
    for (id, effect) in &case.effects {
        let Some(decision) = effect.decision() else { continue };
        decisions.push(json!({
            "at": decision.step.at.to_string(), "model": decision.model, "version": decision.version, "from": decision.step.from,
            "to": decision.step.to, "life": decision.step.life, "decision": id.to_string(), "kind": effect.kind(),
            "seen": decision.seen.iter().map(|seen| (seen.field.clone(), seen.value.clone().into())).collect::<Map<String, Value>>(),
        }));
    }
    Ok(json!({
        "format": "perennial member package 1",
        "brand": reference.brand.name,
        "currency": reference.brand.currency.code(),
        "member": case.member.to_string(),
        "made_at": house.now().to_string(),
        "erased": case.facts.iter().any(|fact| fact.body == Body::MemberErased),
        "identities": identities,
        "profile": fields,
        "consents": consents,
        "orders": of(&["order."]),
        "behaviours": of(&["behaved"]),
        "decisions": decisions,
        "facts": of(&[""]),
    }))
}

fn field(house: &House, known: &Known, opened: &[(&StoredFact, Personal)]) -> Value {
    let currency = house.reference().brand.currency;
    let from = known.from.as_ref();
    let sealed = || {
        let fact = from.and_then(|origin| opened.iter().find(|(fact, _)| fact.id() == origin.fact));
        fact.and_then(|(_, personal)| personal.get(&known.field.id)).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let value = if known.field.personal { sealed() } else { known.value.as_ref().map(|value| text_of(value, currency)) };
    json!({
        "field": known.field.id, "name": {"en": known.field.label.en, "zh": known.field.label.zh}, "type": known.field.ty.as_str(),
        "value": value, "source": from.map(|origin| origin.source.clone()), "since": from.map(|origin| origin.occurred_at.to_string()),
    })
}

fn consent_json(one: &consent::Standing) -> Value {
    let said =
        |said: &consent::Said| json!({"given": said.given, "at": said.at.to_string(), "source": said.source, "text_version": said.text});
    json!({
        "purpose": one.purpose, "channel": one.channel, "given": one.now.as_ref().map(|said| said.given),
        "history": one.history.iter().map(said).collect::<Vec<_>>(),
    })
}

fn with_payload(fact: &StoredFact, personal: Option<&Personal>) -> Value {
    let payload: Value = serde_json::from_slice(&fact.payload).unwrap_or(Value::Null);
    let mut row = json!({
        "fact": fact.id().to_string(), "kind": fact.kind, "occurred_at": fact.occurred_at.to_string(),
        "recorded_at": fact.recorded_at.to_string(), "origin": fact.origin.as_str(), "source": fact.source, "object": fact.object,
        "content": payload,
    });
    if let Some(personal) = personal {
        row["personal"] =
            personal.0.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect::<Map<String, Value>>().into();
    }
    row
}

/// The same, for reading. One line each, in the order of the JSON.
fn text(whole: &Value) -> String {
    let word = |value: &Value| match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let rows = |name: &str| whole[name].as_array().cloned().unwrap_or_default();
    let mut text = String::new();
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line(format!("{} · {} · {}", word(&whole["brand"]), word(&whole["member"]), word(&whole["made_at"])));
    line("\n# 身份 / Identities".to_owned());
    for row in rows("identities") {
        line(format!("{}: {} ({}, {})", word(&row["type"]), word(&row["value"]), word(&row["since"]), word(&row["source"])));
    }
    line("\n# 资料 / Profile".to_owned());
    for row in rows("profile") {
        let name = format!("{} / {}", word(&row["name"]["zh"]), word(&row["name"]["en"]));
        line(format!("{name}: {} ({}, {})", word(&row["value"]), word(&row["since"]), word(&row["source"])));
    }
    line("\n# 授权 / Consents".to_owned());
    for row in rows("consents") {
        for said in row["history"].as_array().into_iter().flatten() {
            let given = if said["given"] == true { "同意 / given" } else { "撤回 / withdrawn" };
            let text_version = word(&said["text_version"]);
            line(format!(
                "{} {} · {}: {given} (v{text_version}, {})",
                word(&said["at"]),
                word(&row["purpose"]),
                word(&row["channel"]),
                word(&said["source"])
            ));
        }
    }
    for (name, title) in [("orders", "订单 / Orders"), ("behaviours", "行为 / Behaviours")] {
        line(format!("\n# {title}"));
        for row in rows(name) {
            line(format!("{} {} {} {}", word(&row["occurred_at"]), word(&row["kind"]), word(&row["object"]), row["content"]));
        }
    }
    line("\n# 判定 / Decisions".to_owned());
    for row in rows("decisions") {
        line(format!("{} {}: {} → {}", word(&row["at"]), word(&row["model"]), word(&row["from"]), word(&row["to"])));
    }
    let _ = writeln!(text, "\n# 全部事实见 member.json / every fact stands in member.json");
    text
}
