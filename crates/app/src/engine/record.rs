//! Recording what a source sent: who it belongs to, what fell due before it, the fact, the identities it made known.

use perennial_kernel::{Body, EffectId, Fact, FactId, Identity, ImportId, Incoming, Origin, Personal, SubjectId};

use super::EngineError;
use super::batch::{Batch, Decided};
use super::command::{Answer, Receipt, Refusal};
use super::plan::Planned;
use crate::port::journal::{Owner, Seen};
use crate::term::Term;

/// An event this far ahead of our clock is an error of its sender, not of clocks.
const AHEAD_MS_MAX: i64 = 10 * 60 * 1000;

impl Batch<'_> {
    pub(super) fn record(
        &mut self,
        planned: &Planned,
        incoming: &Incoming,
        import: Option<ImportId>,
    ) -> Result<Option<Answer>, EngineError> {
        if incoming.occurred_at.0 > self.now.0 + AHEAD_MS_MAX {
            return Ok(Some(Answer::Refused(Refusal {
                code: "occurred_in_future",
                en: format!("{} lies in the future", incoming.occurred_at),
                zh: format!("发生时间 {} 晚于当前时间", incoming.occurred_at),
            })));
        }
        let origin = self.origin_of(incoming);
        let Some(owner) = self.owner_or_new(planned, incoming) else { return Ok(None) };
        let mut effects = Vec::new();
        let mut unknown = false;
        if owner.subject != SubjectId::NOBODY {
            self.open_member(owner);
            self.open_order(planned.order, owner.subject);
            unknown = self.members.get(&owner.subject).is_none_or(|working| working.state.is_none());
            if !unknown {
                self.advance(owner, incoming.occurred_at, &mut effects);
            }
        }
        // Orders of an erased member go on, so that accounts balance; who bought is not learned again through them.
        let erased =
            self.members.get(&owner.subject).and_then(|working| working.state.as_ref()).is_some_and(|state| state.book.is_erased());
        let decided = Decided {
            fact: self.next_fact(owner, incoming.occurred_at, origin, import, incoming.body.clone()),
            source: incoming.source.clone(),
            object: self.secrets.stored_object(incoming),
            object_version: incoming.version.clone(),
            // A sale without member has nobody whose key could seal a name.
            personal: if owner.subject == SubjectId::NOBODY || erased { Personal::default() } else { incoming.personal.clone() },
            member: owner.subject,
            effects: Vec::new(),
        };
        let id = self.decide(owner, decided, &mut effects);
        self.remember(planned, id);
        if !erased {
            self.make_findable(owner.subject, Term::of_personal(&incoming.personal));
        }
        if owner.subject == SubjectId::NOBODY {
            self.keep_anonymous(planned.order, owner.lane, &incoming.body, id);
        } else {
            // After the fact itself, so that a first purchase is one decision and not two.
            if !erased {
                self.attach_identities(planned, incoming, owner, unknown, id, &mut effects);
            }
            if let Some(order) = planned.order {
                self.give_waiting(order, owner, &mut effects)?;
            }
        }
        let member = (owner.subject != SubjectId::NOBODY).then_some(owner.subject);
        Ok(Some(Answer::Recorded(Receipt { fact: id, member, effects })))
    }

    /// Facts from before a source went live are backfill.
    pub(super) fn origin_of(&self, incoming: &Incoming) -> Origin {
        let live_from = self.loaded.sources.get(&incoming.source).copied().unwrap_or(self.now);
        if incoming.occurred_at < live_from { Origin::Backfill } else { Origin::Live }
    }

    /// The command's owner: known, or a new subject; [`SubjectId::NOBODY`] for a sale without member. `None` when its lane is not held.
    pub(super) fn owner_or_new(&mut self, planned: &Planned, incoming: &Incoming) -> Option<Owner> {
        let owner = match self.known_owner(planned) {
            Some(owner) => owner,
            None if incoming.identities.is_empty() => Owner { subject: SubjectId::NOBODY, lane: planned.home(self.lanes) },
            None => {
                let lane = planned.home(self.lanes);
                let head = self.heads.get_mut(&lane)?;
                head.subjects += 1;
                Owner { subject: SubjectId::nth(lane, head.subjects), lane }
            }
        };
        self.heads.contains_key(&owner.lane).then_some(owner)
    }

    /// Identities not seen before become facts of their own, their values sealed. `unknown`: nothing was known of the member before.
    pub(super) fn attach_identities(
        &mut self,
        planned: &Planned,
        incoming: &Incoming,
        owner: Owner,
        unknown: bool,
        first: FactId,
        effects: &mut Vec<EffectId>,
    ) {
        let (origin, import) = self
            .decided
            .iter()
            .rev()
            .find(|one| one.fact.id == first)
            .map_or((Origin::Live, None), |one| (one.fact.origin, one.fact.import));
        for (identity, token) in incoming.identities.iter().zip(&planned.tokens) {
            match self.owners.get(token) {
                // Claimed, but nothing is left of the member (an undone import): say again who it is.
                Some(held) if held.subject == owner.subject && unknown => {}
                Some(_) => continue,
                None => {
                    self.owners.insert(*token, owner);
                    self.claims.push((*token, owner));
                }
            }
            self.make_findable(owner.subject, Term::of_identity(identity));
            let decided =
                identity_fact(self.next_fact(owner, incoming.occurred_at, origin, import, attached(identity)), incoming, identity);
            self.decide(owner, decided, effects);
        }
    }

    /// Of whom nobody knows who it is, nobody asks.
    fn make_findable(&mut self, member: SubjectId, term: Option<Term>) {
        if let Some(term) = term.filter(|_| member != SubjectId::NOBODY) {
            self.set.search.push((self.secrets.search_token(&term), member));
        }
    }

    pub(super) fn remember(&mut self, planned: &Planned, fact: FactId) {
        let seen = Seen { content: planned.content, fact };
        self.loaded.seen.insert(planned.key, seen);
        self.set.seen.push((planned.key, seen));
        if let Some(incoming) = planned.incoming()
            && !self.loaded.sources.contains_key(&incoming.source)
        {
            self.loaded.sources.insert(incoming.source.clone(), self.now);
            self.set.sources.push((incoming.source.clone(), self.now));
        }
    }
}

fn attached(identity: &Identity) -> Body {
    Body::IdentityAttached { kind: identity.kind.as_str().to_owned() }
}

fn identity_fact(fact: Fact, incoming: &Incoming, identity: &Identity) -> Decided {
    Decided {
        member: fact.subject,
        fact,
        source: incoming.source.clone(),
        object: format!("identity:{}", identity.kind),
        object_version: String::new(),
        personal: Personal(vec![("value".to_owned(), identity.value.clone())]),
        effects: Vec::new(),
    }
}
