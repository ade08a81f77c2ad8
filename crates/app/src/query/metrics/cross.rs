//! Price band, discount band and group of members against each other.

use perennial_kernel::MemberId;
use perennial_metrics::behind::Behind;
use perennial_metrics::cross::{Cross, CrossBy, CrossKey, CrossTable, Prices};
use perennial_metrics::{Period, Seen};
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
}

impl CrossGroups {
    pub const ALL: [Self; 3] = [Self::Everyone, Self::Channel, Self::Stage];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Channel => "channel",
            Self::Stage => "stage",
        }
    }

    fn of(self, reference: &Reference) -> CrossBy<'_> {
        match self {
            Self::Everyone => CrossBy::Everyone,
            Self::Channel => CrossBy::Channel,
            Self::Stage => CrossBy::Stage(models::primary_in(reference)),
        }
    }
}

pub fn cross(house: &House, by: CrossGroups, period: Period, when: When) -> QueryResult<Measured<CrossTable>> {
    let (edges, when) = edges(house, period, when)?;
    let reference = house.reference();
    Ok(measure(house, when, || Cross::new(period, by.of(&reference), &edges))?.map(|cross, _| cross.finish()))
}

/// The members who bought in a cell, by their ids.
pub(super) fn cross_members(
    house: &House,
    by: CrossGroups,
    period: Period,
    key: &CrossKey,
    when: When,
) -> QueryResult<Measured<Vec<MemberId>>> {
    let (edges, when) = edges(house, period, when)?;
    let reference = house.reference();
    let cross = Cross::new(period, by.of(&reference), &edges);
    let measured = measure(house, when, || Behind::new(|seen: &Seen<'_>| cross.counts(seen, key)))?;
    Ok(measured.map(|behind, _| behind.finish()))
}

/// The edges between price bands, found in a first pass; the second sees what the first saw.
fn edges(house: &House, period: Period, when: When) -> QueryResult<(Vec<i64>, When)> {
    forwards(period)?;
    let found = measure(house, when, || Prices::new(period))?;
    let (as_of, known_at) = (found.observed.as_of, found.known_at);
    Ok((found.table.edges(), When { as_of: Some(as_of), known_at: Some(known_at) }))
}
