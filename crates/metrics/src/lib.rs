//! The questions a member-operations team asks about everyone, each with its definition (`docs/metrics.md`): who comes back and how soon,
//! what becomes of a cohort, how people become buyers, how far first buyers go, what more of them would bring, who brings the money, what is bought together, which
//! products bring buyers back, who will need which of them when, and how many the coming weeks will take.
//!
//! A metric takes in one member at a time, as [`seen::Seen`] by the same rules that decide, and merges with others of its kind: members may
//! be divided over partitions, threads or files in any way. Several metrics share one pass. Knows no clock, no randomness, no database, no
//! async; where histories come from is the caller's.

pub mod acquisition;
pub mod basket;
pub mod behind;
pub mod cohort;
pub mod cross;
pub mod definition;
pub mod funnel;
pub mod groups;
pub mod metric;
pub mod pareto;
pub mod period;
pub mod product;
pub mod repurchase;
pub mod rfm;
pub mod seen;
pub mod simulate;
pub mod spread;

pub use acquisition::{Acquired, AcquiredTable};
pub use cohort::{Cohort, CohortTable};
pub use cross::{Cross, CrossTable, Prices};
pub use definition::{DEFINITIONS, Definition};
pub use funnel::{Funnel, FunnelTable};
pub use groups::{GroupBy, Groups, GroupsTable, RfmMeans};
pub use metric::{Asks, Metric, Observed, Pass};
pub use pareto::{Pareto, ParetoTable};
pub use period::{Period, Unit};
pub use product::{Cycles, Demand, DemandTable, DueList, FirstProducts, FirstTable, Products, ProductsTable};
pub use repurchase::{Repurchase, RepurchaseTable};
pub use seen::{Purchase, Seen};
pub use spread::{Spread, Summary};
