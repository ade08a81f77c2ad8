//! SQL from the command line and over HTTP, through the program itself.

use serde_json::{Value, json};

use crate::support::{Brand, Served, agent, get, serve, sign_in};

const COUNT: &str = "SELECT count(*) AS buyers, sum(money) AS money FROM members WHERE purchases > 0";

#[test]
fn a_question_is_answered_as_a_table_as_json_and_as_a_file() {
    let brand = Brand::with_sample();
    let told = brand.ok(&["sql", COUNT, "--json"]).json();
    assert_eq!(told["columns"], json!([{"name": "buyers", "type": "int"}, {"name": "money", "type": "decimal"}]));
    let row = &told["rows"][0];
    assert_eq!((&row[0], &told["truncated"]), (&json!(2357), &json!(false)));
    let money = row[1].as_str().unwrap();
    let table = brand.ok(&["sql", COUNT]);
    assert_eq!(table.out.split_whitespace().collect::<Vec<_>>(), ["buyers", "money", "2357", money]);
    assert!(table.err.contains("1 rows in") && table.err.contains("data up to"), "{}", table.err);
    assert_eq!(brand.ok(&["sql", COUNT, "--csv"]).out, format!("\u{feff}buyers,money\r\n2357,{money}\r\n"));
    let cut = brand.ok(&["sql", "SELECT member FROM members", "--rows", "3", "--json"]).json();
    assert_eq!((cut["rows"].as_array().unwrap().len(), &cut["truncated"]), (3, &json!(true)));

    let refused = brand.run(&["sql", "SELECT nme FROM members"]);
    assert_eq!((refused.code, refused.out.as_str()), (3, ""));
    assert!(refused.err.contains("line 1, column 8: there is no column nme"), "{}", refused.err);
    assert_eq!(brand.run(&["sql", "DELETE FROM members"]).code, 3);
    assert!(brand.ok(&["sql"]).out.contains("stage_rf"), "the views are listed");

    let noted = brand.ok(&["sql", COUNT]).code;
    assert_eq!(noted, 0);
    let audit = brand.ok(&["audit", "log", "--json"]).out;
    assert!(audit.contains("cli: SELECT count(*) AS buyers"), "{audit}");
}

fn post(served: &Served, cookie: &str, path: &str, body: &Value) -> (u16, String) {
    let request = agent().post(format!("{}/api/v1{path}", served.address)).header("cookie", cookie).header("x-perennial", "1");
    let mut answer = request.send_json(body).unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

#[test]
fn over_http_views_are_shown_questions_answered_and_everything_noted() {
    let brand = Brand::with_sample();
    let mut served = serve(&brand);
    let cookie = sign_in(&served.address);
    let views = get(&served, &cookie, "/sql/views");
    assert_eq!(views["items"].as_array().unwrap().len(), 6);
    let told: Value = serde_json::from_str(&post(&served, &cookie, "/sql", &json!({"statement": COUNT})).1).unwrap();
    assert_eq!(told["rows"][0][0], 2357);
    assert!(told["data_up_to"].is_string() && told["elapsed_ms"].is_number());

    let wrong = post(&served, &cookie, "/sql", &json!({"statement": "SELECT\n nme FROM members", "rows": 0, "more": 1}));
    let problem: Value = serde_json::from_str(&wrong.1).unwrap();
    let pointers: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!((wrong.0, pointers), (422, vec!["/rows", "/more"]));
    let wrong = post(&served, &cookie, "/sql", &json!({"statement": "SELECT\n nme FROM members"}));
    let problem: Value = serde_json::from_str(&wrong.1).unwrap();
    assert_eq!((wrong.0, &problem["code"], &problem["errors"][0]["offset"]), (422, &json!("sql.unknown_column"), &json!(8)));
    assert!(!problem["detail_zh"].as_str().unwrap().is_ascii());

    let export = json!({"statement": "SELECT member, number, '=1+1' AS formula FROM members ORDER BY number LIMIT 1"});
    let (status, file) = post(&served, &cookie, "/sql/export", &export);
    assert!(status == 200 && file.contains(",00004,'=1+1"), "{status} {file}");
    assert_eq!(post(&served, &cookie, "/sql/export", &json!({"statement": "DROP TABLE members"})).0, 422);
    let reveal = json!({"statement": "SELECT name FROM members LIMIT 1", "reveal": "no"});
    assert_eq!(post(&served, &cookie, "/sql", &reveal).0, 422, "a reason has some letters");

    let history = get(&served, &cookie, "/sql/history");
    assert_eq!(history.as_array().unwrap().last().unwrap()["statement"], COUNT);
    let exports = get(&served, &cookie, "/audit?what=sql_exported");
    assert_eq!(exports["items"][1]["detail"], "csv: SELECT member, number, '…' AS formula FROM members ORDER BY number LIMIT 1");

    let (status, key) = post(&served, &cookie, "/api-keys", &json!({"name": "bi", "scopes": ["sql"]}));
    assert_eq!(status, 201);
    let secret = serde_json::from_str::<Value>(&key).unwrap()["secret"].as_str().unwrap().to_owned();
    let by_key = |path: &str, body: &Value| {
        let request = agent().post(format!("{}/api/v1{path}", served.address)).header("authorization", format!("Bearer {secret}"));
        request.send_json(body).unwrap().status().as_u16()
    };
    assert_eq!(by_key("/sql", &json!({"statement": "SELECT 1"})), 200);
    assert_eq!(by_key("/sql/export", &json!({"statement": "SELECT 1"})), 403, "a file needs the permission to export, too");
    assert_eq!(by_key("/sql", &json!({"statement": "SELECT 1", "reveal": "call them back"})), 422, "nor may it reveal");
    served.child.kill().unwrap();
    served.child.wait().unwrap();
}
