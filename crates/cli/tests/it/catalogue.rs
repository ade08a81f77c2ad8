//! Files of the catalogue, from the command line.

use crate::support::{Brand, text};

#[test]
fn a_file_of_stores_is_tried_taken_and_taken_again_to_no_effect() {
    let brand = Brand::cdnow();
    let file = text(&brand.write("stores.csv", "门店编号,门店名称,城市\nS1,湖滨店,杭州\nS2,,上海\n"));
    let run = |more: &[&str]| {
        let arguments = [&["import", "stores", file.as_str(), "--json"], more].concat();
        let told = brand.ok(&arguments).json();
        ["new", "changed", "unchanged", "bad"].map(|count| told[count].as_u64().unwrap())
    };
    assert_eq!(run(&["--dry-run"]), [1, 0, 0, 1]);
    assert_eq!(run(&[]), [1, 0, 0, 1]);
    assert_eq!(run(&[]), [0, 0, 1, 1]);
    let bad = brand.folder.path().join("bad.csv");
    run(&["--bad-rows", &text(&bad)]);
    assert!(std::fs::read_to_string(&bad).unwrap().contains("3,field.missing,"));
    assert_eq!(brand.run(&["import", "stores", &file, "--strict"]).code, 3);
}
