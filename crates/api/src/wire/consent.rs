//! Consents: what is asked, what one member said, whether something may be sent; and the erasure of a member.

use perennial_app::consent::{Said as Word, Standing as Stands};
use perennial_app::door::KEPT_DAYS;
use perennial_app::erasure::Losses;
use perennial_app::query::timeline::ConsentNote;
use perennial_condition::Name;
use perennial_rules::consent::{Consents, Purpose};
use serde::Serialize;
use utoipa::ToSchema;

use super::Words;

/// What members are asked to agree to, as in force.
#[derive(Serialize, ToSchema)]
pub struct ConsentSettings {
    /// Version of the texts; null where none are set up yet.
    pub version: Option<i64>,
    pub channels: Vec<ConsentChannel>,
    pub purposes: Vec<ConsentPurpose>,
}

#[derive(Serialize, ToSchema)]
pub struct ConsentChannel {
    /// Small letters and digits: conditions name a consent `consent_<purpose>_<channel>`.
    pub id: String,
    pub name: Words,
}

#[derive(Serialize, ToSchema)]
pub struct ConsentPurpose {
    pub id: String,
    pub name: Words,
    /// What the member is shown and agrees to.
    pub text: Words,
    /// Ids of the channels it is asked for.
    pub channels: Vec<String>,
}

impl ConsentSettings {
    pub fn new(version: Option<i64>, consents: &Consents) -> Self {
        let channel = |(id, name): &(String, Name)| ConsentChannel { id: id.clone(), name: name.into() };
        let purpose = |one: &Purpose| ConsentPurpose {
            id: one.id.clone(),
            name: (&one.name).into(),
            text: (&one.text).into(),
            channels: one.channels.clone(),
        };
        Self {
            version,
            channels: consents.channels.iter().map(channel).collect(),
            purposes: consents.purposes.iter().map(purpose).collect(),
        }
    }
}

/// All of it from now on, as a new version of the texts.
#[derive(ToSchema)]
pub struct PutConsents {
    pub channels: Vec<ConsentChannel>,
    pub purposes: Vec<ConsentPurpose>,
    /// Why, for the list of versions.
    pub reason: Option<String>,
}

/// One purpose by one channel, and what the member said.
#[derive(Serialize, ToSchema)]
pub struct MemberConsent {
    pub purpose: String,
    pub channel: String,
    /// True, false, or null where the member never said anything or was erased.
    pub given: Option<bool>,
    /// By event time.
    pub history: Vec<ConsentWord>,
}

#[derive(Serialize, ToSchema)]
pub struct ConsentWord {
    pub given: bool,
    pub at: String,
    pub source: String,
    /// The version of the text agreed to, where the source knew it.
    pub text_version: Option<i64>,
    pub fact: String,
}

impl MemberConsent {
    pub fn new(one: Stands) -> Self {
        let word = |said: Word| ConsentWord {
            given: said.given,
            at: said.at.to_string(),
            source: said.source,
            text_version: said.text,
            fact: said.fact.to_string(),
        };
        let given = one.now.as_ref().map(|said| said.given);
        Self { purpose: one.purpose, channel: one.channel, given, history: one.history.into_iter().map(word).collect() }
    }
}

/// What a member said about one purpose and channel.
#[derive(ToSchema)]
pub struct RecordConsent {
    pub purpose: String,
    pub channel: String,
    /// False withdraws.
    pub given: bool,
    /// The version of the text shown; the one in force where absent.
    pub text_version: Option<i64>,
    /// When it was said; now where absent.
    pub said_at: Option<String>,
}

/// A consent on a timeline.
#[derive(Serialize, ToSchema)]
pub struct TimelineConsent {
    pub purpose: String,
    pub channel: String,
    /// The version of the text agreed to, where the source knows it.
    pub text_version: Option<i64>,
}

impl From<ConsentNote> for TimelineConsent {
    fn from(ConsentNote { purpose, channel, text }: ConsentNote) -> Self {
        Self { purpose, channel, text_version: text }
    }
}

/// Whether something may be sent.
#[derive(Serialize, ToSchema)]
pub struct MaySend {
    pub may: bool,
    /// `given`, `never_asked`, `withdrawn`, `erased`.
    pub reason: String,
}

/// What an erasure takes, and what stays without a name.
#[derive(Serialize, ToSchema)]
pub struct Erasure {
    pub identities: usize,
    pub personal_fields: usize,
    /// Rows of imports that were put aside and speak of this person.
    pub bad_rows: usize,
    /// Dead letters that speak of this person.
    pub dead_letters: usize,
    /// Samples of events that are this person's.
    pub samples: usize,
    /// Uploaded files whose import is not over: sealed, not searched, gone when the import is over or cancelled.
    pub staged_files: usize,
    /// Dead letters and samples that name the person in another way than by an identity can be read for so many days at most.
    pub kept_days: i32,
    /// Facts that stay, anonymous, so that accounts balance.
    pub facts: usize,
}

impl Erasure {
    pub fn new(losses: &Losses) -> Self {
        let Losses { identities, personal_fields, bad_rows, letters, samples, staged, facts } = losses.clone();
        Self { identities, personal_fields, bad_rows, dead_letters: letters, samples, staged_files: staged, kept_days: KEPT_DAYS, facts }
    }
}

/// An erasure cannot be undone, so the member's id is repeated.
#[derive(ToSchema)]
pub struct EraseMember {
    /// The member's id once more.
    pub confirm: String,
}
