//! The second factor: time-based codes (RFC 6238, six digits, half a minute each, one step off is borne), sealed secrets, recovery codes.
//!
//! A code opens once: the time step it belongs to is taken by one guarded statement, so that two sign-ins at once cannot share it.

use std::collections::BTreeSet;

use totp_rs::{Builder, Secret};

use super::{Access, AccessError, Caller, Due, Role, digest, not_found, password, refused};
use crate::port::PortError;
use crate::port::access::FactorRow;
use crate::port::desk::SecretRow;

const RECOVERY: &str = "recovery";
pub const RECOVERY_CODES: usize = 10;
/// Roles that must have a second factor, separated by blanks.
const REQUIRED: &str = "second_factor_roles";
const SECRET_BYTES: usize = 20;

/// What is shown once, when a second factor is set up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolment {
    /// Base32, to be typed where no camera is at hand.
    pub secret: String,
    /// `otpauth://totp/…`
    pub uri: String,
}

/// Whether an account has a second factor and whether its role asks for one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Requirement {
    pub enabled: bool,
    pub required: bool,
    pub recovery_codes: usize,
}

impl Access {
    /// Begins to set up a second factor; it counts once [`Self::confirm_factor`] has seen a code of it.
    pub fn enrol_factor(&self, user: &str) -> Result<Enrolment, AccessError> {
        if self.has_factor(user)? {
            return Err(refused("factor.held", "there is a second factor already: remove it first", "已启用两步验证，请先停用"));
        }
        let mut secret = vec![0; SECRET_BYTES];
        getrandom::fill(&mut secret)?;
        let enrolment = self.enrolment(user, &secret)?;
        let sealed = self.house.secrets().seal_blob(&place(user), &secret)?;
        self.house.desk().set_factor(user, &FactorRow { sealed, confirmed: false, step: 0 })?;
        Ok(enrolment)
    }

    fn enrolment(&self, user: &str, secret: &[u8]) -> Result<Enrolment, AccessError> {
        let failed = |error| AccessError::Port(PortError::Failed(format!("the second factor cannot be set up: {error}")));
        // A colon separates issuer and account in the address, so none may stand in either.
        let issuer = format!("Perennial {}", self.house.reference().brand.name.replace(':', " "));
        let app = Builder::new().with_secret(secret.to_vec()).with_issuer(Some(issuer)).with_account_name(user.replace(':', " "));
        let app = app.build().map_err(failed)?;
        Ok(Enrolment { secret: Secret::from(secret.to_vec()).to_base32(), uri: app.to_url().map_err(failed)? })
    }

    /// Puts the second factor in force with a first code of it; answers the recovery codes, which are shown once.
    pub fn confirm_factor(&self, caller: &Caller, code: &str) -> Result<Vec<String>, AccessError> {
        let user = caller.name();
        let held = self.house.desk().factor(&user)?.filter(|factor| !factor.confirmed);
        let Some(held) = held else {
            return Err(refused("factor.not_begun", "begin to set up the second factor first", "请先开始设置两步验证"));
        };
        self.not_too_often(&user)?;
        let Some(step) = self.step_of(&user, &held, code)? else { return Err(self.failed(&user, AccessError::CodeWrong)?) };
        self.house.desk().set_factor(&user, &FactorRow { confirmed: true, step, ..held })?;
        let codes = self.new_recovery_codes(&user)?;
        self.house.audit(&user, "second_factor_enabled", "")?;
        self.end_sessions(&user, &user, Some(caller.id()))?;
        Ok(codes)
    }

    /// Gives new recovery codes for old ones: the old ones open nothing any more.
    pub fn renew_recovery_codes(&self, user: &str, password: &str) -> Result<Vec<String>, AccessError> {
        if !self.has_factor(user)? {
            return Err(refused("factor.none", "there is no second factor", "未启用两步验证"));
        }
        self.prove(user, password)?;
        let codes = self.new_recovery_codes(user)?;
        self.house.audit(user, "recovery_codes_renewed", "")?;
        Ok(codes)
    }

    /// Removes one's own second factor, by the password. Refused where the role must have one.
    pub fn remove_factor(&self, user: &str, role: Role, password: &str) -> Result<(), AccessError> {
        if self.requires_factor(role)? {
            let zh = "所属角色必须启用两步验证";
            return Err(refused("factor.required", "this role must have a second factor", zh));
        }
        self.prove(user, password)?;
        self.drop_factor(user, user)
    }

    /// Removes somebody's second factor, such as that of a lost phone: by the owner.
    pub fn reset_factor(&self, by: &str, user: &str) -> Result<(), AccessError> {
        self.user_row(user)?;
        self.drop_factor(by, user)?;
        self.end_sessions(by, user, None).map(drop)
    }

    fn drop_factor(&self, by: &str, user: &str) -> Result<(), AccessError> {
        let mut desk = self.house.desk();
        if !desk.drop_factor(user)? {
            return Err(not_found("factor.none", "there is no second factor", "未启用两步验证"));
        }
        for row in desk.secrets(RECOVERY)?.iter().filter(|row| row.name == user) {
            desk.drop_secret(&row.hash)?;
        }
        drop(desk);
        self.house.audit(by, "second_factor_removed", user)?;
        Ok(())
    }

    pub(super) fn has_factor(&self, user: &str) -> Result<bool, AccessError> {
        Ok(self.house.desk().factor(user)?.is_some_and(|factor| factor.confirmed))
    }

    /// Whether a code opens: one of the app's that has not been used, or a recovery code, which is then gone.
    pub(super) fn accepts(&self, user: &str, code: &str) -> Result<bool, AccessError> {
        let Some(factor) = self.house.desk().factor(user)?.filter(|factor| factor.confirmed) else { return Ok(false) };
        if let Some(step) = self.step_of(user, &factor, code)? {
            return Ok(self.house.desk().take_step(user, step)?);
        }
        let hash = digest(&tidied(code));
        let mut desk = self.house.desk();
        let held = desk.secret(&hash)?.is_some_and(|row| row.purpose == RECOVERY && row.name == user);
        let used = held && desk.drop_secret(&hash)?;
        drop(desk);
        if used {
            self.house.audit(user, "recovery_code_used", "")?;
        }
        Ok(used)
    }

    /// The time step of a code, where it is one of this factor's about now.
    fn step_of(&self, user: &str, factor: &FactorRow, code: &str) -> Result<Option<i64>, AccessError> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let secret = self.house.secrets().open_blob(&place(user), &factor.sealed);
        let secret = secret.map_err(|_| PortError::Damaged(format!("the second factor of {user} cannot be opened")))?;
        let app = Builder::new().with_secret(secret).build_noncompliant();
        let now_s = self.house.now().0.div_euclid(1000).unsigned_abs();
        Ok(app.check(&code, now_s).map(|step| step as i64))
    }

    fn new_recovery_codes(&self, user: &str) -> Result<Vec<String>, AccessError> {
        let now = self.house.now();
        let mut desk = self.house.desk();
        for row in desk.secrets(RECOVERY)?.iter().filter(|row| row.name == user) {
            desk.drop_secret(&row.hash)?;
        }
        let mut codes = Vec::with_capacity(RECOVERY_CODES);
        for _ in 0..RECOVERY_CODES {
            let code = recovery_code()?;
            desk.add_secret(&SecretRow {
                purpose: RECOVERY.to_owned(),
                hash: digest(&tidied(&code)),
                name: user.to_owned(),
                role: String::new(),
                created_at: now,
                expires_at: None,
                source: String::new(),
                agent: String::new(),
            })?;
            codes.push(code);
        }
        Ok(codes)
    }

    pub fn requirement(&self, user: &str, role: Role) -> Result<Requirement, AccessError> {
        let recovery_codes = self.house.desk().secrets(RECOVERY)?.iter().filter(|row| row.name == user).count();
        Ok(Requirement { enabled: self.has_factor(user)?, required: self.requires_factor(role)?, recovery_codes })
    }

    /// Roles that must have a second factor.
    pub fn required_roles(&self) -> Result<BTreeSet<Role>, AccessError> {
        let bytes = self.house.desk().setting(REQUIRED)?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).split(' ').filter_map(Role::parse).collect())
    }

    pub(super) fn requires_factor(&self, role: Role) -> Result<bool, AccessError> {
        Ok(self.required_roles()?.contains(&role))
    }

    pub fn require_factor(&self, by: &str, roles: &BTreeSet<Role>) -> Result<(), AccessError> {
        let text = roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ");
        self.house.desk().set_setting(REQUIRED, text.as_bytes())?;
        self.house.audit(by, "second_factor_required", &text)?;
        Ok(())
    }

    pub(super) fn not_too_often(&self, user: &str) -> Result<(), AccessError> {
        match self.failures.wait_s(user, self.house.now()) {
            Some(retry_after_s) => Err(AccessError::TooMany { retry_after_s }),
            None => Ok(()),
        }
    }

    /// Somebody signed in gives the password once more; failures count as at the door.
    pub(super) fn prove(&self, user: &str, given: &str) -> Result<(), AccessError> {
        self.not_too_often(user)?;
        let row = self.user_row(user)?;
        if password::verify(given, Some(&row.password)) {
            return Ok(());
        }
        Err(self.failed(user, AccessError::Wrong)?)
    }
}

impl Due {
    /// In words, for whoever is stopped by it.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Password => ("Choose a password of your own first", "请先设置自己的密码"),
            Self::SecondFactor => ("Your role must have a second factor: set it up first", "所属角色必须启用两步验证，请先完成设置"),
        }
    }
}

fn place(user: &str) -> String {
    format!("second factor of {user}")
}

/// 80 random bits in letters and digits that are not taken for each other.
fn recovery_code() -> Result<String, getrandom::Error> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// As typed, without what a person adds or leaves out.
fn tidied(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
