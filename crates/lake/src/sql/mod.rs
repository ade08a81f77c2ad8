//! SQL for analysts: `DataFusion` over documented views of members, read-only, bounded in time, memory and rows.
//!
//! What is asked is planned by `DataFusion`; where rows come from is the member fold ([`fold`]), one pass over everyone by the code of `rules`.
//! Nothing here decides anything about a member, nothing is written, and no file, address or setting of the server can be named.

mod answer;
mod cell;
mod fold;
mod gate;
mod out;
mod problem;
mod session;
mod table;
mod view;
pub mod wire;

use std::num::NonZeroUsize;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant as Stopwatch};

use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{DataFrame, SessionContext};
use futures::{FutureExt, StreamExt};
use perennial_app::house::House;
use perennial_app::port::analyst::{Analyst, Answered, Ask, Column, Fault, Piece, SqlProblem, View as Shown, ViewColumn};
use tokio::runtime::{Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::view::{Source, View};

/// More parts than this only wait for the disk.
const PARTS_MAX: usize = 8;
/// How often somebody is asked whether they still wait.
const BEAT: Duration = Duration::from_millis(100);

/// What a statement may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Each statement may take so long.
    pub time: Duration,
    /// All statements together may use so much memory.
    pub memory_bytes: usize,
    /// Statements answered at once.
    pub at_once: usize,
    /// How long one waits for its turn.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(30), memory_bytes: 512 << 20, at_once: 4, patience: Duration::from_secs(5) }
    }
}

/// Answers SQL over one house.
pub struct Sql {
    house: Arc<House>,
    limits: Limits,
    environment: Arc<RuntimeEnv>,
    turns: Arc<Semaphore>,
    parts: NonZeroUsize,
    /// Its own: what statements compute keeps nobody else's answers waiting. `None` while it is being dropped.
    runtime: Option<Runtime>,
}

impl Drop for Sql {
    fn drop(&mut self) {
        // May happen where waiting is not allowed.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Sql {
    pub fn new(house: Arc<House>, limits: Limits) -> std::io::Result<Self> {
        let parts = std::thread::available_parallelism().map_or(2, usize::from).min(PARTS_MAX);
        let parts = NonZeroUsize::new(parts).unwrap_or(NonZeroUsize::MIN);
        let environment = session::environment(limits.memory_bytes).map_err(std::io::Error::other)?;
        // A turn of a statement takes milliseconds, not microseconds as those of servers do: after the usual 61 of them a limit of time would be
        // noticed seconds late.
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(parts.get()).event_interval(1).thread_name("sql").enable_all().build()?;
        Ok(Self { house, limits, environment, turns: Arc::new(Semaphore::new(limits.at_once.max(1))), parts, runtime: Some(runtime) })
    }

    fn handle(&self) -> &Handle {
        self.runtime.as_ref().expect("there is one until the drop").handle()
    }

    /// A session over the views as they are now; personal columns are told in clear while `clear` says so.
    fn open(&self, clear: &Arc<AtomicBool>) -> Result<SessionContext, SqlProblem> {
        session::open(&self.house, &self.environment, self.parts, clear).map_err(problem::of)
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, SqlProblem> {
        let turn = tokio::time::timeout(self.limits.patience, Arc::clone(&self.turns).acquire_owned()).await;
        turn.ok().and_then(Result::ok).ok_or_else(busy)
    }

    /// Plans a statement and begins to carry it out.
    async fn begin(&self, ask: &Ask, turn: OwnedSemaphorePermit) -> Result<Begun, SqlProblem> {
        let session = self.open(&Arc::new(AtomicBool::new(ask.clear)))?;
        let plan = planned(&session, &ask.statement).await?;
        let mut frame = DataFrame::new(session.state(), plan);
        if is_query(frame.logical_plan()) {
            // One more than is told, to know whether there are more.
            frame = frame.limit(0, Some(ask.rows_max as usize + 1)).map_err(problem::of)?;
        }
        let columns = answer::columns(frame.schema().as_arrow());
        let batches = frame.execute_stream().await.map_err(problem::of)?;
        Ok(Begun { columns, batches, _turn: turn })
    }

    /// Waits for a step of the work, as long as there is time and somebody waits for it.
    fn step<T>(
        &self,
        deadline: tokio::time::Instant,
        late: impl Fn() -> SqlProblem,
        goes_on: &(dyn Fn() -> bool + Sync),
        step: impl Future<Output = Result<T, SqlProblem>>,
    ) -> Result<T, SqlProblem> {
        self.handle().block_on(async {
            // Not only this future may panic: a panic of what computes for it comes out here.
            let step = AssertUnwindSafe(step).catch_unwind();
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(deadline) => Err(late()),
                () = nobody_waits(goes_on) => Err(gone()),
                done = step => done.unwrap_or_else(|_| Err(problem::failure(&"it panicked"))),
            }
        })
    }
}

/// A statement under way.
struct Begun {
    columns: Vec<Column>,
    batches: SendableRecordBatchStream,
    _turn: OwnedSemaphorePermit,
}

impl Analyst for Sql {
    fn views(&self) -> Vec<Shown> {
        let reference = self.house.reference();
        let currency = reference.brand.currency;
        let shown = |view: View| Shown {
            name: view.as_str().to_owned(),
            about: view.about(),
            columns: (view.columns(&reference).into_iter())
                .map(|column| ViewColumn {
                    name: column.name,
                    sql_type: column.kind.sql_type(currency),
                    about: column.about,
                    personal: column.told == Source::Personal,
                })
                .collect(),
            example: view.example().to_owned(),
        };
        View::ALL.into_iter().map(shown).collect()
    }

    fn run(&self, ask: &Ask, goes_on: &(dyn Fn() -> bool + Sync), take: &mut dyn FnMut(Piece) -> bool) -> Result<Answered, SqlProblem> {
        let (begun, data_up_to) = (Stopwatch::now(), self.house.now());
        let turns = Arc::clone(&self.turns);
        let turn = async { turns.acquire_owned().await.map_err(|_| busy()) };
        let turn = self.step(after(self.limits.patience), busy, goes_on, turn)?;
        let deadline = after(self.limits.time);
        let late = || too_long(self.limits.time);
        let mut work = self.step(deadline, late, goes_on, self.begin(ask, turn))?;
        if !take(Piece::Columns(std::mem::take(&mut work.columns))) {
            return Err(gone());
        }
        let (mut told, mut truncated) = (0, false);
        while !truncated {
            let next = self.step(deadline, late, goes_on, async { work.batches.next().await.transpose().map_err(problem::of) })?;
            let Some(batch) = next else { break };
            let left = ask.rows_max - told;
            let rows = answer::rows(&batch, left as usize).map_err(|error| problem::of(error.into()))?;
            told += rows.len() as u64;
            // Outside the runtime: whoever takes the rows may make us wait.
            if !rows.is_empty() && !take(Piece::Rows(rows)) {
                return Err(gone());
            }
            truncated = batch.num_rows() as u64 > left;
        }
        Ok(Answered { rows: told, truncated, data_up_to, elapsed_ms: begun.elapsed().as_millis() as u64 })
    }
}

/// A statement as what is to be done, after both looks at whether it only reads.
async fn planned(session: &SessionContext, text: &str) -> Result<LogicalPlan, SqlProblem> {
    let statement = gate::parse(text)?;
    let plan = session.state().statement_to_plan(statement).await.map_err(problem::of)?;
    gate::check_plan(&plan)?;
    Ok(plan)
}

fn is_query(plan: &LogicalPlan) -> bool {
    !matches!(plan, LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_))
}

fn after(time: Duration) -> tokio::time::Instant {
    tokio::time::Instant::now() + time
}

async fn nobody_waits(goes_on: &(dyn Fn() -> bool + Sync)) {
    while goes_on() {
        tokio::time::sleep(BEAT).await;
    }
}

fn busy() -> SqlProblem {
    SqlProblem::new(Fault::Busy, "sql.busy", "others are asking: try again in a moment", "当前查询较多，请稍后重试")
}

fn gone() -> SqlProblem {
    SqlProblem::new(Fault::Gone, "sql.gone", "nobody waits for the answer any more", "查询已取消")
}

fn too_long(time: Duration) -> SqlProblem {
    let seconds = time.as_secs_f64();
    let en = format!("the statement takes longer than {seconds} s: narrow the days, ask for fewer members, or group by fewer values");
    let zh = format!("查询超过 {seconds} 秒：请缩小日期范围、减少会员，或减少分组");
    SqlProblem::new(Fault::TooMuch, "sql.too_long_running", en, zh)
}
