//! A lifecycle model, compiled: ordered stages, the first whose condition holds wins, the last catches all (SPEC LC-1).

use std::collections::BTreeSet;

use perennial_condition::{
    Ahead, Catalog, Checked, CheckedOperand, Drift, Field, Lang, Name, Problem, Row, SeriesPool, Type, Value, parse, parse_operand, print,
    sentence,
};
use perennial_kernel::{Currency, Day};

use super::document::{Document, Label, StageText};
use crate::effect::{Seen, StageId};
use crate::fields::Vocabulary;
use crate::profile::{self, Profile};
use crate::signal;
use crate::value;

/// How far ahead a change by time is looked for: silence beyond it changes nothing that a model tells apart.
const HORIZON_DAYS: i32 = 5000;

#[derive(Clone, Debug)]
pub struct Model {
    pub id: String,
    pub version: i64,
    /// The version of the value model in force whose fields its conditions read; `None` where they read none, or none is in force.
    pub value: Option<i64>,
    /// The version of the document of signals, where its conditions read what is reckoned from them; `None` also while what ships is in force.
    pub signals: Option<i64>,
    pub name: Name,
    pub groups: Vec<(String, Name)>,
    pub stages: Vec<Stage>,
    /// Indices into `stages`, in the order of showing.
    pub display: Vec<usize>,
    /// The catalog with the document's own definitions.
    pub catalog: Catalog,
    pub document: Document,
}

#[derive(Clone, Debug)]
pub struct Stage {
    pub id: StageId,
    pub group: String,
    pub name: Name,
    /// `None` on the catch-all.
    pub when: Option<Checked>,
    /// What explanations show: the fields and aggregates the condition reads, by the text one would write.
    pub shown: Vec<(String, CheckedOperand)>,
}

/// What is wrong with a model's document: where, and the problem in both languages.
#[derive(Clone, PartialEq, Debug)]
pub struct ModelProblem {
    /// A JSON pointer into the document: `/stages/3/when`.
    pub pointer: String,
    pub code: &'static str,
    pub message: Name,
}

impl Model {
    /// Compiles YAML.
    /// Conditions may name what the vocabulary adds to the product's own fields.
    pub fn from_yaml(yaml: &str, version: i64, vocabulary: impl Into<Vocabulary>) -> Result<Self, Vec<ModelProblem>> {
        let document = Document::parse(yaml).map_err(|why| {
            vec![problem("", "policy.unreadable", format!("the document cannot be read: {why}"), format!("无法读取策略文档：{why}"))]
        })?;
        Self::compile(document, version, &vocabulary.into())
    }

    pub fn compile(document: Document, version: i64, vocabulary: &Vocabulary) -> Result<Self, Vec<ModelProblem>> {
        let mut problems = Vec::new();
        check_shape(&document, &mut problems);
        let catalog = catalog_of(&document, vocabulary, &mut problems);
        let mut stages = Vec::new();
        let last = document.stages.len().saturating_sub(1);
        for (at, text) in document.stages.iter().enumerate() {
            match compile_stage(text, at == last, &catalog) {
                Ok(stage) => stages.push(stage),
                Err(found) => problems.extend(found.into_iter().map(|p| ModelProblem { pointer: format!("/stages/{at}/when"), ..p })),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let display = display_order(&document);
        let groups = document.groups.iter().map(|group| (group.id.clone(), name(&group.name))).collect();
        let title = name(&document.name);
        Ok(Self { id: document.id.clone(), version, value: None, signals: None, name: title, groups, stages, display, catalog, document })
    }

    /// The model that ships under this id.
    pub fn shipped(id: &str, version: i64, currency: Currency) -> Option<Self> {
        let (_, yaml) = super::document::SHIPPED.iter().find(|(name, _)| *name == id)?;
        Some(Self::from_yaml(yaml, version, currency).expect("shipped models compile: a test says so"))
    }

    /// Whether its stages follow from purchases and relations alone: see [`profile::is_about_purchases`].
    pub fn is_about_purchases(&self) -> bool {
        self.stages.iter().filter_map(|stage| stage.when.as_ref()).all(profile::is_about_purchases)
    }

    /// The index of the member's stage: the first whose condition holds.
    pub fn stage_of(&self, profile: &Profile) -> usize {
        let found = self.stages.iter().position(|stage| stage.when.as_ref().is_none_or(|when| when.selects(profile)));
        found.unwrap_or(self.stages.len() - 1)
    }

    /// The stage on a later day, when nothing happens until then.
    fn stage_on(&self, ahead: &Ahead<Profile>, day: Day) -> usize {
        let found = self.stages.iter().position(|stage| stage.when.as_ref().is_none_or(|when| when.eval_on(ahead, day).selects()));
        found.unwrap_or(self.stages.len() - 1)
    }

    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The first day after the profile's on which time alone moves the member, and the stage it moves to.
    pub fn next_change(&self, profile: &Profile) -> Option<(Day, usize)> {
        let now = self.stage_of(profile);
        let after = profile.day();
        let mut days = BTreeSet::new();
        let mut daily = false;
        for when in self.stages.iter().filter_map(|stage| stage.when.as_ref()) {
            let changes = when.change_days(profile, after);
            daily |= changes.daily;
            days.extend(changes.days);
        }
        let horizon = after + HORIZON_DAYS;
        let ahead = Ahead::of(profile);
        let on = |day: Day| {
            let stage = self.stage_on(&ahead, day);
            (stage != now).then_some((day, stage))
        };
        if daily {
            return (after.0 + 1..=horizon.0).find_map(|day| on(Day(day)));
        }
        days.into_iter().filter(|day| *day > after && *day <= horizon).find_map(on)
    }

    /// What the stage's condition saw, and those of the life and orders that make every cited fact matter.
    pub fn seen(&self, stage: usize, profile: &Profile) -> Vec<Seen> {
        let show = |(field, operand): &(String, CheckedOperand)| Seen {
            field: field.clone(),
            value: operand.value(profile).show(self.catalog.currency),
        };
        self.stages[stage].shown.iter().map(show).collect()
    }

    /// As [`Self::seen`], with typed values.
    pub fn values(&self, stage: usize, profile: &impl Row) -> Vec<(String, Value)> {
        self.stages[stage].shown.iter().map(|(field, operand)| (field.clone(), operand.value(profile))).collect()
    }

    /// Whether any condition reads a field of the value model.
    pub fn reads_value(&self) -> bool {
        self.reads(&value::FIELDS)
    }

    /// Whether any condition reads what is reckoned from behaviours.
    pub fn reads_signals(&self) -> bool {
        self.reads(&signal::FIELDS)
    }

    fn reads(&self, names: &[&str]) -> bool {
        let read = self.stages.iter().filter_map(|stage| stage.when.as_ref()).flat_map(Checked::fields);
        read.into_iter().any(|id| self.catalog.fields.get(id.0).is_some_and(|field| names.contains(&field.name.as_str())))
    }

    /// Registers the series of all conditions in a pool that the book keeps.
    pub(crate) fn share(&mut self, pool: &mut SeriesPool) {
        for stage in &mut self.stages {
            if let Some(when) = &mut stage.when {
                when.share(pool);
            }
            for (_, operand) in &mut stage.shown {
                operand.share(pool);
            }
        }
    }
}

impl Stage {
    /// The condition's text, `TRUE` for the catch-all.
    pub fn text(&self, catalog: &Catalog) -> String {
        self.when.as_ref().map_or_else(|| "TRUE".to_owned(), |when| print(when.expr(), catalog))
    }

    pub fn sentence(&self, catalog: &Catalog) -> Name {
        match &self.when {
            Some(when) => Name::new(sentence(when.expr(), catalog, Lang::En), sentence(when.expr(), catalog, Lang::Zh)),
            None => Name::new("none of the stages before holds", "以上阶段的条件均不满足"),
        }
    }
}

fn check_shape(document: &Document, problems: &mut Vec<ModelProblem>) {
    let mut ids = BTreeSet::new();
    if document.id.is_empty() || document.id.len() > 64 || !document.id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
        problems.push(problem(
            "/id",
            "policy.bad_id",
            "an id has letters, digits, '-', '_' and '.', at most 64",
            "标识只能包含字母、数字、-、_ 和 .，最多 64 个字符",
        ));
    }
    if document.stages.is_empty() || document.stages.len() > 100 {
        problems.push(problem("/stages", "policy.stage_count", "a model has 1 to 100 stages", "模型需包含 1 到 100 个阶段"));
    }
    for (at, stage) in document.stages.iter().enumerate() {
        let pointer = format!("/stages/{at}");
        if !ids.insert(&stage.id) {
            problems.push(problem(
                &format!("{pointer}/id"),
                "policy.stage_twice",
                format!("stage {} appears twice", stage.id),
                format!("阶段 {} 重复出现", stage.id),
            ));
        }
        if !document.groups.iter().any(|group| group.id == stage.group) {
            problems.push(problem(
                &format!("{pointer}/group"),
                "policy.unknown_group",
                format!("group {} is not defined", stage.group),
                format!("分组 {} 未定义", stage.group),
            ));
        }
        let last = at + 1 == document.stages.len();
        if last && stage.when.is_some() {
            problems.push(problem(
                &format!("{pointer}/when"),
                "policy.no_catch_all",
                "the last stage is the catch-all and has no condition",
                "最后一个阶段为兜底阶段，不能设置条件",
            ));
        }
        if !last && stage.when.is_none() {
            problems.push(problem(
                &format!("{pointer}/when"),
                "policy.early_catch_all",
                "only the last stage may be without a condition: those after it are unreachable",
                "只有最后一个阶段可以不设条件，否则其后的阶段无法到达",
            ));
        }
    }
    for (at, id) in document.display.iter().enumerate() {
        if !ids.contains(id) {
            problems.push(problem(
                &format!("/display/{at}"),
                "policy.unknown_stage",
                format!("stage {id} is not defined"),
                format!("阶段 {id} 未定义"),
            ));
        }
    }
}

fn catalog_of(document: &Document, vocabulary: &Vocabulary, problems: &mut Vec<ModelProblem>) -> Catalog {
    let mut catalog = profile::catalog(vocabulary);
    for (at, definition) in document.lets.iter().enumerate() {
        let pointer = format!("/let/{at}");
        if catalog.field(&definition.name).is_some() {
            let (en, zh) = (format!("{} is a field already", definition.name), format!("{} 已是字段名", definition.name));
            problems.push(problem(&format!("{pointer}/name"), "policy.name_taken", en, zh));
            continue;
        }
        let parsed = parse_operand(&definition.is, &catalog).and_then(|operand| {
            let ty = perennial_condition::check_operand(&operand, &catalog)?.ty().unwrap_or(Type::Int);
            Ok((operand, ty))
        });
        match parsed {
            Ok((operand, ty)) => catalog.fields.push(Field {
                name: definition.name.clone(),
                ty,
                drift: Drift::Fixed,
                label: name(&definition.label),
                definition: Some(operand),
                choices: Vec::new(),
            }),
            Err(found) => problems.extend(found.into_iter().map(|p| from_condition(&format!("{pointer}/is"), p))),
        }
    }
    catalog
}

fn compile_stage(text: &StageText, last: bool, catalog: &Catalog) -> Result<Stage, Vec<ModelProblem>> {
    let lift = |found: Vec<Problem>| found.into_iter().map(|p| from_condition("", p)).collect::<Vec<_>>();
    let when = match &text.when {
        Some(when) if !last => {
            let expr = parse(when, catalog).map_err(lift)?;
            Some(perennial_condition::check(&expr, catalog).map_err(lift)?)
        }
        _ => None,
    };
    let mut shown = Vec::new();
    // Orders and money of the life are always shown: each order cited as evidence then changes a value that is seen.
    for field in ["recency", "f_life", "orders_life", "m_life", "life"] {
        shown.push((field.to_owned(), operand(field, catalog).map_err(lift)?));
    }
    // What the silence is held against.
    if when.as_ref().is_some_and(|when| when.fields().iter().any(|id| value::FIELDS.contains(&catalog.fields[id.0].name.as_str()))) {
        shown.push(("usual_gap_days".to_owned(), operand("usual_gap_days", catalog).map_err(lift)?));
    }
    for text in when.as_ref().map(|when| super::shown::shown(when.expr(), catalog)).unwrap_or_default() {
        if !shown.iter().any(|(held, _)| *held == text) {
            shown.push((text.clone(), operand(&text, catalog).map_err(lift)?));
        }
    }
    Ok(Stage { id: text.id.clone(), group: text.group.clone(), name: name(&text.name), when, shown })
}

fn operand(text: &str, catalog: &Catalog) -> Result<CheckedOperand, Vec<Problem>> {
    perennial_condition::check_operand(&parse_operand(text, catalog)?, catalog)
}

fn display_order(document: &Document) -> Vec<usize> {
    let mut order: Vec<usize> = document.display.iter().filter_map(|id| document.stages.iter().position(|stage| stage.id == *id)).collect();
    for at in 0..document.stages.len() {
        if !order.contains(&at) {
            order.push(at);
        }
    }
    order
}

fn name(label: &Label) -> Name {
    Name::new(label.en.clone(), label.zh.clone())
}

fn problem(pointer: &str, code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> ModelProblem {
    ModelProblem { pointer: pointer.to_owned(), code, message: Name::new(en, zh) }
}

fn from_condition(pointer: &str, found: Problem) -> ModelProblem {
    ModelProblem { pointer: pointer.to_owned(), code: found.code, message: found.message }
}
