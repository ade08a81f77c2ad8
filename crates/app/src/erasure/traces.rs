//! Where a person may stand outside the journal: rows of files that were put aside because they could not be read.

use perennial_kernel::{Identity, IdentityKind, ImportId};

use crate::house::House;
use crate::import::bad_row_text;
use crate::port::PortResult;

/// Shorter values would be found in rows about others.
const TELLING_CHARS_MIN: usize = 5;

/// Bad rows, by import and record, that hold one of these identities' values.
pub fn find(house: &House, identities: &[Identity]) -> PortResult<Vec<(ImportId, u64)>> {
    let telling: Vec<&Identity> = identities.iter().filter(|identity| identity.value.chars().count() >= TELLING_CHARS_MIN).collect();
    if telling.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let imports = house.desk().imports()?;
    for import in imports.into_iter().filter(|import| import.bad > 0) {
        let sealed = house.desk().bad_rows(import.id)?;
        for (record, bytes) in sealed {
            // A row that does not open is unreadable already.
            let Some(text) = bad_row_text(house, import.id, record, &bytes) else { continue };
            if telling.iter().any(|identity| speaks_of(&text, identity)) {
                found.push((import.id, record));
            }
        }
    }
    Ok(found)
}

/// Whether the value stands in the text, phones also when written with blanks and hyphens.
fn speaks_of(text: &str, identity: &Identity) -> bool {
    let lower = text.to_lowercase();
    if lower.contains(&identity.value.to_lowercase()) {
        return true;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    identity.kind == IdentityKind::Phone && digits(text).contains(&digits(&identity.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_found_however_it_was_written() {
        let phone = Identity::parse(IdentityKind::Phone, "19900000001").unwrap();
        assert!(speaks_of(r#"["A1","+86 199-0000-0001"]"#, &phone));
        assert!(!speaks_of(r#"["A1","19900000002"]"#, &phone));
        let email = Identity::parse(IdentityKind::Email, "Li@Example.cn").unwrap();
        assert!(speaks_of("LI@EXAMPLE.CN", &email));
    }
}
