//! Fixed lists: the members behind a number, kept under a name. A list holds whom it held when it was made, less who was erased since.

use std::collections::BTreeSet;

use perennial_kernel::MemberId;

use super::board::ListOf;
use super::{QueryResult, not_found, refused};
use crate::house::House;
use crate::port::lists::ListRow;

/// More members than this are told by a condition.
pub const MEMBERS_MAX: usize = 100_000;
/// Of one user.
const LISTS_MAX: usize = 200;

/// One's own, and those that others share.
pub fn lists(house: &House, who: &str) -> QueryResult<Vec<ListRow>> {
    let mut rows = house.desk().lists()?;
    rows.retain(|row| row.shared || row.who == who);
    Ok(rows)
}

/// Keeps members, ascending and each once, under a name, without those who were erased: numbers count them, and they are nobody to
/// speak to. Told in the audit trail.
pub fn keep(house: &House, mut row: ListRow, members: &[MemberId]) -> QueryResult<ListRow> {
    let erased: BTreeSet<MemberId> = house.erasures().entries().iter().map(|erased| erased.subject).collect();
    let members: Vec<MemberId> = members.iter().copied().filter(|member| !erased.contains(member)).collect();
    if members.is_empty() {
        return Err(refused("list.empty", "nobody stands behind this number", "该数字背后没有会员"));
    }
    if members.len() > MEMBERS_MAX {
        let en = format!(
            "{} members are more than the {MEMBERS_MAX} that a list holds: narrow the question, or save a condition",
            members.len()
        );
        return Err(refused(
            "list.too_long",
            en,
            format!("共 {} 位会员，超过名单上限 {MEMBERS_MAX}：请缩小范围，或保存为条件", members.len()),
        ));
    }
    if house.desk().lists()?.iter().filter(|held| held.who == row.who).count() >= LISTS_MAX {
        let (en, zh) = (format!("you have {LISTS_MAX} lists: delete one first"), format!("你已有 {LISTS_MAX} 个名单，请先删除"));
        return Err(refused("list.too_many", en, zh));
    }
    row.created_at = house.now();
    row.members = members.len() as u64;
    row.id = house.desk().add_list(&row, &members)?;
    house.audit(&row.who, "list_saved", &format!("l_{}, {} members", row.id, row.members))?;
    Ok(row)
}

/// Drops a list of one's own; `false` where there is none. Told in the audit trail.
pub fn drop(house: &House, id: i64, who: &str) -> QueryResult<bool> {
    let dropped = house.desk().drop_list(id, who)?;
    if dropped {
        house.audit(who, "list_deleted", &format!("l_{id}"))?;
    }
    Ok(dropped)
}

/// Whom it was made of, ascending; [`not_found`] where the asker may not see it.
pub fn members(house: &House, list: &ListOf) -> QueryResult<Vec<MemberId>> {
    let is_seen = lists(house, &list.who)?.iter().any(|row| row.id == list.id);
    if !is_seen {
        let (en, zh) = (format!("there is no list l_{}", list.id), format!("没有名单 l_{}", list.id));
        return Err(not_found("list.unknown", en, zh));
    }
    Ok(house.desk().list_members(list.id)?)
}
