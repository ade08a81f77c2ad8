//! Personal names from common characters: combined at random, so that each names nobody in particular.

use crate::random::Random;

/// Common surnames, the more common written more often.
const SURNAMES: &str = "王王王王王王王李李李李李李李张张张张张张张刘刘刘刘刘陈陈陈陈陈杨杨杨杨赵赵赵黄黄黄周周周吴吴吴徐徐孙孙胡胡朱朱高高林林何何郭郭马马罗罗\
梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段";

const FEMALE: &str = "婷静丽娜敏芳燕玲雪琳颖慧洁欣怡佳雯思雨梦晓倩璐莹瑶诗涵悦萱桐月岚青禾宁夏心然安晴若初柔嘉芸";
const MALE: &str = "伟强磊军洋勇杰涛明超浩鹏飞宇轩俊凯博文哲天泽子豪志远建华林峰辰阳睿晨一鸣安和平景行知行毅诚";

/// A surname and one given character in four, otherwise two.
pub fn full_name(random: &mut Random, female: bool) -> String {
    let mut name = String::with_capacity(9);
    name.push(character(random, SURNAMES));
    let given = if female { FEMALE } else { MALE };
    name.push(character(random, given));
    if random.chance(0.75) {
        name.push(character(random, given));
    }
    name
}

fn character(random: &mut Random, from: &str) -> char {
    // Every character above takes three bytes in UTF-8 (a test holds them to it).
    let at = 3 * random.below(from.len() as u64 / 3) as usize;
    from[at..].chars().next().unwrap_or('某')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_two_or_three_characters() {
        for from in [SURNAMES, FEMALE, MALE] {
            assert!(from.chars().all(|c| c.len_utf8() == 3), "{from}");
        }
        let mut random = Random::stream(1, 1);
        for turn in 0..1000 {
            assert!((2..=3).contains(&full_name(&mut random, turn % 2 == 0).chars().count()));
        }
    }
}
