//! Orders from an API: checked at the door, put into the queue, answered after the commit.

use std::sync::Arc;

use perennial_kernel::{EffectId, FactId, Incoming, MemberId, Seq};
use perennial_source::Context;
pub use perennial_source::door::{
    AmountInput, CancelInput, FieldProblem, LineInput, MemberInput, OrderInput, RefundInput, RefundLineInput, cancel, place, refund, update,
};

use crate::engine::{Answer, Command, EngineError, Overloaded, Receipt, Refusal};
use crate::house::House;
use crate::port::{PortError, PortResult};
use crate::read;

/// What became of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    Recorded(Receipt),
    /// The same had come before: the first answer again.
    Repeated(Receipt),
    /// Something else stands under the same key and version.
    Conflict(FactId),
    Refused(Refusal),
}

/// The brand's side of checking what `source` sends.
pub fn context(house: &House, source: &str) -> Context {
    let reference = house.reference();
    Context {
        calendar: reference.calendar.clone(),
        currency: reference.brand.currency,
        source: source.to_owned(),
        today: reference.calendar.day(house.now()),
        shift_days: 0,
    }
}

/// Queues it; `reply` is called by the writer after the commit, or not at all when the queue is full.
pub fn submit(
    house: &House,
    incoming: Incoming,
    reply: impl FnOnce(Result<Answer, Arc<EngineError>>) + Send + 'static,
) -> Result<(), Overloaded> {
    let command = Command::Record { incoming: Box::new(incoming), import: None };
    let reply = Box::new(move |answers: Result<Vec<Answer>, Arc<EngineError>>| {
        // One command, one answer; none would be a writer that lost it, and the caller hears so by its dropped channel.
        match answers.map(|answers| answers.into_iter().next()) {
            Ok(Some(answer)) => reply(Ok(answer)),
            Ok(None) => {}
            Err(error) => reply(Err(error)),
        }
    });
    house.queue().submit(vec![command], reply)
}

/// Puts the engine's answer into terms of orders; a repeated one gets its first answer from the journal.
pub fn outcome(house: &House, answer: Answer) -> PortResult<Outcome> {
    Ok(match answer {
        Answer::Recorded(receipt) => Outcome::Recorded(receipt),
        Answer::Repeated(fact) => Outcome::Repeated(first_receipt(house, fact)?),
        Answer::Conflict(fact) => Outcome::Conflict(fact),
        Answer::Refused(refusal) => Outcome::Refused(refusal),
        Answer::Unchanged => return Err(PortError::Failed("an order was answered as if nothing had to be written".to_owned())),
    })
}

/// A command's facts stand side by side in its lane: timers and identities before the fact answered, facts that waited for it after.
fn first_receipt(house: &House, fact: FactId) -> PortResult<Receipt> {
    /// More facts than one command writes; further timers of a member long asleep are left out.
    const AROUND: u64 = 64;
    let (lane, seq) = (fact.position.lane(), fact.position.seq());
    let after = Seq(seq.0.saturating_sub(AROUND + 1));
    let mut reader = house.reader();
    let facts = reader.tail(lane, after, 2 * AROUND as usize)?;
    let Some(at) = facts.iter().position(|held| held.position == fact.position) else {
        return Err(PortError::Damaged(format!("{fact} was answered, but is not in the journal")));
    };
    let subject = facts[at].subject;
    let kin = reader.kin(&[subject])?;
    let member_of = |subject: MemberId| kin.iter().find(|row| row.subject == subject).map_or(subject, |row| row.member);
    let ours = |held: &crate::port::StoredFact| member_of(held.subject) == member_of(subject) && held.recorded_at == fact.recorded_at;
    let before = facts[..at].iter().rev().take_while(|held| ours(held) && ["timer.due", "identity.attached"].contains(&held.kind.as_str()));
    let first = seq.0 - before.count() as u64;
    let behind = facts[at + 1..].iter().take_while(|held| ours(held) && held.object.starts_with("waited:"));
    let last = seq.0 + behind.count() as u64;
    let mut effects = Vec::new();
    for stored in reader.effects_between(lane, Seq(first - 1), Seq(last))? {
        read::effect(&stored)?;
        let held = facts.iter().find(|held| held.position == stored.position);
        effects.extend(held.map(|held| EffectId { fact: held.id(), ordinal: stored.ordinal }));
    }
    Ok(Receipt { fact, member: (subject != MemberId::NOBODY).then_some(member_of(subject)), effects })
}
