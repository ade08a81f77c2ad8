//! Lifecycle models as documents with versions: which there are, what became of each, how two differ.

use std::collections::BTreeMap;

use perennial_condition::Name;
use perennial_rules::lifecycle::document::{Document, Label, StageText};
use perennial_rules::lifecycle::model::Model;

use super::{QueryResult, not_found};
use crate::house::House;
use crate::policy::{ACTIVATED, LIFECYCLE, REDECIDING, WITHDRAWN};
use crate::port::desk::DocumentRow;
use crate::port::policies::PolicyNote;

/// What a version is now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VersionState {
    /// Kept, and never in force.
    Draft,
    Active,
    /// Was in force until another took its place.
    Retired,
    /// A draft that was taken out of use.
    Withdrawn,
}

impl VersionState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Version {
    pub row: DocumentRow,
    pub state: VersionState,
    pub notes: Vec<PolicyNote>,
}

#[derive(Clone, Debug)]
pub struct Policy {
    /// The model's id.
    pub id: String,
    pub name: Name,
    pub active: Option<i64>,
    /// Everybody is still being decided anew by the active version, or that was cut short.
    pub redeciding: bool,
    /// The latest first.
    pub versions: Vec<Version>,
}

/// Every lifecycle model, active ones first, then by id.
pub fn all(house: &House) -> QueryResult<Vec<Policy>> {
    let reference = house.reference();
    let (documents, notes, pending) = {
        let mut desk = house.desk();
        (desk.documents()?, desk.policy_notes()?, desk.setting(REDECIDING)?.unwrap_or_default())
    };
    let pending = serde_json::from_slice::<(String, i64)>(&pending).ok();
    let mut by_id: BTreeMap<String, Vec<DocumentRow>> = BTreeMap::new();
    for row in documents {
        if let Some(id) = row.policy.strip_prefix(LIFECYCLE) {
            by_id.entry(id.to_owned()).or_default().push(row);
        }
    }
    let mut policies = Vec::new();
    for (id, rows) in by_id {
        let active = reference.model(&id).map(|model| model.version);
        let shown = rows.iter().find(|row| Some(row.version) == active).or(rows.last());
        let name = shown.and_then(|row| Document::parse(&row.body).ok()).map_or_else(|| Name::new(&id, &id), |one| name(&one.name));
        let redeciding = pending.as_ref().is_some_and(|(policy, _)| policy.strip_prefix(LIFECYCLE) == Some(&id));
        let versions = rows.into_iter().rev().map(|row| version(row, active, &notes)).collect();
        policies.push(Policy { id, name, active, redeciding, versions });
    }
    policies.sort_by_key(|policy| policy.active.is_none());
    Ok(policies)
}

/// Versions of one document, the latest first, and whether members are still being decided anew by the active one.
pub(crate) fn versions_of(house: &House, policy: &str, active: Option<i64>) -> QueryResult<(Vec<Version>, bool)> {
    let mut desk = house.desk();
    let (documents, notes, pending) = (desk.documents()?, desk.policy_notes()?, desk.setting(REDECIDING)?.unwrap_or_default());
    let pending = serde_json::from_slice::<(String, i64)>(&pending).ok();
    let own = documents.into_iter().rev().filter(|row| row.policy == policy);
    Ok((own.map(|row| version(row, active, &notes)).collect(), pending.is_some_and(|(held, _)| held == policy)))
}

fn version(row: DocumentRow, active: Option<i64>, notes: &[PolicyNote]) -> Version {
    let own = |note: &&PolicyNote| note.policy == row.policy && note.version == row.version;
    let notes: Vec<PolicyNote> = notes.iter().filter(own).cloned().collect();
    let was = |what: &str| notes.iter().any(|note| note.what == what);
    let state = if active == Some(row.version) {
        VersionState::Active
    } else if was(ACTIVATED) {
        VersionState::Retired
    } else if was(WITHDRAWN) {
        VersionState::Withdrawn
    } else {
        VersionState::Draft
    };
    Version { row, state, notes }
}

/// One version with its compiled model.
pub fn one(house: &House, id: &str, number: i64) -> QueryResult<(Version, Model)> {
    let unknown = || {
        let en = format!("model {id} has no version {number}");
        not_found("policy.unknown_version", en, format!("模型 {id} 没有第 {number} 版"))
    };
    let policy = all(house)?.into_iter().find(|policy| policy.id == id).ok_or_else(unknown)?;
    let version = policy.versions.into_iter().find(|version| version.row.version == number).ok_or_else(unknown)?;
    let model = crate::policy::model(&version.row, &house.reference().brand).map_err(crate::house::HouseError::from)?;
    Ok((version, model))
}

/// How something of a model changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    Added,
    Removed,
    Changed,
    /// Another place among the stages, which are tested in order.
    Moved,
}

impl How {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
        }
    }
}

/// One difference between two versions.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    pub how: How,
    /// `condition`, `name`, `group`, `stage`, `definition`, `order`, `display`.
    pub what: &'static str,
    /// The stage, group or definition it is about; the model itself when empty.
    pub id: String,
    /// Its name in the later of the versions that have it.
    pub name: Name,
    /// As written; a condition also as a sentence.
    pub before: Option<(String, Option<Name>)>,
    pub after: Option<(String, Option<Name>)>,
}

/// What turned the one into the other, stages in the order of testing.
pub fn diff(before: &Model, after: &Model) -> Vec<Change> {
    let mut changes = Vec::new();
    let (old, new) = (&before.document, &after.document);
    plain(&mut changes, "name", "", &new.name, both(&old.name), both(&new.name));
    for stage in &new.stages {
        match old.stages.iter().find(|held| held.id == stage.id) {
            None => changes.push(Change {
                how: How::Added,
                what: "stage",
                id: stage.id.clone(),
                name: name(&stage.name),
                before: None,
                after: Some(rule(after, &stage.id)),
            }),
            Some(held) => stage_changes(&mut changes, before, after, held, stage),
        }
    }
    for stage in old.stages.iter().filter(|stage| !new.stages.iter().any(|held| held.id == stage.id)) {
        let (how, before) = (How::Removed, Some(rule(before, &stage.id)));
        changes.push(Change { how, what: "stage", id: stage.id.clone(), name: name(&stage.name), before, after: None });
    }
    moved(&mut changes, "order", &kept(old, new), &kept(new, old), after);
    moved(&mut changes, "display", &old.display, &new.display, after);
    definitions(&mut changes, old, new);
    for group in &new.groups {
        let held = old.groups.iter().find(|held| held.id == group.id).map(|held| both(&held.name));
        let now = both(&group.name);
        if held.as_ref() != Some(&now) {
            let how = if held.is_some() { How::Changed } else { How::Added };
            let before = held.map(|text| (text, None));
            changes.push(Change { how, what: "group", id: group.id.clone(), name: name(&group.name), before, after: Some((now, None)) });
        }
    }
    changes
}

fn stage_changes(changes: &mut Vec<Change>, before: &Model, after: &Model, held: &StageText, stage: &StageText) {
    let (was, is) = (rule(before, &stage.id), rule(after, &stage.id));
    if was.0 != is.0 {
        let (id, name) = (stage.id.clone(), name(&stage.name));
        changes.push(Change { how: How::Changed, what: "condition", id, name, before: Some(was), after: Some(is) });
    }
    plain(changes, "name", &stage.id, &stage.name, both(&held.name), both(&stage.name));
    plain(changes, "group", &stage.id, &stage.name, held.group.clone(), stage.group.clone());
}

fn definitions(changes: &mut Vec<Change>, old: &Document, new: &Document) {
    let mut note = |how, one: &perennial_rules::lifecycle::document::Definition, before: Option<&str>, after: Option<&str>| {
        let text = |text: &str| (text.to_owned(), None);
        let (id, name) = (one.name.clone(), name(&one.label));
        changes.push(Change { how, what: "definition", id, name, before: before.map(text), after: after.map(text) });
    };
    for one in &new.lets {
        match old.lets.iter().find(|held| held.name == one.name) {
            None => note(How::Added, one, None, Some(&one.is)),
            Some(held) if held.is != one.is => note(How::Changed, one, Some(&held.is), Some(&one.is)),
            Some(_) => {}
        }
    }
    for one in old.lets.iter().filter(|one| !new.lets.iter().any(|held| held.name == one.name)) {
        note(How::Removed, one, Some(&one.is), None);
    }
}

/// Ids that both have, in the order of the first.
fn kept(of: &Document, other: &Document) -> Vec<String> {
    let shared = |stage: &&StageText| other.stages.iter().any(|held| held.id == stage.id);
    of.stages.iter().filter(shared).map(|stage| stage.id.clone()).collect()
}

fn moved(changes: &mut Vec<Change>, what: &'static str, before: &[String], after: &[String], model: &Model) {
    if before != after && !(before.is_empty() && after.is_empty()) {
        let list = |ids: &[String]| Some((ids.join(", "), None));
        let name = model.name.clone();
        changes.push(Change { how: How::Moved, what, id: String::new(), name, before: list(before), after: list(after) });
    }
}

fn plain(changes: &mut Vec<Change>, what: &'static str, id: &str, label: &Label, before: String, after: String) {
    if before != after {
        let (before, after) = (Some((before, None)), Some((after, None)));
        changes.push(Change { how: How::Changed, what, id: id.to_owned(), name: name(label), before, after });
    }
}

/// A stage's condition as the program prints it, so that only its meaning counts, with its sentence.
fn rule(model: &Model, id: &str) -> (String, Option<Name>) {
    let stage = model.stage(id);
    stage.map_or_else(|| (String::new(), None), |stage| (stage.text(&model.catalog), Some(stage.sentence(&model.catalog))))
}

fn both(label: &Label) -> String {
    format!("{} / {}", label.en, label.zh)
}

fn name(label: &Label) -> Name {
    Name::new(&label.en, &label.zh)
}

#[cfg(test)]
mod tests {
    use perennial_kernel::Currency;

    use super::*;

    fn rf() -> Model {
        Model::shipped("rf", 1, Currency::parse("CNY").unwrap()).unwrap()
    }

    fn changed(edit: impl FnOnce(&mut Document)) -> Vec<(How, &'static str, String)> {
        let before = rf();
        let mut document = before.document.clone();
        edit(&mut document);
        let after = Model::compile(document, 2, &Currency::parse("CNY").unwrap().into()).unwrap();
        diff(&before, &after).into_iter().map(|change| (change.how, change.what, change.id)).collect()
    }

    #[test]
    fn nothing_changed_is_no_change_and_spacing_is_nothing() {
        assert_eq!(changed(|_| {}), []);
        let spaced = |document: &mut Document| {
            let stage = document.stages.iter_mut().find(|stage| stage.id == "new.first").unwrap();
            stage.when = Some("(f_life=1)   and recency<=30".to_owned());
        };
        assert_eq!(changed(spaced), []);
    }

    #[test]
    fn each_difference_is_told_once_with_its_place() {
        let stage = |document: &Document, id: &str| document.stages.iter().position(|stage| stage.id == id).unwrap();
        let edit = |document: &mut Document| {
            let first = stage(document, "new.first");
            document.stages[first].when = Some("f_life = 1 AND recency <= 20".to_owned());
            let silent = stage(document, "at_risk.silent");
            document.stages[silent].name.zh = "静默会员".to_owned();
            let loyal = stage(document, "regular.loyal");
            document.stages.swap(loyal, loyal + 1);
            document.stages.retain(|stage| stage.id != "prospect.follower");
            document.display.retain(|id| id != "prospect.follower");
        };
        let expected = [
            (How::Changed, "condition", "new.first"),
            (How::Changed, "name", "at_risk.silent"),
            (How::Removed, "stage", "prospect.follower"),
            (How::Moved, "order", ""),
            (How::Moved, "display", ""),
        ];
        assert_eq!(changed(edit), expected.map(|(how, what, id)| (how, what, id.to_owned())));
    }

    #[test]
    fn a_changed_condition_is_told_as_text_and_as_sentence() {
        let (before, mut document) = (rf(), rf().document);
        let stage = document.stages.iter_mut().find(|stage| stage.id == "regular.active").unwrap();
        stage.when = Some("f_life >= 2 AND recency < 75".to_owned());
        let after = Model::compile(document, 2, &Currency::parse("CNY").unwrap().into()).unwrap();
        let change = diff(&before, &after).remove(0);
        let (text, sentence) = change.after.unwrap();
        assert_eq!((text.as_str(), change.before.unwrap().0.as_str()), ("f_life >= 2 AND recency < 75", "f_life >= 2 AND recency < 90"));
        assert!(sentence.unwrap().zh.contains("75"));
    }
}
