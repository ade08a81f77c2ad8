//! CDNOW as summaries: rows of one customer on one day merged, clock from the first purchase, weeks not rounded.

use std::collections::BTreeMap;

use perennial_kernel::Day;
use perennial_value::{Customer, Spend};

pub struct Buyer {
    pub customer: Customer,
    pub spend: Spend,
}

pub fn reference(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/reference/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Everyone of a file as of a day, in the order of their numbers.
pub fn buyers(file: &str, until: &str) -> Vec<Buyer> {
    let text = std::fs::read_to_string(format!("{}/../../data/cdnow/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let until = Day::parse(until).unwrap();
    let mut days: BTreeMap<&str, BTreeMap<Day, f64>> = BTreeMap::new();
    for line in text.lines().filter(|line| line.contains('.')) {
        // The sample has one more number, its own, behind the customer's.
        let columns: Vec<&str> = line.split_whitespace().collect();
        let date = columns[columns.len() - 3];
        let day = Day::parse(&format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..])).unwrap();
        if day <= until {
            *days.entry(columns[0]).or_default().entry(day).or_default() += columns[columns.len() - 1].parse::<f64>().unwrap();
        }
    }
    days.values().map(|days| buyer(days, until)).collect()
}

fn buyer(days: &BTreeMap<Day, f64>, until: Day) -> Buyer {
    let weeks = |days: i32| f64::from(days) / 7.0;
    let (first, last) = (*days.keys().next().unwrap(), *days.keys().next_back().unwrap());
    let x = days.len() as u32 - 1;
    let mean = if x == 0 { 0.0 } else { days.values().skip(1).sum::<f64>() / f64::from(x) };
    Buyer { customer: Customer::new(x, weeks(last - first), weeks(until - first)), spend: Spend { x, mean } }
}

pub fn customers(file: &str) -> Vec<Customer> {
    buyers(file, "1997-09-30").into_iter().map(|buyer| buyer.customer).collect()
}
