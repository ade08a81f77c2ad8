//! Orders: placed, updated, cancelled, refunded. Answered after the commit: what is acknowledged is durable.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bytes::Bytes;
use perennial_app::access::Caller;
use perennial_app::door::{Fate, Item, Raw};
use perennial_app::query::orders::{
    self, CancelInput, FieldProblem, LineInput, MemberInput, OrderInput, Outcome, RefundInput, RefundLineInput,
};
use perennial_kernel::Incoming;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::body::{Posted, parse};
use crate::fields::{Fields, Problems};
use crate::guard;
use crate::params::Segments;
use crate::problem::Problem;
use crate::routes::dead_letters::troubles;
use crate::site::Site;
use crate::wire;

/// Records an order. The same again is answered as the first time; other content under the same id and version is refused.
#[utoipa::path(post, path = "/api/v1/orders", tag = "orders", request_body = wire::PlaceOrder,
    responses((status = 201, body = wire::Recorded), (status = 200, description = "The same had come before", body = wire::Recorded)))]
pub async fn place_order(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Posted(bytes): Posted,
) -> Result<Response, Problem> {
    take(&site, &caller, Way::Place, bytes).await
}

fn placed(site: &Site, body: &Value) -> Result<Incoming, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (source, order_id) = (fields.required_text("source"), fields.required_text("order_id"));
    let input = order(&fields, source, order_id);
    checked(orders::place(&input, &orders::context(&site.house, &input.source)), problems)
}

/// Records the order's whole content again; the highest version counts, in whatever order they come.
#[utoipa::path(put, path = "/api/v1/orders/{source}/{order_id}", tag = "orders",
    params(("source" = String, Path), ("order_id" = String, Path)), request_body = wire::UpdateOrder,
    responses((status = 201, body = wire::Recorded), (status = 200, description = "The same had come before", body = wire::Recorded)))]
pub async fn update_order(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments((source, order_id)): Segments<(String, String)>,
    Posted(bytes): Posted,
) -> Result<Response, Problem> {
    take(&site, &caller, Way::Update { source, order_id }, bytes).await
}

fn updated(site: &Site, source: String, order_id: String, body: &Value) -> Result<Incoming, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    same_name(&fields, &problems, "source", &source);
    same_name(&fields, &problems, "order_id", &order_id);
    let input = order(&fields, source, order_id);
    checked(orders::update(&input, &orders::context(&site.house, &input.source)), problems)
}

/// Cancels an order from the given instant on; may come before the order itself.
#[utoipa::path(post, path = "/api/v1/orders/{source}/{order_id}/cancel", tag = "orders",
    params(("source" = String, Path), ("order_id" = String, Path)), request_body = wire::CancelOrder,
    responses((status = 201, body = wire::Recorded), (status = 200, description = "The same had come before", body = wire::Recorded)))]
pub async fn cancel_order(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments((source, order_id)): Segments<(String, String)>,
    Posted(bytes): Posted,
) -> Result<Response, Problem> {
    take(&site, &caller, Way::Cancel { source, order_id }, bytes).await
}

fn cancelled(site: &Site, source: String, order_id: String, body: &Value) -> Result<Incoming, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let input = CancelInput { source, order_id, cancelled_at: fields.text("cancelled_at"), version: fields.number("version") };
    fields.close();
    checked(orders::cancel(&input, &orders::context(&site.house, &input.source)), problems)
}

/// Gives back the whole order, an amount or lines of it; may come before the order itself.
#[utoipa::path(post, path = "/api/v1/orders/{source}/{order_id}/refunds", tag = "orders",
    params(("source" = String, Path), ("order_id" = String, Path)), request_body = wire::RefundOrder,
    responses((status = 201, body = wire::Recorded), (status = 200, description = "The same had come before", body = wire::Recorded)))]
pub async fn refund_order(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments((source, order_id)): Segments<(String, String)>,
    Posted(bytes): Posted,
) -> Result<Response, Problem> {
    take(&site, &caller, Way::Refund { source, order_id }, bytes).await
}

fn refunded(site: &Site, source: String, order_id: String, body: &Value) -> Result<Incoming, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let lines = fields.objects("lines");
    let lines = lines.iter().map(|line| {
        let input = RefundLineInput { line: line.index("line"), quantity: line.number("quantity"), amount: line.amount("amount") };
        line.close();
        input
    });
    let input = RefundInput {
        source,
        order_id: Some(order_id),
        refund_id: fields.required_text("refund_id"),
        refunded_at: fields.text("refunded_at"),
        amount: fields.amount("amount"),
        currency: fields.text("currency"),
        lines: lines.collect(),
        whole: fields.flag("whole"),
        member: MemberInput::default(),
    };
    fields.close();
    checked(orders::refund(&input, &orders::context(&site.house, &input.source)), problems)
}

/// A name that stands in the address may stand in the body, too, if it is the same.
fn same_name(fields: &Fields<'_>, problems: &Problems, name: &'static str, address: &str) {
    if fields.text(name).is_some_and(|given| given != address) {
        problems.add(&fields.at(name), "field.differs", "differs from the address", "与地址中的不一致");
    }
}

fn order(fields: &Fields<'_>, source: String, order_id: String) -> OrderInput {
    let input = OrderInput {
        source,
        order_id,
        version: fields.number("version"),
        modified_at: fields.text("modified_at"),
        member: fields.object("member").map(|member| self::member(&member)).unwrap_or_default(),
        paid_at: fields.text("paid_at"),
        placed_at: fields.text("placed_at"),
        currency: fields.text("currency"),
        amount: fields.amount("amount"),
        channel: fields.text("channel"),
        store: fields.text("store"),
        lines: fields.objects("lines").iter().map(line).collect(),
    };
    fields.close();
    input
}

fn line(line: &Fields<'_>) -> LineInput {
    let input = LineInput {
        sku: line.required_text("sku"),
        name: line.text("name"),
        category: line.text("category"),
        quantity: line.number("quantity").unwrap_or_default(),
        list: line.amount("list"),
        paid: line.amount("paid"),
        discount: line.amount("discount"),
    };
    line.close();
    input
}

fn member(member: &Fields<'_>) -> MemberInput {
    MemberInput {
        number: member.text("number"),
        phone: member.text("phone"),
        email: member.text("email"),
        wechat_union: member.text("wechat_union"),
        wechat_open: member.text("wechat_open"),
        name: member.text("name"),
        address: member.text("address"),
        other: member.other_texts(),
    }
}

/// Problems of types first, those of contents after them; nothing is recorded while there is any.
fn checked(result: Result<Incoming, Vec<FieldProblem>>, problems: Problems) -> Result<Incoming, Problem> {
    match result {
        Ok(incoming) => problems.finish().map(|()| incoming),
        Err(found) => {
            problems.extend(found.into_iter().map(|one| wire::FieldError::new(&one.pointer, one.code, &one.en, &one.zh)));
            problems.finish()?;
            Err(Problem::failure(&"an order was refused without a reason"))
        }
    }
}

/// What begins the routes of dead letters that came by the orders API.
pub const ROUTE: &str = "orders:";

/// Which operation it came by, with what its address said.
enum Way {
    Place,
    Update { source: String, order_id: String },
    Cancel { source: String, order_id: String },
    Refund { source: String, order_id: String },
}

impl Way {
    fn route(&self) -> String {
        match self {
            Self::Place => format!("{ROUTE}place"),
            Self::Update { order_id, .. } => format!("{ROUTE}update:{order_id}"),
            Self::Cancel { order_id, .. } => format!("{ROUTE}cancel:{order_id}"),
            Self::Refund { order_id, .. } => format!("{ROUTE}refund:{order_id}"),
        }
    }

    fn parse(source: &str, route: &str) -> Option<Self> {
        let deed = route.strip_prefix(ROUTE)?;
        let (deed, order_id) = deed.split_once(':').unwrap_or((deed, ""));
        let (source, order_id) = (source.to_owned(), order_id.to_owned());
        Some(match deed {
            "place" => Self::Place,
            "update" => Self::Update { source, order_id },
            "cancel" => Self::Cancel { source, order_id },
            "refund" => Self::Refund { source, order_id },
            _ => return None,
        })
    }

    fn read(&self, site: &Site, body: &Value) -> Result<Incoming, Problem> {
        match self {
            Self::Place => placed(site, body),
            Self::Update { source, order_id } => updated(site, source.clone(), order_id.clone(), body),
            Self::Cancel { source, order_id } => cancelled(site, source.clone(), order_id.clone(), body),
            Self::Refund { source, order_id } => refunded(site, source.clone(), order_id.clone(), body),
        }
    }

    /// The source, as far as it can be made out of a body that was refused.
    fn source(&self, body: &Result<Value, Problem>) -> String {
        match self {
            Self::Update { source, .. } | Self::Cancel { source, .. } | Self::Refund { source, .. } => source.clone(),
            Self::Place => {
                let named = body.as_ref().ok().and_then(|body| body["source"].as_str()).map(|name| name.chars().take(100).collect());
                named.filter(|name: &String| !name.is_empty()).unwrap_or_else(|| "orders".to_owned())
            }
        }
    }
}

/// A dead letter's order, read again.
pub fn again(site: &Site, source: &str, route: &str, body: &[u8]) -> Item {
    let unknown = || Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "dead_letter.route", "its way is unknown", "来源方式无法识别");
    let read = Way::parse(source, route).ok_or_else(unknown).and_then(|way| way.read(site, &parse(body)?));
    Item::new(route, Raw::Bytes(body.to_vec()), read.map(|incoming| vec![incoming]).map_err(troubles))
}

/// Records it; what a program sends and is refused is kept as a dead letter besides being answered. A person sees the answer.
async fn take(site: &Arc<Site>, caller: &Caller, way: Way, bytes: Bytes) -> Result<Response, Problem> {
    let body = parse(&bytes);
    let source = way.source(&body);
    let read = body.and_then(|body| way.read(site, &body));
    // A key of one source neither records for another nor leaves letters under its name.
    match &read {
        Ok(incoming) if !caller.may_speak_for(&incoming.source) => return Err(guard::other_source()),
        Err(problem) if !caller.may_speak_for(&source) => return Err(problem.clone()),
        Ok(_) | Err(_) => {}
    }
    let answer = match read {
        Ok(incoming) => record(site, incoming).await,
        Err(problem) => Err(problem),
    };
    let fate = match &answer {
        Ok((_, fate)) => fate.clone(),
        Err(problem) if problem.status.is_client_error() => Fate::Refused(troubles(problem.clone())),
        // It is not known whether it was recorded: the sender tries again.
        Err(_) => return answer.map(|(response, _)| response),
    };
    if matches!(caller, Caller::Key { .. }) {
        let item = Item::new(way.route(), Raw::Bytes(bytes.to_vec()), Ok(Vec::new()));
        site.ask(move |site| site.door.note(&source, &[item], &[fate])).await?;
    }
    answer.map(|(response, _)| response)
}

pub(super) async fn record(site: &Arc<Site>, incoming: Incoming) -> Result<(Response, Fate), Problem> {
    let (sender, receiver) = oneshot::channel();
    let reply = move |answer| {
        // Whoever asked may have gone away; what is recorded stays recorded.
        let _ = sender.send(answer);
    };
    orders::submit(&site.house, incoming, reply).map_err(|_| Problem::overloaded())?;
    let answer = receiver.await.map_err(|_| Problem::overloaded())?.map_err(|error| Problem::from(error.as_ref()))?;
    match site.ask(move |site| orders::outcome(&site.house, answer)).await? {
        Outcome::Recorded(receipt) => {
            Ok(((StatusCode::CREATED, Json(wire::Recorded::new(&receipt, false))).into_response(), Fate::Recorded))
        }
        Outcome::Repeated(receipt) => Ok(((StatusCode::OK, Json(wire::Recorded::new(&receipt, true))).into_response(), Fate::Repeated)),
        Outcome::Conflict(fact) => {
            let (en, zh) = (
                format!("Other content was recorded under this id and version, as {fact}: send a higher version"),
                format!("该编号和版本下已有不同内容（{fact}），请使用更高的版本号"),
            );
            Err(Problem::new(StatusCode::CONFLICT, "order.conflict", en, zh))
        }
        Outcome::Refused(refusal) => Err(Problem::refused(StatusCode::UNPROCESSABLE_ENTITY, refusal)),
    }
}
