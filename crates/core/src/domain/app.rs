//! Applications: made, shown and changed by administration (chapter 01).

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ipnet::IpNet;
use serde_json::{Value, json};

use crate::context::Context;
use crate::refusal::{Code, Verdict};
use crate::sign::{digest, hex};
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry};
use crate::store::{self, app::App};

/// Names of the chapters; each has a scope `.read` and a scope `.write` (chapter 00, section 5).
pub const SCOPE_NAMES: &[&str] = &[
    "directory",
    "friend",
    "clue",
    "company",
    "smart_code",
    "third_id",
    "progress",
    "journey",
    "business",
    "material",
    "tag",
    "marketing",
    "message",
    "group_chat",
    "custom_field",
    "call",
    "network",
    "contact",
    "activity",
    "event",
];

/// Applications that a tenant may have.
pub const LIMIT: usize = 100;

/// Whether a text is a scope.
pub fn is_scope(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(name, kind)| SCOPE_NAMES.contains(&name) && ["read", "write"].contains(&kind))
}

/// Every scope, as commands show them.
pub fn all_scopes() -> Vec<String> {
    SCOPE_NAMES.iter().flat_map(|name| [format!("{name}.read"), format!("{name}.write")]).collect()
}

/// Whether a text is an address or a CIDR block.
pub fn is_network(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok() || text.parse::<IpNet>().is_ok()
}

/// What is said about a new application.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Display name.
    pub name: String,
    /// Scopes; empty means all.
    pub scopes: Vec<String>,
    /// Addresses and CIDR blocks; empty means any.
    pub allow_ips: Vec<String>,
}

/// Makes an application with fresh credentials. The secret is returned here and never again.
pub fn create(tx: &mut Tx<'_>, ctx: &Context, draft: Draft) -> Verdict<(App, String)> {
    if !(1..=100).contains(&draft.name.chars().count()) {
        return Err(Code::BadValue.because("name takes 1 to 100 characters"));
    }
    check_scopes(&draft.scopes)?;
    check_networks(&draft.allow_ips)?;
    tx.lock(ctx.corp, &[LockKey::Name("app", "")])?;
    if store::app::count(tx, ctx.corp)? >= LIMIT {
        return Err(Code::TooManyApps.because(format!("a tenant has at most {LIMIT}")));
    }
    let (app_id, secret) = (format!("wloa{}", hex(&ctx.ids.random::<16>())), new_secret(ctx));
    let app = App {
        corp: ctx.corp,
        id: ctx.ids.number(ctx.now),
        app_id,
        name: draft.name,
        secret_hash: hash(&secret),
        enabled: true,
        scopes: draft.scopes,
        allow_ips: draft.allow_ips,
        create_time: ctx.now,
    };
    store::app::insert(tx, &app)?;
    record(tx, ctx, &app, "app.create", json!({ "name": [null, app.name] }))?;
    Ok((app, secret))
}

/// Gives an application a new secret. Its old secret and all its tokens are worthless from then on.
pub fn rotate_secret(tx: &mut Tx<'_>, ctx: &Context, mut app: App) -> Verdict<(App, String)> {
    let secret = new_secret(ctx);
    app.secret_hash = hash(&secret);
    store::app::update(tx, &app)?;
    record(tx, ctx, &app, "app.rotate_secret", json!({}))?;
    Ok((app, secret))
}

/// Lets an application call the API, or not. A disabled one gets no events either.
pub fn set_enabled(tx: &mut Tx<'_>, ctx: &Context, app: App, enabled: bool) -> Verdict<App> {
    tx.lock(ctx.corp, &[LockKey::Object(app.id)])?;
    let app = store::app::find(tx, &app.app_id)?.unwrap_or(app);
    super::callback::enabled(tx, ctx, app.id, app.enabled, enabled)?;
    let changes = json!({ "enabled": [app.enabled, enabled] });
    change(tx, ctx, App { enabled, ..app }, changes)
}

/// Replaces the scopes; none means all.
pub fn set_scopes(tx: &mut Tx<'_>, ctx: &Context, app: App, scopes: Vec<String>) -> Verdict<App> {
    check_scopes(&scopes)?;
    let changes = json!({ "scopes": [app.scopes, scopes] });
    change(tx, ctx, App { scopes, ..app }, changes)
}

/// Replaces the addresses that the application may call from; none means any.
pub fn set_allow_ips(tx: &mut Tx<'_>, ctx: &Context, app: App, allow_ips: Vec<String>) -> Verdict<App> {
    check_networks(&allow_ips)?;
    let changes = json!({ "allow_ips": [app.allow_ips, allow_ips] });
    change(tx, ctx, App { allow_ips, ..app }, changes)
}

/// What is stored of a secret: its SHA-256 in hexadecimal digits. A secret has 256 random bits, so neither salt nor
/// a slow hash would add anything.
pub fn hash(secret: &str) -> String {
    hex(&digest(secret))
}

fn check_scopes(scopes: &[String]) -> Verdict<()> {
    match scopes.iter().find(|scope| !is_scope(scope)) {
        Some(wrong) => Err(Code::BadValue.because(format!("{wrong} is no scope, e.g. contact.read"))),
        None => Ok(()),
    }
}

fn check_networks(networks: &[String]) -> Verdict<()> {
    match networks.iter().find(|network| !is_network(network)) {
        Some(wrong) => Err(Code::BadValue.because(format!("{wrong} is neither an address nor a CIDR block"))),
        None => Ok(()),
    }
}

fn new_secret(ctx: &Context) -> String {
    URL_SAFE_NO_PAD.encode(ctx.ids.random::<32>())
}

fn change(tx: &mut Tx<'_>, ctx: &Context, app: App, changes: Value) -> Verdict<App> {
    store::app::update(tx, &app)?;
    record(tx, ctx, &app, "app.update", changes)?;
    Ok(app)
}

fn record(tx: &mut Tx<'_>, ctx: &Context, app: &App, action: &'static str, changes: Value) -> Verdict<()> {
    let entry = Entry { object_type: "app", object_id: app.id, action, changes, events: Vec::new() };
    journal::record(tx, ctx, &[entry])
}
