//! `metrics`: one pass over everyone, told as a table, as JSON like the HTTP API, or as CSV.

use perennial_api::wire;
use perennial_app::house::House;
use perennial_app::query::metrics::{self as asked, BasketPlan, Measured, Sheet, When, plan_problem};
use perennial_kernel::{Currency, Money};
use perennial_metrics::cohort::{self, Behaviour, Question};
use perennial_metrics::simulate::{Model, Outcome, Plan};
use perennial_metrics::{CohortTable, FunnelTable, ParetoTable, Period, RepurchaseTable};
use serde::Serialize;

use super::{Scene, acquisition, products};
use crate::args::{
    BasketArguments, CohortArguments, ContributionArguments, FunnelArguments, MetricsCommand, PeriodArguments, Retention,
    SimulateArguments, WhenArguments,
};
use crate::failure::{Failure, Outcome as Done, problems_of};
use crate::print;
use crate::say::say;

pub fn run(scene: &Scene, command: &MetricsCommand) -> Done {
    let house = scene.place.read()?;
    match command {
        MetricsCommand::Repurchase(arguments) => repurchase(scene, &house, arguments),
        MetricsCommand::Cohort(arguments) => cohorts(scene, &house, arguments),
        MetricsCommand::Funnel(arguments) => funnel(scene, &house, arguments),
        MetricsCommand::Acquisition(arguments) => acquisition::acquisition(scene, &house, arguments),
        MetricsCommand::Pareto(arguments) => pareto(scene, &house, arguments),
        MetricsCommand::Contribution(arguments) => contribution(scene, &house, arguments),
        MetricsCommand::Cross(arguments) => products::cross(scene, &house, arguments),
        MetricsCommand::Baskets(arguments) => baskets(scene, &house, arguments),
        MetricsCommand::Products(arguments) => products::products(scene, &house, arguments),
        MetricsCommand::FirstProduct(arguments) => products::first_product(scene, &house, arguments),
        MetricsCommand::Due(arguments) => products::due(scene, &house, arguments),
        MetricsCommand::Demand(arguments) => products::demand(scene, &house, arguments),
        MetricsCommand::Simulate(arguments) => simulate(scene, &house, arguments),
    }
}

pub(super) fn period(arguments: &PeriodArguments) -> Period {
    Period::new(arguments.from, arguments.to)
}

pub(super) fn when(arguments: &WhenArguments) -> When {
    When { as_of: arguments.as_of, known_at: arguments.known_at }
}

/// As JSON, as CSV, or for people.
pub(super) fn tell(scene: &Scene, csv: bool, currency: Currency, wire: &impl Serialize, sheet: &Sheet, people: impl FnOnce()) -> Done {
    if scene.json {
        let value = serde_json::to_value(wire).map_err(|error| Failure::failed(error.to_string(), error.to_string()))?;
        print::json(&value);
    } else if csv {
        print::text(&sheet.csv(currency));
    } else {
        people();
    }
    Ok(())
}

pub(super) fn basis<T>(measured: &Measured<T>) {
    let as_of = measured.observed.as_of;
    let newest = measured.observed.data_up_to.map_or_else(|| "–".to_owned(), |at| at.to_string());
    say(&format!("as of {as_of}, data up to {newest}"), &format!("截至 {as_of}，数据更新至 {newest}"));
}

pub(super) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.2} %", 100.0 * share))
}

pub(super) fn days(days: Option<i32>) -> String {
    days.map_or_else(|| "–".to_owned(), |days| days.to_string())
}

fn repurchase(scene: &Scene, house: &House, arguments: &PeriodArguments) -> Done {
    let (period, currency) = (period(arguments), house.reference().brand.currency);
    let measured = asked::repurchase(house, period, when(&arguments.when))?;
    let told = wire::Repurchase::new(&measured, period);
    tell(scene, arguments.when.csv, currency, &told, &Sheet::repurchase(&measured.table), || repurchase_for_people(&measured))
}

fn repurchase_for_people(measured: &Measured<RepurchaseTable>) {
    let table = &measured.table;
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let per_buyer = table.purchases_per_buyer.map_or_else(|| "–".to_owned(), |each| format!("{each:.3}"));
    let rows = [
        row("buyers", table.buyers.to_string()),
        row("purchases", table.purchases.to_string()),
        row("orders", table.orders.to_string()),
        row("user repurchase rate", percent(table.user_rate)),
        row("order repurchase rate", percent(table.order_rate)),
        row("returning-buyer rate", percent(table.returning_rate)),
        row("purchases per buyer", per_buyer),
        row("interval P50", days(table.intervals.p50)),
        row("interval P80", days(table.intervals.p80)),
        row("interval P90", days(table.intervals.p90)),
    ];
    print::table(&["", ""], &[1], &rows);
    basis(measured);
}

fn cohorts(scene: &Scene, house: &House, arguments: &CohortArguments) -> Done {
    let columns = match (&arguments.brackets, arguments.retention) {
        (Some(brackets), _) => brackets.0.clone(),
        (None, Retention::Classic) => cohort::classic(arguments.periods.min(cohort::COLUMNS_MAX as u32)),
        (None, Retention::Rolling) => cohort::rolling(arguments.periods.min(cohort::COLUMNS_MAX as u32)),
    };
    let question = Question {
        start: arguments.start,
        period: period(&arguments.period),
        rows: arguments.rows,
        by: arguments.by,
        count: arguments.count,
        behaviour: Behaviour::parse(&arguments.behaviour),
        columns,
    };
    let currency = house.reference().brand.currency;
    let measured = asked::cohort(house, &question, when(&arguments.period.when))?;
    let told = wire::Cohorts::new(&measured, &question, currency);
    tell(scene, arguments.period.when.csv, currency, &told, &Sheet::cohort(&measured.table), || cohorts_for_people(&measured))
}

fn cohorts_for_people(measured: &Measured<CohortTable>) {
    let table = &measured.table;
    let mut heads = vec!["cohort".to_owned(), "members".to_owned()];
    heads.extend(table.columns.iter().map(|column| column.name()));
    let line = |row: &cohort::Row| {
        let cell = |cell: &Option<cohort::Counted>| {
            cell.and_then(|cell| cell.rate()).map_or_else(String::new, |rate| format!("{:.1}", 100.0 * rate))
        };
        let mut cells = vec![row.name.clone(), row.members.to_string()];
        cells.extend(row.cells.iter().map(cell));
        cells
    };
    let rows: Vec<_> = table.rows.iter().chain([&table.all]).map(line).collect();
    let right: Vec<usize> = (1..heads.len()).collect();
    print::table(&heads.iter().map(String::as_str).collect::<Vec<_>>(), &right, &rows);
    basis(measured);
}

fn funnel(scene: &Scene, house: &House, arguments: &FunnelArguments) -> Done {
    let (period, currency) = (period(&arguments.period), house.reference().brand.currency);
    let measured = asked::funnel(house, period, arguments.horizon_days, when(&arguments.period.when))?;
    let told = wire::Funnel::new(&measured, period, currency);
    let people = || funnel_for_people(&measured, currency);
    tell(scene, arguments.period.when.csv, currency, &told, &Sheet::funnel(&measured.table), people)
}

fn funnel_for_people(measured: &Measured<FunnelTable>, currency: Currency) {
    let FunnelTable { horizon_days, members, excluded, steps, .. } = &measured.table;
    let row = |(number, step): (usize, &perennial_metrics::funnel::Step)| {
        let median = step.days.as_ref().and_then(|spread| spread.p50);
        let name = if number == steps.len() { format!("{number}+") } else { number.to_string() };
        let money = currency.format(step.money);
        vec![name, step.members.to_string(), percent(step.conversion), days(median), money, percent(step.money_share)]
    };
    let rows: Vec<_> = (1..).zip(steps).map(row).collect();
    print::table(&["purchase", "members", "conversion", "days P50", "money", "share"], &[1, 2, 3, 4, 5], &rows);
    say(
        &format!("{members} members followed for {horizon_days} days; {excluded} not observed so long are left out"),
        &format!("已跟踪 {members} 位会员各 {horizon_days} 天；{excluded} 位尚未跟踪满，未计入"),
    );
    basis(measured);
}

fn pareto(scene: &Scene, house: &House, arguments: &PeriodArguments) -> Done {
    let (period, currency) = (period(arguments), house.reference().brand.currency);
    let measured = asked::pareto(house, period, when(&arguments.when))?;
    let told = wire::Pareto::new(&measured, period, currency);
    tell(scene, arguments.when.csv, currency, &told, &Sheet::pareto(&measured.table), || pareto_for_people(&measured, currency))
}

fn pareto_for_people(measured: &Measured<ParetoTable>, currency: Currency) {
    let row = |percents: usize| {
        let point = &measured.table.curve[percents];
        vec![format!("{percents} %"), point.buyers.to_string(), currency.format(point.money), percent(point.money_share)]
    };
    let rows: Vec<_> = [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map(row).into();
    print::table(&["first", "buyers", "money", "share"], &[0, 1, 2, 3], &rows);
    if let Some(fewest) = &measured.table.four_fifths {
        let (buyers, share) = (fewest.buyers, percent(Some(fewest.buyers_share)));
        say(&format!("{buyers} buyers ({share}) bring 80 % of the money"), &format!("{buyers} 位买家（{share}）贡献了 80% 的金额"));
    }
    basis(measured);
}

fn contribution(scene: &Scene, house: &House, arguments: &ContributionArguments) -> Done {
    let (period, currency) = (period(&arguments.period), house.reference().brand.currency);
    let measured = asked::groups(house, arguments.by, period, when(&arguments.period.when))?;
    let told = wire::Contribution::new(&measured, arguments.by, period, currency);
    let people = || {
        let row = |row: &perennial_metrics::groups::GroupRow| {
            let (buyers, money) = (row.buyers.to_string(), currency.format(row.money));
            vec![row.key.clone(), buyers, percent(row.buyers_share), money, percent(row.money_share), row.top_fifth.to_string()]
        };
        let rows: Vec<_> = measured.table.rows.iter().map(row).collect();
        print::table(&["group", "buyers", "of buyers", "money", "of money", "in first 20 %"], &[1, 2, 3, 4, 5], &rows);
        basis(&measured);
    };
    tell(scene, arguments.period.when.csv, currency, &told, &Sheet::groups(&measured.table), people)
}

fn baskets(scene: &Scene, house: &House, arguments: &BasketArguments) -> Done {
    let currency = house.reference().brand.currency;
    let ppm = |share: f64| (share * 1e6).round() as u64;
    let plan = BasketPlan {
        items: arguments.items,
        period: period(&arguments.period),
        support_ppm: ppm(arguments.support),
        confidence_ppm: ppm(arguments.confidence),
        size: arguments.size,
    };
    let measured = asked::baskets(house, &plan, when(&arguments.period.when))?;
    let told = wire::BasketSets::new(&measured, &plan);
    let people = || {
        let row = |rule: &wire::BasketRule| {
            let baskets = rule.baskets.to_string();
            vec![rule.from.join(" + "), rule.to.join(" + "), baskets, percent(Some(rule.confidence)), format!("{:.2}", rule.lift)]
        };
        let rows: Vec<_> = told.rules.iter().map(row).collect();
        print::table(&["who buys", "also buys", "baskets", "confidence", "lift"], &[2, 3, 4], &rows);
        let (baskets, least) = (told.baskets, told.least_baskets);
        say(
            &format!("{baskets} baskets; sets in at least {least} of them"),
            &format!("共 {baskets} 个购物篮；每组至少出现在 {least} 个中"),
        );
        basis(&measured);
    };
    tell(scene, arguments.period.when.csv, currency, &told, &Sheet::baskets(&measured.table), people)
}

fn simulate(scene: &Scene, house: &House, arguments: &SimulateArguments) -> Done {
    let currency = house.reference().brand.currency;
    let base = base_plan(house, arguments, currency)?;
    let mut told = vec![outcome(base.clone())?];
    for text in &arguments.scenario {
        let conversions = text.split(',').map(|part| part.trim().parse().ok()).collect::<Option<Vec<f64>>>();
        let wrong = || Failure::misunderstood(format!("{text} is no list of numbers"), format!("{text} 不是数字列表"));
        told.push(outcome(Plan { conversions: conversions.ok_or_else(wrong)?, ..base.clone() })?);
    }
    let wire = wire::Simulation::new(&told, currency);
    let outcomes: Vec<Outcome> = told.iter().map(|(_, outcome)| outcome.clone()).collect();
    let csv = arguments.funnel.period.when.csv;
    tell(scene, csv, currency, &wire, &Sheet::simulation(&outcomes), || simulation_for_people(&told, currency))
}

/// What was typed; what was left out as it was observed.
fn base_plan(house: &House, arguments: &SimulateArguments, currency: Currency) -> Done<Plan> {
    let minor = 10_f64.powi(i32::from(currency.scale()));
    let values = arguments.values.as_ref().map(|values| values.iter().map(|value| value * minor).collect::<Vec<_>>());
    let (model, carried_over) = (arguments.model, arguments.carried_over);
    if let (Some(buyers), Some(conversions), Some(values)) = (arguments.buyers, &arguments.conversions, &values) {
        return Ok(Plan { model, buyers, conversions: conversions.clone(), values: values.clone(), carried_over });
    }
    let funnel = &arguments.funnel;
    let seen = asked::observed(house, period(&funnel.period), funnel.horizon_days, model, when(&funnel.period.when))?;
    Ok(Plan {
        model,
        buyers: arguments.buyers.unwrap_or(seen.buyers),
        conversions: arguments.conversions.clone().unwrap_or(seen.conversions),
        values: values.unwrap_or(seen.values),
        carried_over,
    })
}

fn outcome(plan: Plan) -> Done<(Plan, Outcome)> {
    match plan.run() {
        Some(outcome) => Ok((plan, outcome)),
        None => Err(problems_of(plan.problems().into_iter().map(plan_problem).collect())),
    }
}

fn simulation_for_people(told: &[(Plan, Outcome)], currency: Currency) {
    let money = |minor: f64| currency.format(asked::rounded(minor));
    let first = told.first().map_or(0.0, |(_, outcome)| outcome.sales);
    let row = |(plan, outcome): &(Plan, Outcome)| {
        let conversions: Vec<String> = plan.conversions.iter().map(|share| format!("{:.1}", 100.0 * share)).collect();
        let uplift = (first > 0.0).then(|| outcome.sales / first - 1.0);
        vec![conversions.join(" / "), format!("{:.0}", outcome.orders), money(outcome.sales), percent(uplift)]
    };
    let model = match told.first().map(|(plan, _)| plan.model) {
        Some(Model::Bucket) => "conversions % (by bucket)",
        Some(Model::Step) | None => "conversions % (by step)",
    };
    print::table(&[model, "orders", "sales", "more"], &[1, 2, 3], &told.iter().map(row).collect::<Vec<_>>());
    let values = told.first().map_or(&[][..], |(plan, _)| plan.values.as_slice());
    let shown: Vec<String> = values.iter().map(|value| currency.format(Money(value.round() as i64))).collect();
    say(&format!("order values {}", shown.join(" / ")), &format!("客单价 {}", shown.join(" / ")));
}
