//! The catalogue over HTTP: entries of all four kinds have one shape, their fields as texts by name.

use std::collections::BTreeMap;

use perennial_app::catalogue::{Change, Held, Imported, Page, RETIRED};
use serde::Serialize;
use utoipa::ToSchema;

/// A product, store, associate or scene.
#[derive(Serialize, ToSchema)]
pub struct CatalogueEntry {
    pub id: String,
    /// `active`, `retired`.
    pub state: String,
    /// Products: name, category, list_price, cycle_days. Stores: name, group, city. Associates: name, store. Scenes: name, channel, store,
    /// page, campaign, event.
    pub fields: BTreeMap<String, String>,
    pub version: i64,
    pub changed_at: String,
    pub changed_by: String,
}

impl From<Held> for CatalogueEntry {
    fn from(held: Held) -> Self {
        let state = if held.entry.retired { RETIRED } else { perennial_app::catalogue::ACTIVE }.to_owned();
        let (version, changed_at, changed_by) = (held.version, held.changed_at.to_string(), held.changed_by);
        Self { id: held.entry.id, state, fields: held.entry.fields, version, changed_at, changed_by }
    }
}

#[derive(Serialize, ToSchema)]
pub struct CataloguePage {
    pub entries: Vec<CatalogueEntry>,
    /// On all pages.
    pub total: u64,
}

impl From<Page> for CataloguePage {
    fn from(page: Page) -> Self {
        Self { entries: page.entries.into_iter().map(Into::into).collect(), total: page.total }
    }
}

/// An entry with everything that was changed of it.
#[derive(Serialize, ToSchema)]
pub struct CatalogueEntryTold {
    pub entry: CatalogueEntry,
    /// The newest first.
    pub history: Vec<CatalogueChange>,
}

#[derive(Serialize, ToSchema)]
pub struct CatalogueChange {
    pub version: i64,
    pub at: String,
    pub by: String,
    pub fields: Vec<CatalogueFieldChange>,
}

#[derive(Serialize, ToSchema)]
pub struct CatalogueFieldChange {
    /// A field's name, or `state`.
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl From<Change> for CatalogueChange {
    fn from(change: Change) -> Self {
        let field = |(field, before, after)| CatalogueFieldChange { field, before, after };
        let fields = change.fields.into_iter().map(field).collect();
        Self { version: change.version, at: change.at.to_string(), by: change.who, fields }
    }
}

#[derive(ToSchema)]
pub struct PutCatalogueEntry {
    pub fields: BTreeMap<String, String>,
    /// `active` when absent.
    pub state: Option<String>,
    /// The version it was changed on: refused with 409 when another stands. Without it, whatever stands is replaced.
    pub version: Option<i64>,
}

#[derive(ToSchema)]
pub struct PutCatalogueEntries {
    /// At most 1,000, all taken or none.
    pub entries: Vec<PutNamedCatalogueEntry>,
}

#[derive(ToSchema)]
pub struct PutNamedCatalogueEntry {
    pub id: String,
    pub fields: BTreeMap<String, String>,
    pub state: Option<String>,
}

/// What became of a file or a set of entries.
#[derive(Serialize, ToSchema)]
pub struct CatalogueImported {
    pub dry_run: bool,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub bad: u64,
    /// The first 100.
    pub bad_rows: Vec<CatalogueBadRow>,
}

#[derive(Serialize, ToSchema)]
pub struct CatalogueBadRow {
    pub line: u64,
    pub column: Option<String>,
    pub code: String,
    pub detail: String,
    pub detail_zh: String,
}

const BAD_ROWS_TOLD: usize = 100;

impl CatalogueImported {
    pub fn new(told: Imported, dry_run: bool) -> Self {
        let Imported { new, changed, unchanged, bad, bad_rows, .. } = told;
        let row = |row: perennial_app::catalogue::BadRow| CatalogueBadRow {
            line: row.line,
            column: row.column,
            code: row.code.to_owned(),
            detail: row.en,
            detail_zh: row.zh,
        };
        let bad_rows = bad_rows.into_iter().take(BAD_ROWS_TOLD).map(row).collect();
        Self { dry_run, new, changed, unchanged, bad, bad_rows }
    }
}

/// A thing of an order, with the name the catalogue has for it, else the one the order came with.
#[derive(Serialize, ToSchema)]
pub struct OrderedProduct {
    pub sku: String,
    pub name: Option<String>,
}

/// Names in the catalogue of what a page speaks about.
#[derive(Default)]
pub struct CatalogueNames {
    pub stores: BTreeMap<String, String>,
    pub products: BTreeMap<String, String>,
}

impl CatalogueNames {
    pub fn store(&self, id: Option<&str>) -> Option<String> {
        self.stores.get(id?).cloned()
    }

    pub fn products(&self, ordered: Vec<(String, Option<String>)>) -> Vec<OrderedProduct> {
        let named = |(sku, own): (String, Option<String>)| OrderedProduct { name: self.products.get(&sku).cloned().or(own), sku };
        ordered.into_iter().map(named).collect()
    }
}
