//! Sources and what they delivered.

use perennial_app::port::source::{SourceDay, SourceEvent, SourceRow, SourceSigns};
use perennial_app::port::{PortResult, Sources};
use perennial_kernel::{Day, Instant};

use super::Value::{Bytes, Int, MaybeInt, Text};
use super::{DeskOn, Plain};
use crate::columns::Columns;

impl<S: Plain> Sources for DeskOn<S> {
    fn add_source(&mut self, row: &SourceRow) -> PortResult<bool> {
        let sql = "INSERT INTO connected_sources (name, kind, label, state, secret, previous, previous_until, settings, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (name) DO NOTHING";
        let SourceRow { name, kind, label, state, secret, previous, previous_until, settings, created_at } = row;
        let until = MaybeInt(previous_until.map(|at| at.0));
        let secrets = [Bytes(secret), Bytes(previous), until];
        let values = [&[Text(name), Text(kind), Text(label), Text(state)][..], &secrets, &[Text(settings), Int(created_at.0)]].concat();
        Ok(self.0.run(sql, &values)? > 0)
    }

    fn source(&mut self, name: &str) -> PortResult<Option<SourceRow>> {
        let sql = "SELECT name, kind, label, state, secret, previous, previous_until, settings, created_at FROM connected_sources \
                   WHERE name = $1";
        self.first(sql, &[Text(name)], source)
    }

    fn sources(&mut self) -> PortResult<Vec<SourceRow>> {
        let sql = "SELECT name, kind, label, state, secret, previous, previous_until, settings, created_at FROM connected_sources \
                   ORDER BY name";
        self.0.fetch(sql, &[], source)
    }

    fn update_source(&mut self, row: &SourceRow) -> PortResult<()> {
        let sql = "UPDATE connected_sources SET label = $1, state = $2, secret = $3, previous = $4, previous_until = $5, settings = $6 \
                   WHERE name = $7";
        let SourceRow { name, label, state, secret, previous, previous_until, settings, .. } = row;
        let until = MaybeInt(previous_until.map(|at| at.0));
        self.run_one(sql, &[Text(label), Text(state), Bytes(secret), Bytes(previous), until, Text(settings), Text(name)], "the source")
    }

    fn delete_source(&mut self, name: &str) -> PortResult<bool> {
        Ok(self.0.run("DELETE FROM connected_sources WHERE name = $1", &[Text(name)])? > 0)
    }

    fn add_source_days(&mut self, rows: &[SourceDay]) -> PortResult<()> {
        let sql = "INSERT INTO source_days (source, day, accepted, repeated, refused) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (source, day) DO UPDATE SET accepted = source_days.accepted + excluded.accepted, \
                   repeated = source_days.repeated + excluded.repeated, refused = source_days.refused + excluded.refused";
        let row = |row: &'_ SourceDay| [row.accepted, row.repeated, row.refused].map(|count| Int(count as i64));
        let values: Vec<_> = rows.iter().map(|one| [&[Text(&one.source), Int(i64::from(one.day.0))][..], &row(one)].concat()).collect();
        self.0.run_all(sql, &values)
    }

    fn source_days(&mut self, from: Day) -> PortResult<Vec<SourceDay>> {
        let sql = "SELECT source, day, accepted, repeated, refused FROM source_days WHERE day >= $1 ORDER BY source, day";
        self.0.fetch(sql, &[Int(i64::from(from.0))], source_day)
    }

    fn set_source_signs(&mut self, rows: &[SourceSigns]) -> PortResult<()> {
        let sql = "INSERT INTO source_signs (source, delivered_at, error_at, error_code, error_en, error_zh) \
                   VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (source) DO UPDATE SET delivered_at = COALESCE(excluded.delivered_at, source_signs.delivered_at), \
                   error_code = CASE WHEN excluded.error_at IS NULL THEN source_signs.error_code ELSE excluded.error_code END, \
                   error_en = CASE WHEN excluded.error_at IS NULL THEN source_signs.error_en ELSE excluded.error_en END, \
                   error_zh = CASE WHEN excluded.error_at IS NULL THEN source_signs.error_zh ELSE excluded.error_zh END, \
                   error_at = COALESCE(excluded.error_at, source_signs.error_at)";
        let at = |at: Option<Instant>| MaybeInt(at.map(|at| at.0));
        let values: Vec<_> = rows
            .iter()
            .map(|row| {
                let words = [Text(&row.error_code), Text(&row.error_en), Text(&row.error_zh)];
                [&[Text(&row.source), at(row.delivered_at), at(row.error_at)][..], &words].concat()
            })
            .collect();
        self.0.run_all(sql, &values)
    }

    fn source_signs(&mut self) -> PortResult<Vec<SourceSigns>> {
        let sql = "SELECT source, delivered_at, error_at, error_code, error_en, error_zh FROM source_signs ORDER BY source";
        self.0.fetch(sql, &[], source_signs)
    }

    fn add_source_events(&mut self, rows: &[SourceEvent]) -> PortResult<()> {
        let sql = "INSERT INTO source_events (source, name, seen, first_at, last_at, sample, sample_day) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) \
                   ON CONFLICT (source, name) DO UPDATE SET seen = source_events.seen + excluded.seen, last_at = excluded.last_at, \
                   sample_day = CASE WHEN length(excluded.sample) = 0 THEN source_events.sample_day ELSE excluded.sample_day END, \
                   sample = CASE WHEN length(excluded.sample) = 0 THEN source_events.sample ELSE excluded.sample END";
        let values: Vec<_> = rows
            .iter()
            .map(|row| {
                let SourceEvent { source, name, seen, first_at, last_at, sample, sample_day } = row;
                let times = [Int(*seen as i64), Int(first_at.0), Int(last_at.0)];
                [&[Text(source), Text(name)][..], &times, &[Bytes(sample), Int(i64::from(sample_day.0))]].concat()
            })
            .collect();
        self.0.run_all(sql, &values)
    }

    fn source_events(&mut self) -> PortResult<Vec<SourceEvent>> {
        let sql = "SELECT source, name, seen, first_at, last_at, sample, sample_day FROM source_events ORDER BY source, name";
        self.0.fetch(sql, &[], source_event)
    }
}

fn source(row: &dyn Columns) -> PortResult<SourceRow> {
    Ok(SourceRow {
        name: row.text(0)?.to_owned(),
        kind: row.text(1)?.to_owned(),
        label: row.text(2)?.to_owned(),
        state: row.text(3)?.to_owned(),
        secret: row.bytes(4)?.to_owned(),
        previous: row.bytes(5)?.to_owned(),
        previous_until: row.maybe_int(6)?.map(Instant),
        settings: row.text(7)?.to_owned(),
        created_at: Instant(row.int(8)?),
    })
}

fn source_day(row: &dyn Columns) -> PortResult<SourceDay> {
    Ok(SourceDay {
        source: row.text(0)?.to_owned(),
        day: Day(row.int(1)? as i32),
        accepted: row.int(2)? as u64,
        repeated: row.int(3)? as u64,
        refused: row.int(4)? as u64,
    })
}

fn source_signs(row: &dyn Columns) -> PortResult<SourceSigns> {
    Ok(SourceSigns {
        source: row.text(0)?.to_owned(),
        delivered_at: row.maybe_int(1)?.map(Instant),
        error_at: row.maybe_int(2)?.map(Instant),
        error_code: row.text(3)?.to_owned(),
        error_en: row.text(4)?.to_owned(),
        error_zh: row.text(5)?.to_owned(),
    })
}

fn source_event(row: &dyn Columns) -> PortResult<SourceEvent> {
    Ok(SourceEvent {
        source: row.text(0)?.to_owned(),
        name: row.text(1)?.to_owned(),
        seen: row.int(2)? as u64,
        first_at: Instant(row.int(3)?),
        last_at: Instant(row.int(4)?),
        sample: row.bytes(5)?.to_owned(),
        sample_day: Day(row.int(6)? as i32),
    })
}
