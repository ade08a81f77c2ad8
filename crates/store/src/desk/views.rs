//! Saved views.

use perennial_app::port::views::ViewRow;
use perennial_app::port::{PortError, PortResult, Views};
use perennial_kernel::Instant;

use super::Value::{Int, Text};
use super::{DeskOn, Plain};
use crate::columns::Columns;

impl<S: Plain> Views for DeskOn<S> {
    fn add_view(&mut self, row: &ViewRow) -> PortResult<i64> {
        let sql = "INSERT INTO views (room, name, query, shared, who, created_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
        let shared = Int(i64::from(row.shared));
        let values = [Text(&row.room), Text(&row.name), Text(&row.query), shared, Text(&row.who), Int(row.created_at.0)];
        self.first(sql, &values, |row| row.int(0))?.ok_or_else(|| PortError::Failed("the view got no id".to_owned()))
    }

    fn views(&mut self, room: &str) -> PortResult<Vec<ViewRow>> {
        let sql = "SELECT id, room, name, query, shared, who, created_at FROM views WHERE room = $1 ORDER BY name, id";
        self.0.fetch(sql, &[Text(room)], view)
    }

    fn drop_view(&mut self, id: i64, who: &str) -> PortResult<bool> {
        Ok(self.0.run("DELETE FROM views WHERE id = $1 AND who = $2", &[Int(id), Text(who)])? > 0)
    }
}

fn view(row: &dyn Columns) -> PortResult<ViewRow> {
    Ok(ViewRow {
        id: row.int(0)?,
        room: row.text(1)?.to_owned(),
        name: row.text(2)?.to_owned(),
        query: row.text(3)?.to_owned(),
        shared: row.int(4)? != 0,
        who: row.text(5)?.to_owned(),
        created_at: Instant(row.int(6)?),
    })
}
