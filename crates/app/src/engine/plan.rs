//! Before a batch touches the store: keys, hashes and tokens of each command, and the lanes it will need.

use std::collections::BTreeSet;

use perennial_kernel::{Incoming, Lane, SubjectId};
use perennial_rules::member::people::Named;
use perennial_rules::member::policy::IdentityPolicy;

use super::command::Command;
use crate::port::journal::{CommandKey, ContentHash, OrderRef, Token, Whom};
use crate::secret::{Secrets, order_ref};

/// A command with everything that can be computed without the store.
#[derive(Clone, Debug)]
pub struct Planned {
    pub command: Command,
    pub key: CommandKey,
    pub content: ContentHash,
    /// The identities that name somebody, strongest first; empty for other commands.
    pub named: Vec<Named>,
    /// Where each of them stands among the command's identities.
    pub places: Vec<usize>,
    pub order: Option<OrderRef>,
}

impl Planned {
    pub fn new(secrets: &Secrets, policy: &IdentityPolicy, command: Command) -> Self {
        let own = |object: &str| secrets.command_key(super::OWN_SOURCE, object, "");
        let (key, content) = match &command {
            Command::Record { incoming, .. } => {
                let key = secrets.command_key(&incoming.source, &incoming.object, &incoming.version);
                (key, Some(secrets.content(incoming)))
            }
            // Nobody has facts in every lane.
            Command::Retract { import, subject, lane, .. } => (own(&format!("retract:{}:{subject}:{}", import.0, lane.0)), None),
            Command::Apply { policy, version, member, .. } => (own(&format!("apply:{policy}:{version}:{member}")), None),
            Command::Erase { subject, .. } => (own(&format!("erase:{subject}")), None),
            Command::Rule { id, .. } => (own(&format!("rule:{id}")), None),
            Command::Settle { subject, .. } => (own(&format!("settle:{subject}")), None),
        };
        let mut planned =
            Self { key, content: content.unwrap_or(ContentHash(key.0)), named: Vec::new(), places: Vec::new(), order: None, command };
        if let Command::Record { incoming, .. } = &planned.command {
            planned.order = incoming.body.order_key().map(order_ref);
            (planned.named, planned.places) = named(secrets, policy, incoming);
        }
        planned
    }

    pub fn incoming(&self) -> Option<&Incoming> {
        match &self.command {
            Command::Record { incoming, .. } => Some(incoming),
            Command::Retract { .. } | Command::Apply { .. } | Command::Erase { .. } | Command::Rule { .. } | Command::Settle { .. } => None,
        }
    }

    /// The lane of a new subject: that of its strongest identity, so that two nodes that first see the same person meet in one lane.
    /// Without identity, the lane of the command's key.
    pub fn home(&self, lanes: u16) -> Lane {
        match &self.command {
            Command::Record { .. } => lane_of(self.named.first().map_or(self.key.0, |one| one.token), lanes),
            Command::Retract { lane, .. } | Command::Apply { lane, .. } | Command::Erase { lane, .. } | Command::Settle { lane, .. } => {
                *lane
            }
            Command::Rule { .. } => lane_of(self.key.0, lanes),
        }
    }
}

/// [`Planned::home`] of a command not planned yet: one hash instead of all of them.
pub fn home_of(secrets: &Secrets, command: &Command, lanes: u16) -> Lane {
    match command {
        Command::Record { incoming, .. } => {
            let named = || secrets.command_key(&incoming.source, &incoming.object, &incoming.version).0;
            lane_of(incoming.identities.first().map_or_else(named, |identity| secrets.token(identity).0), lanes)
        }
        Command::Retract { lane, .. } | Command::Apply { lane, .. } | Command::Erase { lane, .. } | Command::Settle { lane, .. } => *lane,
        Command::Rule { .. } => Lane(0),
    }
}

/// What of a record's identities names somebody: neither blocked nor masked, each once, strongest first. Those that join nobody come last.
fn named(secrets: &Secrets, policy: &IdentityPolicy, incoming: &Incoming) -> (Vec<Named>, Vec<usize>) {
    let usable = incoming.identities.iter().enumerate().filter(|(_, identity)| policy.is_usable(identity));
    let mut places: Vec<usize> = usable.map(|(at, _)| at).collect();
    places.sort_by_key(|at| {
        let kind = incoming.identities[*at].kind.as_str();
        (!policy.rule(kind).merges, policy.rank(kind))
    });
    let mut seen = BTreeSet::new();
    places.retain(|at| seen.insert(&incoming.identities[*at]));
    let one = |at: &usize| {
        let identity = &incoming.identities[*at];
        Named { token: secrets.token(identity).0, kind: identity.kind.as_str().to_owned() }
    };
    (places.iter().map(one).collect(), places)
}

fn lane_of(bytes: [u8; 16], lanes: u16) -> Lane {
    Lane(u16::from_be_bytes([bytes[0], bytes[1]]) % lanes)
}

/// Whose families a batch works with.
pub fn whom(batch: &[Planned]) -> Whom {
    Whom {
        tokens: batch.iter().flat_map(|planned| &planned.named).map(|one| Token(one.token)).collect(),
        orders: batch.iter().filter_map(|planned| planned.order).collect(),
        subjects: batch.iter().flat_map(|planned| planned.command.subjects()).filter(|subject| *subject != SubjectId::NOBODY).collect(),
    }
}
