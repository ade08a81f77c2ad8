//! What a reader tells about a whole file: values it dropped or assumed, counted, with the first line.

use std::collections::BTreeMap;

use crate::problem::Note;

/// How many different details (columns, status words) are told apart.
const DETAILS_MAX: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Noted {
    Masked,
    Enciphered,
    Unusable,
    StatusUnknown,
    QuantityMissing,
}

#[derive(Clone, Debug, Default)]
pub struct Notes {
    found: BTreeMap<(Noted, String), (u64, u64)>,
}

impl Notes {
    pub fn add(&mut self, noted: Noted, line: u64, detail: &str) {
        if let Some((count, _)) = self.found.get_mut(&(noted, detail.to_owned())) {
            *count += 1;
        } else if self.found.len() < DETAILS_MAX {
            self.found.insert((noted, detail.to_owned()), (1, line));
        }
    }

    pub fn list(&self) -> Vec<Note> {
        let note = |(key, value): (&(Noted, String), &(u64, u64))| {
            let (code, en, zh) = sentence(key.0, &key.1);
            Note { code, en, zh, count: value.0, first_line: value.1 }
        };
        self.found.iter().map(note).collect()
    }
}

fn sentence(noted: Noted, detail: &str) -> (&'static str, String, String) {
    match noted {
        Noted::Masked => (
            "identity.masked",
            format!("{detail}: masked values (138****8000) name nobody and were not used"),
            format!("{detail}：打码的值（138****8000）不能识别会员，未使用"),
        ),
        Noted::Enciphered => (
            "identity.enciphered",
            format!("{detail}: values enciphered by the platform (##…, $$…) name nobody and were not used"),
            format!("{detail}：平台加密的值（##…、$$…）不能识别会员，未使用"),
        ),
        Noted::Unusable => (
            "identity.unusable",
            format!("{detail}: values that are no such identity were not used; the orders were taken without it"),
            format!("{detail}：不是有效身份的值未使用，订单照常导入"),
        ),
        Noted::StatusUnknown => (
            "status.unknown",
            format!("the status \"{detail}\" is not known and was taken as paid"),
            format!("状态“{detail}”未知，按已付款处理"),
        ),
        Noted::QuantityMissing => {
            ("quantity.missing", "rows without a quantity were taken as one piece".to_owned(), "没有数量的行按一件处理".to_owned())
        }
    }
}
