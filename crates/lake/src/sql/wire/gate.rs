//! What is carried out over the wire: statements that only read, of somebody whose credential still opens, after they were written down.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use datafusion::common::ParamValues;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::{Expr, ObjectName, Set, Statement, Visit, Visitor};
use datafusion_postgres::QueryHook;
use datafusion_postgres::hooks::HookClient;
use datafusion_postgres::pgwire::api::ClientInfo;
use datafusion_postgres::pgwire::api::results::{Response, Tag};
use datafusion_postgres::pgwire::error::{PgWireError, PgWireResult};
use perennial_app::access::Caller;
use perennial_app::access::Need;
use perennial_app::house::House;
use perennial_app::port::analyst::{Fault, SqlProblem};
use perennial_app::query::QueryError;
use perennial_app::query::sql::{self, Asked, FILE_ROWS_MAX, Way};
use perennial_rules::reference::Reference;

use super::Signed;
use super::words::{failed, refused};
use crate::sql::view::View;
use crate::sql::{Sql, gate, session};

/// Set to a reason, it shows personal columns in clear; set to nothing, it masks them again.
const REVEAL: &str = "perennial.reveal";
/// What clients set for themselves and may: how they want values written, and what they call themselves.
const SETTABLE: [&str; 7] =
    ["statement_timeout", "datestyle", "bytea_output", "intervalstyle", "application_name", "extra_float_digits", "search_path"];
/// What they may ask for.
const SHOWN: [&str; 12] = [
    "server_version",
    "server_encoding",
    "client_encoding",
    "transaction_isolation",
    "statement_timeout",
    "standard_conforming_strings",
    "datestyle",
    "intervalstyle",
    "search_path",
    "application_name",
    "extra_float_digits",
    "bytea_output",
];

pub struct Gate {
    house: Arc<House>,
    caller: Arc<Signed>,
    clear: Arc<AtomicBool>,
    reason: Mutex<Option<String>>,
    /// The documents by which the views were made.
    by: Mutex<Arc<Reference>>,
}

impl Gate {
    pub fn new(sql: &Sql, caller: &Arc<Signed>) -> Self {
        let (house, by) = (Arc::clone(&sql.house), Mutex::new(sql.house.reference()));
        Self { house, caller: Arc::clone(caller), clear: Arc::default(), reason: Mutex::default(), by }
    }

    pub fn clear(&self) -> &Arc<AtomicBool> {
        &self.clear
    }

    /// Whoever signed in, if the credential still opens.
    fn still(&self) -> PgWireResult<Caller> {
        let credential = self.caller.get();
        let caller = credential.map(|credential| self.caller.access.still(&credential)).transpose();
        let caller = caller.map_err(|error| failed(&error))?.flatten();
        caller.filter(|caller| caller.may(Need::Sql)).ok_or_else(|| {
            let (en, zh) = ("these credentials open nothing any more: sign in again", "登录凭证已失效，请重新登录");
            refused("28000", &SqlProblem::new(Fault::Statement, "sql.signed_out", en, zh))
        })
    }

    /// Whether a statement may be carried out; it is written down before it is.
    fn pass(&self, statement: &Statement, context: &SessionContext) -> PgWireResult<()> {
        let caller = self.still()?;
        gate::check_ast(statement).map_err(|problem| refused("25006", &problem))?;
        self.renew(context)?;
        let mut names = Names::default();
        let _ = statement.visit(&mut names);
        if names.hidden {
            return Err(refused("42501", &gate::hidden()));
        }
        if !names.views {
            return Ok(());
        }
        let reveal = self.reason.lock().expect("no thread panics while holding this lock").clone();
        if let Some(reason) = &reveal {
            // The role may have changed since it was set.
            may_reveal(&caller, reason)?;
        }
        let asked = Asked { statement: statement.to_string(), rows_max: FILE_ROWS_MAX, reveal };
        sql::note(&self.house, &caller.name(), Way::Wire, &asked).map_err(|error| failed(&error))
    }

    /// Views by the documents in force now.
    fn renew(&self, context: &SessionContext) -> PgWireResult<()> {
        let now = self.house.reference();
        let mut by = self.by.lock().expect("no thread panics while holding this lock");
        if !Arc::ptr_eq(&by, &now) {
            let views = session::views(&self.house, &now, &self.clear).map_err(|error| failed(&error))?;
            let catalog = context.catalog(session::CATALOG);
            catalog.map(|catalog| catalog.register_schema(session::SCHEMA, views)).transpose().map_err(|error| failed(&error))?;
            *by = now;
        }
        Ok(())
    }

    /// Whether setting it is for the client's own ways of writing; the rest has no effect, or shows personal columns.
    fn set(&self, set: &Set) -> Option<PgWireResult<Response>> {
        let Set::SingleAssignment { variable, values, .. } = set else {
            // SET TIME ZONE, SET NAMES, SET SESSION CHARACTERISTICS: clients say so by themselves, and nothing here depends on it.
            return Some(Ok(Response::Execution(Tag::new("SET"))));
        };
        let name = variable.to_string().to_lowercase();
        if name == REVEAL {
            return Some(self.reveal(values).map(|()| Response::Execution(Tag::new("SET"))));
        }
        if name.starts_with("datafusion") {
            let (en, zh) = ("settings of the server cannot be changed here", "此处不能更改服务器设置");
            return Some(Err(refused("42501", &SqlProblem::new(Fault::Statement, "sql.settings", en, zh))));
        }
        if SETTABLE.contains(&name.as_str()) { None } else { Some(Ok(Response::Execution(Tag::new("SET")))) }
    }

    fn reveal(&self, values: &[Expr]) -> PgWireResult<()> {
        let text = match values.first() {
            Some(Expr::Value(value)) => value.clone().into_string().unwrap_or_default(),
            _ => String::new(),
        };
        let reason = Some(text.trim().to_owned()).filter(|reason| !reason.is_empty());
        if let Some(reason) = &reason {
            may_reveal(&self.still()?, reason)?;
        }
        self.show(reason);
        Ok(())
    }

    /// Personal columns are told in clear for this reason from now on; masked without one.
    fn show(&self, reason: Option<String>) {
        self.clear.store(reason.is_some(), Ordering::Relaxed);
        *self.reason.lock().expect("no thread panics while holding this lock") = reason;
    }

    /// What is answered here; `None` where another hook, or the plan, answers.
    fn answer(&self, statement: &Statement, context: &SessionContext) -> Option<PgWireResult<Response>> {
        match statement {
            Statement::Set(set) => self.still().map_or_else(|error| Some(Err(error)), |_| self.set(set)),
            Statement::ShowVariable { .. } | Statement::StartTransaction { .. } | Statement::Commit { .. } | Statement::Rollback { .. } => {
                let known = self.still().and_then(|_| is_shown(statement));
                known.err().map(Err)
            }
            _ => match tidies(statement) {
                Some(tag) => {
                    if !matches!(statement, Statement::Deallocate { .. }) {
                        self.show(None);
                    }
                    Some(self.still().map(|_| Response::Execution(Tag::new(tag))))
                }
                None => self.pass(statement, context).err().map(Err),
            },
        }
    }
}

/// What clients say to begin anew, and the answer to it. Prepared statements are kept as long as the connection; settings had no effect, but for
/// the reason to see personal columns, which is forgotten.
fn tidies(statement: &Statement) -> Option<&'static str> {
    match statement {
        Statement::Deallocate { .. } => Some("DEALLOCATE"),
        Statement::Discard { .. } => Some("DISCARD"),
        Statement::Reset(_) => Some("RESET"),
        _ => None,
    }
}

fn may_reveal(caller: &Caller, reason: &str) -> PgWireResult<()> {
    sql::may_reveal(caller, reason).map_err(|error| match error {
        QueryError::Refused(why) | QueryError::NotFound(why) => {
            refused("42501", &SqlProblem::new(Fault::Statement, why.code, why.en, why.zh))
        }
        other => failed(&other),
    })
}

fn is_shown(statement: &Statement) -> PgWireResult<()> {
    let Statement::ShowVariable { variable } = statement else { return Ok(()) };
    let words: Vec<String> = variable.iter().map(|word| word.value.to_lowercase()).collect();
    let known = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["time", "zone"] | ["transaction", "isolation", "level"] => true,
        [name] => SHOWN.contains(name) || *name == "timezone",
        _ => false,
    };
    if known { Ok(()) } else { Err(refused("42704", &gate::hidden())) }
}

/// Which tables a statement names.
#[derive(Default)]
struct Names {
    views: bool,
    hidden: bool,
}

impl Visitor for Names {
    type Break = ();

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
        let parts: Vec<String> = name.to_string().split('.').map(|part| part.trim_matches('"').to_lowercase()).collect();
        let last = parts.last().map_or("", String::as_str);
        self.views |= View::ALL.iter().any(|view| view.as_str() == last);
        self.hidden |= gate::HIDDEN.contains(&last);
        ControlFlow::Continue(())
    }
}

#[async_trait]
impl QueryHook for Gate {
    async fn handle_simple_query(
        &self,
        statement: &Statement,
        context: &SessionContext,
        _: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        tokio::task::block_in_place(|| self.answer(statement, context))
    }

    /// A statement is refused when it is prepared already; it is written down when it is carried out.
    async fn handle_extended_parse_query(
        &self,
        statement: &Statement,
        context: &SessionContext,
        _: &(dyn ClientInfo + Send + Sync),
    ) -> Option<PgWireResult<LogicalPlan>> {
        let control = matches!(
            statement,
            Statement::Set(_)
                | Statement::ShowVariable { .. }
                | Statement::StartTransaction { .. }
                | Statement::Commit { .. }
                | Statement::Rollback { .. }
        );
        if control {
            return None;
        }
        if tidies(statement).is_some() {
            return Some(LogicalPlanBuilder::empty(false).build().map_err(|error| failed(&error)));
        }
        let checked = gate::check_ast(statement).map_err(|problem| refused("25006", &problem)).and_then(|()| self.renew(context));
        checked.err().map(Err::<LogicalPlan, PgWireError>)
    }

    async fn handle_extended_query(
        &self,
        statement: &Statement,
        _: &LogicalPlan,
        _: &ParamValues,
        context: &SessionContext,
        _: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        tokio::task::block_in_place(|| self.answer(statement, context))
    }
}
