//! Who a row belongs to. Shops hand out masked and enciphered phones: those name nobody and never join people.

use perennial_kernel::{Identity, IdentityKind};

use super::cell::{Cell, id, is_exponent, narrow};
use super::{Kind, cell};
use crate::problem::{Problem, shorten};

/// What a cell in a column of people turned out to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Person {
    Known(Identity),
    /// `138****8000`.
    Masked,
    /// `##…`, `$$…`: ciphertext of a platform.
    Enciphered,
    /// Nothing usable, such as a phone without digits.
    Unusable,
}

/// Reads an identity; `Err` only for values a spreadsheet destroyed.
pub fn identity(kind: &IdentityKind, cell: Cell<'_>) -> Result<Person, Problem> {
    if is_enciphered(cell.text) {
        return Ok(Person::Enciphered);
    }
    if cell.text.contains("**") || cell.text.contains('＊') {
        return Ok(Person::Masked);
    }
    let parsed = match kind {
        IdentityKind::Phone | IdentityKind::Email => {
            if cell.kind == Kind::Rounded || is_exponent(cell.text) {
                return Err(id(cell).err().unwrap_or_else(|| cell::rounded(&shorten(cell.text))));
            }
            Identity::parse(kind.clone(), &narrow(cell.text))
        }
        _ => Identity::parse(kind.clone(), &id(cell)?),
    };
    Ok(parsed.map_or(Person::Unusable, Person::Known))
}

/// Platform ciphertext: `##…##`, `$$…$$`, `#…#`, `$…$`, `~…~` (Douyin, Kuaishou, Taobao).
pub fn is_enciphered(text: &str) -> bool {
    text.starts_with("##") || text.starts_with("$$") || (text.len() > 24 && text.starts_with(['#', '$', '~']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_and_enciphered_phones_are_nobody() {
        let phone = |text| identity(&IdentityKind::Phone, Cell::text(text));
        assert_eq!(phone("138****8000"), Ok(Person::Masked));
        assert_eq!(phone("##AbCd=="), Ok(Person::Enciphered));
        assert_eq!(phone("$$AbCd=="), Ok(Person::Enciphered));
        assert_eq!(phone("none yet"), Ok(Person::Unusable));
        assert!(matches!(phone("１３８００１３８０００"), Ok(Person::Known(i)) if i.value == "13800138000"));
        assert_eq!(phone("1.38E+10").unwrap_err().code, "id.excel_exponent");
    }
}
