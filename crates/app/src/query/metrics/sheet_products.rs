//! The tables about products as rows and columns.

use perennial_kernel::{Money, Quantity};
use perennial_metrics::cross::{CrossKey, CrossSums, CrossTable};
use perennial_metrics::product::{DemandRow, DemandTable, DueRow, DueTable, FirstRow, FirstTable, ProductRow, ProductsTable};

use super::sheet::{Cell, Sheet, heads, rounded};

/// In pieces, or in whatever the shop counts by.
fn quantity(quantity: Quantity) -> Cell {
    Cell::Number(quantity.0 as f64 / 1000.0)
}

impl Sheet {
    pub fn products(table: &ProductsTable) -> Self {
        let row = |row: &ProductRow| {
            vec![
                row.item.as_str().into(),
                Cell::Count(row.buyers),
                Cell::Count(row.repeat_buyers),
                row.rate.into(),
                Cell::Count(row.returning_buyers),
                row.returning_rate.into(),
                Cell::Count(row.purchases),
                Cell::Count(row.orders),
                quantity(row.quantity),
                Cell::Money(row.money),
                Cell::Count(row.intervals.count),
                row.intervals.p50.into(),
                row.intervals.p80.into(),
                row.intervals.p90.into(),
            ]
        };
        let names = [
            "item",
            "buyers",
            "repeat_buyers",
            "repurchase_rate",
            "returning_buyers",
            "returning_rate",
            "purchases",
            "orders",
            "quantity",
            "money",
            "intervals",
            "interval_p50_days",
            "interval_p80_days",
            "interval_p90_days",
        ];
        Self { heads: heads(&names), rows: table.rows.iter().map(row).collect() }
    }

    /// Everyone in the first row.
    pub fn first_products(table: &FirstTable) -> Self {
        let row = |row: &FirstRow, name: &str| {
            let mean = |minor: Option<f64>| minor.map_or(Cell::Blank, |minor| Cell::Money(rounded(minor)));
            vec![
                name.into(),
                Cell::Count(row.members),
                Cell::Count(row.second),
                row.second_rate.into(),
                row.days.p50.into(),
                mean(row.first_mean),
                mean(row.later_mean),
                Cell::Money(row.first_money),
                Cell::Money(row.later_money),
            ]
        };
        let names = [
            "first_item",
            "members",
            "second_purchase",
            "second_purchase_rate",
            "days_to_second_p50",
            "mean_first_money",
            "mean_later_money",
            "first_money",
            "later_money",
        ];
        let rows = [row(&table.all, "*")].into_iter().chain(table.rows.iter().map(|one| row(one, &one.item))).collect();
        Self { heads: heads(&names), rows }
    }

    pub fn cross(table: &CrossTable) -> Self {
        let edge = |at: Option<usize>| at.and_then(|at| table.edges.get(at)).map_or(Cell::Blank, |minor| Cell::Money(Money(*minor)));
        let row = |((band, discount, group), sums): &(CrossKey, CrossSums)| {
            vec![
                edge(band.checked_sub(1)),
                edge(Some(*band)),
                discount.as_str().into(),
                group.as_deref().unwrap_or("*").into(),
                Cell::Count(sums.buyers),
                Cell::Count(sums.lines),
                quantity(Quantity(sums.quantity)),
                Cell::Money(sums.money),
            ]
        };
        let names = ["price_above", "price_up_to", "discount", "group", "buyers", "lines", "quantity", "money"];
        Self { heads: heads(&names), rows: table.cells.iter().map(row).collect() }
    }

    /// One row for each item, store and week: what planning tools read.
    pub fn demand(table: &DemandTable) -> Self {
        let weeks = |row: &DemandRow| -> Vec<Vec<Cell>> {
            let week = |(week, (from, to)): (&perennial_metrics::product::Expected, &(perennial_kernel::Day, perennial_kernel::Day))| {
                vec![
                    row.item.as_str().into(),
                    row.store.as_str().into(),
                    Cell::Text(from.to_string()),
                    Cell::Text(to.to_string()),
                    Cell::Number(week.purchases),
                    Cell::Number(week.low),
                    Cell::Number(week.high),
                    Cell::Number(week.pieces),
                    Cell::Count(row.members),
                ]
            };
            row.weeks.iter().zip(&table.weeks).map(week).collect()
        };
        let names = ["item", "store", "from", "to", "expected_purchases", "low_90", "high_90", "expected_pieces", "members"];
        Self { heads: heads(&names), rows: table.rows.iter().flat_map(weeks).collect() }
    }

    pub fn due(table: &DueTable) -> Self {
        let day = |day: perennial_kernel::Day| Cell::Text(day.to_string());
        let row = |row: &DueRow| {
            vec![
                row.due.as_str().into(),
                Cell::Text(row.member.to_string()),
                row.item.as_str().into(),
                day(row.from),
                day(row.on),
                day(row.to),
                Cell::Count(u64::from(row.times)),
                row.own_mean().into(),
                Some(row.cycle.p50).into(),
                day(row.last),
            ]
        };
        let names =
            ["due", "member", "item", "from", "expected", "to", "bought_times", "own_interval_days", "item_cycle_days", "last_bought"];
        Self { heads: heads(&names), rows: table.rows.iter().map(row).collect() }
    }
}
