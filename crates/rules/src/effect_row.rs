//! The row form of effects: canonical JSON, like [`crate::payload`] for facts. Replay compares these bytes.

use perennial_kernel::{EffectId, Instant};
use serde::{Deserialize, Serialize};

use crate::effect::{Effect, Move, Seen, StageDecision};
use crate::payload::Unreadable;

#[derive(Serialize, Deserialize)]
struct EffectRow {
    model: String,
    version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signals: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    supersedes: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step: Option<MoveRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seen: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct MoveRow {
    at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    to: String,
    life: u32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    reactivated: bool,
}

/// The bytes of an effect.
pub fn encode(effect: &Effect) -> Vec<u8> {
    let (supersedes, decision) = match effect {
        Effect::StageChanged(decision) => (None, Some(decision)),
        Effect::StageCorrected { supersedes, instead, .. } => (supersedes.map(|id| id.to_string()), instead.as_ref()),
    };
    let version = match effect {
        Effect::StageChanged(decision) => decision.version,
        Effect::StageCorrected { version, .. } => *version,
    };
    let row = EffectRow {
        model: effect.model().to_owned(),
        version,
        value: decision.and_then(|decision| decision.value),
        signals: decision.and_then(|decision| decision.signals),
        supersedes,
        step: decision.map(|d| MoveRow {
            at: d.step.at.0,
            from: d.step.from.clone(),
            to: d.step.to.clone(),
            life: d.step.life,
            reactivated: d.step.reactivated,
        }),
        seen: decision.map(|d| d.seen.iter().map(|s| (s.field.clone(), s.value.clone())).collect()).unwrap_or_default(),
    };
    serde_json::to_vec(&row).expect("rows of strings and integers always serialise")
}

/// Reads an effect back; `kind` is [`Effect::kind`].
pub fn decode(kind: &str, bytes: &[u8]) -> Result<Effect, Unreadable> {
    let fail = |reason: &str| Unreadable { kind: kind.to_owned(), version: crate::payload::VERSION, reason: reason.to_owned() };
    let row: EffectRow = serde_json::from_slice(bytes).map_err(|error| fail(&error.to_string()))?;
    let (model, version, value, signals) = (row.model, row.version, row.value, row.signals);
    let seen = row.seen.into_iter().map(|(field, value)| Seen { field, value }).collect();
    let decision = row.step.map(|step| StageDecision {
        model: model.clone(),
        version,
        value,
        signals,
        step: Move { at: Instant(step.at), from: step.from, to: step.to, life: step.life, reactivated: step.reactivated },
        seen,
    });
    match kind {
        "stage.changed" => Ok(Effect::StageChanged(decision.ok_or_else(|| fail("no step"))?)),
        "stage.corrected" => {
            let supersedes = match row.supersedes {
                None => None,
                Some(text) => Some(EffectId::parse(&text).ok_or_else(|| fail("bad effect id"))?),
            };
            Ok(Effect::StageCorrected { model, version, supersedes, instead: decision })
        }
        _ => Err(fail("unknown kind")),
    }
}

#[cfg(test)]
mod tests {
    use perennial_kernel::{FactId, Lane, Position, Seq};

    use super::*;

    #[test]
    fn effects_are_read_back_as_written() {
        let decision = StageDecision {
            model: "rf".into(),
            version: 2,
            value: None,
            signals: None,
            step: Move { at: Instant(7), from: Some("new.first".into()), to: "new.second".into(), life: 1, reactivated: false },
            seen: vec![Seen { field: "f_life".into(), value: "2".into() }],
        };
        let id = EffectId { fact: FactId { recorded_at: Instant(9), position: Position::new(Lane(1), Seq(2)) }, ordinal: 3 };
        for effect in [
            Effect::StageChanged(decision.clone()),
            Effect::StageChanged(StageDecision { value: Some(4), ..decision.clone() }),
            Effect::StageChanged(StageDecision { signals: Some(5), ..decision.clone() }),
            Effect::StageCorrected { model: "rf".into(), version: 2, supersedes: Some(id), instead: Some(decision) },
            Effect::StageCorrected { model: "rf".into(), version: 2, supersedes: Some(id), instead: None },
        ] {
            assert_eq!(decode(effect.kind(), &encode(&effect)).unwrap(), effect);
        }
        assert!(decode("stage.changed", b"{\"model\":\"rf\",\"version\":1}").is_err());
    }
}
