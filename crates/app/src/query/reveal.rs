//! One member's personal values in clear: for whoever may, for a reason that is written down before they are told.

use std::collections::BTreeSet;

use perennial_kernel::{IdentityKind, Instant, MemberId};

use super::{QueryResult, member, person, refused};
use crate::house::House;

const NAME: &str = "name";
const REASON_CHARS_MIN: usize = 4;
const REASON_CHARS_MAX: usize = 200;

/// What is to be shown, and why.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `name`, or types of identities such as `phone`.
    pub fields: BTreeSet<String>,
    pub reason: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Revealed {
    pub field: String,
    pub value: String,
    pub since: Instant,
}

/// Whether a field is one that can be asked for.
pub fn is_field(field: &str) -> bool {
    field == NAME || IdentityKind::parse(field).is_some()
}

/// Whether this is a reason at all.
pub fn check_reason(reason: &str) -> QueryResult<()> {
    let reason = reason.trim();
    if (REASON_CHARS_MIN..=REASON_CHARS_MAX).contains(&reason.chars().count()) && !reason.chars().any(char::is_control) {
        return Ok(());
    }
    let en = format!("a reason has {REASON_CHARS_MIN} to {REASON_CHARS_MAX} characters on one line");
    Err(refused("reveal.reason", en, format!("查看原因需为 {REASON_CHARS_MIN} 到 {REASON_CHARS_MAX} 个字符，且不含换行")))
}

/// The values asked for, oldest first, as far as there are any; names only in their latest form. The look stands in the audit trail before
/// anything is answered: who, whom, which fields, why.
pub fn reveal(house: &House, who: &str, member: MemberId, asked: &Asked) -> QueryResult<Vec<Revealed>> {
    check_reason(&asked.reason)?;
    let reason = asked.reason.trim();
    let case = member::open(house, member)?;
    let mut values: Vec<Revealed> = Vec::new();
    person::each_opened(house, &case.stored, &mut |fact, personal| {
        if let Some(name) = personal.get(NAME).filter(|_| asked.fields.contains(NAME)) {
            values.retain(|value| value.field != NAME);
            values.push(Revealed { field: NAME.to_owned(), value: name.to_owned(), since: fact.occurred_at });
        }
        let kind = fact.object.strip_prefix("identity:").unwrap_or(&fact.object);
        if let Some(value) = personal.get("value").filter(|_| fact.kind == "identity.attached" && asked.fields.contains(kind)) {
            // Two parts of one member may each have been given the same value.
            if !values.iter().any(|held| held.field == kind && held.value == value) {
                values.push(Revealed { field: kind.to_owned(), value: value.to_owned(), since: fact.occurred_at });
            }
        }
    })?;
    let fields = asked.fields.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    house.audit_about(who, "personal_data_revealed", Some(case.member), &format!("{fields}: {reason}"))?;
    Ok(values)
}
