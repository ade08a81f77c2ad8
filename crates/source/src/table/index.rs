//! The first pass: which orders lie in several places of the file, and which rows without an id occur more than once.
//!
//! 24 bytes a row while it runs; afterwards only what lies apart or twice is kept.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::layout::Layout;
use super::plan::Plan;
use crate::mapping::Field;
use crate::problem::FileError;
use crate::rows::{Row, Rows};
use crate::value::Kind;
use crate::value::cell::{self, is_zero_tailed};

/// An order with more rows is a wrong mapping, not an order.
pub const ORDER_ROWS_MAX: u32 = 10_000;

/// Where a run of rows of one order begins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Run {
    key: u64,
    pub position: u64,
    pub line: u32,
    rows: u32,
}

#[derive(Debug, Default)]
pub struct Index {
    /// Runs of orders with more than one, sorted by key and position.
    runs: Vec<Run>,
    /// Keys of orders with too many rows.
    crowded: Vec<u64>,
    /// Rows without an id that occur more than once: how many of each were read so far.
    twins: HashMap<u64, u32>,
    /// Columns of ids all of whose long values end in zeros after the 15th digit.
    pub rounded: Vec<usize>,
    pub rows: u64,
}

/// What a row belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Key {
    Order(String),
    /// Hex digest over all columns.
    Digest(String),
}

impl Key {
    /// A row belongs to its order even when another cell is damaged: the order is then refused as a whole. Ids that a spreadsheet
    /// destroyed name no order; many of them have become the same.
    pub fn of(row: &Row, plan: &Plan) -> Self {
        let own = plan.cell(row, Field::OrderId).filter(|(column, cell)| {
            let readable = row.flaw.as_ref().is_none_or(|(flawed, _)| flawed.is_some_and(|flawed| flawed != *column));
            readable && cell.kind != Kind::Rounded && !cell::is_exponent(cell.text)
        });
        own.map_or_else(|| Self::Digest(digest(row)), |(_, cell)| Self::Order(cell.text.to_owned()))
    }

    fn hash(&self) -> u64 {
        match self {
            Self::Order(id) => first_eight(&Sha256::digest(id.as_bytes())) | 1,
            Self::Digest(hex) => u64::from_str_radix(hex.get(..16).unwrap_or("0"), 16).unwrap_or(0) & !1,
        }
    }
}

/// SHA-256 over the cleaned cells, each ended by a unit separator: the first 128 bits in hex.
fn digest(row: &Row) -> String {
    use std::fmt::Write as _;
    let mut hasher = Sha256::new();
    for raw in row.cells() {
        hasher.update(cell::clean(raw).as_bytes());
        hasher.update([0x1f]);
    }
    let mut hex = String::with_capacity(32);
    for byte in &hasher.finalize()[..16] {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

impl Index {
    /// Reads all rows once.
    pub fn build(rows: &mut Rows, layout: &Layout, plan: &Plan) -> Result<Self, FileError> {
        let mut index = Self::default();
        let mut zeros = ZeroTails::new(plan);
        let mut runs: Vec<Run> = Vec::new();
        let mut row = Row::default();
        let mut previous = None;
        while layout.next(rows, &mut row)? {
            index.rows += 1;
            zeros.take(&row);
            let key = Key::of(&row, plan);
            if matches!(key, Key::Order(_))
                && previous.as_ref() == Some(&key)
                && let Some(run) = runs.last_mut()
            {
                run.rows += 1;
                continue;
            }
            runs.push(Run { key: key.hash(), position: row.position, line: u32::try_from(row.line).unwrap_or(u32::MAX), rows: 1 });
            previous = Some(key);
        }
        runs.sort_unstable();
        for same in runs.chunk_by(|a, b| a.key == b.key) {
            index.take(same);
        }
        index.runs.shrink_to_fit();
        index.rounded = zeros.verdict();
        Ok(index)
    }

    fn take(&mut self, same: &[Run]) {
        let key = same[0].key;
        let count: u32 = same.iter().fold(0, |sum, run| sum.saturating_add(run.rows));
        if key & 1 == 0 {
            if same.len() > 1 {
                self.twins.insert(key, 0);
            }
        } else if count > ORDER_ROWS_MAX {
            self.crowded.push(key);
        } else if same.len() > 1 {
            self.runs.extend_from_slice(same);
        }
    }

    /// All runs of an order that lies apart; empty when its rows are neighbours.
    pub fn runs(&self, key: &Key) -> &[Run] {
        let hash = key.hash();
        let from = self.runs.partition_point(|run| run.key < hash);
        let until = self.runs.partition_point(|run| run.key <= hash);
        &self.runs[from..until]
    }

    pub fn is_crowded(&self, key: &Key) -> bool {
        !self.crowded.is_empty() && self.crowded.binary_search(&key.hash()).is_ok()
    }

    /// The row's ordinal among identical rows, from 1, in the order of the file.
    pub fn ordinal(&mut self, key: &Key) -> u32 {
        self.twins.get_mut(&key.hash()).map_or(1, |count| {
            *count += 1;
            *count
        })
    }
}

fn first_eight(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |value, &byte| (value << 8) | u64::from(byte))
}

/// Counts long numbers in id columns, and how many of them end in zeros: if all do, a spreadsheet has rounded them.
struct ZeroTails {
    columns: Vec<(usize, u64, u64)>,
}

impl ZeroTails {
    fn new(plan: &Plan) -> Self {
        let ids = [Field::OrderId, Field::RefundOf, Field::Sku].into_iter().filter_map(|field| plan.column(field));
        let all = ids.chain(plan.identities.iter().map(|(_, column)| *column));
        Self { columns: all.map(|column| (column, 0, 0)).collect() }
    }

    fn take(&mut self, row: &Row) {
        for (column, long, zero) in &mut self.columns {
            if row.raw(*column).len() < 16 {
                continue;
            }
            if let Some(tailed) = row.cell(*column).and_then(|cell| is_zero_tailed(cell.text)) {
                *long += 1;
                *zero += u64::from(tailed);
            }
        }
    }

    /// Three such numbers by chance: one in a thousand for 16 digits, far less for more.
    fn verdict(self) -> Vec<usize> {
        self.columns.into_iter().filter(|&(_, long, zero)| long >= 3 && long == zero).map(|(column, ..)| column).collect()
    }
}
