//! Corrections: a late fact or a retraction restates the path since decisions are recorded, and says which recorded ones no longer hold.

use perennial_kernel::{Fact, Instant};

use crate::effect::{Effect, StageDecision};
use crate::history::History;
use crate::lifecycle::model::Model;
use crate::lifecycle::walk::{self, Walked};
use crate::reference::Reference;
use crate::state::{Opened, Past, Recorded, State};

/// Corrections of every active model's recorded path, from the earliest recorded decision of its version to the clock.
pub fn correct(reference: &Reference, before: &State, after: &State, past: &Past, fact: &Fact) -> Vec<Effect> {
    let mut facts = past.facts.clone();
    facts.push(fact.clone());
    let history = History::new(facts);
    let mut effects = Vec::new();
    for model in reference.models() {
        let (since, opened) = match before.standing(&model.id) {
            Some(held) if held.is_of(model) => (held.since, held.opened.clone()),
            // This version decides for the first time, at the clock.
            Some(held) => (after.clock, Opened::From { stage: held.stage.clone(), life: held.life }),
            None => (after.clock, Opened::Quietly),
        };
        let restated = walk::recorded(reference, model, &history, since, &opened, after.clock);
        effects.extend(difference(model, standing_decisions(past, model, since), restated));
    }
    effects
}

/// Every standing decision is withdrawn: nothing is left of the member.
pub fn withdraw_all(reference: &Reference, past: &Past) -> Vec<Effect> {
    let mut recorded = past.recorded.clone();
    recorded.sort_by_key(|held| (held.decision.step.at, held.id));
    recorded
        .into_iter()
        .map(|held| Effect::StageCorrected {
            version: reference.model(&held.decision.model).map_or(held.decision.version, |model| model.version),
            model: held.decision.model,
            supersedes: Some(held.id),
            instead: None,
        })
        .collect()
}

fn standing_decisions(past: &Past, model: &Model, since: Instant) -> Vec<Recorded> {
    let now = (model.version, model.value, model.signals);
    let is_of = |held: &Recorded| (held.decision.version, held.decision.value, held.decision.signals) == now;
    let mut recorded: Vec<Recorded> = past
        .recorded
        .iter()
        .filter(|held| held.decision.model == model.id && is_of(held) && held.decision.step.at >= since)
        .cloned()
        .collect();
    recorded.sort_by_key(|held| (held.decision.step.at, held.id));
    recorded
}

/// Equal decisions stand; the others are superseded one by one, in order. Both lists ascend by instant.
///
/// Of several at one instant those up to the first difference stand: what is decided anew comes after by its id, so that standing
/// decisions in the order of (instant, id) are the path in its order.
fn difference(model: &Model, recorded: Vec<Recorded>, restated: Vec<Walked>) -> Vec<Effect> {
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    let (mut recorded, mut restated) = (recorded.into_iter().peekable(), restated.into_iter().peekable());
    loop {
        let ours = recorded.peek().map(|held| held.decision.step.at);
        let Some(at) = ours.into_iter().chain(restated.peek().map(|walked| walked.step.at)).min() else { break };
        let mut alike = true;
        loop {
            let held = recorded.next_if(|held| held.decision.step.at == at);
            let walked = restated.next_if(|walked| walked.step.at == at);
            if held.is_none() && walked.is_none() {
                break;
            }
            alike &= matches!((&held, &walked), (Some(held), Some(walked)) if held.decision.step == walked.step);
            if !alike {
                gone.extend(held);
                come.extend(walked);
            }
        }
    }
    let mut gone = gone.into_iter();
    let mut effects = Vec::new();
    for walked in come {
        let instead = StageDecision {
            model: model.id.clone(),
            version: model.version,
            value: model.value,
            signals: model.signals,
            step: walked.step,
            seen: walked.seen,
        };
        let supersedes = gone.next().map(|held| held.id);
        effects.push(Effect::StageCorrected { model: model.id.clone(), version: model.version, supersedes, instead: Some(instead) });
    }
    effects.extend(gone.map(|held| Effect::StageCorrected {
        model: model.id.clone(),
        version: model.version,
        supersedes: Some(held.id),
        instead: None,
    }));
    effects
}

/// The decisions that stand after a run of effects, each with its id: what a late fact is compared with.
pub fn standing_of(effects: impl IntoIterator<Item = (perennial_kernel::EffectId, Effect)>) -> Vec<Recorded> {
    let mut past = Past::default();
    past.take_effects(effects);
    past.recorded
}
