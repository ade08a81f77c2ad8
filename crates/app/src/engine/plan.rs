//! Before a batch touches the store: keys, hashes and tokens of each command, and the lanes it will need.

use std::collections::BTreeSet;

use perennial_kernel::{Incoming, Lane};

use super::command::Command;
use crate::port::journal::{CommandKey, ContentHash, OrderRef, Token};
use crate::secret::{Secrets, order_ref};

/// A command with everything that can be computed without the store.
#[derive(Clone, Debug)]
pub struct Planned {
    pub command: Command,
    pub key: CommandKey,
    pub content: ContentHash,
    /// Tokens of the identities, in their order; empty for other commands.
    pub tokens: Vec<Token>,
    pub order: Option<OrderRef>,
}

impl Planned {
    pub fn new(secrets: &Secrets, command: Command) -> Self {
        match &command {
            Command::Record { incoming, .. } => {
                let tokens = incoming.identities.iter().map(|identity| secrets.token(identity)).collect();
                let key = secrets.command_key(&incoming.source, &incoming.object, &incoming.version);
                let (content, order) = (secrets.content(incoming), incoming.body.order_key().map(order_ref));
                Self { command, key, content, tokens, order }
            }
            Command::Retract { import, subject, lane, .. } => {
                // Nobody has facts in every lane.
                let key = secrets.command_key(super::OWN_SOURCE, &format!("retract:{}:{subject}:{}", import.0, lane.0), "");
                Self { key, content: ContentHash(key.0), tokens: Vec::new(), order: None, command }
            }
            Command::Erase { member, .. } => {
                let key = secrets.command_key(super::OWN_SOURCE, &format!("erase:{member}"), "");
                Self { key, content: ContentHash(key.0), tokens: Vec::new(), order: None, command }
            }
            Command::Apply { policy, version, member, .. } => {
                let key = secrets.command_key(super::OWN_SOURCE, &format!("apply:{policy}:{version}:{member}"), "");
                Self { key, content: ContentHash(key.0), tokens: Vec::new(), order: None, command }
            }
        }
    }

    pub fn incoming(&self) -> Option<&Incoming> {
        match &self.command {
            Command::Record { incoming, .. } => Some(incoming),
            Command::Retract { .. } | Command::Apply { .. } | Command::Erase { .. } => None,
        }
    }

    /// The lane of a new subject: that of its strongest identity, so that two nodes that first see the same person meet in one lane.
    /// Without identity, the lane of the command's key.
    pub fn home(&self, lanes: u16) -> Lane {
        match &self.command {
            Command::Record { .. } => lane_of(self.tokens.first().map_or(self.key.0, |token| token.0), lanes),
            Command::Retract { lane, .. } | Command::Apply { lane, .. } | Command::Erase { lane, .. } => *lane,
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
        Command::Retract { lane, .. } | Command::Apply { lane, .. } | Command::Erase { lane, .. } => *lane,
    }
}

fn lane_of(bytes: [u8; 16], lanes: u16) -> Lane {
    Lane(u16::from_be_bytes([bytes[0], bytes[1]]) % lanes)
}

/// All tokens of a batch.
pub fn tokens(batch: &[Planned]) -> BTreeSet<Token> {
    batch.iter().flat_map(|planned| planned.tokens.iter().copied()).collect()
}
