//! `value`: super users, kinds of value, what surveys say is delivered, look-alikes.

use perennial_app::query::selection::Condition;
use perennial_app::query::value::{self, SuperTerms, Target, ValueKind, sheets};

use super::Scene;
use super::value::written;
use crate::args::{DeliveredArguments, KindsArguments, LookAlikeArguments, SuperArguments};
use crate::failure::{Failure, Outcome};
use crate::say::say;

pub fn super_users(scene: &Scene, arguments: &SuperArguments) -> Outcome {
    let house = scene.place.read()?;
    let SuperArguments { window, recent, looked, carted, bought, spoke, referred } = *arguments;
    let terms = SuperTerms { window, recent, least: [looked, carted, bought, spoke, referred] };
    let found = value::super_users(&house, terms)?.table;
    let currency = house.reference().brand.currency;
    written(scene, &sheets::super_users(&found), currency);
    let (supers, buyers) = (found.members.len(), found.buyers);
    let (theirs, all) = (currency.format(found.their_money), currency.format(found.money));
    say(
        &format!("{supers} of {buyers} buyers are super users; they spent {theirs} of {all} {currency}"),
        &format!("{buyers} 位买家中有 {supers} 位超级用户，消费 {theirs} / {all} {currency}"),
    );
    for passed in found.tests.iter().filter(|passed| passed.least > 0 && !passed.heard) {
        for signal in passed.test.signals() {
            let (what, names) = (signal.words(), house.reference().brand.signals.names(*signal).join(", "));
            if !names.is_empty() {
                say(
                    &format!("nobody's behaviours say “{}”: send events named one of {names}", what.en),
                    &format!("没有行为表示“{}”：请上报以下名称之一的事件：{names}", what.zh),
                );
            }
        }
    }
    Ok(())
}

pub fn kinds(scene: &Scene, arguments: &KindsArguments) -> Outcome {
    let house = scene.place.read()?;
    let found = value::kinds(&house, arguments.window)?.table;
    let currency = house.reference().brand.currency;
    written(scene, &sheets::kinds(&found, arguments.by), currency);
    for (kind, (members, money)) in ValueKind::ALL.into_iter().zip(found.kinds) {
        let (kind, money) = (kind.as_str(), currency.format(money));
        say(&format!("{kind}: {members} members, {money} {currency}"), &format!("{kind}：{members} 位会员，{money} {currency}"));
    }
    Ok(())
}

pub fn delivered(scene: &Scene, arguments: &DeliveredArguments) -> Outcome {
    let house = scene.place.read()?;
    let found = value::delivered(&house, arguments.window)?.table;
    written(scene, &sheets::delivered(&found), house.reference().brand.currency);
    let Some(balance) = found.balance else {
        let (members, from) = (found.members, value::SHOWN_FROM);
        say(
            &format!("{members} members answered: shown from {from} answers on a benefit and on a cost"),
            &format!("{members} 位会员作答：至少一项利益和一项成本各有 {from} 位作答后才会显示"),
        );
        return Ok(());
    };
    let (value, (low, high)) = (balance.value(), balance.band);
    say(
        &format!("delivered value {value:+.2} ({low:+.2} to {high:+.2}): benefits {:.2}, costs {:.2}", balance.benefits, balance.costs),
        &format!("让渡价值 {value:+.2}（{low:+.2} 至 {high:+.2}）：利益 {:.2}，成本 {:.2}", balance.benefits, balance.costs),
    );
    Ok(())
}

pub fn look_alikes(scene: &Scene, arguments: &LookAlikeArguments) -> Outcome {
    let house = scene.place.read()?;
    let today = house.calendar().day(house.now());
    let target = match &arguments.condition {
        Some(text) => match Condition::read(&house, text) {
            Ok(condition) => Target::Chosen { condition: condition.text },
            Err(problems) => {
                let message = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
                return Err(Failure::misunderstood(message.en, message.zh));
            }
        },
        None => Target::Top { percent: arguments.top, until: arguments.until.unwrap_or(today - value::AHEAD_DAYS) },
    };
    let found = value::look_alikes(&house, target)?.table;
    written(scene, &sheets::look_alikes(&found), house.reference().brand.currency);
    let (hits, members) = (found.hits, found.members);
    let Some(learned) = found.learned else {
        say(
            &format!("{hits} of {members} members are wanted: too few to learn from"),
            &format!("{members} 位会员中有 {hits} 位目标会员，样本太少，无法学习"),
        );
        return Ok(());
    };
    for weight in &learned.weights {
        let words = value::trait_words(&weight.of);
        say(&format!("{:+.3}  {}", weight.weight, words.en), &format!("{:+.3}  {}", weight.weight, words.zh));
    }
    let auc = learned.auc.map_or_else(|| "–".to_owned(), |auc| format!("{auc:.3}"));
    say(
        &format!("{hits} of {members} members are wanted; AUC on {} held out: {auc}", found.held_out),
        &format!("{members} 位会员中有 {hits} 位目标会员；在留出的 {} 位会员上 AUC 为 {auc}", found.held_out),
    );
    Ok(())
}
