//! Our own API in the OpenAPI document.

use kailing_core::domain::callback::EVENT_TYPES;
use serde_json::{Map, Value, json};

use super::events::{LIMIT, PATH, SCOPE, WAIT};
use super::problem::{KINDS, type_of};

/// The tag of these paths.
pub(crate) const TAG: &str = "开瓴 Kailing's own API";

const ABOUT: &str = "\
The callback events of the tenant, pulled by number instead of received at a URL. *Not part of the WeiLing Open API.* \
Scope: `event.read`. The token goes into the header `Authorization: Bearer` and nowhere else.

Every event has a number, gap-free in its tenant and the same for all applications (`X-Kailing-Sequence` of a \
callback). Begin with `after=0` for everything that is kept, or with `after=now` for what comes from now on; then send \
`next` as `after`, for as long as you like. Nothing is lost between two calls. `next` also passes over events that \
`types` leaves out. `more` says that another call will find something at once, or at least get on.

With `wait` the call is answered when there is an event, else after so many seconds with an empty list.

Errors have a real HTTP status and a body `application/problem+json` (RFC 9457).";

/// Every path with its operations.
pub(crate) fn paths() -> Vec<(&'static str, Value)> {
    vec![(PATH, json!({ "get": events() }))]
}

/// Schemas that the operations name.
pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    vec![("Event", event()), ("EventPage", event_page()), ("Problem", problem())]
}

fn events() -> Value {
    let mut responses = Map::new();
    responses.insert(
        "200".to_owned(),
        json!({
            "description": "Events in the order of their numbers",
            "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/EventPage" },
                "example": example(),
            } },
        }),
    );
    for (status, kind, title) in KINDS.iter().filter(|(_, kind, _)| *kind != "not-found") {
        let content = json!({ "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": { "type": type_of(kind), "title": title, "status": status.as_u16(), "detail": title,
                         "request_id": "4f1c2a9be07d4c55a1b2c3d4" },
        } });
        responses.insert(status.as_str().to_owned(), json!({ "description": title, "content": content }));
    }
    json!({
        "tags": [TAG],
        "summary": "拉取事件 Pull events",
        "description": ABOUT,
        "operationId": "events_list",
        "parameters": parameters(),
        "responses": responses,
        "security": [{ "bearer": [SCOPE] }],
    })
}

fn parameters() -> Value {
    let parameter = |name: &str, about: &str, schema: Value| json!({ "name": name, "in": "query", "required": false, "style": "form", "explode": false, "schema": schema, "description": about });
    json!([
        parameter(
            "after",
            "Events behind this number: 0 for the oldest that is kept, `now` for none of those that exist, else `next` \
             of the answer before",
            json!({ "type": "string", "pattern": "^([0-9]{1,18}|now)$", "default": "0" })
        ),
        parameter(
            "types",
            "Only events of these types, joined by commas",
            json!({ "type": "array", "items": { "type": "string", "enum": EVENT_TYPES.map(|(kind, _)| kind) } })
        ),
        parameter(
            "limit",
            "Most events of the answer; large events make it shorter",
            json!({ "type": "integer", "minimum": 1, "maximum": LIMIT.1, "default": LIMIT.0 })
        ),
        parameter(
            "wait",
            "Seconds to wait when there is no event",
            json!({ "type": "integer", "minimum": 0, "maximum": WAIT, "default": 0 })
        ),
    ])
}

fn example() -> Value {
    json!({
        "events": [{
            "seq": 42,
            "event_id": "AaFmL8Q9GvQ0k3V7mYpX2bT4sWnZc8uJ5hRdEeLfKoA",
            "event_type": "company_delete",
            "time_stamp": "1793584800000",
            "object_type": "company",
            "event": { "company_id": "XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ", "company_name": "开瓴科技" },
        }],
        "next": 42,
        "more": false,
    })
}

fn event() -> Value {
    json!({
        "type": "object",
        "required": ["seq", "event_id", "event_type", "time_stamp", "object_type", "event"],
        "properties": {
            "seq": { "type": "integer", "format": "int64", "minimum": 1, "description": "Number in the tenant, without gaps" },
            "event_id": { "type": "string", "description": "The same over all deliveries, `X-Kailing-Event-Id`" },
            "event_type": { "type": "string" },
            "time_stamp": { "type": "string", "description": "When it happened, epoch milliseconds, 13 digits" },
            "object_type": { "type": "string", "description": "`contact`, `customer` (WeCom friend), `company`, `business` \
                                                               (opportunity), `visitor`, `group_chat` …" },
            "event": { "type": "object", "additionalProperties": true, "description": "The payload, as a callback has it" },
        },
    })
}

fn event_page() -> Value {
    json!({
        "type": "object",
        "required": ["events", "next", "more"],
        "properties": {
            "events": { "type": "array", "items": { "$ref": "#/components/schemas/Event" }, "maxItems": LIMIT.1 },
            "next": { "type": "integer", "format": "int64", "minimum": 0, "description": "`after` of the next call" },
            "more": { "type": "boolean", "description": "Whether there are numbers behind `next` already" },
        },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "request_id"],
        "properties": {
            "type": { "type": "string", "format": "uri", "enum": KINDS.iter().map(|row| type_of(row.1)).collect::<Vec<_>>() },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "What is wrong in this very call, in English" },
            "request_id": { "type": "string", "description": "`X-Request-Id`, also in the log of the server" },
        },
    })
}
