//! What the endpoints of follow-up records answer (chapter 08): members in the order of the specification.

use kailing_core::domain::object::{Numbered, Outcome};
use kailing_core::domain::progress::{Attachment, Failure, Shown};
use kailing_core::refusal::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of the records of a call.
#[derive(Serialize, ToSchema)]
#[schema(as = ProgressCreateOld)]
pub(super) struct CreateReplyOld {
    /// Empty when all went well.
    fail_list: Vec<ProgressFailureOld>,
    success_list: Vec<ProgressStored>,
}

/// A record that was not stored.
#[derive(Serialize, ToSchema)]
pub(super) struct ProgressFailureOld {
    error_code: i64,
    error_msg: String,
    index: i64,
}

/// A record that was stored.
#[derive(Serialize, ToSchema)]
pub(super) struct ProgressStored {
    index: i64,
    progress_id: String,
}

/// What became of the records of a call.
#[derive(Serialize, ToSchema)]
#[schema(as = ProgressCreate)]
pub(super) struct CreateReply {
    /// Empty when all went well.
    fail_list: Vec<ProgressFailure>,
    success_list: Vec<ProgressStored>,
}

/// A record that was not stored.
#[derive(Serialize, ToSchema)]
pub(super) struct ProgressFailure {
    index: i64,
    error_code: i64,
    error_msg: String,
}

impl CreateReplyOld {
    pub(super) fn of(outcome: Outcome) -> CreateReplyOld {
        let failure = |Numbered { index, item }: Numbered<Refusal>| ProgressFailureOld {
            error_code: item.code().number(),
            error_msg: item.message(),
            index,
        };
        CreateReplyOld {
            fail_list: outcome.failed.into_iter().map(failure).collect(),
            success_list: outcome.stored.into_iter().map(ProgressStored::of).collect(),
        }
    }
}

impl CreateReply {
    pub(super) fn of(outcome: Outcome) -> CreateReply {
        let failure = |Numbered { index, item }: Numbered<Refusal>| ProgressFailure {
            index,
            error_code: item.code().number(),
            error_msg: item.message(),
        };
        CreateReply {
            fail_list: outcome.failed.into_iter().map(failure).collect(),
            success_list: outcome.stored.into_iter().map(ProgressStored::of).collect(),
        }
    }
}

impl ProgressStored {
    fn of(Numbered { index, item }: Numbered<String>) -> ProgressStored {
        ProgressStored { index, progress_id: item }
    }
}

/// A page of records, oldest first.
#[derive(Serialize, ToSchema)]
#[schema(as = ProgressListOld)]
pub(super) struct ListReplyOld {
    /// The documented spelling; the same as `cursor`.
    pub(super) cusor: String,
    /// Empty at the end.
    pub(super) cursor: String,
    pub(super) progress_list: Vec<Row>,
}

/// A page of records, oldest first.
#[derive(Serialize, ToSchema)]
#[schema(as = ProgressList)]
pub(super) struct ListReply {
    /// Empty at the end.
    pub(super) cursor: String,
    pub(super) progress_list: Vec<Row>,
}

/// A record in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ProgressRow)]
pub(super) struct Row {
    progress_id: String,
    /// Staff id of the author.
    create_user_id: String,
    content: String,
    /// Image addresses joined by commas; absent when there are none.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    image_file: String,
    create_time: i64,
    /// Absent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    attachment_file: Vec<NumberedFile>,
    /// The plain text of `content`.
    remark: String,
}

/// A file in a list: its numbers are numbers.
#[derive(Serialize, ToSchema)]
pub(super) struct NumberedFile {
    name: String,
    #[serde(rename = "type")]
    kind: i64,
    /// Bytes; 0 when what was given is no whole number.
    size: i64,
    url: String,
}

impl Row {
    pub(super) fn of(Shown { record, create_user_id, attachments }: Shown) -> Row {
        let file = |file: Attachment| NumberedFile {
            size: file.size.parse().unwrap_or_default(),
            name: file.name,
            kind: file.r#type,
            url: file.url,
        };
        Row {
            progress_id: record.wire_id,
            create_user_id,
            content: record.content,
            image_file: record.image_file,
            create_time: record.create_time,
            attachment_file: attachments.into_iter().map(file).collect(),
            remark: record.remark,
        }
    }
}

/// One record.
#[derive(Serialize, ToSchema)]
#[schema(as = ProgressRecord)]
pub(super) struct One {
    progress_id: String,
    content: String,
    /// The plain text of `content`.
    remark: String,
    /// The object that the record hangs on.
    related_id: String,
    /// The type of that object.
    #[serde(rename = "type")]
    kind: i64,
    /// Staff id of the author.
    create_user_id: String,
    /// Image addresses joined by commas; absent when there are none.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    image_file: String,
    /// Absent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    attachment_file: Vec<TextualFile>,
}

/// A file of one record: its numbers are texts.
#[derive(Serialize, ToSchema)]
pub(super) struct TextualFile {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    /// As it was given.
    size: String,
    url: String,
}

impl One {
    pub(super) fn of(Shown { record, create_user_id, attachments }: Shown, related_id: String) -> One {
        let file = |file: Attachment| TextualFile {
            name: file.name,
            kind: file.r#type.to_string(),
            size: file.size,
            url: file.url,
        };
        One {
            progress_id: record.wire_id,
            content: record.content,
            remark: record.remark,
            related_id,
            kind: record.object_type,
            create_user_id,
            image_file: record.image_file,
            attachment_file: attachments.into_iter().map(file).collect(),
        }
    }
}

/// What was not discarded.
#[derive(Serialize, ToSchema)]
#[schema(as = ProgressDisuse)]
pub(super) struct DisuseReply {
    /// Empty when all went well.
    pub(super) fail_list: Vec<DisuseFailure>,
}

/// A record that was not discarded.
#[derive(Serialize, ToSchema)]
#[schema(as = ProgressDisuseFailure)]
pub(super) struct DisuseFailure {
    id: String,
    error_code: i64,
    error_msg: String,
}

impl DisuseFailure {
    pub(super) fn of(failure: Failure) -> DisuseFailure {
        DisuseFailure {
            id: failure.id,
            error_code: failure.refusal.code().number(),
            error_msg: failure.refusal.message(),
        }
    }
}
