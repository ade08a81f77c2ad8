//! Signs that somebody is slipping away, and what one may do: in words of both languages.

use perennial_condition::Name;
use perennial_kernel::Day;
use perennial_rules::series::DaySeries;

/// From so many own gaps on, the percentile of a silence says something.
const GAPS_ENOUGH: usize = 3;
const UNUSUAL_PERCENT: f64 = 75.0;
/// With fewer gaps, a silence of so many times the usual gap is unusual.
const UNUSUAL_TIMES: i32 = 2;
/// Purchases that are set against those before.
const LATEST: usize = 2;
const EARLIER: usize = 2;

#[derive(Clone, PartialEq, Debug)]
pub enum Sign {
    /// Complaints of the last 90 days.
    Complained { times: u32 },
    /// Silent for longer than is usual for the member.
    OutOfRhythm { usual_gap: i32, silence: i32, percentile: Option<f64> },
    /// The last two purchases brought half of those before, or less: their means, in percent of those before.
    SpendsLess { percent: i64 },
    /// Purchases expected in the next 90 days have halved since the last purchase.
    ExpectedLess { then: f64, now: f64 },
    /// P(alive) is below one half.
    LikelyLost { p_alive: f64 },
}

impl Sign {
    pub(super) fn out_of_rhythm(series: &DaySeries, today: Day, silence: i32, gap: Option<i32>, percentile: Option<f64>) -> Option<Self> {
        let usual_gap = gap?;
        let purchases = series.entries().iter().filter(|entry| entry.count > 0 && entry.day <= today).count();
        let unusual = if purchases > GAPS_ENOUGH {
            percentile.is_some_and(|percent| percent >= UNUSUAL_PERCENT)
        } else {
            silence > UNUSUAL_TIMES * usual_gap
        };
        unusual.then_some(Self::OutOfRhythm { usual_gap, silence, percentile })
    }

    pub(super) fn spends_less(series: &DaySeries, today: Day) -> Option<Self> {
        let money: Vec<i64> =
            series.entries().iter().filter(|entry| entry.count > 0 && entry.day <= today).map(|entry| entry.sum).collect();
        let split = money.len().checked_sub(LATEST).filter(|earlier| *earlier >= EARLIER)?;
        let (earlier, latest) = money.split_at(split);
        let sum = |part: &[i64]| part.iter().map(|sum| i128::from(*sum)).sum::<i128>();
        let (before, now) = (sum(earlier) * LATEST as i128, sum(latest) * earlier.len() as i128);
        (before > 0 && now * 2 <= before).then(|| Self::SpendsLess { percent: i64::try_from(now * 100 / before).unwrap_or(0) })
    }

    /// For programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Complained { .. } => "complained",
            Self::OutOfRhythm { .. } => "out_of_rhythm",
            Self::SpendsLess { .. } => "spends_less",
            Self::ExpectedLess { .. } => "expected_less",
            Self::LikelyLost { .. } => "likely_lost",
        }
    }

    pub fn words(&self) -> Name {
        match self {
            Self::Complained { times } => Name::new(format!("complained {times} times within 90 days"), format!("90 天内投诉 {times} 次")),
            Self::OutOfRhythm { usual_gap, silence, percentile } => {
                let (en, zh) = percentile.map_or((String::new(), String::new()), |percent| {
                    (format!(", longer than {percent:.0} % of own gaps"), format!("，超过本人 {percent:.0}% 的间隔"))
                });
                Name::new(
                    format!("usual gap {usual_gap} days, silent for {silence}{en}"),
                    format!("平时间隔 {usual_gap} 天，已沉默 {silence} 天{zh}"),
                )
            }
            Self::SpendsLess { percent } => Name::new(
                format!("the last two purchases brought {percent} % of those before"),
                format!("最近两次消费均额为此前的 {percent}%"),
            ),
            Self::ExpectedLess { then, now } => Name::new(
                format!("purchases expected in 90 days fell from {then:.2} to {now:.2}"),
                format!("未来 90 天预期购买次数由 {then:.2} 降至 {now:.2}"),
            ),
            Self::LikelyLost { p_alive } => Name::new(format!("P(alive) {p_alive:.2}"), format!("活跃概率 {p_alive:.2}")),
        }
    }
}

/// What one may do about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Somebody is unhappy: first of all put it right.
    Repair,
    /// Much is at stake: one person speaks to another.
    Personal,
    /// Comes, but for less.
    Widen,
    /// Just out of rhythm.
    Remind,
    /// Nearly gone.
    Win,
}

impl Action {
    /// `personal`: among the fifth of the list of whom most would be lost.
    pub(super) fn of(signs: &[Sign], personal: bool) -> Self {
        let has = |code: &str| signs.iter().any(|sign| sign.code() == code);
        if has("complained") {
            Self::Repair
        } else if personal {
            Self::Personal
        } else if has("likely_lost") {
            Self::Win
        } else if has("spends_less") {
            Self::Widen
        } else {
            Self::Remind
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Repair => "repair",
            Self::Personal => "personal",
            Self::Widen => "widen",
            Self::Remind => "remind",
            Self::Win => "win",
        }
    }

    pub fn words(self) -> Name {
        match self {
            Self::Repair => Name::new("call and put the complaint right before anything is offered", "先回访处理投诉，再谈营销"),
            Self::Personal => Name::new("a personal word of an associate: much is at stake", "价值高，由导购一对一关怀"),
            Self::Widen => Name::new("show what goes with what was bought; no discount on the same", "推荐搭配品类，不宜只降价"),
            Self::Remind => Name::new("a light reminder: points, restock, what is new", "轻触达提醒：积分、补货、上新"),
            Self::Win => Name::new("one good reason to come back, then leave in peace", "给一个回店理由，未响应则停止打扰"),
        }
    }
}

#[cfg(test)]
mod tests {
    use perennial_condition::Contribution;

    use super::*;

    fn bought(days: &[(i32, i64)]) -> DaySeries {
        DaySeries::from_entries(days.iter().map(|(day, sum)| Contribution { day: Day(*day), count: 1, sum: *sum }).collect())
    }

    #[test]
    fn who_spends_half_or_less_is_seen_and_who_spends_a_cent_more_is_not() {
        let of = |latest: i64| Sign::spends_less(&bought(&[(0, 100), (9, 100), (20, 50), (30, latest)]), Day(40));
        assert_eq!(of(50), Some(Sign::SpendsLess { percent: 50 }));
        assert_eq!(of(51), None);
        assert_eq!(Sign::spends_less(&bought(&[(0, 100), (20, 1), (30, 1)]), Day(40)), None, "one purchase is no habit");
        assert_eq!(Sign::spends_less(&bought(&[(0, 0), (9, 0), (20, 0), (30, 0)]), Day(40)), None);
    }

    #[test]
    fn rhythm_is_the_members_own() {
        let of = |days: &[(i32, i64)], today: i32| {
            let (series, day) = (bought(days), Day(today));
            let last = days.last().unwrap().0;
            let (gap, percentile) =
                (perennial_rules::value::usual_gap(&series, day), perennial_rules::value::silence_percentile(&series, day));
            Sign::out_of_rhythm(&series, day, today - last, gap, percentile).is_some()
        };
        let four = [(0, 1), (10, 1), (20, 1), (40, 1)];
        assert!(!of(&four, 60) && of(&four, 61), "all three gaps are shorter");
        let two = [(0, 1), (30, 1)];
        assert!(!of(&two, 90) && of(&two, 91), "twice the only gap");
        assert!(!of(&[(0, 1)], 400));
    }

    #[test]
    fn what_to_do_follows_from_the_signs() {
        let (lost, less) = (Sign::LikelyLost { p_alive: 0.1 }, Sign::SpendsLess { percent: 20 });
        assert_eq!(Action::of(&[Sign::Complained { times: 1 }, lost.clone()], true), Action::Repair);
        assert_eq!(Action::of(&[lost.clone(), less.clone()], true), Action::Personal);
        assert_eq!(Action::of(&[lost, less.clone()], false), Action::Win);
        assert_eq!(Action::of(&[less], false), Action::Widen);
        assert_eq!(Action::of(&[Sign::ExpectedLess { then: 1.0, now: 0.4 }], false), Action::Remind);
    }
}
