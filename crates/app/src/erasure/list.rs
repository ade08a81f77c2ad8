//! The list of erased subjects, outside the database: a backup from before an erasure brings the keys back, and this list says which to
//! destroy again. It names subjects only, never persons.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use perennial_kernel::{Instant, SubjectId};

/// The file's name, beside the head file.
const NAME: &str = "erasures";

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Erased {
    pub subject: SubjectId,
    pub at: Instant,
}

#[derive(Debug)]
pub struct ErasureList {
    path: PathBuf,
    entries: Vec<Erased>,
}

impl ErasureList {
    /// The list that stands beside this file.
    pub fn beside(head: &Path) -> io::Result<Self> {
        Self::open(&head.with_file_name(NAME))
    }

    /// Reads the list; none is an empty one. A last line that was cut short never was acknowledged.
    pub fn open(path: &Path) -> io::Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let mut entries = Vec::new();
        for (number, line) in whole.lines().enumerate() {
            let read = line
                .split_once(' ')
                .and_then(|(subject, at)| Some(Erased { subject: SubjectId::parse(subject)?, at: Instant::parse(at)? }));
            let entry = read.ok_or_else(|| {
                let why = format!("{}: line {} cannot be read", path.display(), number + 1);
                io::Error::new(io::ErrorKind::InvalidData, why)
            })?;
            entries.push(entry);
        }
        Ok(Self { path: path.to_owned(), entries })
    }

    pub fn entries(&self) -> &[Erased] {
        &self.entries
    }

    /// Adds subjects, durable when it returns; those on the list already stay as they are.
    pub fn add<'a>(&mut self, subjects: impl IntoIterator<Item = &'a SubjectId>, at: Instant) -> io::Result<()> {
        let new: Vec<Erased> = subjects.into_iter().map(|subject| Erased { subject: *subject, at }).collect();
        self.extend(&new)
    }

    /// Takes over the entries of another list.
    pub fn extend(&mut self, others: &[Erased]) -> io::Result<()> {
        let new: Vec<Erased> = others.iter().filter(|one| !self.entries.iter().any(|held| held.subject == one.subject)).copied().collect();
        if new.is_empty() {
            return Ok(());
        }
        self.entries.extend(new);
        self.write()
    }

    /// Written beside and renamed, so that a line is whole or not there.
    fn write(&self) -> io::Result<()> {
        let part = self.path.with_extension("part");
        let mut file = File::create(&part)?;
        for Erased { subject, at } in &self.entries {
            writeln!(file, "{subject} {at}")?;
        }
        file.sync_all()?;
        std::fs::rename(&part, &self.path)?;
        match self.path.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_read_again_and_a_torn_line_was_never_added() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        let (ann, bob) = (SubjectId::nth(perennial_kernel::Lane(0), 1), SubjectId::nth(perennial_kernel::Lane(0), 2));
        let mut list = ErasureList::open(&path).unwrap();
        list.add([&ann], Instant(5_000)).unwrap();
        list.add([&ann, &bob], Instant(9_000)).unwrap();
        let again = ErasureList::open(&path).unwrap();
        assert_eq!(again.entries(), [Erased { subject: ann, at: Instant(5_000) }, Erased { subject: bob, at: Instant(9_000) }]);
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.truncate(text.len() - 3);
        std::fs::write(&path, &text).unwrap();
        assert_eq!(ErasureList::open(&path).unwrap().entries().len(), 1);
        std::fs::write(&path, "nonsense\n").unwrap();
        assert_eq!(ErasureList::open(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
