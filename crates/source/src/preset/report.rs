//! Exports of marketplaces: tables recognised by the names of their columns.

use crate::input::Input;
use crate::mapping::{Field, Mapping, Status};
use crate::problem::FileError;
use crate::rows::Rows;
use crate::table::layout::Layout;

/// An export's table of fields.
#[derive(Debug)]
pub struct Report {
    /// As the order's channel names it, and the kind of the buyer's identity.
    pub platform: &'static str,
    /// Columns that together no other export has.
    pub known_by: &'static [&'static str],
    /// What columns mean; of several names for one field the first that the file has.
    pub columns: &'static [(Field, &'static [&'static str])],
    /// The column of the buyer's id on the platform.
    pub buyer: Option<&'static str>,
    /// Words of the status column beyond those known everywhere.
    pub statuses: &'static [(&'static str, Status)],
}

impl Report {
    /// Whether a file with these columns is such an export.
    pub fn fits(&self, names: &[String]) -> bool {
        self.known_by.iter().all(|column| names.iter().any(|name| name == column))
    }

    pub fn open(&self, input: &Input) -> Result<(Rows, Layout, Mapping), FileError> {
        let (rows, layout) = Layout::find(input, &Mapping::default())?;
        if !self.fits(&layout.names) {
            return Err(FileError::new(
                "preset.other_file",
                format!("The file does not have this preset's columns: {}.", self.known_by.join(", ")),
                format!("文件的列与该预设不符，应包含：{}。", self.known_by.join("、")),
            ));
        }
        let mapping = self.mapping(&layout.names);
        Ok((rows, layout, mapping))
    }

    /// The mapping for a file with these columns: exports gain and lose columns over the years.
    pub fn mapping(&self, names: &[String]) -> Mapping {
        let held = |column: &str| names.iter().any(|name| name == column).then(|| column.to_owned());
        let columns = self.columns.iter().filter_map(|(field, all)| Some((*field, all.iter().find_map(|column| held(column))?))).collect();
        let buyer = self.buyer.and_then(held).map(|column| (self.platform.to_owned(), column));
        Mapping {
            columns,
            identities: buyer.into_iter().collect(),
            statuses: self.statuses.iter().map(|(word, status)| ((*word).to_owned(), *status)).collect(),
            versioned_by_times: true,
            channel: Some(self.platform.to_owned()),
            ..Mapping::default()
        }
    }
}
