//! 简体中文句子：按会员运营的说法，而不是逐词翻译。

use super::{Quantity, Scope, Shape, existence, quantity};
use crate::catalog::Lang;
use crate::tree::{Aggregate, Arithmetic, Comparison, Expr, Function, Literal, Operand, Part, Summary};

pub(super) fn condition(expr: &Expr, scope: Scope<'_>) -> String {
    match expr {
        Expr::And(parts) => group(parts, "且", "所有会员", scope),
        Expr::Or(parts) => group(parts, "或", "没有会员", scope),
        Expr::Not(part) => format!("不满足（{}）", condition(part, scope)),
        Expr::Holds(Operand::Literal(Literal::Bool(true))) => "所有会员".to_owned(),
        Expr::Holds(Operand::Literal(_)) => "没有会员".to_owned(),
        Expr::Holds(Operand::Call { function: Function::Contains, arguments }) => contains(arguments, scope),
        Expr::Holds(flag) => format!("{}为“是”", operand(flag, Shape::Plain, scope)),
        Expr::Compare { op, left, right } => compare(*op, left, right, scope),
        Expr::Between { value, low, high, negated } => {
            let shape = scope.shape_of([value, low, high]);
            let (low, high) = (operand(low, shape, scope), operand(high, shape, scope));
            format!("{}{}在{low}至{high}之间", subject(value, shape, scope), if *negated { "不" } else { "" })
        }
        Expr::In { value, list, negated } => {
            let shape = scope.shape_of(std::iter::once(value).chain(list));
            let said = list.iter().map(|entry| operand(&scope.called(value, entry, Lang::Zh), shape, scope)).collect::<Vec<_>>().join("、");
            let value = subject(value, shape, scope);
            match (list.len(), negated) {
                (1, false) => format!("{value}为{said}"),
                (1, true) => format!("{value}不为{said}"),
                (_, false) => format!("{value}为{said}之一"),
                (_, true) => format!("{value}不在{said}之列"),
            }
        }
        Expr::Null { value, negated } => match existence(value) {
            Some(a) => existing(a, *negated, scope),
            None => format!("{}{}", subject(value, Shape::Plain, scope), if *negated { "有值" } else { "没有值" }),
        },
        Expr::Distinct { left, right, negated } => {
            let shape = scope.shape_of([left, right]);
            let word = if *negated { "相同" } else { "不同" };
            format!("{}与{}{word}（没有值也参与比较）", subject(left, shape, scope), operand(right, shape, scope))
        }
        Expr::Like { value, part, text, negated } => {
            let not = if *negated { "不" } else { "" };
            let value = operand(value, Shape::Plain, scope);
            match part {
                Part::Start => format!("{value}{not}以“{text}”开头"),
                Part::End => format!("{value}{not}以“{text}”结尾"),
                Part::Anywhere => format!("{value}{not}包含“{text}”"),
            }
        }
    }
}

fn group(parts: &[Expr], word: &str, empty: &str, scope: Scope<'_>) -> String {
    let said: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Expr::And(inner) | Expr::Or(inner) if inner.len() > 1 && parts.len() > 1 => format!("（{}）", condition(part, scope)),
            _ => condition(part, scope),
        })
        .collect();
    if said.is_empty() { empty.to_owned() } else { said.join(&format!("，{word}")) }
}

fn compare(op: Comparison, left: &Operand, right: &Operand, scope: Scope<'_>) -> String {
    if let Some((aggregate, quantity)) = quantity(op, left, right) {
        return match quantity {
            Quantity::Nothing => existing(aggregate, false, scope),
            Quantity::Something => existing(aggregate, true, scope),
            Quantity::Some(op, n) => format!("{}{}{n}次", facts(aggregate, scope), word(op, Shape::Times)),
        };
    }
    let shape = scope.shape_of([left, right]);
    format!("{}{}{}", subject(left, shape, scope), word(op, shape), operand(&scope.called(left, right, Lang::Zh), shape, scope))
}

fn contains(arguments: &[Operand], scope: Scope<'_>) -> String {
    let [several, one] = arguments else { return String::new() };
    let one = scope.called(several, one, Lang::Zh);
    format!("{}包含{}", operand(several, Shape::Plain, scope), operand(&one, Shape::Plain, scope))
}

fn word(op: Comparison, shape: Shape) -> &'static str {
    match (op, shape) {
        (Comparison::Equal, Shape::Money) => "等于",
        (Comparison::Equal, Shape::Days | Shape::Times) => "正好",
        (Comparison::NotEqual, Shape::Money | Shape::Days | Shape::Times) => "不等于",
        (Comparison::Equal, _) => "为",
        (Comparison::NotEqual, _) => "不为",
        (Comparison::Less, Shape::Days) => "不足",
        (Comparison::Less, Shape::Times) => "少于",
        (Comparison::Less, Shape::Money) => "低于",
        (Comparison::Less, Shape::Day) => "早于",
        (Comparison::Less, Shape::Plain) => "小于",
        (Comparison::LessOrEqual, Shape::Day) => "不晚于",
        (Comparison::LessOrEqual, _) => "不超过",
        (Comparison::Greater, Shape::Day) => "晚于",
        (Comparison::Greater, Shape::Plain) => "大于",
        (Comparison::Greater, _) => "超过",
        (Comparison::GreaterOrEqual, Shape::Days) => "已满",
        (Comparison::GreaterOrEqual, Shape::Money) => "达到",
        (Comparison::GreaterOrEqual, Shape::Day) => "不早于",
        (Comparison::GreaterOrEqual, Shape::Times | Shape::Plain) => "不少于",
    }
}

/// 有没有：`近 30 天内有消费`、`从未下单`。
fn existing(a: &Aggregate, exists: bool, scope: Scope<'_>) -> String {
    let noun = format!("{}{}", filter(a, scope), scope.kind_label(a, Lang::Zh));
    match (a.window, exists) {
        (None, true) => format!("有过{noun}"),
        (None, false) => format!("从未有过{noun}"),
        (Some(_), true) => format!("{}有{noun}", window(a)),
        (Some(_), false) => format!("{}没有{noun}", window(a)),
    }
}

/// `近 90 天内渠道为“门店”的下单`。
fn facts(a: &Aggregate, scope: Scope<'_>) -> String {
    let window = if a.window.is_none() { "累计".to_owned() } else { window(a) };
    format!("{window}{}{}", filter(a, scope), scope.kind_label(a, Lang::Zh))
}

fn window(a: &Aggregate) -> String {
    match a.window {
        None => String::new(),
        Some(w) if w.ending_days_ago == 0 && w.days == 1 => "今天".to_owned(),
        Some(w) if w.ending_days_ago == 0 => format!("近{}天内", w.days),
        Some(w) => format!("截至{}天前的{}天内", w.ending_days_ago, w.days),
    }
}

fn filter(a: &Aggregate, scope: Scope<'_>) -> String {
    a.filter.as_ref().map(|filter| format!("{}的", condition(filter, scope.inside(a)))).unwrap_or_default()
}

/// 句首的运算数：与天数比较时说“距……”，而不是“距……的天数”。
fn subject(value: &Operand, shape: Shape, scope: Scope<'_>) -> String {
    match value {
        Operand::Call { function: Function::DaysSince, arguments } if shape == Shape::Days => since(arguments, scope),
        _ => operand(value, shape, scope),
    }
}

fn since(arguments: &[Operand], scope: Scope<'_>) -> String {
    match arguments {
        [day] => match existence(day) {
            Some(a) => format!("距{}", nth(a, scope)),
            None => format!("距{}", operand(day, Shape::Day, scope)),
        },
        _ => String::new(),
    }
}

/// `近 90 天内首次下单`、`最近一次消费`。
fn nth(a: &Aggregate, scope: Scope<'_>) -> String {
    let nth = if a.function == Summary::First { "首次" } else { "最近一次" };
    format!("{}{nth}{}{}", window(a), filter(a, scope), scope.kind_label(a, Lang::Zh))
}

/// The operand, its numbers in the unit of `shape`.
pub(super) fn operand(value: &Operand, shape: Shape, scope: Scope<'_>) -> String {
    match value {
        Operand::Literal(value) => literal(value, shape, scope),
        Operand::Field(name) => scope.label(name, Lang::Zh),
        Operand::Aggregate(a) => aggregate(a, scope),
        Operand::Negate(inner) => format!("−（{}）", operand(inner, shape, scope)),
        Operand::Arithmetic { op, left, right } => {
            let (sign, shape) = match op {
                Arithmetic::Add => ("+", shape),
                Arithmetic::Subtract => ("−", shape),
                Arithmetic::Multiply => ("×", Shape::Plain),
                Arithmetic::Divide => ("÷", Shape::Plain),
            };
            format!("{} {sign} {}", part(left, shape, scope), part(right, shape, scope))
        }
        Operand::Call { function, arguments } => {
            let list: Vec<String> = arguments.iter().map(|argument| operand(argument, shape, scope)).collect();
            match function {
                Function::Greatest => format!("{}中的最大值", list.join("、")),
                Function::Least => format!("{}中的最小值", list.join("、")),
                Function::Coalesce => list.join("（没有值时取）"),
                Function::DaysSince => format!("{}的天数", since(arguments, scope)),
                Function::Today => "今天".to_owned(),
                Function::Contains => contains(arguments, scope),
            }
        }
    }
}

fn part(value: &Operand, shape: Shape, scope: Scope<'_>) -> String {
    let said = operand(value, shape, scope);
    if matches!(value, Operand::Arithmetic { .. }) { format!("（{said}）") } else { said }
}

fn aggregate(a: &Aggregate, scope: Scope<'_>) -> String {
    let measure = scope.measure_label(a, Lang::Zh);
    match a.function {
        Summary::Count => format!("{}次数", facts(a, scope)),
        Summary::Sum if a.window.is_none() => format!("{}{measure}", facts(a, scope)),
        Summary::Sum => format!("{}{measure}合计", facts(a, scope)),
        Summary::Average => format!("{}平均每次{}{}{measure}", window(a), filter(a, scope), scope.kind_label(a, Lang::Zh)),
        Summary::First | Summary::Last => format!("{}日期", nth(a, scope)),
    }
}

fn literal(value: &Literal, shape: Shape, scope: Scope<'_>) -> String {
    match (value, shape) {
        (_, Shape::Money) if let Some(amount) = scope.amount(value) => match scope.catalog.currency.code() {
            "CNY" => format!("{amount}元"),
            code => format!("{amount} {code}"),
        },
        (Literal::Int(n), Shape::Days) => format!("{n}天"),
        (Literal::Int(n), Shape::Times) => format!("{n}次"),
        (Literal::Null, _) => "空值".to_owned(),
        (Literal::Bool(true), _) => "“是”".to_owned(),
        (Literal::Bool(false), _) => "“否”".to_owned(),
        (Literal::Int(n), _) => n.to_string(),
        (Literal::Decimal(x), _) => x.to_string(),
        (Literal::Text(text), _) => format!("“{text}”"),
        (Literal::Day(day), _) => {
            let (year, month, day) = day.ymd();
            format!("{year}年{month}月{day}日")
        }
    }
}
