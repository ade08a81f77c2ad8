//! `value`: models of purchases and spend.

use perennial_app::house::House;
use perennial_app::query::value::{self, Buyer, Forecast, Terms, Unit};
use perennial_kernel::Day;
use perennial_value::{Kind, Report};
use serde_json::{Map, Value, json};

use super::Scene;
use crate::args::{FitArguments, PredictArguments, ValueCommand};
use crate::failure::{Failure, Outcome};
use crate::print;
use crate::say::say;

pub fn run(scene: &Scene, command: &ValueCommand) -> Outcome {
    match command {
        ValueCommand::Fit(arguments) => fit(scene, arguments),
        ValueCommand::Predict(arguments) => predict(scene, arguments),
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
    let forecasts = buyers.iter().map(|buyer| value::forecast(buyer, &fitted, &spend, currency, &terms));
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

/// One document, written row by row: a base of millions is never held as text.
fn as_json(head: &Value, forecasts: impl Iterator<Item = Forecast>) {
    let head = head.to_string();
    print::text(&format!("{},\"members\":[", head.trim_end_matches('}')));
    for (at, row) in forecasts.enumerate() {
        let before = if at > 0 { "," } else { "" };
        let told = json!({
            "member": row.member.to_string(), "x": row.customer.x, "t_x": row.customer.t_x, "T": row.customer.t, "mean_spend": row.spend.mean,
            "p_alive": row.p_alive, "expected_purchases": row.purchases, "expected_spend": row.worth, "value": row.value,
        });
        print::text(&format!("{before}{told}"));
    }
    print::line("]}");
}

fn as_csv(forecasts: impl Iterator<Item = Forecast>) {
    print::line("member,x,t_x,T,mean_spend,p_alive,expected_purchases,expected_spend,value");
    for row in forecasts {
        let Forecast { member, customer, spend, p_alive, purchases, worth, value } = row;
        print::line(&format!(
            "{member},{},{},{},{},{p_alive},{purchases},{worth},{value}",
            customer.x, customer.t_x, customer.t, spend.mean
        ));
    }
}
