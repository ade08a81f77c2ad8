//! Running other programs: said aloud before, without stdin, and with what they print shown as it comes.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

/// A command in `dir`, without stdin (CI has none).
pub fn command(dir: &Path, program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(dir).stdin(Stdio::null());
    command
}

/// Cargo, the one that runs us.
pub fn cargo(root: &Path, arguments: &[&str]) -> Command {
    command(root, std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), arguments)
}

/// Cargo whose compiler of our own crates is clippy, a warning an error: what is built is linted on the way, and nothing is checked apart before
/// it. Whatever is to be built once must be built by this each time.
pub fn linting_cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo(root, arguments);
    // As `cargo clippy -- -D warnings` hands them on.
    command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
    command
}

/// How a person would type it.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    let words = command.get_args().map(|word| {
        let word = word.to_string_lossy();
        if word.is_empty() || word.contains([' ', '(', '&', '|']) { format!("'{word}'") } else { word.into_owned() }
    });
    std::iter::once(name.into_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// Runs it, its output going where ours goes.
pub fn call(mut command: Command) -> Result<(), String> {
    let shown = shown(&command);
    eprintln!("$ {shown}");
    let status = command.status().map_err(|error| format!("cannot run {shown}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{shown} failed ({status})")) }
}

/// Runs it and keeps, without colours, the lines it also shows.
pub fn call_and_keep(mut command: Command) -> Result<Vec<String>, String> {
    let shown = shown(&command);
    eprintln!("$ {shown}");
    if std::io::stderr().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always").env("FORCE_COLOR", "1");
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("cannot run {shown}: {error}"))?;
    let kept = Arc::new(Mutex::new(Vec::new()));
    let readers = [child.stdout.take().map(|pipe| keep(pipe, kept.clone())), child.stderr.take().map(|pipe| keep(pipe, kept.clone()))];
    for reader in readers.into_iter().flatten() {
        let _ = reader.join();
    }
    let status = child.wait().map_err(|error| format!("cannot wait for {shown}: {error}"))?;
    let lines = std::mem::take(&mut *kept.lock().map_err(|_| "a reader broke")?);
    if status.success() { Ok(lines) } else { Err(format!("{shown} failed ({status})")) }
}

fn keep(pipe: impl Read + Send + 'static, kept: Arc<Mutex<Vec<String>>>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            eprintln!("{line}");
            if let Ok(mut kept) = kept.lock() {
                kept.push(without_colours(&line));
            }
            bytes.clear();
        }
    })
}

/// Runs it silently; its stdout, or what it complained of.
pub fn output(mut command: Command) -> Result<String, String> {
    let shown = shown(&command);
    let output = command.output().map_err(|error| format!("cannot run {shown}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{shown} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim()))
}

/// The text without ANSI escape sequences.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            for end in chars.by_ref() {
                if end.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_prints_is_kept_without_its_colours_and_failure_is_told() {
        let sh = |script| command(Path::new("."), "sh", &["-c", script]);
        let mut lines = call_and_keep(sh("printf '\\033[32mfine\\033[0m\\n'; echo words >&2")).unwrap();
        lines.sort_unstable();
        assert_eq!(lines, ["fine", "words"]);
        assert!(call_and_keep(sh("exit 3")).unwrap_err().contains("exit status: 3"));
        assert!(output(sh("echo why >&2; exit 1")).unwrap_err().ends_with("why"));
        assert_eq!(shown(&sh("a b")), "sh -c 'a b'");
    }
}
