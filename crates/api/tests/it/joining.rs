//! Consents and joining over HTTP, the package of a member and its erasure.

use serde_json::{Value, json};

use crate::kit::Site;
use crate::segment::{connected, send};

fn words(en: &str, zh: &str) -> Value {
    json!({"en": en, "zh": zh})
}

fn consents() -> Value {
    let channel = |id: &str, zh: &str| json!({"id": id, "name": words(id, zh)});
    json!({
        "channels": [channel("sms", "短信"), channel("email", "邮件")],
        "purposes": [{"id": "marketing", "name": words("offers", "营销"), "text": words("We may send offers.", "同意接收优惠信息。"),
            "channels": ["sms", "email"]}],
    })
}

fn skin() -> Value {
    let choice = |id: &str, zh: &str| json!({"id": id, "label": words(id, zh)});
    json!({"id": "skin", "type": "choice", "label": words("skin", "肤质"), "choices": [choice("dry", "干性"), choice("oily", "油性")]})
}

fn form() -> Value {
    let field = |id: &str, required: bool| json!({"id": id, "required": required, "purpose": words("to know you", "用于识别您")});
    let mut born = field("birth_year", false);
    born["min"] = json!("1930");
    born["max"] = json!("2012");
    let mut later = field("city", true);
    later["later"] = json!(true);
    json!({
        "title": words("Join us", "加入会员"),
        "gate": {"kind": "free"},
        "fields": [field("phone", true), field("name", true), field("skin", false), born, later],
        "consents": [{"purpose": "marketing", "channel": "sms"}, {"purpose": "marketing", "channel": "email", "required": true}],
    })
}

async fn set_up(site: &Site) {
    site.send_json("PUT", "/api/v1/consents", &consents()).await.expect(200);
    site.send_json("PUT", "/api/v1/fields", &json!({"fields": [skin()]})).await.expect(200);
    site.send_json("PUT", "/api/v1/join-form", &form()).await.expect(200);
}

fn joining(id: &str, phone: &str) -> Value {
    json!({"join_id": id, "fields": {"phone": phone, "name": "李雷", "skin": "dry", "birth_year": 1990},
        "identities": {"wechat_open": format!("oX8f{id}abcdefgh")},
        "consents": [{"purpose": "marketing", "channel": "email"}]})
}

async fn joined(site: &Site, body: &Value) -> String {
    site.post("/api/v1/joins", body).await.expect(201)["member"].as_str().unwrap().to_owned()
}

/// Given, by purpose and channel.
async fn given(site: &Site, member: &str, channel: &str) -> Value {
    let all = site.get(&format!("/api/v1/members/{member}/consents")).await.expect(200);
    all.as_array().unwrap().iter().find(|one| one["channel"] == channel).unwrap()["given"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_is_registered_known_and_has_agreed_in_one_go() {
    let site = Site::shanghai();
    set_up(&site).await;
    let shown = site.get("/api/v1/join-form").await.expect(200);
    assert_eq!((&shown["version"], &shown["fields"][2]["field"]["choices"][0]["id"]), (&json!(1), &json!("dry")));
    assert_eq!(shown["consents"][1]["text"]["zh"], "同意接收优惠信息。");
    let member = joined(&site, &joining("J1", "19900000001")).await;
    let detail = site.get(&format!("/api/v1/members/{member}")).await.expect(200);
    assert_eq!((&detail["registered_on"], detail["identities"].as_array().unwrap().len()), (&json!("2026-11-22"), 2));
    assert_eq!((given(&site, &member, "email").await, given(&site, &member, "sms").await), (json!(true), Value::Null));
    let profile = site.get(&format!("/api/v1/members/{member}/profile")).await.expect(200);
    let skin = profile.as_array().unwrap().iter().find(|one| one["field"]["id"] == "skin").unwrap();
    assert_eq!((&skin["value"], &skin["from"]["source"]), (&json!("dry"), &json!("console")));
    // The same again is the same; other content under its id is not.
    let again = site.post("/api/v1/joins", &joining("J1", "19900000001")).await.expect(200);
    assert_eq!((&again["member"], &again["repeated"]), (&json!(member), &json!(true)));
    let mut other = joining("J1", "19900000001");
    other["fields"]["name"] = json!("韩梅梅");
    assert_eq!(site.post("/api/v1/joins", &other).await.expect(409)["code"], "join.conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_form_does_not_take_is_told_at_its_field_in_both_languages() {
    let site = Site::shanghai();
    assert_eq!(site.post("/api/v1/joins", &joining("J0", "19900000001")).await.expect(422)["code"], "join.none");
    set_up(&site).await;
    let body = json!({"join_id": "J1", "fields": {"phone": "12", "skin": "wet", "birth_year": 1920, "shoe": 43},
        "consents": [{"purpose": "marketing", "channel": "fax"}]});
    let refused = site.post("/api/v1/joins", &body).await.refused(422);
    let found: Vec<(&str, &str)> = refused.iter().map(|(pointer, code)| (pointer.as_str(), code.as_str())).collect();
    let expected = [
        ("/fields/phone", "identity.unusable"),
        ("/fields/name", "field.missing"),
        ("/fields/skin", "field.choice"),
        ("/fields/birth_year", "field.bound"),
        ("/fields/shoe", "join.not_asked"),
        ("/consents/0", "join.not_asked"),
        ("/consents", "join.consent_required"),
    ];
    assert_eq!(found, expected);
    let nobody = json!({"join_id": "J1", "fields": {"name": "x"}, "consents": [{"purpose": "marketing", "channel": "email"}]});
    let pointers: Vec<String> = site.post("/api/v1/joins", &nobody).await.refused(422).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers, ["/fields", "/fields/phone"]);
    // Bounds that nothing lies between, and bounds of what has no order.
    let mut bounded = form();
    bounded["fields"][1]["min"] = json!("a");
    bounded["fields"][3]["min"] = json!("2013");
    let refused = site.send_json("PUT", "/api/v1/join-form", &bounded).await.refused(422);
    let expected = [("/fields/1/min", "join.bound"), ("/fields/3/max", "join.bounds")].map(|(pointer, code)| (pointer.into(), code.into()));
    assert_eq!(refused, expected);
    // A form that cannot be asked is refused where it is wrong.
    let mut bad = form();
    bad["fields"] = json!([{"id": "shoe", "purpose": words("x", "")}]);
    bad["gate"] = json!({"kind": "fee"});
    bad["consents"] = json!([{"purpose": "marketing", "channel": "fax"}]);
    let refused: Vec<String> =
        site.send_json("PUT", "/api/v1/join-form", &bad).await.refused(422).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(refused, ["/gate/amount", "/fields/0/purpose/zh", "/fields/0/id", "/fields", "/consents/0"]);
    // And what it asks for cannot be dropped.
    let problem = site.send_json("PUT", "/api/v1/fields", &json!({"fields": []})).await.expect(422);
    assert!(problem["detail"].as_str().unwrap().contains("join-form"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_opens_to_those_it_is_for() {
    let site = Site::shanghai();
    set_up(&site).await;
    let order = json!({"source": "pos", "order_id": "A1", "paid_at": "2026-11-22T09:00:00Z", "amount": "30.00", "member": {"phone": "19900000009"}});
    site.post("/api/v1/orders", &order).await.expect(201);
    let gate = async |gate: Value| {
        let mut asked = form();
        asked["gate"] = gate;
        site.send_json("PUT", "/api/v1/join-form", &asked).await.expect(200);
    };
    let code = async |body: &Value| {
        let answer = site.post("/api/v1/joins", body).await;
        if answer.status.is_success() { "in".to_owned() } else { answer.expect(422)["code"].as_str().unwrap().to_owned() }
    };
    let with = |id: &str, phone: &str, name: &str, value: Value| {
        let mut body = joining(id, phone);
        body[name] = value;
        body
    };
    gate(json!({"kind": "first_purchase"})).await;
    assert_eq!(code(&joining("G1", "19900000001")).await, "join.gate_purchase");
    assert_eq!(code(&joining("G2", "19900000009")).await, "in");
    gate(json!({"kind": "minimum_spend", "amount": "30.01"})).await;
    assert_eq!(code(&joining("G3", "19900000009")).await, "join.gate_spend");
    gate(json!({"kind": "minimum_spend", "amount": "30.00"})).await;
    assert_eq!(code(&joining("G4", "19900000009")).await, "in");
    gate(json!({"kind": "fee", "amount": "99.00"})).await;
    assert_eq!(code(&with("G5", "19900000002", "fee_paid", json!("98.99"))).await, "join.gate_fee");
    assert_eq!(code(&with("G6", "19900000002", "fee_paid", json!("99.00"))).await, "in");
    gate(json!({"kind": "invitation"})).await;
    assert_eq!(code(&with("G7", "19900000003", "invited_by", json!({"phone": "19900000555"}))).await, "join.gate_invitation");
    assert_eq!(code(&with("G8", "19900000003", "invited_by", json!({"phone": "19900000009"}))).await, "in");
    gate(json!({"kind": "code", "codes": ["SPRING26"]})).await;
    assert_eq!(code(&with("G9", "19900000004", "code", json!("summer"))).await, "join.gate_code");
    assert_eq!(code(&with("G10", "19900000004", "code", json!(" spring26 "))).await, "in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_withdrawn_as_easily_and_late_words_do_not_outdo_later_ones() {
    let site = Site::shanghai();
    set_up(&site).await;
    let member = joined(&site, &joining("J1", "19900000001")).await;
    let path = format!("/api/v1/members/{member}/consents");
    let may = async |channel: &str| {
        let answer = site.get(&format!("/api/v1/members/{member}/may-send?purpose=marketing&channel={channel}")).await.expect(200);
        (answer["may"].as_bool().unwrap(), answer["reason"].as_str().unwrap().to_owned())
    };
    assert_eq!((may("email").await, may("sms").await), ((true, "given".to_owned()), (false, "never_asked".to_owned())));
    site.until("2026-11-23T10:00:00Z");
    site.post(&path, &json!({"purpose": "marketing", "channel": "email", "given": false})).await.expect(201);
    assert_eq!(may("email").await, (false, "withdrawn".to_owned()));
    let timeline = site.get(&format!("/api/v1/members/{member}/timeline")).await.expect(200);
    let told: Vec<(&Value, &Value)> = timeline["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| !one["consent"].is_null())
        .map(|one| (&one["kind"], &one["consent"]))
        .collect();
    let said = |version: Value| json!({"purpose": "marketing", "channel": "email", "text_version": version});
    let expected = [(json!("consent.withdrawn"), said(Value::Null)), (json!("consent.given"), said(json!(1)))];
    assert_eq!(told, expected.iter().map(|(kind, consent)| (kind, consent)).collect::<Vec<_>>());
    // A consent from before, delivered late, changes nothing; nor does one of the same instant.
    for at in ["2026-11-22T12:00:00Z", "2026-11-23T10:00:00Z"] {
        let late = json!({"purpose": "marketing", "channel": "email", "given": true, "said_at": at, "text_version": 1});
        let answer = site.post(&path, &late).await;
        assert!([200, 201, 409].contains(&answer.status.as_u16()), "{}", answer.text());
        assert_eq!(given(&site, &member, "email").await, json!(false), "{at}");
    }
    let all = site.get(&path).await.expect(200);
    let email = all.as_array().unwrap().iter().find(|one| one["channel"] == "email").unwrap();
    let first = &email["history"][0];
    assert_eq!((&first["given"], &first["text_version"], &first["at"]), (&json!(true), &json!(1), &json!("2026-11-22T10:00:00.000Z")));
    // Conditions see the same.
    let profile = site.get(&format!("/api/v1/members/{member}")).await.expect(200);
    let field = |name: &str| profile["profile"].as_array().unwrap().iter().find(|one| one["field"] == name).unwrap()["value"].clone();
    assert_eq!((field("consent_marketing_email"), field("consent_marketing_sms")), (json!(false), Value::Null));
    let refused = site.post(&path, &json!({"purpose": "marketing", "channel": "fax", "text_version": 9})).await.refused(422);
    let pointers: Vec<&str> = refused.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/given", "/text_version", "/channel"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_package_says_everything_and_after_the_erasure_nothing() {
    let site = Site::shanghai();
    set_up(&site).await;
    let member = joined(&site, &joining("J1", "19900000001")).await;
    let path = format!("/api/v1/members/{member}");
    let package = site.get(&format!("{path}/package")).await;
    assert_eq!((package.status.as_u16(), package.kind()), (200, "application/zip"));
    assert!(package.bytes.starts_with(b"PK"));
    // Stored without compression, so that the text can be read in it.
    let text = package.text();
    for said in ["member.json", "member.txt", "19900000001", "李雷", "consent.given", "member.updated"] {
        assert!(text.contains(said), "{said}");
    }
    let preview = site.get(&format!("{path}/erasure")).await.expect(200);
    assert_eq!((&preview["identities"], &preview["personal_fields"]), (&json!(2), &json!(1)));
    let refused = site.post(&format!("{path}/erasure"), &json!({"confirm": "m_other"})).await.refused(422);
    assert_eq!(refused, [("/confirm".to_owned(), "erasure.unconfirmed".to_owned())]);
    site.post(&format!("{path}/erasure"), &json!({"confirm": member})).await.expect(200);
    let detail = site.get(&path).await.expect(200);
    assert_eq!((&detail["erased"], &detail["name"], detail["identities"].as_array().unwrap().len()), (&json!(true), &Value::Null, 0));
    let after = site.get(&format!("{path}/package")).await.text();
    assert!(!after.contains("19900000001") && !after.contains("李雷"));
    assert_eq!(site.send_json("PATCH", &path, &json!({"fields": {"city": "x"}})).await.expect(422)["code"], "member.unreachable");
    assert_eq!(site.get(&format!("{path}/may-send?purpose=marketing&channel=email")).await.expect(200)["reason"], "erased");
    // Who joins again with the same phone is somebody new.
    let anew = joined(&site, &joining("J2", "19900000001")).await;
    assert_ne!(anew, member);
    let log: Vec<String> = site.house.desk().audit(50).unwrap().into_iter().map(|row| row.what).collect();
    for what in ["member_exported", "member_erased", "join_form_changed", "consents_changed", "fields_changed"] {
        assert!(log.iter().any(|held| held == what), "{what} in {log:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_samples_and_exports_forget_the_erased_too() {
    let site = Site::shanghai();
    set_up(&site).await;
    let key = connected(&site, "app", json!({})).await;
    let member = joined(&site, &joining("J1", "19900000001")).await;
    let event = |id: &str, name: &str, more: Value| json!({"type": "track", "event": name, "messageId": id, "userId": "88001", "timestamp": "2026-11-22T09:00:00Z", "properties": more});
    let events = json!({"batch": [
        event("m1", "Order Completed", json!({"order_id": "A1", "revenue": "ten", "phone": "199-0000-0001"})),
        event("m2", "Order Completed", json!({"order_id": "A2", "revenue": "ten", "phone": "19900000002"})),
        event("m3", "Form Sent", json!({"phone": "19900000001"})),
        event("m4", "Wheel Turned", json!({"phone": "19900000002"})),
    ]});
    assert_eq!(send(&site, &key, "/v1/batch", &events).await.expect(200)["refused"], 2);
    let sample =
        async |name: &str| site.get(&format!("/api/v1/events/app/{}", name.replace(' ', "%20"))).await.expect(200)["sample"].clone();
    assert!(sample("Form Sent").await.is_string());
    // Who exports or saves what was found by a phone does not write the phone down.
    site.post("/api/v1/members/exports", &json!({"format": "csv", "q": "19900000001"})).await.expect(202);
    site.post("/api/v1/views", &json!({"room": "members", "name": "v", "query": "q=19900000001&stage=prospect.registered"}))
        .await
        .expect(201);
    for path in ["/api/v1/jobs", "/api/v1/views?room=members"] {
        let told = site.get(path).await.expect(200).to_string();
        assert!(told.contains("members") && !told.contains("19900000001"), "{told}");
    }
    let path = format!("/api/v1/members/{member}/erasure");
    let losses = site.get(&path).await.expect(200);
    let counts = ["dead_letters", "samples", "staged_files", "bad_rows", "kept_days"].map(|name| losses[name].as_u64().unwrap());
    assert_eq!(counts, [1, 2, 0, 0, 30], "the first order that came is a sample too");
    site.post(&path, &json!({"confirm": member})).await.expect(200);
    let letters = site.get("/api/v1/dead-letters").await.expect(200)["items"].as_array().unwrap().clone();
    assert_eq!(letters.len(), 1);
    let left = site.get(&format!("/api/v1/dead-letters/{}", letters[0]["id"].as_str().unwrap())).await.expect(200);
    assert!(left["body"].as_str().unwrap().contains("19900000002"), "another's letter stays");
    assert_eq!((sample("Form Sent").await, sample("Wheel Turned").await.is_string()), (Value::Null, true));
    for text in ["19900000001", "0001", "李雷"] {
        assert_eq!(site.board(&format!("/api/v1/members?q={text}")).await.expect(200)["total"], 0, "{text}");
    }
}
