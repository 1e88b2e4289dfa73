-- What administration sets up and contacts refer to: tags, channels, stages, seas, fields, components.

create table tag_group (
    corp_id     bigint not null,
    id          bigint not null,
    wire_id     text collate "C" not null,
    type        bigint not null,                                -- 1 company, 2 personal
    staff_id    bigint not null default 0,                      -- whose personal tags these are
    name        text collate "C" not null,
    ordinal     bigint not null,
    create_time bigint not null,
    primary key (corp_id, id)
);
create unique index tag_group_wire on tag_group (corp_id, wire_id);

create table tag (
    corp_id     bigint not null,
    id          bigint not null,
    wire_id     text collate "C" not null,
    group_id    bigint not null,
    name        text collate "C" not null,
    ordinal     bigint not null,
    create_time bigint not null,
    primary key (corp_id, id)
);
create unique index tag_wire on tag (corp_id, wire_id);
create index tag_of_group on tag (corp_id, group_id, ordinal);

-- Tags on objects. relation_id is 0, for a WeCom friend the staff member in whose relation the tag stands.
create table tagging (
    corp_id     bigint not null,
    object_id   bigint not null,
    tag_id      bigint not null,
    relation_id bigint not null default 0,
    object_type bigint not null,                                -- 0 contact, 1 WeCom friend, 3 company
    staff_id    bigint not null default 0,                      -- who put it, 0: the system
    create_time bigint not null,
    primary key (corp_id, object_id, tag_id, relation_id)
);
create index tagging_of_tag on tagging (corp_id, tag_id, create_time, object_id);

create table channel (
    corp_id    bigint not null,
    id         bigint not null,
    label      bigint not null,                                 -- from_channel_id on the wire
    parent_id  bigint not null default 0,
    name       text collate "C" not null,
    is_default bigint not null default 0,
    ordinal    bigint not null,
    primary key (corp_id, id)
);
create unique index channel_label on channel (corp_id, label);

create table stage (
    corp_id bigint not null,
    id      bigint not null,
    label   bigint not null,
    name    text collate "C" not null,
    ordinal bigint not null,
    primary key (corp_id, id)
);
create unique index stage_label on stage (corp_id, label);

-- Options of system fields that the tenant configures: level of a contact, fail_reason of an opportunity.
create table choice (
    corp_id bigint not null,
    field   text collate "C" not null,
    label   bigint not null,
    value   text collate "C" not null,
    ordinal bigint not null,
    primary key (corp_id, field, label)
);

create table sea (
    corp_id     bigint not null,
    id          bigint not null,
    wire_id     text collate "C" not null,
    object_type bigint not null,                                -- 0 contacts, 3 companies
    name        text collate "C" not null,
    is_default  bigint not null default 0,
    create_time bigint not null,
    primary key (corp_id, id)
);
create unique index sea_wire on sea (corp_id, wire_id);

-- Who may use a sea; a sea without rows is open to all active staff.
create table sea_staff (
    corp_id  bigint not null,
    sea_id   bigint not null,
    ordinal  bigint not null,
    staff_id bigint not null,
    primary key (corp_id, sea_id, ordinal)
);

create table field (
    corp_id       bigint not null,
    id            bigint not null,
    object        text collate "C" not null,                              -- contact, company, business, dialogue_room, external_user
    api_name      text collate "C" not null,
    view_name     text collate "C" not null,
    property_type bigint not null,
    required      bigint not null default 0,
    enabled       bigint not null default 1,
    min_length    bigint not null default 0,
    max_length    bigint not null default 0,                    -- 0: the default of the kind
    ordinal       bigint not null,
    primary key (corp_id, id)
);
create unique index field_name on field (corp_id, object, api_name);

create table field_option (
    corp_id  bigint not null,
    field_id bigint not null,
    label    bigint not null,
    value    text collate "C" not null,
    ordinal  bigint not null,
    primary key (corp_id, field_id, label)
);

create table component (
    corp_id        bigint not null,
    id             bigint not null,
    wire_id        text collate "C" not null,
    type           bigint not null,
    name           text collate "C" not null,
    code           text collate "C" not null default '',
    create_user_id bigint not null default 0,
    create_time    bigint not null,
    primary key (corp_id, id)
);
create unique index component_wire on component (corp_id, wire_id);
