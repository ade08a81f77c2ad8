//! Where the lake lies, and how it is opened.

use std::sync::Arc;

use perennial_app::house::House;
use perennial_lake::files::{Depot, Files, Keeper, Limits};

use super::Place;
use crate::failure::Outcome;

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

    /// Opens the lake beside the journal. A lake that was switched off is not to be asked for.
    pub fn open_lake(&self) -> Outcome<Arc<Files>> {
        let address = self.lake_address().unwrap_or_default();
        let depot = Depot::at(&address, &self.folder.join("lake-scratch"))?;
        Ok(Arc::new(Files::open(depot, Limits::default(), self.store()?.as_mut())?))
    }

    /// The house reads the lake from now on, and it is kept near the journal as long as the answer lives; `None` where it is switched off.
    pub fn keep_lake(&self, house: &House) -> Outcome<Option<Keeper>> {
        let Some(address) = self.lake_address() else { return Ok(None) };
        let files = self.open_lake()?;
        // Of a bucket other nodes may be writing files that no manifest names yet.
        if !address.contains("://") {
            files.sweep()?;
        }
        let keeper = Keeper::start(&files, self.store()?);
        house.read_from(files);
        Ok(Some(keeper))
    }
}
