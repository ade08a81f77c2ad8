//! Rows of a list with who they are about.

use perennial_kernel::MemberId;

use crate::house::House;
use crate::query::QueryResult;
use crate::query::person::{Person, people};

/// The rows of a page with who they are about, masked.
pub fn named<T>(house: &House, page: Vec<T>, member: impl Fn(&T) -> MemberId) -> QueryResult<Vec<(T, Person)>> {
    let members: Vec<MemberId> = page.iter().map(&member).collect();
    let mut people = people(house, &members)?;
    Ok(page.into_iter().map(|one| (people.remove(&member(&one)).unwrap_or_default(), one)).map(|(person, one)| (one, person)).collect())
}
