//! A past of many orders without the way they came: the facts of a synthetic brand appended as they are. What reads everyone reads facts
//! alone, so for that a base need not go through the engine, which would take the better part of an hour for ten million orders.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use perennial_app::clock::ManualClock;
use perennial_app::port::journal::{Chain, LaneHead, StoredFact};
use perennial_app::port::{Append, Journal};
use perennial_kernel::{Incoming, Lane, Origin, Position, Seq, SubjectId};
use perennial_rules::payload;
use perennial_store::SqliteStore;
use perennial_synth::{Brand, Spec};

use crate::{base, brand};

const EDITION: u32 = 1;
const TOGETHER: usize = 20_000;

/// The folder of a brand with so many members and about ten orders each over three years; made when it is not there.
pub fn past(members: u64) -> PathBuf {
    let folder = base::cellar().join(format!("past-{EDITION}-{members}"));
    let done = folder.join("done");
    if let Ok(words) = std::fs::read_to_string(&done) {
        println!("past: {words}, kept from before");
        return folder;
    }
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let began = Stopwatch::now();
    brand::init(&folder, &Arc::new(ManualClock::at(brand::loaded_at())), &brand::hasty()).close();
    let journal = SqliteStore::open_with(folder.join("journal.db"), brand::hasty()).expect("a journal");
    let mut writer = Writer { journal, subjects: HashMap::new(), set: Append::default() };
    let synthetic = Brand::new(Spec { years: 3, purchase_rate: Spec::MANY_ORDERS, ..base::spec(members) }).expect("a spec");
    let mut facts = 0_u64;
    for incoming in synthetic.records() {
        facts += 1;
        writer.take(&incoming);
    }
    writer.write();
    let words = format!("{members} members, {facts} facts of three years, {} MB", base::size_mb(&folder));
    println!("past: {words}, appended in {:.0} s", began.elapsed().as_secs_f64());
    std::fs::write(&done, words).expect("a mark");
    folder
}

struct Writer {
    journal: SqliteStore,
    /// By the first identity, as a source names its customers.
    subjects: HashMap<String, SubjectId>,
    set: Append,
}

impl Writer {
    fn take(&mut self, incoming: &Incoming) {
        let Some(identity) = incoming.identities.first() else { return };
        let next = self.subjects.len() as u64 + 1;
        let subject = *self.subjects.entry(identity.value.clone()).or_insert_with(|| SubjectId::nth(Lane(0), next));
        self.set.facts.push(StoredFact {
            position: Position::new(Lane(0), Seq(0)),
            recorded_at: brand::loaded_at(),
            kind: incoming.body.kind().to_owned(),
            version: payload::VERSION,
            subject,
            occurred_at: incoming.occurred_at,
            origin: Origin::Backfill,
            import: None,
            source: incoming.source.clone(),
            object: incoming.object.clone(),
            object_version: incoming.version.clone(),
            payload: payload::encode(&incoming.body),
            sealed: Vec::new(),
            chain: Chain::ROOT,
        });
        if self.set.facts.len() == TOGETHER {
            self.write();
        }
    }

    /// The chain is not computed: nobody opens this brand to serve it.
    fn write(&mut self) {
        let mut set = std::mem::take(&mut self.set);
        let mut tx = self.journal.begin(&[Lane(0)].into()).expect("a batch");
        let head = tx.heads()[&Lane(0)];
        for (at, fact) in set.facts.iter_mut().enumerate() {
            fact.position = Position::new(Lane(0), Seq(head.seq.0 + 1 + at as u64));
            fact.chain = head.chain;
        }
        set.heads = vec![LaneHead { seq: Seq(head.seq.0 + set.facts.len() as u64), subjects: self.subjects.len() as u64, ..head }];
        tx.append(&set).expect("an append");
        tx.commit().expect("a commit");
    }
}
