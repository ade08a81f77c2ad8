//! Explanations hold: what is cited matters, what is not does not, and what would change a stage does, with nothing to spare.

use perennial_kernel::{Body, Day, Fact, FactId, Instant, Lane, Money, Order, OrderKey, Position, Quantity, Seq};
use perennial_rules::history::History;
use perennial_rules::lifecycle::explain::{Explanation, WouldChange, explain};
use perennial_rules::profile::profile;
use perennial_rules::reference::{Counting, Reference};
use perennial_testkit::drive::Drive;
use perennial_testkit::random::{Life, life, model};
use proptest::prelude::*;

use super::{cases, rf};

/// One member, one model, one day.
struct Scene<'a> {
    reference: &'a Reference,
    model: &'a str,
    facts: Vec<Fact>,
    day: Day,
}

impl Scene<'_> {
    fn until(&self) -> Instant {
        self.reference.calendar.end(self.day)
    }

    fn stage(&self, facts: Vec<Fact>, day: Day) -> usize {
        let model = self.reference.model(self.model).unwrap();
        let history = History::new(facts.into_iter().filter(|fact| fact.occurred_at <= self.until()).collect());
        model.stage_of(&profile(&history, self.reference, self.reference.calendar.end(day)))
    }

    fn without(&self, left_out: FactId) -> Vec<Fact> {
        self.facts.iter().filter(|fact| fact.id != left_out).cloned().collect()
    }

    /// With some more orders at the end of the day.
    fn with_orders(&self, count: i64, money: Money) -> Vec<Fact> {
        let mut facts = self.facts.clone();
        let pattern = facts[0].clone();
        for number in 0..count {
            let order = Order {
                key: OrderKey { source: "what-if".into(), id: format!("{number}") },
                version: None,
                paid_at: Some(self.until()),
                money,
                quantity: Quantity::pieces(1),
                channel: None,
                store: None,
                lines: Vec::new(),
            };
            let id = FactId { recorded_at: Instant::MAX, position: Position::new(Lane(0), Seq(1_000_000 + number as u64)) };
            facts.push(Fact { id, occurred_at: self.until(), import: None, body: Body::OrderPlaced(order), ..pattern.clone() });
        }
        facts
    }

    fn evidence_matters(&self, found: &Explanation) -> Result<(), TestCaseError> {
        let model = self.reference.model(self.model).unwrap();
        let values = |facts: Vec<Fact>| model.values(found.stand.stage, &profile(&History::new(facts), self.reference, self.until()));
        prop_assert_eq!(&values(self.facts.clone()), &found.values);
        for fact in self.facts.iter().filter(|fact| !matches!(fact.body, Body::ImportRetracted { .. })) {
            let matters = values(self.without(fact.id)) != found.values;
            prop_assert_eq!(matters, found.evidence.contains(&fact.id), "{:?}", fact);
        }
        Ok(())
    }

    fn changes_hold(&self, found: &Explanation) -> Result<(), TestCaseError> {
        let stage = found.stand.stage;
        let later = |days: i32| self.stage(self.facts.clone(), self.day + days);
        let waits: Vec<(Day, usize)> = found
            .would_change
            .iter()
            .filter_map(|change| if let WouldChange::Wait { on, to } = change { Some((*on, *to)) } else { None })
            .collect();
        let first = (1..1200).find(|days| later(*days) != stage).map(|days| (self.day + days, later(days)));
        let near: Vec<(Day, usize)> = waits.into_iter().filter(|(on, _)| *on - self.day < 1200).collect();
        prop_assert_eq!(near, first.into_iter().collect::<Vec<_>>(), "waiting");
        let orders = |count: i64, money: i64| self.stage(self.with_orders(count, Money(money)), self.day);
        // Where days count, two purchases of one day cannot be told apart from one.
        let most = if self.reference.brand.counting == Counting::Days { 1 } else { 12 };
        let told = found
            .would_change
            .iter()
            .find_map(|change| if let WouldChange::Purchases { count, to } = change { Some((*count, *to)) } else { None });
        let first = (1..=most).find(|count| orders(*count, 0) != stage).map(|count| (count, orders(count, 0)));
        prop_assert_eq!(told, first, "more purchases");
        for change in &found.would_change {
            if let WouldChange::Amount { amount, to } = change {
                prop_assert_eq!(orders(1, amount.0), *to, "an order of {}", amount.0);
                prop_assert_ne!(orders(1, amount.0 - 1), *to, "a unit less than {}", amount.0);
            }
        }
        Ok(())
    }
}

fn holds(drive: &Drive, model: &str, day: u16) -> Result<(), TestCaseError> {
    let Some(member) = drive.member("member") else { return Ok(()) };
    let reference = drive.reference();
    let history = History::new(member.facts.clone());
    // What was taken back later had never been, as now known.
    let scene = Scene { reference, model, facts: history.facts().to_vec(), day: Life::first_day() + i32::from(day) };
    let Some(found) = explain(reference, reference.model(model).unwrap(), &history, scene.day) else {
        prop_assert!(history.book(reference, scene.until()).known_from.is_none());
        return Ok(());
    };
    scene.evidence_matters(&found)?;
    scene.changes_hold(&found)
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn explanations_by_rf_hold(life in life(1..16), day in 0..1500_u16) {
        holds(&life.driven(vec![rf()]), "rf", day)?;
    }

    #[test]
    fn explanations_by_any_model_hold(life in life(1..12), a in model("a"), day in 0..1500_u16) {
        holds(&life.driven(vec![a.compile(1)]), "a", day)?;
    }
}
