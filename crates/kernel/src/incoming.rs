//! What a source hands to the engine: checked at the door, not yet a fact.

use crate::{Body, Identity, Instant};

/// One thing to record. Everything personal is in `identities` and `personal`; `body` holds nothing that identifies.
#[derive(Clone, PartialEq, Debug)]
pub struct Incoming {
    /// The source's name: an API key's, a shop's, a file preset's. Together with `object` and `version` the idempotency key.
    pub source: String,
    /// What it speaks about within the source, its kind included: `order:A17`, `refund:R3`, `row:<digest of all columns>#2`.
    pub object: String,
    /// The object's version or modified time as text; empty where the source has none.
    pub version: String,
    /// Who it belongs to, strongest first; empty for a sale without member.
    pub identities: Vec<Identity>,
    pub personal: Personal,
    pub occurred_at: Instant,
    pub body: Body,
}

/// Personal values by field (`name`, `phone`, `email`, `address` …), in the order given. Sealed before anything is written.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Personal(pub Vec<(String, String)>);

impl Personal {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }
}

/// Values are personal: debug output names the fields only.
impl std::fmt::Debug for Personal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
