//! What lies in one order.

use perennial_kernel::{Day, Line, Money, Quantity};

use crate::catalogue::Catalogue;
use crate::person::Person;
use crate::random::Random;
use crate::sample::geometric;
use crate::season::percent_off;

const LINES_MAX: u64 = 8;

/// The lines somebody buys on `day`; `unit` is one major unit of money in minor ones. Paid prices are whole major units.
pub(crate) fn fill(random: &mut Random, catalogue: &Catalogue, person: &Person, day: Day, unit: i64) -> Vec<Line> {
    let (_, month, _) = day.ymd();
    let count = 1 + geometric(random, 1.0 - person.another_line).min(LINES_MAX - 1);
    (0..count)
        .map(|_| {
            let product = catalogue.draw(random, month, person.female, person.favourite, person.level);
            let pieces = if random.chance(0.06) { 2 } else { 1 };
            let list = product.list * pieces;
            let paid = list * (100 - percent_off(random, day)) / 100;
            Line {
                sku: product.sku.clone(),
                name: Some(product.name.clone()),
                category: Some(product.category.to_owned()),
                quantity: Quantity::pieces(pieces),
                list: Some(Money(list * unit)),
                paid: Money(paid * unit),
                discount: Some(Money((list - paid) * unit)),
            }
        })
        .collect()
}
