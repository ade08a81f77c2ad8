//! Everyone's histories through the folds: the CDNOW sample against published tables, random brands against a plain look at each day.

mod cdnow;
mod drafts;
mod everyone;
mod random;
mod times;
mod windows;
