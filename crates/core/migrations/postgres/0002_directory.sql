-- Departments and staff (chapter 02).

create table department (
    corp_id     bigint not null,
    id          bigint not null,
    wire_id     text collate "C" not null,
    parent_id   bigint not null default 0,                      -- 0: the root
    name        text collate "C" not null,
    create_time bigint not null,
    primary key (corp_id, id)
);
create unique index department_wire on department (corp_id, wire_id);

create table department_leader (
    corp_id       bigint not null,
    department_id bigint not null,
    ordinal       bigint not null,
    staff_id      bigint not null,
    primary key (corp_id, department_id, ordinal)
);

create table staff (
    corp_id     bigint not null,
    id          bigint not null,
    wire_id     text collate "C" not null,
    wxcp_userid text collate "C" not null default '',
    name        text collate "C" not null,
    mobile      text collate "C" not null default '',
    mobile_key  text collate "C" not null default '',                     -- key of a contact way, for matching
    email       text collate "C" not null default '',
    position    text collate "C" not null default '',
    gender      bigint not null default 0,
    avatar      text collate "C" not null default '',
    telephone   text collate "C" not null default '',
    alias       text collate "C" not null default '',
    status      bigint not null default 1,                      -- 1 active, 2 disabled, 4 not activated, 5 left
    saas_status bigint not null default 1,                      -- 1 may use the CRM
    is_admin    bigint not null default 0,
    qr_code     text collate "C" not null default '',
    extattr     text collate "C" not null default '',                     -- JSON array of attributes, '' when none
    create_time bigint not null,
    primary key (corp_id, id)
);
create unique index staff_wire on staff (corp_id, wire_id);
create index staff_order on staff (corp_id, create_time, wire_id);
create index staff_mobile on staff (corp_id, mobile_key) where mobile_key <> '';

create table staff_department (
    corp_id       bigint not null,
    staff_id      bigint not null,
    ordinal       bigint not null,
    department_id bigint not null,
    primary key (corp_id, staff_id, ordinal)
);
create index staff_department_members on staff_department (corp_id, department_id, staff_id);
