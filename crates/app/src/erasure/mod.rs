//! Erasing a person (SPEC ID-6): keys destroyed, identities forgotten, facts left that are nobody's, so that accounts still balance.
//!
//! First the list outside the database says so, then the journal, then what identifies goes, the keys last: a subject on the list that
//! still has a key was not erased to the end, or came back with an old backup, and is erased again at the next start.

mod list;
mod traces;

use std::collections::BTreeSet;

use perennial_kernel::{Lane, MemberId, Ruling, SubjectId};

pub use list::{Erased, ErasureList};
use traces::Traces;

use crate::engine::{Command, Engine, EngineError};
use crate::house::House;
use crate::port::{PortError, PortResult};
use crate::profile;
use crate::query::member::{self, Case};
use crate::query::{QueryError, QueryResult, people};

/// Whoever erases again what was erased before.
const BY: &str = "perennial";

/// What goes, and what stays.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Losses {
    pub identities: usize,
    /// Fields with a sealed value.
    pub personal_fields: usize,
    /// Rows of imports that were put aside and speak of this person.
    pub bad_rows: usize,
    /// Dead letters that speak of this person.
    pub letters: usize,
    /// Samples of events that are this person's.
    pub samples: usize,
    /// Uploaded files whose import is not over. Sealed, and not searched: what they say of this person is a new member's when they go on,
    /// and gone when they are cancelled.
    pub staged: usize,
    /// Facts that stay, anonymous.
    pub facts: usize,
}

/// What an erasure would take, and leave.
pub fn preview(house: &House, member: MemberId) -> QueryResult<Losses> {
    let case = member::open(house, member)?;
    let identities = profile::identities(house, &case)?;
    let fields = profile::known(house, member)?;
    let traces = Traces::find(house, &identities)?;
    let staged = house.desk().import_jobs()?;
    Ok(Losses {
        personal_fields: fields.iter().filter(|known| known.field.personal && known.value.is_some()).count(),
        bad_rows: traces.bad_rows.len(),
        letters: traces.letters.len(),
        samples: traces.samples.len(),
        staged: staged.iter().filter(|job| !job.file.is_empty()).count(),
        identities: identities.len(),
        facts: case.stored.len(),
    })
}

/// Erases a member for good. Doing it again finds nothing left and changes nothing.
pub fn erase(house: &House, member: MemberId, by: &str) -> QueryResult<Losses> {
    let losses = preview(house, member)?;
    let case = member::open(house, member)?;
    let subjects: BTreeSet<SubjectId> = case.subjects.iter().copied().collect();
    house.erasures().add(&subjects, house.now()).map_err(|error| PortError::Failed(format!("the erasure list: {error}")))?;
    forget(house, &case, by)?;
    house.audit_about(by, "member_erased", Some(case.member), "")?;
    Ok(losses)
}

/// Erases again whoever is on the list and has a key all the same: an erasure that was cut short, or an old backup.
pub fn reapply(house: &House) -> PortResult<usize> {
    let listed: BTreeSet<SubjectId> = house.erasures().entries().iter().map(|erased| erased.subject).collect();
    if listed.is_empty() {
        return Ok(0);
    }
    let back: Vec<SubjectId> = house.keys().load(&listed)?.into_keys().collect();
    for subject in &back {
        match member::open(house, *subject) {
            Ok(case) => alone(house, case, &listed).and_then(|case| forget(house, &case, BY)).map_err(port)?,
            // Nothing of it is in this journal: only the key is left to destroy.
            Err(QueryError::NotFound(_)) => house.keys().destroy(&BTreeSet::from([*subject]))?,
            Err(other) => return Err(port(other)),
        }
    }
    if !back.is_empty() {
        house.audit(BY, "erasures_reapplied", &back.len().to_string())?;
    }
    Ok(back.len())
}

fn port(error: QueryError) -> PortError {
    match error {
        QueryError::House(crate::house::HouseError::Port(error)) => error,
        other => PortError::Failed(other.to_string()),
    }
}

/// An old backup may know an erased subject as part of a member who was not erased: it leaves that member first.
fn alone(house: &House, case: Case, listed: &BTreeSet<SubjectId>) -> QueryResult<Case> {
    let leaving: Vec<SubjectId> = case.subjects.iter().copied().filter(|subject| listed.contains(subject)).collect();
    if leaving.len() == case.subjects.len() {
        return Ok(case);
    }
    let member = people::split(house, case.member, &leaving, BY, "erased")?;
    member::open(house, member)
}

fn forget(house: &House, case: &Case, by: &str) -> QueryResult<()> {
    // While their values can still be read: afterwards nobody could say what speaks of the person.
    let identities = profile::identities(house, case)?;
    Traces::find(house, &identities)?.drop(house)?;
    for subject in &case.subjects {
        house.desk().unlist(*subject)?;
    }
    let lane = case.stored.first().map_or(Lane(0), |fact| fact.position.lane());
    let (subjects, by) = (case.subjects.clone(), by.to_owned());
    house.queue().call(move |engine| engine.erase(&subjects, lane, by)).map_err(|error| QueryError::House(error.into()))
}

impl Engine {
    /// Writes the erasure of all subjects of one member, then destroys what identifies. From the first on every writer, of whatever node,
    /// finds the member erased under the lane's lock: it seals nothing for it and claims no identity, so an open key it still holds has no
    /// more use. That the subjects are one person is ruled, because no value says so any more; whoever was in conflict with it is no longer.
    pub fn erase(&mut self, subjects: &[SubjectId], lane: Lane, by: String) -> Result<(), EngineError> {
        let together: Vec<_> = subjects.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let mut commands = Vec::new();
        if let Some((first, _)) = together.first().copied() {
            let ruling = Ruling { together, apart: Vec::new(), by };
            commands.push(Command::Rule { id: format!("erase:{first}"), ruling, why: String::new() });
        }
        commands.extend(subjects.iter().map(|subject| Command::Erase { subject: *subject, lane }));
        commands.extend(subjects.first().map(|subject| Command::Settle { subject: *subject, lane }));
        self.process(commands)?;
        let subjects = subjects.iter().copied().collect();
        self.journal().forget_identities(&subjects)?;
        self.destroy_keys(&subjects)
    }
}
