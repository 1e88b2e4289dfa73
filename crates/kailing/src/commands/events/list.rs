//! The list of events, and what comes after it.

use std::time::Duration;

use clap::Args;
use kailing_core::domain::callback::takes;
use kailing_core::refusal::Verdict;
use kailing_core::store::callback::last_seq;
use kailing_core::store::db::Db;
use kailing_core::store::event::{Order, Span};

use super::choice::{Choice, Chosen};
use super::told::{self, Scene, Told};
use crate::failure::Failure;
use crate::house::House;
use crate::{output, signals};

/// Events that are shown unless told otherwise, and at most.
const LIMIT: (usize, usize) = (50, 100_000);

/// Events that are read at a time.
const PAGE: usize = 500;

/// Time between two looks for new events.
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Args)]
pub(crate) struct Extent {
    /// Most events to show, the newest ones, from 1 to 100000 [default: 50]
    #[arg(long, value_name = "N", value_parser = limit)]
    limit: Option<usize>,
    /// Go on with events as they happen, until Ctrl-C
    #[arg(long)]
    follow: bool,
}

impl Extent {
    /// Whether anything was said.
    pub(super) fn is_given(&self) -> bool {
        self.limit.is_some() || self.follow
    }

    /// Whether it goes together with a choice of events.
    pub(super) fn check(&self, choice: &Choice) -> Result<(), Failure> {
        match choice.end().filter(|_| self.follow) {
            Some(end) => {
                Err(Failure::input(format!("--follow shows events as they happen and does not go with {end}")))
            }
            None => Ok(()),
        }
    }
}

fn limit(text: &str) -> Result<usize, String> {
    let limit = text.parse().ok().filter(|limit| (1..=LIMIT.1).contains(limit));
    limit.ok_or_else(|| format!("it takes a number from 1 to {}", LIMIT.1))
}

/// Prints the newest events that were chosen, the newest last, and follows them if wanted.
pub(super) fn run(house: &House, scene: &Scene, choice: &Choice, extent: &Extent, json: bool) -> Result<(), Failure> {
    let queued = scene.app.as_ref().map(|app| vec![app.id]);
    let mut chosen = choice.resolve(house, scene, queued)?;
    let end = chosen.span.up_to;
    chosen.span.after = begin(house, scene, &chosen, extent.limit.unwrap_or(LIMIT.0))?;
    if !json && !output::offer(told::header())? {
        return Ok(());
    }
    let (corp, apps) = (scene.tenant.corp, scene.receivers());
    while !chosen.span.is_empty() {
        let (apps, wanted) = (apps.clone(), chosen.clone());
        let (told, page) = house.read(move |tx| told::page(tx, corp, &apps, &wanted, Order::Ascending, PAGE))?;
        chosen.span = page.rest;
        if !print(&told, scene, json)? {
            return Ok(());
        }
    }
    if extent.follow { follow(&house.db, scene, chosen, end, json) } else { Ok(()) }
}

/// The number behind which the newest `limit` events are.
fn begin(house: &House, scene: &Scene, chosen: &Chosen, limit: usize) -> Result<i64, Failure> {
    let (corp, mut chosen, mut left) = (scene.tenant.corp, chosen.clone(), limit);
    while !chosen.span.is_empty() {
        let (wanted, want) = (chosen.clone(), left.min(PAGE));
        let (seqs, rest) = house.read(move |tx| {
            let page =
                kailing_core::store::event::page(tx, corp, &wanted.filter, wanted.span, Order::Descending, want)?;
            Ok((page.events.iter().map(|event| event.seq).collect::<Vec<_>>(), page.rest))
        })?;
        left -= seqs.len();
        if let (0, Some(oldest)) = (left, seqs.last()) {
            return Ok(oldest - 1);
        }
        chosen.span = rest;
    }
    Ok(chosen.span.after)
}

/// Prints events as they come. Ends with Ctrl-C, or when nobody reads any more.
fn follow(db: &Db, scene: &Scene, mut chosen: Chosen, after: i64, json: bool) -> Result<(), Failure> {
    // Whether an event is for an application is decided a moment after it happened; here it is foreseen.
    chosen.filter.queued = None;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut stop = std::pin::pin!(signals::stop()?);
        let mut after = after;
        loop {
            tokio::select! {
                () = &mut stop => return Ok(()),
                () = tokio::time::sleep(PAUSE) => {}
            }
            let (told, seen) = news(db, scene, chosen.clone(), after).await?;
            after = seen;
            if !print(&told, scene, json)? || !output::is_read() {
                return Ok(());
            }
        }
    })
}

/// What was chosen of the events behind a number, and how far that is.
async fn news(db: &Db, scene: &Scene, mut chosen: Chosen, after: i64) -> Verdict<(Vec<Told>, i64)> {
    let (corp, apps) = (scene.tenant.corp, scene.receivers());
    let last = db.get(move |tx| last_seq(tx, corp)).await?;
    let (mut told, mut rest) = (Vec::new(), Span { after, up_to: last });
    while !rest.is_empty() {
        chosen.span = rest;
        let (apps, wanted) = (apps.clone(), chosen.clone());
        let (some, page) = db.read(move |tx| told::page(tx, corp, &apps, &wanted, Order::Ascending, PAGE)).await?;
        told.extend(some.into_iter().filter(|told| is_for(scene, told)));
        rest = page.rest;
    }
    Ok((told, last.max(after)))
}

/// Whether the application that was named, if one was, will get an event.
fn is_for(scene: &Scene, told: &Told) -> bool {
    let Some(app) = &scene.app else { return true };
    let place = scene.apps.iter().find(|(other, _)| other.id == app.id).and_then(|(_, place)| place.as_ref());
    let event = &told.event;
    place.is_some_and(|place| takes(&place.event_set, &place.event_types, &event.kind, &event.object_type))
}

/// Whether somebody still reads.
fn print(told: &[Told], scene: &Scene, json: bool) -> Result<bool, Failure> {
    for told in told {
        if !output::offer(if json { told.json(scene) } else { told.row(scene) })? {
            return Ok(false);
        }
    }
    Ok(true)
}
