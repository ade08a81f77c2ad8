//! Dead letters: kept sealed, listed, opened, mended, discarded.

use perennial_kernel::Instant;
use serde::{Deserialize, Serialize};

use super::{Door, DoorError, DoorResult, Fate, Item, Shared, Trouble};
use crate::engine::Refusal;
use crate::port::letter::{LetterFilter, LetterGroup, LetterRow};

pub(super) const OPEN: &str = "open";
pub(super) const REPLAYED: &str = "replayed";
const DISCARDED: &str = "discarded";

/// What stands sealed in a letter. The first problem comes first.
#[derive(Serialize, Deserialize)]
pub(super) struct Inside {
    pub troubles: Vec<TroubleText>,
    pub body: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct TroubleText {
    pointer: String,
    code: String,
    pub en: String,
    pub zh: String,
}

impl From<Trouble> for TroubleText {
    fn from(Trouble { pointer, code, en, zh }: Trouble) -> Self {
        Self { pointer, code, en, zh }
    }
}

impl From<TroubleText> for Trouble {
    fn from(TroubleText { pointer, code, en, zh }: TroubleText) -> Self {
        Self { pointer, code, en, zh }
    }
}

/// A letter of a page: why it was not taken, without what it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    pub id: i64,
    pub source: String,
    pub route: String,
    pub code: String,
    pub state: String,
    pub times: u64,
    pub attempts: u64,
    pub at: Instant,
    pub changed_at: Instant,
    /// Empty once the day's key is destroyed.
    pub troubles: Vec<Trouble>,
}

/// A letter with its body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    pub listed: Listed,
    /// `None` once the day's key is destroyed.
    pub body: Option<Vec<u8>>,
}

/// A page of letters, the newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterPage {
    pub letters: Vec<Listed>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<i64>,
    pub groups: Vec<LetterGroup>,
}

impl Shared {
    /// Keeps what was not taken, durable when it returns.
    pub(super) fn keep_letters(&self, source: &str, items: &[Item], fates: &[Fate]) -> DoorResult<()> {
        let dead = items.iter().zip(fates).map(|(item, fate)| (item, fate.troubles())).filter(|(_, troubles)| !troubles.is_empty());
        let rows = dead.map(|(item, troubles)| self.letter(source, item, troubles)).collect::<DoorResult<Vec<_>>>()?;
        if rows.is_empty() {
            return Ok(());
        }
        Ok(self.house.desk().keep_letters(&rows)?)
    }

    fn letter(&self, source: &str, item: &Item, troubles: Vec<Trouble>) -> DoorResult<LetterRow> {
        let now = self.house.now();
        let body = item.raw.bytes();
        let digest = self.house.secrets().digest(&[b"letter", source.as_bytes(), item.route.as_bytes(), &body]).to_vec();
        let mut row = LetterRow {
            id: 0,
            digest,
            source: source.to_owned(),
            route: item.route.clone(),
            code: String::new(),
            state: OPEN.to_owned(),
            times: 1,
            attempts: 0,
            at: now,
            changed_at: now,
            day: self.house.calendar().day(now),
            sealed: Vec::new(),
        };
        self.seal(&mut row, troubles, body)?;
        Ok(row)
    }

    /// Puts words and body into a letter, under today's key.
    pub(super) fn seal(&self, row: &mut LetterRow, troubles: Vec<Trouble>, body: Vec<u8>) -> DoorResult<()> {
        row.code = troubles.first().map(|trouble| trouble.code.clone()).unwrap_or_default();
        row.day = self.house.calendar().day(self.house.now());
        let inside = Inside { troubles: troubles.into_iter().map(Into::into).collect(), body };
        let text = serde_json::to_vec(&inside).expect("texts and bytes serialise");
        row.sealed = self.day_key(row.day)?.seal(&place(row), &text)?;
        Ok(())
    }

    /// `None` once the day's key is destroyed.
    pub(super) fn inside(&self, row: &LetterRow) -> DoorResult<Option<Inside>> {
        let Some(key) = self.past_key(row.day)? else { return Ok(None) };
        let opened = key.open(&place(row), &row.sealed).ok();
        Ok(opened.and_then(|text| serde_json::from_slice(&text).ok()))
    }
}

/// Sealed for the letter's digest, because its id is given later.
pub(super) fn place(row: &LetterRow) -> String {
    row.digest.iter().fold("letter ".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

impl Door {
    pub fn letters(&self, filter: &LetterFilter, before: Option<i64>, limit: usize) -> DoorResult<LetterPage> {
        let (mut rows, groups) = {
            let mut desk = self.shared.house.desk();
            (desk.letters(filter, before.unwrap_or(i64::MAX), limit + 1)?, desk.letter_groups()?)
        };
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().map(|row| row.id).filter(|_| more);
        let letters = rows.iter().map(|row| self.listed(row).map(|letter| letter.listed)).collect::<DoorResult<_>>()?;
        Ok(LetterPage { letters, next, groups })
    }

    /// With its body, which is personal: who asks is written into the audit trail.
    pub fn letter(&self, by: &str, id: i64) -> DoorResult<Letter> {
        let row = self.letter_row(id)?;
        let letter = self.listed(&row)?;
        self.shared.house.audit(by, "dead_letter_shown", &id.to_string())?;
        Ok(letter)
    }

    pub(super) fn letter_row(&self, id: i64) -> DoorResult<LetterRow> {
        self.shared.house.desk().letter(id)?.ok_or_else(unknown)
    }

    pub(super) fn listed(&self, row: &LetterRow) -> DoorResult<Letter> {
        let inside = self.shared.inside(row)?;
        let (troubles, body) = inside.map_or((Vec::new(), None), |inside| (inside.troubles, Some(inside.body)));
        let listed = Listed {
            id: row.id,
            source: row.source.clone(),
            route: row.route.clone(),
            code: row.code.clone(),
            state: row.state.clone(),
            times: row.times,
            attempts: row.attempts,
            at: row.at,
            changed_at: row.changed_at,
            troubles: troubles.into_iter().map(Into::into).collect(),
        };
        Ok(Letter { listed, body })
    }

    /// Gives an open letter another body, to be replayed.
    pub fn mend(&self, by: &str, id: i64, body: Vec<u8>) -> DoorResult<Letter> {
        let mut row = self.open_row(id)?;
        let inside = self.shared.inside(&row)?.ok_or_else(gone)?;
        let troubles = inside.troubles.into_iter().map(Into::into).collect();
        self.shared.seal(&mut row, troubles, body)?;
        row.changed_at = self.shared.house.now();
        self.shared.house.desk().update_letter(&row)?;
        self.shared.house.audit(by, "dead_letter_mended", &id.to_string())?;
        self.listed(&row)
    }

    /// Nothing will come of an open letter.
    pub fn discard(&self, by: &str, id: i64) -> DoorResult<Letter> {
        let mut row = self.open_row(id)?;
        DISCARDED.clone_into(&mut row.state);
        row.changed_at = self.shared.house.now();
        self.shared.house.desk().update_letter(&row)?;
        self.shared.house.audit(by, "dead_letter_discarded", &id.to_string())?;
        self.listed(&row)
    }

    pub(super) fn open_row(&self, id: i64) -> DoorResult<LetterRow> {
        let row = self.letter_row(id)?;
        if row.state == OPEN {
            return Ok(row);
        }
        let refusal = Refusal {
            code: "dead_letter.not_open",
            en: format!("the letter is not open: it is {}", row.state),
            zh: if row.state == REPLAYED { "该死信已重放".into() } else { "该死信已丢弃".into() },
        };
        Err(DoorError::Refused(refusal))
    }
}

fn unknown() -> DoorError {
    DoorError::NotFound(Refusal { code: "dead_letter.unknown", en: "there is no such dead letter".into(), zh: "没有这条死信".into() })
}

pub(super) fn gone() -> DoorError {
    DoorError::Refused(Refusal {
        code: "dead_letter.gone",
        en: "the key of its day is destroyed: it cannot be read any more".into(),
        zh: "当日密钥已销毁，内容无法再读取".into(),
    })
}
