//! The catalogue as plain rows: each change is a row of its own, so that what stood before stays readable.

use perennial_kernel::Instant;

use super::PortResult;

/// One version of one entry. Never changed once written; the highest is the one in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CatalogueRow {
    /// `products`, `stores`, `associates`, `scenes`.
    pub kind: String,
    pub id: String,
    /// From 1, without gaps.
    pub version: i64,
    /// `active`, `retired`.
    pub state: String,
    pub name: String,
    /// What a search looks through, lower case.
    pub words: String,
    /// JSON, texts by name.
    pub body: String,
    pub at: Instant,
    pub who: String,
}

/// Which entries in force are meant; `None` means any.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CatalogueFilter {
    pub kind: String,
    /// Lower case; stands somewhere in the entry's words.
    pub text: Option<String>,
    pub state: Option<String>,
}

pub trait Catalogue {
    /// Adds versions, all or none. One that stands already stays as it is: somebody else was first.
    fn add_catalogue(&mut self, rows: &[CatalogueRow]) -> PortResult<()>;
    /// The entry in force.
    fn catalogue_entry(&mut self, kind: &str, id: &str) -> PortResult<Option<CatalogueRow>>;
    /// Entries in force, ascending by id.
    fn catalogue_page(&mut self, filter: &CatalogueFilter, offset: u64, limit: usize) -> PortResult<Vec<CatalogueRow>>;
    fn catalogue_count(&mut self, filter: &CatalogueFilter) -> PortResult<u64>;
    /// All versions of an entry, the newest first.
    fn catalogue_versions(&mut self, kind: &str, id: &str) -> PortResult<Vec<CatalogueRow>>;
}
