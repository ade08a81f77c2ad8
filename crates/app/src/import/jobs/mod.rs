//! Imports that a server carries out: uploaded, looked at, mapped, tried, run in the background, paused, resumed, cancelled, undone.
//!
//! What is wanted of an import stands in the desk, so it outlives a reload, the server, and a kill: at the next start the work goes on. One
//! thread writes, one import after the other; another does the dry runs. With several nodes, the one that took a file does its work.

mod held;
mod told;
mod work;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use perennial_kernel::ImportId;
use perennial_source::{Input, Mapping, Preset};
use serde::{Deserialize, Serialize};

use self::held::{foreign, listed, number, permitted, state_of};
pub use self::told::{Found, FoundColumn, PROBLEMS_SHOWN, ShownRow, Tried};
use super::job::{context, fresh};
use super::staged::{SealedFile, Staging, Upload};
use super::{ImportError, STAGED, UNDONE};
use crate::house::House;
use crate::port::desk::ImportRow;
use crate::port::imports::JobRow;

/// Staged files at once on one node; more are refused until some are imported or cancelled.
pub const STAGED_MAX: usize = 50;
/// A staged file nobody asks anything of is given up and deleted after so long.
pub const KEPT_DAYS: i64 = 7;
/// How often the threads look for what other nodes or the clock ask of them.
const TICK: Duration = Duration::from_secs(1);

/// How a staged file is to be read.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    pub preset: String,
    pub source: String,
    /// Dates move by whole weeks, so that the last order falls into the last seven days: for sample data.
    pub shift_to_today: bool,
    pub mapping: Mapping,
}

impl Asked {
    /// `None` for a preset this program does not know.
    fn preset(&self) -> Option<Preset> {
        Some(match Preset::parse(&self.preset)? {
            Preset::Generic(_) => Preset::Generic(Some(self.mapping.clone())),
            other => other,
        })
    }
}

/// What somebody wants of an import.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    Try,
    Run,
    Pause,
    Cancel,
    Undo,
}

impl Wanted {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Try => "try",
            Self::Run => "run",
            Self::Pause => "pause",
            Self::Cancel => "cancel",
            Self::Undo => "undo",
        }
    }
}

/// How far the work under way has come.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Moving {
    pub percent: f64,
    pub records_per_second: f64,
    pub seconds_left: Option<f64>,
}

/// Why work ended before its end.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Trouble {
    pub code: String,
    pub en: String,
    pub zh: String,
}

/// An import as lists show it.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    pub row: ImportRow,
    /// The row's state, or what it is about to become.
    pub state: String,
    pub moving: Option<Moving>,
    pub trouble: Option<Trouble>,
    /// Of the staged file; `None` once it is gone.
    pub bytes: Option<u64>,
    pub by: Option<String>,
}

/// One import with what was found in its file.
#[derive(Clone, PartialEq, Debug)]
pub struct Detail {
    pub listed: Listed,
    /// `None` once the staged file is gone.
    pub asked: Option<Asked>,
    pub found: Option<Found>,
    pub tried: Option<Tried>,
}

/// The threads at work, and the hand that steers them. Dropping it ends them after the batch under way; what was running goes on at the
/// next start.
pub struct Jobs {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    house: Arc<House>,
    staging: Option<Staging>,
    closing: AtomicBool,
    /// Taken by whoever changes what is wanted, so that two do not change it at once.
    asking: Mutex<()>,
    bell: Mutex<u64>,
    rung: Condvar,
}

impl Jobs {
    pub fn start(house: Arc<House>, staging: Option<Staging>) -> Self {
        let shared = Arc::new(Shared {
            house,
            staging,
            closing: AtomicBool::new(false),
            asking: Mutex::default(),
            bell: Mutex::default(),
            rung: Condvar::new(),
        });
        if let Err(error) = work::sweep(&shared) {
            tracing::warn!(%error, "staged files left over could not be looked for");
        }
        let mut threads = Vec::new();
        for (name, body) in [("imports", work::write as fn(&Shared)), ("dry-runs", work::look)] {
            let background = Arc::clone(&shared);
            let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || body(&background));
            threads.push(thread.expect("the system starts threads at boot"));
        }
        Self { shared, threads }
    }

    /// Begins an upload.
    pub fn begin(&self) -> Result<Upload, ImportError> {
        let shared = &self.shared;
        let staging = shared.staging()?;
        let held = shared.house.desk().import_jobs()?;
        if held.iter().filter(|job| job.node == staging.node && !job.file.is_empty()).count() >= STAGED_MAX {
            return Err(ImportError::TooManyStaged);
        }
        Ok(staging.begin(shared.house.secrets()).map_err(perennial_source::FileError::from)?)
    }

    /// Looks at what was uploaded and registers it. A file that cannot be read at all leaves nothing behind.
    pub fn take(&self, mut upload: Upload, name: &str, by: &str) -> Result<Detail, ImportError> {
        let shared = &self.shared;
        let house = &shared.house;
        let staging = shared.staging()?;
        let digest = upload.finish().map_err(perennial_source::FileError::from)?;
        let content = staging.content(house.secrets(), &upload.name, &upload.sealed_key, upload.bytes);
        let content = Arc::new(content.map_err(perennial_source::FileError::from)?);
        let (asked, found) = shared.recognise(&content)?;
        let row = ImportRow {
            source: asked.source.clone(),
            file: name.to_owned(),
            digest,
            preset: asked.preset.clone(),
            state: STAGED.to_owned(),
            ..fresh(house.now())
        };
        let mut desk = house.desk();
        let import = desk.add_import(&row)?;
        desk.add_import_job(&JobRow {
            import,
            node: staging.node.clone(),
            file: upload.name.clone(),
            bytes: upload.bytes,
            key: upload.sealed_key.clone(),
            by: by.to_owned(),
            touched_at: house.now(),
            asked: serde_json::to_string(&asked).expect("plain settings serialise"),
            wanted: String::new(),
            progress: String::new(),
            trouble: String::new(),
        })?;
        drop(desk);
        upload.keep();
        shared.tell(import, "found", &found, &content)?;
        house.audit(by, "import_uploaded", &format!("{} {name}", import.0))?;
        self.detail(import)
    }

    pub fn detail(&self, import: ImportId) -> Result<Detail, ImportError> {
        let (row, job) = self.shared.find(import)?;
        let Some(job) = job else {
            return Ok(Detail { listed: listed(row, None), asked: None, found: None, tried: None });
        };
        let secrets = self.shared.house.secrets();
        let key = secrets.file_key(&super::staged::place(&job.file), &job.key).ok();
        let told = |what| -> Result<Option<Vec<u8>>, ImportError> {
            let sealed = self.shared.house.desk().told(import, what)?;
            Ok(sealed.zip(key.as_ref()).and_then(|(sealed, key)| key.open_piece(number(what), &sealed).ok()))
        };
        let found = told("found")?.and_then(|text| serde_json::from_slice(&text).ok());
        let tried = told("tried")?.and_then(|text| serde_json::from_slice(&text).ok());
        let asked = serde_json::from_str(&job.asked).ok().filter(|_| !job.file.is_empty());
        Ok(Detail { listed: listed(row, Some(&job)), asked, found, tried })
    }

    /// Newest first, from before `before` on; and how many there are in all.
    pub fn list(&self, before: Option<ImportId>, limit: usize) -> Result<(Vec<Listed>, usize), ImportError> {
        let mut desk = self.shared.house.desk();
        let (rows, jobs) = (desk.imports()?, desk.import_jobs()?);
        drop(desk);
        let total = rows.len();
        let jobs: BTreeMap<ImportId, JobRow> = jobs.into_iter().map(|job| (job.import, job)).collect();
        let rows = rows.into_iter().rev().filter(|row| before.is_none_or(|before| row.id < before)).take(limit);
        Ok((rows.map(|row| (jobs.get(&row.id), row)).map(|(job, row)| listed(row, job)).collect(), total))
    }

    /// Says how the file is to be read, looks at it again with that, and remembers it for the next file with the same columns.
    pub fn map(&self, import: ImportId, asked: &Asked, by: &str) -> Result<Detail, ImportError> {
        let shared = &self.shared;
        let _asking = shared.lock();
        let (row, job) = shared.find(import)?;
        let job = job.filter(|job| row.state == STAGED && job.wanted.is_empty()).ok_or_else(|| state_of(&row))?;
        let preset = asked.preset().ok_or(ImportError::NoPreset)?;
        let content = shared.content(&job)?;
        let held: Arc<dyn perennial_source::Content> = Arc::<SealedFile>::clone(&content);
        let seen = perennial_source::inspect(Input::Held(held), &preset, &context(&shared.house, &asked.source, 0))?;
        let found = Found::new(&seen, false);
        if let Preset::Generic(_) = preset
            && let Some((pointer, column)) = foreign(&asked.mapping, &found)
        {
            return Err(ImportError::NoColumn { pointer, column });
        }
        shared.house.desk().update_import(&ImportRow { source: asked.source.clone(), preset: asked.preset.clone(), ..row })?;
        // Without columns they were guessed.
        let mapping = if let Preset::Generic(_) = preset { seen.mapping } else { Mapping::default() };
        let text = serde_json::to_string(&Asked { mapping, ..asked.clone() }).expect("plain settings serialise");
        shared.house.desk().set_asked(import, &text, shared.house.now())?;
        shared.tell(import, "found", &found, &content)?;
        shared.house.desk().set_told(import, "tried", b"")?;
        if let (Preset::Generic(_), Some(name)) = (preset, told::header_set(&found)) {
            shared.house.desk().set_setting(&name, text.as_bytes())?;
        }
        shared.house.audit(by, "import_mapped", &import.0.to_string())?;
        self.detail(import)
    }

    /// Asks for something to be done; the background does it.
    pub fn want(&self, import: ImportId, wanted: Wanted, by: &str) -> Result<Detail, ImportError> {
        let shared = &self.shared;
        let _asking = shared.lock();
        let (row, job) = shared.find(import)?;
        let word = match wanted {
            Wanted::Undo => return self.undo(row, job, by),
            // A dry run that is paused is over.
            Wanted::Pause if job.as_ref().is_some_and(|job| job.wanted == "try") => "",
            other => other.as_str(),
        };
        let job = job.filter(|job| permitted(&row, job, wanted)).ok_or_else(|| state_of(&row))?;
        if matches!(wanted, Wanted::Try | Wanted::Run) {
            let asked: Asked = serde_json::from_str(&job.asked).unwrap_or_default();
            let missing = told::missing(&asked.mapping);
            if matches!(asked.preset(), Some(Preset::Generic(_)) | None) && !missing.is_empty() {
                return Err(ImportError::Incomplete(missing));
            }
        }
        shared.house.desk().want(import, word, shared.house.now())?;
        shared.house.desk().set_progress(import, "")?;
        shared.house.audit(by, &format!("import_{}", wanted.as_str()), &import.0.to_string())?;
        shared.ring();
        self.detail(import)
    }

    fn undo(&self, row: ImportRow, job: Option<JobRow>, by: &str) -> Result<Detail, ImportError> {
        let (shared, import) = (&self.shared, row.id);
        if row.state == UNDONE {
            return Err(ImportError::Undone(import));
        }
        if row.state == STAGED || job.as_ref().is_some_and(|job| !job.file.is_empty()) {
            return Err(state_of(&row));
        }
        let now = shared.house.now();
        if job.is_none() {
            let node = shared.staging.as_ref().map(|staging| staging.node.clone()).unwrap_or_default();
            shared.house.desk().add_import_job(&JobRow {
                import,
                node,
                file: String::new(),
                bytes: 0,
                key: Vec::new(),
                by: by.to_owned(),
                touched_at: now,
                asked: String::new(),
                wanted: String::new(),
                progress: String::new(),
                trouble: String::new(),
            })?;
        }
        shared.house.desk().want(import, "undo", now)?;
        shared.house.audit(by, "import_undo", &import.0.to_string())?;
        shared.ring();
        self.detail(import)
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::Relaxed);
        self.shared.ring();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
