//! What is a statement here: exactly one, and one that only reads. Whatever is not named is refused, before it is planned and once more after.

use std::ops::ControlFlow;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{self, Query, SetExpr, Visit, Visitor};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use perennial_app::port::analyst::{Fault, SqlProblem};

use super::problem;

/// Tables of settings tell of the machine and not of members.
pub const HIDDEN: [&str; 1] = ["df_settings"];
/// How deep a statement may be nested.
const DEPTH_MAX: usize = 50;

/// The one statement of a text.
pub fn parse(text: &str) -> Result<Statement, SqlProblem> {
    let dialect = PostgreSqlDialect {};
    let parser = DFParserBuilder::new(text).with_dialect(&dialect).with_recursion_limit(DEPTH_MAX).build();
    let mut statements = parser.and_then(|mut parser| parser.parse_statements()).map_err(problem::of)?;
    match (statements.pop_front(), statements.is_empty()) {
        (Some(statement), true) => check(&statement).map(|()| statement),
        (None, _) => Err(SqlProblem::new(
            Fault::Statement,
            "sql.empty",
            "write a statement such as SELECT count(*) FROM members",
            "请输入查询语句，例如 SELECT count(*) FROM members",
        )),
        (Some(_), false) => Err(SqlProblem::new(Fault::Statement, "sql.several", "one statement at a time", "一次只能执行一条语句")),
    }
}

/// Whether a statement only reads.
pub fn check(statement: &Statement) -> Result<(), SqlProblem> {
    match statement {
        Statement::Statement(statement) => check_ast(statement),
        Statement::Explain(explain) => check(&explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => Err(read_only()),
    }
}

pub fn check_ast(statement: &ast::Statement) -> Result<(), SqlProblem> {
    let reads = match statement {
        ast::Statement::Query(_) => !writes(statement),
        ast::Statement::Explain { statement, .. } => return check_ast(statement),
        ast::Statement::ExplainTable { .. }
        | ast::Statement::ShowTables { .. }
        | ast::Statement::ShowColumns { .. }
        | ast::Statement::ShowFunctions { .. } => true,
        _ => false,
    };
    if reads { Ok(()) } else { Err(read_only()) }
}

/// Whether something in a query, however deep, does more than read.
fn writes(statement: &ast::Statement) -> bool {
    struct Looks;
    impl Visitor for Looks {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            if query.locks.is_empty() && only_reads(&query.body) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        }
    }
    statement.visit(&mut Looks).is_break()
}

fn only_reads(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => select.into.is_none(),
        // Visited by itself.
        SetExpr::Query(_) | SetExpr::Values(_) | SetExpr::Table(_) => true,
        SetExpr::SetOperation { left, right, .. } => only_reads(left) && only_reads(right),
        _ => false,
    }
}

fn read_only() -> SqlProblem {
    let en = "only what reads is answered: SELECT, WITH, VALUES, EXPLAIN, SHOW TABLES, SHOW COLUMNS, DESCRIBE";
    let zh = "只支持读取数据的语句：SELECT、WITH、VALUES、EXPLAIN、SHOW TABLES、SHOW COLUMNS、DESCRIBE";
    SqlProblem::new(Fault::Statement, "sql.read_only", en, zh)
}

/// The second look, at what would be done.
pub fn check_plan(plan: &LogicalPlan) -> Result<(), SqlProblem> {
    let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    options.verify_plan(plan).map_err(|_| read_only())?;
    let mut found_hidden = false;
    let looked = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            found_hidden |= HIDDEN.contains(&scan.table_name.table());
        }
        Ok::<_, DataFusionError>(TreeNodeRecursion::Continue)
    });
    looked.map_err(problem::of)?;
    if found_hidden { Err(hidden()) } else { Ok(()) }
}

pub fn hidden() -> SqlProblem {
    let (en, zh) = ("settings of the server are not shown here", "此处不显示服务器设置");
    SqlProblem::new(Fault::Statement, "sql.hidden", en, zh)
}
