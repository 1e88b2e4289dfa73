//! What follow-up records and journey items announce (chapters 08 and 09).

use serde_json::json;

use super::Row;
use crate::harness::NOW;
use crate::objects::{BUSINESS, COMPANY, FRIEND, GROUP, VISITOR, record};

pub(super) const PROGRESS: &[Row] = &[
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

pub(super) const JOURNEY: &[Row] = &[
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
