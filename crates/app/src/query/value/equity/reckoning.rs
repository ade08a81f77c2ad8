//! What one member is worth on one day, by a model and the terms of an answer.

use std::collections::BTreeMap;

use perennial_kernel::{Day, Money};
use perennial_rules::profile::Purchases;
use perennial_rules::value::{ValueModel, whole};
use perennial_value::Customer;

use super::EquityTerms;
use crate::query::value::buyers::Unit;

/// What a model says of one kind of customer.
#[derive(Clone, Copy)]
struct Ahead {
    /// Purchases expected within the horizon, discounted.
    purchases: f64,
    /// The years, discounted and by chance of still being there, that these purchases take at the pace of somebody alive.
    years: f64,
}

/// A model with terms; what it said of one kind of customer it need not reckon again.
pub struct Reckoning {
    model: ValueModel,
    pub terms: EquityTerms,
    known: BTreeMap<(i64, i32, i32), Ahead>,
}

impl Reckoning {
    pub fn new(model: &ValueModel, terms: EquityTerms) -> Self {
        Self { model: *model, terms, known: BTreeMap::new() }
    }

    fn ahead(&mut self, purchases: &Purchases, day: Day) -> Option<Ahead> {
        let (first, last) = (purchases.first?, purchases.last?);
        let key = (purchases.days, last - first, day - first);
        let (model, terms) = (&self.model, self.terms);
        Some(*self.known.entry(key).or_insert_with(|| {
            let unit = model.unit.days();
            let customer = Customer::new(u32::try_from(key.0 - 1).unwrap_or(0), f64::from(key.1) / unit, f64::from(key.2) / unit);
            let rate = (terms.discount / 100.0).ln_1p() * unit / 365.25;
            let month = Unit::Month.days() / unit;
            let purchases = model.purchases.discounted(&customer, rate, f64::from(terms.months) * month, terms.months);
            let a_year = 12.0 * model.purchases.expected_if_alive(&customer, month);
            let years = if a_year > 0.0 { purchases / a_year } else { 0.0 };
            Ahead { purchases, years: if years.is_finite() { years } else { 0.0 } }
        }))
    }

    /// Margin on what is expected of the member's purchases.
    pub fn value(&mut self, purchases: &Purchases, day: Day) -> i64 {
        let Some(ahead) = self.ahead(purchases, day) else { return 0 };
        whole(self.model.worth(purchases).unwrap_or(0.0) * ahead.purchases * self.terms.margin / 100.0).0
    }

    /// What was brought in a year, carried on for as long as the member is expected to stay.
    pub fn carried_on(&mut self, a_year: Money, purchases: &Purchases, day: Day) -> i64 {
        if a_year == Money::ZERO {
            return 0;
        }
        self.ahead(purchases, day).map_or(0, |ahead| whole(a_year.0 as f64 * ahead.years).0)
    }
}
