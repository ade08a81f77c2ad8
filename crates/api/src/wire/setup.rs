//! The first run on the wire.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct SetupState {
    /// No brand lives here yet: it is set up with the code the server printed.
    pub needed: bool,
}

#[derive(ToSchema)]
pub struct NewBrand {
    /// As printed on the server's terminal.
    pub code: String,
    pub name: String,
    /// IANA name.
    #[schema(example = "Asia/Shanghai")]
    pub time_zone: String,
    /// ISO 4217.
    #[schema(example = "CNY")]
    pub currency: String,
    /// Of the account `owner`.
    pub password: String,
}
