//! Every operation, by every kind of caller: what is not permitted is forbidden.

use axum::body::Body;
use axum::http::{Request, header};
use perennial_api::guard::{Need, OPERATIONS};
use perennial_app::access::{Access, NewUser, Role, Scope};
use perennial_app::port::desk::UserRow;
use std::sync::Arc;

use crate::kit::Site;

fn filled(path: &str) -> String {
    path.replace("{model}", "rf")
        .replace("{member}", "m_0000000000000")
        .replace("{other}", "m_0000000000001")
        .replace("{source}", "pos")
        .replace("{order_id}", "A1")
        .replace("{import}", "1")
        .replace("{id}", "k_0")
        .replace("{letter}", "1")
        .replace("{kind}", "stores")
        .replace("{metric}", "repurchase")
        .replace("{name}", "track")
        .replace("{version}", "1")
        .replace("{user}", "nobody")
        .replace("{session}", "s_0")
}

fn keyed(method: &str, path: &str, key: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(filled(path)).header(header::CONTENT_TYPE, "application/json");
    if let Some(key) = key {
        request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    }
    request.body(Body::from("{}")).unwrap()
}

/// Who may what, written out a second time on purpose: a slip in the one table shows against the other.
/// Roles: owner, operator, analyst, associate, finance, auditor. Scopes: read, write, operate, reveal, export, audit, health, sql.
const MAY: [(Need, &str, &str); 11] = [
    (Need::Person, "yyyyyy", "nnnnnnnn"),
    (Need::Member, "yyyyyy", "ynnnnnnn"),
    (Need::Read, "yyynyy", "ynnnnnnn"),
    (Need::Sql, "yyynyn", "nnnnnnny"),
    (Need::Write, "yynnnn", "nynnnnnn"),
    (Need::Operate, "yynnnn", "nnynnnnn"),
    (Need::Reveal, "yynynn", "nnnynnnn"),
    (Need::Export, "yyynyn", "nnnnynnn"),
    (Need::Audit, "ynnnny", "nnnnnynn"),
    (Need::Health, "yynnny", "nnnnnnyn"),
    (Need::Own, "ynnnnn", "nnnnnnnn"),
];
/// Somebody bound to stores, whose role is owner: what is left.
const BOUND: [Need; 4] = [Need::Person, Need::Member, Need::Reveal, Need::Export];

fn may(need: Need, at: usize, key: bool) -> bool {
    let row = MAY.iter().find(|(held, ..)| *held == need).expect("the table has every need but Nothing");
    (if key { row.2 } else { row.1 }).as_bytes()[at] == b'y'
}

/// A user's session: with a password of their own, and a second factor if that is asked for.
fn session(site: &Site, access: &Access, name: &str, role: Role, stores: &[&str]) -> String {
    let stores = stores.iter().map(|store| (*store).to_owned()).collect();
    access.create_user("owner", NewUser { name: name.into(), role, stores, password: Some("first of all".into()) }).unwrap();
    let row = site.house.desk().user(name).unwrap().unwrap();
    site.house.desk().update_user(&UserRow { must_change: false, ..row }).unwrap();
    access.sign_in(name, "first of all").unwrap()
}

fn by_session(method: &str, path: &str, token: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(filled(path)).header(header::CONTENT_TYPE, "application/json");
    request.header(header::COOKIE, format!("perennial={token}")).header("x-perennial", "1").body(Body::from("{}")).unwrap()
}

/// The status, where a handler's own 403s (a session of somebody else) do not occur because bodies are empty and ids nobody's.
fn stopped(status: u16) -> bool {
    status == 401 || status == 403
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_asks_each_role_for_what_the_table_says() {
    let site = Site::shanghai();
    let access = Access::new(Arc::clone(&site.house));
    let users: Vec<String> = Role::ALL.iter().map(|role| session(&site, &access, &format!("a-{}", role.as_str()), *role, &[])).collect();
    let bound = session(&site, &access, "bound", Role::Owner, &["S1"]);
    site.board("/api/v1/members").await;
    let asked = OPERATIONS.iter().filter(|(method, path, _)| (*method, *path) != ("DELETE", "/api/v1/session"));
    for (method, path, need) in asked.filter(|(.., need)| *need != Need::Source) {
        for (at, token) in users.iter().enumerate() {
            let status = site.send(by_session(method, path, token)).await.status.as_u16();
            let permitted = *need == Need::Nothing || may(*need, at, false);
            // Somebody bound to stores is told that there is no such member.
            let hidden = status == 404 && path.contains("{member}");
            let wrong_password = status == 401 && *path == "/api/v1/session";
            assert!(permitted != stopped(status) || hidden || wrong_password, "{method} {path} as {:?}: {status}", Role::ALL[at]);
        }
        let status = site.send(by_session(method, path, &bound)).await.status.as_u16();
        let permitted = *need == Need::Nothing || BOUND.contains(need);
        assert_eq!(permitted, !stopped(status), "{method} {path} bound to stores: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_asks_each_key_for_what_the_table_says() {
    let site = Site::shanghai();
    let access = Access::new(Arc::clone(&site.house));
    let keys: Vec<String> = Scope::ALL.iter().map(|scope| access.create_key("test", "k", &[*scope]).unwrap().secret).collect();
    for (method, path, need) in OPERATIONS {
        let status = async |key| site.send(keyed(method, path, key)).await.status.as_u16();
        if *need == Need::Nothing {
            assert!(!matches!(status(None).await, 403), "{method} {path}");
            continue;
        }
        assert_eq!((status(None).await, status(Some("prn_wrong")).await), (401, 401), "{method} {path}");
        if *need == Need::Source {
            // No API key, and no session, either: a source proves itself.
            assert_eq!(
                (status(Some(&keys[1])).await, site.send(by_session(method, path, &site.session())).await.status.as_u16()),
                (401, 401)
            );
            continue;
        }
        for (at, key) in keys.iter().enumerate() {
            let status = status(Some(key.as_str())).await;
            assert_eq!(may(*need, at, true), !stopped(status), "{method} {path} with {:?}: {status}", Scope::ALL[at]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_something_to_do_first_can_do_nothing_else() {
    let site = Site::shanghai();
    let access = Access::new(Arc::clone(&site.house));
    let new = NewUser { name: "new".into(), role: Role::Owner, stores: Vec::new(), password: Some("first of all".into()) };
    access.create_user("owner", new).unwrap();
    let token = access.sign_in("new", "first of all").unwrap();
    for (method, path, need) in OPERATIONS.iter().filter(|(.., need)| !matches!(need, Need::Nothing | Need::Source | Need::Person)) {
        let answer = site.send(by_session(method, path, &token)).await;
        assert_eq!(answer.expect(403)["code"], "access.password_due", "{method} {path} {need:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_one_source_records_for_no_other() {
    let site = Site::shanghai();
    let access = Access::new(Arc::clone(&site.house));
    let key = access.create_key_for("test", "shop", &[Scope::Write], Some("shop")).unwrap().secret;
    let order = |source: &str| {
        let body = serde_json::json!({"source": source, "order_id": "A1", "paid_at": "2026-11-01T10:00:00+08:00",
            "member": {"number": "N1"}, "lines": [{"sku": "X", "quantity": 1, "paid": "1.00"}]});
        let request = Request::builder().method("POST").uri("/api/v1/orders").header(header::CONTENT_TYPE, "application/json");
        request.header(header::AUTHORIZATION, format!("Bearer {key}")).body(Body::from(body.to_string())).unwrap()
    };
    assert_eq!(site.send(order("pos")).await.expect(403)["code"], "access.other_source");
    site.send(order("shop")).await.expect(201);
    for (path, expected) in
        [("/api/v1/orders/pos/A1/cancel", 403), ("/api/v1/orders/p%6Fs/A1/cancel", 403), ("/api/v1/orders/shop/A1/cancel", 422)]
    {
        assert_eq!(site.send(keyed("POST", path, Some(&key))).await.status, expected, "{path}");
    }
    assert!(access.create_key_for("test", "shop", &[Scope::Write, Scope::Read], Some("shop")).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_changes_nothing_without_the_header() {
    let site = Site::shanghai();
    for (method, path, need) in
        OPERATIONS.iter().filter(|(method, _, need)| *method != "GET" && !matches!(need, Need::Nothing | Need::Source))
    {
        let request = Request::builder()
            .method(*method)
            .uri(filled(path))
            .header(header::COOKIE, format!("perennial={}", site.session()))
            .header(header::CONTENT_TYPE, "application/json");
        let answer = site.send(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.expect(403)["code"], "session.cross_site", "{method} {path} {need:?}");
    }
}

#[test]
fn every_route_has_its_row() {
    let document = perennial_api::openapi::document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            assert!(perennial_api::guard::need(&method.to_uppercase(), path).is_some(), "{method} {path} has no row in OPERATIONS");
        }
    }
    for (method, path, _) in OPERATIONS.iter().filter(|(_, path, _)| !path.ends_with("openapi.json")) {
        assert!(document["paths"][path][method.to_lowercase()].is_object(), "{method} {path} is no route");
    }
}
