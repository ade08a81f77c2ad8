//! One member's spells: from when to when it stood in which stage of a model, restated by what is known now.

use perennial_kernel::{Day, Instant};
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::Reference;

use crate::steps::{Step, Steps, Stretch};

/// A time in one stage and life. A new life in the same stage is a spell of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spell {
    /// Index into the model's stages.
    pub stage: usize,
    /// Number of the life, from 1; 0 before the first purchase.
    pub life: u32,
    pub since: Instant,
    /// The day on which it began.
    pub from: Day,
    /// When the next one began; `None` while it goes on.
    pub until: Option<Instant>,
}

/// Tells the spells of one member after another.
#[derive(Debug)]
pub struct Spells<'a> {
    reference: &'a Reference,
    model: &'a Model,
    stretch: Stretch,
    moves: Vec<Step>,
}

impl<'a> Spells<'a> {
    /// Up to the end of `as_of`. Looks back to the first day a fact may carry.
    pub fn new(reference: &'a Reference, model: &'a Model, as_of: Day) -> Self {
        Self { reference, model, stretch: Stretch::new(reference, Day::EARLIEST, as_of), moves: Vec::new() }
    }

    /// The oldest first; the last one goes on.
    pub fn of(&mut self, history: &History) -> Vec<Spell> {
        Steps::new(self.reference, self.model, history, &self.stretch, &mut self.moves).walk();
        let ends = self.moves.iter().skip(1).map(|step| Some(step.at)).chain([None]);
        let spell = |(step, until): (&Step, Option<Instant>)| Spell {
            stage: step.to.stage,
            life: step.to.life,
            since: step.at,
            from: step.day,
            until,
        };
        self.moves.iter().zip(ends).map(spell).collect()
    }
}
