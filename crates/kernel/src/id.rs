//! Ids. A fact's id is its place in the journal and the time it was recorded, so ids are dense, time-ordered and need no chance.

use std::fmt;

use crate::{Instant, base32};

/// A lane of the journal: one writer at a time, one dense sequence, one hash chain. SQLite has one lane, PostgreSQL 64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Lane(pub u16);

/// A place in a lane, from 1 without gaps.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Seq(pub u64);

/// Lane and sequence as one integer, the journal's primary key: 15 bits of lane, 48 bits of sequence, never negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position(pub i64);

impl Position {
    pub fn new(lane: Lane, seq: Seq) -> Self {
        Self((i64::from(lane.0) << 48) | (seq.0 & 0xffff_ffff_ffff) as i64)
    }

    pub fn lane(self) -> Lane {
        Lane((self.0 >> 48) as u16)
    }

    pub fn seq(self) -> Seq {
        Seq((self.0 & 0xffff_ffff_ffff) as u64)
    }
}

/// A fact: when it was recorded, and where. Orders by recording time, then lane, then sequence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FactId {
    pub recorded_at: Instant,
    pub position: Position,
}

impl FactId {
    pub fn parse(text: &str) -> Option<Self> {
        let value = base32::decode(text.strip_prefix("f_")?)?;
        Some(Self { recorded_at: Instant((value >> 64) as i64), position: Position((value & u128::from(u64::MAX)) as i64) })
    }
}

impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = (u128::from(self.recorded_at.0 as u64) << 64) | u128::from(self.position.0 as u64);
        write!(f, "f_{}", base32::encode(value, 23))
    }
}

/// An effect: the fact whose decision it belongs to, and its ordinal in that decision.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EffectId {
    pub fact: FactId,
    pub ordinal: u16,
}

impl EffectId {
    pub fn parse(text: &str) -> Option<Self> {
        let (fact, ordinal) = text.strip_prefix("e_")?.rsplit_once('.')?;
        Some(Self { fact: FactId::parse(&format!("f_{fact}"))?, ordinal: ordinal.parse().ok()? })
    }
}

impl fmt::Display for EffectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fact = self.fact.to_string();
        write!(f, "e_{}.{}", &fact[2..], self.ordinal)
    }
}

/// The holder of facts, of an encryption key and of a lake bucket: the first identity seen of somebody. Never reassigned.
///
/// The number is a scrambled counter, so that order by subject is a fixed hash order; it derives from no identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SubjectId(pub i64);

impl SubjectId {
    /// Holds what belongs to no member: anonymous sales and the journal's own facts.
    pub const NOBODY: Self = Self(0);

    /// The `count`-th subject (from 1) of a lane.
    pub fn nth(lane: Lane, count: u64) -> Self {
        // splitmix64's finaliser (Steele, Lea, Flood 2014) is a bijection: distinct counters give distinct subjects.
        let mut z = ((u64::from(lane.0) << 48) | count).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self((z ^ (z >> 31)) as i64)
    }

    pub fn parse(text: &str) -> Option<Self> {
        let value = base32::decode(text.strip_prefix("m_")?)?;
        u64::try_from(value).ok().map(|v| Self(v as i64))
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m_{}", base32::encode(u128::from(self.0 as u64), 13))
    }
}

/// A member: the set of subjects that are one person, named by its first subject.
pub type MemberId = SubjectId;

/// One import of one file, numbered by the store from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ImportId(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_being_written_down() {
        let fact = FactId { recorded_at: Instant(1_700_000_000_123), position: Position::new(Lane(63), Seq(987_654_321)) };
        assert_eq!(FactId::parse(&fact.to_string()), Some(fact));
        assert_eq!((fact.position.lane(), fact.position.seq()), (Lane(63), Seq(987_654_321)));
        let effect = EffectId { fact, ordinal: 7 };
        assert_eq!(EffectId::parse(&effect.to_string()), Some(effect));
        let subject = SubjectId::nth(Lane(3), 42);
        assert_eq!(SubjectId::parse(&subject.to_string()), Some(subject));
        assert_eq!(SubjectId::parse("m_u"), None);
    }

    #[test]
    fn later_facts_have_later_texts() {
        let at = |ms, seq| FactId { recorded_at: Instant(ms), position: Position::new(Lane(0), Seq(seq)) }.to_string();
        assert!(at(1000, 9) < at(1001, 1));
        assert!(at(1000, 9) < at(1000, 10));
    }

    #[test]
    fn the_first_million_subjects_are_distinct() {
        let mut all: Vec<_> = (1..=1_000_000).map(|n| SubjectId::nth(Lane(0), n)).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 1_000_000);
        assert!(!all.contains(&SubjectId::NOBODY));
    }
}
