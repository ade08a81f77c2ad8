//! Passwords: argon2id, and the account that is there from the first start.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use super::{Access, AccessError, OWNER, new_secret};
use crate::engine::Refusal;
use crate::port::desk::UserRow;

/// Shorter passwords are refused.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Longer ones only cost time.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// What came of asking for the owner's account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Owner {
    /// There was one.
    Held,
    /// Made with the password given.
    Made,
    /// Made with this password: to be shown once.
    MadeWith(String),
}

impl Access {
    /// Makes the owner's account where there is none; without a password a random one.
    pub fn ensure_owner(&self, password: Option<&str>) -> Result<Owner, AccessError> {
        if self.house.desk().user(OWNER)?.is_some() {
            return Ok(Owner::Held);
        }
        let random = match password {
            Some(_) => None,
            None => Some(new_secret("")?[..24].to_owned()),
        };
        let password = password.or(random.as_deref()).unwrap_or_default();
        let row = UserRow { name: OWNER.to_owned(), role: OWNER.to_owned(), password: hash(password)?, created_at: self.house.now() };
        self.house.desk().add_user(&row)?;
        self.house.audit(OWNER, "user_created", OWNER)?;
        Ok(random.map_or(Owner::Made, Owner::MadeWith))
    }

    /// Gives a user another password.
    pub fn set_password(&self, name: &str, password: &str) -> Result<(), AccessError> {
        let hash = hash(password)?;
        self.house.desk().set_password(name, &hash)?;
        self.house.audit(name, "password_set", "")?;
        Ok(())
    }
}

fn hash(password: &str) -> Result<String, AccessError> {
    if password.chars().count() < PASSWORD_CHARS_MIN || password.len() > PASSWORD_BYTES_MAX {
        return Err(AccessError::Refused(Refusal {
            code: "password.length",
            en: format!("a password has at least {PASSWORD_CHARS_MIN} characters"),
            zh: format!("密码至少 {PASSWORD_CHARS_MIN} 个字符"),
        }));
    }
    let hash: Result<argon2::PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| AccessError::Port(crate::port::PortError::Failed(format!("argon2: {error}"))))
}

/// Whether the password is the one of this hash. Without a user as much work is done, so that time does not tell who there is.
pub(super) fn verify(password: &str, hash: Option<&str>) -> bool {
    /// Of nobody's password.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$JhzCbQm7rXoDZ4hKf1PtVb2cWIgQKJMHPyQ1cKIjwC8";
    if password.len() > PASSWORD_BYTES_MAX {
        return false;
    }
    let right = Argon2::default().verify_password(password.as_bytes(), hash.unwrap_or(NOBODY)).is_ok();
    right && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_its_own_hash_only() {
        let held = hash("correct horse").unwrap();
        assert!(held.starts_with("$argon2id$"));
        assert!(verify("correct horse", Some(&held)));
        assert!(!verify("correct horse ", Some(&held)));
        assert!(!verify("correct horse", None));
        assert!(hash("short").is_err());
    }
}
