//! What every test needs: a context, a file, the records of it.

use std::path::{Path, PathBuf};

use perennial_kernel::{Body, Calendar, Currency, Day, Incoming, Order};
use perennial_source::{BadRow, Context, Preset, Record, open};

pub fn context(zone: &str, currency: &str) -> Context {
    Context {
        calendar: Calendar::for_zone(zone).unwrap(),
        currency: Currency::parse(currency).unwrap(),
        source: "test".to_owned(),
        today: Day::parse("2026-11-22").unwrap(),
        shift_days: 0,
    }
}

pub fn shanghai() -> Context {
    context("Asia/Shanghai", "CNY")
}

pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name)
}

/// A file that lives as long as the guard.
pub fn file(bytes: impl AsRef<[u8]>) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

pub fn read(path: &Path, preset: &Preset, context: Context) -> (Vec<Record>, Vec<BadRow>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for item in open(path, preset, context).unwrap() {
        match item {
            Ok(record) => good.push(record),
            Err(row) => bad.push(row),
        }
    }
    (good, bad)
}

/// Reads text by the generic preset in Shanghai, everything guessed.
pub fn guessed(bytes: impl AsRef<[u8]>) -> (Vec<Record>, Vec<BadRow>) {
    read(file(bytes).path(), &Preset::Generic(None), shanghai())
}

pub fn all(records: &[Record]) -> Vec<&Incoming> {
    records.iter().flat_map(|record| &record.incoming).collect()
}

pub fn order(incoming: &Incoming) -> &Order {
    match &incoming.body {
        Body::OrderPlaced(order) => order,
        other => panic!("no order: {other:?}"),
    }
}

/// An incoming as one line: object, version, time, member, money, quantity.
pub fn line(incoming: &Incoming) -> String {
    let member = incoming.identities.first().map_or("-", |identity| identity.value.as_str());
    let what = match &incoming.body {
        Body::OrderPlaced(order) => {
            let paid = if order.paid_at.is_some() { "placed" } else { "unpaid" };
            format!("{paid} {} x{} lines={}", order.money.0, order.quantity.0, order.lines.len())
        }
        Body::OrderCancelled(_) => "cancelled".to_owned(),
        Body::OrderRefunded(refund) => {
            let of = refund.key.as_ref().map_or("-", |key| key.id.as_str());
            format!("refunded {} of={of} whole={}", refund.money.0, refund.whole)
        }
        Body::MemberUpdated { relation, attributes } => format!("member {relation:?} {:?}", attributes.keys().collect::<Vec<_>>()),
        Body::Behaved { name, channel, scores } => {
            let scores: Vec<_> = scores.iter().collect();
            if scores.is_empty() { format!("behaved {name} {channel:?}") } else { format!("behaved {name} {channel:?} {scores:?}") }
        }
        other => format!("{other:?}"),
    };
    format!("{} v={} {} {member} {what}", incoming.object, incoming.version, incoming.occurred_at)
}

pub fn lines(records: &[Record]) -> Vec<String> {
    all(records).into_iter().map(line).collect()
}

pub fn codes(bad: &[BadRow]) -> Vec<(u64, Option<&str>, &str)> {
    bad.iter().map(|row| (row.line, row.column.as_deref(), row.code)).collect()
}
