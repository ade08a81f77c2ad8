//! Which encoding a text file is in: its mark, else UTF-8 if its lines are, else what they look like, which in practice is GB18030.

use std::io::{self, Read};

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Lines with other than ASCII that are looked at; a file of a million rows is not read twice for its encoding.
const TELLING_LINES_MAX: u64 = 20_000;

#[derive(Clone, Copy, Debug)]
pub struct Detected {
    pub encoding: &'static Encoding,
    /// Length of the byte order mark.
    pub mark: u64,
}

/// Reads as much of `bytes` as it takes to tell.
pub fn detect(bytes: &mut impl Read) -> io::Result<Detected> {
    let mut chunk = vec![0; 1 << 16];
    let mut line: Vec<u8> = Vec::new();
    let mut tally = Tally::default();
    let mut first = true;
    loop {
        let count = fill(bytes, &mut chunk)?;
        let data = &chunk[..count];
        if first {
            if let Some((encoding, mark)) = Encoding::for_bom(data) {
                return Ok(Detected { encoding, mark: mark as u64 });
            }
            if let Some(encoding) = utf16_without_mark(data) {
                return Ok(Detected { encoding, mark: 0 });
            }
            first = false;
        }
        for piece in data.split_inclusive(|&b| b == b'\n') {
            line.extend_from_slice(piece);
            if line.ends_with(b"\n") || line.len() > chunk.len() {
                tally.take(&line);
                line.clear();
            }
        }
        if count < chunk.len() || tally.utf8 + tally.other > TELLING_LINES_MAX {
            tally.take(&line);
            return Ok(Detected { encoding: tally.verdict(), mark: 0 });
        }
    }
}

/// The encoding by its name (`UTF-8`, `GBK`, `gb18030` …).
pub fn by_name(name: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(name.trim().as_bytes())?;
    Some(if encoding == encoding_rs::GBK { GB18030 } else { encoding })
}

#[derive(Default)]
struct Tally {
    utf8: u64,
    other: u64,
    sample: Vec<u8>,
}

impl Tally {
    fn take(&mut self, line: &[u8]) {
        if line.is_ascii() {
            return;
        }
        if std::str::from_utf8(line).is_ok() {
            self.utf8 += 1;
        } else {
            self.other += 1;
            if self.sample.len() < 1 << 18 {
                self.sample.extend_from_slice(line);
            }
        }
    }

    /// One damaged line does not change the encoding of the others.
    fn verdict(&self) -> &'static Encoding {
        if self.utf8 >= self.other {
            return UTF_8;
        }
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        detector.feed(&self.sample, true);
        let guess = detector.guess(Some(b"cn"), chardetng::Utf8Detection::Deny);
        if guess == BIG5 || guess == WINDOWS_1252 { guess } else { GB18030 }
    }
}

/// Text of spreadsheets is mostly digits and separators: in UTF-16 every second byte of those is 0.
fn utf16_without_mark(data: &[u8]) -> Option<&'static Encoding> {
    let head = &data[..data.len().min(200) & !1];
    if head.len() < 16 {
        return None;
    }
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&b| b == 0).count();
    let most = head.len() / 2 * 9 / 10;
    match (zeros(0), zeros(1)) {
        (0, low) if low >= most => Some(UTF_16LE),
        (high, 0) if high >= most => Some(UTF_16BE),
        _ => None,
    }
}

fn fill(bytes: &mut impl Read, chunk: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while count < chunk.len() {
        match bytes.read(&mut chunk[count..])? {
            0 => break,
            read => count += read,
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &'static Encoding) {
        let mut source = bytes;
        assert_eq!(detect(&mut source).unwrap().encoding, expected, "{bytes:?}");
    }

    #[test]
    fn the_encoding_is_told_from_the_bytes() {
        check(b"a,b\n1,2\n", UTF_8);
        check("订单编号,金额\n".as_bytes(), UTF_8);
        check(b"\xef\xbb\xbfa,b\n", UTF_8);
        check(&GB18030.encode("订单编号,买家实际支付金额,订单付款时间\n1,2,3\n").0, GB18030);
        check(b"\xff\xfea\0,\0", UTF_16LE);
    }

    #[test]
    fn one_damaged_line_does_not_change_the_encoding_of_the_others() {
        check(b"\xe8\xae\xa2\xe5\x8d\x95,a\n\xff\xfe\xfd,1\n\xe8\xae\xa2\xe5\x8d\x95,2\n", UTF_8);
    }
}
