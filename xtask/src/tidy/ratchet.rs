//! Exceptions to the rules about files: a list that may only get shorter. A granted measure is exact, so that an improvement is written down.

use std::path::Path;

use super::Finding;

pub const FILE: &str = "xtask/tidy-exceptions.txt";

/// `rule path measure: reason`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exception {
    rule: String,
    path: String,
    measure: usize,
    reason: String,
}

pub fn read(file: &Path) -> Result<Vec<Exception>, String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .filter(|line| is_entry(line))
        .map(|line| parse(line).ok_or_else(|| format!("{FILE}: not `rule path measure: reason`: {line}")))
        .collect()
}

fn is_entry(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with('#')
}

fn parse(line: &str) -> Option<Exception> {
    let (head, reason) = line.split_once(": ")?;
    let mut words = head.split_whitespace();
    let (rule, path, measure) = (words.next()?.to_owned(), words.next()?.to_owned(), words.next()?.parse().ok()?);
    if words.next().is_some() || reason.trim().is_empty() {
        None
    } else {
        Some(Exception { rule, path, measure, reason: reason.trim().to_owned() })
    }
}

/// The problems left once exceptions are granted, and the exceptions that should no longer be there.
pub fn settle(findings: &[Finding], exceptions: &[Exception]) -> Vec<String> {
    let grants = |exception: &Exception, finding: &Finding| exception.rule == finding.rule && exception.path == finding.path;
    let mut problems = Vec::new();
    for finding in findings {
        match exceptions.iter().find(|exception| grants(exception, finding)) {
            None => problems.push(finding.text.clone()),
            Some(exception) if finding.measure > exception.measure => {
                problems.push(format!("{} (an exception grants {}, and may only get smaller)", finding.text, exception.measure));
            }
            Some(exception) if finding.measure < exception.measure => problems.push(format!(
                "{FILE}: {} of {} is down from {} to {}; write it down: cargo xtask tidy --tighten",
                exception.rule, exception.path, exception.measure, finding.measure
            )),
            Some(_) => {}
        }
    }
    for exception in exceptions.iter().filter(|exception| !findings.iter().any(|finding| grants(exception, finding))) {
        problems.push(format!("{FILE}: {} of {} is no longer needed: cargo xtask tidy --tighten", exception.rule, exception.path));
    }
    problems
}

/// Lowers and removes what findings no longer need; the other lines stay as they are.
pub fn tighten(file: &Path, findings: &[Finding]) -> Result<(), String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let kept: Vec<String> =
        text.lines().filter_map(|line| if is_entry(line) { tightened(line, findings) } else { Some(line.to_owned()) }).collect();
    std::fs::write(file, kept.join("\n") + "\n").map_err(|error| format!("cannot write {}: {error}", file.display()))
}

fn tightened(line: &str, findings: &[Finding]) -> Option<String> {
    let Some(exception) = parse(line) else { return Some(line.to_owned()) };
    let measure = findings.iter().find(|finding| finding.rule == exception.rule && finding.path == exception.path)?.measure;
    Some(format!("{} {} {}: {}", exception.rule, exception.path, measure.min(exception.measure), exception.reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(measure: usize) -> Finding {
        Finding { rule: "long-file", path: "a.rs".to_owned(), measure, text: format!("a.rs has {measure} lines") }
    }

    fn settled(measure: Option<usize>, line: &str) -> String {
        let findings: Vec<Finding> = measure.map(finding).into_iter().collect();
        settle(&findings, &parse(line).into_iter().collect::<Vec<_>>()).join("; ")
    }

    #[test]
    fn an_exception_grants_its_measure_and_nothing_more() {
        let line = "long-file a.rs 450: one table";
        assert_eq!(settled(Some(450), line), "");
        assert_eq!(settled(Some(450), ""), "a.rs has 450 lines");
        assert!(settled(Some(451), line).contains("may only get smaller"));
    }

    #[test]
    fn the_list_must_follow_when_things_get_better() {
        let line = "long-file a.rs 450: one table";
        assert!(settled(Some(420), line).contains("down from 450 to 420"));
        assert!(settled(None, line).contains("no longer needed"));
        assert_eq!(tightened(line, &[finding(420)]).as_deref(), Some("long-file a.rs 420: one table"));
        assert_eq!(tightened(line, &[finding(500)]).as_deref(), Some(line));
        assert_eq!(tightened(line, &[]), None);
    }

    #[test]
    fn an_exception_without_a_reason_is_refused() {
        for line in ["long-file a.rs 450", "long-file a.rs many: why", "long-file a.rs 450: ", "a.rs 450: why"] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
