//! Calibration on the CDNOW sample.
//!
//! The numbers were computed independently in Python with pandas 3.1.1, from the file: distinct (member, day) pairs, the difference of
//! successive days per member in days, kept where the later day lies in the span; percentiles by nearest rank,
//! `sorted(gaps)[ceil(p * n / 100) - 1]`; a member is within a window when the longest of its intervals in the span is.

use perennial_backtest::calibrate::{Basis, Coverage, Observed, Window};
use perennial_backtest::{Calibration, CalibrationTable, Span};
use perennial_rules::lifecycle::model::Model;

use crate::everyone::{cdnow, day, reference, run};

fn calibrated(parts: usize) -> CalibrationTable {
    let reference = reference();
    let everyone = cdnow(&reference);
    let fit = Span::year(1997).unwrap();
    let check = Span { from: day("1998-01-01"), to: day("1998-06-30") };
    run(&everyone, parts, || Calibration::new(&reference, fit, check)).finish()
}

fn row(observed: &Observed, basis: Basis) -> (u64, u64, [i32; 3]) {
    let found = observed.intervals.iter().find(|row| row.basis == basis).unwrap();
    (found.count, found.buyers, [found.p50, found.p80, found.p90].map(Option::unwrap))
}

#[test]
fn intervals_are_those_an_independent_computation_finds() {
    let table = calibrated(2);
    assert_eq!((table.fit.buyers, table.check.buyers), (2357, 515));
    let fit = [
        (Basis::All, (3188, 1040, [29, 94, 155])),
        (Basis::SecondOn, (2148, 603, [24, 68, 119])),
        (Basis::FirstToSecond, (1040, 1040, [47, 151, 216])),
        (Basis::SecondToThird, (603, 603, [38, 113, 168])),
        (Basis::ThirdToFourth, (397, 397, [33, 89, 135])),
        (Basis::FourthOn, (1148, 274, [17, 47, 77])),
        (Basis::FirstToThird, (603, 603, [100, 213, 262])),
    ];
    for (basis, expected) in fit {
        assert_eq!(row(&table.fit, basis), expected, "{basis:?}");
    }
    let check = [
        (Basis::All, (1151, 515, [55, 214, 344])),
        (Basis::SecondOn, (1052, 445, [46, 147, 246])),
        (Basis::FirstToSecond, (99, 99, [386, 442, 471])),
        (Basis::FourthOn, (789, 281, [32, 87, 136])),
        (Basis::FirstToThird, (133, 133, [400, 466, 484])),
    ];
    for (basis, expected) in check {
        assert_eq!(row(&table.check, basis), expected, "{basis:?}");
    }
}

#[test]
fn windows_follow_from_the_percentiles_and_are_checked_on_the_next_span() {
    let table = calibrated(1);
    assert_eq!(calibrated(4), table);
    let within = |intervals, intervals_within, buyers, buyers_within| Coverage { intervals, intervals_within, buyers, buyers_within };
    let expected = [
        (Window::First, 160, Some((within(1040, 853, 1040, 853), within(99, 0, 99, 0)))),
        (Window::Second, 240, Some((within(603, 520, 603, 520), within(133, 0, 133, 0)))),
        (Window::Active, 70, Some((within(2148, 1723, 603, 242), within(1052, 646, 445, 92)))),
        (Window::Sleeping, 240, Some((within(3188, 3086, 1040, 938), within(1151, 940, 515, 304)))),
        (Window::Churned, 480, None),
        (Window::Ended, 960, None),
        (Window::Trend, 100, Some((within(3188, 2590, 1040, 481), within(1151, 760, 515, 139)))),
    ];
    for (window, (which, days, coverage)) in table.proposal.windows.iter().zip(expected) {
        assert_eq!((window.window, window.days), (which, days));
        assert_eq!(window.fit.zip(window.check), coverage, "{which:?}");
    }
    assert!(!table.proposal.too_little_data);
    assert_eq!(
        table.proposal.windows[0].reason.en,
        "80 % of 1040 intervals from the first to the second purchase are at most 151 days; taken as 160: who comes a second time mostly \
         does so while still called new"
    );
}

#[test]
fn the_proposed_documents_are_policies_one_can_activate() {
    let reference = reference();
    let proposal = calibrated(2).proposal;
    let rf = Model::from_yaml(&proposal.rf.to_yaml(), 2, reference.brand.currency).unwrap();
    let first = rf.stages.iter().find(|stage| stage.id == "new.first").unwrap();
    assert_eq!(first.text(&rf.catalog), "f_life = 1 AND recency <= 160");
    let trend = Model::from_yaml(&proposal.four_period.to_yaml(), 2, reference.brand.currency).unwrap();
    assert_eq!(trend.document.lets[0].is, "sum(purchase.money within 100 days ending 300 days ago)");
}
