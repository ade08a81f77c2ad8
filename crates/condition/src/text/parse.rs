//! Words into a tree: recursive descent with SQL's precedence, and beside the tree where each node stood.

mod operands;

use super::lex::{Placed, Token, at, lex};
use crate::problem::{Places, Position, Problem};
use crate::tree::{Comparison, DEPTH_MAX, Expr, LIST_MAX, NODES_MAX, Node, Operand, Part, size};

/// Parentheses and signs add to the text's nesting what they do not add to the tree's depth.
const NESTING_MAX: usize = 2 * DEPTH_MAX + 8;

/// Reads a condition; knows no names.
pub(crate) fn syntax(text: &str) -> Result<(Expr, Places), Box<Problem>> {
    let mut parser = Parser::new(text)?;
    let read = parser.disjunction()?;
    parser.end()?;
    let (expr, places) = read.condition();
    parser.bounded(Node::Expr(&expr))?;
    Ok((expr, places))
}

/// Reads an operand: a policy's named value.
pub(crate) fn syntax_operand(text: &str) -> Result<(Operand, Places), Box<Problem>> {
    let mut parser = Parser::new(text)?;
    let read = parser.sum()?;
    let read = read.operand()?;
    parser.end()?;
    parser.bounded(Node::Operand(&read.0))?;
    Ok(read)
}

/// A parenthesis may hold either; which it is shows only at its end.
enum Item {
    Expr(Expr),
    Operand(Operand),
}

struct Read {
    item: Item,
    places: Places,
}

impl Read {
    fn condition(self) -> (Expr, Places) {
        match self.item {
            Item::Expr(expr) => (expr, self.places),
            Item::Operand(operand) => (Expr::Holds(operand), Places { at: self.places.at.clone(), children: vec![self.places] }),
        }
    }
}

struct Parser {
    tokens: Vec<Placed>,
    next: usize,
    length: usize,
    nesting: usize,
    nodes: usize,
}

type Parsed<T> = Result<T, Box<Problem>>;

impl Parser {
    fn new(text: &str) -> Parsed<Self> {
        Ok(Self { tokens: lex(text)?, next: 0, length: text.len(), nesting: 0, nodes: 0 })
    }

    // --- words ---

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|placed| &placed.token)
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), Some(Token::Symbol(s)) if *s == symbol)
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.next += usize::from(found);
        found
    }

    fn is_word(&self, offset: usize, word: &str) -> bool {
        match self.tokens.get(self.next + offset).map(|placed| &placed.token) {
            Some(Token::Word { parts, plain: true }) => parts.len() == 1 && parts[0].eq_ignore_ascii_case(word),
            _ => false,
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(0, word);
        self.next += usize::from(found);
        found
    }

    fn expect_symbol(&mut self, symbol: &str) -> Parsed<()> {
        if self.take_symbol(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"), &format!("`{symbol}`"))) }
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.take_word(word) {
            Ok(())
        } else {
            let word = format!("`{}`", word.to_uppercase());
            Err(self.unexpected(&word, &word))
        }
    }

    /// Where the next word stands; at the end, the empty place after the text.
    fn here(&self) -> Position {
        self.tokens.get(self.next).map_or(Position::Text { offset: self.length, length: 0 }, |placed| at(placed.start, placed.end))
    }

    /// From word number `first` to the last one taken.
    fn since(&self, first: usize) -> Position {
        let start = self.tokens.get(first).map_or(self.length, |placed| placed.start);
        let end = self.next.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(self.length, |placed| placed.end);
        at(start, end.max(start))
    }

    fn unexpected(&self, en: &str, zh: &str) -> Box<Problem> {
        let (found_en, found_zh) = match self.tokens.get(self.next) {
            None => ("the condition ends", "条件就结束了"),
            Some(_) => ("something else stands", "是别的内容"),
        };
        Problem::boxed("syntax", self.here(), format!("expected {en}, but here {found_en}"), format!("此处应为{zh}，却{found_zh}"))
    }

    fn end(&self) -> Parsed<()> {
        if self.next == self.tokens.len() {
            return Ok(());
        }
        Err(self.unexpected("AND, OR or the end (comparisons do not chain)", " AND、OR 或结尾（比较不能连写）"))
    }

    // --- bounds ---

    fn node(&mut self) -> Parsed<()> {
        self.nodes += 1;
        // Some nodes are counted before it is known that they become one; `bounded` counts exactly.
        if self.nodes > 2 * NODES_MAX { Err(too_many(self.here())) } else { Ok(()) }
    }

    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.nesting >= NESTING_MAX {
            return Err(too_deep(self.here()));
        }
        self.nesting += 1;
        let result = inner(self);
        self.nesting -= 1;
        result
    }

    fn bounded(&self, root: Node<'_>) -> Parsed<()> {
        let (depth, nodes) = size(root);
        let whole = Position::Text { offset: 0, length: self.length };
        if nodes > NODES_MAX {
            return Err(too_many(whole));
        }
        if depth > DEPTH_MAX { Err(too_deep(whole)) } else { Ok(()) }
    }

    // --- conditions ---

    fn disjunction(&mut self) -> Parsed<Read> {
        self.chain("or", Self::conjunction, Expr::Or)
    }

    fn conjunction(&mut self) -> Parsed<Read> {
        self.chain("and", Self::negation, Expr::And)
    }

    fn chain(&mut self, word: &str, part: fn(&mut Self) -> Parsed<Read>, join: fn(Vec<Expr>) -> Expr) -> Parsed<Read> {
        let first = self.next;
        let one = part(self)?;
        if !self.is_word(0, word) {
            return Ok(one);
        }
        let (expr, places) = one.condition();
        let (mut parts, mut children) = (vec![expr], vec![places]);
        while self.take_word(word) {
            let (expr, places) = part(self)?.condition();
            parts.push(expr);
            children.push(places);
        }
        self.node()?;
        Ok(Read { item: Item::Expr(join(parts)), places: Places { at: self.since(first), children } })
    }

    fn negation(&mut self) -> Parsed<Read> {
        let first = self.next;
        if !self.take_word("not") {
            return self.comparison();
        }
        self.node()?;
        let (expr, places) = self.nested(Self::negation)?.condition();
        Ok(Read { item: Item::Expr(Expr::Not(Box::new(expr))), places: Places { at: self.since(first), children: vec![places] } })
    }

    fn comparison(&mut self) -> Parsed<Read> {
        let first = self.next;
        let left = self.sum()?;
        let negated = self.is_word(0, "not") && ["in", "between", "like"].iter().any(|word| self.is_word(1, word));
        self.next += usize::from(negated);
        let compare = Comparison::ALL.into_iter().find(|op| self.is_symbol(op.as_str()));
        let (expr, children) = if let Some(op) = compare {
            self.next += 1;
            let (left, at_left) = left.operand()?;
            let (right, at_right) = self.plain_operand()?;
            (Expr::Compare { op, left, right }, vec![at_left, at_right])
        } else if self.take_word("is") {
            let (left, at_left) = left.operand()?;
            self.after_is(left, at_left)?
        } else if self.take_word("in") {
            let (value, at_value) = left.operand()?;
            self.expect_symbol("(")?;
            let (list, places) = self.list()?;
            (Expr::In { value, list, negated }, std::iter::once(at_value).chain(places).collect())
        } else if self.take_word("between") {
            let (value, at_value) = left.operand()?;
            let (low, at_low) = self.plain_operand()?;
            self.expect_word("and")?;
            let (high, at_high) = self.plain_operand()?;
            (Expr::Between { value, low, high, negated }, vec![at_value, at_low, at_high])
        } else if self.take_word("like") {
            let (value, at_value) = left.operand()?;
            let (part, text) = self.pattern()?;
            (Expr::Like { value, part, text, negated }, vec![at_value])
        } else {
            return Ok(left);
        };
        self.node()?;
        Ok(Read { item: Item::Expr(expr), places: Places { at: self.since(first), children } })
    }

    fn after_is(&mut self, left: Operand, at_left: Places) -> Parsed<(Expr, Vec<Places>)> {
        let negated = self.take_word("not");
        if self.take_word("null") {
            return Ok((Expr::Null { value: left, negated }, vec![at_left]));
        }
        if !self.take_word("distinct") {
            return Err(self.unexpected("NULL or DISTINCT FROM", " NULL 或 DISTINCT FROM"));
        }
        self.expect_word("from")?;
        let (right, at_right) = self.plain_operand()?;
        Ok((Expr::Distinct { left, right, negated }, vec![at_left, at_right]))
    }

    /// `'abc%'`, `'%abc'` or `'%abc%'`, with `ESCAPE` when the text itself has wildcards.
    fn pattern(&mut self) -> Parsed<(Part, String)> {
        let place = self.here();
        let Some(Token::Text(pattern)) = self.peek().cloned() else {
            return Err(self.unexpected("a pattern in quotes", "引号中的匹配模式"));
        };
        self.next += 1;
        let mut escape = None;
        if self.take_word("escape") {
            match self.peek() {
                Some(Token::Text(text)) if text.chars().count() == 1 => escape = text.chars().next(),
                _ => return Err(self.unexpected("one character in quotes", "引号中的一个字符")),
            }
            self.next += 1;
        }
        part(&pattern, escape).ok_or_else(|| {
            Problem::boxed(
                "like_pattern",
                place,
                "LIKE takes 'text%', '%text' or '%text%' only; for an exact match write =",
                "LIKE 只支持 '文本%'、'%文本'、'%文本%'；完全相同请用 =",
            )
        })
    }

    /// After `(`: operands up to `)`.
    fn list(&mut self) -> Parsed<(Vec<Operand>, Vec<Places>)> {
        let (mut list, mut places) = (Vec::new(), Vec::new());
        loop {
            if list.len() == LIST_MAX {
                return Err(Problem::boxed("list_too_long", self.here(), "a list has at most 1,000 entries", "列表最多 1,000 项"));
            }
            let (operand, place) = self.nested(Self::plain_operand)?;
            list.push(operand);
            places.push(place);
            if !self.take_symbol(",") {
                self.expect_symbol(")")?;
                return Ok((list, places));
            }
        }
    }
}

/// What a LIKE pattern looks for and where; `None` when it is more than this language has.
fn part(pattern: &str, escape: Option<char>) -> Option<(Part, String)> {
    let (mut text, mut wild, mut chars) = (String::new(), Vec::new(), pattern.chars());
    while let Some(c) = chars.next() {
        if Some(c) == escape {
            text.push(chars.next().filter(|&next| next == '%' || next == '_' || Some(next) == escape)?);
        } else if c == '%' {
            wild.push(text.len());
        } else if c == '_' {
            return None;
        } else {
            text.push(c);
        }
    }
    let part = match wild.as_slice() {
        [0] => Part::End,
        [end] if *end == text.len() => Part::Start,
        [0, end] if *end == text.len() => Part::Anywhere,
        _ => return None,
    };
    if text.is_empty() { None } else { Some((part, text)) }
}

fn too_many(at: Position) -> Box<Problem> {
    Problem::boxed("too_many_nodes", at, "the condition has more than 2,000 parts", "条件的组成部分超过 2,000 个")
}

fn too_deep(at: Position) -> Box<Problem> {
    Problem::boxed("too_deep", at, "the condition is nested more than 64 deep", "条件嵌套超过 64 层")
}
