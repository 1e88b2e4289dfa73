//! The rules that hold for every row of the demo data, checked by SQL on SQLite.

use std::collections::HashMap;
use std::path::Path;

use super::*;
use crate::contact_way;
use crate::store::db::{DatabaseUrl, Options};

/// No contact may break one of these rules: (what it says, rows that break it).
#[rustfmt::skip]
const RULES: &[(&str, &str)] = &[
    ("in the sea: no owner, a sea, no claim", "select 1 from contact where status = 0 and (owner_id <> 0 or sea_id = 0 or claim_time <> 0)"),
    ("claimed: an owner, no sea, a claim", "select 1 from contact where status = 1 and (owner_id = 0 or sea_id <> 0 or claim_time < create_time)"),
    ("to be assigned: no sea, no claim", "select 1 from contact where status = 4 and (sea_id <> 0 or claim_time <> 0)"),
    ("a status of the three", "select 1 from contact where status not in (0, 1, 4)"),
    ("the sea is one of contacts", "select 1 from contact c where sea_id <> 0 and not exists (select 1 from sea s where s.id = c.sea_id and s.object_type = 0)"),
    ("the owner exists and was not gone", "select 1 from contact c where owner_id <> 0 and not exists (select 1 from staff s where s.id = c.owner_id and (s.status = 1 and s.saas_status = 1 or s.status = 5))"),
    ("channel and stage exist", "select 1 from contact c where not exists (select 1 from channel x where x.id = c.channel_id) or not exists (select 1 from stage x where x.id = c.stage_id)"),
    ("the first entry tells of the creation", "select 1 from contact c where not exists (select 1 from history h where h.object_id = c.id and h.history_type in (401, 402, 403) and h.create_time = c.create_time)"),
    ("created into the sea: 402 or 403, and only then claimed from it", "select 1 from history h where h.history_type = 502 and not exists (select 1 from history g where g.object_id = h.object_id and g.history_type in (402, 403))"),
    ("a claim after the creation has an entry of its time", "select 1 from contact c where claim_time > create_time and not exists (select 1 from history h where h.object_id = c.id and h.history_type in (501, 502) and h.create_time = c.claim_time)"),
    ("claimed at creation: the claim is the creation", "select 1 from contact c where status = 1 and claim_time <> create_time and not exists (select 1 from history h where h.object_id = c.id and h.history_type in (501, 502))"),
    ("discarded: 601", "select 1 from contact c where is_useless = 1 and not exists (select 1 from history h where h.object_id = c.id and h.history_type = 601)"),
    ("first and last follow-up", "select 1 from contact c where first_progress_time <> coalesce((select min(create_time) from progress p where p.object_id = c.id and discarded = 0), 0) or last_follow_time <> coalesce((select max(create_time) from progress p where p.object_id = c.id and discarded = 0), 0)"),
    ("the latest follow-up", "select 1 from contact c where latest_progress_id <> coalesce((select wire_id from progress p where p.object_id = c.id and discarded = 0 order by create_time desc, wire_id desc limit 1), '')"),
    ("every follow-up has its entry, discarded ones have none", "select 1 from progress p where discarded = exists (select 1 from history h where h.source_id = p.id and h.history_type = 201 and h.content = p.content and h.object_id = p.object_id)"),
    ("the score is the weight of the journey", "select 1 from contact c where interactive_score <> coalesce((select sum(case when history_type in (101, 102, 103, 104, 105, 301) then 1 when history_type in (203, 211, 213, 214) then 5 when history_type = 204 then 10 else 0 end) from history h where h.object_id = c.id), 0)"),
    ("a repeat has an elder with its key", "select 1 from contact c where is_repeat <> exists (select 1 from contact_way w join contact_way e on e.way_key = w.way_key and e.contact_id < w.contact_id where w.contact_id = c.id and w.way_key <> '')"),
    ("ids ascend with the time of creation", "select 1 from contact where id <> (create_time << 22) + (1023 << 12)"),
    ("friends with a number of the contact are linked", "select 1 from customer_mobile m join contact_way w on w.way_key = m.mobile_key where m.mobile_key <> '' and not exists (select 1 from contact_customer l where l.contact_id = w.contact_id and l.customer_id = m.customer_id)"),
    ("a link to a friend has its entry", "select 1 from contact_customer l where customer_type = 1 and not exists (select 1 from history h where h.object_id = l.contact_id and h.history_type = 404 and h.create_time = l.create_time)"),
    ("links lead somewhere", "select 1 from contact_customer l where not exists (select 1 from customer x where x.id = l.customer_id) and not exists (select 1 from visitor x where x.id = l.customer_id)"),
    ("people of companies exist on both sides", "select 1 from company_person l where not exists (select 1 from company x where x.id = l.company_id) or not exists (select 1 from contact x where x.id = l.person_id)"),
    ("companies: claimed with an owner or in a sea of theirs", "select 1 from company c where (owner_id = 0) = (sea_id = 0) or sea_id <> 0 and not exists (select 1 from sea s where s.id = c.sea_id and s.object_type = 3)"),
    ("company names are distinct", "select 1 from company group by corp_id, name_key having count(*) > 1"),
    ("opportunities: stage of their pipeline, amounts and reasons of their stage", "select 1 from business b where not exists (select 1 from process_stage s where s.process_id = b.process_id and s.stage = b.stage) or (stage = 100) <> (winning_date <> '') or (stage = 99) <> (fail_reason <> 0) or (status = 1) <> (abandon_reason <> '')"),
    ("opportunities have a company that exists or none", "select 1 from business b where company_id <> 0 and not exists (select 1 from company c where c.id = b.company_id)"),
    ("every opportunity has its entries on the contact", "select 1 from business b join business_person p on p.business_id = b.id and p.person_type = 0 where (select count(*) from history h where h.object_id = p.person_id and h.source_id = b.id) <> (case when b.stage > 98 or b.status = 1 then 2 else 1 end)"),
    ("tags exist, personal ones only from their owner", "select 1 from tagging t left join tag on tag.id = t.tag_id left join tag_group g on g.id = tag.group_id where tag.id is null or g.type = 2 and g.staff_id <> t.staff_id"),
    ("no staff member who left has a department, all others have", "select 1 from staff s where (status = 5) = exists (select 1 from staff_department d where d.staff_id = s.id)"),
    ("no time after the anchor", "select 1 from history where create_time >= 1793462400000 union all select 1 from progress where create_time >= 1793462400000 union all select 1 from tagging where create_time >= 1793462400000 union all select 1 from business where update_time >= 1793462400000"),
    ("nothing of a contact before it", "select 1 from history h join contact c on c.id = h.object_id where h.create_time < c.create_time union all select 1 from tagging t join contact c on c.id = t.object_id where t.create_time < c.create_time union all select 1 from company_person t join contact c on c.id = t.person_id where t.create_time < c.create_time"),
];

/// The indexes of the tables begin with the tenant, which the rules leave out.
#[rustfmt::skip]
const INDEXES: &[&str] = &[
    "contact (id)", "staff (id)", "history (object_id)", "history (source_id)", "progress (object_id)", "customer (id)",
    "visitor (id)", "company (id)", "business (id)", "contact_way (way_key)", "contact_way (contact_id)", "tag (id)",
    "contact_customer (contact_id)", "customer_mobile (mobile_key)", "business_person (business_id)", "tagging (object_id)",
];

/// What must occur: (what it is, how often at least).
#[rustfmt::skip]
const OCCURS: &[(&str, &str, i64)] = &[
    ("departments", "select count(*) from department", 15),
    ("staff", "select count(*) from staff", 60),
    ("administrators", "select count(*) from staff where is_admin = 1", 1),
    ("staff who left", "select count(*) from staff where status = 5", 5),
    ("staff not activated", "select count(*) from staff where status = 4", 2),
    ("staff without mobile", "select count(*) from staff where mobile = ''", 5),
    ("company tag groups", "select count(*) from tag_group where type = 1", 8),
    ("company tags", "select count(*) from tag t join tag_group g on g.id = t.group_id and g.type = 1", 40),
    ("personal tags in use", "select count(*) from tagging t join tag on tag.id = t.tag_id join tag_group g on g.id = tag.group_id and g.type = 2", 5),
    ("option labels beyond ten", "select count(*) from field_option where label > 10", 2),
    ("switched-off fields with values", "select count(*) from contact where custom like '%jxtbh%'", 3),
    ("seas of contacts", "select count(*) from sea where object_type = 0", 3),
    ("to be assigned with an owner", "select count(*) from contact where status = 4 and owner_id <> 0", 100),
    ("to be assigned without", "select count(*) from contact where status = 4 and owner_id = 0", 500),
    ("in the sea", "select count(*) from contact where status = 0", 1000),
    ("discarded", "select count(*) from contact where is_useless = 1", 300),
    ("repeats", "select count(*) from contact where is_repeat = 1", 20),
    ("repeats linked to the friend of the elder", "select count(*) from contact c join contact_customer l on l.contact_id = c.id and l.customer_type = 1 where is_repeat = 1", 2),
    ("contacts without any way", "select count(*) from contact c where not exists (select 1 from contact_way w where w.contact_id = c.id)", 500),
    ("ways of nineteen digits", "select count(*) from contact_way where length(way_key) = 19", 100),
    ("ways without key", "select count(*) from contact_way where way_key = ''", 100),
    ("ways of kind 101", "select count(*) from contact_way where type = 101", 50),
    ("sources whose name and number disagree", "select count(*) from contact where source_type = 4 and source_name = '注册加微'", 50),
    ("HTML in follow-ups", "select count(*) from progress where content like '<p>%' and remark not like '%<%'", 100),
    ("contacts of staff who left", "select count(*) from contact c join staff s on s.id = c.owner_id where s.status = 5", 20),
    ("three opportunities at once", "select count(*) from (select person_id from business_person where person_type = 0 group by person_id having count(*) = 3)", 20),
    ("three companies at once", "select count(*) from (select person_id from company_person group by person_id having count(*) = 3)", 20),
    ("long journeys", "select count(*) from (select object_id from history where object_type = 0 group by object_id having count(*) > 10)", 50),
];

fn open(path: &Path) -> Db {
    let options = Options { follow: false, readers: 1, ..Options::default() };
    Db::open(&DatabaseUrl::Sqlite(path.to_path_buf()), options).unwrap()
}

fn number(db: &Db, sql: &'static str) -> i64 {
    db.read(move |tx| Ok(tx.query_opt(sql, &[], |row| row.get(0))?.unwrap_or(0))).wait().unwrap()
}

fn plan(contacts: u64, seed: u64, add: bool) -> Plan {
    Plan { contacts, seed, add, cursor_key: [7; 32] }
}

#[test]
fn every_rule_holds_and_every_oddity_occurs() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder.path().join("rules.db"));
    let made = fill(&db, &plan(20_000, 42, false), &mut |_| true).unwrap();
    assert_eq!(made.contacts, 20_000);
    let indexes = |tx: &mut Tx<'_>| {
        for (number, index) in INDEXES.iter().enumerate() {
            tx.execute(&format!("create index rule_{number} on {index}"), &[])?;
        }
        Ok(())
    };
    averages(&db);
    db.write(indexes).wait().unwrap();
    for (rule, broken) in RULES {
        let found = db.read(move |tx| Ok(tx.query(broken, &[], |row| row.get::<i64>(0))?.len())).wait().unwrap();
        assert_eq!(found, 0, "{rule}");
    }
    for (what, sql, least) in OCCURS {
        let found = number(&db, sql);
        assert!(found >= *least, "{what}: {found}");
    }
    keys_are_those_of_the_rule(&db);
    assert_eq!(
        number(&db, "select count(*) from business"),
        number(&db, "select value from counter where name = 'business'")
    );
    assert_eq!(number(&db, "select count(*) from journal where action = 'demo.fill' and position = id"), 3);
    assert_eq!(number(&db, "select count(*) from event"), 0);
}

fn averages(db: &Db) {
    for (what, sql, low, high) in [
        ("follow-ups", "select count(*) from progress", 8_000, 13_000),
        ("journey", "select count(*) from history where object_type = 0", 34_000, 48_000),
        ("tags", "select count(*) from tagging where object_type = 0", 15_000, 30_000),
        ("companies", "select count(*) from company", 2_500, 2_500),
        (
            "size in kilobytes",
            "select page_count * page_size / 1024 from pragma_page_count(), pragma_page_size()",
            20_000,
            100_000,
        ),
    ] {
        let found = number(db, sql);
        assert!((low..=high).contains(&found), "{what}: {found}");
    }
}

fn keys_are_those_of_the_rule(db: &Db) {
    let sql = "select contact_way, way_key from contact_way union all select mobile, mobile_key from customer_mobile \
               union all select mobile, mobile_key from staff";
    let ways =
        db.read(|tx| Ok(tx.query(sql, &[], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))?)).wait().unwrap();
    for (way, key) in ways {
        assert_eq!(contact_way::key(&way), key);
    }
}

/// All rows of some tables as text.
fn dump(db: &Db) -> HashMap<&'static str, String> {
    ["contact", "history", "business", "staff", "customer", "field"]
        .into_iter()
        .map(|table| {
            let columns = format!("select group_concat(name, '||char(31)||') from pragma_table_info('{table}')");
            let rows = db.read(move |tx| {
                let names = tx.query_opt(&columns, &[], |row| row.get::<String>(0))?.unwrap_or_default();
                let all = format!(
                    "select {} from {table} order by corp_id, id",
                    names
                        .replace("except_amount", "coalesce(except_amount,0)")
                        .replace("winning_amount", "coalesce(winning_amount,0)")
                );
                Ok(tx.query(&all, &[], |row| row.get::<String>(0))?.join("\n"))
            });
            (table, rows.wait().unwrap())
        })
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_data_and_another_seed_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let dumps = [("a.db", 7), ("b.db", 7), ("c.db", 8)].map(|(name, seed)| {
        let db = open(&folder.path().join(name));
        fill(&db, &plan(300, seed, false), &mut |_| true).unwrap();
        dump(&db)
    });
    assert_eq!(dumps[0], dumps[1]);
    assert_ne!(dumps[0]["contact"], dumps[2]["contact"]);
}

#[test]
fn a_further_tenant_needs_a_word_and_stands_beside_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder.path().join("two.db"));
    let first = fill(&db, &plan(200, 1, false), &mut |_| true).unwrap();
    assert!(matches!(fill(&db, &plan(200, 1, false), &mut |_| true), Err(FillError::NotEmpty)));
    let second = fill(&db, &plan(200, 1, true), &mut |_| true).unwrap();
    assert_eq!((&first.app_id, &first.app_secret), (&credentials(1, 1).0, &credentials(1, 1).1));
    assert_ne!(first.app_id, second.app_id);
    assert_ne!(first.corp_id, second.corp_id);
    assert_eq!(number(&db, "select count(distinct wire_id) from contact"), 400);
    assert_eq!(number(&db, "select count(*) from contact where corp_id = 2"), 200);
}

#[test]
fn work_that_is_stopped_leaves_whole_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder.path().join("stopped.db"));
    let mut reports = Vec::new();
    let made = fill(&db, &plan(25_000, 3, false), &mut |progress| {
        reports.push(progress.done);
        progress.done < BLOCK
    });
    assert_eq!(made.unwrap().contacts, BLOCK);
    assert_eq!(reports, [0, BLOCK]);
    assert_eq!(number(&db, "select count(*) from contact"), 10_000);
    assert_eq!(number(&db, "select count(*) from journal"), 2);
}

#[test]
fn an_empty_tenant_is_possible_and_credentials_have_their_form() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder.path().join("none.db"));
    let made = fill(&db, &plan(0, 9, false), &mut |_| true).unwrap();
    assert_eq!((made.contacts, made.corp_id.len()), (0, 43));
    assert!(made.app_id.len() == 36 && made.app_id.starts_with("wloa"));
    assert_eq!(made.app_secret.len(), 43);
    assert_eq!(number(&db, "select count(*) from app where length(secret_hash) = 64 and scopes = '*'"), 1);
}
