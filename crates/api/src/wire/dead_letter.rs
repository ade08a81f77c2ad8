//! Events as they arrive, and dead letters, on the wire.

use perennial_app::door::{self, Letter, LetterPage, Listed};
use serde::Serialize;
use utoipa::ToSchema;

use super::FieldError;

/// An event name as it arrives.
#[derive(Serialize, ToSchema)]
pub struct EventSeen {
    pub source: String,
    pub name: String,
    pub seen: u64,
    pub first_at: String,
    pub last_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct EventSample {
    pub event: EventSeen,
    /// JSON as it came; null once the key of its day is destroyed.
    pub sample: Option<String>,
}

/// What was not taken, and why.
#[derive(Serialize, ToSchema)]
pub struct DeadLetter {
    pub id: String,
    pub source: String,
    /// How it came: `segment:track`, `orders:place`.
    pub route: String,
    /// The first problem's code.
    pub code: String,
    /// `open`, `replayed`, `discarded`.
    pub state: String,
    /// How often it came.
    pub times: u64,
    /// How often it was replayed in vain.
    pub attempts: u64,
    pub at: String,
    pub changed_at: String,
    /// Empty once the key of its day is destroyed.
    pub errors: Vec<FieldError>,
}

#[derive(Serialize, ToSchema)]
pub struct DeadLetterOpened {
    pub letter: DeadLetter,
    /// As it came, or as it was mended; null once the key of its day is destroyed.
    pub body: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct DeadLetterPage {
    pub items: Vec<DeadLetter>,
    /// Where the next page begins; null on the last.
    pub cursor: Option<String>,
    /// How many there are of each source, code and state, whatever the filter.
    pub groups: Vec<DeadLetterGroup>,
    /// The last replay of many; null when there was none since the server's start.
    pub replaying: Option<Replaying>,
}

#[derive(Serialize, ToSchema)]
pub struct DeadLetterGroup {
    pub source: String,
    pub code: String,
    pub state: String,
    pub letters: u64,
}

/// How a replay of many is getting on.
#[derive(Serialize, ToSchema)]
pub struct Replaying {
    pub done: u64,
    pub of: u64,
    pub replayed: u64,
    pub ended: bool,
}

#[derive(ToSchema)]
pub struct MendDeadLetter {
    /// The whole body, as text.
    pub body: String,
}

/// Without source and code, all open letters.
#[derive(ToSchema)]
pub struct ReplayDeadLetters {
    pub source: Option<String>,
    pub code: Option<String>,
}

/// An event of the Segment HTTP API; which fields there are depends on its kind.
#[derive(ToSchema)]
pub struct SegmentEvent {
    /// In a batch: `identify`, `track`, `page`, `screen`, `group`, `alias`.
    #[schema(rename = "type")]
    pub kind: Option<String>,
    #[schema(rename = "messageId")]
    pub message_id: Option<String>,
    #[schema(rename = "userId")]
    pub user_id: Option<String>,
    #[schema(rename = "anonymousId")]
    pub anonymous_id: Option<String>,
    pub event: Option<String>,
    pub timestamp: Option<String>,
    pub properties: Option<serde_json::Value>,
    pub traits: Option<serde_json::Value>,
    pub context: Option<serde_json::Value>,
}

#[derive(ToSchema)]
pub struct SegmentBatch {
    pub batch: Vec<SegmentEvent>,
}

/// Durable when it is answered. What was refused stands among the dead letters.
#[derive(Serialize, ToSchema)]
pub struct SegmentTaken {
    pub success: bool,
    pub accepted: u64,
    pub repeated: u64,
    pub refused: u64,
}

impl From<door::EventSeen> for EventSeen {
    fn from(event: door::EventSeen) -> Self {
        let (first_at, last_at) = (event.first_at.to_string(), event.last_at.to_string());
        Self { source: event.source, name: event.name, seen: event.seen, first_at, last_at }
    }
}

impl From<Listed> for DeadLetter {
    fn from(listed: Listed) -> Self {
        let errors = listed.troubles.iter().map(|trouble| FieldError::new(&trouble.pointer, &trouble.code, &trouble.en, &trouble.zh));
        Self {
            id: listed.id.to_string(),
            source: listed.source,
            route: listed.route,
            code: listed.code,
            state: listed.state,
            times: listed.times,
            attempts: listed.attempts,
            at: listed.at.to_string(),
            changed_at: listed.changed_at.to_string(),
            errors: errors.collect(),
        }
    }
}

impl From<Letter> for DeadLetterOpened {
    fn from(letter: Letter) -> Self {
        let body = letter.body.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Self { letter: letter.listed.into(), body }
    }
}

impl DeadLetterPage {
    pub fn new(page: LetterPage, replaying: Option<door::Replaying>) -> Self {
        let group = |group: perennial_app::port::letter::LetterGroup| DeadLetterGroup {
            source: group.source,
            code: group.code,
            state: group.state,
            letters: group.letters,
        };
        Self {
            items: page.letters.into_iter().map(Into::into).collect(),
            cursor: page.next.map(|id| id.to_string()),
            groups: page.groups.into_iter().map(group).collect(),
            replaying: replaying.map(Into::into),
        }
    }
}

impl From<door::Replaying> for Replaying {
    fn from(door::Replaying { done, of, replayed, ended }: door::Replaying) -> Self {
        Self { done, of, replayed, ended }
    }
}
