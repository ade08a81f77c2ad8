//! The floor: the rows an engine wrote, written again into a copy of the same base by one loop over prepared statements, with the same
//! settings, batches and syncs, and nothing read or decided. Rows come sorted by key, as the store would sort them, at no charge.

use std::path::Path;
use std::time::{Duration, Instant as Stopwatch};

use perennial_app::head::{HeadFile, Sync};
use perennial_app::port::Append;
use perennial_app::port::journal::{LinkRow, Owner, Token};
use rusqlite::{Connection, Statement};

use crate::recorder::Written;

pub struct Floor {
    journal: Connection,
    keys: Connection,
    head: HeadFile,
}

impl Floor {
    pub fn open(folder: &Path) -> Self {
        let open = |name: &str, cache_mib: u32| {
            let connection = Connection::open(folder.join(name)).expect("a file");
            // The store's own settings.
            let pragmas = format!(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -{}; PRAGMA wal_autocheckpoint = 8192;
                 PRAGMA mmap_size = 0; PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;
                 PRAGMA secure_delete = ON; PRAGMA journal_size_limit = {}",
                cache_mib * 1024,
                8192_u64 * 4096 * 2
            );
            connection.execute_batch(&pragmas).expect("settings");
            connection
        };
        Self {
            journal: open("journal.db", 64),
            keys: open("keys.db", 16),
            head: HeadFile::open(&folder.join("head"), Sync::Full).expect("a head file"),
        }
    }

    /// How long it takes.
    pub fn write(&mut self, mut batches: Vec<Written>) -> Duration {
        batches.iter_mut().for_each(sort);
        let (journal, keys) = (&self.journal, &self.keys);
        let mut key = keys.prepare("INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING").expect("a statement");
        let mut tables = Tables::new(journal);
        let began = Stopwatch::now();
        for batch in &batches {
            journal.execute_batch("BEGIN IMMEDIATE").expect("begun");
            if !batch.keys.is_empty() {
                keys.execute_batch("BEGIN IMMEDIATE").expect("begun");
                for (subject, wrapped) in &batch.keys {
                    key.execute((subject.0, wrapped)).expect("a key");
                }
                keys.execute_batch("COMMIT").expect("committed");
            }
            tables.write(batch);
            journal.execute_batch("COMMIT").expect("committed");
            self.head.write(&batch.set.heads).expect("a head");
        }
        began.elapsed()
    }

    /// How many rows each table holds.
    pub fn rows(folder: &Path) -> Vec<(String, i64)> {
        let journal = Connection::open(folder.join("journal.db")).expect("a file");
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let mut tables = journal.prepare(names).expect("a statement");
        let tables: Vec<String> = tables.query_map([], |row| row.get(0)).expect("tables").flatten().collect();
        let count = |table: String| {
            let rows = journal.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a count");
            (table, rows)
        };
        tables.into_iter().map(count).collect()
    }

    /// The chain's head: equal to the engine's when the same was written.
    pub fn chain(&self) -> Vec<u8> {
        self.journal.query_row("SELECT chain FROM lanes WHERE lane = 0", [], |row| row.get(0)).expect("a head")
    }
}

fn sort(batch: &mut Written) {
    batch.keys.sort_by_key(|(subject, _)| *subject);
    batch.claims.sort_by_key(|(token, _)| *token);
    batch.links.sort_by_key(|link| link.token);
    batch.set.search.sort_unstable();
    batch.set.kin.sort_by_key(|row| row.subject);
    batch.set.seen.sort_by_key(|(key, _)| *key);
    batch.set.states.sort_by_key(|(member, _)| *member);
    batch.set.orders.sort_by_key(|(order, _)| *order);
    batch.set.timers.sort_by_key(|timer| timer.member);
}

/// One statement for each table.
struct Tables<'a> {
    fact: Statement<'a>,
    effect: Statement<'a>,
    claim: Statement<'a>,
    link: Statement<'a>,
    search: Statement<'a>,
    kin: Statement<'a>,
    settled: Statement<'a>,
    conflict: Statement<'a>,
    seen: Statement<'a>,
    state: Statement<'a>,
    order: Statement<'a>,
    timer: Statement<'a>,
    no_timer: Statement<'a>,
    source: Statement<'a>,
    lane: Statement<'a>,
}

impl<'a> Tables<'a> {
    fn new(journal: &'a Connection) -> Self {
        let prepare = |sql| journal.prepare(sql).expect("a statement");
        Self {
            fact: prepare("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
            effect: prepare("INSERT INTO effects VALUES (?, ?, ?, ?, ?, ?)"),
            claim: prepare("INSERT INTO identities VALUES (?, ?, ?) ON CONFLICT DO NOTHING"),
            link: prepare("INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
            search: prepare("INSERT INTO search_tokens VALUES (?, ?) ON CONFLICT DO NOTHING"),
            kin: prepare(
                "INSERT INTO kin VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET member = excluded.member, family = excluded.family",
            ),
            settled: prepare("DELETE FROM conflicts WHERE family = ?"),
            conflict: prepare("INSERT INTO conflicts VALUES (?, ?, ?, ?, ?)"),
            seen: prepare("INSERT INTO seen VALUES (?, ?, ?, ?)"),
            state: prepare("INSERT INTO states VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body"),
            order: prepare(
                "INSERT INTO orders VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET member = excluded.member, body = excluded.body",
            ),
            timer: prepare("INSERT INTO timers VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET due = excluded.due"),
            no_timer: prepare("DELETE FROM timers WHERE member = ? AND policy = ?"),
            source: prepare("INSERT INTO sources VALUES (?, ?) ON CONFLICT DO NOTHING"),
            lane: prepare("UPDATE lanes SET seq = ?, subjects = ?, chain = ? WHERE lane = ?"),
        }
    }

    fn write(&mut self, Written { claims, links, set, .. }: &Written) {
        self.write_people(claims, links, set);
        for row in &set.facts {
            let values = (
                row.position.0,
                row.recorded_at.0,
                &row.kind,
                row.version,
                row.subject.0,
                row.occurred_at.0,
                row.origin.as_str(),
                row.import.map(|import| import.0),
                &row.source,
                &row.object,
                &row.object_version,
                &row.payload,
                &row.sealed,
                &row.chain.0,
            );
            self.fact.execute(values).expect("a fact");
        }
        for row in &set.effects {
            self.effect.execute((row.position.0, row.ordinal, row.member.0, &row.kind, row.at.0, &row.payload)).expect("an effect");
        }
        for (key, row) in &set.seen {
            self.seen.execute((&key.0, &row.content.0, row.fact.recorded_at.0, row.fact.position.0)).expect("a key");
        }
        for (member, body) in &set.states {
            self.state.execute((member.0, body)).expect("a state");
        }
        for (order, row) in &set.orders {
            self.order.execute((&order.0, row.holder.0, row.lane.0, &row.body)).expect("an order");
        }
        for row in &set.timers {
            match row.due {
                Some(due) => self.timer.execute((row.member.0, &row.policy, row.lane.0, due.0)),
                None => self.no_timer.execute((row.member.0, &row.policy)),
            }
            .expect("a timer");
        }
        for (source, live_at) in &set.sources {
            self.source.execute((source, live_at.0)).expect("a source");
        }
        for head in &set.heads {
            self.lane.execute((head.seq.0 as i64, head.subjects as i64, &head.chain.0, head.lane.0)).expect("a head");
        }
    }

    fn write_people(&mut self, claims: &[(Token, Owner)], links: &[LinkRow], set: &Append) {
        for (token, owner) in claims {
            self.claim.execute((&token.0, owner.subject.0, owner.lane.0)).expect("a claim");
        }
        for link in links {
            let (import, fact) = (link.import.map_or(0, |import| import.0), link.fact);
            let (at, position) = (fact.recorded_at.0, fact.position.0);
            let values = (&link.token.0, link.subject.0, import, &link.kind, &link.source, link.occurred_at.0, at, position, link.is_root);
            self.link.execute(values).expect("a link");
        }
        for (token, member) in &set.search {
            self.search.execute((&token.0, member.0)).expect("a search token");
        }
        for row in &set.kin {
            let born = (row.born.recorded_at.0, row.born.position.0);
            self.kin.execute((row.subject.0, row.lane.0, row.member.0, row.family.0, born.0, born.1)).expect("a subject's family");
        }
        for (family, rows) in &set.conflicts {
            self.settled.execute((family.0,)).expect("conflicts before");
            for row in rows {
                self.conflict.execute((row.family.0, row.left.0, row.right.0, &row.kind, &row.by)).expect("a conflict");
            }
        }
    }
}
