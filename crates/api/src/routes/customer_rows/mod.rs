//! The answers of chapter 03. A friend comes in three shapes that differ in the order and number of members.

mod follow;

use kailing_core::domain::customer::Friend;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

pub use follow::{FollowNotes, FollowSource, FollowTag, FollowUser, FollowUserDetail, FollowUserRow};

/// Ids of friends, all of them at once.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerIdsReply {
    /// By creation of the relation.
    pub data_list: Vec<String>,
}

/// The id of a friend.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerIdReply {
    /// The friend.
    pub customer_id: String,
}

/// Friends with everything known about them.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerBatchReply {
    /// In the order asked for.
    pub customer_list: Vec<CustomerRow>,
}

/// A friend: 19 members, those unknown of `position`, `latest_progress_id`, `first_progress_time`, `unionid` left out.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03")]
pub struct CustomerDetail {
    pub customer_id: String,
    /// WeCom's id.
    pub external_userid: String,
    pub name: String,
    pub avatar: String,
    /// 1 WeChat user, 2 WeCom user.
    pub r#type: i64,
    /// 0 unknown, 1 male, 2 female.
    pub gender: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub position: String,
    pub corp_name: String,
    pub corp_full_name: String,
    /// The numbers that all staff have noted.
    pub remark_mobiles: Vec<String>,
    /// Display text of the stage.
    pub customer_stage: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub latest_progress_id: String,
    /// Epoch milliseconds.
    #[serde(skip_serializing_if = "is_zero")]
    #[schema(required = false)]
    pub first_progress_time: i64,
    /// Every relation is lost.
    pub lost_state: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub unionid: String,
    pub follow_users: Vec<FollowUserDetail>,
    pub company_list: Vec<CustomerCompany>,
    pub business_list: Vec<CustomerBusiness>,
    pub clue_list: Vec<CustomerClue>,
}

/// A friend as looked up by WeCom's id: 16 members.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03, 3.4")]
pub struct CustomerByExternal {
    pub customer_id: String,
    /// WeCom's id.
    pub external_userid: String,
    pub name: String,
    pub avatar: String,
    /// 1 WeChat user, 2 WeCom user.
    pub r#type: i64,
    /// 0 unknown, 1 male, 2 female.
    pub gender: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub position: String,
    pub corp_name: String,
    pub corp_full_name: String,
    /// The numbers that all staff have noted.
    pub remark_mobiles: Vec<String>,
    /// Every relation is lost.
    pub lost_state: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub unionid: String,
    pub follow_users: Vec<FollowUser>,
    pub company_list: Vec<CustomerCompany>,
    pub business_list: Vec<CustomerBusiness>,
    pub clue_list: Vec<CustomerClue>,
}

/// A friend in a batch: 19 members in an order of their own.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03, 3.6")]
pub struct CustomerRow {
    pub customer_id: String,
    /// WeCom's id.
    pub external_userid: String,
    pub name: String,
    pub avatar: String,
    /// 1 WeChat user, 2 WeCom user.
    pub r#type: i64,
    /// 0 unknown, 1 male, 2 female.
    pub gender: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub position: String,
    pub corp_name: String,
    pub corp_full_name: String,
    /// Display text of the stage.
    pub customer_stage: String,
    /// The numbers that all staff have noted.
    pub remark_mobiles: Vec<String>,
    /// Every relation is lost.
    pub lost_state: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub unionid: String,
    pub follow_users: Vec<FollowUserRow>,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub latest_progress_id: String,
    /// Epoch milliseconds.
    #[serde(skip_serializing_if = "is_zero")]
    #[schema(required = false)]
    pub first_progress_time: i64,
    pub company_list: Vec<CustomerCompany>,
    pub business_list: Vec<CustomerBusiness>,
    pub clue_list: Vec<CustomerClue>,
}

/// A company of a friend.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03")]
pub struct CustomerCompany {
    pub company_id: String,
    pub company_name: String,
}

/// An opportunity of a friend.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03")]
pub struct CustomerBusiness {
    pub business_id: String,
    pub business_name: String,
}

/// A lead, that is a contact, which a friend is linked with.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03")]
pub struct CustomerClue {
    pub clue_id: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl CustomerDetail {
    /// The answer of 3.2.
    pub fn of(friend: Friend) -> CustomerDetail {
        let (remark_mobiles, lost_state) = (friend.remark_mobiles(), friend.lost_state());
        let custom = custom_of(&friend);
        let Friend { customer: c, customer_stage, relations, companies, businesses, clues } = friend;
        CustomerDetail {
            customer_id: c.wire_id,
            external_userid: c.external_userid,
            name: c.name,
            avatar: c.avatar,
            r#type: c.kind,
            gender: c.gender,
            position: c.position,
            corp_name: c.corp_name,
            corp_full_name: c.corp_full_name,
            remark_mobiles,
            customer_stage,
            latest_progress_id: c.latest_progress_id,
            first_progress_time: c.first_progress_time,
            lost_state,
            unionid: c.unionid,
            follow_users: relations.into_iter().map(|relation| FollowUserDetail::of(relation, &custom)).collect(),
            company_list: company_list(companies),
            business_list: business_list(businesses),
            clue_list: clue_list(clues),
        }
    }
}

impl CustomerByExternal {
    /// The answer of 3.4.
    pub fn of(friend: Friend) -> CustomerByExternal {
        let (remark_mobiles, lost_state) = (friend.remark_mobiles(), friend.lost_state());
        let Friend { customer: c, relations, companies, businesses, clues, .. } = friend;
        CustomerByExternal {
            customer_id: c.wire_id,
            external_userid: c.external_userid,
            name: c.name,
            avatar: c.avatar,
            r#type: c.kind,
            gender: c.gender,
            position: c.position,
            corp_name: c.corp_name,
            corp_full_name: c.corp_full_name,
            remark_mobiles,
            lost_state,
            unionid: c.unionid,
            follow_users: relations.into_iter().map(FollowUser::of).collect(),
            company_list: company_list(companies),
            business_list: business_list(businesses),
            clue_list: clue_list(clues),
        }
    }
}

impl CustomerRow {
    /// A row of 3.6.
    pub fn of(friend: Friend) -> CustomerRow {
        let (remark_mobiles, lost_state) = (friend.remark_mobiles(), friend.lost_state());
        let custom = custom_of(&friend);
        let Friend { customer: c, customer_stage, relations, companies, businesses, clues } = friend;
        CustomerRow {
            customer_id: c.wire_id,
            external_userid: c.external_userid,
            name: c.name,
            avatar: c.avatar,
            r#type: c.kind,
            gender: c.gender,
            position: c.position,
            corp_name: c.corp_name,
            corp_full_name: c.corp_full_name,
            customer_stage,
            remark_mobiles,
            lost_state,
            unionid: c.unionid,
            follow_users: relations.into_iter().map(|relation| FollowUserRow::of(relation, &custom)).collect(),
            latest_progress_id: c.latest_progress_id,
            first_progress_time: c.first_progress_time,
            company_list: company_list(companies),
            business_list: business_list(businesses),
            clue_list: clue_list(clues),
        }
    }
}

fn custom_of(friend: &Friend) -> Map<String, Value> {
    serde_json::from_str(&friend.customer.custom).unwrap_or_default()
}

fn company_list(companies: Vec<(String, String)>) -> Vec<CustomerCompany> {
    companies.into_iter().map(|(company_id, company_name)| CustomerCompany { company_id, company_name }).collect()
}

fn business_list(businesses: Vec<(String, String)>) -> Vec<CustomerBusiness> {
    businesses.into_iter().map(|(business_id, business_name)| CustomerBusiness { business_id, business_name }).collect()
}

fn clue_list(clues: Vec<String>) -> Vec<CustomerClue> {
    clues.into_iter().map(|clue_id| CustomerClue { clue_id }).collect()
}
