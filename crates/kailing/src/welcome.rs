//! `serve --demo`: the demo tenant, and what a stranger is told to try.

use std::sync::atomic::Ordering;

use kailing_core::demo::{self, Plan};
use kailing_core::domain::app::hash;
use kailing_core::domain::auth::TokenKey;
use kailing_core::ids::Ids;
use kailing_core::store;
use kailing_core::store::app::App;
use kailing_core::store::contact::Filter;
use kailing_core::store::db::Db;

use crate::config::Settings;
use crate::failure::Failure;
use crate::{filling, node, output, signals};

/// The demo tenant of the database.
pub(crate) struct Welcome {
    app: App,
    secret: String,
    contacts: Vec<String>,
}

/// Fills an empty database, and finds the demo tenant of the seed; `None` in a database with other data.
pub(crate) fn prepare(db: &Db, settings: &Settings) -> Result<Option<Welcome>, Failure> {
    let cursor_key = node::random_key()?;
    let plan = Plan { contacts: settings.demo_contacts, seed: settings.seed, add: false, cursor_key };
    if db.read(store::corp::all).wait()?.is_empty() {
        let stop = signals::stop_flag()?;
        let made = filling::fill(db, &plan, &stop)?.contacts;
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::runtime(format!("stopped; the demo tenant has {made} contacts and can be used")));
        }
    }
    let (app_id, secret) = demo::credentials(settings.seed, 1);
    let found = db.read(move |tx| store::app::find(tx, &app_id)).wait()?;
    let Some(app) = found.filter(|app| app.secret_hash == hash(&secret)) else { return Ok(None) };
    let filter = Filter { from: i64::MIN, before: i64::MAX, owner_id: None };
    let corp = app.corp;
    let page = db.read(move |tx| store::contact::page(tx, corp, &filter, &(0, String::new()), 2)).wait()?;
    Ok(Some(Welcome { app, secret, contacts: page.into_iter().map(|(_, id)| id).collect() }))
}

/// Prints the credentials and three commands that work when pasted.
pub(crate) fn print(welcome: Option<&Welcome>, base: &str, ids: &Ids, now: i64) -> Result<(), Failure> {
    let Some(Welcome { app, secret, contacts }) = welcome else {
        let text =
            "The database holds other data than the demo tenant of this seed; `kailing app list` shows who may call.";
        return Ok(output::line(text)?);
    };
    let token = TokenKey::new(&app.secret_hash).issue(app.id, now, ids.random());
    let api = format!("{base}/openapi");
    output::line(format!("\n  app_id      {}\n  app_secret  {secret}\n", app.app_id))?;
    output::line("Paste these (the token in them is accepted for two hours):")?;
    output::line(format!("\ncurl -s '{api}/auth/access_token/get?app_id={}&app_secret={secret}'", app.app_id))?;
    output::line(format!(
        "\ncurl -s '{api}/contact/list?start_day=2020-01-01&end_day=2099-12-31&access_token={token}'"
    ))?;
    let body = serde_json::json!({ "contact_ids": contacts });
    output::line(format!("\ncurl -s -d '{body}' '{api}/contact/batch?access_token={token}'"))?;
    Ok(output::line(format!("\nRead and try the whole API: {base}/docs/"))?)
}
