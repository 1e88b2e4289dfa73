//! Companies: the tables `company`, `company_person` and `company_staff` (chapter 05).

use std::collections::HashMap;

use crate::ids;
use crate::refusal::Verdict;
use crate::store::db::{Arg, DbError, Row, Tx};
use crate::store::person::{Kind, Tie};

/// A row of `company`. References are inner ids, 0 for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns bear the names of chapter 05, section 5.0")]
pub struct Company {
    pub id: i64,
    pub wire_id: String,
    pub company_name: String,
    /// What makes two names the same.
    pub name_key: String,
    pub abbreviation: String,
    pub credit_code: String,
    /// Free text of the business registry, not the claim status.
    pub status: String,
    pub corp_founded_time: String,
    pub register_address: String,
    pub real_address: String,
    pub legal_person: String,
    pub website_list: String,
    pub industry: String,
    pub company_profile: String,
    /// 0 to 5; -1 unknown.
    pub population_size: i64,
    pub creator_id: i64,
    /// 0 exactly while the company is in a sea.
    pub owner_id: i64,
    pub sea_id: i64,
    pub stage_id: i64,
    /// JSON object: `api_name` to value.
    pub custom: String,
    pub create_time: i64,
}

impl Company {
    /// `claim_status`: `"0"` in a public sea, `"1"` claimed.
    pub fn claim_status(&self) -> &'static str {
        if self.sea_id == 0 { "1" } else { "0" }
    }

    /// The head count, unless it is unknown.
    pub fn known_size(&self) -> Option<i64> {
        (self.population_size >= 0).then_some(self.population_size)
    }
}

const COLUMNS: &str = "id, wire_id, company_name, name_key, abbreviation, credit_code, status, corp_founded_time, \
    register_address, real_address, legal_person, website_list, industry, company_profile, population_size, \
    creator_id, owner_id, sea_id, stage_id, custom, create_time";

fn from_row(row: &Row<'_>) -> Result<Company, DbError> {
    Ok(Company {
        id: row.get(0)?,
        wire_id: row.get(1)?,
        company_name: row.get(2)?,
        name_key: row.get(3)?,
        abbreviation: row.get(4)?,
        credit_code: row.get(5)?,
        status: row.get(6)?,
        corp_founded_time: row.get(7)?,
        register_address: row.get(8)?,
        real_address: row.get(9)?,
        legal_person: row.get(10)?,
        website_list: row.get(11)?,
        industry: row.get(12)?,
        company_profile: row.get(13)?,
        population_size: row.get(14)?,
        creator_id: row.get(15)?,
        owner_id: row.get(16)?,
        sea_id: row.get(17)?,
        stage_id: row.get(18)?,
        custom: row.get(19)?,
        create_time: row.get(20)?,
    })
}

/// Stores a new company.
pub fn insert(tx: &mut Tx<'_>, corp: i64, c: &Company) -> Verdict<()> {
    let args: [&dyn Arg; 22] = [
        &corp,
        &c.id,
        &c.wire_id,
        &c.company_name,
        &c.name_key,
        &c.abbreviation,
        &c.credit_code,
        &c.status,
        &c.corp_founded_time,
        &c.register_address,
        &c.real_address,
        &c.legal_person,
        &c.website_list,
        &c.industry,
        &c.company_profile,
        &c.population_size,
        &c.creator_id,
        &c.owner_id,
        &c.sea_id,
        &c.stage_id,
        &c.custom,
        &c.create_time,
    ];
    tx.insert(&format!("company (corp_id, {COLUMNS})"), args.len(), &args)?;
    Ok(())
}

/// Stores what an edit may change.
pub fn update_edited(tx: &mut Tx<'_>, corp: i64, c: &Company) -> Verdict<()> {
    let sql = "update company set abbreviation = $3, website_list = $4, population_size = $5, real_address = $6, \
               company_profile = $7, custom = $8 where corp_id = $1 and id = $2";
    let args: [&dyn Arg; 8] = [
        &corp,
        &c.id,
        &c.abbreviation,
        &c.website_list,
        &c.population_size,
        &c.real_address,
        &c.company_profile,
        &c.custom,
    ];
    tx.execute(sql, &args)?;
    Ok(())
}

/// Gives companies to an owner, out of whatever sea.
pub fn set_owner(tx: &mut Tx<'_>, corp: i64, ids: &[i64], owner_id: i64) -> Verdict<()> {
    let sql = "update company set owner_id = $2, sea_id = 0 where corp_id = $1 and id in ({list})";
    tx.execute_in(sql, &[&corp, &owner_id], ids)?;
    Ok(())
}

/// The inner ids of companies by their wire ids; unknown ones are missing.
pub fn ids(tx: &mut Tx<'_>, corp: i64, wire_ids: &[String]) -> Verdict<HashMap<String, i64>> {
    let asked: Vec<&str> = wire_ids.iter().map(String::as_str).filter(|id| ids::is_plausible(id)).collect();
    let sql = "select wire_id, id from company where corp_id = $1 and wire_id in ({list})";
    Ok(tx.query_in(sql, &[&corp], &asked, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Companies by inner id.
pub fn by_ids(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<HashMap<i64, Company>> {
    let sql = format!("select {COLUMNS} from company where corp_id = $1 and id in ({{list}})");
    Ok(tx.query_in(&sql, &[&corp], ids, from_row)?.into_iter().map(|company| (company.id, company)).collect())
}

/// The oldest company with a name key.
pub fn with_name(tx: &mut Tx<'_>, corp: i64, key: &str) -> Verdict<Option<i64>> {
    let sql = "select id from company where corp_id = $1 and name_key = $2 order by create_time, wire_id limit 1";
    Ok(tx.query_opt(sql, &[&corp, &key], |row| row.get(0))?)
}

/// Which companies a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Created later than this, ms.
    pub later_than: Option<i64>,
    /// Whether they lie in a sea.
    pub in_sea: Option<bool>,
    /// Inner id of the owner.
    pub owner_id: Option<i64>,
}

/// A company in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id on the wire.
    pub wire_id: String,
    /// Its full name.
    pub company_name: String,
    /// When it was created, ms.
    pub create_time: i64,
}

/// At most `limit` companies behind a position, ascending by (`create_time`, `wire_id`).
pub fn page(tx: &mut Tx<'_>, corp: i64, filter: Filter, after: (i64, &str), limit: i64) -> Verdict<Vec<Listed>> {
    let sea = match filter.in_sea {
        None => "",
        Some(true) => " and sea_id <> 0",
        Some(false) => " and sea_id = 0",
    };
    let owner = filter.owner_id.map_or("", |_| " and owner_id = $5 and owner_id <> 0");
    let sql = format!(
        "select wire_id, company_name, create_time from company where corp_id = $1 and create_time > $2 \
         and (create_time, wire_id) > ($3, $4){sea}{owner} order by create_time, wire_id limit {limit}"
    );
    let (later_than, owner_id) = (filter.later_than.unwrap_or(i64::MIN), filter.owner_id.unwrap_or(0));
    let args: [&dyn Arg; 5] = [&corp, &later_than, &after.0, &after.1, &owner_id];
    let count = if filter.owner_id.is_some() { 5 } else { 4 };
    Ok(tx.query(&sql, args.get(..count).unwrap_or(&args), |row| {
        Ok(Listed { wire_id: row.get(0)?, company_name: row.get(1)?, create_time: row.get(2)? })
    })?)
}

/// The people related to companies: `(company, tie)`, in no order.
pub fn people(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<(i64, Tie)>> {
    let sql = "select company_id, person_id, person_type, op_user_id, create_time from company_person \
               where corp_id = $1 and company_id in ({list})";
    let rows = tx.query_in(sql, &[&corp], ids, |row| {
        let (person_id, op_user_id, create_time) = (row.get(1)?, row.get(3)?, row.get(4)?);
        let tie = Kind::of(row.get(2)?).map(|kind| Tie { person_id, kind, op_user_id, create_time });
        Ok((row.get(0)?, tie))
    })?;
    Ok(rows.into_iter().filter_map(|(company, tie)| Some((company, tie?))).collect())
}

/// Relates people to a company.
pub fn add_people(tx: &mut Tx<'_>, corp: i64, company_id: i64, ties: &[Tie]) -> Verdict<()> {
    let kinds: Vec<i64> = ties.iter().map(|tie| tie.kind.number()).collect();
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(ties.len() * 6);
    for (tie, kind) in ties.iter().zip(&kinds) {
        args.extend_from_slice(&[&corp, &company_id, &tie.person_id, kind, &tie.op_user_id, &tie.create_time]);
    }
    tx.insert("company_person (corp_id, company_id, person_id, person_type, op_user_id, create_time)", 6, &args)?;
    Ok(())
}

/// Ends the relation of people with a company.
pub fn remove_people(tx: &mut Tx<'_>, corp: i64, company_id: i64, people: &[i64]) -> Verdict<()> {
    let sql = "delete from company_person where corp_id = $1 and company_id = $2 and person_id in ({list})";
    tx.execute_in(sql, &[&corp, &company_id], people)?;
    Ok(())
}

/// Deletes from a company's journey what came from some people; their own journeys stay.
pub fn remove_histories(tx: &mut Tx<'_>, corp: i64, company_id: i64, people: &[i64]) -> Verdict<()> {
    let sql = "delete from history where corp_id = $1 and object_id = $2 and object_type = 3 and person_id <> 0 \
               and person_id in ({list})";
    tx.execute_in(sql, &[&corp, &company_id], people)?;
    Ok(())
}

/// A staff member who works on a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collaborator {
    /// The company.
    pub company_id: i64,
    /// Inner staff id.
    pub id: i64,
    /// Staff id on the wire.
    pub user_id: String,
    /// Display name.
    pub nick_name: String,
    /// URL of the picture.
    pub avatar: String,
    /// Job title.
    pub position: String,
}

/// The collaborators of companies, by (creation of the relation, id).
pub fn collaborators(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<Collaborator>> {
    let sql = "select l.company_id, s.id, s.wire_id, s.name, s.avatar, s.position from company_staff l \
               join staff s on s.corp_id = l.corp_id and s.id = l.staff_id \
               where l.corp_id = $1 and l.company_id in ({list}) order by l.company_id, l.create_time, s.wire_id";
    Ok(tx.query_in(sql, &[&corp], ids, |row| {
        Ok(Collaborator {
            company_id: row.get(0)?,
            id: row.get(1)?,
            user_id: row.get(2)?,
            nick_name: row.get(3)?,
            avatar: row.get(4)?,
            position: row.get(5)?,
        })
    })?)
}

/// Makes staff collaborators of a company.
pub fn add_staff(tx: &mut Tx<'_>, corp: i64, company_id: i64, staff: &[i64], now: i64) -> Verdict<()> {
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(staff.len() * 4);
    for id in staff {
        args.extend_from_slice(&[&corp, &company_id, id, &now]);
    }
    tx.insert("company_staff (corp_id, company_id, staff_id, create_time)", 4, &args)?;
    Ok(())
}

/// Ends the collaboration of staff.
pub fn remove_staff(tx: &mut Tx<'_>, corp: i64, company_id: i64, staff: &[i64]) -> Verdict<()> {
    let sql = "delete from company_staff where corp_id = $1 and company_id = $2 and staff_id in ({list})";
    tx.execute_in(sql, &[&corp, &company_id], staff)?;
    Ok(())
}

/// The opportunities of companies, voided ones left out: `(company, opportunity)`, by (creation, id).
pub fn businesses(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<(i64, Business)>> {
    let sql = "select company_id, wire_id, business_name from business \
               where corp_id = $1 and company_id <> 0 and status = 0 and company_id in ({list}) \
               order by company_id, create_time, wire_id";
    Ok(tx.query_in(sql, &[&corp], ids, |row| {
        Ok((row.get(0)?, Business { wire_id: row.get(1)?, business_name: row.get(2)? }))
    })?)
}

/// An opportunity as a company shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Business {
    /// Its id on the wire.
    pub wire_id: String,
    /// Its name.
    pub business_name: String,
}
