//! Signing in and out, and the sessions there are.

use perennial_kernel::Instant;

use super::{Access, AccessError, Caller, Due, Role, digest, new_secret, not_found, password, same, short_id};
use crate::port::desk::{SecretRow, UserRow};

/// Sessions end after this long.
pub const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
const PURPOSE: &str = "session";
const ID: &str = "s_";
/// What a stranger typed is cut short before it is kept.
const SHOWN_CHARS: usize = 64;
const AGENT_CHARS_MAX: usize = 160;

/// What somebody gives to be let in.
#[derive(Clone, Default, Debug)]
pub struct SignIn {
    pub name: String,
    pub password: String,
    /// Of the second factor: six digits, or a recovery code.
    pub code: Option<String>,
    /// What the browser calls itself, so that its owner knows the session again.
    pub agent: String,
}

/// A session as it is listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The beginning of its token's hash.
    pub id: String,
    pub user: String,
    pub agent: String,
    pub created_at: Instant,
    pub expires_at: Instant,
}

impl Access {
    /// Signs in where no second factor is asked for.
    pub fn sign_in(&self, name: &str, password: &str) -> Result<String, AccessError> {
        self.enter(&SignIn { name: name.to_owned(), password: password.to_owned(), ..SignIn::default() })
    }

    /// Answers the session's token, which is shown to the browser and nowhere kept. Always a new one: what the browser had before is
    /// worth nothing here. Wrong passwords and wrong codes count together.
    pub fn enter(&self, given: &SignIn) -> Result<String, AccessError> {
        let now = self.house.now();
        if let Some(retry_after_s) = self.failures.wait_s(&given.name, now) {
            return Err(AccessError::TooMany { retry_after_s });
        }
        let user = self.house.desk().user(&given.name)?.filter(|user| user.active);
        let right = password::verify(&given.password, user.as_ref().map(|user| user.password.as_str()));
        let Some(user) = user.filter(|_| right) else { return Err(self.failed(&given.name, AccessError::Wrong)?) };
        match (self.has_factor(&user.name)?, &given.code) {
            (true, None) => return Err(AccessError::CodeNeeded),
            (true, Some(code)) if !self.accepts(&user.name, code)? => return Err(self.failed(&given.name, AccessError::CodeWrong)?),
            (true | false, _) => {}
        }
        self.failures.succeeded(&given.name);
        self.open_session(&user, &given.agent)
    }

    /// Counts a failure and notes it; answers the error to give.
    pub(super) fn failed(&self, name: &str, error: AccessError) -> Result<AccessError, AccessError> {
        self.failures.failed(name, self.house.now());
        let shown: String = name.chars().filter(|c| !c.is_control()).take(SHOWN_CHARS).collect();
        let detail = if matches!(error, AccessError::CodeWrong) { "code" } else { "" };
        self.house.audit(&shown, "sign_in_failed", detail)?;
        Ok(error)
    }

    fn open_session(&self, user: &UserRow, agent: &str) -> Result<String, AccessError> {
        let now = self.house.now();
        let token = new_secret("")?;
        let row = SecretRow {
            purpose: PURPOSE.to_owned(),
            hash: digest(&token),
            name: user.name.clone(),
            role: user.role.clone(),
            created_at: now,
            expires_at: Some(now.plus_ms(SESSION_MS)),
            source: String::new(),
            agent: agent.chars().filter(|c| !c.is_control()).take(AGENT_CHARS_MAX).collect(),
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

    /// Who a session's token belongs to; `None` once it or its user's account is over. Role and stores are those of now.
    pub fn session(&self, token: &str) -> Result<Option<Caller>, AccessError> {
        let hash = digest(token);
        let now = self.house.now();
        let mut desk = self.house.desk();
        let row = desk.secret(&hash)?;
        let row = row.filter(|row| row.purpose == PURPOSE && same(&row.hash, &hash) && row.expires_at.is_some_and(|at| at > now));
        let Some(row) = row else { return Ok(None) };
        let Some(user) = desk.user(&row.name)?.filter(|user| user.active) else { return Ok(None) };
        drop(desk);
        let Some(role) = Role::parse(&user.role) else { return Ok(None) };
        let due = if user.must_change {
            Some(Due::Password)
        } else if self.requires_factor(role)? && !self.has_factor(&user.name)? {
            Some(Due::SecondFactor)
        } else {
            None
        };
        Ok(Some(Caller::User { name: user.name, role, stores: user.stores, session: short_id(ID, &hash), due }))
    }

    pub fn sign_out(&self, token: &str) -> Result<(), AccessError> {
        let caller = self.session(token)?;
        self.house.desk().drop_secret(&digest(token))?;
        if let Some(caller) = caller {
            self.house.audit(&caller.name(), "signed_out", "")?;
        }
        Ok(())
    }

    /// The sessions that are open, of one user or of all, newest first.
    pub fn sessions(&self, user: Option<&str>) -> Result<Vec<Session>, AccessError> {
        let now = self.house.now();
        let rows = self.house.desk().secrets(PURPOSE)?;
        let mut open: Vec<Session> = rows
            .into_iter()
            .filter(|row| user.is_none_or(|user| row.name == user))
            .filter_map(|row| {
                let expires_at = row.expires_at.filter(|at| *at > now)?;
                Some(Session { id: short_id(ID, &row.hash), user: row.name, agent: row.agent, created_at: row.created_at, expires_at })
            })
            .collect();
        open.reverse();
        Ok(open)
    }

    /// Ends one session; `of` restricts to one user's own.
    pub fn end_session(&self, by: &str, id: &str, of: Option<&str>) -> Result<(), AccessError> {
        let ended = self.drop_sessions(|row| short_id(ID, &row.hash) == id && of.is_none_or(|user| row.name == user))?;
        let Some(user) = ended.first() else {
            return Err(not_found("session.unknown", "there is no such session", "没有这个会话"));
        };
        self.house.audit(by, "session_ended", &format!("{id} {user}"))?;
        Ok(())
    }

    /// Ends all sessions of a user but `except`; answers how many.
    pub fn end_sessions(&self, by: &str, user: &str, except: Option<&str>) -> Result<usize, AccessError> {
        let ended = self.drop_sessions(|row| row.name == user && except.is_none_or(|id| short_id(ID, &row.hash) != id))?.len();
        if ended > 0 {
            self.house.audit(by, "sessions_ended", &format!("{user} {ended}"))?;
        }
        Ok(ended)
    }

    /// Answers the users whose sessions those were.
    fn drop_sessions(&self, which: impl Fn(&SecretRow) -> bool) -> Result<Vec<String>, AccessError> {
        let mut desk = self.house.desk();
        let mut ended = Vec::new();
        for row in desk.secrets(PURPOSE)?.into_iter().filter(which) {
            if desk.drop_secret(&row.hash)? {
                ended.push(row.name);
            }
        }
        Ok(ended)
    }
}
