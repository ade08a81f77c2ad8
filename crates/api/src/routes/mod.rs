//! The operations, one file a slice. A new slice adds its routes here and its rows to [`crate::guard::OPERATIONS`].

mod catalogue;
mod conditions;
mod dead_letters;
mod events;
mod export;
mod exports;
mod jobs;
mod keys;
mod member;
mod members;
mod models;
mod orders;
mod overview;
mod people;
mod policies;
mod search;
mod segment;
mod session;
mod sources;
mod trials;
mod views;
mod webhooks;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::site::Site;

pub fn all() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::new()
        .routes(routes!(session::health))
        .routes(routes!(session::who, session::sign_in, session::sign_out))
        .routes(routes!(overview::brand))
        .routes(routes!(overview::overview))
        .routes(routes!(models::models))
        .routes(routes!(models::stages))
        .routes(routes!(models::flow))
        .routes(routes!(models::daily))
        .routes(routes!(models::backtest))
        .routes(routes!(models::times))
        .routes(routes!(models::survival))
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
        .routes(routes!(search::search))
        .routes(routes!(conditions::catalog))
        .routes(routes!(conditions::read_condition))
        .routes(routes!(member::member))
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
        .routes(routes!(keys::api_keys, keys::create_api_key))
        .routes(routes!(keys::delete_api_key))
}
