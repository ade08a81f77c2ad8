//! The engine's front: callers queue commands, one thread per writer takes what is there, up to a batch, and answers after the commit.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use super::command::{Answer, Command};
use super::plan::home_of;
use super::sweep::Swept;
use super::{BATCH_MAX, Engine, EngineError};
use crate::secret::Secrets;

/// Waiting jobs per writer; beyond it callers are told to come back (429 or 503), so that memory stays bounded.
const WAITING_MAX: usize = 4096;
/// Due decisions are looked for this often.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// What the caller hears: its commands' answers, or why the batch failed.
pub type Reply = Box<dyn FnOnce(Result<Vec<Answer>, Arc<EngineError>>) + Send>;

/// The queue is full.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overloaded;

enum Job {
    Commands(Vec<Command>, Reply),
    /// Runs alone, between batches.
    Call(Box<dyn FnOnce(&mut Engine) + Send>),
    Stop,
}

/// A handle to the writers; cheap to share.
pub struct Queue {
    senders: Vec<SyncSender<Job>>,
    secrets: Secrets,
    lanes: u16,
    sweeps: Arc<AtomicBool>,
    /// Commands that are not answered yet.
    waiting: Arc<AtomicU64>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Queue {
    /// Jobs of a writer that may wait.
    pub const WAITING_MAX: usize = WAITING_MAX;

    /// Starts one thread per engine. The engines write the same journal; each gets the commands of its share of lanes.
    pub fn start(mut engines: Vec<Engine>) -> Self {
        let secrets = engines[0].secrets.clone();
        let lanes = engines[0].journal().lane_count();
        let (mut senders, mut threads) = (Vec::new(), Vec::new());
        let sweeps = Arc::new(AtomicBool::new(true));
        for (number, engine) in engines.into_iter().enumerate() {
            let (sender, receiver) = sync_channel(WAITING_MAX);
            senders.push(sender);
            let name = format!("engine-{number}");
            let sweeps = (number == 0).then(|| Arc::clone(&sweeps));
            let body = move || run(engine, &receiver, sweeps.as_deref());
            threads.push(std::thread::Builder::new().name(name).spawn(body).expect("the system starts threads at boot"));
        }
        Self { senders, secrets, lanes, sweeps, waiting: Arc::default(), threads: Mutex::new(threads) }
    }

    /// Queues commands that are answered together; they may share a batch with others'.
    pub fn submit(&self, commands: Vec<Command>, reply: Reply) -> Result<(), Overloaded> {
        let writer = self.writer_for(commands.first());
        let count = commands.len() as u64;
        let reply = self.counted(count, reply);
        match self.senders[writer].try_send(Job::Commands(commands, reply)) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.waiting.fetch_sub(count, Ordering::Relaxed);
                Err(Overloaded)
            }
        }
    }

    /// Queues and waits: for callers that are threads of their own (imports, the command line).
    pub fn process(&self, commands: Vec<Command>) -> Result<Vec<Answer>, Arc<EngineError>> {
        let (sender, receiver) = sync_channel(1);
        let writer = self.writer_for(commands.first());
        let reply: Reply = Box::new(move |answers| {
            let _ = sender.send(answers);
        });
        let reply = self.counted(commands.len() as u64, reply);
        self.senders[writer].send(Job::Commands(commands, reply)).expect("writers run until the queue stops");
        receiver.recv().expect("writers answer every job")
    }

    /// Commands that are not answered yet.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Counts commands as waiting until they are answered.
    fn counted(&self, count: u64, reply: Reply) -> Reply {
        self.waiting.fetch_add(count, Ordering::Relaxed);
        let waiting = Arc::clone(&self.waiting);
        Box::new(move |answers| {
            waiting.fetch_sub(count, Ordering::Relaxed);
            reply(answers);
        })
    }

    /// Runs something on the first engine between batches and waits for it.
    pub fn call<T: Send + 'static>(&self, job: impl FnOnce(&mut Engine) -> T + Send + 'static) -> T {
        let (sender, receiver) = sync_channel(1);
        let call = Box::new(move |engine: &mut Engine| {
            let _ = sender.send(job(engine));
        });
        self.senders[0].send(Job::Call(call)).expect("writers run until the queue stops");
        receiver.recv().expect("writers answer every job")
    }

    /// Whether what falls due is looked for between batches; it is, unless another node does it.
    pub fn sweep_by_itself(&self, sweeps: bool) {
        self.sweeps.store(sweeps, Ordering::Relaxed);
    }

    /// Finishes what is queued and ends the writers.
    pub fn stop(&self) {
        for sender in &self.senders {
            let _ = sender.send(Job::Stop);
        }
        let threads = std::mem::take(&mut *self.threads.lock().expect("no writer panics while holding this lock"));
        for thread in threads {
            let _ = thread.join();
        }
    }

    fn writer_for(&self, first: Option<&Command>) -> usize {
        match first {
            Some(command) if self.senders.len() > 1 => usize::from(home_of(&self.secrets, command, self.lanes).0) % self.senders.len(),
            _ => 0,
        }
    }
}

/// `sweeps` is the first engine's: it alone looks for what falls due, and for what other nodes have put in force.
fn run(mut engine: Engine, receiver: &Receiver<Job>, sweeps: Option<&AtomicBool>) {
    let mut swept_at = std::time::Instant::now();
    let mut more_due = false;
    loop {
        if let Some(sweeps) = sweeps
            && (more_due || swept_at.elapsed() >= SWEEP_EVERY)
        {
            more_due = look_around(&mut engine, sweeps.load(Ordering::Relaxed));
            swept_at = std::time::Instant::now();
        }
        let wait = if more_due { Duration::ZERO } else { SWEEP_EVERY.saturating_sub(swept_at.elapsed()).max(Duration::from_millis(1)) };
        match receiver.recv_timeout(wait) {
            Ok(Job::Commands(commands, reply)) => {
                if let Some(next) = take_batch(&mut engine, receiver, commands, reply) {
                    match next {
                        Job::Call(call) => call(&mut engine),
                        Job::Stop | Job::Commands(..) => return,
                    }
                }
            }
            Ok(Job::Call(call)) => call(&mut engine),
            Ok(Job::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Answers whether more is due than one sweep takes.
fn look_around(engine: &mut Engine, sweeps: bool) -> bool {
    let looked = engine.refresh().and_then(|()| if sweeps { engine.sweep() } else { Ok(Swept::default()) });
    looked.map_or_else(
        |error| {
            tracing::error!(%error, "the due sweep failed");
            false
        },
        |swept| swept.more,
    )
}

/// Takes what is queued, up to a batch, processes it and answers; gives back a job that is not commands, if it met one.
fn take_batch(engine: &mut Engine, receiver: &Receiver<Job>, first: Vec<Command>, reply: Reply) -> Option<Job> {
    let mut replies = vec![(first.len(), reply)];
    let mut commands = first;
    let mut other = None;
    while commands.len() < BATCH_MAX {
        match receiver.try_recv() {
            Ok(Job::Commands(more, reply)) => {
                replies.push((more.len(), reply));
                commands.extend(more);
            }
            Ok(job) => {
                other = Some(job);
                break;
            }
            Err(_) => break,
        }
    }
    match engine.process(commands) {
        Ok(answers) => {
            let mut answers = answers.into_iter();
            for (count, reply) in replies {
                reply(Ok(answers.by_ref().take(count).collect()));
            }
        }
        Err(error) => {
            tracing::error!(%error, "a batch failed");
            let error = Arc::new(error);
            for (_, reply) in replies {
                reply(Err(Arc::clone(&error)));
            }
        }
    }
    other
}
