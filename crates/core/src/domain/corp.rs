//! Tenants: made and set up by administration.

use jiff::tz::TimeZone;
use serde_json::json;

use crate::context::{Context, Tenant};
use crate::ids::Ids;
use crate::refusal::{Code, Verdict};
use crate::store::db::Tx;
use crate::store::journal::{self, Entry};
use crate::store::{self, furniture};

/// The settings of a tenant that administration may change.
pub const SETTINGS: &[&str] = &["name", "duplicate-policy", "multi-process", "time-zone", "public-base-url"];

/// Makes a tenant with the settings that hold when nobody says anything, and what it cannot do without.
pub fn create(tx: &mut Tx<'_>, ids: &Ids, now: i64, name: &str) -> Verdict<Tenant> {
    let corp = store::corp::all(tx)?.iter().map(|tenant| tenant.corp).max().unwrap_or(0) + 1;
    let tenant = Tenant {
        corp,
        wire_id: ids.wire(now),
        name: name.to_owned(),
        refuse_duplicates: false,
        multi_process: false,
        time_zone: zone("Asia/Shanghai")?,
        public_base_url: String::new(),
        cursor_key: ids.random(),
    };
    store::corp::insert(tx, &tenant, now)?;
    furniture::insert(tx, &tenant, ids, now)?;
    Ok(tenant)
}

/// The value of a setting, in the form that [`set`] takes.
pub fn get(tenant: &Tenant, key: &str) -> Option<String> {
    Some(match key {
        "name" => tenant.name.clone(),
        "duplicate-policy" => if tenant.refuse_duplicates { "refuse" } else { "flag" }.to_owned(),
        "multi-process" => if tenant.multi_process { "on" } else { "off" }.to_owned(),
        "time-zone" => tenant.time_zone.iana_name().unwrap_or("UTC").to_owned(),
        "public-base-url" => tenant.public_base_url.clone(),
        _ => return None,
    })
}

/// The tenant with one setting changed; a value that makes no sense is 1013.
pub fn with(tenant: &Tenant, key: &str, value: &str) -> Verdict<Tenant> {
    let mut tenant = tenant.clone();
    match key {
        "name" if (1..=100).contains(&value.chars().count()) => value.clone_into(&mut tenant.name),
        "name" => return Err(Code::BadValue.because("name takes 1 to 100 characters")),
        "duplicate-policy" => tenant.refuse_duplicates = either(key, value, "refuse", "flag")?,
        "multi-process" => tenant.multi_process = either(key, value, "on", "off")?,
        "time-zone" => tenant.time_zone = zone(value)?,
        "public-base-url" => tenant.public_base_url = base_url(value)?,
        _ => return Err(Code::BadValue.because(format!("{key} is none of {}", SETTINGS.join(", ")))),
    }
    Ok(tenant)
}

/// Changes one setting of the tenant of the context.
pub fn set(tx: &mut Tx<'_>, ctx: &Context, key: &str, value: &str) -> Verdict<Tenant> {
    let changed = with(&ctx.tenant, key, value)?;
    store::corp::update(tx, &changed)?;
    let mut changes = serde_json::Map::new();
    changes.insert(key.to_owned(), json!([get(&ctx.tenant, key), get(&changed, key)]));
    let changes = changes.into();
    let entry = Entry { object_type: "corp", object_id: ctx.corp, action: "corp.update", changes, events: Vec::new() };
    journal::record(tx, ctx, &[entry])?;
    Ok(changed)
}

fn either(key: &str, value: &str, yes: &str, no: &str) -> Verdict<bool> {
    match value {
        _ if value == yes => Ok(true),
        _ if value == no => Ok(false),
        _ => Err(Code::BadValue.because(format!("{key} is {no} or {yes}"))),
    }
}

fn zone(name: &str) -> Verdict<TimeZone> {
    TimeZone::get(name).map_err(|_| Code::BadValue.because(format!("time-zone: {name} is none, e.g. Asia/Shanghai")))
}

fn base_url(text: &str) -> Verdict<String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let sane = text.is_empty() || host.is_some_and(|host| !host.is_empty() && !text.contains(char::is_whitespace));
    if sane {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(Code::BadValue.because("public-base-url is like https://crm.example.com"))
    }
}
