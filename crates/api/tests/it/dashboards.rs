//! Dashboards: put together, changed, shared, dropped.

use perennial_app::port::dashboards::DashboardRow;
use serde_json::{Value, json};

use crate::kit::Site;

fn card(room: &str) -> Value {
    json!({ "room": room, "query": "view=funnel&q=19900000001&horizon=90", "title": " 漏斗 ", "wide": true, "last_days": 90 })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_is_put_together_changed_shared_and_dropped() {
    let site = Site::shanghai();
    let body = |cards: Vec<Value>, shared: bool| json!({ "name": "周会", "cards": cards, "shared": shared });
    let made = site.post("/api/v1/dashboards", &body(vec![card("metrics")], false)).await.expect(201);
    let kept = json!({ "room": "metrics", "query": "view=funnel&horizon=90", "title": "漏斗", "wide": true, "last_days": 90 });
    assert_eq!((&made["cards"], &made["mine"], &made["version"]), (&json!([kept]), &json!(true), &json!(1)));

    let path = format!("/api/v1/dashboards/{}", made["id"].as_str().unwrap());
    let mut changed = body(vec![card("value"), card("metrics")], true);
    changed["version"] = json!(1);
    let told = site.send_json("PUT", &path, &changed).await.expect(200);
    assert_eq!((told["cards"].as_array().unwrap().len(), &told["version"], &told["shared"]), (2, &json!(2), &json!(true)));
    let again = site.send_json("PUT", &path, &changed).await.expect(409);
    assert_eq!(again["code"], "dashboard.changed");

    let theirs = |name: &str, shared| DashboardRow {
        id: 0,
        name: name.to_owned(),
        cards: "[]".to_owned(),
        shared,
        who: "li".to_owned(),
        version: 1,
        changed_at: site.house.now(),
    };
    let shared = site.house.desk().add_dashboard(&theirs("A", true)).unwrap();
    site.house.desk().add_dashboard(&theirs("B", false)).unwrap();
    let listed = site.get("/api/v1/dashboards").await.expect(200);
    let names: Vec<(&str, bool)> =
        (listed.as_array().unwrap().iter()).map(|one| (one["name"].as_str().unwrap(), one["mine"].as_bool().unwrap())).collect();
    assert_eq!(names, [("A", false), ("周会", true)]);
    for id in [format!("d_{shared}"), "d_99".to_owned(), "x".to_owned()] {
        assert_eq!(site.send_json("PUT", &format!("/api/v1/dashboards/{id}"), &changed).await.expect(404)["code"], "dashboard.unknown");
        assert_eq!(
            site.send_json("DELETE", &format!("/api/v1/dashboards/{id}"), &json!({})).await.expect(404)["code"],
            "dashboard.unknown"
        );
    }
    site.send_json("DELETE", &path, &json!({})).await.expect(204);
    assert_eq!(site.get("/api/v1/dashboards").await.expect(200).as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_dashboard_is_said_field_by_field() {
    let site = Site::shanghai();
    let mut wrong = card("kitchen");
    wrong["last_days"] = json!(0);
    wrong["colour"] = json!("red");
    let body = json!({ "name": " ", "cards": [card("value"), wrong], "shared": "yes" });
    let refused = site.post("/api/v1/dashboards", &body).await.refused(422);
    let mut pointers: Vec<String> = refused.into_iter().map(|(pointer, _)| pointer).collect();
    pointers.sort();
    assert_eq!(pointers, ["/cards/1/colour", "/cards/1/last_days", "/cards/1/room", "/name", "/shared"]);
    let asks = |statement: &str| {
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("statement", statement).finish();
        json!({ "name": "SQL", "cards": [{ "room": "sql", "query": query, "wide": true }], "shared": false })
    };
    for personal in ["SELECT * FROM members WHERE phone = '19900000001'", "SELECT 1 FROM members WHERE email = 'a@b.example'"] {
        let refused = site.post("/api/v1/dashboards", &asks(personal)).await.refused(422);
        assert_eq!(refused, [("/cards/0/query".to_owned(), "dashboard.names_somebody".to_owned())], "{personal}");
    }
    let harmless = asks("SELECT day, sum(net) FROM orders WHERE net < 10000000 AND day >= '1997-01-01' GROUP BY day");
    assert_eq!(site.post("/api/v1/dashboards", &harmless).await.expect(201)["cards"][0]["room"], "sql");
    let many = json!({ "name": "all", "cards": vec![card("value"); 25], "shared": false });
    assert_eq!(site.post("/api/v1/dashboards", &many).await.refused(422).len(), 1);
}
