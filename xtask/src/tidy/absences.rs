//! What a pure crate must not reach, however far away: read from the tree of that crate alone.

use super::workspace::{Kind, Package};

/// Crates by name; a `*` at the end stands for any ending.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("an async runtime", &["tokio*", "async-std", "smol", "mio", "futures-executor"]),
    ("a database", &["rusqlite", "libsqlite3-sys", "postgres*", "tokio-postgres", "sqlx*", "diesel"]),
    ("analytics", &["datafusion*", "ballista*", "arrow*", "parquet", "object_store"]),
    ("the network", &["axum*", "hyper*", "reqwest", "ureq", "tower*", "rustls", "socket2"]),
    ("a clock", &["chrono", "time", "instant", "web-time", "iana-time-zone"]),
    ("chance", &["rand", "rand_core", "rand_chacha", "getrandom", "fastrand", "ahash", "uuid"]),
];

pub fn check(package: &Package, tree: &str) -> Vec<String> {
    let of = package.short();
    if let Some(blind) = blindness(package, tree) {
        return vec![blind];
    }
    let mut problems = Vec::new();
    for line in tree.lines() {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        if let Some((what, _)) = FORBIDDEN.iter().find(|(_, names)| names.iter().any(|pattern| matches(pattern, name))) {
            problems.push(format!("{of} reaches {what}: {name} (cargo tree --package {} --edges normal --invert {name})", package.name));
        }
        // Jiff reads the clock and the machine's zone files only with `std`.
        if name == "jiff" && features(rest).contains(&"std") {
            problems.push(format!("{of} is linked with jiff's `std` feature, which brings the clock"));
        }
    }
    problems.sort();
    problems.dedup();
    problems
}

/// Why the tree proves nothing, if it does not: it must begin with the crate and hold what the manifest names.
fn blindness(package: &Package, tree: &str) -> Option<String> {
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    if names.first() != Some(&package.name.as_str()) {
        return Some(format!("tidy cannot see the tree of {}: it does not begin with it", package.name));
    }
    let named = package.dependencies.iter().filter(|dependency| dependency.kind == Kind::Normal && !dependency.optional);
    let unseen = named.map(|dependency| &dependency.name).find(|name| !names.contains(&name.as_str()))?;
    Some(format!("tidy cannot see the tree of {}: its dependency {unseen} is not in it", package.name))
}

/// The features at the end of `v1.2.3 (path) a,b,c`; `(*)` marks a crate shown before.
fn features(rest: &str) -> Vec<&str> {
    rest.split(' ').skip(1).filter(|word| !word.starts_with('(')).flat_map(|word| word.split(',')).collect()
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::super::workspace::Dependency;
    use super::*;

    fn rules() -> Package {
        let dependency = |name: &str| Dependency { name: name.to_owned(), kind: Kind::Normal, optional: false, ours: false };
        Package { name: "perennial-rules".to_owned(), dependencies: vec![dependency("jiff")] }
    }

    fn check_with(lines: &str) -> String {
        check(&rules(), &format!("perennial-rules v0.1.0 (/somewhere/rules)\njiff v0.2.15 alloc,tzdb-bundle-always\n{lines}")).join("; ")
    }

    #[test]
    fn a_pure_tree_passes() {
        assert_eq!(check_with("serde v1.0.0 default,derive,std\nserde v1.0.0 default,derive,std (*)"), "");
    }

    #[test]
    fn each_thing_a_pure_crate_must_not_reach_is_found() {
        for name in ["tokio", "tokio-postgres", "rusqlite", "sqlx-core", "rand", "chrono", "getrandom", "mio", "axum", "datafusion-expr"] {
            assert!(check_with(&format!("{name} v1.0.0 default")).contains(&format!(": {name} ")), "{name}");
        }
        assert_eq!(check_with("timeline v1.0.0"), "", "a name that merely begins alike is another crate");
    }

    #[test]
    fn jiffs_std_feature_is_found() {
        assert!(check_with("jiff v0.2.15 alloc,std (*)").contains("jiff's `std`"));
    }

    #[test]
    fn a_tree_that_shows_nothing_proves_nothing() {
        assert!(check(&rules(), "")[0].contains("cannot see"));
        assert!(check(&rules(), "perennial-kernel v0.1.0")[0].contains("does not begin with it"));
        assert!(check(&rules(), "perennial-rules v0.1.0")[0].contains("jiff is not in it"));
    }
}
