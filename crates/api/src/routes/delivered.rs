//! Customer delivered value, by what surveys heard.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::query::everyone::Counted;
use perennial_app::query::value::{self, DeliveredValue, sheets};
use perennial_app::query::{QueryError, QueryResult};

use super::warning::{format, sent, written};
use super::worth::window;
use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

fn found(site: &Site, window: i32) -> QueryResult<Arc<Counted<DeliveredValue>>> {
    site.value.get(&site.house, &format!("delivered {window}"), || value::delivered(&site.house, window))
}

/// What members say they get (product, service, staff, image) less what they say it takes them (price, time, effort), by their latest answers of
/// 1 to 5, from −4 to 4; shown from thirty members' answers on.
#[utoipa::path(get, path = "/api/v1/value/delivered", tag = "value",
    params(("window" = Option<i64>, Query, description = "Days that end today; 365 when absent")),
    responses((status = 200, body = wire::DeliveredValue)))]
pub async fn delivered(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::DeliveredValue>, Problem> {
    let window = window(&mut query);
    query.finish()?;
    let answer = site.ask_everyone(move |site| {
        let found = found(site, window)?;
        Ok::<_, QueryError>(wire::DeliveredValue::new(&found.table, &site.house.reference(), found.data_up_to))
    });
    Ok(Json(answer.await?))
}

/// Answers by aspect as CSV or as a workbook. Noted in the audit trail.
#[utoipa::path(get, path = "/api/v1/value/delivered/export", tag = "value",
    params(("format" = Option<String>, Query, description = "csv (default), xlsx"), ("window" = Option<i64>, Query)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn delivered_export(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Response, Problem> {
    let (format, window, who) = (format(&mut query), window(&mut query), caller.name());
    query.finish()?;
    let bytes = site.ask_everyone(move |site| written(site, "delivered", &sheets::delivered(&found(site, window)?.table), format, &who));
    Ok(sent(&site, "delivered", format, bytes.await?))
}
