//! The part of the parser that reads operands: arithmetic, literals, names, calls and aggregates.

use perennial_kernel::Day;

use super::{Item, Parsed, Parser, Read};
use crate::problem::{Places, Problem};
use crate::text::lex::{Token, is_reserved};
use crate::tree::{Aggregate, Arithmetic, Function, Literal, Operand, Summary, Window};

impl Read {
    pub(super) fn operand(self) -> Parsed<(Operand, Places)> {
        match self.item {
            Item::Operand(operand) => Ok((operand, self.places)),
            Item::Expr(_) => Err(Problem::boxed(
                "syntax",
                self.places.at,
                "a value is needed here, this is a condition",
                "此处需要一个值，而这是一个条件",
            )),
        }
    }
}

impl Parser {
    pub(super) fn plain_operand(&mut self) -> Parsed<(Operand, Places)> {
        let read = self.sum()?;
        read.operand()
    }

    pub(super) fn sum(&mut self) -> Parsed<Read> {
        self.binary(&[Arithmetic::Add, Arithmetic::Subtract], Self::product)
    }

    fn product(&mut self) -> Parsed<Read> {
        self.binary(&[Arithmetic::Multiply, Arithmetic::Divide], Self::signed)
    }

    fn binary(&mut self, operators: &[Arithmetic], part: fn(&mut Self) -> Parsed<Read>) -> Parsed<Read> {
        let first = self.next;
        let mut left = part(self)?;
        while let Some(&op) = operators.iter().find(|op| self.is_symbol(op.as_str())) {
            self.next += 1;
            self.node()?;
            let (a, at_a) = left.operand()?;
            let right = part(self)?;
            let (b, at_b) = right.operand()?;
            let operand = Operand::Arithmetic { op, left: Box::new(a), right: Box::new(b) };
            left = Read { item: Item::Operand(operand), places: Places { at: self.since(first), children: vec![at_a, at_b] } };
        }
        Ok(left)
    }

    fn signed(&mut self) -> Parsed<Read> {
        let first = self.next;
        if !self.take_symbol("-") {
            return self.primary();
        }
        // A sign before digits belongs to the number: only so can the smallest integer be written.
        if let Some(Token::Number(digits)) = self.peek().cloned() {
            return self.number(&format!("-{digits}"), first);
        }
        self.node()?;
        let read = self.nested(Self::signed)?;
        let (operand, places) = read.operand()?;
        let places = Places { at: self.since(first), children: vec![places] };
        Ok(Read { item: Item::Operand(Operand::Negate(Box::new(operand))), places })
    }

    fn primary(&mut self) -> Parsed<Read> {
        let first = self.next;
        self.node()?;
        match self.peek().cloned() {
            Some(Token::Number(digits)) => self.number(&digits, first),
            Some(Token::Text(text)) => {
                self.next += 1;
                Ok(self.leaf(Operand::Literal(Literal::Text(text)), first))
            }
            Some(Token::Symbol("(")) => {
                self.next += 1;
                let inner = self.nested(Self::disjunction)?;
                self.expect_symbol(")")?;
                Ok(inner)
            }
            Some(Token::Word { parts, plain }) => self.word(parts, plain, first),
            Some(Token::Symbol(_)) | None => Err(self.unexpected("a field, a value or `(`", "字段、值或“(”")),
        }
    }

    fn leaf(&self, operand: Operand, first: usize) -> Read {
        Read { item: Item::Operand(operand), places: Places::leaf(self.since(first)) }
    }

    fn number(&mut self, digits: &str, first: usize) -> Parsed<Read> {
        self.next += 1;
        let literal = if digits.bytes().any(|b| matches!(b, b'.' | b'e' | b'E')) {
            digits.parse().ok().filter(|x: &f64| x.is_finite()).map(Literal::Decimal)
        } else {
            digits.parse().ok().map(Literal::Int)
        };
        match literal {
            Some(literal) => Ok(self.leaf(Operand::Literal(literal), first)),
            None => Err(Problem::boxed("number", self.since(first), "the number is too large", "数字过大")),
        }
    }

    fn word(&mut self, parts: Vec<String>, plain: bool, first: usize) -> Parsed<Read> {
        let single = plain && parts.len() == 1;
        self.next += 1;
        if single && self.is_symbol("(") && !is_reserved(&parts[0]) {
            return self.call(&parts[0], first);
        }
        if single
            && parts[0].eq_ignore_ascii_case("date")
            && let Some(Token::Text(text)) = self.peek().cloned()
        {
            self.next += 1;
            let day = Day::parse(&text).ok_or_else(|| {
                Problem::boxed("day", self.since(first), "a day is written DATE 'YYYY-MM-DD'", "日期应写作 DATE 'YYYY-MM-DD'")
            })?;
            return Ok(self.leaf(Operand::Literal(Literal::Day(day)), first));
        }
        let literal = match parts[0].to_ascii_lowercase().as_str() {
            "true" if single => Some(Literal::Bool(true)),
            "false" if single => Some(Literal::Bool(false)),
            "null" if single => Some(Literal::Null),
            _ => None,
        };
        if let Some(literal) = literal {
            return Ok(self.leaf(Operand::Literal(literal), first));
        }
        if single && is_reserved(&parts[0]) {
            self.next -= 1;
            return Err(self.unexpected("a field, a value or `(`", "字段、值或“(”"));
        }
        Ok(self.leaf(Operand::Field(parts.join(".")), first))
    }

    /// After a name, at its `(`.
    fn call(&mut self, name: &str, first: usize) -> Parsed<Read> {
        let wanted = name.to_ascii_lowercase();
        let wanted = if wanted == "avg" { "average" } else { wanted.as_str() };
        let position = self.since(first);
        self.expect_symbol("(")?;
        if let Some(function) = Summary::ALL.into_iter().find(|f| f.as_str() == wanted) {
            return self.nested(|parser| parser.aggregate(function, first));
        }
        let Some(function) = Function::ALL.into_iter().find(|f| f.as_str() == wanted) else {
            let names = Summary::ALL.iter().map(|f| f.as_str()).chain(Function::ALL.iter().map(|f| f.as_str()));
            return Err(Problem::boxed("unknown_function", position, "there is no such function", "没有这个函数")
                .field(name)
                .near(wanted, names)
                .into());
        };
        let (arguments, children) = if self.take_symbol(")") { (Vec::new(), Vec::new()) } else { self.list()? };
        let (least, most) = function.arity();
        if arguments.len() < least || arguments.len() > most {
            let en =
                format!("{name} takes {}", if most == least { format!("{most} argument(s)") } else { "one argument or more".to_owned() });
            return Err(Problem::boxed("arguments", self.since(first), en, format!("{name} 的参数个数不对")).field(name).into());
        }
        Ok(Read { item: Item::Operand(Operand::Call { function, arguments }), places: Places { at: self.since(first), children } })
    }

    /// After `count(`: `order where … within 90 days ending 30 days ago)`.
    fn aggregate(&mut self, function: Summary, first: usize) -> Parsed<Read> {
        let mut parts = match self.peek() {
            Some(Token::Word { parts, plain }) if !(*plain && parts.len() == 1 && is_reserved(&parts[0])) => parts.clone(),
            _ => return Err(self.unexpected("a kind of fact", "事实类型")),
        };
        self.next += 1;
        let measure = if function.has_measure() { parts.pop() } else { None };
        if parts.is_empty() {
            self.next -= 1;
            return Err(self.unexpected("a fact's field, such as purchase.money", "事实的字段，例如 purchase.money"));
        }
        let mut children = Vec::new();
        let mut filter = None;
        if self.take_word("where") {
            let (expr, places) = self.disjunction()?.condition();
            children.push(places);
            filter = Some(expr);
        }
        let mut window = None;
        if self.take_word("within") {
            let days = self.days()?;
            let mut ending_days_ago = 0;
            if self.take_word("ending") {
                ending_days_ago = self.days()?;
                self.expect_word("ago")?;
            }
            window = Some(Window { days, ending_days_ago });
        }
        self.expect_symbol(")")?;
        let aggregate = Aggregate { function, kind: parts.join("."), measure, filter, window };
        Ok(Read { item: Item::Operand(Operand::Aggregate(Box::new(aggregate))), places: Places { at: self.since(first), children } })
    }

    fn days(&mut self) -> Parsed<i32> {
        let count = match self.peek() {
            Some(Token::Number(digits)) => digits.parse().ok(),
            _ => None,
        };
        let count = count.ok_or_else(|| self.unexpected("a whole number of days", "整数天数"))?;
        self.next += 1;
        if !self.take_word("day") {
            self.expect_word("days")?;
        }
        Ok(count)
    }
}
