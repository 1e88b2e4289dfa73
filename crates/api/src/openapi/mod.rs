//! The OpenAPI 3.1 document, made from the route table: what is validated is what is documented.

mod operation;
mod schema;
mod texts;

use serde_json::{Map, Value, json};

use crate::endpoint::Endpoint;
use crate::own::openapi as own;
use crate::reply::Schemas;
use crate::routes::ENDPOINTS;

/// The document as indented JSON, for `/openapi.json` and the command line. The same on every call.
pub fn openapi_json() -> String {
    // A tree of texts and numbers can always be written.
    serde_json::to_string_pretty(&document(ENDPOINTS)).unwrap_or_default()
}

fn document(endpoints: &[&Endpoint]) -> Value {
    let mut schemas = Schemas::new();
    let mut paths = Map::new();
    for endpoint in endpoints {
        let operation = operation::describe(endpoint, &mut schemas);
        paths.insert(endpoint.path.to_owned(), json!({ endpoint.method.name().to_lowercase(): operation }));
    }
    let mut schemas: Map<String, Value> =
        schemas.into_iter().map(|(name, schema)| (name, schema::tree(&schema))).collect();
    operation::add_samples(&mut paths, &schemas);
    paths.extend(own::paths().into_iter().map(|(path, operations)| (path.to_owned(), operations)));
    schemas.extend(own::schemas().into_iter().map(|(name, schema)| (name.to_owned(), schema)));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Kailing Open API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": texts::introduction(),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "This server" }],
        "tags": texts::tags(endpoints),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "access_token": {
                    "type": "apiKey", "in": "query", "name": "access_token",
                    "description": "Token of 1.1, `/openapi/auth/access_token/get`",
                },
                "bearer": {
                    "type": "http", "scheme": "bearer",
                    "description": "The same token as a header; the query parameter goes before it",
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn parsed() -> Value {
        serde_json::from_str(&openapi_json()).unwrap()
    }

    fn references(value: &Value, found: &mut HashSet<String>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, inner)| match inner {
                Value::String(target) if name == "$ref" => drop(found.insert(target.clone())),
                _ => references(inner, found),
            }),
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_endpoint_is_in_the_document() {
        let document = parsed();
        for endpoint in ENDPOINTS {
            let operation = &document["paths"][endpoint.path][endpoint.method.name().to_lowercase()];
            assert!(operation["responses"]["200"].is_object(), "{}", endpoint.path);
            assert_eq!(operation["deprecated"].as_bool().unwrap_or(false), endpoint.deprecated);
        }
        assert_eq!(document["paths"].as_object().unwrap().len(), ENDPOINTS.len() + own::paths().len());
        assert!(own::paths().iter().map(|(path, _)| *path).eq(crate::own::PATHS.iter().copied()));
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = parsed();
        let mut found = HashSet::new();
        references(&document, &mut found);
        for target in found {
            assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
        }
    }

    #[test]
    fn operation_ids_are_unique() {
        let document = parsed();
        let paths = document["paths"].as_object().unwrap();
        let ids: Vec<&Value> =
            paths.values().flat_map(|path| path.as_object().unwrap().values()).map(|o| &o["operationId"]).collect();
        assert_eq!(ids.iter().map(ToString::to_string).collect::<HashSet<_>>().len(), ids.len());
    }

    #[test]
    fn one_schema_name_means_one_thing() {
        let mut schemas = Schemas::new();
        for endpoint in ENDPOINTS {
            operation::describe(endpoint, &mut schemas);
        }
        for (name, schema) in &schemas {
            assert!(own::schemas().iter().all(|(other, _)| other != name), "{name} is one of our own");
            let same = schemas
                .iter()
                .filter(|(other, _)| other == name)
                .all(|(_, other)| schema::tree(other) == schema::tree(schema));
            assert!(same, "two schemas are called {name}");
        }
    }

    #[test]
    fn every_scope_of_an_endpoint_exists() {
        for endpoint in ENDPOINTS {
            assert!(endpoint.scope.is_none_or(kailing_core::domain::app::is_scope), "{}", endpoint.path);
        }
    }
}
