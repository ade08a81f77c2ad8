//! Where records come from, and the thread that reads ahead of the engine.

use std::sync::mpsc::SyncSender;

use perennial_source::{BadRow, Context, FileError, Preset, Reader, Record};

use super::Request;

/// Commands taken to the engine at once.
const CHUNK: usize = 2000;

/// Records one after the other; the same ones in the same order every time.
pub trait Feed: Send {
    /// Passes over so many items, good or bad.
    fn skip(&mut self, count: u64);

    fn next(&mut self) -> Option<Result<Record, BadRow>>;

    /// (done, in all), in any unit.
    fn progress(&self) -> (u64, u64);

    /// The file's own columns; empty where there are none.
    fn columns(&self) -> Vec<String>;
}

/// A file of orders.
pub struct FileFeed(Reader);

impl FileFeed {
    pub fn open(request: &Request, preset: &Preset, context: Context) -> Result<Self, FileError> {
        perennial_source::open(&request.file, preset, context).map(Self)
    }
}

impl Feed for FileFeed {
    fn skip(&mut self, count: u64) {
        self.0.skip_records(count);
    }

    fn next(&mut self) -> Option<Result<Record, BadRow>> {
        Iterator::next(&mut self.0)
    }

    fn progress(&self) -> (u64, u64) {
        self.0.progress()
    }

    fn columns(&self) -> Vec<String> {
        self.0.columns().to_vec()
    }
}

/// Items read together.
pub(super) struct Chunk {
    pub items: Vec<Result<Record, BadRow>>,
    /// Read by the end of it, of how much.
    pub done: u64,
    pub total: u64,
}

/// Reads ahead until the end, or until nobody listens any more.
pub(super) fn pump(feed: &mut dyn Feed, skip: u64, sender: &SyncSender<Chunk>) {
    feed.skip(skip);
    loop {
        let mut items = Vec::new();
        let mut commands = 0;
        while commands < CHUNK && items.len() < CHUNK {
            let Some(item) = feed.next() else { break };
            commands += item.as_ref().map_or(0, |record| record.incoming.len());
            items.push(item);
        }
        let (done, total) = feed.progress();
        if items.is_empty() || sender.send(Chunk { items, done, total }).is_err() {
            return;
        }
    }
}
