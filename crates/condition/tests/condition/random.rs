//! Random trees and members, drawn from bytes so that a failure shrinks: no bytes left means the simplest choice.

use perennial_condition::tree::{Aggregate, Arithmetic, Comparison, Expr, Function, Literal, Operand, Part, Summary, Window};
use perennial_condition::{Type, Value};
use perennial_kernel::{Day, Money};

use crate::members::{FactOf, Member, choices, today};

pub struct Dice<'a> {
    bytes: &'a [u8],
}

impl<'a> Dice<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        usize::from(*first) % sides
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())].clone()
    }

    fn flip(&mut self) -> bool {
        self.roll(2) == 1
    }
}

/// What random conditions may contain.
#[derive(Clone, Copy)]
pub struct Taste {
    pub aggregates: bool,
    /// Only what SQLite computes the same way: no money rounded, no field that drifts freely.
    pub sql: bool,
    /// Fields that drift freely.
    pub daily: bool,
}

/// A condition that passes the checker.
pub fn typed(dice: &mut Dice<'_>, depth: usize, taste: Taste) -> Expr {
    if depth > 0 {
        match dice.roll(7) {
            1 | 4 => return Expr::And((0..2 + dice.roll(2)).map(|_| typed(dice, depth - 1, taste)).collect()),
            2 | 5 => return Expr::Or((0..2 + dice.roll(2)).map(|_| typed(dice, depth - 1, taste)).collect()),
            3 => return Expr::Not(Box::new(typed(dice, depth - 1, taste))),
            _ => {}
        }
    }
    let ty = dice.pick(&[Type::Int, Type::Int, Type::Money, Type::Decimal, Type::Text, Type::Day]);
    let one = |dice: &mut Dice<'_>| operand(dice, ty, 2, taste);
    let negated = dice.flip();
    match dice.roll(8) {
        0..=2 => Expr::Compare { op: dice.pick(&Comparison::ALL), left: one(dice), right: one(dice) },
        3 => Expr::Between { value: one(dice), low: one(dice), high: one(dice), negated },
        4 => Expr::In { value: one(dice), list: (0..=dice.roll(3)).map(|_| one(dice)).collect(), negated },
        5 => Expr::Null { value: one(dice), negated },
        6 => Expr::Distinct { left: one(dice), right: one(dice), negated },
        _ if dice.roll(3) == 1 => {
            let arguments = vec![Operand::Field("interests".into()), operand(dice, Type::Text, 1, taste)];
            Expr::Holds(Operand::Call { function: Function::Contains, arguments })
        }
        _ if dice.flip() => Expr::Holds(dice.pick(&[
            Operand::Field("consent".into()),
            Operand::Literal(Literal::Bool(true)),
            Operand::Literal(Literal::Null),
        ])),
        _ => {
            let part = dice.pick(&[Part::Start, Part::End, Part::Anywhere]);
            Expr::Like { value: operand(dice, Type::Text, 1, taste), part, text: dice.pick(&["a", "B", "ab", "a%b", "_"]).into(), negated }
        }
    }
}

fn operand(dice: &mut Dice<'_>, ty: Type, depth: usize, taste: Taste) -> Operand {
    match dice.roll(8) {
        0..=2 => return field(dice, ty, taste),
        3 | 4 => return literal(dice, ty),
        5 if taste.aggregates => return aggregate(dice, ty, depth, taste),
        _ if depth == 0 => return field(dice, ty, taste),
        _ => {}
    }
    let one = |dice: &mut Dice<'_>, ty| Box::new(operand(dice, ty, depth - 1, taste));
    let arithmetic = |op, left, right| Operand::Arithmetic { op, left, right };
    match (dice.roll(6), ty) {
        (0, _) => {
            let function = dice.pick(&[Function::Greatest, Function::Least, Function::Coalesce]);
            Operand::Call { function, arguments: (0..2 + dice.roll(2)).map(|_| *one(dice, ty)).collect() }
        }
        (1, Type::Int) => Operand::Call { function: Function::DaysSince, arguments: vec![*one(dice, Type::Day)] },
        (2, Type::Int) => arithmetic(Arithmetic::Subtract, one(dice, Type::Day), one(dice, Type::Day)),
        (_, Type::Day) if dice.flip() => Operand::Call { function: Function::Today, arguments: Vec::new() },
        (_, Type::Day) => arithmetic(dice.pick(&[Arithmetic::Add, Arithmetic::Subtract]), one(dice, Type::Day), one(dice, Type::Int)),
        (_, Type::Text | Type::Bool | Type::Choices) => field(dice, ty, taste),
        (3, _) => Operand::Negate(one(dice, ty)),
        (4, Type::Decimal) => arithmetic(Arithmetic::Divide, one(dice, Type::Int), one(dice, Type::Int)),
        (4, Type::Money) => arithmetic(Arithmetic::Multiply, one(dice, Type::Money), one(dice, Type::Int)),
        (5, Type::Money) if !taste.sql => {
            let op = dice.pick(&[Arithmetic::Multiply, Arithmetic::Divide]);
            arithmetic(op, one(dice, Type::Money), one(dice, Type::Decimal))
        }
        (_, Type::Money) => arithmetic(dice.pick(&[Arithmetic::Add, Arithmetic::Subtract]), one(dice, ty), one(dice, ty)),
        (_, Type::Int) => arithmetic(dice.pick(&Arithmetic::ALL[..3]), one(dice, ty), one(dice, ty)),
        (_, Type::Decimal) => arithmetic(dice.pick(&Arithmetic::ALL), one(dice, Type::Decimal), one(dice, Type::Decimal)),
    }
}

fn field(dice: &mut Dice<'_>, ty: Type, taste: Taste) -> Operand {
    let names: &[&str] = match ty {
        Type::Int if taste.aggregates && !taste.sql => &["r_days", "r_days", "f_total", "f_life", "gap", "patience"],
        Type::Int if taste.aggregates => &["r_days", "r_days", "f_total", "f_life", "gap"],
        Type::Int => &["r_days", "f_total", "f_life"],
        Type::Decimal if taste.daily => &["score", "hope", "p_alive", "mood"],
        Type::Decimal if taste.aggregates && !taste.sql => &["score", "hope", "mood"],
        Type::Decimal => &["score"],
        Type::Money => &["m_total"],
        Type::Text => &["city", "odd name"],
        Type::Day => &["registered_on"],
        Type::Bool => &["consent"],
        Type::Choices => &["interests"],
    };
    Operand::Field(dice.pick(names).into())
}

fn literal(dice: &mut Dice<'_>, ty: Type) -> Operand {
    Operand::Literal(match ty {
        _ if dice.roll(8) == 7 => Literal::Null,
        Type::Int => Literal::Int(dice.pick(&[0, 1, 2, 3, 5, -1, 30, 90, 180])),
        Type::Decimal => Literal::Decimal(dice.pick(&[0.0, 0.5, 1.0, 2.5, -1.25, 30.0])),
        Type::Money if dice.flip() => Literal::Int(dice.pick(&[0, 1, 2, 100])),
        Type::Money => Literal::Decimal(dice.pick(&[0.01, 1.5, 99.99, -2.0])),
        Type::Text => Literal::Text(dice.pick(&["", "a", "ab", "Bab", "it's", "a%b"]).into()),
        Type::Day => Literal::Day(today() + [0, -1, 1, -30, -90, 45][dice.roll(6)]),
        Type::Bool => Literal::Bool(dice.flip()),
        Type::Choices => Literal::Null,
    })
}

fn aggregate(dice: &mut Dice<'_>, ty: Type, depth: usize, taste: Taste) -> Operand {
    let (function, kind, measure) = match ty {
        Type::Int if dice.flip() => (Summary::Sum, "order", Some("quantity")),
        Type::Int => (Summary::Count, dice.pick(&["purchase", "order"]), None),
        Type::Money => (dice.pick(&[Summary::Sum, Summary::Average]), dice.pick(&["purchase", "order"]), Some("money")),
        Type::Day => (dice.pick(&[Summary::First, Summary::Last]), dice.pick(&["purchase", "order"]), None),
        Type::Decimal => (Summary::Average, "order", Some("quantity")),
        Type::Text | Type::Bool | Type::Choices => return field(dice, ty, taste),
    };
    let filter = (kind == "order" && depth > 0 && dice.flip()).then(|| Expr::Compare {
        op: dice.pick(&Comparison::ALL[..2]),
        left: Operand::Field("channel".into()),
        right: Operand::Literal(Literal::Text(dice.pick(&["shop", "web"]).into())),
    });
    let window = dice.flip().then(|| Window { days: dice.pick(&[1, 7, 30, 90]), ending_days_ago: dice.pick(&[0, 0, 1, 30]) });
    Operand::Aggregate(Box::new(Aggregate { function, kind: kind.into(), measure: measure.map(str::to_owned), filter, window }))
}

/// Half of what is known about it is null.
pub fn member(dice: &mut Dice<'_>) -> Member {
    let mut member = Member::unknown();
    let int = |dice: &mut Dice<'_>| Value::Int(dice.pick(&[0, 1, 2, 3, -1, 29, 30, 31, 89, 180]));
    for id in 0..member.values.len() {
        if dice.flip() {
            continue;
        }
        member.values[id] = match id {
            0..=2 => int(dice),
            3 => Value::Money(Money(dice.pick(&[0, 1, 100, 150, 9999, 10000, -200]))),
            4 => Value::Decimal(dice.pick(&[0.0, 0.5, 1.0, 2.5, -1.25, 1e15])),
            5 | 10 => Value::text(dice.pick(&["", "a", "ab", "AB", "Bab", "it's", "a%b", "中"])),
            6 => Value::Day(today() + [0, -1, 1, -30, -90, 45][dice.roll(6)]),
            7 => Value::Bool(dice.flip()),
            8 => Value::Decimal(0.5),
            14 => Value::Decimal(dice.pick(&[1.0, 0.5, 0.025, 2.5, 0.0])),
            16 => Value::Decimal(dice.pick(&[1.0, -1.0, 0.5, -2.5, 0.0, -0.125])),
            15 => Value::Int(dice.pick(&[0, 1, 30, 89, -1])),
            11 => choices(dice.pick(&[&[][..], &["a"][..], &["a", "ab"][..], &["it's", "中"][..]])),
            _ => Value::Null,
        };
    }
    for _ in 0..dice.roll(5) {
        let day: Day = today() - [0, 1, 5, 6, 29, 30, 31, 89, 90, 120][dice.roll(10)];
        let money = Value::Money(Money(dice.pick(&[0, 1, 100, 9999, 20000])));
        if dice.flip() {
            member.facts.push(FactOf { day, kind: "purchase", values: vec![money] });
        } else {
            let channel = if dice.flip() { Value::text(dice.pick(&["shop", "web"])) } else { Value::Null };
            member.facts.push(FactOf { day, kind: "order", values: vec![money, channel, Value::Int(dice.pick(&[1, 2, 0]))] });
        }
    }
    member
}

/// Any tree the parser could make, well typed or not.
pub fn untyped(dice: &mut Dice<'_>, depth: usize) -> Expr {
    if depth > 0 {
        match dice.roll(6) {
            1 => return Expr::And((0..2 + dice.roll(3)).map(|_| untyped(dice, depth - 1)).collect()),
            2 => return Expr::Or((0..2 + dice.roll(3)).map(|_| untyped(dice, depth - 1)).collect()),
            3 => return Expr::Not(Box::new(untyped(dice, depth - 1))),
            _ => {}
        }
    }
    let negated = dice.flip();
    let one = |dice: &mut Dice<'_>| any_operand(dice, 3);
    match dice.roll(7) {
        0 => Expr::Holds(one(dice)),
        1 => Expr::Compare { op: dice.pick(&Comparison::ALL), left: one(dice), right: one(dice) },
        2 => Expr::Between { value: one(dice), low: one(dice), high: one(dice), negated },
        3 => Expr::In { value: one(dice), list: (0..=dice.roll(4)).map(|_| one(dice)).collect(), negated },
        4 => Expr::Null { value: one(dice), negated },
        5 => Expr::Distinct { left: one(dice), right: one(dice), negated },
        _ => {
            let text = dice.pick(&["a", "%", "_a", "\\", "\\%", "a'b", "中文"]).to_owned();
            Expr::Like { value: one(dice), part: dice.pick(&[Part::Start, Part::End, Part::Anywhere]), text, negated }
        }
    }
}

fn any_operand(dice: &mut Dice<'_>, depth: usize) -> Operand {
    let names = ["a", "and", "DATE", "count", "a.b", "a b", "9a", "城市", "q\"q", "", "a.", "within", "not.x", "true", "ago"];
    let one = |dice: &mut Dice<'_>| any_operand(dice, depth - 1);
    match dice.roll(if depth == 0 { 2 } else { 7 }) {
        0 => Operand::Field(dice.pick(&names).into()),
        1 => Operand::Literal(match dice.roll(8) {
            0 => Literal::Int(dice.pick(&[0, 1, -1, 42, i64::MAX, i64::MIN])),
            1 => Literal::Decimal(dice.pick(&[0.5, -0.5, 1.0, 1e300, 1e-300, -3.0, 0.1])),
            2 => Literal::Text(dice.pick(&["", "it's", "\"", "\n", "--", "中文", "NULL"]).into()),
            3 => Literal::Day(Day::from_ymd(2026, 1, 1 + dice.roll(28) as u32).unwrap()),
            4 => Literal::Bool(true),
            5 => Literal::Bool(false),
            _ => Literal::Null,
        }),
        2 => Operand::Negate(Box::new(one(dice))),
        3 | 4 => Operand::Arithmetic { op: dice.pick(&Arithmetic::ALL), left: Box::new(one(dice)), right: Box::new(one(dice)) },
        5 => match dice.pick(&Function::ALL) {
            function @ Function::Today => Operand::Call { function, arguments: Vec::new() },
            function @ Function::DaysSince => Operand::Call { function, arguments: vec![one(dice)] },
            function @ Function::Contains => Operand::Call { function, arguments: vec![one(dice), one(dice)] },
            function => Operand::Call { function, arguments: (0..=dice.roll(3)).map(|_| one(dice)).collect() },
        },
        _ => {
            let function = dice.pick(&Summary::ALL);
            let measure = matches!(function, Summary::Sum | Summary::Average).then(|| dice.pick(&names).to_owned());
            let filter = dice.flip().then(|| untyped(dice, 1.min(depth - 1)));
            let window = dice.flip().then(|| Window { days: dice.pick(&[0, 1, 90]), ending_days_ago: dice.pick(&[0, 1, 30]) });
            Operand::Aggregate(Box::new(Aggregate { function, kind: dice.pick(&names).into(), measure, filter, window }))
        }
    }
}
