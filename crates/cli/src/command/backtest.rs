//! `backtest` and `calibrate`.

use perennial_app::query::everyone::fold;
use perennial_app::query::models;
use perennial_backtest::backtest::{MonthlyFlow, MonthlyRevenue, SideTable};
use perennial_backtest::calibrate::{Coverage, Intervals, Observed, ProposedWindow};
use perennial_backtest::{Backtest, BacktestTable, BadSpan, Calibration, Pair, Plan, PreviewTable, Span};
use perennial_kernel::{Currency, Day};
use perennial_rules::lifecycle::model::Model;
use serde_json::{Value, json};

use super::Scene;
use crate::args::{BacktestArguments, CalibrateArguments};
use crate::failure::{Failure, Outcome, problems_of};
use crate::print;
use crate::say::{pick, say};

pub fn backtest(scene: &Scene, arguments: &BacktestArguments) -> Outcome {
    let house = scene.place.read()?;
    let yaml = std::fs::read_to_string(&arguments.policy).map_err(|error| Failure::file(&arguments.policy, &error))?;
    let reference = house.reference();
    let draft =
        Model::from_yaml(&yaml, 0, &reference.brand).map_err(|problems| problems_of(problems.into_iter().map(Into::into).collect()))?;
    let asked = arguments.against.clone().or_else(|| reference.model(&draft.id).map(|model| model.id.clone()));
    let active = models::reference(&house, &super::model_of(&house, asked.as_deref()))?;
    let pair = Pair::new(&reference, &active.models()[0], &draft);
    let plan = Plan::new(pair, arguments.from, arguments.to).map_err(bad_span)?;
    let (folded, _) = fold(&house, None, || Backtest::new(&plan))?;
    let table = folded.finish();
    if scene.json {
        print::json(&whole(&table, reference.brand.currency));
        return Ok(());
    }
    tell(&table);
    Ok(())
}

fn bad_span(why: BadSpan) -> Failure {
    match why {
        BadSpan::Backwards => Failure::misunderstood("the first month is after the last", "起始月份晚于结束月份"),
        BadSpan::TooLong => Failure::misunderstood("that are too many months", "月份过多"),
    }
}

fn tell(table: &BacktestTable) {
    let mut rows = Vec::new();
    for (active, draft) in table.active.months.iter().zip(&table.draft.months) {
        let stages: std::collections::BTreeSet<_> = active.members.keys().chain(draft.members.keys()).collect();
        for stage in stages {
            let count = |members: &perennial_backtest::StagesById| members.get(stage).map_or_else(|| "–".to_owned(), u64::to_string);
            rows.push(vec![active.month.to_string(), stage.clone(), count(&active.members), count(&draft.members)]);
        }
    }
    print::table(&["month", "stage", "active", "draft"], &[2, 3], &rows);
    let PreviewTable { as_of, members, moving, .. } = &table.differing;
    say(
        &format!("as of {as_of} the draft would move {moving} of {members} members"),
        &format!("截至 {as_of}，草案将使 {members} 位会员中的 {moving} 位改变阶段"),
    );
    for stage in &table.draft.unreached {
        say(&format!("nobody was ever in {stage}"), &format!("{stage} 从未有会员进入"));
    }
    for stage in &table.draft.never_left {
        say(&format!("nobody ever left {stage}"), &format!("{stage} 从未有会员离开"));
    }
}

fn whole(table: &BacktestTable, currency: Currency) -> Value {
    let months = table
        .active
        .months
        .iter()
        .zip(&table.draft.months)
        .map(|(active, draft)| json!({ "month": active.month.to_string(), "active": active.members, "draft": draft.members }));
    let side = |side: &SideTable| {
        let flow =
            |flow: &MonthlyFlow| json!({ "month": flow.month.to_string(), "from": flow.from, "to": flow.to, "members": flow.members });
        let revenue = |row: &MonthlyRevenue| json!({ "month": row.month.to_string(), "stage": row.stage, "money": print::money(row.money, currency) });
        (side.flows.iter().map(flow).collect::<Vec<_>>(), side.revenue.iter().map(revenue).collect::<Vec<_>>())
    };
    let ((active_flows, active_revenue), (draft_flows, draft_revenue)) = (side(&table.active), side(&table.draft));
    json!({
        "months": months.collect::<Vec<_>>(),
        "flows": { "active": active_flows, "draft": draft_flows },
        "revenue": { "active": active_revenue, "draft": draft_revenue },
        "unreached": table.draft.unreached,
        "never_left": table.draft.never_left,
        "differing": differing(&table.differing),
    })
}

fn differing(table: &PreviewTable) -> Value {
    let moves = table.moves.iter().map(|step| {
        let sample: Vec<String> = step.sample.iter().map(ToString::to_string).collect();
        json!({ "from": step.from, "to": step.to, "members": step.members, "sample": sample })
    });
    json!({
        "as_of": table.as_of.to_string(), "members": table.members, "moving": table.moving, "moves": moves.collect::<Vec<_>>(),
    })
}

pub fn calibrate(scene: &Scene, arguments: &CalibrateArguments) -> Outcome {
    let house = scene.place.read()?;
    let today: Day = house.calendar().day(house.now());
    let [first, second] = Span::two_years_to(today);
    let (fit, check) = (arguments.fit.unwrap_or(first), arguments.check.unwrap_or(second));
    let reference = house.reference();
    let (folded, _) = fold(&house, None, || Calibration::new(&reference, fit, check))?;
    let table = folded.finish();
    if let Some(path) = &arguments.out {
        std::fs::write(path, table.proposal.rf.to_yaml()).map_err(|error| Failure::file(path, &error))?;
    }
    let proposal = &table.proposal;
    if scene.json {
        let notes: Vec<Value> = proposal.notes.iter().map(|note| json!({ "en": note.en, "zh": note.zh })).collect();
        print::json(&json!({
            "fit": observed(&table.fit),
            "check": observed(&table.check),
            "too_little_data": proposal.too_little_data,
            "windows": proposal.windows.iter().map(window).collect::<Vec<_>>(),
            "notes": notes,
            "rf": proposal.rf.to_yaml(),
            "four_period": proposal.four_period.to_yaml(),
        }));
        return Ok(());
    }
    let share = |coverage: Option<Coverage>| {
        coverage.map_or_else(|| "–".to_owned(), |c| format!("{:.0} %", 100.0 * c.intervals_within as f64 / c.intervals.max(1) as f64))
    };
    let row = |window: &ProposedWindow| {
        vec![
            window.window.as_str().to_owned(),
            window.shipped.to_string(),
            window.days.to_string(),
            share(window.fit),
            share(window.check),
            pick(&window.reason.en, &window.reason.zh).to_owned(),
        ]
    };
    print::table(
        &["window", "shipped", "proposed", "fit", "check", "why"],
        &[1, 2, 3, 4],
        &proposal.windows.iter().map(row).collect::<Vec<_>>(),
    );
    for note in &proposal.notes {
        say(&note.en, &note.zh);
    }
    Ok(())
}

fn observed(observed: &Observed) -> Value {
    let row = |row: &Intervals| {
        json!({
            "basis": row.basis.as_str(), "intervals": row.count, "buyers": row.buyers, "enough": row.enough,
            "p50": row.p50, "p80": row.p80, "p90": row.p90,
        })
    };
    json!({
        "from": observed.span.from.to_string(), "to": observed.span.to.to_string(), "buyers": observed.buyers,
        "intervals": observed.intervals.iter().map(row).collect::<Vec<_>>(),
    })
}

fn window(window: &ProposedWindow) -> Value {
    let coverage = |coverage: &Coverage| {
        json!({
            "intervals": coverage.intervals, "intervals_within": coverage.intervals_within,
            "buyers": coverage.buyers, "buyers_within": coverage.buyers_within,
        })
    };
    json!({
        "window": window.window.as_str(), "shipped": window.shipped, "days": window.days,
        "measured": window.measured.map(|m| json!({ "basis": m.basis.as_str(), "percent": m.percent, "days": m.days, "intervals": m.intervals })),
        "reason": { "en": window.reason.en, "zh": window.reason.zh },
        "fit": window.fit.as_ref().map(coverage),
        "check": window.check.as_ref().map(coverage),
    })
}
