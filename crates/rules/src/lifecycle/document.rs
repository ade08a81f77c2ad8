//! Lifecycle models as documents: YAML in and out. What a document means is [`super::model`]'s to say.

use serde::{Deserialize, Serialize};

/// The models that ship (SPEC LC-2, LC-4, LC-5), as YAML.
pub const SHIPPED: [(&str, &str); 4] = [
    ("rf", include_str!("../../policies/rf.yaml")),
    ("six-step", include_str!("../../policies/six-step.yaml")),
    ("guest", include_str!("../../policies/guest.yaml")),
    ("four-period", include_str!("../../policies/four-period.yaml")),
];

/// A document of absurd size is refused before it is parsed.
pub const BYTES_MAX: usize = 256 * 1024;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub id: String,
    pub name: Label,
    pub groups: Vec<Group>,
    #[serde(default, rename = "let", skip_serializing_if = "Vec::is_empty")]
    pub lets: Vec<Definition>,
    pub stages: Vec<StageText>,
    /// Stage ids in the order of showing; empty means the order of testing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    pub en: String,
    pub zh: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub id: String,
    pub name: Label,
}

/// A value with a name of its own, to be used in the stages' conditions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub name: String,
    pub is: String,
    pub label: Label,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageText {
    pub id: String,
    pub group: String,
    pub name: Label,
    /// Absent on the last stage only: the catch-all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
}

impl Document {
    /// Reads YAML; the error names line and column.
    pub fn parse(yaml: &str) -> Result<Self, String> {
        if yaml.len() > BYTES_MAX {
            return Err(format!("a policy is at most {BYTES_MAX} bytes"));
        }
        serde_norway::from_str(yaml).map_err(|error| error.to_string())
    }

    pub fn to_yaml(&self) -> String {
        serde_norway::to_string(self).expect("documents of strings always serialise")
    }
}
