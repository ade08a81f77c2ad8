//! HTTP: routes, wire types, OpenAPI, sign-in and permissions, the embedded console. Knows the application and never a store.

mod body;
mod console;
pub mod entrance;
mod fields;
pub mod guard;
pub mod limit;
mod metrics;
pub mod openapi;
mod params;
mod problem;
mod routes;
mod site;
pub mod wire;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, middleware};
use perennial_app::house::House;
use perennial_app::port::Analyst;
use perennial_app::query::board::Room;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use crate::limit::Rates;
use crate::site::Site;

/// After being asked to end, answers under way get so long.
const FAREWELL_MAX: Duration = Duration::from_secs(10);

/// What the command line knows and the house does not.
#[derive(Clone, Debug)]
pub struct Options {
    /// The store's name, for `/health`: `sqlite`, `postgres`.
    pub store: String,
    /// Where uploaded files wait, sealed; without a folder none are taken.
    pub staged: Option<PathBuf>,
    /// No other node serves this brand.
    pub alone: bool,
    /// The largest file that is taken.
    pub upload_bytes_max: u64,
    /// A proxy stands in front that speaks HTTPS and says in `X-Forwarded-For` who asks: cookies are for HTTPS only, and requests are
    /// counted by the address it tells.
    pub behind_proxy: bool,
    /// The folder whose disk and journal `/health/detail` tells of.
    pub data: Option<PathBuf>,
    pub rates: Rates,
    pub analysts: Analysts,
    /// Where the profile columns may lie.
    pub room: Room,
}

/// Makes what answers SQL over a house, where anything does.
#[derive(Clone, Default)]
pub struct Analysts(Option<Arc<MakeAnalyst>>);

type MakeAnalyst = dyn Fn(&Arc<House>) -> Option<Arc<dyn Analyst>> + Send + Sync;

impl Analysts {
    pub fn new(make: impl Fn(&Arc<House>) -> Option<Arc<dyn Analyst>> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(make)))
    }

    fn of(&self, house: &Arc<House>) -> Option<Arc<dyn Analyst>> {
        self.0.as_ref().and_then(|make| make(house))
    }
}

impl std::fmt::Debug for Analysts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Analysts").field(&self.0.is_some()).finish()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            store: "sqlite".to_owned(),
            staged: None,
            alone: true,
            upload_bytes_max: 2 << 30,
            behind_proxy: false,
            data: None,
            rates: Rates::default(),
            analysts: Analysts::default(),
            room: Room::default(),
        }
    }
}

/// Everything that answers. Begins to read all members in the background; ends that when the router is dropped.
pub fn router(house: Arc<House>, options: Options) -> Router {
    let site = Arc::new(Site::new(house, options));
    let (operations, _) = routes::all().split_for_parts();
    let api = operations
        .route("/api/v1/openapi.json", get(async || Json(openapi::document())))
        .method_not_allowed_fallback(console::not_allowed)
        .route_layer(middleware::from_fn_with_state(Arc::clone(&site), guard::guard))
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(CompressionLayer::new().gzip(true));
    api.fallback(console::fallback)
        .layer(middleware::map_response(with_plain_headers))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .with_state(site)
}

/// What the log says of a request: not what stands after the question mark, which may be somebody's phone.
fn span(request: &axum::extract::Request) -> tracing::Span {
    tracing::debug_span!("request", method = %request.method(), path = request.uri().path())
}

/// What every answer carries, whoever gives it.
const PLAIN_HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

async fn with_plain_headers(mut response: Response) -> Response {
    for (name, value) in PLAIN_HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// Listens and answers until `shutdown` comes, then finishes what is under way.
pub async fn serve(
    house: Arc<House>,
    options: Options,
    address: SocketAddr,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_on(house, options, TcpListener::bind(address).await?, shutdown).await
}

/// As [`serve`], on a listener of the caller's.
pub async fn serve_on(
    house: Arc<House>,
    options: Options,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_router(router(house, options), listener, shutdown).await
}

/// As [`serve_on`], with any router.
pub async fn serve_router(router: Router, listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let (told, mut heard) = tokio::sync::watch::channel(false);
    let asked = async move {
        shutdown.await;
        // Whoever hears it has nothing more to do when nobody serves.
        let _ = told.send(true);
    };
    let patience = async move {
        match heard.wait_for(|asked| *asked).await {
            Ok(_) => {}
            Err(_) => std::future::pending().await,
        }
        tokio::time::sleep(FAREWELL_MAX).await;
    };
    tokio::select! {
        ended = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(asked) => ended,
        () = patience => {
            tracing::warn!("answers still under way were broken off");
            Ok(())
        }
    }
}

/// Ends when the process is asked to: Ctrl-C or SIGTERM.
pub async fn asked_to_end() {
    let interrupt = async {
        // Without the handler only SIGTERM ends us.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
