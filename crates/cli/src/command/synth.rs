//! `synth`: made-up members through the same door as files.

use perennial_app::house::House;
use perennial_app::import::{self, Counts, Feed};
use perennial_app::port::desk::ImportRow;
use perennial_kernel::{ImportId, Incoming};
use perennial_source::{BadRow, Record};
use perennial_synth::{Brand, Spec};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Scene;
use super::import::{counted, told};
use crate::args::SynthArguments;
use crate::bar::Bar;
use crate::failure::{Failure, Outcome};
use crate::say::say;
use crate::{print, stop};

const SOURCE: &str = "synth";

pub fn run(scene: &Scene, arguments: &SynthArguments) -> Outcome {
    let house = scene.place.open()?;
    let reference = house.reference();
    let today = reference.calendar.day(house.now());
    let spec = Spec {
        members: arguments.members,
        years: arguments.years,
        seed: arguments.seed,
        end: arguments.end.unwrap_or(today + -1),
        calendar: reference.calendar.clone(),
        currency: reference.brand.currency,
        source: SOURCE.to_owned(),
        purchase_rate: arguments.rate,
    };
    let row = row_of(&house, &spec);
    let brand = Brand::new(spec).map_err(|why| Failure::misunderstood(why.to_string(), why.to_string()))?;
    let job = import::adopt(&house, row, "", || Ok(0))?;
    let mut feed = People { brand: &brand, next: 0, records: Vec::new().into_iter(), count: 0 };
    let mut bar = Bar::new();
    let ended = import::load(&house, job, &mut feed, &stop::on_signal(), &mut |progress| bar.import(progress))?;
    drop(bar);
    house.audit("cli", "synth", &ended.row.file)?;
    if scene.json {
        let mut told = told(&ended.row);
        told["members"] = json!(arguments.members);
        print::json(&told);
    }
    let lines = counted(&Counts::of(&ended.row));
    say(&format!("import {}: {}", ended.row.id.0, lines.0), &format!("导入 {}：{}", ended.row.id.0, lines.1));
    if ended.stopped {
        return Err(Failure::failed("stopped: the same command goes on from here", "已停止，重新运行同一命令可继续"));
    }
    Ok(())
}

/// The same people are the same import.
fn row_of(house: &House, spec: &Spec) -> ImportRow {
    let name =
        format!("synth {} members, {} years to {}, seed {}, rate {}", spec.members, spec.years, spec.end, spec.seed, spec.purchase_rate);
    ImportRow {
        id: ImportId(0),
        source: SOURCE.to_owned(),
        digest: Sha256::digest(name.as_bytes()).to_vec(),
        file: name,
        preset: SOURCE.to_owned(),
        shift_days: 0,
        state: import::RUNNING.to_owned(),
        started_at: house.now(),
        ended_at: None,
        records: 0,
        new: 0,
        updated: 0,
        unchanged: 0,
        skipped: 0,
        bad: 0,
    }
}

/// One record for each thing a member did; holds one member at a time.
struct People<'a> {
    brand: &'a Brand,
    next: u64,
    records: std::vec::IntoIter<Incoming>,
    count: u64,
}

impl Feed for People<'_> {
    fn skip(&mut self, count: u64) {
        for _ in 0..count {
            if self.next().is_none() {
                break;
            }
        }
    }

    fn next(&mut self) -> Option<Result<Record, BadRow>> {
        loop {
            if let Some(incoming) = self.records.next() {
                self.count += 1;
                return Some(Ok(Record { line: self.count, incoming: vec![incoming] }));
            }
            if self.next == self.brand.spec().members {
                return None;
            }
            self.records = self.brand.member(self.next).into_iter();
            self.next += 1;
        }
    }

    fn progress(&self) -> (u64, u64) {
        (self.next, self.brand.spec().members)
    }

    fn columns(&self) -> Vec<String> {
        Vec::new()
    }
}
