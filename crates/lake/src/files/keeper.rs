//! Keeps the lake near the journal while a server runs: one thread reads and writes, another merges.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use perennial_app::port::{Journal, PortResult};

use super::lake::Files;

/// How often the journal is looked at.
const TICK: Duration = Duration::from_millis(500);
/// Facts read before somebody else gets a turn.
const PULL: usize = 20_000;

/// Stops both threads when it is dropped; what they were about is begun anew at the next start.
pub struct Keeper {
    stopped: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Keeper {
    /// `journal` is a handle of the keeper's own.
    pub fn start(files: &Arc<Files>, mut journal: Box<dyn Journal>) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::new();
        let (lake, stop) = (Arc::clone(files), Arc::clone(&stopped));
        threads.push(spawn("lake", move || until(&stop, || follow(&lake, journal.as_mut(), &stop))));
        let (lake, stop) = (Arc::clone(files), Arc::clone(&stopped));
        threads.push(spawn("lake-merge", move || {
            until(&stop, || {
                while lake.merge_some(&|| !stop.load(Ordering::Relaxed))? {}
                if lake.is_away() { Ok(()) } else { lake.tidy() }
            });
        }));
        Self { stopped, threads }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            drop(thread.join());
        }
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body).expect("the system starts threads at boot")
}

fn until(stop: &AtomicBool, mut turn: impl FnMut() -> PortResult<()>) {
    while !stop.load(Ordering::Relaxed) {
        if let Err(error) = turn() {
            tracing::error!(%error, "the lake cannot be kept current; it is tried again");
            std::thread::sleep(TICK * 4);
        }
        std::thread::sleep(TICK);
    }
}

fn follow(lake: &Files, journal: &mut dyn Journal, stop: &AtomicBool) -> PortResult<()> {
    if lake.is_away() {
        lake.reach(journal)?;
        tracing::info!("the lake is there again");
    }
    if lake.is_damaged() {
        tracing::error!("a file of the lake cannot be read: it is built anew from the journal");
        lake.begin_anew()?;
    }
    lake.look()?;
    loop {
        let read = lake.pull(journal, PULL)?;
        if lake.is_due() {
            lake.write()?;
        }
        if read < PULL || stop.load(Ordering::Relaxed) {
            return Ok(());
        }
    }
}
