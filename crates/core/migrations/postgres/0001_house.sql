-- Tenants, their applications, and what the house itself needs: leases, locks, counters, the journal, the events.

create table corp (
    corp_id          bigint not null primary key,
    wire_id          text collate "C" not null unique,
    name             text collate "C" not null,
    duplicate_policy text collate "C" not null default 'flag',            -- flag or refuse
    multi_process    bigint not null default 0,
    time_zone        text collate "C" not null default 'Asia/Shanghai',
    public_base_url  text collate "C" not null default '',
    cursor_key       text collate "C" not null,                           -- 32 bytes, hex: signs the cursors of the tenant
    create_time      bigint not null
);

create table app (
    corp_id     bigint not null,
    id          bigint not null,
    app_id      text collate "C" not null unique,                         -- wloa + 32 lowercase hex
    name        text collate "C" not null,
    secret_hash text collate "C" not null,                                -- SHA-256 of the secret, hex
    enabled     bigint not null default 1,
    scopes      text collate "C" not null default '*',                    -- * or names joined by commas
    allow_ips   text collate "C" not null default '',                     -- addresses and CIDR blocks joined by commas
    create_time bigint not null,
    primary key (corp_id, id)
);

-- Who holds a number (node:17) or a duty (sequencer) of the installation, and until when. corp_id is 0.
create table lease (
    corp_id bigint not null,
    name    text collate "C" not null,
    holder  text collate "C" not null,
    until   bigint not null,
    primary key (corp_id, name)
);

-- One row per slot of `Tx::lock`; only PostgreSQL writes it, SQLite has one writer anyway.
create table lock_slot (
    corp_id bigint not null,
    slot    bigint not null,
    primary key (corp_id, slot)
);

-- Numbers that must have no gap: events of a tenant, opportunity numbers, journal positions.
create table counter (
    corp_id bigint not null,
    name    text collate "C" not null,
    value   bigint not null,
    primary key (corp_id, name)
);

-- One row per changed object. `position` is the order in which commits became visible; other nodes follow it.
create table journal (
    corp_id     bigint not null,
    id          bigint not null,
    position    bigint ,
    at          bigint not null,
    actor       text collate "C" not null,
    request_id  text collate "C" not null,
    object_type text collate "C" not null,
    object_id   bigint not null,
    action      text collate "C" not null,
    changes     text collate "C" not null,                                -- {"field":[from,to]}
    primary key (corp_id, id)
);
create index journal_object on journal (corp_id, object_id, id);
create index journal_position on journal (position) where position is not null;
create index journal_unnumbered on journal (id) where position is null;

-- The callback events of a journal row, as they will be sent. `seq` is gap-free per tenant, null until numbered.
create table event (
    corp_id    bigint not null,
    journal_id bigint not null,
    ordinal    bigint not null,
    seq        bigint ,
    event_id   text collate "C" not null,
    type       text collate "C" not null,
    object_id  bigint not null,
    at         bigint not null,
    payload    text collate "C" not null,
    primary key (corp_id, journal_id, ordinal)
);
create unique index event_seq on event (corp_id, seq) where seq is not null;
create index event_unnumbered on event (journal_id, ordinal) where seq is null;
create sequence journal_id;
