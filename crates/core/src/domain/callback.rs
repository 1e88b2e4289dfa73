//! Where an application receives events, and which (chapter 21, sections 1 and 5). Token and key come in sealed.

use serde_json::{Value, json};

use crate::context::Context;
use crate::refusal::{Code, Verdict};
use crate::store::app::{self, App};
use crate::store::callback::{self as store, Callback};
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry};

/// The event sets that an application can choose, the default first.
pub const EVENT_SETS: [&str; 3] = ["both", "current", "legacy"];

/// In which event sets a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// In all.
    Always,
    /// In `both` and `current`.
    Current,
    /// In `both` and `legacy`: the retired twin of a current type.
    Legacy,
}

/// Every event type with its set, in the order of the documentation. No others are sent.
pub const EVENT_TYPES: [(&str, Set); 31] = [
    ("user_insert", Set::Always),
    ("user_update", Set::Always),
    ("dept_add", Set::Always),
    ("add_customer", Set::Always),
    ("customer_update", Set::Always),
    ("history_add", Set::Always),
    ("add_moment", Set::Always),
    ("contact_add", Set::Current),
    ("contact_update", Set::Current),
    ("clue_add", Set::Legacy),
    ("clue_update", Set::Legacy),
    ("clue_history", Set::Always),
    ("progress_add", Set::Always),
    ("company_v2_add", Set::Current),
    ("company_v2_update", Set::Current),
    ("company_customer_add", Set::Current),
    ("company_add", Set::Legacy),
    ("company_update", Set::Legacy),
    ("add_company_user", Set::Legacy),
    ("company_delete", Set::Always),
    ("company_owner_change", Set::Always),
    ("opportunity_add", Set::Always),
    ("opportunity_update", Set::Always),
    ("opportunity_disuse", Set::Always),
    ("material_add", Set::Always),
    ("material_browse_add", Set::Always),
    ("group_chat_add", Set::Always),
    ("group_chat_update", Set::Always),
    ("group_chat_dismiss", Set::Always),
    ("tag_update_v2", Set::Current),
    ("tag_update", Set::Legacy),
];

/// Whether a text is an event type.
pub fn is_event_type(text: &str) -> bool {
    EVENT_TYPES.iter().any(|(event_type, _)| *event_type == text)
}

/// Whether an application with this event set and these types (none means all) gets an event. `object_type` is that
/// of the journal: for a WeCom friend (`customer`) `tag_update` is no twin but the only event.
pub fn takes(event_set: &str, event_types: &[String], event_type: &str, object_type: &str) -> bool {
    let wanted = event_types.is_empty() || event_types.iter().any(|wanted| wanted == event_type);
    let Some(&(_, set)) = EVENT_TYPES.iter().find(|(name, _)| *name == event_type) else { return false };
    let alone = event_type == "tag_update" && object_type == "customer";
    wanted && (alone || contains(event_set, set))
}

fn contains(event_set: &str, set: Set) -> bool {
    match set {
        Set::Always => true,
        Set::Current => event_set != "legacy",
        Set::Legacy => event_set != "current",
    }
}

/// What is said about the events that an application wants. What is not said stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// `both`, `current` or `legacy`.
    pub event_set: Option<String>,
    /// Event types; empty means all of the set.
    pub event_types: Option<Vec<String>>,
}

/// A place for events, verified before.
#[derive(Clone, Debug)]
pub struct Place {
    /// The URL.
    pub url: String,
    /// The Token, sealed.
    pub token_sealed: String,
    /// The `EncodingAESKey`, sealed.
    pub aes_key_sealed: String,
}

/// Checks what is said by itself: event set and types that exist (1013).
pub fn check(filter: &Filter) -> Verdict<()> {
    if let Some(set) = filter.event_set.as_ref().filter(|set| !EVENT_SETS.contains(&set.as_str())) {
        return Err(Code::BadValue.because(format!("no event set {set}; they are {}", EVENT_SETS.join(", "))));
    }
    let named = filter.event_types.iter().flatten();
    match named.into_iter().find(|named| EVENT_TYPES.iter().all(|(name, _)| name != named)) {
        Some(wrong) => Err(Code::BadValue.because(format!("no event type {wrong}"))),
        None => Ok(()),
    }
}

/// Sends the events of an application to a place from now on.
pub fn save(tx: &mut Tx<'_>, ctx: &Context, app: &App, place: &Place, filter: &Filter) -> Verdict<Callback> {
    let (app, old) = lock(tx, ctx, app)?;
    let was_on = old.as_ref().is_some_and(|old| is_on(app.enabled, &old.url));
    let base = match old {
        Some(old) => old,
        None => blank(ctx, &app, store::last_seq(tx, ctx.corp)?),
    };
    let new = Callback {
        url: place.url.clone(),
        token_sealed: place.token_sealed.clone(),
        aes_key_sealed: place.aes_key_sealed.clone(),
        ..base.clone()
    };
    finish(tx, ctx, &base, switched(filtered(new, filter)?, was_on, app.enabled, ctx.now), "app.set_callback")
}

/// Changes only which events are wanted. Without a URL: 1005.
pub fn set_filter(tx: &mut Tx<'_>, ctx: &Context, app: &App, filter: &Filter) -> Verdict<Callback> {
    match lock(tx, ctx, app)? {
        (_, Some(old)) if !old.url.is_empty() => {
            let new = filtered(old.clone(), filter)?;
            finish(tx, ctx, &old, new, "app.set_callback")
        }
        _ => Err(Code::Forbidden.because("the application has no callback URL yet")),
    }
}

/// Sends an application nothing any more; URL, Token and key are forgotten, which events it wants is not.
pub fn clear(tx: &mut Tx<'_>, ctx: &Context, app: &App) -> Verdict<Option<Callback>> {
    let (app, old) = lock(tx, ctx, app)?;
    let Some(old) = old.filter(|old| !old.url.is_empty()) else { return Ok(None) };
    let blank = String::new;
    let new = Callback { url: blank(), token_sealed: blank(), aes_key_sealed: blank(), ..old.clone() };
    let new = switched(new, app.enabled, app.enabled, ctx.now);
    finish(tx, ctx, &old, new, "app.clear_callback").map(Some)
}

/// Notes that an application is enabled or disabled: what happens in between is not for it.
pub(super) fn enabled(tx: &mut Tx<'_>, ctx: &Context, app: i64, was: bool, is: bool) -> Verdict<()> {
    let Some(old) = store::find(tx, ctx.corp, app)? else { return Ok(()) };
    let was_on = is_on(was, &old.url);
    let new = switched(old, was_on, is, ctx.now);
    store::set_interval(tx, ctx.corp, app, new.off_at, new.on_at)
}

/// The application and its settings as they are, once nobody else is changing them.
fn lock(tx: &mut Tx<'_>, ctx: &Context, app: &App) -> Verdict<(App, Option<Callback>)> {
    tx.lock(ctx.corp, &[LockKey::Object(app.id)])?;
    let app = app::find(tx, &app.app_id)?.ok_or_else(|| Code::NotFound.because("the application is gone"))?;
    let callback = store::find(tx, ctx.corp, app.id)?;
    Ok((app, callback))
}

/// The settings of an application that never had some: what happened so far is not for it.
fn blank(ctx: &Context, app: &App, last_seq: i64) -> Callback {
    Callback {
        corp: ctx.corp,
        app: app.id,
        url: String::new(),
        token_sealed: String::new(),
        aes_key_sealed: String::new(),
        event_set: "both".to_owned(),
        event_types: Vec::new(),
        queued_seq: last_seq,
        off_at: 0,
        on_at: i64::MAX,
        update_time: ctx.now,
    }
}

fn filtered(callback: Callback, filter: &Filter) -> Verdict<Callback> {
    check(filter)?;
    let event_set = filter.event_set.clone().unwrap_or(callback.event_set);
    let event_types = filter.event_types.clone().unwrap_or(callback.event_types);
    // `customer` has the widest choice: whoever gets nothing about it gets nothing at all.
    if EVENT_TYPES.iter().all(|(name, _)| !takes(&event_set, &event_types, name, "customer")) {
        let types = event_types.join(",");
        return Err(Code::BadValue.because(format!("none of {types} is in the event set {event_set}")));
    }
    Ok(Callback { event_set, event_types, ..callback })
}

fn is_on(enabled: bool, url: &str) -> bool {
    enabled && !url.is_empty()
}

/// Moves the interval in which events are not for the application, when it turns on or off.
fn switched(callback: Callback, was_on: bool, enabled: bool, now: i64) -> Callback {
    match (was_on, is_on(enabled, &callback.url)) {
        (false, true) => Callback { on_at: now, ..callback },
        (true, false) => Callback { off_at: now, on_at: i64::MAX, ..callback },
        _ => callback,
    }
}

fn finish(tx: &mut Tx<'_>, ctx: &Context, old: &Callback, new: Callback, action: &'static str) -> Verdict<Callback> {
    let new = Callback { update_time: ctx.now, ..new };
    store::put(tx, &new)?;
    let entry =
        Entry { object_type: "app", object_id: new.app, action, changes: changes(old, &new), events: Vec::new() };
    journal::record(tx, ctx, &[entry])?;
    Ok(new)
}

/// What changed. Of Token and key only that they did.
fn changes(old: &Callback, new: &Callback) -> Value {
    let mut changes = json!({});
    if old.url != new.url {
        changes["callback_url"] = json!([old.url, new.url]);
    }
    if (&old.token_sealed, &old.aes_key_sealed) != (&new.token_sealed, &new.aes_key_sealed) {
        changes["callback_secrets"] = json!(["", ""]);
    }
    if old.event_set != new.event_set {
        changes["event_set"] = json!([old.event_set, new.event_set]);
    }
    if old.event_types != new.event_types {
        changes["event_types"] = json!([old.event_types, new.event_types]);
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(event_set: &str, object_type: &str) -> Vec<&'static str> {
        let names = EVENT_TYPES.iter().map(|(name, _)| *name);
        names.filter(|name| takes(event_set, &[], name, object_type)).collect()
    }

    #[test]
    fn there_are_31_types_six_of_which_are_retired_twins() {
        let count = |set: Set| EVENT_TYPES.iter().filter(|(_, of)| *of == set).count();
        assert_eq!([Set::Always, Set::Current, Set::Legacy].map(count), [19, 6, 6]);
        assert_eq!(names("both", "contact").len(), 31);
    }

    #[test]
    fn an_event_set_leaves_out_the_twins_or_the_current_types() {
        let missing = |set, object| {
            let taken = names(set, object);
            EVENT_TYPES.iter().map(|(name, _)| *name).filter(|name| !taken.contains(name)).collect::<Vec<_>>()
        };
        let twins = ["clue_add", "clue_update", "company_add", "company_update", "add_company_user", "tag_update"];
        assert_eq!(missing("current", "contact"), twins);
        assert_eq!(missing("current", "customer"), twins[..5], "friends have no other tag event");
        let current = [
            "contact_add",
            "contact_update",
            "company_v2_add",
            "company_v2_update",
            "company_customer_add",
            "tag_update_v2",
        ];
        assert_eq!(missing("legacy", "contact"), current);
        assert_eq!(missing("legacy", "customer"), current);
    }

    #[test]
    fn a_list_of_types_narrows_the_set() {
        let types = ["contact_add".to_owned(), "clue_add".to_owned()];
        let taken = |set| {
            names(set, "contact").into_iter().filter(|name| takes(set, &types, name, "contact")).collect::<Vec<_>>()
        };
        assert_eq!(
            [taken("both"), taken("current"), taken("legacy")],
            [vec!["contact_add", "clue_add"], vec!["contact_add"], vec!["clue_add"]]
        );
        assert!(!takes("both", &[], "nonsense", "contact"));
    }

    #[test]
    fn a_wrong_filter_is_refused_with_the_reason() {
        let filter = |set: &str, types: &[&str]| Filter {
            event_set: Some(set.to_owned()),
            event_types: Some(types.iter().map(|&name| name.to_owned()).collect()),
        };
        assert!(check(&filter("current", &["contact_add", "clue_add"])).is_ok());
        for (wrong, part) in [
            (filter("new", &[]), "no event set new; they are both, current, legacy"),
            (filter("both", &["contact_add", "contact_remove"]), "no event type contact_remove"),
        ] {
            let refusal = check(&wrong).expect_err(part);
            assert_eq!((refusal.code(), refusal.message().contains(part)), (Code::BadValue, true), "{refusal}");
        }
    }

    #[test]
    fn switching_off_and_on_moves_the_interval_that_is_left_out() {
        let off = Callback {
            corp: 1,
            app: 1,
            url: "http://a/".to_owned(),
            token_sealed: String::new(),
            aes_key_sealed: String::new(),
            event_set: "both".to_owned(),
            event_types: Vec::new(),
            queued_seq: 0,
            off_at: 0,
            on_at: i64::MAX,
            update_time: 0,
        };
        let interval = |callback: &Callback| (callback.off_at, callback.on_at);
        let on = switched(off.clone(), false, true, 10);
        assert_eq!(interval(&on), (0, 10), "from the beginning to now");
        assert_eq!(interval(&switched(on.clone(), true, true, 20)), (0, 10), "nothing was switched");
        let off_again = switched(on, true, false, 30);
        assert_eq!(interval(&off_again), (30, i64::MAX));
        assert_eq!(interval(&switched(off_again.clone(), false, false, 40)), (30, i64::MAX));
        assert_eq!(interval(&switched(off_again, false, true, 50)), (30, 50));
        assert_eq!(interval(&switched(off, false, false, 60)), (0, i64::MAX), "a URL for a disabled application");
    }
}
