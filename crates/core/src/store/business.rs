//! Opportunities: the tables `business`, `business_person` and `business_staff` (chapter 10).

use std::collections::HashMap;

use crate::ids;
use crate::refusal::Verdict;
use crate::store::db::{Arg, DbError, Row, Tx};
use crate::store::person::{Kind, Tie};

/// A row of `business`. References are inner ids, 0 for none; amounts are hundredths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns bear the names of chapter 10")]
pub struct Business {
    pub id: i64,
    pub wire_id: String,
    pub business_name: String,
    pub business_opp_number: String,
    pub company_id: i64,
    pub process_id: i64,
    pub stage: i64,
    pub is_voided: bool,
    pub owner_id: i64,
    pub create_user_id: i64,
    pub except_amount: Option<i64>,
    /// `yyyy-MM-dd`, `""` for none.
    pub except_date: String,
    pub winning_amount: Option<i64>,
    /// `yyyy-MM-dd`, `""` for none.
    pub winning_date: String,
    pub fail_reason: i64,
    pub fail_reason_desc: String,
    pub abandon_reason: String,
    /// JSON object: `api_name` to value.
    pub custom: String,
    pub create_time: i64,
    pub update_time: i64,
    /// What it shows of other objects. Read with the row, never written.
    pub names: Names,
}

/// Wire ids behind the references of an opportunity, `""` for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the members of chapter 10")]
pub struct Names {
    pub company_id: String,
    pub company_name: String,
    pub owner_id: String,
    pub create_user_id: String,
}

const COLUMNS: &str = "id, wire_id, business_name, business_opp_number, company_id, process_id, stage, status, \
    owner_id, create_user_id, except_amount, except_date, winning_amount, winning_date, fail_reason, \
    fail_reason_desc, abandon_reason, custom, create_time, update_time";

const SELECT: &str = "select b.id, b.wire_id, b.business_name, b.business_opp_number, b.company_id, b.process_id, \
    b.stage, b.status, b.owner_id, b.create_user_id, b.except_amount, b.except_date, b.winning_amount, \
    b.winning_date, b.fail_reason, b.fail_reason_desc, b.abandon_reason, b.custom, b.create_time, b.update_time, \
    coalesce(c.wire_id, ''), coalesce(c.company_name, ''), coalesce(o.wire_id, ''), coalesce(u.wire_id, '') \
    from business b \
    left join company c on c.corp_id = b.corp_id and c.id = b.company_id \
    left join staff o on o.corp_id = b.corp_id and o.id = b.owner_id \
    left join staff u on u.corp_id = b.corp_id and u.id = b.create_user_id";

fn from_row(row: &Row<'_>) -> Result<Business, DbError> {
    Ok(Business {
        id: row.get(0)?,
        wire_id: row.get(1)?,
        business_name: row.get(2)?,
        business_opp_number: row.get(3)?,
        company_id: row.get(4)?,
        process_id: row.get(5)?,
        stage: row.get(6)?,
        is_voided: row.get::<i64>(7)? != 0,
        owner_id: row.get(8)?,
        create_user_id: row.get(9)?,
        except_amount: row.get(10)?,
        except_date: row.get(11)?,
        winning_amount: row.get(12)?,
        winning_date: row.get(13)?,
        fail_reason: row.get(14)?,
        fail_reason_desc: row.get(15)?,
        abandon_reason: row.get(16)?,
        custom: row.get(17)?,
        create_time: row.get(18)?,
        update_time: row.get(19)?,
        names: Names {
            company_id: row.get(20)?,
            company_name: row.get(21)?,
            owner_id: row.get(22)?,
            create_user_id: row.get(23)?,
        },
    })
}

/// Stores a new opportunity without its people.
pub fn insert(tx: &mut Tx<'_>, corp: i64, b: &Business) -> Verdict<()> {
    let voided = i64::from(b.is_voided);
    let args: [&dyn Arg; 21] = [
        &corp,
        &b.id,
        &b.wire_id,
        &b.business_name,
        &b.business_opp_number,
        &b.company_id,
        &b.process_id,
        &b.stage,
        &voided,
        &b.owner_id,
        &b.create_user_id,
        &b.except_amount,
        &b.except_date,
        &b.winning_amount,
        &b.winning_date,
        &b.fail_reason,
        &b.fail_reason_desc,
        &b.abandon_reason,
        &b.custom,
        &b.create_time,
        &b.update_time,
    ];
    tx.insert(&format!("business (corp_id, {COLUMNS})"), args.len(), &args)?;
    Ok(())
}

/// Stores whatever a call may change of an opportunity.
pub fn update(tx: &mut Tx<'_>, corp: i64, b: &Business) -> Verdict<()> {
    let sql = "update business set business_name = $3, process_id = $4, stage = $5, status = $6, owner_id = $7, \
               except_amount = $8, except_date = $9, winning_amount = $10, winning_date = $11, fail_reason = $12, \
               fail_reason_desc = $13, abandon_reason = $14, custom = $15, update_time = $16 \
               where corp_id = $1 and id = $2";
    let voided = i64::from(b.is_voided);
    let args: [&dyn Arg; 16] = [
        &corp,
        &b.id,
        &b.business_name,
        &b.process_id,
        &b.stage,
        &voided,
        &b.owner_id,
        &b.except_amount,
        &b.except_date,
        &b.winning_amount,
        &b.winning_date,
        &b.fail_reason,
        &b.fail_reason_desc,
        &b.abandon_reason,
        &b.custom,
        &b.update_time,
    ];
    tx.execute(sql, &args)?;
    Ok(())
}

/// Gives opportunities to an owner.
pub fn set_owner(tx: &mut Tx<'_>, corp: i64, ids: &[i64], owner_id: i64, now: i64) -> Verdict<()> {
    let sql = "update business set owner_id = $2, update_time = $3 where corp_id = $1 and id in ({list})";
    tx.execute_in(sql, &[&corp, &owner_id, &now], ids)?;
    Ok(())
}

/// The inner ids of opportunities by their wire ids; unknown ones are left out.
pub fn ids(tx: &mut Tx<'_>, corp: i64, wire_ids: &[String]) -> Verdict<HashMap<String, i64>> {
    let asked: Vec<&str> = wire_ids.iter().map(String::as_str).filter(|id| ids::is_plausible(id)).collect();
    let sql = "select wire_id, id from business where corp_id = $1 and wire_id in ({list})";
    Ok(tx.query_in(sql, &[&corp], &asked, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Opportunities by inner id.
pub fn by_ids(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<HashMap<i64, Business>> {
    let sql = format!("{SELECT} where b.corp_id = $1 and b.id in ({{list}})");
    Ok(tx.query_in(&sql, &[&corp], ids, from_row)?.into_iter().map(|business| (business.id, business)).collect())
}

/// Which opportunities a list shows.
#[derive(Clone, Debug)]
pub struct Filter {
    /// First moment of creation, ms, inclusive.
    pub from: i64,
    /// Last moment of creation, ms, exclusive.
    pub before: i64,
    /// Part of the name, in lower case as far as it is ASCII.
    pub name: Option<String>,
    /// Inner id of the owner.
    pub owner_id: Option<i64>,
    /// The stage.
    pub stage: Option<i64>,
}

impl Filter {
    /// Whether an opportunity that was read otherwise passes.
    pub fn passes(&self, b: &Business) -> bool {
        (self.from..self.before).contains(&b.create_time)
            && self.name.as_ref().is_none_or(|part| b.business_name.to_ascii_lowercase().contains(part))
            && self.owner_id.is_none_or(|owner| b.owner_id == owner)
            && self.stage.is_none_or(|stage| b.stage == stage)
    }
}

/// At most `limit` opportunities behind a position, as inner ids ascending by `(create_time, wire_id)`.
pub fn page(tx: &mut Tx<'_>, corp: i64, filter: &Filter, after: (i64, &str), limit: i64) -> Verdict<Vec<i64>> {
    let from = filter.from.max(after.0);
    let pattern = filter.name.as_deref().map(pattern);
    let mut args: Vec<&dyn Arg> = vec![&corp, &from, &filter.before, &after.0, &after.1, &limit];
    let mut further = Vec::new();
    if let Some(owner) = &filter.owner_id {
        args.push(owner);
        further.push(format!("and owner_id = ${} and owner_id <> 0", args.len()));
    }
    if let Some(stage) = &filter.stage {
        args.push(stage);
        further.push(format!("and stage = ${}", args.len()));
    }
    if let Some(pattern) = &pattern {
        args.push(pattern);
        further.push(format!("and lower(business_name) like ${} escape '!'", args.len()));
    }
    let sql = format!(
        "select id from business where corp_id = $1 and create_time >= $2 and create_time < $3 \
         and (create_time, wire_id) > ($4, $5) {} order by create_time, wire_id limit $6",
        further.join(" ")
    );
    Ok(tx.query(&sql, &args, |row| row.get(0))?)
}

/// What contains a text, for `like … escape '!'`.
fn pattern(part: &str) -> String {
    format!("%{}%", part.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

/// The external people of opportunities, as (opportunity, tie).
pub fn people(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<(i64, Tie)>> {
    let sql = "select business_id, person_id, person_type, create_time from business_person \
               where corp_id = $1 and business_id in ({list}) order by business_id, create_time, person_id";
    let rows = tx.query_in(sql, &[&corp], ids, |row| {
        Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?, row.get::<i64>(3)?))
    })?;
    let tie = |(business, person_id, kind, create_time)| {
        Some((business, Tie { person_id, kind: Kind::of(kind)?, op_user_id: 0, create_time }))
    };
    Ok(rows.into_iter().filter_map(tie).collect())
}

/// Relates people to an opportunity.
pub fn add_people(tx: &mut Tx<'_>, corp: i64, id: i64, people: &[Tie]) -> Verdict<()> {
    let kinds: Vec<i64> = people.iter().map(|tie| tie.kind.number()).collect();
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(people.len() * 5);
    for (tie, kind) in people.iter().zip(&kinds) {
        args.extend_from_slice(&[&corp, &id, &tie.person_id, kind, &tie.create_time]);
    }
    tx.insert("business_person (corp_id, business_id, person_id, person_type, create_time)", 5, &args)?;
    Ok(())
}

/// Ends the relation of people with an opportunity.
pub fn remove_people(tx: &mut Tx<'_>, corp: i64, id: i64, people: &[i64]) -> Verdict<()> {
    let sql = "delete from business_person where corp_id = $1 and business_id = $2 and person_id in ({list})";
    tx.execute_in(sql, &[&corp, &id], people)?;
    Ok(())
}

/// A collaborator of an opportunity.
#[derive(Clone, Debug)]
pub struct Collaborator {
    /// Inner id of the staff member.
    pub id: i64,
    /// The staff id on the wire.
    pub user_id: String,
    /// Display name.
    pub nick_name: String,
    /// URL of the picture.
    pub avatar: String,
    /// Job title.
    pub position: String,
}

/// The collaborators of opportunities, as (opportunity, collaborator), by (time of joining, staff id).
pub fn staff(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<(i64, Collaborator)>> {
    let sql = "select l.business_id, s.id, s.wire_id, s.name, s.avatar, s.position from business_staff l \
               join staff s on s.corp_id = l.corp_id and s.id = l.staff_id \
               where l.corp_id = $1 and l.business_id in ({list}) order by l.business_id, l.create_time, s.wire_id";
    Ok(tx.query_in(sql, &[&corp], ids, |row| {
        let collaborator = Collaborator {
            id: row.get(1)?,
            user_id: row.get(2)?,
            nick_name: row.get(3)?,
            avatar: row.get(4)?,
            position: row.get(5)?,
        };
        Ok((row.get(0)?, collaborator))
    })?)
}

/// Makes staff members collaborators of an opportunity.
pub fn add_staff(tx: &mut Tx<'_>, corp: i64, id: i64, staff: &[i64], now: i64) -> Verdict<()> {
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(staff.len() * 4);
    for member in staff {
        args.extend_from_slice(&[&corp, &id, member, &now]);
    }
    tx.insert("business_staff (corp_id, business_id, staff_id, create_time)", 4, &args)?;
    Ok(())
}

/// Staff members are no collaborators any more.
pub fn remove_staff(tx: &mut Tx<'_>, corp: i64, id: i64, staff: &[i64]) -> Verdict<()> {
    let sql = "delete from business_staff where corp_id = $1 and business_id = $2 and staff_id in ({list})";
    tx.execute_in(sql, &[&corp, &id], staff)?;
    Ok(())
}

/// The counter from which opportunity numbers are drawn.
pub const COUNTER: &str = "business";

/// Draws the next opportunity number, `SJ` and at least eight digits: behind every number that is there, also
/// behind those that an import has brought. Writers of a tenant take turns from here to their commit.
pub fn draw_number(tx: &mut Tx<'_>, corp: i64) -> Verdict<String> {
    let drawn = tx.draw(corp, COUNTER, 1)?;
    let number = format!("SJ{drawn:08}");
    // Numbers of one length are in the order of their texts, so this looks at the end of the index.
    let sql = "select business_opp_number from business where corp_id = $1 and business_opp_number >= $2 \
               and business_opp_number <= $3 and length(business_opp_number) = $4 \
               order by business_opp_number desc limit 50";
    let digits = number.len() - 2;
    let (last, length) = (format!("SJ{}", "9".repeat(digits)), i64::try_from(number.len()).unwrap_or(10));
    let present: Vec<String> = tx.query(sql, &[&corp, &number, &last, &length], |row| row.get(0))?;
    let highest = present.iter().filter_map(|number| number.get(2..)?.parse::<i64>().ok()).max();
    Ok(match highest {
        Some(highest) => format!("SJ{:08}", tx.draw(corp, COUNTER, highest - drawn + 1)? + highest - drawn),
        None => number,
    })
}
