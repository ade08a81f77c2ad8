//! The catalogue's versions.

use perennial_app::port::PortResult;
use perennial_app::port::catalogue::{Catalogue, CatalogueFilter, CatalogueRow};
use perennial_kernel::Instant;

use super::Value::{Int, Text};
use super::{DeskOn, Plain, Value};
use crate::columns::Columns;
use crate::sql;

/// `entries!("columns", "tail")` is a query for versions that no later one replaces.
macro_rules! entries {
    ($what:literal, $tail:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM catalogue WHERE kind = $1 AND words LIKE $2 ESCAPE '\\' AND state LIKE $3 ",
            "AND NOT EXISTS (SELECT 1 FROM catalogue AS later WHERE later.kind = catalogue.kind AND later.id = catalogue.id ",
            "AND later.version > catalogue.version) ",
            $tail
        )
    };
}

impl<S: Plain> Catalogue for DeskOn<S> {
    fn add_catalogue(&mut self, rows: &[CatalogueRow]) -> PortResult<()> {
        let sql = "INSERT INTO catalogue (kind, id, version, state, name, words, body, at, who) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                   ON CONFLICT (kind, id, version) DO NOTHING";
        let rows: Vec<Vec<Value<'_>>> = rows.iter().map(values).collect();
        self.0.run_all(sql, &rows)
    }

    fn catalogue_entry(&mut self, kind: &str, id: &str) -> PortResult<Option<CatalogueRow>> {
        let sql = "SELECT kind, id, version, state, name, words, body, at, who FROM catalogue WHERE kind = $1 AND id = $2 \
                   ORDER BY version DESC LIMIT 1";
        self.first(sql, &[Text(kind), Text(id)], row)
    }

    fn catalogue_page(&mut self, filter: &CatalogueFilter, offset: u64, limit: usize) -> PortResult<Vec<CatalogueRow>> {
        let sql = entries!("kind, id, version, state, name, words, body, at, who", "ORDER BY id LIMIT $4 OFFSET $5");
        let (words, state) = patterns(filter);
        let offset = i64::try_from(offset).unwrap_or(i64::MAX);
        self.0.fetch(sql, &[Text(&filter.kind), Text(&words), Text(&state), Int(sql::limit(limit)), Int(offset)], row)
    }

    fn catalogue_count(&mut self, filter: &CatalogueFilter) -> PortResult<u64> {
        let (words, state) = patterns(filter);
        let count = self.first(entries!("COUNT(*)", ""), &[Text(&filter.kind), Text(&words), Text(&state)], |row| row.int(0))?;
        Ok(count.unwrap_or_default() as u64)
    }

    fn catalogue_versions(&mut self, kind: &str, id: &str) -> PortResult<Vec<CatalogueRow>> {
        let sql = "SELECT kind, id, version, state, name, words, body, at, who FROM catalogue WHERE kind = $1 AND id = $2 \
                   ORDER BY version DESC";
        self.0.fetch(sql, &[Text(kind), Text(id)], row)
    }
}

fn values(row: &CatalogueRow) -> Vec<Value<'_>> {
    let CatalogueRow { kind, id, version, state, name, words, body, at, who } = row;
    vec![Text(kind), Text(id), Int(*version), Text(state), Text(name), Text(words), Text(body), Int(at.0), Text(who)]
}

/// What stands for "any" is a pattern, too, so that each question is one prepared statement.
fn patterns(filter: &CatalogueFilter) -> (String, String) {
    let literal = |text: &String| format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    (filter.text.as_ref().map_or_else(|| "%".to_owned(), literal), filter.state.clone().unwrap_or_else(|| "%".to_owned()))
}

fn row(row: &dyn Columns) -> PortResult<CatalogueRow> {
    Ok(CatalogueRow {
        kind: row.text(0)?.to_owned(),
        id: row.text(1)?.to_owned(),
        version: row.int(2)?,
        state: row.text(3)?.to_owned(),
        name: row.text(4)?.to_owned(),
        words: row.text(5)?.to_owned(),
        body: row.text(6)?.to_owned(),
        at: Instant(row.int(7)?),
        who: row.text(8)?.to_owned(),
    })
}
