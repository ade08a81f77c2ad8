//! Consents: what is asked, what a member said, and whether something may be sent.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::consent::{self, Change};
use perennial_app::policy;
use perennial_rules::consent::{ChannelText, ConsentsDocument, PurposeText};
use serde_json::Value;

use super::profile::{by, label};
use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::{self, Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// What members are asked to agree to.
#[utoipa::path(get, path = "/api/v1/consents", tag = "profile", responses((status = 200, body = wire::ConsentSettings)))]
pub async fn consents(State(site): State<Arc<Site>>) -> Result<Json<wire::ConsentSettings>, Problem> {
    site.ask(|site| Ok::<_, Problem>(Json(settings(site)?))).await
}

fn settings(site: &Site) -> Result<wire::ConsentSettings, Problem> {
    let held = site.house.in_force(policy::CONSENTS)?;
    Ok(wire::ConsentSettings::new(held.map(|row| row.version), &site.house.reference().brand.consents))
}

/// Sets up anew what is asked: a version of the texts, in force at once. What an active policy or the join form names cannot be left out.
#[utoipa::path(put, path = "/api/v1/consents", tag = "profile", request_body = wire::PutConsents,
    responses((status = 200, body = wire::ConsentSettings)))]
pub async fn put_consents(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<Json<wire::ConsentSettings>, Problem> {
    let (document, reason) = document(&body)?;
    site.ask(move |site| {
        let version = site.house.put(policy::CONSENTS, &document.to_yaml(), &caller.name(), &reason)?;
        site.house.audit(&caller.name(), "consents_changed", &version.to_string())?;
        Ok::<_, Problem>(Json(settings(site)?))
    })
    .await
}

fn document(body: &Value) -> Result<(ConsentsDocument, String), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let reason = fields.text("reason").unwrap_or_default();
    let mut document = ConsentsDocument::default();
    for channel in fields.objects("channels") {
        document.channels.push(ChannelText { id: channel.required_text("id"), name: label(&channel, "name") });
        channel.close();
    }
    for purpose in fields.objects("purposes") {
        document.purposes.push(PurposeText {
            id: purpose.required_text("id"),
            name: label(&purpose, "name"),
            text: label(&purpose, "text"),
            channels: purpose.texts("channels").into_iter().map(|(_, text)| text).collect(),
        });
        purpose.close();
    }
    fields.close();
    problems.finish()?;
    Ok((document, reason))
}

/// What a member agreed to and withdrew, with its history.
#[utoipa::path(get, path = "/api/v1/members/{member}/consents", tag = "profile", params(("member" = String, Path)),
    responses((status = 200, body = Vec<wire::MemberConsent>)))]
pub async fn member_consents(
    State(site): State<Arc<Site>>,
    Segments(member): Segments<String>,
) -> Result<Json<Vec<wire::MemberConsent>>, Problem> {
    let member = params::member(&member)?;
    let all = site.ask(move |site| consent::standing(&site.house, member)).await?;
    Ok(Json(all.into_iter().map(wire::MemberConsent::new).collect()))
}

/// Records that a member agreed, or withdrew: as easy as the other.
#[utoipa::path(post, path = "/api/v1/members/{member}/consents", tag = "profile", params(("member" = String, Path)),
    request_body = wire::RecordConsent, responses((status = 201, body = wire::Recorded), (status = 200, body = wire::Recorded)))]
pub async fn record_consent(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(member): Segments<String>,
    Body(body): Body,
) -> Result<Response, Problem> {
    let member = params::member(&member)?;
    let asking = Arc::clone(&site);
    let incoming = site
        .ask(move |_| {
            let change = change(&asking, &body)?;
            consent::record(&asking.house, member, &change, &by(&caller)).map_err(Problem::from)
        })
        .await?;
    super::orders::record(&site, incoming).await.map(|(answer, _)| answer)
}

fn change(site: &Site, body: &Value) -> Result<Change, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (purpose, channel) = (fields.required_text("purpose"), fields.required_text("channel"));
    let given = fields.flag("given");
    if body["given"].is_null() {
        problems.add("/given", "field.missing", "must be given", "必填");
    }
    let text = fields.number("text_version").and_then(|text| {
        let version = text.parse().ok().filter(|version| consent::is_version(&site.house, *version).unwrap_or(false));
        if version.is_none() {
            problems.add("/text_version", "consent.text_version", "is no version of the texts", "没有该版本的授权文本");
        }
        version
    });
    let at = instant(site, &fields, "said_at", &problems);
    fields.close();
    let asked = &site.house.reference().brand.consents;
    if !purpose.is_empty() && !channel.is_empty() && asked.find(&purpose, &channel).is_none() {
        let pointer = if asked.purposes.iter().any(|held| held.id == purpose) { "/channel" } else { "/purpose" };
        problems.add(pointer, "consent.unknown", "is not asked of members", "未设置该授权");
    }
    problems.finish()?;
    Ok(Change { purpose, channel, given, text, at })
}

/// An instant out of the body; now where absent, refused where it cannot be read.
pub fn instant(site: &Site, fields: &Fields<'_>, name: &'static str, problems: &Problems) -> perennial_kernel::Instant {
    let now = site.house.now();
    let Some(text) = fields.text(name) else { return now };
    perennial_kernel::Instant::parse(&text).unwrap_or_else(|| {
        problems.add(
            &fields.at(name),
            "time.unreadable",
            "must be an instant such as 2026-11-22T10:00:00Z",
            "须为时刻，如 2026-11-22T10:00:00Z",
        );
        now
    })
}

/// Whether something may be sent to the member for a purpose by a channel. Without a word of the member's the answer is no.
#[utoipa::path(get, path = "/api/v1/members/{member}/may-send", tag = "profile",
    params(("member" = String, Path), ("purpose" = String, Query), ("channel" = String, Query)),
    responses((status = 200, body = wire::MaySend)))]
pub async fn may_send(
    State(site): State<Arc<Site>>,
    Segments(member): Segments<String>,
    mut query: Query,
) -> Result<Json<wire::MaySend>, Problem> {
    let (purpose, channel) = (query.text("purpose"), query.text("channel"));
    query.finish()?;
    let member = params::member(&member)?;
    let (Some(purpose), Some(channel)) = (purpose, channel) else {
        let (en, zh) = ("purpose and channel must be given", "须给出 purpose 与 channel");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "query.missing", en, zh));
    };
    let answer = site.ask(move |site| consent::may_send(&site.house, member, &purpose, &channel)).await?;
    Ok(Json(wire::MaySend { may: answer == consent::MaySend::Yes, reason: answer.as_str().to_owned() }))
}
