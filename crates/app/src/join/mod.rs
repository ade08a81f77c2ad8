//! Joining (SPEC ID-4): what a brand asks of those who join, as a versioned document, and taking somebody in by it.

mod document;
mod submit;

pub use document::{AskedConsent, AskedField, GATES, Gate, IDENTITIES, JoinForm, is_identity};
pub use submit::{JoinInput, Joined, join};
