//! The one table of endpoints, in the order of the specification.

use crate::endpoint::Endpoint;

/// Every endpoint that is served.
pub const ENDPOINTS: &[&Endpoint] = &[];
