//! What keeps the doors: limits, slow and large bodies, health and metrics. Limits by address need a real connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, header};
use perennial_api::Options;
use perennial_api::limit::{Rate, Rates};
use perennial_app::access::{Access, Scope};
use serde_json::json;

use crate::kit::Site;

/// Serves the site on a port of its own; ends with the test.
fn served(site: &Site, options: Options) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    let house = Arc::clone(&site.house);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            perennial_api::serve_on(house, options, listener, std::future::pending()).await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

/// Says something over a connection of its own and hears the whole answer.
fn say(address: SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n")
}

fn few(burst: f64) -> Rates {
    let rate = Rate { burst, per_second: 0.1 };
    Rates { session: rate, key: rate, address: rate, reveal: rate }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_that_asks_too_often_waits_and_others_do_not() {
    let mut site = Site::shanghai();
    site.router = perennial_api::router(Arc::clone(&site.house), Options { rates: few(3.0), ..Options::default() });
    let key = Access::new(Arc::clone(&site.house)).create_key("test", "k", &[Scope::Read]).unwrap().secret;
    for _ in 0..3 {
        assert_eq!(site.get("/api/v1/session").await.status, 200);
    }
    let stopped = site.get("/api/v1/session").await;
    assert_eq!(stopped.expect(429)["code"], "access.too_many");
    assert_eq!(stopped.headers.get(header::RETRY_AFTER).unwrap(), "10");
    let by_key = Request::builder().uri("/api/v1/models").header(header::AUTHORIZATION, format!("Bearer {key}"));
    assert_eq!(site.send(by_key.body(Body::empty()).unwrap()).await.status, 200);
    site.clock.set(perennial_kernel::Instant(site.house.now().0 + 10_000));
    assert_eq!(site.get("/api/v1/session").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_credentials_is_counted_and_what_a_stranger_claims_is_not_believed() {
    let site = Site::shanghai();
    let plain = served(&site, Options { rates: few(4.0), ..Options::default() });
    for n in 0..4 {
        // Wrong credentials and none count together; a forged address in front of the own one changes nothing.
        let headers = if n % 2 == 0 { "authorization: Bearer prn_wrong\r\nx-forwarded-for: 10.0.0.1\r\n" } else { "" };
        assert!(say(plain, &get("/api/v1/members", headers)).starts_with("HTTP/1.1 401"), "{n}");
    }
    let stopped = say(plain, &get("/api/v1/health", "x-forwarded-for: 10.9.9.9\r\n"));
    assert!(stopped.starts_with("HTTP/1.1 429") && stopped.to_lowercase().contains("retry-after: 10"), "{stopped}");

    let behind = served(&site, Options { rates: few(1.0), behind_proxy: true, ..Options::default() });
    let from = |list: &str| say(behind, &get("/api/v1/health", &format!("x-forwarded-for: {list}\r\n")));
    assert!(from("1.1.1.1, 10.0.0.1").starts_with("HTTP/1.1 200"));
    assert!(from("2.2.2.2, 10.0.0.1").starts_with("HTTP/1.1 429"), "the proxy added the last one");
    assert!(from("10.0.0.2").starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_every_cookie_is_for_https_only() {
    let mut site = Site::shanghai();
    let cookie = async |site: &Site| {
        let body = json!({"name": "owner", "password": crate::kit::PASSWORD}).to_string();
        let request = Request::builder().method("POST").uri("/api/v1/session").header(header::CONTENT_TYPE, "application/json");
        let answer = site.send(request.body(Body::from(body)).unwrap()).await;
        answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned()
    };
    assert!(!cookie(&site).await.contains("Secure"));
    site.router = perennial_api::router(Arc::clone(&site.house), Options { behind_proxy: true, ..Options::default() });
    let set = cookie(&site).await;
    assert!(set.contains("; Secure") && set.contains("HttpOnly") && set.contains("SameSite=Strict"), "{set}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_end_is_given_up_and_one_without_bound_is_refused() {
    let site = Site::shanghai();
    let stalled = tokio_stream::StreamExt::chain(tokio_stream::once(Ok::<_, std::io::Error>("{\"name\":")), tokio_stream::pending());
    let request = site.request("POST", "/api/v1/api-keys").header(header::CONTENT_TYPE, "application/json");
    // The clock of this test runs ahead by itself whenever everybody waits.
    let answer = site.send(request.body(Body::from_stream(stalled)).unwrap()).await;
    assert_eq!(answer.expect(408)["code"], "body.slow");
    let endless = tokio_stream::StreamExt::map(tokio_stream::iter(0..), |_| Ok::<_, std::io::Error>(vec![b' '; 65536]));
    let request = site.request("POST", "/api/v1/api-keys").header(header::CONTENT_TYPE, "application/json");
    let answer = site.send(request.body(Body::from_stream(endless)).unwrap()).await;
    assert_eq!(answer.expect(413)["code"], "body.too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_short_for_everybody_and_whole_for_whoever_may() {
    let site = Site::shanghai();
    let order = json!({"source": "pos", "order_id": "A1", "paid_at": "2026-11-01T10:00:00+08:00", "member": {"number": "N1"},
        "lines": [{"sku": "X", "quantity": 1, "paid": "1.00"}]});
    site.post("/api/v1/orders", &order).await.expect(201);
    site.board("/api/v1/members").await;
    let detail = site.get("/api/v1/health/detail").await.expect(200);
    assert_eq!((&detail["status"], &detail["concerns"]), (&json!("attention"), &json!(["backup.none"])));
    assert_eq!((&detail["sources"], &detail["building"], &detail["queue"]["waiting"]), (&json!(["pos"]), &json!(null), &json!(0)));
    let facts = detail["journal"]["facts"].as_u64().unwrap();
    assert_eq!(detail["journal"]["heads"], json!([{"lane": 0, "seq": facts}]));
    site.house.audit("cli", "backup_made", "x").unwrap();
    assert_eq!(site.get("/api/v1/health/detail").await.expect(200)["status"], "ok");
    site.until("2026-12-01T10:00:00Z");
    assert_eq!(site.get("/api/v1/health/detail").await.expect(200)["concerns"], json!(["backup.old"]));
    let folder = site.journal().parent().unwrap().to_owned();
    let told = served(&site, Options { data: Some(folder), ..Options::default() });
    let text = say(told, &get("/metrics", ""));
    assert!(text.starts_with("HTTP/1.1 200"), "this machine may ask without a key: {text}");
    assert!(text.contains("perennial_journal_facts ") && text.contains("perennial_disk_free_bytes "), "{text}");
    let behind = served(&site, Options { behind_proxy: true, ..Options::default() });
    assert!(say(behind, &get("/metrics", "")).starts_with("HTTP/1.1 401"), "behind a proxy everybody comes from this machine");
    let key = Access::new(Arc::clone(&site.house)).create_key("test", "prometheus", &[Scope::Health]).unwrap().secret;
    assert!(say(behind, &get("/metrics", &format!("authorization: Bearer {key}\r\n"))).starts_with("HTTP/1.1 200"));
}
