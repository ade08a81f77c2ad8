//! From a row to a value, written once for both databases.

use perennial_app::port::access::FactorRow;
use perennial_app::port::desk::{DocumentRow, ImportRow, SecretRow, UserRow};
use perennial_app::port::journal::{
    Chain, CommandKey, ConflictRow, ContentHash, KinRow, LaneHead, LinkRow, OrderRef, OrderRow, Owner, RulingRow, Seen, StoredEffect,
    StoredFact, TimerRow, Token,
};
use perennial_app::port::trail::AuditRow;
use perennial_app::port::{PortError, PortResult};
use perennial_kernel::{FactId, ImportId, Instant, Lane, Origin, Position, Seq, SubjectId};

/// A row's columns by place, from 0. Borrowed: what is not kept is not copied.
pub(crate) trait Columns {
    fn int(&self, at: usize) -> PortResult<i64>;
    fn maybe_int(&self, at: usize) -> PortResult<Option<i64>>;
    fn text(&self, at: usize) -> PortResult<&str>;
    fn bytes(&self, at: usize) -> PortResult<&[u8]>;
}

/// Fourteen columns as [`crate::sql::fact_columns`] names them.
pub(crate) fn stored_fact(row: &(impl Columns + ?Sized)) -> PortResult<StoredFact> {
    let origin = row.text(6)?;
    Ok(StoredFact {
        position: Position(row.int(0)?),
        recorded_at: Instant(row.int(1)?),
        kind: row.text(2)?.to_owned(),
        version: small(row, 3)?,
        subject: SubjectId(row.int(4)?),
        occurred_at: Instant(row.int(5)?),
        origin: Origin::parse(origin).ok_or_else(|| PortError::Damaged(format!("unknown origin '{origin}'")))?,
        import: row.maybe_int(7)?.map(ImportId),
        source: row.text(8)?.to_owned(),
        object: row.text(9)?.to_owned(),
        object_version: row.text(10)?.to_owned(),
        payload: row.bytes(11)?.to_owned(),
        sealed: row.bytes(12)?.to_owned(),
        chain: Chain(hash(row, 13)?),
    })
}

/// Position, ordinal, member, kind, at, payload.
pub(crate) fn stored_effect(row: &(impl Columns + ?Sized)) -> PortResult<StoredEffect> {
    Ok(StoredEffect {
        position: Position(row.int(0)?),
        ordinal: small(row, 1)?,
        member: SubjectId(row.int(2)?),
        kind: row.text(3)?.to_owned(),
        at: Instant(row.int(4)?),
        payload: row.bytes(5)?.to_owned(),
    })
}

/// Lane, seq, subjects, chain.
pub(crate) fn lane_head(row: &(impl Columns + ?Sized)) -> PortResult<LaneHead> {
    Ok(LaneHead { lane: lane(row, 0)?, seq: Seq(row.int(1)? as u64), subjects: row.int(2)? as u64, chain: Chain(hash(row, 3)?) })
}

/// A lane's head and, fifth, its fence.
pub(crate) fn held_lane(row: &(impl Columns + ?Sized)) -> PortResult<(LaneHead, u64)> {
    Ok((lane_head(row)?, row.int(4)? as u64))
}

/// One number.
pub(crate) fn number(row: &(impl Columns + ?Sized)) -> PortResult<i64> {
    row.int(0)
}

/// Key, content, recorded_at, position.
pub(crate) fn seen(row: &(impl Columns + ?Sized)) -> PortResult<(CommandKey, Seen)> {
    let fact = FactId { recorded_at: Instant(row.int(2)?), position: Position(row.int(3)?) };
    Ok((CommandKey(hash(row, 0)?), Seen { content: ContentHash(hash(row, 1)?), fact }))
}

/// Token, subject, lane.
pub(crate) fn owner(row: &(impl Columns + ?Sized)) -> PortResult<(Token, Owner)> {
    Ok((Token(hash(row, 0)?), Owner { subject: SubjectId(row.int(1)?), lane: lane(row, 2)? }))
}

/// One column of a member.
pub(crate) fn member(row: &(impl Columns + ?Sized)) -> PortResult<SubjectId> {
    row.int(0).map(SubjectId)
}

/// Token, subject, import, kind, source, occurred_at, recorded_at, position, is_root.
pub(crate) fn link(row: &(impl Columns + ?Sized)) -> PortResult<LinkRow> {
    Ok(LinkRow {
        token: Token(hash(row, 0)?),
        subject: SubjectId(row.int(1)?),
        import: Some(ImportId(row.int(2)?)).filter(|import| import.0 != 0),
        kind: row.text(3)?.to_owned(),
        source: row.text(4)?.to_owned(),
        occurred_at: Instant(row.int(5)?),
        fact: fact_id(row, 6)?,
        is_root: row.int(8)? != 0,
    })
}

/// Subject, lane, member, family, recorded_at, position.
pub(crate) fn kin(row: &(impl Columns + ?Sized)) -> PortResult<KinRow> {
    Ok(KinRow {
        subject: SubjectId(row.int(0)?),
        lane: lane(row, 1)?,
        member: SubjectId(row.int(2)?),
        family: SubjectId(row.int(3)?),
        born: fact_id(row, 4)?,
    })
}

/// A, b, together, recorded_at, position.
pub(crate) fn ruling(row: &(impl Columns + ?Sized)) -> PortResult<RulingRow> {
    Ok(RulingRow { a: SubjectId(row.int(0)?), b: SubjectId(row.int(1)?), together: row.int(2)? != 0, fact: fact_id(row, 3)? })
}

/// Family, one, other, kind, named_by.
pub(crate) fn conflict(row: &(impl Columns + ?Sized)) -> PortResult<ConflictRow> {
    Ok(ConflictRow {
        family: SubjectId(row.int(0)?),
        left: SubjectId(row.int(1)?),
        right: SubjectId(row.int(2)?),
        kind: row.text(3)?.to_owned(),
        by: row.text(4)?.to_owned(),
    })
}

fn fact_id(row: &(impl Columns + ?Sized), at: usize) -> PortResult<FactId> {
    Ok(FactId { recorded_at: Instant(row.int(at)?), position: Position(row.int(at + 1)?) })
}

/// Member, body; or subject, key.
pub(crate) fn state(row: &(impl Columns + ?Sized)) -> PortResult<(SubjectId, Vec<u8>)> {
    Ok((SubjectId(row.int(0)?), row.bytes(1)?.to_owned()))
}

/// Ref, member, lane, body.
pub(crate) fn order(row: &(impl Columns + ?Sized)) -> PortResult<(OrderRef, OrderRow)> {
    Ok((OrderRef(hash(row, 0)?), OrderRow { holder: SubjectId(row.int(1)?), lane: lane(row, 2)?, body: row.bytes(3)?.to_owned() }))
}

/// A fact, then (column 14) the order it waits for.
pub(crate) fn waiting(row: &(impl Columns + ?Sized)) -> PortResult<(OrderRef, StoredFact)> {
    Ok((OrderRef(hash(row, 14)?), stored_fact(row)?))
}

/// Member, lane, policy, due.
pub(crate) fn timer(row: &(impl Columns + ?Sized)) -> PortResult<TimerRow> {
    Ok(TimerRow { member: SubjectId(row.int(0)?), lane: lane(row, 1)?, policy: row.text(2)?.to_owned(), due: Some(Instant(row.int(3)?)) })
}

/// Source, live_at.
pub(crate) fn source(row: &(impl Columns + ?Sized)) -> PortResult<(String, Instant)> {
    Ok((row.text(0)?.to_owned(), Instant(row.int(1)?)))
}

/// Policy, version, body, author, reason, created_at.
pub(crate) fn document(row: &dyn Columns) -> PortResult<DocumentRow> {
    Ok(DocumentRow {
        policy: row.text(0)?.to_owned(),
        version: row.int(1)?,
        body: row.text(2)?.to_owned(),
        author: row.text(3)?.to_owned(),
        reason: row.text(4)?.to_owned(),
        created_at: Instant(row.int(5)?),
    })
}

/// Name, role, password, created_at, stores (one a line), active, must_change.
pub(crate) fn user(row: &dyn Columns) -> PortResult<UserRow> {
    Ok(UserRow {
        name: row.text(0)?.to_owned(),
        role: row.text(1)?.to_owned(),
        password: row.text(2)?.to_owned(),
        created_at: Instant(row.int(3)?),
        stores: row.text(4)?.lines().map(str::to_owned).collect(),
        active: row.int(5)? == 1,
        must_change: row.int(6)? == 1,
    })
}

/// Sealed, confirmed, step.
pub(crate) fn factor(row: &dyn Columns) -> PortResult<FactorRow> {
    Ok(FactorRow { sealed: row.bytes(0)?.to_owned(), confirmed: row.int(1)? == 1, step: row.int(2)? })
}

/// Hash, purpose, name, role, created_at, expires_at, source, agent.
pub(crate) fn secret(row: &dyn Columns) -> PortResult<SecretRow> {
    Ok(SecretRow {
        hash: row.bytes(0)?.to_owned(),
        purpose: row.text(1)?.to_owned(),
        name: row.text(2)?.to_owned(),
        role: row.text(3)?.to_owned(),
        created_at: Instant(row.int(4)?),
        expires_at: row.maybe_int(5)?.map(Instant),
        source: row.text(6)?.to_owned(),
        agent: row.text(7)?.to_owned(),
    })
}

/// Id, source, file, digest, preset, shift_days, state, started_at, ended_at, then the six counts.
pub(crate) fn import(row: &dyn Columns) -> PortResult<ImportRow> {
    Ok(ImportRow {
        id: ImportId(row.int(0)?),
        source: row.text(1)?.to_owned(),
        file: row.text(2)?.to_owned(),
        digest: row.bytes(3)?.to_owned(),
        preset: row.text(4)?.to_owned(),
        shift_days: row.int(5)? as i32,
        state: row.text(6)?.to_owned(),
        started_at: Instant(row.int(7)?),
        ended_at: row.maybe_int(8)?.map(Instant),
        records: row.int(9)? as u64,
        new: row.int(10)? as u64,
        updated: row.int(11)? as u64,
        unchanged: row.int(12)? as u64,
        skipped: row.int(13)? as u64,
        bad: row.int(14)? as u64,
    })
}

/// Id, at, who, what, about, detail, seal.
pub(crate) fn audit(row: &dyn Columns) -> PortResult<AuditRow> {
    Ok(AuditRow {
        id: row.int(0)?,
        at: Instant(row.int(1)?),
        who: row.text(2)?.to_owned(),
        what: row.text(3)?.to_owned(),
        about: row.text(4)?.to_owned(),
        detail: row.text(5)?.to_owned(),
        seal: row.bytes(6)?.to_owned(),
    })
}

/// A number and bytes: bad rows by record number.
pub(crate) fn numbered(row: &dyn Columns) -> PortResult<(u64, Vec<u8>)> {
    Ok((row.int(0)? as u64, row.bytes(1)?.to_owned()))
}

/// One column of bytes.
pub(crate) fn blob(row: &dyn Columns) -> PortResult<Vec<u8>> {
    Ok(row.bytes(0)?.to_owned())
}

fn lane(row: &(impl Columns + ?Sized), at: usize) -> PortResult<Lane> {
    small(row, at).map(Lane)
}

fn small(row: &(impl Columns + ?Sized), at: usize) -> PortResult<u16> {
    let number = row.int(at)?;
    u16::try_from(number).map_err(|_| PortError::Damaged(format!("{number} where a small number belongs")))
}

fn hash<const N: usize>(row: &(impl Columns + ?Sized), at: usize) -> PortResult<[u8; N]> {
    let bytes = row.bytes(at)?;
    bytes.try_into().map_err(|_| PortError::Damaged(format!("{} bytes where {N} belong", bytes.len())))
}
