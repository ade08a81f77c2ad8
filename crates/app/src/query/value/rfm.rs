//! RFM of everyone (SPEC VA-1), and the members behind its cells; the rules are those of [`perennial_metrics::rfm`].

use perennial_kernel::{Day, MemberId};
use perennial_metrics::Observed;
use perennial_metrics::rfm::{Buyers, Choices, Chosen, Rfm, RfmCell, RfmPlan, RfmTable, behind, table};

use crate::house::House;
use crate::query::QueryResult;
use crate::query::everyone::{Counted, fold};
use crate::query::metrics::{Measured, When};

/// As of the end of today, over buyers of the last days.
pub fn rfm(house: &House, plan: &RfmPlan) -> QueryResult<Counted<RfmTable>> {
    let as_of = house.calendar().day(house.now());
    let Counted { table: found, data_up_to } = buyers(house, plan, as_of, When::default())?;
    Ok(Counted { table: table(&found, plan, as_of, house.reference().brand.currency), data_up_to })
}

fn buyers(house: &House, plan: &RfmPlan, as_of: Day, when: When) -> QueryResult<Counted<Vec<(MemberId, Rfm)>>> {
    let reference = house.reference();
    let (found, data_up_to) = fold(house, when.known_at, || Buyers::new(&reference, &plan.within, plan.window, as_of))?;
    Ok(Counted { table: found.finish(), data_up_to })
}

/// The members of a cell, by their ids: of the window that ends on the day asked about, or today.
pub fn rfm_members(house: &House, plan: &RfmPlan, cell: RfmCell, when: When) -> QueryResult<Measured<Vec<MemberId>>> {
    let as_of = when.as_of.unwrap_or_else(|| house.calendar().day(house.now()));
    let Counted { table: found, data_up_to } = buyers(house, plan, as_of, when)?;
    let observed = Observed { as_of, data_up_to: Some(data_up_to) };
    Ok(Measured { table: behind(&found, plan.cut, cell), observed, known_at: when.known_at.unwrap_or(data_up_to) })
}

/// The channels and categories that one may ask within, with their buyers of the last days.
pub fn rfm_choices(house: &House, window: i32) -> QueryResult<Counted<Choices>> {
    let reference = house.reference();
    let as_of = house.calendar().day(house.now());
    let (chosen, data_up_to) = fold(house, None, || Chosen::new(&reference, window, as_of))?;
    Ok(Counted { table: chosen.finish(), data_up_to })
}
