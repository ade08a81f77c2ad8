//! The one comparison that properties and mutants share: what the engine came to against what the oracle says.

use std::collections::BTreeSet;

use perennial_kernel::{Body, Day, Instant};
use perennial_rules::effect::{Effect, Move};
use perennial_rules::history::History;
use perennial_rules::lifecycle::walk;

use crate::drive::{Drive, Member};
use crate::oracle::{self, Look, Told};

/// The standing decisions of a member, and its path restated, are the oracle's, up to `until`.
pub fn compare(drive: &Drive, model: &str, told: &[Told], look: &impl Look, until: Instant) -> Result<(), String> {
    let nobody = Member::default();
    let member = drive.member("member").unwrap_or(&nobody);
    let calendar = &drive.reference().calendar;
    let recorded: Vec<Move> = member.decisions(model).into_iter().map(|(_, step)| step).collect();
    same("standing decisions", &recorded, &oracle::decisions(told, look, calendar, until))?;
    let compiled = drive.reference().model(model).ok_or("the model is not in force")?;
    let history = History::new(member.facts.clone());
    let path = walk::path(drive.reference(), compiled, &history, Instant::MIN, until);
    let path: Vec<Move> = path.moves.into_iter().map(|walked| walked.step).collect();
    same("the restated path", &path, &oracle::restated(told, look, calendar, until))?;
    state_stands_there(drive, member, model, &path)?;
    timers_are_sound(drive, member)
}

/// As of the end of any day a look at the profile says what the oracle says.
pub fn compare_days(drive: &Drive, model: &str, told: &[Told], look: &impl Look, days: impl Iterator<Item = Day>) -> Result<(), String> {
    let reference = drive.reference();
    let compiled = reference.model(model).ok_or("the model is not in force")?;
    let history = History::new(drive.member("member").map(|member| member.facts.clone()).unwrap_or_default());
    for day in days {
        let until = reference.calendar.end(day);
        let book = history.book(reference, until);
        let stand = book.known_from.map(|_| walk::stand(reference, compiled, &book, until));
        let ours = stand.map(|stand| (compiled.stages[stand.stage].id.clone(), stand.life));
        let oracle = oracle::place_on(told, look, &reference.calendar, day);
        if ours != oracle {
            return Err(format!("on {day} the member stands at {ours:?}, the oracle says {oracle:?}"));
        }
    }
    Ok(())
}

/// The snapshot says where the path ends.
fn state_stands_there(drive: &Drive, member: &Member, model: &str, path: &[Move]) -> Result<(), String> {
    let state = member.whole_state();
    let standing = state.as_ref().and_then(|state| state.standing(model)).map(|held| (held.stage.as_str(), held.life));
    let last = path.last().map(|step| (step.to.as_str(), step.life));
    if standing != last {
        return Err(format!("the state stands at {standing:?}, the path ends at {last:?}"));
    }
    let due = state.iter().flat_map(|state| perennial_rules::program::next_due(drive.reference(), state)).count();
    if due > drive.reference().models().len() { Err(format!("{due} timers")) } else { Ok(()) }
}

/// Each timer fires once for what is known, after decisions began to be recorded, and changes something on its very instant.
fn timers_are_sound(drive: &Drive, member: &Member) -> Result<(), String> {
    let mut fired = BTreeSet::new();
    let mut live_from = None;
    let mut known = false;
    for written in drive.journal.iter().filter(|written| member.facts.iter().any(|fact| fact.id == written.fact.id)) {
        let fact = &written.fact;
        if let Body::TimerDue { policy } = &fact.body {
            let changes = |effect: &Effect| matches!(effect, Effect::StageChanged(decision) if decision.step.at == fact.occurred_at);
            if written.effects.is_empty() || !written.effects.iter().all(changes) {
                return Err(format!("the timer of {policy} at {} came to {:?}", fact.occurred_at, written.effects));
            }
            if !fired.insert((policy.clone(), fact.occurred_at)) {
                return Err(format!("the timer of {policy} at {} fired twice", fact.occurred_at));
            }
            if live_from.is_none_or(|live| fact.occurred_at <= live) {
                return Err(format!("a timer fired at {}, before decisions are recorded", fact.occurred_at));
            }
        } else if matches!(fact.body, Body::ImportRetracted { .. }) {
            // What is known may end here; the member's next fact may begin anew. What fell due by what was taken back may fall due again, when
            // the same is told by somebody else.
            known = false;
            fired.clear();
        } else if !known {
            known = true;
            let started = if fact.origin == perennial_kernel::Origin::Backfill { fact.recorded_at() } else { fact.occurred_at };
            live_from = Some(live_from.map_or(started, |at: Instant| at.min(started)));
        }
    }
    Ok(())
}

fn same(what: &str, ours: &[Move], oracle: &[Move]) -> Result<(), String> {
    if ours == oracle {
        return Ok(());
    }
    let show = |moves: &[Move]| moves.iter().map(|step| format!("  {}", line(step))).collect::<Vec<_>>().join("\n");
    Err(format!("{what} are\n{}\nthe oracle says\n{}", show(ours), show(oracle)))
}

/// A move for a reader.
pub fn line(step: &Move) -> String {
    let from = step.from.as_deref().unwrap_or("nowhere");
    let again = if step.reactivated { ", reactivated" } else { "" };
    format!("{} {from} -> {} life {}{again}", step.at, step.to, step.life)
}
