//! `sql`, and what `serve` is told about SQL.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

#[derive(Args, Debug)]
pub struct SqlArguments {
    /// One statement that only reads; `-` reads it from stdin. Left out: the views and their columns are listed
    #[arg(value_name = "STATEMENT")]
    pub statement: Option<String>,
    /// Answers as CSV on stdout
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// The answer is cut after so many rows, and says so
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub rows: u64,
    /// Shows personal columns in clear, for a reason that stands in the audit trail
    #[arg(long, value_name = "REASON")]
    pub reveal: Option<String>,
    #[command(flatten)]
    pub limits: SqlLimits,
}

#[derive(Args, Clone, Copy, Debug)]
pub struct SqlLimits {
    /// A statement may take so many seconds
    #[arg(long, value_name = "N", env = "PERENNIAL_SQL_SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub sql_seconds: u64,
    /// All statements together may use so many megabytes
    #[arg(long, value_name = "N", env = "PERENNIAL_SQL_MEMORY_MB", default_value_t = 512, value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    pub sql_memory_mb: u64,
}

/// SQL as `serve` offers it.
#[derive(Args, Clone, Debug)]
pub struct SqlServed {
    /// Answers the PostgreSQL wire (psql, psycopg, JDBC) on this address, too: read-only, with an API key of the scope `sql` as password
    #[arg(long, value_name = "ADDR", env = "PERENNIAL_SQL_LISTEN")]
    pub sql_listen: Option<SocketAddr>,
    /// A certificate (PEM) for that address; without one only clients of this machine are let in
    #[arg(long, value_name = "FILE", requires_all = ["sql_listen", "sql_tls_key"], env = "PERENNIAL_SQL_TLS_CERT")]
    pub sql_tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires_all = ["sql_listen", "sql_tls_cert"], env = "PERENNIAL_SQL_TLS_KEY")]
    pub sql_tls_key: Option<PathBuf>,
    #[command(flatten)]
    pub limits: SqlLimits,
}
