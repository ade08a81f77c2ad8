//! Tests of the condition language through its public interface.

mod answers;
mod columns;
mod forms;
mod hostile;
mod members;
mod problems;
mod random;
mod sentences;
mod sqlite;
mod time;
mod what_if;
