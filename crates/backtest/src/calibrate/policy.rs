//! The shipped documents with other windows: RF and the four periods by trend.

use perennial_rules::lifecycle::document::{Document, SHIPPED};

/// The days a calibrated RF model is written with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Windows {
    /// A first purchase is new up to and including this many days after.
    pub first: i32,
    /// Two purchases are new while both lie within this many days.
    pub second: i32,
    /// A regular buyer is active for fewer days than this, silent from it on.
    pub active: i32,
    pub sleeping: i32,
    pub churned: i32,
    pub ended: i32,
}

impl Windows {
    /// As shipped (SPEC LC-2).
    pub const SHIPPED: Self = Self { first: 30, second: 90, active: 90, sleeping: 180, churned: 360, ended: 720 };
}

/// The window of the shipped four-period model (SPEC LC-5).
pub const TREND_SHIPPED: i32 = 30;

/// The shipped RF model with these windows in its conditions. *Loyal* looks back over as many days as it takes to churn.
pub fn rf_document(windows: Windows) -> Document {
    let mut document = shipped("rf");
    let phrases = rf_phrases(Windows::SHIPPED).into_iter().zip(rf_phrases(windows));
    for ((id, shipped), (_, proposed)) in phrases {
        for stage in document.stages.iter_mut().filter(|stage| stage.id == id) {
            stage.when = stage.when.as_ref().map(|when| when.replacen(&shipped, &proposed, 1));
        }
    }
    document
}

/// Where the windows stand: by stage, the part of its condition that names one.
fn rf_phrases(windows: Windows) -> Vec<(&'static str, String)> {
    let Windows { first, second, active, sleeping, churned, ended } = windows;
    vec![
        ("ended", format!("recency >= {ended}")),
        ("lapsed.churned", format!("recency >= {churned}")),
        ("lapsed.sleeping", format!("recency >= {sleeping}")),
        ("new.first", format!("recency <= {first}")),
        ("new.second", format!("within {second} days")),
        ("regular.loyal", format!("recency < {sleeping}")),
        ("regular.loyal", format!("within {churned} days")),
        ("regular.active", format!("recency < {active}")),
    ]
}

/// The shipped four-period model with windows of `days`.
pub fn four_period_document(days: i32) -> Document {
    let mut document = shipped("four-period");
    for definition in &mut document.lets {
        let ago = |times: i32, days: i32| format!("ending {} days ago", times * days);
        if let Some(times) = [1, 2, 3].into_iter().find(|times| definition.is.contains(&ago(*times, TREND_SHIPPED))) {
            definition.is = definition.is.replace(&ago(times, TREND_SHIPPED), &ago(times, days));
        }
        definition.is = definition.is.replace(&within(TREND_SHIPPED), &within(days));
    }
    document
}

fn within(days: i32) -> String {
    format!("within {days} days")
}

fn shipped(id: &str) -> Document {
    let (_, yaml) = SHIPPED.iter().find(|(held, _)| *held == id).expect("the model ships");
    Document::parse(yaml).expect("shipped models are read: a test says so")
}

#[cfg(test)]
mod tests {
    use perennial_kernel::Currency;
    use perennial_rules::lifecycle::model::Model;

    use super::*;

    /// Whoever words a shipped condition otherwise is told here that calibration must follow.
    #[test]
    fn the_shipped_conditions_name_each_window_once() {
        let rf = shipped("rf");
        for (id, phrase) in rf_phrases(Windows::SHIPPED) {
            let stage = rf.stages.iter().find(|stage| stage.id == id).unwrap();
            assert_eq!(stage.when.as_ref().unwrap().matches(&phrase).count(), 1, "{id}: {phrase}");
        }
        assert_eq!(rf_document(Windows::SHIPPED), rf);
        let numbers = |document: &Document| {
            let texts = document.stages.iter().filter_map(|stage| stage.when.clone());
            let days =
                |text: String| text.split_whitespace().filter_map(|word| word.parse::<i32>().ok()).filter(|n| *n >= 10).collect::<Vec<_>>();
            texts.flat_map(days).collect::<Vec<_>>()
        };
        assert_eq!(numbers(&rf), [720, 360, 180, 30, 90, 180, 360, 90]);
        let windows = Windows { first: 11, second: 12, active: 13, sleeping: 14, churned: 15, ended: 16 };
        assert_eq!(numbers(&rf_document(windows)), [16, 15, 14, 11, 12, 14, 15, 13]);
    }

    #[test]
    fn the_four_windows_lie_one_before_the_other() {
        assert_eq!(four_period_document(TREND_SHIPPED), shipped("four-period"));
        let texts: Vec<String> = four_period_document(45).lets.into_iter().take(4).map(|definition| definition.is).collect();
        let expected = [
            "sum(purchase.money within 45 days ending 135 days ago)",
            "sum(purchase.money within 45 days ending 90 days ago)",
            "sum(purchase.money within 45 days ending 45 days ago)",
            "sum(purchase.money within 45 days)",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn documents_with_other_windows_compile() {
        let currency = Currency::parse("CNY").unwrap();
        let windows = Windows { first: 1, second: 2, active: 3, sleeping: 700, churned: 1400, ended: 2800 };
        for document in [rf_document(windows), four_period_document(400)] {
            let yaml = document.to_yaml();
            let model = Model::from_yaml(&yaml, 2, currency).unwrap_or_else(|problems| panic!("{yaml}\n{problems:#?}"));
            assert_eq!(model.document, document);
        }
    }
}
