//! The brand's products: about four hundred in thirteen categories, with list prices that end in nine.

use crate::random::Random;
use crate::sample::Weights;

/// One product; `list` is its price in major units.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Product {
    pub sku: String,
    pub name: String,
    pub category: &'static str,
    pub list: i64,
}

struct Category {
    name: &'static str,
    code: &'static str,
    count: usize,
    /// List prices in tens of major units, from and to.
    tens: (u64, u64),
    /// How much of the trade, for women and for men.
    share: (f64, f64),
    /// When it sells.
    sells: Sells,
    fabrics: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Sells {
    AllYear,
    Summer,
    Winter,
    Between,
}

impl Sells {
    /// Weight in a month, 1 to 12.
    fn in_month(self, month: u32) -> f64 {
        match (self, month) {
            (Self::AllYear, _) => 1.0,
            (Self::Summer, 4..=8) | (Self::Winter, 1 | 10..=12) => 1.6,
            (Self::Summer, 3 | 9) | (Self::Winter, 2 | 9) | (Self::Between, 6..=8 | 12 | 1) => 0.6,
            (Self::Summer | Self::Winter, _) => 0.15,
            (Self::Between, _) => 1.5,
        }
    }
}

#[rustfmt::skip]
const CATEGORIES: &[Category] = &[
    Category { name: "连衣裙", code: "LYQ", count: 46, tens: (19, 89), share: (16.0, 0.0), sells: Sells::Summer, fabrics: &["真丝", "雪纺", "棉麻", "针织"] },
    Category { name: "衬衫", code: "CS", count: 36, tens: (15, 49), share: (10.0, 14.0), sells: Sells::Between, fabrics: &["亚麻", "牛津纺", "真丝", "府绸"] },
    Category { name: "T恤", code: "TX", count: 44, tens: (7, 25), share: (16.0, 24.0), sells: Sells::Summer, fabrics: &["纯棉", "莫代尔", "重磅棉", "冰丝"] },
    Category { name: "针织衫", code: "ZZ", count: 36, tens: (17, 59), share: (11.0, 9.0), sells: Sells::Winter, fabrics: &["羊毛", "羊绒", "棉线", "马海毛"] },
    Category { name: "卫衣", code: "WY", count: 26, tens: (16, 45), share: (6.0, 11.0), sells: Sells::Between, fabrics: &["毛圈", "抓绒", "纯棉"] },
    Category { name: "外套", code: "WT", count: 32, tens: (29, 99), share: (8.0, 10.0), sells: Sells::Between, fabrics: &["斜纹", "粗花呢", "灯芯绒", "牛仔"] },
    Category { name: "大衣", code: "DY", count: 22, tens: (69, 249), share: (4.0, 2.5), sells: Sells::Winter, fabrics: &["羊毛", "双面呢", "羊绒"] },
    Category { name: "羽绒服", code: "YR", count: 24, tens: (59, 199), share: (5.0, 6.0), sells: Sells::Winter, fabrics: &["轻薄", "长款", "短款"] },
    Category { name: "牛仔裤", code: "NZ", count: 28, tens: (19, 49), share: (7.0, 10.0), sells: Sells::AllYear, fabrics: &["水洗", "原色", "弹力"] },
    Category { name: "休闲裤", code: "XX", count: 30, tens: (17, 49), share: (7.0, 12.0), sells: Sells::AllYear, fabrics: &["斜纹", "亚麻", "西装料"] },
    Category { name: "半身裙", code: "BQ", count: 26, tens: (15, 49), share: (7.0, 0.0), sells: Sells::AllYear, fabrics: &["百褶", "缎面", "针织", "牛仔"] },
    Category { name: "鞋履", code: "XL", count: 24, tens: (29, 89), share: (5.0, 6.0), sells: Sells::AllYear, fabrics: &["牛皮", "帆布", "麂皮"] },
    Category { name: "配饰", code: "PS", count: 30, tens: (3, 29), share: (12.0, 7.0), sells: Sells::AllYear, fabrics: &["羊毛", "真丝", "帆布", "牛皮"] },
];

const COLOURS: [&str; 12] = ["米白", "燕麦", "雾蓝", "藏青", "墨绿", "豆沙", "焦糖", "炭灰", "奶咖", "黑", "白", "酒红"];
const STYLES: [&str; 10] = ["通勤", "宽松", "复古", "极简", "廓形", "修身", "法式", "日常", "学院", "新中式"];

/// The products of one seed, and how they sell.
#[derive(Clone, Debug)]
pub struct Catalogue {
    products: Vec<Product>,
    /// Per category: where its products begin, and their popularity.
    shelves: Vec<(usize, Weights)>,
    /// Per month (from January) and sex (women first): the categories' shares.
    months: Vec<[Weights; 2]>,
}

impl Catalogue {
    pub fn new(seed: u64) -> Self {
        let mut random = Random::stream(seed, u64::MAX);
        let mut products = Vec::new();
        let mut shelves = Vec::new();
        for category in CATEGORIES {
            // Popularity falls with rank as Zipf's law has it, shifted so that no product takes everything.
            shelves.push((products.len(), Weights::new((0..category.count).map(|rank| 1.0 / (rank as f64 + 3.0)))));
            for ordinal in 1..=category.count {
                let (style, fabric, colour) = (random.pick(&STYLES), random.pick(category.fabrics), random.pick(&COLOURS));
                let (from, to) = category.tens;
                products.push(Product {
                    sku: format!("{}-{ordinal:03}", category.code),
                    name: format!("{style}{fabric}{}·{colour}", category.name),
                    category: category.name,
                    // The lower of two draws: most of a range is cheap.
                    list: 10 * (from + random.below(to - from + 1).min(random.below(to - from + 1))) as i64 + 9,
                });
            }
        }
        let shares = |month: u32, female: bool| {
            Weights::new(CATEGORIES.iter().map(|c| c.sells.in_month(month) * if female { c.share.0 } else { c.share.1 }))
        };
        let months = (1..=12).map(|month| [shares(month, true), shares(month, false)]).collect();
        Self { products, shelves, months }
    }

    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// What somebody takes in `month`; a member who likes it dear (`level` above 1.25) or cheap (below 0.8) chooses between two.
    pub(crate) fn draw(&self, random: &mut Random, month: u32, female: bool, favourite: usize, level: f64) -> &Product {
        let category = if random.chance(0.3) { favourite } else { self.months[month as usize - 1][usize::from(!female)].draw(random) };
        let (start, popularity) = &self.shelves[category];
        let one = &self.products[start + popularity.draw(random)];
        if (0.8..=1.25).contains(&level) {
            return one;
        }
        let other = &self.products[start + popularity.draw(random)];
        if (one.list < other.list) == (level < 1.0) { one } else { other }
    }

    /// A category somebody likes.
    pub(crate) fn favourite(&self, random: &mut Random, female: bool) -> usize {
        self.months[4][usize::from(!female)].draw(random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_about_four_hundred_products_with_their_own_sku_and_a_price_ending_in_nine() {
        let catalogue = Catalogue::new(1);
        assert_eq!(catalogue.products().len(), 404);
        let mut skus: Vec<&str> = catalogue.products().iter().map(|product| product.sku.as_str()).collect();
        skus.sort_unstable();
        skus.dedup();
        assert_eq!(skus.len(), 404);
        assert!(catalogue.products().iter().all(|product| product.list % 10 == 9 && (39..=2499).contains(&product.list)));
    }

    #[test]
    fn men_buy_no_dresses_and_summer_sells_few_down_jackets() {
        let catalogue = Catalogue::new(1);
        let mut random = Random::stream(1, 1);
        let mut jackets = 0;
        for _ in 0..2000 {
            let favourite = catalogue.favourite(&mut random, false);
            assert_ne!(catalogue.draw(&mut random, 7, false, favourite, 1.0).category, "连衣裙");
            jackets += u32::from(catalogue.draw(&mut random, 7, true, 2, 1.0).category == "羽绒服");
        }
        assert!(jackets < 40, "{jackets}");
    }
}
