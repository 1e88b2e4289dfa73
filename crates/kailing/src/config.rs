//! Settings: defaults, then the file, then `KAILING_…` variables, then the command line. Each knows where it came from.

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::Path;

use clap::Args;
use figment::providers::{Env, Format as _, Serialized, Toml};
use figment::value::{Dict, Map};
use figment::{Figment, Metadata, Profile as Section, Provider, Source};
use kailing_core::store::db::DatabaseUrl;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::values::{
    CardMemory, Compress, Keep, LogFormat, Named, Networks, Profile, SecretKey, Size, Span, from_text,
};

/// Every setting, as it may stand in the file, in the environment and on the command line.
pub(crate) const KEYS: &[&str] = &[
    "database",
    "listen",
    "profile",
    "demo",
    "demo_contacts",
    "seed",
    "compress",
    "cards",
    "body_limit",
    "trusted_proxies",
    "log",
    "log_level",
    "secret_key",
    "secret_key_file",
    "callback_private_networks",
    "callback_ca_file",
    "callback_concurrency",
    "callback_keep_delivered",
    "callback_keep_exhausted",
    "keep_events",
];

/// The settings of `kailing serve`, checked.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    #[serde(deserialize_with = "from_text")]
    pub(crate) database: DatabaseUrl,
    #[serde(deserialize_with = "address")]
    pub(crate) listen: SocketAddr,
    pub(crate) profile: Profile,
    #[serde(deserialize_with = "figment::util::bool_from_str_or_int")]
    pub(crate) demo: bool,
    pub(crate) demo_contacts: u64,
    pub(crate) seed: u64,
    pub(crate) compress: Compress,
    #[serde(deserialize_with = "from_text")]
    pub(crate) cards: CardMemory,
    #[serde(deserialize_with = "from_text")]
    pub(crate) body_limit: Size,
    #[serde(deserialize_with = "from_text")]
    pub(crate) trusted_proxies: Networks,
    pub(crate) log: LogFormat,
    pub(crate) log_level: String,
    #[serde(deserialize_with = "from_text")]
    pub(crate) secret_key: SecretKey,
    #[serde(deserialize_with = "from_text")]
    pub(crate) secret_key_file: Named,
    #[serde(deserialize_with = "figment::util::bool_from_str_or_int")]
    pub(crate) callback_private_networks: bool,
    #[serde(deserialize_with = "from_text")]
    pub(crate) callback_ca_file: Named,
    #[serde(deserialize_with = "from_text")]
    pub(crate) callback_concurrency: NonZeroU16,
    #[serde(deserialize_with = "from_text")]
    pub(crate) callback_keep_delivered: Span,
    #[serde(deserialize_with = "from_text")]
    pub(crate) callback_keep_exhausted: Span,
    #[serde(deserialize_with = "from_text")]
    pub(crate) keep_events: Keep,
}

/// The settings that somebody has given in one place. Texts stay texts: whatever the place, they are checked once.
#[derive(Args, Clone, Default, Deserialize, Serialize)]
pub(crate) struct Given {
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) database: GivenDatabase,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
    /// Limits: generous, or those of the original service [default: open]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "open|strict")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) profile: Option<Profile>,
    /// Fill an empty database with demo data first
    #[arg(long, num_args = 0..=1, default_missing_value = "true", require_equals = true, value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    demo: Option<bool>,
    /// Number of contacts of the demo data [default: 1000]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    demo_contacts: Option<u64>,
    /// Seed of the demo data: the same seed gives the same ids and texts [default: 1]
    #[arg(long, value_name = "S")]
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    /// Compress answers for clients that accept it; auto: unless they are near [default: auto]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "auto|on|off")]
    #[serde(skip_serializing_if = "Option::is_none")]
    compress: Option<Compress>,
    /// Memory for ready-made contacts, e.g. 256MiB [default: auto, a quarter of the memory, at most 1GiB]
    #[arg(long, value_name = "SIZE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    cards: Option<String>,
    /// Largest request body [default: 16MiB]
    #[arg(long, value_name = "SIZE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    body_limit: Option<String>,
    /// Proxies whose X-Forwarded-For is believed, addresses or CIDR blocks [default: none]
    #[arg(long = "trusted-proxy", value_name = "CIDR", value_delimiter = ',', num_args = 1..)]
    #[serde(skip_serializing_if = "Option::is_none")]
    trusted_proxies: Option<Vec<String>>,
    /// Form of log lines on stderr [default: pretty]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "pretty|json")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<LogFormat>,
    /// Level or filter of log lines, e.g. debug or `info,kailing_api=debug` [default: info]
    #[arg(long, value_name = "LEVEL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log_level: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) reach: GivenReach,
    #[command(flatten)]
    #[serde(flatten)]
    sending: GivenSending,
}

/// How subscribers of events are reached: what `kailing serve` and the commands that call subscribers share.
#[derive(Args, Clone, Default, Deserialize, Serialize)]
pub(crate) struct GivenReach {
    /// Seals Token and key of callbacks in the database: 64 hexadecimal digits; better in the environment
    /// [default: from the key file]
    #[arg(long, value_name = "KEY")]
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_key: Option<String>,
    /// File with this key, made when it is missing [default: beside the SQLite database, or kailing.key]
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_key_file: Option<String>,
    /// Send callbacks to loopback and private networks too [default: true]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", require_equals = true, value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_private_networks: Option<bool>,
    /// Certificates (PEM) of subscribers that are trusted beside those of the system
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_ca_file: Option<String>,
}

/// How events are sent and kept.
#[derive(Args, Clone, Default, Deserialize, Serialize)]
struct GivenSending {
    /// Requests at a time to one application [default: 16]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_concurrency: Option<u16>,
    /// How long delivered events are listed, e.g. 12h [default: 7d]
    #[arg(long, value_name = "SPAN")]
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_keep_delivered: Option<String>,
    /// How long events that could not be delivered are listed [default: 30d]
    #[arg(long, value_name = "SPAN")]
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_keep_exhausted: Option<String>,
    /// How long events can be read and sent again [default: forever]
    #[arg(long, value_name = "SPAN")]
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_events: Option<String>,
}

/// The one setting that every command takes.
#[derive(Args, Clone, Default, Deserialize, Serialize)]
pub(crate) struct GivenDatabase {
    /// The database: sqlite:PATH or `postgres://USER:PASSWORD@HOST/NAME` [default: sqlite:data/kailing.db]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) database: Option<String>,
}

impl From<GivenDatabase> for Given {
    fn from(database: GivenDatabase) -> Given {
        Given { database, ..Given::default() }
    }
}

impl Given {
    /// What holds when nobody says anything.
    fn defaults() -> Given {
        let text = |text: &str| Some(text.to_owned());
        Given {
            database: GivenDatabase { database: text("sqlite:data/kailing.db") },
            listen: text("127.0.0.1:8080"),
            profile: Some(Profile::Open),
            demo: Some(false),
            demo_contacts: Some(1_000),
            seed: Some(1),
            compress: Some(Compress::Auto),
            cards: text("auto"),
            body_limit: text("16MiB"),
            trusted_proxies: Some(Vec::new()),
            log: Some(LogFormat::Pretty),
            log_level: text("info"),
            reach: GivenReach {
                secret_key: text(""),
                secret_key_file: text("auto"),
                callback_private_networks: Some(true),
                callback_ca_file: text(""),
            },
            sending: GivenSending {
                callback_concurrency: Some(16),
                callback_keep_delivered: text("7d"),
                callback_keep_exhausted: text("30d"),
                keep_events: text("forever"),
            },
        }
    }
}

/// The settings and where each came from.
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    layers: Figment,
}

/// Puts the layers on top of each other. A file that is named must exist.
pub(crate) fn load(file: Option<&Path>, given: Given) -> Result<Loaded, Failure> {
    let mut layers = Figment::from(Layer("default", Given::defaults()));
    if let Some(file) = file {
        if !file.is_file() {
            return Err(Failure::input(format!("no such configuration file: {}", file.display())));
        }
        layers = layers.merge(Toml::file_exact(file));
    }
    let layers = layers.merge(Env::prefixed(PREFIX).only(KEYS)).merge(Layer("command line", given));
    match layers.extract::<Settings>() {
        Ok(settings) => Ok(Loaded { settings, layers }),
        Err(error) => Err(Failure::input(complaint(&layers, &error))),
    }
}

const PREFIX: &str = "KAILING_";

impl Loaded {
    /// Every setting as `(key, value, origin)`, without passwords.
    pub(crate) fn rows(&self) -> Vec<[String; 3]> {
        let row = |&key: &&str| [key.to_owned(), self.shown(key), origin(&self.layers, key)];
        KEYS.iter().map(row).collect()
    }

    fn shown(&self, key: &str) -> String {
        if key == "database" {
            return self.settings.database.to_string();
        }
        if key == "secret_key" {
            return if self.settings.secret_key.0.is_some() { "(set, not shown)" } else { "" }.to_owned();
        }
        let value = self.layers.extract_inner::<serde_json::Value>(key).unwrap_or_default();
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }
}

/// Where the value of a setting came from, in words.
fn origin(layers: &Figment, key: &str) -> String {
    let Some(metadata) = layers.find_metadata(key) else { return "nowhere".to_owned() };
    match &metadata.source {
        Some(Source::File(path)) => path.display().to_string(),
        _ if metadata.name.contains("environment") => format!("{PREFIX}{}", key.to_ascii_uppercase()),
        _ => metadata.name.to_string(),
    }
}

/// One line for the first thing that is wrong.
fn complaint(layers: &Figment, error: &figment::Error) -> String {
    let key = error.path.join(".");
    match (key.as_str(), &error.metadata) {
        ("", Some(metadata)) => match &metadata.source {
            Some(source) => format!("{source}: {}", error.kind),
            None => format!("{}: {}", metadata.name, error.kind),
        },
        ("", None) => error.kind.to_string(),
        (key, _) => format!("{key}: {} ({})", error.kind, origin(layers, key)),
    }
}

/// A layer with a name that people understand.
struct Layer(&'static str, Given);

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.0)
    }

    fn data(&self) -> Result<Map<Section, Dict>, figment::Error> {
        Serialized::defaults(&self.1).data()
    }
}

fn address<'de, D: serde::Deserializer<'de>>(source: D) -> Result<SocketAddr, D::Error> {
    let text: String = from_text(source)?;
    text.parse().map_err(|_| serde::de::Error::custom(format!("`{text}` is not like 127.0.0.1:8080 or [::]:8080")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_file(text: &str) -> Result<Settings, String> {
        let file = tempfile::Builder::new().suffix(".toml").tempfile().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        load(Some(file.path()), Given::default()).map(|loaded| loaded.settings).map_err(|e| e.to_string())
    }

    #[test]
    fn the_example_file_names_every_setting_with_its_default() {
        let example = include_str!("../../../kailing.example.toml");
        let lines = example.lines().filter_map(|line| line.strip_prefix('#'));
        let settings = lines.filter(|line| KEYS.iter().any(|key| line.starts_with(&format!("{key} = "))));
        let given: Vec<&str> = settings.collect();
        assert_eq!(given.len(), KEYS.len(), "{given:#?}");
        let defaults: Settings = Figment::from(Layer("default", Given::defaults())).extract().expect("defaults");
        assert_eq!(from_file(&given.join("\n")), Ok(defaults.clone()));
        assert_eq!(from_file(example), Ok(defaults), "everything in it is commented out");
    }

    #[test]
    fn the_command_line_wins_over_the_file_and_both_are_named_as_origin() {
        let file = tempfile::Builder::new().suffix(".toml").tempfile().expect("a file");
        std::fs::write(file.path(), "listen = \"127.0.0.1:1\"\nseed = 7\n").expect("written");
        let given = Given { listen: Some("127.0.0.1:2".to_owned()), ..Given::default() };
        let loaded = load(Some(file.path()), given).expect("settings");
        assert_eq!((loaded.settings.listen.port(), loaded.settings.seed), (2, 7));
        let origins: Vec<String> =
            loaded.rows().into_iter().map(|[key, _, origin]| format!("{key}: {origin}")).collect();
        assert!(origins.contains(&"listen: command line".to_owned()), "{origins:#?}");
        assert!(origins.contains(&format!("seed: {}", file.path().display())), "{origins:#?}");
        assert!(origins.contains(&"profile: default".to_owned()), "{origins:#?}");
    }

    #[test]
    fn a_wrong_setting_is_named_with_its_origin() {
        for (text, part) in [
            ("listen = \"8080\"", "listen: `8080` is not like"),
            ("profile = \"loose\"", "profile: "),
            ("body_limit = \"big\"", "body_limit: `big` is no size"),
            ("trusted_proxies = [\"10.0.0.0/99\"]", "trusted_proxies: `10.0.0.0/99` is neither"),
            ("callback_concurrency = 0", "callback_concurrency: "),
            ("callback_keep_delivered = \"7\"", "callback_keep_delivered: `7` is no span"),
            ("secret_key = \"geheim\"", "secret_key: it takes 64"),
            ("nonsense = 1", "nonsense"),
            ("seed = ", ".toml"),
        ] {
            let complaint = from_file(text).expect_err(text);
            assert!(complaint.contains(part) && !complaint.contains('\n'), "{complaint}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        let database = GivenDatabase { database: Some("postgres://kailing:geheim@127.0.0.1/kailing".to_owned()) };
        let reach = GivenReach { secret_key: Some("5e".repeat(32)), ..GivenReach::default() };
        let loaded = load(None, Given { reach, ..database.into() }).expect("settings");
        let shown = format!("{:?} {:?}", loaded.rows(), loaded.settings);
        assert!(!shown.contains("geheim") && !shown.contains("5e5e") && !shown.contains("94, 94"), "{shown}");
    }
}
