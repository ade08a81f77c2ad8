//! Values of custom fields, checked by type at every door.

use perennial_condition::Name;
use perennial_kernel::{Attribute, Currency, Day, Money};

use super::{CustomField, FieldType};

const TEXT_BYTES_MAX: usize = 500;
/// Up to here an f64 holds every whole number.
const NUMBER_MAX: f64 = 9e15;

/// A value as a door received it: the JSON types, or the text of a cell.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    Text(String),
    /// Digits as they were written.
    Number(String),
    Flag(bool),
    List(Vec<String>),
    /// Money in minor units.
    Minor(i64),
}

/// Why an input is no value of its field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotAValue {
    pub code: &'static str,
    pub message: Name,
}

impl CustomField {
    /// The value, or why it is none.
    pub fn value(&self, input: &Input, currency: Currency) -> Result<Attribute, NotAValue> {
        match self.ty {
            FieldType::Text => text(input).map(Attribute::Text),
            FieldType::Number => number(input).map(Attribute::Number),
            FieldType::Money => money(input, currency).map(Attribute::Money),
            FieldType::Date => date(input).map(Attribute::Day),
            FieldType::Boolean => flag(input).map(Attribute::Bool),
            FieldType::Choice => match input {
                Input::Text(text) => self.choice(text).map(Attribute::Text),
                _ => Err(self.no_choice("")),
            },
            FieldType::MultiChoice => self.several(input).map(Attribute::Choices),
        }
    }

    /// By id, or by what it is called in either language: files say what people read.
    fn choice(&self, text: &str) -> Result<String, NotAValue> {
        let text = text.trim();
        let found = self.choices.iter().find(|(id, label)| id == text || label.en == text || label.zh == text);
        found.map(|(id, _)| id.clone()).ok_or_else(|| self.no_choice(text))
    }

    fn several(&self, input: &Input) -> Result<Vec<String>, NotAValue> {
        let parts: Vec<&str> = match input {
            Input::List(list) => list.iter().map(String::as_str).collect(),
            Input::Text(text) => text.split([',', '，', ';', '；', '、', '|']).filter(|part| !part.trim().is_empty()).collect(),
            _ => return Err(self.no_choice("")),
        };
        let mut chosen = parts.into_iter().map(|part| self.choice(part)).collect::<Result<Vec<_>, _>>()?;
        chosen.sort();
        chosen.dedup();
        Ok(chosen)
    }

    fn no_choice(&self, text: &str) -> NotAValue {
        let ids = self.choices.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", ");
        let shown: String = text.chars().take(40).collect();
        let (en, zh) = (format!("\"{shown}\" is none of the choices: {ids}"), format!("“{shown}”不在选项之列：{ids}"));
        NotAValue { code: "field.choice", message: Name::new(en, zh) }
    }

    /// As a person reads and writes it; what [`Self::value`] reads back.
    pub fn text_of(&self, value: &Attribute, currency: Currency) -> String {
        text_of(value, currency)
    }
}

/// A stored value in words: choices by their ids.
pub fn text_of(value: &Attribute, currency: Currency) -> String {
    match value {
        Attribute::Text(text) => text.clone(),
        Attribute::Number(number) => number.to_string(),
        Attribute::Money(money) => currency.format(*money),
        Attribute::Bool(flag) => flag.to_string(),
        Attribute::Day(day) => day.to_string(),
        Attribute::Choices(list) => list.join(","),
        Attribute::Cleared => String::new(),
    }
}

fn refuse<T>(code: &'static str, en: &str, zh: &str) -> Result<T, NotAValue> {
    Err(NotAValue { code, message: Name::new(en, zh) })
}

fn text(input: &Input) -> Result<String, NotAValue> {
    let Input::Text(text) = input else { return refuse("field.type", "must be a text", "须为文本") };
    let text = text.trim();
    if text.is_empty() || text.len() > TEXT_BYTES_MAX || text.chars().any(char::is_control) {
        return refuse("field.text", "must have 1 to 500 bytes and no control characters", "须为 1 到 500 字节，且不含控制字符");
    }
    Ok(text.to_owned())
}

fn number(input: &Input) -> Result<f64, NotAValue> {
    let (Input::Text(text) | Input::Number(text)) = input else { return refuse("field.type", "must be a number", "须为数字") };
    match text.trim().parse::<f64>() {
        // One zero: -0 would print otherwise and hash otherwise.
        Ok(number) if number.abs() <= NUMBER_MAX => Ok(number + 0.0),
        _ => refuse("field.number", "must be a number of at most 15 digits", "须为不超过 15 位的数字"),
    }
}

fn money(input: &Input, currency: Currency) -> Result<Money, NotAValue> {
    let read = match input {
        Input::Minor(minor) => Some(Money(*minor)),
        Input::Text(text) => currency.parse_amount(text),
        Input::Number(_) | Input::Flag(_) | Input::List(_) => None,
    };
    let within = read.filter(|money| money.0.unsigned_abs() <= NUMBER_MAX as u64);
    within.map_or_else(
        || {
            let code = currency.code();
            let (en, zh) = (
                format!("must be an amount of {code}: a text such as \"12.50\" or {{\"minor\": 1250}}"),
                format!("须为 {code} 金额：如 \"12.50\" 或 {{\"minor\": 1250}}"),
            );
            refuse("field.money", &en, &zh)
        },
        Ok,
    )
}

fn date(input: &Input) -> Result<Day, NotAValue> {
    let Input::Text(text) = input else {
        return refuse("field.type", "must be a day such as \"2026-01-31\"", "须为日期，如 \"2026-01-31\"");
    };
    Day::parse(text.trim()).map_or_else(|| refuse("field.date", "must be a day such as 2026-01-31", "须为日期，如 2026-01-31"), Ok)
}

fn flag(input: &Input) -> Result<bool, NotAValue> {
    let word = match input {
        Input::Flag(flag) => return Ok(*flag),
        Input::Text(text) => text.trim().to_lowercase(),
        Input::Number(_) | Input::List(_) | Input::Minor(_) => String::new(),
    };
    match word.as_str() {
        "true" | "yes" | "是" => Ok(true),
        "false" | "no" | "否" => Ok(false),
        _ => refuse("field.boolean", "must be true or false", "须为“是”或“否”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(ty: FieldType) -> CustomField {
        let choices = [("dry", "Dry", "干性"), ("oily", "Oily", "油性")].map(|(id, en, zh)| (id.to_owned(), Name::new(en, zh))).to_vec();
        let choices = if ty.has_choices() { choices } else { Vec::new() };
        CustomField { id: "f".into(), ty, label: Name::new("F", "字段"), personal: false, choices }
    }

    #[test]
    fn each_type_takes_its_values_and_no_others() {
        let cny = Currency::parse("CNY").unwrap();
        let (text, number) = (|t: &str| Input::Text(t.to_owned()), |t: &str| Input::Number(t.to_owned()));
        let list = |l: &[&str]| Input::List(l.iter().map(|one| (*one).to_owned()).collect());
        let choices = |l: &[&str]| Attribute::Choices(l.iter().map(|one| (*one).to_owned()).collect());
        let good = [
            (FieldType::Text, text(" 喜欢红色 "), Attribute::Text("喜欢红色".into())),
            (FieldType::Number, number("-1.5"), Attribute::Number(-1.5)),
            (FieldType::Number, text("42"), Attribute::Number(42.0)),
            (FieldType::Money, text("12.50"), Attribute::Money(Money(1250))),
            (FieldType::Money, Input::Minor(7), Attribute::Money(Money(7))),
            (FieldType::Date, text("2026-02-28"), Attribute::Day(Day::parse("2026-02-28").unwrap())),
            (FieldType::Boolean, Input::Flag(false), Attribute::Bool(false)),
            (FieldType::Boolean, text("是"), Attribute::Bool(true)),
            (FieldType::Choice, text("干性"), Attribute::Text("dry".into())),
            (FieldType::MultiChoice, list(&["oily", "dry", "oily"]), choices(&["dry", "oily"])),
            (FieldType::MultiChoice, text("油性、干性"), choices(&["dry", "oily"])),
            (FieldType::MultiChoice, list(&[]), choices(&[])),
        ];
        for (ty, input, value) in good {
            let field = field(ty);
            assert_eq!(field.value(&input, cny), Ok(value.clone()), "{ty:?} {input:?}");
            if value != choices(&[]) {
                assert_eq!(field.value(&Input::Text(field.text_of(&value, cny)), cny), Ok(value), "read back");
            }
        }
        let bad = [
            (FieldType::Text, text(" "), "field.text"),
            (FieldType::Text, text("a\u{7}"), "field.text"),
            (FieldType::Text, number("3"), "field.type"),
            (FieldType::Number, text("NaN"), "field.number"),
            (FieldType::Number, number("1e300"), "field.number"),
            (FieldType::Number, Input::Flag(true), "field.type"),
            (FieldType::Money, number("12.5"), "field.money"),
            (FieldType::Money, text("12.505"), "field.money"),
            (FieldType::Date, text("2026-02-30"), "field.date"),
            (FieldType::Boolean, number("1"), "field.boolean"),
            (FieldType::Choice, text("wet"), "field.choice"),
            (FieldType::MultiChoice, list(&["dry", "wet"]), "field.choice"),
        ];
        for (ty, input, code) in bad {
            let refused = field(ty).value(&input, cny).expect_err("no value");
            assert_eq!(refused.code, code, "{ty:?} {input:?}");
            assert!(!refused.message.zh.is_ascii(), "{ty:?}");
        }
    }
}
