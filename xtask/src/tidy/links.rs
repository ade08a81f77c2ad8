//! Links of the documents: what they point at is there, and every picture of the guide is shown by a page of each language.

use std::path::{Component, Path, PathBuf};

use super::{Source, extension};

const PICTURES: &str = "docs/guide/images/";
const GUIDES: [&str; 2] = ["docs/guide/en/", "docs/guide/zh/"];

/// Every link to nothing and every picture that a guide does not show. A Chinese picture is `name.zh.png` beside `name.png`.
pub fn check(root: &Path, sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut linked = Vec::new();
    for source in sources.iter().filter(|source| extension(&source.path) == "md") {
        for target in targets(&source.text) {
            let path = resolve(&source.path, target);
            if !root.join(&path).exists() {
                problems.push(format!("{} links to {target}, which is not there", source.path));
            }
            linked.push((source.path.as_str(), path));
        }
    }
    let pictures = std::fs::read_dir(root.join(PICTURES)).into_iter().flatten().flatten();
    let mut names: Vec<String> = pictures.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    for name in names.iter().filter(|name| extension(name) == "png") {
        let guide = if name.ends_with(".zh.png") { GUIDES[1] } else { GUIDES[0] };
        let path = Path::new(PICTURES).join(name);
        if !linked.iter().any(|(from, to)| from.starts_with(guide) && *to == path) {
            problems.push(format!("{PICTURES}{name} is shown by no page of {guide}"));
        }
    }
    problems
}

/// What inline links and pictures point at, as far as it is a file of ours; without the place in it.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with(['#', '<']) && !target.contains([' ', '\n']));
    files.map(|target| target.split('#').next().unwrap_or_default()).filter(|target| !target.is_empty())
}

/// A path from the root, of one relative to a file.
fn resolve(from: &str, target: &str) -> PathBuf {
    let mut path = PathBuf::new();
    let folder = Path::new(from).parent().unwrap_or(Path::new(""));
    for part in folder.join(target).components() {
        match part {
            Component::ParentDir => _ = path.pop(),
            part => path.push(part),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_link_to_nothing_and_a_picture_nobody_shows_are_found() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join(PICTURES)).unwrap();
        for name in ["a.png", "a.zh.png", "b.png"] {
            std::fs::write(root.path().join(PICTURES).join(name), "").unwrap();
        }
        std::fs::write(root.path().join("README.md"), "").unwrap();
        let pages = [
            page("docs/guide/en/one.md", "![A](../images/a.png) [home](../../../README.md#top) [out](https://example.com/x) [here](#x)"),
            page("docs/guide/zh/one.md", "![甲](../images/a.png) [nowhere](two.md)"),
        ];
        let problems = check(root.path(), &pages);
        assert_eq!(
            problems,
            [
                "docs/guide/zh/one.md links to two.md, which is not there",
                "docs/guide/images/a.zh.png is shown by no page of docs/guide/zh/",
                "docs/guide/images/b.png is shown by no page of docs/guide/en/",
            ]
        );
    }
}
