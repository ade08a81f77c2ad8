//! Every story under `scenarios/`, against the rules alone.

use std::path::{Path, PathBuf};

use perennial_testkit::drive::Drive;
use perennial_testkit::story::{read, run};

fn stories() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/lifecycle");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    files
}

#[test]
fn every_story_holds() {
    let stories = stories();
    assert!(stories.len() >= 15, "stories are missing: {}", stories.len());
    let mut failures = Vec::new();
    for path in stories {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let outcome = read(&std::fs::read_to_string(&path).unwrap()).and_then(|story| run(&story, &mut Drive::for_story(&story)));
        if let Err(why) = outcome {
            failures.push(format!("{name} {why}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
