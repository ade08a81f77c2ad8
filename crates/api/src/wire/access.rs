//! Users, sessions, second factors, keys.

use perennial_app::access;
use perennial_app::query::reveal;
use serde::Serialize;
use utoipa::ToSchema;

/// Who is signed in, and what they may.
#[derive(Serialize, ToSchema)]
pub struct Session {
    pub name: String,
    /// `owner`, `operator`, `analyst`, `associate`, `finance` or `auditor`.
    pub role: String,
    /// Members of these stores only; null for everyone.
    pub stores: Option<Vec<String>>,
    /// What the operations ask for, as far as this caller may: `member`, `read`, `write`, `operate`, `reveal`, `export`, `audit`, `health`, `own`.
    pub may: Vec<String>,
    /// What has to be done before anything else: `password`, `second_factor`, or null.
    pub due: Option<String>,
    pub second_factor: SecondFactor,
}

#[derive(Serialize, ToSchema)]
pub struct SecondFactor {
    pub enabled: bool,
    /// By the role.
    pub required: bool,
    /// Recovery codes left.
    pub recovery_codes: usize,
}

#[derive(ToSchema)]
pub struct SignIn {
    pub name: String,
    pub password: String,
    /// Of the second factor: six digits, or a recovery code. Asked for by `session.code_needed`.
    pub code: Option<String>,
}

#[derive(ToSchema)]
pub struct PasswordChange {
    pub current: String,
    pub new: String,
}

#[derive(ToSchema)]
pub struct PasswordProof {
    pub password: String,
}

#[derive(ToSchema)]
pub struct CodeProof {
    pub code: String,
}

/// A second factor to be set up: shown once.
#[derive(Serialize, ToSchema)]
pub struct Enrolment {
    /// Base32.
    pub secret: String,
    /// `otpauth://totp/…`
    pub uri: String,
    /// The address as a QR code, an SVG image.
    pub qr_svg: String,
}

/// Each opens once in place of a code; shown once.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct OpenSession {
    pub id: String,
    pub user: String,
    /// What the browser calls itself.
    pub agent: String,
    pub created_at: String,
    pub expires_at: String,
    /// The one this request came by.
    pub current: bool,
}

impl OpenSession {
    pub fn new(session: access::Session, current: &str) -> Self {
        let access::Session { id, user, agent, created_at, expires_at } = session;
        Self { current: id == current, id, user, agent, created_at: created_at.to_string(), expires_at: expires_at.to_string() }
    }
}

#[derive(Serialize, ToSchema)]
pub struct User {
    pub name: String,
    pub role: String,
    pub stores: Vec<String>,
    /// A closed account stays, because the audit trail names it.
    pub active: bool,
    pub second_factor: bool,
    /// The password was given by somebody else and is to be changed.
    pub must_change: bool,
    pub created_at: String,
}

impl From<access::User> for User {
    fn from(user: access::User) -> Self {
        let access::User { name, role, stores, active, second_factor, must_change, created_at } = user;
        Self { name, role: role.as_str().to_owned(), stores, active, second_factor, must_change, created_at: created_at.to_string() }
    }
}

#[derive(ToSchema)]
pub struct NewUser {
    pub name: String,
    pub role: String,
    pub stores: Option<Vec<String>>,
    /// Made and answered when absent. Either way it is changed at the first sign-in.
    pub password: Option<String>,
}

#[derive(ToSchema)]
pub struct UserChange {
    pub role: Option<String>,
    pub stores: Option<Vec<String>>,
    pub active: Option<bool>,
}

#[derive(ToSchema)]
pub struct NewPassword {
    pub password: Option<String>,
}

/// A user just made; the password is there when the server made it, and shown once.
#[derive(Serialize, ToSchema)]
pub struct UserMade {
    pub user: User,
    pub password: Option<String>,
}

/// The password is there when the server made it, and shown once.
#[derive(Serialize, ToSchema)]
pub struct PasswordMade {
    pub password: Option<String>,
}

/// What holds for all accounts.
#[derive(Serialize, ToSchema)]
pub struct Security {
    /// Roles that must have a second factor.
    pub second_factor_roles: Vec<String>,
}

/// As [`Security`], to be set.
#[derive(ToSchema)]
pub struct NewSecurity {
    pub second_factor_roles: Vec<String>,
}

/// An API key; its secret is not told again.
#[derive(Serialize, ToSchema)]
pub struct ApiKey {
    pub id: String,
    pub name: String,
    /// `read`, `write`, `operate`, `reveal`, `export`, `audit`, `health`.
    pub scopes: Vec<String>,
    /// The one source it records for.
    pub source: Option<String>,
    pub created_at: String,
}

impl From<access::Key> for ApiKey {
    fn from(key: access::Key) -> Self {
        let access::Key { id, name, scopes, source, created_at } = key;
        let scopes = scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
        Self { id, name, scopes, source, created_at: created_at.to_string() }
    }
}

#[derive(ToSchema)]
pub struct NewApiKey {
    pub name: String,
    pub scopes: Vec<String>,
    /// Binds the key to one source; its scope is then `write` alone.
    pub source: Option<String>,
}

/// A key just made, with its secret: shown once.
#[derive(Serialize, ToSchema)]
pub struct ApiKeyMade {
    pub id: String,
    pub name: String,
    pub scopes: Vec<String>,
    pub source: Option<String>,
    pub created_at: String,
    pub secret: String,
}

#[derive(ToSchema)]
pub struct RevealAsked {
    /// `name`, or types of identities such as `phone`, `email`.
    pub fields: Vec<String>,
    /// Why: it stands in the audit trail.
    pub reason: String,
}

/// What was asked for, in clear.
#[derive(Serialize, ToSchema)]
pub struct Revealed {
    pub member: String,
    pub values: Vec<RevealedValue>,
}

#[derive(Serialize, ToSchema)]
pub struct RevealedValue {
    pub field: String,
    pub value: String,
    pub since: String,
}

impl From<reveal::Revealed> for RevealedValue {
    fn from(revealed: reveal::Revealed) -> Self {
        let reveal::Revealed { field, value, since } = revealed;
        Self { field, value, since: since.to_string() }
    }
}
