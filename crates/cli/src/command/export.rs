//! `export members`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::time::Duration;

use perennial_app::query::board::{Board, Listing, Room};
use perennial_app::query::export::Column;
use perennial_app::query::{QueryError, QueryResult, export};

use super::Scene;
use crate::args::{ExportArguments, Exported, Format};
use crate::failure::{Failure, Outcome, of};
use crate::say::say;

pub fn run(scene: &Scene, arguments: &ExportArguments) -> Outcome {
    let Exported::Members = arguments.what;
    let house = scene.place.read()?;
    let board = Board::start(Arc::clone(&house), Room::default());
    let listing = Listing { model: arguments.model.clone(), stage: arguments.stage.clone(), ..Listing::default() };
    once_built(|| board.list(&listing, 1, None).map(|_| ()))?;
    let mut out = target(arguments)?;
    let rows = match arguments.format {
        Format::Csv => {
            let mut failed = None;
            let rows = export::csv(&board, &listing, &Column::ALL, &|| true, &mut |piece, _, _| {
                failed = out.write_all(&piece).err();
                failed.is_none()
            })?;
            if let Some(error) = failed {
                return Err(of(&error));
            }
            rows
        }
        Format::Xlsx => {
            let (bytes, rows) = export::xlsx(&board, &listing, &Column::ALL, &|| true, &mut |_, _| true)?;
            out.write_all(&bytes).map_err(|error| of(&error))?;
            rows
        }
    };
    out.flush().map_err(|error| of(&error))?;
    house.audit("cli", "members_exported", &format!("{rows} rows"))?;
    say(&format!("{rows} members were written; personal values are masked"), &format!("已导出 {rows} 位会员，个人信息已打码"));
    Ok(())
}

fn target(arguments: &ExportArguments) -> Outcome<Box<dyn Write>> {
    match &arguments.out {
        Some(path) => Ok(Box::new(BufWriter::new(File::create(path).map_err(|error| Failure::file(path, &error))?))),
        None => Ok(Box::new(BufWriter::new(std::io::stdout()))),
    }
}

/// The board reads everyone in the background first.
fn once_built<T>(ask: impl Fn() -> QueryResult<T>) -> Outcome<T> {
    loop {
        match ask() {
            Err(QueryError::Building { .. }) => std::thread::sleep(Duration::from_millis(20)),
            answer => return Ok(answer?),
        }
    }
}
