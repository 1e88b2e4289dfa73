-- What a contact shows of its surroundings: friends, visitors, companies, opportunities, follow-ups, journeys, groups.

create table customer (
    corp_id             integer not null,
    id                  integer not null,
    wire_id             text    not null,
    external_userid     text    not null default '',
    name                text    not null default '',
    avatar              text    not null default '',
    type                integer not null default 1,
    gender              integer not null default 0,
    position            text    not null default '',
    corp_name           text    not null default '',
    corp_full_name      text    not null default '',
    unionid             text    not null default '',
    stage_id            integer not null default 0,
    custom              text    not null default '{}',
    first_progress_time integer not null default 0,
    latest_progress_id  text    not null default '',
    create_time         integer not null,
    primary key (corp_id, id)
) strict;
create unique index customer_wire on customer (corp_id, wire_id);
create index customer_external on customer (corp_id, external_userid) where external_userid <> '';
create index customer_union on customer (corp_id, unionid) where unionid <> '';

-- One relation of a staff member with a friend (an item of follow_users).
create table customer_follow (
    corp_id          integer not null,
    customer_id      integer not null,
    staff_id         integer not null,
    remark           text    not null default '',
    remark_corp_name text    not null default '',
    description      text    not null default '',
    add_way          integer not null default 0,
    lost_state       integer not null default 0,
    source_type      integer not null default 0,
    source_id        text    not null default '',
    source_name      text    not null default '',
    position         text    not null default '',
    age              text    not null default '',
    wx_id            text    not null default '',
    qq               text    not null default '',
    email            text    not null default '',
    create_time      integer not null,
    primary key (corp_id, customer_id, staff_id)
) strict;
create index customer_follow_staff on customer_follow (corp_id, staff_id, create_time);

create table customer_mobile (
    corp_id     integer not null,
    customer_id integer not null,
    staff_id    integer not null,
    ordinal     integer not null,
    mobile      text    not null,
    mobile_key  text    not null default '',
    primary key (corp_id, customer_id, staff_id, ordinal)
) strict, without rowid;
create index customer_mobile_key on customer_mobile (corp_id, mobile_key, customer_id) where mobile_key <> '';

create table visitor (
    corp_id     integer not null,
    id          integer not null,
    wire_id     text    not null,
    name        text    not null default '',
    avatar      text    not null default '',
    create_time integer not null,
    primary key (corp_id, id)
) strict;
create unique index visitor_wire on visitor (corp_id, wire_id);

create table company (
    corp_id           integer not null,
    id                integer not null,
    wire_id           text    not null,
    company_name      text    not null,
    name_key          text    not null,
    abbreviation      text    not null default '',
    credit_code       text    not null default '',
    status            text    not null default '',
    corp_founded_time text    not null default '',
    register_address  text    not null default '',
    real_address      text    not null default '',
    legal_person      text    not null default '',
    website_list      text    not null default '',
    industry          text    not null default '',
    company_profile   text    not null default '',
    population_size   integer not null default -1,               -- -1: unknown
    creator_id        integer not null default 0,
    owner_id          integer not null default 0,
    sea_id            integer not null default 0,
    stage_id          integer not null default 0,
    custom            text    not null default '{}',
    create_time       integer not null,
    primary key (corp_id, id)
) strict;
create unique index company_wire on company (corp_id, wire_id);
create index company_name on company (corp_id, name_key);
create index company_list on company (corp_id, create_time, wire_id);

create table company_person (
    corp_id     integer not null,
    company_id  integer not null,
    person_id   integer not null,
    person_type integer not null,                                -- 0 contact, 1 WeCom friend, 4 visitor
    op_user_id  integer not null default 0,
    create_time integer not null,
    primary key (corp_id, company_id, person_id)
) strict, without rowid;
create index company_person_back on company_person (corp_id, person_id, company_id);

create table company_staff (
    corp_id     integer not null,
    company_id  integer not null,
    staff_id    integer not null,
    create_time integer not null,
    primary key (corp_id, company_id, staff_id)
) strict, without rowid;

create table process (
    corp_id integer not null,
    id      integer not null,
    wire_id text    not null,
    name    text    not null,
    ordinal integer not null,
    primary key (corp_id, id)
) strict;
create unique index process_wire on process (corp_id, wire_id);

create table process_stage (
    corp_id    integer not null,
    process_id integer not null,
    stage      integer not null,                                 -- 100 won, 99 lost
    name       text    not null,
    ordinal    integer not null,
    primary key (corp_id, process_id, stage)
) strict, without rowid;

create table business (
    corp_id             integer not null,
    id                  integer not null,
    wire_id             text    not null,
    business_name       text    not null default '',
    business_opp_number text    not null,
    company_id          integer not null default 0,
    process_id          integer not null default 0,
    stage               integer not null,
    status              integer not null default 0,              -- 1: voided
    owner_id            integer not null default 0,
    create_user_id      integer not null default 0,
    except_amount       integer,                                 -- hundredths
    except_date         text    not null default '',
    winning_amount      integer,                                 -- hundredths
    winning_date        text    not null default '',
    fail_reason         integer not null default 0,
    fail_reason_desc    text    not null default '',
    abandon_reason      text    not null default '',
    custom              text    not null default '{}',
    create_time         integer not null,
    update_time         integer not null,
    primary key (corp_id, id)
) strict;
create unique index business_wire on business (corp_id, wire_id);
create unique index business_number on business (corp_id, business_opp_number);
create index business_list on business (corp_id, create_time, wire_id);

create table business_person (
    corp_id     integer not null,
    business_id integer not null,
    person_id   integer not null,
    person_type integer not null,
    create_time integer not null,
    primary key (corp_id, business_id, person_id)
) strict, without rowid;
create index business_person_back on business_person (corp_id, person_id, business_id);

create table business_staff (
    corp_id     integer not null,
    business_id integer not null,
    staff_id    integer not null,
    create_time integer not null,
    primary key (corp_id, business_id, staff_id)
) strict, without rowid;

-- Follow-up records (chapter 08).
create table progress (
    corp_id        integer not null,
    id             integer not null,
    wire_id        text    not null,
    object_type    integer not null,
    object_id      integer not null,
    content        text    not null,
    remark         text    not null default '',
    image_file     text    not null default '',
    attachments    text    not null default '',                  -- JSON array, '' when none
    create_user_id integer not null default 0,
    discarded      integer not null default 0,
    create_time    integer not null,
    primary key (corp_id, id)
) strict;
create unique index progress_wire on progress (corp_id, wire_id);
create index progress_object on progress (corp_id, object_id, create_time, wire_id);

-- Journey items (chapter 09).
create table history (
    corp_id        integer not null,
    id             integer not null,
    wire_id        text    not null,
    object_type    integer not null,
    object_id      integer not null,
    history_type   integer not null,
    title          text    not null default '',
    content        text    not null default '',
    create_user_id integer not null default 0,
    source_id      integer not null default 0,                   -- e.g. the follow-up record that a 201 tells of
    details        text    not null default '',                  -- JSON object: duration, keyword, url, ip …
    create_time    integer not null,
    primary key (corp_id, id)
) strict;
create unique index history_wire on history (corp_id, wire_id);
create index history_object on history (corp_id, object_id, create_time, wire_id);

create table group_chat (
    corp_id     integer not null,
    id          integer not null,
    wire_id     text    not null,
    name        text    not null default '',
    owner_id    integer not null default 0,
    company_id  integer not null default 0,
    dissolved   integer not null default 0,
    custom      text    not null default '{}',
    create_time integer not null,
    primary key (corp_id, id)
) strict;
create unique index group_chat_wire on group_chat (corp_id, wire_id);
