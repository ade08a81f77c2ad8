//! Lists and tables of value as rows and columns, for CSV and workbooks. No name stands in them.

use perennial_kernel::Money;

use super::equity::{Equity, Grouping, Movement, Worth};
use super::kinds::{Kinds, ValueKind};
use super::sign::Sign;
use super::super_users::{SuperUsers, Test};
use super::warning::Warnings;
use crate::query::metrics::{Cell, Sheet};

fn heads(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The members of an early warning, the largest expected loss first.
pub fn warnings(of: &Warnings) -> Sheet {
    let days = |days: Option<i32>| days.map_or(Cell::Blank, |days| Cell::Number(f64::from(days)));
    let rows = of.members.iter().map(|one| {
        let signs: Vec<(String, String)> = one.signs.iter().map(Sign::words).map(|words| (words.en, words.zh)).collect();
        let joined = |of: fn(&(String, String)) -> &str| signs.iter().map(of).collect::<Vec<_>>().join("; ");
        let action = one.action.words();
        vec![
            Cell::Text(one.member.to_string()),
            days(Some(one.silence)),
            days(one.usual_gap),
            one.percentile.into(),
            Cell::Number(one.p_alive),
            Cell::Number(one.expected),
            Cell::Number(one.expected_then),
            Cell::Money(one.if_alive),
            Cell::Money(one.loss),
            Cell::Text(joined(|words| &words.0)),
            Cell::Text(joined(|words| &words.1)),
            Cell::Text(action.en),
            Cell::Text(action.zh),
        ]
    });
    let names = [
        "member",
        "silent_days",
        "usual_gap_days",
        "silence_percentile",
        "p_alive",
        "expected_purchases_90",
        "expected_at_last_purchase",
        "spend_365_if_alive",
        "expected_loss",
        "reasons_en",
        "reasons_zh",
        "action_en",
        "action_zh",
    ];
    Sheet { heads: heads(&names), rows: rows.collect() }
}

/// Everyone, then every group, each with its five movements.
pub fn equity(of: &Equity) -> Sheet {
    let row = |by: &str, name: &str, movement: &str, worth: &Worth| {
        let cells = [worth.before, worth.after, worth.after - worth.before].map(|minor| Cell::Money(Money(minor)));
        let mut row = vec![by.into(), name.into(), movement.into(), Cell::Count(worth.members)];
        row.extend(cells);
        row
    };
    let mut rows = Vec::new();
    let mut part = |by: &str, name: &str, all: &Worth, movements: &[Worth; 5]| {
        rows.push(row(by, name, "all", all));
        rows.extend(Movement::ALL.iter().zip(movements).map(|(movement, worth)| row(by, name, movement.as_str(), worth)));
    };
    part("all", "", &of.all, &of.movements);
    for (grouping, groups) in Grouping::ALL.iter().zip(&of.groups) {
        for group in groups {
            part(grouping.as_str(), &group.name, &group.all, &group.movements);
        }
    }
    Sheet { heads: heads(&["by", "name", "movement", "members", "before", "after", "change"]), rows }
}

/// The super users, who spent most first.
pub fn super_users(of: &SuperUsers) -> Sheet {
    let rows = of.members.iter().map(|one| {
        let mut row = vec![Cell::Text(one.member.to_string()), Cell::Money(one.money)];
        row.extend(one.times.iter().map(|times| Cell::Count(u64::from(*times))));
        row
    });
    let mut names = heads(&["member", "money"]);
    names.extend(Test::ALL.map(|test| test.as_str().to_owned()));
    Sheet { heads: names, rows: rows.collect() }
}

/// Everyone who brought something, most of a kind first, or most of all.
pub fn kinds(of: &Kinds, by: Option<ValueKind>) -> Sheet {
    let rows = of.ranked(by).into_iter().map(|one| {
        let mut row = vec![Cell::Text(one.member.to_string())];
        row.extend(one.values.map(Cell::Money));
        row.push(Cell::Money(one.total()));
        row
    });
    let mut names = heads(&["member"]);
    names.extend(ValueKind::ALL.map(|kind| kind.as_str().to_owned()));
    names.push("total".to_owned());
    Sheet { heads: names, rows: rows.collect() }
}
