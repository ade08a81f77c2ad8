//! `metrics products`, `first-product`, `due`: which products are bought again, where a first one leads, who will need which next.

use perennial_api::wire;
use perennial_app::house::House;
use perennial_app::query::metrics::{self as asked, DemandPlan, DuePlan, ProductPlan, Sheet};
use perennial_kernel::{Currency, Money};
use perennial_metrics::cross::{CrossKey, CrossSums};
use perennial_metrics::product::{FirstRow, ProductRow};

use super::Scene;
use super::metrics::{basis, days, percent, period, tell, when};
use crate::args::{CrossArguments, DemandArguments, DueArguments, FirstProductArguments, ProductArguments};
use crate::failure::Outcome as Done;
use crate::print;
use crate::say::say;

fn plan(arguments: &ProductArguments) -> ProductPlan {
    ProductPlan { items: arguments.by, period: period(&arguments.period), top: arguments.top }
}

pub fn products(scene: &Scene, house: &House, arguments: &ProductArguments) -> Done {
    let (plan, currency) = (plan(arguments), house.reference().brand.currency);
    let measured = asked::products(house, plan, when(&arguments.period.when))?;
    let told = wire::Products::new(&measured, plan, currency);
    let people = || {
        let row = |row: &ProductRow| {
            let (rate, interval) = (percent(row.rate), days(row.intervals.p50));
            vec![row.item.clone(), row.buyers.to_string(), row.repeat_buyers.to_string(), rate, interval, currency.format(row.money)]
        };
        let rows: Vec<_> = measured.table.rows.iter().map(row).collect();
        print::table(&["item", "buyers", "again", "rate", "days P50", "money"], &[1, 2, 3, 4, 5], &rows);
        let (shown, items) = (rows.len(), measured.table.items);
        say(&format!("{shown} of {items} items"), &format!("共 {items} 项，显示 {shown} 项"));
        basis(&measured);
    };
    tell(scene, arguments.period.when.csv, currency, &told, &Sheet::products(&measured.table), people)
}

pub fn first_product(scene: &Scene, house: &House, arguments: &FirstProductArguments) -> Done {
    let (plan, currency) = (plan(&arguments.products), house.reference().brand.currency);
    let measured = asked::first_products(house, plan, arguments.horizon_days, when(&arguments.products.period.when))?;
    let told = wire::FirstProducts::new(&measured, plan, currency);
    let people = || {
        let all = [first_row(&measured.table.all, "*", currency)].into_iter();
        let rows: Vec<_> = all.chain(measured.table.rows.iter().map(|row| first_row(row, &row.item, currency))).collect();
        print::table(&["first item", "members", "second", "rate", "days P50", "later money each"], &[1, 2, 3, 4, 5], &rows);
        let (horizon, excluded) = (measured.table.horizon_days, measured.table.excluded);
        say(
            &format!("followed for {horizon} days each; {excluded} members not observed so long are left out"),
            &format!("每位会员跟踪 {horizon} 天；{excluded} 位尚未跟踪满，未计入"),
        );
        basis(&measured);
    };
    tell(scene, arguments.products.period.when.csv, currency, &told, &Sheet::first_products(&measured.table), people)
}

fn first_row(row: &FirstRow, name: &str, currency: Currency) -> Vec<String> {
    let later = row.later_mean.map_or_else(|| "–".to_owned(), |minor| currency.format(asked::rounded(minor)));
    vec![name.to_owned(), row.members.to_string(), row.second.to_string(), percent(row.second_rate), days(row.days.p50), later]
}

pub fn due(scene: &Scene, house: &House, arguments: &DueArguments) -> Done {
    let plan = DuePlan {
        items: arguments.by,
        item: arguments.item.clone(),
        times: arguments.times as usize,
        least: arguments.least,
        ahead: arguments.ahead,
    };
    let currency = house.reference().brand.currency;
    let measured = asked::due(house, &plan, arguments.top, when(&arguments.when))?;
    let persons = asked::with_people(house, &measured.table.rows)?;
    let told = wire::DueProducts::new(&measured, persons, &plan);
    let people = || {
        let row = |row: &wire::DueProduct| {
            let who = row.number.clone().unwrap_or_else(|| row.member.clone());
            vec![row.state.clone(), who, row.item.clone(), row.on.clone(), format!("{} – {}", row.from, row.to), row.evidence.en.clone()]
        };
        let rows: Vec<_> = told.rows.iter().map(row).collect();
        print::table(&["", "member", "item", "expected", "between", "because"], &[], &rows);
        let (overdue, due, soon, stopped) = (told.overdue, told.due, told.soon, told.stopped);
        say(
            &format!("{overdue} overdue, {due} due, {soon} soon; {stopped} have stopped and are left out"),
            &format!("已逾期 {overdue}，到期中 {due}，即将到期 {soon}；另有 {stopped} 项已停购，未列出"),
        );
        basis(&measured);
    };
    tell(scene, arguments.when.csv, currency, &told, &Sheet::due(&measured.table), people)
}

pub fn demand(scene: &Scene, house: &House, arguments: &DemandArguments) -> Done {
    let plan = DemandPlan {
        items: arguments.by,
        item: arguments.item.clone(),
        least: arguments.least,
        weeks: arguments.weeks as usize,
        top: arguments.top,
    };
    let currency = house.reference().brand.currency;
    let measured = asked::demand(house, &plan, when(&arguments.when))?;
    let told = wire::Demand::new(&measured, &plan);
    let people = || {
        let week = |week: &wire::DemandExpected| format!("{:.1} ({:.0}–{:.0})", week.purchases, week.low, week.high);
        let row = |row: &wire::DemandRow| {
            let mut cells = vec![row.item.clone(), row.store.clone(), row.members.to_string()];
            cells.extend(row.weeks.iter().map(week));
            cells
        };
        let mut heads = vec!["item".to_owned(), "store".to_owned(), "members".to_owned()];
        heads.extend(told.weeks.iter().map(|week| week.from.clone()));
        let right: Vec<usize> = (2..heads.len()).collect();
        print::table(&heads.iter().map(String::as_str).collect::<Vec<_>>(), &right, &told.rows.iter().map(row).collect::<Vec<_>>());
        let (shown, found, left_out) = (told.rows.len(), told.found, told.left_out);
        say(
            &format!(
                "purchases of the weeks from these days, with a 90 % interval; {shown} of {found} rows, {left_out} items bought again too rarely are left out"
            ),
            &format!("各周（起始日如表头）预计购买次数及 90% 区间；共 {found} 行，显示 {shown} 行；另有 {left_out} 个单品复购过少，未列出"),
        );
        basis(&measured);
    };
    tell(scene, arguments.when.csv, currency, &told, &Sheet::demand(&measured.table), people)
}

pub fn cross(scene: &Scene, house: &House, arguments: &CrossArguments) -> Done {
    let (period, currency) = (period(&arguments.period), house.reference().brand.currency);
    let measured = asked::cross(house, arguments.by, period, when(&arguments.period.when))?;
    let told = wire::Cross::new(&measured, arguments.by, period, currency);
    let sheet = Sheet::cross(&measured.table);
    let people = || {
        let row = |((band, discount, group), sums): &(CrossKey, CrossSums)| {
            let up_to = measured.table.edges.get(*band).map_or_else(|| "∞".to_owned(), |minor| currency.format(Money(*minor)));
            let group = group.clone().unwrap_or_else(|| "*".to_owned());
            vec![up_to, discount.as_str().to_owned(), group, sums.buyers.to_string(), sums.lines.to_string(), currency.format(sums.money)]
        };
        let rows: Vec<_> = measured.table.cells.iter().map(row).collect();
        print::table(&["price up to", "discount", "group", "buyers", "lines", "money"], &[0, 3, 4, 5], &rows);
        basis(&measured);
    };
    tell(scene, arguments.period.when.csv, currency, &told, &sheet, people)
}
