-- Ready-made JSON of contacts. Nothing here is the only copy of anything: see docs/operations.md before emptying it.

-- `json` is '' while the card is stale. Every change of the contact raises `version`.
create table card (
    corp_id    bigint not null,
    wire_id    text collate "C" not null,                       -- of the contact
    contact_id bigint not null,
    version    bigint not null,
    form       bigint not null,                                 -- of the JSON; raised when a release writes it otherwise
    born       bigint not null,                                 -- the last touch of a name that the JSON knows of
    batch_end  bigint not null,                                 -- where a row of contact/batch ends, in bytes
    is_listed  bigint not null,
    shows      text collate "C" not null,                       -- what it shows of others: kind and id in hex, by spaces
    json       text collate "C" not null,
    primary key (corp_id, wire_id)
);

-- Names that cards show and when they last changed. Versions come from the counter `names` of the tenant.
create table touch (
    corp_id bigint not null,
    kind    bigint not null,                                    -- 0 tenant, 1 tag, 2 channel, 3 stage, 4 company
    id      bigint not null,
    version bigint not null,
    primary key (corp_id, kind, id)
);
create index touch_version on touch (corp_id, version);
