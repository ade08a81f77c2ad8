//! Being let in where only a name and a password are sent: the PostgreSQL wire. The password is an API key, or a user's own where no second
//! factor is asked for.

use super::key::PREFIX;
use super::{Access, AccessError, Caller, Need, SignIn, refused};

/// What somebody was let in by, so that it is asked again whether it still opens: a key may be revoked while its connection is open.
#[derive(Clone)]
pub enum Credential {
    /// An API key's secret.
    Key(String),
    /// A session's token.
    Session(String),
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key",
            Self::Session(_) => "Session",
        })
    }
}

impl Access {
    /// Lets in whoever may `need`. Wrong keys count by the address they come from, wrong passwords by the user's name.
    pub fn enter_by_password(&self, user: &str, password: &str, address: &str, agent: &str, need: Need) -> Result<Credential, AccessError> {
        let credential = if password.starts_with(PREFIX) {
            let place = format!("key@{address}");
            self.not_too_often(&place)?;
            if self.key(password)?.is_none() {
                return Err(self.failed(&place, AccessError::Wrong)?);
            }
            Credential::Key(password.to_owned())
        } else {
            let given = SignIn { name: user.to_owned(), password: password.to_owned(), code: None, agent: agent.to_owned() };
            Credential::Session(self.enter(&given)?)
        };
        if self.still(&credential)?.is_some_and(|caller| caller.may(need)) {
            return Ok(credential);
        }
        self.leave(&credential)?;
        Err(refused("access.denied", "these credentials do not permit this", "没有执行该操作的权限"))
    }

    /// Who it is, as long as the credential opens.
    pub fn still(&self, credential: &Credential) -> Result<Option<Caller>, AccessError> {
        match credential {
            Credential::Key(secret) => self.key(secret),
            Credential::Session(token) => self.session(token),
        }
    }

    /// Ends what was begun.
    pub fn leave(&self, credential: &Credential) -> Result<(), AccessError> {
        match credential {
            Credential::Key(_) => Ok(()),
            Credential::Session(token) => self.sign_out(token),
        }
    }
}
