//! The published sample: what SQL says is what everything else says.

use perennial_app::query::{everyone, metrics};
use perennial_kernel::Day;
use perennial_metrics::Period;
use perennial_source::Preset;

use super::kit::Brand;

#[test]
fn sums_in_sql_are_those_of_metrics_and_of_looks_at_everyone() {
    let brand = Brand::new("America/New_York", "USD", "1998-06-30T22:00:00Z");
    brand.import("cdnow/CDNOW_sample.txt", &Preset::Cdnow);
    let house = &brand.house;
    let day = |text: &str| Day::parse(text).unwrap();

    let period = Period { from: Some(day("1997-01-01")), to: Some(day("1998-01-01")) };
    let told = metrics::repurchase(house, period, metrics::When::default()).unwrap().table;
    let bought = "SELECT member, count(DISTINCT day) AS purchases, count(*) AS orders FROM orders
        WHERE counted AND day >= '1997-01-01' AND day < '1998-01-01' GROUP BY member";
    let found = brand.rows(&format!(
        "SELECT count(*), sum(purchases), sum(orders), count(*) FILTER (WHERE purchases > 1),
            CAST(count(*) FILTER (WHERE purchases > 1) AS DOUBLE) / count(*) FROM ({bought})"
    ));
    let rate = told.user_rate.unwrap();
    assert_eq!(found, [format!("{}|{}|{}|{}|{rate}", told.buyers, told.purchases, told.orders, told.repeat_buyers)]);

    let stages = everyone::stages(house, "rf", day("1998-06-30"), None).unwrap().table;
    let mut expected: Vec<String> =
        stages.stages.iter().filter(|(_, members)| **members > 0).map(|(stage, members)| format!("{stage}|{members}")).collect();
    expected.sort();
    for statement in [
        "SELECT stage_rf, count(*) FROM profile GROUP BY stage_rf",
        "SELECT stage, count(*) FROM stages WHERE model = 'rf' AND until IS NULL GROUP BY stage",
    ] {
        let mut found = brand.rows(statement);
        found.sort();
        assert_eq!(found, expected, "{statement}");
    }
    // A look at an earlier day, out of spells: those begun by its end and not over by then.
    let past = everyone::stages(house, "rf", day("1997-12-31"), None).unwrap().table;
    let mut expected: Vec<String> =
        past.stages.iter().filter(|(_, members)| **members > 0).map(|(stage, members)| format!("{stage}|{members}")).collect();
    expected.sort();
    let mut found = brand.rows(
        "SELECT stage, count(*) FROM stages WHERE model = 'rf' AND since < '1998-01-01T00:00:00-05:00'
            AND (until IS NULL OR until >= '1998-01-01T00:00:00-05:00') GROUP BY stage",
    );
    found.sort();
    assert_eq!(found, expected);

    assert_eq!(brand.rows("SELECT (SELECT sum(m_total) FROM profile) = (SELECT sum(net) FROM orders)"), ["true"]);
    assert_eq!(brand.rows("SELECT (SELECT sum(money) FROM members) = (SELECT sum(net) FROM orders)"), ["true"]);
}
