//! The lake: what the store promises of reading everyone holds of its files too; nothing is lost or doubled, whoever dies when.

#[path = "../../../store/tests/conformance/people.rs"]
#[expect(dead_code, reason = "the suite of the store, of which the lake promises a part")]
mod people;
#[path = "../../../store/tests/conformance/scan.rs"]
mod scan;
#[path = "../../../store/tests/conformance/support.rs"]
#[expect(dead_code, reason = "the suite of the store, of which the lake promises a part")]
mod support;

mod bucket;
mod conforms;
mod crash;
mod files;
mod flat;
mod lives;
mod sql;
