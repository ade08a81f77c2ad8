//! Where the lake's files lie: a folder, or a bucket that speaks S3. Files are written once under a name of their own and never changed.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, RetryConfig, WriteMultipart};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, Length};
use perennial_app::port::{PortError, PortResult};

/// What is fetched of a remote file at once, and how many such pieces are kept of one that is being read.
const PIECE: u64 = 4 << 20;
const PIECES_KEPT: usize = 24;

/// A folder or a bucket.
#[derive(Clone)]
pub enum Depot {
    Folder(PathBuf),
    Bucket(Arc<Bucket>),
}

pub struct Bucket {
    store: Box<dyn ObjectStore>,
    prefix: Key,
    runtime: tokio::runtime::Runtime,
    /// Where a file is written before it goes up.
    scratch: PathBuf,
}

impl Depot {
    /// `s3://bucket/prefix`, with credentials, region and endpoint from the usual `AWS_…` variables; anything else is a folder.
    /// `scratch` is a folder of this machine.
    pub fn at(address: &str, scratch: &Path) -> PortResult<Self> {
        let Some(rest) = address.strip_prefix("s3://") else {
            fs::create_dir_all(address).map_err(|error| failed(address, &error))?;
            return Ok(Self::Folder(PathBuf::from(address)));
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        // Whoever asks meanwhile waits as long as we try; the store has the answer too.
        let patience = RetryConfig { max_retries: 2, retry_timeout: Duration::from_secs(10), ..RetryConfig::default() };
        let store = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(patience).build();
        let store = store.map_err(|error| failed(address, &error))?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| failed(address, &error))?;
        fs::create_dir_all(scratch).map_err(|error| failed(&scratch.display().to_string(), &error))?;
        Ok(Self::Bucket(Arc::new(Bucket { store: Box::new(store), prefix: Key::from(prefix), runtime, scratch: scratch.to_owned() })))
    }

    /// Names and sizes in bytes of everything there, ascending.
    pub fn list(&self) -> PortResult<Vec<(String, u64)>> {
        let mut all = match self {
            Self::Folder(folder) => {
                let entries = fs::read_dir(folder).map_err(|error| failed("the lake's folder", &error))?;
                entries
                    .map(|entry| entry.and_then(|entry| Ok((entry.file_name().to_string_lossy().into_owned(), entry.metadata()?.len()))))
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|error| failed("the lake's folder", &error))?
            }
            Self::Bucket(bucket) => bucket.list()?,
        };
        all.sort();
        Ok(all)
    }

    pub fn read(&self, name: &str) -> PortResult<Vec<u8>> {
        match self {
            Self::Folder(folder) => fs::read(folder.join(name)).map_err(|error| failed(name, &error)),
            Self::Bucket(bucket) => {
                let key = bucket.key(name);
                let read = async { bucket.store.get(&key).await?.bytes().await };
                bucket.runtime.block_on(read).map(|bytes| bytes.to_vec()).map_err(|error| failed(name, &error))
            }
        }
    }

    /// Puts a small file there unless one of its name is: `false` when somebody was first. Durable when it returns.
    pub fn publish(&self, name: &str, body: &[u8]) -> PortResult<bool> {
        match self {
            Self::Folder(folder) => {
                let written = folder.join(format!("{name}.{}.tmp", std::process::id()));
                fs::write(&written, body).and_then(|()| File::open(&written)?.sync_all()).map_err(|error| failed(name, &error))?;
                // A link appears with all of its bytes or not at all, and not in place of another.
                let linked = fs::hard_link(&written, folder.join(name));
                fs::remove_file(&written).map_err(|error| failed(name, &error))?;
                match linked {
                    Ok(()) => sync_folder(folder, name).map(|()| true),
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
                    Err(error) => Err(failed(name, &error)),
                }
            }
            Self::Bucket(bucket) => {
                let (key, body) = (bucket.key(name), PutPayload::from(body.to_vec()));
                let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
                match bucket.runtime.block_on(bucket.store.put_opts(&key, body, options)) {
                    Ok(_) => Ok(true),
                    Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => Ok(false),
                    Err(error) => Err(failed(name, &error)),
                }
            }
        }
    }

    /// A file of this machine to write to, which becomes `name` by [`Self::keep`].
    pub fn begin(&self, name: &str) -> PortResult<(File, PathBuf)> {
        let folder = match self {
            Self::Folder(folder) => folder,
            Self::Bucket(bucket) => &bucket.scratch,
        };
        let path = folder.join(format!("{name}.{}.tmp", std::process::id()));
        let file = File::options().create(true).truncate(true).read(true).write(true).open(&path);
        Ok((file.map_err(|error| failed(name, &error))?, path))
    }

    /// The file of [`Self::begin`], wholly written, takes its place; answers its size. Durable when it returns.
    pub fn keep(&self, name: &str, mut file: File, path: &Path) -> PortResult<u64> {
        let bytes = file.metadata().map_err(|error| failed(name, &error))?.len();
        match self {
            Self::Folder(folder) => {
                file.sync_all().and_then(|()| fs::rename(path, folder.join(name))).map_err(|error| failed(name, &error))?;
                sync_folder(folder, name)?;
            }
            Self::Bucket(bucket) => {
                bucket.upload(name, &mut file).map_err(|error| failed(name, &error))?;
                fs::remove_file(path).map_err(|error| failed(name, &error))?;
            }
        }
        Ok(bytes)
    }

    pub fn open(&self, name: &str, bytes: u64) -> PortResult<Source> {
        match self {
            Self::Folder(folder) => {
                let file = File::open(folder.join(name)).map_err(|error| damaged(name, &error))?;
                let there = file.metadata().map_err(|error| damaged(name, &error))?.len();
                if there != bytes {
                    return Err(damaged(name, &format!("{there} bytes where {bytes} were written")));
                }
                Ok(Source::File(Arc::new(file), bytes))
            }
            Self::Bucket(bucket) => {
                let remote = Remote { bucket: Arc::clone(bucket), name: name.to_owned(), bytes, pieces: Mutex::default() };
                Ok(Source::Remote(Arc::new(remote)))
            }
        }
    }

    /// Takes a file away; one that is not there is away.
    pub fn remove(&self, name: &str) -> PortResult<()> {
        match self {
            Self::Folder(folder) => match fs::remove_file(folder.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(name, &error)),
                _ => Ok(()),
            },
            Self::Bucket(bucket) => match bucket.runtime.block_on(bucket.store.delete(&bucket.key(name))) {
                Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
                Err(error) => Err(failed(name, &error)),
            },
        }
    }
}

impl Bucket {
    fn key(&self, name: &str) -> Key {
        self.prefix.clone().join(name)
    }

    fn list(&self) -> PortResult<Vec<(String, u64)>> {
        let listed = self.runtime.block_on(self.store.list_with_delimiter(Some(&self.prefix)));
        let objects = listed.map_err(|error| failed("the lake's bucket", &error))?.objects;
        Ok(objects.into_iter().filter_map(|object| Some((object.location.filename()?.to_owned(), object.size))).collect())
    }

    fn upload(&self, name: &str, file: &mut File) -> Result<(), Box<dyn std::error::Error>> {
        file.seek(SeekFrom::Start(0))?;
        self.runtime.block_on(async {
            let mut parts = WriteMultipart::new(self.store.put_multipart(&self.key(name)).await?);
            let mut piece = vec![0; PIECE as usize];
            loop {
                let read = file.read(&mut piece)?;
                if read == 0 {
                    parts.finish().await?;
                    return Ok(());
                }
                parts.wait_for_capacity(4).await?;
                parts.write(&piece[..read]);
            }
        })
    }
}

/// A file that is read in places.
#[derive(Clone)]
pub enum Source {
    File(Arc<File>, u64),
    Remote(Arc<Remote>),
}

pub struct Remote {
    bucket: Arc<Bucket>,
    name: String,
    bytes: u64,
    /// Pieces fetched lately, newest last.
    pieces: Mutex<Vec<(u64, Bytes)>>,
}

impl Remote {
    fn piece(&self, number: u64) -> ParquetResult<Bytes> {
        let mut pieces = self.pieces.lock().expect("no thread panics while holding this lock");
        if let Some(at) = pieces.iter().position(|(held, _)| *held == number) {
            return Ok(pieces[at].1.clone());
        }
        let range = number * PIECE..((number + 1) * PIECE).min(self.bytes);
        let fetched = self.bucket.runtime.block_on(self.bucket.store.get_range(&self.bucket.key(&self.name), range));
        let fetched = fetched.map_err(|error| ParquetError::External(Box::new(error)))?;
        if pieces.len() == PIECES_KEPT {
            pieces.remove(0);
        }
        pieces.push((number, fetched.clone()));
        Ok(fetched)
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        match self {
            Self::File(_, bytes) => *bytes,
            Self::Remote(remote) => remote.bytes,
        }
    }
}

impl ChunkReader for Source {
    type T = From;

    fn get_read(&self, start: u64) -> ParquetResult<From> {
        Ok(From { source: self.clone(), at: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let mut bytes = vec![0; length];
        self.get_read(start)?.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Reads on from a place.
pub struct From {
    source: Source,
    at: u64,
}

impl Read for From {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = match &self.source {
            Source::File(file, _) => std::os::unix::fs::FileExt::read_at(file.as_ref(), into, self.at)?,
            Source::Remote(remote) if self.at >= remote.bytes => 0,
            Source::Remote(remote) => {
                let piece = remote.piece(self.at / PIECE).map_err(std::io::Error::other)?;
                let from = &piece[((self.at % PIECE) as usize).min(piece.len())..];
                let length = from.len().min(into.len());
                into[..length].copy_from_slice(&from[..length]);
                length
            }
        };
        self.at += read as u64;
        Ok(read)
    }
}

/// What a name stands for is durable when its folder is.
fn sync_folder(folder: &Path, name: &str) -> PortResult<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| failed(name, &error))
}

pub(super) fn failed(what: &str, error: &dyn std::fmt::Display) -> PortError {
    PortError::Failed(format!("the lake, {what}: {error}"))
}

pub(super) fn damaged(what: &str, error: &dyn std::fmt::Display) -> PortError {
    PortError::Damaged(format!("the lake, {what}: {error}"))
}
