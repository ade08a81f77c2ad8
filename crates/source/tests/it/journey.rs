//! The grocery sample brand.

use std::collections::HashSet;

use perennial_kernel::Money;
use perennial_source::{Preset, inspect, open};

use crate::kit::{all, context, data, file, order, read};

const FILE: &str = "complete-journey/complete-journey.txt.gz";

#[test]
fn a_year_of_baskets_gives_the_published_numbers() {
    let (good, bad) = read(&data(FILE), &Preset::CompleteJourney, context("America/New_York", "USD"));
    assert_eq!((good.len(), bad.len()), (155_848, 0));
    let all = all(&good);
    let households: HashSet<_> = all.iter().map(|i| i.identities[0].value.as_str()).collect();
    assert_eq!(households.len(), 2_469);
    assert_eq!(all.iter().map(|i| order(i).lines.len()).sum::<usize>(), 1_469_307);
    assert_eq!(all.iter().filter(|i| order(i).money < Money::ZERO).count(), 19, "baskets of nothing but a coupon");
    let first = all.iter().map(|i| i.occurred_at).min().unwrap();
    let last = all.iter().map(|i| i.occurred_at).max().unwrap();
    assert_eq!((first.to_string().as_str(), last.to_string().as_str()), ("2017-01-01T11:53:26.000Z", "2018-01-01T04:01:20.000Z"));
    let coupons: i64 = all.iter().flat_map(|i| &order(i).lines).map(|l| l.list.unwrap().0 - l.discount.unwrap().0 - l.paid.0).sum();
    assert_eq!(coupons, 0, "list less discount is what was paid");
    let unnamed = all.iter().flat_map(|i| &order(i).lines).filter(|l| l.category.is_none()).count();
    assert_eq!(unnamed, 4_836, "17 products are missing from the data set's own list");
}

#[test]
fn prices_are_put_together_as_the_guide_says() {
    let text = "# Complete Journey\np 5,GROCERY,ICE,CUBES\nb 900,31,330,2017-07-01T10:00:00\n5,2,500,30,100,40\n7,0,0\n";
    let (good, bad) = read(file(text).path(), &Preset::CompleteJourney, context("America/New_York", "USD"));
    assert!(bad.is_empty(), "{bad:?}");
    let order = order(&good[0].incoming[0]);
    let line = &order.lines[0];
    assert_eq!((line.list, line.paid, line.discount), (Some(Money(570)), Money(400), Some(Money(170))));
    assert_eq!((line.category.as_deref(), line.name.as_deref()), (Some("GROCERY/ICE"), Some("CUBES")));
    assert_eq!(
        (order.money, order.quantity.0, order.store.as_deref(), order.channel.as_deref()),
        (Money(400), 2000, Some("330"), Some("store"))
    );
    assert_eq!(good[0].incoming[0].occurred_at.to_string(), "2017-07-01T14:00:00.000Z");
}

#[test]
fn a_damaged_basket_is_one_bad_row_and_a_cut_file_says_so() {
    let text = "# Complete Journey\nb 1,2,3,2017-07-01T10:00:00\nx,1\nb 1,4,3,2017-07-01T10:00:00\n5,,100\nb 1,5\n5,,100\n";
    let (good, bad) = read(file(text).path(), &Preset::CompleteJourney, context("America/New_York", "USD"));
    assert_eq!(
        (good.len(), bad.iter().map(|b| (b.line, b.code)).collect::<Vec<_>>()),
        (1, vec![(3, "row.malformed"), (6, "row.malformed")])
    );
    let whole = std::fs::read(data(FILE)).unwrap();
    let cut = file(&whole[..100_000]);
    assert!(open(cut.path(), &Preset::CompleteJourney, context("America/New_York", "USD")).is_err());
}

#[test]
fn it_can_be_inspected_like_any_file() {
    let inspection = inspect(data(FILE), &Preset::CompleteJourney, &context("America/New_York", "USD")).unwrap();
    assert_eq!((inspection.preset, inspection.rows, inspection.first_bad.len()), ("complete-journey", 1_469_307, 0));
    let code = open(data(FILE), &Preset::CompleteJourney, context("Asia/Tokyo", "JPY")).unwrap_err().code;
    assert_eq!(code, "preset.currency");
}
