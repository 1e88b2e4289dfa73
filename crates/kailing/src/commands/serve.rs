//! `kailing serve`: opens the database, answers until it is told to stop, finishes what runs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use kailing_api::app::{App, Compress as ApiCompress, Settings as ApiSettings};
use kailing_api::clock::Clock;
use kailing_callback::sender::Sender;
use kailing_core::ids::Ids;
use kailing_core::store::db::{Db, Options};

use crate::cli::Configured;
use crate::config::{self, Settings};
use crate::failure::Failure;
use crate::house::{self, Missing};
use crate::node;
use crate::values::{Compress, Networks};
use crate::{callbacks, logging, output, signals, welcome};

pub(crate) const EXAMPLES: &str = "\
Examples:
  kailing serve --demo                                          try it, with 1,000 contacts in data/kailing.db
  kailing serve --demo --demo-contacts 100000 --seed 7          more of them
  kailing serve --database sqlite:/var/lib/kailing/kailing.db --listen 0.0.0.0:8080 --log json
  kailing serve --database postgres://kailing:secret@db/kailing --profile strict
  KAILING_DATABASE=postgres://kailing:secret@db/kailing kailing serve

Every option is also a variable (--body-limit: KAILING_BODY_LIMIT) and a line of the settings file.
SIGTERM or Ctrl-C: no new connections, what runs is finished (30 s at most), the database is closed.";

pub(crate) fn run(options: Configured) -> Result<(), Failure> {
    let settings = config::load(options.file.config.as_deref(), options.given)?.settings;
    logging::start(settings.log, &settings.log_level)?;
    let listener = listen(settings.listen)?;
    let db = house::open(&settings.database, Missing::Create, Options::default())?;
    let outcome = with_database(&settings, &db, listener);
    db.close();
    outcome
}

/// Bound before the database is opened, so that a port in use is told at once.
fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let fail = |error| Failure::runtime(format!("cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(address).map_err(fail)?;
    listener.set_nonblocking(true).map_err(fail)?;
    Ok(listener)
}

fn with_database(settings: &Settings, db: &Db, listener: TcpListener) -> Result<(), Failure> {
    let ids = node::ids(db)?;
    let demo = if settings.demo { Some(welcome::prepare(db, settings)?) } else { None };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = signals::stop()?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        let app = App::start(db.clone(), Arc::clone(&ids), Clock::System, api_settings(settings)).await?;
        let sender = send_events(settings, db, &ids)?;
        app.add_metrics(sender.metrics());
        output::line(ready_line(settings, address))?;
        if let Some(welcome) = &demo {
            welcome::print(welcome.as_ref(), &base_url(address), &ids, Clock::System.now())?;
        }
        kailing_api::serve::serve(listener, app, stop).await;
        sender.stop().await;
        Ok(())
    })
}

fn send_events(settings: &Settings, db: &Db, ids: &Arc<Ids>) -> Result<Sender, Failure> {
    let (sending, vault) = (callbacks::sending(settings), callbacks::vault(settings));
    let now = Arc::new(|| Clock::System.now());
    Sender::start(db.clone(), Arc::clone(ids), now, sending, vault).map_err(Failure::input)
}

fn api_settings(settings: &Settings) -> ApiSettings {
    let Networks(trusted_proxies) = settings.trusted_proxies.clone();
    ApiSettings {
        profile: settings.profile.into(),
        compress: match settings.compress {
            Compress::Auto => ApiCompress::Auto,
            Compress::On => ApiCompress::On,
            Compress::Off => ApiCompress::Off,
        },
        body_limit: usize::try_from(settings.body_limit.0).unwrap_or(usize::MAX),
        trusted_proxies,
        cards_memory: settings.cards.bytes(),
        ..ApiSettings::default()
    }
}

fn ready_line(settings: &Settings, address: SocketAddr) -> String {
    let (base, profile) = (base_url(address), format!("{:?}", settings.profile).to_lowercase());
    format!(
        "kailing {} is ready: {base} (database {}, profile {profile})",
        env!("CARGO_PKG_VERSION"),
        settings.database
    )
}

/// An address that a browser on this machine can open.
pub(super) fn base_url(mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    format!("http://{address}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unspecified_address_is_shown_as_this_machine() {
        let shown = ["0.0.0.0:80", "[::]:80", "10.1.2.3:80"].map(|text| base_url(text.parse().expect("an address")));
        assert_eq!(shown, ["http://127.0.0.1:80", "http://[::1]:80", "http://10.1.2.3:80"]);
    }
}
