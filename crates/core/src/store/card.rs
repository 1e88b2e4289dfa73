//! What a contact shows of other objects: tags, opportunities, companies, friends and visitors.
//!
//! Every function takes the inner ids of contacts and answers rows that begin with one of them.

use crate::refusal::Verdict;
use crate::store::db::Tx;

/// A tag on a contact, in the order of the tag library.
#[derive(Clone, Debug)]
pub struct TagRow {
    /// The contact.
    pub contact_id: i64,
    /// Inner id of the tag.
    pub id: i64,
    /// Id of the group on the wire.
    pub group_id: String,
    /// Name of the group.
    pub group_name: String,
    /// 1 company tag, 2 personal tag.
    pub kind: i64,
    /// Creation of the group, ms.
    pub group_create_time: i64,
    /// Id of the tag on the wire.
    pub tag_id: String,
    /// Name of the tag.
    pub tag_name: String,
    /// When the tag was put on the contact, ms.
    pub create_time: i64,
    /// Staff id of who put it, `""` for the system.
    pub tag_user_id: String,
}

/// Tags of contacts.
pub fn tags(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<TagRow>> {
    let sql = "select l.object_id, t.id, g.wire_id, g.name, g.type, g.create_time, t.wire_id, t.name, l.create_time, \
               coalesce(s.wire_id, '') from tagging l \
               join tag t on t.corp_id = l.corp_id and t.id = l.tag_id \
               join tag_group g on g.corp_id = t.corp_id and g.id = t.group_id \
               left join staff s on s.corp_id = l.corp_id and s.id = l.staff_id \
               where l.corp_id = $1 and l.object_id in ({list}) order by l.object_id, g.ordinal, g.id, t.ordinal, t.id";
    Ok(tx.query_in(sql, &[&corp], ids, |row| {
        Ok(TagRow {
            contact_id: row.get(0)?,
            id: row.get(1)?,
            group_id: row.get(2)?,
            group_name: row.get(3)?,
            kind: row.get(4)?,
            group_create_time: row.get(5)?,
            tag_id: row.get(6)?,
            tag_name: row.get(7)?,
            create_time: row.get(8)?,
            tag_user_id: row.get(9)?,
        })
    })?)
}

/// Another object that a contact shows by id and name.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// The contact.
    pub contact_id: i64,
    /// Inner id of the other object.
    pub id: i64,
    /// Its id on the wire.
    pub wire_id: String,
    /// Its name.
    pub name: String,
    /// A voided opportunity is not shown, but its card must notice when it is restored.
    pub is_voided: bool,
}

/// Opportunities that contacts take part in, voided ones included, by creation of the link.
pub fn businesses(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<LinkRow>> {
    let sql = "select l.person_id, b.id, b.wire_id, b.business_name, b.status from business_person l \
               join business b on b.corp_id = l.corp_id and b.id = l.business_id \
               where l.corp_id = $1 and l.person_id in ({list}) \
               order by l.person_id, l.create_time, b.wire_id";
    links(tx, corp, ids, sql)
}

/// Companies whose related person a contact is, by creation of the link.
pub fn companies(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<LinkRow>> {
    let sql = "select l.person_id, c.id, c.wire_id, c.company_name, 0 from company_person l \
               join company c on c.corp_id = l.corp_id and c.id = l.company_id \
               where l.corp_id = $1 and l.person_id in ({list}) order by l.person_id, l.create_time, c.wire_id";
    links(tx, corp, ids, sql)
}

fn links(tx: &mut Tx<'_>, corp: i64, ids: &[i64], sql: &str) -> Verdict<Vec<LinkRow>> {
    Ok(tx.query_in(sql, &[&corp], ids, |row| {
        Ok(LinkRow {
            contact_id: row.get(0)?,
            id: row.get(1)?,
            wire_id: row.get(2)?,
            name: row.get(3)?,
            is_voided: row.get::<i64>(4)? != 0,
        })
    })?)
}

/// A linked WeCom friend or visitor.
#[derive(Clone, Debug)]
pub struct RelatedRow {
    /// The contact.
    pub contact_id: i64,
    /// Id on the wire.
    pub wire_id: String,
    /// 1 WeCom friend, 4 visitor.
    pub kind: i64,
}

/// Linked friends and visitors, by creation of the link.
pub fn related(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<RelatedRow>> {
    let sql = "select l.contact_id, coalesce(f.wire_id, v.wire_id), l.customer_type from contact_customer l \
               left join customer f on f.corp_id = l.corp_id and f.id = l.customer_id and l.customer_type = 1 \
               left join visitor v on v.corp_id = l.corp_id and v.id = l.customer_id and l.customer_type = 4 \
               where l.corp_id = $1 and l.contact_id in ({list}) and coalesce(f.wire_id, v.wire_id) is not null \
               order by l.contact_id, l.create_time, coalesce(f.wire_id, v.wire_id)";
    Ok(tx.query_in(sql, &[&corp], ids, |row| {
        Ok(RelatedRow { contact_id: row.get(0)?, wire_id: row.get(1)?, kind: row.get(2)? })
    })?)
}
