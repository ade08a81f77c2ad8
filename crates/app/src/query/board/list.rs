//! The members list: filtered, sorted, a page at a time.

use std::collections::BinaryHeap;

use perennial_kernel::{Day, MemberId, Money};
use perennial_rules::effect::StageId;

use super::row::Row;
use super::{Board, Table};
use crate::query::person::{self, Person};
use crate::query::{QueryResult, not_found, refused, search};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sort {
    /// Days since the last purchase.
    #[default]
    Recency,
    /// Purchases in all.
    Orders,
    Money,
    /// Day of the first purchase.
    First,
}

/// Which members, and in which order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Listing {
    pub model: Option<String>,
    pub stage: Option<StageId>,
    /// A member id, an order id, a full phone, a full email or a member number.
    pub search: Option<String>,
    pub sort: Sort,
    pub descending: bool,
}

#[derive(Clone, Debug)]
pub struct Listed {
    pub items: Vec<ListedMember>,
    pub next: Option<String>,
    pub total: usize,
}

#[derive(Clone, Debug)]
pub struct ListedMember {
    pub member: MemberId,
    pub person: Person,
    pub stage: StageId,
    pub life: u32,
    pub recency: Option<i32>,
    pub f_life: u32,
    pub f_total: u32,
    pub money: Money,
    pub first_purchase_on: Option<Day>,
    pub last_purchase_on: Option<Day>,
}

/// A place in the order: members without the value come last in either direction, equal ones by id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Place {
    missing: bool,
    value: i64,
    member: MemberId,
}

impl Place {
    fn of(row: &Row, sort: Sort, descending: bool) -> Self {
        let value = match sort {
            // Few days since are a late day.
            Sort::Recency => row.last().map(|day| -i64::from(day.0)),
            Sort::Orders => Some(i64::from(row.f_total)),
            Sort::Money => Some(row.money),
            Sort::First => row.first().map(|day| i64::from(day.0)),
        };
        let signed = value.map(|value| if descending { -value } else { value });
        Self { missing: signed.is_none(), value: signed.unwrap_or_default(), member: row.member }
    }

    fn write(self) -> String {
        format!("p{}.{}.{}", u8::from(self.missing), self.value, self.member)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('p')?.splitn(3, '.');
        let missing = match parts.next()? {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        Some(Self { missing, value: parts.next()?.parse().ok()?, member: MemberId::parse(parts.next()?)? })
    }
}

impl Board {
    /// One page, with the names of its members.
    pub fn list(&self, listing: &Listing, limit: usize, cursor: Option<&str>) -> QueryResult<Listed> {
        let (mut items, next, total) = self.page(listing, limit, cursor)?;
        let members: Vec<MemberId> = items.iter().map(|item| item.member).collect();
        let mut people = person::people(self.house(), &members)?;
        for item in &mut items {
            item.person = people.remove(&item.member).unwrap_or_default();
        }
        Ok(Listed { items, next, total })
    }

    /// As [`Self::list`], without names: nothing is unsealed.
    fn page(&self, listing: &Listing, limit: usize, cursor: Option<&str>) -> QueryResult<(Vec<ListedMember>, Option<String>, usize)> {
        let table = self.table()?;
        let (model, stage) = filter(&table, listing)?;
        let after = match cursor {
            None => None,
            Some(text) => {
                let place = Place::read(text);
                Some(place.ok_or_else(|| refused("cursor.unreadable", "the cursor was not given by this list", "翻页游标无效"))?)
            }
        };
        let found = match &listing.search {
            Some(text) => Some(search::members(self.house(), &table.sources, text)?),
            None => None,
        };
        let wanted = |at: usize| stage.is_none_or(|stage| table.stage(at, model) == stage);
        let mut total = 0;
        let mut best: BinaryHeap<(Place, usize)> = BinaryHeap::new();
        let mut see = |at: usize| {
            if !wanted(at) {
                return;
            }
            total += 1;
            let place = Place::of(&table.rows[at], listing.sort, listing.descending);
            if after.is_some_and(|after| place <= after) {
                return;
            }
            if best.len() <= limit {
                best.push((place, at));
            } else if best.peek().is_some_and(|(worst, _)| place < *worst) {
                best.pop();
                best.push((place, at));
            }
        };
        match &found {
            Some(members) => members.iter().filter_map(|member| table.find(*member)).for_each(&mut see),
            None => (0..table.rows.len()).for_each(&mut see),
        }
        let mut places = best.into_sorted_vec();
        let more = places.len() > limit;
        places.truncate(limit);
        let next = places.last().filter(|_| more).map(|(place, _)| place.write());
        let items = places.iter().map(|(_, at)| listed(&table, *at, model)).collect();
        Ok((items, next, total))
    }
}

/// The model's index and the stage's, if one is asked for.
fn filter(table: &Table, listing: &Listing) -> QueryResult<(usize, Option<u8>)> {
    let models = table.view.reference.models();
    let model = match &listing.model {
        None => table.view.primary,
        Some(id) => models
            .iter()
            .position(|model| model.id == *id)
            .ok_or_else(|| not_found("model.unknown", format!("there is no model {id}"), format!("没有名为 {id} 的模型")))?,
    };
    let stage = match &listing.stage {
        None => None,
        Some(id) => {
            let found = models[model].stages.iter().position(|stage| stage.id == *id).map(|at| at as u8);
            let (en, zh) = (format!("model {} has no stage {id}", models[model].id), format!("模型 {} 没有阶段 {id}", models[model].id));
            Some(found.ok_or_else(|| refused("stage.unknown", en, zh))?)
        }
    };
    Ok((model, stage))
}

fn listed(table: &Table, at: usize, model: usize) -> ListedMember {
    let row = &table.rows[at];
    ListedMember {
        member: row.member,
        person: Person::default(),
        stage: table.view.reference.models()[model].stages[usize::from(table.stage(at, model))].id.clone(),
        life: row.life,
        recency: row.last().map(|day| table.view.today - day),
        f_life: row.f_life,
        f_total: row.f_total,
        money: Money(row.money),
        first_purchase_on: row.first(),
        last_purchase_on: row.last(),
    }
}
