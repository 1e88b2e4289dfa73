-- Tenants, their applications, and what the house itself needs: leases, locks, counters, the journal, the events.

create table corp (
    corp_id          integer not null primary key,
    wire_id          text    not null unique,
    name             text    not null,
    duplicate_policy text    not null default 'flag',            -- flag or refuse
    multi_process    integer not null default 0,
    time_zone        text    not null default 'Asia/Shanghai',
    public_base_url  text    not null default '',
    cursor_key       text    not null,                           -- 32 bytes, hex: signs the cursors of the tenant
    create_time      integer not null
) strict;

create table app (
    corp_id     integer not null,
    id          integer not null,
    app_id      text    not null unique,                         -- wloa + 32 lowercase hex
    name        text    not null,
    secret_hash text    not null,                                -- SHA-256 of the secret, hex
    enabled     integer not null default 1,
    scopes      text    not null default '*',                    -- * or names joined by commas
    allow_ips   text    not null default '',                     -- addresses and CIDR blocks joined by commas
    create_time integer not null,
    primary key (corp_id, id)
) strict;

-- Who holds a number (node:17) or a duty (sequencer) of the installation, and until when. corp_id is 0.
create table lease (
    corp_id integer not null,
    name    text    not null,
    holder  text    not null,
    until   integer not null,
    primary key (corp_id, name)
) strict, without rowid;

-- One row per slot of `Tx::lock`; only PostgreSQL writes it, SQLite has one writer anyway.
create table lock_slot (
    corp_id integer not null,
    slot    integer not null,
    primary key (corp_id, slot)
) strict, without rowid;

-- Numbers that must have no gap: events of a tenant, opportunity numbers, journal positions.
create table counter (
    corp_id integer not null,
    name    text    not null,
    value   integer not null,
    primary key (corp_id, name)
) strict, without rowid;

-- One row per changed object. `position` is the order in which commits became visible; other nodes follow it.
create table journal (
    corp_id     integer not null,
    id          integer not null,
    position    integer,
    at          integer not null,
    actor       text    not null,
    request_id  text    not null,
    object_type text    not null,
    object_id   integer not null,
    action      text    not null,
    changes     text    not null,                                -- {"field":[from,to]}
    primary key (corp_id, id)
) strict;
create index journal_object on journal (corp_id, object_id, id);
create index journal_position on journal (position) where position is not null;
create index journal_unnumbered on journal (id) where position is null;

-- The callback events of a journal row, as they will be sent. `seq` is gap-free per tenant, null until numbered.
create table event (
    corp_id    integer not null,
    journal_id integer not null,
    ordinal    integer not null,
    seq        integer,
    event_id   text    not null,
    type       text    not null,
    object_id  integer not null,
    at         integer not null,
    payload    text    not null,
    primary key (corp_id, journal_id, ordinal)
) strict;
create unique index event_seq on event (corp_id, seq) where seq is not null;
