//! The desk on a connection of its own.

use perennial_app::port::PortResult;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::link::{Link, Purpose, Server, Session};
use super::{Options, migrate};
use crate::columns::Columns;
use crate::desk::{DeskOn, Plain, Value};
use crate::schema;

pub type PostgresDesk = DeskOn<Connection>;

/// A connection for plain rows.
pub struct Connection(Link);

impl PostgresDesk {
    /// Connects, and makes the tables when there are none.
    pub fn connect(url: &str) -> PortResult<Self> {
        let mut link = Link::new(Server::new(url, schema::POSTGRES_JOURNAL_SCHEMA, &Options::default())?, Purpose::Write);
        migrate::migrate(link.session()?, schema::POSTGRES_JOURNAL_SCHEMA, schema::JOURNAL)?;
        Ok(Self(Connection(link)))
    }
}

impl Plain for Connection {
    /// Not tried again when the connection is lost meanwhile: it may have happened.
    fn run(&mut self, sql: &'static str, values: &[Value<'_>]) -> PortResult<u64> {
        self.0.session()?.run(sql, &params(values))
    }

    fn fetch<T>(&mut self, sql: &'static str, values: &[Value<'_>], read: fn(&dyn Columns) -> PortResult<T>) -> PortResult<Vec<T>> {
        let params = params(values);
        let rows = |session: &mut Session| session.rows(sql, &params);
        let rows = if sql.starts_with("SELECT") { self.0.again_if_lost(rows)? } else { rows(self.0.session()?)? };
        rows.iter().map(|row| read(row)).collect()
    }

    fn run_all(&mut self, sql: &'static str, rows: &[Vec<Value<'_>>]) -> PortResult<()> {
        let session = self.0.session()?;
        session.command("BEGIN")?;
        for row in rows {
            if let Err(error) = session.run(sql, &params(row)) {
                // The first error is the one to tell; a connection that cannot roll back is closed, and has rolled back.
                let _ = session.command("ROLLBACK");
                return Err(error);
            }
        }
        session.command("COMMIT")
    }

    fn keep_bad_rows(&mut self, import: i64, rows: &[(u64, Vec<u8>)]) -> PortResult<()> {
        let sql = "INSERT INTO bad_rows (import, record, sealed) SELECT $1, * FROM UNNEST($2::BIGINT[], $3::BYTEA[]) \
                   ON CONFLICT (import, record) DO UPDATE SET sealed = excluded.sealed";
        let records: Vec<i64> = rows.iter().map(|(record, _)| *record as i64).collect();
        let sealed: Vec<&[u8]> = rows.iter().map(|(_, sealed)| sealed.as_slice()).collect();
        self.0.session()?.run(sql, &[&import, &records, &sealed]).map(drop)
    }
}

fn params<'a>(values: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// Every column of the desk is BIGINT, TEXT or BYTEA.
impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Int(number) => number.to_sql(ty, out),
            Self::MaybeInt(number) => number.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    to_sql_checked!();
}
