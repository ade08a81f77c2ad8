//! Published and independently computed values, and extremes. See `tests/reference/README.md`.

mod bands;
mod bases;
mod cdnow;
mod extremes;
mod logistic;
mod reference;
