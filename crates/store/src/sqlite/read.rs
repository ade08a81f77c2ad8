//! Reading sets: one statement for each kind of question, run once for each key, keys ascending as the tables are.

use std::collections::{BTreeMap, BTreeSet};

use perennial_app::port::PortResult;
use perennial_app::port::journal::{Ask, Families, KinRow, Loaded, OrderRef, OrderRow, Owner, StoredEffect, StoredFact, Token, Whom};
use perennial_kernel::{MemberId, SubjectId};
use rusqlite::{Row, ToSql};

use super::session::Session;
use crate::columns;
use crate::sql::{self, effects, facts};
use crate::trouble::OrTrouble;

const SEEN: &str = "SELECT key, content, recorded_at, position FROM seen WHERE key = $1";
const STATE: &str = "SELECT member, body FROM states WHERE member = $1";
const KEY: &str = "SELECT subject, key FROM keys WHERE subject = $1";
const SOURCE: &str = "SELECT source, live_at FROM sources WHERE source = $1";
const WAITING: &str =
    concat!("SELECT ", sql::fact_columns!(), ", ref FROM waiting JOIN facts USING (position) WHERE ref = $1 ORDER BY position");
const NAMED: &str = "SELECT subject FROM links WHERE token = $1";
const HOLDER: &str = "SELECT member FROM orders WHERE ref = $1";
const FAMILY: &str = "SELECT family FROM kin WHERE subject = $1";
const KIN: &str = "SELECT subject, lane, member, family, recorded_at, position FROM kin WHERE family = $1 ORDER BY subject";
const OWN: &str = "SELECT token, subject, lane FROM identities WHERE subject = $1";
const LINKS: &str =
    "SELECT token, subject, import, kind, source, occurred_at, recorded_at, position, is_root FROM links WHERE subject = $1";
const RULINGS: &str = "SELECT a, b, together, recorded_at, position FROM rulings WHERE a = $1";
const PARTED: &str = "SELECT member, body FROM parted WHERE member = $1";
const FACTS_OF: &str = facts!("WHERE subject = $1");
const EFFECTS_OF: &str = effects!("WHERE member = $1");

pub(super) fn load(session: &Session, ask: &Ask) -> PortResult<Loaded> {
    let mut loaded = Loaded {
        seen: map(session, SEEN, ask.keys.iter().map(|key| key.0), |row| columns::seen(row))?,
        states: states(session, ask.members.iter())?,
        orders: orders(session, ask.orders.iter())?,
        sources: map(session, SOURCE, ask.sources.iter(), |row| columns::source(row))?,
        waiting: BTreeMap::new(),
    };
    for_keys(session, WAITING, ask.orders.iter().map(|order| order.0), |row| {
        let (order, fact) = columns::waiting(row)?;
        loaded.waiting.entry(order).or_default().push(fact);
        Ok(())
    })?;
    Ok(loaded)
}

pub(super) fn resolve<'a>(session: &Session, tokens: impl Iterator<Item = &'a Token>) -> PortResult<BTreeMap<Token, Owner>> {
    map(session, sql::OWNER, tokens.map(|token| token.0), |row| columns::owner(row))
}

pub(super) fn families(session: &Session, whom: &Whom) -> PortResult<Families> {
    let mut families = Families { claims: resolve(session, whom.tokens.iter())?, ..Families::default() };
    let mut subjects: BTreeSet<SubjectId> = whom.subjects.clone();
    subjects.extend(families.claims.values().map(|owner| owner.subject));
    for_keys(session, NAMED, whom.tokens.iter().map(|token| token.0), |row| add_subject(&mut subjects, row))?;
    for_keys(session, HOLDER, whom.orders.iter().map(|order| order.0), |row| add_subject(&mut subjects, row))?;
    subjects.remove(&SubjectId::NOBODY);
    families.kin = kin(session, subjects.iter().copied())?;
    subjects.extend(families.kin.iter().map(|row| row.subject));
    families.claims.extend(map(session, OWN, subjects.iter().map(|subject| subject.0), |row| columns::owner(row))?);
    for_keys(session, LINKS, subjects.iter().map(|subject| subject.0), |row| {
        families.links.push(columns::link(row)?);
        Ok(())
    })?;
    for_keys(session, RULINGS, families.kin.iter().map(|row| row.subject.0), |row| {
        families.rulings.push(columns::ruling(row)?);
        Ok(())
    })?;
    // A value that is only linked is claimed for nobody, and not found by its subject.
    let linked: BTreeSet<Token> =
        families.links.iter().map(|link| link.token).filter(|token| !families.claims.contains_key(token)).collect();
    families.claims.extend(resolve(session, linked.iter())?);
    Ok(families)
}

fn add_subject(subjects: &mut BTreeSet<SubjectId>, row: &Row<'_>) -> PortResult<()> {
    subjects.insert(SubjectId(row.get(0).or_trouble()?));
    Ok(())
}

pub(super) fn kin(session: &Session, subjects: impl Iterator<Item = SubjectId>) -> PortResult<Vec<KinRow>> {
    let mut families: BTreeSet<SubjectId> = BTreeSet::new();
    for_keys(session, FAMILY, subjects.map(|subject| subject.0), |row| add_subject(&mut families, row))?;
    let mut rows = Vec::new();
    for_keys(session, KIN, families.iter().map(|family| family.0), |row| {
        rows.push(columns::kin(row)?);
        Ok(())
    })?;
    Ok(rows)
}

pub(super) fn parted<'a>(session: &Session, members: impl Iterator<Item = &'a MemberId>) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
    map(session, PARTED, members.map(|member| member.0), |row| columns::state(row))
}

pub(super) fn orders<'a>(session: &Session, orders: impl Iterator<Item = &'a OrderRef>) -> PortResult<BTreeMap<OrderRef, OrderRow>> {
    map(session, sql::ORDER, orders.map(|order| order.0), |row| columns::order(row))
}

pub(super) fn states<'a>(session: &Session, members: impl Iterator<Item = &'a MemberId>) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
    map(session, STATE, members.map(|member| member.0), |row| columns::state(row))
}

pub(super) fn keys<'a>(session: &Session, subjects: impl Iterator<Item = &'a SubjectId>) -> PortResult<BTreeMap<SubjectId, Vec<u8>>> {
    map(session, KEY, subjects.map(|subject| subject.0), |row| columns::state(row))
}

pub(super) fn facts_of(session: &Session, subjects: impl Iterator<Item = SubjectId>) -> PortResult<Vec<StoredFact>> {
    let subjects: BTreeSet<i64> = subjects.map(|subject| subject.0).collect();
    let mut facts = Vec::new();
    for_keys(session, FACTS_OF, subjects.into_iter(), |row| {
        facts.push(columns::stored_fact(row)?);
        Ok(())
    })?;
    facts.sort_unstable_by_key(|fact| fact.position);
    Ok(facts)
}

pub(super) fn effects_of(session: &Session, members: impl Iterator<Item = MemberId>) -> PortResult<Vec<StoredEffect>> {
    let members: BTreeSet<i64> = members.map(|member| member.0).collect();
    let mut effects = Vec::new();
    for_keys(session, EFFECTS_OF, members.into_iter(), |row| {
        effects.push(columns::stored_effect(row)?);
        Ok(())
    })?;
    effects.sort_unstable_by_key(|effect| (effect.position, effect.ordinal));
    Ok(effects)
}

fn map<K: Ord, V>(
    session: &Session,
    sql: &'static str,
    keys: impl Iterator<Item = impl ToSql>,
    read: fn(&Row<'_>) -> PortResult<(K, V)>,
) -> PortResult<BTreeMap<K, V>> {
    let mut all = BTreeMap::new();
    for_keys(session, sql, keys, |row| {
        all.extend([read(row)?]);
        Ok(())
    })?;
    Ok(all)
}

fn for_keys(
    session: &Session,
    sql: &'static str,
    keys: impl Iterator<Item = impl ToSql>,
    mut visit: impl FnMut(&Row<'_>) -> PortResult<()>,
) -> PortResult<()> {
    let mut statement = session.statement(sql)?;
    for key in keys {
        let mut rows = statement.query([key]).or_trouble()?;
        while let Some(row) = rows.next().or_trouble()? {
            visit(row)?;
        }
    }
    Ok(())
}
