//! `value`: models of purchases and spend.

use perennial_app::house::House;
use perennial_app::policy;
use perennial_app::query::metrics::{Cell, Sheet};
use perennial_app::query::value::{
    self, BESIDE, Buyer, Cut, EquityTerms, Forecast, Forecaster, RfmPlan, StageShift, Terms, Threshold, Together, Unit, Within, sheets,
};
use perennial_kernel::{Currency, Day};
use perennial_value::{Band, Kind, Report};
use serde_json::{Map, Value, json};

use super::{Scene, worth};
use crate::args::{
    EquityArguments, FitArguments, PredictArguments, RefitArguments, RfmArguments, RfmCut, ValueCommand, ValueModel, WarningArguments,
};
use crate::failure::{Failure, Outcome};
use crate::print;
use crate::say::say;

pub fn run(scene: &Scene, command: &ValueCommand) -> Outcome {
    match command {
        ValueCommand::Fit(arguments) => fit(scene, arguments),
        ValueCommand::Predict(arguments) => predict(scene, arguments),
        ValueCommand::Refit(arguments) => refit(scene, arguments),
        ValueCommand::Preview { version_number } => preview(scene, *version_number),
        ValueCommand::Rfm(arguments) => rfm(scene, arguments),
        ValueCommand::Warnings(arguments) => warnings(scene, arguments),
        ValueCommand::Equity(arguments) => equity(scene, arguments),
        ValueCommand::SuperUsers(arguments) => worth::super_users(scene, arguments),
        ValueCommand::Kinds(arguments) => worth::kinds(scene, arguments),
        ValueCommand::Delivered(arguments) => worth::delivered(scene, arguments),
        ValueCommand::LookAlikes(arguments) => worth::look_alikes(scene, arguments),
    }
}

fn until(house: &House, asked: Option<Day>) -> Day {
    asked.unwrap_or_else(|| house.calendar().day(house.now()))
}

fn fit(scene: &Scene, arguments: &FitArguments) -> Outcome {
    let house = scene.place.read()?;
    let until = until(&house, arguments.until);
    let buyers = value::buyers(&house, until)?.table;
    let currency = house.reference().brand.currency;
    let (name, report) = match arguments.model.purchases() {
        Some(kind) => {
            let fitted = value::fit(&buyers, kind, until, arguments.unit);
            (fitted.fit.kind().as_str(), fitted.fit.report)
        }
        None => ("gammagamma", value::fit_spend(&buyers, currency).report),
    };
    let asked = arguments.model.purchases().map_or("gammagamma", Kind::as_str);
    if scene.json {
        print::json(&told(name, asked, until, arguments.unit, &report));
    } else {
        tell(name, &report);
    }
    Ok(())
}

fn refit(scene: &Scene, arguments: &RefitArguments) -> Outcome {
    let Some(kind) = arguments.fit.model.purchases() else {
        return Err(Failure::misunderstood(
            "gammagamma is a model of spend: name one of purchases, spend is always added",
            "gammagamma 是客单价模型：需指定购买模型，客单价会自动加入",
        ));
    };
    let house = scene.place.open()?;
    let until = until(&house, arguments.fit.until);
    let version = value::refit(&house, kind, until, arguments.fit.unit, "cli", &arguments.reason)?;
    if scene.json {
        print::json(&json!({ "policy": policy::VALUE, "version": version }));
    }
    say(
        &format!("value version {version} is kept as a draft; `policy activate value {version}` puts it in force"),
        &format!("价值模型第 {version} 版已存为草案，可用 `policy activate value {version}` 使其生效"),
    );
    Ok(())
}

fn preview(scene: &Scene, version: i64) -> Outcome {
    let house = scene.place.read()?;
    let found = value::preview(&house, version)?.table;
    let currency = house.reference().brand.currency;
    let together =
        |of: &Together| json!({ "alive": of.alive, "expected_purchases_90": of.purchases, "expected_spend_365": of.spend.round() });
    if scene.json {
        let threshold = |of: &Threshold| json!({ "condition": of.condition, "used_by": of.used_by, "before": of.before, "after": of.after, "come": of.come, "go": of.go });
        let stage = |of: &StageShift| json!({ "model": of.model, "stage": of.stage, "before": of.before, "after": of.after });
        print::json(&json!({
            "version": version, "as_of": found.as_of.to_string(), "buyers": found.buyers, "currency": currency.code(),
            "before": found.before.as_ref().map(together), "after": together(&found.after), "moving": found.moving,
            "thresholds": found.thresholds.iter().map(threshold).collect::<Vec<_>>(),
            "stages": found.stages.iter().map(stage).collect::<Vec<_>>(),
        }));
        return Ok(());
    }
    let counts = |name: String, before: u64, after: u64| vec![name, before.to_string(), after.to_string()];
    let mut rows: Vec<Vec<String>> = found.thresholds.iter().map(|of| counts(of.condition.clone(), of.before, of.after)).collect();
    rows.extend(found.stages.iter().map(|of| counts(format!("{} {}", of.model, of.stage), of.before, of.after)));
    print::table(&["members", "before", "after"], &[1, 2], &rows);
    let (buyers, alive, moving) = (found.buyers, found.after.alive, found.moving);
    say(
        &format!("of {buyers} buyers {alive:.0} are expected to be alive; {moving} members would change their stage"),
        &format!("{buyers} 位买家中预计有 {alive:.0} 位活跃；{moving} 位会员的阶段会改变"),
    );
    Ok(())
}

/// The model of purchases asked for; none where the one in force is meant.
fn asked(model: Option<ValueModel>) -> Outcome<Option<Kind>> {
    match model.map(ValueModel::purchases) {
        Some(None) => {
            Err(Failure::misunderstood("gammagamma is a model of spend, not of purchases", "gammagamma 是客单价模型，不是购买模型"))
        }
        other => Ok(other.flatten()),
    }
}

/// Rows as a file has them, or as objects by head.
pub(super) fn written(scene: &Scene, sheet: &Sheet, currency: Currency) {
    if !scene.json {
        print::text(&sheet.csv(currency));
        return;
    }
    let cell = |cell: &Cell| match cell {
        Cell::Blank => Value::Null,
        Cell::Text(text) => json!(text),
        Cell::Count(count) => json!(count),
        Cell::Number(number) => json!(number),
        Cell::Money(money) => json!({ "minor": money.0, "currency": currency.code(), "scale": currency.scale() }),
    };
    let row = |row: &Vec<Cell>| -> Value {
        sheet.heads.iter().zip(row).map(|(head, one)| (head.clone(), cell(one))).collect::<Map<_, _>>().into()
    };
    print::json(&Value::Array(sheet.rows.iter().map(row).collect()));
}

fn rfm(scene: &Scene, arguments: &RfmArguments) -> Outcome {
    let house = scene.place.read()?;
    let currency = house.reference().brand.currency;
    let cut = match (arguments.r, arguments.f, &arguments.m) {
        (Some(r), Some(f), Some(m)) => {
            let unreadable = || Failure::misunderstood(format!("{m} is no amount in {currency}"), format!("{m} 不是 {currency} 金额"));
            Cut::Fixed { r, f, m: currency.parse_amount(m).ok_or_else(unreadable)? }
        }
        _ if arguments.cut == RfmCut::Median => Cut::Median,
        _ => Cut::Mean,
    };
    let within = match (&arguments.channel, &arguments.category) {
        (Some(name), _) => Within::Channel(name.clone()),
        (None, Some(name)) => Within::Category(name.clone()),
        (None, None) => Within::Everything,
    };
    let found = value::rfm(&house, &RfmPlan { window: arguments.window, cut, within })?.table;
    written(scene, &sheets::rfm(&found), currency);
    let (buyers, money, [r, f, m]) = (found.buyers, currency.format(found.money), found.cuts);
    let m = currency.format(perennial_kernel::Money(m));
    say(
        &format!("{buyers} buyers, {money} {currency}; high is R <= {r} days, F >= {f}, M >= {m}"),
        &format!("{buyers} 位买家，消费 {money} {currency}；高：R ≤ {r} 天，F ≥ {f} 次，M ≥ {m}"),
    );
    Ok(())
}

fn warnings(scene: &Scene, arguments: &WarningArguments) -> Outcome {
    let house = scene.place.read()?;
    let found = value::warnings(&house, asked(arguments.model)?, arguments.within)?.table;
    let currency = house.reference().brand.currency;
    written(scene, &sheets::warnings(&found), currency);
    let (listed, current, loss) = (found.members.len(), found.current, currency.format(found.loss));
    say(
        &format!("{listed} of {current} members show signs of slipping away; expected loss {loss} {currency}"),
        &format!("{current} 位会员中有 {listed} 位出现流失迹象，预计损失 {loss} {currency}"),
    );
    Ok(())
}

fn equity(scene: &Scene, arguments: &EquityArguments) -> Outcome {
    let house = scene.place.read()?;
    let EquityArguments { margin, months, discount, .. } = *arguments;
    let with = BESIDE.map(|kind| arguments.with.contains(&kind));
    let to = until(&house, arguments.to);
    let found = value::equity(&house, asked(arguments.model)?, arguments.from, to, EquityTerms { margin, months, discount, with })?.table;
    let currency = house.reference().brand.currency;
    written(scene, &sheets::equity(&found), currency);
    let (prospects, worth) = (&found.prospects, currency.format(found.prospects.value[1]));
    let (members, chance) = (prospects.members[1], prospects.probability.map_or_else(|| "–".to_owned(), |p| format!("{:.1} %", p * 100.0)));
    say(
        &format!("beside it {members} prospects, {worth} {currency}: {chance} of those known a year ago have bought since"),
        &format!("另有潜客 {members} 位，价值 {worth} {currency}：一年前的潜客中 {chance} 已首购"),
    );
    Ok(())
}

/// The keys up to the likelihood are those of the acceptance; more may follow them.
fn told(name: &str, asked: &str, until: Day, unit: Unit, report: &Report) -> Value {
    let by_name = |value: fn(&perennial_value::Parameter) -> Value| -> Map<String, Value> {
        report.parameters.iter().map(|parameter| (parameter.name.to_owned(), value(parameter))).collect()
    };
    let notes: Vec<Value> = report
        .notes
        .iter()
        .map(|note| {
            let words = note.words();
            json!({ "code": note.code(), "en": words.en, "zh": words.zh })
        })
        .collect();
    let convergence = &report.convergence;
    json!({
        "model": name,
        "n": report.n,
        "params": by_name(|parameter| json!(parameter.value)),
        "log_likelihood": report.log_likelihood,
        "standard_errors": by_name(|parameter| json!(parameter.error)),
        "intervals": by_name(|parameter| json!(parameter.band.map(|(low, high)| [low, high]))),
        "convergence": {
            "converged": convergence.converged, "starts": convergence.starts, "agreeing": convergence.agreeing,
            "iterations": convergence.iterations, "gradient": convergence.gradient,
        },
        "asked": asked,
        "until": until.to_string(),
        "unit": unit.as_str(),
        "repeaters": report.repeaters,
        "prior": report.with_prior,
        "notes": notes,
    })
}

fn tell(name: &str, report: &Report) {
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
    let row = |parameter: &perennial_value::Parameter| {
        let (low, high) = parameter.band.map_or((None, None), |(low, high)| (Some(low), Some(high)));
        vec![parameter.name.to_owned(), shown(Some(parameter.value)), shown(parameter.error), shown(low), shown(high)]
    };
    print::table(&[name, "value", "error", "from", "to"], &[1, 2, 3, 4], &report.parameters.iter().map(row).collect::<Vec<_>>());
    let (n, likelihood, convergence) = (report.n, report.log_likelihood, &report.convergence);
    let (agreeing, starts) = (convergence.agreeing, convergence.starts);
    say(
        &format!("{n} members, log-likelihood {likelihood:.2}; {agreeing} of {starts} starts came to this maximum"),
        &format!("{n} 位会员，对数似然 {likelihood:.2}；{starts} 个起点中有 {agreeing} 个收敛到此最大值"),
    );
    for note in &report.notes {
        let words = note.words();
        say(&words.en, &words.zh);
    }
}

fn predict(scene: &Scene, arguments: &PredictArguments) -> Outcome {
    let Some(kind) = arguments.model.purchases() else {
        return Err(Failure::misunderstood(
            "gammagamma is a model of spend: predictions need one of purchases, spend is always added",
            "gammagamma 是客单价模型：预测需指定购买模型，客单价会自动加入",
        ));
    };
    let house = scene.place.read()?;
    let until = until(&house, arguments.until);
    let buyers: Vec<Buyer> = value::buyers(&house, until)?.table;
    let currency = house.reference().brand.currency;
    let terms = Terms { horizon: arguments.horizon, margin: arguments.margin, discount: arguments.discount };
    let fitted = value::fit(&buyers, kind, until, arguments.unit);
    let spend = value::fit_spend(&buyers, currency);
    for note in fitted.fit.report.notes.iter().chain(&spend.report.notes) {
        let words = note.words();
        say(&words.en, &words.zh);
    }
    let mut forecaster = Forecaster::new(&fitted, &spend, currency, terms);
    let forecasts = buyers.iter().map(|buyer| forecaster.forecast(buyer));
    if scene.json {
        let head = json!({
            "model": fitted.fit.kind().as_str(), "until": until.to_string(), "unit": arguments.unit.as_str(), "horizon": terms.horizon,
            "margin_percent": terms.margin, "discount_percent_a_year": terms.discount, "currency": currency.code(),
        });
        as_json(&head, forecasts);
    } else {
        as_csv(forecasts);
    }
    Ok(())
}

/// 90 %; null where the fit left the parameters open.
fn range(band: Option<Band>) -> Value {
    json!(band.map(|band| [band.low, band.high]))
}

/// One document, written row by row: a base of millions is never held as text.
fn as_json(head: &Value, forecasts: impl Iterator<Item = Forecast>) {
    let head = head.to_string();
    print::text(&format!("{},\"members\":[", head.trim_end_matches('}')));
    for (at, row) in forecasts.enumerate() {
        let before = if at > 0 { "," } else { "" };
        let told = json!({
            "member": row.member.to_string(), "x": row.customer.x, "t_x": row.customer.t_x, "T": row.customer.t, "mean_spend": row.spend.mean,
            "p_alive": row.p_alive, "expected_purchases": row.purchases, "expected_spend": row.worth, "value": row.value,
            "p_alive_range": range(row.ranges.p_alive), "expected_purchases_range": range(row.ranges.purchases),
            "value_range": range(row.ranges.value),
        });
        print::text(&format!("{before}{told}"));
    }
    print::line("]}");
}

fn as_csv(forecasts: impl Iterator<Item = Forecast>) {
    print::line(
        "member,x,t_x,T,mean_spend,p_alive,expected_purchases,expected_spend,value,\
         p_alive_low,p_alive_high,expected_purchases_low,expected_purchases_high,value_low,value_high",
    );
    let ends = |band: Option<Band>| band.map_or_else(|| ",".to_owned(), |band| format!("{},{}", band.low, band.high));
    for row in forecasts {
        let Forecast { member, customer, spend, p_alive, purchases, worth, value, ranges } = row;
        let (alive, bought, brought) = (ends(ranges.p_alive), ends(ranges.purchases), ends(ranges.value));
        print::line(&format!(
            "{member},{},{},{},{},{p_alive},{purchases},{worth},{value},{alive},{bought},{brought}",
            customer.x, customer.t_x, customer.t, spend.mean
        ));
    }
}
