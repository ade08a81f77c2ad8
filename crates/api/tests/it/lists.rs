//! The members list as a place to work: conditions, search, selections exported in the background, saved views.

use std::sync::OnceLock;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use perennial_app::access::{Access, Scope};
use perennial_source::Preset;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::kit::{Answer, Site};

fn sample() -> &'static Site {
    static SAMPLE: OnceLock<Site> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let mut site = Site::new("America/New_York", "USD", "1998-06-30T22:00:00Z");
        site.import("cdnow/CDNOW_sample.txt", Preset::Cdnow);
        site
    })
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn total(site: &Site, condition: &str) -> u64 {
    let answer = patiently(site, &format!("/api/v1/members?{}", query(&[("condition", condition), ("limit", "1")]))).await;
    let page = answer.expect(200);
    assert!(page["data_up_to"].is_string());
    page["total"].as_u64().unwrap()
}

/// A board or a selection that is being made is asked for again.
async fn patiently(site: &Site, path: &str) -> Answer {
    for _ in 0..1200 {
        let answer = site.get(path).await;
        if answer.status.as_u16() != 503 {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} is not answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_condition_chooses_the_same_members_from_rows_and_from_histories() {
    let site = sample();
    // The left is answered by the board's rows, the right by a pass over everyone.
    let pairs = [
        ("recency < 90", "recency < 90 AND orders_total >= 0"),
        ("f_total >= 3 AND m_total > 100", "f_total >= 3 AND sum(purchase.money) > 100"),
        ("life > 1 OR first_purchase_on = '1997-01-01'", "(life > 1 OR first_purchase_on = '1997-01-01') AND known_on IS NOT NULL"),
        ("days_since_first_purchase BETWEEN 500 AND 520", "days_since_first_purchase BETWEEN 500 AND 520 AND NOT registered"),
    ];
    for (rows, histories) in pairs {
        let (by_rows, by_histories) = (total(site, rows).await, total(site, histories).await);
        assert_eq!(by_rows, by_histories, "{rows} and {histories}");
        assert!(by_rows > 0 && by_rows < 2357, "{rows}: {by_rows}");
    }
    assert_eq!(total(site, "f_life >= 0").await, 2357);
    // The stages of the model are conditions too: those of the published table come out.
    let silent = total(site, "recency >= 180 AND recency < 360").await;
    let sleeping = patiently(site, "/api/v1/members?stage=lapsed.sleeping&limit=1").await.expect(200)["total"].as_u64().unwrap();
    assert_eq!((silent, sleeping), (290, 290));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_condition_goes_together_with_stage_search_and_paging() {
    let site = sample();
    let condition = "count(purchase within 365 days) >= 5";
    let whole = patiently(site, &format!("/api/v1/members?{}", query(&[("condition", condition), ("limit", "200")]))).await.expect(200);
    let members = |page: &Value| page["items"].as_array().unwrap().iter().map(|one| one["member"].clone()).collect::<Vec<_>>();
    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = query(&[("condition", condition), ("limit", "7"), ("cursor", &cursor)]);
        let page = patiently(site, &format!("/api/v1/members?{page}")).await.expect(200);
        paged.extend(members(&page));
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert!(paged.len() > 14);
    assert_eq!(paged, members(&whole));
    let loyal = query(&[("condition", condition), ("stage", "regular.loyal"), ("limit", "1")]);
    let loyal = patiently(site, &format!("/api/v1/members?{loyal}")).await.expect(200)["total"].as_u64().unwrap();
    assert!(loyal > 0 && loyal <= paged.len() as u64);
    let one = paged[0].as_str().unwrap();
    let found = patiently(site, &format!("/api/v1/members?{}", query(&[("condition", condition), ("q", one)]))).await.expect(200);
    assert_eq!(members(&found), [json!(one)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_condition_is_told_at_its_place() {
    let site = sample();
    let text = "recency < 90 AND f_totl > 3";
    let problem = site.get(&format!("/api/v1/members?{}", query(&[("condition", text)]))).await.expect(422);
    let error = &problem["errors"][0];
    assert_eq!((&error["pointer"], &error["code"]), (&json!("?condition"), &json!("unknown_field")));
    assert_eq!((&error["offset"], &error["length"]), (&json!(17), &json!(6)));
    assert_eq!(error["near"][0], "f_total");
    // Places are told in the units of browsers: a Han character is one, an emoji two.
    let read = site.post("/api/v1/conditions", &json!({ "text": "city = '上海😀' AND nope" })).await.expect(200);
    assert_eq!((&read["problems"][0]["offset"], &read["problems"][0]["length"]), (&json!(18), &json!(4)));
    assert_eq!(read["text"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn text_and_tree_are_two_views_of_one_meaning() {
    let site = sample();
    let read =
        site.post("/api/v1/conditions", &json!({ "text": "NOT (recency<90 or f_life>=count(order within 30 days))" })).await.expect(200);
    assert_eq!(read["text"], "NOT (recency < 90 OR f_life >= count(order within 30 days))");
    assert_eq!(read["tree"]["combinator"], "or");
    assert_eq!(read["tree"]["not"], true);
    let back = site.post("/api/v1/conditions", &json!({ "tree": read["tree"] })).await.expect(200);
    assert_eq!(back, read);
    assert!(read["sentence"]["zh"].as_str().unwrap().contains("天"));
    let mut tree = read["tree"].clone();
    tree["rules"][0]["field"] = json!("recencyy");
    let wrong = site.post("/api/v1/conditions", &json!({ "tree": tree })).await.expect(200);
    assert_eq!(wrong["problems"][0]["pointer"], "/tree/rules/0/field");
    assert_eq!(wrong["problems"][0]["near"][0], "recency");
    let defined =
        json!({ "text": "pace > 2", "definitions": [{ "name": "pace", "is": "f_total / 2", "label": { "en": "pace", "zh": "节奏" } }] });
    assert_eq!(site.post("/api/v1/conditions", &defined).await.expect(200)["text"], "pace > 2");
    assert_eq!(site.post("/api/v1/conditions", &json!({})).await.refused(422), [(String::new(), "condition.one_form".to_owned())]);
    let catalog = site.get("/api/v1/conditions/catalog").await.expect(200);
    assert!(catalog["fields"].as_array().unwrap().iter().any(|field| field["name"] == "recency" && field["type"] == "int"));
}

fn person(id: &str, member: &Value) -> Value {
    json!({ "source": "pos", "order_id": id, "paid_at": "2026-11-20T10:00:00+08:00", "member": member,
        "lines": [{ "sku": "A", "quantity": "1", "paid": "10.00" }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_whole_values_exact_names_and_last_digits_but_no_parts() {
    let site = Site::shanghai();
    let people = [
        ("A-1", json!({ "number": "V001", "phone": "19900004321", "name": "Li Lei" })),
        ("A-2", json!({ "number": "V002", "phone": "19811114321", "email": "han@example.cn", "name": "韩梅梅" })),
        ("A-3", json!({ "number": "V003", "name": "韩梅梅" })),
    ];
    let mut ids = Vec::new();
    for (id, member) in &people {
        let recorded = site.post("/api/v1/orders", &person(id, member)).await.expect(201);
        ids.push(recorded["member"].as_str().unwrap().to_owned());
    }
    let table: [(&str, &[usize]); 12] = [
        (&ids[0], &[0]),
        ("A-2", &[1]),
        ("pos/A-3", &[2]),
        ("199 0000 4321", &[0]),
        ("HAN@example.cn", &[1]),
        ("V003", &[2]),
        ("lilei", &[0]),
        ("LI  LEI", &[0]),
        ("韩梅梅", &[1, 2]),
        ("4321", &[0, 1]),
        ("韩梅", &[]),
        ("321", &[]),
    ];
    for (text, expected) in table {
        let page = site.board(&format!("/api/v1/members?{}", query(&[("q", text)]))).await.expect(200);
        let mut found: Vec<&str> = page["items"].as_array().unwrap().iter().map(|one| one["member"].as_str().unwrap()).collect();
        found.sort_unstable();
        let mut wanted: Vec<&str> = expected.iter().map(|at| ids[*at].as_str()).collect();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{text}");
    }
    let hits = site.get(&format!("/api/v1/search?{}", query(&[("q", "A-2")]))).await.expect(200);
    assert_eq!(hits["orders"], json!([{ "source": "pos", "id": "A-2", "member": ids[1] }]));
    assert_eq!((&hits["members"][0]["member"], &hits["total"]), (&json!(ids[1]), &json!(1)));
    let hits = site.get(&format!("/api/v1/search?{}", query(&[("q", "RF")]))).await.expect(200);
    assert_eq!(hits["models"][0]["id"], "rf");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_is_exported_in_the_background_with_the_columns_chosen() {
    let site = sample();
    let asked = json!({ "format": "csv", "stage": "regular.loyal", "condition": "f_total >= 6", "columns": ["member", "f_total"] });
    let path = format!("/api/v1/members?{}", query(&[("stage", "regular.loyal"), ("condition", "f_total >= 6"), ("limit", "200")]));
    let rows = patiently(site, &path);
    let rows = rows.await.expect(200)["total"].as_u64().unwrap();
    let job = site.post("/api/v1/members/exports", &asked).await.expect(202)["job"].clone();
    let done = site.ended(&job).await;
    assert_eq!((&done["state"], &done["has_file"]), (&json!("done"), &json!(true)), "{done}");
    assert_eq!((done["done"].as_u64(), done["result"]["rows"].as_u64()), (Some(rows), Some(rows)));
    let file = site.get(&format!("/api/v1/jobs/{}/file", job.as_str().unwrap())).await;
    assert_eq!(file.status.as_u16(), 200);
    let text = file.text();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!((lines[0], lines.len() as u64), ("member,f_total", rows + 1));
    assert!(lines[1..].iter().all(|line| line.split(',').nth(1).unwrap().parse::<u32>().unwrap() >= 6));
    // It is in the list of jobs after a reload, and in the audit trail: made, and fetched.
    let listed = site.get("/api/v1/jobs").await.expect(200);
    assert!(listed.as_array().unwrap().iter().any(|one| one["id"] == json!(job)));
    let audit = site.house.desk().audit(50).unwrap();
    for what in ["members_exported", "export_downloaded"] {
        assert!(audit.iter().any(|row| row.what == what && row.who == "owner" && row.detail.contains("members-")), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_named_one_by_one_are_exported_as_a_workbook() {
    let site = sample();
    let page = patiently(site, "/api/v1/members?limit=3").await.expect(200);
    let members: Vec<&str> = page["items"].as_array().unwrap().iter().map(|one| one["member"].as_str().unwrap()).collect();
    let job = site.post("/api/v1/members/exports", &json!({ "format": "xlsx", "members": members })).await.expect(202)["job"].clone();
    let done = site.ended(&job).await;
    assert_eq!(done["result"]["rows"], 3);
    let file = site.get(&format!("/api/v1/jobs/{}/file", job.as_str().unwrap())).await;
    assert!(file.bytes.starts_with(b"PK") && file.kind().contains("spreadsheet"));
    let wrong = json!({ "format": "pdf", "columns": ["nope"], "members": ["x"], "condition": "nope" });
    let mut pointers: Vec<String> = site.post("/api/v1/members/exports", &wrong).await.refused(422).into_iter().map(|(at, _)| at).collect();
    pointers.sort();
    assert_eq!(pointers, ["/columns/0", "/condition", "/format", "/members/0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_was_cancelled_keeps_no_file_and_nobody_else_sees_it() {
    let site = sample();
    let who = "somebody else";
    let (begun, begin) = std::sync::mpsc::channel::<()>();
    let work = move |_: &perennial_app::house::House, work: &perennial_app::jobs::Work| {
        let mut file = work.file();
        file.write(&vec![7; 600_000])?;
        begun.send(()).unwrap();
        while work.goes_on() {
            std::thread::sleep(Duration::from_millis(5));
        }
        work.check()?;
        Ok(json!({ "file": "x.csv" }))
    };
    let id = perennial_app::jobs::start(&site.house, "members_export", who, &json!({}), work).unwrap();
    begin.recv().unwrap();
    assert!(site.house.desk().piece(id, 1).unwrap().is_some());
    let cancelled = site.post(&format!("/api/v1/jobs/j_{id}/cancel"), &json!({})).await.expect(200);
    assert_eq!(cancelled["state"], "cancelled");
    for _ in 0..1200 {
        if site.house.desk().piece(id, 0).unwrap().is_none() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(site.house.desk().piece(id, 0).unwrap(), None);
    assert_eq!(site.get(&format!("/api/v1/jobs/j_{id}/file")).await.expect(404)["code"], "job.no_file");
    let key = Access::new(Arc::clone(&site.house)).create_key("test", "reader", &[Scope::Read]).unwrap().secret;
    let request = Request::builder().uri(format!("/api/v1/jobs/j_{id}")).header(header::AUTHORIZATION, format!("Bearer {key}"));
    assert_eq!(site.send(request.body(Body::empty()).unwrap()).await.status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_saved_for_oneself_or_for_all() {
    let site = Site::shanghai();
    let view = |name: &str, shared| json!({ "room": "members", "name": name, "query": "stage=new.first&q=19900000001&columns=member", "shared": shared });
    let mine = site.post("/api/v1/views", &view("新客", false)).await.expect(201);
    assert_eq!((&mine["mine"], &mine["who"], &mine["query"]), (&json!(true), &json!("owner"), &json!("stage=new.first&columns=member")));
    let theirs = |name: &str, shared| perennial_app::port::views::ViewRow {
        id: 0,
        room: "members".to_owned(),
        name: name.to_owned(),
        query: String::new(),
        shared,
        who: "li".to_owned(),
        created_at: site.house.now(),
    };
    let shared = site.house.desk().add_view(&theirs("shared", true)).unwrap();
    site.house.desk().add_view(&theirs("private", false)).unwrap();
    let listed = site.get("/api/v1/views?room=members").await.expect(200);
    let names: Vec<&str> = listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["shared", "新客"]);
    assert_eq!(site.send_json("DELETE", &format!("/api/v1/views/v_{shared}"), &json!({})).await.expect(404)["code"], "view.unknown");
    site.send_json("DELETE", &format!("/api/v1/views/{}", mine["id"].as_str().unwrap()), &json!({})).await.expect(204);
    assert_eq!(site.get("/api/v1/views?room=members").await.expect(200).as_array().unwrap().len(), 1);
    let wrong = json!({ "room": "kitchen", "name": " ", "query": "" });
    assert_eq!(site.post("/api/v1/views", &wrong).await.refused(422).len(), 2);
}
