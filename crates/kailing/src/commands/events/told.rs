//! Events with everything that is shown of them, read in one transaction.

use std::collections::{BTreeMap, HashMap};

use kailing_core::context::Tenant;
use kailing_core::refusal::Verdict;
use kailing_core::store;
use kailing_core::store::app::App;
use kailing_core::store::callback::Callback;
use kailing_core::store::db::Tx;
use kailing_core::store::event::deliveries::{self, Delivery, State};
use kailing_core::store::event::{self, Event, Order, Page, object};
use serde::Serialize;
use serde_json::value::RawValue;

use super::choice::Chosen;
use super::when::shown;
use crate::failure::Failure;
use crate::house::House;

/// The tenant and its applications.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) tenant: Tenant,
    /// Every application, with its place for callbacks if it ever had one.
    pub(super) apps: Vec<(App, Option<Callback>)>,
    /// The application that was named.
    pub(super) app: Option<App>,
}

/// An event with the id of its object and what became of it.
pub(super) struct Told {
    pub(super) event: Event,
    /// The object's id on the wire, `""` if it is gone.
    pub(super) object: String,
    pub(super) deliveries: Vec<Delivery>,
}

impl Scene {
    /// Reads it; the tenant may follow from the application.
    pub(super) fn new(house: &House, tenant: Option<&str>, app: Option<&str>) -> Result<Scene, Failure> {
        let all = house.read(store::app::all)?;
        let named = match app {
            None => None,
            Some(id) => Some(
                all.iter()
                    .find(|app| app.app_id == id)
                    .cloned()
                    .ok_or_else(|| Failure::runtime(format!("no application {id}; `kailing app list` shows them")))?,
            ),
        };
        let tenant = match (&named, tenant) {
            (Some(app), None) => house.tenants()?.into_iter().find(|tenant| tenant.corp == app.corp),
            (_, tenant) => Some(house.tenant(tenant)?),
        };
        let tenant = tenant.ok_or_else(|| Failure::runtime("the application has no tenant"))?;
        if let Some(app) = named.as_ref().filter(|app| app.corp != tenant.corp) {
            return Err(Failure::input(format!("the application {} belongs to another tenant", app.app_id)));
        }
        let places: HashMap<i64, Callback> =
            house.read(store::callback::all)?.into_iter().map(|place| (place.app, place)).collect();
        let own = all.into_iter().filter(|app| app.corp == tenant.corp);
        let apps = own.map(|app| (places.get(&app.id).cloned(), app)).map(|(place, app)| (app, place)).collect();
        Ok(Scene { tenant, apps, app: named })
    }

    /// The inner ids of the applications whose deliveries are of interest: the named one, else all that ever had a
    /// place for callbacks.
    pub(super) fn receivers(&self) -> Vec<i64> {
        match &self.app {
            Some(app) => vec![app.id],
            None => self.apps.iter().filter(|(_, place)| place.is_some()).map(|(app, _)| app.id).collect(),
        }
    }

    /// An application by its inner id.
    pub(super) fn app(&self, id: i64) -> Option<&App> {
        self.apps.iter().map(|(app, _)| app).find(|app| app.id == id)
    }
}

/// A page of events.
pub(super) fn page(
    tx: &mut Tx<'_>,
    corp: i64,
    apps: &[i64],
    chosen: &Chosen,
    order: Order,
    limit: usize,
) -> Verdict<(Vec<Told>, Page)> {
    let mut page = event::page(tx, corp, &chosen.filter, chosen.span, order, limit)?;
    let told = tell(tx, corp, apps, std::mem::take(&mut page.events))?;
    Ok((told, page))
}

/// Adds to events what is shown with them.
pub(super) fn tell(tx: &mut Tx<'_>, corp: i64, apps: &[i64], events: Vec<Event>) -> Verdict<Vec<Told>> {
    let mut ids: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for event in &events {
        ids.entry(event.object_type.clone()).or_default().push(event.object_id);
    }
    let mut names: HashMap<(String, i64), String> = HashMap::new();
    for (noun, ids) in ids {
        let found = object::wire_ids(tx, corp, &noun, &ids)?;
        names.extend(found.into_iter().map(|(id, wire_id)| ((noun.clone(), id), wire_id)));
    }
    let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
    let mut of: HashMap<i64, Vec<Delivery>> = HashMap::new();
    for delivery in deliveries::of_events(tx, corp, apps, &seqs)? {
        of.entry(delivery.seq).or_default().push(delivery);
    }
    let tell = |event: Event| {
        let object = names.get(&(event.object_type.clone(), event.object_id)).cloned().unwrap_or_default();
        let deliveries = of.remove(&event.seq).unwrap_or_default();
        Told { event, object, deliveries }
    };
    Ok(events.into_iter().map(tell).collect())
}

/// What stands above the rows.
pub(super) fn header() -> String {
    format!("{:>8}  {:<23}  {:<20}  {:<10}  {:<43}  DELIVERIES", "SEQ", "TIME", "TYPE", "OBJECT", "ID")
}

impl Told {
    /// A row for people.
    pub(super) fn row(&self, scene: &Scene) -> String {
        let Event { seq, kind, at, object_type, .. } = &self.event;
        let at = shown(*at, &scene.tenant.time_zone);
        let row =
            format!("{seq:>8}  {at:<23}  {kind:<20}  {object_type:<10}  {:<43}  {}", self.object, self.states(scene));
        row.trim_end().to_owned()
    }

    /// `crm delivered, report pending (3 failed)`.
    fn states(&self, scene: &Scene) -> String {
        let state = |delivery: &Delivery| {
            let name = scene.app(delivery.app).map_or("?", |app| &app.name);
            match (delivery.state, delivery.attempts) {
                (State::Pending, 0) => format!("{name} pending"),
                (State::Pending, failed) => format!("{name} pending ({failed} failed)"),
                (state, _) => format!("{name} {}", state.name()),
            }
        };
        self.deliveries.iter().map(state).collect::<Vec<_>>().join(", ")
    }

    /// One line of JSON.
    pub(super) fn json(&self, scene: &Scene) -> String {
        serde_json::to_string(&self.document(scene)).unwrap_or_default()
    }

    /// Everything, for programs.
    pub(super) fn document(&self, scene: &Scene) -> Document<'_> {
        let event = &self.event;
        Document {
            seq: event.seq,
            event_id: &event.event_id,
            event_type: &event.kind,
            time_stamp: event.at.to_string(),
            object_type: &event.object_type,
            object_id: &self.object,
            actor: &event.actor,
            request_id: &event.request_id,
            // Payloads are ready JSON.
            event: RawValue::from_string(event.payload.clone()).unwrap_or_default(),
            deliveries: self.deliveries.iter().map(|delivery| document(delivery, scene)).collect(),
        }
    }
}

/// An event with everything that is known of it.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    seq: i64,
    event_id: &'a str,
    event_type: &'a str,
    time_stamp: String,
    object_type: &'a str,
    object_id: &'a str,
    actor: &'a str,
    request_id: &'a str,
    event: Box<RawValue>,
    pub(super) deliveries: Vec<DeliveryDocument>,
}

/// What became of it at one application.
#[derive(Serialize)]
pub(super) struct DeliveryDocument {
    app_id: String,
    state: &'static str,
    attempts: i64,
    first_at: i64,
    last_at: i64,
    next_at: Option<i64>,
    took_ms: i64,
    outcome: String,
    /// Every attempt, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attempt_list: Option<Vec<AttemptDocument>>,
}

/// One attempt.
#[derive(Serialize)]
pub(super) struct AttemptDocument {
    pub(super) number: i64,
    pub(super) at: i64,
    pub(super) took_ms: i64,
    pub(super) outcome: String,
}

fn document(delivery: &Delivery, scene: &Scene) -> DeliveryDocument {
    DeliveryDocument {
        app_id: scene.app(delivery.app).map(|app| app.app_id.clone()).unwrap_or_default(),
        state: delivery.state.name(),
        attempts: delivery.attempts,
        first_at: delivery.first_at,
        last_at: delivery.last_at,
        next_at: delivery.next_at,
        took_ms: delivery.took,
        outcome: delivery.outcome.clone(),
        attempt_list: None,
    }
}
