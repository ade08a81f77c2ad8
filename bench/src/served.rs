//! The real program, started as an operator starts it: what it weighs, and what 64 clients at once see.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant as Stopwatch};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::stats::{Spread, percentile};
use crate::{Arguments, base};

const PASSWORD: &str = "for-the-bench";
pub const CLIENTS: usize = 64;
const PATIENCE: Duration = Duration::from_mins(1);

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to the first 200.
    answered: Duration,
    _folder: tempfile::TempDir,
}

impl Server {
    pub fn start(program: &Path) -> Self {
        std::fs::create_dir_all(base::cellar()).expect("a folder");
        let folder = tempfile::tempdir_in(base::cellar()).expect("a folder");
        let data = folder.path().join("brand");
        let made = Command::new(program)
            .arg("--data")
            .arg(&data)
            .args(["init", "--brand", "Bench", "--time-zone", "Asia/Shanghai", "--currency", "CNY", "--owner-password", PASSWORD])
            .output()
            .expect("the program");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
        let began = Stopwatch::now();
        let child = Command::new(program)
            .arg("--data")
            .arg(&data)
            // What one caller may ask would be measured instead of what the server can do.
            .args(["serve", "--listen", &address.to_string(), "--requests-per-second", "1000000"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        let mut server = Self { child, address, answered: Duration::ZERO, _folder: folder };
        while !Client::connect(address).is_ok_and(|mut client| client.ask("GET", "/api/v1/health", "", None).is_ok_and(|a| a.status == 200))
        {
            assert!(began.elapsed() < PATIENCE && matches!(server.child.try_wait(), Ok(None)), "the server does not answer");
            std::thread::sleep(Duration::from_millis(2));
        }
        server.answered = began.elapsed();
        server
    }

    /// A key that may record.
    fn key(&self) -> String {
        self.secret("/api/v1/api-keys", &json!({ "name": "bench", "scopes": ["write"] }))
    }

    /// Of a source that may send as much as it can.
    pub fn write_key(&self) -> String {
        let settings = json!({ "events_per_second": "1000000" });
        self.secret("/api/v1/sources", &json!({ "name": "app", "kind": "segment", "label": "App", "settings": settings }))
    }

    fn secret(&self, path: &str, wanted: &Value) -> String {
        let mut client = Client::connect(self.address).expect("a connection");
        let who = json!({ "name": "owner", "password": PASSWORD });
        let signed_in = client.ask("POST", "/api/v1/session", "x-perennial: 1\r\n", Some(&who)).expect("an answer");
        let cookie = signed_in.cookie.expect("a cookie");
        let headers = format!("cookie: {cookie}\r\nx-perennial: 1\r\n");
        let made = client.ask("POST", path, &headers, Some(wanted)).expect("an answer");
        made.body["secret"].as_str().expect("a secret").to_owned()
    }

    pub fn resident_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let kb = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
        kb.unwrap_or_default() / 1000.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One connection, kept; HTTP/1.1 with a length, which is all the server's answers need.
pub struct Client {
    stream: BufReader<TcpStream>,
}

pub struct Answered {
    pub status: u16,
    cookie: Option<String>,
    pub body: Value,
}

impl Client {
    pub fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    pub fn ask(&mut self, method: &str, path: &str, headers: &str, body: Option<&Value>) -> std::io::Result<Answered> {
        let text = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n{text}",
            text.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split_whitespace().nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        let (mut length, mut cookie) = (0, None);
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap_or(0),
                "set-cookie" => cookie = value.split(';').next().map(|pair| pair.trim().to_owned()),
                _ => {}
            }
        }
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(Answered { status, cookie, body: serde_json::from_slice(&bytes).unwrap_or_default() })
    }
}

pub fn http(arguments: &Arguments) {
    let server = Server::start(&program(arguments));
    let headers = format!("authorization: Bearer {}\r\n", server.key());
    let each = if arguments.quick { 10 } else { 100 };
    let (mut rates, mut middles, mut lates) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=arguments.rounds() {
        let began = Stopwatch::now();
        let times = post(server.address, &headers, round, each);
        let seconds = began.elapsed().as_secs_f64();
        // The first round only warms.
        if round > 0 {
            rates.push(times.len() as f64 / seconds);
            middles.push(percentile(&times, 0.5));
            lates.push(percentile(&times, 0.99));
        }
    }
    println!(
        "{CLIENTS} clients at once on kept connections, each {each} new orders one after another; {} rounds on a new brand, SQLite",
        arguments.rounds()
    );
    println!("orders/s {}", Spread::of(&rates));
    println!("p50 {} ms", Spread::of(&middles));
    println!("p99 {} ms", Spread::of(&lates));
    println!("memory afterwards {:.0} MB", server.resident_mb());
}

/// Milliseconds of each request.
fn post(address: SocketAddr, headers: &str, round: usize, each: usize) -> Vec<f64> {
    std::thread::scope(|scope| {
        let client = |number: usize| {
            let mut client = Client::connect(address).expect("a connection");
            let order = |n: usize| {
                json!({
                    "source": "shop", "order_id": format!("{round}-{number}-{n}"), "version": 1, "paid_at": "2026-11-20T10:00:00+08:00",
                    "channel": "wechat", "member": { "number": format!("M{:05}", (number * 7919 + n * 31 + round) % 20_000) },
                    "lines": [{ "sku": "SKU-1", "name": "羊毛混纺圆领毛衣", "category": "女装/毛衣", "quantity": "1", "paid": "199.00" }],
                })
            };
            let mut times = Vec::with_capacity(each);
            for n in 0..each {
                let order = order(n);
                let began = Stopwatch::now();
                let answer = client.ask("POST", "/api/v1/orders", headers, Some(&order)).expect("an answer");
                times.push(began.elapsed().as_secs_f64() * 1e3);
                assert_eq!(answer.status, 201, "{}", answer.body);
            }
            times
        };
        let threads: Vec<_> = (0..CLIENTS).map(|number| scope.spawn(move || client(number))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a client")).collect()
    })
}

pub fn footprint(arguments: &Arguments) {
    let program = program(arguments);
    let size = std::fs::metadata(&program).expect("the program").len();
    println!("program {:.1} MB as built, {:.1} MB without symbols", size as f64 / 1e6, stripped(&program) as f64 / 1e6);
    let mut starts = Vec::new();
    for _ in 0..arguments.rounds() {
        starts.push(Server::start(&program).answered.as_secs_f64() * 1e3);
    }
    println!("from start to the first 200: {} ms", Spread::of(&starts));
    let server = Server::start(&program);
    std::thread::sleep(Duration::from_secs(if arguments.quick { 2 } else { 10 }));
    println!("idle memory {:.1} MB (an empty brand)", server.resident_mb());
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/console/dist");
    let scripts = scripts(&assets);
    if scripts.is_empty() {
        println!("the console is not built: no JavaScript to weigh");
    }
    let total: usize = scripts.iter().map(|(_, size)| size).sum();
    for (name, size) in &scripts {
        println!("{:8.1} kB gzip  {name}", *size as f64 / 1e3);
    }
    println!("{:8.1} kB gzip  JavaScript in all", total as f64 / 1e3);
}

pub fn program(arguments: &Arguments) -> PathBuf {
    let beside = std::env::current_exe().expect("this program").with_file_name("perennial");
    let program = arguments.program.clone().unwrap_or(beside);
    assert!(program.is_file(), "{} is not there: cargo build --release --package cli", program.display());
    program
}

fn stripped(program: &Path) -> u64 {
    let out = base::cellar().join("perennial-stripped");
    let _ = Command::new("strip").arg("-o").arg(&out).arg(program).status();
    std::fs::metadata(&out).map_or(0, |file| file.len())
}

/// JavaScript files under a folder by name, with their size packed.
fn scripts(folder: &Path) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(scripts(&path));
        } else if path.extension().is_some_and(|extension| extension == "js") {
            let mut packed = GzEncoder::new(Vec::new(), Compression::default());
            let bytes = std::fs::read(&path).unwrap_or_default();
            let size = packed.write_all(&bytes).and_then(|()| packed.finish()).map_or(0, |bytes| bytes.len());
            found.push((entry.file_name().to_string_lossy().into_owned(), size));
        }
    }
    found.sort();
    found
}
