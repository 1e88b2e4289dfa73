//! Finds the endpoint of a path.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use crate::endpoint::Endpoint;

/// The number of an endpoint in the route table.
pub(crate) type Place = usize;

/// Paths of the route table, ready to be looked up.
pub(crate) struct Router {
    exact: HashMap<&'static str, (Place, &'static Endpoint)>,
    patterns: Vec<Pattern>,
}

/// A path with one segment that is a parameter.
struct Pattern {
    before: &'static str,
    name: &'static str,
    after: &'static str,
    place: Place,
    endpoint: &'static Endpoint,
}

/// An endpoint, its place in the table and the parameter in its path.
pub(crate) struct Found {
    pub endpoint: &'static Endpoint,
    pub place: Place,
    pub argument: Option<(&'static str, String)>,
}

impl Router {
    pub(crate) fn new(endpoints: &[&'static Endpoint]) -> Router {
        let mut router = Router { exact: HashMap::new(), patterns: Vec::new() };
        for (place, endpoint) in endpoints.iter().enumerate() {
            match split(endpoint.path) {
                Some((before, name, after)) => {
                    router.patterns.push(Pattern { before, name, after, place, endpoint });
                }
                None => drop(router.exact.insert(endpoint.path, (place, endpoint))),
            }
        }
        router
    }

    /// The endpoint of a path; paths are case-sensitive and have no trailing slash.
    pub(crate) fn find(&self, path: &str) -> Option<Found> {
        if let Some((place, endpoint)) = self.exact.get(path) {
            return Some(Found { endpoint, place: *place, argument: None });
        }
        self.patterns.iter().find_map(|pattern| {
            let segment = path.strip_prefix(pattern.before)?.strip_suffix(pattern.after)?;
            if segment.is_empty() || segment.contains('/') {
                return None;
            }
            let value = percent_decode_str(segment).decode_utf8().ok()?.into_owned();
            let Pattern { endpoint, place, name, .. } = *pattern;
            Some(Found { endpoint, place, argument: Some((name, value)) })
        })
    }
}

/// What stands before, in and after the braces.
fn split(path: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    let (before, rest) = path.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}
