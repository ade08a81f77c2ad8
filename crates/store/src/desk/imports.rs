//! Rows of imports that a server carries out.

use perennial_app::port::desk::ImportRow;
use perennial_app::port::imports::{ImportDesk, JobRow};
use perennial_app::port::{PortError, PortResult};
use perennial_kernel::{ImportId, Instant};

use super::Value::{Bytes, Int, Text};
use super::{DeskOn, Plain};
use crate::columns::{self, Columns};

impl<S: Plain> ImportDesk for DeskOn<S> {
    fn import(&mut self, import: ImportId) -> PortResult<Option<ImportRow>> {
        let sql = "SELECT id, source, file, digest, preset, shift_days, state, started_at, ended_at, records, added, updated, unchanged, \
                   skipped, bad FROM imports WHERE id = $1";
        self.first(sql, &[Int(import.0)], columns::import)
    }

    fn add_import_job(&mut self, row: &JobRow) -> PortResult<()> {
        let sql = "INSERT INTO import_jobs (import, node, file, bytes, key, who, touched_at, asked, wanted, progress, trouble) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let JobRow { import, node, file, bytes, key, by, touched_at, asked, wanted, progress, trouble } = row;
        let values = [
            Int(import.0),
            Text(node),
            Text(file),
            Int(*bytes as i64),
            Bytes(key),
            Text(by),
            Int(touched_at.0),
            Text(asked),
            Text(wanted),
            Text(progress),
            Text(trouble),
        ];
        self.0.run(sql, &values).map(drop)
    }

    fn import_job(&mut self, import: ImportId) -> PortResult<Option<JobRow>> {
        let sql = "SELECT import, node, file, bytes, key, who, touched_at, asked, wanted, progress, trouble FROM import_jobs \
                   WHERE import = $1";
        self.first(sql, &[Int(import.0)], job)
    }

    fn import_jobs(&mut self) -> PortResult<Vec<JobRow>> {
        let sql = "SELECT import, node, file, bytes, key, who, touched_at, asked, wanted, progress, trouble FROM import_jobs \
                   ORDER BY import";
        self.0.fetch(sql, &[], job)
    }

    fn drop_import_job(&mut self, import: ImportId) -> PortResult<()> {
        self.0.run("DELETE FROM import_told WHERE import = $1", &[Int(import.0)])?;
        self.0.run("DELETE FROM import_jobs WHERE import = $1", &[Int(import.0)]).map(drop)
    }

    fn want(&mut self, import: ImportId, wanted: &str, at: Instant) -> PortResult<bool> {
        let sql = "UPDATE import_jobs SET wanted = $1, touched_at = $2, trouble = '' WHERE import = $3";
        Ok(self.0.run(sql, &[Text(wanted), Int(at.0), Int(import.0)])? > 0)
    }

    fn settle(&mut self, import: ImportId, wanted: &str) -> PortResult<()> {
        let sql = "UPDATE import_jobs SET wanted = '' WHERE import = $1 AND wanted = $2";
        self.0.run(sql, &[Int(import.0), Text(wanted)]).map(drop)
    }

    fn set_asked(&mut self, import: ImportId, asked: &str, at: Instant) -> PortResult<()> {
        let sql = "UPDATE import_jobs SET asked = $1, touched_at = $2 WHERE import = $3";
        self.0.run(sql, &[Text(asked), Int(at.0), Int(import.0)]).map(drop)
    }

    fn set_progress(&mut self, import: ImportId, progress: &str) -> PortResult<()> {
        self.0.run("UPDATE import_jobs SET progress = $1 WHERE import = $2", &[Text(progress), Int(import.0)]).map(drop)
    }

    fn set_trouble(&mut self, import: ImportId, trouble: &str) -> PortResult<()> {
        self.0.run("UPDATE import_jobs SET trouble = $1 WHERE import = $2", &[Text(trouble), Int(import.0)]).map(drop)
    }

    fn set_told(&mut self, import: ImportId, what: &str, sealed: &[u8]) -> PortResult<()> {
        let sql = "INSERT INTO import_told (import, what, sealed) VALUES ($1, $2, $3) \
                   ON CONFLICT (import, what) DO UPDATE SET sealed = excluded.sealed";
        self.0.run(sql, &[Int(import.0), Text(what), Bytes(sealed)]).map(drop)
    }

    fn told(&mut self, import: ImportId, what: &str) -> PortResult<Option<Vec<u8>>> {
        self.first("SELECT sealed FROM import_told WHERE import = $1 AND what = $2", &[Int(import.0), Text(what)], columns::blob)
    }
}

fn job(row: &dyn Columns) -> PortResult<JobRow> {
    Ok(JobRow {
        import: ImportId(row.int(0)?),
        node: row.text(1)?.to_owned(),
        file: row.text(2)?.to_owned(),
        bytes: u64::try_from(row.int(3)?).map_err(|_| PortError::Damaged("a file of less than no bytes".to_owned()))?,
        key: row.bytes(4)?.to_owned(),
        by: row.text(5)?.to_owned(),
        touched_at: Instant(row.int(6)?),
        asked: row.text(7)?.to_owned(),
        wanted: row.text(8)?.to_owned(),
        progress: row.text(9)?.to_owned(),
        trouble: row.text(10)?.to_owned(),
    })
}
