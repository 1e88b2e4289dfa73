-- Contacts (chapter 19). A reference of 0 is none; staff, sea, channel and stage are internal ids.

create table contact (
    corp_id                 bigint not null,
    id                      bigint not null,
    wire_id                 text collate "C" not null,
    user_name               text collate "C" not null default '',
    status                  bigint not null,                    -- 0 in the sea, 1 claimed, 4 to be assigned
    is_useless              bigint not null default 0,
    is_repeat               bigint not null default 0,
    owner_id                bigint not null default 0,
    create_user_id          bigint not null default 0,
    sea_id                  bigint not null default 0,          -- not 0 exactly while status is 0
    channel_id              bigint not null default 0,
    stage_id                bigint not null default 0,
    level                   bigint not null default 0,          -- label of the choice `level`, 0: none
    clue_source             bigint not null default 0,
    source_type             bigint not null default 0,
    source_id               text collate "C" not null default '',
    source_name             text collate "C" not null default '',
    corp_name               text collate "C" not null default '',
    corp_address            text collate "C" not null default '',
    register_address        text collate "C" not null default '',
    legal_person            text collate "C" not null default '',
    corp_founded_time       text collate "C" not null default '',
    industry                text collate "C" not null default '',
    population_size         bigint not null default 0,
    position                text collate "C" not null default '',
    gender                  bigint not null default 0,
    age                     bigint not null default 0,
    email                   text collate "C" not null default '',
    wx_id                   text collate "C" not null default '',
    qq                      text collate "C" not null default '',
    remark                  text collate "C" not null default '',
    avatar                  text collate "C" not null default '',
    other_custom_field      text collate "C" not null default '',
    region                  text collate "C" not null default '',
    region_code             bigint not null default 0,
    url                     text collate "C" not null default '',
    searchword              text collate "C" not null default '',
    key_word                text collate "C" not null default '',
    plan_name               text collate "C" not null default '',
    group_name              text collate "C" not null default '',
    creative_title          text collate "C" not null default '',
    creative_description    text collate "C" not null default '',
    advertiser_account_name text collate "C" not null default '',
    custom                  text collate "C" not null default '{}',       -- api_name -> value
    create_time             bigint not null,
    claim_time              bigint not null default 0,
    first_progress_time     bigint not null default 0,
    last_follow_time        bigint not null default 0,
    latest_progress_id      text collate "C" not null default '',         -- the wire id of the record
    interactive_score       bigint not null default 0,
    primary key (corp_id, id)
);
create unique index contact_wire on contact (corp_id, wire_id);
create index contact_list on contact (corp_id, create_time, wire_id) where status <> 0;
create index contact_owner on contact (corp_id, owner_id, create_time, wire_id) where owner_id <> 0;

create table contact_way (
    corp_id     bigint not null,
    contact_id  bigint not null,
    ordinal     bigint not null,
    type        bigint not null,
    contact_way text collate "C" not null,
    way_key     text collate "C" not null default '',                     -- '' matches nothing
    primary key (corp_id, contact_id, ordinal)
);
create index contact_way_key on contact_way (corp_id, way_key, contact_id) where way_key <> '';

-- Links of contacts with WeCom friends (1) and visitors (4).
create table contact_customer (
    corp_id       bigint not null,
    contact_id    bigint not null,
    customer_id   bigint not null,
    customer_type bigint not null,
    create_time   bigint not null,
    primary key (corp_id, contact_id, customer_id)
);
create index contact_customer_back on contact_customer (corp_id, customer_id, contact_id);
