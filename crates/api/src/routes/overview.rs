//! The brand in figures, and the first screen.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The brand: its settings, and how much there is.
#[utoipa::path(get, path = "/api/v1/brand", tag = "everyone", responses((status = 200, body = wire::Brand)))]
pub async fn brand(State(site): State<Arc<Site>>) -> Result<Json<wire::Brand>, Problem> {
    site.ask(|site| site.board.brand().map(|now| Json(wire::Brand::new(&site.house.reference(), &now)))).await
}

/// Members per stage today and a week ago, and who moved in between, in the primary model.
#[utoipa::path(get, path = "/api/v1/overview", tag = "everyone", responses((status = 200, body = wire::Overview)))]
pub async fn overview(State(site): State<Arc<Site>>) -> Result<Json<wire::Overview>, Problem> {
    site.ask(|site| {
        let board = site.board.overview()?;
        let brand = site.board.brand()?;
        Ok::<_, perennial_app::query::QueryError>(Json(wire::Overview::new(wire::Brand::new(&site.house.reference(), &brand), board)))
    })
    .await
}
