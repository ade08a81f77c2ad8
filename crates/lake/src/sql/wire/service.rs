//! Statements of a connection, each in its turn, within the time and the rows there are.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion_postgres::pgwire::api::portal::Portal;
use datafusion_postgres::pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use datafusion_postgres::pgwire::api::results::Response;
use datafusion_postgres::pgwire::api::store::PortalStore;
use datafusion_postgres::pgwire::api::{ClientInfo, ClientPortalStore};
use datafusion_postgres::pgwire::error::{PgWireError, PgWireResult};
use datafusion_postgres::pgwire::messages::PgWireBackendMessage;
use datafusion_postgres::pgwire::messages::startup::ParameterStatus;
use datafusion_postgres::{DfSessionService, Parser};
use futures::{Sink, SinkExt, StreamExt, stream};
use perennial_app::port::analyst::{Fault, SqlProblem};
use perennial_app::query::sql::FILE_ROWS_MAX;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};

use super::words::{of, told};
use crate::sql::{Sql, too_long};

/// What tells clients up to when the data in an answer goes (`PQparameterStatus`); sent before each answer, and no row of it.
const DATA_UP_TO: &str = "data_up_to";

pub struct Service {
    sql: Arc<Sql>,
    inner: Arc<DfSessionService>,
}

impl Service {
    pub fn new(sql: Arc<Sql>, inner: Arc<DfSessionService>) -> Self {
        Self { sql, inner }
    }

    /// Rows of an answer as long as there is time, then an error; the turn is over when the last row is given or nobody reads on.
    fn within(&self, response: Response, deadline: Instant, turn: &Arc<OwnedSemaphorePermit>) -> Response {
        let Response::Query(mut answer) = response else { return response };
        let rows = std::mem::replace(&mut answer.data_rows, Box::pin(stream::empty()));
        let (time, turn) = (self.sql.limits.time, Arc::clone(turn));
        let rows = stream::unfold((Some(rows), 0_u64, turn), move |(rows, told_rows, turn)| async move {
            let mut rows = rows?;
            match timeout_at(deadline, rows.next()).await {
                Err(_) => Some((Err(told(&too_long(time))), (None, told_rows, turn))),
                Ok(None) => None,
                Ok(Some(Err(error))) => Some((Err(of(error)), (None, told_rows, turn))),
                Ok(Some(Ok(_))) if told_rows >= FILE_ROWS_MAX => Some((Err(told(&too_many())), (None, told_rows, turn))),
                Ok(Some(Ok(row))) => Some((Ok(row), (Some(rows), told_rows + 1, turn))),
            }
        });
        answer.data_rows = Box::pin(rows);
        Response::Query(answer)
    }

    async fn tell<C>(&self, client: &mut C) -> PgWireResult<()>
    where
        C: Sink<PgWireBackendMessage> + Unpin + Send,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let up_to = self.sql.house.now().to_string();
        client.feed(PgWireBackendMessage::ParameterStatus(ParameterStatus::new(DATA_UP_TO.to_owned(), up_to))).await?;
        Ok(())
    }

    async fn turn(&self) -> PgWireResult<(Instant, Arc<OwnedSemaphorePermit>)> {
        let turn = self.sql.turn().await.map_err(|problem| told(&problem))?;
        Ok((Instant::now() + self.sql.limits.time, Arc::new(turn)))
    }
}

fn too_many() -> SqlProblem {
    let en = format!("the answer has more than {FILE_ROWS_MAX} rows: add LIMIT, or group");
    SqlProblem::new(Fault::TooMuch, "sql.too_many_rows", en, format!("结果超过 {FILE_ROWS_MAX} 行：请加 LIMIT 或分组"))
}

#[async_trait]
impl SimpleQueryHandler for Service {
    async fn do_query<C>(&self, client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let (deadline, turn) = self.turn().await?;
        self.tell(client).await?;
        let answered = timeout_at(deadline, SimpleQueryHandler::do_query(self.inner.as_ref(), client, query)).await;
        let responses = answered.map_err(|_| told(&too_long(self.sql.limits.time)))?.map_err(of)?;
        Ok(responses.into_iter().map(|response| self.within(response, deadline, &turn)).collect())
    }
}

#[async_trait]
impl ExtendedQueryHandler for Service {
    type Statement = <DfSessionService as ExtendedQueryHandler>::Statement;
    type QueryParser = Parser;

    fn query_parser(&self) -> Arc<Self::QueryParser> {
        self.inner.query_parser()
    }

    async fn do_query<C>(&self, client: &mut C, portal: &Portal<Self::Statement>, max_rows: usize) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Self::Statement>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let (deadline, turn) = self.turn().await?;
        self.tell(client).await?;
        let answered = timeout_at(deadline, ExtendedQueryHandler::do_query(self.inner.as_ref(), client, portal, max_rows)).await;
        let response = answered.map_err(|_| told(&too_long(self.sql.limits.time)))?.map_err(of)?;
        Ok(self.within(response, deadline, &turn))
    }
}
