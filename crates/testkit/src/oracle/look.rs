//! Any model, by looking at the profile of the whole history anew: conditions and profile are `rules`' own, the path is not.

use perennial_kernel::{Fact, FactId, Instant, Lane, Origin, Position, Seq, SubjectId};
use perennial_rules::history::History;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;

use super::{Look, Places, Told};

/// One model of a reference.
#[derive(Clone, Copy, Debug)]
pub struct ByProfile<'a> {
    pub reference: &'a Reference,
    pub model: &'a str,
}

impl Look for ByProfile<'_> {
    fn place<'a>(&'a self, facts: &[(usize, &Told)]) -> Places<'a> {
        let facts = facts.iter().map(|(index, one)| fact(*index, one)).collect();
        let book = History::new(facts).book(self.reference, Instant::MAX);
        Box::new(move |day| {
            let model = self.reference.model(self.model).expect("the model is in force");
            let profile = Profile::of(&book, self.reference, day);
            (model.stages[model.stage_of(&profile)].id.clone(), profile.purchases.life)
        })
    }
}

fn fact(index: usize, one: &Told) -> Fact {
    Fact {
        id: FactId { recorded_at: one.recorded_at, position: Position::new(Lane(0), Seq(index as u64 + 1)) },
        subject: SubjectId::nth(Lane(0), 1),
        occurred_at: one.occurred_at,
        origin: Origin::Live,
        import: one.import,
        body: one.body.clone(),
    }
}
