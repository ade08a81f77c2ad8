//! The value model as a document with versions (issue 4 point 9): which there are, a refit as a new draft, and what it would change.

use perennial_backtest::Fold;
use perennial_condition::{Expr, Row, Value, print, read};
use perennial_kernel::{Currency, Day, Instant, MemberId};
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::profile::Profile;
use perennial_rules::reference::{Brand, Reference};
use perennial_rules::value::{FIELDS, Fitted as FittedOn, PurchasesText, SpendText, UncertaintyText, UnitText, ValueDocument, ValueModel};
use perennial_value::{Kind, Uncertainty};

use super::buyers::{Buyer, Unit, buyers};
use super::models::{fit, fit_spend};
use crate::house::House;
use crate::policy::{self, VALUE};
use crate::query::everyone::{Counted, fold};
use crate::query::policies::{Version, VersionState, versions_of};
use crate::query::selection::model_of;
use crate::query::{QueryError, QueryResult, not_found, refused};

/// What is shown where no stage and no saved list says what matters.
const USUAL: [&str; 2] = ["p_alive < 0.5", "expected_purchases_90 < 0.1"];
/// Of one preview; each is tested on everyone twice.
const THRESHOLDS_MAX: usize = 40;

/// One version with what it says.
#[derive(Clone, Debug)]
pub struct ValueVersion {
    pub version: Version,
    pub document: ValueDocument,
}

#[derive(Clone, Debug)]
pub struct ValueVersions {
    pub active: Option<i64>,
    /// Members are still being decided anew by the active version, or that was cut short.
    pub redeciding: bool,
    /// Active lifecycle models whose stages it decides.
    pub read_by: Vec<Model>,
    /// The latest first.
    pub versions: Vec<ValueVersion>,
}

pub fn versions(house: &House) -> QueryResult<ValueVersions> {
    let reference = house.reference();
    let active = reference.brand.value.map(|model| model.version);
    let (found, redeciding) = versions_of(house, VALUE, active)?;
    let of = |version: Version| {
        let document = ValueDocument::parse(&version.row.body).ok()?;
        Some(ValueVersion { version, document })
    };
    let read_by = reference.models().iter().filter(|model| model.reads_value()).cloned().collect();
    Ok(ValueVersions { active, redeciding, read_by, versions: found.into_iter().filter_map(of).collect() })
}

pub fn version(house: &House, number: i64) -> QueryResult<ValueVersion> {
    let found = versions(house)?.versions.into_iter().find(|held| held.version.row.version == number);
    found.ok_or_else(|| {
        let (en, zh) = (format!("the value model has no version {number}"), format!("价值模型没有第 {number} 版"));
        not_found("value.unknown_version", en, zh)
    })
}

/// A version that may be put in force.
pub fn activatable(house: &House, number: i64) -> QueryResult<ValueVersion> {
    let found = version(house, number)?;
    if found.version.state == VersionState::Withdrawn {
        return Err(refused("policy.withdrawn", "this draft was withdrawn; fit it anew", "该草案已撤下，请重新拟合"));
    }
    Ok(found)
}

/// Fits a model to everyone who had bought by the end of a day, and keeps it as a draft; answers its version.
pub fn refit(house: &House, kind: Kind, until: Day, unit: Unit, author: &str, reason: &str) -> QueryResult<i64> {
    let document = fitted(house, kind, until, unit)?;
    let version = house.add_version(VALUE, &document.to_yaml(), author, reason).map_err(QueryError::from)?;
    house.audit(author, "policy_added", &format!("{VALUE} {version}"))?;
    Ok(version)
}

pub(super) fn fitted(house: &House, kind: Kind, until: Day, unit: Unit) -> QueryResult<ValueDocument> {
    let everyone = buyers(house, until)?.table;
    if everyone.is_empty() {
        return Err(refused("value.nobody", "nobody had bought by then: there is nothing to fit", "截至该日没有消费记录，无法拟合"));
    }
    Ok(document_of(&everyone, kind, until, unit, house.reference().brand.currency))
}

pub(super) fn document_of(everyone: &[Buyer], kind: Kind, until: Day, unit: Unit, currency: Currency) -> ValueDocument {
    let (found, spend) = (fit(everyone, kind, until, unit).fit, fit_spend(everyone, currency));
    let money =
        (spend.report.n > 0).then_some(SpendText { p: spend.model.p, q: spend.model.q, v: spend.model.v, mean: spend.model.observed_mean });
    let report = &found.report;
    let on = FittedOn { until: until.to_string(), members: report.n, repeaters: report.repeaters, log_likelihood: report.log_likelihood };
    let unit = match unit {
        Unit::Day => UnitText::Day,
        Unit::Week => UnitText::Week,
        Unit::Month => UnitText::Month,
    };
    let purchases = PurchasesText::of(&found.model);
    let rows = |of: Option<&Uncertainty>| of.map(Uncertainty::rows);
    let open = UncertaintyText {
        purchases: rows(report.uncertainty.as_ref()),
        spend: rows(spend.report.uncertainty.as_ref().filter(|_| money.is_some())),
    };
    let uncertainty = Some(open).filter(|open| open.purchases.is_some());
    ValueDocument { fitted: on, currency: currency.code().to_owned(), unit, purchases, spend: money, uncertainty }
}

/// Everyone under one model together.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Together {
    /// Members expected to be alive.
    pub alive: f64,
    /// Purchases expected in the next 90 days.
    pub purchases: f64,
    /// Spend expected in the next 365 days, in minor units.
    pub spend: f64,
}

/// A comparison with a field of the value model, wherever something is decided or listed by it.
#[derive(Clone, PartialEq, Debug)]
pub struct Threshold {
    /// In the condition language.
    pub condition: String,
    /// Ids of lifecycle models and names of saved lists that use it; empty for one that is shown for orientation.
    pub used_by: Vec<String>,
    pub before: u64,
    pub after: u64,
    /// Members for whom it comes to hold, and ceases to.
    pub come: u64,
    pub go: u64,
}

/// Members of a stage, before and after, by a lifecycle model that reads the value model.
#[derive(Clone, PartialEq, Debug)]
pub struct StageShift {
    pub model: String,
    pub stage: String,
    pub before: u64,
    pub after: u64,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ValuePreview {
    pub as_of: Day,
    /// Buyers, whom the models speak of.
    pub buyers: u64,
    /// `None` while no model is in force.
    pub before: Option<Together>,
    pub after: Together,
    pub thresholds: Vec<Threshold>,
    pub stages: Vec<StageShift>,
    /// Members whose stage in some model would be another.
    pub moving: u64,
}

/// What today would be like by a version, beside what it is like by the one in force.
pub fn preview(house: &House, number: i64) -> QueryResult<Counted<ValuePreview>> {
    let reference = house.reference();
    let chosen = version(house, number)?;
    let after = policy::value(&chosen.version.row, reference.brand.currency).map_err(crate::house::HouseError::Policies)?;
    let thresholds = thresholds(house, &reference)?;
    let pair = Pair::new(&reference, &after, &thresholds);
    let today = house.calendar().day(house.now());
    let (found, data_up_to) = fold(house, None, || Shift::new(&pair, today))?;
    Ok(Counted { table: found.finish(thresholds), data_up_to })
}

/// Comparisons with value fields: in stages of active models, in saved lists, else the usual ones.
fn thresholds(house: &House, reference: &Reference) -> QueryResult<Vec<(String, Vec<String>)>> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut take = |expr: &Expr, by: &str| {
        for atom in atoms(expr) {
            let text = print(atom, reference.catalog());
            if !FIELDS.iter().any(|field| text.contains(field)) {
                continue;
            }
            match found.iter_mut().find(|(held, _)| *held == text) {
                Some((_, users)) if users.iter().any(|user| user == by) => {}
                Some((_, users)) => users.push(by.to_owned()),
                None => found.push((text, vec![by.to_owned()])),
            }
        }
    };
    for model in reference.models() {
        model.stages.iter().filter_map(|stage| stage.when.as_ref()).for_each(|when| take(when.expr(), &model.id));
    }
    for view in house.desk().views("members")? {
        let condition = form_urlencoded::parse(view.query.as_bytes()).find(|(name, _)| name == "condition");
        if let Some(expr) = condition.and_then(|(_, text)| read(&text).ok()) {
            take(&expr, &view.name);
        }
    }
    if found.is_empty() {
        found = USUAL.iter().map(|text| ((*text).to_owned(), Vec::new())).collect();
    }
    found.truncate(THRESHOLDS_MAX);
    Ok(found)
}

fn atoms(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().flat_map(atoms).collect(),
        Expr::Not(part) => atoms(part),
        atom => vec![atom],
    }
}

/// The same models, thresholds among them as models of two stages, by the value model in force and by another. Both keep the same series, so
/// that one book serves both.
struct Pair {
    before: Reference,
    after: Reference,
    /// Places of thresholds among the models, and of models that read the value model.
    thresholds: Vec<Option<usize>>,
    stages: Vec<usize>,
}

impl Pair {
    fn new(reference: &Reference, after: &ValueModel, thresholds: &[(String, Vec<String>)]) -> Self {
        let vocabulary = (&reference.brand).into();
        let id = |at: usize| format!("~{at}");
        let mut models = reference.models().to_vec();
        for (at, (text, _)) in thresholds.iter().enumerate() {
            // What a saved list names may be defined no more.
            models.extend(model_of(text, &vocabulary).map(|model| Model { id: id(at), ..model }));
        }
        let before = Reference::new(reference.brand.clone(), models.clone());
        let after = Reference::new(Brand { value: Some(*after), ..reference.brand.clone() }, models);
        let place = |at: usize| before.models().iter().position(|model| model.id == id(at));
        let reads = |at: &usize| after.models()[*at].value.is_some() && !after.models()[*at].id.starts_with('~');
        let stages = (0..after.models().len()).filter(reads).collect();
        Self { thresholds: (0..thresholds.len()).map(place).collect(), stages, before, after }
    }
}

struct Shift<'a> {
    pair: &'a Pair,
    today: Day,
    until: Instant,
    buyers: u64,
    moving: u64,
    /// By threshold: holds before, after, comes, goes.
    thresholds: Vec<[u64; 4]>,
    /// By model and stage: before, after.
    stages: Vec<Vec<[u64; 2]>>,
    /// By member: sums of floating-point numbers depend on their order.
    said: Vec<(MemberId, [Together; 2])>,
}

impl<'a> Shift<'a> {
    fn new(pair: &'a Pair, today: Day) -> Self {
        let stages = pair.stages.iter().map(|at| vec![[0; 2]; pair.after.models()[*at].stages.len()]).collect();
        let until = pair.before.calendar.end(today);
        Self { pair, today, until, buyers: 0, moving: 0, thresholds: vec![[0; 4]; pair.thresholds.len()], stages, said: Vec::new() }
    }

    fn finish(mut self, thresholds: Vec<(String, Vec<String>)>) -> ValuePreview {
        self.said.sort_unstable_by_key(|(member, _)| *member);
        let sum = |at: usize| {
            self.said.iter().fold(Together::default(), |sum, (_, said)| Together {
                alive: sum.alive + said[at].alive,
                purchases: sum.purchases + said[at].purchases,
                spend: sum.spend + said[at].spend,
            })
        };
        let threshold = |((condition, used_by), [before, after, come, go]): ((String, Vec<String>), [u64; 4])| Threshold {
            condition,
            used_by,
            before,
            after,
            come,
            go,
        };
        let models = self.pair.after.models();
        let shifts = self.pair.stages.iter().zip(&self.stages).flat_map(|(at, counts)| {
            let model = &models[*at];
            model.display.iter().map(|stage| {
                let [before, after] = counts[*stage];
                StageShift { model: model.id.clone(), stage: model.stages[*stage].id.clone(), before, after }
            })
        });
        ValuePreview {
            as_of: self.today,
            buyers: self.buyers,
            before: self.pair.before.brand.value.map(|_| sum(0)),
            after: sum(1),
            stages: shifts.collect(),
            moving: self.moving,
            thresholds: thresholds.into_iter().zip(self.thresholds).map(threshold).collect(),
        }
    }
}

impl Fold for Shift<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        let book = history.book(&self.pair.before, self.until);
        if book.known_from.is_none() {
            return;
        }
        let sides = [&self.pair.before, &self.pair.after].map(|reference| Profile::of(&book, reference, self.today));
        let place = |side: usize, at: usize| {
            let reference = [&self.pair.before, &self.pair.after][side];
            reference.models()[at].stage_of(&sides[side])
        };
        for (counts, at) in self.thresholds.iter_mut().zip(&self.pair.thresholds) {
            let Some(at) = *at else { continue };
            let [before, after] = [0, 1].map(|side| place(side, at) == 0);
            for (count, holds) in counts.iter_mut().zip([before, after, after && !before, before && !after]) {
                *count += u64::from(holds);
            }
        }
        let mut moves = false;
        for (counts, at) in self.stages.iter_mut().zip(&self.pair.stages) {
            let [before, after] = [0, 1].map(|side| place(side, *at));
            counts[before][0] += 1;
            counts[after][1] += 1;
            moves |= before != after;
        }
        self.moving += u64::from(moves);
        if sides[0].purchases.days > 0 {
            self.buyers += 1;
            self.said.push((member, sides.each_ref().map(|side| together(side))));
        }
    }

    fn merge(&mut self, other: Self) {
        self.buyers += other.buyers;
        self.moving += other.moving;
        for (own, more) in self.thresholds.iter_mut().zip(other.thresholds) {
            own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
        }
        for (own, more) in self.stages.iter_mut().flatten().zip(other.stages.into_iter().flatten()) {
            own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
        }
        self.said.extend(other.said);
    }
}

/// As conditions read it.
fn together(profile: &Profile<'_>) -> Together {
    let catalog = profile.reference().catalog();
    let number = |name: &str| match catalog.field_id(name).map(|id| profile.field(id)) {
        Some(Value::Decimal(number)) => number,
        Some(Value::Money(money)) => money.0 as f64,
        _ => 0.0,
    };
    let [alive, purchases, spend] = FIELDS.map(number);
    Together { alive, purchases, spend }
}
