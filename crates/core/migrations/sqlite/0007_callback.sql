-- Event callbacks (chapter 21): where an application receives events, which it was sent, and what became of each attempt.

-- Token and key are sealed with the secret key of the installation, which is not in the database.
create table app_callback (
    corp_id        integer not null,
    app_id         integer not null,
    url            text    not null,                             -- '' while there is none
    token_sealed   text    not null,
    aes_key_sealed text    not null,
    event_set      text    not null,                             -- both, current or legacy
    event_types    text    not null,                             -- joined by commas, '' means all of the set
    queued_seq     integer not null,                             -- events up to here were looked at for this application
    off_at         integer not null,                             -- events between these two times are not for it:
    on_at          integer not null,                             -- it was disabled or had no URL
    update_time    integer not null,
    primary key (corp_id, app_id)
) strict;

-- One row for each event that an application is to get, for as long as the retention says.
create table delivery (
    corp_id    integer not null,
    app_id     integer not null,
    seq        integer not null,
    journal_id integer not null,
    ordinal    integer not null,
    object_id  integer not null,                                 -- whose events stay in order
    state      integer not null,                                 -- 0 pending, 1 delivered, 2 exhausted
    attempts   integer not null,
    rung       integer not null,                                 -- failed attempts that count for the next wait
    first_at   integer not null,                                 -- 0 before the first attempt
    last_at    integer not null,
    next_at    integer,                                          -- null when done, or behind another event of its object
    took       integer not null,                                 -- ms of the last attempt
    outcome    text    not null,                                 -- the last attempt in words
    primary key (corp_id, app_id, seq)
) strict, without rowid;
create index delivery_due on delivery (corp_id, app_id, next_at, seq) where next_at is not null;
create index delivery_object on delivery (corp_id, app_id, object_id, seq) where state = 0;
create index delivery_exhausted on delivery (corp_id, app_id, last_at) where state = 2;

-- Attempts that failed, and those that were made by hand.
create table attempt (
    corp_id integer not null,
    app_id  integer not null,
    seq     integer not null,
    number  integer not null,
    at      integer not null,
    took    integer not null,
    outcome text    not null,
    primary key (corp_id, app_id, seq, number)
) strict, without rowid;
