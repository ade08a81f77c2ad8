//! What stands on a member's timeline, as the API names it.

use perennial_app::query::timeline as asked;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub enum TimelineKind {
    #[serde(rename = "order.placed")]
    OrderPlaced,
    #[serde(rename = "order.updated")]
    OrderUpdated,
    #[serde(rename = "order.cancelled")]
    OrderCancelled,
    #[serde(rename = "order.refunded")]
    OrderRefunded,
    #[serde(rename = "member.registered")]
    MemberRegistered,
    #[serde(rename = "member.erased")]
    MemberErased,
    #[serde(rename = "consent.given")]
    ConsentGiven,
    #[serde(rename = "consent.withdrawn")]
    ConsentWithdrawn,
    #[serde(rename = "behaviour")]
    Behaviour,
    #[serde(rename = "stage.changed")]
    StageChanged,
    #[serde(rename = "stage.corrected")]
    StageCorrected,
}

impl From<asked::Kind> for TimelineKind {
    fn from(kind: asked::Kind) -> Self {
        match kind {
            asked::Kind::OrderPlaced => Self::OrderPlaced,
            asked::Kind::OrderUpdated => Self::OrderUpdated,
            asked::Kind::OrderCancelled => Self::OrderCancelled,
            asked::Kind::OrderRefunded => Self::OrderRefunded,
            asked::Kind::MemberRegistered => Self::MemberRegistered,
            asked::Kind::MemberErased => Self::MemberErased,
            asked::Kind::ConsentGiven => Self::ConsentGiven,
            asked::Kind::ConsentWithdrawn => Self::ConsentWithdrawn,
            asked::Kind::Behaviour => Self::Behaviour,
            asked::Kind::StageChanged => Self::StageChanged,
            asked::Kind::StageCorrected => Self::StageCorrected,
        }
    }
}
