//! Custom fields over HTTP: defined, set, conditioned on, kept to their type.

use perennial_app::audit;
use serde_json::{Value, json};

use crate::kit::Site;

fn words(en: &str, zh: &str) -> Value {
    json!({"en": en, "zh": zh})
}

fn choice(id: &str) -> Value {
    json!({"id": id, "label": words(id, &format!("选项{id}"))})
}

/// One field of each type, and a personal one.
fn definitions() -> Vec<Value> {
    let field = |id: &str, kind: &str| json!({"id": id, "type": kind, "label": words(id, &format!("字段{id}"))});
    let with_choices =
        |id: &str, kind: &str| json!({"id": id, "type": kind, "label": words(id, "选"), "choices": [choice("dry"), choice("oily")]});
    let mut hidden = field("wechat_name", "text");
    hidden["personal"] = json!(true);
    vec![
        field("note", "text"),
        field("score", "number"),
        field("budget", "money"),
        field("wedding_on", "date"),
        field("has_pet", "boolean"),
        with_choices("skin", "choice"),
        with_choices("likes", "multi_choice"),
        hidden,
    ]
}

fn put(fields: &[Value]) -> Value {
    json!({"fields": fields, "reason": "test"})
}

async fn member(site: &Site) -> String {
    let order = json!({"source": "pos", "order_id": "A1", "paid_at": "2026-11-22T09:00:00Z", "amount": "30.00",
        "member": {"number": "7", "phone": "19900000001", "name": "李雷"}});
    site.post("/api/v1/orders", &order).await.expect(201)["member"].as_str().unwrap().to_owned()
}

/// The known fields by id.
async fn known(site: &Site, member: &str) -> serde_json::Map<String, Value> {
    let list = site.get(&format!("/api/v1/members/{member}/profile")).await.expect(200);
    list.as_array().unwrap().iter().map(|one| (one["field"]["id"].as_str().unwrap().to_owned(), one.clone())).collect()
}

const MODEL: &str = "
id: skin
name: { en: Skin, zh: 肤质 }
groups: [{ id: g, name: { en: G, zh: 组 } }]
stages:
  - { id: runs, group: g, name: { en: Dry likers, zh: 干性爱好者 }, when: \"contains(likes, 'dry') AND budget >= 100 AND has_pet\" }
  - { id: rest, group: g, name: { en: Rest, zh: 其余 } }
";

#[tokio::test(flavor = "multi_thread")]
async fn values_of_all_types_are_kept_with_their_origin_and_can_be_conditioned_on_at_once() {
    let site = Site::shanghai();
    let id = member(&site).await;
    let none = site.get("/api/v1/fields").await.expect(200);
    assert_eq!((&none["version"], &none["fields"], &none["base"][0]["id"]), (&Value::Null, &json!([]), &json!("phone")));
    let defined = site.send_json("PUT", "/api/v1/fields", &put(&definitions())).await.expect(200);
    assert_eq!((&defined["version"], defined["fields"].as_array().unwrap().len()), (&json!(1), 8));
    // A policy can name them from now on.
    site.house.put("lifecycle/skin", MODEL, "test", "").unwrap();

    let path = format!("/api/v1/members/{id}");
    let fields = json!({"note": "喜欢红色", "score": 4.5, "budget": "200.00", "wedding_on": "2020-05-20", "has_pet": true, "skin": "dry",
        "likes": ["oily", "dry"], "wechat_name": "小雷", "name": "李小雷", "city": "杭州", "birth_year": 1990, "gender": "male"});
    let answer = site.send_json("PATCH", &path, &json!({"fields": fields})).await.expect(201);
    let held = known(&site, &id).await;
    for (field, value) in [("note", json!("喜欢红色")), ("score", json!(4.5)), ("likes", json!(["dry", "oily"])), ("has_pet", json!(true))]
    {
        assert_eq!(held[field]["value"], value, "{field}");
    }
    assert_eq!(held["budget"]["value"]["minor"], 20000);
    assert_eq!((&held["city"]["value"], &held["city"]["base"]), (&json!("杭州"), &json!(true)));
    // Personal values come masked.
    assert_eq!((&held["wechat_name"]["value"], &held["name"]["value"]), (&json!("小*"), &json!("李**")));
    assert_eq!(held["skin"]["from"], json!({"fact": answer["fact"], "source": "console", "occurred_at": "2026-11-22T10:00:00.000Z"}));
    assert_eq!(site.get(&path).await.expect(200)["name"], "李**");

    let explained = site.get(&format!("{path}/explain?model=skin")).await.expect(200);
    assert_eq!(explained["stage"], "runs", "{explained}");
    assert!(explained.to_string().contains("likes包含") || explained.to_string().contains("选包含“选项dry”"), "{explained}");

    // Taken back, by the same door.
    site.until("2026-11-22T11:00:00Z");
    site.send_json("PATCH", &path, &json!({"fields": {"likes": null, "wechat_name": null, "name": null}})).await.expect(201);
    let held = known(&site, &id).await;
    assert_eq!(
        (&held["likes"]["value"], &held["wechat_name"]["value"], &held["name"]["value"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(held["likes"]["from"]["occurred_at"], "2026-11-22T11:00:00.000Z");
    assert_eq!(site.get(&path).await.expect(200)["name"], Value::Null);
    assert_eq!(site.get(&format!("{path}/explain?model=skin")).await.expect(200)["stage"], "rest");

    // Facts alone give the same decisions and snapshots again, across the documents' versions.
    let documents = site.house.desk().documents().unwrap();
    let replayed = audit::replay(site.house.reader().as_mut(), &documents, &mut |_| {}).unwrap();
    assert_eq!((replayed.difference_count, replayed.members), (0, 1), "{:?}", replayed.differences);
    assert!(replayed.effects >= 1, "the model over custom fields decided: {replayed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_value_of_its_field_is_refused_where_it_stands() {
    let site = Site::shanghai();
    let id = member(&site).await;
    site.send_json("PUT", "/api/v1/fields", &put(&definitions())).await.expect(200);
    let fields = json!({"note": 3, "score": "x", "budget": 12.5, "wedding_on": "20.5.2020", "has_pet": "perhaps", "skin": "wet",
        "likes": ["dry", 3], "unheard_of": 1, "birth_year": 2050, "city": {"a": 1}});
    let refused = site.send_json("PATCH", &format!("/api/v1/members/{id}"), &json!({"fields": fields})).await.refused(422);
    let found: std::collections::BTreeMap<&str, &str> = refused.iter().map(|(pointer, code)| (pointer.as_str(), code.as_str())).collect();
    let expected = [
        ("/fields/birth_year", "field.year"),
        ("/fields/budget", "field.money"),
        ("/fields/city", "field.type"),
        ("/fields/has_pet", "field.boolean"),
        ("/fields/likes", "field.type"),
        ("/fields/note", "field.type"),
        ("/fields/score", "field.number"),
        ("/fields/skin", "field.choice"),
        ("/fields/unheard_of", "field.unknown"),
        ("/fields/wedding_on", "field.date"),
    ];
    assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(site.send_json("PATCH", &format!("/api/v1/members/{id}"), &json!({})).await.refused(422)[0].0, "/fields");
    assert_eq!(site.send_json("PATCH", &format!("/api/v1/members/{id}"), &json!({"fields": {}})).await.refused(422)[0].0, "/fields");
    assert_eq!(known(&site, &id).await["note"]["from"], Value::Null, "nothing was recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_in_use_keeps_its_type_and_its_place() {
    let site = Site::shanghai();
    site.send_json("PUT", "/api/v1/fields", &put(&definitions())).await.expect(200);
    site.house.put("lifecycle/skin", MODEL, "test", "").unwrap();
    let mut changed = definitions();
    changed[1]["type"] = json!("text");
    changed[0]["personal"] = json!(true);
    let refused = site.send_json("PUT", "/api/v1/fields", &put(&changed)).await.refused(422);
    assert_eq!(
        refused,
        [
            ("/fields/1/type".to_owned(), "fields.type_changed".to_owned()),
            ("/fields/0/personal".to_owned(), "fields.personal_changed".to_owned())
        ]
        .into_iter()
        .rev()
        .collect::<Vec<_>>()
    );
    // What an active policy names cannot go, nor can a choice it names.
    for fields in [
        &definitions()[..6],
        &{
            let mut fewer = definitions();
            fewer[6]["choices"] = json!([choice("oily")]);
            fewer
        }[..],
    ] {
        let problem = site.send_json("PUT", "/api/v1/fields", &put(fields)).await.expect(422);
        assert!(problem["detail"].as_str().unwrap().contains("lifecycle/skin"), "{problem}");
    }
    assert_eq!(site.get("/api/v1/fields").await.expect(200)["version"], 1, "nothing was stored");
    // The rest may go and come back as what it was.
    let fewer: Vec<Value> = definitions().into_iter().filter(|field| field["id"] != "note").collect();
    assert_eq!(site.send_json("PUT", "/api/v1/fields", &put(&fewer)).await.expect(200)["version"], 2);
    assert_eq!(site.send_json("PUT", "/api/v1/fields", &put(&definitions())).await.expect(200)["version"], 3);
    let mut twice = definitions();
    twice.push(twice[0].clone());
    twice.push(json!({"id": "recency", "type": "colour", "label": {"en": "x"}}));
    let refused = site.send_json("PUT", "/api/v1/fields", &put(&twice)).await.refused(422);
    let pointers: Vec<&str> = refused.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/fields/8/id", "/fields/9/id", "/fields/9/label/zh", "/fields/9/type"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_facts_about_a_field_do_not_outdo_later_ones() {
    let site = Site::shanghai();
    site.send_json("PUT", "/api/v1/fields", &put(&definitions())).await.expect(200);
    let id = member(&site).await;
    let path = format!("/api/v1/members/{id}");
    site.send_json("PATCH", &path, &json!({"fields": {"skin": "oily"}})).await.expect(201);
    let early = perennial_kernel::Incoming {
        source: "file".into(),
        object: "row:1".into(),
        version: String::new(),
        identities: perennial_kernel::Identity::parse(perennial_kernel::IdentityKind::Number, "7").into_iter().collect(),
        personal: perennial_kernel::Personal::default(),
        occurred_at: perennial_kernel::Instant::parse("2026-11-01T00:00:00Z").unwrap(),
        body: perennial_kernel::Body::MemberUpdated {
            relation: None,
            attributes: std::collections::BTreeMap::from([("skin".to_owned(), perennial_kernel::Attribute::Text("dry".into()))]),
        },
    };
    site.house.queue().process(vec![perennial_app::engine::Command::Record { incoming: Box::new(early), import: None }]).unwrap();
    let held = known(&site, &id).await;
    assert_eq!((&held["skin"]["value"], &held["skin"]["from"]["source"]), (&json!("oily"), &json!("console")));
    let mut members = 0;
    site.house
        .scan()
        .unwrap()
        .scan(perennial_app::port::ScanRange::ALL, &mut |_, _| {
            members += 1;
            true
        })
        .unwrap();
    assert_eq!(members, 1);
}
