//! History of everyone as Parquet, clustered by member, and DataFusion over it: the only crate that names either.

pub mod files;
pub mod sql;
