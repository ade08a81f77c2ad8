//! Words for people, on stderr, in Chinese or English.

use std::sync::OnceLock;

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Lang {
    Zh,
    En,
}

static LANG: OnceLock<Lang> = OnceLock::new();

/// Settles the language: as told, else as the environment's locale says.
pub fn speak(lang: Option<Lang>) {
    let _ = LANG.set(lang.unwrap_or_else(from_locale));
}

pub fn lang() -> Lang {
    *LANG.get().unwrap_or(&Lang::En)
}

/// Says it on stderr.
pub fn say(en: &str, zh: &str) {
    eprintln!("{}", pick(en, zh));
}

/// The one in the language spoken.
pub fn pick<'a>(en: &'a str, zh: &'a str) -> &'a str {
    match lang() {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// POSIX's order of precedence.
fn from_locale() -> Lang {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG"));
    if locale.is_some_and(|locale| locale.starts_with("zh")) { Lang::Zh } else { Lang::En }
}
