//! The members list.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::query::board::{ListOf, Listing, Sort};
use perennial_app::query::selection::Condition;

use super::conditions::text_error;
use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Members as of today, filtered, sorted, a page at a time. `q` finds by what names one member: its id, an order id, the full phone or
/// email, the member number; and by an exact name or the last four digits of a phone. Parts of a name find nothing, because names are
/// sealed. `condition` is a text of the condition language; where the list cannot answer it at once, everyone is looked at in the
/// background, and the answer is 503 `selection_building` with the percentage until that is done.
#[utoipa::path(get, path = "/api/v1/members", tag = "members",
    params(("stage" = Option<String>, Query), ("model" = Option<String>, Query), ("q" = Option<String>, Query),
        ("condition" = Option<String>, Query, description = "Such as recency < 90 AND f_total >= 3"),
        ("list" = Option<String>, Query, description = "Of a fixed list such as l_3"),
        ("sort" = Option<String>, Query, description = "recency (default), orders, money, first"),
        ("order" = Option<String>, Query, description = "asc (default), desc"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when absent"), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = wire::MemberPage)))]
pub async fn members(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Json<wire::MemberPage>, Problem> {
    let listing = listing(&site, &caller, &mut query);
    let (limit, cursor) = (query.limit(50, 200), query.text("cursor"));
    query.finish()?;
    let currency = site.currency();
    let listed = site.ask(move |site| site.board.list(&listing, limit, cursor.as_deref())).await?;
    Ok(Json(wire::MemberPage::new(listed, currency)))
}

/// What the list and its export have in common: what was asked for, within what the caller may see.
pub fn listing(site: &Site, caller: &Caller, query: &mut Query) -> Listing {
    let sorts = [("recency", Sort::Recency), ("orders", Sort::Orders), ("money", Sort::Money), ("first", Sort::First)];
    Listing {
        model: query.text("model"),
        stage: query.text("stage"),
        search: query.text("q"),
        condition: condition(site, query),
        members: Vec::new(),
        list: list(caller, query),
        sort: query.one_of("sort", &sorts).unwrap_or_default(),
        descending: query.one_of("order", &[("asc", false), ("desc", true)]).unwrap_or_default(),
        stores: caller.stores().map(<[String]>::to_vec),
    }
}

pub(super) fn list(caller: &Caller, query: &mut Query) -> Option<ListOf> {
    let id = query.parsed("list", wire::list_number, "list.unreadable", "is no list such as l_3", "不是名单编号，例如 l_3")?;
    Some(ListOf { id, who: caller.name() })
}

/// A condition's problems are told with their places in it.
pub(super) fn condition(site: &Site, query: &mut Query) -> Option<String> {
    let text = query.text("condition")?;
    if let Err(problems) = Condition::read(&site.house, &text) {
        query.refuse(problems.iter().map(|problem| text_error("?condition", &text, problem)));
    }
    Some(text)
}
