//! From values as rules have them to columns as Arrow has them.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder, ListBuilder, StringBuilder,
    TimestampMillisecondBuilder,
};
use arrow::datatypes::{DataType, Field, TimeUnit};
use perennial_kernel::{Currency, Day, Instant, Money, Quantity};

/// Digits of an amount: what an i64 of minor units holds.
const AMOUNT_DIGITS: u8 = 19;
/// Decimals of a quantity.
const QUANTITY_SCALE: i8 = 3;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Text,
    Int,
    Number,
    Flag,
    Day,
    Instant,
    /// In major units of the brand's currency.
    Money,
    Quantity,
    /// Several texts.
    Texts,
}

/// The brand's own: what amounts and instants are told in.
#[derive(Clone, Debug)]
pub struct Place {
    pub currency: Currency,
    pub zone: Arc<str>,
}

impl Kind {
    pub fn data_type(self, place: &Place) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Int => DataType::Int64,
            Self::Number => DataType::Float64,
            Self::Flag => DataType::Boolean,
            Self::Day => DataType::Date32,
            Self::Instant => DataType::Timestamp(TimeUnit::Millisecond, Some(Arc::clone(&place.zone))),
            Self::Money => DataType::Decimal128(AMOUNT_DIGITS, place.currency.scale() as i8),
            Self::Quantity => DataType::Decimal128(AMOUNT_DIGITS, QUANTITY_SCALE),
            Self::Texts => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
        }
    }

    /// As SQL calls it.
    pub fn sql_type(self, currency: Currency) -> String {
        match self {
            Self::Text => "TEXT".to_owned(),
            Self::Int => "BIGINT".to_owned(),
            Self::Number => "DOUBLE".to_owned(),
            Self::Flag => "BOOLEAN".to_owned(),
            Self::Day => "DATE".to_owned(),
            Self::Instant => "TIMESTAMPTZ".to_owned(),
            Self::Money => format!("DECIMAL({AMOUNT_DIGITS},{})", currency.scale()),
            Self::Quantity => format!("DECIMAL({AMOUNT_DIGITS},{QUANTITY_SCALE})"),
            Self::Texts => "TEXT[]".to_owned(),
        }
    }

    pub fn builder(self, place: &Place) -> Builder {
        let amount = |scale: i8| {
            let amounts = Decimal128Builder::new().with_precision_and_scale(AMOUNT_DIGITS, scale);
            amounts.expect("nineteen digits hold at most three decimals")
        };
        match self {
            Self::Text => Builder::Text(StringBuilder::new()),
            Self::Int => Builder::Int(Int64Builder::new()),
            Self::Number => Builder::Number(Float64Builder::new()),
            Self::Flag => Builder::Flag(BooleanBuilder::new()),
            Self::Day => Builder::Day(Date32Builder::new()),
            Self::Instant => Builder::Instant(TimestampMillisecondBuilder::new().with_timezone(Arc::clone(&place.zone))),
            Self::Money => Builder::Amount(amount(place.currency.scale() as i8)),
            Self::Quantity => Builder::Amount(amount(QUANTITY_SCALE)),
            Self::Texts => Builder::Texts(ListBuilder::new(StringBuilder::new())),
        }
    }
}

/// One value of a row.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell<'a> {
    Null,
    Text(Cow<'a, str>),
    Int(i64),
    Number(f64),
    Flag(bool),
    Day(Day),
    Instant(Instant),
    Money(Money),
    Quantity(Quantity),
    Texts(Arc<[String]>),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Cell<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Day> for Cell<'_> {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}

impl From<Instant> for Cell<'_> {
    fn from(at: Instant) -> Self {
        Self::Instant(at)
    }
}

impl From<Money> for Cell<'_> {
    fn from(money: Money) -> Self {
        Self::Money(money)
    }
}

impl From<Quantity> for Cell<'_> {
    fn from(quantity: Quantity) -> Self {
        Self::Quantity(quantity)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A column being filled.
#[derive(Debug)]
pub enum Builder {
    Text(StringBuilder),
    Int(Int64Builder),
    Number(Float64Builder),
    Flag(BooleanBuilder),
    Day(Date32Builder),
    Instant(TimestampMillisecondBuilder),
    Amount(Decimal128Builder),
    Texts(ListBuilder<StringBuilder>),
}

impl Builder {
    /// Adds a value; one of another kind than the column's is null, which a test of every view excludes.
    pub fn push(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Text(column), Cell::Text(text)) => column.append_value(text),
            (Self::Int(column), Cell::Int(number)) => column.append_value(*number),
            (Self::Number(column), Cell::Number(number)) => column.append_value(*number),
            (Self::Flag(column), Cell::Flag(flag)) => column.append_value(*flag),
            (Self::Day(column), Cell::Day(day)) => column.append_value(day.0),
            (Self::Instant(column), Cell::Instant(at)) => column.append_value(at.0),
            (Self::Amount(column), Cell::Money(money)) => column.append_value(i128::from(money.0)),
            (Self::Amount(column), Cell::Quantity(quantity)) => column.append_value(i128::from(quantity.0)),
            (Self::Texts(column), Cell::Texts(texts)) => {
                for text in texts.iter() {
                    column.values().append_value(text);
                }
                column.append(true);
            }
            (column, other) => {
                debug_assert_eq!(*other, Cell::Null, "a value of another kind than its column's");
                column.push_null();
            }
        }
    }

    fn push_null(&mut self) {
        match self {
            Self::Text(column) => column.append_null(),
            Self::Int(column) => column.append_null(),
            Self::Number(column) => column.append_null(),
            Self::Flag(column) => column.append_null(),
            Self::Day(column) => column.append_null(),
            Self::Instant(column) => column.append_null(),
            Self::Amount(column) => column.append_null(),
            Self::Texts(column) => column.append(false),
        }
    }

    /// The column so far; begins a new one.
    pub fn finish(&mut self) -> ArrayRef {
        let column: &mut dyn ArrayBuilder = match self {
            Self::Text(column) => column,
            Self::Int(column) => column,
            Self::Number(column) => column,
            Self::Flag(column) => column,
            Self::Day(column) => column,
            Self::Instant(column) => column,
            Self::Amount(column) => column,
            Self::Texts(column) => column,
        };
        column.finish()
    }
}
