//! The catalogue: products, stores, associates and scenes as versioned plain rows. Orders keep the ids and words they came with; names here
//! are for showing, and nothing a decision reads.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use perennial_kernel::{Currency, Instant};
pub use perennial_source::BadRow;
use perennial_source::FileError;
pub use perennial_source::catalogue::{Entry, Kind};
use perennial_source::catalogue::{Reader, check, open};
use perennial_source::door::FieldProblem;

use crate::house::House;
use crate::port::PortError;
use crate::port::catalogue::{CatalogueFilter, CatalogueRow};

pub const ACTIVE: &str = "active";
pub const RETIRED: &str = "retired";
/// Entries written in one transaction.
const CHUNK: usize = 500;
/// Bad rows kept to be shown or written to a file.
const BAD_ROWS_MAX: usize = 10_000;

/// An entry in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    pub entry: Entry,
    pub version: i64,
    pub changed_at: Instant,
    pub changed_by: String,
}

/// What one version changed: field names with what stood before and after. The first version has everything after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    pub version: i64,
    pub at: Instant,
    pub who: String,
    pub fields: Vec<(String, Option<String>, Option<String>)>,
}

/// A page of entries and how many there are in all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    pub entries: Vec<Held>,
    pub total: u64,
}

/// What is wanted of an entry.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    pub id: String,
    pub retired: bool,
    pub fields: Vec<(String, String)>,
    /// The version the change was made on; `None` replaces whatever stands.
    pub of_version: Option<i64>,
}

/// What became of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Became {
    New,
    Changed,
    Unchanged,
}

/// Counts of an import, written or only tried.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Imported {
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub bad: u64,
    /// The file's own columns.
    pub columns: Vec<String>,
    /// The first ones.
    pub bad_rows: Vec<BadRow>,
}

#[derive(Debug)]
pub enum CatalogueError {
    Port(PortError),
    File(FileError),
    NotFound,
    /// Somebody changed the entry meanwhile: the version that stands.
    Conflict(i64),
    Refused(Vec<FieldProblem>),
}

impl From<PortError> for CatalogueError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl From<FileError> for CatalogueError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

pub type CatalogueResult<T> = Result<T, CatalogueError>;

/// Entries of a kind by page from 0; `text` stands somewhere in an entry's id or fields.
pub fn page(house: &House, kind: Kind, text: Option<&str>, state: Option<&str>, page: u64, size: usize) -> CatalogueResult<Page> {
    let filter = CatalogueFilter {
        kind: kind.as_str().to_owned(),
        text: text.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty()),
        state: state.map(str::to_owned),
    };
    let mut desk = house.desk();
    let total = desk.catalogue_count(&filter)?;
    let rows = desk.catalogue_page(&filter, page.saturating_mul(size as u64), size)?;
    Ok(Page { entries: rows.iter().map(|row| held(kind, row)).collect::<Result<_, _>>()?, total })
}

pub fn entry(house: &House, kind: Kind, id: &str) -> CatalogueResult<Held> {
    let row = house.desk().catalogue_entry(kind.as_str(), id)?.ok_or(CatalogueError::NotFound)?;
    Ok(held(kind, &row)?)
}

/// Everything that was changed of an entry, the newest first.
pub fn history(house: &House, kind: Kind, id: &str) -> CatalogueResult<Vec<Change>> {
    let rows = house.desk().catalogue_versions(kind.as_str(), id)?;
    let versions = rows.iter().map(|row| texts(row).map(|texts| (row, texts))).collect::<Result<Vec<_>, _>>()?;
    let empty = BTreeMap::new();
    let change = |(at, (row, after)): (usize, &(&CatalogueRow, BTreeMap<String, String>))| {
        let before = versions.get(at + 1).map_or(&empty, |(_, before)| before);
        let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let differing = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
        let fields = differing.map(|name| (name.clone(), before.get(name).cloned(), after.get(name).cloned())).collect();
        Change { version: row.version, at: row.at, who: row.who.clone(), fields }
    };
    Ok(versions.iter().enumerate().map(change).collect())
}

/// Puts one entry: checked, and written as a new version if anything differs.
pub fn put(house: &House, kind: Kind, wanted: &Wanted, who: &str) -> CatalogueResult<(Held, Became)> {
    let currency = house.reference().brand.currency;
    let entry = checked(kind, wanted, currency, "").map_err(CatalogueError::Refused)?;
    let now = house.now();
    let mut desk = house.desk();
    let standing = desk.catalogue_entry(kind.as_str(), &entry.id)?;
    let version = standing.as_ref().map_or(0, |row| row.version);
    if wanted.of_version.is_some_and(|of| of != version) {
        return Err(CatalogueError::Conflict(version));
    }
    let (row, became) = next(&entry, standing.as_ref(), now, who);
    if became != Became::Unchanged {
        desk.add_catalogue(std::slice::from_ref(&row))?;
        // Another node may have written this version first.
        let stands = desk.catalogue_entry(kind.as_str(), &entry.id)?;
        if stands.as_ref() != Some(&row) {
            return Err(CatalogueError::Conflict(stands.map_or(0, |row| row.version)));
        }
    }
    drop(desk);
    let row = if became == Became::Unchanged { standing.unwrap_or(row) } else { row };
    Ok((held(kind, &row)?, became))
}

/// Puts several entries, all or none: the first that is refused tells why, its pointers below `/entries/<index>`.
pub fn put_all(house: &House, kind: Kind, wanted: &[Wanted], who: &str) -> CatalogueResult<Imported> {
    let currency = house.reference().brand.currency;
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for (index, one) in wanted.iter().enumerate() {
        match checked(kind, one, currency, &format!("/entries/{index}")) {
            Ok(entry) => entries.push(entry),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(CatalogueError::Refused(problems));
    }
    let mut told = Imported::default();
    write(house, kind, &entries, who, true, &mut told)?;
    house.audit(who, "catalogue_put", &format!("{} {}", kind.as_str(), entries.len()))?;
    Ok(told)
}

/// Checks an entry; its problems point to `id` or below `fields`, where a body has them.
fn checked(kind: Kind, wanted: &Wanted, currency: Currency, below: &str) -> Result<Entry, Vec<FieldProblem>> {
    let place = |pointer: &str| if pointer == "/id" { format!("{below}/id") } else { format!("{below}/fields{pointer}") };
    let found = check(kind, &wanted.id, wanted.retired, &wanted.fields, currency);
    found.map_err(|all| all.into_iter().map(|one| FieldProblem { pointer: place(&one.pointer), ..one }).collect())
}

/// Takes an entry out of use; what it was stays known.
pub fn retire(house: &House, kind: Kind, id: &str, who: &str) -> CatalogueResult<Held> {
    let held = entry(house, kind, id)?;
    let fields = held.entry.fields.into_iter().collect();
    let wanted = Wanted { id: held.entry.id, retired: true, fields, of_version: Some(held.version) };
    Ok(put(house, kind, &wanted, who)?.0)
}

/// Reads a file of entries: written, or with `dry_run` only told against what stands.
pub fn import(house: &House, kind: Kind, path: &Path, dry_run: bool, who: &str) -> CatalogueResult<Imported> {
    read_in(house, kind, open(path, kind, house.reference().brand.currency)?, dry_run, who)
}

/// As [`import`], for a file that came over HTTP.
pub fn import_bytes(house: &House, kind: Kind, bytes: &[u8], dry_run: bool, who: &str) -> CatalogueResult<Imported> {
    let staged = Staged::new(bytes)?;
    import(house, kind, &staged.0, dry_run, who)
}

/// A file for as long as it is read: readers go over it more than once.
struct Staged(PathBuf);

impl Staged {
    fn new(bytes: &[u8]) -> CatalogueResult<Self> {
        let mut name = [0; 8];
        getrandom::fill(&mut name).map_err(|error| PortError::Failed(error.to_string()))?;
        let path = std::env::temp_dir().join(format!("perennial-catalogue-{:016x}", u64::from_be_bytes(name)));
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&path).map_err(FileError::from)?;
        let staged = Self(path);
        file.write_all(bytes).map_err(FileError::from)?;
        Ok(staged)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // What is left behind is the system's to clean up.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn read_in(house: &House, kind: Kind, reader: Reader, dry_run: bool, who: &str) -> CatalogueResult<Imported> {
    let mut told = Imported { columns: reader.columns().to_vec(), ..Imported::default() };
    let mut chunk: Vec<Entry> = Vec::with_capacity(CHUNK);
    for item in reader {
        match item {
            Ok(listed) => chunk.push(listed.entry),
            Err(bad) => {
                told.bad += 1;
                if told.bad_rows.len() < BAD_ROWS_MAX {
                    told.bad_rows.push(bad);
                }
            }
        }
        if chunk.len() == CHUNK {
            write(house, kind, &chunk, who, !dry_run, &mut told)?;
            chunk.clear();
        }
    }
    write(house, kind, &chunk, who, !dry_run, &mut told)?;
    if !dry_run {
        house.audit(who, "catalogue_imported", &format!("{} {} {}", kind.as_str(), told.new, told.changed))?;
    }
    Ok(told)
}

fn write(house: &House, kind: Kind, entries: &[Entry], who: &str, really: bool, told: &mut Imported) -> CatalogueResult<()> {
    let now = house.now();
    let mut desk = house.desk();
    // Of an id named twice the later stands, as if one had been put after the other.
    let mut rows: BTreeMap<String, CatalogueRow> = BTreeMap::new();
    for entry in entries {
        let standing = desk.catalogue_entry(kind.as_str(), &entry.id)?;
        let (row, became) = next(entry, standing.as_ref(), now, who);
        match became {
            Became::New => told.new += 1,
            Became::Changed => told.changed += 1,
            Became::Unchanged => {
                told.unchanged += 1;
                rows.remove(&entry.id);
                continue;
            }
        }
        rows.insert(entry.id.clone(), row);
    }
    if really && !rows.is_empty() {
        desk.add_catalogue(&rows.into_values().collect::<Vec<_>>())?;
    }
    Ok(())
}

/// The version that would follow what stands.
fn next(entry: &Entry, standing: Option<&CatalogueRow>, at: Instant, who: &str) -> (CatalogueRow, Became) {
    let row = CatalogueRow {
        kind: entry.kind.as_str().to_owned(),
        id: entry.id.clone(),
        version: standing.map_or(1, |row| row.version + 1),
        state: if entry.retired { RETIRED } else { ACTIVE }.to_owned(),
        name: entry.name().to_owned(),
        words: entry.words(),
        body: serde_json::to_string(&entry.fields).expect("maps of texts serialise"),
        at,
        who: who.to_owned(),
    };
    let became = match standing {
        None => Became::New,
        Some(held) if held.body == row.body && held.state == row.state => Became::Unchanged,
        Some(_) => Became::Changed,
    };
    (row, became)
}

fn held(kind: Kind, row: &CatalogueRow) -> Result<Held, PortError> {
    let entry = Entry { kind, id: row.id.clone(), retired: row.state == RETIRED, fields: fields(row)? };
    Ok(Held { entry, version: row.version, changed_at: row.at, changed_by: row.who.clone() })
}

fn fields(row: &CatalogueRow) -> Result<BTreeMap<String, String>, PortError> {
    let damaged = |why| PortError::Damaged(format!("{} {} cannot be read: {why}", row.kind, row.id));
    serde_json::from_str(&row.body).map_err(damaged)
}

/// A version's fields with its state among them, as a history shows it.
fn texts(row: &CatalogueRow) -> Result<BTreeMap<String, String>, PortError> {
    let mut texts = fields(row)?;
    texts.insert("state".to_owned(), row.state.clone());
    Ok(texts)
}

/// Names by id, of products and stores that orders speak of; what is not in the catalogue is left out.
pub fn names<'a>(house: &House, kind: Kind, ids: impl IntoIterator<Item = &'a str>) -> Result<BTreeMap<String, String>, PortError> {
    let ids: std::collections::BTreeSet<&str> = ids.into_iter().filter(|id| !id.is_empty()).collect();
    let mut desk = house.desk();
    let mut names = BTreeMap::new();
    for id in ids.into_iter().take(NAMES_MAX) {
        if let Some(row) = desk.catalogue_entry(kind.as_str(), id)? {
            names.insert(row.id, row.name);
        }
    }
    Ok(names)
}

/// One page shows no more different products than this.
const NAMES_MAX: usize = 500;
