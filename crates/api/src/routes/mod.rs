//! The operations, one file a slice. A new slice adds its routes here and its rows to [`crate::guard::OPERATIONS`].

mod account;
mod audit;
mod catalogue;
mod conditions;
mod consents;
mod dashboards;
mod dead_letters;
mod delivered;
mod erasure;
mod events;
mod export;
mod exports;
mod health;
mod imports;
mod jobs;
mod join;
mod keys;
mod lists;
mod look_alikes;
mod member;
mod members;
mod metrics;
mod metrics_asked;
mod models;
mod orders;
mod overview;
mod people;
mod policies;
mod products;
mod profile;
mod reveal;
mod rfm;
mod search;
mod segment;
pub mod session;
pub mod setup;
mod signals;
mod simulate;
mod sources;
mod sql;
mod trials;
mod upload;
mod users;
mod value;
mod value_model;
mod views;
mod warning;
mod webhooks;
mod worth;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::site::Site;

pub fn all() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::new()
        .routes(routes!(session::health))
        .routes(routes!(health::health_detail))
        .routes(routes!(health::metrics))
        .routes(routes!(audit::audit))
        .routes(routes!(audit::audit_check))
        .routes(routes!(audit::audit_export))
        .routes(routes!(reveal::reveal))
        .routes(routes!(session::who, session::sign_in, session::sign_out))
        .routes(routes!(setup::setup_state, setup::set_up))
        .routes(routes!(setup::load_sample))
        .routes(routes!(account::change_password))
        .routes(routes!(account::enrol_second_factor, account::remove_second_factor))
        .routes(routes!(account::confirm_second_factor))
        .routes(routes!(account::renew_recovery_codes))
        .routes(routes!(account::sessions, account::end_sessions))
        .routes(routes!(account::end_session))
        .routes(routes!(users::users, users::create_user))
        .routes(routes!(users::change_user))
        .routes(routes!(users::reset_password))
        .routes(routes!(users::reset_second_factor))
        .routes(routes!(users::user_sessions, users::end_user_sessions))
        .routes(routes!(users::security, users::set_security))
        .routes(routes!(overview::brand))
        .routes(routes!(overview::overview))
        .merge(everyone())
        .merge(measures())
        .merge(statements())
        .routes(routes!(policies::policies))
        .routes(routes!(policies::policy_version))
        .routes(routes!(policies::check_policy))
        .routes(routes!(policies::save_version))
        .routes(routes!(policies::policy_diff))
        .routes(routes!(policies::activate))
        .routes(routes!(policies::withdraw))
        .routes(routes!(trials::begin_trial))
        .routes(routes!(trials::shown_trial))
        .routes(routes!(members::members))
        .routes(routes!(export::members_export))
        .routes(routes!(exports::export_members))
        .routes(routes!(jobs::jobs))
        .routes(routes!(jobs::job))
        .routes(routes!(jobs::cancel_job))
        .routes(routes!(jobs::job_file))
        .routes(routes!(views::views, views::save_view))
        .routes(routes!(views::delete_view))
        .routes(routes!(lists::lists, lists::save_list))
        .routes(routes!(lists::delete_list))
        .routes(routes!(dashboards::dashboards, dashboards::add_dashboard))
        .routes(routes!(dashboards::change_dashboard, dashboards::delete_dashboard))
        .routes(routes!(search::search))
        .routes(routes!(conditions::catalog))
        .routes(routes!(conditions::read_condition))
        .routes(routes!(member::member, profile::patch_member))
        .merge(profiles())
        .routes(routes!(member::timeline))
        .routes(routes!(member::explain))
        .routes(routes!(people::conflicts))
        .routes(routes!(people::conflict, people::settle_conflict))
        .routes(routes!(people::preview_merge, people::merge))
        .routes(routes!(people::preview_split, people::split))
        .routes(routes!(people::identity_rules, people::change_identity_rules))
        .routes(routes!(orders::place_order))
        .routes(routes!(orders::update_order))
        .routes(routes!(orders::cancel_order))
        .routes(routes!(orders::refund_order))
        .routes(routes!(sources::sources, sources::create_source))
        .routes(routes!(sources::source, sources::change_source, sources::delete_source))
        .routes(routes!(sources::rotate_source))
        .routes(routes!(events::events))
        .routes(routes!(events::event))
        .routes(routes!(dead_letters::dead_letters))
        .routes(routes!(dead_letters::dead_letter, dead_letters::mend_dead_letter))
        .routes(routes!(dead_letters::replay_dead_letter))
        .routes(routes!(dead_letters::discard_dead_letter))
        .routes(routes!(dead_letters::replay_dead_letters))
        .routes(routes!(webhooks::webhook))
        .routes(routes!(catalogue::entries, catalogue::put_entries))
        .routes(routes!(catalogue::entry, catalogue::put_entry, catalogue::retire_entry))
        .routes(routes!(catalogue::import_entries))
        .routes(routes!(segment::batch))
        .routes(routes!(segment::identify))
        .routes(routes!(segment::track))
        .routes(routes!(segment::page))
        .routes(routes!(segment::screen))
        .routes(routes!(segment::group))
        .routes(routes!(segment::alias))
        .routes(routes!(imports::imports))
        .routes(routes!(imports::import))
        .routes(routes!(imports::map_import))
        .routes(routes!(imports::try_import))
        .routes(routes!(imports::start_import))
        .routes(routes!(imports::pause_import))
        .routes(routes!(imports::resume_import))
        .routes(routes!(imports::cancel_import))
        .routes(routes!(imports::preview_undo, imports::undo_import))
        .routes(routes!(imports::bad_rows))
        // Bounded where it is read, piece by piece.
        .merge(OpenApiRouter::new().routes(routes!(upload::upload_import)).layer(DefaultBodyLimit::disable()))
        .routes(routes!(keys::api_keys, keys::create_api_key))
        .routes(routes!(keys::delete_api_key))
}

/// Metrics over everyone, and the simulator.
fn measures() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::new()
        .routes(routes!(metrics::repurchase))
        .routes(routes!(metrics::cohort))
        .routes(routes!(metrics::funnel))
        .routes(routes!(metrics::acquisition))
        .routes(routes!(metrics::pareto))
        .routes(routes!(metrics::contribution))
        .routes(routes!(metrics::cross))
        .routes(routes!(metrics::baskets))
        .routes(routes!(products::products))
        .routes(routes!(products::first_product))
        .routes(routes!(products::demand))
        .routes(routes!(products::due))
        .routes(routes!(products::due_export))
        .routes(routes!(metrics::metric_export))
        .routes(routes!(metrics::metric_members))
        .routes(routes!(simulate::simulate))
}

/// Questions in SQL.
fn statements() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::new()
        .routes(routes!(sql::sql_views))
        .routes(routes!(sql::ask_sql))
        .routes(routes!(sql::export_sql))
        .routes(routes!(sql::sql_history))
}

/// What is counted and reckoned over everyone.
fn everyone() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::new()
        .routes(routes!(models::models))
        .routes(routes!(models::stages))
        .routes(routes!(models::flow))
        .routes(routes!(models::daily))
        .routes(routes!(models::backtest))
        .routes(routes!(models::times))
        .routes(routes!(models::survival))
        .routes(routes!(rfm::rfm))
        .routes(routes!(rfm::rfm_within))
        .routes(routes!(rfm::rfm_export))
        .routes(routes!(value::value_models))
        .routes(routes!(value::holdout))
        .routes(routes!(warning::warnings))
        .routes(routes!(warning::judgement))
        .routes(routes!(warning::warnings_export))
        .routes(routes!(warning::equity))
        .routes(routes!(warning::equity_export))
        .routes(routes!(signals::signals, signals::put_signals))
        .routes(routes!(worth::super_users))
        .routes(routes!(worth::super_users_export))
        .routes(routes!(worth::kinds))
        .routes(routes!(worth::kinds_export))
        .routes(routes!(delivered::delivered))
        .routes(routes!(delivered::delivered_export))
        .routes(routes!(look_alikes::look_alikes))
        .routes(routes!(look_alikes::look_alikes_export))
        .routes(routes!(value_model::value_versions, value_model::refit))
        .routes(routes!(value_model::value_preview))
        .routes(routes!(value_model::activate_value))
        .routes(routes!(value_model::withdraw_value))
}

/// Fields, consents, joining, and what a member has a right to.
fn profiles() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::new()
        .routes(routes!(profile::member_profile))
        .routes(routes!(profile::fields, profile::put_fields))
        .routes(routes!(consents::consents, consents::put_consents))
        .routes(routes!(consents::member_consents, consents::record_consent))
        .routes(routes!(consents::may_send))
        .routes(routes!(join::join_form, join::put_join_form))
        .routes(routes!(join::join))
        .routes(routes!(erasure::member_package))
        .routes(routes!(erasure::erasure_preview, erasure::erase_member))
}
