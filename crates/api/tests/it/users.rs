//! Users, their second factors and sessions, and members within stores: as people meet them over HTTP.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, header};
use perennial_app::access::{Access, NewUser, Role};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::kit::{Answer, PASSWORD, Site};

/// Asks with a session's token.
async fn ask(site: &Site, token: &str, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::builder().method(method).uri(path).header(header::COOKIE, format!("perennial={token}"));
    let request = request.header("x-perennial", "1").header(header::CONTENT_TYPE, "application/json");
    site.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn sign_in(site: &Site, body: Value) -> Answer {
    let request = Request::builder().method("POST").uri("/api/v1/session").header(header::CONTENT_TYPE, "application/json");
    site.send(request.header(header::USER_AGENT, "Test browser").body(Body::from(body.to_string())).unwrap()).await
}

fn token(answer: &Answer) -> String {
    let set = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    set.split(';').next().unwrap().split_once('=').unwrap().1.to_owned()
}

fn code(site: &Site, secret: &str) -> String {
    let app = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build_noncompliant();
    app.generate((site.house.now().0 / 1000) as u64).to_string()
}

fn whats(site: &Site) -> Vec<String> {
    site.house.desk().audit(100).unwrap().into_iter().map(|row| row.what).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_made_chooses_a_password_and_is_closed() {
    let site = Site::shanghai();
    let made =
        site.post("/api/v1/users", &json!({"name": "王芳", "role": "associate", "stores": ["静安店", " 静安店 ", ""]})).await.expect(201);
    assert_eq!(made["user"]["stores"], json!(["静安店"]));
    let first = made["password"].as_str().unwrap().to_owned();
    let wang = token(&sign_in(&site, json!({"name": "王芳", "password": first})).await);
    let session = ask(&site, &wang, "GET", "/api/v1/session", json!({})).await.expect(200);
    assert_eq!((&session["due"], &session["may"], &session["stores"]), (&json!("password"), &json!([]), &json!(["静安店"])));
    assert_eq!(ask(&site, &wang, "GET", "/api/v1/members", json!({})).await.expect(403)["code"], "access.password_due");
    let change = |current: &str, new: &str| ask(&site, &wang, "PUT", "/api/v1/session/password", json!({"current": current, "new": new}));
    assert_eq!(change("wrong", "a password of mine").await.refused(422)[0].0, "/current");
    assert_eq!(change(&first, "12345678").await.expect(422)["code"], "password.guessable");
    assert_eq!(change(&first, &first).await.expect(422)["code"], "password.same");
    assert_eq!(change(&first, "a password of mine").await.status, 204);
    let session = ask(&site, &wang, "GET", "/api/v1/session", json!({})).await.expect(200);
    assert_eq!((&session["due"], &session["may"]), (&json!(null), &json!(["member", "reveal"])));

    let again = site.post("/api/v1/users", &json!({"name": "王芳", "role": "owner"})).await;
    assert_eq!(again.expect(422)["code"], "user.held");
    let closed = site.send_json("PATCH", "/api/v1/users/%E7%8E%8B%E8%8A%B3", &json!({"active": false})).await.expect(200);
    assert_eq!(closed["active"], false);
    assert_eq!(ask(&site, &wang, "GET", "/api/v1/session", json!({})).await.status, 401);
    let refused = sign_in(&site, json!({"name": "王芳", "password": "a password of mine"})).await;
    assert_eq!(refused.expect(401)["code"], "session.wrong_password");
    for what in ["user_created", "password_set", "user_changed"] {
        assert!(whats(&site).contains(&what.to_owned()), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_brand_keeps_an_owner() {
    let site = Site::shanghai();
    for change in [json!({"active": false}), json!({"role": "operator"}), json!({"stores": ["S1"]})] {
        assert_eq!(site.send_json("PATCH", "/api/v1/users/owner", &change).await.expect(422)["code"], "user.last_owner", "{change}");
    }
    site.post("/api/v1/users", &json!({"name": "second", "role": "owner"})).await.expect(201);
    site.send_json("PATCH", "/api/v1/users/owner", &json!({"role": "operator"})).await.expect(200);
    // What was changed holds from the next request on.
    assert_eq!(site.get("/api/v1/users").await.status, 403);
    assert_eq!(site.send_json("PATCH", "/api/v1/users/nobody", &json!({})).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_no_known_name_or_role_is_refused_by_field() {
    let site = Site::shanghai();
    let refused = site.post("/api/v1/users", &json!({"name": "x", "role": "boss", "colour": 1})).await.refused(422);
    assert_eq!(refused, [("/role".to_owned(), "user.role".to_owned()), ("/colour".to_owned(), "field.unknown".to_owned())]);
    for name in ["", "key:shop", "cli", "a b", &"x".repeat(65)] {
        assert_eq!(site.post("/api/v1/users", &json!({"name": name, "role": "owner"})).await.expect(422)["code"], "user.name", "{name}");
    }
    assert_eq!(site.send_json("PATCH", "/api/v1/users/nobody", &json!({})).await.expect(404)["code"], "user.unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_set_up_and_each_code_opens_once() {
    let site = Site::shanghai();
    let made = site.post("/api/v1/session/second-factor", &json!({})).await.expect(201);
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(made["uri"].as_str().unwrap().starts_with("otpauth://totp/Perennial%20Test:owner?secret="), "{}", made["uri"]);
    assert!(made["qr_svg"].as_str().unwrap().contains("<svg"));
    let confirm = "/api/v1/session/second-factor/confirm";
    assert_eq!(site.post(confirm, &json!({"code": "000000"})).await.refused(422)[0].0, "/code");
    // Not in force yet.
    assert_eq!(sign_in(&site, json!({"name": "owner", "password": PASSWORD})).await.status, 204);
    let first = code(&site, &secret);
    let codes = site.post(confirm, &json!({"code": first})).await.expect(200)["codes"].clone();
    assert_eq!(codes.as_array().unwrap().len(), 10);
    assert_eq!(site.post("/api/v1/session/second-factor", &json!({})).await.expect(422)["code"], "factor.held");

    let with = |code: &str| sign_in(&site, json!({"name": "owner", "password": PASSWORD, "code": code}));
    assert_eq!(sign_in(&site, json!({"name": "owner", "password": PASSWORD})).await.expect(401)["code"], "session.code_needed");
    assert_eq!(with(&first).await.expect(401)["code"], "session.wrong_code", "it was used to confirm");
    site.clock.set(perennial_kernel::Instant(site.house.now().0 + 30_000));
    let next = code(&site, &secret);
    assert_eq!(with(&format!("{} {}", &next[..3], &next[3..])).await.status, 204);
    assert_eq!(with(&next).await.expect(401)["code"], "session.wrong_code");
    let recovery = codes[3].as_str().unwrap();
    assert_eq!(with(&recovery.to_uppercase().replace('-', " ")).await.status, 204);
    assert_eq!(with(recovery).await.expect(401)["code"], "session.wrong_code");
    assert_eq!(
        site.get("/api/v1/session").await.expect(200)["second_factor"],
        json!({"enabled": true, "required": false, "recovery_codes": 9})
    );

    let remove = async |password: &str| site.send_json("DELETE", "/api/v1/session/second-factor", &json!({"password": password})).await;
    assert_eq!(remove("not the password").await.refused(422)[0].0, "/password");
    let renewed = site.post("/api/v1/session/second-factor/recovery-codes", &json!({"password": PASSWORD})).await.expect(200);
    assert_eq!(with(codes[4].as_str().unwrap()).await.expect(401)["code"], "session.wrong_code", "old codes are gone");
    assert_eq!(with(renewed["codes"][0].as_str().unwrap()).await.status, 204);
    assert_eq!(remove(PASSWORD).await.status, 204);
    assert_eq!(sign_in(&site, json!({"name": "owner", "password": PASSWORD})).await.status, 204);
    for what in ["second_factor_enabled", "recovery_code_used", "recovery_codes_renewed", "second_factor_removed"] {
        assert!(whats(&site).contains(&what.to_owned()), "{what}");
    }
    assert!(!site.house.desk().audit(100).unwrap().iter().any(|row| row.detail.contains(&secret)));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_count_as_wrong_passwords_do() {
    let site = Site::shanghai();
    let secret = site.post("/api/v1/session/second-factor", &json!({})).await.expect(201)["secret"].as_str().unwrap().to_owned();
    site.post("/api/v1/session/second-factor/confirm", &json!({"code": code(&site, &secret)})).await.expect(200);
    for n in 0..5 {
        assert_eq!(sign_in(&site, json!({"name": "owner", "password": "wrong", "code": "1"})).await.status, 401, "{n}");
        let wrong = sign_in(&site, json!({"name": "owner", "password": PASSWORD, "code": "000000"})).await;
        assert_eq!(wrong.expect(401)["code"], "session.wrong_code", "{n}");
    }
    let stopped = sign_in(&site, json!({"name": "owner", "password": PASSWORD, "code": code(&site, &secret)})).await;
    assert_eq!(stopped.expect(429)["code"], "session.too_many");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_must_have_a_second_factor_does_nothing_before() {
    let site = Site::shanghai();
    let owner = token(&sign_in(&site, json!({"name": "owner", "password": PASSWORD})).await);
    let set = site.send_json("PUT", "/api/v1/security", &json!({"second_factor_roles": ["owner", "finance"]})).await.expect(200);
    assert_eq!(set, json!({"second_factor_roles": ["owner", "finance"]}));
    assert_eq!(ask(&site, &owner, "GET", "/api/v1/users", json!({})).await.expect(403)["code"], "access.second_factor_due");
    let secret =
        ask(&site, &owner, "POST", "/api/v1/session/second-factor", json!({})).await.expect(201)["secret"].as_str().unwrap().to_owned();
    let confirmed = ask(&site, &owner, "POST", "/api/v1/session/second-factor/confirm", json!({"code": code(&site, &secret)})).await;
    confirmed.expect(200);
    assert_eq!(ask(&site, &owner, "GET", "/api/v1/users", json!({})).await.status, 200);
    let remove = ask(&site, &owner, "DELETE", "/api/v1/session/second-factor", json!({"password": PASSWORD})).await;
    assert_eq!(remove.expect(422)["code"], "factor.required");
    let bad = ask(&site, &owner, "PUT", "/api/v1/security", json!({"second_factor_roles": ["boss"]})).await;
    assert_eq!(bad.refused(422), [("/second_factor_roles/0".to_owned(), "user.role".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended_by_whom_they_belong_to() {
    let site = Site::shanghai();
    let access = Access::new(Arc::clone(&site.house));
    let new = NewUser { name: "li".into(), role: Role::Operator, stores: Vec::new(), password: Some("first of all".into()) };
    access.create_user("owner", new).unwrap();
    let (one, two) =
        (access.sign_in("li", "first of all").unwrap(), token(&sign_in(&site, json!({"name": "li", "password": "first of all"})).await));
    let listed = ask(&site, &two, "GET", "/api/v1/sessions", json!({})).await.expect(200);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let current: Vec<&Value> = listed.as_array().unwrap().iter().filter(|session| session["current"] == true).collect();
    assert_eq!(current[0]["agent"], "Test browser");
    let owners = site.get("/api/v1/sessions").await.expect(200)[0]["id"].as_str().unwrap().to_owned();
    // Somebody else's session is not there for them.
    assert_eq!(ask(&site, &two, "DELETE", &format!("/api/v1/sessions/{owners}"), json!({})).await.status, 404);
    assert_eq!(ask(&site, &two, "DELETE", "/api/v1/sessions", json!({})).await.status, 204);
    assert_eq!(ask(&site, &one, "GET", "/api/v1/session", json!({})).await.status, 401);
    assert_eq!(ask(&site, &two, "GET", "/api/v1/session", json!({})).await.status, 200);
    // The owner ends what is left, one by one or all.
    let lis = site.get("/api/v1/users/li/sessions").await.expect(200)[0]["id"].as_str().unwrap().to_owned();
    let end = site.send(site.request("DELETE", &format!("/api/v1/sessions/{lis}")).body(Body::empty()).unwrap()).await;
    assert_eq!(end.status, 204);
    assert_eq!(ask(&site, &two, "GET", "/api/v1/session", json!({})).await.status, 401);
    let three = access.sign_in("li", "first of all").unwrap();
    assert_eq!(site.post("/api/v1/users/li/password", &json!({})).await.expect(200)["password"].as_str().unwrap().len(), 24);
    assert_eq!(ask(&site, &three, "GET", "/api/v1/session", json!({})).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_gives_a_new_session_and_ends_the_one_the_browser_had() {
    let site = Site::shanghai();
    let given = "0".repeat(64);
    let enter = async |held: &str| {
        let request = Request::builder().method("POST").uri("/api/v1/session").header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::COOKIE, format!("perennial={held}"));
        token(&site.send(request.body(Body::from(json!({"name": "owner", "password": PASSWORD}).to_string())).unwrap()).await)
    };
    let first = enter(&given).await;
    assert_ne!(first, given, "a token that somebody planted is not taken over");
    assert_eq!(ask(&site, &given, "GET", "/api/v1/session", json!({})).await.status, 401);
    let second = enter(&first).await;
    assert_ne!(first, second);
    assert_eq!(ask(&site, &first, "GET", "/api/v1/session", json!({})).await.status, 401);
    assert_eq!(ask(&site, &second, "GET", "/api/v1/session", json!({})).await.status, 200);
}

/// Orders of two stores and one of none.
async fn shop(site: &Site) -> Vec<String> {
    let mut members = Vec::new();
    for (number, store) in [("N1", Some("S1")), ("N2", Some("S2")), ("N3", None), ("N4", Some("S1"))] {
        let order = json!({"source": "pos", "order_id": format!("A-{number}"), "paid_at": "2026-11-01T10:00:00+08:00", "store": store,
            "member": {"number": number, "phone": format!("1990000000{}", &number[1..])}, "lines": [{"sku": "X", "quantity": 1, "paid": "1.00"}]});
        members.push(site.post("/api/v1/orders", &order).await.expect(201)["member"].as_str().unwrap().to_owned());
    }
    members
}

#[tokio::test(flavor = "multi_thread")]
async fn an_associate_meets_members_of_the_store_and_nobody_else() {
    let site = Site::shanghai();
    let members = shop(&site).await;
    site.board("/api/v1/members").await;
    let access = Access::new(Arc::clone(&site.house));
    for (name, role, stores) in
        [("guide", Role::Associate, vec!["S1"]), ("none", Role::Associate, vec![]), ("bound", Role::Operator, vec!["S2", "S1"])]
    {
        let stores = stores.into_iter().map(str::to_owned).collect();
        access.create_user("owner", NewUser { name: name.into(), role, stores, password: Some("first of all".into()) }).unwrap();
        access.change_password(name, "", "first of all", "a password of mine").unwrap();
    }
    let seen = async |name: &str, path: &str| {
        let token = access.sign_in(name, "a password of mine").unwrap();
        ask(&site, &token, "GET", path, json!({})).await
    };
    let total = async |name: &str, path: &str| seen(name, path).await.expect(200)["total"].as_u64().unwrap();
    assert_eq!(total("guide", "/api/v1/members").await, 2);
    assert_eq!(total("none", "/api/v1/members").await, 0);
    assert_eq!(total("bound", "/api/v1/members").await, 3);
    // By search: the store's own, and not another's, by whatever names them.
    for (q, found) in
        [("N1", 1), ("19900000001", 1), ("A-N1", 1), ("N2", 0), ("19900000002", 0), ("A-N2", 0), ("N3", 0), (members[1].as_str(), 0)]
    {
        assert_eq!(total("guide", &format!("/api/v1/members?q={q}")).await, found, "{q}");
    }
    for (at, status) in [(0, 200), (1, 404), (2, 404), (3, 200)] {
        for part in ["", "/timeline", "/explain"] {
            let answer = seen("guide", &format!("/api/v1/members/{}{part}", members[at])).await;
            assert_eq!(answer.status.as_u16(), status, "{at} {part}");
        }
    }
    assert_eq!(seen("guide", "/api/v1/members/m_nonsense").await.status, 404);
    assert_eq!(seen("guide", "/api/v1/overview").await.status, 403);
    assert_eq!(seen("guide", "/api/v1/brand").await.expect(200)["members"], 2);
    assert_eq!(seen("guide", "/api/v1/members/export?format=csv").await.status, 403);
    let export = seen("bound", "/api/v1/members/export?format=csv").await.text();
    assert!(export.contains(&members[1]) && export.contains(&members[0]) && !export.contains(&members[2]), "{export}");
    // A member who buys there from now on is met from now on.
    let order = json!({"source": "pos", "order_id": "B", "paid_at": "2026-11-02T10:00:00+08:00", "store": "S1", "member": {"number": "N3"},
        "lines": [{"sku": "X", "quantity": 1, "paid": "1.00"}]});
    site.post("/api/v1/orders", &order).await.expect(201);
    assert_eq!(total("guide", "/api/v1/members").await, 3);
}
