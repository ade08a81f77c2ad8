//! The PostgreSQL wire, asked by clients that know nothing of us.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use perennial_app::access::{Access, NewUser, Role, Scope};
use perennial_app::port::desk::UserRow;
use perennial_kernel::IdentityKind;
use perennial_lake::sql::wire::{Listening, Wire, listen};
use postgres::{Client, NoTls, SimpleQueryMessage};

use super::kit::{Brand, NOW, known, places};

struct Served {
    brand: Brand,
    access: Arc<Access>,
    listening: Listening,
}

impl Served {
    fn new() -> Self {
        let brand = Brand::new("Asia/Shanghai", "CNY", NOW);
        let who = [known(IdentityKind::Number, "00001"), known(IdentityKind::Phone, "19900000001")];
        brand.tell(vec![places(&who, "A1", "2026-01-10T16:30:00Z", 12_050), places(&who, "A2", "2026-03-01T04:00:00Z", 5_000)]);
        let access = Arc::new(Access::new(Arc::clone(&brand.house)));
        let wire = Wire { sql: Arc::clone(&brand.sql), access: Arc::clone(&access), tls: None };
        let listening = listen(wire, "127.0.0.1:0".parse().unwrap()).unwrap();
        Self { brand, access, listening }
    }

    fn key(&self, scopes: &[Scope]) -> String {
        self.access.create_key("test", "bi", scopes).unwrap().secret
    }

    fn enter(&self, user: &str, password: &str) -> Result<Client, postgres::Error> {
        let mut config = Client::configure();
        config.host("127.0.0.1").port(self.listening.address.port()).user(user).password(password).dbname("perennial");
        config.connect(NoTls)
    }

    fn audit(&self, what: &str) -> Vec<String> {
        let rows = self.brand.house.desk().audit(50).unwrap();
        rows.into_iter().filter(|row| row.what == what).map(|row| row.detail).collect()
    }
}

fn text(client: &mut Client, statement: &str) -> Vec<Vec<String>> {
    let messages = client.simple_query(statement).unwrap_or_else(|error| panic!("{statement}: {error:?}"));
    let row = |message: SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => Some((0..row.len()).map(|at| row.get(at).unwrap_or("∅").to_owned()).collect()),
        _ => None,
    };
    messages.into_iter().filter_map(row).collect()
}

fn code(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| format!("{error:?}"), |error| error.code().code().to_owned())
}

#[test]
fn a_client_of_postgres_asks_by_both_protocols_and_changes_nothing() {
    let served = Served::new();
    let mut client = served.enter("anybody", &served.key(&[Scope::Sql])).unwrap();
    let columns = "order_id, day, paid_at, net, quantity, counted, nth";
    let found = text(&mut client, &format!("SELECT {columns} FROM orders ORDER BY order_id"));
    assert_eq!(found[0], ["A1", "2026-01-11", "2026-01-11 00:30:00.000000+08", "120.50", "1.500", "t", "1"]);
    let rows = client.query("SELECT count(*) AS orders, max(nth) AS nth FROM orders WHERE store = $1", &[&"S1"]).unwrap();
    assert_eq!((rows[0].get::<_, i64>("orders"), rows[0].get::<_, i64>("nth")), (2, 2));
    assert_eq!(text(&mut client, "SELECT phone FROM members"), [["199****0001"]]);

    for (statement, state) in [
        ("INSERT INTO members VALUES ('m')", "25006"),
        ("CREATE TABLE t AS SELECT 1", "25006"),
        ("COPY members TO '/tmp/x.csv'", "25006"),
        ("SELECT * INTO copy FROM members", "25006"),
        ("SET datafusion.execution.batch_size = 1", "42501"),
        ("SELECT * FROM information_schema.df_settings", "42501"),
        ("SELECT nme FROM members", "42703"),
        ("SELECT * FROM nothing", "42P01"),
        ("SELECT (1", "42601"),
    ] {
        let simple = client.simple_query(statement).expect_err(statement);
        assert_eq!(code(&simple), state, "{statement}: {simple:?}");
        let prepared = client.prepare(statement).and_then(|prepared| client.query(&prepared, &[])).expect_err(statement);
        assert_eq!(code(&prepared), state, "{statement}: {prepared:?}");
    }
    assert_eq!(text(&mut client, "SELECT count(*) FROM orders"), [["2"]], "the connection goes on");
    let noted = served.audit("sql_asked");
    assert!(noted.iter().any(|line| line == "wire: SELECT phone FROM members"), "{noted:?}");
    assert!(!noted.iter().any(|line| line.contains("pg_catalog")), "{noted:?}");
}

#[test]
fn only_whoever_may_is_let_in_and_a_revoked_key_asks_nothing_more() {
    let served = Served::new();
    for (user, password, state) in
        [("x", "prn_wrong", "28P01"), ("owner", "wrong", "28P01"), ("x", served.key(&[Scope::Read]).as_str(), "42501")]
    {
        let refused = served.enter(user, password).map(drop).expect_err(password);
        assert_eq!(code(&refused), state, "{user}: {refused:?}");
    }
    let person = |name: &str, role: Role, stores: &[&str]| {
        let stores = stores.iter().map(|store| (*store).to_owned()).collect();
        served.access.create_user("owner", NewUser { name: name.into(), role, stores, password: Some("first of all".into()) }).unwrap();
        let row = served.brand.house.desk().user(name).unwrap().unwrap();
        served.brand.house.desk().update_user(&UserRow { must_change: false, ..row }).unwrap();
        served.enter(name, "first of all")
    };
    assert_eq!(text(&mut person("ana", Role::Analyst, &[]).unwrap(), "SELECT 1"), [["1"]]);
    for (name, role, stores) in [("as", Role::Associate, &["S1"][..]), ("bound", Role::Analyst, &["S1"]), ("au", Role::Auditor, &[])] {
        assert_eq!(code(&person(name, role, stores).map(drop).expect_err(name)), "42501", "{name}");
    }
    let made = served.access.create_key("test", "gone", &[Scope::Sql]).unwrap();
    let mut client = served.enter("x", &made.secret).unwrap();
    served.access.delete_key("test", &made.key.id).unwrap();
    assert_eq!(code(&client.simple_query("SELECT count(*) FROM members").expect_err("revoked")), "28000");

    for _ in 0..10 {
        let _ = served.enter("x", "prn_guess");
    }
    let closed = served.enter("x", &served.key(&[Scope::Sql])).map(drop).expect_err("ten failures close the door for a while");
    assert_eq!(code(&closed), "28000");
}

#[test]
fn personal_columns_are_told_in_clear_for_a_reason_by_whoever_may() {
    let served = Served::new();
    let mut client = served.enter("x", &served.key(&[Scope::Sql])).unwrap();
    let refused = client.simple_query("SET perennial.reveal = 'call back buyers'").expect_err("may not");
    assert_eq!(code(&refused), "42501");
    let mut client = served.enter("x", &served.key(&[Scope::Sql, Scope::Reveal])).unwrap();
    assert_eq!(text(&mut client, "SELECT phone FROM members"), [["199****0001"]]);
    client.simple_query("SET perennial.reveal = 'call back buyers'").unwrap();
    assert_eq!(text(&mut client, "SELECT phone FROM members"), [["19900000001"]]);
    assert_eq!(served.audit("personal_data_revealed"), ["sql: call back buyers"]);
    for masks in ["SET perennial.reveal = ''", "RESET ALL", "DISCARD ALL"] {
        client.simple_query("SET perennial.reveal = 'call back buyers'").unwrap();
        client.simple_query("DEALLOCATE ALL").unwrap();
        assert_eq!(text(&mut client, "SELECT phone FROM members"), [["19900000001"]]);
        client.simple_query(masks).unwrap();
        assert_eq!(text(&mut client, "SELECT phone FROM members"), [["199****0001"]], "{masks}");
    }
}

#[test]
fn psql_of_postgresql_asks_and_finds_its_way() {
    let served = Served::new();
    let key = served.key(&[Scope::Sql]);
    let psql = |statement: &str| {
        let port = served.listening.address.port().to_string();
        let words = ["-X", "-A", "-t", "-h", "127.0.0.1", "-p", &port, "-U", "anybody", "-d", "perennial", "-c", statement];
        let output = Command::new("psql").args(words).env("PGPASSWORD", &key).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(psql("SELECT order_id, net FROM orders ORDER BY 1"), ("A1|120.50\nA2|50.00\n".to_owned(), String::new()));
    for (asked, named) in [("\\d", "orders"), ("\\dv", "profile"), ("\\d orders", "paid_at")] {
        let (out, err) = psql(asked);
        assert!(err.is_empty(), "{asked}: {err}");
        assert!(out.contains(named), "{asked}: {out}");
    }
    let (out, err) = psql("INSERT INTO orders VALUES (1)");
    assert!(out.is_empty() && err.contains("only what reads is answered"), "{out} {err}");
}

/// A certificate of its own making, as an operator makes one.
fn certificate(folder: &std::path::Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let words =
        ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost", "-days", "2"];
    let made = Command::new("openssl").args(words).arg("-keyout").arg(&key).arg("-out").arg(&certificate).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

#[test]
fn with_a_certificate_psql_of_postgresql_comes_by_tls() {
    let served = Served::new();
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(folder.path());
    let tls = Some(perennial_lake::sql::wire::tls(&certificate, &key).unwrap());
    let wire = Wire { sql: Arc::clone(&served.brand.sql), access: Arc::clone(&served.access), tls };
    let listening = listen(wire, "127.0.0.1:0".parse().unwrap()).unwrap();
    let address = format!("host=localhost hostaddr=127.0.0.1 port={} user=x dbname=perennial", listening.address.port());
    let trust = format!("{address} sslmode=verify-full sslrootcert={}", certificate.display());
    let words = ["-X", "-A", "-t", "-d", &trust, "-c", "SELECT count(*) FROM orders"];
    let output = Command::new("psql").args(words).env("PGPASSWORD", served.key(&[Scope::Sql])).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "2\n", "{}", String::from_utf8_lossy(&output.stderr));
    assert!(perennial_lake::sql::wire::tls(&key, &key).is_err(), "a key is no certificate");
}

#[test]
fn without_a_certificate_nobody_else_can_come_near() {
    let served = Served::new();
    let wire = Wire { sql: Arc::clone(&served.brand.sql), access: Arc::clone(&served.access), tls: None };
    assert!(listen(wire, "0.0.0.0:0".parse().unwrap()).is_err());
}
