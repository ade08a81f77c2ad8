//! The lifecycle slice: models as documents, the stage of a member, the path through stages, explanations.

pub mod document;
pub mod explain;
pub mod model;
pub mod shown;
pub mod walk;
