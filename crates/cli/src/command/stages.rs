//! `stages`, `flow` and `explain`.

use std::collections::BTreeSet;

use perennial_app::house::House;
use perennial_app::query::explain::{Change, Explained};
use perennial_app::query::{everyone, explain as why, search};
use perennial_condition::Value as Shown;
use perennial_kernel::{Currency, MemberId};
use perennial_rules::lifecycle::model::Model;
use serde_json::{Map, Value, json};

use super::{Scene, model_of};
use crate::args::{ExplainArguments, FlowArguments, StagesArguments};
use crate::failure::{Failure, Outcome};
use crate::print;
use crate::say::{pick, say};

pub fn stages(scene: &Scene, arguments: &StagesArguments) -> Outcome {
    let house = scene.place.read()?;
    let model = model_of(&house, arguments.model.as_deref());
    let day = arguments.as_of.unwrap_or_else(|| house.calendar().day(house.now()));
    let table = everyone::stages(&house, &model, day, arguments.known_at)?.table;
    let model = find_model(&house, &model)?;
    let counted = model.display.iter().map(|at| &model.stages[*at]).filter_map(|stage| {
        let members = table.stages.get(&stage.id).copied().unwrap_or(0);
        (members > 0).then_some((stage, members))
    });
    if scene.json {
        let stages: Map<String, Value> = counted.map(|(stage, members)| (stage.id.clone(), json!(members))).collect();
        print::json(&json!({
            "as_of": day.to_string(),
            "model": table.model,
            "members": table.members,
            "members_with_more_than_one_life": table.members_with_more_than_one_life,
            "stages": stages,
        }));
        return Ok(());
    }
    let share = |members: u64| format!("{:.1} %", 100.0 * members as f64 / table.members.max(1) as f64);
    let rows: Vec<_> = counted
        .map(|(stage, members)| {
            vec![stage.id.clone(), pick(&stage.name.en, &stage.name.zh).to_owned(), members.to_string(), share(members)]
        })
        .collect();
    print::table(&["stage", "", "members", "share"], &[2, 3], &rows);
    let (members, more) = (table.members, table.members_with_more_than_one_life);
    say(
        &format!("{members} members on {day}, {more} of them in a second or later life"),
        &format!("{day} 共 {members} 位会员，其中 {more} 位处于第二段或更后的生命"),
    );
    Ok(())
}

pub fn flow(scene: &Scene, arguments: &FlowArguments) -> Outcome {
    let house = scene.place.read()?;
    let model = model_of(&house, arguments.model.as_deref());
    let (from, to) = (arguments.from, arguments.to);
    let table = everyone::flow(&house, &model, from, to, arguments.known_at)?.table;
    if scene.json {
        let links: Vec<_> = table.links.iter().map(|link| json!({ "from": link.from, "to": link.to, "members": link.members })).collect();
        let arrived: Vec<_> = table.arrived.iter().map(|new| json!({ "to": new.to, "members": new.members })).collect();
        print::json(&json!({
            "from": from.to_string(), "to": to.to_string(), "model": model, "links": links, "arrived": arrived,
        }));
        return Ok(());
    }
    let mut rows: Vec<_> = table.links.iter().map(|link| vec![link.from.clone(), link.to.clone(), link.members.to_string()]).collect();
    rows.extend(table.arrived.iter().map(|new| vec!["–".to_owned(), new.to.clone(), new.members.to_string()]));
    print::table(&["from", "to", "members"], &[2], &rows);
    Ok(())
}

pub fn explain(scene: &Scene, arguments: &ExplainArguments) -> Outcome {
    let house = scene.place.read()?;
    let member = find_member(&house, &arguments.member)?;
    let told = why::explain(&house, member, arguments.model.as_deref(), arguments.as_of, arguments.known_at)?;
    let currency = house.reference().brand.currency;
    if scene.json {
        print::json(&explained(&told, currency));
        return Ok(());
    }
    print::line(&format!(
        "{} · {} · {}",
        told.member,
        told.as_of,
        pick(&format!("life {}", told.life), &format!("第 {} 段生命", told.life))
    ));
    print::line(&format!("{}: {}", told.stage, pick(&told.rule.sentence.en, &told.rule.sentence.zh)));
    for shown in &told.values {
        print::line(&format!("  {}: {}", pick(&shown.name.en, &shown.name.zh), shown.text));
    }
    for fact in &told.evidence {
        print::line(&format!("  {} {} {} {}", fact.day, fact.kind, fact.summary, fact.fact));
    }
    for change in &told.would_change {
        print::line(&format!("  → {}", pick(&change.sentence.en, &change.sentence.zh)));
    }
    Ok(())
}

/// Who is meant by what an operator has at hand. Several people are not guessed between.
fn find_member(house: &House, text: &str) -> Outcome<MemberId> {
    let sources: BTreeSet<String> = house.desk().imports()?.into_iter().map(|row| row.source).collect();
    match search::members(house, &sources, text)?.as_slice() {
        [member] => Ok(*member),
        [] => Err(Failure::refused(format!("nobody is known as {text}"), format!("没有找到会员 {text}"))),
        several => Err(Failure::refused(
            format!("{} members are known as {text}: name one by its id (m_…)", several.len()),
            format!("{text} 对应 {} 位会员，请用会员标识（m_…）指定", several.len()),
        )),
    }
}

fn find_model(house: &House, id: &str) -> Outcome<Model> {
    let found = house.models()?.into_iter().find(|model| model.id == id);
    found.ok_or_else(|| Failure::refused(format!("there is no model {id}"), format!("没有名为 {id} 的模型")))
}

fn explained(told: &Explained, currency: Currency) -> Value {
    let name = |en: &str, zh: &str| json!({ "en": en, "zh": zh });
    let values = told.values.iter().map(|shown| {
        let value = typed(&shown.value, currency);
        json!({ "field": shown.field, "name": name(&shown.name.en, &shown.name.zh), "value": value, "text": shown.text })
    });
    let evidence = told
        .evidence
        .iter()
        .map(|fact| json!({ "fact": fact.fact.to_string(), "kind": fact.kind, "day": fact.day.to_string(), "summary": fact.summary }));
    let rejected = told
        .rejected
        .iter()
        .map(|stage| json!({ "stage": stage.stage, "text": stage.text, "because": name(&stage.because.en, &stage.because.zh) }));
    json!({
        "member": told.member.to_string(),
        "model": told.model,
        "version": told.version,
        "as_of": told.as_of.to_string(),
        "stage": told.stage,
        "life": told.life,
        "rule": { "text": told.rule.text, "sentence": name(&told.rule.sentence.en, &told.rule.sentence.zh) },
        "values": values.collect::<Vec<_>>(),
        "evidence": evidence.collect::<Vec<_>>(),
        "rejected": rejected.collect::<Vec<_>>(),
        "would_change": told.would_change.iter().map(|change| change_of(change, currency)).collect::<Vec<_>>(),
    })
}

fn change_of(change: &Change, currency: Currency) -> Value {
    json!({
        "kind": change.kind,
        "to": change.to,
        "on": change.on.map(|day| day.to_string()),
        "count": change.count,
        "amount": change.amount.map(|amount| print::money(amount, currency)),
        "sentence": { "en": change.sentence.en, "zh": change.sentence.zh },
    })
}

fn typed(value: &Shown, currency: Currency) -> Value {
    match value {
        Shown::Null => Value::Null,
        Shown::Bool(yes) => json!(yes),
        Shown::Int(number) => json!(number),
        Shown::Decimal(number) => json!(number),
        Shown::Money(money) => print::money(*money, currency),
        Shown::Text(text) => json!(&**text),
        Shown::Day(day) => json!(day.to_string()),
        Shown::Choices(list) => json!(list.to_vec()),
    }
}
