//! The lake from the command line: built from the journal, and what it answers.

use serde_json::Value;

use crate::support::{Brand, SAMPLE, file};

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
