//! The answers of chapter 05. The older and the newer shape of a company hold the same members in the same order; two
//! lists change their names, and one name changes its meaning: `user_list` are the external people in the older
//! shape, the internal collaborators in the newer one.

use kailing_core::domain::company::{Detail, Related};
use kailing_core::store::card::TagRow;
use kailing_core::store::company::{Collaborator as StaffRow, Listed};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The company that was created or edited.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyId {
    /// Its id.
    pub company_id: String,
}

/// A page of ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyIds {
    /// At most 100, ascending by creation.
    pub ids: Vec<String>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub cursor: Option<String>,
}

/// A page of companies.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyList {
    /// For the next page; `""` at the end.
    pub cursor: String,
    /// At most 100, ascending by creation.
    pub company_list: Vec<CompanyName>,
}

/// A company by id and name.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 05, 5.1")]
pub struct CompanyName {
    pub company_id: String,
    pub company_name: String,
}

/// Companies in the order asked for, older shape.
#[derive(Debug, Serialize, ToSchema)]
pub struct OldCompanies {
    /// Each with `sea_id` and `claim_status`.
    pub company_list: Vec<OldCompany>,
}

/// Companies in the order asked for, newer shape.
#[derive(Debug, Serialize, ToSchema)]
pub struct Companies {
    /// Without `sea_id` and `claim_status`.
    pub company_list: Vec<CompanyRow>,
}

/// A company in the older shape.
#[derive(Debug, Serialize, ToSchema)]
pub struct OldCompany {
    #[serde(flatten)]
    #[schema(inline)]
    head: Head,
    /// External related people: 0 contact, 1 WeCom friend, 4 visitor.
    user_list: Vec<CompanyPerson>,
    #[serde(flatten)]
    #[schema(inline)]
    origin: Origin,
    /// Internal collaborators.
    staff_list: Vec<CompanyCollaborator>,
    #[serde(flatten)]
    #[schema(inline)]
    tail: Tail,
    #[serde(flatten)]
    #[schema(inline)]
    place: Place,
}

/// A company in the newer shape, without its place.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyRow {
    #[serde(flatten)]
    #[schema(inline)]
    head: Head,
    /// External related people: 0 contact, 4 visitor. A WeCom friend appears as the contacts it is linked with.
    customer_list: Vec<CompanyPerson>,
    #[serde(flatten)]
    #[schema(inline)]
    origin: Origin,
    /// Internal collaborators.
    user_list: Vec<CompanyCollaborator>,
    #[serde(flatten)]
    #[schema(inline)]
    tail: Tail,
}

/// A company in the newer shape.
#[derive(Debug, Serialize, ToSchema)]
pub struct Company {
    #[serde(flatten)]
    #[schema(inline)]
    row: CompanyRow,
    #[serde(flatten)]
    #[schema(inline)]
    place: Place,
}

/// The first members of both shapes.
#[derive(Debug, Serialize, ToSchema)]
struct Head {
    company_id: String,
    /// Short name.
    abbreviation: String,
    /// Full name.
    company_name: String,
    /// Unified social credit code.
    credit_code: String,
    /// Business-registry status, free text; not the claim status.
    status: String,
    corp_founded_time: String,
    register_address: String,
}

/// Where the company came from.
#[derive(Debug, Serialize, ToSchema)]
struct Origin {
    /// Absent when unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    creator: Option<CompanyCreator>,
    /// Epoch milliseconds.
    create_time: i64,
}

/// The members of both shapes after the collaborators.
#[derive(Debug, Serialize, ToSchema)]
struct Tail {
    tag_group_list: Vec<CompanyTagGroup>,
    business_list: Vec<CompanyBusiness>,
    industry: String,
    /// 0: 0-19, 1: 20-99, 2: 100-499, 3: 500-999, 4: 1000-9999, 5: 10000+; absent when unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    population_size: Option<i64>,
    /// Filled custom fields: `api_name` to value.
    #[schema(value_type = Object)]
    company_custom: Map<String, Value>,
    company_profile: String,
    legal_person: String,
    /// One text, in spite of the name.
    website_list: String,
    real_address: String,
    /// Staff id, `""` in a public sea.
    owner: String,
    /// Display text of the stage.
    customer_stage: String,
}

/// Sea or owner.
#[derive(Debug, Serialize, ToSchema)]
struct Place {
    /// `""` when claimed.
    sea_id: String,
    /// `0` in a public sea, `1` claimed.
    claim_status: &'static str,
}

/// An external related person.
#[derive(Debug, Serialize, ToSchema)]
struct CompanyPerson {
    id: String,
    nick_name: String,
    r#type: i64,
    mobile: Vec<String>,
    /// Who made the relation.
    op_user_id: String,
    remark: String,
}

/// Who created a company.
#[derive(Debug, Serialize, ToSchema)]
struct CompanyCreator {
    id: String,
    nick_name: String,
}

/// An internal collaborator.
#[derive(Debug, Serialize, ToSchema)]
struct CompanyCollaborator {
    user_id: String,
    nick_name: String,
    avatar: String,
    position: String,
}

/// Tags of one group on a company.
#[derive(Debug, Serialize, ToSchema)]
struct CompanyTagGroup {
    group_id: String,
    group_name: String,
    /// `1` company tags, `2` personal tags.
    r#type: String,
    create_time: i64,
    tag_info: Vec<CompanyTag>,
}

/// A tag on a company.
#[derive(Debug, Serialize, ToSchema)]
struct CompanyTag {
    tag_id: String,
    tag_name: String,
    /// `1` company tag, `2` personal tag.
    r#type: String,
    /// When it was put on.
    create_time: i64,
    /// Who put it, `""` for the system.
    tag_user_id: String,
}

/// An opportunity of a company.
#[derive(Debug, Serialize, ToSchema)]
struct CompanyBusiness {
    business_id: String,
    business_name: String,
}

/// A transfer that was refused.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 05, 5.3")]
pub struct CompanyFailure {
    pub id: String,
    pub error_code: i64,
    pub error_msg: String,
}

impl From<Listed> for CompanyName {
    fn from(row: Listed) -> CompanyName {
        CompanyName { company_id: row.wire_id, company_name: row.company_name }
    }
}

impl From<Detail> for OldCompany {
    fn from(mut detail: Detail) -> OldCompany {
        let people = std::mem::take(&mut detail.circle.people);
        let Parts { head, origin, staff, tail, place } = Parts::from(detail);
        OldCompany { head, user_list: persons(people), origin, staff_list: staff, tail, place }
    }
}

impl From<Detail> for Company {
    fn from(mut detail: Detail) -> Company {
        let contacts = std::mem::take(&mut detail.circle.contacts);
        let Parts { head, origin, staff, tail, place } = Parts::from(detail);
        Company { row: CompanyRow { head, customer_list: persons(contacts), origin, user_list: staff, tail }, place }
    }
}

impl From<Detail> for CompanyRow {
    fn from(detail: Detail) -> CompanyRow {
        Company::from(detail).row
    }
}

/// What both shapes have in common: all but the external people.
struct Parts {
    head: Head,
    origin: Origin,
    staff: Vec<CompanyCollaborator>,
    tail: Tail,
    place: Place,
}

impl From<Detail> for Parts {
    fn from(detail: Detail) -> Parts {
        let Detail { company, circle, tags, businesses, owner, customer_stage, sea_id } = detail;
        let creator = circle.creator.map(|staff| CompanyCreator { id: staff.wire_id, nick_name: staff.name });
        let business = |b: kailing_core::store::company::Business| CompanyBusiness {
            business_id: b.wire_id,
            business_name: b.business_name,
        };
        Parts {
            origin: Origin { creator, create_time: company.create_time },
            staff: circle.staff.into_iter().map(CompanyCollaborator::from).collect(),
            place: Place { sea_id, claim_status: company.claim_status() },
            tail: Tail {
                tag_group_list: tag_groups(tags),
                business_list: businesses.into_iter().map(business).collect(),
                population_size: company.known_size(),
                company_custom: serde_json::from_str(&company.custom).unwrap_or_default(),
                industry: company.industry,
                company_profile: company.company_profile,
                legal_person: company.legal_person,
                website_list: company.website_list,
                real_address: company.real_address,
                owner,
                customer_stage,
            },
            head: Head {
                company_id: company.wire_id,
                abbreviation: company.abbreviation,
                company_name: company.company_name,
                credit_code: company.credit_code,
                status: company.status,
                corp_founded_time: company.corp_founded_time,
                register_address: company.register_address,
            },
        }
    }
}

fn persons(people: Vec<Related>) -> Vec<CompanyPerson> {
    let person = |person: Related| CompanyPerson {
        id: person.id,
        nick_name: person.nick_name,
        r#type: person.kind,
        mobile: person.mobiles,
        op_user_id: person.op_user_id,
        remark: person.remark,
    };
    people.into_iter().map(person).collect()
}

impl From<StaffRow> for CompanyCollaborator {
    fn from(row: StaffRow) -> CompanyCollaborator {
        let StaffRow { user_id, nick_name, avatar, position, .. } = row;
        CompanyCollaborator { user_id, nick_name, avatar, position }
    }
}

/// Groups stand in the order of their first tag.
fn tag_groups(tags: Vec<TagRow>) -> Vec<CompanyTagGroup> {
    let mut groups: Vec<CompanyTagGroup> = Vec::new();
    for row in tags {
        let tag = CompanyTag {
            tag_id: row.tag_id,
            tag_name: row.tag_name,
            r#type: row.kind.to_string(),
            create_time: row.create_time,
            tag_user_id: row.tag_user_id,
        };
        match groups.iter_mut().find(|group| group.group_id == row.group_id) {
            Some(group) => group.tag_info.push(tag),
            None => groups.push(CompanyTagGroup {
                group_id: row.group_id,
                group_name: row.group_name,
                r#type: row.kind.to_string(),
                create_time: row.group_create_time,
                tag_info: vec![tag],
            }),
        }
    }
    groups
}
