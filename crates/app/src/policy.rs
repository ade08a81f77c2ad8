//! Policy documents: the brand's settings and its lifecycle models, from stored YAML to a compiled reference.

use std::collections::BTreeMap;
use std::sync::Arc;

use perennial_kernel::{Calendar, Currency};
use perennial_rules::consent::{Consents, ConsentsDocument};
use perennial_rules::fields::{CustomFields, FieldsDocument};
use perennial_rules::lifecycle::document::SHIPPED;
use perennial_rules::lifecycle::model::{Model, ModelProblem};
use perennial_rules::member::policy::IdentityPolicy;
use perennial_rules::reference::{Brand, Counting, Reference};
use perennial_rules::signal::{Signals, SignalsDocument};
use perennial_rules::value::{ValueDocument, ValueModel};
use serde::{Deserialize, Serialize};

use crate::port::desk::DocumentRow;

/// The policy name of the brand's own settings.
pub const BRAND: &str = "brand";
/// What lifecycle models' policy names begin with: `lifecycle/rf`.
pub const LIFECYCLE: &str = "lifecycle/";
/// The policy name of the brand's own profile fields.
pub const FIELDS: &str = "fields";
/// The policy name of what members are asked to agree to.
pub const CONSENTS: &str = "consents";
/// The policy name of the value model whose fields conditions read.
pub const VALUE: &str = "value";
/// The policy name of what behaviours say. Those that ship are in force until a brand sets up its own.
pub const SIGNALS: &str = "signals";
/// The policy name of the form by which people join.
pub const JOIN_FORM: &str = "join-form";
/// The policy name of the identity rules. Those that ship are in force until a brand activates its own.
pub const IDENTITY: &str = "identity";
/// The identity rules that ship, as text.
pub const SHIPPED_IDENTITIES: &str = perennial_rules::member::policy::SHIPPED;
/// The model that is active from the first day.
pub const PRIMARY: &str = "rf";

/// A note says: somebody put this version in force.
pub const ACTIVATED: &str = "activated";
/// A note says: somebody took this draft out of use.
pub const WITHDRAWN: &str = "withdrawn";
/// The setting that names the activation whose members have not all been decided anew: (policy, version).
pub const REDECIDING: &str = "redeciding";

/// Which version of each policy is in force.
pub type Active = BTreeMap<String, i64>;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrandDocument {
    pub name: String,
    /// IANA name: `Asia/Shanghai`.
    pub time_zone: String,
    /// ISO 4217: `CNY`.
    pub currency: String,
    #[serde(default = "default_life_gap")]
    pub life_gap_days: i32,
    /// `days`: several orders of a member on one day count once; `orders`: each counts.
    #[serde(default)]
    pub counting: CountingText,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CountingText {
    #[default]
    Days,
    Orders,
}

fn default_life_gap() -> i32 {
    180
}

/// What is wrong with a document.
#[derive(Clone, PartialEq, Debug)]
pub struct PolicyProblem {
    pub pointer: String,
    pub code: &'static str,
    pub en: String,
    pub zh: String,
}

impl From<ModelProblem> for PolicyProblem {
    fn from(problem: ModelProblem) -> Self {
        Self { pointer: problem.pointer, code: problem.code, en: problem.message.en, zh: problem.message.zh }
    }
}

impl From<perennial_rules::member::policy::Problem> for PolicyProblem {
    fn from(problem: perennial_rules::member::policy::Problem) -> Self {
        Self { pointer: problem.pointer, code: problem.code, en: problem.en, zh: problem.zh }
    }
}

impl BrandDocument {
    pub fn parse(yaml: &str) -> Result<Self, PolicyProblem> {
        serde_norway::from_str(yaml).map_err(|why| PolicyProblem {
            pointer: String::new(),
            code: "policy.unreadable",
            en: format!("the brand's settings cannot be read: {why}"),
            zh: format!("无法读取品牌设置：{why}"),
        })
    }

    pub fn to_yaml(&self) -> String {
        serde_norway::to_string(self).expect("plain settings always serialise")
    }

    pub fn compile(&self) -> Result<Brand, PolicyProblem> {
        let problem = |pointer: &str, code, en: String, zh: String| PolicyProblem { pointer: pointer.to_owned(), code, en, zh };
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(problem(
                "/name",
                "brand.name",
                "a brand's name has 1 to 100 characters".into(),
                "品牌名称需为 1 到 100 个字符".into(),
            ));
        }
        let calendar = Calendar::for_zone(&self.time_zone).ok_or_else(|| {
            let (zone, code) = (&self.time_zone, "brand.time_zone");
            problem(
                "/time_zone",
                code,
                format!("{zone} is no IANA time zone, such as Asia/Shanghai"),
                format!("{zone} 不是有效的 IANA 时区，例如 Asia/Shanghai"),
            )
        })?;
        let currency = Currency::parse(&self.currency).ok_or_else(|| {
            let (code, text) = ("brand.currency", &self.currency);
            problem(
                "/currency",
                code,
                format!("{text} is no ISO 4217 currency, such as CNY"),
                format!("{text} 不是有效的 ISO 4217 货币代码，例如 CNY"),
            )
        })?;
        if !(1..=3650).contains(&self.life_gap_days) {
            return Err(problem(
                "/life_gap_days",
                "brand.life_gap",
                "a life gap is 1 to 3650 days".into(),
                "生命段间隔需为 1 到 3650 天".into(),
            ));
        }
        let counting = match self.counting {
            CountingText::Days => Counting::Days,
            CountingText::Orders => Counting::Orders,
        };
        Ok(Brand {
            name: name.to_owned(),
            calendar,
            currency,
            life_gap_days: self.life_gap_days,
            counting,
            fields: Arc::default(),
            consents: Arc::default(),
            value: None,
            signals: Signals::shipped(),
        })
    }
}

/// The lifecycle models that ship, as (policy name, YAML).
pub fn shipped() -> impl Iterator<Item = (String, &'static str)> {
    SHIPPED.iter().map(|(id, yaml)| (format!("{LIFECYCLE}{id}"), *yaml))
}

/// Compiles the documents in force.
pub fn reference(documents: &[DocumentRow], active: &Active) -> Result<Reference, PolicyProblem> {
    let find = |policy: &str, version: i64| documents.iter().find(|row| row.policy == policy && row.version == version);
    let missing = |policy: &str| PolicyProblem {
        pointer: String::new(),
        code: "policy.missing",
        en: format!("the active version of {policy} is not stored"),
        zh: format!("未找到策略 {policy} 的生效版本"),
    };
    let brand = active.get(BRAND).and_then(|version| find(BRAND, *version)).ok_or_else(|| missing(BRAND))?;
    let mut brand = BrandDocument::parse(&brand.body)?.compile()?;
    if let Some(version) = active.get(FIELDS) {
        let row = find(FIELDS, *version).ok_or_else(|| missing(FIELDS))?;
        brand.fields = Arc::new(fields(&row.body).map_err(first)?);
    }
    if let Some(version) = active.get(CONSENTS) {
        let row = find(CONSENTS, *version).ok_or_else(|| missing(CONSENTS))?;
        brand.consents = Arc::new(consents(&row.body).map_err(first)?);
    }
    if let Some(version) = active.get(VALUE) {
        let row = find(VALUE, *version).ok_or_else(|| missing(VALUE))?;
        brand.value = Some(value(row, brand.currency).map_err(first)?);
    }
    if let Some(version) = active.get(SIGNALS) {
        let row = find(SIGNALS, *version).ok_or_else(|| missing(SIGNALS))?;
        brand.signals = Arc::new(signals(&row.body, Some(*version)).map_err(first)?);
    }
    let mut models = Vec::new();
    for (policy, version) in active.iter().filter(|(policy, _)| policy.starts_with(LIFECYCLE)) {
        let row = find(policy, *version).ok_or_else(|| missing(policy))?;
        let named = |problem: PolicyProblem| PolicyProblem {
            en: format!("{policy} {}: {}", problem.pointer, problem.en),
            zh: format!("{policy} {}：{}", problem.pointer, problem.zh),
            ..problem
        };
        models.push(model(row, &brand).map_err(named)?);
    }
    let reference = Reference::new(brand, models);
    let Some(version) = active.get(IDENTITY) else { return Ok(reference) };
    let row = find(IDENTITY, *version).ok_or_else(|| missing(IDENTITY))?;
    Ok(reference.with_identities(Arc::new(identities(row)?)))
}

/// Compiles stored identity rules.
pub fn identities(row: &DocumentRow) -> Result<IdentityPolicy, PolicyProblem> {
    Ok(IdentityPolicy::parse(&row.body, row.version)?)
}

/// Compiles one stored lifecycle model.
pub fn model(row: &DocumentRow, brand: &Brand) -> Result<Model, PolicyProblem> {
    Model::from_yaml(&row.body, row.version, brand).map_err(|mut problems| problems.swap_remove(0).into())
}

/// Compiles a document of custom fields.
pub fn fields(yaml: &str) -> Result<CustomFields, Vec<PolicyProblem>> {
    let lift = |found: Vec<ModelProblem>| found.into_iter().map(PolicyProblem::from).collect::<Vec<_>>();
    FieldsDocument::parse(yaml).and_then(|document| document.compile()).map_err(lift)
}

/// Compiles a document of consents.
pub fn consents(yaml: &str) -> Result<Consents, Vec<PolicyProblem>> {
    let lift = |found: Vec<ModelProblem>| found.into_iter().map(PolicyProblem::from).collect::<Vec<_>>();
    ConsentsDocument::parse(yaml).and_then(|document| document.compile()).map_err(lift)
}

/// Compiles a document of signals.
pub fn signals(yaml: &str, version: Option<i64>) -> Result<Signals, Vec<PolicyProblem>> {
    let lift = |found: Vec<ModelProblem>| found.into_iter().map(PolicyProblem::from).collect::<Vec<_>>();
    SignalsDocument::parse(yaml).and_then(|document| document.compile(version)).map_err(lift)
}

/// Compiles a stored value model.
pub fn value(row: &DocumentRow, currency: Currency) -> Result<ValueModel, Vec<PolicyProblem>> {
    let lift = |found: Vec<ModelProblem>| found.into_iter().map(PolicyProblem::from).collect::<Vec<_>>();
    ValueDocument::parse(&row.body).and_then(|document| document.compile(row.version, currency)).map_err(lift)
}

/// One problem for those who can tell one only.
fn first(mut problems: Vec<PolicyProblem>) -> PolicyProblem {
    problems.swap_remove(0)
}
