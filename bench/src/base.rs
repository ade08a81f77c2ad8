//! The base: a synthetic brand loaded once through the engine and kept, and copies of it to work on.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use perennial_app::clock::ManualClock;
use perennial_synth::{Brand, Spec};

use crate::brand;

/// Built by an older program it may hold other bytes: raise this then.
const EDITION: u32 = 2;

/// Where benches keep what they make; not among the sources.
pub fn cellar() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    target.join("bench")
}

/// The folder of a brand with so many members, one year of history at the usual rate of purchase; made when it is not there.
pub fn base(members: u64) -> PathBuf {
    let folder = cellar().join(format!("base-{EDITION}-{members}"));
    let done = folder.join("done");
    if let Ok(words) = std::fs::read_to_string(&done) {
        println!("base: {words}, kept from before");
        return folder;
    }
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let began = Stopwatch::now();
    let clock = Arc::new(ManualClock::at(brand::loaded_at()));
    let house = brand::init(&folder, &clock, &brand::hasty());
    let synthetic = Brand::new(spec(members)).expect("a spec");
    let mut records = 0_u64;
    let mut commands = Vec::with_capacity(1000);
    for incoming in synthetic.records() {
        records += 1;
        commands.push(brand::record(incoming));
        if commands.len() == 1000 {
            house.queue().process(std::mem::take(&mut commands)).expect("a batch");
        }
    }
    house.queue().process(commands).expect("a batch");
    let facts: u64 = house.reader().heads().expect("heads").iter().map(|head| head.seq.0).sum();
    house.close();
    drop(house);
    let seconds = began.elapsed().as_secs_f64();
    let words = format!("{members} members, {facts} facts of one year, {} MB", size_mb(&folder));
    println!("base: {words}, loaded through the engine without syncs in {seconds:.0} s ({:.0} records/s)", records as f64 / seconds);
    std::fs::write(&done, words).expect("a mark");
    folder
}

pub fn spec(members: u64) -> Spec {
    Spec {
        members,
        years: 1,
        seed: 1,
        end: brand::end(),
        calendar: brand::calendar(),
        currency: brand::currency(),
        source: "synthetic".to_owned(),
        purchase_rate: 1.0,
    }
}

/// A copy that is thrown away with the answer.
pub fn copy(base: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir_in(cellar()).expect("a folder");
    for entry in std::fs::read_dir(base).expect("the base").flatten() {
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("a copy");
    }
    folder
}

pub fn size_mb(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|entry| entry.metadata().ok()).map(|file| file.len()).sum::<u64>() / 1_000_000
}
