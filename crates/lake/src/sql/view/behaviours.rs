//! `behaviours`: what members did that is no order: a view, a cart, a visit.

use perennial_kernel::{Body, Day, Instant, MemberId};

use super::Source::Clear;
use super::{Basis, Fold, Read, Told};
use crate::sql::cell::{Cell, Kind};
use crate::sql::out::Out;

pub struct Row<'a> {
    member: MemberId,
    name: &'a str,
    channel: Option<&'a str>,
    at: Instant,
    day: Day,
}

type Column = Read<for<'a, 'r> fn(&'r Row<'a>) -> Cell<'r>>;

pub const COLUMNS: &[Column] = &[
    ("member", Kind::Text, "member id", "会员编号", Clear, |row| row.member.to_string().into()),
    ("name", Kind::Text, "what was done", "行为名称", Clear, |row| row.name.into()),
    ("channel", Kind::Text, "channel", "渠道", Clear, |row| row.channel.into()),
    ("occurred_at", Kind::Instant, "when it was done", "发生时刻", Clear, |row| row.at.into()),
    ("day", Kind::Day, "on which day in the brand's time zone", "发生日（品牌时区）", Clear, |row| row.day.into()),
];

pub struct Behaviours<'a> {
    basis: &'a Basis,
}

impl<'a> Behaviours<'a> {
    pub fn new(basis: &'a Basis) -> Self {
        Self { basis }
    }
}

impl Fold for Behaviours<'_> {
    fn take(&mut self, told: Told<'_>, out: &mut Out) {
        for fact in told.history.facts().iter().take_while(|fact| fact.occurred_at <= self.basis.until) {
            if let Body::Behaved { name, channel } = &fact.body {
                let (at, day) = (fact.occurred_at, self.basis.reference.calendar.day(fact.occurred_at));
                let row = Row { member: told.member, name, channel: channel.as_deref(), at, day };
                out.row(|column| (COLUMNS[column].5)(&row));
            }
        }
    }
}
