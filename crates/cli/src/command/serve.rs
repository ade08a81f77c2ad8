//! `serve`: the API and the console, with the only engine of this brand (on PostgreSQL: of this node).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use perennial_api::entrance::{Entrance, Make, new_code};
use perennial_api::limit::{Rate, Rates};
use perennial_app::access::{Access, Owner};
use perennial_app::house::House;
use perennial_lake::files::Keeper;

use super::Scene;
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
    listen(arguments, |_| perennial_api::router(Arc::clone(&house), options(scene, arguments)))
}

/// No brand lives here: the set-up is offered, to whoever can read the code on this terminal; the brand is served when it is made.
fn set_up(scene: &Scene, arguments: &ServeArguments) -> Outcome {
    let code = new_code().map_err(|error| of(&error))?;
    // The right to write is held as long as the server runs.
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
    let served = listen(arguments, |address| {
        let link = format!("http://{address}/setup?code={code}");
        say(&format!("set-up code {code}: {link}"), &format!("设置验证码 {code}：{link}"));
        Entrance::new(code.clone(), make, options(scene, arguments)).router()
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
