//! How large a workbook is when unpacked: a small one may unpack to more than the memory there is, on purpose.

use flate2::{Decompress, FlushDecompress, Status};

/// All parts together.
const BYTES_MAX: u64 = 4 << 30;
/// Sheets pack ten- to thirtyfold; what packs better than this, beyond [`SMALL_BYTES`], was made to do harm.
const RATIO_MAX: u64 = 150;
const SMALL_BYTES: u64 = 64 << 20;
const LOCAL: &[u8] = b"PK\x03\x04";
/// Bytes of a local head before the name.
const LOCAL_BYTES: usize = 30;

/// Whether the parts of this archive unpack to a size that can be borne. Sizes an archive states are not believed: each part is unpacked
/// and counted, and given up at the limit.
pub fn is_bearable(archive: &[u8]) -> bool {
    let mut total = 0;
    for at in memchr::memmem::find_iter(archive, LOCAL) {
        let Some(head) = archive.get(at..at + LOCAL_BYTES) else { continue };
        let short = |from: usize| usize::from(u16::from_le_bytes([head[from], head[from + 1]]));
        let is_deflated = short(8) == 8;
        let from = at + LOCAL_BYTES + short(26) + short(28);
        let Some(packed) = archive.get(from..) else { continue };
        if is_deflated {
            match unpacked(packed, BYTES_MAX - total) {
                Some(bytes) => total += bytes,
                None => return false,
            }
        }
    }
    true
}

/// The bytes one deflated part unpacks to; `None` beyond what may be. What is no deflated part (the mark stood in it by chance) counts
/// for what came out of it.
fn unpacked(packed: &[u8], most: u64) -> Option<u64> {
    let mut inflate = Decompress::new(false);
    let mut out = vec![0; 1 << 16];
    loop {
        let before = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(&packed[before.0 as usize..], &mut out, FlushDecompress::None);
        let (read, written) = (inflate.total_in(), inflate.total_out());
        if written > most || (written > SMALL_BYTES && written / read.max(1) > RATIO_MAX) {
            return None;
        }
        match status {
            Ok(Status::Ok | Status::BufError) if (read, written) != before => {}
            Ok(_) | Err(_) => return Some(written),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn archive(content: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(content).unwrap();
        let mut head = vec![0; LOCAL_BYTES];
        head[..4].copy_from_slice(LOCAL);
        head[8] = 8;
        head[26] = 1;
        [head, b"x".to_vec(), packed.finish().unwrap()].concat()
    }

    #[test]
    fn a_small_archive_that_unpacks_to_far_too_much_is_not_bearable() {
        let sheet: Vec<u8> =
            (0..200_000_u32).flat_map(|n| format!("<c><v>{}</v></c>", n.wrapping_mul(2_654_435_761)).into_bytes()).collect();
        assert!(is_bearable(&archive(&sheet)));
        let bomb = archive(&vec![b' '; 100 << 20]);
        assert!(bomb.len() < 1 << 20 && !is_bearable(&bomb));
        assert!(is_bearable(b"PK\x03\x04 no archive at all, but it begins like one"));
    }
}
