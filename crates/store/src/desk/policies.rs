//! Notes about policy versions.

use perennial_app::port::policies::PolicyNote;
use perennial_app::port::{PolicyNotes, PortResult};
use perennial_kernel::Instant;

use super::Value::{Int, Text};
use super::{DeskOn, Plain};
use crate::columns::Columns;

impl<S: Plain> PolicyNotes for DeskOn<S> {
    fn add_policy_note(&mut self, note: &PolicyNote) -> PortResult<()> {
        let sql = "INSERT INTO policy_notes (policy, version, what, who, reason, at) VALUES ($1, $2, $3, $4, $5, $6)";
        let PolicyNote { policy, version, what, who, reason, at } = note;
        self.0.run(sql, &[Text(policy), Int(*version), Text(what), Text(who), Text(reason), Int(at.0)]).map(drop)
    }

    fn policy_notes(&mut self) -> PortResult<Vec<PolicyNote>> {
        self.0.fetch("SELECT policy, version, what, who, reason, at FROM policy_notes ORDER BY id", &[], note)
    }
}

fn note(row: &dyn Columns) -> PortResult<PolicyNote> {
    Ok(PolicyNote {
        policy: row.text(0)?.to_owned(),
        version: row.int(1)?,
        what: row.text(2)?.to_owned(),
        who: row.text(3)?.to_owned(),
        reason: row.text(4)?.to_owned(),
        at: Instant(row.int(5)?),
    })
}
