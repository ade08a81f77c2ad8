//! Products over HTTP: what is bought again, where the first one leads, what falls due; and the members behind the numbers.

use serde_json::{Value, json};

use crate::kit::Site;

/// Coffee every ten days by two members, once by a third; a fourth bought filters once, and one order names nothing.
async fn shop() -> Site {
    let site = Site::shanghai();
    let orders = [
        ("1", "2026-09-01", "coffee"),
        ("1", "2026-09-11", "coffee"),
        ("1", "2026-09-21", "coffee"),
        ("2", "2026-10-20", "coffee"),
        ("2", "2026-10-30", "coffee"),
        ("3", "2026-11-12", "coffee"),
        ("4", "2026-11-01", "filter"),
        ("4", "2026-11-05", ""),
    ];
    for (at, (number, day, sku)) in orders.into_iter().enumerate() {
        let mut body = json!({ "source": "pos", "order_id": format!("A{at}"), "paid_at": day, "member": { "number": number } });
        if sku.is_empty() {
            body["amount"] = json!("5.00");
        } else {
            body["lines"] = json!([{ "sku": sku, "category": "kitchen", "quantity": "1", "paid": "20.00" }]);
        }
        site.post("/api/v1/orders", &body).await.expect(201);
    }
    site
}

fn row<'a>(told: &'a Value, item: &str) -> &'a Value {
    told["rows"].as_array().unwrap().iter().find(|row| row["item"] == item).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn products_tell_who_buys_them_again_and_who_will() {
    let site = shop().await;
    let ask = async |path: &str| site.get(&format!("/api/v1/metrics/{path}")).await;
    let total = async |path: &str| site.board(&format!("/api/v1/metrics/{path}")).await.expect(200)["total"].as_u64().unwrap();
    let told = ask("products?by=sku").await.expect(200);
    let coffee = row(&told, "coffee");
    assert_eq!((&coffee["buyers"], &coffee["repeat_buyers"], &coffee["intervals"]["p50"]), (&json!(3), &json!(2), &json!(10)));
    assert_eq!((&told["items"], &told["by"], &coffee["money"]["minor"]), (&json!(2), &json!("sku"), &json!(12_000)));
    assert!(told["definitions"].as_array().unwrap().iter().any(|held| held["key"] == "products.rate"));
    assert_eq!(total("products/members?by=sku&item=coffee&cell=repeat&as_of=2026-11-22").await, 2);
    assert_eq!(row(&ask("products").await.expect(200), "kitchen")["buyers"], 4, "by category when nothing is said");

    let first = ask("first-product?by=sku&horizon_days=15&as_of=2026-11-22").await.expect(200);
    assert_eq!((&first["all"]["members"], &first["excluded"], &first["rows"][0]["item"]), (&json!(3), &json!(1), &json!("coffee")));
    assert_eq!((&first["rows"][0]["second_rate"], &first["rows"][0]["later_mean"]["minor"]), (&json!(1.0), &json!(2000)));
    assert_eq!(total("first-product/members?by=sku&horizon_days=15&item=filter&cell=second&as_of=2026-11-22").await, 1);

    // Cycle 10 days: the first member stopped long ago, the second is overdue since the 9th, the third falls due today.
    let due = ask("due?by=sku&times=1&least=3&as_of=2026-11-22").await.expect(200);
    assert_eq!((&due["overdue"], &due["due"], &due["stopped"]), (&json!(1), &json!(1), &json!(1)));
    let (late, now) = (&due["rows"][0], &due["rows"][1]);
    assert_eq!(
        (&late["state"], &late["on"], &now["on"], &now["number"]),
        (&json!("overdue"), &json!("2026-11-09"), &json!("2026-11-22"), &json!("3"))
    );
    assert_eq!(late["evidence"]["en"], "bought 2 times, every 10 days (usual: 10); last 23 days ago");
    assert_eq!(total("due/members?by=sku&times=1&least=3&as_of=2026-11-22&cell=overdue").await, 1);
    // Whoever came a second time came after ten days, and the third has waited nine: tomorrow. Of all times that somebody might have come once
    // more ten days later, three of five did.
    let demand = ask("demand?by=sku&least=2&weeks=2&as_of=2026-11-21").await.expect(200);
    let expected = |week: usize| demand["rows"][0]["weeks"][week]["purchases"].as_f64().unwrap();
    assert!((expected(0) - 1.0).abs() < 1e-12 && (expected(1) - 0.6).abs() < 1e-12, "{demand}");
    assert_eq!((&demand["items"], &demand["left_out"], &demand["rows"][0]["item"]), (&json!(1), &json!(1), &json!("coffee")));
    assert_eq!((&demand["weeks"][1]["from"], &demand["rows"][0]["members"]), (&json!("2026-11-29"), &json!(3)));
    assert_eq!(total("demand/members?by=sku&item=coffee&least=2&as_of=2026-11-21&cell=store:").await, 3);
    assert!(ask("demand/export?by=sku&least=2&weeks=2&as_of=2026-11-21").await.text().contains("coffee,,2026-11-22,2026-11-28,1,"));
    let csv = ask("due/export?by=sku&times=1&least=3&as_of=2026-11-22").await;
    assert!(csv.text().lines().nth(1).unwrap().starts_with("overdue,m_"), "{}", csv.text());
    assert!(ask("products/export?by=sku&format=csv").await.text().contains("coffee,3,2,"));
    for (path, pointer) in [
        ("products?by=shelf", "?by"),
        ("due?times=0", "?times"),
        ("first-product/members?cell=third", "?cell"),
        ("products?top=0", "?top"),
        ("demand?weeks=13", "?weeks"),
    ] {
        assert_eq!(ask(path).await.refused(422)[0].0, pointer, "{path}");
    }
}
