//! One box for everything that has a name: members, orders, models.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use perennial_app::query::{QueryError, models};

use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Members told; the list of members has the rest.
const MEMBERS_MAX: usize = 10;

/// Members by id, order id, full phone, full email, member number, exact name or last four digits; orders by id; models by id or name.
#[utoipa::path(get, path = "/api/v1/search", tag = "members", params(("q" = String, Query)),
    responses((status = 200, body = wire::SearchHits)))]
pub async fn search(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::SearchHits>, Problem> {
    let text = query.text("q").unwrap_or_default();
    query.finish()?;
    let currency = site.currency();
    site.ask(move |site| {
        let asked = text.trim().to_lowercase();
        let named = models::all(&site.house)?;
        let near = |model: &&perennial_rules::lifecycle::model::Model| {
            !asked.is_empty() && [&model.id, &model.name.en, &model.name.zh].iter().any(|name| name.to_lowercase().contains(&asked))
        };
        let found = named.iter().filter(near).map(|model| wire::ModelHit { id: model.id.clone(), name: (&model.name).into() }).collect();
        let hits = site.board.search(&text, MEMBERS_MAX)?;
        Ok::<_, QueryError>(Json(wire::SearchHits::new(hits, found, currency)))
    })
    .await
}
