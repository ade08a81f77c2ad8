//! What a statement may see and use: six views, the catalogue of them, and functions that cannot make something huge out of nothing.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use datafusion::catalog::{CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider};
use datafusion::common::config::Dialect;
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};
use perennial_app::house::House;
use perennial_rules::reference::Reference;

use super::table::ViewTable;
use super::view::View;

pub const CATALOG: &str = "perennial";
pub const SCHEMA: &str = "public";

/// A short text made long, or a list out of two numbers: memory that no pool counts.
const LEFT_OUT: [&str; 13] = [
    "repeat",
    "lpad",
    "rpad",
    "replace",
    "translate",
    "array_repeat",
    "list_repeat",
    "array_resize",
    "list_resize",
    "generate_series",
    "range",
    "gen_series",
    "regexp_replace",
];

/// One for all statements: together they may use so much memory. Nothing spills to a disk, where personal values would lie in clear.
pub fn environment(memory_bytes: usize) -> Result<Arc<RuntimeEnv>> {
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    RuntimeEnvBuilder::new().with_memory_pool(Arc::new(GreedyMemoryPool::new(memory_bytes))).with_disk_manager_builder(disk).build_arc()
}

/// A session over the views as they are now.
pub fn open(house: &Arc<House>, environment: &Arc<RuntimeEnv>, parts: NonZeroUsize, clear: &Arc<AtomicBool>) -> Result<SessionContext> {
    let reference = house.reference();
    let mut config = SessionConfig::new()
        .with_target_partitions(parts.get())
        .with_information_schema(true)
        .with_create_default_catalog_and_schema(false)
        .with_default_catalog_and_schema(CATALOG, SCHEMA);
    let options = config.options_mut();
    options.execution.time_zone = Some(reference.calendar.zone().to_owned());
    options.sql_parser.dialect = Dialect::PostgreSQL;
    options.sql_parser.collect_spans = true;
    options.sql_parser.map_string_types_to_utf8view = false;
    let state = SessionStateBuilder::new().with_config(config).with_runtime_env(Arc::clone(environment)).with_default_features().build();
    let context = SessionContext::new_with_state(state);
    for name in LEFT_OUT {
        context.deregister_udf(name);
    }
    let catalog = Arc::new(MemoryCatalogProvider::new());
    catalog.register_schema(SCHEMA, views(house, &reference, clear)?)?;
    context.register_catalog(CATALOG, catalog);
    Ok(context)
}

/// The views by these documents: custom fields and models are columns of theirs.
pub fn views(house: &Arc<House>, reference: &Arc<Reference>, clear: &Arc<AtomicBool>) -> Result<Arc<dyn SchemaProvider>> {
    let schema = MemorySchemaProvider::new();
    for view in View::ALL {
        schema.register_table(view.as_str().to_owned(), Arc::new(ViewTable::new(house, view, reference, clear)))?;
    }
    Ok(Arc::new(schema))
}
