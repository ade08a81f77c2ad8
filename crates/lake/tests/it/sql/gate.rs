//! What is refused, and how much a statement may take.

use std::time::Duration;

use perennial_app::port::analyst::{Analyst, Ask, Fault};
use perennial_kernel::IdentityKind;
use perennial_lake::sql::Limits;

use super::kit::{Brand, NOW, ask, known, places};

fn small(limits: Limits) -> Brand {
    let brand = Brand::limited("Asia/Shanghai", "CNY", NOW, limits);
    let who = [known(IdentityKind::Number, "00001")];
    let orders = (0..40).map(|n| places(&who, &format!("A{n}"), &format!("2026-01-{:02}T04:00:00Z", 1 + n % 28), 1000));
    brand.tell(orders.collect());
    brand
}

#[test]
fn only_one_statement_that_reads_is_answered() {
    let brand = small(Limits::default());
    let writing = [
        "INSERT INTO members VALUES ('m')",
        "UPDATE members SET name = 'x'",
        "DELETE FROM members",
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "CREATE FUNCTION f() RETURNS INT RETURN 1",
        "DROP VIEW members",
        "ALTER TABLE members ADD COLUMN x INT",
        "TRUNCATE TABLE members",
        "COPY members TO '/tmp/members.csv'",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "SET datafusion.execution.batch_size = 1",
        "SET datafusion.runtime.memory_limit = '10G'",
        "RESET datafusion.execution.batch_size",
        "SHOW ALL",
        "SHOW datafusion.execution.batch_size",
        "BEGIN",
        "COMMIT",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "EXPLAIN INSERT INTO members VALUES ('m')",
        "EXPLAIN ANALYZE DELETE FROM members",
        "WITH gone AS (DELETE FROM members RETURNING *) SELECT * FROM gone",
        "SELECT * INTO copy FROM members",
        "SELECT * FROM members FOR UPDATE",
        "VACUUM",
    ];
    for statement in writing {
        let problem = brand.refused(statement);
        assert_eq!(problem.fault, Fault::Statement, "{statement}: {problem:?}");
        assert!(["sql.read_only", "sql.syntax"].contains(&problem.code), "{statement}: {problem:?}");
    }
    assert_eq!(brand.refused("SELECT 1; SELECT 2").code, "sql.several");
    assert_eq!(brand.refused(" ").code, "sql.empty");
    for file in ["SELECT * FROM '/etc/passwd'", "SELECT * FROM \"/etc/passwd\"", "SELECT * FROM 'https://example.com/x.parquet'"] {
        assert_eq!(brand.refused(file).code, "sql.unknown_table", "{file}");
    }
    for settings in ["SELECT * FROM information_schema.df_settings", "SELECT (SELECT max(value) FROM information_schema.df_settings)"] {
        assert_eq!(brand.refused(settings).code, "sql.hidden", "{settings}");
    }
    for bomb in ["SELECT repeat('x', 1000000000)", "SELECT array_repeat(1, 1000000000)", "SELECT lpad('x', 1000000000)"] {
        assert_eq!(brand.refused(bomb).code, "sql.unknown_function", "{bomb}");
    }
    for reading in ["VALUES (1)", "SHOW TABLES", "DESCRIBE members", "SHOW COLUMNS FROM orders", "EXPLAIN SELECT 1"] {
        assert!(brand.run(&ask(reading)).is_ok(), "{reading}: {:?}", brand.run(&ask(reading)));
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let brand = small(Limits::default());
    let table = [
        ("SELECT\n  nme FROM members", "sql.unknown_column", Some((2, 3))),
        ("SELECT * FROM member", "sql.unknown_table", Some((1, 15))),
        ("SELECT nonsense(1)", "sql.unknown_function", Some((1, 8))),
        ("SELECT (1", "sql.syntax", None),
        ("SELECT 1 / 0", "sql.wrong", None),
    ];
    for (statement, code, position) in table {
        let problem = brand.refused(statement);
        assert_eq!((problem.code, problem.position), (code, position), "{statement}: {problem:?}");
    }
    let unknown = brand.refused("SELECT nme FROM members").words;
    assert!(unknown.en.contains("registered_on") && unknown.zh.contains("registered_on"), "{unknown:?}");
}

#[test]
fn rows_beyond_the_most_are_cut_and_that_is_said() {
    let brand = small(Limits::default());
    let cut = Ask { rows_max: 10, ..ask("SELECT order_id FROM orders") };
    let (_, rows, answered) = brand.run(&cut).unwrap();
    assert_eq!((rows.len(), answered.rows, answered.truncated), (10, 10, true));
    let whole = Ask { rows_max: 40, ..cut };
    let (_, rows, answered) = brand.run(&whole).unwrap();
    assert_eq!((rows.len(), answered.truncated), (40, false));
    assert_eq!(answered.data_up_to, brand.house.now());
}

#[test]
fn a_statement_that_needs_too_much_memory_is_an_error_and_the_next_one_is_answered() {
    let brand = small(Limits { memory_bytes: 2 << 20, ..Limits::default() });
    let problem = brand.refused("SELECT count(*) FROM (SELECT DISTINCT value FROM generate_series(1, 3000000) AS s(value))");
    assert_eq!((problem.fault, problem.code), (Fault::TooMuch, "sql.memory"), "{problem:?}");
    assert_eq!(brand.rows("SELECT count(*) FROM orders"), ["40"]);
}

#[test]
fn a_statement_that_takes_too_long_is_ended() {
    let brand = small(Limits { time: Duration::from_millis(200), ..Limits::default() });
    let endless = "SELECT count(*) FROM generate_series(1, 1000000) a CROSS JOIN generate_series(1, 1000000) b";
    let problem = brand.refused(endless);
    assert_eq!((problem.fault, problem.code), (Fault::TooMuch, "sql.too_long_running"), "{problem:?}");
}

#[test]
fn nobody_waiting_ends_it() {
    let brand = small(Limits::default());
    let endless = ask("SELECT count(*) FROM generate_series(1, 1000000) a CROSS JOIN generate_series(1, 1000000) b");
    let problem = brand.sql.run(&endless, &|| false, &mut |_| true).expect_err("nobody waits");
    assert_eq!(problem.fault, Fault::Gone);
}

#[test]
fn whoever_comes_while_others_ask_is_told_so_after_a_while() {
    let limits = Limits { at_once: 1, patience: Duration::from_millis(50), time: Duration::from_mins(1), ..Limits::default() };
    let brand = small(limits);
    let waits = std::sync::atomic::AtomicBool::new(true);
    std::thread::scope(|scope| {
        let endless = ask("SELECT count(*) FROM generate_series(1, 1000000) a CROSS JOIN generate_series(1, 1000000) b");
        let (begun, begins) = std::sync::mpsc::channel();
        let (sql, goes_on) = (&brand.sql, &waits);
        scope.spawn(move || {
            let told = |_| begun.send(()).is_ok();
            sql.run(&endless, &|| goes_on.load(std::sync::atomic::Ordering::Relaxed), &mut { told })
        });
        begins.recv().unwrap();
        assert_eq!(brand.refused("SELECT 1").fault, Fault::Busy);
        waits.store(false, std::sync::atomic::Ordering::Relaxed);
    });
    assert_eq!(brand.rows("SELECT 1"), ["1"]);
}
