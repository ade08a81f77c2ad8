//! Sources as plain rows: what is connected, what each delivered, what event names arrive.

use perennial_kernel::{Day, Instant};

use super::PortResult;

/// One connected source. Its name is the `source` of every fact it brings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceRow {
    pub name: String,
    /// `segment`, `shopify` …: which reader understands what comes.
    pub kind: String,
    pub label: String,
    /// `on`, `off`.
    pub state: String,
    /// Sealed; empty where the source has none.
    pub secret: Vec<u8>,
    /// The secret before the last rotation, sealed; taken until `previous_until`.
    pub previous: Vec<u8>,
    pub previous_until: Option<Instant>,
    /// JSON, texts by name: what this kind of source needs to know besides its secret.
    pub settings: String,
    pub created_at: Instant,
}

/// What one source delivered on one day; when written, counts to add.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceDay {
    pub source: String,
    pub day: Day,
    pub accepted: u64,
    pub repeated: u64,
    pub refused: u64,
}

/// A source's last signs of life and of trouble.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceSigns {
    pub source: String,
    /// `None`, when written, leaves what is known.
    pub delivered_at: Option<Instant>,
    /// `None`, when written, leaves the error that is known.
    pub error_at: Option<Instant>,
    pub error_code: String,
    /// Words that quote nothing of what came; empty where only a dead letter tells more.
    pub error_en: String,
    pub error_zh: String,
}

/// An event name of one source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceEvent {
    pub source: String,
    pub name: String,
    /// When written, a count to add.
    pub seen: u64,
    pub first_at: Instant,
    pub last_at: Instant,
    /// One such event, sealed under the key of `sample_day`; empty, when written, leaves the one held.
    pub sample: Vec<u8>,
    pub sample_day: Day,
}

pub trait Sources {
    /// Whether the name was free.
    fn add_source(&mut self, row: &SourceRow) -> PortResult<bool>;
    fn source(&mut self, name: &str) -> PortResult<Option<SourceRow>>;
    /// Ascending by name.
    fn sources(&mut self) -> PortResult<Vec<SourceRow>>;
    /// Everything but name, kind and time of creation.
    fn update_source(&mut self, row: &SourceRow) -> PortResult<()>;
    fn delete_source(&mut self, name: &str) -> PortResult<bool>;

    /// Adds to what stands.
    fn add_source_days(&mut self, rows: &[SourceDay]) -> PortResult<()>;
    /// From this day on, ascending by (source, day).
    fn source_days(&mut self, from: Day) -> PortResult<Vec<SourceDay>>;

    fn set_source_signs(&mut self, rows: &[SourceSigns]) -> PortResult<()>;
    /// Ascending by source.
    fn source_signs(&mut self) -> PortResult<Vec<SourceSigns>>;

    /// Adds to what stands.
    fn add_source_events(&mut self, rows: &[SourceEvent]) -> PortResult<()>;
    /// Ascending by (source, name).
    fn source_events(&mut self) -> PortResult<Vec<SourceEvent>>;
}
