//! Phones, addresses and platform ids of people who do not exist, made so that they reach no one.
//!
//! Phones are 154 and eight digits: the shape of a mainland mobile number, in a block the ministry (MIIT) has assigned to no operator;
//! 142, 143, 154, 161, 164 and 194 were the free ones after the assignments of December 2019. Should 154 be assigned, change [`PHONE_PREFIX`].
//! Email addresses are under example.com, example.net and example.org, which RFC 2606 reserves. Each is a member's index in disguise, so no two are alike.

use crate::random::Random;

pub const PHONE_PREFIX: &str = "154";
pub const EMAIL_DOMAINS: [&str; 3] = ["example.com", "example.net", "example.org"];

const SPACE: u64 = 100_000_000;

/// The member's number with the brand.
pub fn number(index: u64) -> String {
    format!("CQ{index:08}")
}

/// One phone per index below a hundred million.
pub fn phone(index: u64) -> String {
    format!("{PHONE_PREFIX}{:08}", shuffled(index, 68_718_952_321, 31_415_926))
}

/// One address per index.
pub fn email(random: &mut Random, index: u64) -> String {
    const WORDS: [&str; 16] = [
        "xiaoyu",
        "moli",
        "qingshan",
        "nanfeng",
        "banxia",
        "zhiqiu",
        "shanyue",
        "baicha",
        "lanting",
        "jiangnan",
        "yuanye",
        "chenguang",
        "muzi",
        "anran",
        "xingye",
        "chunfen",
    ];
    format!("{}{}@{}", random.pick(&WORDS), index, random.pick(&EMAIL_DOMAINS))
}

/// A buyer or open id of one platform: letters and digits that look like nothing.
pub fn platform_id(platform: &str, index: u64) -> String {
    let salt: u64 = platform.bytes().map(u64::from).sum();
    format!("{}{:08x}{:08}", &platform[..2], shuffled(index, 91_234_567_891, salt), shuffled(index, 53_456_789_017, salt * 7))
}

/// A permutation of the numbers below [`SPACE`] (the factor is coprime to ten); larger ones stay apart in the digits above.
fn shuffled(index: u64, factor: u64, shift: u64) -> u64 {
    (index / SPACE) * SPACE + ((index % SPACE) * (factor % SPACE) + shift) % SPACE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_members_never_share_a_phone_or_platform_id() {
        let mut phones: Vec<String> = (0..50_000).chain(SPACE - 50_000..SPACE).map(phone).collect();
        assert!(phones.iter().all(|phone| phone.len() == 11 && phone.starts_with(PHONE_PREFIX)));
        phones.extend((0..100_000).map(|index| platform_id("taobao", index)));
        phones.sort_unstable();
        phones.dedup();
        assert_eq!(phones.len(), 200_000);
    }
}
