//! Imports: a file's records become commands, in batches, with progress that survives a kill; and an import is taken back.
//!
//! The command line and the API both import through here. A record is dealt with once: its commands carry the source's own keys, so a rerun
//! finds them answered, and a resumed run may overlap what an earlier one had written.

mod bad;
mod dry;
mod feed;
mod job;
pub mod jobs;
mod run;
pub mod sample;
mod sort;
pub mod staged;
mod undo;

use std::sync::Arc;

use perennial_kernel::{Day, ImportId};
use perennial_source::FileError;
pub use perennial_source::{BadRow, Field, Input, Mapping, Preset, Status};

pub(crate) use self::bad::bad_row_text;
pub use self::bad::{BadRows, XLSX_ROWS_MAX, bad_rows};
pub use self::dry::{DryRun, dry_run};
pub use self::feed::{Feed, FileFeed};
pub use self::job::{Job, adopt, context, start};
pub use self::run::{Outcome, load, run};
pub use self::undo::{UndoPreview, preview_undo, undo};
use crate::engine::EngineError;
use crate::port::PortError;
use crate::port::desk::ImportRow;
use crate::secret::NotOpened;

/// Uploaded, and not begun.
pub const STAGED: &str = "staged";
pub const RUNNING: &str = "running";
/// Stopped by somebody who means to go on.
pub const PAUSED: &str = "paused";
pub const DONE: &str = "done";
/// Stopped or broken off; goes on where it was when the same file is imported again.
pub const FAILED: &str = "failed";
/// Given up by somebody, or left alone for too long; what was taken before stays.
pub const CANCELLED: &str = "cancelled";
/// Being taken back; goes on when asked again.
pub const UNDOING: &str = "undoing";
pub const UNDONE: &str = "undone";

/// What to import.
#[derive(Clone, Debug)]
pub struct Request {
    pub file: Input,
    /// What the list of imports calls it: the file's own name, without its folder.
    pub name: String,
    /// Orders are unique within a source.
    pub source: String,
    pub preset: Preset,
    pub shift: Shift,
}

/// Whether orders may be kept under this name: one to 64 characters, and not the engine's own.
pub fn is_source_name(name: &str) -> bool {
    !name.trim().is_empty() && name.len() <= 64 && !name.chars().any(char::is_control) && name != crate::engine::OWN_SOURCE
}

/// Whether dates are moved, always by whole weeks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shift {
    None,
    /// So that the last order falls into the last seven days.
    Today,
    To(Day),
}

/// What became of a file's records.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    pub new: u64,
    /// Of orders known before in another version.
    pub updated: u64,
    /// Recorded before with the same content.
    pub unchanged: u64,
    /// Records that say nothing to record.
    pub skipped: u64,
    pub bad: u64,
}

impl Counts {
    pub fn of(row: &ImportRow) -> Self {
        Self { new: row.new, updated: row.updated, unchanged: row.unchanged, skipped: row.skipped, bad: row.bad }
    }
}

/// How far a run has come.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Progress {
    /// `None` in a dry run.
    pub import: Option<ImportId>,
    /// Dealt with so far, those of earlier runs included.
    pub records: u64,
    pub counts: Counts,
    /// Of this run.
    pub records_per_second: f64,
    /// 0 to 100.
    pub percent: f64,
    /// `None` before there is anything to tell it by.
    pub seconds_left: Option<f64>,
}

/// Why an import or its undoing did not happen or was broken off.
#[derive(Debug)]
pub enum ImportError {
    File(FileError),
    Port(PortError),
    Engine(Arc<EngineError>),
    Random(getrandom::Error),
    /// No import has this number.
    NotFound(ImportId),
    /// It is at work, here or in another process that died without saying so.
    Busy(ImportId),
    /// Taken back before.
    Undone(ImportId),
    /// An import of this source is half taken back: finish that first.
    HalfUndone(ImportId),
    Sealed(NotOpened),
    /// In this state it cannot be done.
    State {
        import: ImportId,
        state: String,
    },
    /// Fields that must be mapped first.
    Incomplete(Vec<String>),
    NoPreset,
    /// The mapping names a column the file does not have.
    NoColumn {
        pointer: String,
        column: String,
    },
    /// Another node took the file.
    Elsewhere(ImportId),
    /// The staged file is not where it was.
    FileGone(ImportId),
    /// The disk gave out within the staged file.
    Unreadable(ImportId),
    TooManyStaged,
    /// This server was started without a folder for uploads.
    NoStaging,
}

impl ImportError {
    /// A code, and a sentence in English and Chinese.
    pub fn words(&self) -> (&'static str, String, String) {
        let same = |code, error: &dyn std::fmt::Display| (code, error.to_string(), error.to_string());
        match self {
            Self::File(error) => (error.code, error.en.clone(), error.zh.clone()),
            Self::Port(error) => same("import.store", error),
            Self::Engine(error) => ("import.store", format!("the store: {error}"), format!("写入失败，可重新导入同一文件继续：{error}")),
            Self::Random(error) => same("import.random", error),
            Self::NotFound(id) => ("import.unknown", format!("there is no import {}", id.0), format!("没有编号为 {} 的导入", id.0)),
            Self::Busy(id) => ("import.busy", format!("import {} is at work", id.0), format!("导入 {} 正在进行", id.0)),
            Self::Undone(id) => ("import.undone", format!("import {} has been undone", id.0), format!("导入 {} 已撤销", id.0)),
            Self::HalfUndone(id) => (
                "import.half_undone",
                format!("import {} of this source is half undone: finish undoing it first", id.0),
                format!("该来源的导入 {} 尚未撤销完，请先完成撤销", id.0),
            ),
            Self::Sealed(_) => {
                ("import.sealed", "the kept rows do not open with this master key".into(), "无法用当前主密钥打开保存的行".into())
            }
            Self::State { import, state } => (
                "import.state",
                format!("import {} is {state}: this cannot be done now", import.0),
                format!("导入 {} 处于“{state}”状态，现在不能这样做", import.0),
            ),
            Self::Incomplete(fields) => {
                let list = fields.join(", ");
                ("mapping.incomplete", format!("no column is mapped to: {list}"), format!("尚未映射的必需字段：{list}"))
            }
            Self::NoPreset => ("preset.unknown", "there is no such preset".into(), "没有这个预设".into()),
            Self::NoColumn { column, .. } => {
                ("mapping.no_such_column", format!("the file has no column \"{column}\""), format!("文件中没有“{column}”列"))
            }
            Self::Elsewhere(id) => (
                "import.elsewhere",
                format!("the file of import {} lies on another node of this brand: ask that one", id.0),
                format!("导入 {} 的文件在本品牌的另一个节点上，请在该节点操作", id.0),
            ),
            Self::FileGone(id) => (
                "import.file_gone",
                format!("the uploaded file of import {} is no longer there: upload it again; what was taken before stays", id.0),
                format!("导入 {} 的上传文件已不存在，请重新上传；已导入的部分会保留", id.0),
            ),
            Self::Unreadable(id) => (
                "file.unreadable",
                format!("the file of import {} could not be read to its end", id.0),
                format!("导入 {} 的文件未能读完", id.0),
            ),
            Self::TooManyStaged => (
                "import.too_many",
                format!("{} uploaded files are waiting already: import or cancel some first", jobs::STAGED_MAX),
                format!("已有 {} 个上传文件等待处理，请先导入或取消一部分", jobs::STAGED_MAX),
            ),
            Self::NoStaging => ("import.no_folder", "this server takes no files".into(), "该服务不接收文件".into()),
        }
    }
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words().1)
    }
}

impl std::error::Error for ImportError {}

impl From<FileError> for ImportError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<PortError> for ImportError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl From<Arc<EngineError>> for ImportError {
    fn from(error: Arc<EngineError>) -> Self {
        Self::Engine(error)
    }
}

impl From<getrandom::Error> for ImportError {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

impl From<NotOpened> for ImportError {
    fn from(error: NotOpened) -> Self {
        Self::Sealed(error)
    }
}
