//! Signatures as platforms make them. Comparisons take the same time wherever the first difference is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{Credentials, Trust, forged};
use crate::problem::Problem;

/// HMAC-SHA-256 over the parts one after another.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

/// MD5 over the parts one after another. Some platforms sign with it; it is no choice of ours.
pub fn md5(parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = Md5::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().to_vec()
}

pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.trim()).ok()
}

/// Reads hexadecimal digits in either case.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Whether what was given is what one of the secrets makes. All are tried, so that the time does not tell which.
pub fn check(given: Option<Vec<u8>>, credentials: &Credentials, make: impl Fn(&str) -> Option<Vec<u8>>) -> Result<Trust, Problem> {
    let given = given.ok_or_else(forged)?;
    let mut found = subtle::Choice::from(0);
    for secret in credentials.secrets.iter().filter(|secret| !secret.is_empty()) {
        if let Some(made) = make(secret) {
            found |= made.ct_eq(&given);
        }
    }
    if bool::from(found) { Ok(Trust::Signed) } else { Err(forged()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    #[test]
    fn digests_are_those_of_their_standards() {
        // RFC 4231, test case 2; RFC 1321, appendix A.5.
        let mac = hmac_sha256(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hex(&mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert_eq!(hex(&md5(&[b"message ", b"digest"])), "f96b697d7cb7938d525a2f31aaf161d0");
    }

    #[test]
    fn hexadecimal_is_read_in_either_case_and_nothing_else() {
        assert_eq!(from_hex("0aFf"), Some(vec![10, 255]));
        for bad in ["0", "0g", "+1", "０１"] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
    }
}
