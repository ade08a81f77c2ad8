//! The console, embedded: files with their types, long caching for hashed names, gzip made once, and the start page for every other address.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{OnceLock, RwLock};

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::Problem;

#[derive(RustEmbed)]
#[folder = "../../web/console/dist"]
#[allow_missing = true]
struct Dist;

const START: &str = "index.html";
/// Names of built assets carry a hash of their content.
const HASHED: &str = "assets/";
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// What the page may load: only its own. Styles are also written by script (antd).
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; \
     base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
);
/// Smaller files are not worth packing.
const PACKED_BYTES_MIN: usize = 1024;

const STUB: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Perennial 常青</title>\
<body><h1>Perennial 常青</h1><p>This program was built without its console. Build it and then the program again:</p>\
<p>本程序构建时未包含控制台。请先构建控制台，再重新构建程序：</p>\
<pre>cd web &amp;&amp; npm ci &amp;&amp; npm run build</pre><p>The HTTP API is there: <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a></p></body></html>";

/// Whatever no operation answers: under `/api` a problem, elsewhere a file of the console or its start page.
pub async fn fallback(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if path == "/api" || path.starts_with("/api/") {
        let shown: String = path.chars().take(200).collect();
        let (en, zh) = (format!("Nothing answers at {shown}"), format!("没有 {shown} 这个地址"));
        return Problem::new(StatusCode::NOT_FOUND, "path.unknown", en, zh).into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return not_allowed().await;
    }
    let name = path.trim_start_matches('/');
    // Files that begin with a dot belong to the build.
    let hidden = name.split('/').any(|part| part.starts_with('.'));
    match Dist::get(name).filter(|_| !name.is_empty() && !hidden) {
        Some(found) => file(name, &found, &headers),
        None if name.starts_with(HASHED) => {
            Problem::new(StatusCode::NOT_FOUND, "path.unknown", "There is no such file", "没有这个文件").into_response()
        }
        None => start(&headers),
    }
}

pub async fn not_allowed() -> Response {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method.not_allowed", "This address does not answer that method", "该地址不支持此方法")
        .into_response()
}

fn start(headers: &HeaderMap) -> Response {
    match Dist::get(START) {
        Some(found) => file(START, &found, headers),
        None => answer(START, Bytes::from_static(STUB.as_bytes()), None, headers),
    }
}

fn file(name: &str, found: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let bytes = match &found.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::copy_from_slice(bytes),
    };
    answer(name, bytes, Some(found.metadata.sha256_hash()), headers)
}

fn answer(name: &str, bytes: Bytes, hash: Option<[u8; 32]>, headers: &HeaderMap) -> Response {
    let tag = hash.map(|hash| hash[..16].iter().fold("\"".to_owned(), |text, byte| text + &format!("{byte:02x}")) + "\"");
    let asked = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut response = if tag.as_ref().is_some_and(|tag| asked.contains(tag.as_str())) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match hash.filter(|_| packs(name, &bytes) && accepts_gzip(headers)) {
            Some(hash) => ([(header::CONTENT_ENCODING, "gzip")], packed(hash, &bytes)).into_response(),
            None => bytes.into_response(),
        }
    };
    let held = response.headers_mut();
    held.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    held.insert(header::CACHE_CONTROL, if name.starts_with(HASHED) { FOREVER } else { ASK_AGAIN });
    held.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if name == START {
        held.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    }
    if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
        held.insert(header::ETAG, tag);
    }
    response
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|text| text.contains("gzip"))
}

fn packs(name: &str, bytes: &Bytes) -> bool {
    bytes.len() >= PACKED_BYTES_MIN && !kind(name).starts_with("font/") && !kind(name).starts_with("image/png")
}

/// Packed once for each content.
fn packed(hash: [u8; 32], bytes: &Bytes) -> Bytes {
    static PACKED: OnceLock<RwLock<HashMap<[u8; 32], Bytes>>> = OnceLock::new();
    let held = PACKED.get_or_init(RwLock::default);
    if let Some(packed) = held.read().expect("no thread panics while holding this lock").get(&hash) {
        return packed.clone();
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish()).map(Bytes::from).expect("writing to memory does not fail");
    held.write().expect("no thread panics while holding this lock").insert(hash, packed.clone());
    packed
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
