//! Signing in and out.

use super::{Access, AccessError, Caller, digest, new_secret, password, same};
use crate::port::desk::SecretRow;

/// Sessions end after this long.
pub const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
const PURPOSE: &str = "session";
/// What a stranger typed is cut short before it is written into the audit trail.
const SHOWN_CHARS: usize = 64;

impl Access {
    /// Answers the session's token, which is shown to the browser and nowhere kept.
    pub fn sign_in(&self, name: &str, password: &str) -> Result<String, AccessError> {
        let now = self.house.now();
        if let Some(retry_after_s) = self.failures.wait_s(name, now) {
            return Err(AccessError::TooMany { retry_after_s });
        }
        let user = self.house.desk().user(name)?;
        if !password::verify(password, user.as_ref().map(|user| user.password.as_str())) {
            self.failures.failed(name, now);
            let shown: String = name.chars().filter(|c| !c.is_control()).take(SHOWN_CHARS).collect();
            self.house.audit(&shown, "sign_in_failed", "")?;
            return Err(AccessError::Wrong);
        }
        let Some(user) = user else { return Err(AccessError::Wrong) };
        self.failures.succeeded(name);
        let token = new_secret("")?;
        let row = SecretRow {
            purpose: PURPOSE.to_owned(),
            hash: digest(&token),
            name: user.name.clone(),
            role: user.role,
            created_at: now,
            expires_at: Some(now.plus_ms(SESSION_MS)),
        };
        let mut desk = self.house.desk();
        for old in desk.secrets(PURPOSE)? {
            if old.expires_at.is_some_and(|at| at <= now) {
                desk.drop_secret(&old.hash)?;
            }
        }
        desk.add_secret(&row)?;
        drop(desk);
        self.house.audit(&user.name, "signed_in", "")?;
        Ok(token)
    }

    /// Who a session's token belongs to; `None` once it is over.
    pub fn session(&self, token: &str) -> Result<Option<Caller>, AccessError> {
        let hash = digest(token);
        let row = self.house.desk().secret(&hash)?;
        let now = self.house.now();
        let row = row.filter(|row| row.purpose == PURPOSE && same(&row.hash, &hash) && row.expires_at.is_some_and(|at| at > now));
        Ok(row.map(|row| Caller::User { name: row.name, role: row.role }))
    }

    pub fn sign_out(&self, token: &str) -> Result<(), AccessError> {
        let caller = self.session(token)?;
        self.house.desk().drop_secret(&digest(token))?;
        if let Some(caller) = caller {
            self.house.audit(&caller.name(), "signed_out", "")?;
        }
        Ok(())
    }
}
