//! The document of custom fields: YAML in and out, and what may stand in it.

use std::collections::BTreeSet;

use perennial_condition::{Name, is_reserved};
use serde::{Deserialize, Serialize};

use super::{CustomField, CustomFields, FieldType};
use crate::lifecycle::document::{BYTES_MAX, Label};
use crate::lifecycle::model::ModelProblem;
use crate::profile;

const FIELDS_MAX: usize = 200;
const CHOICES_MAX: usize = 200;
const LABEL_CHARS_MAX: usize = 100;
/// Names that mean something of their own on a member's facts.
const TAKEN: [&str; 9] = ["name", "phone", "email", "address", "value", "number", "referrer", "join_form", "join_fee"];
/// Consents are fields of conditions under names that begin like this.
const CONSENT: &str = "consent_";

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldsDocument {
    pub fields: Vec<FieldText>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldText {
    pub id: String,
    #[serde(rename = "type")]
    pub ty: String,
    pub label: Label,
    #[serde(default)]
    pub personal: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<ChoiceText>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceText {
    pub id: String,
    pub label: Label,
}

impl FieldsDocument {
    pub fn parse(yaml: &str) -> Result<Self, Vec<ModelProblem>> {
        let unreadable = |why: String| {
            let (en, zh) = (format!("the fields cannot be read: {why}"), format!("无法读取字段定义：{why}"));
            vec![problem("", "fields.unreadable", en, zh)]
        };
        if yaml.len() > BYTES_MAX {
            return Err(unreadable(format!("at most {BYTES_MAX} bytes")));
        }
        serde_norway::from_str(yaml).map_err(|error| unreadable(error.to_string()))
    }

    pub fn to_yaml(&self) -> String {
        serde_norway::to_string(self).expect("documents of strings always serialise")
    }

    pub fn compile(&self) -> Result<CustomFields, Vec<ModelProblem>> {
        let mut problems = Vec::new();
        if self.fields.len() > FIELDS_MAX {
            problems.push(problem("/fields", "fields.too_many", "a brand has at most 200 fields of its own", "自定义字段最多 200 个"));
        }
        let mut ids = BTreeSet::new();
        let mut all = Vec::new();
        for (at, text) in self.fields.iter().enumerate() {
            let pointer = format!("/fields/{at}");
            if !ids.insert(text.id.as_str()) {
                let (en, zh) = (format!("field {} appears twice", text.id), format!("字段 {} 重复", text.id));
                problems.push(problem(&format!("{pointer}/id"), "fields.twice", en, zh));
            }
            all.extend(compile_field(text, &pointer, &mut problems));
        }
        if problems.is_empty() { Ok(CustomFields::new(all)) } else { Err(problems) }
    }

    /// What values were recorded under stays what it was: a field never changes its type, nor whether it is personal.
    pub fn keeps(&self, before: &Self) -> Result<(), Vec<ModelProblem>> {
        let mut problems = Vec::new();
        for (at, field) in self.fields.iter().enumerate() {
            let Some(held) = before.fields.iter().find(|held| held.id == field.id) else { continue };
            if held.ty != field.ty {
                let en = format!("field {} is of type {} in an earlier version and stays so: use another id", field.id, held.ty);
                let zh = format!("字段 {} 在以前的版本中类型为 {}，不能更改，请改用新的字段名", field.id, held.ty);
                problems.push(problem(&format!("/fields/{at}/type"), "fields.type_changed", en, zh));
            }
            if held.personal != field.personal {
                let en = format!("whether field {} is personal was settled by an earlier version: use another id", field.id);
                let zh = format!("字段 {} 是否属于个人信息已由以前的版本确定，请改用新的字段名", field.id);
                problems.push(problem(&format!("/fields/{at}/personal"), "fields.personal_changed", en, zh));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

fn compile_field(text: &FieldText, pointer: &str, problems: &mut Vec<ModelProblem>) -> Option<CustomField> {
    let before = problems.len();
    if !is_word(&text.id) {
        problems.push(problem(
            &format!("{pointer}/id"),
            "fields.bad_id",
            "an id has small letters, digits and '_', begins with a letter and is at most 40 long",
            "字段名只能包含小写字母、数字和 _，以字母开头，最多 40 个字符",
        ));
    } else if is_reserved(&text.id) || TAKEN.contains(&text.id.as_str()) || text.id.starts_with(CONSENT) || profile::is_built_in(&text.id) {
        let (en, zh) = (format!("{} is taken by the product", text.id), format!("{} 已被系统使用", text.id));
        problems.push(problem(&format!("{pointer}/id"), "fields.taken", en, zh));
    }
    check_label(&text.label, &format!("{pointer}/label"), problems);
    let ty = FieldType::parse(&text.ty);
    if ty.is_none() {
        let all = FieldType::ALL.map(FieldType::as_str).join(", ");
        let (en, zh) = (format!("a type is one of {all}"), format!("类型须为 {all} 之一"));
        problems.push(problem(&format!("{pointer}/type"), "fields.bad_type", en, zh));
    }
    let ty = ty?;
    check_choices(text, ty, pointer, problems);
    let choices = text.choices.iter().map(|choice| (choice.id.clone(), name(&choice.label))).collect();
    (problems.len() == before).then(|| CustomField { id: text.id.clone(), ty, label: name(&text.label), personal: text.personal, choices })
}

fn check_choices(text: &FieldText, ty: FieldType, pointer: &str, problems: &mut Vec<ModelProblem>) {
    let pointer = format!("{pointer}/choices");
    if !ty.has_choices() {
        if !text.choices.is_empty() {
            problems.push(problem(&pointer, "fields.no_choices", "only fields of choices have them", "只有选项类字段可以设置选项"));
        }
        return;
    }
    if text.choices.is_empty() || text.choices.len() > CHOICES_MAX {
        problems.push(problem(&pointer, "fields.choice_count", "there are 1 to 200 choices", "选项数量须为 1 到 200 个"));
    }
    let mut ids = BTreeSet::new();
    for (at, choice) in text.choices.iter().enumerate() {
        let pointer = format!("{pointer}/{at}");
        if !is_word(&choice.id) {
            let (en, zh) = (
                "a choice's id has small letters, digits and '_', begins with a letter and is at most 40 long",
                "选项标识只能包含小写字母、数字和 _，以字母开头，最多 40 个字符",
            );
            problems.push(problem(&format!("{pointer}/id"), "fields.bad_choice", en, zh));
        }
        if !ids.insert(choice.id.as_str()) {
            let (en, zh) = (format!("choice {} appears twice", choice.id), format!("选项 {} 重复", choice.id));
            problems.push(problem(&format!("{pointer}/id"), "fields.choice_twice", en, zh));
        }
        check_label(&choice.label, &format!("{pointer}/label"), problems);
    }
}

pub(crate) fn check_label(label: &Label, pointer: &str, problems: &mut Vec<ModelProblem>) {
    for (lang, text) in [("en", &label.en), ("zh", &label.zh)] {
        let count = text.trim().chars().count();
        if count == 0 || count > LABEL_CHARS_MAX || text.chars().any(char::is_control) {
            let (en, zh) = ("must be given in both languages, 1 to 100 characters", "中英文均须填写，1 到 100 个字符");
            problems.push(problem(&format!("{pointer}/{lang}"), "label.missing", en, zh));
        }
    }
}

/// Small letters, digits and `_`, beginning with a letter, at most 40.
pub(crate) fn is_word(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase();
    text.len() <= 40 && text.bytes().next().is_some_and(letter) && text.bytes().all(|b| letter(b) || b.is_ascii_digit() || b == b'_')
}

pub(crate) fn name(label: &Label) -> Name {
    Name::new(label.en.trim(), label.zh.trim())
}

pub(crate) fn problem(pointer: &str, code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> ModelProblem {
    ModelProblem { pointer: pointer.to_owned(), code, message: Name::new(en, zh) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(yaml: &str) -> FieldsDocument {
        FieldsDocument::parse(yaml).unwrap_or_else(|problems| panic!("{yaml}: {problems:#?}"))
    }

    fn codes(yaml: &str) -> Vec<(String, &'static str)> {
        document(yaml).compile().unwrap_err().into_iter().map(|p| (p.pointer, p.code)).collect()
    }

    #[test]
    fn a_document_of_all_seven_types_is_read_back_as_written() {
        let field = |ty: FieldType| {
            let choices = if ty.has_choices() { ", choices: [{ id: a, label: { en: A, zh: 甲 } }]" } else { "" };
            format!("  - {{ id: my_{0}, type: {0}, label: {{ en: Mine, zh: 我的 }}{choices} }}\n", ty.as_str())
        };
        let yaml: String = std::iter::once("fields:\n".to_owned()).chain(FieldType::ALL.map(field)).collect();
        let read = document(&yaml);
        assert_eq!(FieldsDocument::parse(&read.to_yaml()).unwrap(), read);
        let fields = read.compile().unwrap();
        assert_eq!(fields.all().iter().map(|field| field.ty).collect::<Vec<_>>(), FieldType::ALL);
        assert_eq!(fields.readable().count(), 7);
    }

    #[test]
    fn what_cannot_be_a_field_is_refused_with_its_place() {
        let field = |id: &str, rest: &str| format!("fields: [{{ id: {id}, type: text, label: {{ en: A, zh: 甲 }}{rest} }}]");
        for (id, code) in [
            ("Size", "fields.bad_id"),
            ("\"9a\"", "fields.bad_id"),
            ("\"\"", "fields.bad_id"),
            ("recency", "fields.taken"),
            ("city", "fields.taken"),
            ("between", "fields.taken"),
            ("email", "fields.taken"),
            ("consent_x", "fields.taken"),
        ] {
            assert_eq!(codes(&field(id, "")), [("/fields/0/id".to_owned(), code)], "{id}");
        }
        assert_eq!(
            codes(&field("a", ", choices: [{ id: x, label: { en: X, zh: 丙 } }]")),
            [("/fields/0/choices".to_owned(), "fields.no_choices")]
        );
        assert_eq!(
            codes("fields: [{ id: a, type: colour, label: { en: '', zh: 甲 } }]"),
            [("/fields/0/label/en".to_owned(), "label.missing"), ("/fields/0/type".to_owned(), "fields.bad_type")]
        );
        let choices = "fields: [{ id: a, type: choice, label: { en: A, zh: 甲 }, choices: \
                       [{ id: x, label: { en: X, zh: 丙 } }, { id: x, label: { en: X, zh: 丙 } }, { id: X, label: { en: X, zh: 丙 } }] }]";
        assert_eq!(
            codes(choices),
            [("/fields/0/choices/1/id".to_owned(), "fields.choice_twice"), ("/fields/0/choices/2/id".to_owned(), "fields.bad_choice")]
        );
    }

    #[test]
    fn a_field_never_changes_its_type_nor_whether_it_is_personal() {
        let of = |ty: &str, personal: bool| {
            document(&format!("fields: [{{ id: a, type: {ty}, personal: {personal}, label: {{ en: A, zh: 甲 }} }}]"))
        };
        assert!(of("text", false).keeps(&of("text", false)).is_ok());
        assert!(of("text", false).keeps(&FieldsDocument::default()).is_ok());
        assert_eq!(of("number", false).keeps(&of("text", false)).unwrap_err()[0].code, "fields.type_changed");
        assert_eq!(of("text", true).keeps(&of("text", false)).unwrap_err()[0].code, "fields.personal_changed");
    }
}
