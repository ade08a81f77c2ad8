//! The members list: filtered, sorted, a page at a time.

use std::collections::{BTreeSet, BinaryHeap};
use std::sync::Arc;

use perennial_kernel::{Day, Instant, MemberId, Money};
use perennial_rules::effect::StageId;

use super::block::Block;
use super::row::Row;
use super::{Board, Table};
use crate::query::person::{self, Person};
use crate::query::selection::{Condition, Selected};
use crate::query::{QueryResult, lists, not_found, refused, search};

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
    /// A member id, an order id, a full phone, a full email, a member number, an exact name or the last four digits of a phone.
    pub search: Option<String>,
    /// In the condition language; a selection that is not there yet answers how far it is.
    pub condition: Option<String>,
    /// These alone, when there are any.
    pub members: Vec<MemberId>,
    /// Those of a fixed list.
    pub list: Option<ListOf>,
    pub sort: Sort,
    pub descending: bool,
    /// Members who bought at one of these stores only: what the caller may see, never what was asked for.
    pub stores: Option<Vec<String>>,
}

/// A fixed list by its number, and who asks for it: one's own, or one that another shares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListOf {
    pub id: i64,
    pub who: String,
}

#[derive(Clone, Debug)]
pub struct Listed {
    pub items: Vec<ListedMember>,
    pub next: Option<String>,
    pub total: usize,
    pub data_up_to: Instant,
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

/// Who is wanted, once everything a listing names has been looked up.
struct Wanted {
    model: usize,
    stage: Option<u8>,
    /// Ascending; `None` is everyone.
    named: Option<Vec<MemberId>>,
    condition: Option<Condition>,
    selected: Option<Arc<Selected>>,
    /// By the number of a set of stores: whether its members may be seen; `None` is all.
    within: Option<Vec<bool>>,
}

impl Wanted {
    /// Whether the member is wanted, as far as no condition of the columns is concerned.
    fn takes(&self, block: &Block, at: usize) -> bool {
        self.within.as_ref().is_none_or(|within| within[block.row(at).stores as usize])
            && self.stage.is_none_or(|stage| block.stage(at, self.model) == stage)
            && self.selected.as_ref().is_none_or(|selected| selected.holds(block.member(at)))
    }

    /// Calls for the row of each member wanted.
    fn each(&self, table: &Table, see: &mut dyn FnMut(Row)) -> QueryResult<()> {
        let today = table.view.today;
        let by_columns = self.condition.as_ref().filter(|_| self.selected.is_none());
        let mut in_block = |block: &Block| {
            let named = self.named.as_ref().map(|named| places(block, named));
            let mut seen = |at: usize| {
                if named.as_ref().is_none_or(|named| named.contains(&at)) && self.takes(block, at) {
                    see(block.row(at));
                }
            };
            match by_columns {
                Some(condition) => condition.select(block, today, &mut seen),
                None => (0..block.len()).for_each(seen),
            }
        };
        match &self.named {
            Some(named) => table.columns.each_of(named, &mut in_block)?,
            None => table.columns.each(&mut in_block)?,
        }
        Ok(())
    }

    fn data_up_to(&self, table: &Table) -> Instant {
        self.selected.as_ref().map_or(table.data_up_to, |selected| selected.data_up_to.min(table.data_up_to))
    }
}

/// Where those of these members stand who are in the block; `named` ascends.
fn places(block: &Block, named: &[MemberId]) -> BTreeSet<usize> {
    let Some(last) = block.last_member() else { return BTreeSet::new() };
    let from = named.partition_point(|member| *member < block.member(0));
    named[from..].iter().take_while(|member| **member <= last).filter_map(|member| block.place(*member).ok()).collect()
}

impl Board {
    /// One page, with the names of its members.
    pub fn list(&self, listing: &Listing, limit: usize, cursor: Option<&str>) -> QueryResult<Listed> {
        let mut listed = self.page(listing, limit, cursor)?;
        self.name(&mut listed.items)?;
        Ok(listed)
    }

    fn name(&self, items: &mut [ListedMember]) -> QueryResult<()> {
        let members: Vec<MemberId> = items.iter().map(|item| item.member).collect();
        let mut people = person::people(self.house(), &members)?;
        for item in items {
            item.person = people.remove(&item.member).unwrap_or_default();
        }
        Ok(())
    }

    /// Everyone of a listing in its order, `piece` at a time with names; ends early when `visit` answers `false`. Waits for a condition's
    /// selection as long as `goes_on`. Who joins meanwhile is left out.
    pub fn walk(
        &self,
        listing: &Listing,
        piece: usize,
        goes_on: &dyn Fn() -> bool,
        visit: &mut dyn FnMut(&[ListedMember], usize) -> bool,
    ) -> QueryResult<()> {
        if let Some(condition) = self.condition(listing)?.filter(|condition| !condition.by_columns())
            && self.shared.selections.wait(&self.shared.house, &condition, goes_on)?.is_none()
        {
            return Ok(());
        }
        let (order, model) = {
            let table = self.table()?;
            let wanted = self.wanted(&table, listing)?;
            let mut places = Vec::new();
            wanted.each(&table, &mut |row| places.push(Place::of(&row, listing.sort, listing.descending)))?;
            places.sort_unstable();
            (places.into_iter().map(|place| place.member).collect::<Vec<_>>(), wanted.model)
        };
        for members in order.chunks(piece.max(1)) {
            let mut items: Vec<ListedMember> = {
                let table = self.table()?;
                told(&table, members, model)?
            };
            self.name(&mut items)?;
            if !visit(&items, order.len()) {
                break;
            }
        }
        Ok(())
    }

    fn condition(&self, listing: &Listing) -> QueryResult<Option<Condition>> {
        let Some(text) = &listing.condition else { return Ok(None) };
        let read = Condition::read(self.house(), text);
        read.map(Some).map_err(|mut problems| {
            let first = problems.swap_remove(0);
            refused(first.code, first.message.en, first.message.zh)
        })
    }

    fn wanted(&self, table: &Table, listing: &Listing) -> QueryResult<Wanted> {
        let (model, stage) = filter(table, listing)?;
        let mut named = match &listing.search {
            Some(text) => Some(search::members(self.house(), &table.sources, text)?),
            None => None,
        };
        if !listing.members.is_empty() {
            let asked = |member: &MemberId| named.as_ref().is_none_or(|held| held.contains(member));
            named = Some(listing.members.iter().copied().filter(asked).collect());
        }
        if let Some(list) = &listing.list {
            let inside = self.on_list(table, list)?;
            named = Some(match named {
                Some(held) => held.into_iter().filter(|member| inside.binary_search(member).is_ok()).collect(),
                None => inside,
            });
        }
        if let Some(named) = &mut named {
            named.sort_unstable();
            named.dedup();
        }
        let condition = self.condition(listing)?;
        let selected = match &condition {
            Some(condition) if !condition.by_columns() => Some(self.shared.selections.get(&self.shared.house, condition)?),
            _ => None,
        };
        let within = listing.stores.as_ref().map(|stores| table.stores.with_any_of(stores));
        Ok(Wanted { model, stage, named, condition, selected, within })
    }

    /// Members of a fixed list as they are now, ascending: who was merged since is the member they are part of.
    fn on_list(&self, table: &Table, list: &ListOf) -> QueryResult<Vec<MemberId>> {
        let mut held = lists::members(self.house(), list)?;
        held.sort_unstable();
        let mut here = Vec::new();
        table.columns.each_of(&held, &mut |block| here.extend(places(block, &held).into_iter().map(|at| block.member(at))))?;
        let gone: Vec<MemberId> = held.iter().copied().filter(|member| here.binary_search(member).is_err()).collect();
        let mut reader = self.house().reader();
        for chunk in gone.chunks(super::MEMBERS_MAX) {
            let kin = reader.kin(chunk)?;
            here.extend(kin.iter().filter(|row| chunk.binary_search(&row.subject).is_ok()).map(|row| row.member));
        }
        here.sort_unstable();
        here.dedup();
        Ok(here)
    }

    /// As [`Self::list`], without names: nothing is unsealed.
    fn page(&self, listing: &Listing, limit: usize, cursor: Option<&str>) -> QueryResult<Listed> {
        let after = match cursor {
            None => None,
            Some(text) => {
                let place = Place::read(text);
                Some(place.ok_or_else(|| refused("cursor.unreadable", "the cursor was not given by this list", "翻页游标无效"))?)
            }
        };
        // Before the table is locked: a pass over everyone may have to be waited for.
        if let Some(condition) = self.condition(listing)?.filter(|condition| !condition.by_columns()) {
            self.shared.selections.get(&self.shared.house, &condition)?;
        }
        let table = self.table()?;
        let wanted = self.wanted(&table, listing)?;
        let mut total = 0;
        let mut best: BinaryHeap<Place> = BinaryHeap::new();
        wanted.each(&table, &mut |row| {
            total += 1;
            let place = Place::of(&row, listing.sort, listing.descending);
            if after.is_some_and(|after| place <= after) {
                return;
            }
            if best.len() <= limit {
                best.push(place);
            } else if best.peek().is_some_and(|worst| place < *worst) {
                best.pop();
                best.push(place);
            }
        })?;
        let mut places = best.into_sorted_vec();
        let more = places.len() > limit;
        places.truncate(limit);
        let next = places.last().filter(|_| more).map(|place| place.write());
        let members: Vec<MemberId> = places.iter().map(|place| place.member).collect();
        let items = told(&table, &members, wanted.model)?;
        Ok(Listed { items, next, total, data_up_to: wanted.data_up_to(&table) })
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

/// These members as lists tell them, in their order; who is gone is left out.
fn told(table: &Table, members: &[MemberId], model: usize) -> QueryResult<Vec<ListedMember>> {
    let mut found = Vec::with_capacity(members.len());
    for member in members {
        if let Some((row, stages)) = table.columns.get(*member)? {
            found.push(listed(table, &row, stages[model], model));
        }
    }
    Ok(found)
}

fn listed(table: &Table, row: &Row, stage: u8, model: usize) -> ListedMember {
    ListedMember {
        member: row.member,
        person: Person::default(),
        stage: table.view.reference.models()[model].stages[usize::from(stage)].id.clone(),
        life: row.life,
        recency: row.last().map(|day| table.view.today - day),
        f_life: row.f_life,
        f_total: row.f_total,
        money: Money(row.money),
        first_purchase_on: row.first(),
        last_purchase_on: row.last(),
    }
}
