//! What is wrong with a simulation, in words.

use perennial_metrics::simulate::{Problem, STEPS_MAX};

use crate::policy::PolicyProblem;

/// The problem, with a pointer to the field it stands in.
pub fn plan_problem(problem: Problem) -> PolicyProblem {
    let amount = ("number.out_of_range", "must be a number of zero or more".to_owned(), "须为不小于零的数".to_owned());
    let count = ("list.out_of_range", format!("must hold 1 to {STEPS_MAX} numbers"), format!("须有 1 到 {STEPS_MAX} 个数"));
    let (pointer, (code, en, zh)) = match problem {
        Problem::Buyers => ("/buyers".to_owned(), amount),
        Problem::CarriedOver => ("/carried_over".to_owned(), amount),
        Problem::Value(at) => (format!("/values/{at}"), amount),
        Problem::ValueCount => ("/values".to_owned(), count),
        Problem::ConversionCount => ("/conversions".to_owned(), count),
        Problem::Conversion(at) => (
            format!("/conversions/{at}"),
            ("number.out_of_range", "must be a share from 0 to 1".to_owned(), "须为 0 到 1 之间的比率".to_owned()),
        ),
        Problem::Endless(at) => (
            format!("/conversions/{at}"),
            (
                "simulate.endless",
                "the last conversion holds for every later order and must be below 1".to_owned(),
                "最后一个转化率适用于其后每一单，须小于 1".to_owned(),
            ),
        ),
        Problem::Unequal => (
            "/values".to_owned(),
            (
                "simulate.unequal",
                "by bucket there are as many values as conversions".to_owned(),
                "按购买次数分档时，客单价与转化率的个数须相同".to_owned(),
            ),
        ),
    };
    PolicyProblem { pointer, code, en, zh }
}
