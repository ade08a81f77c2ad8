//! Writing sets: one statement, one round trip for each table, columns as arrays. Rows go in the order of their keys, so that two
//! nodes that write the same rows wait for each other in one direction only.

use perennial_app::port::PortResult;
use perennial_app::port::journal::{Append, KinRow, LaneHead, LinkRow, Owner, StoredEffect, StoredFact, TimerRow, Token};
use postgres::types::ToSql;

use super::link::Session;
use crate::sql;

const FACTS: &str = "INSERT INTO facts (position, recorded_at, kind, version, subject, occurred_at, origin, import, source, object, \
                     object_version, payload, sealed, chain) SELECT * FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::TEXT[], $4::BIGINT[], \
                     $5::BIGINT[], $6::BIGINT[], $7::TEXT[], $8::BIGINT[], $9::TEXT[], $10::TEXT[], $11::TEXT[], $12::BYTEA[], \
                     $13::BYTEA[], $14::BYTEA[])";
const EFFECTS: &str = "INSERT INTO effects (position, ordinal, member, kind, at, payload) SELECT * FROM \
                       UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::BIGINT[], $6::BYTEA[])";
/// Claims and links in one round trip.
const CLAIM: &str = "WITH claimed AS (\
                       INSERT INTO identities (token, subject, lane) SELECT * FROM UNNEST($1::BYTEA[], $2::BIGINT[], $3::BIGINT[]) \
                       ON CONFLICT (token) DO NOTHING) \
                     INSERT INTO links (token, subject, import, kind, source, occurred_at, recorded_at, position, is_root) \
                     SELECT * FROM UNNEST($4::BYTEA[], $5::BIGINT[], $6::BIGINT[], $7::TEXT[], $8::TEXT[], $9::BIGINT[], $10::BIGINT[], \
                     $11::BIGINT[], $12::BIGINT[]) ON CONFLICT (token, subject, import) DO UPDATE SET \
                     source = excluded.source, occurred_at = excluded.occurred_at, recorded_at = excluded.recorded_at, \
                     position = excluded.position, is_root = excluded.is_root";
const ROOTS: &str = "UPDATE identities SET subject = own.subject, lane = own.lane \
                     FROM UNNEST($1::BYTEA[], $2::BIGINT[], $3::BIGINT[]) AS own (token, subject, lane) \
                     WHERE identities.token = own.token AND identities.subject = 0";
const UNLINK: &str = "DELETE FROM links USING UNNEST($1::BYTEA[], $2::BIGINT[], $3::BIGINT[]) AS gone (token, subject, import) \
                      WHERE links.token = gone.token AND links.subject = gone.subject AND links.import = gone.import";
const KIN: &str = "INSERT INTO kin (subject, lane, member, family, recorded_at, position) SELECT * FROM \
                   UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::BIGINT[], $5::BIGINT[], $6::BIGINT[]) \
                   ON CONFLICT (subject) DO UPDATE SET lane = excluded.lane, member = excluded.member, family = excluded.family";
const RULINGS: &str = "INSERT INTO rulings (a, b, together, recorded_at, position) SELECT * FROM \
                       UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::BIGINT[], $5::BIGINT[]) ON CONFLICT (a, b, position) DO NOTHING";
const SETTLED: &str = "DELETE FROM conflicts WHERE family = ANY($1)";
const CONFLICTS: &str = "INSERT INTO conflicts (family, one, other, kind, named_by) SELECT * FROM \
                         UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::TEXT[], $5::TEXT[])";
const PARTED: &str = "INSERT INTO parted (member, body) SELECT * FROM UNNEST($1::BIGINT[], $2::BYTEA[]) \
                      ON CONFLICT (member) DO UPDATE SET body = excluded.body";
const WHOLE: &str = "DELETE FROM parted WHERE member = ANY($1)";
const FORGET: &str = "DELETE FROM seen WHERE key = ANY($1)";
const SEEN: &str = "INSERT INTO seen (key, content, recorded_at, position) SELECT * FROM \
                    UNNEST($1::BYTEA[], $2::BYTEA[], $3::BIGINT[], $4::BIGINT[])";
const STATES: &str = "INSERT INTO states (member, body) SELECT * FROM UNNEST($1::BIGINT[], $2::BYTEA[]) \
                      ON CONFLICT (member) DO UPDATE SET body = excluded.body";
const DROP_ORDERS: &str = "DELETE FROM orders WHERE ref = ANY($1)";
const ORDERS: &str = "INSERT INTO orders (ref, member, lane, body) SELECT * FROM \
                      UNNEST($1::BYTEA[], $2::BIGINT[], $3::BIGINT[], $4::BYTEA[]) \
                      ON CONFLICT (ref) DO UPDATE SET member = excluded.member, lane = excluded.lane, body = excluded.body";
const SET_TIMERS: &str = "INSERT INTO timers (member, policy, lane, due) SELECT * FROM \
                          UNNEST($1::BIGINT[], $2::TEXT[], $3::BIGINT[], $4::BIGINT[]) \
                          ON CONFLICT (member, policy) DO UPDATE SET lane = excluded.lane, due = excluded.due";
const CLEAR_TIMERS: &str = "DELETE FROM timers USING UNNEST($1::BIGINT[], $2::TEXT[]) AS gone (member, policy) \
                            WHERE timers.member = gone.member AND timers.policy = gone.policy";
const SOURCES: &str = "INSERT INTO sources (source, live_at) SELECT * FROM UNNEST($1::TEXT[], $2::BIGINT[]) \
                       ON CONFLICT (source) DO UPDATE SET live_at = excluded.live_at";
const WAITED: &str = "DELETE FROM waiting WHERE ref = ANY($1)";
const WAIT: &str = "INSERT INTO waiting (ref, position) SELECT * FROM UNNEST($1::BYTEA[], $2::BIGINT[]) \
                    ON CONFLICT (ref, position) DO NOTHING";
/// A value that only these subjects were linked to is nobody's, and forgotten with them.
const ERASE: [&str; 4] = [
    "DELETE FROM identities WHERE subject = 0 AND token IN (SELECT token FROM links WHERE subject = ANY($1::BIGINT[])) \
     AND NOT EXISTS (SELECT 1 FROM links WHERE links.token = identities.token AND links.subject <> ALL($1::BIGINT[]))",
    "DELETE FROM links WHERE subject = ANY($1::BIGINT[])",
    "DELETE FROM identities WHERE subject = ANY($1::BIGINT[])",
    "DELETE FROM search_tokens WHERE member = ANY($1::BIGINT[])",
];
const UNSEARCH: &str = "DELETE FROM search_tokens WHERE member = ANY($1)";
const SEARCH: &str = "INSERT INTO search_tokens (token, member) SELECT * FROM UNNEST($1::BYTEA[], $2::BIGINT[]) \
                      ON CONFLICT (token, member) DO NOTHING";
const HEADS: &str = "UPDATE lanes SET seq = head.seq, subjects = head.subjects, chain = head.chain \
                     FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::BYTEA[]) AS head (lane, seq, subjects, chain) \
                     WHERE lanes.lane = head.lane";

pub(super) fn claims(session: &mut Session, claims: &[(Token, Owner)], links: &[LinkRow]) -> PortResult<()> {
    // Stable: of two claims on one token in one set the first stands.
    let mut rows: Vec<_> = claims.iter().collect();
    rows.sort_by_key(|(token, _)| *token);
    rows.dedup_by_key(|(token, _)| *token);
    let tokens = column(&rows, |(token, _)| token.0.as_slice());
    let subjects = column(&rows, |(_, owner)| owner.subject.0);
    let lanes = column(&rows, |(_, owner)| i64::from(owner.lane.0));
    let import = |link: &LinkRow| link.import.map_or(0, |import| import.0);
    let links = latest(links, |link| (link.token, link.subject, import(link)));
    write(
        session,
        CLAIM,
        rows.len() + links.len(),
        &[
            &tokens,
            &subjects,
            &lanes,
            &column(&links, |link| link.token.0.as_slice()),
            &column(&links, |link| link.subject.0),
            &column(&links, |link| import(link)),
            &column(&links, |link| link.kind.as_str()),
            &column(&links, |link| link.source.as_str()),
            &column(&links, |link| link.occurred_at.0),
            &column(&links, |link| link.fact.recorded_at.0),
            &column(&links, |link| link.fact.position.0),
            &column(&links, |link| i64::from(link.is_root)),
        ],
    )
}

/// Who is whom: most batches change nothing of it, and then it is no round trip.
fn people(session: &mut Session, set: &Append) -> PortResult<()> {
    let roots = latest(&set.roots, |(token, _)| *token);
    let (tokens, lanes) = (column(&roots, |(token, _)| token.0.as_slice()), column(&roots, |(_, owner)| i64::from(owner.lane.0)));
    write(session, ROOTS, roots.len(), &[&tokens, &column(&roots, |(_, owner)| owner.subject.0), &lanes])?;
    if !set.erased.is_empty() {
        erase(session, &column(&set.erased, |subject| subject.0))?;
    }
    let unlink = &set.unlink;
    let imports = column(unlink, |link| link.import.map_or(0, |import| import.0));
    let (tokens, subjects) = (column(unlink, |link| link.token.0.as_slice()), column(unlink, |link| link.subject.0));
    write(session, UNLINK, unlink.len(), &[&tokens, &subjects, &imports])?;
    kin(session, &set.kin)?;
    let (a, b) = (column(&set.rulings, |row| row.a.0), column(&set.rulings, |row| row.b.0));
    let together = column(&set.rulings, |row| i64::from(row.together));
    let (at, position) = (column(&set.rulings, |row| row.fact.recorded_at.0), column(&set.rulings, |row| row.fact.position.0));
    write(session, RULINGS, set.rulings.len(), &[&a, &b, &together, &at, &position])?;
    let families = latest(&set.conflicts, |(family, _)| *family);
    write(session, SETTLED, families.len(), &[&column(&families, |(family, _)| family.0)])?;
    let rows: Vec<_> = families.iter().flat_map(|(_, rows)| rows).collect();
    let (of, left, right) = (column(&rows, |row| row.family.0), column(&rows, |row| row.left.0), column(&rows, |row| row.right.0));
    let (kinds, by) = (column(&rows, |row| row.kind.as_str()), column(&rows, |row| row.by.as_str()));
    write(session, CONFLICTS, rows.len(), &[&of, &left, &right, &kinds, &by])?;
    let (whole, parted): (Vec<_>, Vec<_>) = latest(&set.parted, |(member, _)| *member).into_iter().partition(|(_, body)| body.is_empty());
    write(session, WHOLE, whole.len(), &[&column(&whole, |(member, _)| member.0)])?;
    let (members, bodies) = (column(&parted, |(member, _)| member.0), column(&parted, |(_, body)| body.as_slice()));
    write(session, PARTED, parted.len(), &[&members, &bodies])
}

fn kin(session: &mut Session, kin: &[KinRow]) -> PortResult<()> {
    let rows = latest(kin, |row| row.subject);
    write(
        session,
        KIN,
        rows.len(),
        &[
            &column(&rows, |row| row.subject.0),
            &column(&rows, |row| i64::from(row.lane.0)),
            &column(&rows, |row| row.member.0),
            &column(&rows, |row| row.family.0),
            &column(&rows, |row| row.born.recorded_at.0),
            &column(&rows, |row| row.born.position.0),
        ],
    )
}

/// What is taken away goes first, then what is added.
pub(super) fn append(session: &mut Session, set: &Append) -> PortResult<()> {
    facts(session, &set.facts)?;
    effects(session, &set.effects)?;
    seen(session, set)?;
    let states = latest(&set.states, |(member, _)| *member);
    let (members, bodies) = (column(&states, |(member, _)| member.0), column(&states, |(_, body)| body.as_slice()));
    write(session, STATES, states.len(), &[&members, &bodies])?;
    orders(session, set)?;
    timers(session, &set.timers)?;
    let sources = latest(&set.sources, |(source, _)| source.as_str());
    let (names, live_at) = (column(&sources, |(source, _)| source.as_str()), column(&sources, |(_, live_at)| live_at.0));
    write(session, SOURCES, sources.len(), &[&names, &live_at])?;
    waiting(session, set)?;
    if let Some(turn) = &set.turn {
        session.run(sql::TURN, &[&(turn.fence as i64)])?;
        for (name, value) in &turn.settings {
            session.run(sql::SET_SETTING, &[name, value])?;
        }
    }
    search(session, set)?;
    people(session, set)?;
    heads(session, &set.heads)
}

fn facts(session: &mut Session, facts: &[StoredFact]) -> PortResult<()> {
    write(
        session,
        FACTS,
        facts.len(),
        &[
            &column(facts, |fact| fact.position.0),
            &column(facts, |fact| fact.recorded_at.0),
            &column(facts, |fact| fact.kind.as_str()),
            &column(facts, |fact| i64::from(fact.version)),
            &column(facts, |fact| fact.subject.0),
            &column(facts, |fact| fact.occurred_at.0),
            &column(facts, |fact| fact.origin.as_str()),
            &column(facts, |fact| fact.import.map(|import| import.0)),
            &column(facts, |fact| fact.source.as_str()),
            &column(facts, |fact| fact.object.as_str()),
            &column(facts, |fact| fact.object_version.as_str()),
            &column(facts, |fact| fact.payload.as_slice()),
            &column(facts, |fact| fact.sealed.as_slice()),
            &column(facts, |fact| fact.chain.0.as_slice()),
        ],
    )
}

fn effects(session: &mut Session, effects: &[StoredEffect]) -> PortResult<()> {
    write(
        session,
        EFFECTS,
        effects.len(),
        &[
            &column(effects, |effect| effect.position.0),
            &column(effects, |effect| i64::from(effect.ordinal)),
            &column(effects, |effect| effect.member.0),
            &column(effects, |effect| effect.kind.as_str()),
            &column(effects, |effect| effect.at.0),
            &column(effects, |effect| effect.payload.as_slice()),
        ],
    )
}

fn seen(session: &mut Session, set: &Append) -> PortResult<()> {
    write(session, FORGET, set.forget.len(), &[&column(&set.forget, |key| key.0.as_slice())])?;
    let mut rows: Vec<_> = set.seen.iter().collect();
    rows.sort_unstable_by_key(|(key, _)| *key);
    let keys = column(&rows, |(key, _)| key.0.as_slice());
    let contents = column(&rows, |(_, seen)| seen.content.0.as_slice());
    let recorded_at = column(&rows, |(_, seen)| seen.fact.recorded_at.0);
    let positions = column(&rows, |(_, seen)| seen.fact.position.0);
    write(session, SEEN, rows.len(), &[&keys, &contents, &recorded_at, &positions])
}

fn orders(session: &mut Session, set: &Append) -> PortResult<()> {
    write(session, DROP_ORDERS, set.drop_orders.len(), &[&column(&set.drop_orders, |order| order.0.as_slice())])?;
    let rows = latest(&set.orders, |(order, _)| *order);
    let refs = column(&rows, |(order, _)| order.0.as_slice());
    let members = column(&rows, |(_, row)| row.holder.0);
    let lanes = column(&rows, |(_, row)| i64::from(row.lane.0));
    let bodies = column(&rows, |(_, row)| row.body.as_slice());
    write(session, ORDERS, rows.len(), &[&refs, &members, &lanes, &bodies])
}

/// Says how many values the subjects were known by.
pub(super) fn erase(session: &mut Session, subjects: &[i64]) -> PortResult<u64> {
    let [only_linked, links, own, search] = ERASE;
    let only_linked = session.run(only_linked, &[&subjects])?;
    session.run(links, &[&subjects])?;
    session.run(search, &[&subjects])?;
    Ok(only_linked + session.run(own, &[&subjects])?)
}

fn timers(session: &mut Session, timers: &[TimerRow]) -> PortResult<()> {
    let rows = latest(timers, |timer| (timer.member, timer.policy.as_str()));
    let (set, cleared): (Vec<_>, Vec<_>) = rows.into_iter().partition(|timer| timer.due.is_some());
    let (members, policies) = (column(&cleared, |timer| timer.member.0), column(&cleared, |timer| timer.policy.as_str()));
    write(session, CLEAR_TIMERS, cleared.len(), &[&members, &policies])?;
    let (members, policies) = (column(&set, |timer| timer.member.0), column(&set, |timer| timer.policy.as_str()));
    let (lanes, due) = (column(&set, |timer| i64::from(timer.lane.0)), column(&set, |timer| timer.due.map(|due| due.0)));
    write(session, SET_TIMERS, set.len(), &[&members, &policies, &lanes, &due])
}

fn waiting(session: &mut Session, set: &Append) -> PortResult<()> {
    write(session, WAITED, set.waited.len(), &[&column(&set.waited, |order| order.0.as_slice())])?;
    let (refs, positions) = (column(&set.wait, |(order, _)| order.0.as_slice()), column(&set.wait, |(_, position)| position.0));
    write(session, WAIT, set.wait.len(), &[&refs, &positions])
}

fn search(session: &mut Session, set: &Append) -> PortResult<()> {
    write(session, UNSEARCH, set.unsearch.len(), &[&column(&set.unsearch, |member| member.0)])?;
    let rows = latest(&set.search, |pair| *pair);
    write(session, SEARCH, rows.len(), &[&column(&rows, |(token, _)| token.0.as_slice()), &column(&rows, |(_, member)| member.0)])
}

fn heads(session: &mut Session, heads: &[LaneHead]) -> PortResult<()> {
    let lanes = column(heads, |head| i64::from(head.lane.0));
    let seqs = column(heads, |head| head.seq.0 as i64);
    let subjects = column(heads, |head| head.subjects as i64);
    let chains = column(heads, |head| head.chain.0.as_slice());
    write(session, HEADS, heads.len(), &[&lanes, &seqs, &subjects, &chains])
}

/// Nothing to write is no round trip.
fn write(session: &mut Session, sql: &'static str, rows: usize, columns: &[&(dyn ToSql + Sync)]) -> PortResult<()> {
    if rows == 0 { Ok(()) } else { session.run(sql, columns).map(drop) }
}

fn column<'a, T, C>(rows: &'a [T], value: impl Fn(&'a T) -> C) -> Vec<C> {
    rows.iter().map(value).collect()
}

/// Rows in the order of their keys; of several under one key the last, because one statement can change a row only once.
fn latest<'a, T, K: Ord + 'a>(rows: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    let mut rows: Vec<&T> = rows.iter().rev().collect();
    rows.sort_by_key(|row| key(row));
    rows.dedup_by(|later, earlier| key(later) == key(earlier));
    rows
}
