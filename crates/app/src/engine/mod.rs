//! The one write path: resolve, load, decide, append, commit, witness, answer.
//!
//! Everything a brand's journal ever holds is written here, in batches of one transaction each. What decides is in `rules`; this module
//! carries it out and chooses nothing.

mod activate;
mod batch;
mod command;
mod epoch;
mod force;
mod member;
mod orders;
mod people;
mod plan;
mod queue;
mod record;
mod sweep;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use perennial_kernel::{Lane, SubjectId};
use perennial_rules::member::policy::IdentityPolicy;
use perennial_rules::reference::Reference;

use self::batch::Batch;
pub use self::command::{Answer, Command, Receipt, Refusal};
pub use self::epoch::{announce, pending};
use self::force::Force;
pub use self::force::{ACTIVE, Shared, read_active};
pub(crate) use self::people::people_of;
use self::plan::Planned;
pub use self::queue::{Overloaded, Queue, Reply};
pub use self::sweep::Swept;
use crate::clock::Clock;
use crate::head::HeadFile;
use crate::port::{Journal, KeyStore, PortError};
use crate::secret::{DataKey, Secrets};

/// The source named on facts the system writes by itself.
pub const OWN_SOURCE: &str = "perennial";
/// A batch holds at most this many commands.
pub const BATCH_MAX: usize = 1000;
/// A passing failure is tried again this often before the callers hear of it.
const TRIES_MAX: u32 = 8;
/// Open data keys kept in memory.
const KEYS_KEPT_MAX: usize = 100_000;

/// Why a batch was not written. Nothing of it is in the journal, unless the connection broke during the commit: then trying again is safe,
/// because every command carries its key.
#[derive(Debug)]
pub enum EngineError {
    Port(PortError),
    /// The head file could not be made durable: the batch is in the journal, but must not be acknowledged.
    Head(std::io::Error),
    Random(getrandom::Error),
}

impl std::fmt::Display for EngineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Port(error) => write!(f, "{error}"),
            Self::Head(error) => write!(f, "the head file cannot be written: {error}"),
            Self::Random(error) => write!(f, "the operating system gives no random bytes: {error}"),
        }
    }
}

impl std::error::Error for EngineError {}

impl From<PortError> for EngineError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl From<getrandom::Error> for EngineError {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

/// What the engine works with.
pub struct Engine {
    journal: Box<dyn Journal>,
    keys: Box<dyn KeyStore>,
    head: HeadFile,
    clock: Arc<dyn Clock>,
    secrets: Secrets,
    force: Force,
    open_keys: BTreeMap<SubjectId, DataKey>,
    blocked: Blocked,
}

impl Engine {
    pub fn new(
        journal: Box<dyn Journal>,
        keys: Box<dyn KeyStore>,
        head: HeadFile,
        clock: Arc<dyn Clock>,
        secrets: Secrets,
        reference: Arc<Reference>,
    ) -> Self {
        let blocked = Blocked::default();
        Self { journal, keys, head, clock, secrets, force: Force::given(reference), open_keys: BTreeMap::new(), blocked }
    }

    /// Shares what is in force with others of this node; it stands behind `fence`.
    #[must_use]
    pub fn sharing(mut self, shared: Shared, fence: u64) -> Self {
        self.force = Force::shared(shared, fence);
        self
    }

    pub fn reference(&self) -> &Arc<Reference> {
        self.force.reference()
    }

    pub fn journal(&mut self) -> &mut dyn Journal {
        self.journal.as_mut()
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Learns what another node has put in force meanwhile. A batch does so by itself; this is for those who only ask.
    pub fn refresh(&mut self) -> Result<(), EngineError> {
        let fence = self.journal.fence()?;
        if self.force.fence() != Some(fence) {
            let mut tx = self.journal.begin(&BTreeSet::new())?;
            let (active, documents) = force::in_force(tx.as_mut())?;
            self.force.turn(Arc::new(force::compiled(&documents, &active)?), fence);
        }
        Ok(())
    }

    /// Destroys the data keys of these subjects, in the store and in this writer's memory.
    pub fn destroy_keys(&mut self, subjects: &BTreeSet<SubjectId>) -> Result<(), EngineError> {
        self.open_keys.retain(|subject, _| !subjects.contains(subject));
        Ok(self.keys.destroy(subjects)?)
    }

    /// Carries out commands in order, in as many batches as it takes; durable when it returns.
    pub fn process(&mut self, commands: Vec<Command>) -> Result<Vec<Answer>, EngineError> {
        let mut answers = Vec::with_capacity(commands.len());
        let rules = Arc::clone(self.reference().identities());
        let mut planned: Vec<Planned> = commands.into_iter().map(|command| Planned::new(&self.secrets, &rules, command)).collect();
        while !planned.is_empty() {
            let rest = planned.split_off(planned.len().min(BATCH_MAX));
            answers.extend(self.process_batch(planned, Arc::clone(&rules))?);
            planned = rest;
        }
        Ok(answers)
    }

    /// One batch; commands whose member turned out to live in a lane not held go into a further round.
    fn process_batch(&mut self, mut todo: Vec<Planned>, mut rules: Arc<IdentityPolicy>) -> Result<Vec<Answer>, EngineError> {
        let mut answers: Vec<Option<Answer>> = vec![None; todo.len()];
        let mut places: Vec<usize> = (0..todo.len()).collect();
        let mut tries = 0;
        while !todo.is_empty() {
            // Other rules came into force since: what names somebody is looked at anew.
            if !Arc::ptr_eq(&rules, self.reference().identities()) {
                rules = Arc::clone(self.reference().identities());
                todo = todo.into_iter().map(|one| Planned::new(&self.secrets, &rules, one.command)).collect();
            }
            match self.try_batch(&todo, &rules) {
                Ok(given) => {
                    let (mut left, mut left_places) = (Vec::new(), Vec::new());
                    for ((place, planned), answer) in places.into_iter().zip(todo).zip(given) {
                        if answer.is_none() {
                            left.push(planned);
                            left_places.push(place);
                        }
                        answers[place] = answer;
                    }
                    (todo, places) = (left, left_places);
                }
                Err(EngineError::Port(PortError::Transient(why))) if tries < TRIES_MAX => {
                    tries += 1;
                    tracing::warn!(why, tries, "a batch is tried again");
                    std::thread::sleep(std::time::Duration::from_millis(5 << tries.min(7)));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(answers.into_iter().map(|answer| answer.expect("every command of a committed batch is answered")).collect())
    }

    /// Answers `None` for commands that need a lane this batch does not hold.
    fn try_batch(&mut self, planned: &[Planned], rules: &Arc<IdentityPolicy>) -> Result<Vec<Option<Answer>>, EngineError> {
        let lanes = self.lanes_for(planned)?;
        let now = self.clock.now();
        let count = self.journal.lane_count();
        let mut tx = self.journal.begin(&lanes)?;
        let reference = self.force.current(tx.as_mut())?;
        if !Arc::ptr_eq(reference.identities(), rules) {
            return Err(PortError::Transient("the identity rules changed".to_owned()).into());
        }
        let blocked = self.blocked.of(&self.secrets, &reference);
        let mut batch = Batch::open(tx.as_mut(), &reference, &self.secrets, blocked, now, count, planned)?;
        let mut answers = Vec::with_capacity(planned.len());
        for one in planned {
            answers.push(batch.take(one)?);
        }
        let Some(set) = batch.finish(self.keys.as_mut(), &mut self.open_keys)? else {
            return Ok(answers);
        };
        tx.append(&set)?;
        tx.commit()?;
        self.head.write(&set.heads).map_err(EngineError::Head)?;
        if self.open_keys.len() > KEYS_KEPT_MAX {
            self.open_keys.clear();
        }
        Ok(answers)
    }

    fn lanes_for(&mut self, planned: &[Planned]) -> Result<BTreeSet<Lane>, EngineError> {
        let count = self.journal.lane_count();
        if count == 1 {
            return Ok(BTreeSet::from([Lane(0)]));
        }
        let mut lanes = self.journal.peek(&plan::whom(planned))?;
        lanes.extend(planned.iter().map(|one| one.home(count)));
        Ok(lanes)
    }
}

/// Values blocked by name join nobody, even where they stand in facts already. Computed once for each set of rules.
#[derive(Default)]
struct Blocked(Option<(Arc<IdentityPolicy>, Arc<BTreeSet<perennial_rules::member::Token>>)>);

impl Blocked {
    fn of(&mut self, secrets: &Secrets, reference: &Reference) -> Arc<BTreeSet<perennial_rules::member::Token>> {
        let rules = reference.identities();
        if let Some((of, tokens)) = &self.0
            && Arc::ptr_eq(of, rules)
        {
            return Arc::clone(tokens);
        }
        let tokens = Arc::new(rules.blocked_values().map(|identity| secrets.token(&identity).0).collect());
        self.0 = Some((Arc::clone(rules), Arc::clone(&tokens)));
        tokens
    }
}
