-- Ready-made JSON of contacts. Nothing here is the only copy of anything: see docs/operations.md before emptying it.

-- `json` is '' while the card is stale. Every change of the contact raises `version`. Rows are wide, so the table has
-- a rowid.
create table card (
    corp_id    integer not null,
    wire_id    text    not null,                                 -- of the contact
    contact_id integer not null,
    version    integer not null,
    form       integer not null,                                 -- of the JSON; raised when a release writes it otherwise
    born       integer not null,                                 -- the last touch of a name that the JSON knows of
    batch_end  integer not null,                                 -- where a row of contact/batch ends, in bytes
    is_listed  integer not null,
    shows      text    not null,                                 -- what it shows of others: kind and id in hex, by spaces
    json       text    not null,
    primary key (corp_id, wire_id)
) strict;

-- Names that cards show and when they last changed. Versions come from the counter `names` of the tenant.
create table touch (
    corp_id integer not null,
    kind    integer not null,                                    -- 0 tenant, 1 tag, 2 channel, 3 stage, 4 company
    id      integer not null,
    version integer not null,
    primary key (corp_id, kind, id)
) strict, without rowid;
create index touch_version on touch (corp_id, version);
