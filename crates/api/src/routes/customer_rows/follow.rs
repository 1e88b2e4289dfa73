//! The relations of staff with friends, `follow_users`: three shapes too.

use kailing_core::domain::customer::{Relation, RelationTag};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The relation of a staff member with a friend: ten members.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03")]
pub struct FollowUser {
    /// Staff id.
    pub userid: String,
    pub remark_corp_name: String,
    /// WeCom's number.
    pub add_way: i64,
    pub description: String,
    pub remark: String,
    pub lost_state: bool,
    /// The component that brought the friend in, `{}` when there is none.
    pub add_source: FollowSource,
    /// When the staff member added the friend.
    pub create_time: i64,
    pub remark_mobiles: Vec<String>,
    pub tags: Vec<FollowTag>,
}

/// The relation of a staff member with a friend: the ten members, then six more.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03")]
pub struct FollowUserDetail {
    #[serde(flatten)]
    #[schema(inline)]
    pub follow_user: FollowUser,
    pub position: String,
    #[serde(flatten)]
    #[schema(inline)]
    pub noted: FollowNotes,
}

/// The relation of a staff member with a friend in a batch: 16 members in an order of their own.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03, 3.6")]
pub struct FollowUserRow {
    /// WeCom's number.
    pub add_way: i64,
    pub remark_corp_name: String,
    pub position: String,
    pub tags: Vec<FollowTag>,
    /// Staff id.
    pub userid: String,
    pub description: String,
    pub remark: String,
    pub lost_state: bool,
    /// The component that brought the friend in, `{}` when there is none.
    pub add_source: FollowSource,
    /// When the staff member added the friend.
    pub create_time: i64,
    pub remark_mobiles: Vec<String>,
    #[serde(flatten)]
    #[schema(inline)]
    pub noted: FollowNotes,
}

/// What the longer shapes of a relation end with.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03")]
pub struct FollowNotes {
    /// Digits.
    pub age: String,
    pub wx_id: String,
    pub qq: String,
    pub email: String,
    /// Filled custom fields of the friend, the same in every relation.
    #[schema(value_type = Object)]
    pub customer_custom: Map<String, Value>,
}

/// The component that brought a friend in.
#[derive(Debug, Default, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03")]
pub struct FollowSource {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub r#type: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
}

/// A tag that a staff member has put on a friend.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names of chapter 03")]
pub struct FollowTag {
    pub group_id: String,
    pub group_name: String,
    pub tag_id: String,
    pub tag_name: String,
    /// `"1"` company tag, `"2"` personal tag.
    pub r#type: String,
}

impl FollowUser {
    pub(super) fn of((relation, tags): (Relation, Vec<RelationTag>)) -> FollowUser {
        FollowUser {
            add_source: FollowSource::of(&relation),
            userid: relation.userid,
            remark_corp_name: relation.remark_corp_name,
            add_way: relation.add_way,
            description: relation.description,
            remark: relation.remark,
            lost_state: relation.lost_state,
            create_time: relation.create_time,
            remark_mobiles: relation.remark_mobiles,
            tags: tags.into_iter().map(FollowTag::of).collect(),
        }
    }
}

impl FollowUserDetail {
    pub(super) fn of((relation, tags): (Relation, Vec<RelationTag>), custom: &Map<String, Value>) -> FollowUserDetail {
        FollowUserDetail {
            position: relation.position.clone(),
            noted: FollowNotes::of(&relation, custom),
            follow_user: FollowUser::of((relation, tags)),
        }
    }
}

impl FollowUserRow {
    pub(super) fn of((relation, tags): (Relation, Vec<RelationTag>), custom: &Map<String, Value>) -> FollowUserRow {
        FollowUserRow {
            noted: FollowNotes::of(&relation, custom),
            add_source: FollowSource::of(&relation),
            add_way: relation.add_way,
            remark_corp_name: relation.remark_corp_name,
            position: relation.position,
            tags: tags.into_iter().map(FollowTag::of).collect(),
            userid: relation.userid,
            description: relation.description,
            remark: relation.remark,
            lost_state: relation.lost_state,
            create_time: relation.create_time,
            remark_mobiles: relation.remark_mobiles,
        }
    }
}

impl FollowNotes {
    fn of(relation: &Relation, custom: &Map<String, Value>) -> FollowNotes {
        FollowNotes {
            age: relation.age.clone(),
            wx_id: relation.wx_id.clone(),
            qq: relation.qq.clone(),
            email: relation.email.clone(),
            customer_custom: custom.clone(),
        }
    }
}

impl FollowSource {
    fn of(relation: &Relation) -> FollowSource {
        if relation.source_type == 0 && relation.source_id.is_empty() {
            return FollowSource::default();
        }
        FollowSource {
            r#type: Some(relation.source_type),
            id: Some(relation.source_id.clone()),
            name: Some(relation.source_name.clone()),
        }
    }
}

impl FollowTag {
    fn of(tag: RelationTag) -> FollowTag {
        FollowTag {
            group_id: tag.group_id,
            group_name: tag.group_name,
            tag_id: tag.tag_id,
            tag_name: tag.tag_name,
            r#type: tag.kind.to_string(),
        }
    }
}
