//! The condition as a tree of names and literals: what the text form and the JSON form both mean, before any catalog is consulted.
//!
//! Trees made by the parser or by `from_json` have at least two parts in each `And` and `Or`; an empty `And` is true, an empty `Or` false.

use perennial_kernel::Day;

/// A condition.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    /// An operand of type Bool standing alone: a flag, or TRUE, FALSE, NULL.
    Holds(Operand),
    Compare {
        op: Comparison,
        left: Operand,
        right: Operand,
    },
    Between {
        value: Operand,
        low: Operand,
        high: Operand,
        negated: bool,
    },
    In {
        value: Operand,
        list: Vec<Operand>,
        negated: bool,
    },
    /// `IS NULL`, negated `IS NOT NULL`.
    Null {
        value: Operand,
        negated: bool,
    },
    /// `IS DISTINCT FROM`, negated `IS NOT DISTINCT FROM`: never unknown.
    Distinct {
        left: Operand,
        right: Operand,
        negated: bool,
    },
    /// `LIKE` with `%` at one or both ends only; case counts.
    Like {
        value: Operand,
        part: Part,
        text: String,
        negated: bool,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Where in the value a `LIKE` looks for its text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    Start,
    End,
    Anywhere,
}

/// Something with a value.
#[derive(Clone, PartialEq, Debug)]
pub enum Operand {
    Literal(Literal),
    Field(String),
    Aggregate(Box<Aggregate>),
    Negate(Box<Operand>),
    Arithmetic { op: Arithmetic, left: Box<Operand>, right: Box<Operand> },
    Call { function: Function, arguments: Vec<Operand> },
}

/// A constant. Amounts of money are written as numbers of major units.
#[derive(Clone, PartialEq, Debug)]
pub enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Decimal(f64),
    Text(String),
    Day(Day),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Function {
    /// Null when any argument is (as in the SQL standard and SQLite; PostgreSQL skips nulls).
    Greatest,
    /// Null when any argument is.
    Least,
    /// The first argument that is not null.
    Coalesce,
    /// Whole days from a day until today.
    DaysSince,
    /// The as-of day.
    Today,
    /// Whether several choices have this one among them. Null when either is.
    Contains,
}

/// A value computed over the facts of one kind.
#[derive(Clone, PartialEq, Debug)]
pub struct Aggregate {
    pub function: Summary,
    pub kind: String,
    /// The fact's field that is summed or averaged; `None` for the others.
    pub measure: Option<String>,
    pub filter: Option<Expr>,
    /// `None`: ever.
    pub window: Option<Window>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Summary {
    /// 0 when there are none.
    Count,
    /// 0 when there are none (unlike SQL's SUM): who bought nothing has bought for 0.
    Sum,
    /// Sum by count; null when there are none.
    Average,
    /// Day of the earliest; null when there are none.
    First,
    /// Day of the latest; null when there are none.
    Last,
}

/// A fact on day d is inside when `ending_days_ago <= as_of - d < ending_days_ago + days`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Window {
    pub days: i32,
    pub ending_days_ago: i32,
}

impl Window {
    pub fn last(days: i32) -> Self {
        Self { days, ending_days_ago: 0 }
    }

    /// First and last day inside, as of `today`.
    pub fn range(self, today: Day) -> (Day, Day) {
        let last = today - self.ending_days_ago;
        (last - self.days.saturating_sub(1), last)
    }
}

impl Comparison {
    pub const ALL: [Self; 6] = [Self::Equal, Self::NotEqual, Self::Less, Self::LessOrEqual, Self::Greater, Self::GreaterOrEqual];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    pub(crate) fn accepts(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Arithmetic {
    pub const ALL: [Self; 4] = [Self::Add, Self::Subtract, Self::Multiply, Self::Divide];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }
}

impl Function {
    pub const ALL: [Self; 6] = [Self::Greatest, Self::Least, Self::Coalesce, Self::DaysSince, Self::Today, Self::Contains];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Greatest => "greatest",
            Self::Least => "least",
            Self::Coalesce => "coalesce",
            Self::DaysSince => "days_since",
            Self::Today => "today",
            Self::Contains => "contains",
        }
    }

    /// How many arguments it takes, least and most.
    pub(crate) fn arity(self) -> (usize, usize) {
        match self {
            Self::Greatest | Self::Least | Self::Coalesce => (1, LIST_MAX),
            Self::DaysSince => (1, 1),
            Self::Today => (0, 0),
            Self::Contains => (2, 2),
        }
    }
}

impl Summary {
    pub const ALL: [Self; 5] = [Self::Count, Self::Sum, Self::Average, Self::First, Self::Last];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Average => "average",
            Self::First => "first",
            Self::Last => "last",
        }
    }

    pub(crate) fn has_measure(self) -> bool {
        matches!(self, Self::Sum | Self::Average)
    }
}

/// Text form at most this long.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Nesting of conditions and operands together.
pub const DEPTH_MAX: usize = 64;
/// Conditions and operands in one tree.
pub const NODES_MAX: usize = 2_000;
/// Entries of an IN list or arguments of a function.
pub const LIST_MAX: usize = 1_000;
/// Days in a window, and days before today at which it ends.
pub const WINDOW_DAYS_MAX: i32 = 36_500;

/// A node of either sort, for walks that treat both alike.
#[derive(Clone, Copy)]
pub(crate) enum Node<'a> {
    Expr(&'a Expr),
    Operand(&'a Operand),
}

impl Node<'_> {
    /// In the order in which the text has them; [`crate::problem::Places`] follows the same order.
    pub(crate) fn children(self) -> Vec<Self> {
        match self {
            Self::Expr(Expr::And(parts) | Expr::Or(parts)) => parts.iter().map(Self::Expr).collect(),
            Self::Expr(Expr::Not(part)) => vec![Self::Expr(part)],
            Self::Expr(Expr::Holds(value) | Expr::Null { value, .. } | Expr::Like { value, .. }) => vec![Self::Operand(value)],
            Self::Expr(Expr::Compare { left, right, .. } | Expr::Distinct { left, right, .. }) => {
                vec![Self::Operand(left), Self::Operand(right)]
            }
            Self::Expr(Expr::Between { value, low, high, .. }) => vec![Self::Operand(value), Self::Operand(low), Self::Operand(high)],
            Self::Expr(Expr::In { value, list, .. }) => {
                std::iter::once(Self::Operand(value)).chain(list.iter().map(Self::Operand)).collect()
            }
            Self::Operand(Operand::Literal(_) | Operand::Field(_)) => Vec::new(),
            Self::Operand(Operand::Aggregate(aggregate)) => aggregate.filter.iter().map(Self::Expr).collect(),
            Self::Operand(Operand::Negate(inner)) => vec![Self::Operand(inner)],
            Self::Operand(Operand::Arithmetic { left, right, .. }) => vec![Self::Operand(left), Self::Operand(right)],
            Self::Operand(Operand::Call { arguments, .. }) => arguments.iter().map(Self::Operand).collect(),
        }
    }
}

/// Depth and number of nodes, counted without recursion because the tree may come from anywhere.
pub(crate) fn size(root: Node<'_>) -> (usize, usize) {
    let (mut depth_max, mut nodes) = (0, 0);
    let mut open = vec![(root, 1)];
    while let Some((node, depth)) = open.pop() {
        nodes += 1;
        depth_max = depth_max.max(depth);
        open.extend(node.children().into_iter().map(|child| (child, depth + 1)));
    }
    (depth_max, nodes)
}
