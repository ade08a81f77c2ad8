//! The application on real stores: engine, audit, power cuts, two nodes, stories.

mod audit;
mod board;
mod common;
mod crash;
mod engine;
mod erasure;
mod people;
mod postgres_nodes;
mod rotate;
mod sealed;
mod stories;
