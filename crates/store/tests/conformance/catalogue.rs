//! The catalogue's versions.

use perennial_app::port::catalogue::{CatalogueFilter, CatalogueRow};
use perennial_kernel::Instant;

use crate::support::Stores;

fn row(kind: &str, id: &str, version: i64, state: &str, name: &str) -> CatalogueRow {
    CatalogueRow {
        kind: kind.to_owned(),
        id: id.to_owned(),
        version,
        state: state.to_owned(),
        name: name.to_owned(),
        words: format!("{id}\n{name}").to_lowercase(),
        body: format!("{{\"name\":\"{name}\"}}"),
        at: Instant(version),
        who: "li".to_owned(),
    }
}

fn filter(kind: &str, text: Option<&str>, state: Option<&str>) -> CatalogueFilter {
    CatalogueFilter { kind: kind.to_owned(), text: text.map(str::to_owned), state: state.map(str::to_owned) }
}

pub fn the_highest_version_of_an_entry_is_in_force_and_the_others_stay(stores: &impl Stores) {
    let mut desk = stores.desk();
    let (first, second) = (row("products", "TEA", 1, "active", "Tea"), row("products", "TEA", 2, "retired", "Green tea"));
    desk.add_catalogue(&[first.clone(), row("stores", "TEA", 1, "active", "Tea house")]).unwrap();
    assert_eq!(desk.catalogue_entry("products", "TEA").unwrap(), Some(first.clone()));
    desk.add_catalogue(std::slice::from_ref(&second)).unwrap();
    let late = CatalogueRow { name: "somebody else's".to_owned(), ..second.clone() };
    desk.add_catalogue(&[late]).unwrap();
    assert_eq!(desk.catalogue_entry("products", "TEA").unwrap(), Some(second.clone()), "a version that stands is never changed");
    assert_eq!(desk.catalogue_versions("products", "TEA").unwrap(), [second, first]);
    assert_eq!(desk.catalogue_entry("products", "tea").unwrap(), None);
    assert!(desk.catalogue_versions("scenes", "TEA").unwrap().is_empty());
}

pub fn entries_in_force_are_found_and_paged_by_id(stores: &impl Stores) {
    let mut desk = stores.desk();
    let rows: Vec<_> = (1..=25).map(|n| row("stores", &format!("S{n:02}"), 1, "active", &format!("店 {n}"))).collect();
    desk.add_catalogue(&rows).unwrap();
    desk.add_catalogue(&[row("stores", "S03", 2, "retired", "旧店"), row("stores", "50%_off", 1, "active", "x")]).unwrap();
    let all = filter("stores", None, None);
    assert_eq!(desk.catalogue_count(&all).unwrap(), 26);
    let ids = |rows: Vec<CatalogueRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(desk.catalogue_page(&all, 0, 2).unwrap()), ["50%_off", "S01"]);
    assert_eq!(ids(desk.catalogue_page(&all, 24, 10).unwrap()), ["S24", "S25"]);
    assert_eq!(
        ids(desk.catalogue_page(&filter("stores", Some("店 2"), None), 0, 10).unwrap()),
        ["S02", "S20", "S21", "S22", "S23", "S24", "S25"]
    );
    assert_eq!(ids(desk.catalogue_page(&filter("stores", None, Some("retired")), 0, 10).unwrap()), ["S03"]);
    assert_eq!(desk.catalogue_count(&filter("stores", Some("店 3"), None)).unwrap(), 0, "its name was another once");
    for (text, count) in [("%", 1), ("_", 1), ("\\", 0), ("s", 25)] {
        assert_eq!(desk.catalogue_count(&filter("stores", Some(text), None)).unwrap(), count, "{text}");
    }
    assert_eq!(desk.catalogue_count(&filter("products", None, None)).unwrap(), 0);
}
