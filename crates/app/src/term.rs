//! Search terms: what a member can be found by besides a whole identity. Only their keyed hashes are kept.

use perennial_kernel::{Identity, IdentityKind, Personal};

/// So many digits at a phone's end are a term.
pub const LAST_DIGITS: usize = 4;

#[derive(Clone, PartialEq, Eq)]
pub struct Term {
    pub kind: &'static str,
    pub value: String,
}

impl Term {
    /// A whole name, however it is spaced and capitalised; `None` when nothing is left of it.
    pub fn name(text: &str) -> Option<Self> {
        let value: String =
            text.chars().filter(|c| !c.is_whitespace() && !"·•.'-".contains(*c)).map(narrow).collect::<String>().to_lowercase();
        (!value.is_empty()).then_some(Self { kind: "name", value })
    }

    /// A text of exactly [`LAST_DIGITS`] digits.
    pub fn last_digits(text: &str) -> Option<Self> {
        let value: String = text.trim().chars().map(narrow).collect();
        (value.len() == LAST_DIGITS && value.bytes().all(|b| b.is_ascii_digit())).then_some(Self { kind: "last_digits", value })
    }

    /// The last digits of a phone that is long enough for them to tell little.
    pub fn of_identity(identity: &Identity) -> Option<Self> {
        if identity.kind != IdentityKind::Phone || identity.value.len() < 2 * LAST_DIGITS {
            return None;
        }
        Self::last_digits(identity.value.get(identity.value.len() - LAST_DIGITS..)?)
    }

    /// The name among personal values.
    pub fn of_personal(personal: &Personal) -> Option<Self> {
        personal.get("name").and_then(Self::name)
    }
}

/// Full-width letters and digits as half-width ones.
fn narrow(c: char) -> char {
    match u32::from(c) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        let name = |text| Term::name(text).map(|term| term.value);
        assert_eq!(name(" Li  LEI "), name("lilei"));
        assert_eq!(name("Ｌｉ Lei"), name("Li Lei"));
        assert_eq!(name("买买提·艾力"), name("买买提 艾力"));
        assert_ne!(name("李雷"), name("李蕾"));
        assert_eq!(name(" · "), None);
    }

    #[test]
    fn only_whole_phones_have_last_digits() {
        let of = |text| Identity::parse(IdentityKind::Phone, text).as_ref().and_then(Term::of_identity).map(|term| term.value);
        assert_eq!(of("+86 199-0000-4321"), Some("4321".to_owned()));
        assert_eq!(of("54321"), None);
        assert_eq!(Term::last_digits(" 4321").map(|term| term.value), Some("4321".to_owned()));
        assert!(Term::last_digits("432").is_none() && Term::last_digits("43a1").is_none());
    }
}
