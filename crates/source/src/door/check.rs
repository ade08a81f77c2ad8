//! Checks shared by all inputs; problems are gathered, not returned one at a time.

use perennial_kernel::{Identity, IdentityKind, Instant, Money, Personal, Quantity};

use super::FieldProblem;
use super::input::{AmountInput, MemberInput};
use crate::context::Context;
use crate::problem::{Problem, shorten};
use crate::value::cell::{self, Cell, Kind};
use crate::value::person::{self, Person};
use crate::value::{amount, time};

pub struct Check<'a> {
    pub context: &'a Context,
    pub problems: Vec<FieldProblem>,
}

impl<'a> Check<'a> {
    pub fn new(context: &'a Context) -> Self {
        Self { context, problems: Vec::new() }
    }

    pub fn add(&mut self, pointer: &str, problem: Problem) {
        self.problems.push(FieldProblem::new(pointer, problem));
    }

    fn keep<T>(&mut self, pointer: &str, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.add(pointer, problem)).ok()
    }

    pub fn missing(&mut self, pointer: &str) {
        self.add(pointer, Problem::new("field.missing", "must be given", "必填"));
    }

    /// A name of an object or source: as [`cell::id`], and not empty. Blanks at the ends are refused, not removed.
    pub fn id(&mut self, pointer: &str, text: &str) -> String {
        if text.is_empty() {
            self.missing(pointer);
            return String::new();
        }
        if text.trim() != text {
            self.add(pointer, Problem::new("id.blanks", "begins or ends with a blank", "首尾有空白"));
            return String::new();
        }
        self.keep(pointer, cell::id(Cell::text(text))).unwrap_or_default()
    }

    /// Words for people, without control characters and at most 500 bytes; empty is nothing.
    pub fn words(&mut self, pointer: &str, text: Option<&String>) -> Option<String> {
        let text = text.map(|text| text.trim()).filter(|text| !text.is_empty())?;
        if text.len() > 500 {
            self.add(pointer, Problem::new("text.too_long", "is longer than 500 bytes", "超过 500 字节"));
        } else if text.chars().any(char::is_control) {
            self.add(pointer, Problem::new("text.control", "holds control characters", "含有控制字符"));
        }
        Some(text.to_owned())
    }

    pub fn instant(&mut self, pointer: &str, text: Option<&String>) -> Option<Instant> {
        let text = text?;
        let Some(cell) = Cell::new(text, Kind::Text) else {
            self.missing(pointer);
            return None;
        };
        let context = self.context;
        self.keep(pointer, time::instant(cell, context))
    }

    /// An integer, else the modified time in milliseconds.
    pub fn version(&mut self, version: Option<&String>, modified_at: Option<&String>) -> Option<i64> {
        if let Some(text) = version {
            let parsed = text.trim().parse().map_err(|_| {
                let shown = shorten(text);
                Problem::new("version.unreadable", format!("\"{shown}\" is no integer"), format!("“{shown}” 不是整数"))
            });
            return self.keep("/version", parsed);
        }
        self.instant("/modified_at", modified_at).map(|at| at.0)
    }

    pub fn currency(&mut self, pointer: &str, text: Option<&String>) {
        if let Some(text) = text {
            let currency = self.context.currency;
            self.keep(pointer, amount::same_currency(text, currency));
        }
    }

    pub fn money(&mut self, pointer: &str, input: Option<&AmountInput>) -> Option<Money> {
        let currency = self.context.currency;
        match input? {
            AmountInput::Number(text) => {
                let shown = shorten(text);
                let en = format!("money is a text such as \"12.50\" or {{\"minor\": 1250}}, not the number {shown}");
                self.add(
                    pointer,
                    Problem::new("money.number", en, format!("金额须为文本（如 \"12.50\"）或 {{\"minor\": 1250}}，不能是数字 {shown}")),
                );
                None
            }
            AmountInput::Text(text) => {
                let Some(cell) = Cell::new(text, Kind::Text) else {
                    self.missing(pointer);
                    return None;
                };
                self.keep(pointer, amount::money(cell, currency))
            }
            AmountInput::Minor { minor, currency: code, scale } => {
                self.currency(&format!("{pointer}/currency"), code.as_ref());
                if scale.is_some_and(|scale| scale != currency.scale()) {
                    let (code, decimals) = (currency.code(), currency.scale());
                    let zh = format!("{code} 的小数位为 {decimals}");
                    self.add(&format!("{pointer}/scale"), Problem::new("money.scale", format!("{code} has {decimals} decimals"), zh));
                }
                self.keep(pointer, amount::within_limit(Money(*minor), &minor.to_string()))
            }
        }
    }

    pub fn not_negative(&mut self, pointer: &str, money: Option<Money>) {
        if money.is_some_and(|money| money < Money::ZERO) {
            self.add(pointer, Problem::new("number.negative", "must not be negative", "不能为负"));
        }
    }

    pub fn quantity(&mut self, pointer: &str, text: &str) -> Quantity {
        let Some(cell) = Cell::new(text, Kind::Text) else {
            self.missing(pointer);
            return Quantity::ZERO;
        };
        self.keep(pointer, amount::quantity(cell)).unwrap_or_default()
    }

    /// Identities strongest first. What names nobody is refused here: an API client can mend it.
    pub fn member(&mut self, member: &MemberInput) -> (Vec<Identity>, Personal) {
        let own = [
            ("/member/number", IdentityKind::Number, &member.number),
            ("/member/phone", IdentityKind::Phone, &member.phone),
            ("/member/email", IdentityKind::Email, &member.email),
            ("/member/wechat_union", IdentityKind::WechatUnion, &member.wechat_union),
            ("/member/wechat_open", IdentityKind::WechatOpen, &member.wechat_open),
        ];
        let mut identities = Vec::new();
        for (pointer, kind, text) in own {
            if let Some(text) = text {
                identities.extend(self.identity(pointer, kind, text));
            }
        }
        for (kind, text) in &member.other {
            let pointer = format!("/member/{}", kind.replace('~', "~0").replace('/', "~1"));
            match IdentityKind::parse(kind) {
                Some(kind) => identities.extend(self.identity(&pointer, kind, text)),
                None => self.add(&pointer, Problem::new("identity.kind", "is no kind of identity", "不是合法的身份类型")),
            }
        }
        let mut personal = Personal::default();
        for (pointer, field, text) in [("/member/name", "name", &member.name), ("/member/address", "address", &member.address)] {
            if let Some(words) = self.words(pointer, text.as_ref()) {
                personal.0.push((field.to_owned(), words));
            }
        }
        (identities, personal)
    }

    fn identity(&mut self, pointer: &str, kind: IdentityKind, text: &str) -> Option<Identity> {
        let cell = Cell::new(text, Kind::Text)?;
        let shown = match self.keep(pointer, person::identity(&kind, cell))? {
            Person::Known(identity) => return Some(identity),
            Person::Masked => ("identity.masked", "is masked and names nobody", "是打码的值，不能识别会员"),
            Person::Enciphered => ("identity.enciphered", "is a platform's ciphertext and names nobody", "是平台密文，不能识别会员"),
            Person::Unusable => ("identity.unusable", "is no such identity", "不是有效的身份"),
        };
        self.add(pointer, Problem::new(shown.0, shown.1, shown.2));
        None
    }
}
