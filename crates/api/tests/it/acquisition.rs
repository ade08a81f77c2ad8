//! How people become buyers, over HTTP: by who told of them first, with the members behind each step.

use std::collections::BTreeMap;

use perennial_app::engine::Command;
use perennial_kernel::{Body, Identity, IdentityKind, Incoming, Instant, Personal, Relation, Scores};
use serde_json::{Value, json};

use crate::kit::Site;

fn told(site: &Site, source: &str, number: &str, day: &str, body: Body) {
    let incoming = Incoming {
        source: source.into(),
        object: format!("{number} {day}"),
        version: String::new(),
        identities: Identity::parse(IdentityKind::Number, number).into_iter().collect(),
        personal: Personal::default(),
        occurred_at: Instant::parse(&format!("{day}T04:00:00Z")).unwrap(),
        body,
    };
    site.house.queue().process(vec![Command::Record { incoming: Box::new(incoming), import: None }]).unwrap();
}

fn came(relation: Relation) -> Body {
    Body::MemberUpdated { relation: Some(relation), attributes: BTreeMap::new() }
}

/// The first goes all the way, the second follows, the third buys at once, the fourth looks, the fifth is known too lately.
async fn shop() -> Site {
    let site = Site::shanghai();
    for (day, relation) in [("2026-09-01", Relation::Aware), ("2026-09-03", Relation::Follower), ("2026-09-10", Relation::Registered)] {
        told(&site, "wechat", "1", day, came(relation));
    }
    told(&site, "wechat", "2", "2026-09-01", came(Relation::Follower));
    told(&site, "app", "4", "2026-09-06", Body::Behaved { name: "view".into(), channel: Some("web".into()), scores: Scores::NONE });
    told(&site, "wechat", "5", "2026-11-10", came(Relation::Aware));
    for (order, number, day) in [("A1", "1", "2026-09-20"), ("A2", "3", "2026-09-05")] {
        let body = json!({ "source": "pos", "order_id": order, "paid_at": day, "amount": "20.00", "member": { "number": number } });
        site.post("/api/v1/orders", &body).await.expect(201);
    }
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_tell_how_far_their_people_came_and_who_they_are() {
    let site = shop().await;
    let asked = "horizon_days=30&as_of=2026-11-22";
    let ask = async |path: &str| site.get(&format!("/api/v1/metrics/{path}")).await;
    let answer = ask(&format!("acquisition?by=source&{asked}")).await.expect(200);
    let all = &answer["all"];
    let steps = |row: &Value, name: &str| row["steps"].as_array().unwrap().iter().map(|step| step[name].clone()).collect::<Vec<_>>();
    assert_eq!((&all["members"], &all["excluded"], &all["bought_at_once"]), (&json!(4), &json!(1), &json!(1)));
    assert_eq!(
        (steps(all, "reached"), steps(all, "took")),
        (vec![json!(4), json!(3), json!(2), json!(2)], vec![json!(4), json!(2), json!(1), json!(2)])
    );
    assert_eq!((&all["steps"][3]["days"]["p80"], &all["steps"][3]["days_since_known"]["p80"]), (&json!(10), &json!(19)));
    let groups: Vec<_> = answer["rows"].as_array().unwrap().iter().map(|row| (&row["group"], &row["members"])).collect();
    assert_eq!(groups, [(&json!("wechat"), &json!(2)), (&json!("app"), &json!(1)), (&json!("pos"), &json!(1))]);
    assert!(answer["definitions"].as_array().unwrap().iter().any(|held| held["key"] == "acquisition.reached"));

    let total = async |cell: &str| {
        let path = format!("/api/v1/metrics/acquisition/members?by=source&{asked}&cell={cell}");
        site.board(&path).await.expect(200)["total"].as_u64().unwrap()
    };
    assert_eq!((total("reached:follower").await, total("reached:follower:wechat").await, total("took:follower").await), (3, 2, 2));
    assert_eq!((total("at_once").await, total("excluded").await, total("excluded:pos").await), (1, 1, 0));
    let by_channel = ask(&format!("acquisition?by=channel&{asked}")).await.expect(200);
    assert_eq!(
        (&by_channel["rows"][0]["group"], &by_channel["rows"][0]["members"]),
        (&json!(""), &json!(3)),
        "neither relations nor these orders name a channel"
    );
    let path = format!("/api/v1/metrics/acquisition/members?by=channel&{asked}&cell=reached:aware:");
    assert_eq!(site.board(&path).await.expect(200)["total"], 3);

    let csv = ask(&format!("acquisition/export?by=source&{asked}")).await;
    assert!(csv.text().contains("\r\nwechat,follower,2,1,1,2,0,2,0,2,1\r\n"), "{}", csv.text());
    for (path, pointer) in [
        ("acquisition?by=shop", "?by"),
        ("acquisition?horizon_days=0", "?horizon_days"),
        ("acquisition/members?cell=reached:fan", "?cell"),
        ("acquisition/members?cell=took", "?cell"),
    ] {
        assert_eq!(ask(path).await.refused(422)[0].0, pointer, "{path}");
    }
}
