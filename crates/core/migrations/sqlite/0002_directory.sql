-- Departments and staff (chapter 02).

create table department (
    corp_id     integer not null,
    id          integer not null,
    wire_id     text    not null,
    parent_id   integer not null default 0,                      -- 0: the root
    name        text    not null,
    create_time integer not null,
    primary key (corp_id, id)
) strict;
create unique index department_wire on department (corp_id, wire_id);

create table department_leader (
    corp_id       integer not null,
    department_id integer not null,
    ordinal       integer not null,
    staff_id      integer not null,
    primary key (corp_id, department_id, ordinal)
) strict, without rowid;

create table staff (
    corp_id     integer not null,
    id          integer not null,
    wire_id     text    not null,
    wxcp_userid text    not null default '',
    name        text    not null,
    mobile      text    not null default '',
    mobile_key  text    not null default '',                     -- key of a contact way, for matching
    email       text    not null default '',
    position    text    not null default '',
    gender      integer not null default 0,
    avatar      text    not null default '',
    telephone   text    not null default '',
    alias       text    not null default '',
    status      integer not null default 1,                      -- 1 active, 2 disabled, 4 not activated, 5 left
    saas_status integer not null default 1,                      -- 1 may use the CRM
    is_admin    integer not null default 0,
    qr_code     text    not null default '',
    extattr     text    not null default '',                     -- JSON array of attributes, '' when none
    create_time integer not null,
    primary key (corp_id, id)
) strict;
create unique index staff_wire on staff (corp_id, wire_id);
create index staff_order on staff (corp_id, create_time, wire_id);
create index staff_mobile on staff (corp_id, mobile_key) where mobile_key <> '';

create table staff_department (
    corp_id       integer not null,
    staff_id      integer not null,
    ordinal       integer not null,
    department_id integer not null,
    primary key (corp_id, staff_id, ordinal)
) strict, without rowid;
create index staff_department_members on staff_department (corp_id, department_id, staff_id);
