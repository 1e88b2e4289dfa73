//! What the endpoints of the journey answer (chapter 09): members in the order of the specification.

use kailing_core::domain::journey::Shown;
use kailing_core::domain::object::{Numbered, Outcome};
use kailing_core::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of the items of a call.
#[derive(Serialize, ToSchema)]
#[schema(as = JourneyCreateOld)]
pub(super) struct CreateReplyOld {
    /// Empty when all went well.
    fail_list: Vec<JourneyFailureOld>,
    success_list: Vec<JourneyStored>,
}

/// An item that was not stored.
#[derive(Serialize, ToSchema)]
pub(super) struct JourneyFailureOld {
    index: i64,
    error_msg: String,
    error_code: i64,
}

/// An item that was stored.
#[derive(Serialize, ToSchema)]
pub(super) struct JourneyStored {
    index: i64,
    history_id: String,
}

/// What became of the items of a call.
#[derive(Serialize, ToSchema)]
#[schema(as = JourneyCreate)]
pub(super) struct CreateReply {
    /// Empty when all went well.
    fail_list: Vec<JourneyFailure>,
    success_list: Vec<JourneyStored>,
}

/// An item that was not stored.
#[derive(Serialize, ToSchema)]
pub(super) struct JourneyFailure {
    /// A string here, a number in `success_list`.
    index: String,
    error_msg: String,
    error_code: i64,
}

impl CreateReplyOld {
    pub(super) fn of(outcome: Outcome) -> CreateReplyOld {
        let failure = |Numbered { index, item }: Numbered<Refusal>| JourneyFailureOld {
            index,
            error_msg: item.message(),
            error_code: item.code().number(),
        };
        CreateReplyOld {
            fail_list: outcome.failed.into_iter().map(failure).collect(),
            success_list: outcome.stored.into_iter().map(JourneyStored::of).collect(),
        }
    }
}

impl CreateReply {
    pub(super) fn of(outcome: Outcome) -> CreateReply {
        let failure = |Numbered { index, item }: Numbered<Refusal>| JourneyFailure {
            index: index.to_string(),
            error_msg: item.message(),
            error_code: item.code().number(),
        };
        CreateReply {
            fail_list: outcome.failed.into_iter().map(failure).collect(),
            success_list: outcome.stored.into_iter().map(JourneyStored::of).collect(),
        }
    }
}

impl JourneyStored {
    fn of(Numbered { index, item }: Numbered<String>) -> JourneyStored {
        JourneyStored { index, history_id: item }
    }
}

/// A page of a journey, oldest first.
#[derive(Serialize, ToSchema)]
#[schema(as = JourneyListOld)]
pub(super) struct ListReplyOld {
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) cursor: Option<String>,
    pub(super) history: Vec<HistoryRowOld>,
}

/// A page of a journey, oldest first.
#[derive(Serialize, ToSchema)]
#[schema(as = JourneyList)]
pub(super) struct ListReply {
    /// Empty at the end.
    pub(super) cursor: String,
    pub(super) history: Vec<HistoryRow>,
}

/// An item of a journey.
#[derive(Serialize, ToSchema)]
pub(super) struct HistoryRowOld {
    history_id: String,
    history_type: i64,
    create_time: i64,
    /// Staff id of who acted, empty for nobody. Without an underscore before `id`.
    create_userid: String,
    title: String,
    content: String,
    #[serde(flatten)]
    details: Details,
}

/// An item of a journey.
#[derive(Serialize, ToSchema)]
pub(super) struct HistoryRow {
    history_id: String,
    history_type: i64,
    create_time: i64,
    /// Staff id of who acted, empty for nobody.
    create_userid: String,
    /// The same.
    create_user_id: String,
    title: String,
    content: String,
    #[serde(flatten)]
    details: Details,
}

/// What only some items have.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[schema(as = HistoryDetails)]
pub(super) struct Details {
    /// How long a view or call lasted, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    duration: Option<i64>,
    /// Ad keyword.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    keyword: Option<String>,
    /// Search term of a web visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    searchword: Option<String>,
    /// Page or file that was viewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    url: Option<String>,
    /// When it was opened.
    #[serde(rename = "clickTime", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    click_time: Option<i64>,
    /// Address of the viewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ip: Option<String>,
}

impl Details {
    fn of(stored: &str) -> Details {
        serde_json::from_str(stored).unwrap_or_default()
    }
}

impl HistoryRowOld {
    pub(super) fn of(shown: Shown) -> HistoryRowOld {
        HistoryRowOld {
            history_id: shown.wire_id,
            history_type: shown.history_type,
            create_time: shown.create_time,
            create_userid: shown.create_user_id,
            title: shown.title,
            content: shown.content,
            details: Details::of(&shown.details),
        }
    }
}

impl HistoryRow {
    pub(super) fn of(shown: Shown) -> HistoryRow {
        HistoryRow {
            history_id: shown.wire_id,
            history_type: shown.history_type,
            create_time: shown.create_time,
            create_userid: shown.create_user_id.clone(),
            create_user_id: shown.create_user_id,
            title: shown.title,
            content: shown.content,
            details: Details::of(&shown.details),
        }
    }
}
