//! What every handler holds: the house, the board, the door, and how many may count everyone at once.

use std::sync::Arc;

use perennial_app::access::Access;
use perennial_app::door::Door;
use perennial_app::house::House;
use perennial_app::import::jobs::Jobs;
use perennial_app::import::staged::Staging;
use perennial_app::port::Analyst;
use perennial_app::query::board::Board;
use perennial_app::query::metrics::MembersBehind;
use perennial_app::query::value::ValueAnswers;
use perennial_kernel::{Currency, Instant};
use tokio::sync::Semaphore;

use crate::Options;
use crate::limit::Limits;
use crate::metrics::Metrics;
use crate::problem::Problem;

/// Passes over everyone at once: each takes all processors already.
const PASSES_MAX: usize = 2;

pub struct Site {
    pub house: Arc<House>,
    pub board: Board,
    pub access: Access,
    pub door: Door,
    pub imports: Jobs,
    pub options: Options,
    pub metrics: Metrics,
    /// The members behind numbers, page by page.
    pub behind: MembersBehind,
    /// What members are worth, kept while nothing changes.
    pub value: ValueAnswers,
    pub limits: Limits,
    /// Answers SQL, where anything does.
    pub analyst: Option<Arc<dyn Analyst>>,
    pub started_at: Instant,
    passes: Semaphore,
}

impl Site {
    pub fn new(house: Arc<House>, options: Options) -> Self {
        let (board, access) = (Board::start(Arc::clone(&house), options.room.clone()), Access::new(Arc::clone(&house)));
        let staging = options.staged.as_ref().and_then(|folder| match Staging::open(folder, options.alone) {
            Ok(staging) => Some(staging),
            Err(error) => {
                tracing::error!(%error, "files cannot be uploaded: their folder cannot be opened");
                None
            }
        });
        let imports = Jobs::start(Arc::clone(&house), staging);
        let (door, limits, started_at) = (Door::start(Arc::clone(&house)), Limits::new(options.rates), house.now());
        let analyst = options.analysts.of(&house);
        let (metrics, passes) = (Metrics::default(), Semaphore::new(PASSES_MAX));
        let (behind, value) = (MembersBehind::default(), ValueAnswers::default());
        Self { house, board, access, door, imports, options, metrics, behind, value, limits, analyst, started_at, passes }
    }

    pub fn currency(&self) -> Currency {
        self.house.reference().brand.currency
    }

    /// Runs what reads the store on a thread where waiting is allowed.
    pub async fn ask<T, E>(self: &Arc<Self>, question: impl FnOnce(&Self) -> Result<T, E> + Send + 'static) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let site = Arc::clone(self);
        let answer = tokio::task::spawn_blocking(move || question(&site)).await;
        answer.map_err(|error| Problem::failure(&error))?.map_err(Into::into)
    }

    /// As [`Self::ask`], for a pass over everyone: waits its turn.
    pub async fn ask_everyone<T, E>(self: &Arc<Self>, question: impl FnOnce(&Self) -> Result<T, E> + Send + 'static) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let _turn = self.passes.acquire().await.map_err(|error| Problem::failure(&error))?;
        self.ask(question).await
    }
}
