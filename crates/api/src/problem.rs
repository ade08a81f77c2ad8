//! Every no and every failure as `application/problem+json` (RFC 9457), in both languages.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use perennial_app::access::AccessError;
use perennial_app::door::DoorError;
use perennial_app::engine::{EngineError, Refusal};
use perennial_app::house::HouseError;
use perennial_app::port::PortError;
use perennial_app::query::QueryError;

use crate::wire;

/// What a client is told instead of an answer.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub code: String,
    pub en: String,
    pub zh: String,
    pub errors: Vec<wire::FieldError>,
    pub retry_after_s: Option<u64>,
    /// How far the board of members, or a condition's look at everyone, is.
    pub percent: Option<u8>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), en: en.into(), zh: zh.into(), errors: Vec::new(), retry_after_s: None, percent: None }
    }

    pub fn refused(status: StatusCode, refusal: Refusal) -> Self {
        Self::new(status, refusal.code, refusal.en, refusal.zh)
    }

    /// Bad fields: the first one's code and words are the whole's.
    pub fn fields(status: StatusCode, errors: Vec<wire::FieldError>) -> Self {
        let (code, en, zh) = errors.first().map_or_else(Default::default, |first| {
            let at = if first.pointer.is_empty() { String::new() } else { format!("{}: ", first.pointer) };
            (first.code.clone(), format!("{at}{}", first.detail), format!("{at}{}", first.detail_zh))
        });
        Self { errors, ..Self::new(status, &code, en, zh) }
    }

    pub fn field(status: StatusCode, pointer: &str, code: &str, en: &str, zh: &str) -> Self {
        Self::fields(status, vec![wire::FieldError::new(pointer, code, en, zh)])
    }

    pub fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "session.none", "Please sign in", "请先登录")
    }

    /// A failure of ours: its cause is for the log, not for the client.
    pub fn failure(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server.failed",
            "The server could not answer; its log says why",
            "服务器出错，原因已记录在日志中",
        )
    }

    pub fn passing(cause: &dyn std::fmt::Display) -> Self {
        tracing::warn!(%cause, "a request met a passing failure");
        let problem =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "server.busy", "The server is busy; try again shortly", "服务器繁忙，请稍后重试");
        Self { retry_after_s: Some(1), ..problem }
    }

    /// One caller asks too often.
    pub fn too_many(retry_after_s: u64) -> Self {
        let (en, zh) =
            (format!("Too many requests: try again in {retry_after_s} s"), format!("请求过于频繁，请在 {retry_after_s} 秒后重试"));
        Self { retry_after_s: Some(retry_after_s), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "access.too_many", en, zh) }
    }

    pub fn overloaded() -> Self {
        let (en, zh) = ("More is waiting to be recorded than the server takes; try again shortly", "等待写入的请求过多，请稍后重试");
        Self { retry_after_s: Some(1), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "engine.overloaded", en, zh) }
    }
}

impl From<PortError> for Problem {
    fn from(error: PortError) -> Self {
        match error {
            PortError::Transient(_) => Self::passing(&error),
            PortError::Damaged(_) | PortError::Failed(_) => Self::failure(&error),
        }
    }
}

impl From<HouseError> for Problem {
    fn from(error: HouseError) -> Self {
        match error {
            HouseError::Port(error) => error.into(),
            HouseError::Policies(problems) => {
                Self::fields(StatusCode::UNPROCESSABLE_ENTITY, problems.iter().map(wire::FieldError::of).collect())
            }
            // The document itself is sound: another one could not live with it, and its words say why.
            HouseError::Policy(problem) => Self::field(StatusCode::UNPROCESSABLE_ENTITY, "", problem.code, &problem.en, &problem.zh),
            other => Self::failure(&other),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::NotFound(refusal) => Self::refused(StatusCode::NOT_FOUND, refusal),
            QueryError::Refused(refusal) => Self::refused(StatusCode::UNPROCESSABLE_ENTITY, refusal),
            QueryError::Building { percent } => {
                let (en, zh) = (format!("The list of members is being read: {percent} %"), format!("正在读取会员列表：{percent}%"));
                let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "board_building", en, zh);
                Self { percent: Some(percent), retry_after_s: Some(1), ..problem }
            }
            QueryError::Selecting { percent } => {
                let (en, zh) =
                    (format!("Everyone is being looked at for the condition: {percent} %"), format!("正在按条件筛选全部会员：{percent}%"));
                let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "selection_building", en, zh);
                Self { percent: Some(percent), retry_after_s: Some(1), ..problem }
            }
            QueryError::House(error) => error.into(),
        }
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Wrong => {
                Self::new(StatusCode::UNAUTHORIZED, "session.wrong_password", "The name or the password is wrong", "用户名或密码不正确")
            }
            AccessError::CodeNeeded => {
                let (en, zh) = ("Give the code of the second factor, too", "请输入两步验证码");
                Self::new(StatusCode::UNAUTHORIZED, "session.code_needed", en, zh)
            }
            AccessError::CodeWrong => {
                let (en, zh) = ("The code is wrong, out of time or used up", "验证码不正确、已过期或已使用过");
                Self::new(StatusCode::UNAUTHORIZED, "session.wrong_code", en, zh)
            }
            AccessError::NotFound(refusal) => Self::refused(StatusCode::NOT_FOUND, refusal),
            AccessError::TooMany { retry_after_s } => {
                let (en, zh) =
                    (format!("Too many failures: try again in {retry_after_s} s"), format!("失败次数过多，请在 {retry_after_s} 秒后重试"));
                Self { retry_after_s: Some(retry_after_s), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "session.too_many", en, zh) }
            }
            AccessError::Refused(refusal) => Self::refused(StatusCode::UNPROCESSABLE_ENTITY, refusal),
            AccessError::Port(error) => error.into(),
            AccessError::Random(error) => Self::failure(&error),
        }
    }
}

impl From<DoorError> for Problem {
    fn from(error: DoorError) -> Self {
        match error {
            DoorError::Overloaded => Self::overloaded(),
            DoorError::Engine(error) => error.as_ref().into(),
            DoorError::Port(error) => error.into(),
            DoorError::Random(error) => Self::failure(&error),
            DoorError::Refused(refusal) => Self::refused(StatusCode::UNPROCESSABLE_ENTITY, refusal),
            DoorError::NotFound(refusal) => Self::refused(StatusCode::NOT_FOUND, refusal),
        }
    }
}

impl From<&EngineError> for Problem {
    /// Whatever the engine says, trying again is safe, because every command carries its key.
    fn from(error: &EngineError) -> Self {
        Self::passing(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = wire::Problem {
            kind: "about:blank".to_owned(),
            title: self.status.canonical_reason().unwrap_or_default().to_owned(),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.en,
            detail_zh: self.zh,
            errors: self.errors,
            percent: self.percent,
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
