//! Why a member is in a stage, in both languages: the rule, what it saw, the facts behind that, why not the others, what would change it.

use perennial_condition::{Catalog, Expr, Lang, Name, Observed, Trace, Truth, Value, operand_phrase, parse_operand, sentence};
use perennial_kernel::{Body, Day, Fact, FactId, Instant, MemberId, Money};
use perennial_rules::effect::StageId;
use perennial_rules::lifecycle::explain::{self as rules, WouldChange};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::{Counting, Reference};

use super::member::open;
use super::{QueryResult, models, not_after_today, not_found};
use crate::house::House;

#[derive(Clone, Debug)]
pub struct Explained {
    pub member: MemberId,
    pub model: String,
    pub version: i64,
    pub as_of: Day,
    pub stage: StageId,
    pub life: u32,
    pub rule: Rule,
    pub values: Vec<Shown>,
    pub evidence: Vec<Evidence>,
    pub rejected: Vec<Rejected>,
    pub would_change: Vec<Change>,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub text: String,
    pub sentence: Name,
}

#[derive(Clone, Debug)]
pub struct Shown {
    pub field: String,
    pub name: Name,
    pub value: Value,
    pub text: String,
    /// What a value of the value model rests on.
    pub note: Option<Name>,
}

#[derive(Clone, Debug)]
pub struct Evidence {
    pub fact: FactId,
    pub kind: &'static str,
    pub day: Day,
    pub summary: String,
}

#[derive(Clone, Debug)]
pub struct Rejected {
    pub stage: StageId,
    pub text: String,
    pub because: Name,
}

#[derive(Clone, Debug)]
pub struct Change {
    /// `wait` or `purchase`.
    pub kind: &'static str,
    pub to: StageId,
    pub on: Option<Day>,
    pub count: Option<i64>,
    pub amount: Option<Money>,
    pub sentence: Name,
}

pub fn explain(
    house: &House,
    member: MemberId,
    model: Option<&str>,
    as_of: Option<Day>,
    known_at: Option<Instant>,
) -> QueryResult<Explained> {
    let primary = models::primary(house);
    let reference = models::reference(house, model.unwrap_or(&primary))?;
    let model = models::only(&reference);
    let as_of = as_of.unwrap_or_else(|| reference.calendar.day(house.now()));
    not_after_today(house, as_of)?;
    let case = open(house, member)?;
    let history = match known_at {
        Some(at) => case.known_at(at),
        None => case.history,
    };
    let member = case.member;
    let found = rules::explain(&reference, model, &history, as_of);
    let found = found.ok_or_else(|| {
        let (en, zh) = (format!("nothing was known of this member on {as_of}"), format!("{as_of} 时还没有这位会员"));
        not_found("member.not_yet", en, zh)
    })?;
    let stage = &model.stages[found.stand.stage];
    let words = Words { reference: &reference, model };
    Ok(Explained {
        member,
        model: model.id.clone(),
        version: model.version,
        as_of,
        stage: stage.id.clone(),
        life: found.stand.life,
        rule: Rule { text: stage.text(&model.catalog), sentence: stage.sentence(&model.catalog) },
        values: found
            .values
            .iter()
            .map(|(field, value)| Shown { note: rests_on(field, value, &found.values), ..words.shown(field, value) })
            .collect(),
        evidence: found.evidence.iter().filter_map(|id| words.evidence(history.facts(), *id)).collect(),
        rejected: found.rejected.iter().map(|(at, trace)| words.rejected(*at, trace)).collect(),
        would_change: found.would_change.iter().map(|change| words.change(change)).collect(),
    })
}

/// "Usual gap 34 days, silent for 118": what a field of the value model is understood by.
fn rests_on(field: &str, value: &Value, all: &[(String, Value)]) -> Option<Name> {
    if !perennial_rules::value::FIELDS.contains(&field) || value.is_null() {
        return None;
    }
    let days = |name: &str| {
        all.iter().find_map(|(held, value)| (held == name).then_some(value)).and_then(|value| match value {
            Value::Int(days) => Some(*days),
            _ => None,
        })
    };
    let silent = days("recency")?;
    Some(match days("usual_gap_days") {
        Some(gap) => Name::new(format!("usual gap {gap} days, silent for {silent}"), format!("平时间隔 {gap} 天，已沉默 {silent} 天")),
        None => Name::new(format!("bought once, silent for {silent} days"), format!("只消费过一次，已沉默 {silent} 天")),
    })
}

/// Puts things into words with one model's names.
struct Words<'a> {
    reference: &'a Reference,
    model: &'a Model,
}

impl Words<'_> {
    fn catalog(&self) -> &Catalog {
        &self.model.catalog
    }

    fn shown(&self, field: &str, value: &Value) -> Shown {
        let text = if value.is_null() { "–".to_owned() } else { value.show(self.catalog().currency) };
        Shown { field: field.to_owned(), name: self.name(field), value: value.clone(), text, note: None }
    }

    /// What a condition calls `f_life` or `count(purchase within 90 days)`, as people say it.
    fn name(&self, text: &str) -> Name {
        if let Some(field) = self.catalog().field(text) {
            return field.label.clone();
        }
        match parse_operand(text, self.catalog()) {
            Ok(operand) => {
                Name::new(operand_phrase(&operand, self.catalog(), Lang::En), operand_phrase(&operand, self.catalog(), Lang::Zh))
            }
            Err(_) => Name::new(text, text),
        }
    }

    fn evidence(&self, facts: &[Fact], id: FactId) -> Option<Evidence> {
        let fact = facts.iter().find(|fact| fact.id == id)?;
        let money = |money: Money| format!("{} {}", self.catalog().currency, self.catalog().currency.format(money));
        let summary = match &fact.body {
            Body::OrderPlaced(order) | Body::OrderUpdated(order) => format!("{} · {}", order.key.id, money(order.money)),
            Body::OrderCancelled(cancel) => cancel.key.id.clone(),
            Body::OrderRefunded(refund) => {
                let order = refund.key.as_ref().map_or(refund.id.as_str(), |key| key.id.as_str());
                if refund.whole { order.to_owned() } else { format!("{order} · −{}", money(refund.money)) }
            }
            Body::Behaved { name, .. } => name.clone(),
            Body::MemberUpdated { relation: Some(relation), .. } => relation.as_str().to_owned(),
            Body::IdentityAttached { kind } => kind.clone(),
            Body::ConsentGiven { purpose, channel, .. } | Body::ConsentWithdrawn { purpose, channel } => format!("{purpose} · {channel}"),
            Body::MemberUpdated { .. }
            | Body::MemberErased
            | Body::TimerDue { .. }
            | Body::PolicyActivated { .. }
            | Body::PolicyApplied { .. }
            | Body::EpochOpened { .. }
            | Body::ImportRetracted { .. }
            | Body::MembersMerged(_)
            | Body::MembersSplit(_)
            | Body::MembersRuled(_) => String::new(),
        };
        Some(Evidence { fact: id, kind: fact.body.kind(), day: self.reference.calendar.day(fact.occurred_at), summary })
    }

    fn rejected(&self, stage: usize, trace: &Trace) -> Rejected {
        let stage = &self.model.stages[stage];
        let (atom, met) = failing(trace);
        let because = Name::new(self.because(atom, met, Lang::En), self.because(atom, met, Lang::Zh));
        Rejected { stage: stage.id.clone(), text: stage.text(self.catalog()), because }
    }

    /// The part that does not hold, and the value it met.
    fn because(&self, atom: &Trace, met: Option<&Observed>, lang: Lang) -> String {
        let asked = sentence(&atom.expr, self.catalog(), lang);
        let Some(met) = met else {
            return match lang {
                Lang::En => format!("it is not so that {asked}"),
                Lang::Zh => format!("不满足：{asked}"),
            };
        };
        let name = self.name(&met.text);
        let value = met.value.show(self.catalog().currency);
        match (lang, &met.value) {
            (Lang::En, Value::Null) => format!("{} is not known, asked is: {asked}", name.en),
            (Lang::Zh, Value::Null) => format!("{}没有值，要求：{asked}", name.zh),
            (Lang::En, Value::Bool(yes)) => format!("{}: {}", name.en, if *yes { "yes" } else { "no" }),
            (Lang::Zh, Value::Bool(yes)) => format!("{}：{}", name.zh, if *yes { "是" } else { "否" }),
            (Lang::En, _) => format!("{} is {value}, asked is: {asked}", name.en),
            (Lang::Zh, _) => format!("{}为 {value}，要求：{asked}", name.zh),
        }
    }

    fn change(&self, change: &WouldChange) -> Change {
        let (kind, to, on, count, amount) = match *change {
            WouldChange::Wait { on, to } => ("wait", to, Some(on), None, None),
            WouldChange::Purchases { count, to } => ("purchase", to, None, Some(count), None),
            WouldChange::Amount { amount, to } => ("purchase", to, None, Some(1), Some(amount)),
        };
        let stage = &self.model.stages[to];
        let (en, zh) = (&stage.name.en, &stage.name.zh);
        let days = self.reference.brand.counting == Counting::Days;
        let sentence = match *change {
            WouldChange::Wait { on, .. } => Name::new(format!("no purchase until {on} → {en}"), format!("到 {on} 仍无消费，将变为{zh}")),
            WouldChange::Purchases { count: 1, .. } => Name::new(format!("1 more purchase → {en}"), format!("再消费 1 次将变为{zh}")),
            WouldChange::Purchases { count, .. } if days => {
                Name::new(format!("purchases on {count} more days → {en}"), format!("再在 {count} 天消费将变为{zh}"))
            }
            WouldChange::Purchases { count, .. } => {
                Name::new(format!("{count} more purchases → {en}"), format!("再消费 {count} 次将变为{zh}"))
            }
            WouldChange::Amount { amount, .. } => {
                let (code, sum) = (self.catalog().currency.code(), self.catalog().currency.format(amount));
                let zh_sum = if code == "CNY" { format!("{sum} 元") } else { format!("{code} {sum}") };
                Name::new(
                    format!("one more purchase of at least {code} {sum} → {en}"),
                    format!("再消费一笔不低于 {zh_sum} 的订单将变为{zh}"),
                )
            }
        };
        Change { kind, to: stage.id.clone(), on, count, amount, sentence }
    }
}

/// The part to blame: into an AND's first part that does not hold, into an OR's first, down to where nothing is composed. Of a NOT the
/// whole is told, with the value its part met.
fn failing(trace: &Trace) -> (&Trace, Option<&Observed>) {
    let part = trace.parts.iter().find(|part| part.truth != Truth::True).or(trace.parts.first());
    match (part, &trace.expr) {
        (Some(part), Expr::Not(_)) => (trace, failing(part).1),
        (Some(part), _) => failing(part),
        (None, _) => (trace, trace.values.first()),
    }
}
