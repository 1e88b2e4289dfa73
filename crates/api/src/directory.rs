//! Who may call: a snapshot of all applications and tenants in memory, so that no call waits for them.
//!
//! It is read again several times a second, so a change made by another process takes effect within one.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use kailing_core::context::Tenant;
use kailing_core::domain::auth::TokenKey;
use kailing_core::refusal::Verdict;
use kailing_core::store;
use kailing_core::store::db::{Db, Pending};

use crate::address::AllowList;
use crate::app::App;

/// How long a change made elsewhere may go unnoticed.
const REFRESH: Duration = Duration::from_millis(300);

/// An application as the checks of a call see it.
pub(crate) struct Caller {
    /// The inner id.
    pub id: i64,
    /// The public id.
    pub app_id: Arc<str>,
    /// The display name.
    pub name: Arc<str>,
    /// Hash of the secret, hex.
    pub secret_hash: String,
    /// Signs its tokens.
    pub token_key: TokenKey,
    /// Whether it may call at all.
    pub enabled: bool,
    /// Where it may call from.
    pub allow_list: AllowList,
    /// The tenant that it belongs to.
    pub tenant: Arc<Tenant>,
    scopes: Vec<String>,
}

impl Caller {
    /// Whether it has a scope. None listed means all.
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.is_empty() || self.scopes.iter().any(|own| own == scope)
    }
}

/// The latest snapshot.
#[derive(Default)]
pub(crate) struct Directory {
    snapshot: RwLock<Arc<Snapshot>>,
}

#[derive(Default)]
struct Snapshot {
    rows: Rows,
    by_id: HashMap<i64, Arc<Caller>>,
    by_app_id: HashMap<Arc<str>, Arc<Caller>>,
}

type Rows = (Vec<Tenant>, Vec<store::app::App>);

impl Directory {
    /// The application with an inner id.
    pub(crate) fn by_id(&self, id: i64) -> Option<Arc<Caller>> {
        self.current().by_id.get(&id).cloned()
    }

    /// The application with a public id.
    pub(crate) fn by_app_id(&self, app_id: &str) -> Option<Arc<Caller>> {
        self.current().by_app_id.get(app_id).cloned()
    }

    fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the snapshot by what has just been read.
    pub(crate) fn replace(&self, rows: Rows) {
        if same(&self.current().rows, &rows) {
            return;
        }
        let next = Arc::new(Snapshot::new(rows));
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = next;
    }
}

/// Keeps the snapshot fresh for as long as the server lives.
pub(crate) async fn follow(app: Weak<App>) {
    loop {
        tokio::time::sleep(REFRESH).await;
        let Some(app) = app.upgrade() else { return };
        // While the database is away the last snapshot serves; readiness tells of it.
        drop(app.refresh_directory().await);
    }
}

/// Reads all tenants and applications.
pub(crate) fn read(db: &Db) -> Pending<Rows> {
    db.read(|tx| -> Verdict<Rows> { Ok((store::corp::all(tx)?, store::app::all(tx)?)) })
}

impl Snapshot {
    fn new(rows: Rows) -> Snapshot {
        let tenants: HashMap<i64, Arc<Tenant>> = rows.0.iter().map(|t| (t.corp, Arc::new(t.clone()))).collect();
        let callers: Vec<Arc<Caller>> = rows.1.iter().filter_map(|app| caller(app, &tenants)).map(Arc::new).collect();
        Snapshot {
            by_id: callers.iter().map(|caller| (caller.id, Arc::clone(caller))).collect(),
            by_app_id: callers.iter().map(|caller| (Arc::clone(&caller.app_id), Arc::clone(caller))).collect(),
            rows,
        }
    }
}

fn caller(app: &store::app::App, tenants: &HashMap<i64, Arc<Tenant>>) -> Option<Caller> {
    Some(Caller {
        id: app.id,
        app_id: app.app_id.as_str().into(),
        name: app.name.as_str().into(),
        secret_hash: app.secret_hash.clone(),
        token_key: TokenKey::new(&app.secret_hash),
        enabled: app.enabled,
        allow_list: AllowList::new(&app.allow_ips),
        tenant: Arc::clone(tenants.get(&app.corp)?),
        scopes: app.scopes.clone(),
    })
}

fn same(old: &Rows, new: &Rows) -> bool {
    old.1 == new.1 && old.0.len() == new.0.len() && old.0.iter().zip(&new.0).all(|(a, b)| same_tenant(a, b))
}

fn same_tenant(old: &Tenant, new: &Tenant) -> bool {
    // Taken apart so that a new setting cannot be forgotten here.
    let Tenant { corp, wire_id, name, refuse_duplicates, multi_process, time_zone, public_base_url, cursor_key } = new;
    (old.corp, &old.wire_id, &old.name, &old.public_base_url) == (*corp, wire_id, name, public_base_url)
        && (old.refuse_duplicates, old.multi_process) == (*refuse_duplicates, *multi_process)
        && (&old.time_zone, &old.cursor_key) == (time_zone, cursor_key)
}
