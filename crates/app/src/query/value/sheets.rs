//! Lists and tables of value as rows and columns, for CSV and workbooks. No name stands in them.

use perennial_kernel::{Money, Relation};
use perennial_metrics::rfm::{CLASSES, RfmTable};

use super::delivered::DeliveredValue;
use super::equity::{Equity, Grouping, Movement, Worth};
use super::kinds::{Kinds, ValueKind};
use super::lookalike::LookAlikes;
use super::sign::Sign;
use super::super_users::{SuperUsers, Test};
use super::traits;
use super::warning::Warnings;
use crate::query::metrics::{Cell, Sheet};

fn heads(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The eight classes, then the quintiles of R by those of F.
pub fn rfm(of: &RfmTable) -> Sheet {
    let row = |by: &str, name: String, marks: [Cell; 3], members: u64, money: Money| {
        let mut row = vec![Cell::from(by), Cell::Text(name)];
        row.extend(marks);
        row.extend([Cell::Count(members), Cell::Money(money)]);
        row
    };
    let level = |high: bool| Cell::from(if high { "high" } else { "low" });
    let classes = CLASSES.iter().zip(&of.classes);
    let mut rows: Vec<Vec<Cell>> =
        classes.map(|((name, high), cell)| row("class", (*name).to_owned(), high.map(level), cell.members, cell.money)).collect();
    rows.extend(of.grid.iter().map(|(r, f, cell)| {
        let scores = [Cell::Count(u64::from(*r)), Cell::Count(u64::from(*f)), Cell::Blank];
        row("scores", format!("R{r} F{f}"), scores, cell.members, cell.money)
    }));
    Sheet { heads: heads(&["by", "name", "r", "f", "m", "members", "money"]), rows }
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

/// Everyone, then every group, each with its five movements; then each kind of value, counted in or not, and who has yet to buy.
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
    rows.extend(ValueKind::ALL.iter().zip(&of.parts).map(|(kind, worth)| row("kind", kind.as_str(), "all", worth)));
    rows.extend(of.prospects.groups.iter().map(|group| {
        let relation = group.relation.map_or("known", Relation::as_str);
        let [before, after] = group.value.map(|money| money.0);
        row("prospects", &format!("{} {relation}", group.source), "all", &Worth { members: group.members[1], before, after })
    }));
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

/// Everyone scored, the most alike first.
pub fn look_alikes(of: &LookAlikes) -> Sheet {
    let weights = of.learned.as_ref().map(|learned| learned.weights.as_slice()).unwrap_or_default();
    let rows = of.scored.iter().map(|one| {
        let because: Vec<_> = one.because.iter().filter_map(|at| weights.get(*at)).map(|weight| traits::words(&weight.of)).collect();
        let (en, zh): (Vec<String>, Vec<String>) = because.into_iter().map(|words| (words.en, words.zh)).unzip();
        vec![
            Cell::Text(one.member.to_string()),
            Cell::Number(one.score),
            if one.bought { "buyer".into() } else { "prospect".into() },
            Cell::Text(en.join("; ")),
            Cell::Text(zh.join("；")),
        ]
    });
    Sheet { heads: heads(&["member", "score", "is", "because_en", "because_zh"]), rows: rows.collect() }
}

/// Each aspect with its answers; what is shown of fewer than thirty members is left blank.
pub fn delivered(of: &DeliveredValue) -> Sheet {
    let rows = of.aspects.iter().map(|one| {
        let side = if one.aspect.is_cost() { "cost" } else { "benefit" };
        let mut row = vec![one.aspect.as_str().into(), side.into(), Cell::Number(one.weight as f64 / 100.0), Cell::Count(one.members())];
        row.push(one.mean.map_or(Cell::Blank, Cell::Number));
        row.extend(one.answers.map(Cell::Count));
        row
    });
    let names = ["aspect", "side", "percent", "members", "mean", "score_1", "score_2", "score_3", "score_4", "score_5"];
    Sheet { heads: heads(&names), rows: rows.collect() }
}
