//! `backup` and `restore`: one file with everything, and the way back.
//!
//! The file is a gzipped tar: `manifest.json` first, with the SHA-256 sum of every other entry, then `journal.db`, `head`, `keys/keys.db` and,
//! where asked for, `keys/master.key`. The journal is copied before the keys: a key is durable before the first fact it sealed, so the copy of
//! the keys opens every fact of the copy of the journal. An erasure list will be an entry of its own beside the keys: `restore` applies the
//! one outside the backup, which is newer.

mod backup;
mod manifest;
mod restore;

pub use self::backup::run as backup;
pub use self::restore::run as restore;

use crate::failure::Failure;

/// PostgreSQL has tools of its own, which know more of it than we do.
fn not_on_postgres() -> Failure {
    Failure::refused(
        "on PostgreSQL: pg_dump -n perennial -n perennial_keys, together with the folder's keys/master.key and head",
        "PostgreSQL 请使用 pg_dump -n perennial -n perennial_keys，并保存目录中的 keys/master.key 与 head",
    )
}
