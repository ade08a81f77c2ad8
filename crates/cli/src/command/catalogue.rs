//! `import products|stores|associates|scenes`: files of the catalogue.

use perennial_app::catalogue::{self, Imported, Kind};
use perennial_app::import::BadRows;
use serde_json::json;

use super::Scene;
use super::import::{SHOWN_MAX, bad_row, tell_bad, write_bad_rows};
use crate::args::CatalogueFile;
use crate::failure::{Failure, Outcome};
use crate::print;
use crate::say::say;

pub fn run(scene: &Scene, kind: Kind, file: &CatalogueFile) -> Outcome {
    let told = if file.dry_run {
        catalogue::import(&*scene.place.read()?, kind, &file.file, true, "cli")?
    } else {
        catalogue::import(&*scene.place.open()?, kind, &file.file, false, "cli")?
    };
    if let Some(path) = &file.bad_rows {
        write_bad_rows(Some(path), &BadRows { columns: told.columns.clone(), rows: told.bad_rows.clone() })?;
    }
    tell(scene, kind, file, &told);
    if file.strict && told.bad > 0 {
        let bad = told.bad;
        return Err(Failure::refused(format!("{bad} rows were refused"), format!("{bad} 行被拒绝")));
    }
    Ok(())
}

fn tell(scene: &Scene, kind: Kind, file: &CatalogueFile, told: &Imported) {
    let Imported { new, changed, unchanged, bad, .. } = told;
    if scene.json {
        let rows: Vec<_> = told.bad_rows.iter().take(SHOWN_MAX).map(bad_row).collect();
        print::json(&json!({
            "kind": kind.as_str(), "dry_run": file.dry_run, "new": new, "changed": changed, "unchanged": unchanged, "bad": bad, "first_bad": rows,
        }));
        return;
    }
    let (en, zh) = if file.dry_run { ("would be", "试运行") } else { (kind.as_str(), "导入") };
    say(
        &format!("{en}: {new} new, {changed} changed, {unchanged} unchanged, {bad} bad"),
        &format!("{zh}：新增 {new}，更新 {changed}，未变 {unchanged}，有误 {bad}"),
    );
    tell_bad(&told.bad_rows, file.bad_rows.is_some());
}
