//! Models fitted to a brand's buyers, and what they say of each.

use perennial_kernel::{Currency, Day, MemberId};
use perennial_value::fit::{self, Fit, Kind};
use perennial_value::{Base, Customer, GammaGamma, Purchases, Spend};

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
}

pub fn forecast(buyer: &Buyer, fitted: &Fitted, spend: &FittedSpend, currency: Currency, terms: &Terms) -> Forecast {
    let model = &fitted.fit.model;
    let customer = buyer.customer(fitted.until, fitted.unit);
    let own = buyer.spend(currency);
    let worth = spend.model.expected(&own);
    let discounted = model.discounted(&customer, terms.rate(fitted.unit), terms.horizon, terms.steps(fitted.unit));
    Forecast {
        member: buyer.member,
        customer,
        spend: own,
        p_alive: model.p_alive(&customer),
        purchases: model.expected(&customer, terms.horizon),
        worth,
        value: discounted * worth * terms.margin / 100.0,
    }
}
