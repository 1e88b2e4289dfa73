//! Cursors: where a page ended, signed so that nobody can make one up (chapter 00, section 9).
//!
//! A cursor is the URL-safe base64 of a position (time and id of the last row) and a tag over the endpoint's path, the
//! tenant and the position, keyed by the tenant's own key. So a cursor of another endpoint, tenant or
//! installation, and an altered one, are all refused alike, and nothing is kept on the server.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::context::Tenant;
use crate::sign::sign;

/// The longest cursor, in characters.
pub const MAX_LENGTH: usize = 256;

/// Rows on a page.
pub const PAGE_ROWS: usize = 100;

/// Bytes of the tag.
const TAG: usize = 12;

/// The last row of a page; the next one begins behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The time that the list is ordered by, epoch milliseconds.
    pub time: i64,
    /// The wire id that decides between rows of one time.
    pub id: String,
}

/// Rows of one page, and where the next page begins if anything follows.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// At most [`PAGE_ROWS`].
    pub rows: Vec<T>,
    /// The last row of this page, if it is not the last one.
    pub next: Option<Position>,
}

impl<T> Page<T> {
    /// A page from up to `PAGE_ROWS + 1` rows: the one too many only tells that something follows.
    pub fn cut(mut rows: Vec<T>, position: impl Fn(&T) -> Position) -> Page<T> {
        let more = rows.len() > PAGE_ROWS;
        rows.truncate(PAGE_ROWS);
        let next = rows.last().filter(|_| more).map(position);
        Page { rows, next }
    }
}

/// The cursor of an endpoint, named by its path, behind a position.
pub fn seal(tenant: &Tenant, path: &str, position: &Position) -> String {
    let mut bytes = Vec::with_capacity(8 + position.id.len() + TAG);
    bytes.extend_from_slice(&position.time.to_be_bytes());
    bytes.extend_from_slice(position.id.as_bytes());
    let tag = tag(tenant, path, &bytes);
    bytes.extend_from_slice(&tag);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The position behind a cursor, if it was sealed for this endpoint and tenant.
pub fn open(tenant: &Tenant, path: &str, cursor: &str) -> Option<Position> {
    if cursor.len() > MAX_LENGTH {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (position, given) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
    if !bool::from(tag(tenant, path, position).ct_eq(given)) {
        return None;
    }
    let (time, id) = position.split_first_chunk::<8>()?;
    Some(Position { time: i64::from_be_bytes(*time), id: String::from_utf8(id.to_vec()).ok()? })
}

fn tag(tenant: &Tenant, path: &str, position: &[u8]) -> [u8; TAG] {
    let corp = tenant.corp.to_be_bytes();
    let full = sign(&tenant.cursor_key, &[b"cursor\0", path.as_bytes(), b"\0", &corp, position]);
    full.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn tenant(corp: i64, key: u8) -> Tenant {
        Tenant {
            corp,
            wire_id: String::new(),
            name: String::new(),
            refuse_duplicates: false,
            multi_process: false,
            time_zone: TimeZone::UTC,
            public_base_url: String::new(),
            cursor_key: [key; 32],
        }
    }

    proptest! {
        #[test]
        fn a_cursor_opens_to_what_was_sealed(time: i64, id in "[!-~]{0,128}") {
            let position = Position { time, id };
            let cursor = seal(&tenant(1, 1), "/a", &position);
            prop_assert!(cursor.len() <= MAX_LENGTH);
            prop_assert_eq!(open(&tenant(1, 1), "/a", &cursor), Some(position));
        }

        #[test]
        fn an_altered_cursor_does_not_open(time: i64, id in "[a-z]{1,50}", at in 0usize..400, with in "[A-Za-z0-9_-]") {
            let cursor = seal(&tenant(1, 1), "/a", &Position { time, id });
            let at = at % cursor.len();
            let mut altered = cursor.clone();
            altered.replace_range(at..=at, &with);
            prop_assume!(altered != cursor);
            prop_assert_eq!(open(&tenant(1, 1), "/a", &altered), None);
        }

        #[test]
        fn anything_else_is_no_cursor(text in ".{0,300}") {
            prop_assert_eq!(open(&tenant(1, 1), "/a", &text), None);
        }
    }

    #[test]
    fn a_page_tells_its_end_also_after_exactly_100_rows() {
        let page = |n: i64| Page::cut((0..n).collect(), |time| Position { time: *time, id: String::new() });
        assert_eq!(page(100).next, None);
        assert_eq!(page(0).next, None);
        let first = page(101);
        assert_eq!((first.rows.len(), first.next.map(|p| p.time)), (100, Some(99)));
    }

    #[test]
    fn a_cursor_belongs_to_its_endpoint_tenant_and_installation() {
        let cursor = seal(&tenant(1, 1), "/a", &Position { time: 5, id: "x".to_owned() });
        assert_eq!(open(&tenant(1, 1), "/v2/a", &cursor), None);
        assert_eq!(open(&tenant(2, 1), "/a", &cursor), None);
        assert_eq!(open(&tenant(1, 2), "/a", &cursor), None);
    }
}
