//! What the settings mean for callbacks: the key that seals secrets, how subscribers are reached, how long events stay.

use std::path::PathBuf;
use std::time::Duration;

use kailing_callback::client;
use kailing_callback::settings as sending;
use kailing_callback::vault::Vault;
use kailing_core::store::db::DatabaseUrl;

use crate::config::Settings;
use crate::values::Profile;

/// The vault with the key that was set, or that of the key file, which is read when it is needed.
pub(crate) fn vault(settings: &Settings) -> Vault {
    match settings.secret_key.0 {
        Some(key) => Vault::from_key(key),
        None => Vault::at_file(&key_file(settings)),
    }
}

/// The file that the key is in when it is not set. Beside an SQLite file, but never in it or in its backups.
pub(crate) fn key_file(settings: &Settings) -> PathBuf {
    match (&settings.secret_key_file.0, &settings.database) {
        (Some(named), _) => named.clone(),
        (None, DatabaseUrl::Sqlite(path)) => {
            let mut name = path.as_os_str().to_owned();
            name.push(".key");
            PathBuf::from(name)
        }
        (None, DatabaseUrl::Postgres(_)) => PathBuf::from("kailing.key"),
    }
}

/// How one attempt is made.
pub(crate) fn client(settings: &Settings) -> client::Settings {
    let seconds = match settings.profile {
        Profile::Open => 5,
        Profile::Strict => 1,
    };
    client::Settings {
        time_limit: Duration::from_secs(seconds),
        private_networks: settings.callback_private_networks,
        ca_file: settings.callback_ca_file.0.clone(),
        ..client::Settings::default()
    }
}

/// How events are sent.
pub(crate) fn sending(settings: &Settings) -> sending::Settings {
    sending::Settings {
        concurrency: usize::from(settings.callback_concurrency.get()),
        keep_delivered: settings.callback_keep_delivered.0,
        keep_exhausted: settings.callback_keep_exhausted.0,
        keep_events: settings.keep_events.0,
        ..sending::Settings::new(client(settings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Given, GivenDatabase, load};

    fn settings(database: &str) -> Settings {
        let database = GivenDatabase { database: Some(database.to_owned()) };
        load(None, Given::from(database)).expect("settings").settings
    }

    #[test]
    fn the_key_is_beside_the_file_or_where_the_server_is_started() {
        assert_eq!(key_file(&settings("sqlite:data/kailing.db")), PathBuf::from("data/kailing.db.key"));
        assert_eq!(key_file(&settings("postgres://a@b/c")), PathBuf::from("kailing.key"));
    }

    #[test]
    fn what_is_set_is_what_the_sender_gets() {
        let default = sending::Settings::new(client::Settings::default());
        let sending = sending(&settings("sqlite:a.db"));
        assert_eq!(sending.concurrency, default.concurrency);
        assert_eq!(sending.keep_delivered, default.keep_delivered);
        assert_eq!(sending.keep_exhausted, default.keep_exhausted);
        assert_eq!(sending.keep_events, default.keep_events);
        assert_eq!(sending.client.time_limit, Duration::from_secs(5));
        let strict = Settings { profile: Profile::Strict, ..settings("sqlite:a.db") };
        assert_eq!(client(&strict).time_limit, Duration::from_secs(1));
    }
}
