//! `kailing app set-callback`: where an application receives events. Nothing is saved before the URL has proved that it
//! can decrypt.

use clap::Args;
use kailing_api::clock::Clock;
use kailing_callback::client::Client;
use kailing_callback::seal::AesKey;
use kailing_callback::secrets::{Sealed, Secrets};
use kailing_callback::signature::Token;
use kailing_callback::target::Target;
use kailing_callback::verify::verify;
use kailing_core::context::Tenant;
use kailing_core::domain::callback::{self as rules, Filter, Place};
use kailing_core::refusal::{Code, Verdict};
use kailing_core::store;
use kailing_core::store::app::App;
use kailing_core::store::callback::Callback;

use crate::callbacks;
use crate::config::{GivenReach, Settings};
use crate::failure::Failure;
use crate::house::House;
use crate::values::Profile;

#[derive(Args)]
pub(super) struct Options {
    /// Where events go: http or https, with path and query if need be
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Signs requests: 16 to 32 letters and digits
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// Encrypts events (EncodingAESKey): 43 letters and digits
    #[arg(long, value_name = "KEY")]
    aes_key: Option<String>,
    /// Current events, their retired twins, or both [default: both]
    #[arg(long, value_name = "both|current|legacy")]
    event_set: Option<String>,
    /// Only these event types, or all of the set [default: all]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    event_types: Option<Vec<String>>,
    /// Time limit of the verification: 5 s, or 1 s as in the original service [default: open]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "open|strict")]
    pub(super) profile: Option<Profile>,
    #[command(flatten)]
    pub(super) reach: GivenReach,
}

/// Verifies and saves. What is not given stays as it is; without URL, Token and key there is nothing to verify.
pub(super) fn set(
    house: &House,
    settings: &Settings,
    tenant: Tenant,
    app: &App,
    options: Options,
) -> Result<(), Failure> {
    let types = options.event_types.clone().map(|types| if types == ["all"] { Vec::new() } else { types });
    let filter = Filter { event_set: options.event_set.clone(), event_types: types };
    rules::check(&filter)?;
    if [&options.url, &options.token, &options.aes_key].iter().all(|given| given.is_none()) {
        if filter.event_set.is_none() && filter.event_types.is_none() {
            return Err(Failure::input(
                "nothing to set: give --url, --token and --aes-key, or --event-set, --event-types",
            ));
        }
        let app = app.clone();
        house.write(tenant, move |tx, ctx| rules::set_filter(tx, ctx, &app, &filter))?;
        return Ok(());
    }
    let (url, secrets) = complete(house, settings, app, options)?;
    prove(settings, &app.app_id, &url, &secrets)?;
    let Sealed { token, aes_key } = secrets.seal(&callbacks::vault(settings), &app.app_id).map_err(Failure::runtime)?;
    let (place, app) = (Place { url, token_sealed: token, aes_key_sealed: aes_key }, app.clone());
    house.write(tenant, move |tx, ctx| rules::save(tx, ctx, &app, &place, &filter))?;
    Ok(())
}

/// URL, Token and key as they will be: what is not given is taken from what is saved.
fn complete(house: &House, settings: &Settings, app: &App, options: Options) -> Result<(String, Secrets), Failure> {
    let (Some(url), Some(token), Some(key)) = (&options.url, &options.token, &options.aes_key) else {
        let (corp, id) = (app.corp, app.id);
        let saved = house.read(move |tx| store::callback::find(tx, corp, id))?;
        return match saved.filter(|saved| !saved.url.is_empty()) {
            Some(saved) => merged(settings, app, &saved, options),
            None => Err(Failure::input("the first time --url, --token and --aes-key are all needed")),
        };
    };
    Ok((url.clone(), Secrets { token: token_of(token)?, key: key_of(key)? }))
}

fn merged(settings: &Settings, app: &App, saved: &Callback, options: Options) -> Result<(String, Secrets), Failure> {
    let of = Secrets::unseal(&callbacks::vault(settings), &app.app_id, &saved.token_sealed, &saved.aes_key_sealed);
    let old = of.map_err(|error| Failure::runtime(format!("the saved Token and key cannot be read: {error}")))?;
    let token = options.token.map_or(Ok(old.token), |token| token_of(&token))?;
    let key = options.aes_key.map_or(Ok(old.key), |key| key_of(&key))?;
    Ok((options.url.unwrap_or_else(|| saved.url.clone()), Secrets { token, key }))
}

fn token_of(text: &str) -> Verdict<Token> {
    Token::parse(text).map_err(|error| Code::BadValue.because(error.to_string()))
}

fn key_of(text: &str) -> Verdict<AesKey> {
    AesKey::parse(text).map_err(|error| Code::BadValue.because(error.to_string()))
}

/// Asks the URL. The runtime does not wait for a name server that hangs.
fn prove(settings: &Settings, app_id: &str, url: &str, secrets: &Secrets) -> Result<(), Failure> {
    let target = Target::parse(url).map_err(|error| Code::CallbackUnreachable.because(error.to_string()))?;
    let client = Client::new(&callbacks::client(settings)).map_err(Failure::runtime)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let now = Clock::System.now();
    let proof = runtime.block_on(verify(&client, &target, &secrets.token, &secrets.key, app_id, now));
    runtime.shutdown_background();
    Ok(proof?)
}
