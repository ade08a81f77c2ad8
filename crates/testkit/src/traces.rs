//! Looking for a person in everything that was written: the values themselves, and the hashes that people pass off as anonymous.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use md5::Digest as _;

/// Each value plain, and hashed by MD5, SHA-1 and SHA-256: as bytes, in hexadecimal of either case, in both alphabets of base 64.
pub fn of(values: &[&str]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for value in values {
        all.push(value.as_bytes().to_vec());
        let hashes =
            [md5::Md5::digest(value).to_vec(), sha1::Sha1::digest(value).to_vec(), sha2::Sha256::digest(value.as_bytes()).to_vec()];
        for hash in hashes {
            let hex = hash.iter().fold(String::new(), |mut hex, byte| {
                write!(hex, "{byte:02x}").expect("writing to memory does not fail");
                hex
            });
            all.push(hex.to_uppercase().into_bytes());
            all.push(hex.into_bytes());
            all.push(base64::engine::general_purpose::STANDARD_NO_PAD.encode(&hash).into_bytes());
            all.push(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&hash).into_bytes());
            all.push(hash);
        }
    }
    all
}

/// The files below a folder that hold any of the needles.
pub fn holding(folder: &Path, needles: &[Vec<u8>]) -> Vec<String> {
    let mut files = Vec::new();
    files_below(folder, &mut files);
    assert!(!files.is_empty(), "{} holds no file: there is nothing to search", folder.display());
    let holds = |path: &&PathBuf| {
        let bytes = std::fs::read(path).expect("a test reads its own files");
        needles.iter().any(|needle| memchr::memmem::find(&bytes, needle).is_some())
    };
    files.iter().filter(holds).map(|path| path.display().to_string()).collect()
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a test reads its own folders") {
        let path = entry.expect("a test reads its own folders").path();
        if path.is_dir() { files_below(&path, files) } else { files.push(path) }
    }
}
