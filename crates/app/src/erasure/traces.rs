//! Where a person may stand outside the journal: rows of files that could not be read, dead letters, samples of events. They are found by
//! the person's identities; what names somebody by the name alone cannot be told from what is about another of that name.

use perennial_kernel::{Identity, IdentityKind, ImportId};

use crate::door::Kept;
use crate::house::House;
use crate::import::bad_row_text;
use crate::port::PortResult;
use crate::port::letter::LetterFilter;

/// Shorter values would be found in rows about others.
const TELLING_CHARS_MIN: usize = 5;
/// Letters opened at once.
const PAGE: usize = 500;

/// What holds one of a person's identities.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Traces {
    /// By import and record.
    pub bad_rows: Vec<(ImportId, u64)>,
    pub letters: Vec<i64>,
    /// By source and event name.
    pub samples: Vec<(String, String)>,
}

impl Traces {
    pub fn find(house: &House, identities: &[Identity]) -> PortResult<Self> {
        let telling: Vec<&Identity> = identities.iter().filter(|identity| identity.value.chars().count() >= TELLING_CHARS_MIN).collect();
        if telling.is_empty() {
            return Ok(Self::default());
        }
        let speaks = |text: &str| telling.iter().any(|identity| speaks_of(text, identity));
        Ok(Self { bad_rows: bad_rows(house, &speaks)?, letters: letters(house, &speaks)?, samples: samples(house, &speaks)? })
    }

    pub fn drop(&self, house: &House) -> PortResult<()> {
        let mut desk = house.desk();
        for (import, record) in &self.bad_rows {
            desk.drop_bad_row(*import, *record)?;
        }
        for letter in &self.letters {
            desk.drop_letter(*letter)?;
        }
        for (source, name) in &self.samples {
            desk.drop_sample(source, name)?;
        }
        Ok(())
    }
}

fn bad_rows(house: &House, speaks: &dyn Fn(&str) -> bool) -> PortResult<Vec<(ImportId, u64)>> {
    let mut found = Vec::new();
    let imports = house.desk().imports()?;
    for import in imports.into_iter().filter(|import| import.bad > 0) {
        let sealed = house.desk().bad_rows(import.id)?;
        for (record, bytes) in sealed {
            // A row that does not open is unreadable already.
            if bad_row_text(house, import.id, record, &bytes).is_some_and(|text| speaks(&text)) {
                found.push((import.id, record));
            }
        }
    }
    Ok(found)
}

fn letters(house: &House, speaks: &dyn Fn(&str) -> bool) -> PortResult<Vec<i64>> {
    let (mut kept, mut found, mut before) = (Kept::of(house), Vec::new(), i64::MAX);
    loop {
        let page = house.desk().letters(&LetterFilter::default(), before, PAGE)?;
        for row in &page {
            if kept.letter(row)?.is_some_and(|text| speaks(&text)) {
                found.push(row.id);
            }
        }
        match page.last() {
            Some(last) => before = last.id,
            None => return Ok(found),
        }
    }
}

fn samples(house: &House, speaks: &dyn Fn(&str) -> bool) -> PortResult<Vec<(String, String)>> {
    let (mut kept, mut found) = (Kept::of(house), Vec::new());
    let events = house.desk().source_events()?;
    for event in events {
        if kept.sample(&event)?.is_some_and(|text| speaks(&text)) {
            found.push((event.source, event.name));
        }
    }
    Ok(found)
}

/// Whether the value stands in the text, phones also when written with blanks and hyphens, both also in the body of a form.
fn speaks_of(text: &str, identity: &Identity) -> bool {
    let (lower, value) = (text.to_lowercase(), identity.value.to_lowercase());
    if lower.contains(&value) || form_decoded(&lower).is_some_and(|plain| plain.contains(&value)) {
        return true;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    identity.kind == IdentityKind::Phone && digits(text).contains(&digits(&identity.value))
}

/// `None` where nothing is written as `%xx`.
fn form_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    let mut any = false;
    for part in parts {
        let code = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(code) = code {
            any = true;
            bytes.push(code);
            bytes.extend_from_slice(&part.as_bytes()[2..]);
        } else {
            bytes.push(b'%');
            bytes.extend_from_slice(part.as_bytes());
        }
    }
    any.then(|| String::from_utf8_lossy(&bytes).to_lowercase())
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
        // A form's body, as older shops send them.
        assert!(speaks_of("msg=%7B%22mail%22%3A%22li%40example.cn%22%7D&sign=1", &email));
        assert!(!speaks_of("100%&%zz=%4", &email));
    }
}
