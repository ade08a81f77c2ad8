//! A mapping tied to the columns of one file.

use std::collections::BTreeMap;

use perennial_kernel::IdentityKind;

use crate::mapping::{Field, Mapping, Status, known_status};
use crate::problem::FileError;
use crate::rows::Row;
use crate::value::Cell;

/// Where each field stands.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The columns' names as shown to people; duplicates are numbered.
    pub names: Vec<String>,
    at: Vec<Option<usize>>,
    /// Identity columns, strongest first.
    pub identities: Vec<(IdentityKind, usize)>,
    statuses: BTreeMap<String, Status>,
    pub versioned_by_times: bool,
    pub channel: Option<String>,
}

impl Plan {
    pub fn new(names: Vec<String>, mapping: &Mapping) -> Result<Self, FileError> {
        let missing = mapping.missing();
        if !missing.is_empty() {
            return Err(unmapped(&missing));
        }
        let find = |column: &String| names.iter().position(|name| name == column).ok_or_else(|| no_column(column));
        let mut at = vec![None; Field::ALL.len()];
        for (field, column) in &mapping.columns {
            at[*field as usize] = Some(find(column)?);
        }
        let mut identities = Vec::new();
        let own = [
            (Field::Number, IdentityKind::Number),
            (Field::Phone, IdentityKind::Phone),
            (Field::Email, IdentityKind::Email),
            (Field::WechatUnion, IdentityKind::WechatUnion),
            (Field::WechatOpen, IdentityKind::WechatOpen),
        ];
        for (field, kind) in own {
            if let Some(column) = at[field as usize] {
                identities.push((kind, column));
            }
        }
        for (kind, column) in &mapping.identities {
            let parsed = IdentityKind::parse(kind).ok_or_else(|| bad_kind(kind))?;
            identities.push((parsed, find(column)?));
        }
        let (statuses, channel) = (mapping.statuses.clone(), mapping.channel.clone());
        Ok(Self { names, at, identities, statuses, versioned_by_times: mapping.versioned_by_times, channel })
    }

    pub fn column(&self, field: Field) -> Option<usize> {
        self.at[field as usize]
    }

    pub fn has(&self, field: Field) -> bool {
        self.at[field as usize].is_some()
    }

    /// The field's cell and its column.
    pub fn cell<'r>(&self, row: &'r Row, field: Field) -> Option<(usize, Cell<'r>)> {
        let column = self.at[field as usize]?;
        Some((column, row.cell(column)?))
    }

    pub fn name(&self, column: usize) -> String {
        self.names.get(column).cloned().unwrap_or_else(|| (column + 1).to_string())
    }

    pub fn status(&self, word: &str) -> Option<Status> {
        self.statuses.get(word).copied().or_else(|| known_status(word))
    }
}

fn unmapped(missing: &[Field]) -> FileError {
    let names: Vec<_> = missing.iter().map(|field| field.as_str()).collect();
    let names = names.join(", ");
    FileError::new(
        "mapping.incomplete",
        format!("No column is mapped to: {names}. Map it and read again."),
        format!("没有列对应：{names}。请补充映射后重试。"),
    )
}

fn no_column(column: &str) -> FileError {
    FileError::new(
        "mapping.no_such_column",
        format!("The mapping names the column \"{column}\", which this file does not have."),
        format!("映射中的列“{column}”在该文件中不存在。"),
    )
}

fn bad_kind(kind: &str) -> FileError {
    FileError::new(
        "mapping.identity_kind",
        format!("\"{kind}\" is no kind of identity: lower-case letters, digits and _ only."),
        format!("“{kind}” 不是合法的身份类型：只能用小写字母、数字和下划线。"),
    )
}
