//! Cities, shops and channels of the brand.

use crate::random::Random;
use crate::sample::Weights;

/// Where an order or a behaviour happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Channel {
    Store,
    MiniProgram,
    Tmall,
    Douyin,
}

impl Channel {
    pub const ALL: [Self; 4] = [Self::Store, Self::MiniProgram, Self::Tmall, Self::Douyin];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::MiniProgram => "mini_program",
            Self::Tmall => "tmall",
            Self::Douyin => "douyin",
        }
    }

    /// How order ids of this channel begin.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Store => "SD",
            Self::MiniProgram => "XC",
            Self::Tmall => "TM",
            Self::Douyin => "DY",
        }
    }
}

/// A city with its weight among members and its shops.
pub struct City {
    pub name: &'static str,
    weight: f64,
    pub shops: &'static [&'static str],
}

const fn city(name: &'static str, weight: f64, shops: &'static [&'static str]) -> City {
    City { name, weight, shops }
}

/// 34 cities, 40 shops; weights go roughly with urban population and spending.
pub const CITIES: &[City] = &[
    city("上海", 10.0, &["上海南京西路店", "上海徐家汇店", "上海五角场店", "上海环球港店", "上海正大广场店", "上海七宝店"]),
    city("北京", 8.0, &["北京西单店", "北京朝阳大悦城店", "北京三里屯店", "北京五道口店", "北京合生汇店"]),
    city("广州", 6.0, &["广州天河城店", "广州正佳广场店", "广州北京路店"]),
    city("深圳", 6.5, &["深圳万象天地店", "深圳海岸城店", "深圳壹方城店"]),
    city("杭州", 5.0, &["杭州湖滨银泰店", "杭州万象城店", "杭州龙湖天街店"]),
    city("成都", 5.0, &["成都太古里店", "成都万象城店"]),
    city("重庆", 4.5, &["重庆观音桥店", "重庆解放碑店"]),
    city("南京", 3.8, &["南京德基店", "南京新街口店"]),
    city("武汉", 3.8, &["武汉楚河汉街店", "武汉光谷店"]),
    city("西安", 3.2, &["西安赛格店", "西安小寨店"]),
    city("苏州", 3.4, &["苏州中心店"]),
    city("天津", 2.8, &["天津大悦城店"]),
    city("长沙", 3.0, &["长沙国金中心店"]),
    city("郑州", 2.6, &["郑州大卫城店"]),
    city("青岛", 2.3, &["青岛万象城店"]),
    city("宁波", 2.4, &["宁波天一广场店"]),
    city("沈阳", 2.0, &["沈阳中街店"]),
    city("合肥", 2.1, &["合肥银泰店"]),
    city("厦门", 1.8, &["厦门万象城店"]),
    city("昆明", 1.7, &["昆明恒隆店"]),
    city("济南", 1.9, &[]),
    city("无锡", 1.8, &[]),
    city("福州", 1.7, &[]),
    city("佛山", 1.7, &[]),
    city("东莞", 1.6, &[]),
    city("大连", 1.5, &[]),
    city("哈尔滨", 1.4, &[]),
    city("南昌", 1.3, &[]),
    city("温州", 1.3, &[]),
    city("石家庄", 1.2, &[]),
    city("南宁", 1.1, &[]),
    city("贵阳", 1.0, &[]),
    city("太原", 1.0, &[]),
    city("兰州", 0.8, &[]),
];

/// Draws cities by weight.
#[derive(Clone, Debug)]
pub(crate) struct Cities(Weights);

impl Cities {
    pub(crate) fn new() -> Self {
        Self(Weights::new(CITIES.iter().map(|city| city.weight)))
    }

    pub(crate) fn draw(&self, random: &mut Random) -> &'static City {
        &CITIES[self.0.draw(random)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_about_forty_shops_each_named_once_and_by_its_city() {
        let mut shops: Vec<&str> = CITIES.iter().flat_map(|city| city.shops.iter().copied()).collect();
        assert_eq!(shops.len(), 40);
        assert!(CITIES.iter().all(|city| city.shops.iter().all(|shop| shop.starts_with(city.name))));
        shops.sort_unstable();
        shops.dedup();
        assert_eq!(shops.len(), 40);
    }
}
