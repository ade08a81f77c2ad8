//! The application on real stores: engine, audit, power cuts, two nodes, stories.

mod audit;
mod common;
mod crash;
mod engine;
mod people;
mod postgres_nodes;
mod sealed;
mod stories;
