//! From intervals to windows, each with its reason in words.

use perennial_condition::Name;
use perennial_rules::lifecycle::document::Document;

use super::INTERVALS_MIN;
use super::intervals::{Basis, Coverage, Spells};
use super::policy::{TREND_SHIPPED, Windows, four_period_document, rf_document};

/// The window of LC-5 is no shorter than this.
const TREND_MIN: i32 = 30;

/// A window of a lifecycle model.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Window {
    First,
    Second,
    Active,
    Sleeping,
    Churned,
    Ended,
    /// W of the four-period model.
    Trend,
}

impl Window {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Active => "active",
            Self::Sleeping => "sleeping",
            Self::Churned => "churned",
            Self::Ended => "ended",
            Self::Trend => "trend",
        }
    }

    /// Days beyond the last one that still lies within: the conditions on *second*, *active* and *sleeping* are strict.
    fn beyond(self) -> i32 {
        match self {
            Self::First | Self::Trend => 0,
            Self::Second | Self::Active | Self::Sleeping | Self::Churned | Self::Ended => 1,
        }
    }
}

/// A percentile read from the brand's data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Measured {
    pub basis: Basis,
    pub percent: u64,
    /// Before rounding.
    pub days: i32,
    pub intervals: u64,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ProposedWindow {
    pub window: Window,
    /// What the shipped model has.
    pub shipped: i32,
    /// What is proposed; the shipped one where there is too little data.
    pub days: i32,
    /// `None` for too little data, and for windows that follow from others.
    pub measured: Option<Measured>,
    pub reason: Name,
    /// How much of the fitted span lies within; `None` for windows that follow from others.
    pub fit: Option<Coverage>,
    /// How much of the span checked lies within.
    pub check: Option<Coverage>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Proposal {
    /// In the order of [`Window`].
    pub windows: Vec<ProposedWindow>,
    /// Not one window could be measured: the documents are the shipped ones.
    pub too_little_data: bool,
    pub rf: Document,
    pub four_period: Document,
    /// What else to know before activating.
    pub notes: Vec<Name>,
}

/// Up to a number of days one would say: whole days to a fortnight, then multiples of 5 to 60, of 10 to 180, of 30 beyond. Up, so that
/// at least the share asked for lies within.
pub fn rounded(days: i32) -> i32 {
    let step = match days {
        ..=14 => 1,
        15..=60 => 5,
        61..=180 => 10,
        181.. => 30,
    };
    (days.max(1) + step - 1) / step * step
}

pub(super) fn propose(fit: &Spells, check: &Spells, life_gap_days: i32) -> Proposal {
    let shipped = Windows::SHIPPED;
    let asked = |window, shipped, basis, percent| {
        let measured = measure(fit, basis, percent);
        Asked { window, shipped, measured, basis, seen: fit.count(basis) }
    };
    let first = asked(Window::First, shipped.first, Basis::FirstToSecond, 80);
    let second = asked(Window::Second, shipped.second, Basis::FirstToThird, 80);
    let active = asked(Window::Active, shipped.active, Basis::SecondOn, 80);
    let trend = asked(Window::Trend, TREND_SHIPPED, Basis::All, 80);
    let asleep = asleep(fit, shipped.sleeping);
    let awake = first.days().max(active.days());
    let raised = asleep.days() <= awake;
    let sleeping = if raised { rounded(awake + 1) } else { asleep.days() };
    let windows =
        Windows { first: first.days(), second: second.days(), active: active.days(), sleeping, churned: 2 * sleeping, ended: 4 * sleeping };
    let w = trend.days().max(TREND_MIN);
    let rows = vec![
        first.row(windows.first, fit, check),
        second.row(windows.second, fit, check),
        active.row(windows.active, fit, check),
        asleep.row(windows.sleeping, fit, check),
        follows(Window::Churned, shipped.churned, windows.churned, 2),
        follows(Window::Ended, shipped.ended, windows.ended, 4),
        trend.row(w, fit, check),
    ];
    Proposal {
        too_little_data: rows.iter().all(|row| row.measured.is_none()),
        windows: rows,
        rf: rf_document(windows),
        four_period: four_period_document(w),
        notes: notes(sleeping, raised, life_gap_days),
    }
}

/// The slowest purchase number decides: nobody is called asleep while one in ten like him still comes back.
fn asleep(fit: &Spells, shipped: i32) -> Asked {
    let slowest = Basis::BY_NUMBER.into_iter().filter_map(|basis| measure(fit, basis, 90)).max_by_key(|measured| measured.days);
    let seen = Basis::BY_NUMBER.into_iter().map(|basis| fit.count(basis)).max().unwrap_or(0);
    Asked { window: Window::Sleeping, shipped, measured: slowest, basis: Basis::All, seen }
}

fn measure(fit: &Spells, basis: Basis, percent: u64) -> Option<Measured> {
    let days = fit.percentile(basis, percent)?;
    Some(Measured { basis, percent, days, intervals: fit.count(basis) })
}

/// A window to be read from intervals on a basis, which is also what it is checked on.
struct Asked {
    window: Window,
    shipped: i32,
    measured: Option<Measured>,
    basis: Basis,
    /// Intervals it could be read from.
    seen: u64,
}

impl Asked {
    fn days(&self) -> i32 {
        self.measured.map_or(self.shipped, |measured| rounded(measured.days + self.window.beyond()))
    }

    fn row(self, days: i32, fit: &Spells, check: &Spells) -> ProposedWindow {
        let reason = match self.measured {
            None => too_little(self.seen, self.shipped),
            Some(measured) => because(self.window, measured, days),
        };
        let coverage = |spells: &Spells| Some(spells.coverage(self.basis, days - self.window.beyond()));
        ProposedWindow {
            window: self.window,
            shipped: self.shipped,
            days,
            measured: self.measured,
            reason,
            fit: coverage(fit),
            check: coverage(check),
        }
    }
}

fn too_little(intervals: u64, shipped: i32) -> Name {
    Name::new(
        format!("too little data: {intervals} intervals, at least {INTERVALS_MIN} are needed; the shipped {shipped} days stay"),
        format!("数据不足：仅有 {intervals} 个复购间隔，至少需要 {INTERVALS_MIN} 个；保留默认的 {shipped} 天"),
    )
}

fn because(window: Window, measured: Measured, days: i32) -> Name {
    let Measured { basis, percent, days: raw, intervals } = measured;
    let (which, which_zh) = match basis {
        Basis::FirstToSecond => ("from the first to the second purchase", "首购到第二次消费"),
        Basis::SecondToThird => ("from the second to the third purchase", "第二次到第三次消费"),
        Basis::ThirdToFourth => ("from the third to the fourth purchase", "第三次到第四次消费"),
        Basis::FourthOn => ("after the fourth purchase", "第四次及以后的消费"),
        Basis::SecondOn => ("after the second purchase", "第二次及以后的消费"),
        Basis::All => ("of all repurchases", "全部复购"),
        Basis::FirstToThird => ("from the first to the third purchase", "首购到第三次消费"),
    };
    let (what, what_zh) = match window {
        Window::First => ("who comes a second time mostly does so while still called new", "多数会复购的新客在此期间完成第二次消费"),
        Window::Second => {
            ("who comes a third time mostly does so while both purchases still count as new", "多数会第三次消费的会员在此期间完成")
        }
        Window::Active => {
            ("regular buyers mostly return while still called active, and are silent after", "老客多在此期间回购，超过即视为沉默")
        }
        Window::Sleeping => ("of the slowest purchase number, few who return do so later", "在间隔最长的购买次序中，此后才回购的会员很少"),
        Window::Trend => {
            ("a window holds the next purchase of most buyers; at least 30 days", "一个窗口内多数买家会再次消费；不少于 30 天")
        }
        Window::Churned | Window::Ended => ("", ""),
    };
    Name::new(
        format!("{percent} % of {intervals} intervals {which} are at most {raw} days; taken as {days}: {what}"),
        format!("{which_zh}的 {intervals} 个间隔中，{percent}% 不超过 {raw} 天，取 {days} 天：{what_zh}"),
    )
}

fn follows(window: Window, shipped: i32, days: i32, times: i32) -> ProposedWindow {
    let reason = Name::new(
        format!("{times} times the days until sleeping, as in the shipped model"),
        format!("为睡眠阈值的 {times} 倍，与默认模型比例一致"),
    );
    ProposedWindow { window, shipped, days, measured: None, reason, fit: None, check: None }
}

fn notes(sleeping: i32, raised: bool, life_gap_days: i32) -> Vec<Name> {
    let mut notes = Vec::new();
    if raised {
        notes.push(Name::new(
            format!("sleeping was moved up to {sleeping} days, after new and active members have become silent"),
            format!("睡眠阈值上调至 {sleeping} 天，使其晚于新客和活跃会员的沉默时点"),
        ));
    }
    if sleeping != life_gap_days {
        notes.push(Name::new(
            format!("the brand's life gap is {life_gap_days} days, sleeping begins at {sleeping}: who wakes starts a new life only where the two agree"),
            format!("品牌的生命段间隔为 {life_gap_days} 天，而睡眠阈值为 {sleeping} 天：两者一致时，唤醒才会开始新的生命段"),
        ));
    }
    notes
}

#[cfg(test)]
mod tests {
    use perennial_kernel::Day;

    use super::super::Span;
    use super::*;

    /// Members who come back every `gap` days, six times in all.
    fn rhythm(members: i32, gap: i32) -> Spells {
        let mut spells = Spells::new(Span { from: Day(0), to: Day(5000) });
        for start in 0..members {
            spells.take(&(0..6).map(|n| Day(start + n * gap)).collect::<Vec<_>>());
        }
        spells
    }

    fn days(proposal: &Proposal) -> Vec<i32> {
        proposal.windows.iter().map(|window| window.days).collect()
    }

    #[test]
    fn a_brand_of_weekly_buyers_gets_short_windows() {
        let proposal = propose(&rhythm(100, 7), &rhythm(10, 8), 180);
        // Sleeping would coincide with silence: it is moved up by a day.
        assert_eq!(days(&proposal), [7, 15, 8, 9, 18, 36, 30]);
        assert_eq!(proposal.notes.len(), 2);
        let first = &proposal.windows[0];
        assert_eq!(first.fit, Some(Coverage { intervals: 100, intervals_within: 100, buyers: 100, buyers_within: 100 }));
        assert_eq!(first.check, Some(Coverage { intervals: 10, intervals_within: 0, buyers: 10, buyers_within: 0 }));
    }

    #[test]
    fn with_too_little_data_the_shipped_windows_stay_and_say_so() {
        // 15 members: 15 first repurchases, but 75 of all.
        let proposal = propose(&rhythm(15, 40), &rhythm(15, 40), 180);
        assert!(proposal.too_little_data);
        assert_eq!(days(&proposal), [30, 90, 90, 180, 360, 720, 30]);
        assert_eq!(proposal.rf, rf_document(Windows::SHIPPED));
        assert!(proposal.windows[0].reason.en.starts_with("too little data: 15 intervals, at least 100 are needed"));
        assert!(proposal.notes.is_empty());
        // Enough of some numbers only.
        let proposal = propose(&rhythm(30, 40), &rhythm(30, 40), 180);
        assert!(!proposal.too_little_data);
        assert_eq!(days(&proposal), [30, 90, 45, 180, 360, 720, 40]);
    }

    #[test]
    fn days_are_rounded_up_to_what_one_would_say() {
        let table =
            [(0, 1), (1, 1), (14, 14), (15, 15), (16, 20), (60, 60), (61, 70), (151, 160), (180, 180), (181, 210), (216, 240), (400, 420)];
        for (raw, said) in table {
            assert_eq!(rounded(raw), said, "{raw}");
        }
    }
}
