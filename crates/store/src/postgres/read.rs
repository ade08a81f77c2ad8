//! Reading sets: one statement, one round trip for each kind of question, however many keys.

use std::collections::{BTreeMap, BTreeSet};

use perennial_app::port::PortResult;
use perennial_app::port::journal::{Ask, Families, KinRow, Loaded, Owner, StoredEffect, StoredFact, Token, Whom};
use perennial_kernel::{Lane, MemberId, SubjectId};
use postgres::Row;

use super::link::Session;
use crate::columns::{self, Columns};
use crate::sql::{self, effects, facts};

/// Whoever is asked for, and everyone of their families.
macro_rules! everyone {
    () => {
        "WITH named AS (\
           SELECT subject FROM identities WHERE token = ANY($1) AND subject <> 0 \
           UNION SELECT subject FROM links WHERE token = ANY($1) \
           UNION SELECT member FROM orders WHERE ref = ANY($2) AND member <> 0 \
           UNION SELECT UNNEST($3::BIGINT[])), \
         everyone AS (\
           SELECT subject FROM named \
           UNION SELECT other.subject FROM named JOIN kin USING (subject) JOIN kin AS other ON other.family = kin.family) "
    };
}

const LANES: &str = concat!(
    everyone!(),
    "SELECT lane FROM identities WHERE token = ANY($1) UNION SELECT lane FROM orders WHERE ref = ANY($2) \
     UNION SELECT lane FROM identities JOIN everyone USING (subject) UNION SELECT lane FROM kin JOIN everyone USING (subject)"
);
/// Four kinds of rows in one answer, told apart by the first column: one round trip.
const FAMILIES: &str = concat!(
    everyone!(),
    "SELECT 0::BIGINT, token, subject, lane, ''::TEXT, ''::TEXT, 0::BIGINT, 0::BIGINT, 0::BIGINT, 0::BIGINT \
       FROM identities WHERE token = ANY($1) \
     UNION SELECT 0, token, subject, lane, '', '', 0, 0, 0, 0 FROM identities JOIN everyone USING (subject) \
     UNION SELECT 0, identities.token, identities.subject, identities.lane, '', '', 0, 0, 0, 0 \
       FROM everyone JOIN links USING (subject) JOIN identities ON identities.token = links.token \
     UNION ALL SELECT 1, token, subject, import, kind, source, occurred_at, recorded_at, position, is_root \
       FROM links JOIN everyone USING (subject) \
     UNION ALL SELECT 2, ''::BYTEA, subject, lane, '', '', member, recorded_at, position, family FROM kin JOIN everyone USING (subject) \
     UNION ALL SELECT 3, ''::BYTEA, a, b, '', '', together, recorded_at, position, 0 FROM rulings JOIN everyone ON subject = a"
);
const KIN: &str = "SELECT other.subject, other.lane, other.member, other.family, other.recorded_at, other.position \
                   FROM (SELECT DISTINCT family FROM kin WHERE subject = ANY($1)) AS asked JOIN kin AS other USING (family) \
                   ORDER BY other.family, other.subject";
const PARTED: &str = "SELECT member, body FROM parted WHERE member = ANY($1)";
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
pub(super) fn lanes(session: &mut Session, whom: &Whom) -> PortResult<BTreeSet<Lane>> {
    let (tokens, orders, subjects) = columns_of(whom);
    session.rows(LANES, &[&tokens, &orders, &subjects])?.iter().map(|row| Ok(Lane(row.int(0)? as u16))).collect()
}

fn columns_of(whom: &Whom) -> (Vec<&[u8]>, Vec<&[u8]>, Vec<i64>) {
    let tokens = whom.tokens.iter().map(|token| token.0.as_slice()).collect();
    let orders = whom.orders.iter().map(|order| order.0.as_slice()).collect();
    (tokens, orders, whom.subjects.iter().map(|subject| subject.0).filter(|subject| *subject != 0).collect())
}

pub(super) fn resolve(session: &mut Session, tokens: &BTreeSet<Token>) -> PortResult<BTreeMap<Token, Owner>> {
    if tokens.is_empty() {
        return Ok(BTreeMap::new());
    }
    let tokens: Vec<&[u8]> = tokens.iter().map(|token| token.0.as_slice()).collect();
    session.map(OWNERS, &[&tokens], columns::owner)
}

pub(super) fn families(session: &mut Session, whom: &Whom) -> PortResult<Families> {
    let mut families = Families::default();
    if *whom == Whom::default() {
        return Ok(families);
    }
    let (tokens, orders, subjects) = columns_of(whom);
    for row in session.rows(FAMILIES, &[&tokens, &orders, &subjects])? {
        match row.int(0)? {
            0 => families.claims.extend([columns::owner(&Chosen(&row, &[1, 2, 3]))?]),
            1 => families.links.push(columns::link(&Chosen(&row, &[1, 2, 3, 4, 5, 6, 7, 8, 9]))?),
            2 => families.kin.push(columns::kin(&Chosen(&row, &[2, 3, 6, 9, 7, 8]))?),
            _ => families.rulings.push(columns::ruling(&Chosen(&row, &[2, 3, 6, 7, 8]))?),
        }
    }
    families.kin.sort_by_key(|row| (row.family, row.subject));
    Ok(families)
}

pub(super) fn kin(session: &mut Session, subjects: &[SubjectId]) -> PortResult<Vec<KinRow>> {
    let subjects: Vec<i64> = subjects.iter().map(|subject| subject.0).collect();
    if subjects.is_empty() { Ok(Vec::new()) } else { session.all(KIN, &[&subjects], columns::kin) }
}

pub(super) fn parted<'a>(session: &mut Session, members: impl Iterator<Item = &'a MemberId>) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
    let members: Vec<i64> = members.map(|member| member.0).collect();
    if members.is_empty() { Ok(BTreeMap::new()) } else { session.map(PARTED, &[&members], columns::state) }
}

/// Some columns of a row, in another order.
struct Chosen<'r>(&'r Row, &'static [usize]);

impl Columns for Chosen<'_> {
    fn int(&self, at: usize) -> PortResult<i64> {
        self.0.int(self.1[at])
    }

    fn maybe_int(&self, at: usize) -> PortResult<Option<i64>> {
        self.0.maybe_int(self.1[at])
    }

    fn text(&self, at: usize) -> PortResult<&str> {
        self.0.text(self.1[at])
    }

    fn bytes(&self, at: usize) -> PortResult<&[u8]> {
        self.0.bytes(self.1[at])
    }
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
