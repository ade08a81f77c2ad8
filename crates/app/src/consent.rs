//! What a member agreed to: recorded, shown with its history, and asked before anything is sent or exported.

use std::collections::BTreeMap;

use perennial_kernel::{Body, FactId, Incoming, Instant, MemberId, Personal};
use perennial_rules::consent::field_of;

use crate::house::House;
use crate::port::StoredFact;
use crate::profile;
use crate::query::{QueryResult, member, refused};
use crate::{policy, port};

/// One word of the member's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    pub given: bool,
    pub at: Instant,
    pub source: String,
    /// The version of the text agreed to.
    pub text: Option<i64>,
    pub fact: FactId,
}

/// One purpose by one channel, and what was said about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub purpose: String,
    pub channel: String,
    /// The latest word, by event time; of two at one instant the withdrawal. `None`: never asked, or nobody is left to ask.
    pub now: Option<Said>,
    /// By event time.
    pub history: Vec<Said>,
}

/// Everything the document in force asks for, then what was said under earlier ones.
pub fn standing(house: &House, member: MemberId) -> QueryResult<Vec<Standing>> {
    let case = member::open(house, member)?;
    let erased = case.facts.iter().any(|fact| fact.body == Body::MemberErased);
    let stored: BTreeMap<FactId, &StoredFact> = case.stored.iter().map(|fact| (fact.id(), fact)).collect();
    let mut said: BTreeMap<(String, String), Vec<Said>> = BTreeMap::new();
    for fact in case.history.facts() {
        let (purpose, channel, given, text) = match &fact.body {
            Body::ConsentGiven { purpose, channel, text } => (purpose, channel, true, *text),
            Body::ConsentWithdrawn { purpose, channel } => (purpose, channel, false, None),
            _ => continue,
        };
        let source = stored.get(&fact.id).map(|held| held.source.clone()).unwrap_or_default();
        let one = Said { given, at: fact.occurred_at, source, text, fact: fact.id };
        said.entry((purpose.clone(), channel.clone())).or_default().push(one);
    }
    let reference = house.reference();
    let mut all = Vec::new();
    for asked in reference.brand.consents.asked() {
        let key = (asked.purpose.clone(), asked.channel.clone());
        let history = said.remove(&key).unwrap_or_default();
        all.push(one(key, history, erased));
    }
    all.extend(said.into_iter().map(|(key, history)| one(key, history, erased)));
    Ok(all)
}

fn one((purpose, channel): (String, String), history: Vec<Said>, erased: bool) -> Standing {
    let now = history.iter().max_by_key(|said| (said.at, !said.given)).filter(|_| !erased).cloned();
    Standing { purpose, channel, now, history }
}

/// A consent given or withdrawn, as a command about the member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    pub purpose: String,
    pub channel: String,
    pub given: bool,
    /// The version of the text the member saw; the one in force where nothing else is said.
    pub text: Option<i64>,
    pub at: Instant,
}

pub fn record(house: &House, member: MemberId, change: &Change, by: &str) -> QueryResult<Incoming> {
    let case = member::open(house, member)?;
    let who = profile::addressed(house, &case)?;
    let field = field_of(&change.purpose, &change.channel);
    Ok(incoming(house, change, vec![who], by, format!("consent:{member}:{field}"), change.at.0.to_string())?)
}

/// As [`record`], about whoever bears these identities.
pub fn incoming(
    house: &House,
    change: &Change,
    identities: Vec<perennial_kernel::Identity>,
    by: &str,
    object: String,
    version: String,
) -> port::PortResult<Incoming> {
    let Change { purpose, channel, given, text, at } = change.clone();
    let body = if given {
        let text = match text {
            Some(text) => Some(text),
            None => version_in_force(house)?,
        };
        Body::ConsentGiven { purpose, channel, text }
    } else {
        Body::ConsentWithdrawn { purpose, channel }
    };
    Ok(Incoming { source: by.to_owned(), object, version, identities, personal: Personal::default(), occurred_at: at, body })
}

/// The version of the texts now shown.
pub fn version_in_force(house: &House) -> port::PortResult<Option<i64>> {
    match house.in_force(policy::CONSENTS) {
        Ok(row) => Ok(row.map(|row| row.version)),
        Err(crate::house::HouseError::Port(error)) => Err(error),
        Err(other) => Err(port::PortError::Failed(other.to_string())),
    }
}

/// Whether a version of the texts was ever stored.
pub fn is_version(house: &House, version: i64) -> port::PortResult<bool> {
    Ok(house.desk().documents()?.iter().any(|row| row.policy == policy::CONSENTS && row.version == version))
}

/// May something be sent to the member for this purpose by this channel?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MaySend {
    Yes,
    /// Never agreed.
    NeverAsked,
    Withdrawn,
    Erased,
}

impl MaySend {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "given",
            Self::NeverAsked => "never_asked",
            Self::Withdrawn => "withdrawn",
            Self::Erased => "erased",
        }
    }
}

/// Asked before every sending and every export that someone will send by; without a word of the member's the answer is no.
pub fn may_send(house: &House, member: MemberId, purpose: &str, channel: &str) -> QueryResult<MaySend> {
    if house.reference().brand.consents.find(purpose, channel).is_none() {
        let (en, zh) = (format!("nobody is asked about {purpose} by {channel}"), format!("未设置 {purpose}（{channel}）的授权"));
        return Err(refused("consent.unknown", en, zh));
    }
    let case = member::open(house, member)?;
    if case.facts.iter().any(|fact| fact.body == Body::MemberErased) {
        return Ok(MaySend::Erased);
    }
    let all = standing(house, member)?;
    let now = all.into_iter().find(|one| one.purpose == purpose && one.channel == channel).and_then(|one| one.now);
    Ok(match now {
        None => MaySend::NeverAsked,
        Some(said) if said.given => MaySend::Yes,
        Some(_) => MaySend::Withdrawn,
    })
}
