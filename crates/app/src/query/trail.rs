//! Questions to the audit trail: a page of it, or all of it as a file.

use std::io::Write;

use perennial_kernel::{Day, MemberId};

use super::export::{BYTE_ORDER_MARK, harmless, quoted};
use super::{QueryResult, refused};
use crate::house::House;
use crate::port::trail::{AuditFilter, AuditRow};

/// Lines read at once for a file.
const PIECE: usize = 2000;

/// What is asked for; what is empty or absent asks for nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Asked {
    pub who: String,
    pub what: String,
    pub member: String,
    /// Days of the brand, both included.
    pub from: Option<Day>,
    pub to: Option<Day>,
}

impl Asked {
    fn filter(&self, house: &House) -> QueryResult<AuditFilter> {
        let calendar = house.calendar();
        Ok(AuditFilter {
            who: self.who.clone(),
            what: self.what.clone(),
            about: ids_of(house, &self.member)?,
            from: self.from.map(|day| calendar.start(day)),
            until: self.to.map(|day| calendar.end(day).plus_ms(1)),
            before: None,
        })
    }
}

/// Every id under which the member may have been looked at: those of its parts, too.
fn ids_of(house: &House, member: &str) -> QueryResult<Vec<String>> {
    let Some(id) = MemberId::parse(member) else {
        return Ok(if member.is_empty() { Vec::new() } else { vec![member.to_owned()] });
    };
    let kin = house.reader().kin(&[id])?;
    let now = kin.iter().find(|row| row.subject == id).map_or(id, |row| row.member);
    let mut ids: Vec<String> = kin.iter().filter(|row| row.member == now).map(|row| row.subject.to_string()).collect();
    if ids.is_empty() {
        ids.push(id.to_string());
    }
    Ok(ids)
}

/// As the trail itself tells what was exported.
impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let parts = [("who", self.who.clone()), ("what", self.what.clone()), ("member", self.member.clone())];
        let parts = parts.into_iter().chain([("from", day(self.from)), ("to", day(self.to))]);
        let told: Vec<String> = parts.filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={value}")).collect();
        f.write_str(&told.join(" "))
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    pub items: Vec<AuditRow>,
    pub next: Option<String>,
    pub total: u64,
}

pub fn page(house: &House, asked: &Asked, limit: usize, cursor: Option<&str>) -> QueryResult<Page> {
    let before = match cursor {
        None => None,
        Some(text) => {
            let id = text.strip_prefix('a').and_then(|id| id.parse().ok());
            Some(id.ok_or_else(|| refused("cursor.unreadable", "the cursor was not given by this list", "翻页游标无效"))?)
        }
    };
    let filter = asked.filter(house)?;
    let mut desk = house.desk();
    let total = desk.audit_count(&filter)?;
    let mut items = desk.audit_page(&AuditFilter { before, ..filter }, limit + 1)?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| format!("a{}", last.id));
    Ok(Page { items, next, total })
}

/// The lines as CSV, newest first; ends early when `send` answers `false`.
pub fn csv(house: &House, asked: &Asked, send: &mut dyn FnMut(Vec<u8>) -> bool) -> QueryResult<()> {
    let filter = asked.filter(house)?;
    let mut piece = format!("{BYTE_ORDER_MARK}id,at,who,what,member,detail\r\n").into_bytes();
    let mut before = None;
    loop {
        let rows = house.desk().audit_page(&AuditFilter { before, ..filter.clone() }, PIECE)?;
        for row in &rows {
            let texts = [&row.who, &row.what, &row.about, &row.detail].map(|text| quoted(&harmless(text)));
            writeln!(piece, "{},{},{}\r", row.id, row.at, texts.join(",")).expect("writing to memory does not fail");
        }
        before = rows.last().map(|row| row.id);
        if !send(std::mem::take(&mut piece)) || rows.len() < PIECE {
            return Ok(());
        }
    }
}
