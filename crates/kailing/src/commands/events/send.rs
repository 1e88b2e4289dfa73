//! Events sent again by hand: to the URL of an application, where each attempt is recorded, or anywhere else.

mod pace;
mod receiver;
mod work;

use std::collections::VecDeque;
use std::io::{self, BufRead as _, IsTerminal as _};

use clap::Args;
use kailing_core::store::event::{self, Order};
use serde_json::json;

use super::choice::{Choice, Chosen};
use super::told::{self, Scene};
use crate::config::{GivenReach, Settings};
use crate::failure::Failure;
use crate::house::House;
use crate::output;
use crate::values::Profile;
use pace::Rate;
use receiver::Receiver;
use work::Outcome;

/// Events that are read at a time.
const PAGE: usize = 500;

/// Failures that are shown to people.
const SHOWN: usize = 20;

#[derive(Args)]
pub(crate) struct Options {
    /// Send to this URL instead of that of an application; nothing is recorded
    #[arg(long, value_name = "URL", requires = "token", requires = "aes_key")]
    to: Option<String>,
    /// Token for --to: 16 to 32 letters and digits
    #[arg(long, value_name = "TOKEN", requires = "to")]
    token: Option<String>,
    /// `EncodingAESKey` for --to: 43 letters and digits
    #[arg(long, value_name = "KEY", requires = "to")]
    aes_key: Option<String>,
    /// The application that events are addressed to with --to, needed when there are several
    #[arg(long = "as", value_name = "APP_ID", requires = "to")]
    addressed: Option<String>,
    /// So many at most: 50/s, 30/m
    #[arg(long, value_name = "N/s")]
    rate: Option<Rate>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// List the events and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Time limit of an attempt: 5 s, or 1 s as in the original service [default: open]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "open|strict")]
    pub(super) profile: Option<Profile>,
    #[command(flatten)]
    pub(super) reach: GivenReach,
}

/// What is to be sent, in the order of sending.
struct Plan {
    seqs: VecDeque<i64>,
    /// Events that were chosen, but that the application does not want.
    unwanted: usize,
}

/// Sends the events that were chosen.
pub(super) fn run(
    house: &House,
    settings: &Settings,
    scene: &Scene,
    choice: &Choice,
    options: &Options,
    json: bool,
) -> Result<(), Failure> {
    let receiver = Receiver::find(settings, scene, options)?;
    let chosen = choice.resolve(house, scene, None)?;
    let plan = plan(house, scene, &receiver, chosen)?;
    if options.dry_run {
        return rehearse(house, scene, &plan, &receiver, json);
    }
    let total = plan.seqs.len();
    if !json {
        output::complain(announcement(&plan, &receiver));
    }
    if total > 0 && !options.yes && !agreed()? {
        return Err(Failure::runtime("nothing was sent"));
    }
    let outcome = work::run(house.db.clone(), scene.tenant.corp, plan.seqs, receiver, options.rate)?;
    report(&outcome, total, json)
}

/// The numbers of what was chosen and is wanted.
fn plan(house: &House, scene: &Scene, receiver: &Receiver, mut chosen: Chosen) -> Result<Plan, Failure> {
    let (corp, mut plan) = (scene.tenant.corp, Plan { seqs: VecDeque::new(), unwanted: 0 });
    while !chosen.span.is_empty() {
        let wanted = chosen.clone();
        let page = house.read(move |tx| event::page(tx, corp, &wanted.filter, wanted.span, Order::Ascending, PAGE))?;
        for event in &page.events {
            if receiver.wants(event) {
                plan.seqs.push_back(event.seq);
            } else {
                plan.unwanted += 1;
            }
        }
        chosen.span = page.rest;
    }
    Ok(plan)
}

fn announcement(plan: &Plan, receiver: &Receiver) -> String {
    let left_out = match plan.unwanted {
        0 => String::new(),
        n => format!("; {n} more are not among those that the application wants"),
    };
    format!("{} to {}{left_out}", events(plan.seqs.len()), receiver.url())
}

fn events(n: usize) -> String {
    if n == 1 { "1 event".to_owned() } else { format!("{n} events") }
}

/// Asks, where there is somebody to ask.
fn agreed() -> Result<bool, Failure> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(true);
    }
    output::complain("Send them? [y/N]");
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Lists what would be sent.
fn rehearse(house: &House, scene: &Scene, plan: &Plan, receiver: &Receiver, json: bool) -> Result<(), Failure> {
    let (corp, apps) = (scene.tenant.corp, scene.receivers());
    if !json {
        output::line(told::header())?;
    }
    let seqs: Vec<i64> = plan.seqs.iter().copied().collect();
    for piece in seqs.chunks(PAGE) {
        let (apps, chosen) = (apps.clone(), Chosen::numbers(piece));
        let (told, _) = house.read(move |tx| told::page(tx, corp, &apps, &chosen, Order::Ascending, PAGE))?;
        for told in &told {
            if !output::offer(if json { told.json(scene) } else { told.row(scene) })? {
                return Ok(());
            }
        }
    }
    output::complain(format!("nothing was sent; it would be {}", announcement(plan, receiver)));
    Ok(())
}

/// Says what became of it. Whatever was not delivered makes the command fail.
fn report(outcome: &Outcome, total: usize, json: bool) -> Result<(), Failure> {
    let Outcome { delivered, failures, failed, unsent } = outcome;
    if json {
        let failures: Vec<_> = failures
            .iter()
            .map(|failure| json!({ "seq": failure.seq, "event_id": failure.event_id, "outcome": failure.outcome }))
            .collect();
        let summary = json!({ "events": total, "delivered": delivered, "failed": failed, "unsent": unsent,
                              "failures": failures });
        output::line(summary.to_string())?;
    } else {
        output::line(format!("{} of {} delivered", delivered, events(total)))?;
        for failure in failures.iter().take(SHOWN) {
            output::line(format!("{:>8}  {:<20}  {}", failure.seq, failure.kind, failure.outcome))?;
        }
        if *failed > SHOWN {
            output::line(format!("          and {} more", failed - SHOWN))?;
        }
    }
    match (failed, unsent) {
        (0, 0) => Ok(()),
        (0, unsent) => Err(Failure::runtime(format!("stopped: {} not sent", events(*unsent)))),
        (failed, 0) => Err(Failure::runtime(format!("{} not delivered", events(*failed)))),
        (failed, unsent) => {
            Err(Failure::runtime(format!("stopped: {} not delivered, {unsent} not sent", events(*failed))))
        }
    }
}
