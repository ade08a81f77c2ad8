//! The views: what each column means, and how a member's rows come from its history. Each view is one fold over members, one at a time, by the
//! code of `rules`; a column that is not asked for is not computed.

mod behaviours;
mod lines;
mod members;
mod orders;
mod profile;
mod stages;

use std::sync::Arc;

use perennial_app::port::analyst::Words;
use perennial_app::query::person::Contact;
use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::history::History;
use perennial_rules::reference::Reference;

use super::cell::Kind;
use super::out::Out;

/// A column, documented.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub about: Words,
    pub told: Source,
}

/// Where a column's values come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// From what stands in clear.
    Clear,
    /// Keys must be loaded to tell it; it says nothing to strangers.
    Sealed,
    /// As [`Source::Sealed`], and it is masked.
    Personal,
}

/// A row of a view's own table of columns: name, kind, meaning in English and Chinese, source, and how it is read off a row.
type Read<R> = (&'static str, Kind, &'static str, &'static str, Source, R);

fn columns<R>(table: &[Read<R>]) -> Vec<Column> {
    let column = |(name, kind, en, zh, told, _): &Read<R>| Column {
        name: (*name).to_owned(),
        kind: *kind,
        about: Words::new(*en, *zh),
        told: *told,
    };
    table.iter().map(column).collect()
}

/// As of when, and by which documents, a view is told.
#[derive(Clone, Debug)]
pub struct Basis {
    pub reference: Arc<Reference>,
    pub today: Day,
    /// The last instant of `today`.
    pub until: Instant,
}

/// One member, as a view is given it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    pub member: MemberId,
    pub history: &'a History,
    /// Empty, unless a column is asked for that needs it.
    pub contact: &'a Contact,
}

/// What turns members into rows; may keep what it needs from member to member.
pub trait Fold {
    fn take(&mut self, told: Told<'_>, out: &mut Out);
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum View {
    Members,
    Orders,
    Lines,
    Behaviours,
    Stages,
    Profile,
}

impl View {
    pub const ALL: [Self; 6] = [Self::Members, Self::Orders, Self::Lines, Self::Behaviours, Self::Stages, Self::Profile];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Orders => "orders",
            Self::Lines => "lines",
            Self::Behaviours => "behaviours",
            Self::Stages => "stages",
            Self::Profile => "profile",
        }
    }

    /// What one row is.
    pub fn about(self) -> Words {
        let (en, zh) = match self {
            Self::Members => ("one row for each member, merged ones once", "每位会员一行，合并后的会员只计一次"),
            Self::Orders => {
                ("one row for each order of a member, in its newest version, refunds taken in", "会员的每笔订单一行，取最新版本并计入退款")
            }
            Self::Lines => ("one row for each line of an order, in its newest version", "订单的每个商品行一行，取最新版本"),
            Self::Behaviours => ("one row for each thing a member did that is no order", "会员的每次非订单行为一行"),
            Self::Stages => (
                "one row for each time a member spent in a stage, restated by what is known now",
                "会员处于某阶段的每段时间一行，按目前已知的数据重述",
            ),
            Self::Profile => (
                "one row for each member with every field that conditions can read, as of today",
                "每位会员一行，包含条件可用的全部字段，截至今天",
            ),
        };
        Words::new(en, zh)
    }

    pub fn example(self) -> &'static str {
        match self {
            Self::Members => "SELECT first_store, count(*) AS members\nFROM members\nGROUP BY first_store\nORDER BY members DESC",
            Self::Orders => {
                "SELECT date_trunc('month', day) AS month, count(*) AS orders, sum(net) AS money\nFROM orders\nWHERE counted\nGROUP BY month\nORDER BY month"
            }
            Self::Lines => {
                "SELECT category, count(DISTINCT member) AS buyers, sum(paid) AS paid\nFROM lines\nWHERE counted\nGROUP BY category\nORDER BY paid DESC"
            }
            Self::Behaviours => "SELECT name, count(DISTINCT member) AS members, max(day) AS last\nFROM behaviours\nGROUP BY name",
            Self::Stages => {
                "SELECT stage, count(*) AS times, avg(days) AS days\nFROM stages\nWHERE until IS NOT NULL\nGROUP BY stage\nORDER BY days DESC"
            }
            Self::Profile => {
                "SELECT city, count(*) AS members, avg(m_total) AS money\nFROM profile\nWHERE f_total >= 2\nGROUP BY city\nORDER BY money DESC"
            }
        }
    }

    pub fn columns(self, reference: &Reference) -> Vec<Column> {
        match self {
            Self::Members => columns(members::COLUMNS),
            Self::Orders => columns(orders::COLUMNS),
            Self::Lines => columns(lines::COLUMNS),
            Self::Behaviours => columns(behaviours::COLUMNS),
            Self::Stages => columns(stages::COLUMNS),
            Self::Profile => profile::columns(reference),
        }
    }

    pub fn fold(self, basis: &Basis) -> Box<dyn Fold + '_> {
        match self {
            Self::Members => Box::new(members::Members::new(basis)),
            Self::Orders => Box::new(orders::Orders::new(basis)),
            Self::Lines => Box::new(lines::Lines::new(basis)),
            Self::Behaviours => Box::new(behaviours::Behaviours::new(basis)),
            Self::Stages => Box::new(stages::Stages::new(basis)),
            Self::Profile => Box::new(profile::Profiles::new(basis)),
        }
    }
}
