//! The answers of chapter 19 as the documentation shows them. Rows of contacts are written by
//! `core::card`; a test holds both to the same members in the same order.

use kailing_core::store::sea::{Sea as SeaRow, SeaUser as SeaUserRow};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The new contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreateReply {
    /// Its id.
    pub contact_id: String,
}

/// Contacts with everything known about them.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct BatchReply {
    /// In the order asked for.
    pub contact_list: Vec<ContactRow>,
}

/// A page of contacts.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct ListReply {
    /// At most 100, ascending by creation.
    pub contact_list: Vec<ContactListRow>,
    /// For the next page; `""` at the end.
    pub cursor: String,
}

/// A contact: 39 members, all always present.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, section 2")]
pub struct ContactRow {
    pub contact_id: String,
    pub user_name: String,
    /// One item without `contact_way` when there is no way.
    pub contact_ways: Vec<ContactWay>,
    /// 0 in the public sea, 1 claimed, 4 to be assigned.
    pub status: i64,
    pub contact_source: ContactSource,
    /// Full path, levels joined by `-`.
    pub from_channel_name: String,
    pub corp_name: String,
    pub corp_address: String,
    pub register_address: String,
    pub legal_person: String,
    pub corp_founded_time: String,
    pub searchword: String,
    pub region: String,
    pub plan_name: String,
    pub group_name: String,
    /// One of the ways existed already at creation.
    pub is_repeat: bool,
    /// Discarded.
    pub is_useless: bool,
    /// `""`: the application or the system.
    pub create_user_id: String,
    /// `""`: none.
    pub owner_id: String,
    pub url: String,
    pub email: String,
    pub age: i64,
    /// 0 not set, 1 male, 2 female.
    pub gender: i64,
    /// 0: 0-19, 1: 20-99, 2: 100-499, 3: 500-999, 4: 1000-9999, 5: 10000+.
    pub population_size: i64,
    pub industry: String,
    pub position: String,
    /// Epoch milliseconds.
    pub create_time: i64,
    /// Epoch milliseconds, 0: never.
    pub last_follow_time: i64,
    /// Epoch milliseconds, 0: never.
    pub first_progress_time: i64,
    pub tag_group_list: Vec<ContactTagGroup>,
    pub business_list: Vec<ContactBusiness>,
    pub company_list: Vec<ContactCompany>,
    pub latest_progress_id: String,
    /// Display text of the stage.
    pub customer_stage: String,
    /// Epoch milliseconds, 0 while not claimed.
    pub claim_time: i64,
    pub related_customer: Vec<RelatedCustomer>,
    /// Filled custom fields: `api_name` to value.
    #[schema(value_type = Object)]
    pub contact_custom: Map<String, Value>,
    /// GB/T 2260, 0: unknown.
    pub region_code: i64,
    pub interactive_score: i64,
}

/// A contact in a list: the 39 members of the batch answer, then seven more.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, section 3")]
pub struct ContactListRow {
    #[serde(flatten)]
    #[schema(inline)]
    pub contact: ContactRow,
    /// 0 import or console, 1 Open API, 2 marketing component, 3 WeCom friend.
    pub clue_source: i64,
    /// The component in the older shape, `{}` when there is none.
    pub add_source: ContactAddSource,
    pub remark: String,
    pub avatar: String,
    pub other_custom_field: String,
    pub wx_id: String,
    /// The owner; empty without one.
    pub user_list: Vec<String>,
}

/// A way to reach a contact.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, section 2")]
pub struct ContactWay {
    pub r#type: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contact_way: Option<String>,
}

/// The marketing component that brought a contact in.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, section 2")]
pub struct ContactSource {
    pub r#type: i64,
    pub component_id: String,
    pub component_name: String,
}

/// The component in the older shape.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, section 3")]
pub struct ContactAddSource {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub r#type: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
}

/// Tags of one group on a contact.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, section 2")]
pub struct ContactTagGroup {
    pub group_id: String,
    pub group_name: String,
    /// `"1"` company tag, `"2"` personal tag.
    pub r#type: String,
    pub create_time: i64,
    pub tag_info: Vec<ContactTag>,
}

/// A tag on a contact.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, section 2")]
pub struct ContactTag {
    pub tag_id: String,
    pub tag_name: String,
    pub r#type: String,
    /// When it was put on the contact.
    pub create_time: i64,
    /// Who put it, `""`: the system.
    pub tag_user_id: String,
}

/// An opportunity of a contact.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, section 2")]
pub struct ContactBusiness {
    pub business_id: String,
    pub business_name: String,
}

/// A company of a contact.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, section 2")]
pub struct ContactCompany {
    pub company_id: String,
    pub company_name: String,
}

/// A linked WeCom friend (1) or visitor (4).
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, section 2")]
pub struct RelatedCustomer {
    pub id: String,
    pub r#type: i64,
}

/// An item that was refused.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, 19.5")]
pub struct ItemFailure {
    pub id: String,
    pub error_code: i64,
    pub error_msg: String,
}

/// A discard that was refused; the message comes before the code here.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, 19.6")]
pub struct DisuseFailure {
    pub contact_id: String,
    pub error_msg: String,
    pub error_code: i64,
}

/// An item that was refused.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 19, 19.7")]
pub struct ContactFailure {
    pub contact_id: String,
    pub error_code: i64,
    pub error_msg: String,
}

/// A public sea.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sea {
    /// Its id, `sea_id` elsewhere.
    pub id: String,
    /// Its name.
    pub sea_name: String,
    /// Who may use it.
    pub user_list: Vec<SeaUser>,
}

/// A person who may use a sea.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeaUser {
    /// Staff id.
    pub user_id: String,
    /// Display name.
    pub user_name: String,
}

impl Sea {
    /// A sea with its people.
    pub fn of((sea, people): (SeaRow, Vec<SeaUserRow>)) -> Sea {
        let user = |user: SeaUserRow| SeaUser { user_id: user.user_id, user_name: user.user_name };
        Sea { id: sea.wire_id, sea_name: sea.name, user_list: people.into_iter().map(user).collect() }
    }
}
