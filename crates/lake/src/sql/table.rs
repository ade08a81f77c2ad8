//! A view as `DataFusion` sees a table: which columns and members a query needs is told to the fold.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::datatypes::{Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::scalar::ScalarValue;
use perennial_app::house::House;
use perennial_app::port::{PortResult, ScanRange};
use perennial_kernel::{MemberId, SubjectId};
use perennial_rules::reference::Reference;

use super::cell::Place;
use super::fold::{MemberFold, Plan};
use super::view::{Basis, Column, Source, View};

const MEMBER: &str = "member";

pub struct ViewTable {
    house: Arc<House>,
    view: View,
    reference: Arc<Reference>,
    columns: Vec<Column>,
    schema: SchemaRef,
    place: Place,
    /// Personal columns are told in clear.
    clear: Arc<AtomicBool>,
}

impl ViewTable {
    pub fn new(house: &Arc<House>, view: View, reference: &Arc<Reference>, clear: &Arc<AtomicBool>) -> Self {
        let place = Place { currency: reference.brand.currency, zone: reference.calendar.zone().into() };
        let columns = view.columns(reference);
        let field = |column: &Column| Field::new(&column.name, column.kind.data_type(&place), true);
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let (house, reference, clear) = (Arc::clone(house), Arc::clone(reference), Arc::clone(clear));
        Self { house, view, reference, columns, schema, place, clear }
    }

    /// The parts everyone is read in; where only some members are asked for, their families and nobody else.
    fn parts(&self, filters: &[Expr], parts: usize) -> PortResult<Vec<Vec<ScanRange>>> {
        let Some(members) = filters.iter().filter_map(members_of).reduce(common) else {
            return Ok(ScanRange::split(parts as u32).into_iter().map(|range| vec![range]).collect());
        };
        let mut families: Vec<SubjectId> = Vec::new();
        for member in members.iter().filter_map(|text| MemberId::parse(text)).filter(|member| *member != MemberId::NOBODY) {
            let kin = self.house.reader().kin(&[member])?;
            families.push(kin.iter().find(|row| row.subject == member).map_or(member, |row| row.family));
        }
        families.sort_unstable();
        families.dedup();
        let alone = |family: &SubjectId| {
            let after = family.0.checked_sub(1).map(SubjectId);
            ScanRange { after, until: Some(*family) }
        };
        Ok(vec![families.iter().map(alone).collect()])
    }
}

impl fmt::Debug for ViewTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViewTable").field("view", &self.view).finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for ViewTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let wanted: Vec<usize> = projection.cloned().unwrap_or_else(|| (0..self.columns.len()).collect());
        let schema = Arc::new(self.schema.project(&wanted)?);
        let today = self.reference.calendar.day(self.house.now());
        let until = self.reference.calendar.end(today);
        // Every field is read, goodwill and closeness among them.
        let reference =
            if self.view == View::Profile { Arc::new(Reference::clone(&self.reference).weighing()) } else { Arc::clone(&self.reference) };
        let basis = Arc::new(Basis { reference, today, until });
        let plan = Plan {
            house: Arc::clone(&self.house),
            view: self.view,
            basis,
            place: self.place.clone(),
            schema,
            sealed: wanted.iter().any(|at| self.columns[*at].told != Source::Clear),
            wanted: wanted.iter().map(|at| (*at, self.columns[*at].kind)).collect(),
            clear: self.clear.load(Ordering::Relaxed),
            limit,
        };
        let parts = self.parts(filters, state.config().target_partitions());
        let parts = parts.map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(Arc::new(MemberFold::new(plan, parts)))
    }

    /// The fold reads whole families, so what it is told of members is looked at once more.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let answer = |filter: &&Expr| match members_of(filter) {
            Some(_) => TableProviderFilterPushDown::Inexact,
            None => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(answer).collect())
    }
}

/// The members a filter leaves: `member = '…'`, several of them joined by OR, or IN.
fn members_of(filter: &Expr) -> Option<Vec<String>> {
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => match (left.as_ref(), right.as_ref()) {
            (Expr::Column(column), Expr::Literal(value, _)) | (Expr::Literal(value, _), Expr::Column(column)) if column.name == MEMBER => {
                Some(vec![text(value)?])
            }
            _ => None,
        },
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
            let mut members = members_of(left)?;
            members.extend(members_of(right)?);
            Some(members)
        }
        Expr::InList(list) if !list.negated => match list.expr.as_ref() {
            Expr::Column(column) if column.name == MEMBER => list.list.iter().map(literal).collect(),
            _ => None,
        },
        _ => None,
    }
}

fn literal(expr: &Expr) -> Option<String> {
    if let Expr::Literal(value, _) = expr { text(value) } else { None }
}

fn text(value: &ScalarValue) -> Option<String> {
    value.try_as_str().flatten().map(str::to_owned)
}

fn common(a: Vec<String>, b: Vec<String>) -> Vec<String> {
    a.into_iter().filter(|member| b.contains(member)).collect()
}
