//! Dead letters.

use perennial_app::port::letter::{LetterFilter, LetterGroup, LetterRow};
use perennial_app::port::{Letters, PortResult};
use perennial_kernel::{Day, Instant};

use super::Value::{Bytes, Int, Text};
use super::{DeskOn, Plain};
use crate::columns::Columns;
use crate::sql;

impl<S: Plain> Letters for DeskOn<S> {
    fn keep_letters(&mut self, rows: &[LetterRow]) -> PortResult<()> {
        let sql = "INSERT INTO dead_letters (digest, source, route, code, state, times, attempts, at, changed_at, day, sealed) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                   ON CONFLICT (digest) DO UPDATE SET times = dead_letters.times + excluded.times, changed_at = excluded.changed_at, \
                   state = CASE WHEN dead_letters.state = 'replayed' THEN 'open' ELSE dead_letters.state END";
        let values: Vec<_> = rows
            .iter()
            .map(|row| {
                let texts = [Bytes(&row.digest), Text(&row.source), Text(&row.route), Text(&row.code), Text(&row.state)];
                let counts = [Int(row.times as i64), Int(row.attempts as i64)];
                let times = [Int(row.at.0), Int(row.changed_at.0), Int(i64::from(row.day.0))];
                [&texts[..], &counts, &times, &[Bytes(&row.sealed)]].concat()
            })
            .collect();
        self.0.run_all(sql, &values)
    }

    fn letter(&mut self, id: i64) -> PortResult<Option<LetterRow>> {
        let sql = "SELECT id, digest, source, route, code, state, times, attempts, at, changed_at, day, sealed FROM dead_letters \
                   WHERE id = $1";
        self.first(sql, &[Int(id)], letter)
    }

    fn letters(&mut self, filter: &LetterFilter, before: i64, limit: usize) -> PortResult<Vec<LetterRow>> {
        let sql = "SELECT id, digest, source, route, code, state, times, attempts, at, changed_at, day, sealed FROM dead_letters \
                   WHERE id < $1 AND ($2 = '' OR source = $2) AND ($3 = '' OR code = $3) AND ($4 = '' OR state = $4) \
                   ORDER BY id DESC LIMIT $5";
        let [source, code, state] = [&filter.source, &filter.code, &filter.state].map(|text| Text(text.as_deref().unwrap_or_default()));
        self.0.fetch(sql, &[Int(before), source, code, state, Int(sql::limit(limit))], letter)
    }

    fn letter_groups(&mut self) -> PortResult<Vec<LetterGroup>> {
        let sql = "SELECT source, code, state, COUNT(*) FROM dead_letters GROUP BY source, code, state ORDER BY source, code, state";
        self.0.fetch(sql, &[], group)
    }

    fn update_letter(&mut self, row: &LetterRow) -> PortResult<()> {
        let sql = "UPDATE dead_letters SET code = $1, state = $2, attempts = $3, changed_at = $4, day = $5, sealed = $6 WHERE id = $7";
        let counts = [Int(row.attempts as i64), Int(row.changed_at.0), Int(i64::from(row.day.0))];
        let values = [&[Text(&row.code), Text(&row.state)][..], &counts, &[Bytes(&row.sealed), Int(row.id)]].concat();
        self.run_one(sql, &values, "the dead letter")
    }

    fn drop_letters(&mut self, before: Day) -> PortResult<u64> {
        self.0.run("DELETE FROM dead_letters WHERE day < $1", &[Int(i64::from(before.0))])
    }
}

fn letter(row: &dyn Columns) -> PortResult<LetterRow> {
    Ok(LetterRow {
        id: row.int(0)?,
        digest: row.bytes(1)?.to_owned(),
        source: row.text(2)?.to_owned(),
        route: row.text(3)?.to_owned(),
        code: row.text(4)?.to_owned(),
        state: row.text(5)?.to_owned(),
        times: row.int(6)? as u64,
        attempts: row.int(7)? as u64,
        at: Instant(row.int(8)?),
        changed_at: Instant(row.int(9)?),
        day: Day(row.int(10)? as i32),
        sealed: row.bytes(11)?.to_owned(),
    })
}

fn group(row: &dyn Columns) -> PortResult<LetterGroup> {
    Ok(LetterGroup {
        source: row.text(0)?.to_owned(),
        code: row.text(1)?.to_owned(),
        state: row.text(2)?.to_owned(),
        letters: row.int(3)? as u64,
    })
}
