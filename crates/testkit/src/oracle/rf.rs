//! Model RF straight from the table of SPEC LC-2, with purchases, lives and relations from its words; shares nothing with `rules`.

use perennial_kernel::{Body, Calendar, Day, Order, OrderKey, Refund, Relation};

use perennial_rules::reference::{Brand, Counting};

use super::{Look, Places, Told};

/// The brand's settings that the table reads.
#[derive(Clone, Debug)]
pub struct Rf {
    pub calendar: Calendar,
    pub life_gap_days: i32,
    /// Several orders of one day count once.
    pub days_count_once: bool,
}

impl Look for Rf {
    fn place<'a>(&'a self, facts: &[(usize, &Told)]) -> Places<'a> {
        let bought = self.purchase_days(facts);
        let reached = |wanted: Relation| {
            facts.iter().any(|(_, one)| matches!(&one.body, Body::MemberUpdated { relation: Some(relation), .. } if *relation == wanted))
        };
        let (registered, follower) = (reached(Relation::Registered), reached(Relation::Follower));
        let gap = self.life_gap_days;
        Box::new(move |day| {
            let past: Vec<Day> = bought.iter().copied().filter(|bought| *bought <= day).collect();
            let (life, current) = lives(&past, gap);
            (stage(day, &past, current, registered, follower).to_owned(), life)
        })
    }
}

/// The table, row by row.
fn stage(day: Day, all: &[Day], current: &[Day], registered: bool, follower: bool) -> &'static str {
    let Some(last) = all.last() else {
        return match (registered, follower) {
            (true, _) => "prospect.registered",
            (false, true) => "prospect.follower",
            (false, false) => "prospect.aware",
        };
    };
    let r = day.0 - last.0;
    let f = current.len();
    let within = |bought: &[Day], days: i32| bought.iter().filter(|bought| day.0 - bought.0 < days).count();
    if r >= 720 {
        "ended"
    } else if r >= 360 {
        "lapsed.churned"
    } else if r >= 180 {
        "lapsed.sleeping"
    } else if f == 1 && r <= 30 {
        "new.first"
    } else if f == 2 && within(current, 90) == 2 {
        "new.second"
    } else if r < 180 && f >= 5 && within(all, 360) >= 3 {
        "regular.loyal"
    } else if f >= 2 && r < 90 {
        "regular.active"
    } else {
        "at_risk.silent"
    }
}

/// The number of the current life and its purchases: a gap of `gap` days or more ends one.
fn lives(days: &[Day], gap: i32) -> (u32, &[Day]) {
    let starts: Vec<usize> = (0..days.len()).filter(|&at| at == 0 || days[at].0 - days[at - 1].0 >= gap).collect();
    (starts.len() as u32, starts.last().map_or(&[], |&from| &days[from..]))
}

impl Rf {
    pub fn of(brand: &Brand) -> Self {
        let days_count_once = brand.counting == Counting::Days;
        Self { calendar: brand.calendar.clone(), life_gap_days: brand.life_gap_days, days_count_once }
    }

    /// The days of counted purchases, ascending; a day stands as often as it counts.
    fn purchase_days(&self, facts: &[(usize, &Told)]) -> Vec<Day> {
        let mut keys: Vec<&OrderKey> = facts.iter().filter_map(|(_, one)| one.body.order_key()).collect();
        keys.sort();
        keys.dedup();
        let mut days: Vec<Day> = keys.into_iter().filter_map(|key| self.counted(key, facts)).collect();
        days.sort();
        if self.days_count_once {
            days.dedup();
        }
        days
    }

    /// The day on which an order counts: paid, of something, neither cancelled nor wholly refunded.
    fn counted(&self, key: &OrderKey, facts: &[(usize, &Told)]) -> Option<Day> {
        let of_order = || facts.iter().filter(|(_, one)| one.body.order_key() == Some(key));
        let mut content: Option<&Order> = None;
        let mut refunds: Vec<&Refund> = Vec::new();
        for (_, one) in of_order() {
            match &one.body {
                // The higher version wins; of two without, the later to arrive.
                Body::OrderPlaced(order) | Body::OrderUpdated(order) if content.is_none_or(|held| order.version >= held.version) => {
                    content = Some(order);
                }
                Body::OrderCancelled(_) => return None,
                Body::OrderRefunded(refund) => refunds.push(refund),
                _ => {}
            }
        }
        let content = content?;
        let money_back: i64 = refunds.iter().map(|refund| refund.money.0).sum();
        let pieces_back: i64 = refunds.iter().flat_map(|refund| &refund.lines).map(|line| line.quantity.0).sum();
        let whole = refunds.iter().any(|refund| refund.whole)
            || (content.money.0 > 0 && money_back >= content.money.0)
            || (content.quantity.0 > 0 && pieces_back >= content.quantity.0);
        if whole || content.quantity.0 <= 0 { None } else { Some(self.calendar.day(content.paid_at?)) }
    }
}
