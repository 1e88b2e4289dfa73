//! Who asks, in which tenant, when, and with which request id: everything the domain may know of the outside.

use std::fmt;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::ids::Ids;

/// What every call of the domain is given. Clock, randomness and settings come in here and nowhere else.
#[derive(Clone, Debug)]
pub struct Context {
    /// The tenant and its settings.
    pub tenant: Arc<Tenant>,
    /// The tenant's inner number. Every statement names it.
    pub corp: i64,
    /// Who acts, for the journal.
    pub actor: Actor,
    /// The time of the call, epoch milliseconds.
    pub now: i64,
    /// The request id that the answer, the log and the journal carry.
    pub request_id: Arc<str>,
    /// Source of new ids.
    pub ids: Arc<Ids>,
    /// Limits of the deployment.
    pub profile: Profile,
}

/// A tenant and its settings, as administration has set them.
#[derive(Clone)]
pub struct Tenant {
    /// The inner number, which every row begins with.
    pub corp: i64,
    /// The id that people and commands use.
    pub wire_id: String,
    /// Display name.
    pub name: String,
    /// Policy for contact ways that exist already: refuse (1002) instead of flag (`is_repeat`).
    pub refuse_duplicates: bool,
    /// Several opportunity pipelines (chapter 10).
    pub multi_process: bool,
    /// The zone in which days begin and end.
    pub time_zone: TimeZone,
    /// Address under which the public pages are reached, `""` when unknown.
    pub public_base_url: String,
    /// Signs the cursors of the tenant.
    pub cursor_key: [u8; 32],
}

impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenant").field("corp", &self.corp).field("name", &self.name).finish_non_exhaustive()
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An application by its `app_id` and display name; staff id `""` in journeys and events.
    App {
        /// The application's public id, `wloa…`.
        app_id: Arc<str>,
        /// The display name, which journeys show where no staff member acted.
        name: Arc<str>,
    },
    /// The house itself: demo data, import.
    System,
}

impl Actor {
    /// The text of `journal.actor`.
    pub fn journal_name(&self) -> &str {
        match self {
            Actor::App { app_id, .. } => app_id,
            Actor::System => "system",
        }
    }

    /// The name that stands in texts where no staff member acted.
    pub fn display_name(&self) -> &str {
        match self {
            Actor::App { name, .. } => name,
            Actor::System => "system",
        }
    }
}

/// Limits of a deployment (chapter 00, section 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Generous limits, no rate limit. The default.
    #[default]
    Open,
    /// The limits of the original service.
    Strict,
}

impl Profile {
    /// The largest number of items of a batch list.
    pub const fn batch_limit(self) -> usize {
        match self {
            Profile::Open => 2_000,
            Profile::Strict => 100,
        }
    }
}
