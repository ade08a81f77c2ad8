//! One connection: how it is opened, and its statements.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use perennial_app::port::{PortError, PortResult};
use rusqlite::{CachedStatement, Connection, OpenFlags, Params, Row};

use crate::columns::Columns;
use crate::trouble::OrTrouble;

/// When a commit is on the disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Synchronous {
    /// Before the commit returns.
    Full,
    /// Whenever the operating system likes. Loses what was promised at a power cut: for tests that show so, and for measuring.
    Off,
}

#[derive(Clone, Debug)]
pub struct Options {
    pub synchronous: Synchronous,
    /// How long a writer waits for another before it gives up as passing.
    pub busy_timeout: Duration,
    /// Page cache of the writing connection; one that only reads takes a quarter.
    pub cache_mib: u32,
    /// Pages (4 KiB) in the write-ahead log before a commit carries them into the file. A page written many times is carried once,
    /// so larger costs less; it is also what is read back after a crash.
    pub checkpoint_pages: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { synchronous: Synchronous::Full, busy_timeout: Duration::from_secs(30), cache_mib: 64, checkpoint_pages: 8192 }
    }
}

/// What a connection is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum File {
    /// Reads and writes; made when it is not there.
    Made,
    /// Must be there; no statement may change it.
    OnlyRead,
}

/// Emptying the log waits for readers this often, a tenth of a second each.
const LOG_TRIES_MAX: u32 = 100;

pub(super) struct Session {
    connection: Connection,
    distinct: RefCell<BTreeSet<&'static str>>,
}

impl Session {
    pub fn open(path: &Path, options: &Options, file: File) -> PortResult<Self> {
        // A reader too is opened for writing, because after a crash the first to open the file recovers it; query_only holds it back.
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if file == File::Made {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let connection = Connection::open_with_flags(path, flags).or_trouble()?;
        connection.busy_timeout(options.busy_timeout).or_trouble()?;
        connection.set_prepared_statement_cache_capacity(256);
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).or_trouble()?;
        if mode != "wal" {
            return Err(PortError::Failed(format!("{} cannot keep a write-ahead log (journal mode {mode})", path.display())));
        }
        let synchronous = match options.synchronous {
            Synchronous::Full => "FULL",
            Synchronous::Off => "OFF",
        };
        let cache_kib = match file {
            File::Made => options.cache_mib * 1024,
            File::OnlyRead => options.cache_mib * 256,
        };
        // secure_delete: what is erased is overwritten, not only unlinked. journal_size_limit: a log that a long read made grow shrinks again.
        let pragmas = format!(
            "PRAGMA synchronous = {synchronous}; PRAGMA cache_size = -{cache_kib}; PRAGMA wal_autocheckpoint = {};
             PRAGMA mmap_size = 0; PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;
             PRAGMA secure_delete = ON; PRAGMA journal_size_limit = {}; PRAGMA query_only = {};",
            options.checkpoint_pages,
            u64::from(options.checkpoint_pages) * 4096 * 2,
            if file == File::OnlyRead { "ON" } else { "OFF" },
        );
        connection.execute_batch(&pragmas).or_trouble()?;
        Ok(Self { connection, distinct: RefCell::default() })
    }

    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Takes the file's write lock.
    pub fn begin(&self) -> PortResult<Begun<'_>> {
        self.run("BEGIN IMMEDIATE", [])?;
        Ok(Begun(self))
    }

    /// From here on every statement reads one state of the file.
    pub fn begin_reading(&self) -> PortResult<Begun<'_>> {
        self.run("BEGIN DEFERRED", [])?;
        Ok(Begun(self))
    }

    /// Prepared once, kept.
    pub fn statement(&self, sql: &'static str) -> PortResult<CachedStatement<'_>> {
        let statement = self.connection.prepare_cached(sql).or_trouble()?;
        if self.distinct.borrow_mut().insert(sql) {
            for at in 1..=statement.parameter_count() {
                debug_assert_eq!(statement.parameter_name(at), Some(format!("${at}").as_str()), "parameters must appear in order: {sql}");
            }
        }
        Ok(statement)
    }

    pub fn distinct_statements(&self) -> usize {
        self.distinct.borrow().len()
    }

    /// Runs a statement that answers nothing; says how many rows it changed.
    pub fn run(&self, sql: &'static str, params: impl Params) -> PortResult<usize> {
        self.statement(sql)?.execute(params).or_trouble()
    }

    pub fn rows<T>(&self, sql: &'static str, params: impl Params, mut read: impl FnMut(&Row<'_>) -> PortResult<T>) -> PortResult<Vec<T>> {
        let mut all = Vec::new();
        self.each(sql, params, |row| {
            all.push(read(row)?);
            Ok(true)
        })?;
        Ok(all)
    }

    /// Visits rows as they come, until `visit` answers `false`.
    pub fn each(&self, sql: &'static str, params: impl Params, mut visit: impl FnMut(&Row<'_>) -> PortResult<bool>) -> PortResult<()> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(params).or_trouble()?;
        while let Some(row) = rows.next().or_trouble()? {
            if !visit(row)? {
                break;
            }
        }
        Ok(())
    }

    /// Brings the write-ahead log into the file and empties it: what `secure_delete` overwrote still stands in the log until then.
    pub fn empty_log(&self) -> PortResult<()> {
        for _ in 0..LOG_TRIES_MAX {
            let busy = self.rows("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.int(0))?;
            if busy == [0] {
                return Ok(());
            }
            // Somebody is reading what stood before.
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        Err(PortError::Transient("the write-ahead log could not be emptied: a reader holds on to it".to_owned()))
    }

    /// SQLite's own check of its pages and indexes; a file too damaged to be checked is a finding too.
    pub fn integrity(&self) -> PortResult<Vec<String>> {
        match self.rows("PRAGMA integrity_check", [], |row| row.text(0).map(str::to_owned)) {
            Ok(findings) => Ok(findings.into_iter().filter(|finding| finding != "ok").collect()),
            Err(PortError::Damaged(why)) => Ok(vec![why]),
            Err(other) => Err(other),
        }
    }
}

/// A transaction under way; rolls back when dropped.
pub(super) struct Begun<'a>(&'a Session);

impl Begun<'_> {
    pub fn commit(self) -> PortResult<()> {
        self.0.run("COMMIT", []).map(drop)
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        // After a commit, or a failure that rolled back by itself (a full disk), there is none; a rollback that fails leaves nothing
        // to do here either: the next BEGIN says so.
        if !self.0.connection.is_autocommit() {
            let _ = self.0.run("ROLLBACK", []);
        }
    }
}

impl Columns for Row<'_> {
    fn int(&self, at: usize) -> PortResult<i64> {
        self.get(at).or_trouble()
    }

    fn maybe_int(&self, at: usize) -> PortResult<Option<i64>> {
        self.get(at).or_trouble()
    }

    fn text(&self, at: usize) -> PortResult<&str> {
        self.get_ref(at).or_trouble()?.as_str().map_err(|error| wrong(at, &error))
    }

    fn bytes(&self, at: usize) -> PortResult<&[u8]> {
        self.get_ref(at).or_trouble()?.as_blob().map_err(|error| wrong(at, &error))
    }
}

fn wrong(at: usize, error: &rusqlite::types::FromSqlError) -> PortError {
    PortError::Damaged(format!("SQLite: column {at}: {error}"))
}
