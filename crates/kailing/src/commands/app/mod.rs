//! `kailing app`: the applications that may call the API, and where they receive events.

mod callback;
mod show;

use std::path::Path;

use clap::{Args, Subcommand};
use kailing_core::context::Tenant;
use kailing_core::domain::{app as rules, callback as callbacks, corp};
use kailing_core::store;
use kailing_core::store::app::App;
use kailing_core::store::db::Tx;

use crate::config::{self, Given, GivenDatabase, Settings};
use crate::failure::Failure;
use crate::house::{House, Missing};
use crate::values::network;

pub(crate) const EXAMPLES: &str = "\
Examples:
  kailing app create --name crm-sync
  kailing app create --name report --scopes contact.read,tag.read --allow-ip 10.0.0.0/8 --json
  kailing app list
  kailing app --app wloa0123456789abcdef0123456789abcdef rotate-secret
  kailing app set-scopes --app wloa0123456789abcdef0123456789abcdef --scopes all
  kailing app set-callback --app wloa0123456789abcdef0123456789abcdef --url https://example.com/hook \\
      --token WlTestToken1234567890 --aes-key abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG
  kailing app set-callback --app wloa0123456789abcdef0123456789abcdef --event-set current \\
      --event-types contact_add,contact_update

A change takes effect in running servers within a second. set-callback asks the URL to prove that it can decrypt, and
saves only when it does.";

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Shared,
    #[command(subcommand)]
    verb: Verb,
}

/// Options that may stand before or after the verb.
#[derive(Args)]
struct Shared {
    /// Settings file
    #[arg(long, value_name = "FILE", env = "KAILING_CONFIG", global = true)]
    config: Option<std::path::PathBuf>,
    /// The database, as for `kailing serve`
    #[arg(long, value_name = "URL", global = true)]
    database: Option<String>,
    /// The application
    #[arg(long = "app", value_name = "APP_ID", global = true)]
    app: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// Make an application and print its credentials; the secret is never shown again
    Create {
        /// Display name
        #[arg(long)]
        name: String,
        /// Its tenant, needed when there are several; the first tenant is made when there is none
        #[arg(long, value_name = "CORP_ID")]
        tenant: Option<String>,
        #[command(flatten)]
        scopes: Scopes,
        #[command(flatten)]
        addresses: Addresses,
    },
    /// List the applications
    List,
    /// Show one application
    Show,
    /// Replace the secret; the old one and all tokens are worthless at once
    RotateSecret,
    /// Refuse the calls of an application
    Disable,
    /// Accept them again
    Enable,
    /// Replace the scopes
    SetScopes(Scopes),
    /// Replace the addresses it may call from
    SetAllowIp(Addresses),
    /// Say where it receives events, and which
    SetCallback(callback::Options),
    /// Send it no events any more; URL, Token and key are forgotten
    ClearCallback,
}

#[derive(Args, Clone)]
struct Scopes {
    /// Scopes such as contact.read,contact.write, or all
    #[arg(long, value_name = "A,B", value_delimiter = ',', default_value = "all", value_parser = scope)]
    scopes: Vec<String>,
}

impl Scopes {
    fn list(self) -> Vec<String> {
        if self.scopes.iter().any(|scope| scope == "all") { Vec::new() } else { self.scopes }
    }
}

#[derive(Args, Clone)]
struct Addresses {
    /// Address or block of addresses it may call from; may be given several times, none means any
    #[arg(long = "allow-ip", value_name = "CIDR", value_delimiter = ',', num_args = 1.., value_parser = address)]
    allow_ip: Vec<String>,
}

pub(crate) fn run(options: Options) -> Result<(), Failure> {
    let Options { place: Shared { config, database, app, json }, verb } = options;
    let missing = if matches!(verb, Verb::Create { .. }) { Missing::Create } else { Missing::Refuse };
    let needs_app = !matches!(verb, Verb::Create { .. } | Verb::List);
    if needs_app && app.is_none() {
        return Err(Failure::input("which application? Name it with --app; `kailing app list` shows them"));
    }
    let settings = settings(config.as_deref(), database, &verb)?;
    let house = House::with(&settings, missing)?;
    let outcome = perform(&house, &settings, verb, app.as_deref().unwrap_or_default(), json);
    house.close();
    outcome
}

fn settings(file: Option<&Path>, database: Option<String>, verb: &Verb) -> Result<Settings, Failure> {
    let mut given = Given::from(GivenDatabase { database });
    if let Verb::SetCallback(options) = verb {
        given.profile = options.profile;
        given.reach = options.reach.clone();
    }
    Ok(config::load(file, given)?.settings)
}

fn perform(house: &House, settings: &Settings, verb: Verb, app: &str, json: bool) -> Result<(), Failure> {
    match verb {
        Verb::Create { name, tenant, scopes, addresses } => {
            let draft = rules::Draft { name: sane_name(name)?, scopes: scopes.list(), allow_ips: addresses.allow_ip };
            create(house, tenant.as_deref(), draft, json)
        }
        Verb::List => show::all(house, json),
        Verb::Show => show::one(house, &find(house, app)?.1, None, json),
        Verb::RotateSecret => {
            let (tenant, app) = find(house, app)?;
            let (app, secret) = house.write(tenant, move |tx, ctx| rules::rotate_secret(tx, ctx, app.clone()))?;
            show::one(house, &app, Some(&secret), json)
        }
        Verb::Disable => change(house, app, json, |tx, ctx, app| rules::set_enabled(tx, ctx, app, false)),
        Verb::Enable => change(house, app, json, |tx, ctx, app| rules::set_enabled(tx, ctx, app, true)),
        Verb::SetScopes(scopes) => {
            let scopes = scopes.list();
            change(house, app, json, move |tx, ctx, app| rules::set_scopes(tx, ctx, app, scopes.clone()))
        }
        Verb::SetAllowIp(addresses) => {
            let list = addresses.allow_ip;
            change(house, app, json, move |tx, ctx, app| rules::set_allow_ips(tx, ctx, app, list.clone()))
        }
        Verb::SetCallback(options) => {
            let (tenant, app) = find(house, app)?;
            callback::set(house, settings, tenant, &app, options)?;
            show::one(house, &app, None, json)
        }
        Verb::ClearCallback => change(house, app, json, |tx, ctx, app| {
            callbacks::clear(tx, ctx, &app)?;
            Ok(app)
        }),
    }
}

fn create(house: &House, tenant: Option<&str>, draft: rules::Draft, json: bool) -> Result<(), Failure> {
    let tenant = match tenant {
        None if house.tenants()?.is_empty() => first_tenant(house)?,
        named => house.tenant(named)?,
    };
    let (app, secret) = house.write(tenant, move |tx, ctx| rules::create(tx, ctx, draft.clone()))?;
    show::one(house, &app, Some(&secret), json)
}

fn first_tenant(house: &House) -> Result<Tenant, Failure> {
    let (ids, now) = (house.ids(), kailing_api::clock::Clock::System.now());
    Ok(house.db.write(move |tx| corp::create(tx, &ids, now, "Kailing")).wait()?)
}

fn find(house: &House, app_id: &str) -> Result<(Tenant, App), Failure> {
    let id = app_id.to_owned();
    let found = house.read(move |tx| store::app::find(tx, &id))?;
    let app =
        found.ok_or_else(|| Failure::runtime(format!("no application {app_id}; `kailing app list` shows them")))?;
    let tenant = house.tenants()?.into_iter().find(|tenant| tenant.corp == app.corp);
    Ok((tenant.ok_or_else(|| Failure::runtime("the application has no tenant"))?, app))
}

fn change(
    house: &House,
    app: &str,
    json: bool,
    f: impl Fn(&mut Tx<'_>, &kailing_core::context::Context, App) -> kailing_core::refusal::Verdict<App> + Send + 'static,
) -> Result<(), Failure> {
    let (tenant, app) = find(house, app)?;
    let app = house.write(tenant, move |tx, ctx| f(tx, ctx, app.clone()))?;
    show::one(house, &app, None, json)
}

fn sane_name(name: String) -> Result<String, Failure> {
    let fits = (1..=100).contains(&name.trim().chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name) } else { Err(Failure::input("--name takes 1 to 100 characters")) }
}

fn scope(text: &str) -> Result<String, String> {
    if text == "all" || rules::is_scope(text) {
        return Ok(text.to_owned());
    }
    Err(format!("no such scope; they are all, or .read and .write of {}", rules::SCOPE_NAMES.join(", ")))
}

fn address(text: &str) -> Result<String, String> {
    network(text).map(|_| text.trim().to_owned())
}
