//! The master key: 64 hexadecimal digits, in a file only its owner can read, or in `PERENNIAL_MASTER_KEY`.

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use perennial_app::secret::Secrets;

use crate::failure::{self, Failure, Outcome};

const ENVIRONMENT: &str = "PERENNIAL_MASTER_KEY";
const NEXT_ENVIRONMENT: &str = "PERENNIAL_NEW_MASTER_KEY";

fn path(folder: &Path) -> PathBuf {
    folder.join("keys").join("master.key")
}

/// The key that a rotation leads to, until it is finished.
fn next_path(folder: &Path) -> PathBuf {
    folder.join("keys").join("master.key.next")
}

/// Whether a rotation was begun and not finished.
pub fn is_rotating(folder: &Path) -> bool {
    next_path(folder).is_file()
}

/// The master key to come.
pub struct Next {
    pub key: [u8; 32],
    pub from_environment: bool,
}

/// The one a rotation cut short was leading to, or a new one, durable before it is used. Where the present one comes from the environment,
/// so does the next: it is to stand in no file.
pub fn next(folder: &Path) -> Outcome<Next> {
    if std::env::var_os(ENVIRONMENT).is_some() {
        let text = std::env::var(NEXT_ENVIRONMENT).map_err(|_| {
            Failure::refused(
                "the master key comes from PERENNIAL_MASTER_KEY: give the new one by PERENNIAL_NEW_MASTER_KEY",
                "主密钥由 PERENNIAL_MASTER_KEY 提供：请用 PERENNIAL_NEW_MASTER_KEY 提供新密钥",
            )
        })?;
        return Ok(Next { key: read(text.trim()).ok_or_else(unreadable)?, from_environment: true });
    }
    let path = next_path(folder);
    if !path.is_file() {
        let key = Secrets::new_master().map_err(|error| failure::of(&error))?;
        write_private(&path, format!("{}\n", hex(&key)).as_bytes())?;
    }
    let text = std::fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
    Ok(Next { key: read(text.trim()).ok_or_else(unreadable)?, from_environment: false })
}

/// Everything is wrapped under the next key: it takes the place of the present one.
pub fn take_next(folder: &Path, next: &Next) -> Outcome {
    if next.from_environment {
        return Ok(());
    }
    write_private(&path(folder), format!("{}\n", hex(&next.key)).as_bytes())?;
    let done = next_path(folder);
    std::fs::remove_file(&done).map_err(|error| Failure::file(&done, &error))
}

pub fn exists(folder: &Path) -> bool {
    std::env::var_os(ENVIRONMENT).is_some() || path(folder).is_file()
}

/// Makes a key unless there is one.
pub fn make(folder: &Path) -> Outcome {
    if exists(folder) {
        return Ok(());
    }
    let key = Secrets::new_master().map_err(|error| failure::of(&error))?;
    write_private(&path(folder), format!("{}\n", hex(&key)).as_bytes())
}

pub fn master_of(folder: &Path) -> Outcome<[u8; 32]> {
    let path = path(folder);
    let text = match std::env::var(ENVIRONMENT) {
        Ok(text) => text,
        Err(_) => std::fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?,
    };
    read(text.trim()).ok_or_else(unreadable)
}

fn unreadable() -> Failure {
    Failure::failed("a master key is 64 hexadecimal digits", "主密钥应为 64 位十六进制数字")
}

fn read(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(key)
}

pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Writes a new file for its owner's eyes, durable when it returns; what was there is replaced whole.
pub fn write_private(path: &Path, bytes: &[u8]) -> Outcome {
    let failed = |error: std::io::Error| Failure::file(path, &error);
    let new = path.with_extension("new");
    let mut file = std::fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(&new).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&new, path).map_err(failed)?;
    match path.parent() {
        Some(folder) => std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed),
        None => Ok(()),
    }
}

/// Makes a folder nobody else can look into; one that is there is left as it is.
pub fn private_folder(path: &Path) -> Outcome {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| Failure::file(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_nothing_else_is() {
        let key: [u8; 32] = std::array::from_fn(|at| at as u8 * 7);
        assert_eq!(read(&hex(&key)), Some(key));
        for bad in ["", "00", &hex(&key)[1..], &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
