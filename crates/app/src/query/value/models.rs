//! Models fitted to a brand's buyers, and what they say of each.

use std::collections::BTreeMap;

use perennial_kernel::{Currency, Day, MemberId};
use perennial_value::fit::{self, Fit, Kind};
use perennial_value::{Band, Base, Customer, GammaGamma, Purchases, Spend};

use super::buyers::{Buyer, Unit, buyers};
use super::holdout::MODELS;
use crate::house::House;
use crate::query::QueryResult;
use crate::query::everyone::Counted;

/// A model of purchases fitted to everyone as of a day.
#[derive(Clone, Debug)]
pub struct Fitted {
    pub asked: Kind,
    pub until: Day,
    pub unit: Unit,
    pub fit: Fit<Purchases>,
}

pub fn fit(buyers: &[Buyer], kind: Kind, until: Day, unit: Unit) -> Fitted {
    let base = Base::new(buyers.iter().map(|buyer| buyer.customer(until, unit)));
    Fitted { asked: kind, until, unit, fit: fit::purchases(kind, &base) }
}

/// The model of spend, in major units of the brand's currency.
pub type FittedSpend = Fit<GammaGamma>;

pub fn fit_spend(buyers: &[Buyer], currency: Currency) -> FittedSpend {
    fit::spend(buyers.iter().map(|buyer| buyer.spend(currency)))
}

/// Every model of purchases beside the model of spend, and how many each believes to be alive.
#[derive(Clone, Debug)]
pub struct Models {
    pub until: Day,
    pub unit: Unit,
    /// As [`MODELS`].
    pub purchases: Vec<Fitted>,
    pub spend: FittedSpend,
    pub alive: Vec<f64>,
}

/// All models, fitted to everyone who had bought by the end of a day.
pub fn models(house: &House, until: Day, unit: Unit) -> QueryResult<Counted<Models>> {
    let Counted { table, data_up_to } = buyers(house, until)?;
    let purchases: Vec<Fitted> = MODELS.iter().map(|kind| fit(&table, *kind, until, unit)).collect();
    let alive = |one: &Fitted| table.iter().map(|buyer| one.fit.model.p_alive(&buyer.customer(until, unit))).sum();
    let alive = purchases.iter().map(alive).collect();
    let spend = fit_spend(&table, house.reference().brand.currency);
    Ok(Counted { table: Models { until, unit, purchases, spend, alive }, data_up_to })
}

/// What a forecast is made over and reckoned with.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Terms {
    /// In units of time.
    pub horizon: f64,
    /// Of sales, in percent.
    pub margin: f64,
    /// In percent a year.
    pub discount: f64,
}

impl Terms {
    /// The continuous rate for one unit of time.
    fn rate(&self, unit: Unit) -> f64 {
        (self.discount / 100.0).ln_1p() * unit.days() / 365.25
    }

    /// Stretches of about a month, in which purchases are discounted together.
    fn steps(&self, unit: Unit) -> u32 {
        (self.horizon * unit.days() / Unit::Month.days()).ceil().clamp(1.0, 120.0) as u32
    }
}

/// One member's future, as the models have it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Forecast {
    pub member: MemberId,
    pub customer: Customer,
    pub spend: Spend,
    pub p_alive: f64,
    pub purchases: f64,
    /// Expected worth of a purchase, in major units.
    pub worth: f64,
    /// Margin on what is expected within the horizon, discounted, in major units.
    pub value: f64,
    /// 90 % ranges as far as parameters are uncertain; none where the fit left them open.
    pub ranges: Ranges,
}

/// Of a forecast.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Ranges {
    pub p_alive: Option<Band>,
    pub purchases: Option<Band>,
    pub value: Option<Band>,
}

/// What a model of purchases says of one kind of customer.
#[derive(Clone, Copy)]
struct Ahead {
    p_alive: f64,
    purchases: f64,
    discounted: f64,
    alive_range: Option<Band>,
    purchases_range: Option<Band>,
    /// Of the logarithm of what is discounted.
    variance: Option<f64>,
}

/// Tells members' futures; what it said of one kind of customer it need not reckon again.
pub struct Forecaster<'a> {
    fitted: &'a Fitted,
    spend: &'a FittedSpend,
    currency: Currency,
    terms: Terms,
    known: BTreeMap<(u32, i32, i32), Ahead>,
}

impl<'a> Forecaster<'a> {
    pub fn new(fitted: &'a Fitted, spend: &'a FittedSpend, currency: Currency, terms: Terms) -> Self {
        Self { fitted, spend, currency, terms, known: BTreeMap::new() }
    }

    pub fn forecast(&mut self, buyer: &Buyer) -> Forecast {
        let customer = buyer.customer(self.fitted.until, self.fitted.unit);
        let key = (buyer.repeats, buyer.last - buyer.first, self.fitted.until - buyer.first);
        let (fitted, terms) = (self.fitted, &self.terms);
        let ahead = *self.known.entry(key).or_insert_with(|| ahead(fitted, terms, &customer));
        let own = buyer.spend(self.currency);
        let worth = self.spend.model.expected(&own);
        let value = ahead.discounted * worth * self.terms.margin / 100.0;
        let of_spend = || self.spend.model.ln_variance(self.spend.report.uncertainty.as_ref()?, &own);
        Forecast {
            member: buyer.member,
            customer,
            spend: own,
            p_alive: ahead.p_alive,
            purchases: ahead.purchases,
            worth,
            value,
            ranges: Ranges {
                p_alive: ahead.alive_range,
                purchases: ahead.purchases_range,
                value: ahead.variance.zip(of_spend()).and_then(|(one, other)| Band::around(value, one + other)),
            },
        }
    }
}

fn ahead(fitted: &Fitted, terms: &Terms, customer: &Customer) -> Ahead {
    let model = &fitted.fit.model;
    let expected = |model: &Purchases| model.expected(customer, terms.horizon);
    let discounted = |model: &Purchases| model.discounted(customer, terms.rate(fitted.unit), terms.horizon, terms.steps(fitted.unit));
    let known = fitted.fit.report.uncertainty.as_ref();
    Ahead {
        p_alive: model.p_alive(customer),
        purchases: expected(model),
        discounted: discounted(model),
        alive_range: known.and_then(|known| model.p_alive_band(known, customer)),
        purchases_range: known.and_then(|known| model.band(known, expected)),
        variance: known.and_then(|known| model.ln_variance(known, discounted)),
    }
}
