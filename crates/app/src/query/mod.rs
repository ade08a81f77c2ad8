//! Questions: what the API and the command line ask of a house. Knows no HTTP.

pub mod backtest;
pub mod board;
pub mod everyone;
pub mod explain;
pub mod export;
pub mod health;
pub mod lists;
pub mod mask;
pub mod member;
pub mod metrics;
pub mod models;
pub mod orders;
pub mod people;
pub mod person;
pub mod policies;
pub mod reveal;
pub mod search;
pub mod selection;
pub mod sql;
pub mod timeline;
pub mod trail;
pub mod trial;
pub mod value;

pub use perennial_backtest::{CohortBy, CohortsTable, DailyTable, DayRow, Durations, FlowTable, Life, StageTable, StagesById, TimesTable};

use crate::engine::Refusal;
use crate::house::{House, HouseError};
use crate::port::PortError;

/// Why a question has no answer.
#[derive(Debug)]
pub enum QueryError {
    /// There is nothing of that name.
    NotFound(Refusal),
    /// The question makes no sense: a day in the future, a stage the model does not have.
    Refused(Refusal),
    /// The board of all members is not read yet.
    Building {
        percent: u8,
    },
    /// Everyone is being looked at for a condition.
    Selecting {
        percent: u8,
    },
    House(HouseError),
}

pub type QueryResult<T> = Result<T, QueryError>;

impl QueryError {
    /// Nothing yet, where the board is only being read.
    pub fn unless_building<T: Default>(self) -> QueryResult<T> {
        match self {
            Self::Building { .. } => Ok(T::default()),
            other => Err(other),
        }
    }
}

impl From<HouseError> for QueryError {
    fn from(error: HouseError) -> Self {
        Self::House(error)
    }
}

impl From<PortError> for QueryError {
    fn from(error: PortError) -> Self {
        Self::House(error.into())
    }
}

impl std::fmt::Display for QueryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound(refusal) | Self::Refused(refusal) => f.write_str(&refusal.en),
            Self::Building { percent } => write!(f, "the board of members is being read ({percent} %)"),
            Self::Selecting { percent } => write!(f, "everyone is being looked at for the condition ({percent} %)"),
            Self::House(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for QueryError {}

pub(crate) fn refused(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> QueryError {
    QueryError::Refused(Refusal { code, en: en.into(), zh: zh.into() })
}

pub(crate) fn not_found(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> QueryError {
    QueryError::NotFound(Refusal { code, en: en.into(), zh: zh.into() })
}

/// Refuses days after today in the brand's zone: nothing is known of them.
pub(crate) fn not_after_today(house: &House, day: perennial_kernel::Day) -> QueryResult<()> {
    let today = house.calendar().day(house.now());
    if day > today {
        let en = format!("{day} is after today, {today}");
        return Err(refused("day.out_of_range", en, format!("{day} 晚于今天（{today}）")));
    }
    Ok(())
}
