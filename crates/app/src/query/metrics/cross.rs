//! Price band, discount band and group of members against each other.

use perennial_kernel::MemberId;
use perennial_metrics::behind::Behind;
use perennial_metrics::cross::{Cross, CrossBy, CrossKey, CrossTable, Prices};
use perennial_metrics::{Period, RfmMeans, Seen};
use perennial_rules::reference::Reference;

use super::{Measured, When, forwards, measure};
use crate::house::House;
use crate::query::{QueryResult, models};

/// How members, or their orders, are divided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CrossGroups {
    #[default]
    Everyone,
    Channel,
    Stage,
    Rfm,
}

impl CrossGroups {
    pub const ALL: [Self; 4] = [Self::Everyone, Self::Channel, Self::Stage, Self::Rfm];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Channel => "channel",
            Self::Stage => "stage",
            Self::Rfm => "rfm",
        }
    }

    fn of<'a>(self, reference: &'a Reference, means: &'a RfmMeans) -> CrossBy<'a> {
        match self {
            Self::Everyone => CrossBy::Everyone,
            Self::Channel => CrossBy::Channel,
            Self::Stage => CrossBy::Stage(models::primary_in(reference)),
            Self::Rfm => CrossBy::Rfm(means),
        }
    }
}

pub fn cross(house: &House, by: CrossGroups, period: Period, when: When) -> QueryResult<Measured<CrossTable>> {
    let (edges, means, when) = first(house, period, when)?;
    let reference = house.reference();
    Ok(measure(house, when, || Cross::new(period, by.of(&reference, &means), &edges))?.map(|cross, _| cross.finish()))
}

/// The members who bought in a cell, by their ids.
pub(super) fn cross_members(
    house: &House,
    by: CrossGroups,
    period: Period,
    key: &CrossKey,
    when: When,
) -> QueryResult<Measured<Vec<MemberId>>> {
    let (edges, means, when) = first(house, period, when)?;
    let reference = house.reference();
    let cross = Cross::new(period, by.of(&reference, &means), &edges);
    let measured = measure(house, when, || Behind::new(|seen: &Seen<'_>| cross.counts(seen, key)))?;
    Ok(measured.map(|behind, _| behind.finish()))
}

/// The edges between price bands and the means of the buyers, found in a first pass; the second sees what the first saw.
fn first(house: &House, period: Period, when: When) -> QueryResult<(Vec<i64>, RfmMeans, When)> {
    forwards(period)?;
    let found = measure(house, when, || (Prices::new(period), RfmMeans::new(period)))?;
    let (as_of, known_at) = (found.observed.as_of, found.known_at);
    let (prices, means) = found.table;
    Ok((prices.edges(), means, When { as_of: Some(as_of), known_at: Some(known_at) }))
}
