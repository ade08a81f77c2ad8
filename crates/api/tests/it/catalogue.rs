//! Products, stores, associates and scenes over HTTP.

use axum::body::Body;
use axum::http::header;
use serde_json::{Value, json};

use crate::kit::{Answer, Site};

async fn put(site: &Site, path: &str, body: Value) -> Answer {
    site.send_json("PUT", &format!("/api/v1/catalogue/{path}"), &body).await
}

async fn import(site: &Site, query: &str, bytes: Vec<u8>) -> Answer {
    let request = site.request("POST", &format!("/api/v1/catalogue/stores/import{query}"));
    site.send(request.header(header::CONTENT_TYPE, "application/octet-stream").body(Body::from(bytes)).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_put_changed_and_retired_and_its_history_says_what_stood_before() {
    let site = Site::shanghai();
    let tea = json!({"fields": {"name": "龙井", "category": "茶 / 绿茶", "list_price": "¥128"}, "version": 0});
    let made = put(&site, "products/TEA-50", tea.clone()).await.expect(200);
    assert_eq!((&made["version"], &made["state"], &made["fields"]["list_price"]), (&json!(1), &json!("active"), &json!("128.00")));
    assert_eq!(put(&site, "products/TEA-50", tea).await.expect(409)["code"], "catalogue.conflict");
    let same = json!({"fields": {"name": "龙井", "category": "茶/绿茶", "list_price": "128.00"}});
    assert_eq!(put(&site, "products/TEA-50", same).await.expect(200)["version"], 1, "nothing differs, nothing is written");
    put(&site, "products/TEA-50", json!({"fields": {"name": "西湖龙井", "cycle_days": "30"}, "version": 1})).await.expect(200);
    let retired = site.send_json("DELETE", "/api/v1/catalogue/products/TEA-50", &json!({})).await.expect(200);
    assert_eq!((&retired["state"], &retired["version"]), (&json!("retired"), &json!(3)));
    let told = site.get("/api/v1/catalogue/products/TEA-50").await.expect(200);
    assert_eq!(told["entry"], retired);
    assert_eq!(told["history"][0]["fields"], json!([{"field": "state", "before": "active", "after": "retired"}]));
    let second = told["history"][1]["fields"].as_array().unwrap();
    assert!(second.contains(&json!({"field": "name", "before": "龙井", "after": "西湖龙井"})), "{second:?}");
    assert!(second.contains(&json!({"field": "list_price", "before": "128.00", "after": null})), "{second:?}");
    assert_eq!(told["history"][2]["by"], "owner");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_searched_filtered_and_paged() {
    let site = Site::shanghai();
    let entries: Vec<Value> = (1..=30)
        .map(|n| json!({"id": format!("S{n:02}"), "fields": {"name": format!("店{n}"), "city": if n % 2 == 0 { "杭州" } else { "上海" }}}))
        .collect();
    let told = put(&site, "stores", json!({"entries": entries})).await.expect(200);
    assert_eq!((&told["new"], &told["changed"], &told["unchanged"]), (&json!(30), &json!(0), &json!(0)));
    assert_eq!(put(&site, "stores", json!({"entries": entries})).await.expect(200)["unchanged"], 30);
    site.send_json("DELETE", "/api/v1/catalogue/stores/S02", &json!({})).await.expect(200);
    let ids =
        |page: Value| page["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let page = site.get("/api/v1/catalogue/stores?limit=2&page=2").await.expect(200);
    assert_eq!((page["total"].clone(), ids(page)), (json!(30), vec!["S03".to_owned(), "S04".to_owned()]));
    let found = site.get("/api/v1/catalogue/stores?q=%E6%9D%AD%E5%B7%9E&state=active&limit=3").await.expect(200);
    assert_eq!((found["total"].clone(), ids(found)), (json!(14), vec!["S04".to_owned(), "S06".to_owned(), "S08".to_owned()]));
    assert_eq!(ids(site.get("/api/v1/catalogue/stores?state=retired").await.expect(200)), ["S02"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_field_is_named_and_nothing_of_a_bad_set_is_written() {
    let site = Site::shanghai();
    let bad = put(&site, "products/P1", json!({"fields": {"list_price": "-1", "colour": "red"}})).await;
    let pointers: Vec<_> = bad.refused(422).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers, ["/fields/list_price", "/fields/colour", "/fields/name"]);
    let set = json!({"entries": [{"id": "A", "fields": {"name": "x"}}, {"id": "", "fields": {"name": "y", "city": "\u{7}"}}]});
    let pointers: Vec<_> = put(&site, "stores", set).await.refused(422).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers, ["/entries/1/id", "/entries/1/fields/city"]);
    site.get("/api/v1/catalogue/stores/A").await.expect(404);
    for (path, body) in [
        ("stores", json!({"entries": []})),
        ("stores/A", json!({"fields": {"name": "x"}, "state": "gone"})),
        ("stores/A", json!({"field": {}})),
    ] {
        put(&site, path, body).await.refused(422);
    }
    assert_eq!(site.get("/api/v1/catalogue/planets").await.expect(404)["code"], "catalogue.kind");
    assert_eq!(site.get("/api/v1/catalogue/stores?page=0").await.expect(422)["code"], "page.out_of_range");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_tried_then_taken_and_bad_rows_say_why() {
    let site = Site::shanghai();
    let text = "门店编号,门店名称,大区,城市,状态\nS1,湖滨店,华东,杭州,营业\nS2,,华东,上海,营业\nS3,旧店,华北,北京,闭店\n";
    let gbk = encoding_rs::GB18030.encode(text).0.into_owned();
    let dry = import(&site, "?dry_run=true", gbk.clone()).await.expect(200);
    assert_eq!((&dry["dry_run"], &dry["new"], &dry["bad"]), (&json!(true), &json!(2), &json!(1)));
    let row = &dry["bad_rows"][0];
    assert_eq!((&row["line"], &row["column"], &row["code"]), (&json!(3), &json!("门店名称"), &json!("field.missing")));
    assert!(!row["detail"].as_str().unwrap().is_empty() && !row["detail_zh"].as_str().unwrap().is_empty());
    assert_eq!(site.get("/api/v1/catalogue/stores").await.expect(200)["total"], 0, "a dry run writes nothing");
    assert_eq!(import(&site, "", gbk.clone()).await.expect(200)["new"], 2);
    assert_eq!(import(&site, "", gbk).await.expect(200)["unchanged"], 2);
    assert_eq!(site.get("/api/v1/catalogue/stores/S3").await.expect(200)["entry"]["state"], "retired");
    assert_eq!(import(&site, "", b"a,b\n1,2\n".to_vec()).await.expect(422)["code"], "catalogue.no_column");
    assert_eq!(import(&site, "", Vec::new()).await.expect(422)["code"], "file.empty");
}
