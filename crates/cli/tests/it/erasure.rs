//! An erasure as an operator lives through it: a server with its log, a backup from before, the list that goes with it when it is restored.

use std::process::{Child, Command};

use perennial_testkit::traces;
use serde_json::{Value, json};

use crate::support::{Brand, Served, agent, listening, serve, sign_in, text};

const PHONE: &str = "19912345678";
const EMAIL: &str = "lilei.1990@example.cn";
const NAME: &str = "李雷雷雷";

/// The owner at a server.
struct Owner {
    address: String,
    cookie: String,
}

impl Owner {
    fn at(address: String) -> Self {
        let cookie = sign_in(&address);
        Self { address, cookie }
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> String {
        let request = ureq::http::Request::builder().method(method).uri(format!("{}/api/v1{path}", self.address));
        let request = request.header("cookie", &self.cookie).header("x-perennial", "1").header("content-type", "application/json");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut answer = agent().run(request.body(body).unwrap()).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        assert!(answer.status().is_success() || answer.status() == 422, "{method} {path}: {} {text}", answer.status());
        text
    }

    fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.send("GET", path, &Value::Null)).unwrap()
    }

    /// Once everyone has been read.
    fn found(&self, text: &str) -> u64 {
        for _ in 0..600 {
            let request = agent().get(format!("{}/api/v1/members", self.address)).query("q", text).header("cookie", &self.cookie);
            let mut answer = request.call().unwrap();
            if answer.status() == 200 {
                return serde_json::from_str::<Value>(&answer.body_mut().read_to_string().unwrap()).unwrap()["total"].as_u64().unwrap();
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the members are still being read after 30 s");
    }
}

/// Asks the server to end, as an operator does, and waits for it.
fn end(mut child: Child) {
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

/// A member with a phone, an email, a name; an order of theirs that was refused; an export and a search for them.
fn live(owner: &Owner) -> String {
    let now = String::from_utf8(Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"]).output().unwrap().stdout).unwrap();
    let order = |id: &str, amount: &str| {
        json!({"source": "till", "order_id": id, "member": {"phone": PHONE, "email": EMAIL}, "paid_at": now.trim(),
            "lines": [{"sku": "S", "quantity": 1, "paid": amount}]})
    };
    let recorded: Value = serde_json::from_str(&owner.send("POST", "/orders", &order("A1", "12.50"))).unwrap();
    let member = recorded["member"].as_str().unwrap().to_owned();
    owner.send("PATCH", &format!("/members/{member}"), &json!({"fields": {"name": NAME, "address": "西湖边 1 号"}}));
    assert!(owner.send("POST", "/orders", &order("A2", "much")).contains("money"), "refused, for its amount");
    for text in [PHONE, EMAIL, NAME, "5678"] {
        assert_eq!(owner.found(text), 1, "{text}");
    }
    owner.send("POST", "/members/exports", &json!({"format": "csv", "q": PHONE}));
    assert!(owner.send("GET", "/members/export", &Value::Null).contains(&member), "an export names the member by number, not by values");
    member
}

#[test]
fn an_erased_member_is_in_no_file_log_export_or_restored_backup() {
    let brand = Brand::cdnow();
    let mut command = brand.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("PERENNIAL_LOG", "perennial=debug,perennial_api=trace,perennial_app=trace,tower_http=trace");
    let (Served { child, address }, lines) = listening(command);
    let log = std::thread::spawn(move || lines.collect::<Vec<_>>().join("\n"));
    let owner = Owner::at(address);
    let member = live(&owner);
    let copy = brand.folder.path().join("copy.tar.gz");
    brand.ok(&["backup", &text(&copy)]);
    owner.send("POST", &format!("/members/{member}/erasure"), &json!({"confirm": member}));
    for text in [PHONE, EMAIL, NAME, "5678"] {
        assert_eq!(owner.found(text), 0, "{text}");
    }
    let export = owner.send("GET", "/members/export", &Value::Null);
    let package = owner.send("GET", &format!("/members/{member}/erasure"), &Value::Null);
    end(child);

    let needles = traces::of(&[PHONE, EMAIL, NAME]);
    assert_eq!(traces::holding(&brand.data(), &needles), [] as [String; 0]);
    let log = brand.write("log.txt", log.join().unwrap() + &export + &package);
    assert!(std::fs::read_to_string(&log).unwrap().contains("/api/v1/members"), "the log tells of requests");
    let told = brand.folder.path().join("told");
    std::fs::create_dir(&told).unwrap();
    std::fs::rename(&log, told.join("log.txt")).unwrap();
    assert_eq!(traces::holding(&told, &needles), [] as [String; 0]);

    let key = text(&brand.data().join("keys/master.key"));
    let list = text(&brand.data().join("erasures"));
    let other = Brand::none();
    assert_eq!(other.run(&["restore", &text(&copy), "--erasures", "nowhere"]).code, 3, "a list that is not there is said");
    let restored = other.ok(&["restore", &text(&copy), "--master-key", &key, "--erasures", &list, "--json"]).json();
    assert_eq!(restored["erased"], 1);
    assert_eq!(traces::holding(&other.data(), &needles), [] as [String; 0]);
    assert_eq!((other.kinds("member.erased"), other.ok(&["doctor", "--json"]).json()["sound"].clone()), (1, json!(true)));
    let Served { child, address } = serve(&other);
    let owner = Owner::at(address);
    for text in [PHONE, EMAIL, NAME, "5678"] {
        assert_eq!(owner.found(text), 0, "restored, {text}");
    }
    let detail = owner.get(&format!("/members/{member}"));
    assert_eq!((&detail["erased"], &detail["name"], &detail["identities"]), (&json!(true), &Value::Null, &json!([])));
    assert_eq!(detail["lives"].as_array().unwrap().len(), 1, "what was bought was bought");
    end(child);
}

#[test]
fn a_backup_restored_without_the_list_says_what_that_means() {
    let brand = Brand::cdnow();
    let Served { child, address } = serve(&brand);
    let owner = Owner::at(address);
    let member = live(&owner);
    let copy = brand.folder.path().join("copy.tar.gz");
    brand.ok(&["backup", &text(&copy), "--with-master-key"]);
    owner.send("POST", &format!("/members/{member}/erasure"), &json!({"confirm": member}));
    end(child);
    let other = Brand::none();
    let said = other.ok(&["restore", &text(&copy)]);
    assert!(said.err.contains("--erasures"), "{}", said.err);
    // The list may come later: the next start does what it says.
    std::fs::copy(brand.data().join("erasures"), other.data().join("erasures")).unwrap();
    assert_eq!(other.kinds("member.erased"), 0);
    let Served { child, address } = serve(&other);
    assert_eq!(Owner::at(address).found(PHONE), 0);
    end(child);
    assert_eq!(other.kinds("member.erased"), 1);
}
