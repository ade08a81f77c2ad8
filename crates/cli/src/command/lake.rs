//! `lake`: everyone's history as files.

use serde_json::json;

use perennial_app::port::lake::{Lake, LakeStatus};
use perennial_lake::files::Files;

use super::Scene;
use crate::args::LakeCommand;
use crate::bar::Bar;
use crate::failure::{Failure, Outcome};
use crate::print;
use crate::say::say;

/// Facts read between two looks at how far it is.
const STEP: usize = 50_000;

pub fn run(scene: &Scene, command: &LakeCommand) -> Outcome {
    match command {
        LakeCommand::Rebuild => rebuild(scene),
        LakeCommand::Status => status(scene),
    }
}

/// A server would write beside us, so none may run.
fn rebuild(scene: &Scene) -> Outcome {
    scene.place.must_exist()?;
    let _lock = scene.place.lock()?;
    let files = scene.place.open_lake()?;
    let mut journal = scene.place.store()?;
    files.begin_anew()?;
    let of = files.lag(journal.as_mut())?;
    let mut bar = Bar::new();
    let mut read = 0;
    loop {
        let now = files.pull(journal.as_mut(), STEP)?;
        if now == 0 || files.is_due() {
            files.write()?;
        }
        if now == 0 {
            break;
        }
        read += now as u64;
        bar.steps(read, of);
        while files.merge_some(&|| true)? {}
    }
    files.merge_all(&|| true)?;
    files.sweep()?;
    drop(bar);
    let status = files.status(journal.as_mut())?;
    say(
        &format!("{} facts written anew, {} bytes", status.facts, status.bytes),
        &format!("已重建 {} 条事实，{} 字节", status.facts, status.bytes),
    );
    answer(scene, &status);
    Ok(())
}

fn status(scene: &Scene) -> Outcome {
    scene.place.must_exist()?;
    if !scene.place.has_lake() {
        let en = "there is no lake here yet: `perennial serve` keeps one, `perennial lake rebuild` makes one";
        return Err(Failure::refused(en, "此处还没有数据湖：`perennial serve` 会自动维护，也可运行 `perennial lake rebuild` 生成"));
    }
    let files: std::sync::Arc<Files> = scene.place.open_lake()?;
    let status = files.status(scene.place.store()?.as_mut())?;
    answer(scene, &status);
    Ok(())
}

fn answer(scene: &Scene, status: &LakeStatus) {
    if scene.json {
        print::json(&json!({
            "facts": status.facts,
            "bytes": status.bytes,
            "files": status.files,
            "runs": status.runs,
            "lag": status.lag,
            "manifest": status.number,
        }));
        return;
    }
    for (what, number) in [
        ("facts", status.facts),
        ("bytes", status.bytes),
        ("files", status.files),
        ("runs", status.runs),
        ("lag", status.lag),
        ("manifest", status.number),
    ] {
        print::line(&format!("{what:<9} {number:>15}"));
    }
}
