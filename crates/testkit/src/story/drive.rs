//! Stories in the in-memory driver: the rules alone.

use perennial_kernel::{Body, Day, Fact, ImportId, Incoming, Instant};
use perennial_rules::correction::standing_of;
use perennial_rules::effect::{Effect, Move};
use perennial_rules::history::History;
use perennial_rules::lifecycle::explain::{self, explain};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::lifecycle::walk;

use super::check::WouldChange;
use super::{Correction, Place, Reasons, Reply, Story, Timer, World};
use crate::drive::{Answer, Drive, Written};

impl Drive {
    /// A driver with the story's brand and models.
    pub fn for_story(story: &Story) -> Self {
        let mut drive = Self::new(story.brand.clone(), story.models.clone());
        drive.go_live = story.go_live;
        drive.now = story.steps.first().map_or(Instant(0), |step| step.at.min(Instant(0)));
        drive
    }

    fn facts(&self, who: &str) -> Vec<Fact> {
        self.member(who).map(|member| member.facts.clone()).unwrap_or_default()
    }

    fn steps(&self, model: &str, facts: Vec<Fact>, to: Instant) -> Vec<Move> {
        let reference = self.reference();
        let model = reference.model(model).expect("stories name models in force");
        let path = walk::path(reference, model, &History::new(facts), Instant::MIN, to);
        path.moves.into_iter().map(|walked| walked.step).collect()
    }
}

impl World for Drive {
    fn record(&mut self, at: Instant, who: &str, import: Option<ImportId>, incoming: &Incoming) -> Reply {
        match Drive::record(self, at, who, import, incoming) {
            Answer::Written(_) => Reply::Accepted,
            Answer::Seen(_) => Reply::Seen,
            Answer::Refused => Reply::Refused,
        }
    }

    fn retract(&mut self, at: Instant, import: ImportId) {
        Drive::retract(self, at, import);
    }

    fn down(&mut self, at: Instant, until: Instant) {
        Drive::down(self, at, until);
    }

    fn activate(&mut self, at: Instant, model: &Model) {
        Drive::activate(self, at, model.clone());
    }

    fn rule(&mut self, at: Instant, who: &str, other: &str, together: bool) {
        self.rule_on(at, who, other, together);
    }

    fn pass(&mut self, to: Instant) {
        Drive::pass(self, to);
    }

    fn same(&mut self, who: &str, other: &str) -> bool {
        self.member_id(who) == self.member_id(other)
    }

    fn conflict(&mut self, who: &str, other: &str) -> Option<String> {
        self.conflict_between(who, other)
    }

    fn place(&mut self, who: &str, model: &str, on: Day, known_at: Option<Instant>) -> Option<Place> {
        let facts = self.facts(who).into_iter().filter(|fact| known_at.is_none_or(|known| fact.recorded_at() <= known)).collect();
        let last = self.steps(model, facts, self.reference().calendar.end(on)).pop()?;
        Some(Place { stage: last.to, life: last.life, since: last.at })
    }

    fn decided(&mut self, who: &str, model: &str) -> Vec<Move> {
        self.member(who).map(|member| member.decisions(model)).unwrap_or_default().into_iter().map(|(_, step)| step).collect()
    }

    fn path(&mut self, who: &str, model: &str) -> Vec<Move> {
        self.steps(model, self.facts(who), self.now)
    }

    fn corrections(&mut self, who: &str, model: &str) -> Vec<Correction> {
        let Some(member) = self.member_id(who) else { return Vec::new() };
        let told = |body: &Body| !matches!(body, Body::TimerDue { .. } | Body::PolicyActivated { .. } | Body::MembersRuled(_));
        let Some(last) = self.journal.iter().rposition(|written| written.member == member && told(&written.fact.body)) else {
            return Vec::new();
        };
        let stood = standing_of(self.journal[..last].iter().flat_map(Written::named_effects));
        let corrections = self.journal[last].effects.iter().filter_map(|effect| match effect {
            Effect::StageCorrected { model: of, supersedes, instead, .. } if of == model => Some(Correction {
                gone: supersedes.and_then(|gone| stood.iter().find(|held| held.id == gone)).map(|held| held.decision.step.clone()),
                come: instead.as_ref().map(|decision| decision.step.clone()),
            }),
            _ => None,
        });
        corrections.collect()
    }

    fn timers(&mut self, who: &str) -> Vec<Timer> {
        let timer = |fact: &Fact| matches!(fact.body, Body::TimerDue { .. });
        self.facts(who).iter().filter(|fact| timer(fact)).map(|fact| Timer { due: fact.occurred_at, ran: fact.recorded_at() }).collect()
    }

    fn reasons(&mut self, who: &str, model: &str, on: Day) -> Option<Reasons> {
        let reference = self.reference();
        let model = reference.model(model)?;
        let facts = self.facts(who);
        let found = explain(reference, model, &History::new(facts.clone()), on)?;
        let id = |to: usize| model.stages[to].id.clone();
        let mut orders: Vec<String> = facts
            .iter()
            .filter(|fact| found.evidence.contains(&fact.id))
            .filter_map(|fact| fact.body.order_key().map(|key| key.id.clone()))
            .collect();
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
