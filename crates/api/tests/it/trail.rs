//! Every operation that changes something leaves a line in the audit trail; what leaves none is listed here, with the reason.

use axum::body::Body;
use axum::http::header;
use perennial_api::guard::{Need, OPERATIONS};
use serde_json::{Value, json};

use crate::kit::Site;

/// Method, path as in the table, the path asked, the body, and the line it leaves. In order: later ones build on earlier ones.
fn changes() -> Vec<(&'static str, &'static str, String, Value, &'static str)> {
    let own = |path: &str| path.to_owned();
    vec![
        ("POST", "/api/v1/users", own("/api/v1/users"), json!({"name": "li", "role": "operator"}), "user_created"),
        ("PATCH", "/api/v1/users/{user}", own("/api/v1/users/li"), json!({"role": "analyst"}), "user_changed"),
        ("POST", "/api/v1/users/{user}/password", own("/api/v1/users/li/password"), json!({"password": "another one"}), "password_reset"),
        ("PUT", "/api/v1/security", own("/api/v1/security"), json!({"second_factor_roles": ["finance"]}), "second_factor_required"),
        ("POST", "/api/v1/api-keys", own("/api/v1/api-keys"), json!({"name": "k", "scopes": ["read"]}), "key_created"),
        (
            "PUT",
            "/api/v1/session/password",
            own("/api/v1/session/password"),
            json!({"current": crate::kit::PASSWORD, "new": "quite another one"}),
            "password_set",
        ),
        ("DELETE", "/api/v1/session", own("/api/v1/session"), json!({}), "signed_out"),
    ]
}

/// What is not among the changes above, and why: it changes nothing, is a fact of the journal, or has a test of its own.
const WITHOUT: &[(&str, &str, &str)] = &[
    ("POST", "/api/v1/session", "signing in has tests of its own: signed_in, sign_in_failed"),
    ("POST", "/api/v1/session/second-factor", "nothing is in force before it is confirmed"),
    ("POST", "/api/v1/session/second-factor/confirm", "users::a_second_factor_is_set_up_and_each_code_opens_once"),
    ("POST", "/api/v1/session/second-factor/recovery-codes", "users::a_second_factor_is_set_up_and_each_code_opens_once"),
    ("DELETE", "/api/v1/session/second-factor", "users::a_second_factor_is_set_up_and_each_code_opens_once"),
    ("DELETE", "/api/v1/users/{user}/second-factor", "below"),
    ("DELETE", "/api/v1/users/{user}/sessions", "below"),
    ("DELETE", "/api/v1/sessions", "below"),
    ("DELETE", "/api/v1/sessions/{session}", "below"),
    ("DELETE", "/api/v1/api-keys/{id}", "below"),
    ("POST", "/api/v1/members/{member}/reveal", "personal::values_are_masked_everywhere_until_they_are_revealed_for_a_reason"),
    ("POST", "/api/v1/members/{member}/merge", "people::a_merge_is_looked_at_made_counted_once_and_taken_back"),
    ("POST", "/api/v1/members/{member}/split", "people::a_merge_is_looked_at_made_counted_once_and_taken_back"),
    ("POST", "/api/v1/conflicts/{member}/{other}", "people::a_conflict_is_listed_with_evidence_and_answered"),
    ("PUT", "/api/v1/identity-rules", "people::identity_rules_are_changed_as_versions_and_what_is_wrong_with_them_is_told"),
    ("POST", "/api/v1/models/{model}/backtest", "changes nothing"),
    ("POST", "/api/v1/metrics/simulate", "changes nothing"),
    ("POST", "/api/v1/sql", "sql_asked: the tests of the command line, where something answers SQL"),
    ("POST", "/api/v1/sql/export", "sql_exported: the tests of the command line, where something answers SQL"),
    ("POST", "/api/v1/sources", "sources::"),
    ("PATCH", "/api/v1/sources/{source}", "sources::"),
    ("DELETE", "/api/v1/sources/{source}", "sources::"),
    ("POST", "/api/v1/sources/{source}/rotate", "sources::"),
    ("PUT", "/api/v1/dead-letters/{letter}", "dead_letters::"),
    ("POST", "/api/v1/dead-letters/{letter}/replay", "dead_letters::"),
    ("POST", "/api/v1/dead-letters/{letter}/discard", "dead_letters::"),
    ("POST", "/api/v1/dead-letters/replay", "dead_letters::"),
    ("POST", "/api/v1/policies/check", "changes nothing"),
    ("POST", "/api/v1/policies/{model}/versions", "policies::"),
    ("POST", "/api/v1/policies/{model}/versions/{version}/activate", "policies::"),
    ("POST", "/api/v1/policies/{model}/versions/{version}/withdraw", "policies::"),
    ("POST", "/api/v1/policies/{model}/trials", "changes nothing in force"),
    ("PUT", "/api/v1/signals", "signals_changed: worth::"),
    ("POST", "/api/v1/value/versions", "policy_added: value::a_refit_is_a_draft_with_a_preview_and_is_put_in_force"),
    ("POST", "/api/v1/value/versions/{version}/activate", "policy_activated: value::a_refit_is_a_draft_with_a_preview_and_is_put_in_force"),
    ("POST", "/api/v1/value/versions/{version}/withdraw", "policy_withdrawn: value::a_refit_is_a_draft_with_a_preview_and_is_put_in_force"),
    ("POST", "/api/v1/members/exports", "noted when it is written and when it is taken: lists::"),
    ("POST", "/api/v1/jobs/{id}/cancel", "lists::"),
    ("POST", "/api/v1/views", "a view is somebody's own arrangement of a list"),
    ("DELETE", "/api/v1/views/{id}", "a view is somebody's own arrangement of a list"),
    ("POST", "/api/v1/lists", "fixed_lists::"),
    ("DELETE", "/api/v1/lists/{id}", "fixed_lists::"),
    ("POST", "/api/v1/dashboards", "a dashboard is somebody's own arrangement of rooms"),
    ("PUT", "/api/v1/dashboards/{id}", "a dashboard is somebody's own arrangement of rooms"),
    ("DELETE", "/api/v1/dashboards/{id}", "a dashboard is somebody's own arrangement of rooms"),
    ("POST", "/api/v1/conditions", "changes nothing"),
    ("PUT", "/api/v1/catalogue/{kind}", "the catalogue keeps every version with who wrote it"),
    ("PUT", "/api/v1/catalogue/{kind}/{id}", "the catalogue keeps every version with who wrote it"),
    ("DELETE", "/api/v1/catalogue/{kind}/{id}", "the catalogue keeps every version with who wrote it"),
    ("POST", "/api/v1/catalogue/{kind}/import", "the catalogue keeps every version with who wrote it"),
    ("POST", "/api/v1/setup", "brand_initialised: a server of an empty folder has tests of its own"),
    ("POST", "/api/v1/setup/sample", "import_uploaded, as any file"),
    ("POST", "/api/v1/imports", "import_uploaded: imports::"),
    ("PUT", "/api/v1/imports/{import}/mapping", "import_mapped: imports::"),
    ("POST", "/api/v1/imports/{import}/dry-run", "import_dry_run: imports::"),
    ("POST", "/api/v1/imports/{import}/start", "import_start: imports::"),
    ("POST", "/api/v1/imports/{import}/pause", "import_pause: imports::"),
    ("POST", "/api/v1/imports/{import}/resume", "import_resume: imports::"),
    ("POST", "/api/v1/imports/{import}/cancel", "import_cancel: imports::"),
    ("POST", "/api/v1/imports/{import}/undo", "import_undo: imports::"),
    ("PATCH", "/api/v1/members/{member}", "a fact"),
    ("POST", "/api/v1/members/{member}/consents", "a fact"),
    ("POST", "/api/v1/joins", "facts"),
    ("POST", "/api/v1/members/{member}/erasure", "member_erased: joining::"),
    ("PUT", "/api/v1/consents", "consents_changed: joining::"),
    ("PUT", "/api/v1/join-form", "join_form_changed: joining::"),
    ("PUT", "/api/v1/fields", "fields_changed: joining::"),
    ("POST", "/webhooks/{source}", "facts and dead letters"),
    ("POST", "/api/v1/orders", "a fact: the journal is its record, with its own chain"),
    ("PUT", "/api/v1/orders/{source}/{order_id}", "a fact"),
    ("POST", "/api/v1/orders/{source}/{order_id}/cancel", "a fact"),
    ("POST", "/api/v1/orders/{source}/{order_id}/refunds", "a fact"),
];

fn last(site: &Site) -> Vec<String> {
    site.house.desk().audit(3).unwrap().into_iter().map(|row| row.what).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_changing_operation_leaves_a_line() {
    let site = Site::shanghai();
    let changes = changes();
    for (method, path, _) in OPERATIONS.iter().filter(|(method, _, need)| *method != "GET" && *need != Need::Source) {
        let told = changes.iter().any(|(m, p, ..)| (m, p) == (method, path)) || WITHOUT.iter().any(|(m, p, _)| (m, p) == (method, path));
        assert!(told, "{method} {path}: which line does it leave in the audit trail?");
    }
    for (method, _, path, body, what) in &changes {
        let answer = site.send_json(method, path, body).await;
        assert!(answer.status.is_success(), "{method} {path}: {}", answer.text());
        assert!(last(&site).contains(&(*what).to_owned()), "{method} {path}: {:?}", last(&site));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ended_or_removed_leaves_a_line() {
    let site = Site::shanghai();
    let access = perennial_app::access::Access::new(std::sync::Arc::clone(&site.house));
    let end = async |path: &str, what: &str| {
        let request = site.request("DELETE", path).header(header::CONTENT_TYPE, "application/json");
        let answer = site.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.text());
        assert_eq!(last(&site)[0], what, "{path}");
    };
    site.post("/api/v1/users", &json!({"name": "li", "role": "operator", "password": "first of all"})).await.expect(201);
    access.sign_in("li", "first of all").unwrap();
    end("/api/v1/users/li/sessions", "sessions_ended").await;
    access.sign_in("li", "first of all").unwrap();
    let id = access.sessions(Some("li")).unwrap()[0].id.clone();
    end(&format!("/api/v1/sessions/{id}"), "session_ended").await;
    access.sign_in("owner", crate::kit::PASSWORD).unwrap();
    end("/api/v1/sessions", "sessions_ended").await;
    let key = access.create_key("test", "k", &[]).unwrap().key.id;
    end(&format!("/api/v1/api-keys/{key}"), "key_deleted").await;
    site.house.desk().set_factor("li", &perennial_app::port::access::FactorRow { sealed: vec![], confirmed: true, step: 0 }).unwrap();
    end("/api/v1/users/li/second-factor", "second_factor_removed").await;
}
