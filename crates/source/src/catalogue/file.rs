//! Catalogue files: one entry a row, CSV or Excel, columns in any order under their usual names.

use std::collections::HashMap;
use std::path::Path;

use perennial_kernel::Currency;

use super::{Entry, FieldSpec, Kind, check};
use crate::mapping::Mapping;
use crate::problem::{BadRow, FileError, Problem};
use crate::rows::{Row, Rows};
use crate::table::guess::plain;
use crate::table::layout::Layout;

/// Words that say an entry is no longer in use.
const RETIRED: &str = "retired inactive closed left discontinued 停用 下架 已下架 停售 离职 已离职 闭店 已关闭 停业";
const IN_USE: &str = "active open sold 启用 在售 上架 在职 营业 营业中 正常";
const STATE_COLUMNS: &str = "state status 状态 在职状态 商品状态 门店状态";

/// An entry of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    pub line: u64,
    pub entry: Entry,
}

/// What a column of the file says.
#[derive(Clone, Copy, Debug)]
enum Column {
    Id,
    State,
    Field(&'static FieldSpec),
}

/// Reads a file row by row; a bad row is an item like any other.
#[derive(Debug)]
pub struct Reader {
    rows: Rows,
    layout: Layout,
    columns: Vec<(usize, Column)>,
    kind: Kind,
    currency: Currency,
    /// Lines of ids already given out: an entry stands once in a file.
    seen: HashMap<String, u64>,
    ended: bool,
}

/// Opens a file of entries of one kind.
pub fn open(path: &Path, kind: Kind, currency: Currency) -> Result<Reader, FileError> {
    let (rows, layout) = Layout::find(&path.into(), &Mapping::default())?;
    let mut columns: Vec<(usize, Column)> = Vec::new();
    for (index, name) in layout.names.iter().enumerate() {
        let Some(column) = meaning(kind, name) else { continue };
        let taken = columns.iter().any(|(_, held)| same(*held, column));
        if !taken {
            columns.push((index, column));
        }
    }
    for (wanted, en, zh) in [(Column::Id, "the id", "编号"), (Column::Field(&kind.fields()[0]), "the name", "名称")] {
        if !columns.iter().any(|(_, held)| same(*held, wanted)) {
            return Err(FileError::new(
                "catalogue.no_column",
                format!("No column of the file is {en}. Its columns: {}.", layout.names.join(", ")),
                format!("文件中没有“{zh}”列。现有列：{}。", layout.names.join("、")),
            ));
        }
    }
    Ok(Reader { rows, layout, columns, kind, currency, seen: HashMap::new(), ended: false })
}

/// Ids before fields: a column of store numbers in a file of stores is the id, in one of associates a field.
fn meaning(kind: Kind, name: &str) -> Option<Column> {
    let name = plain(name);
    let is = |words: &str| words.split_whitespace().any(|word| word == name);
    if is(kind.id_columns()) {
        return Some(Column::Id);
    }
    if let Some(spec) = kind.fields().iter().find(|spec| is(spec.columns)) {
        return Some(Column::Field(spec));
    }
    is(STATE_COLUMNS).then_some(Column::State)
}

fn same(a: Column, b: Column) -> bool {
    match (a, b) {
        (Column::Id, Column::Id) | (Column::State, Column::State) => true,
        (Column::Field(a), Column::Field(b)) => a.name == b.name,
        _ => false,
    }
}

impl Reader {
    /// The file's own columns, as [`crate::write_bad_rows`] wants them.
    pub fn columns(&self) -> &[String] {
        &self.layout.names
    }

    fn read(&mut self, row: &Row) -> Result<Listed, BadRow> {
        let refuse = |problems: Vec<(Option<String>, Problem)>| {
            Err(BadRow::from_problems(row.line, problems, row.cells().map(str::to_owned).collect()))
        };
        if let Some((column, problem)) = row.flaw.clone() {
            return refuse(vec![(column.and_then(|at| self.layout.names.get(at).cloned()), problem)]);
        }
        let (mut id, mut retired, mut fields) = (String::new(), Ok(false), Vec::new());
        for (index, column) in &self.columns {
            let Some(cell) = row.cell(*index) else { continue };
            match column {
                // A number a spreadsheet has rounded is nobody's id.
                Column::Id => match crate::value::cell::id(cell) {
                    Ok(text) => id = text,
                    Err(problem) => return refuse(vec![(Some(self.layout.names[*index].clone()), problem)]),
                },
                Column::State => retired = state(cell.text).map_err(|problem| (Some(self.layout.names[*index].clone()), problem)),
                Column::Field(spec) => fields.push((spec.name.to_owned(), cell.text.to_owned())),
            }
        }
        let retired = match retired {
            Ok(retired) => retired,
            Err(problem) => return refuse(vec![problem]),
        };
        let named = |pointer: &str| {
            let name = pointer.trim_start_matches('/');
            let held = self.columns.iter().find(|(_, column)| match column {
                Column::Id => name == "id",
                Column::State => name == "state",
                Column::Field(spec) => spec.name == name,
            });
            held.map(|(index, _)| self.layout.names[*index].clone())
        };
        let entry = match check(self.kind, &id, retired, &fields, self.currency) {
            Ok(entry) => entry,
            Err(problems) => {
                let problems = problems.into_iter().map(|one| (named(&one.pointer), Problem::new(one.code, one.en, one.zh)));
                return refuse(problems.collect());
            }
        };
        if let Some(first) = self.seen.insert(entry.id.clone(), row.line) {
            let problem = Problem::new(
                "catalogue.twice",
                format!("the same id stands in line {first} already"),
                format!("该编号已在第 {first} 行出现"),
            );
            return refuse(vec![(named("/id"), problem)]);
        }
        Ok(Listed { line: row.line, entry })
    }
}

fn state(text: &str) -> Result<bool, Problem> {
    let word = text.trim().to_lowercase();
    let is = |words: &str| words.split_whitespace().any(|known| known == word);
    if is(RETIRED) {
        return Ok(true);
    }
    if is(IN_USE) {
        return Ok(false);
    }
    let shown = crate::problem::shorten(text);
    Err(Problem::new(
        "catalogue.state",
        format!("\"{shown}\" is no state: active or retired"),
        format!("“{shown}” 不是可识别的状态：启用或停用"),
    ))
}

impl Iterator for Reader {
    type Item = Result<Listed, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let mut row = Row::default();
        match self.layout.next(&mut self.rows, &mut row) {
            Ok(true) => Some(self.read(&row)),
            Ok(false) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(Err(BadRow { line: 0, column: None, code: BadRow::UNREADABLE, en: error.en, zh: error.zh, raw: Vec::new() }))
            }
        }
    }
}
