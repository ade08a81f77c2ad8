//! The documents in force, as one writer knows them. The lanes' fence says when they are no longer those.

use std::sync::{Arc, RwLock};

use perennial_rules::reference::Reference;

use crate::policy::{self, Active};
use crate::port::desk::DocumentRow;
use crate::port::{PortError, PortResult, Tx};

/// The setting that names the version of each policy in force.
pub const ACTIVE: &str = "active";

/// A reference that a node's writers and readers share: whichever learns of another first, all have it.
pub type Shared = Arc<RwLock<Arc<Reference>>>;

pub(super) struct Force {
    reference: Arc<Reference>,
    /// The fence that `reference` stands behind; `None` until the first batch, for a writer that was given its documents.
    fence: Option<u64>,
    shared: Shared,
}

impl Force {
    /// What its maker says is in force.
    pub fn given(reference: Arc<Reference>) -> Self {
        Self { shared: Arc::new(RwLock::new(Arc::clone(&reference))), reference, fence: None }
    }

    /// What was in force behind `fence`, shared with others of this node.
    pub fn shared(shared: Shared, fence: u64) -> Self {
        let reference = Arc::clone(&shared.read().expect("no thread panics while holding this lock"));
        Self { reference, fence: Some(fence), shared }
    }

    pub fn reference(&self) -> &Arc<Reference> {
        &self.reference
    }

    pub fn fence(&self) -> Option<u64> {
        self.fence
    }

    /// What is in force for this batch: read anew where an activation, of this node or another, went before it.
    pub fn current(&mut self, tx: &mut dyn Tx) -> PortResult<Arc<Reference>> {
        let fence = tx.fence();
        if self.fence.is_some_and(|known| known != fence) {
            let (active, documents) = in_force(tx)?;
            self.turn(Arc::new(compiled(&documents, &active)?), fence);
        }
        self.fence = Some(fence);
        Ok(Arc::clone(&self.reference))
    }

    /// Decides by `reference` from here on.
    pub fn turn(&mut self, reference: Arc<Reference>, fence: u64) {
        self.fence = Some(fence);
        self.reference = Arc::clone(&reference);
        *self.shared.write().expect("no thread panics while holding this lock") = reference;
    }
}

/// Which version of each policy is in force, and every document, under the lanes' locks.
pub(super) fn in_force(tx: &mut dyn Tx) -> PortResult<(Active, Vec<DocumentRow>)> {
    let (active, documents) = tx.documents(ACTIVE)?;
    Ok((active.as_deref().map_or_else(|| Ok(Active::default()), read_active)?, documents))
}

/// Documents in force compiled when they were activated.
pub(super) fn compiled(documents: &[DocumentRow], active: &Active) -> PortResult<Reference> {
    policy::reference(documents, active).map_err(|problem| PortError::Damaged(problem.en))
}

/// As [`ACTIVE`] keeps it.
pub fn read_active(bytes: &[u8]) -> PortResult<Active> {
    serde_json::from_slice(bytes).map_err(|why| PortError::Damaged(format!("the list of active policies cannot be read: {why}")))
}
