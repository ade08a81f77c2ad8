//! Signing in and out, API keys, and what the audit trail says of it.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;

use crate::kit::{Answer, PASSWORD, Site};

async fn sign_in(site: &Site, name: &str, password: &str) -> Answer {
    let body = json!({"name": name, "password": password}).to_string();
    let request = Request::builder().method("POST").uri("/api/v1/session").header(header::CONTENT_TYPE, "application/json");
    site.send(request.body(Body::from(body)).unwrap()).await
}

async fn who(site: &Site, cookie: &str) -> Answer {
    let request = Request::builder().uri("/api/v1/session").header(header::COOKIE, cookie);
    site.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lasts_until_it_ends() {
    let site = Site::shanghai();
    let answer = sign_in(&site, "owner", PASSWORD).await;
    assert_eq!(answer.status, 204);
    let set = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains("Path=/"), "{set}");
    let cookie = set.split(';').next().unwrap();
    let session = who(&site, cookie).await.expect(200);
    assert_eq!((&session["name"], &session["role"], &session["due"]), (&json!("owner"), &json!("owner"), &json!(null)));
    let token = cookie.split_once('=').unwrap().1;
    let stored = site.house.desk().secrets("session").unwrap();
    assert!(stored.iter().all(|row| row.hash != token.as_bytes() && row.hash.len() == 32));

    let out = Request::builder().method("DELETE").uri("/api/v1/session").header(header::COOKIE, cookie).header("x-perennial", "1");
    assert_eq!(site.send(out.body(Body::empty()).unwrap()).await.status, 204);
    assert_eq!(who(&site, cookie).await.expect(401)["code"], "session.none");

    let again = sign_in(&site, "owner", PASSWORD).await.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
    let cookie = again.split(';').next().unwrap();
    site.until("2026-11-22T22:01:00Z");
    assert_eq!(who(&site, cookie).await.expect(401)["code"], "session.none");
    let whats: Vec<String> = site.house.desk().audit(50).unwrap().into_iter().map(|row| row.what).collect();
    for what in ["user_created", "signed_in", "signed_out"] {
        assert!(whats.contains(&what.to_owned()), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_counted_and_told_alike() {
    let site = Site::shanghai();
    let nobody = sign_in(&site, "nobody", "whatever it is").await.expect(401);
    for _ in 0..10 {
        assert_eq!(sign_in(&site, "owner", "not the password").await.expect(401), nobody);
    }
    let stopped = sign_in(&site, "owner", PASSWORD).await;
    assert_eq!(stopped.expect(429)["code"], "session.too_many");
    assert_eq!(stopped.headers.get(header::RETRY_AFTER).unwrap(), "300");
    assert_eq!(site.house.desk().audit(50).unwrap().iter().filter(|row| row.what == "sign_in_failed").count(), 11);
    site.until("2026-11-22T10:05:01Z");
    assert_eq!(sign_in(&site, "owner", PASSWORD).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_dies_at_once() {
    let site = Site::shanghai();
    let made = site.post("/api/v1/api-keys", &json!({"name": "shop", "scopes": ["read", "write"]})).await.expect(201);
    let secret = made["secret"].as_str().unwrap().to_owned();
    let ask = async || {
        let request = Request::builder().uri("/api/v1/brand").header(header::AUTHORIZATION, format!("Bearer {secret}"));
        site.send(request.body(Body::empty()).unwrap()).await.status.as_u16()
    };
    assert_eq!(ask().await, 200);
    let list = site.get("/api/v1/api-keys").await;
    assert_eq!(list.expect(200)[0]["name"], "shop");
    assert!(!list.text().contains(&secret));
    let gone = format!("/api/v1/api-keys/{}", made["id"].as_str().unwrap());
    let delete = async || site.send(site.request("DELETE", &gone).body(Body::empty()).unwrap()).await.status.as_u16();
    assert_eq!(delete().await, 204);
    assert_eq!(ask().await, 401);
    assert_eq!(delete().await, 404);
    let refused = site.post("/api/v1/api-keys", &json!({"name": "x", "scopes": ["admin"]})).await;
    assert_eq!(refused.refused(422), [("/scopes/0".to_owned(), "key.scope".to_owned())]);
    assert_eq!(site.post("/api/v1/api-keys", &json!({"name": " ", "scopes": ["read"]})).await.expect(422)["code"], "key.name");
}
