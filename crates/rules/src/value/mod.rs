//! The value model in force (SPEC VA-2, issue 4 point 9): what a fitted model says of one member, as fields that conditions read.
//!
//! A fit looks at everyone, so it reaches decisions only as a versioned document. What it then says of a member is a function of the
//! member's purchase days, the document and the day. Arithmetic is that of IEEE 754 and of `libm`, so that the same document and the same
//! purchases come to the same bits on every machine, and to the same decision.
//!
//! While nothing happens, P(alive) and the purchases expected in a time ahead only fall, under each of the models: see `docs/decisions`.

mod document;

use perennial_condition::Value;
use perennial_kernel::{Currency, Day, Money};
use perennial_value::{Band, Customer, GammaGamma, Kind, Purchases as Model, Spend, Uncertainty};

pub use document::{Fitted, PurchasesText, SpendText, UncertaintyText, UnitText, ValueDocument};

use crate::profile::Purchases;
use crate::series::DaySeries;

/// The days ahead in which `expected_purchases_90` counts.
pub const PURCHASES_AHEAD: i32 = 90;
/// The days ahead in which `expected_spend_365` adds.
pub const SPEND_AHEAD: i32 = 365;

/// The fields that are null without a model in force.
pub const FIELDS: [&str; 3] = ["p_alive", "expected_purchases_90", "expected_spend_365"];

/// A fitted model that decisions read.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ValueModel {
    /// Of the document.
    pub version: i64,
    /// The last day of the purchases it was fitted on.
    pub until: Day,
    /// Of the unit that its parameters count time in.
    pub unit: UnitText,
    pub purchases: Model,
    /// Expected worth of a purchase in major units; none where none was fitted.
    pub spend: Option<GammaGamma>,
    pub currency: Currency,
    /// How far the fit left the parameters open; nothing that is decided reads it.
    pub purchases_known: Option<Uncertainty>,
    pub spend_known: Option<Uncertainty>,
}

/// Its numbers are numbers: the document is refused otherwise.
impl Eq for ValueModel {}

impl ValueModel {
    pub fn kind(&self) -> Kind {
        match self.purchases {
            Model::Geometric(model) if model.from_first => Kind::MbgNbd,
            Model::Geometric(_) => Kind::BgNbd,
            Model::ParetoNbd(_) => Kind::ParetoNbd,
            Model::Nbd(_) => Kind::Nbd,
        }
    }

    /// The member as the model sees one on a day; `None` without a counted purchase.
    fn customer(&self, purchases: &Purchases, day: Day) -> Option<Customer> {
        let (first, last) = (purchases.first?, purchases.last?);
        let unit = |days: i32| f64::from(days) / self.unit.days();
        Some(Customer::new(u32::try_from(purchases.days - 1).ok()?, unit(last - first), unit(day - first)))
    }

    pub fn p_alive(&self, purchases: &Purchases, day: Day) -> Option<f64> {
        self.customer(purchases, day).map(|customer| self.purchases.p_alive(&customer))
    }

    /// Purchases expected in so many days after the day.
    pub fn expected_purchases(&self, purchases: &Purchases, day: Day, ahead: i32) -> Option<f64> {
        let ahead = f64::from(ahead) / self.unit.days();
        self.customer(purchases, day).map(|customer| self.purchases.expected(&customer, ahead))
    }

    /// As [`Self::expected_purchases`], of somebody who is alive.
    pub fn expected_if_alive(&self, purchases: &Purchases, day: Day, ahead: i32) -> Option<f64> {
        let ahead = f64::from(ahead) / self.unit.days();
        self.customer(purchases, day).map(|customer| self.purchases.expected_if_alive(&customer, ahead))
    }

    /// What the member spent on average on a repeat purchase, in major units.
    fn own_spend(&self, purchases: &Purchases) -> Option<Spend> {
        let x = u32::try_from(purchases.days - 1).ok()?;
        let mean = if x == 0 { 0.0 } else { purchases.m_again.0 as f64 / f64::from(x) / self.per_major() };
        Some(Spend { x, mean })
    }

    fn per_major(&self) -> f64 {
        10_i64.pow(u32::from(self.currency.scale())) as f64
    }

    /// Expected worth of the member's next purchase, in minor units.
    pub fn worth(&self, purchases: &Purchases) -> Option<f64> {
        Some(self.spend?.expected(&self.own_spend(purchases)?) * self.per_major())
    }

    /// 90 % ranges of the three [`FIELDS`], each by itself, in their order and units, as far as parameters are uncertain; none of what the
    /// document does not say how sure it is of.
    pub fn ranges(&self, purchases: &Purchases, day: Day) -> [Option<Band>; 3] {
        let (Some(customer), Some(known)) = (self.customer(purchases, day), &self.purchases_known) else { return [None; 3] };
        let ahead = |days: i32| f64::from(days) / self.unit.days();
        let spend = || {
            let worth = self.worth(purchases)?;
            let of_spend = self.spend?.ln_variance(self.spend_known.as_ref()?, &self.own_spend(purchases)?)?;
            let expected = |model: &Model| model.expected(&customer, ahead(SPEND_AHEAD));
            Band::around(expected(&self.purchases) * worth, self.purchases.ln_variance(known, expected)? + of_spend)
        };
        [
            self.purchases.p_alive_band(known, &customer),
            self.purchases.band(known, |model| model.expected(&customer, ahead(PURCHASES_AHEAD))),
            spend(),
        ]
    }

    /// Money expected in so many days after the day.
    pub fn expected_spend(&self, purchases: &Purchases, day: Day, ahead: i32) -> Option<Money> {
        Some(whole(self.worth(purchases)? * self.expected_purchases(purchases, day, ahead)?))
    }
}

/// To whole minor units; what does not fit is cut.
pub fn whole(minor: f64) -> Money {
    Money(minor.round() as i64)
}

/// A decimal as fields have it, to four places: beyond them a model knows nothing, and a comparison with what was read off a screen holds.
pub fn rounded(value: Option<f64>) -> Value {
    value.map_or(Value::Null, |value| Value::Decimal((value * 10_000.0).round() / 10_000.0))
}

/// Days between one day with a counted purchase and the next, up to a day.
fn gaps(series: &DaySeries, day: Day) -> impl Iterator<Item = i32> + '_ {
    let days = series.entries().iter().take_while(move |entry| entry.day <= day).filter(|entry| entry.count > 0).map(|entry| entry.day);
    let mut before = None;
    days.filter_map(move |day| before.replace(day).map(|before| day - before))
}

/// The member's own median gap, of two in the middle the shorter; `None` before the second purchase.
pub fn usual_gap(series: &DaySeries, day: Day) -> Option<i32> {
    let mut gaps: Vec<i32> = gaps(series, day).collect();
    gaps.sort_unstable();
    gaps.len().checked_sub(1).map(|last| gaps[last / 2])
}

/// How unusual a silence is for the member, in percent: of n own gaps, k were shorter; 100 k / (n + 1). If the next gap is like those before,
/// it would have ended by now with that chance.
pub fn silence_percentile(series: &DaySeries, day: Day) -> Option<f64> {
    let last = series.entries().iter().rev().find(|entry| entry.day <= day && entry.count > 0)?.day;
    let (mut all, mut shorter) = (0_u32, 0_u32);
    for gap in gaps(series, day) {
        all += 1;
        shorter += u32::from(gap < day - last);
    }
    (all > 0).then(|| 100.0 * f64::from(shorter) / f64::from(all + 1))
}

#[cfg(test)]
mod tests {
    use perennial_condition::Contribution;

    use super::*;

    fn bought(days: &[i32]) -> DaySeries {
        DaySeries::from_entries(days.iter().map(|day| Contribution { day: Day(*day), count: 1, sum: 100 }).collect())
    }

    #[test]
    fn the_usual_gap_is_the_own_median() {
        assert_eq!(usual_gap(&bought(&[0]), Day(50)), None);
        assert_eq!(usual_gap(&bought(&[0, 34]), Day(50)), Some(34));
        // Gaps 10, 34, 20, 90 in the order of size: 10, 20, 34, 90.
        assert_eq!(usual_gap(&bought(&[0, 10, 44, 64, 154]), Day(200)), Some(20));
        assert_eq!(usual_gap(&bought(&[0, 10, 44, 64, 154]), Day(100)), Some(20), "what came later is not seen");
    }

    #[test]
    fn a_silence_is_held_against_own_gaps() {
        let series = bought(&[0, 10, 44, 64]);
        let at = |day: i32| silence_percentile(&series, Day(64 + day));
        assert_eq!((at(0), at(10), at(11), at(20), at(21)), (Some(0.0), Some(0.0), Some(25.0), Some(25.0), Some(50.0)));
        assert_eq!((at(34), at(35), at(4000)), (Some(50.0), Some(75.0), Some(75.0)));
        assert_eq!(silence_percentile(&bought(&[7]), Day(90)), None);
    }
}
