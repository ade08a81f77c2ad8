//! A second version put in force in mid-life: what the first decided stands as it was recorded, the second decides from its activation on.

use perennial_kernel::Instant;
use perennial_rules::effect::Move;
use perennial_rules::reference::Reference;
use perennial_testkit::drive::Drive;
use perennial_testkit::oracle::{self, ByProfile, Opening, Told, With};
use perennial_testkit::random::{Life, Turn, life, model, model_by_signals, model_by_value, signals, value};
use proptest::prelude::*;

use super::cases;

/// What stands: the first version's decisions as known at the activation, then the second's.
fn expected(life: &Life, first: &Reference, second: &Reference, at: Instant) -> Vec<(i64, Move)> {
    let calendar = &first.calendar;
    let told = life.told(calendar);
    let known: Vec<Told> = told.iter().take_while(|one| one.recorded_at < at).cloned().collect();
    let (old, new) = (ByProfile { reference: first, model: "a" }, ByProfile { reference: second, model: "a" });
    let until = life.end(calendar).max(at);
    if oracle::opening(&known).is_none() {
        return oracle::decisions(&told, &new, calendar, until).into_iter().map(|step| (2, step)).collect();
    }
    let recorded = oracle::decisions(&known, &old, calendar, at);
    let held = oracle::restated(&known, &old, calendar, at).pop().map(|step| (step.to, step.life)).unwrap();
    let opening = Opening { at, with: With::Version(held) };
    let since = oracle::decisions_since(&told, &new, calendar, &opening, until);
    recorded.into_iter().map(|step| (1, step)).chain(since.into_iter().map(|step| (2, step))).collect()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn each_refit_decides_for_its_own_time(life in life(1..12), a in model_by_value("a"), day in 0..1200_i32) {
        let life = Life { undone: Vec::new(), ..life };
        let brand = life.brand();
        let at = brand.calendar.at(Life::first_day() + day, 9, 0, 0).plus_ms(777);
        let mut drive = Drive::new(brand.clone(), vec![a.compile(1)]);
        // Of a version that no life begins with.
        let refit = value(23);
        life.run_turning(&mut drive, vec![(at, Turn::Value(Box::new(refit)))]);
        let first = Reference::new(brand, vec![a.compile(1)]);
        let second = first.with_value(Some(refit));
        let recorded = drive.member("member").map(|member| member.decisions("a")).unwrap_or_default();
        let moves = |all: Vec<(i64, Move)>| all.into_iter().map(|(_, step)| step).collect::<Vec<_>>();
        prop_assert_eq!(moves(recorded), moves(expected(&life, &first, &second, at)));
    }

    #[test]
    fn each_document_of_signals_decides_for_its_own_time(life in life(1..12), a in model_by_signals("a"), day in 0..1200_i32) {
        let life = Life { undone: Vec::new(), ..life };
        let brand = life.brand();
        let at = brand.calendar.at(Life::first_day() + day, 9, 0, 0).plus_ms(777);
        let mut drive = Drive::new(brand.clone(), vec![a.compile(1)]);
        let weighed = signals(Some(1), 1);
        life.run_turning(&mut drive, vec![(at, Turn::Signals(std::sync::Arc::clone(&weighed)))]);
        let first = Reference::new(brand, vec![a.compile(1)]);
        let second = first.with_signals(weighed);
        let recorded = drive.member("member").map(|member| member.decisions("a")).unwrap_or_default();
        let moves = |all: Vec<(i64, Move)>| all.into_iter().map(|(_, step)| step).collect::<Vec<_>>();
        prop_assert_eq!(moves(recorded), moves(expected(&life, &first, &second, at)));
    }

    #[test]
    fn each_version_decides_for_its_own_time(life in life(1..12), a in model("a"), b in model("a"), day in 0..1200_i32) {
        let life = Life { undone: Vec::new(), ..life };
        let brand = life.brand();
        // No deed has milliseconds of its own: nothing else happens at that instant.
        let at = brand.calendar.at(Life::first_day() + day, 9, 0, 0).plus_ms(777);
        let mut drive = Drive::new(brand.clone(), vec![a.compile(1)]);
        life.run_with(&mut drive, Some((at, b.compile(2))));
        let first = Reference::new(brand.clone(), vec![a.compile(1)]);
        let second = Reference::new(brand, vec![b.compile(2)]);
        let recorded = drive.member("member").map(|member| member.decisions("a")).unwrap_or_default();
        prop_assert_eq!(recorded, expected(&life, &first, &second, at));
    }
}
