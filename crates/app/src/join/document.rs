//! The join form: gate, fields and consents.

use std::collections::BTreeSet;

use perennial_kernel::Attribute;
use perennial_rules::fields::{CustomField, Input};
use perennial_rules::lifecycle::document::Label;
use perennial_rules::reference::Brand;
use serde::{Deserialize, Serialize};

use crate::policy::PolicyProblem;
use crate::profile;

/// What one must do before one is taken in.
pub const GATES: [&str; 6] = ["free", "first_purchase", "minimum_spend", "fee", "invitation", "code"];
/// Fields that are identities.
pub const IDENTITIES: [&str; 2] = ["phone", "email"];
const CODES_MAX: usize = 1000;
const LABEL_CHARS_MAX: usize = 500;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinForm {
    pub title: Label,
    pub gate: Gate,
    pub fields: Vec<AskedField>,
    #[serde(default)]
    pub consents: Vec<AskedConsent>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    pub kind: String,
    /// Of `minimum_spend` and `fee`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Of `code`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedField {
    /// `phone`, `email`, a base field or one of the brand's own.
    pub id: String,
    #[serde(default)]
    pub required: bool,
    /// Not asked at joining but some time after, for a reward.
    #[serde(default)]
    pub later: bool,
    /// What for, as the member is told.
    pub purpose: Label,
    /// Least and most, of numbers, amounts and days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedConsent {
    pub purpose: String,
    pub channel: String,
    /// Nobody joins without it.
    #[serde(default)]
    pub required: bool,
}

/// Whether a field of the form is an identity rather than a field of the profile.
pub fn is_identity(id: &str) -> bool {
    IDENTITIES.contains(&id)
}

impl JoinForm {
    pub fn parse(yaml: &str) -> Result<Self, Vec<PolicyProblem>> {
        serde_norway::from_str(yaml).map_err(|why| {
            vec![problem("", "join.unreadable", format!("the join form cannot be read: {why}"), format!("无法读取入会表单：{why}"))]
        })
    }

    pub fn to_yaml(&self) -> String {
        serde_norway::to_string(self).expect("documents of strings always serialise")
    }

    /// Whether the brand can ask all this.
    pub fn check(&self, brand: &Brand) -> Result<(), Vec<PolicyProblem>> {
        let mut problems = Vec::new();
        check_label(&self.title, "/title", &mut problems);
        self.check_gate(brand, &mut problems);
        let mut ids = BTreeSet::new();
        for (at, asked) in self.fields.iter().enumerate() {
            let pointer = format!("/fields/{at}");
            if !ids.insert(asked.id.as_str()) {
                problems.push(problem(&format!("{pointer}/id"), "join.twice", "is asked twice", "重复"));
            }
            check_field(asked, brand, &pointer, &mut problems);
        }
        if !self.fields.iter().any(|asked| is_identity(&asked.id) && !asked.later) {
            let (en, zh) = ("asks for neither phone nor email: nobody could be found again", "须至少收集手机号或邮箱，否则无法识别会员");
            problems.push(problem("/fields", "join.no_identity", en, zh));
        }
        for (at, asked) in self.consents.iter().enumerate() {
            if brand.consents.find(&asked.purpose, &asked.channel).is_none() {
                let (en, zh) = ("is no consent that is set up", "未设置该授权");
                problems.push(problem(&format!("/consents/{at}"), "join.consent", en, zh));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn check_gate(&self, brand: &Brand, problems: &mut Vec<PolicyProblem>) {
        let Gate { kind, amount, codes } = &self.gate;
        if !GATES.contains(&kind.as_str()) {
            let all = GATES.join(", ");
            problems.push(problem("/gate/kind", "join.gate", format!("a gate is one of {all}"), format!("门槛须为 {all} 之一")));
        }
        let read = amount.as_ref().and_then(|text| brand.currency.parse_amount(text)).filter(|money| money.0 > 0);
        if ["minimum_spend", "fee"].contains(&kind.as_str()) && read.is_none() {
            problems.push(problem(
                "/gate/amount",
                "join.amount",
                "must be an amount above 0, such as 99.00",
                "须为大于 0 的金额，如 99.00",
            ));
        }
        let bad = |code: &String| code.trim().is_empty() || code.len() > 100;
        if kind == "code" && (codes.is_empty() || codes.len() > CODES_MAX || codes.iter().any(bad)) {
            problems.push(problem("/gate/codes", "join.codes", "there are 1 to 1,000 codes", "邀请码数量须为 1 到 1000 个"));
        }
    }
}

fn check_field(asked: &AskedField, brand: &Brand, pointer: &str, problems: &mut Vec<PolicyProblem>) {
    check_label(&asked.purpose, &format!("{pointer}/purpose"), problems);
    if is_identity(&asked.id) {
        return;
    }
    let Some(field) = profile::field(brand, &asked.id) else {
        let (en, zh) = (format!("there is no field {}", asked.id), format!("没有字段 {}", asked.id));
        problems.push(problem(&format!("{pointer}/id"), "join.field", en, zh));
        return;
    };
    for (bound, name) in [(&asked.min, "min"), (&asked.max, "max")] {
        if bound.as_ref().is_some_and(|text| rank(field, &Input::Text(text.clone()), brand).is_none()) {
            let (en, zh) = ("is no bound of this field's type", "不是该字段类型的取值范围");
            problems.push(problem(&format!("{pointer}/{name}"), "join.bound", en, zh));
        }
    }
    let [least, most] =
        [&asked.min, &asked.max].map(|bound| bound.as_ref().and_then(|text| rank(field, &Input::Text(text.clone()), brand)));
    if least.zip(most).is_some_and(|(least, most)| least > most) {
        let (en, zh) = ("lies below the least: nothing would be taken", "小于最小值，任何内容都无法通过");
        problems.push(problem(&format!("{pointer}/max"), "join.bounds", en, zh));
    }
}

/// Where a value of a field that can be bounded stands among others.
fn rank(field: &CustomField, input: &Input, brand: &Brand) -> Option<f64> {
    match field.value(input, brand.currency).ok()? {
        Attribute::Number(number) => Some(number),
        Attribute::Money(money) => Some(money.0 as f64),
        Attribute::Day(day) => Some(f64::from(day.0)),
        Attribute::Text(_) | Attribute::Bool(_) | Attribute::Choices(_) | Attribute::Cleared => None,
    }
}

impl AskedField {
    /// Whether a value, as text, lies within the bounds.
    pub fn admits(&self, field: &CustomField, input: &Input, brand: &Brand) -> bool {
        let bound = |text: &Option<String>| text.as_ref().and_then(|text| rank(field, &Input::Text(text.clone()), brand));
        rank(field, input, brand)
            .is_none_or(|value| bound(&self.min).is_none_or(|least| least <= value) && bound(&self.max).is_none_or(|most| value <= most))
    }
}

fn check_label(label: &Label, pointer: &str, problems: &mut Vec<PolicyProblem>) {
    for (lang, text) in [("en", &label.en), ("zh", &label.zh)] {
        let count = text.trim().chars().count();
        if count == 0 || count > LABEL_CHARS_MAX {
            let (en, zh) = ("must be given in both languages, up to 500 characters", "中英文均须填写，不超过 500 字");
            problems.push(problem(&format!("{pointer}/{lang}"), "label.missing", en, zh));
        }
    }
}

fn problem(pointer: &str, code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> PolicyProblem {
    PolicyProblem { pointer: pointer.to_owned(), code, en: en.into(), zh: zh.into() }
}
