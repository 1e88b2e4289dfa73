//! What contacts, leads, friends and tags announce (chapters 03, 04, 12, 19).

use serde_json::json;

use super::Row;
use crate::contact_world::{LI, WANG};
use crate::objects::{COMPANY, FRIEND};

pub(super) const TAGS: &[Row] = &[
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

pub(super) const CONTACTS: &[Row] = &[
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

pub(super) const CLUES: &[Row] = &[
    Row {
        path: "/openapi/clue/create",
        body: |_| json!({"user_name": "a", "mobile": "13912345678", "status": 1, "owner_id": WANG}),
        journal: &["contact contact.create"],
        events: &["contact_add", "clue_add", "clue_history 401"],
        journey: &["0 401"],
    },
    Row {
        path: "/openapi/clue/owner_change",
        body: |scene| json!({"clue_list": [{"id": scene.claimed, "owner_id": LI}, {"id": scene.useless, "owner_id": LI}]}),
        journal: &[MOVED],
        events: &["contact_update change_owner", "clue_update change_owner", "clue_history 503"],
        journey: &["0 503"],
    },
    Row {
        path: "/openapi/clue/disuse",
        body: |scene| json!({"clue_ids": [scene.claimed, scene.useless]}),
        journal: &["contact contact.disuse"],
        events: &["contact_update contact_disuse", "clue_update clue_disuse", "clue_history 601"],
        journey: &["0 601"],
    },
    Row {
        path: "/openapi/clue/update",
        body: |scene| json!({"clue_list": [{"clue_id": scene.claimed, "age": 7}, {"clue_id": scene.waiting, "age": 0}]}),
        journal: &["contact contact.edit"],
        events: &["contact_update change_content", "clue_update change_content", "clue_history 405"],
        journey: &["0 405"],
    },
    Row {
        path: "/openapi/clue/back_to_sea",
        body: |scene| json!({"clue_ids": [scene.waiting]}),
        journal: &["contact contact.back_to_sea"],
        events: &["contact_update change_status", "clue_update change_status", "clue_history 999"],
        journey: &["0 999"],
    },
    Row {
        path: "/openapi/clue/recover",
        body: |scene| json!({"clue_ids": [scene.useless]}),
        journal: &["contact contact.recover"],
        events: &["contact_update contact_recover", "clue_update change_status", "clue_history 999"],
        journey: &["0 999"],
    },
];

pub(super) const FRIENDS: &[Row] = &[
    Row {
        path: "/openapi/customer/edit",
        body: |_| json!({"user_id": WANG, "customer_id": FRIEND, "remark": "新备注"}),
        journal: &["customer customer.edit"],
        events: &["customer_update change_remark"],
        journey: &[],
    },
    Row {
        path: "/openapi/customer/edit",
        body: |_| json!({"user_id": WANG, "customer_id": FRIEND, "remark": "新备注"}),
        journal: &[],
        events: &[],
        journey: &[],
    },
    Row {
        path: "/openapi/customer/edit",
        body: |scene| json!({"user_id": WANG, "customer_id": FRIEND, "remark_mobiles": [scene.mobile]}),
        journal: &["customer customer.edit", "contact customer.edit"],
        events: &["customer_update change_remark", "clue_history 404"],
        // With the copy in the journey of the colleague's company.
        journey: &["0 404", "3 404"],
    },
];
