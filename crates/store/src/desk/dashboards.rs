//! Dashboards.

use perennial_app::port::dashboards::DashboardRow;
use perennial_app::port::{Dashboards, PortError, PortResult};
use perennial_kernel::Instant;

use super::Value::{Int, Text};
use super::{DeskOn, Plain};
use crate::columns::Columns;

impl<S: Plain> Dashboards for DeskOn<S> {
    fn add_dashboard(&mut self, row: &DashboardRow) -> PortResult<i64> {
        let sql = "INSERT INTO dashboards (name, cards, shared, who, version, changed_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
        let shared = Int(i64::from(row.shared));
        let values = [Text(&row.name), Text(&row.cards), shared, Text(&row.who), Int(row.version), Int(row.changed_at.0)];
        self.first(sql, &values, |row| row.int(0))?.ok_or_else(|| PortError::Failed("the dashboard got no id".to_owned()))
    }

    fn dashboards(&mut self) -> PortResult<Vec<DashboardRow>> {
        let sql = "SELECT id, name, cards, shared, who, version, changed_at FROM dashboards ORDER BY name, id";
        self.0.fetch(sql, &[], dashboard)
    }

    fn change_dashboard(&mut self, row: &DashboardRow) -> PortResult<bool> {
        let sql = "UPDATE dashboards SET name = $1, cards = $2, shared = $3, version = $4, changed_at = $5 \
                   WHERE id = $6 AND who = $7 AND version = $8";
        let (shared, before) = (Int(i64::from(row.shared)), Int(row.version - 1));
        let set = [Text(&row.name), Text(&row.cards), shared, Int(row.version), Int(row.changed_at.0)];
        let values: Vec<_> = set.into_iter().chain([Int(row.id), Text(&row.who), before]).collect();
        Ok(self.0.run(sql, &values)? > 0)
    }

    fn drop_dashboard(&mut self, id: i64, who: &str) -> PortResult<bool> {
        Ok(self.0.run("DELETE FROM dashboards WHERE id = $1 AND who = $2", &[Int(id), Text(who)])? > 0)
    }
}

fn dashboard(row: &dyn Columns) -> PortResult<DashboardRow> {
    Ok(DashboardRow {
        id: row.int(0)?,
        name: row.text(1)?.to_owned(),
        cards: row.text(2)?.to_owned(),
        shared: row.int(3)? != 0,
        who: row.text(4)?.to_owned(),
        version: row.int(5)?,
        changed_at: Instant(row.int(6)?),
    })
}
