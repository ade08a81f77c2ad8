//! Before the first record: which import this is (a new one, or one that was broken off), by how much dates move, and that nobody else is at it.

use std::collections::BTreeSet;
use std::sync::Mutex;

use perennial_kernel::{Day, ImportId, Instant};
use perennial_source::{Context, Input, Preset};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Counts, FAILED, ImportError, RUNNING, Request, Shift, UNDOING, UNDONE};
use crate::house::House;
use crate::port::desk::ImportRow;

/// An import about to run; while it lives, no other run of it starts in this process.
pub struct Job {
    pub row: ImportRow,
    /// Goes on where an earlier run was broken off.
    pub resumed: bool,
    pub(super) mark: Mark,
    pub(super) request: Option<Request>,
    _claim: Claim,
}

/// Where a run was after its last acknowledged batch. Written as one value, so that the parts agree.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Mark {
    pub records: u64,
    new: u64,
    updated: u64,
    unchanged: u64,
    skipped: u64,
    bad: u64,
    /// When the latest fact acknowledged was recorded: facts of this import after it were written, but not yet counted.
    pub recorded_at: i64,
    /// The mapping in use, so that a run with another one does not go on in the middle.
    pub mapping: String,
}

impl Mark {
    pub fn counts(&self) -> Counts {
        Counts { new: self.new, updated: self.updated, unchanged: self.unchanged, skipped: self.skipped, bad: self.bad }
    }

    pub fn set_counts(&mut self, counts: Counts) {
        Counts { new: self.new, updated: self.updated, unchanged: self.unchanged, skipped: self.skipped, bad: self.bad } = counts;
    }
}

/// What a reader has to know of the brand.
pub fn context(house: &House, source: &str, shift_days: i32) -> Context {
    let reference = house.reference();
    Context {
        calendar: reference.calendar.clone(),
        currency: reference.brand.currency,
        source: source.to_owned(),
        today: reference.calendar.day(house.now()),
        shift_days,
    }
}

/// Registers the import of a file, or finds the unfinished one of the same file to go on with.
pub fn start(house: &House, request: &Request) -> Result<Job, ImportError> {
    let digest = digest_of(&request.file)?;
    let mapping = mapping_text(&request.preset);
    let row = ImportRow {
        id: ImportId(0),
        source: request.source.clone(),
        file: request.name.clone(),
        digest,
        preset: request.preset.name().to_owned(),
        shift_days: 0,
        ..fresh(house.now())
    };
    let mut job = adopt(house, row, &mapping, || shift_days(house, request))?;
    job.request = Some(request.clone());
    Ok(job)
}

/// The next run of an import that is registered already, from where the one before it was broken off.
pub(super) fn go_on(house: &House, row: &ImportRow, request: &Request) -> Result<Job, ImportError> {
    let half = |held: &ImportRow| held.source == request.source && held.state == UNDOING;
    if let Some(half) = house.desk().imports()?.into_iter().find(half) {
        return Err(ImportError::HalfUndone(half.id));
    }
    let claim = Claim::take(house, row.id)?;
    let (mapping, held) = (mapping_text(&request.preset), read_mark(house, row.id)?);
    let resumed = held.records > 0 && held.mapping == mapping;
    let (mark, shift_days) =
        if resumed { (held, row.shift_days) } else { (Mark { mapping, ..Mark::default() }, shift_days(house, request)?) };
    let (source, preset) = (request.source.clone(), request.preset.name().to_owned());
    let row = ImportRow { source, preset, shift_days, state: RUNNING.to_owned(), ended_at: None, ..row.clone() };
    house.desk().update_import(&row)?;
    write_mark(house, row.id, &mark)?;
    Ok(Job { row, resumed, mark, request: Some(request.clone()), _claim: claim })
}

/// As [`start`] for records that come from no file: `row` says what they are; its digest must tell them apart.
pub fn adopt(house: &House, row: ImportRow, mapping: &str, shift: impl FnOnce() -> Result<i32, ImportError>) -> Result<Job, ImportError> {
    let imports = house.desk().imports()?;
    let same_source = |held: &&ImportRow| held.source == row.source;
    if let Some(half) = imports.iter().filter(same_source).find(|held| held.state == UNDOING) {
        return Err(ImportError::HalfUndone(half.id));
    }
    let same = |held: &&ImportRow| held.digest == row.digest && held.preset == row.preset;
    // What a server is at, or will go on with, is the server's.
    let of_a_server: BTreeSet<ImportId> = house.desk().import_jobs()?.into_iter().map(|job| job.import).collect();
    let left = |held: &&ImportRow| (held.state == RUNNING || held.state == FAILED) && !of_a_server.contains(&held.id);
    let unfinished = imports.iter().filter(same_source).filter(same).rfind(left);
    if let Some(held) = unfinished {
        let claim = Claim::take(house, held.id)?;
        let mark = read_mark(house, held.id)?;
        if mark.mapping == mapping {
            let row = ImportRow { state: RUNNING.to_owned(), ended_at: None, ..held.clone() };
            house.desk().update_import(&row)?;
            return Ok(Job { row, resumed: true, mark, request: None, _claim: claim });
        }
    }
    let row = ImportRow { shift_days: shift()?, state: RUNNING.to_owned(), ..row };
    let id = house.desk().add_import(&row)?;
    let claim = Claim::take(house, id)?;
    let mark = Mark { mapping: mapping.to_owned(), ..Mark::default() };
    write_mark(house, id, &mark)?;
    Ok(Job { row: ImportRow { id, ..row }, resumed: false, mark, request: None, _claim: claim })
}

/// A row without anything done yet.
pub(super) fn fresh(now: Instant) -> ImportRow {
    ImportRow {
        id: ImportId(0),
        source: String::new(),
        file: String::new(),
        digest: Vec::new(),
        preset: String::new(),
        shift_days: 0,
        state: RUNNING.to_owned(),
        started_at: now,
        ended_at: None,
        records: 0,
        new: 0,
        updated: 0,
        unchanged: 0,
        skipped: 0,
        bad: 0,
    }
}

pub(super) fn write_mark(house: &House, import: ImportId, mark: &Mark) -> Result<(), ImportError> {
    let bytes = serde_json::to_vec(mark).expect("numbers and a text serialise");
    Ok(house.desk().set_setting(&setting(import), &bytes)?)
}

fn read_mark(house: &House, import: ImportId) -> Result<Mark, ImportError> {
    let bytes = house.desk().setting(&setting(import))?.unwrap_or_default();
    Ok(serde_json::from_slice(&bytes).unwrap_or_default())
}

fn setting(import: ImportId) -> String {
    format!("import {}", import.0)
}

pub(super) fn mapping_text(preset: &Preset) -> String {
    match preset {
        Preset::Generic(Some(mapping)) => serde_json::to_string(mapping).expect("mappings serialise"),
        Preset::Generic(None) | Preset::Cdnow | Preset::CompleteJourney | Preset::Taobao | Preset::Douyin => String::new(),
    }
}

/// By how many days the file's dates move. A source that was moved keeps its shift: the next file of it, or the same one a week later, would
/// otherwise tell other days for orders that are known.
pub(super) fn shift_days(house: &House, request: &Request) -> Result<i32, ImportError> {
    let (calendar, now) = (house.calendar(), house.now());
    let to = match request.shift {
        Shift::None => return Ok(0),
        Shift::Today => calendar.day(now),
        Shift::To(day) => day,
    };
    let imports = house.desk().imports()?;
    let of_source = |held: &&ImportRow| held.source == request.source && held.preset == request.preset.name();
    if let Some(held) = imports.iter().filter(of_source).rfind(|held| held.state != UNDONE && held.records > 0) {
        return Ok(held.shift_days);
    }
    let Some((last, placed)) = last_of(house, request)? else { return Ok(0) };
    let days = perennial_source::weeks_to(placed, to);
    // The file's last hour may be later in the day than now.
    let moved = last.plus_ms(i64::from(days) * 86_400_000);
    Ok(if moved > now { days - 7 } else { days })
}

/// The last instant of the file, and the day of its last order.
fn last_of(house: &House, request: &Request) -> Result<Option<(Instant, Day)>, ImportError> {
    let context = context(house, &request.source, 0);
    let calendar = context.calendar.clone();
    let mut last: Option<(Instant, Instant)> = None;
    for incoming in perennial_source::open(&request.file, &request.preset, context)?.flatten().flat_map(|record| record.incoming) {
        let is_order = matches!(incoming.body, perennial_kernel::Body::OrderPlaced(_));
        let (any, placed) = last.unwrap_or((incoming.occurred_at, Instant::MIN));
        last = Some((any.max(incoming.occurred_at), if is_order { placed.max(incoming.occurred_at) } else { placed }));
    }
    Ok(last.map(|(any, placed)| (any, calendar.day(if placed == Instant::MIN { any } else { placed }))))
}

fn digest_of(input: &Input) -> Result<Vec<u8>, ImportError> {
    let mut hash = Sha256::new();
    perennial_source::each_part(input, &mut |part| hash.update(part))?;
    Ok(hash.finalize().to_vec())
}

/// Imports at work in this process, by house (its address) and number.
static AT_WORK: Mutex<BTreeSet<(usize, i64)>> = Mutex::new(BTreeSet::new());

/// The right to work on an import, given back when dropped.
pub(super) struct Claim(usize, i64);

impl Claim {
    pub fn take(house: &House, import: ImportId) -> Result<Self, ImportError> {
        let key = (std::ptr::from_ref(house) as usize, import.0);
        let mut at_work = AT_WORK.lock().expect("no thread panics while holding this lock");
        if at_work.insert(key) { Ok(Self(key.0, key.1)) } else { Err(ImportError::Busy(import)) }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        AT_WORK.lock().expect("no thread panics while holding this lock").remove(&(self.0, self.1));
    }
}
