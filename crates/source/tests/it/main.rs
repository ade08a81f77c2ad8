//! Files as they come, read through the public interface.

mod anything;
mod catalogue;
mod cdnow;
mod door;
mod generic;
mod journey;
mod kit;
mod reports;
mod sheet;
mod shop;
