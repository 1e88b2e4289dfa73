//! Follow-up records (chapter 08), journey items (09), group chats (15), third-party ids (07).

use super::{Column, Default, Key, Kind, Shape, Target, Type, custom, flag, int, made, of, one_of, text};

pub(super) const GROUP_CHAT: Type = Type {
    name: "group_chat",
    table: "group_chat",
    key: Key::Wire,
    shape: Shape {
        columns: &[
            text("name", 255),
            of("owner_id", "owner_id", "staff"),
            of("company_id", "company_id", "company"),
            flag("dissolved"),
            custom("group_custom", "dialogue_room"),
            made(),
        ],
        lists: &[],
    },
    catalogue: false,
};

pub(super) const PROGRESS: Type = Type {
    name: "progress",
    table: "progress",
    key: Key::Wire,
    shape: Shape {
        columns: &[
            one_of("object_type", &[0, 1, 3, 4, 6, 7]).required(),
            Column::new("object_id", "object_id", Kind::Ref(Target::By("object_type", FOLLOWED)), Default::Int(0))
                .required(),
            text("content", 100_000).required(),
            text("remark", 1_000),
            Column::new("image_file_list", "image_file", Kind::Joined(100), Default::Text("")),
            Column::new("attachment_file_list", "attachments", Kind::Attachments, Default::Text("")),
            of("create_user_id", "create_user_id", "staff"),
            flag("discarded"),
            made(),
        ],
        lists: &[],
    },
    catalogue: false,
};

const FOLLOWED: &[(i64, &str)] =
    &[(0, "contact"), (1, "customer"), (3, "company"), (4, "visitor"), (6, "group_chat"), (7, "business")];

pub(super) const HISTORY: Type = Type {
    name: "history",
    table: "history",
    key: Key::Wire,
    shape: Shape {
        columns: &[
            one_of("object_type", &[0, 1, 3, 4, 7]).required(),
            Column::new("object_id", "object_id", Kind::Ref(Target::By("object_type", FOLLOWED)), Default::Int(0))
                .required(),
            int("history_type", 0, 2_147_483_647).or(Default::Int(999)),
            text("title", 2_000),
            text("content", 100_000),
            of("create_user_id", "create_user_id", "staff"),
            Column::new("source_id", "source_id", Kind::Ref(Target::By("history_type", SOURCES)), Default::Int(0)),
            int("person_type", 0, 4).in_column(""),
            Column::new(
                "person_id",
                "person_id",
                Kind::Ref(Target::Any("person_type", super::PEOPLE)),
                Default::Int(0),
            ),
            Column::new("details", "details", Kind::JsonObject, Default::Text("")),
            made(),
        ],
        lists: &[],
    },
    catalogue: false,
};

/// What the items of these numbers tell of.
const SOURCES: &[(i64, &str)] =
    &[(201, "progress"), (205, "business"), (206, "business"), (207, "business"), (209, "business"), (210, "business")];

pub(super) const THIRD: Type = Type {
    name: "third",
    table: "third",
    key: Key::Third,
    shape: Shape {
        columns: &[
            one_of("object_type", &[0, 1, 2, 3, 7]).in_column("type").required(),
            Column::new("object_id", "object_id", Kind::Ref(Target::By("type", MAPPED)), Default::Int(0)).required(),
            text("third_id", 128).required(),
            made(),
        ],
        lists: &[],
    },
    catalogue: false,
};

const MAPPED: &[(i64, &str)] = &[(0, "contact"), (1, "customer"), (2, "staff"), (3, "company"), (7, "business")];
