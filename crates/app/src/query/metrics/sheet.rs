//! The tables of metrics as rows and columns, for CSV and workbooks: the same numbers as in the answers, money in major units.

use perennial_kernel::{Currency, Money};
use perennial_metrics::simulate::Outcome;
use perennial_metrics::{AcquiredTable, CohortTable, FunnelTable, GroupsTable, ParetoTable, RepurchaseTable, Summary};
use rust_xlsxwriter::Workbook;

use super::BasketTable;
use crate::port::PortError;
use crate::query::QueryResult;
use crate::query::export::{BYTE_ORDER_MARK, harmless, quoted};

#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    Blank,
    Text(String),
    Count(u64),
    Number(f64),
    Money(Money),
}

/// A table with one head for each column.
#[derive(Clone, PartialEq, Debug)]
pub struct Sheet {
    pub heads: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::Blank, Self::Number)
    }
}

impl From<Option<i32>> for Cell {
    fn from(number: Option<i32>) -> Self {
        number.map_or(Self::Blank, |number| Self::Number(f64::from(number)))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Cell {
    fn text(&self, currency: Currency) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) => harmless(text),
            Self::Count(count) => count.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Money(money) => currency.format(*money),
        }
    }
}

pub(super) fn heads(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Names with their values, one a row.
fn named(pairs: Vec<(&str, Cell)>) -> Sheet {
    Sheet { heads: heads(&["number", "value"]), rows: pairs.into_iter().map(|(name, cell)| vec![name.into(), cell]).collect() }
}

impl Sheet {
    pub fn repurchase(table: &RepurchaseTable) -> Self {
        let Summary { count, mean, p50, p80, p90 } = table.intervals.clone();
        let mut sheet = named(vec![
            ("buyers", Cell::Count(table.buyers)),
            ("purchases", Cell::Count(table.purchases)),
            ("orders", Cell::Count(table.orders)),
            ("repeat_buyers", Cell::Count(table.repeat_buyers)),
            ("repeat_orders", Cell::Count(table.repeat_orders)),
            ("returning_buyers", Cell::Count(table.returning_buyers)),
            ("user_repurchase_rate", table.user_rate.into()),
            ("order_repurchase_rate", table.order_rate.into()),
            ("returning_buyer_rate", table.returning_rate.into()),
            ("purchases_per_buyer", table.purchases_per_buyer.into()),
            ("intervals", Cell::Count(count)),
            ("interval_mean_days", mean.into()),
            ("interval_p50_days", p50.into()),
            ("interval_p80_days", p80.into()),
            ("interval_p90_days", p90.into()),
        ]);
        sheet
            .rows
            .extend(table.by_days.iter().map(|(days, count)| vec![Cell::Text(format!("intervals_of_{days}_days")), Cell::Count(*count)]));
        sheet
    }

    /// One row for each cohort and column, blank cells left out: what pivots and charts read.
    pub fn cohort(table: &CohortTable) -> Self {
        let mut rows = Vec::new();
        for (row, is_all) in table.rows.iter().map(|row| (row, false)).chain([(&table.all, true)]) {
            for (column, cell) in table.columns.iter().zip(&row.cells) {
                let Some(cell) = cell else { continue };
                rows.push(vec![
                    if is_all { "*".into() } else { row.name.as_str().into() },
                    Cell::Count(row.members),
                    Cell::Text(column.name()),
                    Cell::Count(cell.observed),
                    Cell::Count(cell.active),
                    cell.rate().into(),
                    Cell::Money(cell.money),
                ]);
            }
        }
        Self { heads: heads(&["cohort", "members", "column", "observed", "active", "rate", "money"]), rows }
    }

    pub fn funnel(table: &FunnelTable) -> Self {
        let mut rows = Vec::new();
        for (number, (step, bucket)) in (1..).zip(table.steps.iter().zip(&table.buckets)) {
            let days = step.days.clone().unwrap_or_default();
            rows.push(vec![
                Cell::Count(number),
                Cell::Count(step.members),
                step.conversion.into(),
                step.of_all.into(),
                days.p50.into(),
                days.p80.into(),
                days.p90.into(),
                Cell::Count(step.purchases),
                Cell::Money(step.money),
                step.money_share.into(),
                Cell::Count(bucket.members),
                Cell::Count(bucket.purchases),
                Cell::Money(bucket.money),
            ]);
        }
        let names = [
            "purchase",
            "members",
            "conversion",
            "share_of_first",
            "days_p50",
            "days_p80",
            "days_p90",
            "purchases",
            "money",
            "money_share",
            "bought_exactly",
            "their_purchases",
            "their_money",
        ];
        Self { heads: heads(&names), rows }
    }

    /// One row for each group and step, everyone first.
    pub fn acquisition(table: &AcquiredTable) -> Self {
        let mut rows = Vec::new();
        for (row, is_all) in [(&table.all, true)].into_iter().chain(table.rows.iter().map(|row| (row, false))) {
            for step in &row.steps {
                rows.push(vec![
                    if is_all { "*".into() } else { row.group.as_str().into() },
                    step.step.as_str().into(),
                    Cell::Count(step.reached),
                    step.conversion.into(),
                    step.of_known.into(),
                    Cell::Count(step.took),
                    step.days.p50.into(),
                    step.days.p80.into(),
                    step.days_known.p50.into(),
                    step.days_known.p80.into(),
                    Cell::Count(row.excluded),
                ]);
            }
        }
        let names = [
            "group",
            "step",
            "reached",
            "conversion",
            "share_of_known",
            "took",
            "days_p50",
            "days_p80",
            "days_since_known_p50",
            "days_since_known_p80",
            "excluded",
        ];
        Self { heads: heads(&names), rows }
    }

    pub fn pareto(table: &ParetoTable) -> Self {
        let row = |(percent, point): (u64, &perennial_metrics::pareto::Point)| {
            vec![Cell::Count(percent), Cell::Count(point.buyers), Cell::Money(point.money), point.money_share.into()]
        };
        Self { heads: heads(&["first_percent", "buyers", "money", "money_share"]), rows: (0..).zip(&table.curve).map(row).collect() }
    }

    pub fn groups(table: &GroupsTable) -> Self {
        let row = |row: &perennial_metrics::groups::GroupRow| {
            vec![
                row.key.as_str().into(),
                Cell::Count(row.buyers),
                row.buyers_share.into(),
                Cell::Count(row.purchases),
                Cell::Money(row.money),
                row.money_share.into(),
                Cell::Count(row.top_fifth),
            ]
        };
        let names = ["group", "buyers", "buyers_share", "purchases", "money", "money_share", "among_first_20_percent"];
        Self { heads: heads(&names), rows: table.rows.iter().map(row).collect() }
    }

    /// Scenarios below each other, the first the one they are compared with. Sales in minor units.
    pub fn simulation(outcomes: &[Outcome]) -> Self {
        let mut rows = Vec::new();
        for (scenario, outcome) in (0..).zip(outcomes) {
            for row in &outcome.rows {
                rows.push(vec![
                    Cell::Count(scenario),
                    outcome.model.as_str().into(),
                    Cell::Count(row.number as u64),
                    Cell::Number(row.members),
                    Cell::Number(row.orders),
                    Cell::Money(rounded(row.sales)),
                ]);
            }
        }
        Self { heads: heads(&["scenario", "model", "number", "members", "orders", "sales"]), rows }
    }

    /// Rules, the most surprising first.
    pub fn baskets(table: &BasketTable) -> Self {
        let names = |items: &[u32]| items.iter().map(|item| table.names[*item as usize].as_str()).collect::<Vec<_>>().join(" + ");
        let mut rules: Vec<_> = table.rules.iter().collect();
        rules.sort_by(|a, b| b.lift(table.baskets).total_cmp(&a.lift(table.baskets)));
        let row = |rule: &&perennial_metrics::basket::Rule| {
            vec![
                Cell::Text(names(&rule.from)),
                Cell::Text(names(&rule.to)),
                Cell::Count(rule.count),
                Cell::Number(rule.support(table.baskets)),
                Cell::Number(rule.confidence()),
                Cell::Number(rule.lift(table.baskets)),
            ]
        };
        Self { heads: heads(&["from", "to", "baskets", "support", "confidence", "lift"]), rows: rules.iter().map(row).collect() }
    }

    pub fn csv(&self, currency: Currency) -> String {
        let mut text = format!("{BYTE_ORDER_MARK}{}\r\n", self.heads.join(","));
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| quoted(&cell.text(currency))).collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
        text
    }

    pub fn xlsx(&self, currency: Currency) -> QueryResult<Vec<u8>> {
        let written = || -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet();
            for (at, head) in self.heads.iter().enumerate() {
                sheet.write_string(0, at as u16, head)?;
            }
            for (line, row) in (1..).zip(&self.rows) {
                for (at, cell) in row.iter().enumerate() {
                    let at = at as u16;
                    match cell {
                        Cell::Blank => {}
                        Cell::Text(text) => drop(sheet.write_string(line, at, harmless(text))?),
                        Cell::Count(count) => drop(sheet.write_number(line, at, *count as f64)?),
                        Cell::Number(number) => drop(sheet.write_number(line, at, *number)?),
                        Cell::Money(_) => drop(sheet.write_number(line, at, cell.text(currency).parse().unwrap_or(0.0))?),
                    }
                }
            }
            book.save_to_buffer()
        };
        written().map_err(|_| PortError::Failed("the workbook cannot be written".to_owned()).into())
    }
}

/// An expected amount in minor units, to the nearest one.
pub fn rounded(minor: f64) -> Money {
    Money(minor.round() as i64)
}
