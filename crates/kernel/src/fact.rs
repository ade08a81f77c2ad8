//! Facts: what was accepted, never changed after. The envelope is final in shape from the first version.

use std::collections::BTreeMap;

use crate::{Cancel, FactId, ImportId, Instant, Order, OrderKey, Position, Refund, Scores, SubjectId};

/// How a fact came to be written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Origin {
    /// Happened after its source went live.
    Live,
    /// Happened before its source went live: builds state, causes nothing outward, sets no past timer.
    Backfill,
    /// Time itself: a decision fell due.
    Timer,
    /// The system mends its own record.
    Correction,
    /// Takes back what an import had brought.
    Retraction,
}

impl Origin {
    pub const ALL: [Self; 5] = [Self::Live, Self::Backfill, Self::Timer, Self::Correction, Self::Retraction];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Backfill => "backfill",
            Self::Timer => "timer",
            Self::Correction => "correction",
            Self::Retraction => "retraction",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == text)
    }
}

/// A fact as rules see it: envelope and body, without the sealed personal part.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    pub id: FactId,
    pub subject: SubjectId,
    pub occurred_at: Instant,
    pub origin: Origin,
    pub import: Option<ImportId>,
    pub body: Body,
}

impl Fact {
    pub fn recorded_at(&self) -> Instant {
        self.id.recorded_at
    }

    /// The order of folding what is now known: by event time, then by arrival.
    pub fn fold_order(&self) -> (Instant, FactId) {
        (self.occurred_at, self.id)
    }
}

/// How near a person without purchases has come (SPEC ID-1), from far to near.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Relation {
    Aware,
    Follower,
    Registered,
}

impl Relation {
    pub const ALL: [Self; 3] = [Self::Aware, Self::Follower, Self::Registered];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aware => "aware",
            Self::Follower => "follower",
            Self::Registered => "registered",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.as_str() == text)
    }
}

/// A stored attribute that does not identify anybody (city, birth year); personal values never stand here.
#[derive(Clone, PartialEq, Debug)]
pub enum Attribute {
    Text(String),
    Number(f64),
    Bool(bool),
    Day(crate::Day),
    /// In the brand's currency.
    Money(crate::Money),
    /// Several of a given set, ascending and distinct.
    Choices(Vec<String>),
    /// What was known is known no more.
    Cleared,
}

/// Who a member is from a fact on: the fact's subject names the member, and is one of these.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Membership {
    /// All subjects of the member, ascending.
    pub subjects: Vec<SubjectId>,
    /// How far other lanes had been written by then: what stands there up to these places came before.
    pub after: Vec<Position>,
    /// The ruling that asked for it; `None` when identities alone did.
    pub ruling: Option<Position>,
}

/// What somebody decided about who belongs together, whatever identities say. Of two rulings on one pair the later holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ruling {
    pub together: Vec<(SubjectId, SubjectId)>,
    pub apart: Vec<(SubjectId, SubjectId)>,
    /// The user or key that ruled; the reason is in the sealed part.
    pub by: String,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Body {
    /// An identity became known to belong to the subject; its value is in the sealed part.
    IdentityAttached {
        kind: String,
    },
    /// A relation was reached or attributes were learned; name, phone and the like are in the sealed part.
    MemberUpdated {
        relation: Option<Relation>,
        attributes: BTreeMap<String, Attribute>,
    },
    OrderPlaced(Order),
    OrderUpdated(Order),
    OrderCancelled(Cancel),
    OrderRefunded(Refund),
    /// Something a member did that is no order: a view, a cart, a visit.
    Behaved {
        name: String,
        channel: Option<String>,
        /// What it said of what the brand delivers, if it was asked; in clear, because it names nobody.
        scores: Scores,
    },
    /// The member agreed to a purpose by a channel.
    ConsentGiven {
        purpose: String,
        channel: String,
        /// The version of the text agreed to, where the source knows it.
        text: Option<i64>,
    },
    ConsentWithdrawn {
        purpose: String,
        channel: String,
    },
    /// The person asked to be forgotten: keys and identities are gone, what is left is nobody's.
    MemberErased,
    /// The due instant (`occurred_at`) of a policy's decision was reached; `recorded_at` says when it ran.
    TimerDue {
        policy: String,
    },
    /// A policy version was activated: members are re-decided by it from here on. On `SubjectId::NOBODY`, one per lane.
    PolicyActivated {
        policy: String,
        version: i64,
    },
    /// The sweep after an activation reached this member.
    PolicyApplied {
        policy: String,
        version: i64,
    },
    /// The journal goes on from here and not from where it was: a backup was restored, or a loss accepted. On `SubjectId::NOBODY`, one per
    /// lane.
    EpochOpened {
        epoch: u64,
    },
    /// Everything that `import` brought for this subject is taken back.
    ImportRetracted {
        import: ImportId,
    },
    /// Subjects came to the member.
    MembersMerged(Membership),
    /// Subjects left the member, or it is a member of its own again.
    MembersSplit(Membership),
    /// Somebody ruled who belongs together.
    MembersRuled(Ruling),
}

impl Body {
    /// The kind as the journal and the API name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::IdentityAttached { .. } => "identity.attached",
            Self::MemberUpdated { .. } => "member.updated",
            Self::OrderPlaced(_) => "order.placed",
            Self::OrderUpdated(_) => "order.updated",
            Self::OrderCancelled(_) => "order.cancelled",
            Self::OrderRefunded(_) => "order.refunded",
            Self::Behaved { .. } => "behaved",
            Self::ConsentGiven { .. } => "consent.given",
            Self::ConsentWithdrawn { .. } => "consent.withdrawn",
            Self::MemberErased => "member.erased",
            Self::TimerDue { .. } => "timer.due",
            Self::PolicyActivated { .. } => "policy.activated",
            Self::PolicyApplied { .. } => "policy.applied",
            Self::EpochOpened { .. } => "epoch.opened",
            Self::ImportRetracted { .. } => "import.retracted",
            Self::MembersMerged(_) => "members.merged",
            Self::MembersSplit(_) => "members.split",
            Self::MembersRuled(_) => "members.ruled",
        }
    }

    /// The order this fact speaks about, if any.
    pub fn order_key(&self) -> Option<&OrderKey> {
        match self {
            Self::OrderPlaced(order) | Self::OrderUpdated(order) => Some(&order.key),
            Self::OrderCancelled(cancel) => Some(&cancel.key),
            Self::OrderRefunded(refund) => refund.key.as_ref(),
            Self::IdentityAttached { .. }
            | Self::MemberUpdated { .. }
            | Self::Behaved { .. }
            | Self::ConsentGiven { .. }
            | Self::ConsentWithdrawn { .. }
            | Self::MemberErased
            | Self::TimerDue { .. }
            | Self::PolicyActivated { .. }
            | Self::PolicyApplied { .. }
            | Self::EpochOpened { .. }
            | Self::ImportRetracted { .. }
            | Self::MembersMerged(_)
            | Self::MembersSplit(_)
            | Self::MembersRuled(_) => None,
        }
    }

    /// Who the member is from this fact on, if it says so.
    pub fn membership(&self) -> Option<&Membership> {
        match self {
            Self::MembersMerged(membership) | Self::MembersSplit(membership) => Some(membership),
            _ => None,
        }
    }

    /// Speaks of who is whom and of nothing that was done: such facts change no book and move no clock.
    pub fn is_about_identity_alone(&self) -> bool {
        matches!(self, Self::MembersMerged(_) | Self::MembersSplit(_) | Self::MembersRuled(_))
    }
}
