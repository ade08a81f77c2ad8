//! Passwords: argon2id, what a password must not be, and the account that is there from the first start.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use super::{Access, AccessError, OWNER, new_secret, refused};
use crate::port::PortError;
use crate::port::desk::UserRow;

/// Shorter passwords are refused.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Longer ones only cost time.
pub const PASSWORD_BYTES_MAX: usize = 1024;
/// Different characters a password has at least.
const DIFFERENT_MIN: usize = 4;
/// What is tried first by whoever guesses; compared without regard to case.
const COMMON: [&str; 24] = [
    "password",
    "password1",
    "password123",
    "passw0rd",
    "12345678",
    "123456789",
    "1234567890",
    "87654321",
    "11223344",
    "abcd1234",
    "qwerty123",
    "qwertyui",
    "qwertyuiop",
    "1q2w3e4r",
    "1qaz2wsx",
    "iloveyou",
    "admin123",
    "admin1234",
    "administrator",
    "welcome1",
    "letmein1",
    "changeme",
    "5201314520",
    "woaini520",
];
const RANDOM_CHARS: usize = 24;

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
            None => Some(random()?),
        };
        let password = password.or(random.as_deref()).unwrap_or_default();
        let row = UserRow {
            name: OWNER.to_owned(),
            role: OWNER.to_owned(),
            password: checked(OWNER, password)?,
            created_at: self.house.now(),
            stores: Vec::new(),
            active: true,
            must_change: false,
        };
        self.house.desk().add_user(&row)?;
        self.house.audit(OWNER, "user_created", OWNER)?;
        Ok(random.map_or(Owner::Made, Owner::MadeWith))
    }

    /// One's own password, by the one before. Other sessions end: whoever knew the old one may have opened them.
    pub fn change_password(&self, user: &str, session: &str, current: &str, new: &str) -> Result<(), AccessError> {
        self.prove(user, current)?;
        if current == new {
            return Err(refused("password.same", "the new password is the old one", "新密码不能与原密码相同"));
        }
        self.put_password(user, new, false)?;
        self.house.audit(user, "password_set", "")?;
        self.end_sessions(user, user, Some(session)).map(drop)
    }

    /// Gives a user another password, which has to be changed at the next sign-in; without one a random one, answered. All its sessions end.
    pub fn reset_password(&self, by: &str, user: &str, password: Option<&str>) -> Result<Option<String>, AccessError> {
        self.user_row(user)?;
        let random = match password {
            Some(_) => None,
            None => Some(random()?),
        };
        self.put_password(user, password.or(random.as_deref()).unwrap_or_default(), true)?;
        self.house.audit(by, "password_reset", user)?;
        self.end_sessions(by, user, None)?;
        Ok(random)
    }

    fn put_password(&self, user: &str, password: &str, must_change: bool) -> Result<(), AccessError> {
        let hash = checked(user, password)?;
        let row = self.user_row(user)?;
        let mut desk = self.house.desk();
        desk.set_password(user, &hash)?;
        desk.update_user(&UserRow { must_change, ..row })?;
        Ok(())
    }
}

pub(super) fn random() -> Result<String, getrandom::Error> {
    Ok(new_secret("")?[..RANDOM_CHARS].to_owned())
}

/// The password's hash, once it is none that is guessed first.
pub(super) fn checked(user: &str, password: &str) -> Result<String, AccessError> {
    if password.chars().count() < PASSWORD_CHARS_MIN || password.len() > PASSWORD_BYTES_MAX {
        let en = format!("a password has at least {PASSWORD_CHARS_MIN} characters");
        return Err(refused("password.length", en, format!("密码至少 {PASSWORD_CHARS_MIN} 个字符")));
    }
    let (low, name) = (password.to_lowercase(), user.to_lowercase());
    let different: std::collections::BTreeSet<char> = low.chars().collect();
    if COMMON.contains(&low.as_str()) || different.len() < DIFFERENT_MIN || low == name {
        return Err(refused(
            "password.guessable",
            "this password is among those that are guessed first",
            "该密码过于常见或简单，容易被猜中",
        ));
    }
    let hash: Result<argon2::PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| PortError::Failed(format!("argon2: {error}")).into())
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
        let held = checked("li", "correct horse").unwrap();
        assert!(held.starts_with("$argon2id$"));
        assert!(verify("correct horse", Some(&held)));
        assert!(!verify("correct horse ", Some(&held)));
        assert!(!verify("correct horse", None));
    }

    #[test]
    fn what_is_guessed_first_is_no_password() {
        for (user, password) in
            [("li", "short"), ("li", "Password123"), ("li", "aaaaaaaaaaaa"), ("zhang.wei", "Zhang.Wei"), ("li", &"x1y2".repeat(300))]
        {
            assert!(matches!(checked(user, password), Err(AccessError::Refused(_))), "{password}");
        }
    }
}
