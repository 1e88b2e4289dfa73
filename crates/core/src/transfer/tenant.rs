//! The line of the tenant itself: its settings.

use std::borrow::Cow;

use serde_json::json;

use super::House;
use super::json::Json;
use crate::context::{Context, Tenant};
use crate::domain::corp;
use crate::refusal::Verdict;
use crate::store::db::Tx;

/// Members of the line and the settings that they are.
const MEMBERS: [(&str, &str); 5] = [
    ("name", "name"),
    ("duplicate_policy", "duplicate-policy"),
    ("multi_process", "multi-process"),
    ("time_zone", "time-zone"),
    ("public_base_url", "public-base-url"),
];

/// The settings that a line gives, in the words of `kailing tenant set`. The id is looked at only when the
/// tenant is made, see [`identity`].
pub(super) fn settings(
    house: &House,
    members: &[(Cow<'_, str>, Json<'_>)],
) -> Result<Vec<(&'static str, String)>, Vec<String>> {
    let (mut settings, mut reasons) = (Vec::new(), Vec::new());
    for (name, value) in members.iter().filter(|(name, value)| name != "type" && name != "id" && !value.is_null()) {
        let known = MEMBERS.iter().find(|(member, _)| member == name);
        let text = match value {
            Json::Text(text) => text.to_string(),
            Json::Bool(true) => "on".to_owned(),
            Json::Bool(false) => "off".to_owned(),
            _ => String::new(),
        };
        match known {
            None => reasons.push(format!("{name} is no member of this type")),
            Some((_, setting)) => match corp::with(&house.ctx.tenant, setting, &text) {
                Ok(_) => settings.push((*setting, text)),
                Err(_) => reasons.push(format!("{name} has a value that makes no sense")),
            },
        }
    }
    if reasons.is_empty() { Ok(settings) } else { Err(reasons) }
}

/// Changes the settings that differ. Answers whether there were any.
pub(super) fn apply(tx: &mut Tx<'_>, ctx: &Context, settings: &[(&'static str, String)]) -> Verdict<bool> {
    let (mut tenant, mut changed) = (ctx.tenant.as_ref().clone(), false);
    for (setting, value) in settings {
        if corp::get(&tenant, setting).as_ref() != Some(value) {
            let ctx = Context { tenant: std::sync::Arc::new(tenant), ..ctx.clone() };
            tenant = corp::set(tx, &ctx, setting, value)?;
            changed = true;
        }
    }
    Ok(changed)
}

/// Whether some of the settings differ from those of a tenant.
pub(super) fn differs(tenant: &Tenant, settings: &[(&'static str, String)]) -> bool {
    settings.iter().any(|(setting, value)| corp::get(tenant, setting).as_ref() != Some(value))
}

/// The line of a tenant.
pub(super) fn line(tenant: &Tenant) -> String {
    let get = |setting: &str| corp::get(tenant, setting).unwrap_or_default();
    json!({
        "type": "tenant",
        "id": tenant.wire_id,
        "name": get("name"),
        "duplicate_policy": get("duplicate-policy"),
        "multi_process": tenant.multi_process,
        "time_zone": get("time-zone"),
        "public_base_url": get("public-base-url"),
    })
    .to_string()
}

/// Id and name that a line of a tenant says.
pub(super) fn identity(members: &[(Cow<'_, str>, Json<'_>)]) -> (Option<String>, Option<String>) {
    let text = |wanted: &str| {
        members.iter().find(|(name, _)| name == wanted).and_then(|(_, value)| match value {
            Json::Text(text) => Some(text.to_string()),
            _ => None,
        })
    };
    (text("id").filter(|id| crate::ids::is_plausible(id)), text("name"))
}
