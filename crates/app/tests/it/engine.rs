//! The write path on SQLite: what is accepted is kept once, decided once, and told again when asked again.

use crate::common::Brand;
use perennial_app::engine::Answer;
use perennial_app::port::ScanRange;
use perennial_app::read;
use perennial_backtest::{Fold, Stages};
use perennial_kernel::Day;
use perennial_source::Preset;

#[test]
fn the_cdnow_sample_goes_through_the_engine_into_the_published_stages() {
    let brand = Brand::new("America/New_York", "USD", "2026-11-22T10:00:00Z");
    let answers = brand.import("cdnow/CDNOW_sample.txt", Preset::Cdnow);
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Answer::Recorded(_))).count(), 6919);

    let reference = brand.house.reference();
    let model = reference.model("rf").unwrap();
    let mut stages = Stages::new(&reference, model, Day::parse("1998-06-30").unwrap());
    let mut scan = brand.house.scan().unwrap();
    read::histories(scan.as_mut(), ScanRange::ALL, None, &mut |member, history| stages.take(member, &history)).unwrap();
    let table = stages.finish();
    assert_eq!((table.members, table.members_with_more_than_one_life), (2357, 476));

    // A rerun adds nothing and hears the first answers.
    let again = brand.import("cdnow/CDNOW_sample.txt", Preset::Cdnow);
    assert!(again.iter().all(|answer| matches!(answer, Answer::Repeated(_))));
    assert_eq!(again.len(), 6919);
    // Ten years of backfill write no past timers, and at most one timer per member and policy.
    assert!(brand.house.reader().timers().unwrap().iter().all(|timer| timer.due.is_none_or(|due| due > brand.house.now())));
}
