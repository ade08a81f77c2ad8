//! `cargo xtask demo`: builds everything, loads a sample brand once, and opens the console on it. A second run starts in seconds.

use std::fmt::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::brand::{self, Brand};
use crate::run::{self, cargo};
use crate::{tools, web};

#[derive(clap::Args)]
pub struct Arguments {
    /// The brand to load
    #[arg(long, value_enum, default_value = "cdnow")]
    brand: Brand,
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Loads the brand anew, so that its last orders are today's
    #[arg(long)]
    fresh: bool,
}

/// Loaded data is dated: after a week its "today" is long past.
const DAYS_FRESH: u64 = 7;

pub fn run(root: &Path, arguments: &Arguments) -> Result<(), String> {
    let address = format!("127.0.0.1:{}", arguments.port);
    TcpListener::bind(&address).map_err(|error| format!("cannot listen on {address} ({error}); choose another with --port"))?;
    if web::stale(root) {
        tools::node()?;
        web::install(root, "web")?;
        run::call(web::npm(root, "web", &["run", "build"]))?;
    }
    run::call(cargo(root, &["build", "--release", "--package", "cli"]))?;
    let program = brand::program(root, "release");
    let home = root.join("target/demo").join(arguments.brand.slug());
    let data = home.join("data");
    // Written last, so that an interrupted load is not taken for a brand.
    let stamp = home.join("loaded");
    if arguments.fresh || !stamp.exists() {
        if home.exists() {
            std::fs::remove_dir_all(&home).map_err(|error| format!("cannot clear {}: {error}", home.display()))?;
        }
        arguments.brand.load(root, &program, &data)?;
        std::fs::write(&stamp, today().to_string()).map_err(|error| format!("cannot write {}: {error}", stamp.display()))?;
    }
    let loaded = std::fs::read_to_string(&stamp).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    eprintln!("{}", welcome(&address, arguments.brand, today().saturating_sub(loaded)));
    let mut server = Command::new(&program);
    server.arg("--data").arg(&data).args(["serve", "--listen", &address]);
    become_it(server)
}

/// What a newcomer needs to know.
fn welcome(address: &str, brand: Brand, days_old: u64) -> String {
    let mut text = format!(
        "\n  Perennial with the sample brand {name} listens on http://{address}\n\n  sign in as      {user}\n  with password   {password}\n\n  \
         Look first at   Overview (which stages members are in, and who moved this week),\n                  \
         Members (open one: lives, timeline, and why this stage),\n                  \
         Lifecycle (counts on any day, flows between two days, daily in and out).\n\n  Stop with Ctrl-C; the next start takes seconds.\n",
        name = brand.slug(),
        user = brand::USER,
        password = brand::PASSWORD,
    );
    if days_old > DAYS_FRESH {
        let _ = writeln!(text, "  This brand was loaded {days_old} days ago, so its members look silent: --fresh loads it anew.");
    }
    text
}

fn today() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400)
}

/// Hands this process over, so that Ctrl-C reaches the server and its end is ours.
#[cfg(unix)]
fn become_it(mut program: Command) -> Result<(), String> {
    use std::os::unix::process::CommandExt;
    let shown = run::shown(&program);
    Err(format!("cannot run {shown}: {}", program.exec()))
}

#[cfg(not(unix))]
fn become_it(program: Command) -> Result<(), String> {
    run::call(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brand_loaded_more_than_a_week_ago_is_offered_anew() {
        let text = |days| welcome("127.0.0.1:8080", Brand::Cdnow, days);
        assert!(text(0).contains("http://127.0.0.1:8080") && text(0).contains(brand::PASSWORD));
        assert!(!text(7).contains("--fresh"));
        assert!(text(8).contains("--fresh"));
    }
}
