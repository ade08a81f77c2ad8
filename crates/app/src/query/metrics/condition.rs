//! Numbers that a condition tells as well: who is counted for what anybody can be asked today, so that such a list keeps current.

use perennial_kernel::Day;
use perennial_metrics::cohort::{Question, Rows, Start};
use perennial_metrics::{Period, Unit, funnel, repurchase};

use super::asked::Number;

/// The condition that holds of the members a number counts as of today; `None` where the condition language has none.
pub fn condition_of(number: &Number) -> Option<String> {
    let times = |text: &str| Some(format!("f_total {text}"));
    match number {
        Number::Repurchase(period, repurchase::Cell::New) if period.from.is_some() => first_bought(*period),
        Number::Repurchase(period, cell) if *period == Period::default() => match cell {
            repurchase::Cell::Buyers => times(">= 1"),
            repurchase::Cell::Repeat => times(">= 2"),
            repurchase::Cell::Once => times("= 1"),
            repurchase::Cell::New | repurchase::Cell::Returning | repurchase::Cell::Interval { .. } => None,
        },
        Number::Funnel(period, _, cell) if *period == Period::default() => match cell {
            funnel::Cell::Buyers => times(">= 1"),
            funnel::Cell::Once => times("= 1"),
            funnel::Cell::Reached(_) | funnel::Cell::Bought(_) | funnel::Cell::Excluded => None,
        },
        Number::Cohort { question, row, column: None } => cohort(question, row.as_deref()),
        _ => None,
    }
}

/// First bought in one of a cohort table's rows of time, or in any.
fn cohort(question: &Question, row: Option<&str>) -> Option<String> {
    if question.start != Start::FirstPurchase || question.rows != Rows::Time {
        return None;
    }
    let Some(row) = row else { return first_bought(question.period) };
    let start = match question.by {
        Unit::Month => Day::parse(&format!("{row}-01"))?,
        Unit::Day | Unit::Week => Day::parse(row)?,
    };
    let end = question.by.end_of_nth(start, 0) + 1;
    let Period { from, to } = question.period;
    first_bought(Period::new(Some(from.map_or(start, |from| from.max(start))), Some(to.map_or(end, |to| to.min(end)))))
}

fn first_bought(Period { from, to }: Period) -> Option<String> {
    let ends = [from.map(|day| format!("first_purchase_on >= DATE '{day}'")), to.map(|day| format!("first_purchase_on < DATE '{day}'"))];
    let ends: Vec<String> = ends.into_iter().flatten().collect();
    Some(if ends.is_empty() { "f_total >= 1".to_owned() } else { ends.join(" AND ") })
}
