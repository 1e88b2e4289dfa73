//! The answers of chapter 04 as the documentation shows them. Rows of leads are written by `core::card`; a test holds
//! both to the same members in the same order.

use kailing_core::domain::contact::Failure;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::contact_rows::{ContactAddSource, ContactBusiness, ContactCompany, ContactTagGroup};

/// The new lead.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClueCreateReply {
    /// Its id, as a contact too.
    pub clue_id: String,
}

/// Ready rows: what is sent where [`ClueBatchReply`] is documented.
#[derive(Debug, Serialize)]
pub(super) struct Leads {
    pub(super) clue_list: Vec<Box<RawValue>>,
}

/// Ready rows: what is sent where [`ClueListReply`] is documented.
#[derive(Debug, Serialize)]
pub(super) struct LeadsPage {
    pub(super) clue_list: Vec<Box<RawValue>>,
    pub(super) cursor: String,
}

/// Leads with everything known about them.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct ClueBatchReply {
    /// In the order asked for.
    pub clue_list: Vec<ClueRow>,
}

/// A page of leads.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct ClueListReply {
    /// At most 100, ascending by creation.
    pub clue_list: Vec<ClueRow>,
    /// For the next page; `""` at the end.
    pub cursor: String,
}

/// A lead: 48 members, all always present.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 04")]
pub struct ClueRow {
    pub clue_id: String,
    pub user_name: String,
    /// The first contact way of type 1, else the first one without `@`.
    pub mobile: String,
    /// 0 import or console, 1 Open API, 2 marketing component, 3 WeCom friend.
    pub clue_source: i64,
    /// Full path, levels joined by `-`.
    pub from_channel_name: String,
    /// Grade, e.g. `D`.
    pub level: String,
    pub corp_name: String,
    pub corp_address: String,
    pub register_address: String,
    pub legal_person: String,
    pub keyword: String,
    pub searchword: String,
    pub region: String,
    pub plan_name: String,
    pub group_name: String,
    /// 0 in the public sea, 1 claimed, 3 claimed and converted to a WeCom friend, 4 to be assigned.
    pub status: i64,
    /// `""` outside the sea.
    pub sea_id: String,
    pub is_repeat: bool,
    /// Discarded.
    pub is_useless: bool,
    pub create_user_id: String,
    /// The WeCom friend that was linked first, `""`: none.
    pub customer_id: String,
    pub owner_id: String,
    pub url: String,
    /// 0 not set, 1 male, 2 female.
    pub gender: i64,
    pub position: String,
    /// 0: 0-19, 1: 20-99, 2: 100-499, 3: 500-999, 4: 1000-9999, 5: 10000+.
    pub population_size: i64,
    pub industry: String,
    /// Epoch milliseconds, a string.
    pub create_time: String,
    /// The component that brought the lead in, `{}` when there is none.
    pub add_source: ContactAddSource,
    pub company_list: Vec<ContactCompany>,
    pub business_list: Vec<ContactBusiness>,
    pub tag_group_list: Vec<ContactTagGroup>,
    pub latest_progress_id: String,
    pub first_progress_time: i64,
    pub last_follow_time: i64,
    /// Display text of the stage.
    pub customer_stage: String,
    pub claim_time: i64,
    pub corp_founded_time: String,
    pub creative_title: String,
    pub creative_description: String,
    pub advertiser_account_name: String,
    pub age: i64,
    pub wx_id: String,
    pub qq: String,
    pub email: String,
    pub remark: String,
    pub other_custom_field: String,
    /// Filled custom fields: `api_name` to value.
    #[schema(value_type = Object)]
    pub clue_custom_field: Map<String, Value>,
}

/// What became of the leads of a call.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClueOutcome {
    /// Items that were refused.
    pub fail_list: Vec<ClueFailure>,
    /// The ids of the others.
    pub success_list: Vec<String>,
}

/// A lead that was refused; the key is `clue_id` here.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 04, 4.8")]
pub struct ClueFailure {
    pub clue_id: String,
    pub error_code: i64,
    pub error_msg: String,
}

impl ClueFailure {
    /// The wire form of a refused item.
    pub(super) fn of(failure: Failure) -> ClueFailure {
        ClueFailure {
            clue_id: failure.id,
            error_code: failure.refusal.code().number(),
            error_msg: failure.refusal.message(),
        }
    }
}
