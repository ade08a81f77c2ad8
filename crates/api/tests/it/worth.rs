//! What behaviours say, over HTTP: super users, five kinds of value, goodwill and closeness; each number here was reckoned by hand.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::Site;
use crate::segment::{connected, send};

/// Today is 2026-11-22; 365 days that end today begin on 2025-11-23.
async fn told() -> Site {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    let mut batch = Vec::new();
    let says = [
        ("u1", "Product Viewed", "2026-11-01"),
        ("u1", "Product Added", "2026-11-02"),
        ("u1", "评价", "2026-11-04"),
        ("u1", "推荐成交", "2026-11-05"),
        ("u1", "Product Shared", "2026-11-06"),
        ("u1", "分享", "2026-11-07"),
        ("u1", "chat", "2026-11-10"),
        ("u1", "投诉", "2026-11-20"),
        ("u2", "收藏商品", "2026-09-01"),
        ("u2", "加入购物车", "2026-09-02"),
        ("u2", "Product Reviewed", "2026-01-01"),
        ("u2", "Referral Purchased", "2025-12-01"),
        ("u3", "Product Viewed", "2026-11-01"),
        ("u4", "Product Viewed", "2026-11-01"),
        ("u4", "Product Added", "2026-11-01"),
        ("u4", "review", "2026-11-01"),
        ("u4", "老带新成交", "2026-11-01"),
    ];
    for (at, (who, what, day)) in says.into_iter().enumerate() {
        batch.push(json!({ "type": "track", "event": what, "messageId": format!("m{at}"), "userId": who, "timestamp": format!("{day}T04:00:00Z") }));
    }
    send(&site, &key, "/v1/batch", &json!({ "batch": batch })).await.expect(200);
    let bought = [
        ("u1", "2026-10-01", "100", 1),
        ("u1", "2026-10-10", "100", 1),
        ("u1", "2026-11-03", "200", 1),
        ("u2", "2026-10-01", "50", 1),
        ("u2", "2026-11-03", "50", 1),
        ("u3", "2026-11-03", "100", 12),
        ("u5", "2025-11-22", "999", 1),
        ("u6", "2025-11-20", "10", 1),
        ("u6", "2025-11-21", "10", 1),
    ];
    for (at, (who, day, paid, pieces)) in bought.into_iter().enumerate() {
        let order = json!({ "source": "till", "order_id": format!("A{at}"), "member": { "number": who }, "paid_at": format!("{day}T04:00:00Z"),
            "lines": [{ "sku": "S", "quantity": pieces, "paid": paid }] });
        site.post("/api/v1/orders", &order).await.expect(201);
    }
    site
}

async fn chosen(site: &Site, condition: &str) -> Vec<String> {
    let query: String = form_urlencoded::byte_serialize(condition.as_bytes()).collect();
    for _ in 0..600 {
        let answer = site.get(&format!("/api/v1/members?limit=100&condition={query}")).await;
        if answer.status != 503 {
            let page = answer.expect(200);
            return page["items"].as_array().unwrap().iter().map(|one| one["member"].as_str().unwrap().to_owned()).collect();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the selection never came");
}

fn listed(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|one| one["member"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn super_users_pass_every_test_and_their_condition_opens_exactly_them() {
    let site = told().await;
    let found = site.get("/api/v1/value/super-users").await.expect(200);
    assert_eq!((&found["buyers"], &found["money"]["minor"], &found["total"]), (&json!(3), &json!(60000), &json!(1)));
    assert_eq!((&found["their_money"]["minor"], &found["multiple"]), (&json!(40000), &json!(4.0)));
    assert_eq!((&found["share"], &found["money_share"]), (&json!(1.0 / 3.0), &json!(2.0 / 3.0)));
    let tests: Vec<Value> =
        found["tests"].as_array().unwrap().iter().map(|one| json!([one["least"], one["alone"], one["together"]])).collect();
    assert_eq!(json!(tests), json!([[1, 3, 3], [1, 2, 2], [3, 1, 1], [1, 2, 1], [1, 2, 1]]));
    assert_eq!(chosen(&site, found["condition"].as_str().unwrap()).await, listed(&found));
    assert_eq!(found["claimed"], json!({ "multiple": [5.0, 10.0], "ordinary": [10.0, 15.0], "money": [20.0, 25.0] }));
    // On the first of the days nobody was a super user: nothing can be set against them.
    assert_eq!(
        (&found["points"][0]["day"], &found["points"][0]["supers"], &found["observed"]),
        (&json!("2025-11-27"), &json!(0), &Value::Null)
    );

    let eased = site.get("/api/v1/value/super-users?looked=0&carted=0&bought=2&spoke=0&referred=0").await.expect(200);
    assert_eq!((&eased["total"], chosen(&site, eased["condition"].as_str().unwrap()).await.len()), (&json!(2), 2));
    let (first, last) = (&eased["points"][0], &eased["points"][4]);
    assert_eq!(json!([first["supers"], first["ordinary"], first["money"]["minor"]]), json!([1, 1, 101_900]));
    assert_eq!(json!([last["supers"], last["ordinary"], last["money"]["minor"]]), json!([2, 1, 60_000]));
    let observed = |name: &str| eased["observed"][name].as_f64().unwrap();
    assert_eq!((observed("supers"), observed("ordinary_per_percent")), (100.0, 0.0));
    assert!((observed("money_per_percent") - (600.0 / 1019.0 - 1.0)).abs() < 1e-12, "{eased}");

    let file = site.get("/api/v1/value/super-users/export?bought=2").await.text();
    assert_eq!(file.lines().next().unwrap().trim_start_matches('\u{feff}'), "member,money,looked,carted,bought,spoke,referred");
    assert_eq!(file.lines().filter(|line| line.ends_with(",1,1,2,1,1") || line.ends_with(",1,1,3,1,1")).count(), 2, "{file}");
    assert_eq!(site.get("/api/v1/value/super-users/export?format=xlsx").await.bytes[..2], *b"PK");
    let wrong = site.get("/api/v1/value/super-users?window=0&bought=0&spoke=x&limit=0").await.refused(422);
    assert_eq!(wrong.iter().map(|error| error.0.as_str()).collect::<Vec<_>>(), ["?window", "?bought", "?spoke", "?limit"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_without_such_events_is_told_which_to_send() {
    let site = Site::shanghai();
    let found = site.get("/api/v1/value/super-users").await.expect(200);
    assert_eq!((&found["buyers"], &found["share"], &found["multiple"]), (&json!(0), &Value::Null, &Value::Null));
    let referred = &found["tests"][4];
    assert_eq!((&referred["heard"], &referred["signals"][0]["signal"]), (&json!(false), &json!("referral")));
    assert!(referred["signals"][0]["names"].as_array().unwrap().contains(&json!("推荐成交")), "{referred}");
    let kinds = site.get("/api/v1/value/kinds").await.expect(200);
    assert_eq!((&kinds["total"], &kinds["sources"][0]["events"]), (&json!(0), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_kinds_of_value_add_up_by_member_and_by_source() {
    let site = told().await;
    let found = site.get("/api/v1/value/kinds").await.expect(200);
    let minor = |of: &Value| of["minor"].as_i64().unwrap();
    let kinds: Vec<Value> =
        found["kinds"].as_array().unwrap().iter().map(|one| json!([one["kind"], one["members"], minor(&one["value"])])).collect();
    let expected =
        json!([["purchase", 3, 60000], ["word_of_mouth", 3, 9200], ["information", 3, 900], ["knowledge", 0, 0], ["trading", 1, 500]]);
    assert_eq!(json!(kinds), expected);
    let sources = found["sources"].as_array().unwrap();
    for kind in found["kinds"].as_array().unwrap() {
        let sum: i64 = sources.iter().filter(|one| one["kind"] == kind["kind"]).map(|one| minor(&one["value"])).sum();
        assert_eq!(sum, minor(&kind["value"]), "{kind}");
    }
    for source in sources.iter().filter(|one| !one["condition"].is_null()) {
        let members = chosen(&site, source["condition"].as_str().unwrap()).await.len() as u64;
        assert_eq!(members, source["members"].as_u64().unwrap(), "{source}");
    }
    assert_eq!((&sources[7]["source"], &sources[7]["events"], &sources[7]["pieces"]), (&json!("bulk_orders"), &json!(1), &json!(10.0)));
    let totals: Vec<i64> = found["items"].as_array().unwrap().iter().map(|one| minor(&one["total"])).collect();
    assert_eq!(totals, [43500, 13300, 10500, 3300]);
    let by = site.get("/api/v1/value/kinds?by=word_of_mouth&limit=1").await.expect(200);
    assert_eq!((&by["total"], minor(&by["items"][0]["word_of_mouth"])), (&json!(3), 3200));
    let next = site.get(&format!("/api/v1/value/kinds?by=word_of_mouth&limit=1&cursor={}", by["next"].as_str().unwrap())).await.expect(200);
    assert_eq!(minor(&next["items"][0]["word_of_mouth"]), 3000);
    let file = site.get("/api/v1/value/kinds/export?by=trading").await.text();
    assert_eq!(file.lines().count(), 2, "{file}");
    assert_eq!(site.get("/api/v1/value/kinds?by=love&window=x").await.refused(422).len(), 2);
}

const UNHAPPY: &str = "
id: mood
name: { en: Mood, zh: 情绪 }
groups: [{ id: g, name: { en: G, zh: 组 } }]
stages:
  - { id: unhappy, group: g, name: { en: Unhappy, zh: 不满 }, when: 'goodwill < -5' }
  - { id: rest, group: g, name: { en: Rest, zh: 其余 } }
";

#[tokio::test(flavor = "multi_thread")]
async fn goodwill_and_closeness_are_fields_and_other_weights_decide_everybody_anew() {
    let site = told().await;
    let unhappy = chosen(&site, "goodwill < 0").await;
    assert_eq!((unhappy.len(), chosen(&site, "closeness > 0").await), (1, unhappy.clone()));
    let profile = site.get(&format!("/api/v1/members/{}", unhappy[0])).await.expect(200);
    let field = |name: &str| profile["profile"].as_array().unwrap().iter().find(|one| one["field"] == name).unwrap()["value"].clone();
    // −10 two days ago: −10 · 2^(−2/365) = −9.96. One chat is 5.
    assert_eq!((field("goodwill"), field("closeness")), (json!(-9.96), json!(5.0)));

    site.post("/api/v1/policies/mood/versions", &json!({ "yaml": UNHAPPY, "reason": "x" })).await.expect(201);
    let job = site.post("/api/v1/policies/mood/versions/1/activate", &json!({ "reason": "x" })).await.expect(202)["job"].clone();
    site.done(&job).await;
    let stage = async || {
        let stages = site.get("/api/v1/models/mood/stages?known_at=2026-11-23T00:00:00Z").await.expect(200);
        stages["stages"]["unhappy"].clone()
    };
    assert_eq!(stage().await, json!(1));
    let told = site.get(&format!("/api/v1/members/{}/explain?model=mood", unhappy[0])).await.expect(200);
    let value = told["values"].as_array().unwrap().iter().find(|one| one["field"] == "goodwill").unwrap();
    assert_eq!((&value["text"], &value["name"]["zh"]), (&json!("-9.96"), &json!("心理账户")), "{told}");

    let held = site.get("/api/v1/signals").await.expect(200);
    assert_eq!((&held["version"], &held["read_by"]), (&Value::Null, &json!(["mood"])));
    let yaml = held["yaml"].as_str().unwrap().replace("complaint: -10", "complaint: -4").replace("review: 3", "review: 4");
    let put = site.send_json("PUT", "/api/v1/signals", &json!({ "yaml": yaml, "reason": "milder" })).await.expect(200);
    assert_eq!(put["version"], json!(1));
    assert_eq!(site.done(&put["job"]).await["result"]["members"], 6);
    assert_eq!(stage().await, json!(0));
    let kinds = site.get("/api/v1/value/kinds").await.expect(200);
    assert_eq!((&kinds["version"], &kinds["kinds"][2]["value"]["minor"]), (&json!(1), &json!(1200)));
    let warned = async || site.get("/api/v1/value/warnings").await.expect(200)["items"].to_string().contains("\"complained\"");
    assert!(warned().await);
    let deaf = yaml.replace("Complaint Submitted, 投诉]", "Complaint Submitted]");
    site.send_json("PUT", "/api/v1/signals", &json!({ "yaml": deaf })).await.expect(200);
    assert!(!warned().await, "what is no complaint by its name is none");

    let wrong = yaml.replace("chat: 5", "chat: -5").replace("half_life_days: 365", "half_life_days: 0");
    let refused = site.send_json("PUT", "/api/v1/signals", &json!({ "yaml": wrong })).await;
    assert_eq!(refused.status, 422);
    let errors = refused.json()["errors"].clone();
    let pointers: Vec<&str> = errors.as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/yaml/goodwill/half_life_days", "/yaml/closeness/weights/chat"]);
    assert!(errors.as_array().unwrap().iter().all(|one| !one["detail_zh"].as_str().unwrap().is_ascii()), "{errors}");
    assert_eq!(site.send_json("PUT", "/api/v1/signals", &json!({ "yam": "" })).await.refused(422).len(), 2);
    let trail: Vec<String> = site.house.desk().audit(20).unwrap().into_iter().map(|row| row.what).collect();
    assert!(trail.iter().any(|line| line == "signals_changed"), "{trail:?}");
}

/// Thirty members: half say 4 of the product, half 5; all say 2 of the price. The first had said 1 of the product a month before.
#[tokio::test(flavor = "multi_thread")]
async fn delivered_value_is_what_members_get_less_what_it_takes_by_their_latest_answers() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    let answer = |id: String, who: usize, day: &str, scores: Value| {
        json!({ "type": "track", "event": "Survey Answered", "messageId": id, "userId": format!("u{who}"), "timestamp": format!("{day}T04:00:00Z"),
            "properties": { "scores": scores, "note": "其他" } })
    };
    let mut batch = vec![answer("before".to_owned(), 0, "2026-10-20", json!({ "product": 1 }))];
    batch.extend(
        (0..29).map(|who| answer(format!("m{who}"), who, "2026-11-10", json!({ "product": 4 + who % 2, "price": 2, "speed": 11 }))),
    );
    send(&site, &key, "/v1/batch", &json!({ "batch": batch })).await.expect(200);
    let few = site.get("/api/v1/value/delivered").await.expect(200);
    assert_eq!((&few["members"], &few["balance"], &few["aspects"][0]["mean"]), (&json!(29), &Value::Null, &Value::Null));

    let bad = answer("bad".to_owned(), 29, "2026-11-10", json!({ "product": 6, "time": "long", "price": 3 }));
    let last = answer("last".to_owned(), 29, "2026-11-10", json!({ "product": "5", "price": 2 }));
    let taken = send(&site, &key, "/v1/batch", &json!({ "batch": [bad, last] })).await.expect(200);
    assert_eq!((&taken["accepted"], &taken["refused"]), (&json!(1), &json!(1)));
    let letters = site.get("/api/v1/dead-letters").await.expect(200);
    let errors = letters["items"][0]["errors"].as_array().unwrap();
    let pointers: Vec<&str> = errors.iter().map(|one| one["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/properties/scores/product", "/properties/scores/time"], "{letters}");
    assert!(errors.iter().all(|one| one["code"] == "survey.score" && !one["detail_zh"].as_str().unwrap().is_ascii()));

    let found = site.get("/api/v1/value/delivered").await.expect(200);
    let balance = |name: &str| found["balance"][name].as_f64().unwrap();
    assert_eq!([balance("value"), balance("benefits"), balance("costs")], [2.5, 4.5, 2.0]);
    let reach = 1.959_963_984_540_054 * (7.5_f64 / 29.0 / 30.0).sqrt();
    assert!((balance("low") - (2.5 - reach)).abs() < 1e-9 && (balance("high") - (2.5 + reach)).abs() < 1e-9, "{found}");
    assert_eq!(found["aspects"][0]["answers"], json!([0, 0, 0, 15, 15]));
    assert_eq!((&found["aspects"][4]["aspect"], &found["aspects"][4]["mean"]), (&json!("price"), &json!(2.0)));
    let months: Vec<Value> = found["months"].as_array().unwrap().iter().map(|one| json!([one["month"], one["members"]])).collect();
    assert_eq!(json!(months), json!([["2026-10", 1], ["2026-11", 30]]));
    assert_eq!((&found["months"][0]["balance"], &found["months"][1]["balance"]["value"]), (&Value::Null, &json!(2.5)));
    let narrow = site.get("/api/v1/value/delivered?window=5").await.expect(200);
    assert_eq!(narrow["members"], json!(0));
    let file = site.get("/api/v1/value/delivered/export").await.text();
    assert!(file.contains("product,benefit,40,30,4.5,0,0,0,15,15"), "{file}");
    assert_eq!(site.get("/api/v1/value/delivered?window=0").await.refused(422)[0].0, "?window");
}
