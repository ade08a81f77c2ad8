//! The same commands on PostgreSQL; the folder holds the master key and the witness.

use perennial_testkit::postgres::Cluster;

use crate::support::{Brand, SAMPLE, counts, file};

#[test]
fn postgres_imports_counts_undoes_and_audits_the_same() {
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database();
    let brand = Brand::none();
    let init = ["init", "--brand", "CDNOW", "--time-zone", "America/New_York", "--currency", "USD", "--owner-password", "evergreen-demo"];
    brand.ok(&[&init[..], &["--store", &url]].concat());
    // The folder remembers the database.
    let told = brand.import(&file(SAMPLE), &["--preset", "cdnow"]);
    assert_eq!(counts(&told), [6919, 0, 0, 0, 0]);
    assert!(!brand.data().join("journal.db").exists());
    let stages = brand.stages("1998-06-30");
    assert_eq!((stages["members"].as_u64(), stages["members_with_more_than_one_life"].as_u64()), (Some(2357), Some(476)));
    assert_eq!(counts(&brand.import(&file(SAMPLE), &["--preset", "cdnow"])), [0, 0, 6919, 0, 0]);
    assert_eq!(brand.ok(&["doctor", "--json"]).json()["sound"], true);
    brand.ok(&["import", "undo", "1"]);
    assert_eq!(brand.stages("1998-06-30")["members"], 0);
    assert_eq!(counts(&brand.import(&file(SAMPLE), &["--preset", "cdnow"])), [6919, 0, 0, 0, 0]);
    assert_eq!(brand.stages("1998-06-30"), stages);
    assert_eq!(brand.run(&["backup", "x.tar.gz"]).code, 3, "pg_dump does that");
}
