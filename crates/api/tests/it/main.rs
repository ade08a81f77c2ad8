//! The API in process, on SQLite in a temporary folder with a clock set by hand.

mod access;
mod authorization;
mod bad_input;
mod catalogue;
mod cdnow;
mod console;
mod dead_letters;
mod doors;
mod imports;
mod joining;
mod kit;
mod lists;
mod live;
mod openapi;
mod orders;
mod people;
mod personal;
mod policies;
mod profile;
mod segment;
mod sources;
mod stories;
mod trail;
mod users;
mod value;
mod webhooks;
