//! `kailing openapi`: the document that stands in the sources as openapi.json.

use crate::failure::Failure;
use crate::output;

pub(crate) fn run() -> Result<(), Failure> {
    Ok(output::line(kailing_api::openapi::openapi_json().trim_end())?)
}
