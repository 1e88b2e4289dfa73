//! `kailing events`: the callback events of a tenant, what became of them, and sending them again.

mod choice;
mod list;
mod send;
mod show;
mod told;
mod when;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::config::{self, Given, GivenDatabase, Settings};
use crate::failure::Failure;
use crate::house::{House, Missing};
use choice::Choice;
use told::Scene;

pub(crate) const EXAMPLES: &str = "\
Examples:
  kailing events                                          the newest events, and how far each application has got
  kailing events --since 2h --type contact_add,clue_add
  kailing events --state exhausted --app wloa0123456789abcdef0123456789abcdef
  kailing events --object XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ --json
  kailing events --follow                                 live, until Ctrl-C
  kailing events show 42                                  the payload and every attempt
  kailing events send --app wloa0123456789abcdef0123456789abcdef --state exhausted --rate 50/s
  kailing events send --seq 100..200 --to http://127.0.0.1:9000/ --token T --aes-key K

TIME is 30s, 15m, 2h, 7d (ago), or 2026-11-02, 2026-11-02T10:30 in the zone of the tenant, or a time with a zone, or
epoch milliseconds. docs/callbacks.md tells what events are and how they are delivered.";

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    shared: Shared,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    extent: list::Extent,
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// Options that may stand before or after the verb.
#[derive(Args)]
struct Shared {
    /// Settings file
    #[arg(long, value_name = "FILE", env = "KAILING_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// The database, as for `kailing serve`
    #[arg(long, value_name = "URL", global = true)]
    database: Option<String>,
    /// The tenant, needed when there are several
    #[arg(long, value_name = "CORP_ID", global = true)]
    tenant: Option<String>,
    /// Only events for this application; with `send`: the application to send to
    #[arg(long, value_name = "APP_ID", global = true)]
    app: Option<String>,
    /// Print one JSON object a line
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// Show one event with its payload and every attempt to deliver it
    Show {
        /// The number or the id of the event
        #[arg(value_name = "SEQ|EVENT_ID")]
        event: String,
    },
    /// Send events again: to the URL of an application (--app), or anywhere else (--to)
    Send(Box<send::Options>),
}

pub(crate) fn run(options: Options) -> Result<(), Failure> {
    let Options { shared, choice, extent, verb } = options;
    check(&choice, &extent, verb.as_ref())?;
    let Shared { config, database, tenant, app, json } = shared;
    let settings = settings(config.as_deref(), database, verb.as_ref())?;
    let house = House::with(&settings, Missing::Refuse)?;
    let outcome = Scene::new(&house, tenant.as_deref(), app.as_deref()).and_then(|scene| match verb {
        None => list::run(&house, &scene, &choice, &extent, json),
        Some(Verb::Show { event }) => show::run(&house, &scene, &event, json),
        Some(Verb::Send(options)) => send::run(&house, &settings, &scene, &choice, &options, json),
    });
    house.close();
    outcome
}

fn settings(file: Option<&Path>, database: Option<String>, verb: Option<&Verb>) -> Result<Settings, Failure> {
    let mut given = Given::from(GivenDatabase { database });
    if let Some(Verb::Send(options)) = verb {
        given.profile = options.profile;
        given.reach = options.reach.clone();
    }
    Ok(config::load(file, given)?.settings)
}

fn check(choice: &Choice, extent: &list::Extent, verb: Option<&Verb>) -> Result<(), Failure> {
    match verb {
        None => extent.check(choice),
        Some(_) if extent.is_given() => Err(Failure::input("--follow and --limit are for the list of events only")),
        Some(Verb::Show { .. }) if choice.is_given() => {
            Err(Failure::input("`show` takes one event by its number or id, and nothing that chooses among many"))
        }
        Some(Verb::Send(_)) if !choice.is_given() => Err(Failure::input(
            "which events? Choose them with --ids, --seq, --since, --until, --type, --object or --state",
        )),
        Some(_) => Ok(()),
    }
}
