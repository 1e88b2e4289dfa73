//! How applications are printed. Secrets of callbacks never are.

use kailing_core::domain::app as rules;
use kailing_core::store;
use kailing_core::store::app::App;
use kailing_core::store::callback::Callback;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::house::House;
use crate::output;

/// Prints an application, with its secret when that is new.
pub(super) fn one(house: &House, app: &App, secret: Option<&str>, json: bool) -> Result<(), Failure> {
    let (corp, id) = (app.corp, app.id);
    let callback = house.read(move |tx| store::callback::find(tx, corp, id))?;
    if json {
        return Ok(output::line(document(app, callback.as_ref(), secret).to_string())?);
    }
    output::line(format!("app_id      {}", app.app_id))?;
    if let Some(secret) = secret {
        output::line(format!("app_secret  {secret}"))?;
    }
    output::line(format!("name        {}", app.name))?;
    output::line(format!("state       {}", state(app)))?;
    output::line(format!("scopes      {}", scopes(app)))?;
    output::line(format!("allow_ips   {}", addresses(app)))?;
    match callback.filter(|callback| !callback.url.is_empty()) {
        Some(callback) => {
            output::line(format!("callback    {}", callback.url))?;
            output::line(format!("event_set   {}", callback.event_set))?;
            Ok(output::line(format!("events      {}", types(&callback)))?)
        }
        None => Ok(output::line("callback    none")?),
    }
}

fn document(app: &App, callback: Option<&Callback>, secret: Option<&str>) -> Value {
    let mut document = json!({ "app_id": app.app_id });
    if let Some(secret) = secret {
        document["app_secret"] = secret.into();
    }
    document["name"] = app.name.as_str().into();
    document["scopes"] = all_or(&app.scopes).into();
    document["allow_ips"] = app.allow_ips.clone().into();
    document["enabled"] = app.enabled.into();
    document["callback"] = callback.filter(|callback| !callback.url.is_empty()).map_or(
        Value::Null,
        |callback| json!({ "url": callback.url, "event_set": callback.event_set, "event_types": callback.event_types }),
    );
    document
}

fn all_or(scopes: &[String]) -> Vec<String> {
    if scopes.is_empty() { rules::all_scopes() } else { scopes.to_vec() }
}

fn state(app: &App) -> &'static str {
    if app.enabled { "enabled" } else { "disabled" }
}

fn scopes(app: &App) -> String {
    if app.scopes.is_empty() { "all".to_owned() } else { app.scopes.join(",") }
}

fn addresses(app: &App) -> String {
    if app.allow_ips.is_empty() { "anywhere".to_owned() } else { app.allow_ips.join(",") }
}

fn types(callback: &Callback) -> String {
    if callback.event_types.is_empty() { "all of the set".to_owned() } else { callback.event_types.join(",") }
}

/// Prints every application.
pub(super) fn all(house: &House, json: bool) -> Result<(), Failure> {
    let apps = house.read(store::app::all)?;
    let callbacks = house.read(store::callback::all)?;
    let of = |app: &App| callbacks.iter().find(|callback| (callback.corp, callback.app) == (app.corp, app.id));
    if json {
        let apps: Vec<Value> = apps.iter().map(|app| document(app, of(app), None)).collect();
        return Ok(output::line(Value::from(apps).to_string())?);
    }
    let row = |app: &App| {
        let url = of(app).map(|callback| callback.url.clone()).unwrap_or_default();
        vec![app.app_id.clone(), app.name.clone(), state(app).to_owned(), scopes(app), addresses(app), url]
    };
    let rows: Vec<Vec<String>> = apps.iter().map(row).collect();
    Ok(output::table(&["APP_ID", "NAME", "STATE", "SCOPES", "MAY CALL FROM", "CALLBACK"], &rows)?)
}
