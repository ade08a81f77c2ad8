//! What Prometheus reads: requests by operation and status with their durations, and the brand's state, in the text format 0.0.4.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::Duration;

use perennial_app::query::health::Health;

/// Upper bounds of the durations told apart, in seconds.
const BOUNDS_S: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0];

#[derive(Default)]
struct Asked {
    count: u64,
    sum_s: f64,
    /// Not cumulative; the last counts what took longer than every bound.
    within: [u64; BOUNDS_S.len() + 1],
}

/// Counts since the server started. Operations are named by their patterns, so that there are as many as the table has rows.
#[derive(Default)]
pub struct Metrics {
    asked: Mutex<BTreeMap<(String, String, u16), Asked>>,
}

impl Metrics {
    pub fn note(&self, method: &str, path: &str, status: u16, took: Duration) {
        let mut asked = self.asked.lock().expect("no thread panics while holding this lock");
        let one = asked.entry((method.to_owned(), path.to_owned(), status)).or_default();
        let took_s = took.as_secs_f64();
        one.count += 1;
        one.sum_s += took_s;
        one.within[BOUNDS_S.iter().position(|bound| took_s <= *bound).unwrap_or(BOUNDS_S.len())] += 1;
    }

    /// Everything as text.
    pub fn text(&self, health: &Health, disk: Option<(u64, u64)>) -> String {
        let mut out = String::new();
        for (name, help, value) in gauges(health, disk) {
            let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
        }
        let name = "perennial_journal_head";
        let _ = write!(out, "# HELP {name} Number of the last fact, by lane\n# TYPE {name} gauge\n");
        for (lane, seq) in &health.heads {
            let _ = writeln!(out, "{name}{{lane=\"{}\"}} {}", lane.0, seq.0);
        }
        self.requests(&mut out);
        out
    }

    fn requests(&self, out: &mut String) {
        let name = "perennial_http_request_duration_seconds";
        let _ = write!(out, "# HELP {name} Requests by operation and status\n# TYPE {name} histogram\n");
        for ((method, path, status), asked) in &*self.asked.lock().expect("no thread panics while holding this lock") {
            let labels = format!("method=\"{method}\",path=\"{path}\",status=\"{status}\"");
            let mut so_far = 0;
            for (bound, within) in BOUNDS_S.iter().zip(asked.within) {
                so_far += within;
                let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {so_far}");
            }
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", asked.count);
            let _ = writeln!(out, "{name}_sum{{{labels}}} {}", asked.sum_s);
            let _ = writeln!(out, "{name}_count{{{labels}}} {}", asked.count);
        }
    }
}

fn gauges(health: &Health, disk: Option<(u64, u64)>) -> Vec<(&'static str, &'static str, f64)> {
    let seconds = |ms: i64| ms as f64 / 1000.0;
    let mut gauges = vec![
        ("perennial_engine_waiting", "Commands not answered yet", health.waiting as f64),
        ("perennial_due_late_seconds", "Age of the oldest decision due and not yet made", seconds(health.late_ms())),
        ("perennial_journal_facts", "Facts in the journal", health.facts as f64),
        ("perennial_journal_subjects", "Subjects in the journal", health.subjects as f64),
        ("perennial_audit_lines", "Lines of the audit trail", health.audit_lines as f64),
        ("perennial_board_ready", "Whether the list of members has been read", f64::from(u8::from(health.building.is_none()))),
    ];
    if let Some(lies) = health.columns {
        gauges.push(("perennial_profile_members", "Members in the profile columns", lies.members as f64));
        gauges.push(("perennial_profile_memory_bytes", "Bytes of the profile columns in memory", lies.memory_bytes as f64));
        gauges.push(("perennial_profile_file_bytes", "Bytes of the profile columns in their file", lies.file_bytes as f64));
    }
    if let Some(audited) = health.audited {
        gauges.push((
            "perennial_profile_audit_timestamp_seconds",
            "When the columns were last compared with history",
            seconds(audited.at.0),
        ));
        gauges.push(("perennial_profile_audit_differing", "Members whose columns were wrong then", audited.differing as f64));
    }
    if let Some(at) = health.backup_at {
        gauges.push(("perennial_backup_timestamp_seconds", "When the last backup was made", seconds(at.0)));
    }
    if let Some(lake) = health.lake {
        gauges.push(("perennial_lake_facts", "Facts in the lake's files", lake.facts as f64));
        gauges.push(("perennial_lake_bytes", "Bytes of the lake's files", lake.bytes as f64));
        gauges.push(("perennial_lake_lag_facts", "Facts of the journal the lake has not read", lake.lag as f64));
    }
    if let Some((free, total)) = disk {
        gauges.push(("perennial_disk_free_bytes", "Free bytes where the data is", free as f64));
        gauges.push(("perennial_disk_total_bytes", "Bytes where the data is", total as f64));
    }
    gauges
}

#[cfg(test)]
mod tests {
    use perennial_kernel::{Instant, Lane, Seq};

    use super::*;

    #[test]
    fn every_line_is_of_the_text_format_and_buckets_add_up() {
        let metrics = Metrics::default();
        for took_ms in [1, 7, 7, 20_000] {
            metrics.note("GET", "/api/v1/members/{member}", 200, Duration::from_millis(took_ms));
        }
        let health = Health {
            at: Instant(10_000),
            waiting: 3,
            waiting_max: 4096,
            due_since: Some(Instant(4_000)),
            heads: vec![(Lane(0), Seq(9))],
            facts: 9,
            subjects: 2,
            backup_at: None,
            sources: Vec::new(),
            building: None,
            audit_lines: 1,
            lake: None,
            columns: None,
            audited: None,
        };
        let text = metrics.text(&health, Some((5, 10)));
        assert!(text.ends_with('\n'));
        for line in text.lines() {
            let sample = line.rsplit_once(' ').is_some_and(|(name, value)| !name.is_empty() && value.parse::<f64>().is_ok());
            assert!(line.starts_with("# HELP ") || line.starts_with("# TYPE ") || sample, "{line}");
        }
        let labels = "method=\"GET\",path=\"/api/v1/members/{member}\",status=\"200\"";
        for (bound, count) in [("0.005", 1), ("0.01", 3), ("10", 3), ("+Inf", 4)] {
            let line = format!("perennial_http_request_duration_seconds_bucket{{{labels},le=\"{bound}\"}} {count}");
            assert!(text.contains(&line), "{line} in {text}");
        }
        assert!(text.contains("perennial_due_late_seconds 6\n") && text.contains("perennial_journal_head{lane=\"0\"} 9\n"));
    }
}
