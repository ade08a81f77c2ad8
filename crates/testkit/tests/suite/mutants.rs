//! Faults put in on purpose: each must be caught by the very comparison the properties make, and each wrong bound by a story as well.

use perennial_kernel::{Calendar, Currency};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::{Brand, Counting};
use perennial_testkit::drive::{Drive, Faults};
use perennial_testkit::oracle::Rf;
use perennial_testkit::random::{Life, life};
use perennial_testkit::story;
use perennial_testkit::verdict::compare;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::{rf, stories};

/// Lives to try; always the same ones.
const LIVES: usize = 600;

/// The first life that shows a driver to differ from the oracle, and how; `None` when none of them does.
fn caught(mutate: impl Fn(Drive) -> Drive) -> Option<String> {
    let mut runner = TestRunner::deterministic();
    let lives = life(4..16);
    (0..LIVES).find_map(|number| {
        let life: Life = lives.new_tree(&mut runner).unwrap().current();
        let calendar = life.brand().calendar;
        let mut drive = mutate(Drive::new(life.brand(), vec![rf()]));
        life.run(&mut drive);
        let verdict = compare(&drive, "rf", &life.told(&calendar), &Rf::of(&life.brand()), life.end(&calendar));
        verdict.err().map(|why| format!("life {number}: {why}\n{life:?}"))
    })
}

fn edited(from: &str, to: &str) -> Model {
    let yaml = rf().document.to_yaml();
    assert!(yaml.contains(from), "model RF says {from}");
    Model::from_yaml(&yaml.replacen(from, to, 1), 1, Currency::parse("CNY").unwrap()).unwrap()
}

/// Every bound of model RF, one to the wrong side.
const BOUNDS: [(&str, &str); 16] = [
    ("recency >= 720", "recency > 720"),
    ("recency >= 720", "recency >= 719"),
    ("recency >= 360", "recency > 360"),
    ("recency >= 180", "recency > 180"),
    ("recency >= 180", "recency >= 179"),
    ("recency <= 30", "recency < 30"),
    ("recency <= 30", "recency <= 31"),
    ("within 90 days", "within 89 days"),
    ("within 90 days", "within 91 days"),
    ("recency < 90", "recency <= 90"),
    ("recency < 90", "recency < 89"),
    ("f_life >= 5", "f_life > 5"),
    ("f_life >= 5", "f_life >= 4"),
    ("f_life >= 2", "f_life > 2"),
    ("within 360 days) >= 3", "within 360 days) > 3"),
    ("f_life = 1 AND", "f_life <= 2 AND"),
];

#[test]
fn nothing_is_caught_where_nothing_is_wrong() {
    assert_eq!(caught(|drive| drive), None);
}

#[test]
fn a_bound_off_by_one_is_caught() {
    for (from, to) in BOUNDS {
        let mutant = edited(from, to);
        let found = caught(|drive| Drive::new(drive.reference().brand.clone(), vec![mutant.clone()]));
        assert!(found.is_some(), "{from} became {to}, and nothing noticed");
    }
}

#[test]
fn a_brand_setting_that_is_off_is_caught() {
    type Mutation = (&'static str, fn(&mut Brand));
    let mutations: [Mutation; 4] = [
        ("life gap a day longer", |brand| brand.life_gap_days += 1),
        ("life gap a day shorter", |brand| brand.life_gap_days -= 1),
        ("days counted by another clock", |brand| brand.calendar = Calendar::for_zone("Pacific/Honolulu").unwrap()),
        ("orders counted for days", |brand| {
            brand.counting = match brand.counting {
                Counting::Days => Counting::Orders,
                Counting::Orders => Counting::Days,
            }
        }),
    ];
    for (what, mutate) in mutations {
        let found = caught(|drive| {
            let mut brand = drive.reference().brand.clone();
            mutate(&mut brand);
            Drive::new(brand, vec![rf()])
        });
        assert!(found.is_some(), "{what}, and nothing noticed");
    }
}

#[test]
fn an_engine_that_forgets_is_caught() {
    let faults = [
        ("the first timer dropped", Faults { timer_dropped: Some(0), ..Faults::default() }),
        ("the third timer dropped", Faults { timer_dropped: Some(2), ..Faults::default() }),
        ("late facts not corrected", Faults { corrections_skipped: true, ..Faults::default() }),
        ("refunds acting from the order's day", Faults { refunds_backdated: true, ..Faults::default() }),
        ("late timers dated when they ran", Faults { timers_dated_late: true, ..Faults::default() }),
        ("undone imports that stay", Faults { retractions_skipped: true, ..Faults::default() }),
    ];
    for (what, faults) in faults {
        let found = caught(|mut drive| {
            drive.faults = faults.clone();
            drive
        });
        assert!(found.is_some(), "{what}, and nothing noticed");
    }
}

/// Readers learn the bounds from the stories: so a story tells each.
#[test]
fn a_bound_off_by_one_is_told_by_a_story() {
    for (from, to) in BOUNDS {
        let mutant = edited(from, to);
        let tells = |text: &str| {
            let mut story = story::read(text).unwrap();
            let Some(held) = story.models.iter_mut().find(|model| model.id == "rf") else { return false };
            *held = mutant.clone();
            story::run(&story, &mut Drive::for_story(&story)).is_err()
        };
        assert!(stories::texts().iter().any(|(_, text)| tells(text)), "{from} became {to}, and no story tells");
    }
}
