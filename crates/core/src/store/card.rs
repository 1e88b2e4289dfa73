//! Cards: what a contact shows of other objects (tags, opportunities, companies, friends and visitors), and the
//! ready-made JSON that is kept beside the rows (table `card`; `store/db/touch.rs` makes it stale).

use std::borrow::Cow;

use crate::refusal::Verdict;
use crate::store::db::{Arg, Tx};

/// A row of table `card`.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'r> {
    /// The contact on the wire.
    pub wire_id: &'r str,
    /// The contact.
    pub contact_id: i64,
    /// How often the contact was touched.
    pub version: i64,
    /// Which way of writing the JSON it is.
    pub form: i64,
    /// The last touch of a name that the JSON knows of.
    pub born: i64,
    /// Where a row of `contact/batch` ends.
    pub batch_end: i64,
    /// Whether `contact/list` may show it.
    pub is_listed: bool,
    /// The names in it, as a text.
    pub shows: &'r str,
    /// A row of `contact/list`; empty while stale.
    pub json: &'r [u8],
}

/// Shows the stored cards of contacts, stale ones too, each with the last touch of a name in the tenant.
pub fn kept(tx: &mut Tx<'_>, corp: i64, wire_ids: &[&str], mut f: impl FnMut(Kept<'_>, i64)) -> Verdict<()> {
    let sql = "select wire_id, contact_id, version, form, born, batch_end, is_listed, shows, json, \
               (select coalesce(max(version), 0) from touch where corp_id = $1) from card \
               where corp_id = $1 and wire_id in ({list})";
    tx.query_in(sql, &[&corp], wire_ids, |row| {
        let kept = Kept {
            wire_id: row.text(0)?,
            contact_id: row.get(1)?,
            version: row.get(2)?,
            form: row.get(3)?,
            born: row.get(4)?,
            batch_end: row.get(5)?,
            is_listed: row.get::<i64>(6)? != 0,
            shows: row.text(7)?,
            json: row.bytes(8)?,
        };
        f(kept, row.get(9)?);
        Ok(())
    })?;
    Ok(())
}

/// Stores cards, each unless its contact was touched after the version that the card was made from; 0 is that of a
/// contact without a row. The cards are of different contacts and in the order of their inner ids, as touches lock them.
pub fn keep(tx: &mut Tx<'_>, corp: i64, cards: &[Kept<'_>]) -> Verdict<u64> {
    let sql = "insert into card (corp_id, wire_id, contact_id, version, form, born, batch_end, is_listed, shows, json) \
               {rows} on conflict (corp_id, wire_id) do update set form = excluded.form, born = excluded.born, \
               batch_end = excluded.batch_end, is_listed = excluded.is_listed, shows = excluded.shows, \
               json = excluded.json where card.version = excluded.version and (card.json = '' \
               or card.born < excluded.born or card.form <> excluded.form)";
    let texts = cards.iter().map(|card| (i64::from(card.is_listed), String::from_utf8_lossy(card.json)));
    let texts: Vec<(i64, Cow<'_, str>)> = texts.collect();
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(cards.len() * 10);
    for (card, (is_listed, json)) in cards.iter().zip(&texts) {
        args.extend_from_slice(&[&corp, &card.wire_id, &card.contact_id, &card.version, &card.form, &card.born]);
        args.extend_from_slice(&[&card.batch_end, is_listed, &card.shows, json]);
    }
    Ok(tx.execute_rows(sql, 10, &args)?)
}

/// The last touch of a name in a tenant.
pub fn last_touch(tx: &mut Tx<'_>, corp: i64) -> Verdict<i64> {
    let sql = "select coalesce(max(version), 0) from touch where corp_id = $1";
    Ok(tx.query_opt(sql, &[&corp], |row| row.get(0))?.unwrap_or(0))
}

/// What was touched after a version: kind, id and version, the latest first.
pub fn touched_after(tx: &mut Tx<'_>, corp: i64, version: i64, limit: i64) -> Verdict<Vec<(i64, i64, i64)>> {
    let sql = "select kind, id, version from touch where corp_id = $1 and version > $2 order by version desc limit $3";
    Ok(tx.query(sql, &[&corp, &version, &limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}

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
