//! Orders whose rows have a status of their own, as marketplaces export them: one line closed and given back, the next one sent.

use perennial_kernel::{Line, Money, OrderKey, Quantity, Refund, RefundLine};

use super::row::Values;
use crate::mapping::Status;

/// The order's status: that of its lines that are not closed; where all are, given back or cancelled.
pub fn status(rows: &[Values]) -> Option<Status> {
    match rows.iter().find(|row| !is_closed(row)) {
        Some(open) => open.status,
        None if rows.iter().any(|row| row.given_back || row.status == Some(Status::Refunded)) => Some(Status::Refunded),
        None => Some(Status::Cancelled),
    }
}

/// A refund for each closed line of an order that goes on; none while nothing was paid.
pub fn given_back(key: &OrderKey, rows: &[Values], lines: &[Line]) -> Vec<Refund> {
    if !rows.iter().any(|row| row.paid_at.is_some()) {
        return Vec::new();
    }
    let closed = rows.iter().zip(lines).enumerate().filter(|(_, (row, line))| is_closed(row) && line.quantity > Quantity::ZERO);
    let refund = |(index, (row, line)): (usize, (&Values, &Line))| {
        let money = line.paid.max(Money::ZERO);
        let part = RefundLine { line: u32::try_from(index).unwrap_or(u32::MAX), quantity: line.quantity, money };
        let id = row.line_id.clone().unwrap_or_else(|| format!("{}:{index}", key.id));
        Refund { key: Some(key.clone()), id, money, whole: false, lines: vec![part] }
    };
    closed.map(refund).collect()
}

/// A version out of the latest of all times and how far the lines had come: exports without a modified time come again and again.
///
/// Milliseconds, and above 500 within the second: of a push and an export that know the same, the export knows the lines.
pub fn version(rows: &[Values]) -> Option<i64> {
    let times = |row: &Values| [row.paid_at, row.created_at, row.cancelled_at, row.finished_at, row.refunded_at];
    let latest = rows.iter().flat_map(times).flatten().max()?;
    let progress: i64 = rows.iter().map(progress).sum();
    Some(latest.0.div_euclid(1000) * 1000 + 500 + progress.min(499))
}

fn is_closed(row: &Values) -> bool {
    row.given_back || matches!(row.status, Some(Status::Cancelled | Status::Refunded))
}

fn progress(row: &Values) -> i64 {
    match row.status {
        _ if row.given_back => 3,
        Some(Status::Unpaid) => 0,
        Some(Status::Paid) | None => 1,
        Some(Status::Cancelled) => 2,
        Some(Status::Refunded) => 3,
    }
}
