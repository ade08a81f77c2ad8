//! Look-alikes.

use perennial_app::query::person::Person;
use perennial_app::query::value::{self as asked, LookAlike, Target};
use perennial_kernel::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use super::Words;

#[derive(Serialize, ToSchema)]
pub struct LookAlikes {
    pub as_of: String,
    /// So many percent with most money after `until`; null where a condition was given.
    pub top: Option<u32>,
    pub until: Option<String>,
    pub condition: Option<String>,
    /// A fixed list such as `l_3`.
    pub list: Option<String>,
    /// Members learnt from and judged on, and how many of them are wanted.
    pub members: u64,
    pub hits: u64,
    /// Of these, members the model has not seen: three in ten by their id.
    pub held_out: u64,
    pub held_out_hits: u64,
    /// Null where there are too few to learn from: twenty who are wanted and twenty who are not.
    pub learned: Option<LookAlikeModel>,
    pub total: usize,
    /// Everybody who is none of those, the highest score first.
    pub items: Vec<LookAlikeItem>,
    pub next: Option<String>,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct LookAlikeModel {
    pub intercept: f64,
    /// The heaviest first.
    pub weights: Vec<LookAlikeWeight>,
    /// Of a held-out member who is wanted and one who is not, how often the first has the higher score; null where there are not both.
    pub auc: Option<f64>,
    /// How many times as many are wanted among the tenth of the held-out with the highest scores as among all held out.
    pub lift: Option<f64>,
    pub settled: bool,
}

#[derive(Serialize, ToSchema)]
pub struct LookAlikeWeight {
    pub of: String,
    pub text: Words,
    /// What one deviation more adds to the logarithm of the odds.
    pub weight: f64,
    /// By what the odds are multiplied by one deviation more.
    pub odds: f64,
    /// Of the column as the model takes it; counts and days as ln(1 + n).
    pub mean: f64,
    pub deviation: f64,
}

#[derive(Serialize, ToSchema)]
pub struct LookAlikeItem {
    pub member: String,
    /// Masked.
    pub name: Option<String>,
    pub number: Option<String>,
    /// From 0 to 1.
    pub score: f64,
    pub bought: bool,
    /// What speaks most for it, two at most.
    pub because: Vec<Words>,
}

impl LookAlikes {
    pub fn new(of: &asked::LookAlikes, page: Vec<(LookAlike, Person)>, next: Option<String>, data_up_to: Instant) -> Self {
        let words = |name: &str| -> Words { (&asked::trait_words(name)).into() };
        let weights = of.learned.as_ref().map(|learned| learned.weights.as_slice()).unwrap_or_default();
        let weight = |one: &asked::Weight| LookAlikeWeight {
            of: one.of.clone(),
            text: words(&one.of),
            weight: one.weight,
            odds: one.weight.exp(),
            mean: one.mean,
            deviation: one.deviation,
        };
        let learned = of.learned.as_ref().map(|learned| LookAlikeModel {
            intercept: learned.intercept,
            weights: weights.iter().map(weight).collect(),
            auc: learned.auc,
            lift: learned.lift,
            settled: learned.settled,
        });
        let item = |(one, person): (LookAlike, Person)| LookAlikeItem {
            member: one.member.to_string(),
            name: person.name,
            number: person.number,
            score: one.score,
            bought: one.bought,
            because: one.because.iter().filter_map(|at| weights.get(*at)).map(|weight| words(&weight.of)).collect(),
        };
        let (top, until, condition, list) = match &of.target {
            Target::Top { percent, until } => (Some(*percent), Some(until.to_string()), None, None),
            Target::Chosen { condition } => (None, None, Some(condition.clone()), None),
            Target::Listed(list) => (None, None, None, Some(format!("l_{}", list.id))),
        };
        Self {
            as_of: of.as_of.to_string(),
            top,
            until,
            condition,
            list,
            members: of.members,
            hits: of.hits,
            held_out: of.held_out,
            held_out_hits: of.held_out_hits,
            learned,
            total: of.scored.len(),
            items: page.into_iter().map(item).collect(),
            next,
            data_up_to: data_up_to.to_string(),
        }
    }
}
