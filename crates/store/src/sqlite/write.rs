//! Writing sets: one statement for each table, run once for each row, keys sorted so that neighbours share pages.

use perennial_app::port::PortResult;
use perennial_app::port::journal::{Append, LinkRow, Owner, StoredEffect, StoredFact, TimerRow, Token};
use perennial_kernel::SubjectId;
use rusqlite::Params;

use super::session::Session;
use crate::sql;
use crate::trouble::OrTrouble;

const FACT: &str = "INSERT INTO facts (position, recorded_at, kind, version, subject, occurred_at, origin, import, source, object, \
                    object_version, payload, sealed, chain) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const EFFECT: &str = "INSERT INTO effects (position, ordinal, member, kind, at, payload) VALUES ($1, $2, $3, $4, $5, $6)";
const CLAIM: &str = "INSERT INTO identities (token, subject, lane) VALUES ($1, $2, $3) ON CONFLICT (token) DO NOTHING";
const ROOT: &str = "UPDATE identities SET subject = $1, lane = $2 WHERE token = $3 AND subject = 0";
const LINK: &str = "INSERT INTO links (token, subject, import, kind, source, occurred_at, recorded_at, position, is_root) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (token, subject, import) DO UPDATE SET \
                    source = excluded.source, occurred_at = excluded.occurred_at, recorded_at = excluded.recorded_at, \
                    position = excluded.position, is_root = excluded.is_root";
const UNLINK: &str = "DELETE FROM links WHERE token = $1 AND subject = $2 AND import = $3";
/// A value that only this subject was linked to is nobody's, and forgotten with it.
const ERASE: [&str; 4] = [
    "DELETE FROM identities WHERE subject = 0 AND token IN (SELECT token FROM links WHERE subject = $1) \
     AND NOT EXISTS (SELECT 1 FROM links WHERE links.token = identities.token AND links.subject <> $1)",
    "DELETE FROM links WHERE subject = $1",
    "DELETE FROM identities WHERE subject = $1",
    "DELETE FROM search_tokens WHERE member = $1",
];
const KIN: &str = "INSERT INTO kin (subject, lane, member, family, recorded_at, position) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (subject) DO UPDATE SET lane = excluded.lane, member = excluded.member, family = excluded.family";
const RULING: &str = "INSERT INTO rulings (a, b, together, recorded_at, position) VALUES ($1, $2, $3, $4, $5) \
                      ON CONFLICT (a, b, position) DO NOTHING";
const SETTLED: &str = "DELETE FROM conflicts WHERE family = $1";
const CONFLICT: &str = "INSERT INTO conflicts (family, one, other, kind, named_by) VALUES ($1, $2, $3, $4, $5)";
const PARTED: &str = "INSERT INTO parted (member, body) VALUES ($1, $2) ON CONFLICT (member) DO UPDATE SET body = excluded.body";
const WHOLE: &str = "DELETE FROM parted WHERE member = $1";
const FORGET: &str = "DELETE FROM seen WHERE key = $1";
const SEEN: &str = "INSERT INTO seen (key, content, recorded_at, position) VALUES ($1, $2, $3, $4)";
const STATE: &str = "INSERT INTO states (member, body) VALUES ($1, $2) ON CONFLICT (member) DO UPDATE SET body = excluded.body";
const DROP_ORDER: &str = "DELETE FROM orders WHERE ref = $1";
const ORDER: &str = "INSERT INTO orders (ref, member, lane, body) VALUES ($1, $2, $3, $4) ON CONFLICT (ref) DO UPDATE SET \
                     member = excluded.member, lane = excluded.lane, body = excluded.body";
const SET_TIMER: &str = "INSERT INTO timers (member, policy, lane, due) VALUES ($1, $2, $3, $4) ON CONFLICT (member, policy) DO UPDATE \
                         SET lane = excluded.lane, due = excluded.due";
const CLEAR_TIMER: &str = "DELETE FROM timers WHERE member = $1 AND policy = $2";
const SOURCE: &str = "INSERT INTO sources (source, live_at) VALUES ($1, $2) ON CONFLICT (source) DO UPDATE SET live_at = excluded.live_at";
const WAITED: &str = "DELETE FROM waiting WHERE ref = $1";
const WAIT: &str = "INSERT INTO waiting (ref, position) VALUES ($1, $2) ON CONFLICT (ref, position) DO NOTHING";
const UNSEARCH: &str = "DELETE FROM search_tokens WHERE member = $1";
const SEARCH: &str = "INSERT INTO search_tokens (token, member) VALUES ($1, $2) ON CONFLICT (token, member) DO NOTHING";
const HEAD: &str = "UPDATE lanes SET seq = $1, subjects = $2, chain = $3 WHERE lane = $4";

pub(super) fn claims(session: &Session, claims: &[(Token, Owner)], links: &[LinkRow]) -> PortResult<()> {
    let claims = sorted(claims, |(token, _)| *token);
    for_rows(session, CLAIM, claims, |(token, owner)| (&token.0, owner.subject.0, owner.lane.0))?;
    for_rows(session, LINK, sorted(links, |link| link.token), |link| {
        let (import, fact) = (link.import.map_or(0, |import| import.0), link.fact);
        let (at, position) = (fact.recorded_at.0, fact.position.0);
        (&link.token.0, link.subject.0, import, &link.kind, &link.source, link.occurred_at.0, at, position, link.is_root)
    })
}

/// Who is whom: most batches change nothing of it.
fn people(session: &Session, set: &Append) -> PortResult<()> {
    for_rows(session, ROOT, &set.roots, |(token, owner)| (owner.subject.0, owner.lane.0, &token.0))?;
    for subject in &set.erased {
        erase(session, *subject)?;
    }
    for_rows(session, UNLINK, &set.unlink, |link| (&link.token.0, link.subject.0, link.import.map_or(0, |import| import.0)))?;
    for_rows(session, KIN, sorted(&set.kin, |row| row.subject), |row| {
        (row.subject.0, row.lane.0, row.member.0, row.family.0, row.born.recorded_at.0, row.born.position.0)
    })?;
    for_rows(session, RULING, &set.rulings, |row| (row.a.0, row.b.0, row.together, row.fact.recorded_at.0, row.fact.position.0))?;
    for_rows(session, SETTLED, &set.conflicts, |(family, _)| (family.0,))?;
    for_rows(session, CONFLICT, set.conflicts.iter().flat_map(|(_, rows)| rows), |row| {
        (row.family.0, row.left.0, row.right.0, &row.kind, &row.by)
    })?;
    let (whole, parted): (Vec<_>, Vec<_>) = set.parted.iter().partition(|(_, body)| body.is_empty());
    for_rows(session, WHOLE, whole, |(member, _)| (member.0,))?;
    for_rows(session, PARTED, parted, |(member, body)| (member.0, body))
}

/// Says how many values the subject was known by.
pub(super) fn erase(session: &Session, subject: SubjectId) -> PortResult<usize> {
    let [only_linked, links, own, search] = ERASE;
    let only_linked = session.run(only_linked, (subject.0,))?;
    session.run(links, (subject.0,))?;
    session.run(search, (subject.0,))?;
    Ok(only_linked + session.run(own, (subject.0,))?)
}

/// What is taken away goes first, then what is added.
pub(super) fn append(session: &Session, set: &Append) -> PortResult<()> {
    facts(session, &set.facts)?;
    effects(session, &set.effects)?;
    for_rows(session, FORGET, sorted(&set.forget, |key| *key), |key| (&key.0,))?;
    for_rows(session, SEEN, sorted(&set.seen, |(key, _)| *key), |(key, seen)| {
        (&key.0, &seen.content.0, seen.fact.recorded_at.0, seen.fact.position.0)
    })?;
    for_rows(session, STATE, sorted(&set.states, |(member, _)| *member), |(member, body)| (member.0, body))?;
    for_rows(session, DROP_ORDER, sorted(&set.drop_orders, |order| *order), |order| (&order.0,))?;
    for_rows(session, ORDER, sorted(&set.orders, |(order, _)| *order), |(order, row)| (&order.0, row.holder.0, row.lane.0, &row.body))?;
    timers(session, &set.timers)?;
    for_rows(session, SOURCE, &set.sources, |(source, live_at)| (source, live_at.0))?;
    for_rows(session, WAITED, &set.waited, |order| (&order.0,))?;
    for_rows(session, WAIT, &set.wait, |(order, position)| (&order.0, position.0))?;
    if let Some(turn) = &set.turn {
        for_rows(session, sql::TURN, [turn.fence as i64].iter(), |fence| (*fence,))?;
        for_rows(session, sql::SET_SETTING, &turn.settings, |(name, value)| (name, value))?;
    }
    for_rows(session, UNSEARCH, &set.unsearch, |member| (member.0,))?;
    for_rows(session, SEARCH, sorted(&set.search, |pair| *pair), |(token, member)| (&token.0, member.0))?;
    people(session, set)?;
    for_rows(session, HEAD, &set.heads, |head| (head.seq.0 as i64, head.subjects as i64, &head.chain.0, head.lane.0))
}

fn facts(session: &Session, facts: &[StoredFact]) -> PortResult<()> {
    for_rows(session, FACT, facts, |fact| {
        (
            fact.position.0,
            fact.recorded_at.0,
            &fact.kind,
            fact.version,
            fact.subject.0,
            fact.occurred_at.0,
            fact.origin.as_str(),
            fact.import.map(|import| import.0),
            &fact.source,
            &fact.object,
            &fact.object_version,
            &fact.payload,
            &fact.sealed,
            &fact.chain.0,
        )
    })
}

fn effects(session: &Session, effects: &[StoredEffect]) -> PortResult<()> {
    for_rows(session, EFFECT, effects, |effect| {
        (effect.position.0, effect.ordinal, effect.member.0, &effect.kind, effect.at.0, &effect.payload)
    })
}

/// Each row with the statement it needs, so that of two rows under one key the later stands.
fn timers(session: &Session, timers: &[TimerRow]) -> PortResult<()> {
    let (mut set, mut clear) = (session.statement(SET_TIMER)?, session.statement(CLEAR_TIMER)?);
    for timer in sorted(timers, |timer| timer.member) {
        match timer.due {
            Some(due) => set.execute((timer.member.0, &timer.policy, timer.lane.0, due.0)),
            None => clear.execute((timer.member.0, &timer.policy)),
        }
        .or_trouble()?;
    }
    Ok(())
}

fn for_rows<'a, T: 'a, P: Params>(
    session: &Session,
    sql: &'static str,
    rows: impl IntoIterator<Item = &'a T>,
    params: impl Fn(&'a T) -> P,
) -> PortResult<()> {
    let mut statement = session.statement(sql)?;
    for row in rows {
        statement.execute(params(row)).or_trouble()?;
    }
    Ok(())
}

/// Stable: of two rows under one key the later still comes last.
fn sorted<T, K: Ord>(rows: &[T], key: impl Fn(&T) -> K) -> Vec<&T> {
    let mut rows: Vec<&T> = rows.iter().collect();
    rows.sort_by_key(|row| key(row));
    rows
}
