//! Events of the Segment HTTP API: who they are about, what they say. Orders become orders, traits become what is known of a member,
//! everything else becomes behaviour. Knows no HTTP: an event is a JSON object.

mod money;
mod order;
mod person;

use perennial_kernel::{Aspect, Body, IdentityKind, Incoming, Instant, Personal, Scores};
use serde_json::{Map, Value};

use crate::context::Context;
use crate::door::FieldProblem;
use crate::door::check::Check;
use crate::problem::Problem;

/// Longer event names are refused: somebody has put data into them.
const NAME_CHARS_MAX: usize = 200;

/// The kinds of call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    Identify,
    Track,
    Page,
    Screen,
    Group,
    Alias,
}

impl Call {
    pub const ALL: [Self; 6] = [Self::Identify, Self::Track, Self::Page, Self::Screen, Self::Group, Self::Alias];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Track => "track",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.as_str() == text)
    }

    /// Of an event in a batch, by its `type`.
    pub fn of(event: &Value) -> Option<Self> {
        event.get("type").and_then(Value::as_str).and_then(Self::parse)
    }

    /// The name an event is counted and conditions count it under.
    pub fn event_name(self, event: &Value) -> &str {
        match self {
            Self::Track => event.get("event").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty()).unwrap_or("track"),
            other => other.as_str(),
        }
    }
}

/// What reading needs to know besides the brand.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    pub context: &'a Context,
    /// Which kind of identity `userId` is.
    pub user_id_kind: &'a IdentityKind,
    /// When it came: the time of events that tell none.
    pub now: Instant,
    /// Stands for `messageId` where there is none: the same for the same event.
    pub message_id: &'a str,
}

/// What one event says.
#[derive(Clone, PartialEq, Debug)]
pub struct Read {
    pub incoming: Incoming,
    /// It told no time.
    pub timeless: bool,
    /// An updated order that did not say when it was paid: the event's own time stands there until somebody knows better.
    pub paid_at_assumed: bool,
}

/// Reads one event; every problem with its pointer into the event.
pub fn read(event: &Value, call: Call, reading: &Reading<'_>) -> Result<Read, Vec<FieldProblem>> {
    let mut check = Check::new(reading.context);
    let Value::Object(fields) = event else {
        check.add("", Problem::new("field.type", "an event is an object", "事件须为对象"));
        return Err(check.problems);
    };
    let given = ["timestamp", "originalTimestamp"].into_iter().find(|name| fields.get(*name).is_some_and(|value| !value.is_null()));
    let at = match given {
        Some(name) => check.instant(&format!("/{name}"), text(fields, name).as_ref()),
        None => Some(reading.now),
    };
    if given.is_some_and(|name| text(fields, name).is_none()) {
        check.add("/timestamp", Problem::new("field.type", "must be a text", "须为文本"));
    }
    let event = Event { fields, call, at: at.unwrap_or(reading.now), timeless: given.is_none(), reading };
    let said = event.said(&mut check);
    match said {
        Some(said) if check.problems.is_empty() => Ok(said),
        _ => Err(check.problems),
    }
}

/// An event whose time is known.
struct Event<'a> {
    fields: &'a Map<String, Value>,
    call: Call,
    at: Instant,
    timeless: bool,
    reading: &'a Reading<'a>,
}

impl Event<'_> {
    fn said(&self, check: &mut Check<'_>) -> Option<Read> {
        let person = person::person(self, check);
        if person.identities.is_empty() {
            let problem = Problem::new("identity.missing", "userId or anonymousId must be given", "userId 和 anonymousId 至少要有一个");
            check.add("/userId", problem);
            return None;
        }
        let name = self.name(check)?;
        let order = if self.call == Call::Track { order::Deed::of(&name) } else { None };
        if let Some(deed) = order {
            return self.order(deed, person, check);
        }
        if self.call == Call::Identify {
            let body = Body::MemberUpdated { relation: person.relation(self), attributes: person.attributes.clone() };
            return Some(self.with(self.incoming(person.identities, person.personal, body)));
        }
        let body = Body::Behaved { name, channel: self.channel(), scores: self.scores(check) };
        Some(self.with(self.incoming(person.identities, self.properties(), body)))
    }

    fn with(&self, incoming: Incoming) -> Read {
        Read { incoming, timeless: self.timeless, paid_at_assumed: false }
    }

    fn incoming(&self, identities: Vec<perennial_kernel::Identity>, personal: Personal, body: Body) -> Incoming {
        Incoming {
            source: self.reading.context.source.clone(),
            object: format!("message:{}", self.message_id()),
            version: String::new(),
            identities,
            personal,
            occurred_at: self.at,
            body,
        }
    }

    fn message_id(&self) -> String {
        message_id(self.fields).unwrap_or_else(|| self.reading.message_id.to_owned())
    }

    fn name(&self, check: &mut Check<'_>) -> Option<String> {
        if self.call != Call::Track {
            return Some(self.call.as_str().to_owned());
        }
        let name = text(self.fields, "event").map(|name| name.trim().to_owned()).unwrap_or_default();
        if name.is_empty() {
            check.missing("/event");
        } else if name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            check.add("/event", Problem::new("event.name", "is no name of at most 200 characters", "事件名须在 200 个字符以内"));
        }
        Some(name)
    }

    /// `channel` as RudderStack's libraries send it: `web`, `mobile`, `server`.
    fn channel(&self) -> Option<String> {
        let channel = text(self.fields, "channel")?;
        (!channel.is_empty() && channel.len() <= 40 && !channel.chars().any(char::is_control)).then_some(channel)
    }

    /// Answers to what a survey asked, in clear: they name nobody. Scores of anything else are left where they are.
    fn scores(&self, check: &mut Check<'_>) -> Scores {
        let mut scores = Scores::NONE;
        let given = self.fields.get("properties").and_then(|properties| properties.get("scores")).and_then(Value::as_object);
        let Some(given) = given else { return scores };
        for aspect in Aspect::ALL {
            let name = aspect.as_str();
            if given.get(name).is_none_or(Value::is_null) {
                continue;
            }
            let score = text(given, name).and_then(|score| score.parse().ok());
            if !score.is_some_and(|score| scores.set(aspect, score)) {
                check.add(&format!("/properties/scores/{name}"), Problem::no_score());
            }
        }
        scores
    }

    /// What came with a behaviour: sealed, because nobody knows what senders put there.
    fn properties(&self) -> Personal {
        let mut personal = Personal::default();
        for (field, names) in [("properties", &["properties", "traits"][..]), ("page", &["name"]), ("group", &["groupId"])] {
            for value in names.iter().filter_map(|name| self.fields.get(*name)) {
                let told = match value {
                    Value::Null => continue,
                    Value::Object(object) if object.is_empty() => continue,
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                personal.0.push((field.to_owned(), told));
            }
        }
        personal
    }
}

/// Whether an event brings a name of its own.
pub fn has_message_id(event: &Value) -> bool {
    event.as_object().and_then(message_id).is_some()
}

/// At most 200 bytes: what is longer is no name.
fn message_id(fields: &Map<String, Value>) -> Option<String> {
    text(fields, "messageId").map(|id| id.trim().to_owned()).filter(|id| !id.is_empty() && id.len() <= 200)
}

/// A text, or a number as it was written.
fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    match fields.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
