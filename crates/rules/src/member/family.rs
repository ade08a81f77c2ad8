//! The facts of a family: in which order the journal took them, and whose they were at some time.

use std::collections::BTreeMap;

use perennial_kernel::{Fact, Instant, Lane, MemberId, SubjectId};

/// The facts in an order in which the journal can have taken them: each lane's in sequence, and a membership after what it came after.
///
/// Recording times alone do not say so: the clocks of two nodes differ.
pub fn in_journal_order(mut facts: Vec<Fact>) -> Vec<Fact> {
    facts.sort_by_key(|fact| fact.id.position);
    if facts.iter().all(|fact| fact.id.position.lane() == facts[0].id.position.lane()) {
        return facts;
    }
    let mut lanes: BTreeMap<Lane, std::collections::VecDeque<Fact>> = BTreeMap::new();
    for fact in facts {
        lanes.entry(fact.id.position.lane()).or_default().push_back(fact);
    }
    let mut ordered = Vec::new();
    loop {
        let heads = lanes.values().filter_map(|facts| facts.front());
        let waits = |fact: &Fact| {
            let after = fact.body.membership().map(|membership| membership.after.as_slice()).unwrap_or_default();
            after
                .iter()
                .any(|place| lanes.get(&place.lane()).and_then(|facts| facts.front()).is_some_and(|next| next.id.position <= *place))
        };
        let ready = heads.clone().filter(|fact| !waits(fact)).min_by_key(|fact| fact.id);
        // Places that wait for each other cannot have been written; then the recording time decides, so that nothing is lost.
        let Some(lane) = ready.or_else(|| heads.min_by_key(|fact| fact.id)).map(|fact| fact.id.position.lane()) else { return ordered };
        ordered.extend(lanes.get_mut(&lane).and_then(std::collections::VecDeque::pop_front));
    }
}

/// Whose the facts are, by member: as of now, or as was recorded by `known_at`. Later facts are left out then.
pub fn by_member(facts: Vec<Fact>, known_at: Option<Instant>) -> BTreeMap<MemberId, Vec<Fact>> {
    let known = |fact: &Fact| known_at.is_none_or(|at| fact.recorded_at() <= at);
    let facts: Vec<Fact> = facts.into_iter().filter(known).collect();
    // Most people are one subject.
    match facts.first() {
        None => return BTreeMap::new(),
        Some(first) if facts.iter().all(|fact| fact.subject == first.subject) => return BTreeMap::from([(first.subject, facts)]),
        Some(_) => {}
    }
    let mut member_of: BTreeMap<SubjectId, MemberId> = facts.iter().map(|fact| (fact.subject, fact.subject)).collect();
    if facts.iter().any(|fact| fact.body.membership().is_some()) {
        let tellers = facts.iter().filter(|fact| fact.body.membership().is_some()).cloned().collect();
        for fact in in_journal_order(tellers) {
            let subjects = fact.body.membership().map(|membership| membership.subjects.as_slice()).unwrap_or_default();
            form(&mut member_of, fact.subject, subjects);
        }
    }
    let mut members: BTreeMap<MemberId, Vec<Fact>> = BTreeMap::new();
    for fact in facts {
        members.entry(member_of[&fact.subject]).or_default().push(fact);
    }
    members
}

/// A membership takes effect: who left the member is alone until another membership names it.
pub fn form(member_of: &mut BTreeMap<SubjectId, MemberId>, member: MemberId, subjects: &[SubjectId]) {
    for (subject, of) in member_of.iter_mut().filter(|(_, of)| **of == member) {
        *of = *subject;
    }
    for subject in subjects {
        member_of.insert(*subject, member);
    }
}
