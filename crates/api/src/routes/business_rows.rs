//! The answers of chapter 10 as the documentation shows them, old and new.

use kailing_core::amount::Amount;
use kailing_core::domain::business::{Process as ProcessRow, Shown, ShownBusiness};
use kailing_core::domain::person::{self, Kind, Person as PersonRow};
use kailing_core::store::custom::Choice;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// The new opportunity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessCreated)]
#[expect(missing_docs, reason = "the names of chapter 10")]
pub struct CreateReply {
    pub business_id: String,
}

/// A page of opportunities, or those that were asked for by id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessPage)]
pub struct Page<'a> {
    /// For the next page; `""` at the end and in batch reads.
    pub cursor: String,
    /// At most 100, ascending by creation; in batch reads in the order asked for.
    pub business_list: Vec<Business<'a>>,
}

/// The same in the older shape.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessPageOld)]
pub struct OldPage<'a> {
    /// For the next page; `""` at the end and in batch reads.
    pub cursor: String,
    /// At most 100, ascending by creation; in batch reads in the order asked for.
    pub business_list: Vec<OldBusiness<'a>>,
}

/// An opportunity.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 10, 10.1")]
pub struct Business<'a> {
    pub business_id: &'a str,
    /// `SJ00006101`.
    pub business_opp_number: &'a str,
    pub business_name: &'a str,
    #[serde(flatten)]
    pub main: Main<'a>,
    /// Collaborators.
    pub staff_list: Vec<Collaborator<'a>>,
    /// Contacts; a WeCom friend shows as its contacts.
    pub customer_list: Vec<Person<'a>>,
    #[serde(flatten)]
    pub rest: Rest<'a>,
}

/// An opportunity in the older shape.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessOld)]
#[expect(missing_docs, reason = "the names of chapter 10, 10.1")]
pub struct OldBusiness<'a> {
    pub business_id: &'a str,
    pub business_name: &'a str,
    #[serde(flatten)]
    pub main: Main<'a>,
    /// Collaborators.
    pub staff_list: Vec<Collaborator<'a>>,
    /// `SJ00006101`.
    pub business_opp_number: &'a str,
    /// WeCom friends and visitors.
    pub customer_list: Vec<Person<'a>>,
    /// Contacts.
    pub clue_list: Vec<Person<'a>>,
    #[serde(flatten)]
    pub rest: Rest<'a>,
}

/// What both shapes have in the middle.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessMain)]
#[expect(missing_docs, reason = "the names of chapter 10, 10.1")]
pub struct Main<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub company_id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub company_name: &'a str,
    /// 100 won, 99 lost.
    pub stage: i64,
    pub stage_name: &'a str,
    /// 0 normal, 1 voided.
    pub status: i64,
    pub owner_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>, nullable = false)]
    pub except_amount: Option<Amount>,
    /// `yyyy-MM-dd`.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub except_date: &'a str,
    pub create_user_id: &'a str,
    pub create_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>, nullable = false)]
    pub winning_amount: Option<Amount>,
    /// `yyyy-MM-dd`.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub winning_date: &'a str,
    pub update_time: i64,
}

/// What both shapes end with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessRest)]
#[expect(missing_docs, reason = "the names of chapter 10, 10.1")]
pub struct Rest<'a> {
    /// 99 other.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub fail_reason: Option<i64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub fail_reason_desc: &'a str,
    /// `api_name` to value.
    #[schema(value_type = Object)]
    pub business_custom: &'a RawValue,
}

/// A collaborator.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessStaff)]
#[expect(missing_docs, reason = "the names of chapter 10, 10.1")]
pub struct Collaborator<'a> {
    pub user_id: &'a str,
    pub nick_name: &'a str,
    pub avatar: &'a str,
    pub position: &'a str,
}

/// An external person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessPerson)]
#[expect(missing_docs, reason = "the names of chapter 10, 10.1")]
pub struct Person<'a> {
    pub id: &'a str,
    pub nick_name: &'a str,
    /// 0 contact, 1 WeCom friend, 4 visitor.
    #[serde(rename = "type")]
    pub kind: i64,
    pub position: &'a str,
}

impl<'a> Page<'a> {
    /// As core shows them.
    pub fn of(shown: &'a Shown, cursor: String) -> Page<'a> {
        let row = |row: &'a ShownBusiness| Business {
            business_id: &row.business.wire_id,
            business_opp_number: &row.business.business_opp_number,
            business_name: &row.business.business_name,
            main: Main::of(row),
            staff_list: Collaborator::all(row),
            customer_list: people(shown.people.without_friends(&row.ties), |kind| kind == Kind::Contact),
            rest: Rest::of(row),
        };
        Page { cursor, business_list: shown.rows.iter().map(row).collect() }
    }
}

impl<'a> OldPage<'a> {
    /// As core shows them.
    pub fn of(shown: &'a Shown, cursor: String) -> OldPage<'a> {
        let row = |row: &'a ShownBusiness| OldBusiness {
            business_id: &row.business.wire_id,
            business_name: &row.business.business_name,
            main: Main::of(row),
            staff_list: Collaborator::all(row),
            business_opp_number: &row.business.business_opp_number,
            customer_list: people(shown.people.as_they_are(&row.ties), |kind| kind != Kind::Contact),
            clue_list: people(shown.people.as_they_are(&row.ties), |kind| kind == Kind::Contact),
            rest: Rest::of(row),
        };
        OldPage { cursor, business_list: shown.rows.iter().map(row).collect() }
    }
}

impl<'a> Main<'a> {
    fn of(row: &'a ShownBusiness) -> Main<'a> {
        let business = &row.business;
        Main {
            company_id: &business.names.company_id,
            company_name: &business.names.company_name,
            stage: business.stage,
            stage_name: &row.stage_name,
            status: i64::from(business.is_voided),
            owner_id: &business.names.owner_id,
            except_amount: business.except_amount.map(Amount),
            except_date: &business.except_date,
            create_user_id: &business.names.create_user_id,
            create_time: business.create_time,
            winning_amount: business.winning_amount.map(Amount),
            winning_date: &business.winning_date,
            update_time: business.update_time,
        }
    }
}

impl<'a> Rest<'a> {
    fn of(row: &'a ShownBusiness) -> Rest<'a> {
        let business = &row.business;
        Rest {
            fail_reason: (business.fail_reason != 0).then_some(business.fail_reason),
            fail_reason_desc: &business.fail_reason_desc,
            // What is stored is always an object.
            business_custom: serde_json::from_str(&business.custom).unwrap_or(RawValue::NULL),
        }
    }
}

impl<'a> Collaborator<'a> {
    fn all(row: &'a ShownBusiness) -> Vec<Collaborator<'a>> {
        let collaborator = |member: &'a kailing_core::domain::business::Collaborator| Collaborator {
            user_id: &member.user_id,
            nick_name: &member.nick_name,
            avatar: &member.avatar,
            position: &member.position,
        };
        row.staff.iter().map(collaborator).collect()
    }
}

fn people<'a>(shown: Vec<(&'a person::Tie, &'a PersonRow)>, wanted: impl Fn(Kind) -> bool) -> Vec<Person<'a>> {
    let wanted = shown.into_iter().map(|(_, person)| person).filter(|person| wanted(person.kind));
    let row = |person: &'a PersonRow| Person {
        id: &person.wire_id,
        nick_name: &person.nick_name,
        kind: person.kind.number(),
        position: &person.position,
    };
    wanted.map(row).collect()
}

/// Stages of all pipelines in use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessStages)]
#[expect(missing_docs, reason = "the names of chapter 10, 10.2")]
pub struct StageList {
    pub data_list: Vec<Stage>,
}

/// A stage, its number as text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessStage)]
#[expect(missing_docs, reason = "the names of chapter 10, 10.2")]
pub struct Stage {
    pub stage: String,
    pub name: String,
}

impl From<Choice> for Stage {
    fn from(choice: Choice) -> Stage {
        Stage { stage: choice.label.to_string(), name: choice.value }
    }
}

/// Pipelines.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessProcesses)]
#[expect(missing_docs, reason = "the names of chapter 10, 10.9")]
pub struct ProcessList {
    pub data_list: Vec<Process>,
}

/// A pipeline with its stages, won and lost last.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessProcess)]
#[expect(missing_docs, reason = "the names of chapter 10, 10.9")]
pub struct Process {
    /// `0` for the only one.
    pub process_id: String,
    pub process_name: String,
    pub related_stages: Vec<RelatedStage>,
}

/// A stage of a pipeline.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessProcessStage)]
#[expect(missing_docs, reason = "the names of chapter 10, 10.9")]
pub struct RelatedStage {
    /// Misspelled in the documentation; the same as `stage`.
    pub satge: i64,
    pub stage: i64,
    pub name: String,
}

impl From<ProcessRow> for Process {
    fn from(process: ProcessRow) -> Process {
        let stage = |stage: Choice| RelatedStage { satge: stage.label, stage: stage.label, name: stage.value };
        Process {
            process_id: process.wire_id,
            process_name: process.name,
            related_stages: process.stages.into_iter().map(stage).collect(),
        }
    }
}
