//! What a person is shown of a staged file before and after a dry run. Samples are masked before they are kept.

use perennial_kernel::IdentityKind;
use perennial_source::{BadRow, Field, Inspection, Mapping};
use serde::{Deserialize, Serialize};

use crate::import::{Counts, DryRun};
use crate::query::mask;

/// So many problems are shown; all of them come with the bad rows.
pub const PROBLEMS_SHOWN: usize = 20;

/// How a staged file was understood.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Found {
    /// `None` for a workbook.
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    /// From 1; 0 when there is no header.
    pub header_line: u64,
    pub rows: u64,
    pub columns: Vec<FoundColumn>,
    /// Fields without which the file cannot be read, and which are not mapped.
    pub missing: Vec<String>,
    pub first_bad: Vec<ShownRow>,
    /// The mapping is one that was saved for a file with the same columns.
    pub remembered: bool,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FoundColumn {
    pub name: String,
    pub field: Option<String>,
    /// The kind of a further identity it is mapped to.
    pub identity: Option<String>,
    pub confidence: f64,
    pub filled: f64,
    /// Masked where they may be personal.
    pub samples: Vec<String>,
}

/// A bad row without its cells.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShownRow {
    pub line: u64,
    pub column: Option<String>,
    pub code: String,
    pub en: String,
    pub zh: String,
}

/// What a dry run came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tried {
    pub shift_days: i32,
    pub records: u64,
    pub new: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: u64,
    pub bad: u64,
    pub first_bad: Vec<ShownRow>,
}

impl Found {
    pub fn new(seen: &Inspection, remembered: bool) -> Self {
        let column = |column: &perennial_source::Column| {
            let identity = seen.mapping.identities.iter().find(|(_, name)| **name == column.name).map(|(kind, _)| kind.clone());
            FoundColumn {
                name: column.name.clone(),
                field: column.field.map(|field| field.as_str().to_owned()),
                confidence: column.confidence,
                filled: column.filled,
                samples: column.samples.iter().map(|sample| shown(&column.name, column.field, identity.as_deref(), sample)).collect(),
                identity,
            }
        };
        Self {
            encoding: seen.encoding.map(str::to_owned),
            delimiter: seen.delimiter,
            header_line: seen.header_line,
            rows: seen.rows,
            columns: seen.columns.iter().map(column).collect(),
            missing: seen.missing.iter().map(|field| field.as_str().to_owned()).collect(),
            first_bad: seen.first_bad.iter().map(ShownRow::from).collect(),
            remembered,
        }
    }
}

impl From<&BadRow> for ShownRow {
    fn from(row: &BadRow) -> Self {
        Self { line: row.line, column: row.column.clone(), code: row.code.to_owned(), en: row.en.clone(), zh: row.zh.clone() }
    }
}

impl From<&DryRun> for Tried {
    fn from(told: &DryRun) -> Self {
        let Counts { new, updated, unchanged, skipped, bad } = told.counts;
        let first_bad = told.first_bad(PROBLEMS_SHOWN).iter().map(ShownRow::from).collect();
        Self { shift_days: told.shift_days, records: told.records, new, updated, unchanged, skipped, bad, first_bad }
    }
}

/// What makes columns known again: their names, in any order. Nothing where the file has none.
pub fn header_set(found: &Found) -> Option<String> {
    use sha2::{Digest, Sha256};
    if found.header_line == 0 {
        return None;
    }
    let mut names: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
    names.sort_unstable();
    let digest = Sha256::digest(names.join("\u{1f}").as_bytes());
    Some(digest[..16].iter().fold("mapping ".to_owned(), |text, byte| text + &format!("{byte:02x}")))
}

/// Fields that must be mapped before the file can be read.
pub fn missing(mapping: &Mapping) -> Vec<String> {
    mapping.missing().into_iter().map(|field| field.as_str().to_owned()).collect()
}

/// Words of headers over what may name a person, where nothing is mapped.
const TELLING: &[&str] = &[
    "姓名",
    "收货",
    "收件",
    "买家",
    "旺旺",
    "昵称",
    "地址",
    "电话",
    "手机",
    "微信",
    "身份证",
    "证件",
    "账号",
    "邮箱",
    "生日",
    "备注",
    "留言",
    "name",
    "phone",
    "mobile",
    "tel",
    "mail",
    "address",
    "wechat",
    "weixin",
    "openid",
    "unionid",
    "passport",
    "birthday",
    "note",
    "remark",
];

fn shown(header: &str, field: Option<Field>, identity: Option<&str>, sample: &str) -> String {
    let kind = |kind: IdentityKind| mask::identity(kind.as_str(), sample);
    match (field, identity) {
        (Some(Field::Phone), _) => kind(IdentityKind::Phone),
        (Some(Field::Email), _) => kind(IdentityKind::Email),
        (Some(Field::WechatUnion), _) => kind(IdentityKind::WechatUnion),
        (Some(Field::WechatOpen), _) => kind(IdentityKind::WechatOpen),
        (Some(Field::Name | Field::Address), _) => mask::name(sample),
        (_, Some(named)) => mask::identity(named, sample),
        // Member numbers may be phones in disguise: shops like to use them so.
        (Some(Field::Number), None) => {
            if looks_reachable(sample) {
                kind(IdentityKind::Phone)
            } else {
                sample.to_owned()
            }
        }
        (Some(_), None) => sample.to_owned(),
        (None, None) => {
            let header = header.to_lowercase();
            if sample.contains('@') {
                kind(IdentityKind::Email)
            } else if looks_reachable(sample) {
                kind(IdentityKind::Phone)
            } else if TELLING.iter().any(|word| header.contains(word)) {
                mask::name(sample)
            } else {
                sample.to_owned()
            }
        }
    }
}

/// Ten or more digits with little else: a phone, an identity card, an account.
fn looks_reachable(sample: &str) -> bool {
    let digits = sample.chars().filter(char::is_ascii_digit).count();
    digits >= 10 && digits * 10 >= sample.chars().count() * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_that_may_name_a_person_are_masked_and_others_stay() {
        for (header, field, sample, expected) in [
            ("手机", Some(Field::Phone), "19900000001", "199****0001"),
            ("买家", None, "小红2024", "小*****"),
            ("备用", None, "19900000001", "199****0001"),
            ("x", None, "li@example.cn", "l***@example.cn"),
            ("会员号", Some(Field::Number), "A-77", "A-77"),
            ("会员号", Some(Field::Number), "19900000001", "199****0001"),
            ("商品", Some(Field::Product), "连衣裙", "连衣裙"),
            ("颜色", None, "红", "红"),
            ("订单号", Some(Field::OrderId), "20240105100000001", "20240105100000001"),
        ] {
            assert_eq!(shown(header, field, None, sample), expected, "{header} {sample}");
        }
        assert_eq!(shown("旺旺", None, Some("taobao"), "tb12345678abc"), "tb12****8abc");
    }
}
