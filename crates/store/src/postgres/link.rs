//! One connection that is made when it is needed, and made again after it was lost.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use perennial_app::port::{PortError, PortResult};
use postgres::types::ToSql;
use postgres::{Client, Config, NoTls, Row, Statement};

use super::Options;
use crate::columns::Columns;
use crate::trouble::OrTrouble;

/// Where and how to connect; counts the round trips of all its connections.
#[derive(Clone)]
pub(super) struct Server {
    config: Config,
    schema: &'static str,
    options: Options,
    round_trips: Arc<AtomicU64>,
}

impl Server {
    pub fn new(url: &str, schema: &'static str, options: &Options) -> PortResult<Self> {
        let mut config = url.parse::<Config>().or_trouble()?;
        config.application_name("perennial");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        // A server that is gone without a word is noticed, instead of waited for until the system's two hours are over.
        config.keepalives_idle(Duration::from_secs(10)).keepalives_interval(Duration::from_secs(5)).keepalives_retries(3);
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(30));
        }
        Ok(Self { config, schema, options: options.clone(), round_trips: Arc::default() })
    }

    pub fn round_trips(&self) -> u64 {
        self.round_trips.load(Ordering::Relaxed)
    }

    fn connect(&self, purpose: Purpose) -> PortResult<Session> {
        let client = self.config.connect(NoTls).or_trouble()?;
        let mut session = Session { client, statements: HashMap::new(), round_trips: self.round_trips.clone() };
        session.command(&self.settings(purpose))?;
        Ok(session)
    }

    fn settings(&self, purpose: Purpose) -> String {
        let ms = |limit: Duration| limit.as_millis();
        let Options { lease, lock_timeout, statement_timeout } = &self.options;
        let schema = self.schema;
        // Every statement by key goes by its index. The planner would go through a table that was small when the plan was made, and
        // keep to that plan while the table grows.
        let by_index = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;
                        SET plan_cache_mode = force_generic_plan";
        let own = match purpose {
            Purpose::Write => format!(
                "SET synchronous_commit = on; SET idle_in_transaction_session_timeout = {}; SET lock_timeout = {};
                 SET statement_timeout = {}; {by_index}",
                ms(*lease),
                ms(*lock_timeout),
                ms(*statement_timeout),
            ),
            Purpose::Read => format!("SET default_transaction_read_only = on; {by_index}"),
            Purpose::Scan => "SET default_transaction_read_only = on; SET work_mem = '64MB'".to_owned(),
        };
        format!("SET search_path = {schema}; SET client_min_messages = warning; {own}")
    }
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Batches, and the desk's statements.
    Write,
    /// Look-ups by key.
    Read,
    /// Everyone.
    Scan,
}

pub(super) struct Link {
    server: Server,
    purpose: Purpose,
    session: Option<Session>,
}

impl Link {
    pub fn new(server: Server, purpose: Purpose) -> Self {
        Self { server, purpose, session: None }
    }

    /// The connection, made anew when there is none or it is known to be lost.
    pub fn session(&mut self) -> PortResult<&mut Session> {
        let session = match self.session.take() {
            Some(session) if !session.is_lost() => session,
            _ => self.server.connect(self.purpose)?,
        };
        Ok(self.session.insert(session))
    }

    /// Does what changes nothing by itself. A connection that was lost while idle is found out only by using it, so then once more.
    pub fn again_if_lost<T>(&mut self, work: impl Fn(&mut Session) -> PortResult<T>) -> PortResult<T> {
        match work(self.session()?) {
            Err(PortError::Transient(_)) if self.session.as_ref().is_none_or(Session::is_lost) => work(self.session()?),
            answer => answer,
        }
    }
}

pub(super) struct Session {
    client: Client,
    statements: HashMap<&'static str, Statement>,
    round_trips: Arc<AtomicU64>,
}

impl Session {
    pub fn is_lost(&self) -> bool {
        self.client.is_closed()
    }

    /// For what needs the driver's own transactions.
    pub fn client(&mut self) -> &mut Client {
        self.count();
        &mut self.client
    }

    /// Statements without parameters and answers, in one round trip.
    pub fn command(&mut self, sql: &str) -> PortResult<()> {
        self.count();
        self.client.batch_execute(sql).or_trouble()
    }

    /// Writes a table anew without its dead rows, whatever time that takes; must stand alone, outside any transaction.
    pub fn rewrite(&mut self, vacuum: &str) -> PortResult<()> {
        self.command("SET statement_timeout = 0")?;
        let done = self.command(vacuum);
        self.command("RESET statement_timeout")?;
        done
    }

    /// Says how many rows were changed.
    pub fn run(&mut self, sql: &'static str, params: &[&(dyn ToSql + Sync)]) -> PortResult<u64> {
        let statement = self.statement(sql)?;
        self.count();
        self.client.execute(&statement, params).or_trouble()
    }

    pub fn rows(&mut self, sql: &'static str, params: &[&(dyn ToSql + Sync)]) -> PortResult<Vec<Row>> {
        let statement = self.statement(sql)?;
        self.count();
        self.client.query(&statement, params).or_trouble()
    }

    pub fn all<T>(&mut self, sql: &'static str, params: &[&(dyn ToSql + Sync)], read: fn(&Row) -> PortResult<T>) -> PortResult<Vec<T>> {
        self.rows(sql, params)?.iter().map(read).collect()
    }

    pub fn map<K: Ord, V>(
        &mut self,
        sql: &'static str,
        params: &[&(dyn ToSql + Sync)],
        read: fn(&Row) -> PortResult<(K, V)>,
    ) -> PortResult<BTreeMap<K, V>> {
        self.rows(sql, params)?.iter().map(read).collect()
    }

    /// Prepared once for each connection, which is a round trip of its own.
    fn statement(&mut self, sql: &'static str) -> PortResult<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        self.count();
        let statement = self.client.prepare(sql).or_trouble()?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    fn count(&self) {
        self.round_trips.fetch_add(1, Ordering::Relaxed);
    }
}

impl Columns for Row {
    fn int(&self, at: usize) -> PortResult<i64> {
        self.try_get(at).map_err(|error| wrong(&error))
    }

    fn maybe_int(&self, at: usize) -> PortResult<Option<i64>> {
        self.try_get(at).map_err(|error| wrong(&error))
    }

    fn text(&self, at: usize) -> PortResult<&str> {
        self.try_get(at).map_err(|error| wrong(&error))
    }

    fn bytes(&self, at: usize) -> PortResult<&[u8]> {
        self.try_get(at).map_err(|error| wrong(&error))
    }
}

/// A column of another type than the schema says cannot come from this program.
fn wrong(error: &postgres::Error) -> PortError {
    PortError::Damaged(format!("PostgreSQL: {error}"))
}
