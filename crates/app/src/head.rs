//! The head file: a witness of the journal's heads outside the database, synced before callers are answered.
//!
//! SQLite can lose its acknowledged tail to one flipped bit without an error; the head file is what notices. Two slots are written in turn,
//! each with a checksum, so that a torn write leaves the other.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use perennial_kernel::{Lane, Seq};

use crate::port::journal::{Chain, LaneHead};

const SLOT: usize = 4096;
const MAGIC: &[u8; 8] = b"PRNLHEAD";
const ENTRY: usize = 2 + 8 + 8 + 32;

/// How the head file is made durable; anything but `Full` exists to prove that the power-loss test can fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sync {
    Full,
    Never,
}

/// The open head file.
pub struct HeadFile {
    file: File,
    path: PathBuf,
    generation: u64,
    sync: Sync,
    heads: Vec<LaneHead>,
}

impl HeadFile {
    /// Opens or creates. Both slots damaged is an error of kind `InvalidData`: nothing vouches for the journal any more.
    pub fn open(path: &Path, sync: Sync) -> io::Result<Self> {
        let file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut bytes = vec![0; 2 * SLOT];
        let length = read_up_to(&file, &mut bytes)?;
        let slots = [read_slot(&bytes[..SLOT.min(length)]), read_slot(&bytes[SLOT.min(length)..length])];
        let newest = slots.into_iter().flatten().max_by_key(|(generation, _)| *generation);
        match newest {
            Some((generation, heads)) => Ok(Self { file, path: path.to_owned(), generation, sync, heads }),
            None if length == 0 => Ok(Self { file, path: path.to_owned(), generation: 0, sync, heads: Vec::new() }),
            None => Err(io::Error::new(io::ErrorKind::InvalidData, "both slots of the head file are damaged")),
        }
    }

    /// The heads last written; lanes never written are absent.
    pub fn heads(&self) -> &[LaneHead] {
        &self.heads
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the moved heads (others stay) into the slot not written last, durable when it returns.
    pub fn write(&mut self, moved: &[LaneHead]) -> io::Result<()> {
        for head in moved {
            match self.heads.binary_search_by_key(&head.lane, |held| held.lane) {
                Ok(at) => self.heads[at] = *head,
                Err(at) => self.heads.insert(at, *head),
            }
        }
        self.generation += 1;
        let bytes = slot_bytes(self.generation, &self.heads);
        self.file.write_all_at(&bytes, (self.generation % 2) * SLOT as u64)?;
        match self.sync {
            Sync::Full => self.file.sync_data(),
            Sync::Never => Ok(()),
        }
    }
}

fn read_up_to(file: &File, bytes: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < bytes.len() {
        match file.read_at(&mut bytes[length..], length as u64)? {
            0 => break,
            n => length += n,
        }
    }
    Ok(length)
}

fn slot_bytes(generation: u64, heads: &[LaneHead]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(SLOT);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&generation.to_be_bytes());
    bytes.extend_from_slice(&(heads.len() as u16).to_be_bytes());
    for head in heads {
        bytes.extend_from_slice(&head.lane.0.to_be_bytes());
        bytes.extend_from_slice(&head.seq.0.to_be_bytes());
        bytes.extend_from_slice(&head.subjects.to_be_bytes());
        bytes.extend_from_slice(&head.chain.0);
    }
    let checksum = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&checksum.to_be_bytes());
    bytes.resize(SLOT, 0);
    bytes
}

fn read_slot(bytes: &[u8]) -> Option<(u64, Vec<LaneHead>)> {
    let number = |at: usize| -> Option<u64> { Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?)) };
    if bytes.get(..8)? != MAGIC {
        return None;
    }
    let generation = number(8)?;
    let count = usize::from(u16::from_be_bytes(bytes.get(16..18)?.try_into().ok()?));
    let end = 18 + count * ENTRY;
    let checksum = u32::from_be_bytes(bytes.get(end..end + 4)?.try_into().ok()?);
    if crc32fast::hash(bytes.get(..end)?) != checksum {
        return None;
    }
    let mut heads = Vec::with_capacity(count);
    for entry in 0..count {
        let at = 18 + entry * ENTRY;
        heads.push(LaneHead {
            lane: Lane(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)),
            seq: Seq(number(at + 2)?),
            subjects: number(at + 10)?,
            chain: Chain(bytes.get(at + 18..at + 50)?.try_into().ok()?),
        });
    }
    Some((generation, heads))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(seq: u64) -> LaneHead {
        LaneHead { lane: Lane(0), seq: Seq(seq), subjects: 1, chain: Chain([seq as u8; 32]) }
    }

    #[test]
    fn the_newest_sound_slot_speaks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("head");
        let mut file = HeadFile::open(&path, Sync::Full).unwrap();
        for seq in 1..=3 {
            file.write(&[head(seq)]).unwrap();
        }
        assert_eq!(HeadFile::open(&path, Sync::Full).unwrap().heads(), [head(3)]);
        // Generation 3 lies in the second slot: break it, and generation 2 speaks.
        File::options().write(true).open(&path).unwrap().write_all_at(&[0xff], SLOT as u64 + 20).unwrap();
        assert_eq!(HeadFile::open(&path, Sync::Full).unwrap().heads(), [head(2)]);
        File::options().write(true).open(&path).unwrap().write_all_at(&[0xff], 20).unwrap();
        assert!(HeadFile::open(&path, Sync::Full).is_err());
    }

    #[test]
    fn sixty_four_lanes_fit_one_slot() {
        let heads: Vec<_> = (0..64).map(|lane| LaneHead { lane: Lane(lane), ..head(9) }).collect();
        assert_eq!(slot_bytes(1, &heads).len(), SLOT);
    }
}
