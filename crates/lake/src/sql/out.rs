//! Rows being gathered into a batch: the columns asked for, and no others.

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;

use super::cell::{Builder, Cell, Kind, Place};

pub struct Out {
    schema: SchemaRef,
    /// By their place in the view.
    wanted: Vec<usize>,
    builders: Vec<Builder>,
    rows: usize,
}

impl Out {
    /// `wanted` are the view's columns asked for, with their kinds, in the order of `schema`.
    pub fn new(schema: SchemaRef, wanted: &[(usize, Kind)], place: &Place) -> Self {
        let builders = wanted.iter().map(|(_, kind)| kind.builder(place)).collect();
        Self { schema, wanted: wanted.iter().map(|(at, _)| *at).collect(), builders, rows: 0 }
    }

    /// Adds a row; `cell` gives the value of a column by its place in the view, and is asked only for those that are wanted.
    pub fn row<'a>(&mut self, cell: impl Fn(usize) -> Cell<'a>) {
        for (builder, column) in self.builders.iter_mut().zip(&self.wanted) {
            builder.push(&cell(*column));
        }
        self.rows += 1;
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The batch so far; begins a new one.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let columns = self.builders.iter_mut().map(Builder::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(std::mem::take(&mut self.rows)));
        RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)
    }
}
