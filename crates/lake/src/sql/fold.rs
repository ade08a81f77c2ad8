//! The member fold: an operator of `DataFusion`'s that reads everyone of its part once, by the port `HistoryScan`, and turns each member into
//! rows. It holds one member and one batch at a time, whatever the size of the base.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::coop::make_cooperative;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, SchedulingType};
use datafusion::physical_plan::stream::RecordBatchReceiverStreamBuilder;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties, ReplaceChildrenOptions,
};
use perennial_app::house::House;
use perennial_app::port::journal::StoredFact;
use perennial_app::port::{HistoryScan, PortError, PortResult, ScanRange};
use perennial_app::query::person::{self, Contact};
use perennial_app::read;
use perennial_kernel::{MemberId, SubjectId};
use perennial_rules::history::History;
use tokio::sync::mpsc::Sender;

use super::cell::{Kind, Place};
use super::out::Out;
use super::view::{Basis, Fold, Told, View};

/// Rows of a batch: a member's rows are never divided, so it may hold some more.
const BATCH_ROWS: usize = 4096;
/// Batches that wait for whoever reads them.
const BATCHES_WAITING: usize = 2;
/// Members whose keys are loaded at once.
const OPENED_AT_ONCE: usize = 256;

/// What is to be told of whom.
#[derive(Clone)]
pub struct Plan {
    pub house: Arc<House>,
    pub view: View,
    pub basis: Arc<Basis>,
    pub place: Place,
    pub schema: SchemaRef,
    /// The view's columns asked for, in the order of `schema`.
    pub wanted: Vec<(usize, Kind)>,
    /// A column is asked for that must be unsealed.
    pub sealed: bool,
    /// Personal columns are told in clear.
    pub clear: bool,
    /// Rows after which nobody reads on.
    pub limit: Option<usize>,
}

pub struct MemberFold {
    plan: Arc<Plan>,
    /// Which members each part reads.
    parts: Vec<Vec<ScanRange>>,
    scans: Arc<Scans>,
    properties: Arc<PlanProperties>,
}

/// Readers of the parts of one question, opened together when the first part is read, so that all see the same.
#[derive(Default)]
struct Scans(Mutex<Vec<Option<Box<dyn HistoryScan>>>>);

impl Scans {
    fn of(&self, house: &House, part: usize, parts: usize) -> PortResult<Box<dyn HistoryScan>> {
        let mut scans = self.0.lock().expect("no thread panics while holding this lock");
        if scans.is_empty() {
            *scans = house.scans(parts)?.into_iter().map(Some).collect();
        }
        let taken = scans.get_mut(part).and_then(Option::take);
        drop(scans);
        // A part that is read once more.
        taken.map_or_else(|| house.scan(), Ok)
    }
}

impl MemberFold {
    pub fn new(plan: Plan, parts: Vec<Vec<ScanRange>>) -> Self {
        let equivalence = EquivalenceProperties::new(Arc::clone(&plan.schema));
        let partitioning = Partitioning::UnknownPartitioning(parts.len());
        let properties = PlanProperties::new(equivalence, partitioning, EmissionType::Incremental, Boundedness::Bounded)
            .with_scheduling_type(SchedulingType::Cooperative);
        Self { plan: Arc::new(plan), parts, scans: Arc::default(), properties: Arc::new(properties) }
    }
}

impl fmt::Debug for MemberFold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberFold").field("view", &self.plan.view).finish_non_exhaustive()
    }
}

impl DisplayAs for MemberFold {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<&str> = self.plan.schema.fields().iter().map(|field| field.name().as_str()).collect();
        write!(f, "MemberFold: view={}, columns=[{}], parts={}", self.plan.view.as_str(), columns.join(", "), self.parts.len())
    }
}

impl ExecutionPlan for MemberFold {
    fn name(&self) -> &'static str {
        "MemberFold"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(&self, _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>, _: ReplaceChildrenOptions) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let mut stream = RecordBatchReceiverStreamBuilder::new(Arc::clone(&self.plan.schema), BATCHES_WAITING);
        let (plan, ranges, send) = (Arc::clone(&self.plan), self.parts[partition].clone(), stream.tx());
        let (scans, parts) = (Arc::clone(&self.scans), self.parts.len());
        stream.spawn_blocking(move || {
            // What is sealed is in the store alone.
            let scan = if plan.sealed { plan.house.reader().scan() } else { scans.of(&plan.house, partition, parts) };
            let mut scan = scan.map_err(failed)?;
            Reading::new(&plan, &send).everyone(scan.as_mut(), &ranges)
        });
        Ok(make_cooperative(stream.build()))
    }
}

/// One part being read.
struct Reading<'a> {
    plan: &'a Plan,
    fold: Box<dyn Fold + 'a>,
    out: Out,
    send: &'a Sender<Result<RecordBatch>>,
    sent: usize,
    /// Members that wait for their keys.
    waiting: Vec<(MemberId, History)>,
    /// What is sealed about them.
    sealed: Vec<StoredFact>,
    member_of: BTreeMap<SubjectId, MemberId>,
}

impl<'a> Reading<'a> {
    fn new(plan: &'a Plan, send: &'a Sender<Result<RecordBatch>>) -> Self {
        let out = Out::new(Arc::clone(&plan.schema), &plan.wanted, &plan.place);
        let fold = plan.view.fold(&plan.basis);
        Self { plan, fold, out, send, sent: 0, waiting: Vec::new(), sealed: Vec::new(), member_of: BTreeMap::new() }
    }

    fn everyone(mut self, scan: &mut dyn HistoryScan, ranges: &[ScanRange]) -> Result<()> {
        for range in ranges {
            let mut went_wrong = None;
            scan.scan(*range, &mut |_, stored| match self.family(stored) {
                Ok(goes_on) => goes_on,
                Err(error) => {
                    went_wrong = Some(error);
                    false
                }
            })
            .map_err(failed)?;
            if let Some(error) = went_wrong {
                return Err(error);
            }
        }
        self.open()?;
        self.flush().map(drop)
    }

    /// Whether anybody still reads.
    fn family(&mut self, stored: &[StoredFact]) -> Result<bool> {
        for (member, facts) in read::members(stored, None).map_err(failed)? {
            if self.plan.sealed {
                self.member_of.extend(facts.iter().map(|fact| (fact.subject, member)));
                self.waiting.push((member, History::new(facts)));
            } else {
                let told = Told { member, history: &History::new(facts), contact: &Contact::default() };
                self.fold.take(told, &mut self.out);
            }
        }
        if self.plan.sealed {
            // A retraction tells which of the sealed facts stand.
            self.sealed.extend(stored.iter().filter(|fact| !fact.sealed.is_empty() || fact.kind == "import.retracted").cloned());
            if self.waiting.len() >= OPENED_AT_ONCE {
                self.open()?;
            }
        }
        if self.out.rows() >= BATCH_ROWS && !self.flush()? {
            return Ok(false);
        }
        Ok(!self.send.is_closed())
    }

    /// Tells the members that waited for their keys.
    fn open(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let (sealed, member_of) = (std::mem::take(&mut self.sealed), std::mem::take(&mut self.member_of));
        let of = |subject: SubjectId| member_of.get(&subject).copied().unwrap_or(subject);
        let contacts = person::contacts(&self.plan.house, &sealed, &of, self.plan.clear).map_err(failed)?;
        let nobody = Contact::default();
        for (member, history) in std::mem::take(&mut self.waiting) {
            let told = Told { member, history: &history, contact: contacts.get(&member).unwrap_or(&nobody) };
            self.fold.take(told, &mut self.out);
        }
        Ok(())
    }

    /// Gives away the rows gathered; whether more are wanted.
    fn flush(&mut self) -> Result<bool> {
        if self.out.rows() == 0 {
            return Ok(true);
        }
        self.sent += self.out.rows();
        let batch = self.out.finish().map_err(DataFusionError::from);
        let heard = self.send.blocking_send(batch).is_ok();
        Ok(heard && self.plan.limit.is_none_or(|limit| self.sent < limit))
    }
}

/// A failure of the store is ours, not the statement's.
fn failed(error: PortError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
