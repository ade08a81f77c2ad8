//! `metrics acquisition`: how people become buyers.

use perennial_api::wire;
use perennial_app::house::House;
use perennial_app::query::metrics::{self as asked, Sheet};
use perennial_metrics::acquisition::AcquiredRow;

use super::Scene;
use super::metrics::{basis, days, percent, period, tell, when};
use crate::args::AcquisitionArguments;
use crate::failure::Outcome as Done;
use crate::print;
use crate::say::say;

pub fn acquisition(scene: &Scene, house: &House, arguments: &AcquisitionArguments) -> Done {
    let (period, currency) = (period(&arguments.period), house.reference().brand.currency);
    let measured = asked::acquisition(house, arguments.by, period, arguments.horizon_days, when(&arguments.period.when))?;
    let told = wire::Acquisition::new(&measured, arguments.by, period);
    let people = || {
        let table = &measured.table;
        let all = steps("*", &table.all).into_iter();
        let rows: Vec<_> = all.chain(table.rows.iter().flat_map(|row| steps(&row.group, row))).collect();
        print::table(&["", "step", "so far or further", "conversion", "this very step", "days P50", "days P80"], &[2, 3, 4, 5, 6], &rows);
        let (members, excluded, horizon) = (table.all.members, table.all.excluded, table.horizon_days);
        let at_once = table.all.at_once;
        say(
            &format!(
                "{members} members followed for {horizon} days, {at_once} of them bought on the day they became known; {excluded} not observed so long are left out"
            ),
            &format!("已跟踪 {members} 位会员各 {horizon} 天，其中 {at_once} 位在被知晓当日即消费；{excluded} 位尚未跟踪满，未计入"),
        );
        basis(&measured);
    };
    tell(scene, arguments.period.when.csv, currency, &told, &Sheet::acquisition(&measured.table), people)
}

fn steps(name: &str, row: &AcquiredRow) -> Vec<Vec<String>> {
    let line = |step: &perennial_metrics::acquisition::StepRow| {
        let (reached, took) = (step.reached.to_string(), step.took.to_string());
        let what = step.step.as_str().to_owned();
        vec![name.to_owned(), what, reached, percent(step.conversion), took, days(step.days.p50), days(step.days.p80)]
    };
    row.steps.iter().map(line).collect()
}
