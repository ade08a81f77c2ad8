//! Customer equity beside purchases over HTTP: other kinds of value counted in where they are asked for, and who has yet to buy.

use serde_json::{Value, json};

use crate::kit::Site;
use crate::segment::{connected, send};

fn minor(of: &Value) -> i64 {
    of["minor"].as_i64().unwrap()
}

/// Today is 2026-11-22, a year ago was 2025-11-22. Sixteen people looked around early in 2025, ten of them by the app, six by the fair;
/// four of the app have bought within the year. Three came by the app this spring. Two regulars share, review, and buy by the dozen.
async fn shop() -> Site {
    let site = Site::shanghai();
    let keys = [connected(&site, "app", json!({})).await, connected(&site, "fair", json!({})).await];
    for (key, name, people, day) in [(&keys[0], "a", 10, "2025-03-01"), (&keys[1], "f", 6, "2025-03-01"), (&keys[0], "n", 3, "2026-04-01")]
    {
        let looks = (0..people).map(|at| {
            json!({ "type": "track", "event": "Product Viewed", "messageId": format!("{name}{at}"), "userId": format!("{name}{at}"),
                "timestamp": format!("{day}T04:00:00Z") })
        });
        send(&site, key, "/v1/batch", &json!({ "batch": looks.collect::<Vec<_>>() })).await.expect(200);
    }
    let says = [
        ("r0", "Product Shared", "2026-06-01"),
        ("r0", "review", "2026-10-01"),
        ("r1", "建议被采纳", "2026-11-20"),
        ("r1", "share", "2026-11-21"),
    ];
    let said = says.iter().enumerate().map(|(at, (who, what, day))| {
        json!({ "type": "track", "event": what, "messageId": format!("s{at}"), "userId": who, "timestamp": format!("{day}T04:00:00Z") })
    });
    let mut orders: Vec<(String, &str, &str, u32)> = Vec::new();
    for (who, day) in [("a0", "2025-12-10"), ("a1", "2026-01-10"), ("a2", "2026-09-10"), ("a3", "2026-10-10"), ("a2", "2026-11-01")] {
        orders.push((who.to_owned(), day, "80", 1));
    }
    for (at, day) in
        ["2025-05-01", "2025-08-01", "2025-11-01", "2026-02-01", "2026-05-01", "2026-08-01", "2026-10-20"].into_iter().enumerate()
    {
        orders.push((format!("r{}", at % 2), day, "120", 12));
        orders.push(("r0".to_owned(), day, "60", 1));
    }
    for (at, (who, day, paid, pieces)) in orders.iter().enumerate() {
        let order = json!({ "source": "till", "order_id": format!("A{at}"), "member": { "number": who }, "paid_at": format!("{day}T04:00:00Z"),
            "lines": [{ "sku": "S", "quantity": pieces, "paid": paid }] });
        site.post("/api/v1/orders", &order).await.expect(201);
    }
    send(&site, &keys[0], "/v1/batch", &json!({ "batch": said.collect::<Vec<_>>() })).await.expect(200);
    site
}

/// Parts, movements and groups come to the same, on both days.
fn adds_up(told: &Value) {
    for day in ["before", "after", "change"] {
        let all = minor(&told["all"][day]);
        let sum = |of: &Value| of.as_array().unwrap().iter().map(|one| minor(&one["worth"][day])).sum::<i64>();
        assert_eq!(sum(&told["movements"]), all, "{day}");
        let parts = told["parts"].as_array().unwrap().iter().filter(|part| part["counted_in"] == true);
        assert_eq!(parts.map(|part| minor(&part["worth"][day])).sum::<i64>(), all, "{day}");
        for grouping in told["groups"].as_array().unwrap() {
            assert_eq!(sum(&grouping["groups"]), all, "{day} {}", grouping["by"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_kinds_of_value_are_told_apart_and_counted_in_to_the_last_cent_where_asked_for() {
    let site = shop().await;
    let ask = async |with: &str| {
        let told = site.get(&format!("/api/v1/value/equity?from=2026-08-24&to=2026-11-22&with={with}")).await.expect(200);
        adds_up(&told);
        told
    };
    let plain = ask("").await;
    let part =
        |told: &Value, kind: &str| -> Value { told["parts"].as_array().unwrap().iter().find(|part| part["kind"] == kind).unwrap().clone() };
    assert_eq!(
        (&part(&plain, "purchase")["worth"]["after"], &part(&plain, "purchase")["counted_in"]),
        (&plain["all"]["after"], &json!(true))
    );
    for kind in ["word_of_mouth", "information", "knowledge", "trading"] {
        let apart = part(&plain, kind);
        assert_eq!(apart["counted_in"], false);
        assert!(minor(&apart["worth"]["after"]) > 0, "{apart}");
        let told = ask(kind).await;
        assert_eq!(minor(&told["all"]["after"]), minor(&plain["all"]["after"]) + minor(&apart["worth"]["after"]), "{kind}");
    }
    // Nobody had an idea adopted or had reviewed by the first day; one had shared.
    assert_eq!([minor(&part(&plain, "knowledge")["worth"]["before"]), minor(&part(&plain, "information")["worth"]["before"])], [0, 0]);
    assert!(minor(&part(&plain, "word_of_mouth")["worth"]["before"]) > 0);
    let all = ask("word_of_mouth,information,knowledge,trading").await;
    assert!(all["parts"].as_array().unwrap().iter().all(|part| part["counted_in"] == true));
    let file = site.get("/api/v1/value/equity/export?from=2026-08-24&with=trading").await.text();
    assert!(["kind,trading,all,", "prospects,app known,all,9,"].iter().all(|row| file.lines().any(|line| line.starts_with(row))), "{file}");
    assert_eq!(site.get("/api/v1/value/equity?with=trading,love").await.refused(422)[0].0, "?with");
}

#[tokio::test(flavor = "multi_thread")]
async fn prospects_are_worth_their_chance_to_buy_times_what_new_buyers_are_worth() {
    let site = shop().await;
    let told = site.get("/api/v1/value/equity?from=2026-08-24&to=2026-11-22").await.expect(200);
    let prospects = &told["prospects"];
    // The regulars were buyers a year ago.
    assert_eq!((&prospects["tried"], &prospects["bought"], &prospects["new_buyers"]), (&json!(16), &json!(4), &json!(4)));
    let groups: Vec<Value> = prospects["groups"].as_array().unwrap().clone();
    let of = |source: &str| groups.iter().find(|group| group["source"] == source).unwrap();
    let counts = |group: &Value| {
        json!([group["relation"], group["tried"], group["bought"], group["worth"]["members_before"], group["worth"]["members_after"]])
    };
    // Two of the four had bought by the first day; the three of this spring were known on both.
    assert_eq!((counts(of("app")), counts(of("fair"))), (json!([null, 10, 4, 11, 9]), json!([null, 6, 0, 6, 6])));
    assert_eq!(groups.len(), 2, "{prospects}");
    let chance = |group: &Value| group["probability"].as_f64().unwrap();
    assert!(
        (chance(of("app")) - (4.0 + 20.0 * 0.25) / 30.0).abs() < 1e-12 && (chance(of("fair")) - 5.0 / 26.0).abs() < 1e-12,
        "{prospects}"
    );
    // One by one in whole cents; the mean told is rounded, the mean reckoned with is not.
    let mean = minor(&prospects["mean"]) as f64;
    for group in [of("app"), of("fair")] {
        for (members, value) in [("members_before", "before"), ("members_after", "after")] {
            let members = group["worth"][members].as_f64().unwrap();
            assert!((minor(&group["worth"][value]) as f64 - members * chance(group) * mean).abs() <= members, "{group}");
        }
    }
    let sum = |day: &str| groups.iter().map(|group| minor(&group["worth"][day])).sum::<i64>();
    assert_eq!([sum("before"), sum("after")], ["before", "after"].map(|day| minor(&prospects["worth"][day])));
    adds_up(&told);
}
