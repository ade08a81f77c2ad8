//! Users and what holds for all accounts: for the owner.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::{Caller, NewUser, Role, UserChange};
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::Segments;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The users, closed accounts included.
#[utoipa::path(get, path = "/api/v1/users", tag = "access", responses((status = 200, body = Vec<wire::User>)))]
pub async fn users(State(site): State<Arc<Site>>) -> Result<Json<Vec<wire::User>>, Problem> {
    let users = site.ask(|site| site.access.users()).await?;
    Ok(Json(users.into_iter().map(Into::into).collect()))
}

/// Makes a user; the password is to be changed at the first sign-in.
#[utoipa::path(post, path = "/api/v1/users", tag = "access", request_body = wire::NewUser, responses((status = 201, body = wire::UserMade)))]
pub async fn create_user(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::UserMade>), Problem> {
    let new = new_user(&body)?;
    let (user, password) = site.ask(move |site| site.access.create_user(&caller.name(), new)).await?;
    Ok((StatusCode::CREATED, Json(wire::UserMade { user: user.into(), password })))
}

fn new_user(body: &Value) -> Result<NewUser, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let name = fields.required_text("name");
    let text = fields.required_text("role");
    let role = role(&text, "/role", &problems);
    let stores = fields.texts("stores").into_iter().map(|(_, store)| store).collect();
    let password = fields.text("password");
    fields.close();
    problems.finish()?;
    Ok(NewUser { name, role, stores, password })
}

fn role(text: &str, pointer: &str, problems: &Problems) -> Role {
    let all = Role::ALL.map(Role::as_str).join(", ");
    Role::parse(text).unwrap_or_else(|| {
        problems.extend([wire::FieldError::new(pointer, "user.role", &format!("must be one of {all}"), &format!("须为其中之一：{all}"))]);
        Role::Associate
    })
}

/// Another role, other stores, closed or opened again; what is absent stays.
#[utoipa::path(patch, path = "/api/v1/users/{user}", tag = "access", params(("user" = String, Path)), request_body = wire::UserChange,
    responses((status = 200, body = wire::User)))]
pub async fn change_user(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(user): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::User>, Problem> {
    let change = user_change(&body)?;
    let user = site.ask(move |site| site.access.change_user(&caller.name(), &user, change)).await?;
    Ok(Json(user.into()))
}

fn user_change(body: &Value) -> Result<UserChange, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let role = fields.text("role").map(|text| role(&text, "/role", &problems));
    let stores = fields.has("stores").then(|| fields.texts("stores").into_iter().map(|(_, store)| store).collect());
    let active = fields.maybe_flag("active");
    fields.close();
    problems.finish()?;
    Ok(UserChange { role, stores, active })
}

/// Gives a user another password, to be changed at the next sign-in; all the user's sessions end.
#[utoipa::path(post, path = "/api/v1/users/{user}/password", tag = "access", params(("user" = String, Path)),
    request_body = wire::NewPassword, responses((status = 200, body = wire::PasswordMade)))]
pub async fn reset_password(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(user): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::PasswordMade>, Problem> {
    let password = new_password(&body)?;
    let password = site.ask(move |site| site.access.reset_password(&caller.name(), &user, password.as_deref())).await?;
    Ok(Json(wire::PasswordMade { password }))
}

fn new_password(body: &Value) -> Result<Option<String>, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let password = fields.text("password");
    fields.close();
    problems.finish()?;
    Ok(password)
}

/// Removes a user's second factor, such as that of a lost phone; all the user's sessions end.
#[utoipa::path(delete, path = "/api/v1/users/{user}/second-factor", tag = "access", params(("user" = String, Path)),
    responses((status = 204, description = "Removed")))]
pub async fn reset_second_factor(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(user): Segments<String>,
) -> Result<StatusCode, Problem> {
    site.ask(move |site| site.access.reset_factor(&caller.name(), &user)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A user's open sessions.
#[utoipa::path(get, path = "/api/v1/users/{user}/sessions", tag = "access", params(("user" = String, Path)),
    responses((status = 200, body = Vec<wire::OpenSession>)))]
pub async fn user_sessions(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(user): Segments<String>,
) -> Result<Json<Vec<wire::OpenSession>>, Problem> {
    let open = site.ask(move |site| site.access.sessions(Some(&user))).await?;
    Ok(Json(open.into_iter().map(|session| wire::OpenSession::new(session, caller.id())).collect()))
}

/// Ends all sessions of a user.
#[utoipa::path(delete, path = "/api/v1/users/{user}/sessions", tag = "access", params(("user" = String, Path)),
    responses((status = 204, description = "Ended")))]
pub async fn end_user_sessions(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(user): Segments<String>,
) -> Result<StatusCode, Problem> {
    site.ask(move |site| site.access.end_sessions(&caller.name(), &user, None)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What holds for all accounts.
#[utoipa::path(get, path = "/api/v1/security", tag = "access", responses((status = 200, body = wire::Security)))]
pub async fn security(State(site): State<Arc<Site>>) -> Result<Json<wire::Security>, Problem> {
    let roles = site.ask(|site| site.access.required_roles()).await?;
    Ok(Json(wire::Security { second_factor_roles: roles.iter().map(|role| role.as_str().to_owned()).collect() }))
}

/// Says which roles must have a second factor: whoever of them has none can do nothing but set one up.
#[utoipa::path(put, path = "/api/v1/security", tag = "access", request_body = wire::NewSecurity,
    responses((status = 200, body = wire::Security)))]
pub async fn set_security(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<Json<wire::Security>, Problem> {
    let roles = required_roles(&body)?;
    let second_factor_roles = roles.iter().map(|role| role.as_str().to_owned()).collect();
    site.ask(move |site| site.access.require_factor(&caller.name(), &roles)).await?;
    Ok(Json(wire::Security { second_factor_roles }))
}

fn required_roles(body: &Value) -> Result<BTreeSet<Role>, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    if !fields.has("second_factor_roles") {
        problems.add("/second_factor_roles", "field.missing", "must be given", "必填");
    }
    let given = fields.texts("second_factor_roles");
    let roles = given.iter().map(|(pointer, text)| role(text, pointer, &problems)).collect();
    fields.close();
    problems.finish()?;
    Ok(roles)
}
