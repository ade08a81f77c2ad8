//! Every story under `scenarios/`, against the rules alone.

use std::path::Path;

use perennial_testkit::drive::Drive;
use perennial_testkit::story::{read, run};

/// Name and text of each story, by name.
pub fn texts() -> Vec<(String, String)> {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let slices = ["lifecycle", "member"].into_iter().map(|slice| std::fs::read_dir(scenarios.join(slice)).unwrap());
    let stories = slices.flatten().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|ending| ending == "txt"));
    let mut texts: Vec<(String, String)> =
        stories.map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())).collect();
    texts.sort();
    texts
}

#[test]
fn every_story_holds() {
    let stories = texts();
    assert!(stories.len() >= 25, "stories are missing: {}", stories.len());
    let mut failures = Vec::new();
    for (name, text) in stories {
        let outcome = read(&text).and_then(|story| {
            assert!(!story.title.is_empty(), "{name} has no title");
            run(&story, &mut Drive::for_story(&story))
        });
        if let Err(why) = outcome {
            failures.push(format!("{name} {why}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn what_a_story_does_not_mean_is_refused_with_its_line() {
    let check = |text: &str, why: &str| {
        let story = format!("# T\nbrand: UTC CNY\nmodel: rf\n{text}\n");
        let found = read(&story).and_then(|story| run(&story, &mut Drive::for_story(&story)));
        assert!(found.as_ref().is_err_and(|found| found.contains(why)), "{text}: {found:?}");
    };
    check("2026-01-05 dances", "nobody can do this: dances");
    check("2026-01-05 buys A1 12.345", "line 4: an amount of CNY");
    check("2026-01-05 buys A1 10\n2026-01-04 buys A2 10", "line 5: lines stand in the order");
    check("2026-01-05 buys A1 10\n2026-01-05 is ended", "instead: new.first life 1 since 2026-01-05 12:00");
    check("2026-01-05 buys A1 10\n2026-01-05 decided: 2026-01-05 new.first life 2", "instead: 2026-01-05 12:00 new.first life 1");
    check("2026-01-05 is new.first of course", "not understood: of");
    check("2026-01-05 activates rf: \"x\" -> \"y\"", "model rf does not say x");
    check("mood: fine", "there is no setting mood");
}
