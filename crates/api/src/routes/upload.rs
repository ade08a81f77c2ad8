//! A file comes in: streamed to the staging folder, sealed on the way, never held in memory whole.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::{Extension, Json};
use bytes::Bytes;
use http_body_util::BodyExt;
use perennial_app::access::Caller;
use perennial_app::import::ImportError;
use perennial_app::import::staged::Upload;
use tokio::sync::mpsc;

use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Parts received ahead of a slow disk.
const PARTS_AHEAD: usize = 16;
/// An upload that stands still for longer is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// Beyond the limit so much is read and thrown away, so that the client hears the answer instead of a broken connection.
const DRAINED_BYTES_MAX: u64 = 16 << 20;
const NAME_CHARS_MAX: usize = 120;

/// Takes a file: as the body itself with `?name=orders.csv`, or as the part `file` of a form. The answer says how it was understood; nothing
/// is imported yet. A file that cannot be read at all is refused and not kept.
#[utoipa::path(post, path = "/api/v1/imports", tag = "imports",
    params(("name" = Option<String>, Query, description = "The file's name, where the body is the file itself")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file; or multipart/form-data with a part `file`"),
    responses((status = 201, body = wire::ImportDetail)))]
pub async fn upload_import(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
    request: Request,
) -> Result<(StatusCode, Json<wire::ImportDetail>), Problem> {
    let name = query.text("name");
    query.finish()?;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == "application/json" {
        let (en, zh) = ("The body must be the file itself, or a form with the part file", "请求体须为文件本身，或带有 file 部分的表单");
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "upload.no_file", en, zh));
    }
    let (upload, name) = if kind == "multipart/form-data" {
        let form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
        from_form(&site, form, name).await?
    } else {
        (receive(&site, Parts::Body(request.into_body())).await?, name)
    };
    let name = plain_name(name.as_deref().unwrap_or_default());
    let detail = site.ask(move |site| site.imports.take(upload, &name, &caller.name())).await?;
    Ok((StatusCode::CREATED, Json(detail.into())))
}

async fn from_form(site: &Arc<Site>, mut form: Multipart, name: Option<String>) -> Result<(Upload, Option<String>), Problem> {
    while let Some(part) = form.next_field().await.map_err(|_| broken())? {
        if part.name() == Some("file") {
            let name = name.or_else(|| part.file_name().map(str::to_owned));
            let upload = receive(site, Parts::Form(Box::new(part))).await?;
            return Ok((upload, name));
        }
    }
    let (en, zh) = ("the form has no part named file", "表单中没有名为 file 的部分");
    Err(Problem::field(StatusCode::UNPROCESSABLE_ENTITY, "/file", "field.missing", en, zh))
}

/// Where the parts of a file come from.
enum Parts<'a> {
    Body(Body),
    Form(Box<Field<'a>>),
}

impl Parts<'_> {
    /// The next part; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        match self {
            Self::Form(field) => field.chunk().await.map_err(|_| broken()),
            Self::Body(body) => loop {
                match body.frame().await {
                    None => return Ok(None),
                    Some(Err(_)) => return Err(broken()),
                    Some(Ok(frame)) => {
                        if let Ok(data) = frame.into_data() {
                            return Ok(Some(data));
                        }
                    }
                }
            },
        }
    }
}

/// Writes what comes, part by part, on a thread where waiting for the disk is allowed.
async fn receive(site: &Arc<Site>, mut parts: Parts<'_>) -> Result<Upload, Problem> {
    let mut upload = site.ask(|site| site.imports.begin()).await?;
    let (sender, mut receiver) = mpsc::channel::<Bytes>(PARTS_AHEAD);
    let writer = tokio::task::spawn_blocking(move || {
        while let Some(part) = receiver.blocking_recv() {
            upload.write(&part)?;
        }
        Ok::<_, std::io::Error>(upload)
    });
    let most = site.options.upload_bytes_max;
    let mut length = 0;
    loop {
        let part = tokio::time::timeout(PATIENCE, parts.next()).await.map_err(|_| slow())??;
        let Some(part) = part else { break };
        length += part.len() as u64;
        if length > most {
            if length > most + DRAINED_BYTES_MAX {
                break;
            }
        } else if sender.send(part).await.is_err() {
            break; // The disk gave out; the writer says why.
        }
    }
    drop(sender);
    let written = writer.await.map_err(|error| Problem::failure(&error))?;
    if length > most {
        let mib = most >> 20;
        let (en, zh) = (format!("The file is larger than {mib} MiB: split it"), format!("文件超过 {mib} MiB，请拆分后上传"));
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "upload.too_large", en, zh));
    }
    written.map_err(|error| Problem::failure(&error))
}

/// Without folders, control characters and excess length.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect();
    if plain.trim().is_empty() { "upload".to_owned() } else { plain }
}

fn broken() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "body.broken", "The body broke off", "请求体传输中断")
}

fn slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "body.slow", "The body did not arrive in time", "请求体未在规定时间内送达")
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let (code, en, zh) = error.words();
        match error {
            ImportError::Port(error) => error.into(),
            ImportError::Engine(error) => (&*error).into(),
            ImportError::Random(_) | ImportError::Sealed(_) => Self::failure(&en),
            ImportError::File(found) if found.cause.is_some() => Self::failure(&found),
            ImportError::File(_) | ImportError::Incomplete(_) => Self::field(StatusCode::UNPROCESSABLE_ENTITY, "", code, &en, &zh),
            ImportError::NoPreset => Self::field(StatusCode::UNPROCESSABLE_ENTITY, "/preset", code, &en, &zh),
            ImportError::NoColumn { pointer, .. } => Self::field(StatusCode::UNPROCESSABLE_ENTITY, &pointer, code, &en, &zh),
            ImportError::NotFound(_) => Self::new(StatusCode::NOT_FOUND, code, en, zh),
            ImportError::NoStaging => Self::new(StatusCode::SERVICE_UNAVAILABLE, code, en, zh),
            ImportError::Busy(_)
            | ImportError::Undone(_)
            | ImportError::HalfUndone(_)
            | ImportError::State { .. }
            | ImportError::Elsewhere(_)
            | ImportError::FileGone(_)
            | ImportError::Unreadable(_)
            | ImportError::TooManyStaged => Self::new(StatusCode::CONFLICT, code, en, zh),
        }
    }
}
