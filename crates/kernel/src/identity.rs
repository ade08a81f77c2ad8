//! Identities: the external keys a person is known by. Values are personal; outside memory they exist only sealed or as blind-index tokens.

use std::fmt;

/// What kind of key an identity is. Custom kinds are lower-case words, so that a brand can bring its own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum IdentityKind {
    /// The brand's or a shop's own member number, card number or customer id.
    Number,
    Phone,
    Email,
    WechatUnion,
    WechatOpen,
    Anonymous,
    /// A marketplace buyer id, named by its platform: `taobao`, `douyin`.
    Other(String),
}

impl IdentityKind {
    pub fn as_str(&self) -> &str {
        match self {
            Self::Number => "number",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::WechatUnion => "wechat_union",
            Self::WechatOpen => "wechat_open",
            Self::Anonymous => "anonymous",
            Self::Other(name) => name,
        }
    }

    /// Lower-case ASCII words of letters, digits and `_`, at most 40 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "number" => Self::Number,
            "phone" => Self::Phone,
            "email" => Self::Email,
            "wechat_union" => Self::WechatUnion,
            "wechat_open" => Self::WechatOpen,
            "anonymous" => Self::Anonymous,
            _ => {
                let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
                if text.is_empty() || text.len() > 40 || !text.bytes().all(word) {
                    return None;
                }
                Self::Other(text.to_owned())
            }
        })
    }
}

impl fmt::Display for IdentityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One external key, normalised: phones are digits with an optional leading `+`, emails lower case, everything trimmed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    pub kind: IdentityKind,
    pub value: String,
}

impl Identity {
    /// `None` when nothing usable is left: empty, over 200 bytes, control characters, a phone without 5 digits, an email without `@`.
    pub fn parse(kind: IdentityKind, value: &str) -> Option<Self> {
        let value = value.trim();
        if value.is_empty() || value.len() > 200 || value.chars().any(char::is_control) {
            return None;
        }
        let value = match kind {
            IdentityKind::Phone => normal_phone(value)?,
            IdentityKind::Email => normal_email(value)?,
            _ => value.to_owned(),
        };
        Some(Self { kind, value })
    }
}

/// Values are personal: debug output names the kind only.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({}, …)", self.kind)
    }
}

fn normal_phone(text: &str) -> Option<String> {
    let mut phone = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '0'..='9' => phone.push(c),
            '+' if phone.is_empty() => phone.push(c),
            ' ' | '-' | '(' | ')' | '.' => {}
            _ => return None,
        }
    }
    // A mainland number is the same with and without its country code.
    let digits = phone.strip_prefix("+86").or_else(|| phone.strip_prefix("0086")).unwrap_or(&phone);
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    if (5..=15).contains(&count) { Some(digits.to_owned()) } else { None }
}

fn normal_email(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    if local.is_empty() || !domain.contains('.') || domain.starts_with('.') || domain.ends_with('.') || text.contains(char::is_whitespace) {
        return None;
    }
    Some(text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_phone_and_email_are_the_same_however_written() {
        let phone = |text| Identity::parse(IdentityKind::Phone, text).map(|i| i.value);
        assert_eq!(phone("+86 199-0000-0001"), Some("19900000001".to_owned()));
        assert_eq!(phone("19900000001"), Some("19900000001".to_owned()));
        assert_eq!(phone("+1 (555) 010-0000"), Some("+15550100000".to_owned()));
        for bad in ["", "12", "199****0001", "##abc", "1990000000119900000011"] {
            assert_eq!(phone(bad), None, "{bad}");
        }
        let email = |text| Identity::parse(IdentityKind::Email, text).map(|i| i.value);
        assert_eq!(email(" Li.Lei@Example.CN "), Some("li.lei@example.cn".to_owned()));
        for bad in ["li", "@example.cn", "li@cn", "li @example.cn"] {
            assert_eq!(email(bad), None, "{bad}");
        }
    }

    #[test]
    fn debug_output_keeps_the_value_to_itself() {
        let identity = Identity::parse(IdentityKind::Phone, "19900000001").unwrap();
        assert!(!format!("{identity:?}").contains("1990"));
    }
}
