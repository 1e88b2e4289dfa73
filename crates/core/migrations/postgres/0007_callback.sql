-- Event callbacks (chapter 21): where an application receives events, which it was sent, and what became of each attempt.

-- Token and key are sealed with the secret key of the installation, which is not in the database.
create table app_callback (
    corp_id        bigint not null,
    app_id         bigint not null,
    url            text collate "C" not null,                   -- '' while there is none
    token_sealed   text collate "C" not null,
    aes_key_sealed text collate "C" not null,
    event_set      text collate "C" not null,                   -- both, current or legacy
    event_types    text collate "C" not null,                   -- joined by commas, '' means all of the set
    queued_seq     bigint not null,                             -- events up to here were looked at for this application
    off_at         bigint not null,                             -- events between these two times are not for it:
    on_at          bigint not null,                             -- it was disabled or had no URL
    update_time    bigint not null,
    primary key (corp_id, app_id)
);

-- One row for each event that an application is to get, for as long as the retention says.
create table delivery (
    corp_id    bigint not null,
    app_id     bigint not null,
    seq        bigint not null,
    journal_id bigint not null,
    ordinal    bigint not null,
    object_id  bigint not null,                                 -- whose events stay in order
    state      bigint not null,                                 -- 0 pending, 1 delivered, 2 exhausted
    attempts   bigint not null,
    rung       bigint not null,                                 -- failed attempts that count for the next wait
    first_at   bigint not null,                                 -- 0 before the first attempt
    last_at    bigint not null,
    next_at    bigint,                                          -- null when done, or behind another event of its object
    took       bigint not null,                                 -- ms of the last attempt
    outcome    text collate "C" not null,                       -- the last attempt in words
    primary key (corp_id, app_id, seq)
);
create index delivery_due on delivery (corp_id, app_id, next_at, seq) where next_at is not null;
create index delivery_object on delivery (corp_id, app_id, object_id, seq) where state = 0;
create index delivery_exhausted on delivery (corp_id, app_id, last_at) where state = 2;

-- Attempts that failed, and those that were made by hand.
create table attempt (
    corp_id bigint not null,
    app_id  bigint not null,
    seq     bigint not null,
    number  bigint not null,
    at      bigint not null,
    took    bigint not null,
    outcome text collate "C" not null,
    primary key (corp_id, app_id, seq, number)
);
