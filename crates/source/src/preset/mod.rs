//! Known kinds of files. A preset is one file with one table.

pub mod cdnow;
pub mod douyin;
pub mod journey;
pub mod report;
pub mod taobao;

use self::report::Report;
use crate::input::Input;
use crate::mapping::Mapping;
use crate::problem::FileError;
use crate::table::layout::Layout;

/// How a file is to be read.
#[derive(Clone, PartialEq, Debug)]
pub enum Preset {
    /// Any columns; without a mapping it is guessed.
    Generic(Option<Mapping>),
    Cdnow,
    CompleteJourney,
    /// The order report of Taobao and Tmall.
    Taobao,
    /// The order export of a Douyin shop.
    Douyin,
}

impl Preset {
    pub const NAMES: [&'static str; 5] = ["generic", "cdnow", "complete-journey", "taobao", "douyin"];

    /// By its name on the command line.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "generic" => Self::Generic(None),
            "cdnow" => Self::Cdnow,
            "complete-journey" => Self::CompleteJourney,
            "taobao" => Self::Taobao,
            "douyin" => Self::Douyin,
            _ => return None,
        })
    }

    /// The preset whose files look like this one; `generic` where none does.
    pub fn recognise(input: &Input) -> Result<Self, FileError> {
        if journey::JourneyReader::recognises(input)? {
            return Ok(Self::CompleteJourney);
        }
        if cdnow::open(input).is_ok() {
            return Ok(Self::Cdnow);
        }
        let (_, layout) = Layout::find(input, &Mapping::default())?;
        Ok(Self::by_columns(&layout.names).unwrap_or(Self::Generic(None)))
    }

    /// Zone and currency of a sample brand, for setting one up; `None` where the brand's own hold.
    pub fn home(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Generic(_) | Self::Taobao | Self::Douyin => None,
            Self::Cdnow | Self::CompleteJourney => Some(("America/New_York", "USD")),
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Generic(_) => "generic",
            Self::Cdnow => "cdnow",
            Self::CompleteJourney => "complete-journey",
            Self::Taobao => "taobao",
            Self::Douyin => "douyin",
        }
    }

    /// The marketplace's table, where the preset is one.
    pub(crate) fn report(&self) -> Option<&'static Report> {
        match self {
            Self::Taobao => Some(&taobao::REPORT),
            Self::Douyin => Some(&douyin::REPORT),
            Self::Generic(_) | Self::Cdnow | Self::CompleteJourney => None,
        }
    }

    /// The marketplace's export that has these columns.
    pub fn by_columns(names: &[String]) -> Option<Self> {
        [Self::Taobao, Self::Douyin].into_iter().find(|preset| preset.report().is_some_and(|report| report.fits(names)))
    }
}
