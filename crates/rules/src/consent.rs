//! Consents (SPEC ID-5): what members are asked to agree to, as a versioned document, and how an agreement is a field of conditions.
//!
//! A consent is given or withdrawn per purpose and channel. Conditions read it as `consent_<purpose>_<channel>`: true, false, or null
//! where the member was never asked.

use std::collections::BTreeSet;

use perennial_condition::{Drift, Field, Name, Type};
use serde::{Deserialize, Serialize};

use crate::fields::{check_label, name, problem};
use crate::lifecycle::document::{BYTES_MAX, Label};
use crate::lifecycle::model::ModelProblem;

const LIST_MAX: usize = 50;
const TEXT_CHARS_MAX: usize = 5000;

/// The document: its version is the version of the texts in it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentsDocument {
    pub channels: Vec<ChannelText>,
    pub purposes: Vec<PurposeText>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelText {
    pub id: String,
    pub name: Label,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurposeText {
    pub id: String,
    pub name: Label,
    /// What the member is shown and agrees to.
    pub text: Label,
    /// Ids of the channels it is asked for.
    pub channels: Vec<String>,
}

/// The consents in force.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Consents {
    pub channels: Vec<(String, Name)>,
    pub purposes: Vec<Purpose>,
    /// By field, in the order in which the catalogue has them.
    asked: Vec<Asked>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Purpose {
    pub id: String,
    pub name: Name,
    pub text: Name,
    pub channels: Vec<String>,
}

/// One purpose by one channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    pub purpose: String,
    pub channel: String,
    /// As conditions name it.
    pub field: String,
    pub label: Name,
}

/// The field of conditions that says whether a member agreed.
pub fn field_of(purpose: &str, channel: &str) -> String {
    format!("consent_{purpose}_{channel}")
}

impl Consents {
    /// Everything members can agree to.
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    pub fn find(&self, purpose: &str, channel: &str) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.purpose == purpose && asked.channel == channel)
    }

    pub(crate) fn in_catalog(&self) -> impl Iterator<Item = Field> {
        self.asked.iter().map(|asked| Field::new(&asked.field, Type::Bool, Drift::Fixed, &asked.label.en, &asked.label.zh))
    }
}

impl ConsentsDocument {
    pub fn parse(yaml: &str) -> Result<Self, Vec<ModelProblem>> {
        let unreadable = |why: String| {
            let (en, zh) = (format!("the consents cannot be read: {why}"), format!("无法读取授权设置：{why}"));
            vec![problem("", "consents.unreadable", en, zh)]
        };
        if yaml.len() > BYTES_MAX {
            return Err(unreadable(format!("at most {BYTES_MAX} bytes")));
        }
        serde_norway::from_str(yaml).map_err(|error| unreadable(error.to_string()))
    }

    pub fn to_yaml(&self) -> String {
        serde_norway::to_string(self).expect("documents of strings always serialise")
    }

    pub fn compile(&self) -> Result<Consents, Vec<ModelProblem>> {
        let mut problems = Vec::new();
        for (list, pointer) in [(self.channels.len(), "/channels"), (self.purposes.len(), "/purposes")] {
            if list == 0 || list > LIST_MAX {
                problems.push(problem(pointer, "consents.count", "there are 1 to 50", "数量须为 1 到 50 个"));
            }
        }
        let channel_ids = self.channels.iter().map(|channel| channel.id.as_str());
        check_ids(channel_ids.clone(), "/channels", &mut problems);
        check_ids(self.purposes.iter().map(|purpose| purpose.id.as_str()), "/purposes", &mut problems);
        for (at, channel) in self.channels.iter().enumerate() {
            check_label(&channel.name, &format!("/channels/{at}/name"), &mut problems);
        }
        let channels: BTreeSet<&str> = channel_ids.collect();
        for (at, purpose) in self.purposes.iter().enumerate() {
            check_purpose(purpose, &format!("/purposes/{at}"), &channels, &mut problems);
        }
        if problems.is_empty() { Ok(self.compiled()) } else { Err(problems) }
    }

    fn compiled(&self) -> Consents {
        let channels: Vec<(String, Name)> = self.channels.iter().map(|channel| (channel.id.clone(), name(&channel.name))).collect();
        let purpose = |text: &PurposeText| Purpose {
            id: text.id.clone(),
            name: name(&text.name),
            text: name(&text.text),
            channels: text.channels.clone(),
        };
        let purposes: Vec<Purpose> = self.purposes.iter().map(purpose).collect();
        let mut asked = Vec::new();
        for purpose in &purposes {
            for channel in &purpose.channels {
                let by = channels.iter().find(|(id, _)| id == channel).map(|(_, name)| name.clone()).unwrap_or_default();
                asked.push(Asked {
                    purpose: purpose.id.clone(),
                    channel: channel.clone(),
                    field: field_of(&purpose.id, channel),
                    label: Name::new(
                        format!("consent to {} by {}", purpose.name.en, by.en),
                        format!("{}授权（{}）", purpose.name.zh, by.zh),
                    ),
                });
            }
        }
        Consents { channels, purposes, asked }
    }
}

/// Small letters and digits only: with `_` two pairs of ids could make one field.
fn check_ids<'a>(ids: impl Iterator<Item = &'a str>, list: &str, problems: &mut Vec<ModelProblem>) {
    let mut known = BTreeSet::new();
    for (at, id) in ids.enumerate() {
        let pointer = format!("{list}/{at}/id");
        let letter = |b: u8| b.is_ascii_lowercase();
        if id.len() > 20 || !id.bytes().next().is_some_and(letter) || !id.bytes().all(|b| letter(b) || b.is_ascii_digit()) {
            let (en, zh) = (
                "an id has small letters and digits, begins with a letter and is at most 20 long",
                "标识只能包含小写字母和数字，以字母开头，最多 20 个字符",
            );
            problems.push(problem(&pointer, "consents.bad_id", en, zh));
        }
        if !known.insert(id) {
            problems.push(problem(&pointer, "consents.twice", format!("{id} appears twice"), format!("{id} 重复")));
        }
    }
}

fn check_purpose(purpose: &PurposeText, pointer: &str, channels: &BTreeSet<&str>, problems: &mut Vec<ModelProblem>) {
    check_label(&purpose.name, &format!("{pointer}/name"), problems);
    for (lang, text) in [("en", &purpose.text.en), ("zh", &purpose.text.zh)] {
        let count = text.trim().chars().count();
        if count == 0 || count > TEXT_CHARS_MAX {
            let (en, zh) =
                ("the text members agree to is given in both languages, up to 5,000 characters", "授权文本须有中英文，各不超过 5000 字");
            problems.push(problem(&format!("{pointer}/text/{lang}"), "consents.text", en, zh));
        }
    }
    if purpose.channels.is_empty() {
        problems.push(problem(&format!("{pointer}/channels"), "consents.no_channel", "names no channel", "未选择渠道"));
    }
    let mut known = BTreeSet::new();
    for (at, channel) in purpose.channels.iter().enumerate() {
        if !channels.contains(channel.as_str()) || !known.insert(channel) {
            let (en, zh) = (format!("there is no channel {channel}, or it appears twice"), format!("没有渠道 {channel}，或重复出现"));
            problems.push(problem(&format!("{pointer}/channels/{at}"), "consents.channel", en, zh));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "
channels:
  - { id: sms, name: { en: SMS, zh: 短信 } }
  - { id: email, name: { en: email, zh: 邮件 } }
purposes:
  - { id: marketing, name: { en: offers, zh: 营销 }, text: { en: We may send offers., zh: 同意接收优惠信息。 }, channels: [sms, email] }
";

    #[test]
    fn a_consent_is_a_field_for_each_purpose_and_channel() {
        let document = ConsentsDocument::parse(YAML).unwrap();
        assert_eq!(ConsentsDocument::parse(&document.to_yaml()).unwrap(), document);
        let consents = document.compile().unwrap();
        let fields: Vec<&str> = consents.asked().iter().map(|asked| asked.field.as_str()).collect();
        assert_eq!(fields, ["consent_marketing_sms", "consent_marketing_email"]);
        assert_eq!(consents.find("marketing", "sms").unwrap().label, Name::new("consent to offers by SMS", "营销授权（短信）"));
    }

    #[test]
    fn what_cannot_be_asked_is_refused_with_its_place() {
        let check = |from: &str, to: &str, pointer: &str, code: &str| {
            let yaml = YAML.replacen(from, to, 1);
            assert_ne!(yaml, YAML, "{from}");
            let problems = ConsentsDocument::parse(&yaml).unwrap().compile().unwrap_err();
            assert!(problems.iter().any(|p| p.pointer == pointer && p.code == code), "{to}: {problems:?}");
        };
        check("id: marketing", "id: a_b", "/purposes/0/id", "consents.bad_id");
        check("id: email", "id: sms", "/channels/1/id", "consents.twice");
        check("channels: [sms, email]", "channels: [fax]", "/purposes/0/channels/0", "consents.channel");
        check("channels: [sms, email]", "channels: []", "/purposes/0/channels", "consents.no_channel");
        check("zh: 同意接收优惠信息。", "zh: ''", "/purposes/0/text/zh", "consents.text");
        check("en: offers", "en: ''", "/purposes/0/name/en", "label.missing");
    }
}
