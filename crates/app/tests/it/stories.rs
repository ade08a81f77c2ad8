//! The stories of `scenarios` through the engine, on both stores: the same files that the rules alone are tested with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use perennial_app::audit;
use perennial_app::chronicle::Chronicle;
use perennial_app::clock::ManualClock;
use perennial_app::engine::{Answer, Command, Engine};
use perennial_app::head::{HeadFile, Sync};
use perennial_app::policy::{BrandDocument, CountingText};
use perennial_app::port::desk::DocumentRow;
use perennial_app::port::journal::{ConflictRow, Whom};
use perennial_app::port::{Append, Journal, KeyStore};
use perennial_app::read;
use perennial_app::secret::Secrets;
use perennial_kernel::{Body, Day, EffectId, Fact, ImportId, Incoming, Instant, MemberId, Ruling, SubjectId};
use perennial_rules::correction::standing_of;
use perennial_rules::effect::{Effect, Move};
use perennial_rules::history::History;
use perennial_rules::lifecycle::explain::{self, explain};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::lifecycle::walk;
use perennial_rules::reference::{Counting, Reference};
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
    /// What was put in force, for the replay.
    documents: Vec<DocumentRow>,
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
        let mut stage =
            Self { engine, clock, now: began, down_until: None, members: BTreeMap::new(), documents: Vec::new(), _folder: folder };
        stage.put_in_force(story);
        stage
    }

    /// The story's documents by facts, as a house activates them: a replay knows no others.
    fn put_in_force(&mut self, story: &Story) {
        let brand = &story.brand;
        let document = BrandDocument {
            name: "Story".into(),
            time_zone: brand.calendar.zone().into(),
            currency: brand.currency.code().into(),
            life_gap_days: brand.life_gap_days,
            counting: if brand.counting == Counting::Days { CountingText::Days } else { CountingText::Orders },
        };
        self.keep("brand".to_owned(), 1, document.to_yaml());
        let reference = Arc::clone(self.engine.reference());
        self.engine.activate_given("brand", 1, Reference::clone(&reference)).unwrap();
        for model in &story.models {
            self.keep(format!("lifecycle/{}", model.id), model.version, model.document.to_yaml());
            self.engine.activate_given(&format!("lifecycle/{}", model.id), model.version, Reference::clone(&reference)).unwrap();
        }
    }

    fn keep(&mut self, policy: String, version: i64, body: String) {
        let row = DocumentRow { policy, version, body, author: "test".into(), reason: String::new(), created_at: self.now };
        self.documents.push(row);
    }

    fn set_clock(&mut self, to: Instant) {
        self.now = self.now.max(to);
        self.clock.set(self.now);
    }

    fn sweep(&mut self) {
        while self.engine.sweep().unwrap().more {}
    }

    /// The member a name of the story leads to now, and its subjects.
    fn member(&mut self, who: &str) -> Option<(MemberId, Vec<SubjectId>)> {
        let whom = if who.contains(':') {
            let tokens = story::identities(who).unwrap().iter().map(|identity| self.engine.secrets().token(identity)).collect();
            Whom { tokens, ..Whom::default() }
        } else {
            Whom { subjects: BTreeSet::from([*self.members.get(who)?]), ..Whom::default() }
        };
        let families = self.engine.journal().families(&whom).unwrap();
        let owner = families.claims.iter().filter(|(token, _)| whom.tokens.contains(token)).map(|(_, owner)| owner.subject);
        let linked = families.links.iter().filter(|link| whom.tokens.contains(&link.token)).map(|link| link.subject);
        let known = |subject: &SubjectId| *subject != SubjectId::NOBODY;
        let subject = owner.filter(known).chain(linked).chain(whom.subjects.iter().copied()).next()?;
        let member = families.kin.iter().find(|row| row.subject == subject).map_or(subject, |row| row.member);
        let subjects: Vec<SubjectId> = families.kin.iter().filter(|row| row.member == member).map(|row| row.subject).collect();
        Some((member, if subjects.is_empty() { vec![member] } else { subjects }))
    }

    /// The subject whose own the value is.
    fn subject(&mut self, who: &str) -> SubjectId {
        let token = self.engine.secrets().token(&story::identities(who).unwrap()[0]);
        self.engine.journal().owner(token).unwrap().unwrap().subject
    }

    fn stored(&mut self, who: &str) -> Vec<perennial_app::port::StoredFact> {
        let Some((_, subjects)) = self.member(who) else { return Vec::new() };
        self.engine.journal().facts_of(&subjects).unwrap()
    }

    fn facts(&mut self, who: &str) -> Vec<Fact> {
        self.stored(who).iter().map(|stored| read::fact(stored).unwrap()).collect()
    }

    /// Everything written about the family, and the subjects of the member.
    fn chronicle(&mut self, who: &str) -> Option<(Chronicle, BTreeSet<SubjectId>)> {
        let (member, subjects) = self.member(who)?;
        let kin = self.engine.journal().kin(&[member]).unwrap();
        let everyone: Vec<SubjectId> = if kin.is_empty() { vec![member] } else { kin.iter().map(|row| row.subject).collect() };
        let facts = self.engine.journal().facts_of(&everyone).unwrap();
        let effects = self.engine.journal().effects_of(&everyone).unwrap();
        Some((Chronicle::read(&facts, &effects).unwrap(), subjects.into_iter().collect()))
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
            let mut brought: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for fact in facts.iter().filter(|fact| fact.import == Some(import)) {
                let key = self.engine.secrets().command_key(&fact.source, &fact.object, &fact.object_version);
                brought.entry((fact.subject, fact.position.lane())).or_default().push(key);
            }
            let retract = |((subject, lane), keys)| Command::Retract { import, subject, lane, keys };
            commands.extend(brought.into_iter().map(retract));
        }
        self.engine.process(commands).unwrap();
    }

    fn down(&mut self, at: Instant, until: Instant) {
        self.pass(at);
        self.down_until = Some(until);
    }

    fn activate(&mut self, at: Instant, model: &Model) {
        self.pass(at);
        self.keep(format!("lifecycle/{}", model.id), model.version, model.document.to_yaml());
        let reference = self.engine.reference().with_model(model.clone());
        self.engine.activate_given(&format!("lifecycle/{}", model.id), model.version, reference).unwrap();
        let mut members = Vec::new();
        for who in self.members.keys().cloned().collect::<Vec<_>>() {
            let lane = self.stored(&who).first().map(|fact| fact.position.lane());
            members.extend(self.member(&who).map(|(member, _)| member).zip(lane));
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
        let Some((told, subjects)) = self.chronicle(who) else { return Vec::new() };
        let mut standing = told.past(&subjects).recorded;
        standing.retain(|held| held.decision.model == model);
        standing.sort_by_key(|held| (held.decision.step.at, held.id));
        standing.into_iter().map(|held| held.decision.step).collect()
    }

    fn path(&mut self, who: &str, model: &str) -> Vec<Move> {
        let facts = self.facts(who);
        self.steps(model, facts, self.now)
    }

    fn corrections(&mut self, who: &str, model: &str) -> Vec<Correction> {
        let told = |fact: &&Fact| !matches!(fact.body, Body::TimerDue { .. } | Body::IdentityAttached { .. } | Body::MembersRuled(_));
        let Some(last) = self.facts(who).iter().rfind(told).map(|fact| fact.id) else { return Vec::new() };
        let Some((chronicle, _)) = self.chronicle(who) else { return Vec::new() };
        let effects: Vec<(EffectId, Effect)> = chronicle.effects().iter().map(|(id, _, effect)| (*id, effect.clone())).collect();
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

    fn rule(&mut self, at: Instant, who: &str, other: &str, together: bool) {
        self.pass(at);
        let (a, ours) = self.member(who).unwrap();
        let (b, theirs) = self.member(other).unwrap();
        let by = "test".to_owned();
        let ruling = if together {
            Ruling { together: vec![(a, b)], apart: Vec::new(), by }
        } else {
            // One value leads to one subject: that one leaves the others.
            let leaving = self.subject(who);
            let others = ours.into_iter().chain(theirs).filter(|subject| *subject != leaving);
            Ruling { together: Vec::new(), apart: others.map(|subject| (leaving, subject)).collect(), by }
        };
        let command = Command::Rule { id: format!("{at}"), ruling, why: "the story says so".to_owned() };
        assert!(matches!(self.engine.process(vec![command]).unwrap()[0], Answer::Recorded(_)));
    }

    fn same(&mut self, who: &str, other: &str) -> bool {
        self.member(who).unwrap().0 == self.member(other).unwrap().0
    }

    fn conflict(&mut self, who: &str, other: &str) -> Option<String> {
        let (a, b) = (self.member(who).unwrap().0, self.member(other).unwrap().0);
        let queue = self.engine.journal().conflicts(None, 100).unwrap();
        let between = |row: &&ConflictRow| (row.left, row.right) == (a.min(b), a.max(b));
        queue.iter().find(between).map(|row| row.kind.clone())
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
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut files: Vec<_> = ["lifecycle", "member"]
        .into_iter()
        .flat_map(|slice| std::fs::read_dir(scenarios.join(slice)).unwrap().map(|entry| entry.unwrap().path()))
        .collect();
    files.sort();
    assert!(files.len() >= 35);
    let mut failed = Vec::new();
    for file in files {
        let story = story::read(&std::fs::read_to_string(&file).unwrap()).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        let folder = tempfile::tempdir().unwrap();
        let Some((journal, keys)) = open(folder.path()) else { return };
        let mut stage = Stage::new(&story, journal, keys, folder);
        if let Err(why) = story::run(&story, &mut stage) {
            failed.push(format!("{}: {why}", file.file_name().unwrap().display()));
        }
        // Whatever happened: the facts alone give every recorded decision, snapshot and membership again.
        let found = audit::replay(stage.engine.journal(), &stage.documents, &mut |_| {}).unwrap();
        if found.difference_count > 0 {
            failed.push(format!("{}: {:#?}", file.file_name().unwrap().display(), found.differences));
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
