//! What is wrong with a condition, said so that it can be mended: where, which name, what was expected, what was near.

use crate::catalog::Name;
use crate::value::Type;

#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// Stable and translatable, for example `unknown_field`.
    pub code: &'static str,
    pub at: Position,
    /// The name it is about.
    pub field: Option<String>,
    /// What would have been accepted in its place; empty when types are not the matter.
    pub expected: Vec<Type>,
    /// Existing names close to the one that was written, nearest first.
    pub near: Vec<String>,
    pub message: Name,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Position {
    /// Bytes of the text form.
    Text { offset: usize, length: usize },
    /// RFC 6901 pointer into the JSON form.
    Pointer(String),
}

impl Problem {
    pub(crate) fn new(code: &'static str, at: Position, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { code, at, field: None, expected: Vec::new(), near: Vec::new(), message: Name::new(en, zh) }
    }

    /// For results inside the crate, which a large error would make slow.
    pub(crate) fn boxed(code: &'static str, at: Position, en: impl Into<String>, zh: impl Into<String>) -> Box<Self> {
        Box::new(Self::new(code, at, en, zh))
    }

    pub(crate) fn field(mut self, name: &str) -> Self {
        self.field = Some(shorten(name));
        self
    }

    pub(crate) fn expecting(mut self, types: &[Type]) -> Self {
        self.expected = types.to_vec();
        self
    }

    /// Adds near names, to the messages too.
    pub(crate) fn near<'a>(mut self, wrong: &str, names: impl Iterator<Item = &'a str>) -> Self {
        self.near = near_names(wrong, names);
        if let Some(first) = self.near.first() {
            self.message.en += &["; did you mean `", first, "`?"].concat();
            self.message.zh += &["，是否想写 `", first, "`？"].concat();
        }
        self
    }
}

/// At most this many problems are told at once.
pub(crate) const PROBLEMS_MAX: usize = 20;

/// Where each node of a tree stands in the form it was read from; `children` in the order of [`crate::tree::Node::children`].
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub at: Position,
    pub children: Vec<Places>,
}

impl Places {
    pub(crate) fn leaf(at: Position) -> Self {
        Self { at, children: Vec::new() }
    }

    pub(crate) fn find(&self, path: &[usize]) -> &Position {
        let mut here = self;
        for &step in path {
            match here.children.get(step) {
                Some(child) => here = child,
                None => break,
            }
        }
        &here.at
    }
}

/// A name as it may stand in a message: hostile input must not make messages long.
pub(crate) fn shorten(name: &str) -> String {
    if name.chars().count() <= 64 { name.to_owned() } else { name.chars().take(63).chain(std::iter::once('…')).collect() }
}

fn near_names<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wrong: Vec<char> = wrong.to_lowercase().chars().take(65).collect();
    if wrong.len() > 64 {
        return Vec::new();
    }
    let allowed = (wrong.len() / 3).max(1);
    let mut found: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let other: Vec<char> = name.to_lowercase().chars().take(65).collect();
            // A name that goes on where the writer stopped is near too: `money` for `money_total`.
            let begins = wrong.len() >= 3 && other.starts_with(&wrong);
            let distance = if begins { 1 } else { edit_distance(&wrong, &other) };
            (distance <= allowed).then_some((distance, name))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}

/// Levenshtein's distance with neighbouring letters swapped counting as one (optimal string alignment).
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_few_edits_away_and_nearest_first() {
        let names = ["r_days", "f_total", "f_life", "m_total", "city"];
        assert_eq!(near_names("f_totl", names.into_iter()), ["f_total", "m_total"]);
        assert_eq!(near_names("r_dasy", names.into_iter()), ["r_days"]);
        assert!(near_names("birthday", names.into_iter()).is_empty());
    }
}
