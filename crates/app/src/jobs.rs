//! Work in the background that a person waits for: an export, a backtest, an activation. Its progress, its end and its file are plain rows,
//! so that they survive a reload, and whoever cancels it need not be on the node that runs it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::engine::Refusal;
use crate::house::{House, HouseError};
use crate::port::jobs::{CANCELLED, DONE, FAILED, JobRow, RUNNING};
use crate::port::{PortError, PortResult};
use crate::query::QueryError;

/// How often a running job says how far it is.
const BEAT: Duration = Duration::from_millis(400);
/// A running job silent for so long was broken off with its server.
const SILENT_MS_MAX: i64 = 60_000;
/// More at once would only wait for each other.
const RUNNING_MAX: usize = 8;
/// Bytes of a file that are sealed together.
const PIECE_BYTES: usize = 256 * 1024;

/// Why a job did not come to its end.
#[derive(Debug)]
pub enum JobError {
    Cancelled,
    /// It could not be done as asked.
    Refused(Refusal),
    Failed(String),
}

impl From<QueryError> for JobError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::NotFound(refusal) | QueryError::Refused(refusal) => Self::Refused(refusal),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<PortError> for JobError {
    fn from(error: PortError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<HouseError> for JobError {
    fn from(error: HouseError) -> Self {
        QueryError::from(error).into()
    }
}

/// What a job's work holds: how far it is, whether to go on, and where its file goes.
pub struct Work {
    house: Arc<House>,
    pub id: i64,
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
}

impl Work {
    pub fn of(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// So far in all.
    pub fn done(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    pub fn one_more(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    pub fn goes_on(&self) -> bool {
        !self.cancelled.load(Ordering::Relaxed)
    }

    /// An error once somebody cancelled.
    pub fn check(&self) -> Result<(), JobError> {
        if self.goes_on() { Ok(()) } else { Err(JobError::Cancelled) }
    }

    pub fn file(&self) -> JobFile<'_> {
        JobFile { work: self, pieces: 0, waiting: Vec::new() }
    }
}

/// A job's file while it is written.
pub struct JobFile<'a> {
    work: &'a Work,
    pieces: u64,
    waiting: Vec<u8>,
}

impl JobFile<'_> {
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), JobError> {
        self.waiting.extend_from_slice(bytes);
        while self.waiting.len() >= PIECE_BYTES {
            let rest = self.waiting.split_off(PIECE_BYTES);
            let piece = std::mem::replace(&mut self.waiting, rest);
            self.keep(&piece)?;
        }
        Ok(())
    }

    pub fn end(mut self) -> Result<(), JobError> {
        let last = std::mem::take(&mut self.waiting);
        self.keep(&last)
    }

    fn keep(&mut self, piece: &[u8]) -> Result<(), JobError> {
        self.work.check()?;
        let house = &self.work.house;
        let sealed = house.secrets().seal_blob(&place(self.work.id, self.pieces), piece);
        let sealed = sealed.map_err(|why| JobError::Failed(why.to_string()))?;
        house.desk().add_piece(self.work.id, self.pieces, &sealed)?;
        self.pieces += 1;
        Ok(())
    }
}

fn place(job: i64, piece: u64) -> String {
    format!("job {job} piece {piece}")
}

/// Begins a job and answers its number; what it returns is kept as its result.
pub fn start(
    house: &Arc<House>,
    kind: &str,
    who: &str,
    request: &Value,
    work: impl FnOnce(&House, &Work) -> Result<Value, JobError> + Send + 'static,
) -> Result<i64, QueryError> {
    let now = house.now();
    let running = |row: &&JobRow| row.state == RUNNING && !is_silent(row, now.0);
    if list(house, 100)?.iter().filter(running).count() >= RUNNING_MAX {
        let (en, zh) = ("as many jobs are running as fit; wait for one to end", "后台任务已满，请等其中一个结束后再试");
        return Err(crate::query::refused("jobs.too_many", en, zh));
    }
    let row = JobRow {
        id: 0,
        kind: kind.to_owned(),
        who: who.to_owned(),
        request: request.to_string(),
        state: RUNNING.to_owned(),
        done: 0,
        total: 0,
        message: String::new(),
        result: String::new(),
        created_at: now,
        beat_at: now,
        ended_at: None,
    };
    let id = house.desk().add_job(&row)?;
    let (done, total, cancelled) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let held = Arc::new(Work { house: Arc::clone(house), id, done, total, cancelled });
    let (ended, end) = mpsc::channel::<()>();
    let beating = Arc::clone(&held);
    let spawn = |name: &str, body: Box<dyn FnOnce() + Send>| {
        std::thread::Builder::new().name(name.to_owned()).spawn(body).map(drop).map_err(|why| PortError::Failed(why.to_string()))
    };
    spawn(
        "job",
        Box::new(move || {
            let answer = work(&held.house, &held);
            if let Err(error) = finish(&held, answer) {
                tracing::error!(%error, job = held.id, "the end of a job could not be kept");
            }
            drop(ended);
        }),
    )?;
    spawn("job-beat", Box::new(move || beat(&beating, &end)))?;
    Ok(id)
}

/// Says that the job is alive until its work ends, and hears of a cancellation.
fn beat(work: &Work, end: &mpsc::Receiver<()>) {
    while let Err(mpsc::RecvTimeoutError::Timeout) = end.recv_timeout(BEAT) {
        let (done, total) = (work.done.load(Ordering::Relaxed), work.total.load(Ordering::Relaxed));
        match work.house.desk().beat_job(work.id, done, total, work.house.now()) {
            Ok(running) => work.cancelled.store(!running, Ordering::Relaxed),
            Err(error) => tracing::warn!(%error, job = work.id, "a job's progress could not be noted"),
        }
    }
}

fn finish(work: &Work, answer: Result<Value, JobError>) -> PortResult<()> {
    let (state, message, result) = match answer {
        Ok(result) => (DONE, String::new(), result.to_string()),
        Err(JobError::Cancelled) => (CANCELLED, String::new(), String::new()),
        Err(JobError::Refused(refusal)) => (FAILED, said(&refusal.en, &refusal.zh), String::new()),
        Err(JobError::Failed(why)) => {
            tracing::error!(why, job = work.id, "a job failed");
            (FAILED, said("the server could not do it; its log says why", "服务器未能完成，原因已记录在日志中"), String::new())
        }
    };
    let (done, total) = (work.done.load(Ordering::Relaxed), work.total.load(Ordering::Relaxed));
    let now = work.house.now();
    let mut desk = work.house.desk();
    desk.beat_job(work.id, done, total, now)?;
    desk.end_job(work.id, state, &message, &result, now)?;
    if state != DONE || desk.job(work.id)?.is_none_or(|row| row.state != DONE) {
        desk.drop_pieces(work.id)?;
    }
    Ok(())
}

fn said(en: &str, zh: &str) -> String {
    json!({ "en": en, "zh": zh }).to_string()
}

fn is_silent(row: &JobRow, now_ms: i64) -> bool {
    row.state == RUNNING && now_ms - row.beat_at.0 > SILENT_MS_MAX
}

/// The latest jobs, as they stand.
pub fn list(house: &House, limit: usize) -> PortResult<Vec<JobRow>> {
    let now = house.now();
    let rows = house.desk().jobs(limit)?;
    Ok(rows.into_iter().map(|row| told(row, now.0)).collect())
}

pub fn one(house: &House, id: i64) -> PortResult<Option<JobRow>> {
    let now = house.now();
    Ok(house.desk().job(id)?.map(|row| told(row, now.0)))
}

fn told(row: JobRow, now_ms: i64) -> JobRow {
    if !is_silent(&row, now_ms) {
        return row;
    }
    let message = said("it was broken off when its server stopped; start it again", "服务器停止时任务中断，请重新开始");
    JobRow { state: FAILED.to_owned(), message, ..row }
}

/// `false` when it was not running.
pub fn cancel(house: &House, id: i64, who: &str) -> PortResult<bool> {
    let now = house.now();
    let cancelled = house.desk().end_job(id, CANCELLED, "", "", now)?;
    if cancelled {
        house.audit(who, "job_cancelled", &id.to_string())?;
    }
    Ok(cancelled)
}

/// A piece of a finished job's file; `None` after the last.
pub fn piece(house: &House, id: i64, piece: u64) -> PortResult<Option<Vec<u8>>> {
    let Some(sealed) = house.desk().piece(id, piece)? else { return Ok(None) };
    let opened = house.secrets().open_blob(&place(id, piece), &sealed);
    opened.map(Some).map_err(|_| PortError::Damaged(format!("piece {piece} of job {id} does not open with this master key")))
}
