//! `behaviours`: what members did that is no order: a view, a cart, a visit.

use perennial_kernel::{Aspect, Body, Day, Instant, MemberId, Scores};

use super::Source::Clear;
use super::{Basis, Fold, Read, Told};
use crate::sql::cell::{Cell, Kind};
use crate::sql::out::Out;

pub struct Row<'a> {
    member: MemberId,
    name: &'a str,
    channel: Option<&'a str>,
    scores: Scores,
    at: Instant,
    day: Day,
}

impl Row<'_> {
    fn score(&self, aspect: Aspect) -> Cell<'_> {
        self.scores.get(aspect).map(i64::from).into()
    }
}

type Column = Read<for<'a, 'r> fn(&'r Row<'a>) -> Cell<'r>>;

pub const COLUMNS: &[Column] = &[
    ("member", Kind::Text, "member id", "会员编号", Clear, |row| row.member.to_string().into()),
    ("name", Kind::Text, "what was done", "行为名称", Clear, |row| row.name.into()),
    ("channel", Kind::Text, "channel", "渠道", Clear, |row| row.channel.into()),
    ("score_product", Kind::Int, "score from 1 to 5 of the product", "评分 1–5：产品", Clear, |row| row.score(Aspect::Product)),
    ("score_service", Kind::Int, "score from 1 to 5 of the service", "评分 1–5：服务", Clear, |row| row.score(Aspect::Service)),
    ("score_staff", Kind::Int, "score from 1 to 5 of the staff", "评分 1–5：人员", Clear, |row| row.score(Aspect::Staff)),
    ("score_image", Kind::Int, "score from 1 to 5 of the brand's image", "评分 1–5：形象", Clear, |row| row.score(Aspect::Image)),
    ("score_price", Kind::Int, "score from 1 to 5 of the price: 5 is the dearest", "评分 1–5：价格（5 为最贵）", Clear, |row| {
        row.score(Aspect::Price)
    }),
    (
        "score_time",
        Kind::Int,
        "score from 1 to 5 of the time it takes: 5 is the longest",
        "评分 1–5：时间成本（5 为最高）",
        Clear,
        |row| row.score(Aspect::Time),
    ),
    (
        "score_effort",
        Kind::Int,
        "score from 1 to 5 of the effort: 5 is the most",
        "评分 1–5：精力成本（5 为最高）",
        Clear,
        |row| row.score(Aspect::Effort),
    ),
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
            if let Body::Behaved { name, channel, scores } = &fact.body {
                let (at, day) = (fact.occurred_at, self.basis.reference.calendar.day(fact.occurred_at));
                let row = Row { member: told.member, name, channel: channel.as_deref(), scores: *scores, at, day };
                out.row(|column| (COLUMNS[column].5)(&row));
            }
        }
    }
}
