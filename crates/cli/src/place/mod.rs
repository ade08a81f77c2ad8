//! A brand's folder, and how a house is opened in it.
//!
//! `journal.db` (or `store` with the address of a PostgreSQL database), `keys/keys.db`, `keys/master.key`, `head`,
//! `erasures`, `staged/`, `lake/`, `lock`.

mod key;
mod lake;
mod quiet;

use std::fs::{File, TryLockError};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use perennial_app::audit::check_at_start;
use perennial_app::clock::SystemClock;
use perennial_app::head::{HeadFile, Sync};
use perennial_app::house::{House, HouseError, Ports};
use perennial_app::policy::BrandDocument;
use perennial_app::port::{Desk, Journal, KeyStore};
use perennial_app::secret::{Ring, Secrets};
use perennial_store::{PostgresDesk, PostgresKeys, PostgresStore, SqliteDesk, SqliteKeys, SqliteStore};

pub use self::key::{hex, master_of, private_folder, write_private};
use self::quiet::Quiet;
use crate::failure::{self, Failure, Outcome};

#[derive(Clone)]
pub struct Place {
    pub folder: PathBuf,
    /// The database's address; `None` for SQLite in the folder.
    pub url: Option<String>,
    /// Where the lake lies, as typed: `None` for the folder's own.
    pub lake: Option<String>,
}

/// A house with the right to write, as long as this lives.
pub struct Held {
    house: Arc<House>,
    _lock: File,
}

/// A house that only reads: beside a server or another command.
pub struct Reading(Arc<House>);

impl Deref for Held {
    type Target = Arc<House>;
    fn deref(&self) -> &Arc<House> {
        &self.house
    }
}

impl Deref for Reading {
    type Target = Arc<House>;
    fn deref(&self) -> &Arc<House> {
        &self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.house.close();
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Place {
    /// `store` as typed wins over what `init` wrote down.
    pub fn new(folder: PathBuf, store: Option<String>, lake: Option<String>) -> Self {
        let noted = || std::fs::read_to_string(folder.join("store")).ok().map(|text| text.trim().to_owned());
        let url = store.or_else(noted).filter(|url| !url.is_empty());
        Self { folder, url, lake }
    }

    pub fn journal(&self) -> PathBuf {
        self.folder.join("journal.db")
    }

    pub fn keys(&self) -> PathBuf {
        self.folder.join("keys").join("keys.db")
    }

    /// Who was erased, by subject: beside the head file, outside the database.
    pub fn erasures(&self) -> PathBuf {
        self.folder.join("erasures")
    }

    pub fn head(&self) -> PathBuf {
        self.folder.join("head")
    }

    /// Makes the brand.
    pub fn init(&self, brand: &BrandDocument) -> Outcome<Held> {
        private_folder(&self.folder)?;
        private_folder(&self.folder.join("keys"))?;
        private_folder(&self.folder.join("staged"))?;
        let lock = self.lock()?;
        if self.folder.join("journal.db").exists() && !key::exists(&self.folder) {
            return Err(no_key(&self.folder));
        }
        key::make(&self.folder)?;
        if let Some(url) = &self.url {
            write_private(&self.folder.join("store"), url.as_bytes())?;
        }
        self.make_ring()?;
        let house = House::init(self.ports(false)?, brand, "owner")?;
        Ok(Held { house: Arc::new(house), _lock: lock })
    }

    /// Nothing was ever made here: a folder that is missing or empty, or one whose making was cut short. A mistyped folder looks the same,
    /// so whoever asks says where it is.
    pub fn is_empty(&self) -> Outcome<bool> {
        if self.url.is_none() && !self.journal().is_file() {
            return Ok(true);
        }
        if !key::exists(&self.folder) {
            return Ok(false);
        }
        Ok(!House::is_initialised(self.desk()?.as_mut())?)
    }

    /// Opens for writing, after the journal was compared with its witness.
    pub fn open(&self) -> Outcome<Held> {
        self.must_exist()?;
        let lock = self.lock()?;
        Ok(Held { house: self.open_locked()?, _lock: lock })
    }

    /// As [`Self::open`], for a command that has the right to write already.
    pub fn open_locked(&self) -> Outcome<Arc<House>> {
        check_at_start(self.store()?.as_mut(), &mut self.witness()?, self.url.is_none())?;
        let house = House::open(self.ports(false)?)?;
        house.open_pending_epoch()?;
        Ok(Arc::new(house))
    }

    /// Opens for reading.
    pub fn read(&self) -> Outcome<Reading> {
        self.must_exist()?;
        let house = House::open(self.ports(true)?)?;
        // What a server keeps there is read; nothing is written beside it.
        if self.has_lake() {
            self.read_lake(&house);
        }
        Ok(Reading(Arc::new(house)))
    }

    /// As [`Self::read`], by a master key that is not where it will be looked for.
    pub fn read_with(&self, master: &[u8; 32]) -> Outcome<Reading> {
        Ok(Reading(Arc::new(House::open(self.ports_by(master, true)?)?)))
    }

    /// The right to be the only one who writes here.
    pub fn lock(&self) -> Outcome<File> {
        let path = self.folder.join("lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| Failure::file(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                let folder = self.folder.display();
                Err(Failure::refused(
                    format!("another perennial is at work in {folder}: stop it first (commands that only read can run beside it)"),
                    format!("另一个 perennial 进程正在使用 {folder}，请先停止它（只读命令可同时运行）"),
                ))
            }
            Err(TryLockError::Error(error)) => Err(Failure::file(&path, &error)),
        }
    }

    pub fn store(&self) -> Outcome<Box<dyn Journal>> {
        Ok(match &self.url {
            None => Box::new(SqliteStore::open(self.journal())?),
            Some(url) => Box::new(PostgresStore::connect(url)?),
        })
    }

    pub fn desk(&self) -> Outcome<Box<dyn Desk>> {
        Ok(match &self.url {
            None => Box::new(SqliteDesk::open(self.journal())?),
            Some(url) => Box::new(PostgresDesk::connect(url)?),
        })
    }

    pub fn key_store(&self) -> Outcome<Box<dyn KeyStore>> {
        Ok(match &self.url {
            None => Box::new(SqliteKeys::open(self.keys())?),
            Some(url) => Box::new(PostgresKeys::connect(url)?),
        })
    }

    pub fn witness(&self) -> Outcome<HeadFile> {
        let path = self.head();
        HeadFile::open(&path, Sync::Full).map_err(|error| Failure::file(&path, &error))
    }

    /// A new brand's ring of keys; an init that was cut short keeps the one it made.
    fn make_ring(&self) -> Outcome {
        let mut keys = self.key_store()?;
        if keys.brand(Ring::NAME)?.is_none() && keys.after(None, 1)?.is_empty() {
            let master = self.master()?;
            let wrapped = Ring::random().and_then(|ring| ring.wrap(&master)).map_err(|error| failure::of(&error))?;
            keys.set_brand(Ring::NAME, &wrapped)?;
        }
        Ok(())
    }

    pub fn master(&self) -> Outcome<[u8; 32]> {
        master_of(&self.folder)
    }

    /// The key a rotation leads to.
    pub fn next_master(&self) -> Outcome<key::Next> {
        key::next(&self.folder)
    }

    pub fn take_next_master(&self, next: &key::Next) -> Outcome {
        key::take_next(&self.folder, next)
    }

    /// The brand's keys, opened by its master key.
    pub fn secrets(&self) -> Outcome<Secrets> {
        self.secrets_by(&self.master()?)
    }

    fn secrets_by(&self, master: &[u8; 32]) -> Outcome<Secrets> {
        Secrets::of(master, self.key_store()?.as_mut())?.ok_or_else(|| {
            Failure::failed("this master key is not the one this brand's keys are wrapped under", "主密钥与该品牌的密钥不匹配")
        })
    }

    fn ports(&self, quiet: bool) -> Outcome<Ports> {
        self.ports_by(&self.master()?, quiet)
    }

    fn ports_by(&self, master: &[u8; 32], quiet: bool) -> Outcome<Ports> {
        let secrets = self.secrets_by(master)?;
        let store = self.store()?;
        let writer: Box<dyn Journal> = if quiet { Box::new(Quiet(store)) } else { store };
        Ok(Ports {
            writers: vec![(writer, self.key_store()?, self.witness()?)],
            reader: self.store()?,
            keys: self.key_store()?,
            desk: self.desk()?,
            clock: Arc::new(SystemClock::default()),
            secrets,
        })
    }

    /// As [`Self::must_stand`]; while a rotation of keys is unfinished, some of them open under the one master key and some under the other.
    pub fn must_exist(&self) -> Outcome {
        self.must_stand()?;
        if key::is_rotating(&self.folder) {
            return Err(Failure::refused(
                "a rotation of keys was cut short: run `perennial keys rotate` to finish it",
                "密钥轮换尚未完成：请运行 `perennial keys rotate` 继续",
            ));
        }
        Ok(())
    }

    /// Stores make their files when there are none; here that would hide a mistyped folder.
    pub fn must_stand(&self) -> Outcome {
        let there = if self.url.is_some() { self.folder.is_dir() } else { self.journal().is_file() };
        if !there {
            return Err(HouseError::NotInitialised.into());
        }
        if key::exists(&self.folder) { Ok(()) } else { Err(no_key(&self.folder)) }
    }
}

fn no_key(folder: &Path) -> Failure {
    let path = folder.join("keys").join("master.key");
    Failure::failed(
        format!("the master key is missing: put {} back, or give it by PERENNIAL_MASTER_KEY", path.display()),
        format!("缺少主密钥：请放回 {}，或通过 PERENNIAL_MASTER_KEY 提供", path.display()),
    )
}
