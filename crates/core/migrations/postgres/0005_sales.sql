-- What a contact shows of its surroundings: friends, visitors, companies, opportunities, follow-ups, journeys, groups.

create table customer (
    corp_id             bigint not null,
    id                  bigint not null,
    wire_id             text collate "C" not null,
    external_userid     text collate "C" not null default '',
    name                text collate "C" not null default '',
    avatar              text collate "C" not null default '',
    type                bigint not null default 1,
    gender              bigint not null default 0,
    position            text collate "C" not null default '',
    corp_name           text collate "C" not null default '',
    corp_full_name      text collate "C" not null default '',
    unionid             text collate "C" not null default '',
    stage_id            bigint not null default 0,
    custom              text collate "C" not null default '{}',
    first_progress_time bigint not null default 0,
    latest_progress_id  text collate "C" not null default '',
    create_time         bigint not null,
    primary key (corp_id, id)
);
create unique index customer_wire on customer (corp_id, wire_id);
create index customer_external on customer (corp_id, external_userid) where external_userid <> '';
create index customer_union on customer (corp_id, unionid) where unionid <> '';

-- One relation of a staff member with a friend (an item of follow_users).
create table customer_follow (
    corp_id          bigint not null,
    customer_id      bigint not null,
    staff_id         bigint not null,
    remark           text collate "C" not null default '',
    remark_corp_name text collate "C" not null default '',
    description      text collate "C" not null default '',
    add_way          bigint not null default 0,
    lost_state       bigint not null default 0,
    source_type      bigint not null default 0,
    source_id        text collate "C" not null default '',
    source_name      text collate "C" not null default '',
    position         text collate "C" not null default '',
    age              text collate "C" not null default '',
    wx_id            text collate "C" not null default '',
    qq               text collate "C" not null default '',
    email            text collate "C" not null default '',
    create_time      bigint not null,
    primary key (corp_id, customer_id, staff_id)
);
create index customer_follow_staff on customer_follow (corp_id, staff_id, create_time);

create table customer_mobile (
    corp_id     bigint not null,
    customer_id bigint not null,
    staff_id    bigint not null,
    ordinal     bigint not null,
    mobile      text collate "C" not null,
    mobile_key  text collate "C" not null default '',
    primary key (corp_id, customer_id, staff_id, ordinal)
);
create index customer_mobile_key on customer_mobile (corp_id, mobile_key, customer_id) where mobile_key <> '';

create table visitor (
    corp_id     bigint not null,
    id          bigint not null,
    wire_id     text collate "C" not null,
    name        text collate "C" not null default '',
    avatar      text collate "C" not null default '',
    create_time bigint not null,
    primary key (corp_id, id)
);
create unique index visitor_wire on visitor (corp_id, wire_id);

create table company (
    corp_id           bigint not null,
    id                bigint not null,
    wire_id           text collate "C" not null,
    company_name      text collate "C" not null,
    name_key          text collate "C" not null,
    abbreviation      text collate "C" not null default '',
    credit_code       text collate "C" not null default '',
    status            text collate "C" not null default '',
    corp_founded_time text collate "C" not null default '',
    register_address  text collate "C" not null default '',
    real_address      text collate "C" not null default '',
    legal_person      text collate "C" not null default '',
    website_list      text collate "C" not null default '',
    industry          text collate "C" not null default '',
    company_profile   text collate "C" not null default '',
    population_size   bigint not null default -1,               -- -1: unknown
    creator_id        bigint not null default 0,
    owner_id          bigint not null default 0,
    sea_id            bigint not null default 0,
    stage_id          bigint not null default 0,
    custom            text collate "C" not null default '{}',
    create_time       bigint not null,
    primary key (corp_id, id)
);
create unique index company_wire on company (corp_id, wire_id);
create index company_name on company (corp_id, name_key);
create index company_list on company (corp_id, create_time, wire_id);

create table company_person (
    corp_id     bigint not null,
    company_id  bigint not null,
    person_id   bigint not null,
    person_type bigint not null,                                -- 0 contact, 1 WeCom friend, 4 visitor
    op_user_id  bigint not null default 0,
    create_time bigint not null,
    primary key (corp_id, company_id, person_id)
);
create index company_person_back on company_person (corp_id, person_id, company_id);

create table company_staff (
    corp_id     bigint not null,
    company_id  bigint not null,
    staff_id    bigint not null,
    create_time bigint not null,
    primary key (corp_id, company_id, staff_id)
);

create table process (
    corp_id bigint not null,
    id      bigint not null,
    wire_id text collate "C" not null,
    name    text collate "C" not null,
    ordinal bigint not null,
    primary key (corp_id, id)
);
create unique index process_wire on process (corp_id, wire_id);

create table process_stage (
    corp_id    bigint not null,
    process_id bigint not null,
    stage      bigint not null,                                 -- 100 won, 99 lost
    name       text collate "C" not null,
    ordinal    bigint not null,
    primary key (corp_id, process_id, stage)
);

create table business (
    corp_id             bigint not null,
    id                  bigint not null,
    wire_id             text collate "C" not null,
    business_name       text collate "C" not null default '',
    business_opp_number text collate "C" not null,
    company_id          bigint not null default 0,
    process_id          bigint not null default 0,
    stage               bigint not null,
    status              bigint not null default 0,              -- 1: voided
    owner_id            bigint not null default 0,
    create_user_id      bigint not null default 0,
    except_amount       bigint ,                                 -- hundredths
    except_date         text collate "C" not null default '',
    winning_amount      bigint ,                                 -- hundredths
    winning_date        text collate "C" not null default '',
    fail_reason         bigint not null default 0,
    fail_reason_desc    text collate "C" not null default '',
    abandon_reason      text collate "C" not null default '',
    custom              text collate "C" not null default '{}',
    create_time         bigint not null,
    update_time         bigint not null,
    primary key (corp_id, id)
);
create unique index business_wire on business (corp_id, wire_id);
create unique index business_number on business (corp_id, business_opp_number);
create index business_list on business (corp_id, create_time, wire_id);

create table business_person (
    corp_id     bigint not null,
    business_id bigint not null,
    person_id   bigint not null,
    person_type bigint not null,
    create_time bigint not null,
    primary key (corp_id, business_id, person_id)
);
create index business_person_back on business_person (corp_id, person_id, business_id);

create table business_staff (
    corp_id     bigint not null,
    business_id bigint not null,
    staff_id    bigint not null,
    create_time bigint not null,
    primary key (corp_id, business_id, staff_id)
);

-- Follow-up records (chapter 08).
create table progress (
    corp_id        bigint not null,
    id             bigint not null,
    wire_id        text collate "C" not null,
    object_type    bigint not null,
    object_id      bigint not null,
    content        text collate "C" not null,
    remark         text collate "C" not null default '',
    image_file     text collate "C" not null default '',
    attachments    text collate "C" not null default '',                  -- JSON array, '' when none
    create_user_id bigint not null default 0,
    discarded      bigint not null default 0,
    create_time    bigint not null,
    primary key (corp_id, id)
);
create unique index progress_wire on progress (corp_id, wire_id);
create index progress_object on progress (corp_id, object_id, create_time, wire_id);

-- Journey items (chapter 09).
create table history (
    corp_id        bigint not null,
    id             bigint not null,
    wire_id        text collate "C" not null,
    object_type    bigint not null,
    object_id      bigint not null,
    history_type   bigint not null,
    title          text collate "C" not null default '',
    content        text collate "C" not null default '',
    create_user_id bigint not null default 0,
    source_id      bigint not null default 0,                   -- e.g. the follow-up record that a 201 tells of
    details        text collate "C" not null default '',                  -- JSON object: duration, keyword, url, ip …
    create_time    bigint not null,
    primary key (corp_id, id)
);
create unique index history_wire on history (corp_id, wire_id);
create index history_object on history (corp_id, object_id, create_time, wire_id);

create table group_chat (
    corp_id     bigint not null,
    id          bigint not null,
    wire_id     text collate "C" not null,
    name        text collate "C" not null default '',
    owner_id    bigint not null default 0,
    company_id  bigint not null default 0,
    dissolved   bigint not null default 0,
    custom      text collate "C" not null default '{}',
    create_time bigint not null,
    primary key (corp_id, id)
);
create unique index group_chat_wire on group_chat (corp_id, wire_id);
