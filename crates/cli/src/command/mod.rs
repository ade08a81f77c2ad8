//! What each command means.

mod acquisition;
mod audit;
mod backtest;
mod catalogue;
mod copy;
mod export;
mod import;
mod init;
mod keys;
mod lake;
mod metrics;
mod policy;
mod products;
mod serve;
mod sql;
mod stages;
mod synth;
mod value;
mod worth;

use perennial_app::house::House;
use perennial_app::query;

use crate::args::{Arguments, Command, KeysCommand};
use crate::failure::Outcome;
use crate::place::Place;

/// Where, and how to answer.
pub struct Scene {
    pub place: Place,
    pub json: bool,
}

pub fn run(arguments: Arguments) -> Outcome {
    let scene = Scene { place: Place::new(arguments.data, arguments.store, arguments.lake), json: arguments.json };
    match arguments.command {
        Command::Init(arguments) => init::run(&scene, arguments),
        Command::Import(command) => import::run(&scene, command),
        Command::Stages(arguments) => stages::stages(&scene, &arguments),
        Command::Flow(arguments) => stages::flow(&scene, &arguments),
        Command::Explain(arguments) => stages::explain(&scene, &arguments),
        Command::Lake(command) => lake::run(&scene, &command),
        Command::Serve(arguments) => serve::run(&scene, &arguments),
        Command::Backtest(arguments) => backtest::backtest(&scene, &arguments),
        Command::Calibrate(arguments) => backtest::calibrate(&scene, &arguments),
        Command::Metrics(command) => metrics::run(&scene, &command),
        Command::Sql(arguments) => sql::run(&scene, &arguments),
        Command::Policy(command) => policy::run(&scene, command),
        Command::Audit(command) => audit::run(&scene, &command),
        Command::Export(arguments) => export::run(&scene, &arguments),
        Command::Backup(arguments) => copy::backup(&scene, &arguments),
        Command::Restore(arguments) => copy::restore(&scene, &arguments),
        Command::Keys(KeysCommand::Rotate) => keys::rotate(&scene),
        Command::Doctor(arguments) => audit::doctor(&scene, &arguments),
        Command::Synth(arguments) => synth::run(&scene, &arguments),
        Command::Value(command) => value::run(&scene, &command),
        Command::Sweep => audit::sweep(&scene),
    }
}

/// The model asked for, else the primary one.
fn model_of(house: &House, asked: Option<&str>) -> String {
    asked.map_or_else(|| query::models::primary(house), str::to_owned)
}
