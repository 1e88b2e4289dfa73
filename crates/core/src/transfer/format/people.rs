//! WeCom friends with their relations (chapter 03), and visitors.

use super::{
    Column, Default, GENDER, Key, List, Shape, TAGGING, Type, added, computed, custom, flag, int, made, of, text, time,
};
use crate::contact_way;

pub(super) const VISITOR: Type = Type {
    name: "visitor",
    table: "visitor",
    key: Key::Wire,
    shape: Shape { columns: &[text("name", 255), text("avatar", 2_048), made()], lists: &[] },
    catalogue: false,
};

pub(super) const CUSTOMER: Type = Type {
    name: "customer",
    table: "customer",
    key: Key::Wire,
    shape: Shape { columns: COLUMNS, lists: &[FOLLOWS] },
    catalogue: false,
};

const COLUMNS: &[Column] = &[
    text("external_userid", 128),
    text("name", 255),
    text("avatar", 2_048),
    int("customer_type", i64::MIN, i64::MAX).in_column("type").or(Default::Int(1)),
    GENDER,
    text("position", 255),
    text("corp_name", 255),
    text("corp_full_name", 255),
    text("unionid", 128),
    of("customer_stage", "stage_id", "stage").or(Default::Stage),
    custom("customer_custom", "external_user"),
    time("first_progress_time"),
    text("latest_progress_id", 128),
    made(),
];

const FOLLOWS: List = List {
    max: 10_000,
    ..List::new("follow_users", "customer_follow", "customer_id", Shape { columns: FOLLOW, lists: &[MOBILES, TAGS] })
};

const FOLLOW: &[Column] = &[
    of("userid", "staff_id", "staff").required(),
    text("remark", 2_000),
    text("remark_corp_name", 2_000),
    text("description", 2_000),
    int("add_way", i64::MIN, i64::MAX),
    flag("lost_state"),
    int("add_source.type", i64::MIN, i64::MAX).in_column("source_type"),
    text("add_source.id", 128).in_column("source_id"),
    text("add_source.name", 255).in_column("source_name"),
    text("position", 2_000),
    text("age", 16),
    text("wx_id", 2_000),
    text("qq", 2_000),
    text("email", 2_000),
    added(),
];

const MOBILES: List = List {
    inner: Some("staff_id"),
    key: 0,
    max: 100,
    ..List::of_values("remark_mobiles", "customer_mobile", "customer_id", MOBILE)
};

const MOBILE: &[Column] =
    &[text("", 2_000).in_column("mobile").required(), computed("mobile_key", "mobile", contact_way::key)];

/// A tag of a friend stands in the relation of one staff member.
const TAGS: List = List {
    inner: Some("relation_id"),
    fixed: Some(("object_type", 1)),
    max: 10_000,
    ..List::new("tags", "tagging", "object_id", Shape { columns: TAGGING, lists: &[] })
};
