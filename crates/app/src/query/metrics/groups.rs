//! Which groups of buyers bring the money.

use std::sync::Arc;

use perennial_kernel::MemberId;
use perennial_metrics::groups::{GroupBy, Groups, GroupsTable};
use perennial_metrics::{Pareto, Period};
use perennial_rules::reference::Reference;

use super::{Measured, When, forwards, measure};
use crate::house::House;
use crate::query::{QueryResult, models};

pub fn groups(house: &House, by: GroupBy, period: Period, when: When) -> QueryResult<Measured<GroupsTable>> {
    let reference = house.reference();
    Ok(gathered(house, &reference, by, period, when)?.map(|groups, _| groups.finish()))
}

/// The buyers of one group, by their ids.
pub(super) fn group_members(house: &House, by: GroupBy, period: Period, key: &str, when: When) -> QueryResult<Measured<Vec<MemberId>>> {
    let reference = house.reference();
    Ok(gathered(house, &reference, by, period, when)?.map(|groups, _| groups.members(key)))
}

/// A stage is that of a day: where none is asked for, a first pass finds the day up to which something is known.
fn gathered<'a>(
    house: &House,
    reference: &'a Arc<Reference>,
    by: GroupBy,
    period: Period,
    when: When,
) -> QueryResult<Measured<Groups<'a>>> {
    forwards(period)?;
    let as_of = match when.as_of {
        Some(day) => day,
        None => measure(house, when, || Pareto::new(period))?.observed.as_of,
    };
    let model = models::primary_in(reference);
    measure(house, When { as_of: Some(as_of), ..when }, || Groups::new(by, period, model))
}
