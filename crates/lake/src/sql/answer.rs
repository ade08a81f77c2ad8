//! From Arrow's batches to the values of an answer: numbers, days and instants exactly as they are.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, Schema};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use perennial_app::port::analyst::{Column, ColumnKind, Value};

pub fn columns(schema: &Schema) -> Vec<Column> {
    schema.fields().iter().map(|field| Column { name: field.name().clone(), kind: kind(field.data_type()) }).collect()
}

fn kind(data_type: &DataType) -> ColumnKind {
    match data_type {
        DataType::Boolean => ColumnKind::Bool,
        whole if whole.is_integer() => ColumnKind::Int,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ColumnKind::Float,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => ColumnKind::Decimal,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => ColumnKind::Text,
        DataType::Date32 | DataType::Date64 => ColumnKind::Date,
        DataType::Timestamp(..) => ColumnKind::Timestamp,
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => ColumnKind::List,
        DataType::Dictionary(_, values) => kind(values),
        _ => ColumnKind::Other,
    }
}

/// The first `count` rows of a batch.
pub fn rows(batch: &RecordBatch, count: usize) -> Result<Vec<Vec<Value>>, ArrowError> {
    let count = count.min(batch.num_rows());
    let mut rows: Vec<Vec<Value>> = (0..count).map(|_| Vec::with_capacity(batch.num_columns())).collect();
    for column in batch.columns() {
        for (row, value) in rows.iter_mut().zip(values(&column.slice(0, count))?) {
            row.push(value);
        }
    }
    Ok(rows)
}

fn values(column: &ArrayRef) -> Result<Vec<Value>, ArrowError> {
    match (kind(column.data_type()), column.data_type()) {
        (_, DataType::Dictionary(_, values_type)) => values(&cast(column, values_type)?),
        (ColumnKind::Bool, _) => Ok(column.as_boolean().iter().map(|flag| flag.map_or(Value::Null, Value::Bool)).collect()),
        // Whole numbers that an i64 does not hold are told as text.
        (ColumnKind::Int, DataType::UInt64) => texts(column).map(|all| all.into_iter().map(number).collect()),
        (ColumnKind::Int, _) => {
            let wide = cast(column, &DataType::Int64)?;
            Ok(wide.as_primitive::<Int64Type>().iter().map(|number| number.map_or(Value::Null, Value::Int)).collect())
        }
        (ColumnKind::Float, _) => {
            let wide = cast(column, &DataType::Float64)?;
            Ok(wide.as_primitive::<Float64Type>().iter().map(|number| number.map_or(Value::Null, Value::Float)).collect())
        }
        (ColumnKind::List, _) => {
            let of = |at: usize| if column.is_null(at) { Ok(Value::Null) } else { list(column, at) };
            (0..column.len()).map(of).collect()
        }
        _ => texts(column),
    }
}

fn number(value: Value) -> Value {
    match value {
        Value::Text(digits) => digits.parse().map_or(Value::Text(digits), Value::Int),
        other => other,
    }
}

fn list(column: &ArrayRef, at: usize) -> Result<Value, ArrowError> {
    let inner = match column.data_type() {
        DataType::LargeList(_) => column.as_list::<i64>().value(at),
        DataType::FixedSizeList(..) => column.as_fixed_size_list().value(at),
        _ => column.as_list::<i32>().value(at),
    };
    values(&inner).map(Value::List)
}

fn texts(column: &ArrayRef) -> Result<Vec<Value>, ArrowError> {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
    let text = |at: usize| if column.is_null(at) { Ok(Value::Null) } else { Ok(Value::Text(formatter.value(at).try_to_string()?)) };
    (0..column.len()).map(text).collect()
}
