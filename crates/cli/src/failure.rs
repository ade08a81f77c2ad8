//! Why a command did not do what it was asked, in both languages, and the exit code that says so to scripts.

use perennial_app::access::AccessError;
use perennial_app::audit::StartError;
use perennial_app::catalogue::CatalogueError;
use perennial_app::engine::{EngineError, Refusal};
use perennial_app::house::HouseError;
use perennial_app::import::ImportError;
use perennial_app::policy::PolicyProblem;
use perennial_app::port::PortError;
use perennial_app::query::QueryError;
use perennial_app::query::backtest::DraftError;

pub const FAILED: u8 = 1;
pub const MISUNDERSTOOD: u8 = 2;
pub const REFUSED: u8 = 3;
/// The database is behind the head file: acknowledged facts are missing.
pub const BEHIND: u8 = 7;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    pub code: u8,
    pub en: String,
    pub zh: String,
}

pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub fn failed(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { code: FAILED, en: en.into(), zh: zh.into() }
    }

    pub fn refused(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { code: REFUSED, en: en.into(), zh: zh.into() }
    }

    pub fn misunderstood(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { code: MISUNDERSTOOD, en: en.into(), zh: zh.into() }
    }

    /// An error of a file that the user named.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let path = path.display();
        Self::failed(format!("{path}: {error}"), format!("{path}：{error}"))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::refused(refusal.en, refusal.zh)
    }
}

impl From<PolicyProblem> for Failure {
    fn from(problem: PolicyProblem) -> Self {
        let at = if problem.pointer.is_empty() { String::new() } else { format!("{}: ", problem.pointer) };
        Self::refused(format!("{at}{}", problem.en), format!("{at}{}", problem.zh))
    }
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        let zh = match &error {
            PortError::Transient(why) => format!("暂时失败，请重试：{why}"),
            PortError::Damaged(why) => format!("数据已损坏：{why}"),
            PortError::Failed(why) => format!("存储失败：{why}"),
        };
        Self::failed(format!("the store: {error}"), zh)
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Port(error) => error.into(),
            EngineError::Head(_) | EngineError::Random(_) => of(&error),
        }
    }
}

impl From<HouseError> for Failure {
    fn from(error: HouseError) -> Self {
        match error {
            HouseError::Port(error) => error.into(),
            HouseError::Engine(error) => error.into(),
            HouseError::Policy(problem) => problem.into(),
            HouseError::Policies(problems) => problems_of(problems),
            HouseError::NotInitialised => {
                Self::refused("no brand lives here yet: run `perennial init` first", "此目录还没有品牌，请先运行 `perennial init`")
            }
            HouseError::Initialised => Self::refused("a brand lives here already", "此目录已有品牌"),
        }
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::NotFound(refusal) | QueryError::Refused(refusal) => refusal.into(),
            QueryError::House(error) => error.into(),
            QueryError::Building { .. } | QueryError::Selecting { .. } => of(&error),
        }
    }
}

impl From<DraftError> for Failure {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Draft(problems) => problems_of(problems),
            DraftError::Query(error) => error.into(),
        }
    }
}

/// Every problem of a document, one a line.
pub fn problems_of(problems: Vec<PolicyProblem>) -> Failure {
    let all: Vec<Failure> = problems.into_iter().map(Failure::from).collect();
    let join = |text: fn(&Failure) -> &str| all.iter().map(text).collect::<Vec<_>>().join("\n");
    Failure::refused(join(|failure| &failure.en), join(|failure| &failure.zh))
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Refused(refusal) | AccessError::NotFound(refusal) => refusal.into(),
            AccessError::Port(error) => error.into(),
            AccessError::Random(error) => of(&error),
            AccessError::Wrong | AccessError::CodeNeeded | AccessError::CodeWrong | AccessError::TooMany { .. } => {
                Self::refused("not let in", "未获准登录")
            }
        }
    }
}

impl From<CatalogueError> for Failure {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Port(error) => error.into(),
            CatalogueError::File(error) => Self { code: FAILED, en: error.en, zh: error.zh },
            CatalogueError::NotFound => Self::refused("there is no such entry", "没有这条目录"),
            CatalogueError::Conflict(version) => {
                Self::refused(format!("version {version} of the entry stands"), format!("该条目当前为版本 {version}"))
            }
            CatalogueError::Refused(problems) => {
                let words = |word: fn(&perennial_source::door::FieldProblem) -> String| problems.iter().map(word).collect::<Vec<_>>();
                let en = words(|problem| format!("{}: {}", problem.pointer, problem.en)).join("; ");
                Self::refused(en, words(|problem| format!("{}：{}", problem.pointer, problem.zh)).join("；"))
            }
        }
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let (_, en, zh) = error.words();
        match error {
            ImportError::Port(error) => error.into(),
            ImportError::File(_)
            | ImportError::Engine(_)
            | ImportError::Random(_)
            | ImportError::Sealed(_)
            | ImportError::FileGone(_)
            | ImportError::Unreadable(_)
            | ImportError::NoStaging => Self::failed(en, zh),
            ImportError::NotFound(_)
            | ImportError::Busy(_)
            | ImportError::Undone(_)
            | ImportError::HalfUndone(_)
            | ImportError::State { .. }
            | ImportError::Incomplete(_)
            | ImportError::NoPreset
            | ImportError::NoColumn { .. }
            | ImportError::Elsewhere(_)
            | ImportError::TooManyStaged => Self::refused(en, zh),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let en = error.to_string();
        match error {
            StartError::Port(error) => error.into(),
            StartError::Behind { lane, first_lost, witnessed } => Self {
                code: BEHIND,
                en,
                zh: format!(
                    "已确认的事实缺失：通道 {} 的第 {} 至 {} 条。请恢复备份，或运行 `perennial doctor --accept-loss`",
                    lane.0, first_lost.0, witnessed.0
                ),
            },
            StartError::NoWitness => {
                Self {
                    code: BEHIND, en, zh: "头文件缺失或为空，无法排除数据丢失：请运行 `perennial doctor --accept-loss`".to_owned()
                }
            }
            StartError::Broken(broken) => {
                Self::failed(en, format!("日志已损坏：通道 {}，第 {} 条：{}", broken.lane.0, broken.seq.0, broken.why))
            }
            StartError::Head(error) => Self::failed(en, format!("头文件不可用：{error}")),
        }
    }
}

/// Errors of the machine have no translation.
pub fn of(error: &dyn std::fmt::Display) -> Failure {
    Failure::failed(error.to_string(), error.to_string())
}
