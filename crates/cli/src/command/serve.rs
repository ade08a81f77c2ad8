//! `serve`: the API and the console, with the only engine of this brand (on PostgreSQL: of this node).

use std::sync::Arc;

use perennial_app::access::{Access, Owner};

use super::Scene;
use crate::args::ServeArguments;
use crate::failure::{Failure, Outcome, of};
use crate::print;
use crate::say::say;

pub fn run(scene: &Scene, arguments: &ServeArguments) -> Outcome {
    let house = scene.place.open()?;
    house.queue().sweep_by_itself(!arguments.no_sweep);
    if let Owner::MadeWith(password) = Access::new(Arc::clone(&house)).ensure_owner(None)? {
        say("the account is `owner`; its password follows and is not shown again", "账号为 `owner`，密码如下，仅显示一次");
        print::line(&password);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| of(&error))?;
    let store = if scene.place.url.is_some() { "postgres" } else { "sqlite" };
    let options = perennial_api::Options { store: store.to_owned() };
    let address = arguments.listen;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .map_err(|error| Failure::failed(format!("cannot listen on {address}: {error}"), format!("无法监听 {address}：{error}")))?;
        let address = listener.local_addr().unwrap_or(address);
        say(&format!("listening on http://{address}"), &format!("正在监听 http://{address}"));
        perennial_api::serve_on(Arc::clone(&house), options, listener, perennial_api::asked_to_end()).await.map_err(|error| of(&error))
    })?;
    // What is queued is finished before the process ends; a background reader may still hold the house.
    drop(runtime);
    say("stopped", "已停止");
    Ok(())
}
