//! Early warning, and customer equity with its movement.

use perennial_app::query::person::Person;
use perennial_app::query::value as asked;
use perennial_kernel::{Currency, Instant};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Money, Words};

/// By which model an answer was reckoned.
#[derive(Serialize, ToSchema)]
pub struct ValueBy {
    /// bgnbd, mbgnbd, paretonbd, nbd.
    pub model: String,
    /// The version in force; null for one fitted for this answer.
    pub version: Option<i64>,
    pub until: String,
}

impl From<asked::By> for ValueBy {
    fn from(by: asked::By) -> Self {
        Self { model: by.model.kind().as_str().to_owned(), version: by.in_force, until: by.model.until.to_string() }
    }
}

#[derive(Serialize, ToSchema)]
pub struct ValueWarnings {
    pub as_of: String,
    /// Listed are members silent for fewer days than this.
    pub within: i32,
    pub by: ValueBy,
    /// Members silent for fewer days, with a sign or without.
    pub current: u64,
    /// Expected loss of all who are listed.
    pub loss: Money,
    pub total: usize,
    /// By expected loss.
    pub items: Vec<ValueWarning>,
    pub next: Option<String>,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct ValueWarning {
    pub member: String,
    /// Masked.
    pub name: Option<String>,
    pub number: Option<String>,
    /// Days since the last purchase.
    pub silence: i32,
    pub usual_gap: Option<i32>,
    pub silence_percentile: Option<f64>,
    pub p_alive: f64,
    /// Purchases expected in the next 90 days, now and on the day of the last purchase.
    pub expected: f64,
    pub expected_then: f64,
    /// Spend expected in the next 365 days if alive.
    pub if_alive: Money,
    /// That, times the probability of being lost.
    pub loss: Money,
    pub reasons: Vec<ValueReason>,
    pub action: ValueReason,
}

/// A sign, or what to do about it.
#[derive(Serialize, ToSchema)]
pub struct ValueReason {
    /// complained, out_of_rhythm, spends_less, expected_less, likely_lost; of actions repair, personal, widen, remind, win.
    pub code: String,
    pub text: Words,
}

impl ValueWarnings {
    pub fn new(
        table: &asked::Warnings,
        page: Vec<(asked::Warning, Person)>,
        next: Option<String>,
        currency: Currency,
        data_up_to: Instant,
    ) -> Self {
        let money = |amount| Money::new(amount, currency);
        let item = |(one, person): (asked::Warning, Person)| ValueWarning {
            member: one.member.to_string(),
            name: person.name,
            number: person.number,
            silence: one.silence,
            usual_gap: one.usual_gap,
            silence_percentile: one.percentile,
            p_alive: one.p_alive,
            expected: one.expected,
            expected_then: one.expected_then,
            if_alive: money(one.if_alive),
            loss: money(one.loss),
            reasons: one.signs.iter().map(|sign| ValueReason { code: sign.code().to_owned(), text: (&sign.words()).into() }).collect(),
            action: ValueReason { code: one.action.code().to_owned(), text: (&one.action.words()).into() },
        };
        Self {
            as_of: table.as_of.to_string(),
            within: table.within,
            by: table.by.into(),
            current: table.current,
            loss: money(table.loss),
            total: table.members.len(),
            items: page.into_iter().map(item).collect(),
            next,
            data_up_to: data_up_to.to_string(),
        }
    }
}

/// How the ranking would have done.
#[derive(Serialize, ToSchema)]
pub struct ValueJudgement {
    pub until: String,
    pub to: String,
    pub model: String,
    pub buyers: u64,
    pub returned: u64,
    /// Buyers who would have been looked at for the list, and those of them who came back.
    pub current: u64,
    pub current_returned: u64,
    pub rankings: Vec<ValueRanking>,
    pub data_up_to: String,
}

/// Of one who stayed away and one who came back, how often the ranking puts the first higher; null where all or none came back.
#[derive(Serialize, ToSchema)]
pub struct ValueRanking {
    /// expected_purchases, p_alive, silence, silence_percentile.
    pub ranking: String,
    pub among_current: Option<f64>,
    pub among_all: Option<f64>,
}

impl ValueJudgement {
    pub fn new(table: &asked::Judgement, data_up_to: Instant) -> Self {
        let ranking = |one: &asked::Ranking| ValueRanking {
            ranking: one.name.to_owned(),
            among_current: one.among_current,
            among_all: one.among_all,
        };
        Self {
            until: table.until.to_string(),
            to: table.to.to_string(),
            model: table.model.as_str().to_owned(),
            buyers: table.buyers,
            returned: table.returned,
            current: table.current,
            current_returned: table.current_returned,
            rankings: table.rankings.iter().map(ranking).collect(),
            data_up_to: data_up_to.to_string(),
        }
    }
}

/// What all members are worth together on two days.
#[derive(Serialize, ToSchema)]
pub struct CustomerEquity {
    pub from: String,
    pub to: String,
    pub by: ValueBy,
    /// Of sales, in percent.
    pub margin: f64,
    pub months: u32,
    /// In percent a year.
    pub discount: f64,
    pub all: EquityWorth,
    /// new, grown, retained, shrunk, lost: they add up to `all`.
    pub movements: Vec<EquityMovement>,
    /// stage, cohort, channel: the groups of each add up to `all`.
    pub groups: Vec<EquityGrouping>,
    /// The lifecycle model of the stages.
    pub model: String,
    /// purchase, word_of_mouth, information, knowledge, trading: the first and those counted in add up to `all`.
    pub parts: Vec<EquityPart>,
    pub prospects: EquityProspects,
    pub data_up_to: String,
}

/// What members are worth by one kind of value.
#[derive(Serialize, ToSchema)]
pub struct EquityPart {
    pub kind: String,
    /// Whether it is part of `all`.
    pub counted_in: bool,
    pub worth: EquityWorth,
}

/// Who is known and has yet to buy: apart from everything else.
#[derive(Serialize, ToSchema)]
pub struct EquityProspects {
    /// Prospects of 365 days before the second day, and those of them who have bought since.
    pub tried: u64,
    pub bought: u64,
    /// Null where nobody has been known for long enough.
    pub probability: Option<f64>,
    /// As if so many more members of each group had behaved like all together.
    pub shrinkage: f64,
    /// Members who first bought in the 365 days that end with the second day, and what they are worth on it on average.
    pub new_buyers: u64,
    pub mean: Option<Money>,
    pub worth: EquityProspect,
    /// Worth most first.
    pub groups: Vec<EquityProspectGroup>,
}

#[derive(Serialize, ToSchema)]
pub struct EquityProspect {
    pub members_before: u64,
    pub members_after: u64,
    pub before: Money,
    pub after: Money,
}

#[derive(Serialize, ToSchema)]
pub struct EquityProspectGroup {
    /// Of the first record about them.
    pub source: String,
    /// aware, follower, registered; null for those known by what they do alone.
    pub relation: Option<String>,
    pub tried: u64,
    pub bought: u64,
    pub probability: Option<f64>,
    pub worth: EquityProspect,
}

fn prospects(of: &asked::Prospects, currency: Currency) -> EquityProspects {
    let money = |amount| Money::new(amount, currency);
    let worth = |members: [u64; 2], value: [perennial_kernel::Money; 2]| EquityProspect {
        members_before: members[0],
        members_after: members[1],
        before: money(value[0]),
        after: money(value[1]),
    };
    let group = |one: &asked::ProspectGroup| EquityProspectGroup {
        source: one.source.clone(),
        relation: one.relation.map(|relation| relation.as_str().to_owned()),
        tried: one.tried,
        bought: one.bought,
        probability: one.probability,
        worth: worth(one.members, one.value),
    };
    EquityProspects {
        tried: of.tried,
        bought: of.bought,
        probability: of.probability,
        shrinkage: asked::SHRINKAGE,
        new_buyers: of.new_buyers,
        mean: of.mean.map(money),
        worth: worth(of.members, of.value),
        groups: of.groups.iter().map(group).collect(),
    }
}

#[derive(Serialize, ToSchema)]
pub struct EquityWorth {
    pub members: u64,
    pub before: Money,
    pub after: Money,
    pub change: Money,
}

#[derive(Serialize, ToSchema)]
pub struct EquityMovement {
    pub movement: String,
    pub worth: EquityWorth,
}

#[derive(Serialize, ToSchema)]
pub struct EquityGrouping {
    /// stage, cohort, channel.
    pub by: String,
    pub groups: Vec<EquityGroup>,
}

#[derive(Serialize, ToSchema)]
pub struct EquityGroup {
    /// A stage's id, a quarter such as 1997-Q1, a channel; empty where nothing is known.
    pub name: String,
    pub worth: EquityWorth,
    pub movements: Vec<EquityMovement>,
}

impl CustomerEquity {
    pub fn new(table: &asked::Equity, currency: Currency, data_up_to: Instant) -> Self {
        let money = |minor| Money::new(perennial_kernel::Money(minor), currency);
        let worth = |of: &asked::Worth| EquityWorth {
            members: of.members,
            before: money(of.before),
            after: money(of.after),
            change: Money::new(of.change(), currency),
        };
        let movements = |of: &[asked::Worth; 5]| {
            let one = |(movement, of): (&asked::Movement, &asked::Worth)| EquityMovement {
                movement: movement.as_str().to_owned(),
                worth: worth(of),
            };
            asked::Movement::ALL.iter().zip(of).map(one).collect::<Vec<_>>()
        };
        let with = table.terms.with;
        let parts = asked::ValueKind::ALL.iter().zip(&table.parts).enumerate().map(|(at, (kind, of))| EquityPart {
            kind: kind.as_str().to_owned(),
            counted_in: at == 0 || with[at - 1],
            worth: worth(of),
        });
        let group = |of: &asked::Group| EquityGroup { name: of.name.clone(), worth: worth(&of.all), movements: movements(&of.movements) };
        let groups = asked::Grouping::ALL
            .iter()
            .zip(&table.groups)
            .map(|(by, groups)| EquityGrouping { by: by.as_str().to_owned(), groups: groups.iter().map(group).collect() });
        Self {
            from: table.from.to_string(),
            to: table.to.to_string(),
            by: table.by.into(),
            margin: table.terms.margin,
            months: table.terms.months,
            discount: table.terms.discount,
            all: worth(&table.all),
            movements: movements(&table.movements),
            groups: groups.collect(),
            model: table.model.clone(),
            parts: parts.collect(),
            prospects: prospects(&table.prospects, currency),
            data_up_to: data_up_to.to_string(),
        }
    }
}
