//! Fixed lists of members.

use perennial_app::port::lists::ListRow;
use perennial_kernel::{Instant, SubjectId};

use crate::support::Stores;

fn row(name: &str, who: &str, members: u64) -> ListRow {
    let origin = "/metrics/pareto/members?cell=first:20".to_owned();
    ListRow { id: 0, name: name.to_owned(), origin, shared: true, who: who.to_owned(), created_at: Instant(7), members }
}

pub fn a_list_keeps_its_members_until_they_or_it_are_gone(stores: &impl Stores) {
    let mut desk = stores.desk();
    let many: Vec<SubjectId> = (-6_000..6_000).map(SubjectId).collect();
    let (late, early) = (desk.add_list(&row("z", "li", 0), &many[..3]).unwrap(), desk.add_list(&row("a", "wang", 0), &many).unwrap());
    assert_eq!(stores.desk().list_members(early).unwrap(), many);
    let expected = [ListRow { id: early, ..row("a", "wang", 12_000) }, ListRow { id: late, ..row("z", "li", 3) }];
    assert_eq!(desk.lists().unwrap(), expected);
    desk.unlist(many[1]).unwrap();
    desk.unlist(SubjectId(9_000)).unwrap();
    assert_eq!(desk.list_members(late).unwrap(), [many[0], many[2]]);
    assert_eq!(desk.lists().unwrap()[0].members, 11_999, "of every list");
    assert!(!desk.drop_list(late, "wang").unwrap(), "another's");
    assert!(desk.drop_list(late, "li").unwrap() && !desk.drop_list(late, "li").unwrap());
    assert!(desk.list_members(late).unwrap().is_empty());
    assert_eq!(desk.lists().unwrap().len(), 1);
}
