//! The journal folded again gives the same bytes: effects, states, orders; however much of the past is at hand, and through every row form.

use perennial_kernel::{Body, Fact};
use perennial_rules::effect::Effect;
use perennial_rules::history::History;
use perennial_rules::profile::Profile;
use perennial_rules::state::{Past, State};
use perennial_rules::{codec, effect_row, payload, program};
use perennial_testkit::drive::{Drive, Written};
use perennial_testkit::random::{Life, Turn, life, model, model_by_signals, model_by_value, signals, value};
use proptest::prelude::*;

use super::{cases, rf};

/// The fact as a store hands it back.
fn stored(fact: &Fact) -> Fact {
    let body = payload::decode(fact.body.kind(), payload::VERSION, &payload::encode(&fact.body)).unwrap();
    assert_eq!(body, fact.body, "payloads are read back as written");
    Fact { body, ..fact.clone() }
}

fn bytes(effects: &[Effect]) -> Vec<Vec<u8>> {
    let rows: Vec<Vec<u8>> = effects.iter().map(effect_row::encode).collect();
    for (effect, row) in effects.iter().zip(&rows) {
        assert_eq!(effect_row::decode(effect.kind(), row).unwrap(), *effect, "effects are read back as written");
    }
    rows
}

/// Folds one member's journal with nothing but facts, all orders in memory, and the past always at hand.
fn folded(drive: &Drive) -> (Option<State>, Vec<Vec<Vec<u8>>>) {
    let (mut state, mut past, mut decided) = (None, Past::default(), Vec::new());
    for written in &drive.journal {
        if matches!(written.fact.body, Body::PolicyActivated { .. }) {
            continue;
        }
        let fact = stored(&written.fact);
        let step = program::step(&drive.references[written.reference], state.take(), Some(&past), &fact);
        state = step.state;
        decided.push(bytes(&step.effects));
        let again = Written { fact: fact.clone(), effects: step.effects, reference: written.reference, member: written.member };
        past.facts.push(fact);
        past.take_effects(again.named_effects());
    }
    (state, decided)
}

fn replays(drive: &Drive) -> Result<(), TestCaseError> {
    let (state, decided) = folded(drive);
    let recorded: Vec<Vec<Vec<u8>>> = drive
        .journal
        .iter()
        .filter(|written| !matches!(written.fact.body, Body::PolicyActivated { .. }))
        .map(|written| bytes(&written.effects))
        .collect();
    prop_assert_eq!(decided, recorded, "effects");
    let Some(member) = drive.member("member") else { return Ok(()) };
    prop_assert_eq!(state.as_ref().map(codec::encode_state), member.state.clone(), "state");
    if let Some(state) = state {
        let orders: Vec<_> = state.book.orders.iter().map(|(key, order)| (key.clone(), codec::encode_order(order))).collect();
        prop_assert_eq!(orders, member.orders.clone().into_iter().collect::<Vec<_>>(), "orders");
    }
    Ok(())
}

/// What a decision says its rule saw is what a fold of the facts known then gives.
fn saw_what_was_known(drive: &Drive) -> Result<(), TestCaseError> {
    for (at, written) in drive.journal.iter().enumerate() {
        let reference = &drive.references[written.reference];
        for effect in &written.effects {
            let Effect::StageChanged(decision) = effect else { continue };
            let known: Vec<Fact> = drive.journal[..=at].iter().map(|written| written.fact.clone()).collect();
            let book = History::new(known).book(reference, decision.step.at);
            let model = reference.model(&decision.model).unwrap();
            let profile = Profile::of(&book, reference, reference.calendar.day(decision.step.at));
            let stage = model.stages.iter().position(|stage| stage.id == decision.step.to).unwrap();
            prop_assert_eq!(&model.seen(stage, &profile), &decision.seen, "{}", decision.step.at);
            prop_assert_eq!(model.stage_of(&profile), stage);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn decisions_say_what_their_rules_saw(life in life(1..16), a in model("a")) {
        saw_what_was_known(&life.driven(vec![rf(), a.compile(1)]))?;
    }

    /// The driver keeps states as bytes and loads only the order a fact names; the fold here keeps everything.
    #[test]
    fn folding_the_journal_again_gives_equal_bytes(life in life(1..16), a in model("a")) {
        replays(&life.driven(vec![rf(), a.compile(1)]))?;
    }

    /// A policy that reads P(alive) replays exactly across two refits.
    #[test]
    fn so_it_does_across_two_refits(life in life(1..12), a in model_by_value("a"), day in 0..900_i32, more in 1..300_i32) {
        let mut drive = Drive::new(life.brand(), vec![rf(), a.compile(1)]);
        let at = |day: i32| life.brand().calendar.at(Life::first_day() + day, 9, 0, 0).plus_ms(777);
        let turns = vec![(at(day), Turn::Value(Box::new(value(22)))), (at(day + more), Turn::Value(Box::new(value(25))))];
        life.run_turning(&mut drive, turns);
        replays(&drive)?;
        saw_what_was_known(&drive)?;
    }

    /// So does one that reads goodwill and closeness, across two sets of names and weights.
    #[test]
    fn so_it_does_across_two_documents_of_signals(life in life(1..12), a in model_by_signals("a"), day in 0..900_i32, more in 1..300_i32) {
        let mut drive = Drive::new(life.brand(), vec![rf(), a.compile(1)]);
        let at = |day: i32| life.brand().calendar.at(Life::first_day() + day, 9, 0, 0).plus_ms(777);
        let turns = vec![(at(day), Turn::Signals(signals(Some(1), 1))), (at(day + more), Turn::Signals(signals(Some(2), 2)))];
        life.run_turning(&mut drive, turns);
        replays(&drive)?;
        saw_what_was_known(&drive)?;
    }

    #[test]
    fn so_it_does_across_an_activation(life in life(1..12), a in model("a"), b in model("a"), day in 0..1200_i32) {
        let mut drive = Drive::new(life.brand(), vec![a.compile(1)]);
        let at = life.brand().calendar.at(perennial_testkit::random::Life::first_day() + day, 9, 0, 0).plus_ms(777);
        life.run_with(&mut drive, Some((at, b.compile(2))));
        replays(&drive)?;
    }
}
