//! Where events are sent to by hand.

use kailing_callback::client::{Attempt, Client, Outgoing};
use kailing_callback::message;
use kailing_callback::seal::AesKey;
use kailing_callback::secrets::Secrets;
use kailing_callback::signature::Token;
use kailing_callback::target::Target;
use kailing_core::domain::callback::takes;
use kailing_core::store::app::App;
use kailing_core::store::callback::Callback;
use kailing_core::store::event::Event;

use super::super::told::Scene;
use super::Options;
use crate::callbacks;
use crate::config::Settings;
use crate::failure::Failure;

/// A URL with its secrets.
pub(super) struct Receiver {
    client: Client,
    target: Target,
    url: String,
    secrets: Secrets,
    app_id: String,
    /// The application whose own URL it is.
    own: Option<Callback>,
}

impl Receiver {
    /// The receiver that the command line names.
    pub(super) fn find(settings: &Settings, scene: &Scene, options: &Options) -> Result<Receiver, Failure> {
        match (&options.to, &scene.app) {
            (None, Some(app)) => Receiver::of_app(settings, scene, app),
            (Some(url), None) => Receiver::elsewhere(settings, scene, url, options),
            (None, None) => Err(Failure::input("where to? --app APP_ID sends to its URL, --to URL anywhere else")),
            (Some(_), Some(_)) => Err(Failure::input(
                "--app sends to the URL of the application, --to anywhere else: give one of them (--as says whom \
                 events are addressed to)",
            )),
        }
    }

    fn of_app(settings: &Settings, scene: &Scene, app: &App) -> Result<Receiver, Failure> {
        if !app.enabled {
            return Err(Failure::runtime(format!("the application {} is disabled", app.app_id)));
        }
        let place = scene.apps.iter().find(|(other, _)| other.id == app.id).and_then(|(_, place)| place.clone());
        let Some(place) = place.filter(|place| !place.url.is_empty()) else {
            let help = "`kailing app set-callback` sets one, --to sends elsewhere";
            return Err(Failure::runtime(format!("the application {} has no callback URL; {help}", app.app_id)));
        };
        let vault = callbacks::vault(settings);
        let secrets = Secrets::unseal(&vault, &app.app_id, &place.token_sealed, &place.aes_key_sealed)
            .map_err(|error| Failure::runtime(format!("the saved Token and key cannot be read: {error}")))?;
        let target = Target::parse(&place.url).map_err(Failure::runtime)?;
        let (url, app_id) = (place.url.clone(), app.app_id.clone());
        Ok(Receiver { client: client(settings)?, target, url, secrets, app_id, own: Some(place) })
    }

    fn elsewhere(settings: &Settings, scene: &Scene, url: &str, options: &Options) -> Result<Receiver, Failure> {
        let target = Target::parse(url).map_err(|error| Failure::input(format!("--to: {error}")))?;
        let token = Token::parse(options.token.as_deref().unwrap_or_default())
            .map_err(|error| Failure::input(format!("--token: {error}")))?;
        let key = AesKey::parse(options.aes_key.as_deref().unwrap_or_default())
            .map_err(|error| Failure::input(format!("--aes-key: {error}")))?;
        let app_id = match (&options.addressed, scene.apps.as_slice()) {
            (Some(named), _) => named.clone(),
            (None, [(only, _)]) => only.app_id.clone(),
            (None, _) => return Err(Failure::input("whom are the events addressed to? Name an application with --as")),
        };
        let secrets = Secrets { token, key };
        Ok(Receiver { client: client(settings)?, target, url: url.to_owned(), secrets, app_id, own: None })
    }

    /// Where it is.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The inner id of the application whose own URL it is.
    pub(super) fn app(&self) -> Option<i64> {
        self.own.as_ref().map(|place| place.app)
    }

    /// Whether the event is among those that the application wants. Elsewhere everything is.
    pub(super) fn wants(&self, event: &Event) -> bool {
        self.own
            .as_ref()
            .is_none_or(|place| takes(&place.event_set, &place.event_types, &event.kind, &event.object_type))
    }

    /// Sends an event, once.
    pub(super) async fn deliver(&self, event: &Event, now: i64) -> Attempt {
        let text = message::text(&event.payload, &self.app_id, &event.kind, event.at);
        let outgoing = Outgoing {
            app_id: &self.app_id,
            event_id: &event.event_id,
            seq: event.seq,
            text: &text,
            token: &self.secrets.token,
            key: &self.secrets.key,
            now,
        };
        self.client.deliver(&self.target, &outgoing).await
    }
}

fn client(settings: &Settings) -> Result<Client, Failure> {
    Client::new(&callbacks::client(settings)).map_err(Failure::runtime)
}
