//! Never lost, never doubled: the real program is killed at seeded moments, thirty-two times in all, while it accepts orders over HTTP and
//! while it imports. What it had acknowledged is there once, and the doctor finds every invariant intact.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use perennial_app::port::Journal;
use perennial_kernel::{Lane, Seq};
use perennial_store::SqliteStore;
use serde_json::{Value, json};

use crate::support::{Brand, Served, agent, counts, file, serve, sign_in, text};

const KILLS_EACH: usize = 16;

/// Marsaglia's xorshift64: the same moments on every run, as far as the machine is the same.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Posts orders until the server is gone; answers those it acknowledged.
fn post_until_gone(address: &str, cookie: &str, client: &str, paid_at: &str) -> Vec<String> {
    let agent = agent();
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let id = format!("{client}-{number}");
        let order = json!({
            "source": "till", "order_id": id, "member": {"number": format!("N{}", number % 40)},
            "paid_at": paid_at, "lines": [{"sku": "S", "quantity": 1, "paid": "12.50"}],
        });
        let sent = agent.post(format!("{address}/api/v1/orders")).header("cookie", cookie).header("x-perennial", "1").send_json(order);
        match sent {
            Ok(answer) if answer.status() == 201 => acknowledged.push(id),
            Ok(answer) => panic!("{}: {:?}", answer.status(), answer.into_body().read_to_string()),
            Err(_) => return acknowledged,
        }
    }
    unreachable!("the loop ends with the server")
}

/// Ids of the orders in the journal, each time they are recorded.
fn recorded(brand: &Brand) -> Vec<String> {
    let mut journal = SqliteStore::open(brand.data().join("journal.db")).unwrap();
    let mut ids = Vec::new();
    let mut after = Seq(0);
    loop {
        let facts = journal.tail(Lane(0), after, 10_000).unwrap();
        let Some(last) = facts.last() else { return ids };
        after = last.position.seq();
        let orders = facts.iter().filter(|fact| fact.kind == "order.placed");
        ids.extend(orders.map(|fact| serde_json::from_slice::<Value>(&fact.payload).unwrap()["id"].as_str().unwrap().to_owned()));
    }
}

fn now() -> String {
    let output = std::process::Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn orders_acknowledged_over_http_survive_sixteen_kills_once_each() {
    let brand = Brand::cdnow();
    let mut seeded = Seeded(0x00c0_ffee_0001);
    let mut acknowledged: Vec<String> = Vec::new();
    let paid_at = now();
    for kill in 0..KILLS_EACH {
        let Served { mut child, address } = serve(&brand);
        let cookie = sign_in(&address);
        let told: Vec<Vec<String>> = std::thread::scope(|scope| {
            let (address, cookie, paid_at) = (&address, &cookie, &paid_at);
            let client = |client: usize| move || post_until_gone(address, cookie, &format!("{kill}-{client}"), paid_at);
            let clients: Vec<_> = (0..4).map(|number| scope.spawn(client(number))).collect();
            std::thread::sleep(Duration::from_millis(50 + seeded.below(400)));
            child.kill().unwrap();
            child.wait().unwrap();
            clients.into_iter().map(|client| client.join().unwrap()).collect()
        });
        acknowledged.extend(told.into_iter().flatten());
    }
    assert!(acknowledged.len() > KILLS_EACH, "only {} orders were acknowledged at all", acknowledged.len());
    let recorded = recorded(&brand);
    let once: BTreeSet<&String> = recorded.iter().collect();
    assert_eq!(once.len(), recorded.len(), "an order was recorded twice");
    let lost: Vec<&String> = acknowledged.iter().filter(|id| !once.contains(id)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert_eq!(brand.ok(&["doctor", "--json"]).json()["sound"], true);
}

/// The state of the only import, asked of the server; `None` when it is gone.
fn import_of(address: &str, cookie: &str) -> Option<Value> {
    let answer = agent().get(format!("{address}/api/v1/imports/1")).header("cookie", cookie).call().ok()?;
    answer.into_body().read_json::<Value>().ok()
}

#[test]
fn an_import_of_the_server_goes_on_by_itself_after_every_kill() {
    let brand = Brand::cdnow();
    let mut seeded = Seeded(0x00c0_ffee_0003);
    let content = std::fs::read(file("cdnow/CDNOW_sample.txt")).unwrap();
    let mut kills = 0;
    let mut first = true;
    let detail = loop {
        let Served { mut child, address } = serve(&brand);
        let cookie = sign_in(&address);
        if std::mem::take(&mut first) {
            let post =
                |path: &str| agent().post(format!("{address}/api/v1/imports{path}")).header("cookie", &cookie).header("x-perennial", "1");
            assert_eq!(post("?name=sample.txt").header("content-type", "text/plain").send(&content[..]).unwrap().status(), 201);
            assert_eq!(post("/1/start").send_empty().unwrap().status(), 202);
        }
        let before = import_of(&address, &cookie).unwrap()["import"]["records"].as_u64().unwrap();
        let enough = kills >= KILLS_EACH / 2;
        let mut detail = Value::Null;
        // Each life takes in something before it ends, so that the next begins in the middle.
        for _ in 0..6000 {
            detail = import_of(&address, &cookie).unwrap();
            let far = detail["import"]["records"].as_u64().unwrap() > before;
            if detail["import"]["state"] == "done" || (far && !enough) {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(seeded.below(60)));
        child.kill().unwrap();
        child.wait().unwrap();
        if detail["import"]["state"] == "done" {
            break detail;
        }
        kills += 1;
    };
    assert!(kills >= 2, "only {kills} kills met it");
    let [new, updated, unchanged, skipped, bad] = counts(&detail["import"]);
    assert_eq!((new + unchanged, updated, skipped, bad), (6919, 0, 0, 0), "{detail}");
    assert_eq!(recorded(&brand).len(), 6919);
    assert_eq!(brand.stages("1998-06-30")["members"], 2357);
    assert_eq!(brand.ok(&["doctor", "--json"]).json()["sound"], true);
    let left: Vec<_> = std::fs::read_dir(brand.data().join("staged")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["node"], "the uploaded file is gone");
}

#[test]
fn an_import_killed_sixteen_times_comes_to_the_same() {
    let brand = Brand::cdnow();
    let mut seeded = Seeded(0x00c0_ffee_0002);
    let words = ["import", "orders", &text(&file("cdnow/CDNOW_master.txt")), "--preset", "cdnow"];
    let mut kills = 0;
    for _ in 0..KILLS_EACH {
        let mut child = brand.command(&words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(100 + seeded.below(500)));
        kills += usize::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert!(kills >= 3, "the import is done before it is killed: only {kills} kills met it");
    let told = brand.import(&file("cdnow/CDNOW_master.txt"), &["--preset", "cdnow"]);
    let [new, updated, unchanged, skipped, bad] = counts(&told);
    assert_eq!((updated, skipped, bad), (0, 0, 0));
    assert_eq!(new + unchanged, 69_659);
    assert_eq!(recorded(&brand).len(), 69_659);
    assert_eq!(brand.stages("1998-06-30")["members"], 23570);
    assert_eq!(brand.ok(&["doctor", "--json"]).json()["sound"], true);
}
