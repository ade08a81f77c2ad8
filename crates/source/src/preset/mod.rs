//! Known kinds of files. A preset is one file with one table.

pub mod cdnow;
pub mod journey;

use crate::mapping::Mapping;

/// How a file is to be read.
#[derive(Clone, PartialEq, Debug)]
pub enum Preset {
    /// Any columns; without a mapping it is guessed.
    Generic(Option<Mapping>),
    Cdnow,
    CompleteJourney,
}

impl Preset {
    pub const NAMES: [&'static str; 3] = ["generic", "cdnow", "complete-journey"];

    /// By its name on the command line.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "generic" => Self::Generic(None),
            "cdnow" => Self::Cdnow,
            "complete-journey" => Self::CompleteJourney,
            _ => return None,
        })
    }

    /// Zone and currency of a sample brand, for setting one up; `None` where the brand's own hold.
    pub fn home(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Generic(_) => None,
            Self::Cdnow | Self::CompleteJourney => Some(("America/New_York", "USD")),
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Generic(_) => "generic",
            Self::Cdnow => "cdnow",
            Self::CompleteJourney => "complete-journey",
        }
    }
}
