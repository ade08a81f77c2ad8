//! Background jobs, and what they are asked.

use perennial_app::port::jobs::{DONE, JobRow};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Words;

#[derive(Serialize, ToSchema)]
pub struct Job {
    pub id: String,
    /// `members_export`, `policy_preview`, `policy_backtest`, `policy_calibrate`, `policy_activate`.
    pub kind: String,
    pub who: String,
    /// `running`, `done`, `failed`, `cancelled`.
    pub state: String,
    pub done: u64,
    /// 0 while nobody knows.
    pub total: u64,
    /// Why it failed.
    pub message: Option<Words>,
    /// What was asked.
    #[schema(value_type = Object)]
    pub request: Value,
    /// What came of it; null until it is done.
    #[schema(value_type = Option<Object>)]
    pub result: Option<Value>,
    /// A file may be fetched.
    pub has_file: bool,
    pub created_at: String,
    pub ended_at: Option<String>,
}

impl From<JobRow> for Job {
    fn from(row: JobRow) -> Self {
        let read = |text: &str| serde_json::from_str::<Value>(text).ok();
        let message = read(&row.message).map(|words| Words {
            en: words["en"].as_str().unwrap_or_default().to_owned(),
            zh: words["zh"].as_str().unwrap_or_default().to_owned(),
        });
        let result = read(&row.result);
        let has_file = row.state == DONE && result.as_ref().is_some_and(|result| result["file"].is_string());
        Self {
            id: format!("j_{}", row.id),
            kind: row.kind,
            who: row.who,
            state: row.state,
            done: row.done,
            total: row.total,
            message,
            request: read(&row.request).unwrap_or_default(),
            result,
            has_file,
            created_at: row.created_at.to_string(),
            ended_at: row.ended_at.map(|at| at.to_string()),
        }
    }
}

impl Job {
    /// For a list: what came of a trial is told by the trial alone.
    pub fn brief(mut self) -> Self {
        if self.kind.starts_with("policy_") && self.kind != "policy_activate" {
            self.result = None;
        }
        self
    }
}

/// A job's number out of its id.
pub fn job_number(id: &str) -> Option<i64> {
    id.strip_prefix("j_")?.parse().ok()
}

#[derive(Serialize, ToSchema)]
pub struct JobStarted {
    pub job: String,
}

#[derive(ToSchema)]
pub struct ExportRequest {
    /// `csv` or `xlsx`.
    pub format: String,
    /// Columns in order; all when absent.
    pub columns: Option<Vec<String>>,
    /// These members alone; at most 10,000.
    pub members: Option<Vec<String>>,
    pub stage: Option<String>,
    pub model: Option<String>,
    pub q: Option<String>,
    pub condition: Option<String>,
    /// Those of a fixed list such as `l_3`.
    pub list: Option<String>,
    pub sort: Option<String>,
    pub order: Option<String>,
}
