//! What tests share. A dev-dependency only; nothing that ships knows it.

pub mod drive;
pub mod oracle;
pub mod postgres;
pub mod random;
pub mod story;
pub mod traces;
pub mod verdict;
