//! Where the lake lies, and how it is opened.

use std::sync::Arc;

use perennial_app::house::House;
use perennial_app::port::PortError;
use perennial_lake::files::{Depot, Files, Keeper, Limits};

use super::Place;
use crate::failure::{Failure, Outcome};
use crate::say::say;

/// In place of an address: no lake, the store answers everything.
const NONE: &str = "none";

impl Place {
    fn lake_address(&self) -> Option<String> {
        let own = || self.folder.join("lake").display().to_string();
        Some(self.lake.clone().filter(|typed| !typed.is_empty()).unwrap_or_else(own)).filter(|address| address != NONE)
    }

    /// Whether there is one to read: in the brand's folder by looking, elsewhere because somebody says so.
    pub fn has_lake(&self) -> bool {
        match &self.lake {
            None => self.folder.join("lake").is_dir(),
            Some(_) => self.lake_address().is_some(),
        }
    }

    fn depot(&self) -> Outcome<Depot> {
        let address = self.lake_address().unwrap_or_default();
        Depot::at(&address, &self.folder.join("lake-scratch")).map_err(|error| away(&address, &error))
    }

    /// Opens the lake beside the journal, for a command that is about it. A lake that was switched off is not to be asked for.
    pub fn open_lake(&self) -> Outcome<Arc<Files>> {
        let files = Files::unopened(self.depot()?, Limits::default());
        files.reach(self.store()?.as_mut()).map_err(|error| away(&self.lake_address().unwrap_or_default(), &error))?;
        Ok(Arc::new(files))
    }

    /// Questions about everyone are read from the lake if it is there; from the journal, and that is said, if it cannot be reached.
    pub fn read_lake(&self, house: &House) {
        match self.open_lake() {
            Ok(files) => house.read_from(files),
            Err(failure) => say(&format!("{}; the journal answers", failure.en), &format!("{}；改由日志应答", failure.zh)),
        }
    }

    /// The house reads the lake from now on, and it is kept near the journal as long as the answer lives; `None` where it is switched off.
    /// One that cannot be reached is tried again and again; the journal answers meanwhile.
    pub fn keep_lake(&self, house: &House) -> Outcome<Option<Keeper>> {
        let Some(address) = self.lake_address() else { return Ok(None) };
        let files = Arc::new(Files::unopened(self.depot()?, Limits::default()));
        match files.reach(self.store()?.as_mut()) {
            Err(error) => {
                let failure = away(&address, &error);
                say(&format!("{}; the journal answers until it is there", failure.en), &format!("{}；恢复前由日志应答", failure.zh));
            }
            // Of a bucket other nodes may be writing files that no manifest names yet.
            Ok(()) if !address.contains("://") => files.sweep()?,
            Ok(()) => {}
        }
        let keeper = Keeper::start(&files, self.store()?);
        house.read_from(files);
        Ok(Some(keeper))
    }
}

fn away(address: &str, error: &PortError) -> Failure {
    Failure::failed(format!("the lake at {address} cannot be reached: {error}"), format!("无法访问数据湖 {address}：{error}"))
}
