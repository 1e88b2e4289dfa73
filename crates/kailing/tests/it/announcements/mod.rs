//! Who announces what (chapter 21, section 6.1): a table of every write endpoint with exactly the journal entries, the
//! events in their order and the journey items that one call writes.
//!
//! A row is a call on fresh objects. To add an endpoint, add rows; `every_write_endpoint_has_a_row` asks for them.

use std::collections::BTreeSet;

use kailing_api::endpoint::Method;
use kailing_api::routes::ENDPOINTS;
use serde_json::{Value, json};

use crate::contact_world::{LI, WANG, World};
use crate::harness::NOW;
use crate::objects::{BUSINESS, COMPANY, FRIEND, GROUP, VISITOR, follow, record, world};

/// The objects of one row, made anew for each.
struct Scene {
    /// Claimed by Wang.
    claimed: String,
    /// To be assigned, without an owner.
    waiting: String,
    /// To be assigned, already Wang's.
    promised: String,
    /// Claimed by Wang and discarded.
    useless: String,
    /// A follow-up record of `claimed`.
    progress: String,
}

/// A call and what it writes.
struct Row {
    path: &'static str,
    body: fn(&Scene) -> Value,
    /// `object_type action`, one for each changed object.
    journal: &'static [&'static str],
    /// `type`, with `change_type` or the number of the journey item.
    events: &'static [&'static str],
    /// `object_type history_type`; a minus before it where an item is removed.
    journey: &'static [&'static str],
}

const ROWS: &[&[Row]] = &[PROGRESS, JOURNEY, TAGS, CONTACTS];

/// Endpoints whose own tests claim what they announce; each leaves this list when it gets a row.
const ELSEWHERE: &[&str] = &[
    "/openapi/clue/",
    "/openapi/company/",
    "/openapi/v2/company/",
    "/openapi/third/",
    "/openapi/business/",
    "/openapi/v2/business/",
    "/openapi/customer/",
];

const PROGRESS: &[Row] = &[
    Row {
        path: "/openapi/progress/create",
        body: |scene| json!({"id": scene.claimed, "type": 0, "progress_list": [record(0, NOW, "a"), record(1, NOW, "b")]}),
        journal: &["contact progress.create", "contact progress.create"],
        events: &["progress_add", "clue_history 201", "progress_add", "clue_history 201"],
        journey: &["0 201", "0 201"],
    },
    Row {
        path: "/openapi/progress/create",
        body: |_| json!({"id": FRIEND, "type": 1, "progress_list": [record(0, NOW, "a")]}),
        journal: &["customer progress.create"],
        events: &["progress_add", "history_add 201"],
        // With the copy in the journey of the company that the friend is related to.
        journey: &["1 201", "3 201"],
    },
    Row {
        path: "/openapi/v2/progress/create",
        body: |_| json!({"id": COMPANY, "type": 3, "progress_list": [record(0, NOW, "a"), record(1, 5, "bad")]}),
        journal: &["company progress.create"],
        events: &["progress_add"],
        journey: &["3 201"],
    },
    Row {
        path: "/openapi/v2/progress/create",
        body: |_| json!({"id": BUSINESS, "type": 7, "progress_list": [record(0, NOW, "a")]}),
        journal: &["business progress.create"],
        events: &["progress_add"],
        journey: &["7 201"],
    },
    Row {
        path: "/openapi/v2/progress/create",
        body: |_| json!({"id": VISITOR, "type": 4, "progress_list": [record(0, NOW, "a")]}),
        journal: &["visitor progress.create"],
        events: &["progress_add"],
        journey: &[],
    },
    Row {
        path: "/openapi/v2/progress/create",
        body: |_| json!({"id": GROUP, "type": 6, "progress_list": [record(0, NOW, "a")]}),
        journal: &["group_chat progress.create"],
        events: &["progress_add"],
        journey: &[],
    },
    Row {
        path: "/openapi/v2/progress/create",
        body: |scene| json!({"id": scene.claimed, "type": 0, "progress_list": [record(0, 5, "bad")]}),
        journal: &[],
        events: &[],
        journey: &[],
    },
    Row {
        path: "/openapi/progress/disuse",
        body: |scene| json!({"progress_ids": [scene.progress, scene.progress, "nobody"]}),
        journal: &["contact progress.disuse"],
        events: &[],
        journey: &["-0 201"],
    },
];

const JOURNEY: &[Row] = &[
    Row {
        path: "/openapi/event/create",
        body: |scene| {
            json!({"id": scene.claimed, "type": 0, "event_list": [{"index": 0, "title": "a", "create_time": NOW},
            {"index": 1, "create_time": NOW}, {"index": 2, "title": "c", "create_time": NOW}]})
        },
        journal: &["contact journey.create", "contact journey.create"],
        events: &["clue_history 999", "clue_history 999"],
        journey: &["0 999", "0 999"],
    },
    Row {
        path: "/openapi/event/create",
        body: |_| json!({"id": FRIEND, "type": 1, "event_list": [{"index": 0, "title": "a", "create_time": NOW}]}),
        journal: &["customer journey.create"],
        events: &["history_add 999"],
        journey: &["1 999", "3 999"],
    },
    Row {
        path: "/openapi/v2/event/create",
        body: |_| json!({"id": COMPANY, "type": 3, "event_list": [{"index": 0, "title": "a", "create_time": NOW}]}),
        journal: &["company journey.create"],
        events: &[],
        journey: &["3 999"],
    },
];

const TAGS: &[Row] = &[
    Row {
        path: "/openapi/tag/mark_tag",
        body: |scene| json!({"type": 0, "ids": [scene.claimed], "add_tags": ["tag-a", "tag-c"]}),
        journal: &["contact tag.mark"],
        events: &["tag_update_v2", "tag_update"],
        journey: &[],
    },
    Row {
        path: "/openapi/tag/mark_tag",
        body: |_| json!({"type": 1, "ids": [FRIEND], "add_tags": ["tag-a"]}),
        journal: &["customer tag.mark"],
        events: &["tag_update"],
        journey: &[],
    },
    Row {
        path: "/openapi/v2/tag/mark_tag",
        body: |scene| json!({"type": 0, "ids": [scene.claimed, scene.waiting], "add_tags": ["tag-b"]}),
        journal: &["contact tag.mark", "contact tag.mark"],
        events: &["tag_update_v2", "tag_update", "tag_update_v2", "tag_update"],
        journey: &[],
    },
    Row {
        path: "/openapi/v2/tag/mark_tag",
        body: |_| json!({"type": 3, "ids": [COMPANY], "add_tags": ["tag-b"]}),
        journal: &["company tag.mark"],
        events: &["tag_update_v2", "tag_update"],
        journey: &[],
    },
    Row {
        path: "/openapi/v2/tag/mark_tag",
        body: |scene| json!({"type": 0, "ids": [scene.claimed], "remove_tags": ["tag-a"]}),
        journal: &[],
        events: &[],
        journey: &[],
    },
];

const MOVED: &str = "contact contact.owner_change";

const CONTACTS: &[Row] = &[
    Row {
        path: "/openapi/contact/create",
        body: |_| json!({"user_name": "a", "status": 1, "owner_id": WANG}),
        journal: &["contact contact.create"],
        events: &["contact_add", "clue_add", "clue_history 401"],
        journey: &["0 401"],
    },
    Row {
        path: "/openapi/contact/create",
        body: |_| json!({"user_name": "a", "status": 0}),
        journal: &["contact contact.create"],
        events: &["contact_add", "clue_add", "clue_history 402"],
        journey: &["0 402"],
    },
    Row {
        path: "/openapi/contact/edit",
        body: |scene| json!({"contact_id": scene.claimed, "age": 7}),
        journal: &["contact contact.edit"],
        events: &["contact_update change_content", "clue_update change_content", "clue_history 405"],
        journey: &["0 405"],
    },
    Row {
        path: "/openapi/contact/edit",
        body: |scene| json!({"contact_id": scene.claimed, "age": 0}),
        journal: &[],
        events: &[],
        journey: &[],
    },
    Row {
        path: "/openapi/contact/owner_change",
        body: |scene| {
            json!({"contact_list": [{"id": scene.waiting, "owner_id": LI}, {"id": scene.promised, "owner_id": WANG},
            {"id": scene.claimed, "owner_id": WANG}, {"id": scene.useless, "owner_id": LI}]})
        },
        journal: &[MOVED, MOVED],
        events: &[
            "contact_update change_status",
            "clue_update change_status",
            "contact_update change_owner",
            "clue_update change_owner",
            "clue_history 501",
            "contact_update change_status",
            "clue_update change_status",
            "clue_history 501",
        ],
        journey: &["0 501", "0 501"],
    },
    Row {
        path: "/openapi/contact/owner_change",
        body: |scene| json!({"contact_list": [{"id": scene.claimed, "owner_id": LI}]}),
        journal: &[MOVED],
        events: &["contact_update change_owner", "clue_update change_owner", "clue_history 503"],
        journey: &["0 503"],
    },
    Row {
        path: "/openapi/contact/disuse",
        body: |scene| json!({"contatc_ids": [scene.claimed, scene.useless]}),
        journal: &["contact contact.disuse"],
        events: &["contact_update contact_disuse", "clue_update clue_disuse", "clue_history 601"],
        journey: &["0 601"],
    },
    Row {
        path: "/openapi/contact/recover",
        body: |scene| json!({"contact_ids": [scene.claimed, scene.useless]}),
        journal: &["contact contact.recover"],
        events: &["contact_update contact_recover", "clue_update change_status", "clue_history 999"],
        journey: &["0 999"],
    },
    Row {
        path: "/openapi/contact/back_to_sea",
        body: |scene| json!({"contact_ids": [scene.claimed]}),
        journal: &["contact contact.back_to_sea"],
        events: &[
            "contact_update change_status",
            "clue_update change_status",
            "contact_update change_owner",
            "clue_update change_owner",
            "clue_history 999",
        ],
        journey: &["0 999"],
    },
    Row {
        path: "/openapi/contact/back_to_sea",
        body: |scene| json!({"contact_ids": [scene.waiting]}),
        journal: &["contact contact.back_to_sea"],
        events: &["contact_update change_status", "clue_update change_status", "clue_history 999"],
        journey: &["0 999"],
    },
];

impl Scene {
    async fn new(world: &World) -> Scene {
        let claimed = world.claimed(WANG).await;
        let useless = world.claimed(WANG).await;
        world.post("/openapi/contact/disuse", json!({"contact_ids": [useless]})).await.assert_ok();
        Scene {
            waiting: world.create(json!({"user_name": "a", "status": 4})).await,
            promised: world.create(json!({"user_name": "a", "status": 4, "owner_id": WANG})).await,
            progress: follow(world, 0, &claimed, vec![record(0, NOW, "x")]).await.remove(0),
            claimed,
            useless,
        }
    }
}

/// The journey items of the tenant as `object_type history_type`, with their ids.
async fn items(world: &World) -> BTreeSet<(i64, String)> {
    let sql = "select id, object_type, history_type from history where corp_id = $1";
    let rows =
        world.rows(sql, &[], |row| Ok((row.get::<i64>(0)?, format!("{} {}", row.get::<i64>(1)?, row.get::<i64>(2)?))));
    rows.await.into_iter().collect()
}

#[tokio::test]
async fn each_write_announces_exactly_what_its_row_says() {
    let world = world().await;
    for row in ROWS.iter().copied().flatten() {
        let scene = Scene::new(&world).await;
        let (journal, events, before) =
            (world.journal_since(0).await.len(), world.events().await.len(), items(&world).await);
        let body = (row.body)(&scene);
        let call = format!("{} {body}", row.path);
        world.post(row.path, body).await.assert_ok();
        let after = items(&world).await;
        let written: Vec<String> = world.journal_since(journal).await.into_iter().map(|(what, _)| what).collect();
        assert_eq!(written, row.journal, "journal of {call}");
        assert_eq!(world.told_since(events).await, row.events, "events of {call}");
        let mut journey: Vec<String> = after.difference(&before).map(|(_, item)| item.clone()).collect();
        journey.extend(before.difference(&after).map(|(_, item)| format!("-{item}")));
        assert_eq!(journey, row.journey, "journey of {call}");
    }
}

#[test]
fn every_write_endpoint_has_a_row() {
    let rows: Vec<&Row> = ROWS.iter().copied().flatten().collect();
    let writes = ENDPOINTS.iter().filter(|endpoint| {
        endpoint.method == Method::Post && endpoint.scope.is_some_and(|scope| scope.ends_with(".write"))
    });
    let missing: Vec<&str> = writes
        .map(|endpoint| endpoint.path)
        .filter(|path| !rows.iter().any(|row| row.path == *path))
        .filter(|path| !ELSEWHERE.iter().any(|elsewhere| path.starts_with(elsewhere)))
        .collect();
    assert_eq!(missing, [""; 0], "write endpoints without a row");
}
