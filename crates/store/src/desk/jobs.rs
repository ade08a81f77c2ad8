//! Jobs and their pieces.

use perennial_app::port::jobs::{JobRow, RUNNING};
use perennial_app::port::{Jobs, PortError, PortResult};
use perennial_kernel::Instant;

use super::Value::{Bytes, Int, MaybeInt, Text};
use super::{DeskOn, Plain};
use crate::columns::{self, Columns};
use crate::sql;

macro_rules! jobs {
    ($rest:literal) => {
        concat!("SELECT id, kind, who, request, state, done, total, message, result, created_at, beat_at, ended_at FROM jobs ", $rest)
    };
}

impl<S: Plain> Jobs for DeskOn<S> {
    fn add_job(&mut self, row: &JobRow) -> PortResult<i64> {
        let sql = "INSERT INTO jobs (kind, who, request, state, done, total, message, result, created_at, beat_at, ended_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id";
        let values = [
            Text(&row.kind),
            Text(&row.who),
            Text(&row.request),
            Text(&row.state),
            Int(row.done as i64),
            Int(row.total as i64),
            Text(&row.message),
            Text(&row.result),
            Int(row.created_at.0),
            Int(row.beat_at.0),
            MaybeInt(row.ended_at.map(|at| at.0)),
        ];
        self.first(sql, &values, |row| row.int(0))?.ok_or_else(|| PortError::Failed("the job got no id".to_owned()))
    }

    fn job(&mut self, id: i64) -> PortResult<Option<JobRow>> {
        self.first(jobs!("WHERE id = $1"), &[Int(id)], job)
    }

    fn jobs(&mut self, limit: usize) -> PortResult<Vec<JobRow>> {
        self.0.fetch(jobs!("ORDER BY id DESC LIMIT $1"), &[Int(sql::limit(limit))], job)
    }

    fn beat_job(&mut self, id: i64, done: u64, total: u64, at: Instant) -> PortResult<bool> {
        let sql = "UPDATE jobs SET done = $1, total = $2, beat_at = $3 WHERE id = $4 AND state = $5";
        Ok(self.0.run(sql, &[Int(done as i64), Int(total as i64), Int(at.0), Int(id), Text(RUNNING)])? > 0)
    }

    fn end_job(&mut self, id: i64, state: &str, message: &str, result: &str, at: Instant) -> PortResult<bool> {
        let sql = "UPDATE jobs SET state = $1, message = $2, result = $3, ended_at = $4 WHERE id = $5 AND state = $6";
        Ok(self.0.run(sql, &[Text(state), Text(message), Text(result), Int(at.0), Int(id), Text(RUNNING)])? > 0)
    }

    fn add_piece(&mut self, job: i64, piece: u64, sealed: &[u8]) -> PortResult<()> {
        let sql = "INSERT INTO job_pieces (job, piece, sealed) VALUES ($1, $2, $3)";
        self.0.run(sql, &[Int(job), Int(piece as i64), Bytes(sealed)]).map(drop)
    }

    fn piece(&mut self, job: i64, piece: u64) -> PortResult<Option<Vec<u8>>> {
        let sql = "SELECT sealed FROM job_pieces WHERE job = $1 AND piece = $2";
        self.first(sql, &[Int(job), Int(piece as i64)], columns::blob)
    }

    fn drop_pieces(&mut self, job: i64) -> PortResult<()> {
        self.0.run("DELETE FROM job_pieces WHERE job = $1", &[Int(job)]).map(drop)
    }
}

fn job(row: &dyn Columns) -> PortResult<JobRow> {
    Ok(JobRow {
        id: row.int(0)?,
        kind: row.text(1)?.to_owned(),
        who: row.text(2)?.to_owned(),
        request: row.text(3)?.to_owned(),
        state: row.text(4)?.to_owned(),
        done: row.int(5)? as u64,
        total: row.int(6)? as u64,
        message: row.text(7)?.to_owned(),
        result: row.text(8)?.to_owned(),
        created_at: Instant(row.int(9)?),
        beat_at: Instant(row.int(10)?),
        ended_at: row.maybe_int(11)?.map(Instant),
    })
}
