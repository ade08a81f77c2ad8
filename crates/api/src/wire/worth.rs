//! What behaviours say, super users, and the five kinds of value.

use perennial_app::query::person::Person;
use perennial_app::query::value::{
    self as asked, Bringing, CLAIMED_MONEY, CLAIMED_MULTIPLE, CLAIMED_ORDINARY, Source, SuperUser, ValueKind,
};
use perennial_kernel::Instant;
use perennial_rules::reference::Reference;
use perennial_rules::signal::Signal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Money, Words};

/// Which behaviours say what.
#[derive(Serialize, ToSchema)]
pub struct SignalSettings {
    /// Null while those that ship are in force.
    pub version: Option<i64>,
    /// The document, with its weights.
    pub yaml: String,
    pub signals: Vec<SignalNames>,
    /// Ids of active lifecycle models whose stages read goodwill or closeness: a change decides everybody anew.
    pub read_by: Vec<String>,
    /// The job that decides everybody anew after this change; null where there is nothing to decide.
    pub job: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct SignalNames {
    /// browse, favourite, cart, share, referral, feedback, review, survey, adopted, complaint, praise, good_service, bad_service, answered, chat,
    /// visit, reply, activity.
    pub signal: String,
    pub text: Words,
    /// Names of behaviours, as sources write them.
    pub names: Vec<String>,
}

impl SignalNames {
    fn of(reference: &Reference, signal: Signal) -> Self {
        Self { signal: signal.as_str().to_owned(), text: (&signal.words()).into(), names: reference.brand.signals.names(signal).to_vec() }
    }
}

impl SignalSettings {
    pub fn new(reference: &Reference, yaml: String, job: Option<String>) -> Self {
        Self {
            version: reference.brand.signals.version,
            yaml,
            signals: Signal::ALL.into_iter().map(|signal| SignalNames::of(reference, signal)).collect(),
            read_by: reference.models().iter().filter(|model| model.reads_signals()).map(|model| model.id.clone()).collect(),
            job,
        }
    }
}

/// All of it from now on, as a new version.
#[derive(ToSchema)]
pub struct PutSignals {
    pub yaml: String,
    /// Why, for the list of versions.
    pub reason: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct SuperUsers {
    pub as_of: String,
    /// In days.
    pub window: i32,
    pub recent: i32,
    /// Of the window, super users among them, and what they spent.
    pub buyers: u64,
    pub money: Money,
    pub total: usize,
    pub their_money: Money,
    /// Null where nobody bought.
    pub share: Option<f64>,
    pub money_share: Option<f64>,
    /// What a super user spent as a multiple of an ordinary buyer; null where there are not both.
    pub multiple: Option<f64>,
    /// In the order of showing.
    pub tests: Vec<SuperTest>,
    /// Buyers of the window that ends on a day, the latest last.
    pub points: Vec<SuperPoint>,
    /// From the first to the last of these days; null where super users did not change in number, or there were none.
    pub observed: Option<SuperObserved>,
    pub claimed: SuperClaims,
    /// All super users, in the condition language; null where a test asks for what no behaviour says.
    pub condition: Option<String>,
    /// Who spent most first.
    pub items: Vec<SuperItem>,
    pub next: Option<String>,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct SuperTest {
    /// looked, carted, bought, spoke, referred.
    pub test: String,
    /// Zero asks nothing.
    pub least: u32,
    /// Buyers who pass it, and who pass it and all before it.
    pub alone: u64,
    pub together: u64,
    /// False where no behaviour of anybody's says it: nobody sends such events.
    pub heard: bool,
    /// The behaviours that count; empty for purchases.
    pub signals: Vec<SignalNames>,
}

#[derive(Serialize, ToSchema)]
pub struct SuperPoint {
    pub day: String,
    pub supers: u64,
    pub ordinary: u64,
    pub money: Money,
}

/// Changes in percent. One beside another, and no cause.
#[derive(Serialize, ToSchema)]
pub struct SuperObserved {
    pub supers: f64,
    pub ordinary: f64,
    pub money: f64,
    /// For each percent more super users.
    pub ordinary_per_percent: f64,
    pub money_per_percent: f64,
}

/// What is commonly said, from and to. Claims that nobody has shown to be causes.
#[derive(Serialize, ToSchema)]
pub struct SuperClaims {
    pub multiple: [f64; 2],
    /// In percent, for each percent more super users.
    pub ordinary: [f64; 2],
    pub money: [f64; 2],
}

#[derive(Serialize, ToSchema)]
pub struct SuperItem {
    pub member: String,
    /// Masked.
    pub name: Option<String>,
    pub number: Option<String>,
    pub money: Money,
    pub looked: u32,
    pub carted: u32,
    pub bought: u32,
    pub spoke: u32,
    pub referred: u32,
}

fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

impl SuperUsers {
    pub fn new(
        of: &asked::SuperUsers,
        page: Vec<(SuperUser, Person)>,
        next: Option<String>,
        reference: &Reference,
        up_to: Instant,
    ) -> Self {
        let money = |amount| Money::new(amount, reference.brand.currency);
        let test = |passed: &asked::Passed| SuperTest {
            test: passed.test.as_str().to_owned(),
            least: passed.least,
            alone: passed.alone,
            together: passed.together,
            heard: passed.heard,
            signals: passed.test.signals().iter().map(|signal| SignalNames::of(reference, *signal)).collect(),
        };
        let point = |one: &asked::Point| SuperPoint {
            day: one.day.to_string(),
            supers: one.supers,
            ordinary: one.ordinary,
            money: money(one.money),
        };
        let observed = |one: asked::Observed| {
            let [ordinary_per_percent, money_per_percent] = one.per_percent();
            SuperObserved { supers: one.supers, ordinary: one.ordinary, money: one.money, ordinary_per_percent, money_per_percent }
        };
        let item = |(one, person): (SuperUser, Person)| {
            let [looked, carted, bought, spoke, referred] = one.times;
            let (member, money) = (one.member.to_string(), money(one.money));
            SuperItem { member, name: person.name, number: person.number, money, looked, carted, bought, spoke, referred }
        };
        Self {
            as_of: of.as_of.to_string(),
            window: of.terms.window,
            recent: of.terms.recent,
            buyers: of.buyers,
            money: money(of.money),
            total: of.members.len(),
            their_money: money(of.their_money),
            share: share(of.members.len() as f64, of.buyers as f64),
            money_share: share(of.their_money.0 as f64, of.money.0 as f64),
            multiple: of.multiple,
            tests: of.tests.iter().map(test).collect(),
            points: of.points.iter().map(point).collect(),
            observed: of.observed.map(observed),
            claimed: SuperClaims { multiple: CLAIMED_MULTIPLE, ordinary: CLAIMED_ORDINARY, money: CLAIMED_MONEY },
            condition: of.condition.clone(),
            items: page.into_iter().map(item).collect(),
            next,
            data_up_to: up_to.to_string(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct ValueKinds {
    pub as_of: String,
    /// In days.
    pub window: i32,
    /// Version of the weights; null while those that ship are in force.
    pub version: Option<i64>,
    /// purchase, word_of_mouth, information, knowledge, trading.
    pub kinds: Vec<KindOfValue>,
    pub sources: Vec<ValueSource>,
    pub total: usize,
    /// Who brings most first.
    pub items: Vec<KindsItem>,
    pub next: Option<String>,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct KindOfValue {
    pub kind: String,
    pub members: u64,
    pub value: Money,
}

/// Where value of a kind comes from.
#[derive(Serialize, ToSchema)]
pub struct ValueSource {
    /// purchases, share, referral, feedback, review, survey, adopted, bulk_orders.
    pub source: String,
    pub kind: String,
    pub members: u64,
    /// Orders or behaviours.
    pub events: u64,
    pub value: Money,
    /// What one is worth; null for orders.
    pub worth: Option<Money>,
    /// What percentage of their money counts; null for behaviours.
    pub percent: Option<f64>,
    /// From so many pieces on an order is a bulk order; null for the others.
    pub pieces: Option<f64>,
    /// The behaviours that count; empty for orders.
    pub names: Vec<String>,
    /// Its members, in the condition language; null where conditions cannot say it.
    pub condition: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct KindsItem {
    pub member: String,
    /// Masked.
    pub name: Option<String>,
    pub number: Option<String>,
    pub purchase: Money,
    pub word_of_mouth: Money,
    pub information: Money,
    pub knowledge: Money,
    pub trading: Money,
    pub total: Money,
}

impl ValueSource {
    fn new(of: &asked::Kinds, at: usize, reference: &Reference) -> Self {
        let (source, currency, signals) = (Source::ALL[at], reference.brand.currency, &reference.brand.signals);
        let brought = of.sources[at];
        let said = if let Source::Said(signal) = source { Some(signal) } else { None };
        let percent = |share: i64| share as f64 / 100.0;
        Self {
            source: source.as_str().to_owned(),
            kind: source.kind().as_str().to_owned(),
            members: brought.members,
            events: brought.events,
            value: Money::new(brought.value, currency),
            worth: said.map(|signal| Money::new(of.worth.of(signal, currency), currency)),
            percent: match source {
                Source::Purchases => Some(percent(of.worth.purchase_share)),
                Source::BulkOrders => Some(percent(of.worth.trading_share)),
                Source::Said(_) => None,
            },
            pieces: (source == Source::BulkOrders).then(|| of.worth.bulk.0 as f64 / 1000.0),
            names: said.map(|signal| signals.names(signal).to_vec()).unwrap_or_default(),
            condition: of.conditions[at].clone(),
        }
    }
}

impl ValueKinds {
    pub fn new(
        of: &asked::Kinds,
        total: usize,
        page: Vec<(Bringing, Person)>,
        next: Option<String>,
        reference: &Reference,
        up_to: Instant,
    ) -> Self {
        let money = |amount| Money::new(amount, reference.brand.currency);
        let kind = |(kind, (members, value)): (ValueKind, &(u64, perennial_kernel::Money))| KindOfValue {
            kind: kind.as_str().to_owned(),
            members: *members,
            value: money(*value),
        };
        let item = |(one, person): (Bringing, Person)| {
            let [purchase, word_of_mouth, information, knowledge, trading] = one.values.map(money);
            let (member, total) = (one.member.to_string(), money(one.total()));
            KindsItem { member, name: person.name, number: person.number, purchase, word_of_mouth, information, knowledge, trading, total }
        };
        Self {
            as_of: of.as_of.to_string(),
            window: of.window,
            version: reference.brand.signals.version,
            kinds: ValueKind::ALL.into_iter().zip(&of.kinds).map(kind).collect(),
            sources: (0..Source::ALL.len()).map(|at| ValueSource::new(of, at, reference)).collect(),
            total,
            items: page.into_iter().map(item).collect(),
            next,
            data_up_to: up_to.to_string(),
        }
    }
}
