//! Personal values as screens may show them without a permission of their own.

use perennial_kernel::IdentityKind;

/// `李雷` → `李*`, `Li Lei` → `L*****`: the first character, and how long it is up to a limit.
pub fn name(name: &str) -> String {
    let mut chars = name.trim().chars();
    let Some(first) = chars.next() else { return String::new() };
    format!("{first}{}", "*".repeat(chars.count().clamp(1, 5)))
}

/// The brand's own member numbers are shown whole: they mean nothing outside.
pub fn identity(kind: &str, value: &str) -> String {
    match IdentityKind::parse(kind) {
        Some(IdentityKind::Number) => value.to_owned(),
        Some(IdentityKind::Email) => email(value),
        Some(IdentityKind::Phone) => ends(value, 3, 4),
        _ => ends(value, 4, 4),
    }
}

fn email(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((local, domain)) => format!("{}***@{domain}", local.chars().next().map(String::from).unwrap_or_default()),
        None => "***".to_owned(),
    }
}

/// Both ends stay only where at least as much is hidden between them.
fn ends(value: &str, head: usize, tail: usize) -> String {
    let chars: Vec<char> = value.chars().collect();
    if chars.len() < head + tail + 3 {
        let first: String = chars.iter().take(1).collect();
        return format!("{first}****");
    }
    let (first, last): (String, String) = (chars[..head].iter().collect(), chars[chars.len() - tail..].iter().collect());
    format!("{first}****{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_what_recognises_and_lose_what_identifies() {
        assert_eq!(name("李雷"), "李*");
        assert_eq!(name("王小明"), "王**");
        assert_eq!(name("X"), "X*");
        assert_eq!(name("Christopher Columbus"), "C*****");
        assert_eq!(identity("phone", "19900000001"), "199****0001");
        assert_eq!(identity("phone", "12345"), "1****");
        assert_eq!(identity("email", "lilei@example.cn"), "l***@example.cn");
        assert_eq!(identity("number", "00004"), "00004");
        assert_eq!(identity("wechat_open", "oX8fabcdefgh1234"), "oX8f****1234");
    }
}
