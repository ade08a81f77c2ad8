//! The sample brand that the program carries: the published orders of CDNOW, a music shop of 1997 and 1998 (provenance in `data/cdnow`).

use super::ImportError;
use super::jobs::{Asked, Detail, Jobs, Wanted};

const NAME: &str = "CDNOW_master.txt";
const ORDERS: &[u8] = include_bytes!("../../../../data/cdnow/CDNOW_master.txt");

/// Stages the sample's orders, moved up to today, and begins their import.
pub fn begin(jobs: &Jobs, by: &str) -> Result<Detail, ImportError> {
    let mut upload = jobs.begin()?;
    upload.write(ORDERS).map_err(perennial_source::FileError::from)?;
    let staged = jobs.take(upload, NAME, by)?;
    let import = staged.listed.row.id;
    let asked = Asked { preset: "cdnow".to_owned(), source: "cdnow".to_owned(), shift_to_today: true, ..Asked::default() };
    jobs.map(import, &asked, by)?;
    jobs.want(import, Wanted::Run, by)
}
