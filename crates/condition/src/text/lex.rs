//! Text into words, each with where it stood.

use crate::problem::{Position, Problem};
use crate::tree::TEXT_BYTES_MAX;

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Token {
    /// A name: its parts between dots, and whether it was written without quotes (only then can it be a keyword).
    Word {
        parts: Vec<String>,
        plain: bool,
    },
    /// Digits as written; sign not included.
    Number(String),
    Text(String),
    Symbol(&'static str),
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Placed {
    pub token: Token,
    pub start: usize,
    pub end: usize,
}

/// Longest first, so that `<=` is not read as `<`.
const SYMBOLS: [&str; 15] = ["<=", ">=", "<>", "!=", "≤", "≥", "≠", "=", "<", ">", "(", ")", ",", "+", "-"];
const MORE_SYMBOLS: [&str; 2] = ["*", "/"];

/// Words that cannot be names unless quoted.
const RESERVED: [&str; 15] =
    ["and", "or", "not", "between", "in", "is", "null", "distinct", "from", "like", "escape", "true", "false", "where", "within"];
const RESERVED_TOO: [&str; 1] = ["ending"];

/// Whether a word of the language, which a field can bear only in quotes.
pub fn is_reserved(word: &str) -> bool {
    RESERVED.iter().chain(&RESERVED_TOO).any(|reserved| reserved.eq_ignore_ascii_case(word))
}

pub(super) fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

pub(super) fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

pub(super) fn at(start: usize, end: usize) -> Position {
    Position::Text { offset: start, length: end - start }
}

pub(super) fn lex(text: &str) -> Result<Vec<Placed>, Box<Problem>> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Problem::boxed("too_long", at(0, text.len()), "the condition is longer than 64 KB", "条件超过 64 KB"));
    }
    let mut tokens = Vec::new();
    let mut here = 0;
    while let Some(c) = text[here..].chars().next() {
        if c.is_whitespace() {
            here += c.len_utf8();
            continue;
        }
        let (token, end) = one(text, here, c)?;
        tokens.push(Placed { token, start: here, end });
        here = end;
    }
    Ok(tokens)
}

fn one(text: &str, here: usize, first: char) -> Result<(Token, usize), Box<Problem>> {
    let rest = &text[here..];
    if first == '\'' {
        let (content, end) = quoted(text, here, '\'')?;
        return Ok((Token::Text(content), end));
    }
    if first == '"' || begins_name(first) {
        return name(text, here);
    }
    if first.is_ascii_digit() || first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
        return number(text, here);
    }
    // In SQL `--` begins a comment: what follows would silently be meant otherwise there.
    if rest.starts_with("--") || rest.starts_with("/*") {
        return Err(Problem::boxed("syntax", at(here, here + 2), "comments are not part of the language", "条件语言不支持注释"));
    }
    if let Some(symbol) = SYMBOLS.iter().chain(&MORE_SYMBOLS).find(|symbol| rest.starts_with(**symbol)) {
        let plain = match *symbol {
            "!=" | "≠" => "<>",
            "≤" => "<=",
            "≥" => ">=",
            other => other,
        };
        return Ok((Token::Symbol(plain), here + symbol.len()));
    }
    let end = here + first.len_utf8();
    Err(Problem::boxed("syntax", at(here, end), format!("unexpected character `{first}`"), format!("无法识别的字符 `{first}`")))
}

/// The content between quotes, a doubled quote standing for one, and where it ends.
fn quoted(text: &str, start: usize, quote: char) -> Result<(String, usize), Box<Problem>> {
    let mut content = String::new();
    let mut chars = text[start + 1..].char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        if c != quote {
            content.push(c);
        } else if chars.next_if(|&(_, next)| next == quote).is_some() {
            content.push(quote);
        } else {
            return Ok((content, start + 1 + offset + 1));
        }
    }
    Err(Problem::boxed("syntax", at(start, text.len()), "a quote is not closed", "引号没有成对"))
}

/// `city`, `order.channel`, `"odd name"`, `order."odd name"`.
fn name(text: &str, start: usize) -> Result<(Token, usize), Box<Problem>> {
    let (mut parts, mut plain, mut here) = (Vec::new(), true, start);
    loop {
        if text[here..].starts_with('"') {
            let (content, end) = quoted(text, here, '"')?;
            parts.push(content);
            plain = false;
            here = end;
        } else {
            let length = text[here..].find(|c| !continues_name(c)).unwrap_or(text.len() - here);
            parts.push(text[here..here + length].to_owned());
            here += length;
        }
        let goes_on = text[here..].strip_prefix('.').is_some_and(|rest| rest.starts_with(|c| c == '"' || begins_name(c)));
        if !goes_on {
            return Ok((Token::Word { parts, plain }, here));
        }
        here += 1;
    }
}

/// `12`, `12.5`, `.5`, `1e3`.
fn number(text: &str, start: usize) -> Result<(Token, usize), Box<Problem>> {
    let bytes = text.as_bytes();
    let digits = |mut here: usize| {
        while bytes.get(here).is_some_and(u8::is_ascii_digit) {
            here += 1;
        }
        here
    };
    let mut end = digits(start);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let until = digits(signed);
        if until > signed {
            end = until;
        }
    }
    if text[end..].starts_with(begins_name) {
        return Err(Problem::boxed("syntax", at(start, end + 1), "a number runs into a word", "数字与文字连在一起"));
    }
    Ok((Token::Number(text[start..end].to_owned()), end))
}
