//! `restore`: into a folder that does not exist yet, and nothing of it stays when anything is wrong.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use perennial_app::audit::verify_lane;
use perennial_app::erasure::ErasureList;
use perennial_app::port::Journal;
use perennial_store::SqliteStore;
use serde_json::json;

use super::manifest::{self, Manifest, Summed};
use super::not_on_postgres;
use crate::args::RestoreArguments;
use crate::command::Scene;
use crate::failure::{Failure, Outcome, of};
use crate::place::{Place, private_folder, write_private};
use crate::print;
use crate::say::say;

/// The only names that are written; anything else in the file is refused.
const ENTRIES: [&str; 5] = ["journal.db", "head", "keys/keys.db", "keys/master.key", "erasures"];
const MANIFEST_BYTES_MAX: u64 = 1 << 20;

pub fn run(scene: &Scene, arguments: &RestoreArguments) -> Outcome {
    let folder = &scene.place.folder;
    if scene.place.url.is_some() {
        return Err(not_on_postgres());
    }
    if folder.exists() {
        let path = folder.display();
        return Err(Failure::refused(
            format!("{path} is there already: restore into a folder that does not exist yet, then change places"),
            format!("{path} 已存在：请恢复到尚不存在的目录，再替换"),
        ));
    }
    let work = Work(folder.with_extension("restoring"));
    if work.0.exists() {
        std::fs::remove_dir_all(&work.0).map_err(|error| Failure::file(&work.0, &error))?;
    }
    for part in [work.0.clone(), work.0.join("keys"), work.0.join("staged")] {
        private_folder(&part)?;
    }
    let manifest = unpack(&arguments.file, &work.0)?;
    let facts = verify(&work.0, &manifest)?;
    if let Some(path) = &arguments.master_key {
        let key = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
        write_private(&work.0.join("keys").join("master.key"), &key)?;
    }
    let listed = erasures(&work.0, arguments.erasures.as_deref())?;
    note(&work.0, &manifest)?;
    std::fs::rename(&work.0, folder).map_err(|error| Failure::file(folder, &error))?;
    let keyed = folder.join("keys").join("master.key").exists() || std::env::var_os("PERENNIAL_MASTER_KEY").is_some();
    if listed > 0 && keyed {
        // Opening erases again whoever is on the list; without the master key the first start does.
        drop(scene.place.open()?);
    }
    if scene.json {
        print::json(
            &json!({ "folder": folder, "brand": manifest.brand, "created_at": manifest.created_at, "facts": facts, "erased": listed }),
        );
    }
    let (brand, at) = (&manifest.brand, &manifest.created_at);
    say(&format!("{brand} as of {at} is restored, {facts} facts verified"), &format!("已恢复 {brand}（{at}），校验 {facts} 条事实"));
    if arguments.erasures.is_none() {
        say(
            "members erased after the backup are back, unless --erasures gave the list: it is the file `erasures` of the folder in use",
            "如未用 --erasures 提供名单（在用目录中的 erasures 文件），备份之后删除的会员会重新出现",
        );
    }
    if !keyed {
        say(
            "put keys/master.key into it before it is opened: the backup does not hold it",
            "打开前请放入 keys/master.key：备份中不含主密钥",
        );
    }
    Ok(())
}

/// The list of the backup and the one given, in one; answers how many it names.
fn erasures(folder: &Path, given: Option<&Path>) -> Outcome<usize> {
    let open = |path: &Path| ErasureList::open(path).map_err(|error| Failure::file(path, &error));
    let path = folder.join("erasures");
    let mut list = open(&path)?;
    if let Some(given) = given {
        if !given.is_file() {
            return Err(Failure::refused(format!("{} is not there", given.display()), format!("{} 不存在", given.display())));
        }
        list.extend(open(given)?.entries()).map_err(|error| Failure::file(&path, &error))?;
    }
    Ok(list.entries().len())
}

fn unpack(file: &Path, folder: &Path) -> Outcome<Manifest> {
    let failed = |error: std::io::Error| Failure::file(file, &error);
    let mut archive = tar::Archive::new(GzDecoder::new(BufReader::new(File::open(file).map_err(failed)?)));
    let mut entries = archive.entries().map_err(failed)?;
    let first = entries.next().ok_or_else(|| no_backup("it is empty"))?.map_err(failed)?;
    if first.path().map_err(failed)?.to_string_lossy() != manifest::NAME {
        return Err(no_backup("its first entry is no manifest"));
    }
    let mut text = Vec::new();
    first.take(MANIFEST_BYTES_MAX).read_to_end(&mut text).map_err(failed)?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| no_backup(&error.to_string()))?;
    if manifest.format != manifest::FORMAT {
        return Err(no_backup("another version of perennial wrote it"));
    }
    let mut expected = manifest.entries.iter();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.path().map_err(failed)?.to_string_lossy().into_owned();
        let said = expected.next().filter(|said| said.name == name && ENTRIES.contains(&name.as_str()));
        let said = said.ok_or_else(|| no_backup(&format!("{name} is not what its manifest names")))?;
        let path = folder.join(&name);
        let mut reader = Summed::new(entry);
        let mut out = File::create(&path).map_err(|error| Failure::file(&path, &error))?;
        std::io::copy(&mut reader, &mut out).and_then(|_| out.sync_all()).map_err(failed)?;
        if reader.finish() != (said.bytes, said.sha256.clone()) {
            return Err(no_backup(&format!("{name} is damaged: its sum is another")));
        }
        private(&path)?;
    }
    match expected.next() {
        None => Ok(manifest),
        Some(missing) => Err(no_backup(&format!("{} is missing", missing.name))),
    }
}

fn private(path: &Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(|error| Failure::file(path, &error))
}

fn no_backup(why: &str) -> Failure {
    Failure::failed(format!("this is no whole backup: {why}"), format!("备份不完整：{why}"))
}

/// Every lane's chain from its first fact on, and that it ends where the manifest says.
fn verify(folder: &Path, manifest: &Manifest) -> Outcome<u64> {
    let mut store = SqliteStore::open(folder.join("journal.db"))?;
    let findings = store.integrity()?;
    if let Some(finding) = findings.first() {
        return Err(no_backup(finding));
    }
    let heads = store.heads()?;
    if heads.len() != manifest.heads.len() || !manifest.heads.iter().zip(&heads).all(|(said, head)| said.is(head)) {
        return Err(no_backup("its journal does not end where its manifest says"));
    }
    for head in &heads {
        verify_lane(&mut store, head, None, &[])?
            .map_err(|broken| no_backup(&format!("lane {}, fact {}: {}", broken.lane.0, broken.seq.0, broken.why)))?;
    }
    Ok(heads.iter().map(|head| head.seq.0).sum())
}

/// A restored journal is another epoch: what the old one acknowledged after the backup is not in it.
fn note(folder: &Path, manifest: &Manifest) -> Outcome {
    let place = Place::new(folder.to_owned(), None, None);
    let mut desk = place.desk()?;
    let epoch = perennial_app::engine::announce(desk.as_mut()).map_err(|error| of(&error))?;
    let detail = format!("epoch {epoch}; backup of {}", manifest.created_at);
    perennial_app::house::note_later(desk.as_mut(), "restored", &detail).map_err(|error| of(&error))
}

struct Work(PathBuf);

impl Drop for Work {
    fn drop(&mut self) {
        // After the renaming there is nothing left to remove.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
