//! Which types go together, and how one becomes the other.

use super::{Checker, Typed};
use crate::plan::Step;
use crate::problem::{Problem, shorten};
use crate::tree::Arithmetic;
use crate::value::{Type, Value};

/// The type both have a place in; `None` when there is none.
fn common(a: Type, b: Type) -> Option<Type> {
    match (a, b) {
        _ if a == b => Some(a),
        (Type::Money, other) | (other, Type::Money) if other.is_number() => Some(Type::Money),
        _ if a.is_number() && b.is_number() => Some(Type::Decimal),
        // A text constant may be a day written without DATE.
        (Type::Day, Type::Text) | (Type::Text, Type::Day) => Some(Type::Day),
        _ => None,
    }
}

/// The type of `a op b`, and what each side must become first.
pub(super) fn result(op: Arithmetic, a: Type, b: Type) -> Option<(Type, Type, Type)> {
    use Type::{Day, Decimal, Int, Money};
    let additive = matches!(op, Arithmetic::Add | Arithmetic::Subtract);
    Some(match (a, b) {
        (Int, Int) if op != Arithmetic::Divide => (Int, Int, Int),
        _ if a.is_number() && b.is_number() => (Decimal, a, b),
        (Money, Money) if additive => (Money, Money, Money),
        (Money, Money) if op == Arithmetic::Divide => (Decimal, Money, Money),
        (Money, _) if b.is_number() => (Money, Money, if additive { Money } else { b }),
        (_, Money) if a.is_number() && op != Arithmetic::Divide => (Money, if additive { Money } else { a }, Money),
        (Day, Day) if op == Arithmetic::Subtract => (Int, Day, Day),
        (Day, Int) if additive => (Day, Day, Int),
        (Int, Day) if op == Arithmetic::Add => (Day, Int, Day),
        _ => return None,
    })
}

impl Checker<'_> {
    /// Brings operands to one type, child numbers counted from `first`. With `exactly`, integers among decimals become decimals too,
    /// which a comparison does not need.
    pub(super) fn agree(&mut self, first: usize, operands: Vec<Typed>, exactly: bool) -> Option<(Vec<Typed>, Option<Type>)> {
        let mut ty: Option<Type> = None;
        for (number, operand) in operands.iter().enumerate() {
            let Some(own) = operand.ty else { continue };
            if own == Type::Choices {
                self.at(first + number, |c| {
                    c.refuse(
                        "not_comparable",
                        "several choices are asked one by one: contains(field, 'choice')",
                        "多选字段须逐项判断：contains(字段, '选项')",
                    );
                });
                return None;
            }
            let joined = ty.map_or(Some(own), |ty| common(ty, own));
            if joined.is_none() {
                let expected: Vec<Type> = ty.into_iter().collect();
                self.at(first + number, |c| c.wrong_type("not_comparable", "", Some(own), &expected));
                return None;
            }
            ty = joined;
        }
        let Some(wanted) = ty else { return Some((operands, None)) };
        let mut agreed = Vec::with_capacity(operands.len());
        for (number, operand) in operands.into_iter().enumerate() {
            let loose = !exactly && wanted == Type::Decimal;
            agreed.push(if loose { operand } else { self.at(first + number, |c| c.become_type(operand, wanted))? });
        }
        Some((agreed, ty))
    }

    /// The operand as `wanted`, which is [`common`] to it.
    pub(super) fn become_type(&mut self, operand: Typed, wanted: Type) -> Option<Typed> {
        let Some(own) = operand.ty.filter(|own| *own != wanted) else { return Some(operand) };
        let step = match (own, wanted) {
            (_, Type::Money) if own.is_number() => self.money(operand.step)?,
            (Type::Int, Type::Decimal) => match operand.step {
                Step::Const(Value::Int(n)) => Step::Const(Value::Decimal(n as f64)),
                step => Step::ToDecimal(Box::new(step)),
            },
            (Type::Text, Type::Day) => {
                let Step::Const(Value::Text(text)) = &operand.step else {
                    self.wrong_type("not_comparable", "", Some(own), &[wanted]);
                    return None;
                };
                let Some(day) = perennial_kernel::Day::parse(text) else {
                    self.refuse("day", "a day is written 'YYYY-MM-DD'", "日期应写作 'YYYY-MM-DD'");
                    return None;
                };
                Step::Const(Value::Day(day))
            }
            _ => {
                self.wrong_type("not_comparable", "", Some(own), &[wanted]);
                return None;
            }
        };
        Some(Typed { step, ty: Some(wanted) })
    }

    /// Written numbers become money exactly; computed ones are rounded when evaluated.
    fn money(&mut self, step: Step) -> Option<Step> {
        let Step::Const(value) = &step else {
            return Some(Step::ToMoney { inner: Box::new(step), minor_per_major: self.catalog.minor_per_major() });
        };
        let written = match value {
            Value::Int(n) => n.to_string(),
            Value::Decimal(x) => x.to_string(),
            _ => String::new(),
        };
        let exact = self.catalog.currency.parse_amount(&written);
        if exact.is_none() {
            let (code, scale) = (self.catalog.currency.code(), self.catalog.currency.scale());
            let en = format!("{} is no amount of {code}, which has {scale} decimals", shorten(&written));
            let zh = format!("{} 不是有效的 {code} 金额（{scale} 位小数）", shorten(&written));
            self.refuse("money_decimals", en, zh);
        }
        exact.map(|money| Step::Const(Value::Money(money)))
    }

    /// Reports that a value of one type stands where another is needed. `text` names it when the place does not.
    pub(super) fn wrong_type(&mut self, code: &'static str, text: &str, found: Option<Type>, expected: &[Type]) {
        let names = expected.iter().map(|ty| ty.as_str()).collect::<Vec<_>>().join(", ");
        let found = found.map_or("null", Type::as_str);
        let (en, zh) = (format!("{names} is needed here, this is {found}"), format!("此处需要 {names} 类型，而这是 {found} 类型"));
        let mut problem = Problem::new(code, self.position(), en, zh).expecting(expected);
        if let Some(field) = self.expanding.first().copied().or(Some(text).filter(|text| !text.is_empty())) {
            problem = problem.field(field);
        }
        self.report(problem);
    }
}
