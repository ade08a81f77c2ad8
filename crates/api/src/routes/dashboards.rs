//! Dashboards, one's own and those that others share.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::port::PortError;
use perennial_app::port::dashboards::DashboardRow;
use perennial_kernel::Instant;
use serde_json::Value;

use super::views::{NAME_CHARS_MAX, QUERY_BYTES_MAX, nameless};
use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::{Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

const ROOMS: [&str; 5] = ["overview", "lifecycle", "metrics", "value", "sql"];
/// Numbers of so many digits are phones and the like.
const DIGITS_MAX: usize = 8;
/// More cards than this nobody looks through, and each asks something of everyone.
const CARDS_MAX: usize = 24;
const DAYS_MAX: u32 = 3650;

/// The caller's dashboards and the shared ones, by name.
#[utoipa::path(get, path = "/api/v1/dashboards", tag = "dashboards", responses((status = 200, body = Vec<wire::Dashboard>)))]
pub async fn dashboards(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    query: Query,
) -> Result<Json<Vec<wire::Dashboard>>, Problem> {
    query.finish()?;
    let who = caller.name();
    let rows = site.ask(|site| site.house.desk().dashboards()).await?;
    Ok(Json(rows.into_iter().filter(|row| row.shared || row.who == who).map(|row| wire::Dashboard::new(row, &who)).collect()))
}

/// Puts a dashboard together. Nothing that was searched for is kept of its cards' addresses.
#[utoipa::path(post, path = "/api/v1/dashboards", tag = "dashboards", request_body = wire::NewDashboard,
    responses((status = 201, body = wire::Dashboard)))]
pub async fn add_dashboard(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::Dashboard>), Problem> {
    let who = caller.name();
    let mut row = read(&body, false)?;
    row.who.clone_from(&who);
    let kept = site.ask(move |site| {
        row.changed_at = site.house.now();
        row.id = site.house.desk().add_dashboard(&row)?;
        Ok::<_, PortError>(row)
    });
    Ok((StatusCode::CREATED, Json(wire::Dashboard::new(kept.await?, &who))))
}

/// Changes a dashboard of one's own, if nobody did since it was read.
#[utoipa::path(put, path = "/api/v1/dashboards/{id}", tag = "dashboards", params(("id" = String, Path)),
    request_body = wire::ChangedDashboard, responses((status = 200, body = wire::Dashboard)))]
pub async fn change_dashboard(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::Dashboard>, Problem> {
    let who = caller.name();
    let mut row = read(&body, true)?;
    (row.id, row.who) = (wire::dashboard_number(&id).ok_or_else(unknown)?, who.clone());
    let changed = site.ask(move |site| {
        row.changed_at = site.house.now();
        let mut desk = site.house.desk();
        let is_there = desk.dashboards()?.iter().any(|held| held.id == row.id && held.who == row.who);
        Ok::<_, PortError>(if desk.change_dashboard(&row)? { Ok(row) } else { Err(is_there) })
    });
    match changed.await? {
        Ok(row) => Ok(Json(wire::Dashboard::new(row, &who))),
        Err(true) => Err(Problem::new(
            StatusCode::CONFLICT,
            "dashboard.changed",
            "It was changed meanwhile: look at it anew",
            "看板已被更新，请刷新后重试",
        )),
        Err(false) => Err(unknown()),
    }
}

/// Drops a dashboard of one's own.
#[utoipa::path(delete, path = "/api/v1/dashboards/{id}", tag = "dashboards", params(("id" = String, Path)),
    responses((status = 204, description = "Deleted")))]
pub async fn delete_dashboard(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
) -> Result<StatusCode, Problem> {
    let (number, who) = (wire::dashboard_number(&id), caller.name());
    let dropped = site.ask(move |site| number.map_or(Ok(false), |number| site.house.desk().drop_dashboard(number, &who)));
    if dropped.await? { Ok(StatusCode::NO_CONTENT) } else { Err(unknown()) }
}

fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "dashboard.unknown", "You have no such dashboard", "你没有这个看板")
}

fn read(body: &Value, changes: bool) -> Result<DashboardRow, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let name = fields.required_text("name").trim().to_owned();
    if name.chars().count() > NAME_CHARS_MAX || (name.is_empty() && body["name"].is_string()) {
        problems.add("/name", "dashboard.name", "has 1 to 80 characters", "须为 1 到 80 个字符");
    }
    let (cards, shared) = (fields.objects("cards"), fields.flag("shared"));
    if cards.len() > CARDS_MAX {
        problems.add("/cards", "dashboard.cards", "has at most 24 cards", "最多 24 张卡片");
    }
    let cards: Vec<wire::Card> = cards.iter().take(CARDS_MAX).map(|fields| card(fields, &problems)).collect();
    let before = if changes { fields.index("version") } else { 0 };
    fields.close();
    problems.finish()?;
    let cards = serde_json::to_string(&cards).map_err(|error| Problem::failure(&error))?;
    let version = i64::from(before) + 1;
    Ok(DashboardRow { id: 0, name, cards, shared, who: String::new(), version, changed_at: Instant(0) })
}

fn card(fields: &Fields<'_>, problems: &Problems) -> wire::Card {
    let (room, query) = (fields.required_text("room"), fields.text("query").unwrap_or_default());
    if !room.is_empty() && !ROOMS.contains(&room.as_str()) {
        let (en, zh) = ("must be overview, lifecycle, metrics, value or sql", "须为 overview、lifecycle、metrics、value 或 sql");
        problems.add(&fields.at("room"), "dashboard.room", en, zh);
    }
    if query.len() > QUERY_BYTES_MAX {
        problems.add(&fields.at("query"), "dashboard.query", "is longer than 8 KB", "超过 8 KB");
    }
    if room == "sql" && names_somebody(&query) {
        let en = "must not name anybody: it would outlive their erasure. Take the phone or the address out";
        problems.add(&fields.at("query"), "dashboard.names_somebody", en, "不能指明某个人（删除其资料后仍会留存），请去掉手机号或邮箱");
    }
    let title = fields.text("title").unwrap_or_default().trim().to_owned();
    if title.chars().count() > NAME_CHARS_MAX {
        problems.add(&fields.at("title"), "dashboard.title", "has at most 80 characters", "最多 80 个字符");
    }
    let last_days = fields.has("last_days").then(|| fields.index("last_days"));
    if last_days.is_some_and(|days| days == 0 || days > DAYS_MAX) {
        problems.add(&fields.at("last_days"), "dashboard.days", "is from 1 to 3650", "须在 1 到 3650 之间");
    }
    let wide = fields.flag("wide");
    fields.close();
    wire::Card { room, query: nameless(&query), title, wide, last_days }
}

/// A statement that holds a phone or an address of e-mail.
fn names_somebody(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(_, value)| {
        let mut numbers = value.split(|c: char| !c.is_ascii_digit());
        value.contains('@') || numbers.any(|digits| digits.len() > DIGITS_MAX)
    })
}
