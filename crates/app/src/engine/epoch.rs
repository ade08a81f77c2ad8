//! Epochs: the journal says of itself that it does not go on from where it was (a restored backup, an accepted loss).

use std::collections::BTreeSet;

use perennial_kernel::{Body, Lane};

use super::batch::Batch;
use super::{Engine, EngineError};
use crate::port::{Desk, PortResult, Turn};

/// The setting that counts epochs.
const EPOCH: &str = "epoch";
/// The setting that names an epoch not yet written into the chain.
const PENDING: &str = "epoch_pending";

/// Notes at the desk that another epoch begins; the next engine to open writes it into every lane's chain. Answers its number.
pub fn announce(desk: &mut dyn Desk) -> PortResult<u64> {
    let epoch = number(desk, EPOCH)?.unwrap_or(0) + 1;
    // Told before it is counted: said twice, it is written once.
    desk.set_setting(PENDING, epoch.to_string().as_bytes())?;
    desk.set_setting(EPOCH, epoch.to_string().as_bytes())?;
    Ok(epoch)
}

/// The epoch that was announced and is not in the chain yet.
pub fn pending(desk: &mut dyn Desk) -> PortResult<Option<u64>> {
    number(desk, PENDING)
}

fn number(desk: &mut dyn Desk, setting: &str) -> PortResult<Option<u64>> {
    Ok(desk.setting(setting)?.and_then(|bytes| String::from_utf8(bytes).ok()).and_then(|text| text.parse().ok()))
}

impl Engine {
    /// Writes an announced epoch into every lane, and takes the announcement back in the same transaction.
    pub fn open_epoch(&mut self, epoch: u64) -> Result<(), EngineError> {
        let now = self.clock.now();
        let count = self.journal.lane_count();
        let lanes: BTreeSet<Lane> = (0..count).map(Lane).collect();
        let mut tx = self.journal.begin(&lanes)?;
        let reference = self.force.current(tx.as_mut())?;
        if tx.documents(PENDING)?.0.is_none_or(|pending| pending.is_empty()) {
            return Ok(()); // another node was first
        }
        let fence = tx.fence() + 1;
        let mut batch = Batch::open(tx.as_mut(), &reference, &self.secrets, self.blocked.of(&self.secrets, &reference), now, count, &[])?;
        batch.say_in_every_lane("epoch", &epoch.to_string(), now, &Body::EpochOpened { epoch });
        batch.set.turn = Some(Turn { fence, settings: vec![(PENDING.to_owned(), Vec::new())] });
        if let Some(set) = batch.finish(self.keys.as_mut(), &mut self.open_keys)? {
            tx.append(&set)?;
            tx.commit()?;
            self.head.write(&set.heads).map_err(EngineError::Head)?;
        }
        self.force.turn(reference, fence);
        Ok(())
    }
}
