//! How events are sent.

use std::time::Duration;

use crate::client;

/// Settings of a sender.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How one attempt is made.
    pub client: client::Settings,
    /// Requests at a time to one application. Default 16.
    pub concurrency: usize,
    /// Whether waits vary by a fifth, so that many events do not come back at the same moment. Default yes.
    pub jitter: bool,
    /// How long delivered events are listed. Default 7 days.
    pub keep_delivered: Duration,
    /// How long exhausted events are listed. Default 30 days.
    pub keep_exhausted: Duration,
    /// How long events can be read and sent again at all. Default: for ever.
    pub keep_events: Option<Duration>,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Settings {
    /// The default settings around a way to make attempts.
    pub fn new(client: client::Settings) -> Settings {
        Settings {
            client,
            concurrency: 16,
            jitter: true,
            keep_delivered: DAY * 7,
            keep_exhausted: DAY * 30,
            keep_events: None,
        }
    }
}
