//! Reading sets: one statement, one round trip for each kind of question, however many keys.

use std::collections::{BTreeMap, BTreeSet};

use perennial_app::port::PortResult;
use perennial_app::port::journal::{Ask, Loaded, OrderRef, Owner, StoredEffect, StoredFact, Token};
use perennial_kernel::{Lane, MemberId, SubjectId};

use super::link::Session;
use crate::columns::{self, Columns};
use crate::sql::{self, effects, facts};

const LANES: &str = "SELECT lane FROM identities WHERE token = ANY($1) UNION SELECT lane FROM orders WHERE ref = ANY($2)";
const OWNERS: &str = "SELECT token, subject, lane FROM identities WHERE token = ANY($1)";
const SEEN: &str = "SELECT key, content, recorded_at, position FROM seen WHERE key = ANY($1)";
const STATES: &str = "SELECT member, body FROM states WHERE member = ANY($1)";
const ORDERS: &str = "SELECT ref, member, lane, body FROM orders WHERE ref = ANY($1)";
const SOURCES: &str = "SELECT source, live_at FROM sources WHERE source = ANY($1)";
const KEYS: &str = "SELECT subject, key FROM keys WHERE subject = ANY($1)";
const WAITING: &str =
    concat!("SELECT ", sql::fact_columns!(), ", ref FROM waiting JOIN facts USING (position) WHERE ref = ANY($1) ORDER BY position");
const FACTS_OF: &str = facts!("WHERE subject = ANY($1) ORDER BY position");
const EFFECTS_OF: &str = effects!("WHERE member = ANY($1) ORDER BY position, ordinal");

pub(super) fn load(session: &mut Session, ask: &Ask) -> PortResult<Loaded> {
    let mut loaded = Loaded::default();
    if !ask.keys.is_empty() {
        let keys: Vec<&[u8]> = ask.keys.iter().map(|key| key.0.as_slice()).collect();
        loaded.seen = session.map(SEEN, &[&keys], columns::seen)?;
    }
    loaded.states = states(session, ask.members.iter())?;
    if !ask.orders.is_empty() {
        let orders: Vec<&[u8]> = ask.orders.iter().map(|order| order.0.as_slice()).collect();
        loaded.orders = session.map(ORDERS, &[&orders], columns::order)?;
        for row in session.rows(WAITING, &[&orders])? {
            let (order, fact) = columns::waiting(&row)?;
            loaded.waiting.entry(order).or_default().push(fact);
        }
    }
    if !ask.sources.is_empty() {
        let sources: Vec<&str> = ask.sources.iter().map(String::as_str).collect();
        loaded.sources = session.map(SOURCES, &[&sources], columns::source)?;
    }
    Ok(loaded)
}

/// The lanes in which the owners of tokens and the orders live.
pub(super) fn lanes(session: &mut Session, tokens: &[Token], orders: &[OrderRef]) -> PortResult<BTreeSet<Lane>> {
    let tokens: Vec<&[u8]> = tokens.iter().map(|token| token.0.as_slice()).collect();
    let orders: Vec<&[u8]> = orders.iter().map(|order| order.0.as_slice()).collect();
    session.rows(LANES, &[&tokens, &orders])?.iter().map(|row| Ok(Lane(row.int(0)? as u16))).collect()
}

pub(super) fn resolve(session: &mut Session, tokens: &BTreeSet<Token>) -> PortResult<BTreeMap<Token, Owner>> {
    if tokens.is_empty() {
        return Ok(BTreeMap::new());
    }
    let tokens: Vec<&[u8]> = tokens.iter().map(|token| token.0.as_slice()).collect();
    session.map(OWNERS, &[&tokens], columns::owner)
}

pub(super) fn states<'a>(session: &mut Session, members: impl Iterator<Item = &'a MemberId>) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
    let members: Vec<i64> = members.map(|member| member.0).collect();
    if members.is_empty() { Ok(BTreeMap::new()) } else { session.map(STATES, &[&members], columns::state) }
}

pub(super) fn keys<'a>(session: &mut Session, subjects: impl Iterator<Item = &'a SubjectId>) -> PortResult<BTreeMap<SubjectId, Vec<u8>>> {
    let subjects: Vec<i64> = subjects.map(|subject| subject.0).collect();
    if subjects.is_empty() { Ok(BTreeMap::new()) } else { session.map(KEYS, &[&subjects], columns::state) }
}

pub(super) fn facts_of(session: &mut Session, subjects: &[SubjectId]) -> PortResult<Vec<StoredFact>> {
    let subjects: Vec<i64> = subjects.iter().map(|subject| subject.0).collect();
    session.all(FACTS_OF, &[&subjects], columns::stored_fact)
}

pub(super) fn effects_of(session: &mut Session, members: &[MemberId]) -> PortResult<Vec<StoredEffect>> {
    let members: Vec<i64> = members.iter().map(|member| member.0).collect();
    session.all(EFFECTS_OF, &[&members], columns::stored_effect)
}
