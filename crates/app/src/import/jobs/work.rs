//! What the two threads do: one writes (runs, undoes, gives up), the other only looks (dry runs).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use super::told::Tried;
use super::{KEPT_DAYS, Moving, Shared, TICK, Trouble};
use crate::import::{self, CANCELLED, DONE, FAILED, ImportError, PAUSED, Progress, RUNNING, STAGED, UNDONE, job};
use crate::port::desk::ImportRow;
use crate::port::imports::JobRow;

/// Progress is told to the desk this often.
const TELL_EVERY: Duration = Duration::from_millis(400);
const DAY_MS: i64 = 86_400_000;

pub(super) fn write(shared: &Shared) {
    rounds(shared, |shared| {
        expire(shared)?;
        let Some(job) = next(shared, &["run", "pause", "cancel", "undo"])? else { return Ok(false) };
        let done = match job.wanted.as_str() {
            "cancel" => give_up(shared, &job),
            "pause" => rest(shared, &job),
            "undo" => undo(shared, &job),
            _ => run(shared, &job),
        };
        done.or_else(|error| fail(shared, &job, &error))?;
        Ok(true)
    });
}

pub(super) fn look(shared: &Shared) {
    rounds(shared, |shared| {
        let Some(job) = next(shared, &["try"])? else { return Ok(false) };
        try_out(shared, &job).or_else(|error| fail(shared, &job, &error))?;
        Ok(true)
    });
}

/// Does one thing after the other; with nothing to do it sleeps until the bell rings, or a tick.
fn rounds(shared: &Shared, mut once: impl FnMut(&Shared) -> Result<bool, ImportError>) {
    let mut heard = 0;
    while !shared.closing.load(Ordering::Relaxed) {
        let busy = once(shared).unwrap_or_else(|error| {
            tracing::warn!(%error, "the imports cannot be worked on now");
            false
        });
        let bell = shared.bell.lock().expect("no thread panics while holding this lock");
        if !busy && *bell == heard && !shared.closing.load(Ordering::Relaxed) {
            drop(shared.rung.wait_timeout(bell, TICK));
        } else {
            heard = *bell;
        }
    }
}

fn next(shared: &Shared, kinds: &[&str]) -> Result<Option<JobRow>, ImportError> {
    let jobs = shared.house.desk().import_jobs()?;
    Ok(jobs.into_iter().find(|job| shared.is_mine(job) && kinds.contains(&job.wanted.as_str())))
}

/// Before anything is uploaded: files that no row names are of an upload that was cut short.
pub(super) fn sweep(shared: &Shared) -> Result<(), ImportError> {
    let Some(staging) = &shared.staging else { return Ok(()) };
    let named: Vec<String> = shared.house.desk().import_jobs()?.into_iter().map(|job| job.file).collect();
    Ok(staging.sweep(&named).map_err(perennial_source::FileError::from)?)
}

/// Staged files nobody asked anything of for long are given up.
fn expire(shared: &Shared) -> Result<(), ImportError> {
    let oldest = shared.house.now().0 - KEPT_DAYS * DAY_MS;
    let jobs = shared.house.desk().import_jobs()?;
    for job in jobs.iter().filter(|job| shared.is_mine(job) && job.wanted.is_empty() && job.touched_at.0 < oldest) {
        give_up(shared, job)?;
    }
    Ok(())
}

fn row_of(shared: &Shared, job: &JobRow) -> Result<ImportRow, ImportError> {
    shared.house.desk().import(job.import)?.ok_or(ImportError::NotFound(job.import))
}

fn ended(shared: &Shared, row: ImportRow, state: &str) -> Result<(), ImportError> {
    let row = ImportRow { state: state.to_owned(), ended_at: Some(shared.house.now()), ..row };
    Ok(shared.house.desk().update_import(&row)?)
}

/// The file goes before the row, so that no file is left whose row says that it is gone; cut short in between, this is done again.
fn drop_job(shared: &Shared, job: &JobRow) -> Result<(), ImportError> {
    if let Some(staging) = &shared.staging {
        staging.remove(&job.file);
    }
    Ok(shared.house.desk().drop_import_job(job.import)?)
}

fn give_up(shared: &Shared, job: &JobRow) -> Result<(), ImportError> {
    let row = row_of(shared, job)?;
    if !job.file.is_empty() && !matches!(row.state.as_str(), DONE | UNDONE) {
        ended(shared, row, CANCELLED)?;
    }
    drop_job(shared, job)
}

fn rest(shared: &Shared, job: &JobRow) -> Result<(), ImportError> {
    let row = row_of(shared, job)?;
    let state = if row.state == STAGED { STAGED } else { PAUSED };
    shared.house.desk().update_import(&ImportRow { state: state.to_owned(), ..row })?;
    Ok(shared.house.desk().settle(job.import, "pause")?)
}

/// Somebody wants something else by now, or the server is ending.
fn is_over(shared: &Shared, job: &JobRow) -> bool {
    shared.closing.load(Ordering::Relaxed)
        || !shared.house.desk().import_job(job.import).is_ok_and(|held| held.is_none_or(|held| held.wanted == job.wanted))
}

/// Tells the desk now and then how far the work has come, and hears from it whether to stop.
struct Watch<'a> {
    shared: &'a Shared,
    job: &'a JobRow,
    stop: AtomicBool,
    told: std::cell::Cell<Option<Stopwatch>>,
}

impl<'a> Watch<'a> {
    fn new(shared: &'a Shared, job: &'a JobRow) -> Self {
        Self { shared, job, stop: AtomicBool::new(false), told: std::cell::Cell::new(None) }
    }

    fn heard(&self, moving: &Moving) {
        if is_over(self.shared, self.job) {
            self.stop.store(true, Ordering::Relaxed);
        }
        if self.told.get().is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            self.told.set(Some(Stopwatch::now()));
            let text = serde_json::to_string(moving).expect("numbers serialise");
            if let Err(error) = self.shared.house.desk().set_progress(self.job.import, &text) {
                tracing::warn!(%error, "an import's progress could not be told");
            }
        }
    }

    fn progress(&self, progress: &Progress) {
        let Progress { percent, records_per_second, seconds_left, .. } = *progress;
        self.heard(&Moving { percent, records_per_second, seconds_left });
    }
}

fn run(shared: &Shared, job: &JobRow) -> Result<(), ImportError> {
    let row = row_of(shared, job)?;
    if matches!(row.state.as_str(), DONE | CANCELLED | UNDONE) {
        return drop_job(shared, job);
    }
    let request = shared.request(&row, job)?;
    let begun = job::go_on(&shared.house, &row, &request)?;
    let watch = Watch::new(shared, job);
    let outcome = import::run(&shared.house, begun, &watch.stop, &mut |progress| watch.progress(progress))?;
    if outcome.row.state == DONE {
        shared.house.audit(&job.by, "import", &format!("{} {}", outcome.row.id.0, outcome.row.file))?;
        return drop_job(shared, job);
    }
    if !outcome.stopped {
        return Err(ImportError::Unreadable(job.import));
    }
    // What is wanted instead is done in the next round; when the server ends, the import is still running as far as anybody knows.
    let going_on = shared.closing.load(Ordering::Relaxed);
    let state = if going_on { RUNNING } else { PAUSED };
    Ok(shared.house.desk().update_import(&ImportRow { state: state.to_owned(), ended_at: None, ..outcome.row })?)
}

fn undo(shared: &Shared, job: &JobRow) -> Result<(), ImportError> {
    let watch = Watch::new(shared, job);
    let started = Stopwatch::now();
    let row = import::undo(&shared.house, job.import, &watch.stop, &mut |done, all| {
        let (done, all, seconds) = (done as f64, all.max(1) as f64, started.elapsed().as_secs_f64().max(1e-6));
        let seconds_left = (done > 0.0).then(|| seconds * (all - done) / done);
        watch.heard(&Moving { percent: 100.0 * done / all, records_per_second: done / seconds, seconds_left });
    })?;
    if row.state == UNDONE { drop_job(shared, job) } else { Ok(()) }
}

fn try_out(shared: &Shared, job: &JobRow) -> Result<(), ImportError> {
    let row = row_of(shared, job)?;
    let request = shared.request(&row, job)?;
    let watch = Watch::new(shared, job);
    let told = import::dry_run(&shared.house, &request, &watch.stop, &mut |progress| watch.progress(progress))?;
    if !told.stopped {
        shared.tell(job.import, "tried", &Tried::from(&told), shared.content(job)?.as_ref())?;
        shared.house.desk().settle(job.import, "try")?;
    }
    Ok(())
}

/// What went wrong is shown beside the import; it can be tried again.
fn fail(shared: &Shared, job: &JobRow, error: &ImportError) -> Result<(), ImportError> {
    tracing::warn!(%error, import = job.import.0, "an import met a failure");
    let (code, en, zh) = error.words();
    let trouble = Trouble { code: code.to_owned(), en, zh };
    if job.wanted != "try" && matches!(error, ImportError::Undone(_) | ImportError::NotFound(_)) {
        return drop_job(shared, job);
    }
    if job.wanted == "run" {
        let row = row_of(shared, job)?;
        if row.state != DONE {
            ended(shared, row, FAILED)?;
        }
    }
    let mut desk = shared.house.desk();
    desk.set_trouble(job.import, &serde_json::to_string(&trouble).expect("texts serialise"))?;
    Ok(desk.settle(job.import, &job.wanted)?)
}
