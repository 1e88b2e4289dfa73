//! What administration sets up: tags, channels, stages, options, seas, fields, components, pipelines.

use super::{Column, Default, Key, Kind, List, Shape, Type, flag, int, made, of, one_of, place, text};

pub(super) const TAG_GROUP: Type = Type {
    name: "tag_group",
    table: "tag_group",
    key: Key::Wire,
    shape: Shape {
        columns: &[
            text("group_name", 255).in_column("name").required(),
            one_of("tag_type", &[1, 2]).in_column("type").or(Default::Int(1)),
            of("user_id", "staff_id", "staff"),
            place(),
            made(),
        ],
        lists: &[],
    },
    catalogue: true,
};

pub(super) const TAG: Type = Type {
    name: "tag",
    table: "tag",
    key: Key::Wire,
    shape: Shape {
        columns: &[
            text("tag_name", 255).in_column("name").required(),
            of("group_id", "group_id", "tag_group").required(),
            place(),
            made(),
        ],
        lists: &[],
    },
    catalogue: true,
};

pub(super) const CHANNEL: Type = Type {
    name: "channel",
    table: "channel",
    key: Key::Label,
    shape: Shape {
        columns: &[text("name", 255).required(), of("parent_id", "parent_id", "channel"), flag("is_default"), place()],
        lists: &[],
    },
    catalogue: true,
};

pub(super) const STAGE: Type = Type {
    name: "stage",
    table: "stage",
    key: Key::Label,
    shape: Shape { columns: &[text("name", 255).required(), place()], lists: &[] },
    catalogue: true,
};

pub(super) const CHOICE: Type = Type {
    name: "choice",
    table: "choice",
    key: Key::Pair("field", "label", true),
    shape: Shape {
        columns: &[
            Column::new("field", "field", Kind::Word(&["level", "fail_reason"]), Default::Text("")).required(),
            int("label", 1, 2_147_483_647).required(),
            text("value", 255).required(),
            place(),
        ],
        lists: &[],
    },
    catalogue: true,
};

pub(super) const SEA: Type = Type {
    name: "sea",
    table: "sea",
    key: Key::Wire,
    shape: Shape {
        columns: &[
            text("sea_name", 255).in_column("name").required(),
            one_of("object_type", &[0, 3]),
            flag("is_default"),
            made(),
        ],
        lists: &[List::of_values("user_ids", "sea_staff", "sea_id", &[of("", "staff_id", "staff").required()])],
    },
    catalogue: true,
};

pub(super) const FIELD: Type = Type {
    name: "field",
    table: "field",
    key: Key::Pair("object", "api_name", false),
    shape: Shape {
        columns: &[
            Column::new("object", "object", Kind::Word(OBJECTS), Default::Text("")).required(),
            text("api_name", 64).required(),
            text("view_name", 255).required(),
            one_of("property_type", &[1, 2, 3, 4, 5, 6]).or(Default::Int(1)).required(),
            flag("required"),
            flag("enabled").or(Default::Int(1)),
            int("min_length", 0, 100_000),
            int("max_length", 0, 100_000),
            place(),
        ],
        lists: &[List {
            ordinal: Some("ordinal"),
            ..List::new("options", "field_option", "field_id", Shape { columns: OPTION, lists: &[] })
        }],
    },
    catalogue: true,
};

const OPTION: &[Column] = &[int("label", 0, 2_147_483_647).required(), text("value", 255).required()];

/// The objects that have custom fields.
const OBJECTS: &[&str] = &["contact", "company", "business", "dialogue_room", "external_user"];

pub(super) const COMPONENT: Type = Type {
    name: "component",
    table: "component",
    key: Key::Wire,
    shape: Shape {
        columns: &[
            text("name", 255).required(),
            int("component_type", 0, 2_147_483_647).in_column("type"),
            text("code", 2_048),
            of("create_user_id", "create_user_id", "staff"),
            made(),
        ],
        lists: &[],
    },
    catalogue: true,
};

pub(super) const PROCESS: Type = Type {
    name: "process",
    table: "process",
    key: Key::Wire,
    shape: Shape {
        columns: &[text("process_name", 255).in_column("name").required(), place()],
        lists: &[
            List {
                ordinal: Some("ordinal"),
                ..List::new(
                    "related_stages",
                    "process_stage",
                    "process_id",
                    Shape { columns: PROCESS_STAGE, lists: &[] },
                )
            },
            List {
                plain: true,
                ..List::new("user_ids", "process_staff", "process_id", Shape { columns: PROCESS_USER, lists: &[] })
            },
        ],
    },
    catalogue: true,
};

const PROCESS_STAGE: &[Column] = &[int("stage", 1, 100).required(), text("name", 255).required()];
const PROCESS_USER: &[Column] = &[of("", "staff_id", "staff").required()];
