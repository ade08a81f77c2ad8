//! The second pass: order after order, each at the place of its first row.

use std::collections::VecDeque;

use super::assemble::{self, Name, RowProblems};
use super::index::{Index, Key};
use super::layout::Layout;
use super::plan::Plan;
use super::row::{self, Problems, Values};
use crate::context::Context;
use crate::notes::Notes;
use crate::problem::{BadRow, FileError, Problem};
use crate::reader::Record;
use crate::rows::{Row, Rows};

/// Orders out of a table.
#[derive(Debug)]
pub struct TableReader {
    rows: Rows,
    /// Fetches rows of an order that lie further down.
    other: Rows,
    layout: Layout,
    plan: Plan,
    index: Index,
    context: Context,
    notes: Notes,
    /// A row that was read on and belongs to what comes next.
    ahead: Option<(Key, Row)>,
    ready: VecDeque<Result<Record, BadRow>>,
    ended: bool,
}

impl TableReader {
    /// Reads the file once for its index, then stands before its first row.
    pub fn new(mut rows: Rows, layout: Layout, plan: Plan, context: Context) -> Result<Self, FileError> {
        let index = Index::build(&mut rows, &layout, &plan)?;
        layout.rewind(&mut rows)?;
        let other = rows.another()?;
        let notes = Notes::default();
        Ok(Self { rows, other, layout, plan, index, context, notes, ahead: None, ready: VecDeque::new(), ended: false })
    }

    pub fn progress(&self) -> (u64, u64) {
        let (read, total) = self.rows.progress();
        let held = self.ahead.as_ref().map_or(read, |(_, row)| row.position);
        (if self.ended { total } else { held }, total)
    }

    pub fn notes(&self) -> &Notes {
        &self.notes
    }

    pub fn columns(&self) -> &[String] {
        &self.plan.names
    }

    pub fn row_count(&self) -> u64 {
        self.index.rows
    }

    /// The next record or bad row.
    pub fn next(&mut self) -> Option<Result<Record, BadRow>> {
        while self.ready.is_empty() && !self.ended {
            if let Err(error) = self.step() {
                self.ended = true;
                let line = self.ahead.take().map_or(0, |(_, row)| row.line);
                let bad = BadRow { line, column: None, code: BadRow::UNREADABLE, en: error.en, zh: error.zh, raw: Vec::new() };
                self.ready.push_back(Err(bad));
            }
        }
        self.ready.pop_front()
    }

    /// Takes the next order off the file.
    fn step(&mut self) -> Result<(), FileError> {
        let Some((key, row)) = self.take_row()? else {
            self.ended = true;
            return Ok(());
        };
        match &key {
            Key::Digest(hex) => {
                let id = format!("row:{hex}#{}", self.index.ordinal(&key));
                self.finish(&Name { id, is_row: true }, &[row]);
            }
            Key::Order(id) => {
                if self.index.is_crowded(&key) {
                    self.refuse_row(&row, crowded());
                    return Ok(());
                }
                let first = self.index.runs(&key).first().copied();
                if first.is_some_and(|run| run.position < row.position) {
                    return Ok(()); // Taken with the order's first row.
                }
                let name = Name { id: id.clone(), is_row: false };
                let mut group = vec![row];
                self.neighbours(&key, &mut group)?;
                self.far(&key, &mut group)?;
                self.finish(&name, &group);
            }
        }
        Ok(())
    }

    fn take_row(&mut self) -> Result<Option<(Key, Row)>, FileError> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        let mut row = Row::default();
        if !self.layout.next(&mut self.rows, &mut row)? {
            return Ok(None);
        }
        Ok(Some((Key::of(&row, &self.plan), row)))
    }

    fn neighbours(&mut self, key: &Key, group: &mut Vec<Row>) -> Result<(), FileError> {
        while let Some((next, row)) = self.take_row()? {
            if next != *key {
                self.ahead = Some((next, row));
                break;
            }
            group.push(row);
        }
        Ok(())
    }

    fn far(&mut self, key: &Key, group: &mut Vec<Row>) -> Result<(), FileError> {
        for run in self.index.runs(key).iter().skip(1) {
            self.other.seek(run.position, u64::from(run.line))?;
            loop {
                let mut row = Row::default();
                if !self.layout.next(&mut self.other, &mut row)? || Key::of(&row, &self.plan) != *key {
                    break;
                }
                group.push(row);
            }
        }
        Ok(())
    }

    /// All rows of an order are taken, or none: half an order would be a wrong order.
    fn finish(&mut self, name: &Name, group: &[Row]) {
        let mut values: Vec<Values> = Vec::with_capacity(group.len());
        let mut problems: RowProblems = Vec::new();
        for (index, row) in group.iter().enumerate() {
            match row::read(row, &self.plan, &self.index.rounded, &self.context, &mut self.notes) {
                Ok(read) => values.push(read),
                Err(found) => problems.push((index, found)),
            }
        }
        if problems.is_empty() {
            match assemble::order(name, &values, &self.plan, &self.context) {
                Ok(incoming) => {
                    self.ready.push_back(Ok(Record { line: group[0].line, incoming }));
                    return;
                }
                Err(found) => problems = found,
            }
        }
        self.refuse(group, problems);
    }

    fn refuse(&mut self, group: &[Row], problems: RowProblems) {
        let culprit = problems.first().map_or(0, |(index, _)| group[*index].line);
        let mut problems = problems.into_iter().peekable();
        for (index, row) in group.iter().enumerate() {
            let own = problems.next_if(|(at, _)| *at == index).map(|(_, found)| found);
            self.refuse_row(row, own.unwrap_or_else(|| vec![(None, of_bad_order(culprit))]));
        }
    }

    fn refuse_row(&mut self, row: &Row, problems: Problems) {
        let named = problems.into_iter().map(|(column, problem)| (column.map(|at| self.plan.name(at)), problem)).collect();
        self.ready.push_back(Err(BadRow::from_problems(row.line, named, row.cells().map(str::to_owned).collect())));
    }
}

fn of_bad_order(line: u64) -> Problem {
    Problem::new(
        "order.other_row_bad",
        format!("line {line} of the same order is bad; an order is taken as a whole"),
        format!("同一订单的第 {line} 行有误；订单按整体导入"),
    )
}

fn crowded() -> Problems {
    let problem = Problem::new(
        "order.too_many_rows",
        "more than 10,000 rows have this order id; is the right column mapped?",
        "超过 10000 行使用同一订单号；映射的列是否正确？",
    );
    vec![(None, problem)]
}
