//! Ctrl-C and SIGTERM: the first asks for a clean end after the batch under way, the second ends at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::say::say;

/// Set once somebody asked to stop.
pub fn on_signal() -> Arc<AtomicBool> {
    let asked = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&asked);
    let listen = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            signal().await;
            flag.store(true, Ordering::Relaxed);
            say("stopping after this batch; once more to stop at once", "将在本批完成后停止；再按一次立即停止");
            signal().await;
            std::process::exit(130);
        });
    };
    // Without the thread a signal ends the program at once, as it would any other; nothing acknowledged is lost by that.
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(listen);
    asked
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
