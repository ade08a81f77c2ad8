//! The same lake in a bucket: moto's S3 server on this machine, started by the test.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use perennial_app::port::lake::Lake;
use perennial_lake::files::{Depot, Files};

use crate::lives::{Beside, Kept, LIMITS, assert_equal_to_the_store, fill};
use crate::support::Stores;

/// Where `cargo xtask test` has put moto's program.
const SERVER: &str = "PERENNIAL_TEST_MOTO";
/// Where the process that is the test finds the server, and the folder of its journal.
const ADDRESS: &str = "PERENNIAL_TEST_BUCKET";

struct Bucket {
    child: Child,
    address: String,
}

impl Drop for Bucket {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Bucket {
    /// `None`, and a word on standard error, where no server was provided.
    fn start() -> Option<Self> {
        let Ok(program) = std::env::var(SERVER) else {
            eprintln!("skipped: {SERVER} does not say where moto_server is (cargo xtask test does)");
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let bucket = Self { child: command.spawn().unwrap(), address };
        let began = Instant::now();
        while !bucket.put("/lake") {
            assert!(began.elapsed() < Duration::from_mins(1), "moto does not answer");
            std::thread::sleep(Duration::from_millis(200));
        }
        Some(bucket)
    }

    /// Makes a bucket, by hand: the store's client makes none.
    fn put(&self, path: &str) -> bool {
        let Ok(mut stream) = TcpStream::connect(&self.address) else { return false };
        let head = format!("PUT {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", self.address);
        let mut answer = String::new();
        stream.write_all(head.as_bytes()).is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.starts_with("HTTP/1.1 200")
    }
}

/// Not a test by itself: what runs with the bucket's variables in its environment.
#[test]
fn in_a_bucket() {
    if std::env::var(ADDRESS).is_err() {
        return;
    }
    let beside = Beside::new(Kept::Mixed);
    fill(beside.journal().as_mut(), 1, 6, 60);
    let depot = || Depot::at("s3://lake/brand/one", &beside.journal_file().with_file_name("scratch")).unwrap();
    let files = Files::open(depot(), LIMITS, beside.journal().as_mut()).unwrap();
    beside.follow(&files);
    let scan = |files: &Files| files.scans(beside.journal().as_mut(), 1).unwrap().unwrap().remove(0);
    assert_equal_to_the_store(&beside, scan(&files).as_mut());
    // Another node finds it there, and of two that write one is first.
    let other = Files::open(depot(), LIMITS, beside.journal().as_mut()).unwrap();
    assert!(other.status(beside.journal().as_mut()).unwrap().facts > 0);
    fill(beside.journal().as_mut(), 2, 2, 60);
    for files in [&files, &other] {
        files.pull(beside.journal().as_mut(), usize::MAX).unwrap();
    }
    assert_eq!([&files, &other].map(|files| files.write().unwrap()), [true, false]);
    assert!(other.merge_all(&|| true).unwrap());
    files.look().unwrap();
    other.tidy().unwrap();
    for files in [&files, &other] {
        assert_equal_to_the_store(&beside, scan(files).as_mut());
    }
    assert_eq!(depot().list().unwrap().iter().filter(|(name, _)| name.starts_with("run-")).count(), 1, "what was merged is gone");
}

#[test]
fn a_lake_in_a_bucket_tells_what_the_store_tells_and_of_two_writers_one_is_first() {
    let Some(bucket) = Bucket::start() else { return };
    let told = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "bucket::in_a_bucket", "--nocapture"])
        .env(ADDRESS, &bucket.address)
        .env("AWS_ENDPOINT_URL", format!("http://{}", bucket.address))
        .envs([("AWS_ALLOW_HTTP", "true"), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_REGION", "us-east-1")])
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}
