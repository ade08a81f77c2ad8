//! Connecting sources: secrets shown once and rotated, states, and who hears of what.

use serde_json::json;

use crate::kit::Site;

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_connected_changed_and_deleted() {
    let site = Site::shanghai();
    let made = site.post("/api/v1/sources", &json!({"name": "app", "kind": "segment", "label": "小程序"})).await.expect(201);
    let key = made["secret"].as_str().unwrap();
    assert!(key.starts_with("wk_") && key.len() == 35, "{key}");
    let taken = site.post("/api/v1/sources", &json!({"name": "app", "kind": "standard", "label": "x"})).await;
    assert_eq!(taken.expect(422)["code"], "source.name_taken");
    let listed = site.get("/api/v1/sources").await;
    assert!(!listed.text().contains(key), "a secret is shown once");
    let row = &listed.expect(200)[0];
    assert_eq!(
        (&row["name"], &row["kind"], &row["state"], &row["label"]),
        (&json!("app"), &json!("segment"), &json!("on"), &json!("小程序"))
    );
    assert_eq!((&row["last_delivery"], &row["last_error"], &row["days"]), (&json!(null), &json!(null), &json!([])));
    let change = json!({"label": "App", "state": "off", "settings": {"user_id_kind": "app_user"}});
    let changed = site.send_json("PATCH", "/api/v1/sources/app", &change).await.expect(200);
    assert_eq!((&changed["label"], &changed["state"], &changed["settings"]), (&json!("App"), &json!("off"), &change["settings"]));
    assert_eq!(site.get("/api/v1/sources/app").await.expect(200), changed);
    site.send_json("DELETE", "/api/v1/sources/app", &json!({})).await.expect(204);
    assert_eq!(site.get("/api/v1/sources/app").await.expect(404)["code"], "source.unknown");
    assert_eq!(site.send_json("DELETE", "/api/v1/sources/app", &json!({})).await.expect(404)["code"], "source.unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shops_own_secret_is_asked_for_where_only_that_will_do() {
    let site = Site::shanghai();
    let shop = json!({"name": "tmall", "kind": "youzan", "label": "有赞", "settings": {"client_id": "c1"}});
    assert_eq!(site.post("/api/v1/sources", &shop).await.expect(422)["code"], "source.secret_missing");
    let mut given = shop.clone();
    given["secret"] = json!("0123456789abcdef");
    assert_eq!(site.post("/api/v1/sources", &given).await.expect(201)["secret"], "0123456789abcdef");
    let hooks = site.post("/api/v1/sources", &json!({"name": "erp", "kind": "standard", "label": "ERP"})).await.expect(201);
    assert!(hooks["secret"].as_str().unwrap().starts_with("whsec_"));
    for (change, code) in [
        (json!({"name": "A b"}), "source.name"),
        (json!({"name": "perennial"}), "source.name"),
        (json!({"kind": "ftp"}), "source.kind"),
        (json!({"label": "  "}), "source.label"),
        (json!({"secret": "short"}), "source.secret"),
        (json!({"settings": {"colour": "red"}}), "source.setting_unknown"),
        (json!({"settings": {"client_id": ""}}), "source.setting"),
    ] {
        let mut wanted = given.clone();
        wanted["name"] = json!("other");
        wanted.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(site.post("/api/v1/sources", &wanted).await.expect(422)["code"], code, "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_secret_overlaps_with_the_one_before() {
    let site = Site::shanghai();
    let door = perennial_app::door::Door::start(std::sync::Arc::clone(&site.house));
    let first = site.post("/api/v1/sources", &json!({"name": "app", "kind": "segment", "label": "App"})).await.expect(201);
    let rotated = site.post("/api/v1/sources/app/rotate", &json!({"overlap_hours": 2})).await.expect(200);
    assert_ne!(first["secret"], rotated["secret"]);
    assert_eq!(rotated["previous_until"], "2026-11-22T12:00:00.000Z");
    let opens = |secret: &serde_json::Value| door.by_write_key(secret.as_str().unwrap()).unwrap().is_some();
    assert!(opens(&first["secret"]) && opens(&rotated["secret"]));
    site.until("2026-11-22T12:00:00Z");
    assert!(!opens(&first["secret"]) && opens(&rotated["secret"]));
    let at_once = site.post("/api/v1/sources/app/rotate", &json!({"overlap_hours": 0})).await.expect(200);
    assert_eq!(at_once["previous_until"], json!(null));
    let bad = site.post("/api/v1/sources/app/rotate", &json!({"overlap_hours": 721})).await;
    assert_eq!(bad.expect(422)["code"], "source.overlap");
    assert_eq!(site.post("/api/v1/sources/none/rotate", &json!({})).await.expect(404)["code"], "source.unknown");
}
