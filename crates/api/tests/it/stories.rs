//! The stories of `scenarios` over HTTP: orders go in through it, and stages, decisions, corrections and reasons come out of it.
//! What has no operation yet (registrations, behaviours, imports, activations, an unlinked refund) goes in beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use axum::body::Body as HttpBody;
use axum::http::{Request, header};
use perennial_app::access::{Access, Scope};
use perennial_app::engine::{Answer, Command};
use perennial_app::policy::{BrandDocument, CountingText};
use perennial_app::port::Append;
use perennial_app::port::journal::Whom;
use perennial_app::query::people;
use perennial_app::read;
use perennial_kernel::{Body, Day, Fact, ImportId, Incoming, Instant, MemberId, Money, Order, Quantity, SubjectId};
use perennial_rules::effect::Move;
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::lifecycle::walk;
use perennial_rules::reference::Counting;
use perennial_testkit::story::{self, Correction, Place, Reasons, Reply, Story, Timer, What, World, WouldChange};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::kit::{Answer as HttpAnswer, Site};

struct Stage {
    runtime: Runtime,
    site: Site,
    /// A key outlives the years that a story takes.
    key: String,
    now: Instant,
    /// Until then nothing fires of its own accord.
    down_until: Option<Instant>,
    members: BTreeMap<String, MemberId>,
}

impl Stage {
    fn new(story: &Story) -> Self {
        let runtime = Runtime::new().unwrap();
        let inside = runtime.enter();
        let brand = &story.brand;
        let document = BrandDocument {
            name: "Story".into(),
            time_zone: brand.calendar.zone().into(),
            currency: brand.currency.code().into(),
            life_gap_days: brand.life_gap_days,
            counting: if brand.counting == Counting::Days { CountingText::Days } else { CountingText::Orders },
        };
        let began = Instant(0);
        let site = Site::of(&document, began);
        // The story says when the engine looks for what is due.
        site.house.queue().sweep_by_itself(false);
        // The till went live when the story says, or long before it.
        let sources: BTreeSet<String> = story
            .steps
            .iter()
            .filter_map(|step| match &step.what {
                What::Record { incoming, .. } => Some(incoming.source.clone()),
                _ => None,
            })
            .collect();
        let live_from = story.go_live.unwrap_or(began);
        site.house.queue().call(move |engine| {
            let journal = engine.journal();
            let lanes = journal.heads().unwrap().iter().map(|head| head.lane).collect();
            let mut tx = journal.begin(&lanes).unwrap();
            let set = Append { sources: sources.into_iter().map(|source| (source, live_from)).collect(), ..Append::default() };
            tx.append(&set).unwrap();
            tx.commit().unwrap();
        });
        let scopes = [Scope::Read, Scope::Write];
        let key = Access::new(Arc::clone(&site.house)).create_key("test", "story", &scopes).unwrap().secret;
        drop(inside);
        let mut stage = Self { runtime, site, key, now: began, down_until: None, members: BTreeMap::new() };
        for model in &story.models {
            stage.put_in_force(model);
        }
        stage
    }

    fn put_in_force(&mut self, model: &Model) {
        let policy = format!("lifecycle/{}", model.id);
        let version = self.site.house.add_version(&policy, &model.document.to_yaml(), "test", "story").unwrap();
        self.site.house.activate(&policy, version).unwrap();
        self.site.house.redecide(&policy, version, &mut |_| true).unwrap();
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> HttpAnswer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map_or_else(HttpBody::empty, |body| HttpBody::from(body.to_string())))
            .unwrap();
        self.runtime.block_on(self.site.send(request))
    }

    fn set_clock(&mut self, to: Instant) {
        self.now = self.now.max(to);
        self.site.clock.set(self.now);
    }

    fn sweep(&self) {
        self.site.house.queue().call(|engine| while engine.sweep().unwrap().more {});
    }

    /// The member a name of the story leads to now, and its subjects.
    fn member(&self, who: &str) -> Option<(MemberId, Vec<SubjectId>)> {
        let whom = if who.contains(':') {
            Whom { tokens: self.site.tokens(&story::identities(who).unwrap()), ..Whom::default() }
        } else {
            Whom { subjects: BTreeSet::from([*self.members.get(who)?]), ..Whom::default() }
        };
        self.site.member(&whom)
    }

    fn facts(&self, who: &str) -> Vec<Fact> {
        let Some((_, subjects)) = self.member(who) else { return Vec::new() };
        self.site.house.reader().facts_of(&subjects).unwrap().iter().map(|stored| read::fact(stored).unwrap()).collect()
    }

    fn steps(&self, model: &str, facts: Vec<Fact>, to: Instant) -> Vec<Move> {
        let reference = self.site.house.reference();
        let model = reference.model(model).expect("stories name models in force");
        walk::path(&reference, model, &History::new(facts), Instant::MIN, to).moves.into_iter().map(|walked| walked.step).collect()
    }

    /// The member's whole timeline, the oldest first.
    fn timeline(&self, who: &str) -> Vec<Value> {
        let Some((member, _)) = self.member(who) else { return Vec::new() };
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.ask("GET", &format!("/api/v1/members/{member}/timeline?limit=200&cursor={cursor}"), None).expect(200);
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        items.reverse();
        items
    }

    fn record_beside(&mut self, who: &str, import: Option<ImportId>, incoming: &Incoming) -> Reply {
        let command = Command::Record { incoming: Box::new(incoming.clone()), import };
        match &self.site.house.queue().process(vec![command]).unwrap()[0] {
            Answer::Recorded(receipt) => {
                if let Some(member) = receipt.member {
                    self.members.insert(who.to_owned(), member);
                }
                Reply::Accepted
            }
            Answer::Repeated(_) => Reply::Seen,
            Answer::Conflict(_) => Reply::Refused,
            other => panic!("{other:?}"),
        }
    }
}

/// The request that says the same, where there is one.
fn request_of(who: &str, incoming: &Incoming) -> Option<(&'static str, String, Value)> {
    let money = |money: Money| json!({"minor": money.0});
    let pieces = |quantity: Quantity| (quantity.0 as f64 / 1000.0).to_string();
    let identities = story::identities(who).unwrap();
    if identities.iter().any(|identity| identity.value.contains("**") || identity.value.contains("##")) {
        return None; // the door refuses what is masked or enciphered; files bring it all the same
    }
    let member: BTreeMap<&str, &str> = identities.iter().map(|identity| (identity.kind.as_str(), identity.value.as_str())).collect();
    let whole = |order: &Order| -> Option<Value> {
        if order.paid_at.is_some_and(|paid_at| paid_at != incoming.occurred_at) {
            return None;
        }
        let at = if order.paid_at.is_some() { "paid_at" } else { "placed_at" };
        Some(json!({
            "source": order.key.source, "order_id": order.key.id, "version": order.version, "member": member,
            at: incoming.occurred_at.to_string(), "channel": order.channel, "store": order.store,
            "lines": [{"sku": "x", "quantity": pieces(order.quantity), "paid": money(order.money)}],
        }))
    };
    match &incoming.body {
        Body::OrderPlaced(order) => Some(("POST", "/api/v1/orders".to_owned(), whole(order)?)),
        Body::OrderUpdated(order) if order.version.is_some() => {
            Some(("PUT", format!("/api/v1/orders/{}/{}", order.key.source, order.key.id), whole(order)?))
        }
        Body::OrderCancelled(cancel) => {
            let path = format!("/api/v1/orders/{}/{}/cancel", cancel.key.source, cancel.key.id);
            Some(("POST", path, json!({"cancelled_at": incoming.occurred_at.to_string()})))
        }
        Body::OrderRefunded(refund) => {
            let key = refund.key.as_ref()?;
            let mut body = json!({"refund_id": refund.id, "refunded_at": incoming.occurred_at.to_string(), "whole": refund.whole});
            if refund.lines.is_empty() {
                body["amount"] = if refund.whole { Value::Null } else { money(refund.money) };
            } else {
                let lines = refund.lines.iter();
                let line = |line: &perennial_kernel::RefundLine| json!({"line": line.line, "quantity": pieces(line.quantity), "amount": money(line.money)});
                body["lines"] = lines.map(line).collect();
            }
            Some(("POST", format!("/api/v1/orders/{}/{}/refunds", key.source, key.id), body))
        }
        _ => None,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn step(entry: &Value) -> Move {
    let change = &entry["change"];
    Move {
        at: Instant::parse(&text(&entry["at"])).unwrap(),
        from: change["from"].as_str().map(str::to_owned),
        to: text(&change["to"]),
        life: change["life"].as_u64().unwrap() as u32,
        reactivated: change["reactivated"].as_bool().unwrap(),
    }
}

impl World for Stage {
    fn record(&mut self, at: Instant, who: &str, import: Option<ImportId>, incoming: &Incoming) -> Reply {
        self.pass(at);
        let Some((method, path, body)) = request_of(who, incoming).filter(|_| import.is_none()) else {
            return self.record_beside(who, import, incoming);
        };
        let answer = self.ask(method, &path, Some(&body));
        match answer.status.as_u16() {
            201 => {
                if let Some(member) = answer.json()["member"].as_str() {
                    self.members.insert(who.to_owned(), MemberId::parse(member).unwrap());
                }
                Reply::Accepted
            }
            200 => Reply::Seen,
            409 => Reply::Refused,
            other => panic!("{other}: {}", answer.text()),
        }
    }

    fn retract(&mut self, at: Instant, import: ImportId) {
        self.pass(at);
        let mut commands = Vec::new();
        for who in self.members.keys().cloned().collect::<Vec<_>>() {
            let Some((_, subjects)) = self.member(&who) else { continue };
            commands.extend(self.site.retractions(import, &subjects));
        }
        self.site.house.queue().process(commands).unwrap();
    }

    fn down(&mut self, at: Instant, until: Instant) {
        self.pass(at);
        self.down_until = Some(until);
    }

    fn activate(&mut self, at: Instant, model: &Model) {
        self.pass(at);
        self.put_in_force(model);
    }

    fn pass(&mut self, to: Instant) {
        if let Some(until) = self.down_until.filter(|until| to >= *until) {
            self.down_until = None;
            self.set_clock(until);
            self.sweep();
        }
        if self.down_until.is_some() {
            self.set_clock(to);
            return;
        }
        loop {
            let due = self.site.house.reader().due(to, 1).unwrap().first().and_then(|row| row.due);
            let Some(due) = due else { break };
            self.set_clock(due);
            self.sweep();
        }
        self.set_clock(to);
    }

    /// Stage and life over HTTP; since when is no part of an explanation, and is restated here.
    fn place(&mut self, who: &str, model: &str, on: Day, known_at: Option<Instant>) -> Option<Place> {
        let (member, _) = self.member(who)?;
        let known = known_at.map_or_else(String::new, |at| format!("&known_at={at}"));
        let told = self.ask("GET", &format!("/api/v1/members/{member}/explain?model={model}&as_of={on}{known}"), None);
        if told.status == 404 {
            return None;
        }
        let told = told.expect(200);
        let facts = self.facts(who).into_iter().filter(|fact| known_at.is_none_or(|known| fact.recorded_at() <= known)).collect();
        let since = self.steps(model, facts, self.site.house.calendar().end(on)).pop()?.at;
        Some(Place { stage: text(&told["stage"]), life: told["life"].as_u64().unwrap() as u32, since })
    }

    fn decided(&mut self, who: &str, model: &str) -> Vec<Move> {
        let entries = self.timeline(who);
        let stands =
            |entry: &&Value| entry["change"]["model"] == model && !entry["change"]["effect"].is_null() && entry["superseded_by"].is_null();
        entries.iter().filter(stands).map(step).collect()
    }

    fn path(&mut self, who: &str, model: &str) -> Vec<Move> {
        self.steps(model, self.facts(who), self.now)
    }

    fn corrections(&mut self, who: &str, model: &str) -> Vec<Correction> {
        let told = |fact: &&Fact| !matches!(fact.body, Body::TimerDue { .. } | Body::IdentityAttached { .. } | Body::MembersRuled(_));
        let Some(last) = self.facts(who).iter().rfind(told).map(|fact| fact.id.to_string()) else { return Vec::new() };
        let of_last = |effect: &Value| effect.as_str().is_some_and(|id| id.strip_prefix("e_").is_some_and(|id| id.starts_with(&last[2..])));
        let mut corrections: BTreeMap<String, Correction> = BTreeMap::new();
        let entries = self.timeline(who);
        for entry in entries.iter().filter(|entry| entry["change"]["model"] == model) {
            if of_last(&entry["change"]["effect"]) && entry["kind"] == "stage.corrected" {
                let held = corrections.entry(text(&entry["change"]["effect"])).or_insert(Correction { gone: None, come: None });
                held.come = Some(step(entry));
            }
            if of_last(&entry["superseded_by"]) {
                let held = corrections.entry(text(&entry["superseded_by"])).or_insert(Correction { gone: None, come: None });
                held.gone = Some(step(entry));
            }
        }
        let mut list: Vec<_> = corrections.into_iter().collect();
        list.sort_by_key(|(id, _)| id.rsplit_once('.').and_then(|(_, ordinal)| ordinal.parse::<u16>().ok()));
        list.into_iter().map(|(_, correction)| correction).collect()
    }

    fn timers(&mut self, who: &str) -> Vec<Timer> {
        let facts = self.facts(who);
        let timers = facts.iter().filter(|fact| matches!(fact.body, Body::TimerDue { .. }));
        timers.map(|fact| Timer { due: fact.occurred_at, ran: fact.recorded_at() }).collect()
    }

    fn rule(&mut self, at: Instant, who: &str, other: &str, together: bool) {
        self.pass(at);
        let ((a, _), (b, _)) = (self.member(who).unwrap(), self.member(other).unwrap());
        if together {
            people::merge(&self.site.house, a, b, "test", "the story says so").unwrap();
        } else {
            let leaving = self.site.subject(&story::identities(who).unwrap()[0]);
            people::split(&self.site.house, a, &[leaving], "test", "the story says so").unwrap();
        }
    }

    fn same(&mut self, who: &str, other: &str) -> bool {
        self.member(who).unwrap().0 == self.member(other).unwrap().0
    }

    fn conflict(&mut self, who: &str, other: &str) -> Option<String> {
        let queue = self.ask("GET", "/api/v1/conflicts?limit=200", None).expect(200);
        crate::kit::conflict_between(&queue, self.member(who)?.0, self.member(other)?.0)
    }

    fn reasons(&mut self, who: &str, model: &str, on: Day) -> Option<Reasons> {
        let (member, _) = self.member(who)?;
        let told = self.ask("GET", &format!("/api/v1/members/{member}/explain?model={model}&as_of={on}"), None).expect(200);
        let list = |name: &str| told[name].as_array().cloned().unwrap_or_default();
        let timeline = self.timeline(who);
        let order = |evidence: &Value| {
            let entry = timeline.iter().find(|entry| entry["fact"] == evidence["fact"] && !entry["order"].is_null())?;
            Some(text(&entry["order"]["id"]))
        };
        let orders: BTreeSet<String> = list("evidence").iter().filter_map(order).collect();
        let value = |seen: &Value| (text(&seen["field"]), text(&seen["text"]).replace('–', "null"));
        let change = |change: &Value| {
            let to = text(&change["to"]);
            match (change["on"].as_str(), change["amount"]["minor"].as_i64()) {
                (Some(on), _) => WouldChange::Wait { on: Day::parse(on).unwrap(), to },
                (None, Some(minor)) => WouldChange::Amount { amount: Money(minor), to },
                (None, None) => WouldChange::Purchases { count: change["count"].as_i64().unwrap(), to },
            }
        };
        Some(Reasons {
            values: list("values").iter().map(value).collect(),
            orders: orders.into_iter().collect(),
            would_change: list("would_change").iter().map(change).collect(),
        })
    }
}

#[test]
fn every_story_holds_over_http() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut files: Vec<_> = ["lifecycle", "member"]
        .into_iter()
        .flat_map(|slice| std::fs::read_dir(scenarios.join(slice)).unwrap().map(|entry| entry.unwrap().path()))
        .collect();
    files.sort();
    let (mut ran, mut failed) = (0, Vec::new());
    for file in files {
        let story = story::read(&std::fs::read_to_string(&file).unwrap()).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        ran += 1;
        if let Err(why) = story::run(&story, &mut Stage::new(&story)) {
            failed.push(format!("{}: {why}", file.file_name().unwrap().display()));
        }
    }
    assert!(ran >= 38);
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
