//! `backup`: consistent while others write, because SQLite copies what one read transaction sees.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use perennial_app::head::{HeadFile, Sync};
use perennial_app::house::House;
use perennial_app::port::journal::LaneHead;
use perennial_app::port::{Journal, Trail};
use perennial_store::{SqliteDesk, SqliteKeys, SqliteStore};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;

use super::manifest::{self, Head, Manifest, measure};
use super::not_on_postgres;
use crate::args::BackupArguments;
use crate::command::Scene;
use crate::failure::{BEHIND, Failure, Outcome, of};
use crate::place::private_folder;
use crate::print;
use crate::say::say;

pub fn run(scene: &Scene, arguments: &BackupArguments) -> Outcome {
    let (place, target) = (&scene.place, &arguments.file);
    if place.url.is_some() {
        return Err(not_on_postgres());
    }
    let house = place.read()?;
    if target.exists() {
        let path = target.display();
        return Err(Failure::refused(format!("{path} is there already"), format!("{path} 已存在")));
    }
    let work = Work::new(target)?;
    // Before the copy: what was acknowledged by now must be in it.
    let witnessed = place.witness()?.heads().to_vec();
    let (journal, keys, head) = (work.0.join("journal.db"), work.0.join("keys.db"), work.0.join("head"));
    copy_of(&place.journal(), &journal)?;
    copy_of(&place.keys(), &keys)?;
    if house.verify_trail()?.broken.is_none() {
        // The keys were copied a moment later and may vouch for audit lines the journal's copy does not have yet.
        let last = SqliteDesk::open(&journal)?.audit(1)?.pop();
        last.map_or(Ok(()), |last| perennial_app::audit::trail::witness_anew(&mut SqliteKeys::open(&keys)?, &last))?;
    }
    let heads = SqliteStore::open(&journal)?.heads()?;
    whole(&witnessed, &heads)?;
    let mut witness = HeadFile::open(&head, Sync::Full).map_err(|error| Failure::file(&head, &error))?;
    witness.write(&manifest::witness(&heads)).map_err(|error| Failure::file(&head, &error))?;
    let mut entries = vec![("journal.db", journal), ("head", head), ("keys/keys.db", keys)];
    if arguments.with_master_key {
        entries.push(("keys/master.key", place.folder.join("keys").join("master.key")));
    }
    if place.erasures().exists() {
        entries.push(("erasures", place.erasures()));
    }
    let manifest = describe(&house, &heads, &entries)?;
    write(target, &manifest, &entries)?;
    house.audit("cli", "backup_made", &target.file_name().unwrap_or_default().to_string_lossy())?;
    let bytes = std::fs::metadata(target).map_or(0, |file| file.len());
    if scene.json {
        print::json(&json!({ "file": target, "bytes": bytes, "facts": heads.iter().map(|head| head.seq.0).sum::<u64>() }));
    }
    let path = target.display();
    say(&format!("{path}: {bytes} bytes"), &format!("{path}：{bytes} 字节"));
    if !arguments.with_master_key {
        say("the master key is not in it: keep keys/master.key apart", "备份不含主密钥，请另行保存 keys/master.key");
    }
    Ok(())
}

/// Copies a database as one read transaction sees it, its write-ahead log included.
fn copy_of(from: &Path, to: &Path) -> Outcome {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error: rusqlite::Error| Failure::failed(format!("{}: {error}", from.display()), format!("{}：{error}", from.display()));
    let connection = Connection::open_with_flags(from, flags).map_err(failed)?;
    connection.busy_timeout(std::time::Duration::from_mins(1)).map_err(failed)?;
    connection.execute("VACUUM INTO ?1", [to.to_string_lossy()]).map(drop).map_err(failed)
}

fn whole(witnessed: &[LaneHead], heads: &[LaneHead]) -> Outcome {
    for was in witnessed {
        let now = heads.iter().find(|head| head.lane == was.lane).map_or(0, |head| head.seq.0);
        if now < was.seq.0 {
            let (first, last) = (now + 1, was.seq.0);
            return Err(Failure {
                code: BEHIND,
                en: format!("acknowledged facts {first} to {last} are missing in the database: nothing was backed up"),
                zh: format!("数据库缺少已确认的事实 {first} 至 {last}，未备份"),
            });
        }
    }
    Ok(())
}

fn describe(house: &House, heads: &[LaneHead], entries: &[(&str, PathBuf)]) -> Outcome<Manifest> {
    let mut sums = Vec::new();
    for (name, path) in entries {
        sums.push(measure(name, path).map_err(|error| Failure::file(path, &error))?);
    }
    Ok(Manifest {
        format: manifest::FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        brand: house.reference().brand.name.clone(),
        created_at: house.now().to_string(),
        heads: heads.iter().map(Head::of).collect(),
        entries: sums,
    })
}

/// Written beside, then renamed: a file of that name is a whole backup.
fn write(target: &Path, manifest: &Manifest, entries: &[(&str, PathBuf)]) -> Outcome {
    let failed = |error: std::io::Error| Failure::file(target, &error);
    let part = target.with_extension("part");
    let text = serde_json::to_vec_pretty(manifest).map_err(|error| of(&error))?;
    let file = File::create(&part).map_err(failed)?;
    let mut tar = tar::Builder::new(GzEncoder::new(BufWriter::new(file), Compression::default()));
    let put = |tar: &mut tar::Builder<_>| -> std::io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o600);
        header.set_cksum();
        tar.append_data(&mut header, manifest::NAME, text.as_slice())?;
        for (name, path) in entries {
            tar.append_file(name, &mut File::open(path)?)?;
        }
        Ok(())
    };
    put(&mut tar).map_err(failed)?;
    let zipped = tar.into_inner().and_then(GzEncoder::finish).map_err(failed)?;
    let mut file = zipped;
    file.flush().and_then(|()| file.get_ref().sync_all()).map_err(failed)?;
    std::fs::rename(&part, target).map_err(failed)
}

/// A folder beside the target for the copies, gone afterwards.
struct Work(PathBuf);

impl Work {
    fn new(target: &Path) -> Outcome<Self> {
        let folder = target.with_extension(format!("work-{}", std::process::id()));
        private_folder(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // What cannot be removed is seen beside the backup.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
