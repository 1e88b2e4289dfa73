//! `kailing tenant`: the tenants of the database and their settings.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kailing_core::context::Tenant;
use kailing_core::domain::corp as rules;
use serde_json::{Value, json};

use crate::cli::Place;
use crate::failure::Failure;
use crate::house::{House, Missing};
use crate::output;

pub(crate) const EXAMPLES: &str = "\
Examples:
  kailing tenant list
  kailing tenant show --json
  kailing tenant set duplicate-policy refuse      contact ways that exist already are refused (1002) instead of flagged
  kailing tenant set multi-process on             several opportunity pipelines
  kailing tenant set time-zone Asia/Shanghai      where days begin and end
  kailing tenant set public-base-url https://crm.example.com
  kailing tenant set name 开瓴

A change takes effect in running servers within a second.";

#[derive(Args)]
pub(crate) struct Options {
    /// Settings file
    #[arg(long, value_name = "FILE", env = "KAILING_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// The database, as for `kailing serve`
    #[arg(long, value_name = "URL", global = true)]
    database: Option<String>,
    /// The tenant, needed when there are several
    #[arg(long, value_name = "CORP_ID", global = true)]
    tenant: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List the tenants
    List,
    /// Show one tenant with its settings
    Show,
    /// Change a setting: name, duplicate-policy, multi-process, time-zone, public-base-url
    Set {
        /// The setting
        key: String,
        /// Its new value
        value: String,
    },
}

pub(crate) fn run(options: Options) -> Result<(), Failure> {
    if let Verb::Set { key, .. } = &options.verb
        && !rules::SETTINGS.contains(&key.as_str())
    {
        return Err(Failure::input(format!("no setting {key}; they are {}", rules::SETTINGS.join(", "))));
    }
    let house = House::open(Place::new(options.config, options.database), Missing::Refuse)?;
    let outcome = perform(&house, options.verb, options.tenant.as_deref(), options.json);
    house.close();
    outcome
}

fn perform(house: &House, verb: Verb, tenant: Option<&str>, json: bool) -> Result<(), Failure> {
    match verb {
        Verb::List => list(&house.tenants()?, json),
        Verb::Show => show(&house.tenant(tenant)?, json),
        Verb::Set { key, value } => {
            let tenant = house.tenant(tenant)?;
            rules::with(&tenant, &key, &value).map_err(|refusal| Failure::input(refusal.message()))?;
            show(&house.write(tenant, move |tx, ctx| rules::set(tx, ctx, &key, &value))?, json)
        }
    }
}

fn list(tenants: &[Tenant], json: bool) -> Result<(), Failure> {
    if json {
        return Ok(output::line(tenants.iter().map(document).collect::<Value>().to_string())?);
    }
    let rows: Vec<Vec<String>> =
        tenants.iter().map(|tenant| vec![tenant.wire_id.clone(), tenant.name.clone()]).collect();
    Ok(output::table(&["CORP_ID", "NAME"], &rows)?)
}

fn show(tenant: &Tenant, json: bool) -> Result<(), Failure> {
    if json {
        return Ok(output::line(document(tenant).to_string())?);
    }
    output::line(format!("{:<18}{}", "corp-id", tenant.wire_id))?;
    for key in rules::SETTINGS {
        output::line(format!("{key:<18}{}", rules::get(tenant, key).unwrap_or_default()).trim_end())?;
    }
    Ok(())
}

fn document(tenant: &Tenant) -> Value {
    let mut document = json!({ "corp_id": tenant.wire_id });
    for key in rules::SETTINGS {
        document[key.replace('-', "_")] = rules::get(tenant, key).into();
    }
    document
}
