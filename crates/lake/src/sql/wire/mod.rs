//! The PostgreSQL wire: psql, psycopg, JDBC and the like ask the same views, with the same limits, after they have signed in.
//!
//! `datafusion-postgres` speaks the protocol and knows PostgreSQL's catalogue; by itself it would let anybody in and would carry out INSERT.
//! Both are decided here: who comes in by [`entry`], what is carried out by [`gate`], how long and how much by [`service`].

mod entry;
mod gate;
mod service;
mod words;

use std::fs::File;
use std::io::{self, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use datafusion_postgres::DfSessionService;
use datafusion_postgres::datafusion_pg_catalog::pg_catalog::context::EmptyContextProvider;
use datafusion_postgres::datafusion_pg_catalog::setup_pg_catalog;
use datafusion_postgres::hooks::set_show::SetShowHook;
use datafusion_postgres::hooks::transactions::TransactionStatementHook;
use datafusion_postgres::pgwire::api::auth::StartupHandler;
use datafusion_postgres::pgwire::api::cancel::{CancelHandler, DefaultCancelHandler};
use datafusion_postgres::pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use datafusion_postgres::pgwire::api::{ConnectionManager, ErrorHandler, PgWireServerHandlers};
use datafusion_postgres::pgwire::tokio::tokio_rustls::rustls::ServerConfig;
use datafusion_postgres::pgwire::tokio::{TlsAcceptor, process_socket};
use perennial_app::access::{Access, Credential};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};

use self::entry::Entry;
use self::gate::Gate;
use self::service::Service;
use self::words::Words;
use super::{Sql, session};

/// Connections open at once; whoever comes then is turned away.
const CONNECTIONS_MAX: usize = 64;

/// Who may ask and how: what all connections share.
pub struct Wire {
    pub sql: Arc<Sql>,
    pub access: Arc<Access>,
    pub tls: Option<TlsAcceptor>,
}

/// Listens until it is dropped; then every connection is broken off.
pub struct Listening {
    pub address: SocketAddr,
    task: AbortHandle,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// TLS by a certificate and its key, both PEM.
pub fn tls(certificate: &Path, key: &Path) -> io::Result<TlsAcceptor> {
    use datafusion_postgres::pgwire::tokio::tokio_rustls::rustls;
    let invalid = |why: String| io::Error::new(io::ErrorKind::InvalidInput, why);
    let certificates = rustls_pemfile::certs(&mut BufReader::new(File::open(certificate)?)).collect::<Result<Vec<_>, _>>()?;
    let key = rustls_pemfile::private_key(&mut BufReader::new(File::open(key)?))?;
    let key = key.ok_or_else(|| invalid("the key file holds no private key".to_owned()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(certificates, key));
    Ok(TlsAcceptor::from(Arc::new(config.map_err(|error| invalid(error.to_string()))?)))
}

/// Begins to listen. Without TLS passwords travel in clear, so only this machine's own address is listened on then.
pub fn listen(wire: Wire, address: SocketAddr) -> io::Result<Listening> {
    if wire.tls.is_none() && !address.ip().is_loopback() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "without a certificate only an address of this machine itself may be listened on",
        ));
    }
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let handle = wire.sql.handle().clone();
    let task = handle.spawn(async move {
        match TcpListener::from_std(listener) {
            Ok(listener) => accept(Arc::new(wire), listener).await,
            Err(error) => tracing::error!(%error, "the PostgreSQL wire cannot be listened on"),
        }
    });
    Ok(Listening { address, task: task.abort_handle() })
}

async fn accept(wire: Arc<Wire>, listener: TcpListener) {
    let (manager, places) = (Arc::new(ConnectionManager::new()), Arc::new(Semaphore::new(CONNECTIONS_MAX)));
    let mut open = JoinSet::new();
    loop {
        while open.try_join_next().is_some() {}
        let Ok((socket, peer)) = listener.accept().await else {
            // Too many files are open, or the like: whoever waits is asked in a moment later.
            tokio::time::sleep(super::BEAT).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let (wire, manager) = (Arc::clone(&wire), Arc::clone(&manager));
        open.spawn(async move {
            let _place = place;
            if let Err(error) = serve(&wire, manager, socket, peer).await {
                tracing::debug!(%error, "a connection of the PostgreSQL wire broke off");
            }
        });
    }
}

async fn serve(wire: &Wire, manager: Arc<ConnectionManager>, socket: TcpStream, peer: SocketAddr) -> io::Result<()> {
    let caller: Arc<Signed> = Arc::new(Signed { access: Arc::clone(&wire.access), credential: Mutex::default() });
    let gate = Arc::new(Gate::new(&wire.sql, &caller));
    let context = wire.sql.open(gate.clear()).map_err(|problem| io::Error::other(problem.words.en))?;
    setup_pg_catalog(&context, session::CATALOG, EmptyContextProvider).map_err(io::Error::other)?;
    let hooks: Vec<Arc<dyn datafusion_postgres::QueryHook>> = vec![gate, Arc::new(SetShowHook), Arc::new(TransactionStatementHook)];
    let inner = Arc::new(DfSessionService::new_with_hooks(Arc::new(context), hooks));
    let zone = wire.sql.house.calendar().zone().to_owned();
    let handlers = Handlers {
        service: Arc::new(Service::new(Arc::clone(&wire.sql), inner)),
        entry: Arc::new(Entry::new(caller, peer, Arc::clone(&manager), zone)),
        cancel: Arc::new(DefaultCancelHandler::new(manager)),
    };
    process_socket(socket, wire.tls.clone(), handlers).await
}

/// Who this connection is, once it has signed in.
struct Signed {
    access: Arc<Access>,
    credential: Mutex<Option<Credential>>,
}

impl Signed {
    fn set(&self, credential: Credential) {
        *self.credential.lock().expect("no thread panics while holding this lock") = Some(credential);
    }

    fn get(&self) -> Option<Credential> {
        self.credential.lock().expect("no thread panics while holding this lock").clone()
    }
}

impl Drop for Signed {
    fn drop(&mut self) {
        if let Some(credential) = self.get()
            && let Err(error) = self.access.leave(&credential)
        {
            tracing::warn!(%error, "a session of the PostgreSQL wire could not be ended");
        }
    }
}

struct Handlers {
    service: Arc<Service>,
    entry: Arc<Entry>,
    cancel: Arc<DefaultCancelHandler>,
}

impl PgWireServerHandlers for Handlers {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        Arc::clone(&self.service)
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        Arc::clone(&self.service)
    }

    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        Arc::clone(&self.entry)
    }

    fn error_handler(&self) -> Arc<impl ErrorHandler> {
        Arc::new(Words)
    }

    fn cancel_handler(&self) -> Arc<impl CancelHandler> {
        Arc::clone(&self.cancel)
    }
}
