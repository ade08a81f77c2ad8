//! Recording what a source sent: who it belongs to, what fell due before it, the fact, the identities it made known.

use perennial_kernel::{Body, EffectId, Fact, FactId, Identity, ImportId, Incoming, Origin, Personal, Ruling, SubjectId};
use perennial_rules::member::people::Placed;
use perennial_rules::member::resolve::Pair;

use super::EngineError;
use super::batch::{Batch, Decided};
use super::command::{Answer, Receipt, Refusal};
use super::people::Place;
use super::plan::Planned;
use crate::port::journal::{RulingRow, Seen};
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
        let Some((place, placed)) = self.place(planned, incoming, import)? else { return Ok(None) };
        let mut effects = Vec::new();
        let mut unknown = false;
        if !place.is_nobody() {
            self.open_member(place);
            self.open_order(planned.order, place.member);
            unknown = self.members.get(&place.member).is_none_or(|working| working.state.is_none());
            if !unknown {
                self.advance(place, incoming.occurred_at, &mut effects)?;
            }
        }
        // Orders of an erased member go on, so that accounts balance; who bought is not learned again through them.
        let erased = self.is_erased(place.member);
        let decided = Decided {
            fact: self.next_fact(place, incoming.occurred_at, origin, import, incoming.body.clone()),
            source: incoming.source.clone(),
            object: self.secrets.stored_object(incoming),
            object_version: incoming.version.clone(),
            personal: if erased { Personal::default() } else { personal_of(planned, incoming, place, &placed) },
            member: place.member,
            effects: Vec::new(),
        };
        let id = self.decide(place, decided, &mut effects)?;
        self.remember(planned, id);
        self.make_findable(place.subject, Term::of_personal(&incoming.personal).filter(|_| !erased));
        if place.is_nobody() {
            self.keep_anonymous(planned.order, place.lane, &incoming.body, id);
        } else {
            self.people.born(place.subject, id);
            // After the fact itself, so that a first purchase is one decision and not two.
            self.attach_identities(planned, incoming, place, &placed, unknown, (id, origin, import), &mut effects)?;
            if let Some(order) = planned.order {
                self.give_waiting(order, place, &mut effects)?;
            }
        }
        let member = (!place.is_nobody()).then_some(place.member);
        Ok(Some(Answer::Recorded(Receipt { fact: id, member, effects })))
    }

    /// Facts from before a source went live are backfill.
    pub(super) fn origin_of(&self, incoming: &Incoming) -> Origin {
        let live_from = self.loaded.sources.get(&incoming.source).copied().unwrap_or(self.now);
        if incoming.occurred_at < live_from { Origin::Backfill } else { Origin::Live }
    }

    /// Identities not known of the subject before become facts of their own, their values sealed; one that is known from later on is
    /// dated back by the record itself. `unknown`: nothing was known of the member before.
    #[expect(clippy::too_many_arguments, reason = "a record with everything that was decided about it")]
    fn attach_identities(
        &mut self,
        planned: &Planned,
        incoming: &Incoming,
        place: Place,
        placed: &Placed,
        unknown: bool,
        (id, origin, import): (FactId, Origin, Option<ImportId>),
        effects: &mut Vec<EffectId>,
    ) -> Result<(), EngineError> {
        for at in 0..planned.named.len() {
            let is_own = self.people.roots.get(&planned.named[at].token).is_some_and(|root| root.subject == place.subject);
            let is_new = placed.attached.contains(&at);
            // Claimed, but nothing is left of the member (an undone import): say again who it is.
            if is_new || (unknown && is_own) {
                let identity = &incoming.identities[planned.places[at]];
                self.make_findable(place.subject, Term::of_identity(identity));
                let fact = self.next_fact(place, incoming.occurred_at, origin, import, attached(identity));
                let decided = identity_fact(fact, place, incoming, identity);
                let by = self.decide(place, decided, effects)?;
                if is_new {
                    self.keep_link(planned, incoming, at, place, import, by);
                }
            } else if placed.earlier.contains(&at) {
                self.keep_link(planned, incoming, at, place, import, id);
            }
        }
        Ok(())
    }

    /// Writes what somebody ruled, then forms the members that come of it.
    pub(super) fn rule(&mut self, planned: &Planned, ruling: &Ruling, why: &str) -> Result<Option<Answer>, EngineError> {
        let Some(&(first, _)) = ruling.together.iter().chain(&ruling.apart).next() else { return Ok(Some(Answer::Unchanged)) };
        let known = planned.command.subjects().iter().all(|subject| self.people.who.contains_key(subject));
        if !known {
            let (en, zh) = ("a ruling names somebody who is not known", "裁定中包含不存在的会员");
            return Ok(Some(Answer::Refused(Refusal { code: "member.unknown", en: en.to_owned(), zh: zh.to_owned() })));
        }
        if !planned.command.subjects().iter().all(|subject| self.holds_family(*subject)) {
            return Ok(None);
        }
        let place = self.place_of(first, planned.home(self.lanes));
        let decided = Decided {
            fact: self.next_fact(place, self.now, Origin::Live, None, Body::MembersRuled(ruling.clone())),
            source: super::OWN_SOURCE.to_owned(),
            object: "ruling".to_owned(),
            object_version: String::new(),
            personal: Personal(if why.is_empty() { Vec::new() } else { vec![("why".to_owned(), why.to_owned())] }),
            member: place.member,
            effects: Vec::new(),
        };
        let fact = self.decide(place, decided, &mut Vec::new())?;
        self.remember(planned, fact);
        let together = ruling.together.iter().map(|(a, b)| Pair { a: *a, b: *b, together: true, fact });
        for pair in together.chain(ruling.apart.iter().map(|(a, b)| Pair { a: *a, b: *b, together: false, fact })) {
            self.people.rule(pair);
            self.set.rulings.push(RulingRow { a: pair.a, b: pair.b, together: pair.together, fact });
        }
        self.settle(first, Some(fact.position))?;
        let member = self.people.member_of(first);
        Ok(Some(Answer::Recorded(Receipt { fact, member: Some(member), effects: Vec::new() })))
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

fn identity_fact(fact: Fact, place: Place, incoming: &Incoming, identity: &Identity) -> Decided {
    Decided {
        member: place.member,
        fact,
        source: incoming.source.clone(),
        object: format!("identity:{}", identity.kind),
        object_version: String::new(),
        personal: Personal(vec![("value".to_owned(), identity.value.clone())]),
        effects: Vec::new(),
    }
}

/// What is sealed with the record. An identity it dates back stands there too: the link rests on it.
fn personal_of(planned: &Planned, incoming: &Incoming, place: Place, placed: &Placed) -> Personal {
    // A sale without member has nobody whose key could seal a name.
    if place.is_nobody() {
        return Personal::default();
    }
    let mut personal = incoming.personal.clone();
    for at in &placed.earlier {
        let identity = &incoming.identities[planned.places[*at]];
        personal.0.push((format!("identity:{}", identity.kind), identity.value.clone()));
    }
    personal
}
