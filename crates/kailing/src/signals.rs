//! SIGTERM and Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

use crate::failure::Failure;

/// Comes with the first of the two. Listening begins at once, so that no signal is lost. Needs a runtime.
pub(crate) fn stop() -> Result<impl Future<Output = ()>, Failure> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Becomes true with the first of the two: for work that looks up between its steps.
pub(crate) fn stop_flag() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let (raised, runtime) = (Arc::clone(&flag), tokio::runtime::Builder::new_current_thread().enable_all().build()?);
    let stop = {
        let _guard = runtime.enter();
        stop()?
    };
    std::thread::spawn(move || {
        runtime.block_on(stop);
        raised.store(true, Ordering::Relaxed);
    });
    Ok(flag)
}
