-- Contacts (chapter 19). A reference of 0 is none; staff, sea, channel and stage are internal ids.

create table contact (
    corp_id                 integer not null,
    id                      integer not null,
    wire_id                 text    not null,
    user_name               text    not null default '',
    status                  integer not null,                    -- 0 in the sea, 1 claimed, 4 to be assigned
    is_useless              integer not null default 0,
    is_repeat               integer not null default 0,
    owner_id                integer not null default 0,
    create_user_id          integer not null default 0,
    sea_id                  integer not null default 0,          -- not 0 exactly while status is 0
    channel_id              integer not null default 0,
    stage_id                integer not null default 0,
    level                   integer not null default 0,          -- label of the choice `level`, 0: none
    clue_source             integer not null default 0,
    source_type             integer not null default 0,
    source_id               text    not null default '',
    source_name             text    not null default '',
    corp_name               text    not null default '',
    corp_address            text    not null default '',
    register_address        text    not null default '',
    legal_person            text    not null default '',
    corp_founded_time       text    not null default '',
    industry                text    not null default '',
    population_size         integer not null default 0,
    position                text    not null default '',
    gender                  integer not null default 0,
    age                     integer not null default 0,
    email                   text    not null default '',
    wx_id                   text    not null default '',
    qq                      text    not null default '',
    remark                  text    not null default '',
    avatar                  text    not null default '',
    other_custom_field      text    not null default '',
    region                  text    not null default '',
    region_code             integer not null default 0,
    url                     text    not null default '',
    searchword              text    not null default '',
    key_word                text    not null default '',
    plan_name               text    not null default '',
    group_name              text    not null default '',
    creative_title          text    not null default '',
    creative_description    text    not null default '',
    advertiser_account_name text    not null default '',
    custom                  text    not null default '{}',       -- api_name -> value
    create_time             integer not null,
    claim_time              integer not null default 0,
    first_progress_time     integer not null default 0,
    last_follow_time        integer not null default 0,
    latest_progress_id      text    not null default '',         -- the wire id of the record
    interactive_score       integer not null default 0,
    primary key (corp_id, id)
) strict;
create unique index contact_wire on contact (corp_id, wire_id);
create index contact_list on contact (corp_id, create_time, wire_id) where status <> 0;
create index contact_owner on contact (corp_id, owner_id, create_time, wire_id) where owner_id <> 0;

create table contact_way (
    corp_id     integer not null,
    contact_id  integer not null,
    ordinal     integer not null,
    type        integer not null,
    contact_way text    not null,
    way_key     text    not null default '',                     -- '' matches nothing
    primary key (corp_id, contact_id, ordinal)
) strict, without rowid;
create index contact_way_key on contact_way (corp_id, way_key, contact_id) where way_key <> '';

-- Links of contacts with WeCom friends (1) and visitors (4).
create table contact_customer (
    corp_id       integer not null,
    contact_id    integer not null,
    customer_id   integer not null,
    customer_type integer not null,
    create_time   integer not null,
    primary key (corp_id, contact_id, customer_id)
) strict, without rowid;
create index contact_customer_back on contact_customer (corp_id, customer_id, contact_id);
