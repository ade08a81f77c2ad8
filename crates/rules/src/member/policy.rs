//! The identity rules as a versioned document: what joins people, how many of a kind one person has, and which values name nobody.

use std::sync::{Arc, OnceLock};

use perennial_kernel::{Identity, IdentityKind};
use serde::{Deserialize, Serialize};

/// The rules that ship.
pub const SHIPPED: &str = include_str!("../../policies/identity.yaml");
/// The row that speaks of every type without one of its own.
pub const ANY: &str = "*";
const BYTES_MAX: usize = 64 * 1024;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Strongest first.
    pub types: Vec<Rule>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<String>,
    #[serde(default)]
    pub hidden: Hidden,
}

/// What holds for one identity type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether one value makes two subjects one member.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub merges: bool,
    /// How many different values one member has; absent means any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_member: Option<u32>,
    /// What happens when a limit forbids to join two members by a value of this type.
    #[serde(default, skip_serializing_if = "OnConflict::is_review")]
    pub on_conflict: OnConflict,
    /// Sources whose word is enough to join people; empty means every source's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verified_by: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// Somebody looks at it.
    #[default]
    Review,
    /// Both stay as they are, and nobody is asked.
    Ignore,
}

impl OnConflict {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    fn is_review(&self) -> bool {
        *self == Self::Review
    }
}

/// How a value looks that a platform gives instead of the real one.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub begins_with: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contains: Vec<String>,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_yes(flag: &bool) -> bool {
    *flag
}

/// What is wrong with a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// A JSON pointer into the document.
    pub pointer: String,
    pub code: &'static str,
    pub en: String,
    pub zh: String,
}

/// The rules, ready to be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdentityPolicy {
    pub version: i64,
    pub document: Document,
    other: usize,
    /// What is blocked for each of the document's types, everything else's included.
    blocked: Vec<Vec<Pattern>>,
}

/// A blocked value in lower case, `*` standing for any text and `?` for one character.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Pattern(Vec<char>);

impl IdentityPolicy {
    /// Version 0: in force until a brand activates rules of its own.
    pub fn shipped() -> Arc<Self> {
        static SHIPPED_POLICY: OnceLock<Arc<IdentityPolicy>> = OnceLock::new();
        let parse = || Arc::new(Self::parse(SHIPPED, 0).expect("a test reads the rules that ship"));
        Arc::clone(SHIPPED_POLICY.get_or_init(parse))
    }

    pub fn parse(yaml: &str, version: i64) -> Result<Self, Problem> {
        if yaml.len() > BYTES_MAX {
            let en = format!("identity rules are at most {BYTES_MAX} bytes");
            return Err(problem("", "identity.too_large", en, format!("身份规则最多 {BYTES_MAX} 字节")));
        }
        let document: Document = serde_norway::from_str(yaml).map_err(|why| {
            let en = format!("the identity rules cannot be read: {why}");
            problem("", "identity.unreadable", en, format!("无法读取身份规则：{why}"))
        })?;
        for (at, rule) in document.types.iter().enumerate() {
            check(&document, at, rule)?;
        }
        let other = document.types.iter().position(|rule| rule.kind == ANY).ok_or_else(|| {
            let en = "there is no row of type \"*\" for all other types".to_owned();
            problem("/types", "identity.no_other", en, "缺少适用于其他类型的 \"*\" 规则".to_owned())
        })?;
        let blocked = document.types.iter().map(|rule| document.blocked.iter().chain(&rule.blocked).map(|one| Pattern::new(one)).collect());
        Ok(Self { version, other, blocked: blocked.collect(), document })
    }

    pub fn to_yaml(&self) -> String {
        serde_norway::to_string(&self.document).expect("documents of strings always serialise")
    }

    /// The rule of a type, by its name.
    pub fn rule(&self, kind: &str) -> &Rule {
        &self.document.types[self.rank(kind)]
    }

    /// How strong a type is; 0 is strongest.
    pub fn rank(&self, kind: &str) -> usize {
        self.document.types.iter().position(|rule| rule.kind == kind).unwrap_or(self.other)
    }

    /// Whether a source's word about a type is enough to join people.
    pub fn verifies(&self, kind: &str, source: &str) -> bool {
        let by = &self.rule(kind).verified_by;
        by.is_empty() || by.iter().any(|one| one == source)
    }

    /// Whether the value names somebody: neither blocked, nor masked, nor a platform's ciphertext.
    pub fn is_usable(&self, identity: &Identity) -> bool {
        let value = identity.value.to_lowercase();
        let Hidden { begins_with, contains } = &self.document.hidden;
        let hidden =
            begins_with.iter().any(|mark| value.starts_with(mark.as_str())) || contains.iter().any(|mark| value.contains(mark.as_str()));
        let value: Vec<char> = value.chars().collect();
        !hidden && !self.blocked[self.rank(identity.kind.as_str())].iter().any(|pattern| pattern.matches(&value))
    }

    /// The values blocked by name, not by a pattern, each with the type it is blocked for: facts that name them join nobody any more.
    pub fn blocked_values(&self) -> impl Iterator<Item = Identity> + '_ {
        let known = |kind: &str| if kind == ANY { None } else { IdentityKind::parse(kind) };
        let own =
            self.document.types.iter().flat_map(move |rule| rule.blocked.iter().filter_map(move |value| Some((known(&rule.kind)?, value))));
        let all = self.document.types.iter().filter_map(move |rule| known(&rule.kind));
        let any = all.flat_map(|kind| self.document.blocked.iter().map(move |value| (kind.clone(), value)));
        own.chain(any).filter(|(_, value)| !value.contains(['*', '?'])).filter_map(|(kind, value)| Identity::parse(kind, value))
    }
}

fn check(document: &Document, at: usize, rule: &Rule) -> Result<(), Problem> {
    let pointer = |field: &str| format!("/types/{at}/{field}");
    if rule.kind != ANY && IdentityKind::parse(&rule.kind).is_none() {
        let en = format!("{} is no identity type: lower-case letters, digits and _", rule.kind);
        return Err(problem(
            &pointer("type"),
            "identity.type",
            en,
            format!("{} 不是有效的身份类型：只能用小写字母、数字和下划线", rule.kind),
        ));
    }
    if document.types[..at].iter().any(|other| other.kind == rule.kind) {
        let en = format!("{} stands twice", rule.kind);
        return Err(problem(&pointer("type"), "identity.type_twice", en, format!("{} 重复出现", rule.kind)));
    }
    if rule.per_member.is_some_and(|count| !(1..=1000).contains(&count)) {
        let en = "a member has 1 to 1000 values of a type, or any number when nothing is said".to_owned();
        return Err(problem(&pointer("per_member"), "identity.per_member", en, "每位会员的数量需为 1 到 1000；不填表示不限".to_owned()));
    }
    Ok(())
}

fn problem(pointer: &str, code: &'static str, en: String, zh: String) -> Problem {
    Problem { pointer: pointer.to_owned(), code, en, zh }
}

impl Pattern {
    fn new(text: &str) -> Self {
        Self(text.to_lowercase().chars().collect())
    }

    /// Whether a value in lower case is meant. Linear in both: the last `*` alone is gone back to.
    fn matches(&self, value: &[char]) -> bool {
        let pattern = &self.0;
        let (mut p, mut v, mut back) = (0, 0, None);
        while v < value.len() {
            match pattern.get(p) {
                Some('*') => {
                    back = Some((p, v));
                    p += 1;
                }
                Some(&c) if c == '?' || c == value[v] => (p, v) = (p + 1, v + 1),
                _ => match back {
                    Some((star, from)) => {
                        (p, v) = (star + 1, from + 1);
                        back = Some((star, from + 1));
                    }
                    None => return false,
                },
            }
        }
        pattern[p..].iter().all(|c| *c == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usable(kind: IdentityKind, value: &str) -> bool {
        IdentityPolicy::shipped().is_usable(&Identity::parse(kind, value).unwrap())
    }

    #[test]
    fn the_rules_that_ship_block_what_names_nobody() {
        for (kind, value) in [
            (IdentityKind::Phone, "138 0000 0000"),
            (IdentityKind::Phone, "+86 13800138000"),
            (IdentityKind::Email, "NoReply@Brand.cn"),
            (IdentityKind::Number, "NULL"),
            (IdentityKind::Number, "测试会员"),
            (IdentityKind::Other("taobao".into()), "##AbCd=="),
            (IdentityKind::Other("douyin".into()), "$$x"),
            (IdentityKind::WechatOpen, "李**"),
        ] {
            assert!(!usable(kind.clone(), value), "{kind} {value}");
        }
        assert!(usable(IdentityKind::Phone, "19900000001"));
        assert!(usable(IdentityKind::Number, "nullsoft"));
    }

    #[test]
    fn strength_is_the_order_of_the_rows() {
        let policy = IdentityPolicy::shipped();
        let kinds = ["number", "wechat_union", "phone", "email", "taobao", "wechat_open", "anonymous"];
        assert!(kinds.map(|kind| policy.rank(kind)).is_sorted());
        assert_eq!(policy.rule("taobao").kind, ANY);
        assert_eq!(IdentityPolicy::parse(&policy.to_yaml(), 0).as_ref(), Ok(&*policy));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let wrong = |yaml: &str| IdentityPolicy::parse(yaml, 1).unwrap_err();
        assert_eq!(wrong("types: [{type: phone}]").code, "identity.no_other");
        assert_eq!(wrong("types: [{type: '*'}, {type: Phone}]").pointer, "/types/1/type");
        assert_eq!(wrong("types: [{type: '*'}, {type: '*'}]").code, "identity.type_twice");
        assert_eq!(wrong("types: [{type: '*', per_member: 0}]").pointer, "/types/0/per_member");
        assert_eq!(wrong("types: [{type: '*', color: red}]").code, "identity.unreadable");
    }

    #[test]
    fn patterns_match_whole_values() {
        for (pattern, value, yes) in [
            ("0000*", "00001", true),
            ("0000*", "10000", false),
            ("*@example.com", "a@example.com", true),
            ("a*b*c", "axxbxxbc", true),
            ("a*b*c", "axxbxxb", false),
            ("1?3", "123", true),
            ("1?3", "13", false),
            ("*", "", true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(&value.chars().collect::<Vec<_>>()), yes, "{pattern} {value}");
        }
    }

    #[test]
    fn values_blocked_by_name_are_told_as_identities() {
        let policy = IdentityPolicy::shipped();
        let all: Vec<Identity> = policy.blocked_values().collect();
        assert!(all.contains(&Identity::parse(IdentityKind::Phone, "13800000000").unwrap()));
        assert!(all.contains(&Identity::parse(IdentityKind::Number, "null").unwrap()));
        assert!(all.iter().all(|identity| !identity.value.contains('*')));
    }
}
