//! A statement as the audit trail tells it: its words, without what may name a person.

/// Longer runs of digits may be a phone or a card.
const DIGITS_MAX: usize = 4;
const LEFT_OUT: &str = "…";

/// The statement on one line. Texts become `'…'`, unless they are a day, an instant, a member's id or one of the `known` words, such as stages; long numbers become `…`; comments are
/// left out. A quoted name stays where it was given by `AS`: elsewhere it may be a text in the wrong quotes.
pub fn told(statement: &str, known: &dyn Fn(&str) -> bool) -> String {
    let chars: Vec<char> = statement.chars().collect();
    let mut out = String::with_capacity(statement.len());
    let mut given: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        match c {
            '\'' => {
                let (text, next) = quoted(&chars, at, '\'');
                out.push_str(&within('\'', if is_plain(&text) || known(&text) { &text } else { LEFT_OUT }));
                at = next;
            }
            '"' | '`' => {
                let (name, next) = quoted(&chars, at, c);
                if out.to_ascii_lowercase().ends_with(" as ") && !names_somebody(&name) {
                    given.push(name.clone());
                }
                out.push_str(&within(c, if given.contains(&name) { &name } else { LEFT_OUT }));
                at = next;
            }
            '$' if dollar(&chars, at).is_some() => {
                at = dollar(&chars, at).unwrap_or(at + 1);
                out.push_str(&within('\'', LEFT_OUT));
            }
            '-' if chars.get(at + 1) == Some(&'-') => at = line_end(&chars, at),
            '/' if chars.get(at + 1) == Some(&'*') => at = comment_end(&chars, at),
            _ if c.is_ascii_digit() => {
                let end = run(&chars, at, |c| c.is_ascii_digit() || c == '.');
                let number: String = chars[at..end].iter().collect();
                out.push_str(if number.chars().filter(char::is_ascii_digit).count() > DIGITS_MAX { LEFT_OUT } else { &number });
                at = end;
            }
            _ if c.is_alphanumeric() || c == '_' => {
                let end = run(&chars, at, |c| c.is_alphanumeric() || c == '_');
                let word: String = chars[at..end].iter().collect();
                out.push_str(if names_somebody(&word) { LEFT_OUT } else { &word });
                at = end;
            }
            _ if c.is_whitespace() || c.is_control() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
                at += 1;
            }
            _ => {
                out.push(c);
                at += 1;
            }
        }
    }
    out.trim().to_owned()
}

fn within(mark: char, text: &str) -> String {
    format!("{mark}{text}{mark}")
}

fn run(chars: &[char], from: usize, goes_on: impl Fn(char) -> bool) -> usize {
    chars[from..].iter().position(|c| !goes_on(*c)).map_or(chars.len(), |length| from + length)
}

/// What stands between marks, and where it goes on; a doubled mark stands for itself.
fn quoted(chars: &[char], from: usize, mark: char) -> (String, usize) {
    let mut text = String::new();
    let mut at = from + 1;
    while let Some(&c) = chars.get(at) {
        if c != mark {
            text.push(c);
        } else if chars.get(at + 1) == Some(&mark) {
            text.push(mark);
            at += 1;
        } else {
            return (text, at + 1);
        }
        at += 1;
    }
    (text, at)
}

/// The end of `$tag$ … $tag$`.
fn dollar(chars: &[char], from: usize) -> Option<usize> {
    let tag_end = run(chars, from + 1, |c| c.is_alphabetic() || c == '_');
    if chars.get(tag_end) != Some(&'$') {
        return None;
    }
    let tag = &chars[from..=tag_end];
    let body = &chars[tag_end + 1..];
    let close = body.windows(tag.len()).position(|window| window == tag);
    Some(close.map_or(chars.len(), |length| tag_end + 1 + length + tag.len()))
}

fn line_end(chars: &[char], from: usize) -> usize {
    run(chars, from, |c| c != '\n')
}

fn comment_end(chars: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    at
}

/// Days, months, instants and ids of members name nobody.
fn is_plain(text: &str) -> bool {
    let day = text.len() >= 7 && text.as_bytes()[4] == b'-' && text.bytes().all(|b| b.is_ascii_digit() || b"-:.TZ+ ".contains(&b));
    let member = text.starts_with("m_") && text.len() == 15 && text[2..].bytes().all(|b| b.is_ascii_alphanumeric());
    day || member
}

fn names_somebody(name: &str) -> bool {
    let mut digits = 0;
    name.chars().any(|c| {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        digits > DIGITS_MAX || c == '@'
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_name_a_person_is_left_out_and_the_rest_stays() {
        let table = [
            ("SELECT 1", "SELECT 1"),
            ("date_trunc('month', day), 'li'", "date_trunc('month', day), '…'"),
            ("select *\n  from members\nwhere phone = '19900000001'", "select * from members where phone = '…'"),
            ("where paid_at >= '2026-01-31' and month < '2026-02'", "where paid_at >= '2026-01-31' and month < '2026-02'"),
            ("where member = 'm_0000000000abc'", "where member = 'm_0000000000abc'"),
            ("where name = '李''雷' limit 10", "where name = '…' limit 10"),
            ("select 19900000001, 1234, 12345.5, v19900000001", "select …, 1234, …, …"),
            ("select 1 -- call 19900000001\n, 2 /* 李雷 /* nested */ */ , 3", "select 1 , 2 , 3"),
            (
                r#"select count(*) as "复购人数", 1 as "li@example.cn" order by "复购人数""#,
                r#"select count(*) as "复购人数", 1 as "…" order by "复购人数""#,
            ),
            (r#"where name = "李雷""#, r#"where name = "…""#),
            ("select $$李雷$$, $x$ a $$ b $x$, $1", "select '…', '…', $1"),
            ("select 'never closed", "select '…'"),
            ("/* never closed", ""),
        ];
        for (statement, expected) in table {
            assert_eq!(told(statement, &|word| word == "month"), expected, "{statement}");
        }
    }
}
