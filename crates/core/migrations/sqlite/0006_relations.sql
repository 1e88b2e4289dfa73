-- Where a journey item came from, third-party ids, and who may use a pipeline (chapters 07, 09 and 10).

-- On the copy of an item in a company's journey: the related person whose item it is; 0 otherwise.
alter table history add column person_id integer not null default 0;
create index history_source on history (corp_id, source_id) where source_id <> 0;
create index history_person on history (corp_id, person_id, object_id) where person_id <> 0;

-- Ids that other systems give to our objects: many to many.
create table third (
    corp_id     integer not null,
    object_id   integer not null,
    third_id    text    not null,
    id          integer not null,                                -- order in which mappings were made
    type        integer not null,                                -- 0 contact, 1 WeCom friend, 2 staff, 3 company, 7 opportunity
    create_time integer not null,
    primary key (corp_id, object_id, third_id)
) strict, without rowid;
create index third_back on third (corp_id, third_id, id);

-- The opportunities that a company shows, and lists of companies by owner or in the sea.
create index business_company on business (corp_id, company_id, create_time) where company_id <> 0;
create index company_owner on company (corp_id, owner_id, create_time, wire_id) where owner_id <> 0;
create index company_sea on company (corp_id, create_time, wire_id) where sea_id <> 0;

-- Who may use a pipeline; one without rows is open to everybody (chapter 10).
create table process_staff (
    corp_id    integer not null,
    process_id integer not null,
    staff_id   integer not null,
    primary key (corp_id, process_id, staff_id)
) strict, without rowid;

-- Opportunities by owner and by stage.
create index business_owner on business (corp_id, owner_id, create_time, wire_id) where owner_id <> 0;
create index business_stage on business (corp_id, stage, create_time, wire_id);

-- Contacts in the sea, which only the list of leads shows beside the others.
create index contact_sea on contact (corp_id, create_time, wire_id) where status = 0;
