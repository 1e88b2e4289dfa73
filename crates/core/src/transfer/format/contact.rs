//! Contacts (chapter 19): everything that sections 2 to 4 name, links and tags included.

use super::{
    Column, Default, GENDER, Key, Kind, List, Shape, Target, Type, added, computed, custom, flag, int, made, of,
    one_of, tags, text, time, trimmed,
};
use crate::contact_way;

pub(super) const CONTACT: Type = Type {
    name: "contact",
    table: "contact",
    key: Key::Wire,
    shape: Shape { columns: COLUMNS, lists: &[WAYS, LINKS, tags(0)] },
    catalogue: false,
};

const COLUMNS: &[Column] = &[
    trimmed("user_name", 100),
    one_of("status", &[0, 1, 4]),
    flag("is_useless"),
    flag("is_repeat"),
    of("owner_id", "owner_id", "staff"),
    of("create_user_id", "create_user_id", "staff"),
    of("sea_id", "sea_id", "contact_sea"),
    of("from_channel_id", "channel_id", "channel").or(Default::Channel),
    of("customer_stage", "stage_id", "stage").or(Default::Stage),
    Column::new("level", "level", Kind::Choice("level"), Default::Int(0)),
    int("clue_source", i64::MIN, i64::MAX),
    int("contact_source.type", i64::MIN, i64::MAX).in_column("source_type"),
    text("contact_source.component_id", 128).in_column("source_id"),
    text("contact_source.component_name", 255).in_column("source_name"),
    trimmed("corp_name", 200),
    trimmed("corp_address", 500),
    trimmed("register_address", 500),
    trimmed("legal_person", 200),
    trimmed("corp_founded_time", 200),
    trimmed("industry", 200),
    int("population_size", 0, 5),
    trimmed("position", 100),
    GENDER,
    int("age", 0, 150),
    trimmed("email", 128),
    trimmed("wx_id", 64),
    trimmed("qq", 64),
    trimmed("remark", 1_000),
    trimmed("avatar", 2_048),
    trimmed("other_custom_field", 1_000),
    trimmed("region", 200),
    int("region_code", 0, 999_999),
    trimmed("url", 2_048),
    trimmed("searchword", 200),
    trimmed("key_word", 200),
    trimmed("plan_name", 200),
    trimmed("group_name", 200),
    trimmed("creative_title", 200),
    trimmed("creative_description", 1_000),
    trimmed("advertiser_account_name", 200),
    custom("contact_custom", "contact"),
    made(),
    time("claim_time"),
    time("first_progress_time"),
    time("last_follow_time"),
    text("latest_progress_id", 128),
    int("interactive_score", 0, i64::MAX),
];

const WAYS: List = List {
    ordinal: Some("ordinal"),
    key: 0,
    max: 20,
    ..List::new("contact_ways", "contact_way", "contact_id", Shape { columns: WAY, lists: &[] })
};

const WAY: &[Column] = &[
    int("type", 0, 2_147_483_647),
    trimmed("contact_way", 128).required(),
    computed("way_key", "contact_way", contact_way::key),
];

const LINKS: List = List {
    max: 10_000,
    ..List::new("related_customer", "contact_customer", "contact_id", Shape { columns: LINK, lists: &[] })
};

const LINK: &[Column] = &[
    Column::new("id", "customer_id", Kind::Ref(Target::By("customer_type", LINKED)), Default::Int(0)).required(),
    one_of("type", &[1, 4]).in_column("customer_type").or(Default::Int(1)),
    added(),
];

const LINKED: &[(i64, &str)] = &[(1, "customer"), (4, "visitor")];
