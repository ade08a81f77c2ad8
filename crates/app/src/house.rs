//! A brand's house: the engine's queue, the readers and the desk, opened together. What the API and the command line hold.

mod documents;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, RwLock};

use perennial_kernel::{Calendar, Instant, MemberId};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::Reference;

use crate::audit::trail::{self, TrailState};
use crate::clock::Clock;
use crate::engine::{self, Engine, EngineError, Queue, Shared};
use crate::erasure::{self, ErasureList};
use crate::head::HeadFile;
use crate::policy::{self, Active, BrandDocument, PolicyProblem};
use crate::port::desk::DocumentRow;
use crate::port::policies::PolicyNote;
use crate::port::{Desk, HistoryScan, Journal, KeyStore, Lake, LakeStatus, PortError, ScanRange};
use crate::secret::Secrets;

/// A line for the audit trail that waits for the brand's key.
const NOTE: &str = "note";

/// What one writer holds.
pub type Writer = (Box<dyn Journal>, Box<dyn KeyStore>, HeadFile);

/// The adapters of one brand, wired by the command line.
pub struct Ports {
    /// One set for each writer.
    pub writers: Vec<Writer>,
    /// For look-ups beside the writers.
    pub reader: Box<dyn Journal>,
    pub keys: Box<dyn KeyStore>,
    pub desk: Box<dyn Desk>,
    pub clock: Arc<dyn Clock>,
    pub secrets: Secrets,
}

/// Why a house could not be opened or changed.
#[derive(Debug)]
pub enum HouseError {
    Port(PortError),
    Engine(EngineError),
    Policy(PolicyProblem),
    /// A document was refused, for all these reasons.
    Policies(Vec<PolicyProblem>),
    /// `init` has not been run here.
    NotInitialised,
    /// `init` was run here before.
    Initialised,
}

impl std::fmt::Display for HouseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Port(error) => write!(f, "{error}"),
            Self::Engine(error) => write!(f, "{error}"),
            Self::Policy(problem) => write!(f, "{}: {}", problem.pointer, problem.en),
            Self::Policies(problems) => {
                let all: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.pointer, problem.en)).collect();
                write!(f, "{}", all.join("; "))
            }
            Self::NotInitialised => write!(f, "no brand lives here yet: run `perennial init` first"),
            Self::Initialised => write!(f, "a brand lives here already"),
        }
    }
}

impl std::error::Error for HouseError {}

impl From<PortError> for HouseError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl From<EngineError> for HouseError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<PolicyProblem> for HouseError {
    fn from(problem: PolicyProblem) -> Self {
        Self::Policy(problem)
    }
}

pub struct House {
    queue: Queue,
    reader: Mutex<Box<dyn Journal>>,
    keys: Mutex<Box<dyn KeyStore>>,
    desk: Mutex<Box<dyn Desk>>,
    clock: Arc<dyn Clock>,
    secrets: Secrets,
    reference: Shared,
    erasures: Mutex<ErasureList>,
    lake: OnceLock<Arc<dyn Lake>>,
}

impl House {
    /// Opens a brand that was initialised.
    pub fn open(mut ports: Ports) -> Result<Self, HouseError> {
        // Read before the documents: were one activated in between, the first batch would find the fence risen and look again.
        let fence = ports.reader.fence()?;
        let active = active(ports.desk.as_mut())?.filter(is_complete).ok_or(HouseError::NotInitialised)?;
        let reference = Arc::new(policy::reference(&ports.desk.documents()?, &active)?);
        let house = Self::with_reference(ports, reference, fence)?;
        house.take_note()?;
        erasure::reapply(&house)?;
        Ok(house)
    }

    /// Initialises a brand: its settings and the shipped models as documents, the default model active.
    pub fn init(mut ports: Ports, brand: &BrandDocument, author: &str) -> Result<Self, HouseError> {
        if active(ports.desk.as_mut())?.is_some_and(|active| is_complete(&active)) {
            return Err(HouseError::Initialised);
        }
        let fence = ports.reader.fence()?;
        let now = ports.clock.now();
        let row = |policy: String, body: String| DocumentRow {
            policy,
            version: 1,
            body,
            author: author.to_owned(),
            reason: "init".to_owned(),
            created_at: now,
        };
        let compiled = brand.compile()?;
        let held = ports.desk.documents()?;
        let mut documents = vec![row(policy::BRAND.to_owned(), brand.to_yaml())];
        documents.extend(policy::shipped().map(|(policy, yaml)| row(policy, yaml.to_owned())));
        for document in &documents {
            // An init that was cut short left some of them.
            if !held.iter().any(|other| other.policy == document.policy) {
                ports.desk.add_document(document)?;
            }
        }
        let house = Self::with_reference(ports, Arc::new(Reference::new(compiled, Vec::new())), fence)?;
        house.activate_as(policy::BRAND, 1, author, "init")?;
        house.activate_as(&format!("{}{}", policy::LIFECYCLE, policy::PRIMARY), 1, author, "init")?;
        Ok(house)
    }

    /// Whether a brand was set up on this desk, and to the end.
    pub fn is_initialised(desk: &mut dyn Desk) -> Result<bool, PortError> {
        Ok(active(desk)?.is_some_and(|active| is_complete(&active)))
    }

    fn with_reference(ports: Ports, reference: Arc<Reference>, fence: u64) -> Result<Self, HouseError> {
        // Beside the head file, outside the database: a backup that is restored must not bring back who was erased since.
        let beside = ports.writers[0].2.path();
        let erasures = ErasureList::beside(beside).map_err(|error| PortError::Damaged(format!("the erasure list: {error}")))?;
        let shared: Shared = Arc::new(RwLock::new(Arc::clone(&reference)));
        let engine = |(journal, keys, head)| {
            Engine::new(journal, keys, head, Arc::clone(&ports.clock), ports.secrets.clone(), Arc::clone(&reference))
                .sharing(Arc::clone(&shared), fence)
        };
        Ok(Self {
            queue: Queue::start(ports.writers.into_iter().map(engine).collect()),
            reader: Mutex::new(ports.reader),
            keys: Mutex::new(ports.keys),
            desk: Mutex::new(ports.desk),
            clock: ports.clock,
            secrets: ports.secrets,
            reference: shared,
            erasures: Mutex::new(erasures),
            lake: OnceLock::new(),
        })
    }

    /// Who was erased here.
    pub fn erasures(&self) -> MutexGuard<'_, ErasureList> {
        self.erasures.lock().expect("no thread panics while holding this lock")
    }

    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The documents in force.
    pub fn reference(&self) -> Arc<Reference> {
        Arc::clone(&self.reference.read().expect("no thread panics while holding this lock"))
    }

    pub fn calendar(&self) -> Calendar {
        self.reference().calendar.clone()
    }

    pub fn reader(&self) -> MutexGuard<'_, Box<dyn Journal>> {
        self.reader.lock().expect("no thread panics while holding this lock")
    }

    pub fn keys(&self) -> MutexGuard<'_, Box<dyn KeyStore>> {
        self.keys.lock().expect("no thread panics while holding this lock")
    }

    pub fn desk(&self) -> MutexGuard<'_, Box<dyn Desk>> {
        self.desk.lock().expect("no thread panics while holding this lock")
    }

    /// Questions about everyone are read from this lake from now on; the first one given stays.
    pub fn read_from(&self, lake: Arc<dyn Lake>) {
        drop(self.lake.set(lake));
    }

    /// A reader over everyone.
    pub fn scan(&self) -> Result<Box<dyn HistoryScan>, PortError> {
        let mut scans = self.scans(1)?;
        scans.pop().ok_or_else(|| PortError::Failed("nobody reads everyone".to_owned()))
    }

    /// Readers over everyone for the ranges of one question: of the lake where it is there and near, else of the store.
    pub fn scans(&self, parts: usize) -> Result<Vec<Box<dyn HistoryScan>>, PortError> {
        let mut reader = self.reader();
        if let Some(lake) = self.lake.get() {
            match lake.scans(reader.as_mut(), parts) {
                Ok(Some(scans)) => return Ok(scans),
                Ok(None) => {}
                // The store has everything the lake has.
                Err(error) => tracing::error!(%error, "the lake cannot be read; the store answers"),
            }
        }
        (0..parts).map(|_| reader.scan()).collect()
    }

    /// How the lake stands; `None` without one.
    pub fn lake_status(&self) -> Result<Option<LakeStatus>, PortError> {
        let mut reader = self.reader();
        self.lake.get().map(|lake| lake.status(reader.as_mut())).transpose()
    }

    pub fn audit(&self, who: &str, what: &str, detail: &str) -> Result<(), PortError> {
        self.audit_about(who, what, None, detail)
    }

    /// As [`Self::audit`], about one member.
    pub fn audit_about(&self, who: &str, what: &str, member: Option<MemberId>, detail: &str) -> Result<(), PortError> {
        let about = member.map(|member| member.to_string()).unwrap_or_default();
        let line = trail::Line { at: self.now(), who, what, about: &about, detail };
        let row = trail::append(self.desk().as_mut(), &self.secrets, line)?;
        trail::witness(self.keys().as_mut(), &row)
    }

    /// Writes down what was left by [`note_later`].
    fn take_note(&self) -> Result<(), PortError> {
        let note = self.desk().setting(NOTE)?.unwrap_or_default();
        let Ok((what, detail)) = serde_json::from_slice::<(String, String)>(&note) else { return Ok(()) };
        self.audit("cli", &what, &detail)?;
        self.desk().set_setting(NOTE, b"")
    }

    /// Whether every line of the audit trail is as it was written, and none is missing.
    pub fn verify_trail(&self) -> Result<TrailState, PortError> {
        trail::verify(self.desk().as_mut(), self.keys().as_mut(), &self.secrets)
    }

    /// Every stored lifecycle model in its latest version, active ones in the active version, ascending by id.
    pub fn models(&self) -> Result<Vec<Model>, HouseError> {
        let reference = self.reference();
        let mut models: Vec<Model> = reference.models().to_vec();
        let mut documents = self.desk().documents()?;
        documents.reverse();
        for row in documents.iter().filter(|row| row.policy.starts_with(policy::LIFECYCLE)) {
            let id = &row.policy[policy::LIFECYCLE.len()..];
            if models.iter().any(|model| model.id == id) {
                continue;
            }
            // A draft may name a custom field that was dropped since: it is no model until somebody mends it.
            models.extend(policy::model(row, &reference.brand).ok());
        }
        models.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(models)
    }

    /// A reference with this model alone, for questions about it: active or not.
    pub fn reference_for(&self, model: &str) -> Result<Option<Arc<Reference>>, HouseError> {
        let reference = self.reference();
        Ok(self.models()?.into_iter().find(|held| held.id == model).map(|held| Arc::new(reference.only(held))))
    }

    /// Puts a version in force and notes who did it and why.
    pub fn activate_as(&self, policy: &str, version: i64, who: &str, reason: &str) -> Result<(), HouseError> {
        self.activate(policy, version)?;
        self.note_policy(policy, version, policy::ACTIVATED, who, reason)
    }

    pub fn note_policy(&self, policy: &str, version: i64, what: &str, who: &str, reason: &str) -> Result<(), HouseError> {
        let (policy, what, who, reason) = (policy.to_owned(), what.to_owned(), who.to_owned(), reason.to_owned());
        let note = PolicyNote { policy, version, what, who, reason, at: self.now() };
        Ok(self.desk().add_policy_note(&note)?)
    }

    /// Puts a stored version in force: one fact per lane, then everyone is re-decided by a sweep (see [`crate::engine::Engine::apply`]).
    pub fn activate(&self, policy: &str, version: i64) -> Result<(), HouseError> {
        let (documents, mut next) = {
            let mut desk = self.desk();
            (desk.documents()?, active(desk.as_mut())?.unwrap_or_default())
        };
        next.insert(policy.to_owned(), version);
        // What does not compile beside the rest is refused here, in words; the engine looks again under the lanes' locks.
        policy::reference(&documents, &next)?;
        let name = policy.to_owned();
        self.queue.call(move |engine| engine.activate(&name, version))?;
        Ok(())
    }

    /// Writes into the chain that a backup was restored or a loss accepted since the journal was last open.
    pub fn open_pending_epoch(&self) -> Result<(), HouseError> {
        let pending = engine::pending(self.desk().as_mut())?;
        match pending {
            Some(epoch) => Ok(self.queue.call(move |engine| engine.open_epoch(epoch))?),
            None => Ok(()),
        }
    }

    /// Re-decides everyone by a policy just activated. `done` hears how many members have been looked at, and stops it by `false`: run
    /// again, it goes on, because each re-decision carries its key.
    pub fn redecide(&self, policy: &str, version: i64, done: &mut dyn FnMut(u64) -> bool) -> Result<(), HouseError> {
        if policy == policy::IDENTITY {
            return self.settle_everyone(done);
        }
        // A value model that no stage is decided by changes nothing recorded.
        if policy == policy::VALUE && self.reference().models().iter().all(|model| model.value.is_none()) {
            return Ok(());
        }
        if policy == policy::SIGNALS && !self.reference().models().iter().any(Model::reads_signals) {
            return Ok(());
        }
        let model = policy.strip_prefix(policy::LIFECYCLE).unwrap_or(policy).to_owned();
        let mut members: Vec<(perennial_kernel::MemberId, perennial_kernel::Lane)> = Vec::new();
        let kin: BTreeMap<_, _> = self.reader().all_kin()?.into_iter().map(|row| (row.subject, row.member)).collect();
        self.scan()?.scan(ScanRange::ALL, &mut |_, facts| {
            let mut homes: BTreeMap<perennial_kernel::MemberId, perennial_kernel::Position> = BTreeMap::new();
            for fact in facts {
                let member = kin.get(&fact.subject).copied().unwrap_or(fact.subject);
                homes.entry(member).and_modify(|first| *first = fact.position.min(*first)).or_insert(fact.position);
            }
            members.extend(homes.into_iter().map(|(member, first)| (member, first.lane())));
            true
        })?;
        let mut looked_at = 0;
        for chunk in members.chunks(crate::engine::BATCH_MAX) {
            let (model, chunk) = (model.clone(), chunk.to_vec());
            looked_at += chunk.len() as u64;
            self.queue.call(move |engine| engine.apply(&model, version, chunk))?;
            if !done(looked_at) {
                break;
            }
        }
        Ok(())
    }

    /// Decides anew who is whom in every family, by identity rules just activated.
    fn settle_everyone(&self, done: &mut dyn FnMut(u64) -> bool) -> Result<(), HouseError> {
        let kin = self.reader().all_kin()?;
        let families: Vec<(perennial_kernel::SubjectId, perennial_kernel::Lane)> =
            kin.iter().filter(|row| row.subject == row.family).map(|row| (row.subject, row.lane)).collect();
        let mut looked_at = 0;
        for chunk in families.chunks(crate::engine::BATCH_MAX) {
            let chunk = chunk.to_vec();
            looked_at += chunk.len() as u64;
            self.queue.call(move |engine| engine.settle(chunk))?;
            if !done(looked_at) {
                break;
            }
        }
        Ok(())
    }

    /// Finishes what is queued and stops the writers.
    pub fn close(&self) {
        self.queue.stop();
    }
}

/// An init that was cut short has activated the brand's settings, but no model.
fn is_complete(active: &Active) -> bool {
    active.keys().any(|policy| policy.starts_with(policy::LIFECYCLE))
}

fn active(desk: &mut dyn Desk) -> Result<Option<Active>, PortError> {
    desk.setting(engine::ACTIVE)?.as_deref().map(engine::read_active).transpose()
}

/// Leaves a line for the audit trail where the brand's key is not at hand; it is sealed and written at the next start.
pub fn note_later(desk: &mut dyn Desk, what: &str, detail: &str) -> Result<(), PortError> {
    desk.set_setting(NOTE, &serde_json::to_vec(&(what, detail)).expect("pairs of strings serialise"))
}
