//! `import`: files in, and back out.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use perennial_app::catalogue::Kind;
use perennial_app::house::House;
use perennial_app::import::{self, BadRows, Counts, DryRun, Outcome as Ended, Request, Shift, UndoPreview};
use perennial_app::port::desk::ImportRow;
use perennial_kernel::ImportId;
use perennial_source::{BadRow, Mapping, Preset};
use serde_json::{Value, json};

use super::{Scene, catalogue};
use crate::args::{ImportCommand, Orders, ShiftTo, UndoArguments};
use crate::bar::Bar;
use crate::failure::{Failure, Outcome};
use crate::say::{pick, say};
use crate::{print, stop};

/// Bad rows told on the screen; all of them are in the file.
pub const SHOWN_MAX: usize = 5;

pub fn run(scene: &Scene, command: ImportCommand) -> Outcome {
    match command {
        ImportCommand::Orders(orders) if orders.dry_run => dry_run(scene, &orders),
        ImportCommand::Orders(orders) => self::orders(scene, &orders),
        ImportCommand::Products(file) => catalogue::run(scene, Kind::Product, &file),
        ImportCommand::Stores(file) => catalogue::run(scene, Kind::Store, &file),
        ImportCommand::Associates(file) => catalogue::run(scene, Kind::Associate, &file),
        ImportCommand::Scenes(file) => catalogue::run(scene, Kind::Scene, &file),
        ImportCommand::List => list(scene),
        ImportCommand::BadRows(arguments) => {
            let house = scene.place.read()?;
            let rows = import::bad_rows(&house, ImportId(arguments.import))?;
            write_bad_rows(arguments.out.as_deref(), &rows)
        }
        ImportCommand::Undo(arguments) if arguments.preview => preview(scene, &arguments),
        ImportCommand::Undo(arguments) => undo(scene, &arguments),
    }
}

fn orders(scene: &Scene, orders: &Orders) -> Outcome {
    let house = scene.place.open()?;
    let request = request(orders)?;
    save_mapping(&house, orders, &request)?;
    let job = import::start(&house, &request)?;
    if job.resumed {
        let (id, records) = (job.row.id.0, job.row.records);
        say(&format!("import {id} goes on after {records} records"), &format!("导入 {id} 从第 {records} 条之后继续"));
    }
    if job.row.shift_days != 0 {
        let weeks = job.row.shift_days / 7;
        say(&format!("all dates move by {weeks} weeks"), &format!("所有日期平移 {weeks} 周"));
    }
    let mut bar = Bar::new();
    let ended = import::run(&house, job, &stop::on_signal(), &mut |progress| bar.import(progress))?;
    drop(bar);
    house.audit("cli", "import", &format!("{} {}", ended.row.id.0, ended.row.file))?;
    tell_end(scene, &house, orders, &ended)?;
    if ended.stopped {
        return Err(Failure::failed("stopped: the same command goes on from here", "已停止，重新运行同一命令可继续"));
    }
    if ended.row.state != import::DONE {
        return Err(Failure::failed("the file could not be read to its end", "文件未能读完"));
    }
    strict(orders, ended.row.bad)
}

fn tell_end(scene: &Scene, house: &House, orders: &Orders, ended: &Ended) -> Outcome {
    let row = &ended.row;
    let bad = if row.bad > 0 { import::bad_rows(house, row.id)? } else { BadRows::default() };
    if let Some(path) = &orders.bad_rows {
        write_bad_rows(Some(path), &bad)?;
    }
    if scene.json {
        let mut told = told(row);
        told["resumed"] = json!(ended.resumed);
        told["stopped"] = json!(ended.stopped);
        print::json(&told);
    } else {
        let lines = counted(&Counts::of(row));
        say(&format!("import {}: {}", row.id.0, lines.0), &format!("导入 {}：{}", row.id.0, lines.1));
    }
    first_bad(&bad.rows, orders);
    Ok(())
}

fn dry_run(scene: &Scene, orders: &Orders) -> Outcome {
    let house = scene.place.read()?;
    let request = request(orders)?;
    save_mapping(&house, orders, &request)?;
    let mut bar = Bar::new();
    let told: DryRun = import::dry_run(&house, &request, &stop::on_signal(), &mut |progress| bar.import(progress))?;
    drop(bar);
    if let Some(path) = &orders.bad_rows {
        write_bad_rows(Some(path), &told.bad)?;
    }
    if scene.json {
        let counts = &told.counts;
        let bad: Vec<_> = told.first_bad(SHOWN_MAX).iter().map(bad_row).collect();
        print::json(&json!({
            "dry_run": true, "shift_days": told.shift_days, "records": told.records, "new": counts.new, "updated": counts.updated,
            "unchanged": counts.unchanged, "skipped": counts.skipped, "bad": counts.bad, "first_bad": bad,
        }));
    } else {
        let lines = counted(&told.counts);
        say(&format!("would be: {}", lines.0), &format!("试运行：{}", lines.1));
        say("nothing was written", "未写入任何数据");
    }
    first_bad(&told.bad.rows, orders);
    strict(orders, told.counts.bad)
}

fn strict(orders: &Orders, bad: u64) -> Outcome {
    if orders.strict && bad > 0 {
        return Err(Failure::refused(format!("{bad} rows were refused"), format!("{bad} 行被拒绝")));
    }
    Ok(())
}

fn request(orders: &Orders) -> Outcome<Request> {
    let preset = match (&orders.mapping, Preset::parse(&orders.preset)) {
        (Some(path), Some(Preset::Generic(_))) => Preset::Generic(Some(read_mapping(path)?)),
        (None, Some(preset)) => preset,
        (Some(_), _) => {
            return Err(Failure::misunderstood("a mapping goes with --preset generic only", "仅 --preset generic 可使用映射文件"));
        }
        (None, None) => return Err(Failure::misunderstood("there is no such preset", "没有这个预设")),
    };
    let source = orders.source.clone().unwrap_or_else(|| match preset {
        Preset::Generic(_) => "file".to_owned(),
        Preset::Cdnow | Preset::CompleteJourney | Preset::Taobao | Preset::Douyin => preset.name().to_owned(),
    });
    if !import::is_source_name(&source) {
        return Err(Failure::misunderstood("a source's name has 1 to 64 characters", "来源名称为 1 到 64 个字符"));
    }
    let shift = match orders.shift_to {
        None => Shift::None,
        Some(ShiftTo::Today) => Shift::Today,
        Some(ShiftTo::Day(day)) => Shift::To(day),
    };
    let name = orders.file.file_name().map_or_else(|| orders.file.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok(Request { file: (&orders.file).into(), name, source, preset, shift })
}

/// YAML; JSON is YAML, too.
fn read_mapping(path: &Path) -> Outcome<Mapping> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    serde_norway::from_str(&text).map_err(|error| {
        let path = path.display();
        Failure::refused(format!("{path} is no mapping: {error}"), format!("{path} 不是有效的映射文件：{error}"))
    })
}

fn save_mapping(house: &House, orders: &Orders, request: &Request) -> Outcome {
    let Some(path) = &orders.save_mapping else { return Ok(()) };
    let context = import::context(house, &request.source, 0);
    let found = perennial_source::inspect(&request.file, &request.preset, &context).map_err(import::ImportError::from)?;
    let yaml = serde_norway::to_string(&found.mapping).map_err(|error| crate::failure::of(&error))?;
    std::fs::write(path, yaml).map_err(|error| Failure::file(path, &error))
}

fn list(scene: &Scene) -> Outcome {
    let house = scene.place.read()?;
    let rows = house.desk().imports()?;
    if scene.json {
        print::json(&Value::Array(rows.iter().map(told).collect()));
        return Ok(());
    }
    let heads = ["import", "state", "source", "file", "started", "new", "updated", "unchanged", "skipped", "bad"];
    let number = |number: u64| number.to_string();
    let cells = |row: &ImportRow| {
        vec![
            row.id.0.to_string(),
            row.state.clone(),
            row.source.clone(),
            row.file.clone(),
            row.started_at.to_string(),
            number(row.new),
            number(row.updated),
            number(row.unchanged),
            number(row.skipped),
            number(row.bad),
        ]
    };
    print::table(&heads, &[0, 5, 6, 7, 8, 9], &rows.iter().map(cells).collect::<Vec<_>>());
    Ok(())
}

fn preview(scene: &Scene, arguments: &UndoArguments) -> Outcome {
    let house = scene.place.read()?;
    let preview = import::preview_undo(&house, ImportId(arguments.import))?;
    let currency = house.reference().brand.currency;
    let UndoPreview { facts, orders, members, members_gone, money, .. } = &preview;
    if scene.json {
        print::json(&json!({
            "import": preview.row.id.0, "facts": facts, "orders": orders, "members": members, "members_gone": members_gone,
            "money": print::money(*money, currency),
        }));
        return Ok(());
    }
    let (code, sum) = (currency.code(), currency.format(*money));
    say(
        &format!("would be taken back: {facts} facts, {orders} orders, {code} {sum}; {members} members change, {members_gone} of them go"),
        &format!("将撤销：{facts} 条事实、{orders} 笔订单、{code} {sum}；影响 {members} 位会员，其中 {members_gone} 位将消失"),
    );
    Ok(())
}

fn undo(scene: &Scene, arguments: &UndoArguments) -> Outcome {
    let house = scene.place.open()?;
    let mut bar = Bar::new();
    let row = import::undo(&house, ImportId(arguments.import), &stop::on_signal(), &mut |done, all| bar.steps(done, all))?;
    drop(bar);
    house.audit("cli", "import_undone", &row.id.0.to_string())?;
    if scene.json {
        print::json(&told(&row));
    }
    if row.state != import::UNDONE {
        return Err(Failure::failed("stopped: the same command goes on from here", "已停止，重新运行同一命令可继续"));
    }
    say(&format!("import {} is undone", row.id.0), &format!("导入 {} 已撤销", row.id.0));
    Ok(())
}

/// An import as JSON.
pub fn told(row: &ImportRow) -> Value {
    json!({
        "import": row.id.0, "state": row.state, "source": row.source, "file": row.file, "preset": row.preset, "shift_days": row.shift_days,
        "started_at": row.started_at.to_string(), "ended_at": row.ended_at.map(|at| at.to_string()), "records": row.records,
        "new": row.new, "updated": row.updated, "unchanged": row.unchanged, "skipped": row.skipped, "bad": row.bad,
    })
}

/// In English and Chinese.
pub fn counted(counts: &Counts) -> (String, String) {
    let Counts { new, updated, unchanged, skipped, bad } = counts;
    (
        format!("{new} new, {updated} updated, {unchanged} unchanged, {skipped} skipped, {bad} bad"),
        format!("新增 {new}，更新 {updated}，未变 {unchanged}，跳过 {skipped}，错误 {bad}"),
    )
}

pub fn bad_row(row: &BadRow) -> Value {
    json!({ "line": row.line, "column": row.column, "code": row.code, "reason": { "en": row.en, "zh": row.zh } })
}

fn first_bad(rows: &[BadRow], orders: &Orders) {
    tell_bad(rows, orders.bad_rows.is_some());
}

/// The first refused rows, and how to have all of them unless they were `written`.
pub fn tell_bad(rows: &[BadRow], written: bool) {
    for row in rows.iter().take(SHOWN_MAX) {
        say(&format!("  line {}: {}", row.line, row.en), &format!("  第 {} 行：{}", row.line, row.zh));
    }
    if rows.len() > SHOWN_MAX && !written {
        let more = pick("  … --bad-rows FILE writes them all", "  … 用 --bad-rows FILE 导出全部");
        eprintln!("{more}");
    }
}

pub fn write_bad_rows(path: Option<&Path>, rows: &BadRows) -> Outcome {
    let Some(path) = path else {
        return rows.write(std::io::stdout().lock()).map_err(|error| crate::failure::of(&error));
    };
    let failed = |error: std::io::Error| Failure::file(path, &error);
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    rows.write(&mut file).and_then(|()| file.flush()).map_err(failed)
}
