//! What time it is: the system's clock, or one that a test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The clock of a server.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The clock of the operating system.
    #[default]
    System,
    /// A clock that stands still until it is moved.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A manual clock that shows `now`, epoch milliseconds.
    pub fn manual(now: i64) -> Clock {
        Clock::Manual(Arc::new(AtomicI64::new(now)))
    }

    /// Epoch milliseconds.
    #[expect(clippy::disallowed_methods, reason = "this is the clock of the server")]
    pub fn now(&self) -> i64 {
        match self {
            Clock::System => jiff::Timestamp::now().as_millisecond(),
            Clock::Manual(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Moves a manual clock forward; the system's clock moves by itself.
    pub fn advance(&self, milliseconds: i64) {
        if let Clock::Manual(now) = self {
            now.fetch_add(milliseconds, Ordering::SeqCst);
        }
    }
}
