//! Sealed from the first fact on: of a synthetic brand no name, phone, email or identity stands in any byte that was written (SPEC TR-2).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use perennial_app::engine::Command;
use perennial_app::import::jobs::{Jobs, Wanted};
use perennial_app::import::staged::Staging;
use perennial_app::import::{DONE, STAGED};
use perennial_kernel::{Calendar, Currency, Day, IdentityKind, Incoming};
use perennial_synth::{Brand as Synthetic, Spec};

use crate::common::Brand;

fn records() -> Vec<Incoming> {
    let spec = Spec {
        members: 400,
        years: 2,
        seed: 7,
        end: Day::parse("2026-11-20").unwrap(),
        calendar: Calendar::for_zone("Asia/Shanghai").unwrap(),
        currency: Currency::parse("CNY").unwrap(),
        source: "synth".into(),
        purchase_rate: 1.0,
    };
    Synthetic::new(spec).unwrap().records().collect()
}

fn commands(records: &[Incoming]) -> Vec<Command> {
    records.iter().map(|incoming| Command::Record { incoming: Box::new(incoming.clone()), import: None }).collect()
}

/// Every personal text of the brand worth looking for: short ones would be found by chance. Card numbers are left out, because the
/// source names objects after them before it says whose they are (`member:CQ…`): a number that nobody is known by yet identifies nobody.
fn personal(records: &[Incoming]) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for incoming in records {
        let others = incoming.identities.iter().filter(|identity| identity.kind != IdentityKind::Number);
        texts.extend(others.map(|identity| identity.value.clone()));
        texts.extend(incoming.personal.0.iter().map(|(_, value)| value.clone()));
    }
    texts.retain(|text| text.len() >= 6);
    texts.sort();
    texts.dedup();
    texts
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files_below(&path, files) } else { files.push(path) }
    }
}

fn assert_nothing_personal(folder: &Path, texts: &[String], known: &[u8]) {
    let mut files = Vec::new();
    files_below(folder, &mut files);
    let contains = |bytes: &[u8], text: &[u8]| memchr::memmem::find(bytes, text).is_some();
    let mut seen_known = false;
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        seen_known |= contains(&bytes, known);
        for text in texts {
            assert!(!contains(&bytes, text.as_bytes()), "{text} stands in {}", file.display());
        }
    }
    // The search can see: what is not personal is found.
    assert!(seen_known, "the order ids are nowhere: the search looks in the wrong place");
}

#[test]
fn no_personal_value_stands_in_the_data_directory() {
    let records = records();
    let texts = personal(&records);
    assert!(texts.len() > 500, "{}", texts.len());
    let brand = Brand::new("Asia/Shanghai", "CNY", "2026-11-22T10:00:00Z");
    brand.house.queue().process(commands(&records)).unwrap();
    assert_nothing_personal(brand.folder.path(), &texts, b"\"source\":\"synth\"");
}

/// A file with every personal value of the brand, and one row that is refused.
fn file_of(texts: &[String]) -> String {
    let row = |(number, text): (usize, &String)| format!("T{number},2026-01-05 10:00:00,{text},{text},1.00\n");
    let rows: String = texts.iter().enumerate().map(row).collect();
    format!("order_id,paid_at,phone,name,amount\n{rows}BAD,never,19912345678,李雷,1.00\n")
}

#[test]
fn no_personal_value_of_an_uploaded_file_stands_in_the_data_directory() {
    let texts: Vec<String> = personal(&records()).into_iter().filter(|text| !text.contains([',', '"', '\n'])).collect();
    assert!(texts.len() > 500, "{}", texts.len());
    let Brand { folder, house, .. } = Brand::new("Asia/Shanghai", "CNY", "2026-11-22T10:00:00Z");
    let house = Arc::new(house);
    let staging = Staging::open(&folder.path().join("staged"), true).unwrap();
    let jobs = Jobs::start(Arc::clone(&house), Some(staging));
    let mut upload = jobs.begin().unwrap();
    for part in file_of(&texts).as_bytes().chunks(5000) {
        upload.write(part).unwrap();
    }
    let staged = jobs.take(upload, "orders.csv", "li").unwrap();
    assert_eq!(staged.found.as_ref().unwrap().rows as usize, texts.len() + 1);
    assert_nothing_personal(folder.path(), &texts, b"orders.csv");
    let import = staged.listed.row.id;
    let until = |state: &str| {
        for _ in 0..2400 {
            let detail = jobs.detail(import).unwrap();
            if detail.listed.state == state && (state != STAGED || detail.tried.is_some()) {
                return detail;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("never {state}: {:?}", jobs.detail(import));
    };
    jobs.want(import, Wanted::Try, "li").unwrap();
    assert_eq!(until(STAGED).tried.unwrap().bad, 1);
    assert_nothing_personal(folder.path(), &texts, b"orders.csv");
    jobs.want(import, Wanted::Run, "li").unwrap();
    assert_eq!(until(DONE).listed.row.bad, 1);
    drop(jobs);
    let more: Vec<String> = texts.into_iter().chain(["19912345678".to_owned()]).collect();
    assert_nothing_personal(folder.path(), &more, b"orders.csv");
}

#[test]
fn no_personal_value_stands_in_the_postgres_cluster() {
    let Some(cluster) = perennial_testkit::postgres::Cluster::start() else { return };
    let records = records();
    let texts = personal(&records);
    let url = cluster.database();
    let folder = tempfile::tempdir().unwrap();
    let clock =
        std::sync::Arc::new(perennial_app::clock::ManualClock::at(perennial_kernel::Instant::parse("2026-11-22T10:00:00Z").unwrap()));
    let ports = crate::postgres_nodes::ports(&url, folder.path(), &clock, 1);
    let house = perennial_app::house::House::init(ports, &crate::common::brand_document("Asia/Shanghai", "CNY"), "test").unwrap();
    house.queue().process(commands(&records)).unwrap();
    house.close();
    cluster.stop(); // everything is on the disk now
    assert_nothing_personal(&cluster.data(), &texts, b"\"source\":\"synth\"");
    assert_nothing_personal(folder.path(), &texts, b"PRNLHEAD");
}
