//! Files as they come, read through the public interface.

mod anything;
mod cdnow;
mod door;
mod generic;
mod journey;
mod kit;
mod sheet;
