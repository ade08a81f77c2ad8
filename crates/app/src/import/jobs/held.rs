//! What the threads and the hand share: finding a job and its file, and what may be done in which state.

use std::sync::Arc;

use perennial_kernel::ImportId;
use perennial_source::{Input, Mapping, Preset};
use serde::Serialize;

use super::{Asked, Found, Listed, Shared, Wanted, told};
use crate::import::job::context;
use crate::import::staged::{SealedFile, Staging};
use crate::import::{CANCELLED, DONE, FAILED, ImportError, PAUSED, RUNNING, Request, STAGED, Shift, UNDOING, UNDONE};
use crate::port::desk::ImportRow;
use crate::port::imports::JobRow;

impl Shared {
    pub fn staging(&self) -> Result<&Staging, ImportError> {
        self.staging.as_ref().ok_or(ImportError::NoStaging)
    }

    pub fn lock(&self) -> std::sync::MutexGuard<'_, ()> {
        self.asking.lock().expect("no thread panics while holding this lock")
    }

    pub fn ring(&self) {
        *self.bell.lock().expect("no thread panics while holding this lock") += 1;
        self.rung.notify_all();
    }

    pub fn find(&self, import: ImportId) -> Result<(ImportRow, Option<JobRow>), ImportError> {
        let mut desk = self.house.desk();
        let row = desk.import(import)?.ok_or(ImportError::NotFound(import))?;
        Ok((row, desk.import_job(import)?))
    }

    pub fn is_mine(&self, job: &JobRow) -> bool {
        self.staging.as_ref().is_some_and(|staging| staging.alone || staging.node == job.node)
    }

    pub fn content(&self, job: &JobRow) -> Result<Arc<SealedFile>, ImportError> {
        if !self.is_mine(job) {
            return Err(ImportError::Elsewhere(job.import));
        }
        let content = self.staging()?.content(self.house.secrets(), &job.file, &job.key, job.bytes);
        Ok(Arc::new(content.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ImportError::FileGone(job.import),
            _ => ImportError::File(error.into()),
        })?))
    }

    pub fn request(&self, row: &ImportRow, job: &JobRow) -> Result<Request, ImportError> {
        let asked: Asked = serde_json::from_str(&job.asked).unwrap_or_default();
        let preset = asked.preset().ok_or(ImportError::NoPreset)?;
        let content: Arc<dyn perennial_source::Content> = self.content(job)?;
        let shift = if asked.shift_to_today { Shift::Today } else { Shift::None };
        Ok(Request { file: Input::Held(content), name: row.file.clone(), source: asked.source, preset, shift })
    }

    /// What kind of file this is, and what stands in it: with a mapping saved for the same columns, where there is one.
    pub fn recognise(&self, content: &Arc<SealedFile>) -> Result<(Asked, Found), ImportError> {
        let held: Arc<dyn perennial_source::Content> = Arc::<SealedFile>::clone(content);
        let input = Input::Held(held);
        let preset = Preset::recognise(&input)?;
        let source = if let Preset::Generic(_) = preset { "file" } else { preset.name() };
        let context = context(&self.house, source, 0);
        let seen = perennial_source::inspect(&input, &preset, &context)?;
        let mut asked = Asked { preset: preset.name().to_owned(), source: source.to_owned(), ..Asked::default() };
        let Preset::Generic(_) = preset else { return Ok((asked, Found::new(&seen, false))) };
        asked.mapping = seen.mapping.clone();
        let found = Found::new(&seen, false);
        let saved = match told::header_set(&found) {
            Some(name) => self.house.desk().setting(&name)?,
            None => None,
        };
        let Some(saved) = saved.and_then(|bytes| serde_json::from_slice::<Asked>(&bytes).ok()) else { return Ok((asked, found)) };
        match saved.preset().map(|preset| perennial_source::inspect(&input, &preset, &context)) {
            Some(Ok(seen)) => Ok((saved, Found::new(&seen, true))),
            Some(Err(_)) | None => Ok((asked, found)),
        }
    }

    /// Keeps what was told about a staged file, sealed under the file's key.
    pub fn tell(&self, import: ImportId, what: &str, told: &impl Serialize, content: &SealedFile) -> Result<(), ImportError> {
        let text = serde_json::to_vec(told).expect("plain data serialises");
        let sealed = content.key().seal_piece(number(what), &text)?;
        Ok(self.house.desk().set_told(import, what, &sealed)?)
    }
}

/// What is told is bound to numbers that no piece of a file has.
pub(super) fn number(what: &str) -> i64 {
    if what == "found" { -1 } else { -2 }
}

pub(super) fn listed(row: ImportRow, job: Option<&JobRow>) -> Listed {
    let wanted = job.map_or("", |job| job.wanted.as_str());
    let state = match (row.state.as_str(), wanted) {
        (RUNNING, "pause") => "pausing",
        // Done, but the file is still being put away.
        (DONE, "run") => RUNNING,
        (_, "cancel") => "cancelling",
        (_, "undo") => UNDOING,
        (STAGED | PAUSED | FAILED, "run") => "waiting",
        (STAGED, "try") => "trying",
        (state, _) => state,
    };
    let is_moving = matches!(state, RUNNING | UNDOING | "trying" | "pausing" | "cancelling");
    Listed {
        state: state.to_owned(),
        moving: job.filter(|_| is_moving).and_then(|job| serde_json::from_str(&job.progress).ok()),
        trouble: job.and_then(|job| serde_json::from_str(&job.trouble).ok()),
        bytes: job.filter(|job| !job.file.is_empty()).map(|job| job.bytes),
        by: job.map(|job| job.by.clone()),
        row,
    }
}

pub(super) fn permitted(row: &ImportRow, job: &JobRow, wanted: Wanted) -> bool {
    let (state, before) = (row.state.as_str(), job.wanted.as_str());
    if job.file.is_empty() || before == "cancel" || matches!(state, DONE | CANCELLED | UNDONE | UNDOING) {
        return false;
    }
    match wanted {
        Wanted::Try => state == STAGED && matches!(before, "" | "try"),
        Wanted::Run => matches!(state, STAGED | PAUSED | FAILED) || before == "pause",
        Wanted::Pause => matches!(before, "run" | "try"),
        Wanted::Cancel => true,
        Wanted::Undo => false,
    }
}

pub(super) fn state_of(row: &ImportRow) -> ImportError {
    ImportError::State { import: row.id, state: row.state.clone() }
}

/// A mapped column that the file does not have.
pub(super) fn foreign(mapping: &Mapping, found: &Found) -> Option<(String, String)> {
    let has = |name: &String| found.columns.iter().any(|column| column.name == *name);
    let columns = mapping.columns.iter().map(|(field, column)| (format!("/mapping/columns/{}", field.as_str()), column));
    let identities = mapping.identities.iter().map(|(kind, column)| (format!("/mapping/identities/{kind}"), column));
    columns.chain(identities).find(|(_, column)| !has(column)).map(|(pointer, column)| (pointer, column.clone()))
}
