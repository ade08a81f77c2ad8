//! RFM within one channel and one category over HTTP; each number here was reckoned by hand.

use serde_json::{Value, json};

use crate::kit::Site;

/// Category and what was paid.
type Bought = (&'static str, &'static str);

/// Today is 2026-11-22. Five members buy tea and coffee on the web, in the store, and where nobody knows.
async fn shop() -> Site {
    let site = Site::shanghai();
    let orders: [(&str, &str, &str, &[Bought]); 9] = [
        ("1", "web", "2026-11-20", &[("Tea", "30.00")]),
        ("1", "web", "2026-11-20", &[("Tea", "10.00")]),
        ("1", "store", "2026-11-01", &[("Coffee", "50.00")]),
        ("2", "store", "2026-10-01", &[("Tea", "20.00"), ("Coffee", "5.00")]),
        ("2", "web", "2026-09-01", &[("Coffee", "7.00")]),
        ("3", "", "2026-08-01", &[("Coffee", "100.00")]),
        ("4", "web", "2026-11-10", &[("Tea", "40.00")]),
        ("5", "web", "2024-11-10", &[("Tea", "500.00")]),
        ("6", "web", "2026-11-11", &[("Tea", "60.00")]),
    ];
    for (at, (number, channel, day, lines)) in orders.into_iter().enumerate() {
        let line = |(category, paid): &Bought| json!({ "sku": category, "category": category, "quantity": "1", "paid": paid });
        let mut body = json!({ "source": "pos", "order_id": format!("A{at}"), "paid_at": day, "member": { "number": number },
            "lines": lines.iter().map(line).collect::<Vec<_>>() });
        if !channel.is_empty() {
            body["channel"] = json!(channel);
        }
        site.post("/api/v1/orders", &body).await.expect(201);
    }
    for (order, refund) in [
        ("A6", json!({ "refund_id": "R6", "refunded_at": "2026-11-21T10:00:00Z", "amount": "15.00" })),
        ("A8", json!({ "refund_id": "R8", "refunded_at": "2026-11-21T10:00:00Z", "amount": "60.00" })),
    ] {
        site.post(&format!("/api/v1/orders/pos/{order}/refunds"), &refund).await.expect(201);
    }
    site
}

/// Classes that somebody is in: name, members, money.
fn classes(told: &Value) -> Value {
    let inhabited = told["classes"].as_array().unwrap().iter().filter(|one| one["members"] != 0);
    inhabited.map(|one| json!([one["class"], one["members"], one["money"]["minor"]])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn within_a_channel_or_a_category_only_what_was_bought_there_counts() {
    let site = shop().await;
    let rfm = async |query: &str| site.get(&format!("/api/v1/value/rfm?{query}")).await.expect(200);
    let cuts = |told: &Value| json!([told["cuts"]["r"], told["cuts"]["f"], told["cuts"]["m"]["minor"]]);

    // Days since: 2, 82, 12. The two orders of one day are one purchase; a refund that leaves something lowers money; one that leaves
    // nothing was no purchase.
    let web = rfm("channel=web").await;
    assert_eq!((&web["buyers"], &web["money"]["minor"], &web["channel"]), (&json!(3), &json!(7_200), &json!("web")));
    assert_eq!((cuts(&web), classes(&web)), (json!([32, 1, 2_400]), json!([["important_value", 2, 6_500], ["general_keep", 1, 700]])));

    // Days since: 2, 52, 12. Of the order with two lines only the tea; as paid, whatever went back of the order.
    let tea = rfm("category=Tea").await;
    assert_eq!((&tea["buyers"], &tea["money"]["minor"], &tea["category"]), (&json!(3), &json!(10_000), &json!("Tea")));
    assert_eq!((cuts(&tea), classes(&tea)), (json!([22, 1, 3_334]), json!([["important_value", 2, 8_000], ["general_keep", 1, 2_000]])));
    for within in [&web, &tea] {
        for cell in ["classes", "grid"].iter().flat_map(|part| within[part].as_array().unwrap()) {
            assert_eq!(cell["condition"], Value::Null);
        }
    }
    let all = rfm("").await;
    assert_eq!((&all["buyers"], &all["channel"], &all["category"]), (&json!(4), &Value::Null, &Value::Null));
    assert!(all["classes"][0]["condition"].is_string());
    assert_eq!(rfm("channel=nowhere").await["buyers"], 0);
    assert_eq!(rfm("category=Coffee&window=30").await["buyers"], 1);

    // What one may choose from, with the buyers that the answer then has.
    let choices = site.get("/api/v1/value/rfm/within").await.expect(200);
    let told = |of: &str| -> Value { choices[of].as_array().unwrap().iter().map(|one| json!([one["name"], one["buyers"]])).collect() };
    assert_eq!((told("channels"), told("categories")), (json!([["web", 3], ["store", 2]]), json!([["Coffee", 3], ["Tea", 3]])));
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_within_open_exactly_their_members_who_can_be_kept_and_taken_along() {
    let site = shop().await;
    for within in ["channel=web", "category=Tea", "channel=store&cut=fixed&r=30&f=1&m=1", "category=Coffee&cut=median", ""] {
        let told = site.get(&format!("/api/v1/value/rfm?{within}")).await.expect(200);
        let classes =
            told["classes"].as_array().unwrap().iter().map(|one| (format!("class:{}", one["class"].as_str().unwrap()), &one["members"]));
        let cells = told["grid"].as_array().unwrap().iter().map(|one| (format!("scores:{}:{}", one["r"], one["f"]), &one["members"]));
        for (cell, members) in classes.chain(cells) {
            let behind = site.board(&format!("/api/v1/metrics/rfm/members?{within}&as_of=2026-11-22&cell={cell}")).await.expect(200);
            assert_eq!(&behind["total"], members, "{within} {cell}");
        }
    }
    let asked = json!({ "name": "web", "metric": "rfm", "query": "channel=web&cell=class:important_value" });
    assert_eq!(site.post("/api/v1/lists", &asked).await.expect(201)["members"], 2);

    let file = site.get("/api/v1/value/rfm/export?channel=web").await.text();
    let mut lines = file.lines();
    assert_eq!(lines.next().unwrap().trim_start_matches('\u{feff}'), "by,name,r,f,m,members,money");
    assert_eq!(lines.next().unwrap(), "class,important_value,high,high,high,2,65.00");
    assert!(lines.any(|line| line.starts_with("scores,R")), "{file}");
    assert_eq!(site.get("/api/v1/value/rfm/export?format=xlsx").await.bytes[..2], *b"PK");

    let wrong = site.get("/api/v1/value/rfm?channel=web&category=Tea&window=0").await.refused(422);
    assert_eq!(wrong.iter().map(|error| error.0.as_str()).collect::<Vec<_>>(), ["?window", "?category"]);
    assert_eq!(site.get("/api/v1/metrics/rfm/members?cell=class:best").await.refused(422)[0].0, "?cell");
    assert_eq!(site.get("/api/v1/value/rfm/within?window=x").await.refused(422)[0].0, "?window");
}
