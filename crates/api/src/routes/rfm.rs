//! RFM of everyone, within one channel or one product category, and as a file.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::query::QueryResult;
use perennial_app::query::everyone::Counted;
use perennial_app::query::value::{self, Cut, RfmPlan, RfmTable, Within, sheets};
use perennial_kernel::Currency;

use super::warning::{format, sent, written};
use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The longest window of RFM, in days.
const WINDOW_MAX: i64 = 3_660;

#[derive(Clone, Copy)]
enum CutBy {
    Mean,
    Median,
    Fixed,
}

fn window(query: &mut Query) -> i32 {
    query.whole("window", 1, WINDOW_MAX).unwrap_or(365) as i32
}

/// What is asked, wherever RFM or members of it are asked for.
pub fn plan(query: &mut Query, currency: Currency) -> RfmPlan {
    let window = window(query);
    let cuts = [("mean", CutBy::Mean), ("median", CutBy::Median), ("fixed", CutBy::Fixed)];
    let by = query.one_of("cut", &cuts).unwrap_or(CutBy::Mean);
    let (r, f, m) = (query.whole("r", 0, WINDOW_MAX), query.whole("f", 0, 1_000_000), query.money("m", currency));
    if matches!(by, CutBy::Fixed) {
        let given = [("?r", r.is_some()), ("?f", f.is_some()), ("?m", m.is_some())];
        let missing = given.iter().filter(|(_, given)| !given);
        query.refuse(
            missing.map(|(name, _)| wire::FieldError::new(name, "query.missing", "must be given with cut=fixed", "cut=fixed 时必填")),
        );
    }
    let cut = match (by, r, f, m) {
        (CutBy::Fixed, Some(r), Some(f), Some(m)) => Cut::Fixed { r, f, m },
        (CutBy::Median, ..) => Cut::Median,
        _ => Cut::Mean,
    };
    let within = match (query.text("channel"), query.text("category")) {
        (Some(_), Some(_)) => {
            let (en, zh) = ("cannot be given beside channel", "不能与 channel 同时给出");
            query.refuse([wire::FieldError::new("?category", "query.contradictory", en, zh)]);
            Within::Everything
        }
        (Some(name), None) => Within::Channel(name),
        (None, Some(name)) => Within::Category(name),
        (None, None) => Within::Everything,
    };
    RfmPlan { window, cut, within }
}

fn asked(site: &Site, plan: &RfmPlan) -> QueryResult<Arc<Counted<RfmTable>>> {
    site.value.get(&site.house, &format!("rfm {plan:?}"), || value::rfm(&site.house, plan))
}

/// RFM of the buyers of the last days: the eight classes, and quintiles of R by those of F. Of all purchases each cell tells its members as a
/// condition; within a channel or a category only what was bought there counts, and whoever bought nothing there is not in the base.
#[utoipa::path(get, path = "/api/v1/value/rfm", tag = "value",
    params(("window" = Option<i64>, Query, description = "Days that end today; 365 when absent"),
        ("cut" = Option<String>, Query, description = "Where high begins: mean (default), median, fixed"),
        ("r" = Option<i64>, Query, description = "With cut=fixed: at most so many days since the last purchase"),
        ("f" = Option<i64>, Query, description = "With cut=fixed: at least so many purchases"),
        ("m" = Option<String>, Query, description = "With cut=fixed: at least so much money, such as 199.50"),
        ("channel" = Option<String>, Query, description = "Only orders of this channel"),
        ("category" = Option<String>, Query, description = "Only lines of this product category; not beside channel")),
    responses((status = 200, body = wire::Rfm)))]
pub async fn rfm(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Rfm>, Problem> {
    let currency = site.currency();
    let plan = plan(&mut query, currency);
    query.finish()?;
    let counted = site.ask_everyone(move |site| asked(site, &plan)).await?;
    Ok(Json(wire::Rfm::new(&counted.table, currency, counted.data_up_to)))
}

/// The channels and product categories that RFM may be asked within, with how many bought there in the last days.
#[utoipa::path(get, path = "/api/v1/value/rfm/within", tag = "value",
    params(("window" = Option<i64>, Query, description = "Days that end today; 365 when absent")),
    responses((status = 200, body = wire::RfmWithin)))]
pub async fn rfm_within(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::RfmWithin>, Problem> {
    let window = window(&mut query);
    query.finish()?;
    let find = move |site: &Site| site.value.get(&site.house, &format!("rfm within {window}"), || value::rfm_choices(&site.house, window));
    let counted = site.ask_everyone(find).await?;
    Ok(Json(wire::RfmWithin::new(&counted.table, counted.data_up_to)))
}

/// The classes and the quintiles as CSV or as a workbook. Noted in the audit trail.
#[utoipa::path(get, path = "/api/v1/value/rfm/export", tag = "value",
    params(("format" = Option<String>, Query, description = "csv (default), xlsx"), ("window" = Option<i64>, Query), ("cut" = Option<String>, Query),
        ("r" = Option<i64>, Query), ("f" = Option<i64>, Query), ("m" = Option<String>, Query),
        ("channel" = Option<String>, Query), ("category" = Option<String>, Query)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn rfm_export(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Response, Problem> {
    let (format, plan, who) = (format(&mut query), plan(&mut query, site.currency()), caller.name());
    query.finish()?;
    let bytes = site.ask_everyone(move |site| written(site, "rfm", &sheets::rfm(&asked(site, &plan)?.table), format, &who));
    Ok(sent(&site, "rfm", format, bytes.await?))
}
