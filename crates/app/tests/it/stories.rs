//! The stories of `scenarios/lifecycle` through the engine, on both stores: the same files that the rules alone are tested with.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use perennial_app::clock::ManualClock;
use perennial_app::engine::{Answer, Command, Engine};
use perennial_app::head::{HeadFile, Sync};
use perennial_app::port::{Append, Journal, KeyStore};
use perennial_app::read;
use perennial_app::secret::Secrets;
use perennial_kernel::{Body, Day, EffectId, Fact, ImportId, Incoming, Instant, MemberId};
use perennial_rules::correction::standing_of;
use perennial_rules::effect::{Effect, Move};
use perennial_rules::history::History;
use perennial_rules::lifecycle::explain::{self, explain};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::lifecycle::walk;
use perennial_rules::reference::Reference;
use perennial_store::{PostgresKeys, PostgresStore, SqliteKeys, SqliteStore};
use perennial_testkit::story::{self, Correction, Place, Reasons, Reply, Story, Timer, World, WouldChange};

/// A brand of one story: the engine on a real store, its clock set by the story.
struct Stage {
    engine: Engine,
    clock: Arc<ManualClock>,
    now: Instant,
    /// Until then nothing fires of its own accord.
    down_until: Option<Instant>,
    members: BTreeMap<String, MemberId>,
    _folder: tempfile::TempDir,
}

impl Stage {
    fn new(story: &Story, mut journal: Box<dyn Journal>, keys: Box<dyn KeyStore>, folder: tempfile::TempDir) -> Self {
        let began = Instant(0);
        let clock = Arc::new(ManualClock::at(began));
        // The till went live when the story says, or long before it.
        let lanes = journal.heads().unwrap().iter().map(|head| head.lane).collect();
        let mut tx = journal.begin(&lanes).unwrap();
        let sources: std::collections::BTreeSet<String> = story
            .steps
            .iter()
            .filter_map(|step| match &step.what {
                story::What::Record { incoming, .. } => Some(incoming.source.clone()),
                _ => None,
            })
            .collect();
        let live_from = story.go_live.unwrap_or(began);
        let set = Append { sources: sources.into_iter().map(|source| (source, live_from)).collect(), ..Append::default() };
        tx.append(&set).unwrap();
        tx.commit().unwrap();
        let head = HeadFile::open(&folder.path().join("head"), Sync::Full).unwrap();
        let reference = Arc::new(Reference::new(story.brand.clone(), story.models.clone()));
        let secrets = Secrets::from_master(&[7; 32]);
        let engine = Engine::new(journal, keys, head, Arc::<ManualClock>::clone(&clock), secrets, reference);
        Self { engine, clock, now: began, down_until: None, members: BTreeMap::new(), _folder: folder }
    }

    fn set_clock(&mut self, to: Instant) {
        self.now = self.now.max(to);
        self.clock.set(self.now);
    }

    fn sweep(&mut self) {
        while self.engine.sweep().unwrap().more {}
    }

    fn stored(&mut self, who: &str) -> Vec<perennial_app::port::StoredFact> {
        let Some(member) = self.members.get(who).copied() else { return Vec::new() };
        self.engine.journal().facts_of(&[member]).unwrap()
    }

    fn facts(&mut self, who: &str) -> Vec<Fact> {
        self.stored(who).iter().map(|stored| read::fact(stored).unwrap()).collect()
    }

    /// Effects with their ids, in journal order.
    fn effects(&mut self, who: &str) -> Vec<(EffectId, Effect)> {
        let facts = self.facts(who);
        let Some(member) = self.members.get(who).copied() else { return Vec::new() };
        let stored = self.engine.journal().effects_of(&[member]).unwrap();
        let id = |stored: &perennial_app::port::StoredEffect| {
            let fact = facts.iter().find(|fact| fact.id.position == stored.position).unwrap();
            EffectId { fact: fact.id, ordinal: stored.ordinal }
        };
        stored.iter().map(|stored| (id(stored), read::effect(stored).unwrap())).collect()
    }

    fn steps(&self, model: &str, facts: Vec<Fact>, to: Instant) -> Vec<Move> {
        let reference = self.engine.reference();
        let model = reference.model(model).expect("stories name models in force");
        let path = walk::path(reference, model, &History::new(facts), Instant::MIN, to);
        path.moves.into_iter().map(|walked| walked.step).collect()
    }
}

impl World for Stage {
    fn record(&mut self, at: Instant, who: &str, import: Option<ImportId>, incoming: &Incoming) -> Reply {
        self.pass(at);
        let command = Command::Record { incoming: Box::new(incoming.clone()), import };
        match &self.engine.process(vec![command]).unwrap()[0] {
            Answer::Recorded(receipt) => {
                if let Some(member) = receipt.member {
                    self.members.insert(who.to_owned(), member);
                }
                Reply::Accepted
            }
            Answer::Repeated(_) => Reply::Seen,
            Answer::Conflict(_) => Reply::Refused,
            other => panic!("{other:?}"),
        }
    }

    fn retract(&mut self, at: Instant, import: ImportId) {
        self.pass(at);
        let mut commands = Vec::new();
        for who in self.members.keys().cloned().collect::<Vec<_>>() {
            let facts = self.stored(&who);
            let brought: Vec<_> = facts.iter().filter(|fact| fact.import == Some(import)).collect();
            let Some(first) = brought.first() else { continue };
            let secrets = self.engine.secrets();
            let keys = brought.iter().map(|fact| secrets.command_key(&fact.source, &fact.object, &fact.object_version)).collect();
            commands.push(Command::Retract { import, subject: first.subject, lane: first.position.lane(), keys });
        }
        self.engine.process(commands).unwrap();
    }

    fn down(&mut self, at: Instant, until: Instant) {
        self.pass(at);
        self.down_until = Some(until);
    }

    fn activate(&mut self, at: Instant, model: &Model) {
        self.pass(at);
        let reference = self.engine.reference().with_model(model.clone());
        self.engine.activate_given(&format!("lifecycle/{}", model.id), model.version, reference).unwrap();
        let mut members = Vec::new();
        for who in self.members.keys().cloned().collect::<Vec<_>>() {
            members.extend(self.stored(&who).first().map(|fact| (fact.subject, fact.position.lane())));
        }
        self.engine.apply(&model.id, model.version, members).unwrap();
    }

    fn pass(&mut self, to: Instant) {
        if let Some(until) = self.down_until.filter(|until| to >= *until) {
            self.down_until = None;
            self.set_clock(until);
            self.sweep();
        }
        if self.down_until.is_none() {
            while let Some(due) = self.engine.journal().due(to, 1).unwrap().first().and_then(|row| row.due) {
                self.set_clock(due);
                self.sweep();
            }
        }
        self.set_clock(to);
    }

    fn place(&mut self, who: &str, model: &str, on: Day, known_at: Option<Instant>) -> Option<Place> {
        let facts = self.facts(who).into_iter().filter(|fact| known_at.is_none_or(|known| fact.recorded_at() <= known)).collect();
        let end = self.engine.reference().calendar.end(on);
        let last = self.steps(model, facts, end).pop()?;
        Some(Place { stage: last.to, life: last.life, since: last.at })
    }

    fn decided(&mut self, who: &str, model: &str) -> Vec<Move> {
        let mut standing = standing_of(self.effects(who));
        standing.retain(|held| held.decision.model == model);
        standing.sort_by_key(|held| (held.decision.step.at, held.id));
        standing.into_iter().map(|held| held.decision.step).collect()
    }

    fn path(&mut self, who: &str, model: &str) -> Vec<Move> {
        let facts = self.facts(who);
        self.steps(model, facts, self.now)
    }

    fn corrections(&mut self, who: &str, model: &str) -> Vec<Correction> {
        let told = |fact: &&Fact| !matches!(fact.body, Body::TimerDue { .. } | Body::IdentityAttached { .. });
        let Some(last) = self.facts(who).iter().rfind(told).map(|fact| fact.id) else { return Vec::new() };
        let effects = self.effects(who);
        let stood = standing_of(effects.iter().filter(|(id, _)| id.fact.position < last.position).cloned());
        let of_last = effects.iter().filter(|(id, _)| id.fact == last);
        let corrections = of_last.filter_map(|(_, effect)| match effect {
            Effect::StageCorrected { model: of, supersedes, instead, .. } if of == model => Some(Correction {
                gone: supersedes.and_then(|gone| stood.iter().find(|held| held.id == gone)).map(|held| held.decision.step.clone()),
                come: instead.as_ref().map(|decision| decision.step.clone()),
            }),
            _ => None,
        });
        corrections.collect()
    }

    fn timers(&mut self, who: &str) -> Vec<Timer> {
        let facts = self.facts(who);
        let timers = facts.iter().filter(|fact| matches!(fact.body, Body::TimerDue { .. }));
        timers.map(|fact| Timer { due: fact.occurred_at, ran: fact.recorded_at() }).collect()
    }

    fn reasons(&mut self, who: &str, model: &str, on: Day) -> Option<Reasons> {
        let facts = self.facts(who);
        let reference = self.engine.reference();
        let model = reference.model(model)?;
        let found = explain(reference, model, &History::new(facts.clone()), on)?;
        let id = |to: usize| model.stages[to].id.clone();
        let cited = facts.iter().filter(|fact| found.evidence.contains(&fact.id));
        let mut orders: Vec<String> = cited.filter_map(|fact| fact.body.order_key().map(|key| key.id.clone())).collect();
        orders.sort();
        orders.dedup();
        let would_change = found.would_change.iter().map(|change| match change {
            explain::WouldChange::Wait { on, to } => WouldChange::Wait { on: *on, to: id(*to) },
            explain::WouldChange::Purchases { count, to } => WouldChange::Purchases { count: *count, to: id(*to) },
            explain::WouldChange::Amount { amount, to } => WouldChange::Amount { amount: *amount, to: id(*to) },
        });
        Some(Reasons {
            values: found.values.iter().map(|(field, value)| (field.clone(), value.show(reference.brand.currency))).collect(),
            orders,
            would_change: would_change.collect(),
        })
    }
}

fn run_all(open: impl Fn(&Path) -> Option<(Box<dyn Journal>, Box<dyn KeyStore>)>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/lifecycle");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 15);
    let mut failed = Vec::new();
    for file in files {
        let story = story::read(&std::fs::read_to_string(&file).unwrap()).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        let folder = tempfile::tempdir().unwrap();
        let Some((journal, keys)) = open(folder.path()) else { return };
        if let Err(why) = story::run(&story, &mut Stage::new(&story, journal, keys, folder)) {
            failed.push(format!("{}: {why}", file.file_name().unwrap().display()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn every_story_holds_on_sqlite() {
    run_all(|folder| {
        let journal = SqliteStore::open(folder.join("journal.db")).unwrap();
        Some((Box::new(journal), Box::new(SqliteKeys::open(folder.join("keys.db")).unwrap())))
    });
}

#[test]
fn every_story_holds_on_postgres() {
    run_all(|_| {
        let url = perennial_testkit::postgres::database()?;
        Some((Box::new(PostgresStore::connect(&url).unwrap()), Box::new(PostgresKeys::connect(&url).unwrap())))
    });
}
