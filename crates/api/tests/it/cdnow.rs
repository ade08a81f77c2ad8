//! The CDNOW sample over HTTP: the acceptance table, and everything that is asked about everyone.

use std::sync::OnceLock;

use perennial_source::Preset;
use serde_json::{Value, json};

use crate::kit::Site;

const SHOWN: [&str; 7] =
    ["new.first", "new.second", "regular.loyal", "regular.active", "at_risk.silent", "lapsed.sleeping", "lapsed.churned"];

/// One sample for all these tests; its today is the last day of the data.
fn sample() -> &'static Site {
    static SAMPLE: OnceLock<Site> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let mut site = Site::new("America/New_York", "USD", "1998-06-30T22:00:00Z");
        site.import("cdnow/CDNOW_sample.txt", Preset::Cdnow);
        site
    })
}

fn shown(stages: &Value) -> [u64; 7] {
    SHOWN.map(|stage| stages[stage].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_falls_into_the_published_stages() {
    let table = [
        ("1997-03-31", [636, 346, 32, 121, 1222, 0, 0], 0),
        ("1997-09-30", [39, 11, 180, 188, 301, 1638, 0], 76),
        ("1998-06-30", [32, 16, 186, 70, 210, 290, 1553], 476),
    ];
    let site = sample();
    for (as_of, expected, second_lives) in table {
        let found = site.get(&format!("/api/v1/models/rf/stages?as_of={as_of}")).await.expect(200);
        assert_eq!(shown(&found["stages"]), expected, "{as_of}");
        assert_eq!(found["as_of"], as_of);
        assert_eq!((&found["members"], &found["buyers"]), (&json!(2357), &json!(2357)));
        assert_eq!(found["members_with_more_than_one_life"], second_lives);
        assert_eq!(found["data_up_to"], "1998-06-30T22:00:00.000Z");
    }
    // Nothing was recorded yet at that instant.
    let before = site.get("/api/v1/models/rf/stages?known_at=1998-01-01T00:00:00Z").await.expect(200);
    assert_eq!(before["members"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_agrees_with_the_scan() {
    let site = sample();
    let overview = site.board("/api/v1/overview").await.expect(200);
    assert_eq!(shown(&overview["stages"]["stages"]), [32, 16, 186, 70, 210, 290, 1553]);
    assert_eq!(overview["stages"]["members_with_more_than_one_life"], 476);
    assert_eq!(overview["brand"]["members"], 2357);
    assert_eq!(overview["brand"]["first_purchase_on"], "1997-01-01");
    assert_eq!(overview["brand"]["last_purchase_on"], "1998-06-30");
    let week_ago = site.get("/api/v1/models/rf/stages?as_of=1998-06-23").await.expect(200);
    assert_eq!(overview["week_ago"]["as_of"], "1998-06-23");
    assert_eq!(overview["week_ago"]["stages"], week_ago["stages"]);
    // The movements of the week are those of the daily table.
    let daily = site.get("/api/v1/models/rf/daily?from=1998-06-24&to=1998-06-30").await.expect(200);
    let entered: u64 = daily["days"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|day| day["in"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()))
        .sum();
    let moved: u64 = overview["movements"].as_array().unwrap().iter().map(|moved| moved["members"].as_u64().unwrap()).sum();
    assert!(moved > 0);
    assert_eq!(moved, entered);
    assert_eq!(overview["recent"].as_array().unwrap().len(), 20);
    for model in ["six-step", "guest", "four-period"] {
        let today = site.get(&format!("/api/v1/models/{model}/stages")).await.expect(200);
        let scanned = site.get(&format!("/api/v1/models/{model}/stages?known_at=1998-07-01T00:00:00Z")).await.expect(200);
        assert_eq!(today["stages"], scanned["stages"], "{model}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn flows_lead_from_one_day_to_the_other() {
    let site = sample();
    let flow = site.get("/api/v1/models/rf/flow?from=1997-02-15&to=1998-01-31").await.expect(200);
    let sum = |list: &Value| -> u64 { list.as_array().unwrap().iter().map(|link| link["members"].as_u64().unwrap()).sum() };
    assert_eq!(sum(&flow["links"]) + sum(&flow["arrived"]), 2357);
    assert!(site.get("/api/v1/models/rf/flow?from=1998-01-31&to=1997-02-15").await.expect(422)["code"] == "day.range_backwards");
    assert!(site.get("/api/v1/models/rf/daily?from=1997-01-01&to=1998-02-05").await.expect(422)["code"] == "day.range_too_long");
    assert_eq!(site.get("/api/v1/models/rf/stages?as_of=1998-07-01").await.expect(422)["code"], "day.out_of_range");
    assert_eq!(site.get("/api/v1/models/nope/stages").await.expect(404)["code"], "model.unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_in_every_order() {
    let site = sample();
    for sort in ["recency", "orders", "money", "first"] {
        for order in ["asc", "desc"] {
            let (mut seen, mut values, mut cursor) = (Vec::new(), Vec::new(), String::new());
            for _ in 0..4 {
                let path = format!("/api/v1/members?stage=lapsed.sleeping&sort={sort}&order={order}&limit=100&cursor={cursor}");
                let page = site.board(&path).await.expect(200);
                assert_eq!(page["total"], 290);
                for item in page["items"].as_array().unwrap() {
                    assert_eq!(item["stage"], "lapsed.sleeping");
                    seen.push(item["member"].as_str().unwrap().to_owned());
                    values.push(match sort {
                        "recency" => item["recency"].as_i64().unwrap(),
                        "orders" => item["f_total"].as_i64().unwrap(),
                        "money" => item["money"]["minor"].as_i64().unwrap(),
                        _ => item["first_purchase_on"].as_str().unwrap().replace('-', "").parse().unwrap(),
                    });
                }
                match page["next"].as_str() {
                    Some(next) => next.clone_into(&mut cursor),
                    None => break,
                }
            }
            assert!(values.windows(2).all(|pair| if order == "asc" { pair[0] <= pair[1] } else { pair[0] >= pair[1] }), "{sort} {order}");
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 290, "{sort} {order}");
        }
    }
    assert_eq!(site.board("/api/v1/members?stage=nope").await.expect(422)["code"], "stage.unknown");
    assert_eq!(site.board("/api/v1/members?cursor=zzz").await.expect(422)["code"], "cursor.unreadable");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_member_is_found_shown_and_explained() {
    let site = sample();
    let page = site.board("/api/v1/members?q=00004").await.expect(200);
    assert_eq!(page["total"], 1);
    let row = &page["items"][0];
    assert_eq!(row["number"], "00004");
    let id = row["member"].as_str().unwrap();
    assert_eq!(site.board(&format!("/api/v1/members?q={id}")).await.expect(200)["total"], 1);
    assert_eq!(site.board("/api/v1/members?q=nobody").await.expect(200)["total"], 0);

    let detail = site.get(&format!("/api/v1/members/{id}")).await.expect(200);
    assert_eq!(detail["stages"]["rf"]["stage"], row["stage"]);
    assert_eq!(detail["identities"][0]["type"], "number");
    assert_eq!(detail["lives"].as_array().unwrap().len() as u64, row["life"].as_u64().unwrap());
    assert!(detail["profile"].as_array().unwrap().iter().any(|field| field["field"] == "m_total" && field["value"]["currency"] == "USD"));

    let timeline = site.get(&format!("/api/v1/members/{id}/timeline?limit=3")).await.expect(200);
    assert_eq!(timeline["items"].as_array().unwrap().len(), 3);
    let next = timeline["next"].as_str().unwrap();
    let rest = site.get(&format!("/api/v1/members/{id}/timeline?limit=200&cursor={next}")).await.expect(200);
    let all: Vec<&Value> = timeline["items"].as_array().unwrap().iter().chain(rest["items"].as_array().unwrap()).collect();
    assert_eq!(all.len() as u64, timeline["total"].as_u64().unwrap());
    assert!(all.windows(2).all(|pair| pair[0]["at"].as_str() >= pair[1]["at"].as_str()));
    assert!(all.iter().any(|entry| entry["kind"] == "stage.changed" && entry["origin"] == "reconstructed" && entry["fact"].is_null()));
    assert!(all.iter().any(|entry| entry["kind"] == "order.placed" && entry["origin"] == "backfill"));

    let told = site.get(&format!("/api/v1/members/{id}/explain?as_of=1997-12-31")).await.expect(200);
    assert_eq!(told["as_of"], "1997-12-31");
    assert!(!told["evidence"].as_array().unwrap().is_empty());
    for stage in told["rejected"].as_array().unwrap() {
        assert!(!stage["because"]["zh"].as_str().unwrap().is_empty(), "{stage}");
    }
    assert!(told["would_change"].as_array().unwrap().iter().all(|change| change["sentence"]["en"].as_str().unwrap().contains('→')));
    assert_eq!(site.get(&format!("/api/v1/members/{id}/explain?as_of=1996-01-01")).await.expect(404)["code"], "member.not_yet");
    assert_eq!(site.get("/api/v1/members/m_0000000000000").await.expect(404)["code"], "member.unknown");
    assert_eq!(site.get("/api/v1/members/nonsense").await.expect(404)["code"], "member.unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_tried_beside_the_model_in_force() {
    let site = sample();
    let yaml = include_str!("../../../rules/policies/rf.yaml");
    let same = json!({"policy": yaml, "from": "1997-06", "to": "1998-06"});
    let found = site.post("/api/v1/models/rf/backtest", &same).await.expect(200);
    let months = found["months"].as_array().unwrap();
    assert_eq!(months.len(), 13);
    assert!(months.iter().all(|month| month["active"] == month["draft"]));
    assert_eq!(found["flows"]["active"], found["flows"]["draft"]);
    assert_eq!(shown(&months[12]["active"]), [32, 16, 186, 70, 210, 290, 1553]);
    let unreached: Vec<&str> = found["unreached"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(unreached, ["prospect.registered", "prospect.follower", "prospect.aware", "ended"]);

    let other = yaml.replace("recency < 90", "recency < 60");
    let tried = site.post("/api/v1/models/rf/backtest", &json!({"policy": other, "from": "1998-06", "to": "1998-06"})).await.expect(200);
    assert_ne!(tried["months"][0]["active"], tried["months"][0]["draft"]);

    let broken = yaml.replace("recency >= 720", "recencyy >= 720");
    let refused = site.post("/api/v1/models/rf/backtest", &json!({"policy": broken, "from": "1997-06", "to": "1998-06"})).await;
    assert_eq!(refused.refused(422)[0].0, "/policy/stages/3/when");
    let bad = site.post("/api/v1/models/rf/backtest", &json!({"policy": yaml, "from": "June", "to": "1998-06"})).await;
    assert_eq!(bad.refused(422), [("/from".to_owned(), "month.unreadable".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_leaves_as_a_file() {
    let site = sample();
    site.board("/api/v1/members").await.expect(200);
    let csv = site.get("/api/v1/members/export?format=csv&stage=regular.loyal").await;
    assert_eq!((csv.status.as_u16(), csv.kind()), (200, "text/csv; charset=utf-8"));
    let text = csv.text();
    assert!(text.starts_with("\u{feff}member,name,number,stage"));
    assert_eq!(text.lines().count(), 187);
    let xlsx = site.get("/api/v1/members/export?format=xlsx&stage=regular.loyal").await;
    assert_eq!(xlsx.status, 200);
    assert!(xlsx.bytes.starts_with(b"PK"));
    let audit = site.house.desk().audit(50).unwrap();
    assert!(audit.iter().any(|row| row.what == "members_exported" && row.who == "owner" && row.detail.contains("186 rows")));
    assert_eq!(
        site.get("/api/v1/members/export?format=pdf").await.refused(422),
        [("?format".to_owned(), "query.unknown_value".to_owned())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_shown_along_a_life() {
    let models = sample().get("/api/v1/models").await.expect(200);
    let ids: Vec<&str> = models.as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["rf", "four-period", "guest", "six-step"]);
    assert_eq!(models[0]["primary"], true);
    let stages = models[0]["stages"].as_array().unwrap();
    assert_eq!((&stages[0]["id"], &stages[10]["id"]), (&json!("prospect.aware"), &json!("ended")));
    assert_eq!(stages[0]["group_name"]["zh"], "潜客");
}
