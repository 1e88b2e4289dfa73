//! After the integration tests: every endpoint of the route table was called with success and with a refusal of its
//! own. `scripts/test.sh` runs this last, with the list of calls that the tests wrote.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use std::path::Path;

use kailing_api::routes::ENDPOINTS;

#[test]
fn every_endpoint_was_called_with_success_and_with_a_refusal() {
    let Some(folder) = folder() else { return };
    let calls = std::fs::read_to_string(Path::new(&folder).join("calls")).expect("the list of calls");
    let calls: Vec<Vec<&str>> = calls.lines().map(|line| line.split(' ').collect()).collect();
    let missing: Vec<String> = ENDPOINTS
        .iter()
        .flat_map(|endpoint| {
            let called = |success: bool| {
                calls.iter().any(|call| {
                    let [method, path, code] = call[..] else { return false };
                    method == endpoint.method.name() && matches(path, endpoint.path) && (code == "0") == success
                })
            };
            let name = format!("{} {}", endpoint.method.name(), endpoint.path);
            let success = (!called(true)).then(|| format!("{name}: no call succeeds"));
            let refusal = (!called(false)).then(|| format!("{name}: no call is refused"));
            success.into_iter().chain(refusal)
        })
        .collect();
    assert!(missing.is_empty(), "endpoints without a test:\n{}", missing.join("\n"));
}

/// Set only by the script, after the tests: a run of everything at once has no list yet.
#[expect(clippy::disallowed_methods, reason = "the test scripts speak to the tests through the environment")]
fn folder() -> Option<String> {
    std::env::var("KAILING_TEST_COVERAGE").ok()?;
    std::env::var("KAILING_TEST_CALLS").ok()
}

/// Whether a path belongs to an endpoint, one segment of which may be a parameter in braces.
fn matches(path: &str, pattern: &str) -> bool {
    let (path, pattern): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), pattern.split('/').collect());
    path.len() == pattern.len() && path.iter().zip(&pattern).all(|(is, wanted)| is == wanted || wanted.starts_with('{'))
}
