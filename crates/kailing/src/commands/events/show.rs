//! One event: its payload, and every attempt to deliver it.

use kailing_core::store::app::App;
use kailing_core::store::callback::Callback;
use kailing_core::store::event::deliveries::{self, Attempt, Delivery, State};
use kailing_core::store::event::{self, Event};
use serde_json::Value;

use super::choice::{number, unknown};
use super::told::{AttemptDocument, Scene, Told, tell};
use super::when::{shown, shown_with_zone, stretch};
use crate::failure::Failure;
use crate::house::House;
use crate::output;

/// What is known of an event at one application.
struct Fate {
    delivery: Delivery,
    attempts: Vec<Attempt>,
    /// The first event of the same object that is pending there.
    first_pending: Option<i64>,
}

/// Shows the event that is named by its number or its id.
pub(super) fn run(house: &House, scene: &Scene, named: &str, json: bool) -> Result<(), Failure> {
    let (corp, apps) = (scene.tenant.corp, scene.receivers());
    let seq = number(house, corp, named)?.ok_or_else(|| unknown(named))?;
    let found = house.read(move |tx| {
        let Some(event) = event::find(tx, corp, seq)? else { return Ok(None) };
        let object = event.object_id;
        let Some(told) = tell(tx, corp, &apps, vec![event])?.pop() else { return Ok(None) };
        let mut fates = Vec::new();
        for delivery in told.deliveries.clone() {
            let attempts = deliveries::attempts(tx, corp, delivery.app, seq)?;
            let first_pending = deliveries::first_pending(tx, corp, delivery.app, object)?;
            fates.push(Fate { attempts: complete(attempts, &delivery), delivery, first_pending });
        }
        Ok(Some((told, fates)))
    })?;
    let (told, fates) = found.ok_or_else(|| unknown(named))?;
    if json { print_json(scene, &told, fates) } else { print(scene, &told, &fates) }
}

/// Adds the last attempt, which is listed only if it failed or was made by hand.
fn complete(mut attempts: Vec<Attempt>, delivery: &Delivery) -> Vec<Attempt> {
    let listed = attempts.last().map_or(0, |attempt| attempt.number);
    if delivery.attempts > listed {
        let Delivery { attempts: number, last_at, took, outcome, .. } = delivery.clone();
        attempts.push(Attempt { number, at: last_at, took, outcome });
    }
    attempts
}

fn print_json(scene: &Scene, told: &Told, fates: Vec<Fate>) -> Result<(), Failure> {
    let mut document = told.document(scene);
    for (delivery, fate) in document.deliveries.iter_mut().zip(fates) {
        let attempt = |Attempt { number, at, took, outcome }| AttemptDocument { number, at, took_ms: took, outcome };
        delivery.attempt_list = Some(fate.attempts.into_iter().map(attempt).collect());
    }
    Ok(output::line(serde_json::to_string(&document).unwrap_or_default())?)
}

fn print(scene: &Scene, told: &Told, fates: &[Fate]) -> Result<(), Failure> {
    let event = &told.event;
    let row = |name: &str, value: &str| output::line(format!("{name:<12}{value}").trim_end());
    row("seq", &event.seq.to_string())?;
    row("event_id", &event.event_id)?;
    row("type", &event.kind)?;
    row("time", &shown_with_zone(event.at, &scene.tenant.time_zone))?;
    row("object", &format!("{} {}", event.object_type, told.object))?;
    row("actor", &actor(scene, event))?;
    row("request_id", &event.request_id)?;
    output::line("")?;
    output::line(pretty(&event.payload))?;
    for (app, place) in scene.apps.iter().filter(|(app, _)| scene.app.as_ref().is_none_or(|one| one.id == app.id)) {
        let fate = fates.iter().find(|fate| fate.delivery.app == app.id);
        if fate.is_none() && place.is_none() && scene.app.is_none() {
            continue;
        }
        output::line("")?;
        print_fate(scene, app, place.as_ref(), fate, event.seq)?;
    }
    Ok(())
}

fn print_fate(
    scene: &Scene,
    app: &App,
    place: Option<&Callback>,
    fate: Option<&Fate>,
    seq: i64,
) -> Result<(), Failure> {
    let Some(fate) = fate else {
        return Ok(output::line(format!("{} ({}): {}", app.name, app.app_id, why_nothing(place, seq)))?);
    };
    let Delivery { state, attempts, .. } = &fate.delivery;
    let count = match attempts {
        0 => "not tried yet".to_owned(),
        1 => "1 attempt".to_owned(),
        n => format!("{n} attempts"),
    };
    output::line(format!("{} ({}): {}, {count}", app.name, app.app_id, state.name()))?;
    for attempt in &fate.attempts {
        let at = shown(attempt.at, &scene.tenant.time_zone);
        output::line(format!("{:>4}  {at}  {:>6} ms  {}", attempt.number, attempt.took, attempt.outcome))?;
    }
    if let Some(next) = next(scene, app, place, fate, seq) {
        output::line(format!("      {next}"))?;
    }
    Ok(())
}

/// Why an application has no delivery of an event.
fn why_nothing(place: Option<&Callback>, seq: i64) -> &'static str {
    match place {
        None => "it has no callback URL",
        Some(place) if place.queued_seq < seq => "about to be queued, if it wants the event",
        Some(_) => "it does not want the event, could not get any at that time, or the delivery was forgotten",
    }
}

/// When it goes on, if it does.
fn next(scene: &Scene, app: &App, place: Option<&Callback>, fate: &Fate, seq: i64) -> Option<String> {
    if fate.delivery.state != State::Pending {
        return None;
    }
    let off = match place {
        _ if !app.enabled => Some("the application is disabled; its events wait"),
        Some(place) if !place.url.is_empty() => None,
        _ => Some("the application has no callback URL; its events wait"),
    };
    let now = kailing_api::clock::Clock::System.now();
    match (off, fate.delivery.next_at) {
        (Some(off), _) => Some(off.to_owned()),
        (None, Some(at)) if at <= now => Some("next attempt as soon as possible".to_owned()),
        (None, Some(at)) => {
            let shown = shown(at, &scene.tenant.time_zone);
            Some(format!("next attempt at {shown}, in {}", stretch(at - now)))
        }
        (None, None) => match fate.first_pending.filter(|first| *first < seq) {
            Some(first) => Some(format!("waits for event {first} of the same object")),
            None => Some("next attempt as soon as possible".to_owned()),
        },
    }
}

fn actor(scene: &Scene, event: &Event) -> String {
    let app = scene.apps.iter().map(|(app, _)| app).find(|app| app.app_id == event.actor);
    app.map_or_else(|| event.actor.clone(), |app| format!("{} ({})", app.name, app.app_id))
}

/// The payload with a line for each member.
fn pretty(payload: &str) -> String {
    let value: Option<Value> = serde_json::from_str(payload).ok();
    value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| payload.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attempt_that_succeeded_is_listed_too() {
        let delivery = Delivery {
            app: 1,
            seq: 1,
            state: State::Delivered,
            attempts: 2,
            first_at: 5,
            last_at: 9,
            next_at: None,
            took: 3,
            outcome: "delivered".to_owned(),
        };
        let failed = Attempt { number: 1, at: 5, took: 2, outcome: "answered 500".to_owned() };
        let listed = complete(vec![failed.clone()], &delivery);
        let last = Attempt { number: 2, at: 9, took: 3, outcome: "delivered".to_owned() };
        assert_eq!(listed, [failed, last.clone()]);
        assert_eq!(complete(listed.clone(), &delivery), listed, "no attempt is listed twice");
        assert_eq!(complete(Vec::new(), &Delivery { attempts: 0, ..delivery }), []);
    }
}
