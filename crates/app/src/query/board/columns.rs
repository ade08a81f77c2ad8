//! The profile columns: everyone's current row, in blocks that ascend by member. As many blocks as the budget holds lie in memory, the others in
//! a file without a name, read when they are asked for: the page cache decides what of it costs a read.
//!
//! Nothing here is personal: member ids, days, counts and sums.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use perennial_kernel::{MemberId, SubjectId};

use super::block::Block;
use super::row::Row;
use crate::port::{PortError, PortResult};

/// A block that grows beyond this is cut in two.
const BLOCK_MAX: usize = 1 << 16;
/// More threads than this wait for memory.
const THREADS_MAX: usize = 8;

/// Where columns may lie.
#[derive(Clone, Debug)]
pub struct Room {
    /// About so many bytes in memory; what is more goes to the file.
    pub memory_bytes: usize,
    /// Where the file is made; `None` for the system's folder for such files.
    pub folder: Option<PathBuf>,
}

impl Default for Room {
    fn default() -> Self {
        Self { memory_bytes: 1 << 30, folder: None }
    }
}

/// How much there is, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Lies {
    pub members: usize,
    pub memory_bytes: usize,
    pub file_bytes: usize,
}

pub struct ProfileColumns {
    room: Room,
    models: usize,
    block_max: usize,
    chunks: Vec<Chunk>,
    file: Option<File>,
    /// Places of the file in use.
    places: u64,
}

struct Chunk {
    /// Everyone in it is this or after, and before the next chunk's.
    first: MemberId,
    len: usize,
    lies: At,
}

enum At {
    Here(Box<Block>),
    /// A place in the file.
    File(u64),
}

/// What becomes of a member's row.
pub enum Change {
    Put(Row, Vec<u8>),
    Remove,
}

impl ProfileColumns {
    /// Of rows that ascend by member, with a stage for each model.
    pub fn new<'a>(room: Room, models: usize, rows: impl IntoIterator<Item = (Row, &'a [u8])>) -> PortResult<Self> {
        Self::in_blocks(BLOCK_MAX, room, models, rows)
    }

    fn in_blocks<'a>(block_max: usize, room: Room, models: usize, rows: impl IntoIterator<Item = (Row, &'a [u8])>) -> PortResult<Self> {
        let mut columns = Self { room, models, block_max, chunks: Vec::new(), file: None, places: 0 };
        let mut block = Block::new(models);
        for (row, stages) in rows {
            // Half full, so that new members do not cut every block at once.
            if block.len() == block_max / 2 {
                let full = std::mem::replace(&mut block, Block::new(models));
                columns.add(columns.chunks.len(), full)?;
            }
            block.insert(block.len(), &row, stages);
        }
        if !block.is_empty() {
            columns.add(columns.chunks.len(), block)?;
        }
        Ok(columns)
    }

    pub fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn lies(&self) -> Lies {
        let mut lies = Lies::default();
        for chunk in &self.chunks {
            let bytes = chunk.len * Block::width(self.models);
            lies.members += chunk.len;
            match chunk.lies {
                At::Here(_) => lies.memory_bytes += bytes,
                At::File(_) => lies.file_bytes += bytes,
            }
        }
        lies
    }

    /// The member's row and stages.
    pub fn get(&self, member: MemberId) -> PortResult<Option<(Row, Vec<u8>)>> {
        let Some(at) = self.chunk_of(member) else { return Ok(None) };
        self.with(at, |block| {
            let place = block.place(member).ok()?;
            Some((block.row(place), (0..self.models).map(|model| block.stage(place, model)).collect()))
        })
    }

    /// Folds over every block, several at a time where there are many; `merge` joins what two threads found, in no particular order.
    pub fn fold<T: Send>(
        &self,
        start: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, &Block) + Sync,
        merge: impl Fn(&mut T, T),
    ) -> PortResult<T> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX).min(self.chunks.len());
        if threads < 2 {
            let mut all = start();
            self.each(&mut |block| take(&mut all, block))?;
            return Ok(all);
        }
        let next = AtomicUsize::new(0);
        let part = || -> PortResult<T> {
            let mut found = start();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= self.chunks.len() {
                    return Ok(found);
                }
                self.with(at, |block| take(&mut found, block))?;
            }
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(part)).collect();
            let mut all = part()?;
            for other in others {
                merge(&mut all, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok(all)
        })
    }

    /// Every block, ascending.
    pub fn each(&self, see: &mut dyn FnMut(&Block)) -> PortResult<()> {
        (0..self.chunks.len()).try_for_each(|at| self.with(at, &mut *see))
    }

    /// The blocks in which these members would stand, ascending; `members` ascends.
    pub fn each_of(&self, members: &[MemberId], see: &mut dyn FnMut(&Block)) -> PortResult<()> {
        let mut places: Vec<usize> = members.iter().filter_map(|member| self.chunk_of(*member)).collect();
        places.dedup();
        places.into_iter().try_for_each(|at| self.with(at, &mut *see))
    }

    /// Carries out changes that ascend by member. After an error the columns are to be made anew.
    pub fn apply(&mut self, changes: Vec<(MemberId, Change)>) -> PortResult<()> {
        let mut changes = changes.into_iter().peekable();
        while let Some((member, _)) = changes.peek() {
            let Some(at) = self.chunk_of(*member) else {
                self.add(0, Block::new(self.models))?;
                continue;
            };
            let end = self.chunks.get(at + 1).map(|next| next.first);
            let mut block = self.take(at)?;
            while let Some((member, change)) = changes.next_if(|(member, _)| end.is_none_or(|end| *member < end)) {
                match (block.place(member), change) {
                    (Ok(place), Change::Put(row, stages)) => block.set(place, &row, &stages),
                    (Err(place), Change::Put(row, stages)) => block.insert(place, &row, &stages),
                    (Ok(place), Change::Remove) => block.remove(place),
                    (Err(_), Change::Remove) => {}
                }
            }
            self.put_back(at, block)?;
        }
        Ok(())
    }

    /// The chunk that holds the member, or would; `None` where there is none.
    fn chunk_of(&self, member: MemberId) -> Option<usize> {
        if self.chunks.is_empty() { None } else { Some(self.chunks.partition_point(|chunk| chunk.first <= member).saturating_sub(1)) }
    }

    fn with<T>(&self, at: usize, see: impl FnOnce(&Block) -> T) -> PortResult<T> {
        match &self.chunks[at].lies {
            At::Here(block) => Ok(see(block)),
            At::File(place) => self.read(*place, self.chunks[at].len).map(|block| see(&block)),
        }
    }

    fn take(&mut self, at: usize) -> PortResult<Block> {
        match &mut self.chunks[at].lies {
            At::Here(block) => Ok(std::mem::replace(&mut **block, Block::new(0))),
            At::File(place) => {
                let place = *place;
                self.read(place, self.chunks[at].len)
            }
        }
    }

    fn put_back(&mut self, at: usize, mut block: Block) -> PortResult<()> {
        let upper = if block.len() > self.block_max { Some(block.split_off(self.block_max / 2)) } else { None };
        // Members before the first of all belong to the first chunk.
        if !block.is_empty() {
            self.chunks[at].first = self.chunks[at].first.min(block.member(0));
        }
        let elsewhere = self.lies().memory_bytes - self.here(at);
        self.chunks[at].len = block.len();
        let place = match self.chunks[at].lies {
            At::File(place) => Some(place),
            // It has grown out of the room there is.
            At::Here(_) if elsewhere + block.len() * Block::width(self.models) > self.room.memory_bytes => Some(self.new_place()),
            At::Here(_) => None,
        };
        self.chunks[at].lies = match place {
            Some(place) => {
                self.write(place, &block)?;
                At::File(place)
            }
            None => At::Here(Box::new(block)),
        };
        match upper {
            // An import may bring more than two blocks' worth between two members.
            Some(upper) if upper.len() > self.block_max => {
                self.add(at + 1, Block::new(self.models))?;
                self.chunks[at + 1].first = upper.member(0);
                self.put_back(at + 1, upper)
            }
            Some(upper) => self.add(at + 1, upper),
            None => Ok(()),
        }
    }

    /// A new chunk, in memory while there is room.
    fn add(&mut self, at: usize, block: Block) -> PortResult<()> {
        let (first, len) = (if block.is_empty() { SubjectId(i64::MIN) } else { block.member(0) }, block.len());
        let lies = if self.lies().memory_bytes + len * Block::width(self.models) <= self.room.memory_bytes {
            At::Here(Box::new(block))
        } else {
            let place = self.new_place();
            self.write(place, &block)?;
            At::File(place)
        };
        self.chunks.insert(at, Chunk { first, len, lies });
        Ok(())
    }

    fn new_place(&mut self) -> u64 {
        self.places += 1;
        self.places - 1
    }

    /// Bytes of the chunk in memory.
    fn here(&self, at: usize) -> usize {
        match self.chunks[at].lies {
            At::Here(_) => self.chunks[at].len * Block::width(self.models),
            At::File(_) => 0,
        }
    }

    fn offset(&self, place: u64) -> u64 {
        // One more than a block may hold is never written: it is cut in two before.
        place * (self.block_max * Block::width(self.models)) as u64
    }

    fn read(&self, place: u64, len: usize) -> PortResult<Block> {
        let mut bytes = vec![0; len * Block::width(self.models)];
        let file = self.file.as_ref().expect("a chunk lies in the file");
        file.read_exact_at(&mut bytes, self.offset(place)).map_err(|error| failed(&error))?;
        Ok(Block::from_bytes(&bytes, len, self.models))
    }

    fn write(&mut self, place: u64, block: &Block) -> PortResult<()> {
        if self.file.is_none() {
            self.file = Some(unnamed(self.room.folder.as_deref()).map_err(|error| failed(&error))?);
        }
        let (bytes, offset) = (block.to_bytes(), self.offset(place));
        self.file.as_ref().expect("just made").write_all_at(&bytes, offset).map_err(|error| failed(&error))
    }
}

fn failed(error: &io::Error) -> PortError {
    PortError::Failed(format!("the file of profile columns: {error}"))
}

/// A file nobody else can open, gone when this program ends, however it ends.
fn unnamed(folder: Option<&std::path::Path>) -> io::Result<File> {
    match folder {
        Some(folder) => tempfile::tempfile_in(folder),
        None => tempfile::tempfile(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const MAX: usize = 64;

    fn row(member: i64, money: i64) -> Row {
        Row { member: SubjectId(member), money, f_life: 1, f_total: 2, life: 3, stores: 4, first: 5, last: 6, due: 7 }
    }

    fn all(columns: &ProfileColumns) -> Vec<(Row, u8)> {
        let mut rows = Vec::new();
        columns.each(&mut |block| rows.extend((0..block.len()).map(|at| (block.row(at), block.stage(at, 1))))).unwrap();
        rows
    }

    #[test]
    fn what_is_put_is_held_wherever_it_lies_and_blocks_are_cut_as_they_grow() {
        let width = Block::width(2);
        for memory_bytes in [0, MAX * width, usize::MAX] {
            let stages = [0, 9];
            let rows = (0..MAX as i64 * 2).map(|at| (row(at * 4, at), &stages[..]));
            let mut columns = ProfileColumns::in_blocks(MAX, Room { memory_bytes, folder: None }, 2, rows).unwrap();
            let mut held: BTreeMap<i64, i64> = (0..MAX as i64 * 2).map(|at| (at * 4, at)).collect();
            // Before the first, after the last, so many in between that a block is cut more than once, some gone, some changed.
            let mut changes = vec![(SubjectId(-5), Change::Put(row(-5, 1), vec![0, 9]))];
            held.insert(-5, 1);
            for member in 0..MAX as i64 * 3 {
                let goes = member % 10 == 3;
                if goes {
                    held.remove(&member);
                } else {
                    held.insert(member, -member);
                }
                changes.push((SubjectId(member), if goes { Change::Remove } else { Change::Put(row(member, -member), vec![0, 9]) }));
            }
            changes.push((SubjectId(i64::MAX), Change::Put(row(i64::MAX, 2), vec![0, 9])));
            held.insert(i64::MAX, 2);
            columns.apply(changes).unwrap();
            let wanted: Vec<(Row, u8)> = held.iter().map(|(member, money)| (row(*member, *money), 9)).collect();
            assert_eq!(all(&columns), wanted, "{memory_bytes} bytes");
            let sum = columns.fold(
                || 0,
                |sum, block| *sum += (0..block.len()).map(|at| block.row(at).money).sum::<i64>(),
                |all, more| *all += more,
            );
            assert_eq!(sum.unwrap(), held.values().sum::<i64>());
            let lies = columns.lies();
            assert_eq!((lies.members, columns.len()), (held.len(), held.len()));
            assert_eq!((lies.memory_bytes > 0, lies.file_bytes > 0), (memory_bytes > 0, memory_bytes < usize::MAX), "{lies:?}");
            assert_eq!(columns.get(SubjectId(4)).unwrap().unwrap().0.money, -4);
            assert!(columns.get(SubjectId(3)).unwrap().is_none());
            let mut seen = 0;
            columns.each_of(&[SubjectId(-9), SubjectId(0), SubjectId(i64::MAX)], &mut |_| seen += 1).unwrap();
            assert_eq!(seen, 2, "two blocks of many hold these");
        }
    }

    #[test]
    fn of_nobody_there_is_nothing_and_the_first_may_come() {
        let mut columns = ProfileColumns::new(Room::default(), 1, []).unwrap();
        assert_eq!((columns.len(), columns.get(SubjectId(1)).unwrap()), (0, None));
        columns.apply(vec![(SubjectId(1), Change::Remove), (SubjectId(2), Change::Put(row(2, 5), vec![3]))]).unwrap();
        assert_eq!(columns.get(SubjectId(2)).unwrap(), Some((row(2, 5), vec![3])));
    }
}
