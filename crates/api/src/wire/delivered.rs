//! Customer delivered value.

use perennial_app::query::value::{self as asked, Balance, SHOWN_FROM};
use perennial_kernel::{Aspect, Instant};
use perennial_rules::reference::Reference;
use serde::Serialize;
use utoipa::ToSchema;

use super::Words;

#[derive(Serialize, ToSchema)]
pub struct DeliveredValue {
    pub as_of: String,
    /// In days.
    pub window: i32,
    /// Version of the weights; null while those that ship are in force.
    pub version: Option<i64>,
    /// Members who answered anything.
    pub members: u64,
    /// From so many members' answers on a mean is shown.
    pub shown_from: u64,
    /// Null until an aspect of each side is shown.
    pub balance: Option<DeliveredBalance>,
    /// product, service, staff, image, price, time, effort.
    pub aspects: Vec<DeliveredAspect>,
    /// Ascending; each by the answers of its own days.
    pub months: Vec<DeliveredMonth>,
    pub data_up_to: String,
}

/// Benefits less costs, from −4 to 4.
#[derive(Serialize, ToSchema)]
pub struct DeliveredBalance {
    pub value: f64,
    /// Weighted means, from 1 to 5.
    pub benefits: f64,
    pub costs: f64,
    /// Holds what all members would say in 19 of 20 samples as large.
    pub low: f64,
    pub high: f64,
}

#[derive(Serialize, ToSchema)]
pub struct DeliveredAspect {
    pub aspect: String,
    pub text: Words,
    /// Of a cost 5 is the most.
    pub is_cost: bool,
    /// Of its side.
    pub percent: f64,
    pub members: u64,
    /// Members by their latest score, from 1 to 5.
    pub answers: [u64; 5],
    /// Null until enough members answered.
    pub mean: Option<f64>,
}

#[derive(Serialize, ToSchema)]
pub struct DeliveredMonth {
    /// `2026-11`.
    pub month: String,
    pub members: u64,
    pub balance: Option<DeliveredBalance>,
}

impl From<Balance> for DeliveredBalance {
    fn from(of: Balance) -> Self {
        Self { value: of.value(), benefits: of.benefits, costs: of.costs, low: of.band.0, high: of.band.1 }
    }
}

fn words(aspect: Aspect) -> Words {
    let (en, zh) = match aspect {
        Aspect::Product => ("product", "产品"),
        Aspect::Service => ("service", "服务"),
        Aspect::Staff => ("staff", "人员"),
        Aspect::Image => ("image", "形象"),
        Aspect::Price => ("price", "价格"),
        Aspect::Time => ("time", "时间"),
        Aspect::Effort => ("effort", "精力"),
    };
    Words { en: en.to_owned(), zh: zh.to_owned() }
}

impl DeliveredValue {
    pub fn new(of: &asked::DeliveredValue, reference: &Reference, up_to: Instant) -> Self {
        let aspect = |one: &asked::Rated| DeliveredAspect {
            aspect: one.aspect.as_str().to_owned(),
            text: words(one.aspect),
            is_cost: one.aspect.is_cost(),
            percent: one.weight as f64 / 100.0,
            members: one.members(),
            answers: one.answers,
            mean: one.mean,
        };
        let month = |one: &asked::DeliveredMonth| {
            let (year, month, _) = one.month.ymd();
            DeliveredMonth { month: format!("{year:04}-{month:02}"), members: one.members, balance: one.balance.map(Into::into) }
        };
        Self {
            as_of: of.as_of.to_string(),
            window: of.window,
            version: reference.brand.signals.version,
            members: of.members,
            shown_from: SHOWN_FROM,
            balance: of.balance.map(Into::into),
            aspects: of.aspects.iter().map(aspect).collect(),
            months: of.months.iter().map(month).collect(),
            data_up_to: up_to.to_string(),
        }
    }
}
