//! A server of our own for the journeys: a free port, started, waited for, and stopped again.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

/// An address on this machine that nobody listens on.
pub fn free_address() -> Result<SocketAddr, String> {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_err(|error| format!("no free port: {error}"))
}

impl Server {
    /// Starts `program --data … serve` and waits until it answers; what it says goes to `log`.
    pub fn start(program: &Path, data: &Path, log: PathBuf) -> Result<Self, String> {
        Self::start_with(program, data, log, &[])
    }

    /// As [`Self::start`], with more words after `serve`.
    pub fn start_with(program: &Path, data: &Path, log: PathBuf, more: &[&str]) -> Result<Self, String> {
        const PATIENCE: Duration = Duration::from_mins(1);
        let address = free_address()?;
        let out = File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
        let err = out.try_clone().map_err(|error| error.to_string())?;
        let child = Command::new(program)
            .arg("--data")
            .arg(data)
            .args(["serve", "--listen", &address.to_string()])
            .args(more)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let mut server = Self { child, address, log };
        let start = Instant::now();
        while !answers(address) {
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("the server ended at once ({status}):\n{}", server.last_words()));
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("the server does not answer after {} s:\n{}", PATIENCE.as_secs(), server.last_words()));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(server)
    }

    /// The end of what it said.
    pub fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Server {
    /// Asks it to end, and ends it when it does not within ten seconds.
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        for _ in 0..100 {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether the server says that it is well.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET /api/v1/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(answer == *b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}
