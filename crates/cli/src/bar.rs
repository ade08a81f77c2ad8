//! Progress on stderr: a bar when a person watches, nothing otherwise.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use perennial_app::import::Progress;

use crate::say::pick;

const TICK: Duration = Duration::from_millis(100);

pub struct Bar {
    bar: ProgressBar,
    drawn: Instant,
}

impl Bar {
    /// A bar of 1000 steps.
    pub fn new() -> Self {
        let target = if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(1000), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg}") {
            bar.set_style(style);
        }
        Self { bar, drawn: Instant::now() }
    }

    pub fn import(&mut self, progress: &Progress) {
        if self.drawn.elapsed() < TICK {
            return;
        }
        self.drawn = Instant::now();
        self.bar.set_position((progress.percent * 10.0) as u64);
        let left = progress.seconds_left.map_or_else(String::new, |seconds| format!(" · {}", pick_left(seconds)));
        let (rows, rate, bad) = (progress.records, progress.records_per_second, progress.counts.bad);
        let bad = if bad == 0 { String::new() } else { format!(" · {bad} {}", pick("bad", "错误")) };
        self.bar.set_message(format!("{rows} · {rate:.0}/s{left}{bad}"));
    }

    pub fn steps(&mut self, done: u64, all: u64) {
        self.bar.set_position(done * 1000 / all.max(1));
        self.bar.set_message(format!("{done} / {all}"));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn pick_left(seconds: f64) -> String {
    let seconds = seconds.ceil() as u64;
    let (minutes, rest) = (seconds / 60, seconds % 60);
    let time = format!("{minutes}:{rest:02}");
    format!("{} {time}", pick("left", "剩余"))
}
