//! Accounts beside their passwords: second factors, and what a user may see.

use super::PortResult;
use super::desk::UserRow;

/// A user's second factor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactorRow {
    /// Its secret, sealed.
    pub sealed: Vec<u8>,
    /// A code of it has been seen: it is asked for from then on.
    pub confirmed: bool,
    /// The latest time step of which a code was taken.
    pub step: i64,
}

pub trait Accounts {
    /// Ascending by name.
    fn users(&mut self) -> PortResult<Vec<UserRow>>;
    /// Role, stores, active, must_change; the password has a statement of its own.
    fn update_user(&mut self, row: &UserRow) -> PortResult<()>;

    fn factor(&mut self, user: &str) -> PortResult<Option<FactorRow>>;
    /// In place of the one held.
    fn set_factor(&mut self, user: &str, row: &FactorRow) -> PortResult<()>;
    /// Whether there was one.
    fn drop_factor(&mut self, user: &str) -> PortResult<bool>;
    /// Takes a time step if it is later than every step taken before; of several at once one takes it.
    fn take_step(&mut self, user: &str, step: i64) -> PortResult<bool>;
}
