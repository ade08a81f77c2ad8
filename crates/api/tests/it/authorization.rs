//! Every operation, by every kind of caller: what is not permitted is forbidden.

use axum::body::Body;
use axum::http::{Request, header};
use perennial_api::guard::{Need, OPERATIONS};
use perennial_app::access::{Access, Scope};
use std::sync::Arc;

use crate::kit::Site;

fn filled(path: &str) -> String {
    path.replace("{model}", "rf")
        .replace("{member}", "m_0000000000000")
        .replace("{other}", "m_0000000000001")
        .replace("{source}", "pos")
        .replace("{order_id}", "A1")
        .replace("{id}", "k_0")
        .replace("{letter}", "1")
        .replace("{kind}", "stores")
        .replace("{name}", "track")
        .replace("{version}", "1")
}

fn keyed(method: &str, path: &str, key: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(filled(path)).header(header::CONTENT_TYPE, "application/json");
    if let Some(key) = key {
        request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    }
    request.body(Body::from("{}")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_asks_for_what_the_table_says() {
    let site = Site::shanghai();
    let access = Access::new(Arc::clone(&site.house));
    let key = |scopes: &[Scope]| access.create_key("test", "k", scopes).unwrap().secret;
    let (reader, writer) = (key(&[Scope::Read]), key(&[Scope::Write]));
    for (method, path, need) in OPERATIONS {
        let status = async |key| site.send(keyed(method, path, key)).await.status.as_u16();
        let nobody = status(None).await;
        let wrong = status(Some("prn_wrong")).await;
        let (read, write) = (status(Some(&reader)).await, status(Some(&writer)).await);
        let stopped = |status: u16| status == 401 || status == 403;
        match need {
            Need::Nothing => assert!(nobody != 403 && !stopped(read), "{method} {path}"),
            Need::Source | Need::Read | Need::Write | Need::Operate | Need::Own => {
                assert_eq!((nobody, wrong), (401, 401), "{method} {path}");
            }
        }
        match need {
            Need::Nothing => {}
            // Not even an API key or the owner: a source proves itself.
            Need::Source => assert_eq!((read, write), (401, 401), "{method} {path}"),
            Need::Read => assert_eq!((stopped(read), write), (false, 403), "{method} {path}"),
            Need::Write => assert_eq!((read, stopped(write)), (403, false), "{method} {path}"),
            Need::Operate | Need::Own => assert_eq!((read, write), (403, 403), "{method} {path}"),
        }
        let owner = site.request(method, &filled(path)).header(header::CONTENT_TYPE, "application/json");
        if *path != "/api/v1/session" && *need != Need::Source {
            assert!(!stopped(site.send(owner.body(Body::from("{}")).unwrap()).await.status.as_u16()), "{method} {path}");
        }
    }
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
