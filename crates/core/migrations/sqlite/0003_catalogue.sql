-- What administration sets up and contacts refer to: tags, channels, stages, seas, fields, components.

create table tag_group (
    corp_id     integer not null,
    id          integer not null,
    wire_id     text    not null,
    type        integer not null,                                -- 1 company, 2 personal
    staff_id    integer not null default 0,                      -- whose personal tags these are
    name        text    not null,
    ordinal     integer not null,
    create_time integer not null,
    primary key (corp_id, id)
) strict;
create unique index tag_group_wire on tag_group (corp_id, wire_id);

create table tag (
    corp_id     integer not null,
    id          integer not null,
    wire_id     text    not null,
    group_id    integer not null,
    name        text    not null,
    ordinal     integer not null,
    create_time integer not null,
    primary key (corp_id, id)
) strict;
create unique index tag_wire on tag (corp_id, wire_id);
create index tag_of_group on tag (corp_id, group_id, ordinal);

-- Tags on objects. relation_id is 0, for a WeCom friend the staff member in whose relation the tag stands.
create table tagging (
    corp_id     integer not null,
    object_id   integer not null,
    tag_id      integer not null,
    relation_id integer not null default 0,
    object_type integer not null,                                -- 0 contact, 1 WeCom friend, 3 company
    staff_id    integer not null default 0,                      -- who put it, 0: the system
    create_time integer not null,
    primary key (corp_id, object_id, tag_id, relation_id)
) strict, without rowid;
create index tagging_of_tag on tagging (corp_id, tag_id, create_time, object_id);

create table channel (
    corp_id    integer not null,
    id         integer not null,
    label      integer not null,                                 -- from_channel_id on the wire
    parent_id  integer not null default 0,
    name       text    not null,
    is_default integer not null default 0,
    ordinal    integer not null,
    primary key (corp_id, id)
) strict;
create unique index channel_label on channel (corp_id, label);

create table stage (
    corp_id integer not null,
    id      integer not null,
    label   integer not null,
    name    text    not null,
    ordinal integer not null,
    primary key (corp_id, id)
) strict;
create unique index stage_label on stage (corp_id, label);

-- Options of system fields that the tenant configures: level of a contact, fail_reason of an opportunity.
create table choice (
    corp_id integer not null,
    field   text    not null,
    label   integer not null,
    value   text    not null,
    ordinal integer not null,
    primary key (corp_id, field, label)
) strict, without rowid;

create table sea (
    corp_id     integer not null,
    id          integer not null,
    wire_id     text    not null,
    object_type integer not null,                                -- 0 contacts, 3 companies
    name        text    not null,
    is_default  integer not null default 0,
    create_time integer not null,
    primary key (corp_id, id)
) strict;
create unique index sea_wire on sea (corp_id, wire_id);

-- Who may use a sea; a sea without rows is open to all active staff.
create table sea_staff (
    corp_id  integer not null,
    sea_id   integer not null,
    ordinal  integer not null,
    staff_id integer not null,
    primary key (corp_id, sea_id, ordinal)
) strict, without rowid;

create table field (
    corp_id       integer not null,
    id            integer not null,
    object        text    not null,                              -- contact, company, business, dialogue_room, external_user
    api_name      text    not null,
    view_name     text    not null,
    property_type integer not null,
    required      integer not null default 0,
    enabled       integer not null default 1,
    min_length    integer not null default 0,
    max_length    integer not null default 0,                    -- 0: the default of the kind
    ordinal       integer not null,
    primary key (corp_id, id)
) strict;
create unique index field_name on field (corp_id, object, api_name);

create table field_option (
    corp_id  integer not null,
    field_id integer not null,
    label    integer not null,
    value    text    not null,
    ordinal  integer not null,
    primary key (corp_id, field_id, label)
) strict, without rowid;

create table component (
    corp_id        integer not null,
    id             integer not null,
    wire_id        text    not null,
    type           integer not null,
    name           text    not null,
    code           text    not null default '',
    create_user_id integer not null default 0,
    create_time    integer not null,
    primary key (corp_id, id)
) strict;
create unique index component_wire on component (corp_id, wire_id);
