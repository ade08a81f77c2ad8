//! `docs/openapi.json` is what the routes say: `PERENNIAL_UPDATE=1` writes it anew.

use std::path::Path;

use crate::kit::Site;

#[test]
fn the_committed_document_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let current = serde_json::to_string_pretty(perennial_api::openapi::document()).unwrap() + "\n";
    if std::env::var_os("PERENNIAL_UPDATE").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let held = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(held == current, "docs/openapi.json is stale: run the tests once with PERENNIAL_UPDATE=1 and commit it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_served_without_sign_in() {
    let served = Site::shanghai().get("/api/v1/openapi.json").await.expect(200);
    assert_eq!(&served, perennial_api::openapi::document());
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(served["paths"]["/api/v1/orders"]["post"]["responses"]["default"].is_object());
}
