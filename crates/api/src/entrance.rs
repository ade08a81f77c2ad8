//! The server of an empty folder: nothing but the set-up, behind a one-time code from the terminal. Once the brand is made, the same server
//! goes on with everything.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use perennial_app::access::{Access, OWNER};
use perennial_app::house::House;
use perennial_app::policy::{BrandDocument, CountingText};
use tower::ServiceExt;

use crate::problem::Problem;
use crate::routes::session::with_cookie;
use crate::routes::setup::{self, Wanted};
use crate::wire::FieldError;
use crate::{Options, console, router, wire};

/// After so many wrong codes the set-up stays closed until the server is started anew, with another code.
const WRONG_MAX: u32 = 20;
const PASSWORD_CHARS_MIN: usize = 8;
/// Letters and digits nobody mistakes for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Makes the house of a new brand; the words of its failure are in English and Chinese.
pub type Make = Box<dyn Fn(&BrandDocument) -> Result<Arc<House>, (String, String)> + Send + Sync>;

/// A code such as `K7QX-M2PA`: 40 random bits, good for one set-up.
pub fn new_code() -> std::io::Result<String> {
    let bytes = perennial_app::secret::random_bytes().map_err(std::io::Error::other)?;
    let letters: String = bytes.iter().take(8).map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    Ok(format!("{}-{}", &letters[..4], &letters[4..]))
}

/// What answers until there is a brand, and hands on to the brand's own router from then on.
pub struct Entrance {
    code: String,
    make: Make,
    options: Options,
    wrong: AtomicU32,
    making: Mutex<()>,
    opened: OnceLock<Router>,
}

impl Entrance {
    pub fn new(code: String, make: Make, options: Options) -> Self {
        Self { code, make, options, wrong: AtomicU32::new(0), making: Mutex::new(()), opened: OnceLock::new() }
    }

    pub fn router(self) -> Router {
        Router::new().fallback(answer).layer(axum::middleware::map_response(crate::with_plain_headers)).with_state(Arc::new(self))
    }

    /// The brand's house and the owner's session.
    fn set_up(&self, wanted: &Wanted) -> Result<String, Problem> {
        let _making = self.making.lock().expect("no thread panics while holding this lock");
        if self.opened.get().is_some() {
            return Err(Problem::new(StatusCode::CONFLICT, "setup.done", "A brand lives here already", "这里已经有品牌了"));
        }
        self.check(&wanted.code)?;
        let brand = BrandDocument {
            name: wanted.name.trim().to_owned(),
            time_zone: wanted.time_zone.clone(),
            currency: wanted.currency.clone(),
            life_gap_days: 180,
            counting: CountingText::Days,
        };
        let mut errors = Vec::new();
        if let Err(problem) = brand.compile() {
            errors.push(FieldError::new(&problem.pointer, problem.code, &problem.en, &problem.zh));
        }
        if wanted.password.chars().count() < PASSWORD_CHARS_MIN {
            let en = format!("a password has at least {PASSWORD_CHARS_MIN} characters");
            errors.push(FieldError::new("/password", "password.length", &en, &format!("密码至少 {PASSWORD_CHARS_MIN} 个字符")));
        }
        if !errors.is_empty() {
            return Err(Problem::fields(StatusCode::UNPROCESSABLE_ENTITY, errors));
        }
        let house = (self.make)(&brand).map_err(|(en, zh)| Problem::new(StatusCode::CONFLICT, "setup.failed", en, zh))?;
        let access = Access::new(Arc::clone(&house));
        access.ensure_owner(Some(&wanted.password))?;
        house.audit(OWNER, "brand_initialised", &brand.name).map_err(Problem::from)?;
        let token = access.sign_in(OWNER, &wanted.password)?;
        let _ = self.opened.set(router(house, self.options.clone()));
        Ok(token)
    }

    fn check(&self, code: &str) -> Result<(), Problem> {
        if self.wrong.load(Ordering::Relaxed) >= WRONG_MAX {
            let (en, zh) =
                ("Too many wrong codes: start the server anew for another one", "验证码错误次数过多，请重启服务以获取新的验证码");
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "setup.closed", en, zh));
        }
        let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
        if plain(code) == plain(&self.code) {
            return Ok(());
        }
        self.wrong.fetch_add(1, Ordering::Relaxed);
        let (en, zh) = ("is not the code that the server printed", "与服务启动时显示的验证码不符");
        Err(Problem::field(StatusCode::FORBIDDEN, "/code", "setup.code", en, zh))
    }
}

async fn answer(State(entrance): State<Arc<Entrance>>, headers: HeaderMap, request: Request) -> Response {
    if let Some(router) = entrance.opened.get() {
        return router.clone().oneshot(request).await.into_response();
    }
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    match (&method, path.as_str()) {
        (&Method::GET, "/api/v1/setup") => axum::Json(wire::SetupState { needed: true }).into_response(),
        (&Method::GET, "/api/v1/health") => {
            let (version, store) = (env!("CARGO_PKG_VERSION").to_owned(), entrance.options.store.clone());
            axum::Json(wire::Health { status: "setup".to_owned(), version, store }).into_response()
        }
        (&Method::POST, "/api/v1/setup") => set_up(entrance, request, &headers).await.into_response(),
        (_, "/api/v1/session") => Problem::signed_out().into_response(),
        _ if path.starts_with("/api/") => {
            let (en, zh) = ("No brand lives here yet: open /setup", "这里还没有品牌，请打开 /setup");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "setup.needed", en, zh).into_response()
        }
        _ => console::fallback(method, request.uri().clone(), headers).await,
    }
}

async fn set_up(entrance: Arc<Entrance>, request: Request, headers: &HeaderMap) -> Result<Response, Problem> {
    let wanted = setup::read(request).await?;
    let maker = Arc::clone(&entrance);
    let made = tokio::task::spawn_blocking(move || maker.set_up(&wanted)).await;
    let token = made.map_err(|error| Problem::failure(&error))??;
    Ok(with_cookie(&entrance.options, &token, 12 * 60 * 60, headers))
}
