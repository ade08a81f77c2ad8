//! The lake from the command line: built from the journal, and what it answers.

use serde_json::Value;

use crate::support::{Brand, SAMPLE, file, get, listening, sign_in};

/// Without what says when the question was asked.
fn repurchase(brand: &Brand, more: &[&str]) -> Value {
    let mut words = vec!["metrics", "repurchase", "--from", "1997-01-01", "--to", "1998-01-01", "--json"];
    words.extend(more);
    let mut told = brand.ok(&words).json();
    told.as_object_mut().unwrap().remove("known_at");
    told
}

#[test]
fn what_is_rebuilt_answers_as_the_journal_does_and_nothing_that_came_since_is_missing() {
    let brand = Brand::with_sample();
    assert_eq!(brand.run(&["lake", "status"]).code, 3);
    let by_store = repurchase(&brand, &["--lake", "none"]);
    let told = brand.ok(&["lake", "rebuild", "--json"]).json();
    assert_eq!((&told["runs"], &told["lag"]), (&Value::from(1), &Value::from(0)), "{told}");
    assert!(told["facts"].as_u64().unwrap() > 6919 && told["bytes"].as_u64().unwrap() > 0, "{told}");
    assert_eq!(repurchase(&brand, &[]), by_store);
    assert_eq!(brand.ok(&["stages", "--as-of", "1998-06-30", "--json"]).json(), {
        brand.ok(&["stages", "--as-of", "1998-06-30", "--json", "--lake", "none"]).json()
    });

    // Undone after the lake was written: what it holds is behind the journal, what it answers is not.
    brand.ok(&["import", "undo", "1"]);
    assert!(brand.ok(&["lake", "status", "--json"]).json()["lag"].as_u64().unwrap() > 0);
    assert_eq!(repurchase(&brand, &[]), repurchase(&brand, &["--lake", "none"]));
    assert_eq!(repurchase(&brand, &[])["buyers"], 0);
    brand.import(&file(SAMPLE), &["--preset", "cdnow"]);
    assert_eq!(repurchase(&brand, &[]), repurchase(&brand, &["--lake", "none"]));
    let again = brand.ok(&["lake", "rebuild", "--json"]).json();
    assert!(again["facts"].as_u64().unwrap() > told["facts"].as_u64().unwrap());
    assert_eq!(repurchase(&brand, &[]), repurchase(&brand, &["--lake", "none"]));
}

#[test]
fn a_lake_that_cannot_be_reached_ends_nothing_and_that_is_said() {
    let brand = Brand::with_sample();
    let by_store = repurchase(&brand, &["--lake", "none"]);
    // Nobody listens at port 1.
    let ask = |words: &[&str]| {
        let mut command = brand.command(words);
        command.args(["--lake", "s3://nowhere/brand"]);
        for (name, value) in [
            ("AWS_ENDPOINT", "http://127.0.0.1:1"),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "test"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ] {
            command.env(name, value);
        }
        command
    };
    let told = ask(&["--lang", "zh", "metrics", "repurchase", "--from", "1997-01-01", "--to", "1998-01-01", "--json"]).output().unwrap();
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(told.status.success() && said.contains("无法访问数据湖 s3://nowhere/brand") && said.contains("改由日志应答"), "{said}");
    let mut answer: Value = serde_json::from_slice(&told.stdout).unwrap();
    answer.as_object_mut().unwrap().remove("known_at");
    assert_eq!(answer, by_store);

    let (mut served, lines) = listening(ask(&["serve", "--listen", "127.0.0.1:0"]));
    std::thread::spawn(move || lines.for_each(drop));
    let health = get(&served, &sign_in(&served.address), "/health/detail");
    served.child.kill().unwrap();
    served.child.wait().unwrap();
    assert_eq!(health["lake"]["away"], true, "{health}");
    assert!(health["concerns"].as_array().unwrap().contains(&Value::from("lake.away")), "{health}");
}
