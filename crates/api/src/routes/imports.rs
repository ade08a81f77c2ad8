//! Imports: a file is uploaded, mapped, tried, run in the background, and taken back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::import::jobs::{Asked, Wanted};
use perennial_app::import::{self, Field, ImportError, Mapping, Status};
use perennial_kernel::ImportId;
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::{Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

const PAGE: usize = 50;
const PAGE_MAX: usize = 200;

/// The imports, newest first.
#[utoipa::path(get, path = "/api/v1/imports", tag = "imports", params(("limit" = Option<usize>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = wire::ImportPage)))]
pub async fn imports(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::ImportPage>, Problem> {
    let (limit, cursor) = (query.limit(PAGE, PAGE_MAX), query.text("cursor"));
    query.finish()?;
    let before = match &cursor {
        None => None,
        Some(text) => Some(import_of(text.strip_prefix("i_").unwrap_or_default()).map_err(|_| bad_cursor())?),
    };
    let (listed, total) = site.ask(move |site| site.imports.list(before, limit)).await?;
    let last = listed.last().map(|one| one.row.id).filter(|last| listed.len() == limit && last.0 > 1);
    let items = listed.into_iter().map(Into::into).collect();
    Ok(Json(wire::ImportPage { items, next: last.map(|last| format!("i_{}", last.0)), total }))
}

fn bad_cursor() -> Problem {
    Problem::field(StatusCode::UNPROCESSABLE_ENTITY, "?cursor", "cursor.unreadable", "is no cursor of this list", "不是该列表的游标")
}

/// One import: how far it has come, what was found in its file, and what a dry run said.
#[utoipa::path(get, path = "/api/v1/imports/{import}", tag = "imports", params(("import" = String, Path)),
    responses((status = 200, body = wire::ImportDetail)))]
pub async fn import(State(site): State<Arc<Site>>, Segments(id): Segments<String>) -> Result<Json<wire::ImportDetail>, Problem> {
    let id = import_of(&id)?;
    let detail = site.ask(move |site| site.imports.detail(id)).await?;
    Ok(Json(detail.into()))
}

/// Says how the staged file is to be read, looks at it again with that, and remembers it for files with the same columns.
#[utoipa::path(put, path = "/api/v1/imports/{import}/mapping", tag = "imports", params(("import" = String, Path)),
    request_body = wire::ImportReading, responses((status = 200, body = wire::ImportDetail)))]
pub async fn map_import(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::ImportDetail>, Problem> {
    let (id, asked) = (import_of(&id)?, asked(&body)?);
    let detail = site.ask(move |site| site.imports.map(id, &asked, &caller.name()).map_err(mapping_problem)).await?;
    Ok(Json(detail.into()))
}

fn asked(body: &Value) -> Result<Asked, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (preset, source, shift_to_today) = (fields.required_text("preset"), fields.required_text("source"), fields.flag("shift_to_today"));
    if !source.is_empty() && !import::is_source_name(&source) {
        problems.add("/source", "source.name", "must have 1 to 64 characters", "须为 1 到 64 个字符");
    }
    let mapping = fields.object("mapping").map(|fields| mapping(&fields, &problems)).unwrap_or_default();
    fields.close();
    problems.finish()?;
    Ok(Asked { preset, source, shift_to_today, mapping })
}

fn mapping(fields: &Fields<'_>, problems: &Problems) -> Mapping {
    let mut mapping = Mapping::default();
    let pairs = |name| fields.object(name).map(|inner| inner.other_texts()).unwrap_or_default();
    for (name, column) in pairs("columns") {
        match Field::parse(&name) {
            Some(field) => drop(mapping.columns.insert(field, column)),
            None => problems.add(&format!("/mapping/columns/{name}"), "mapping.no_such_field", "is no field", "不是可映射的字段"),
        }
    }
    mapping.identities = pairs("identities").into_iter().collect();
    for (word, meant) in pairs("statuses") {
        let status = [("paid", Status::Paid), ("unpaid", Status::Unpaid), ("cancelled", Status::Cancelled), ("refunded", Status::Refunded)]
            .into_iter()
            .find(|(name, _)| *name == meant);
        if let Some((_, status)) = status {
            mapping.statuses.insert(word, status);
        } else {
            let (en, zh) = ("must be paid, unpaid, cancelled or refunded", "须为 paid、unpaid、cancelled 或 refunded");
            problems.add(&format!("/mapping/statuses/{word}"), "mapping.status", en, zh);
        }
    }
    (mapping.channel, mapping.encoding, mapping.sheet) = (fields.text("channel"), fields.text("encoding"), fields.text("sheet"));
    if let Some(text) = fields.text("delimiter") {
        let mut chars = text.chars();
        mapping.delimiter = chars.next().filter(char::is_ascii);
        if mapping.delimiter.is_none() || chars.next().is_some() {
            problems.add("/mapping/delimiter", "mapping.delimiter", "must be one ASCII character", "须为一个 ASCII 字符");
        }
    }
    if let Some(text) = fields.number("header_line") {
        mapping.header_line = text.parse().ok();
        if mapping.header_line.is_none() {
            problems.add("/mapping/header_line", "field.type", "must be a whole number from 0", "须为从 0 开始的整数");
        }
    }
    fields.close();
    mapping
}

/// The file's problems point into the mapping that caused them.
fn mapping_problem(error: ImportError) -> Problem {
    let ImportError::File(found) = &error else { return error.into() };
    let pointer = match found.code {
        "mapping.encoding" => "/mapping/encoding",
        "mapping.delimiter" => "/mapping/delimiter",
        "mapping.no_such_header" => "/mapping/header_line",
        "file.no_sheet" => "/mapping/sheet",
        code if code.starts_with("preset.") => "/preset",
        _ => "/mapping",
    };
    Problem::field(StatusCode::UNPROCESSABLE_ENTITY, pointer, found.code, &found.en, &found.zh)
}

macro_rules! wants {
    ($($(#[$doc:meta])* $name:ident, $path:literal, $wanted:ident;)*) => { $(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "imports", params(("import" = String, Path)),
            responses((status = 202, body = wire::ImportDetail)))]
        pub async fn $name(
            State(site): State<Arc<Site>>,
            Extension(caller): Extension<Caller>,
            Segments(id): Segments<String>,
        ) -> Result<(StatusCode, Json<wire::ImportDetail>), Problem> {
            want(site, caller, &id, Wanted::$wanted).await
        }
    )* };
}

wants! {
    /// Begins a dry run in the background: what the import would do, told against what is recorded, with nothing written.
    try_import, "/api/v1/imports/{import}/dry-run", Try;
    /// Begins the import in the background; one runs at a time, others wait.
    start_import, "/api/v1/imports/{import}/start", Run;
    /// Stops after the batch under way; `resume` goes on there. Ends a dry run.
    pause_import, "/api/v1/imports/{import}/pause", Pause;
    /// Goes on where it was paused or broken off.
    resume_import, "/api/v1/imports/{import}/resume", Run;
    /// Gives it up and deletes the file; what was taken before stays until it is undone.
    cancel_import, "/api/v1/imports/{import}/cancel", Cancel;
    /// Takes back what the import brought, in the background.
    undo_import, "/api/v1/imports/{import}/undo", Undo;
}

async fn want(site: Arc<Site>, caller: Caller, id: &str, wanted: Wanted) -> Result<(StatusCode, Json<wire::ImportDetail>), Problem> {
    let id = import_of(id)?;
    let detail = site.ask(move |site| site.imports.want(id, wanted, &caller.name())).await?;
    Ok((StatusCode::ACCEPTED, Json(detail.into())))
}

/// What undoing would take back.
#[utoipa::path(get, path = "/api/v1/imports/{import}/undo", tag = "imports", params(("import" = String, Path)),
    responses((status = 200, body = wire::ImportUndo)))]
pub async fn preview_undo(State(site): State<Arc<Site>>, Segments(id): Segments<String>) -> Result<Json<wire::ImportUndo>, Problem> {
    let id = import_of(&id)?;
    let preview = site.ask_everyone(move |site| import::preview_undo(&site.house, id)).await?;
    let import::UndoPreview { row, facts, orders, members, members_gone, money } = preview;
    let money = wire::Money::new(money, site.currency());
    Ok(Json(wire::ImportUndo { import: row.id.0, facts, orders, members, members_gone, money }))
}

#[derive(Clone, Copy)]
enum Format {
    Csv,
    Xlsx,
}

/// The refused rows, to be mended and imported again: line and reason first, then the row as it stood. Nothing that begins like a formula
/// leaves as one; noted in the audit trail.
#[utoipa::path(get, path = "/api/v1/imports/{import}/bad-rows", tag = "imports",
    params(("import" = String, Path), ("format" = Option<String>, Query, description = "xlsx (the default) or csv")),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn bad_rows(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
    mut query: Query,
) -> Result<Response, Problem> {
    let format = query.one_of("format", &[("xlsx", Format::Xlsx), ("csv", Format::Csv)]).unwrap_or(Format::Xlsx);
    query.finish()?;
    let id = import_of(&id)?;
    let bytes = site.ask(move |site| {
        site.imports.detail(id)?;
        let rows = import::bad_rows(&site.house, id)?;
        let bytes = match format {
            Format::Xlsx => rows.workbook().map_err(|error| Problem::failure(&error))?.ok_or_else(too_large)?,
            Format::Csv => {
                let mut bytes = Vec::new();
                rows.write(&mut bytes).map_err(|error| Problem::failure(&error))?;
                bytes
            }
        };
        site.house.audit(&caller.name(), "bad_rows_exported", &format!("{}, {} rows", id.0, rows.rows.len()))?;
        Ok::<_, Problem>(bytes)
    });
    let (kind, end) = match format {
        Format::Xlsx => (super::export::XLSX, "xlsx"),
        Format::Csv => (super::export::CSV, "csv"),
    };
    let disposition = format!("attachment; filename=\"import-{}-bad-rows.{end}\"", id.0);
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes.await?).into_response())
}

fn too_large() -> Problem {
    let most = import::XLSX_ROWS_MAX;
    let (en, zh) = (format!("a workbook holds at most {most} rows: take CSV"), format!("Excel 文件最多 {most} 行，请改用 CSV"));
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "export.too_large", en, zh)
}

/// What is no number is no import's.
fn import_of(text: &str) -> Result<ImportId, Problem> {
    let unknown =
        || Problem::new(StatusCode::NOT_FOUND, "import.unknown", format!("there is no import {text}"), format!("没有编号为 {text} 的导入"));
    text.parse().ok().filter(|number| *number > 0).map(ImportId).ok_or_else(unknown)
}
