//! The OpenAPI document, made from the route table.

/// The document, for `/openapi.json` and the command line.
pub fn openapi_json() -> String {
    String::new()
}
