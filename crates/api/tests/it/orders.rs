//! Orders over HTTP: idempotent, and in whatever order they come the member ends up the same.

use serde_json::{Value, json};

use crate::kit::Site;

fn an_order(id: &str, paid_at: &str, amount: &str) -> Value {
    json!({
        "source": "pos", "order_id": id, "paid_at": paid_at, "channel": "store",
        "member": {"number": "88001", "phone": "199 0000 0001", "name": "李雷"},
        "lines": [{"sku": "tea", "quantity": 2, "paid": amount}],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_order_is_answered_again_and_another_is_refused() {
    let site = Site::shanghai();
    let order = an_order("A17", "2026-11-22T09:30:00Z", "25.00");
    let first = site.post("/api/v1/orders", &order).await.expect(201);
    assert_eq!(first["duplicate"], false);
    assert!(first["member"].as_str().unwrap().starts_with("m_"));
    let again = site.post("/api/v1/orders", &order).await.expect(200);
    assert_eq!(again["duplicate"], true);
    for field in ["fact", "member", "effects"] {
        assert_eq!(again[field], first[field], "{field}");
    }
    let other = site.post("/api/v1/orders", &an_order("A17", "2026-11-22T09:30:00Z", "26.00")).await;
    assert_eq!(other.expect(409)["code"], "order.conflict");
    // Under a new version the other content is welcome.
    let mut versioned = an_order("A17", "2026-11-22T09:30:00Z", "26.00");
    versioned["version"] = json!(2);
    site.send_json("PUT", "/api/v1/orders/pos/A17", &versioned).await.expect(201);
    let row = site.board("/api/v1/members?q=A17").await.expect(200);
    assert_eq!(row["items"][0]["money"], json!({"minor": 2600, "currency": "CNY", "scale": 2}));
    assert_eq!(row["items"][0]["name"], "李*");
    assert_eq!(row["items"][0]["number"], "88001");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_found_by_what_names_one() {
    let site = Site::shanghai();
    let mut order = an_order("2026/A 1", "2026-11-22T09:30:00Z", "25.00");
    order["member"]["email"] = json!("Li.Lei@Example.cn");
    let member = site.post("/api/v1/orders", &order).await.expect(201)["member"].clone();
    let id = member.as_str().unwrap();
    for q in [id, "2026%2FA%201", "pos%2F2026%2FA%201", "%2B86%20199-0000-0001", "li.lei@example.cn", "88001"] {
        let found = site.board(&format!("/api/v1/members?q={q}")).await.expect(200);
        assert_eq!((&found["total"], &found["items"][0]["member"]), (&json!(1), &member), "{q}");
    }
    // Names are sealed: whole they are found by a keyed hash, in part they find nobody.
    assert_eq!(site.board("/api/v1/members?q=%E6%9D%8E%E9%9B%B7").await.expect(200)["total"], 1);
    assert_eq!(site.board("/api/v1/members?q=%E6%9D%8E").await.expect(200)["total"], 0);
    let detail = site.get(&format!("/api/v1/members/{id}")).await.expect(200);
    let shown: Vec<&str> = detail["identities"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap()).collect();
    assert_eq!(shown, ["88001", "199****0001", "l***@example.cn"]);
    let all = format!("{detail}{}", site.get(&format!("/api/v1/members/{id}/timeline")).await.text());
    for secret in ["19900000001", "li.lei", "李雷"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn late_and_reordered_deliveries_converge() {
    let placed = |version: i64, amount: &str| {
        let mut order = an_order("A1", "2026-11-20T10:00:00Z", amount);
        order["version"] = json!(version);
        ("POST", "/api/v1/orders".to_owned(), order)
    };
    let updated = {
        let mut order = an_order("A1", "2026-11-20T10:00:00Z", "40.00");
        order["version"] = json!(3);
        ("PUT", "/api/v1/orders/pos/A1".to_owned(), order)
    };
    let refunded = (
        "POST",
        "/api/v1/orders/pos/A1/refunds".to_owned(),
        json!({"refund_id": "R1", "refunded_at": "2026-11-21T10:00:00Z", "lines": [{"line": 0, "quantity": 1, "amount": "15.00"}]}),
    );
    let other = ("POST", "/api/v1/orders".to_owned(), an_order("A2", "2026-10-01T10:00:00Z", "10.00"));
    let cancelled = ("POST", "/api/v1/orders/pos/A2/cancel".to_owned(), json!({"cancelled_at": "2026-11-21T11:00:00Z"}));
    let steps = [placed(1, "30.00"), placed(2, "35.00"), updated, refunded, other, cancelled];
    let orders: [[usize; 6]; 4] = [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [3, 5, 0, 4, 2, 1], [2, 2, 5, 0, 3, 4]];
    let mut states = Vec::new();
    for order in orders {
        let site = Site::shanghai();
        for at in order {
            let (method, path, body) = &steps[at];
            let answer = site.send_json(method, path, body).await;
            assert!(answer.status.is_success(), "{}", answer.text());
        }
        let row = site.board("/api/v1/members?q=88001").await.expect(200)["items"][0].clone();
        let told = site.get(&format!("/api/v1/members/{}/explain", row["member"].as_str().unwrap())).await.expect(200);
        states.push(json!([row["money"], row["f_total"], row["stage"], row["recency"], row["life"], told["values"]]));
    }
    assert_eq!(states[0][0]["minor"], 2500);
    assert_eq!(states[0][1], 1);
    assert_eq!(states[0][2], "new.first");
    for state in &states {
        assert_eq!(state, &states[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_refund_and_a_cancellation_take_the_purchase_away() {
    let site = Site::shanghai();
    for id in ["A1", "A2"] {
        site.post("/api/v1/orders", &an_order(id, "2026-11-20T10:00:00Z", "30.00")).await.expect(201);
    }
    let refund = json!({"refund_id": "R1", "refunded_at": "2026-11-21T10:00:00Z", "whole": true});
    site.post("/api/v1/orders/pos/A1/refunds", &refund).await.expect(201);
    assert_eq!(site.post("/api/v1/orders/pos/A1/refunds", &refund).await.expect(200)["duplicate"], true);
    let cancel = json!({"cancelled_at": "2026-11-21T10:00:00Z"});
    let member = site.post("/api/v1/orders/pos/A2/cancel", &cancel).await.expect(201)["member"].clone();
    let row = site.board("/api/v1/members?q=88001").await.expect(200)["items"][0].clone();
    assert_eq!((&row["f_total"], &row["stage"], &row["recency"]), (&json!(0), &json!("prospect.aware"), &Value::Null));
    let timeline = site.get(&format!("/api/v1/members/{}/timeline", member.as_str().unwrap())).await.expect(200);
    let kinds: Vec<(&str, &str)> = timeline["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| !entry["order"].is_null())
        .map(|entry| (entry["kind"].as_str().unwrap(), entry["order"]["status"].as_str().unwrap()))
        .collect();
    assert!(kinds.contains(&("order.refunded", "refunded")) && kinds.contains(&("order.cancelled", "cancelled")), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_without_member_is_kept() {
    let site = Site::shanghai();
    let order = json!({"source": "pos", "order_id": "X", "paid_at": "2026-11-22", "amount": {"minor": 100}});
    let kept = site.post("/api/v1/orders", &order).await.expect(201);
    assert_eq!((&kept["member"], &kept["effects"]), (&Value::Null, &json!([])));
    assert_eq!(site.post("/api/v1/orders", &order).await.expect(200)["fact"], kept["fact"]);
}
