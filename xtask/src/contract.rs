//! The API held to its own document: schemathesis asks every operation with what the document permits and with what it does not. No answer
//! may be a failure of ours (5xx), and every answer is as the document says.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::run::{call, call_and_keep, command};
use crate::server::Server;
use crate::{brand, python};

/// Pinned: a newer one may find more, and then it is raised on purpose.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";
/// For each operation; the whole run ends after [`SECONDS_MAX`].
const EXAMPLES_MAX: &str = "25";
const SECONDS_MAX: &str = "110";
/// What would end the run's own session or lock its account.
const LEFT_OUT: [(&str, &str); 4] = [
    ("DELETE", "/api/v1/session"),
    ("DELETE", "/api/v1/sessions/{session}"),
    ("PUT", "/api/v1/security"),
    ("PATCH", "/api/v1/users/{user}"),
];

/// Answers schemathesis' last lines.
pub fn run(root: &Path, program: &Path) -> Result<Vec<String>, String> {
    let bin = python::environment(root, "contract", &[SCHEMATHESIS])?;
    let work = root.join("target/xtask").join(format!("contract-{}", std::process::id()));
    let done = in_folder(root, program, &bin.join("schemathesis"), &work);
    let _ = std::fs::remove_dir_all(&work);
    done
}

fn in_folder(root: &Path, program: &Path, schemathesis: &Path, work: &Path) -> Result<Vec<String>, String> {
    std::fs::create_dir_all(work).map_err(|error| format!("cannot make {}: {error}", work.display()))?;
    let data = work.join("data");
    let folder = data.to_string_lossy();
    let perennial = |words: &[&str]| call(command(root, program, &[&["--data", &folder], words].concat()));
    let password = brand::PASSWORD;
    perennial(&["init", "--brand", "Contract", "--time-zone", "Asia/Shanghai", "--currency", "CNY", "--owner-password", password])?;
    perennial(&["synth", "--members", "300", "--years", "2", "--seed", "3"])?;
    let server = Server::start_with(program, &data, work.join("server.log"), &["--requests-per-second", "100000"])?;
    let session = sign_in(server.address)?;
    until_members_are_read(server.address, &session)?;
    let (document, cookie) = (format!("http://{}/api/v1/openapi.json", server.address), format!("Cookie: perennial={session}"));
    let mut asked = command(work, schemathesis, &["run", &document, "-H", &cookie, "-H", "X-Perennial: 1"]);
    asked.args(["--phases", "coverage,fuzzing", "--checks", CHECKS, "--max-examples", EXAMPLES_MAX, "--max-time", SECONDS_MAX]);
    asked.args(["--seed", "1", "--workers", "2", "--request-timeout", "30", "--suppress-health-check", "all", "--warnings", "off"]);
    asked.args(["--continue-on-failure", "--generation-database", "none", "--no-color"]);
    for (method, path) in LEFT_OUT {
        asked.args(["--exclude-name", &format!("{method} {path}")]);
    }
    let lines = call_and_keep(asked).map_err(|problem| format!("{problem}\nthe server's last words:\n{}", server.last_words()))?;
    Ok(lines.into_iter().rev().find(|line| line.contains(" in ") && line.contains("===")).into_iter().collect())
}

/// The token of a session of the owner's.
fn sign_in(address: SocketAddr) -> Result<String, String> {
    let body = format!("{{\"name\":\"{}\",\"password\":\"{}\"}}", brand::USER, brand::PASSWORD);
    let headers = format!("Content-Type: application/json\r\nContent-Length: {}", body.len());
    let answer = ask(address, &format!("POST /api/v1/session HTTP/1.1\r\n{headers}"), &body)?;
    let token = answer.split("perennial=").nth(1).and_then(|rest| rest.split(';').next());
    token.map(str::to_owned).ok_or_else(|| format!("the owner could not sign in:\n{answer}"))
}

/// Lists answer 503 until everyone has been read, and that is no failure.
fn until_members_are_read(address: SocketAddr, session: &str) -> Result<(), String> {
    let start = Instant::now();
    let head = format!("GET /api/v1/members?limit=1 HTTP/1.1\r\nCookie: perennial={session}");
    while !ask(address, &head, "")?.starts_with("HTTP/1.1 200") {
        if start.elapsed() > Duration::from_mins(1) {
            return Err("the members are still being read after a minute".to_owned());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

fn ask(address: SocketAddr, head: &str, body: &str) -> Result<String, String> {
    let asked = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "{head}\r\nHost: {address}\r\nConnection: close\r\n\r\n{body}")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    asked().map_err(|error| format!("the server at {address} does not answer: {error}"))
}
