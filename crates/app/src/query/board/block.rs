//! Members side by side, ascending: one column a value.

use perennial_condition::{Column, Columns, FieldId, Meaning, Numbers};
use perennial_kernel::{Day, MemberId, SubjectId};

use super::row::{NEVER, Row};
use crate::query::selection::Known;

/// Columns of eight bytes,
const MEMBER: usize = 0;
const MONEY: usize = 1;
const WIDE: usize = 2;
/// and of four.
const F_LIFE: usize = 0;
const F_TOTAL: usize = 1;
const LIFE: usize = 2;
const STORES: usize = 3;
const FIRST: usize = 4;
const LAST: usize = 5;
const DUE: usize = 6;
const NARROW: usize = 7;

/// A stage's index is a byte.
pub const STAGES_MAX: usize = 256;

/// Columns of one length.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    wide: [Vec<i64>; WIDE],
    narrow: [Vec<i32>; NARROW],
    /// A column for each model.
    stages: Vec<Vec<u8>>,
}

impl Block {
    pub fn new(models: usize) -> Self {
        Self { wide: Default::default(), narrow: Default::default(), stages: vec![Vec::new(); models] }
    }

    pub fn len(&self) -> usize {
        self.wide[MEMBER].len()
    }

    pub fn is_empty(&self) -> bool {
        self.wide[MEMBER].is_empty()
    }

    /// Bytes of a member.
    pub fn width(models: usize) -> usize {
        WIDE * 8 + NARROW * 4 + models
    }

    pub fn member(&self, at: usize) -> MemberId {
        SubjectId(self.wide[MEMBER][at])
    }

    pub fn last_member(&self) -> Option<MemberId> {
        self.wide[MEMBER].last().copied().map(SubjectId)
    }

    /// Where the member stands, or would.
    pub fn place(&self, member: MemberId) -> Result<usize, usize> {
        self.wide[MEMBER].binary_search(&member.0)
    }

    pub fn row(&self, at: usize) -> Row {
        let narrow = |column: usize| self.narrow[column][at];
        Row {
            member: self.member(at),
            money: self.wide[MONEY][at],
            f_life: narrow(F_LIFE).cast_unsigned(),
            f_total: narrow(F_TOTAL).cast_unsigned(),
            life: narrow(LIFE).cast_unsigned(),
            stores: narrow(STORES).cast_unsigned(),
            first: narrow(FIRST),
            last: narrow(LAST),
            due: narrow(DUE),
        }
    }

    pub fn stage(&self, at: usize, model: usize) -> u8 {
        self.stages[model][at]
    }

    /// Adds the members of each stage, by its index.
    pub fn count_stages(&self, model: usize, counts: &mut [u64; STAGES_MAX]) {
        // Four counts side by side: a neighbour in the same stage need not wait for the one before.
        let mut lanes = [[0_u32; STAGES_MAX]; 4];
        let (fours, rest) = self.stages[model].as_chunks::<4>();
        for four in fours {
            lanes.iter_mut().zip(four).for_each(|(lane, stage)| lane[usize::from(*stage)] += 1);
        }
        for stage in rest {
            lanes[0][usize::from(*stage)] += 1;
        }
        for lane in lanes {
            counts.iter_mut().zip(lane).for_each(|(count, more)| *count += u64::from(more));
        }
    }

    pub fn stores(&self) -> impl Iterator<Item = usize> {
        self.narrow[STORES].iter().map(|number| *number as usize)
    }

    pub fn first_day(&self) -> Option<Day> {
        self.narrow[FIRST].iter().copied().filter(|day| *day != NEVER).min().map(Day)
    }

    pub fn last_day(&self) -> Option<Day> {
        self.narrow[LAST].iter().copied().filter(|day| *day != NEVER).max().map(Day)
    }

    /// Members in a second life or a later one.
    pub fn lived_again(&self) -> usize {
        self.narrow[LIFE].iter().filter(|life| **life > 1).count()
    }

    pub fn buyers(&self) -> usize {
        self.narrow[F_TOTAL].iter().filter(|purchases| **purchases > 0).count()
    }

    pub fn due_by(&self, day: Day) -> impl Iterator<Item = MemberId> {
        let due = self.narrow[DUE].iter().zip(&self.wide[MEMBER]);
        due.filter(move |(due, _)| **due <= day.0).map(|(_, member)| SubjectId(*member))
    }

    pub fn insert(&mut self, at: usize, row: &Row, stages: &[u8]) {
        let (wide, narrow) = values(row);
        self.wide.iter_mut().zip(wide).for_each(|(column, value)| column.insert(at, value));
        self.narrow.iter_mut().zip(narrow).for_each(|(column, value)| column.insert(at, value));
        self.stages.iter_mut().zip(stages).for_each(|(column, stage)| column.insert(at, *stage));
    }

    pub fn set(&mut self, at: usize, row: &Row, stages: &[u8]) {
        let (wide, narrow) = values(row);
        self.wide.iter_mut().zip(wide).for_each(|(column, value)| column[at] = value);
        self.narrow.iter_mut().zip(narrow).for_each(|(column, value)| column[at] = value);
        self.stages.iter_mut().zip(stages).for_each(|(column, stage)| column[at] = *stage);
    }

    pub fn remove(&mut self, at: usize) {
        for column in &mut self.wide {
            column.remove(at);
        }
        for column in &mut self.narrow {
            column.remove(at);
        }
        for column in &mut self.stages {
            column.remove(at);
        }
    }

    /// What stands from `at` on goes into a block of its own.
    pub fn split_off(&mut self, at: usize) -> Self {
        Self {
            wide: self.wide.each_mut().map(|column| column.split_off(at)),
            narrow: self.narrow.each_mut().map(|column| column.split_off(at)),
            stages: self.stages.iter_mut().map(|column| column.split_off(at)).collect(),
        }
    }

    /// Column after column, little-endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len() * Self::width(self.stages.len()));
        self.wide.iter().flatten().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        self.narrow.iter().flatten().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        self.stages.iter().for_each(|column| bytes.extend_from_slice(column));
        bytes
    }

    /// Of [`Self::to_bytes`], for `len` members and so many models.
    pub fn from_bytes(bytes: &[u8], len: usize, models: usize) -> Self {
        let mut rest = bytes;
        let mut next = |size: usize| {
            let (column, after) = rest.split_at(len * size);
            rest = after;
            column
        };
        let wide = [(); WIDE].map(|()| next(8).as_chunks().0.iter().map(|value| i64::from_le_bytes(*value)).collect());
        let narrow = [(); NARROW].map(|()| next(4).as_chunks().0.iter().map(|value| i32::from_le_bytes(*value)).collect());
        let stages = (0..models).map(|_| next(1).to_vec()).collect();
        Self { wide, narrow, stages }
    }
}

fn values(row: &Row) -> ([i64; WIDE], [i32; NARROW]) {
    let mut narrow = [0; NARROW];
    for (column, count) in [(F_LIFE, row.f_life), (F_TOTAL, row.f_total), (LIFE, row.life), (STORES, row.stores)] {
        narrow[column] = count.cast_signed();
    }
    for (column, day) in [(FIRST, row.first), (LAST, row.last), (DUE, row.due)] {
        narrow[column] = day;
    }
    ([row.member.0, row.money], narrow)
}

/// A block as conditions see it.
pub struct Seen<'a> {
    pub block: &'a Block,
    pub today: Day,
    /// What answers each field of the condition.
    pub known: &'a [(FieldId, Known)],
}

impl Columns for Seen<'_> {
    fn today(&self) -> Day {
        self.today
    }

    fn rows(&self) -> usize {
        self.block.len()
    }

    fn column(&self, id: FieldId) -> Option<Column<'_>> {
        let (_, known) = self.known.iter().find(|(held, _)| *held == id)?;
        let never = Some(i64::from(NEVER));
        let (narrow, meaning, missing) = match known {
            Known::MTotal => {
                let numbers = Numbers::I64(&self.block.wide[MONEY]);
                return Some(Column { numbers, meaning: Meaning::Money, missing: None });
            }
            Known::FLife => (F_LIFE, Meaning::Int, None),
            Known::FTotal => (F_TOTAL, Meaning::Int, None),
            Known::Life => (LIFE, Meaning::Int, None),
            Known::First => (FIRST, Meaning::Day, never),
            Known::Last => (LAST, Meaning::Day, never),
            Known::Recency => (LAST, Meaning::DaysSince, never),
            Known::SinceFirst => (FIRST, Meaning::DaysSince, never),
        };
        Some(Column { numbers: Numbers::I32(&self.block.narrow[narrow]), meaning, missing })
    }
}
