//! `kailing demo`: a demo tenant, always the same for one seed.

use clap::Args;
use kailing_core::demo::{Outcome, Plan};
use serde_json::json;

use crate::cli::Place;
use crate::failure::Failure;
use crate::house::{House, Missing};
use crate::{filling, node, output, signals};

pub(crate) const EXAMPLES: &str = "\
Examples:
  kailing demo --contacts 100000
  kailing demo --database sqlite:big.db --contacts 1000000 --seed 7 --json
  kailing demo --add --seed 8                      a further tenant beside the first";

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// Number of contacts, up to 10,000,000
    #[arg(long, default_value_t = 1_000, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=10_000_000))]
    contacts: u64,
    /// The same seed gives the same ids and texts
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// Add a tenant to a database that holds one already
    #[arg(long)]
    add: bool,
    /// Print one line of JSON: `corp_id`, `app_id`, `app_secret`, contacts
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: Options) -> Result<(), Failure> {
    let house = House::open(options.place, Missing::Create)?;
    let cursor_key = node::random_key()?;
    let plan = Plan { contacts: options.contacts, seed: options.seed, add: options.add, cursor_key };
    let made = signals::stop_flag().and_then(|stop| filling::fill(&house.db, &plan, &stop));
    house.close();
    show(&made?, &plan, options.json)
}

fn show(made: &Outcome, plan: &Plan, json: bool) -> Result<(), Failure> {
    let Outcome { corp_id, app_id, app_secret, contacts } = made;
    if json {
        let document = json!({ "corp_id": corp_id, "app_id": app_id, "app_secret": app_secret, "contacts": contacts });
        output::line(document.to_string())?;
    } else {
        output::line(format!("corp_id     {corp_id}\napp_id      {app_id}\napp_secret  {app_secret}"))?;
        output::line(format!("contacts    {contacts}"))?;
    }
    if *contacts < plan.contacts {
        return Err(Failure::runtime(format!("stopped; {contacts} of {} contacts are stored", plan.contacts)));
    }
    Ok(())
}
