//! The row forms of memberships and rulings, for [`crate::payload`].

use perennial_kernel::{Membership, Position, Ruling, SubjectId};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(crate) struct MembershipRow {
    subjects: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    after: Vec<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ruling: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RulingRow {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    together: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    apart: Vec<(String, String)>,
    by: String,
}

pub(crate) fn membership(membership: &Membership) -> MembershipRow {
    MembershipRow {
        subjects: membership.subjects.iter().map(SubjectId::to_string).collect(),
        after: membership.after.iter().map(|position| position.0).collect(),
        ruling: membership.ruling.map(|position| position.0),
    }
}

pub(crate) fn read_membership(bytes: &[u8]) -> Result<Membership, serde_json::Error> {
    let row: MembershipRow = serde_json::from_slice(bytes)?;
    Ok(Membership {
        subjects: row.subjects.iter().map(|text| subject(text)).collect::<Result<_, _>>()?,
        after: row.after.into_iter().map(Position).collect(),
        ruling: row.ruling.map(Position),
    })
}

pub(crate) fn ruling(ruling: &Ruling) -> RulingRow {
    let texts = |pairs: &[(SubjectId, SubjectId)]| pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
    RulingRow { together: texts(&ruling.together), apart: texts(&ruling.apart), by: ruling.by.clone() }
}

pub(crate) fn read_ruling(bytes: &[u8]) -> Result<Ruling, serde_json::Error> {
    let row: RulingRow = serde_json::from_slice(bytes)?;
    let pairs = |texts: Vec<(String, String)>| texts.iter().map(|(a, b)| Ok((subject(a)?, subject(b)?))).collect::<Result<_, _>>();
    Ok(Ruling { together: pairs(row.together)?, apart: pairs(row.apart)?, by: row.by })
}

fn subject(text: &str) -> Result<SubjectId, serde_json::Error> {
    SubjectId::parse(text).ok_or_else(|| serde::de::Error::custom(format!("{text} is no subject")))
}
