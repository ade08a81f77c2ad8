//! Published and independently computed values, and extremes. See `tests/reference/README.md`.

mod bases;
mod cdnow;
mod extremes;
mod reference;
