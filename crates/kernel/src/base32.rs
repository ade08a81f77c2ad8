//! Crockford's base 32 in lower case: ids that survive being read aloud, sorted as text the way they sort as numbers.

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Writes the low `5 * width` bits of `value`, most significant digit first.
pub fn encode(value: u128, width: usize) -> String {
    (0..width).rev().map(|place| DIGITS[((value >> (5 * place)) & 31) as usize] as char).collect()
}

/// Reads what [`encode`] wrote; `None` for any other text (wrong digit, more than 128 bits).
pub fn decode(text: &str) -> Option<u128> {
    if text.is_empty() || text.len() > 26 {
        return None;
    }
    let mut value: u128 = 0;
    for byte in text.bytes() {
        let digit = DIGITS.iter().position(|&d| d == byte)?;
        if value >> 123 != 0 {
            return None;
        }
        value = (value << 5) | digit as u128;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for value in [0, 1, 31, 32, u128::from(u64::MAX), u128::MAX] {
            assert_eq!(decode(&encode(value, 26)), Some(value));
        }
    }

    #[test]
    fn text_order_is_number_order() {
        assert!(encode(31, 4) < encode(32, 4));
    }

    #[test]
    fn a_foreign_digit_or_an_overflow_is_refused() {
        assert_eq!(decode("u"), None);
        assert_eq!(decode(""), None);
        assert_eq!(decode("zzzzzzzzzzzzzzzzzzzzzzzzzz"), None);
    }
}
