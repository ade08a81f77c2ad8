//! Who a member is: drawn once, before anything happens.

use crate::catalogue::Catalogue;
use crate::names;
use crate::places::{CITIES, Channel, Cities, City};
use crate::random::Random;
use crate::sample::{Weights, gamma, normal};

/// How far a person ever comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reach {
    Buyer,
    Registered,
    Follower,
    Aware,
}

pub(crate) struct Person {
    pub reach: Reach,
    pub female: bool,
    pub birth_year: i32,
    pub name: String,
    pub city: &'static City,
    pub channel: Channel,
    pub shop: &'static str,
    /// How dear a member likes it: mean 1.
    pub level: f64,
    pub favourite: usize,
    /// The chance that one more line goes into the basket.
    pub another_line: f64,
}

impl Person {
    pub fn draw(random: &mut Random, cities: &Cities, catalogue: &Catalogue, end_year: i32) -> Self {
        let reach = match random.unit() {
            x if x < 0.70 => Reach::Buyer,
            x if x < 0.83 => Reach::Registered,
            x if x < 0.94 => Reach::Follower,
            _ => Reach::Aware,
        };
        let female = random.chance(0.72);
        let age = (32.0 + 9.0 * normal(random)).clamp(16.0, 72.0);
        let city = cities.draw(random);
        let channels = if city.shops.is_empty() { [0.0, 0.28, 0.46, 0.26] } else { [0.42, 0.20, 0.25, 0.13] };
        let channel = Channel::ALL[Weights::new(channels).draw(random)];
        Self {
            reach,
            female,
            birth_year: end_year - age as i32,
            name: names::full_name(random, female),
            city,
            channel,
            shop: random.pick(if city.shops.is_empty() { CITIES[0].shops } else { city.shops }),
            level: gamma(random, 4.0, 4.0),
            favourite: catalogue.favourite(random, female),
            another_line: 0.15 + 0.35 * random.unit(),
        }
    }
}
