//! What files may not say, and how long they may be.

use super::edges::is_pure;
use super::{Finding, Source, extension};

pub const LINES_MAX: usize = 400;

struct Ban {
    rule: &'static str,
    applies: fn(&str) -> bool,
    words: &'static [&'static str],
    why: &'static str,
}

/// The words are put together from halves, so that this file does not hold them.
const BANS: &[Ban] = &[
    Ban {
        rule: "pure",
        applies: in_pure_source,
        words: &["SystemTime", "Instant::now", "std::time", "std::env", "std::fs", "std::net", "std::process", "std::io"],
        why: "time and the outside world are arguments of pure crates",
    },
    Ban {
        rule: "order",
        applies: in_pure_source,
        words: &["HashMap", "HashSet", "RandomState"],
        why: "their order differs from run to run",
    },
    Ban {
        rule: "platform-maths",
        applies: |path| path.starts_with("crates/synth/src/"),
        words: &[".ln()", ".exp()", ".powf(", ".powi(", ".sqrt()", ".log10()", ".mul_add("],
        why: "results must not depend on the platform: use libm",
    },
    Ban {
        rule: "expect",
        applies: is_rust,
        words: &[concat!("#[all", "ow("), concat!("#![all", "ow("), concat!(", all", "ow(clippy")],
        why: "use #[expect(…, reason = \"…\")], which complains when it is no longer needed",
    },
    Ban {
        rule: "machine-path",
        applies: |_| true,
        words: &[concat!("/wo", "rk/"), concat!("/ro", "ot/")],
        why: "a path of one developer's machine",
    },
    Ban {
        rule: "registry",
        applies: |_| true,
        words: &[
            concat!("registry.npm", "js.org"),
            concat!("crates", ".io/"),
            concat!("pypi", ".org"),
            concat!("registry.yarn", "pkg.com"),
        ],
        why: "a registry is the machine's configuration, not the project's",
    },
];

/// Everything against a rule; exceptions are weighed by [`super::ratchet`].
pub fn check(sources: &[Source]) -> Vec<Finding> {
    sources.iter().flat_map(|source| banned(source).into_iter().chain(too_long(source))).collect()
}

fn banned(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ban in BANS.iter().filter(|ban| (ban.applies)(&source.path)) {
        let hits: Vec<(usize, &str)> = (1..)
            .zip(said(source, ban.rule).lines())
            .filter_map(|(number, line)| ban.words.iter().find(|word| line.contains(**word)).map(|word| (number, *word)))
            .collect();
        if let Some((line, word)) = hits.first() {
            let text = format!("{}:{line} says `{word}` ({} in all): {}", source.path, hits.len(), ban.why);
            findings.push(Finding { rule: ban.rule, path: source.path.clone(), measure: hits.len(), text });
        }
    }
    findings
}

/// The part of a file that a rule reads: rules of pure crates leave out a file's closing tests, and comments.
fn said(source: &Source, rule: &str) -> String {
    if !["pure", "order", "platform-maths"].contains(&rule) {
        return source.text.clone();
    }
    let code = source.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect::<Vec<_>>().join("\n")
}

fn too_long(source: &Source) -> Option<Finding> {
    // Declarations in `.d.ts` are generated from docs/openapi.json: nobody reads or writes them.
    let code = ["rs", "ts", "tsx", "mjs", "css"].contains(&extension(&source.path)) && !source.path.ends_with(".d.ts");
    let lines = source.text.lines().count();
    if !code || lines <= LINES_MAX {
        return None;
    }
    let text = format!("{} has {lines} lines, over {LINES_MAX}", source.path);
    Some(Finding { rule: "long-file", path: source.path.clone(), measure: lines, text })
}

fn in_pure_source(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next() == Some("crates") && parts.next().is_some_and(is_pure) && parts.next() == Some("src") && !path.ends_with("/tests.rs")
}

fn is_rust(path: &str) -> bool {
    extension(path) == "rs"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<&'static str> {
        check(&[Source { path: path.to_owned(), text: text.to_owned() }]).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn each_banned_word_is_found_where_it_is_banned_and_only_there() {
        let rules = "crates/rules/src/program.rs";
        assert_eq!(found(rules, "let t = SystemTime::now();"), ["pure"]);
        assert_eq!(found(rules, "use std::fs;"), ["pure"]);
        assert_eq!(found(rules, "use std::collections::HashMap;"), ["order"]);
        assert_eq!(found("crates/store/src/sqlite.rs", "use std::fs; use std::collections::HashMap;"), [""; 0]);
        assert_eq!(found("crates/synth/src/sample.rs", "let y = x.ln();"), ["platform-maths"]);
        assert_eq!(found("crates/cli/src/main.rs", concat!("#[all", "ow(dead_code)]")), ["expect"]);
        assert_eq!(found("crates/cli/src/main.rs", "#[expect(dead_code, reason = \"soon\")]"), [""; 0]);
        assert_eq!(found("docs/guide/zh/start.md", concat!("cd /wo", "rk/main")), ["machine-path"]);
        assert_eq!(found("web/package-lock.json", concat!("\"resolved\": \"https://registry.npm", "js.org/antd\"")), ["registry"]);
        assert_eq!(found("Cargo.lock", concat!("source = \"registry+https://github.com/rust-lang/crates", ".io-index\"")), [""; 0]);
    }

    #[test]
    fn comments_and_closing_tests_of_a_pure_crate_may_speak_of_what_its_code_may_not() {
        let text = "//! Never reads SystemTime.\nfn f() {}\n\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
        assert_eq!(found("crates/rules/src/lib.rs", text), [""; 0]);
        assert_eq!(found("crates/rules/src/lib.rs", "#[cfg(test)]\nuse std::fs;"), ["pure"]);
    }

    #[test]
    fn a_file_over_the_limit_is_found() {
        assert_eq!(found("crates/cli/src/main.rs", &"\n".repeat(LINES_MAX)), [""; 0]);
        assert_eq!(found("crates/cli/src/main.rs", &"\n".repeat(LINES_MAX + 1)), ["long-file"]);
        assert_eq!(found("web/packages/api-client/src/schema.d.ts", &"\n".repeat(LINES_MAX + 1)), [""; 0]);
        assert_eq!(found("docs/guide.md", &"\n".repeat(2000)), [""; 0]);
    }
}
