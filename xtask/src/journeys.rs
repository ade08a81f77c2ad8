//! The browser journeys: the real program on a sample brand, driven through Chromium by node's test runner.

use std::path::{Path, PathBuf};

use crate::brand::{self, Brand};
use crate::run::{call_and_keep, command};
use crate::server::Server;
use crate::{tools, web};

const FOLDER: &str = "e2e/journeys";

/// The journeys' files, in order of name; helpers lie beside the folder, not in it.
pub fn files(root: &Path) -> Vec<String> {
    let mut files: Vec<String> = std::fs::read_dir(root.join(FOLDER))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| [".mjs", ".js"].iter().any(|end| name.ends_with(end)))
        .map(|name| format!("journeys/{name}"))
        .collect();
    files.sort();
    files
}

/// Journeys told beside the others, by their first letters: each half works on a brand and a server of its own. Stories wait for drawings and
/// for each other's clicks more than they compute, so two halves take less than one after the other; these take about half of the time.
const SECOND: &str = "ghikmnos";

/// Runs them all; the lines of the runners' summaries.
pub fn run(root: &Path, program: &Path) -> Result<Vec<String>, String> {
    web::install(root, "e2e")?;
    let is_second = |file: &String| file.trim_start_matches("journeys/").starts_with(|letter| SECOND.contains(letter));
    let (second, first): (Vec<String>, Vec<String>) = files(root).into_iter().partition(is_second);
    let halves = std::thread::scope(|scope| {
        let half = |name: &'static str, files: Vec<String>| scope.spawn(move || tell(root, program, name, &files));
        let halves = [half("first", first), half("second", second)];
        halves.map(|half| half.join().unwrap_or_else(|_| Err("a half of the journeys broke".to_owned())))
    });
    // Both are heard before one's failure ends the step.
    let mut lines = Vec::new();
    for half in halves {
        lines.extend(half?);
    }
    Ok(lines)
}

/// Runs some of them on a fresh brand.
fn tell(root: &Path, program: &Path, name: &str, files: &[String]) -> Result<Vec<String>, String> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let work = Work::new(root, name)?;
    let data = work.0.join("data");
    Brand::Cdnow.load(root, program, &data)?;
    let server = Server::start(program, &data, work.0.join("server.log"))?;
    eprintln!("the server of the {name} half listens on http://{}", server.address);
    let arguments: Vec<&str> = ["--test", "--test-concurrency=1", "--test-reporter=spec", "--test-timeout=300000"]
        .into_iter()
        .chain(files.iter().map(String::as_str))
        .collect();
    let mut node = command(&root.join("e2e"), "node", &arguments);
    node.env("PERENNIAL_URL", format!("http://{}", server.address))
        .env("PERENNIAL_USER", brand::USER)
        .env("PERENNIAL_PASSWORD", brand::PASSWORD)
        .env("PERENNIAL_DATA", &data)
        .env("PERENNIAL_PROGRAM", program);
    if let Some(chromium) = tools::chromium() {
        node.env("PERENNIAL_CHROMIUM", chromium);
    }
    let lines = call_and_keep(node).map_err(|problem| format!("{problem}\nthe server's last words:\n{}", server.last_words()))?;
    Ok(summary(&lines))
}

/// The runner's last counts: `ℹ tests 12`, `ℹ pass 12` …
pub fn summary(lines: &[String]) -> Vec<String> {
    const COUNTS: [&str; 7] = ["tests", "suites", "pass", "fail", "cancelled", "skipped", "todo"];
    let counts = |line: &&String| {
        let mut words = line.trim_start_matches(['ℹ', '#', ' ']).split(' ');
        words.next().is_some_and(|word| COUNTS.contains(&word))
            && words.next().is_some_and(|n| n.parse::<u32>().is_ok())
            && words.next().is_none()
    };
    lines.iter().filter(|line| line.starts_with(['ℹ', '#'])).filter(counts).cloned().collect()
}

/// A folder of this run's own under target, gone afterwards.
struct Work(PathBuf);

impl Work {
    fn new(root: &Path, half: &str) -> Result<Self, String> {
        let folder = root.join("target/xtask").join(format!("journeys-{half}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_nodes_test_runner_are_found_among_its_lines() {
        let lines =
            ["✔ signs in (12ms)", "ℹ tests 2", "ℹ pass 2", "ℹ fail 0", "ℹ duration_ms 1200.1", "# todo 0", "tests 9"].map(str::to_owned);
        assert_eq!(summary(&lines), ["ℹ tests 2", "ℹ pass 2", "ℹ fail 0", "# todo 0"]);
    }
}
