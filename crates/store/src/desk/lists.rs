//! Fixed lists of members.

use perennial_app::port::lists::{ListRow, Lists};
use perennial_app::port::{PortError, PortResult};
use perennial_kernel::{Instant, MemberId, SubjectId};

use super::Value::{Int, Text};
use super::{DeskOn, Plain};
use crate::columns::Columns;

/// Members written in one transaction.
const PIECE: usize = 5_000;

impl<S: Plain> Lists for DeskOn<S> {
    fn add_list(&mut self, row: &ListRow, members: &[MemberId]) -> PortResult<i64> {
        let sql = "INSERT INTO lists (name, origin, shared, who, created_at, whole) VALUES ($1, $2, $3, $4, $5, 0) RETURNING id";
        let values = [Text(&row.name), Text(&row.origin), Int(i64::from(row.shared)), Text(&row.who), Int(row.created_at.0)];
        let id = self.first(sql, &values, |row| row.int(0))?.ok_or_else(|| PortError::Failed("the list got no id".to_owned()))?;
        for piece in members.chunks(PIECE) {
            let rows: Vec<_> = piece.iter().map(|member| vec![Int(id), Int(member.0)]).collect();
            self.0.run_all("INSERT INTO list_members (list, member) VALUES ($1, $2)", &rows)?;
        }
        self.run_one("UPDATE lists SET whole = 1 WHERE id = $1", &[Int(id)], "the list")?;
        Ok(id)
    }

    fn lists(&mut self) -> PortResult<Vec<ListRow>> {
        let sql = "SELECT id, name, origin, shared, who, created_at, (SELECT COUNT(*) FROM list_members WHERE list = lists.id) FROM lists \
                   WHERE whole = 1 ORDER BY name, id";
        self.0.fetch(sql, &[], list)
    }

    fn list_members(&mut self, id: i64) -> PortResult<Vec<MemberId>> {
        self.0.fetch("SELECT member FROM list_members WHERE list = $1 ORDER BY member", &[Int(id)], |row| Ok(SubjectId(row.int(0)?)))
    }

    fn drop_list(&mut self, id: i64, who: &str) -> PortResult<bool> {
        let found = self.first("SELECT id FROM lists WHERE id = $1 AND who = $2", &[Int(id), Text(who)], |row| row.int(0))?;
        if found.is_none() {
            return Ok(false);
        }
        // Its members first: what is broken off leaves an empty list, and never members that a later list of the same number would inherit.
        self.0.run("DELETE FROM list_members WHERE list = $1", &[Int(id)])?;
        Ok(self.0.run("DELETE FROM lists WHERE id = $1", &[Int(id)])? > 0)
    }

    fn unlist(&mut self, subject: SubjectId) -> PortResult<()> {
        self.0.run("DELETE FROM list_members WHERE member = $1", &[Int(subject.0)]).map(drop)
    }
}

fn list(row: &dyn Columns) -> PortResult<ListRow> {
    Ok(ListRow {
        id: row.int(0)?,
        name: row.text(1)?.to_owned(),
        origin: row.text(2)?.to_owned(),
        shared: row.int(3)? != 0,
        who: row.text(4)?.to_owned(),
        created_at: Instant(row.int(5)?),
        members: row.int(6)? as u64,
    })
}
