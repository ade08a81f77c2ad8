//! `serve`: the API and the console, with the only engine of this brand (on PostgreSQL: of this node).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use perennial_api::Analysts;
use perennial_api::entrance::{Entrance, Make, new_code};
use perennial_api::limit::{Rate, Rates};
use perennial_app::access::{Access, Owner};
use perennial_app::house::House;
use perennial_app::port::Analyst;
use perennial_app::query::board::Room;
use perennial_lake::files::Keeper;
use perennial_lake::sql::Sql;
use perennial_lake::sql::wire::{self, Listening, Wire};

use super::{Scene, sql};
use crate::args::ServeArguments;
use crate::failure::{Failure, Outcome, of};
use crate::place::Held;
use crate::print;
use crate::say::say;

/// A brand that was set up here, and what is kept as long as it is served.
type Made = (Held, Option<Keeper>);

pub fn run(scene: &Scene, arguments: &ServeArguments) -> Outcome {
    if scene.place.is_empty()? {
        return set_up(scene, arguments);
    }
    let house = scene.place.open()?;
    house.queue().sweep_by_itself(!arguments.no_sweep);
    if let Owner::MadeWith(password) = Access::new(Arc::clone(&house)).ensure_owner(None)? {
        say("the account is `owner`; its password follows and is not shown again", "账号为 `owner`，密码如下，仅显示一次");
        print::line(&password);
    }
    let _keeper = scene.place.keep_lake(&house)?;
    let answers = answers(&house, arguments)?;
    let listening = arguments.sql.sql_listen.map(|address| open_wire(&house, &answers, address, arguments)).transpose()?;
    let analyst: Arc<dyn Analyst> = answers;
    let analysts = Analysts::new(move |_| Some(Arc::clone(&analyst)));
    let options = perennial_api::Options { analysts, ..options(scene, arguments) };
    let served = listen(arguments, |_| perennial_api::router(Arc::clone(&house), options));
    drop(listening);
    served
}

/// What answers SQL here.
fn answers(house: &Arc<House>, arguments: &ServeArguments) -> Outcome<Arc<Sql>> {
    let answers = Sql::new(Arc::clone(house), sql::limits(arguments.sql.limits)).map_err(|error| of(&error))?;
    Ok(Arc::new(answers))
}

/// Opens the PostgreSQL wire.
fn open_wire(house: &Arc<House>, sql: &Arc<Sql>, address: SocketAddr, arguments: &ServeArguments) -> Outcome<Listening> {
    let tls = match (&arguments.sql.sql_tls_cert, &arguments.sql.sql_tls_key) {
        (Some(certificate), Some(key)) => Some(wire::tls(certificate, key).map_err(|error| Failure::file(certificate, &error))?),
        (None, _) | (_, None) => None,
    };
    let wire = Wire { sql: Arc::clone(sql), access: Arc::new(Access::new(Arc::clone(house))), tls };
    let listening = wire::listen(wire, address).map_err(|error| {
        Failure::failed(format!("cannot listen on {address} for SQL: {error}"), format!("无法在 {address} 监听 SQL 连接：{error}"))
    })?;
    let address = listening.address;
    say(&format!("answering the PostgreSQL wire on {address}"), &format!("正在 {address} 提供 PostgreSQL 协议的 SQL 查询"));
    Ok(listening)
}

/// No brand lives here: the set-up is offered, to whoever can read the code on this terminal; the brand is served when it is made.
fn set_up(scene: &Scene, arguments: &ServeArguments) -> Outcome {
    let code = new_code().map_err(|error| of(&error))?;
    // The right to write is held as long as the server runs.
    if arguments.sql.sql_listen.is_some() {
        say("the PostgreSQL wire opens when the server is started again, with a brand", "PostgreSQL 协议将在完成设置并重新启动后开放");
    }
    let held: Arc<Mutex<Option<Made>>> = Arc::default();
    let (keep, place) = (Arc::clone(&held), scene.place.clone());
    let make: Make = Box::new(move |brand| {
        let made = place.init(brand).map_err(|failure| (failure.en, failure.zh))?;
        let house: Arc<House> = Arc::clone(&made);
        let keeper = place.keep_lake(&house).map_err(|failure| (failure.en, failure.zh))?;
        *keep.lock().expect("no thread panics while holding this lock") = Some((made, keeper));
        Ok(house)
    });
    let folder = scene.place.folder.display();
    say(&format!("{folder} is empty: set the brand up in a browser"), &format!("{folder} 中还没有品牌，请在浏览器中完成设置"));
    let limits = sql::limits(arguments.sql.limits);
    let served = listen(arguments, |address| {
        let link = format!("http://{address}/setup?code={code}");
        say(&format!("set-up code {code}: {link}"), &format!("设置验证码 {code}：{link}"));
        let analysts = Analysts::new(move |house| match Sql::new(Arc::clone(house), limits) {
            Ok(sql) => Some(Arc::new(sql)),
            Err(error) => {
                tracing::error!(%error, "this server answers no SQL");
                None
            }
        });
        Entrance::new(code.clone(), make, perennial_api::Options { analysts, ..options(scene, arguments) }).router()
    });
    drop(held);
    served
}

fn options(scene: &Scene, arguments: &ServeArguments) -> perennial_api::Options {
    let store = if scene.place.url.is_some() { "postgres" } else { "sqlite" };
    perennial_api::Options {
        store: store.to_owned(),
        staged: Some(scene.place.folder.join("staged")),
        alone: scene.place.url.is_none(),
        behind_proxy: arguments.behind_proxy,
        data: Some(scene.place.folder.clone()),
        rates: rates(arguments.requests_per_second),
        room: Room { memory_bytes: arguments.profile_memory.saturating_mul(1 << 20), folder: Some(scene.place.folder.clone()) },
        ..perennial_api::Options::default()
    }
}

/// Answers until somebody asks to stop. What is queued is finished before this returns.
fn listen(arguments: &ServeArguments, router: impl FnOnce(SocketAddr) -> perennial_api::Router) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| of(&error))?;
    let address = arguments.listen;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .map_err(|error| Failure::failed(format!("cannot listen on {address}: {error}"), format!("无法监听 {address}：{error}")))?;
        let address = listener.local_addr().unwrap_or(address);
        say(&format!("listening on http://{address}"), &format!("正在监听 http://{address}"));
        perennial_api::serve_router(router(address), listener, perennial_api::asked_to_end()).await.map_err(|error| of(&error))
    })?;
    // A background reader may still hold the house.
    drop(runtime);
    say("stopped", "已停止");
    Ok(())
}

/// The limits there are, or one for sessions and keys alike; so many at once as half a minute gives.
fn rates(per_second: Option<u32>) -> Rates {
    let Some(per_second) = per_second.filter(|per_second| *per_second > 0) else { return Rates::default() };
    let rate = Rate { burst: f64::from(per_second) * 30.0, per_second: f64::from(per_second) };
    Rates { session: rate, key: rate, ..Rates::default() }
}
