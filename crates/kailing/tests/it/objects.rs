//! Objects of every type that follow-ups and journeys hang on, beside the contacts that tests create themselves.

use serde_json::{Value, json};

use crate::contact_world::{WANG, World};

/// A WeCom friend, related to `COMPANY`.
pub const FRIEND: &str = "friend-1";
/// A company whose related person `FRIEND` is.
pub const COMPANY: &str = "company-1";
/// Another company.
pub const OTHER_COMPANY: &str = "company-2";
/// A visitor, related to `COMPANY`.
pub const VISITOR: &str = "visitor-1";
/// A group chat.
pub const GROUP: &str = "group-1";
/// A group chat that was dissolved.
pub const GROUP_GONE: &str = "group-gone";
/// An opportunity.
pub const BUSINESS: &str = "business-1";

const OBJECTS: &[&str] = &[
    "insert into customer (corp_id, id, wire_id, name, create_time) values ($1, 9701, 'friend-1', '好友', 1)",
    "insert into customer_follow (corp_id, customer_id, staff_id, create_time) values ($1, 9701, 9001, 1)",
    "insert into company (corp_id, id, wire_id, company_name, name_key, create_time) values
        ($1, 9801, 'company-1', '企业一', '企业一', 1), ($1, 9802, 'company-2', '企业二', '企业二', 2)",
    "insert into company_person (corp_id, company_id, person_id, person_type, create_time) values
        ($1, 9801, 9701, 1, 1), ($1, 9801, 9711, 4, 1)",
    "insert into visitor (corp_id, id, wire_id, name, create_time) values ($1, 9711, 'visitor-1', '访客', 1)",
    "insert into group_chat (corp_id, id, wire_id, name, dissolved, create_time) values
        ($1, 9721, 'group-1', '群', 0, 1), ($1, 9722, 'group-gone', '散了', 1, 1)",
    "insert into business (corp_id, id, wire_id, business_name, business_opp_number, stage, create_time, update_time)
        values ($1, 9731, 'business-1', '商机', 'SJ90000001', 1, 1, 1)",
];

/// A world with the objects.
pub async fn world() -> World {
    furnish(World::new().await).await
}

/// Puts the objects into a world.
pub async fn furnish(world: World) -> World {
    for sql in OBJECTS {
        world.change(sql).await;
    }
    world
}

/// A record as callers send it.
pub fn record(index: i64, create_time: i64, content: &str) -> Value {
    json!({"index": index, "content": content, "create_time": create_time, "create_user_id": WANG})
}

/// Writes records on an object through the old path, which knows every type; gives their ids.
pub async fn follow(world: &World, kind: i64, id: &str, records: Vec<Value>) -> Vec<String> {
    let body = json!({"id": id, "type": kind, "progress_list": records});
    let data = world.post("/openapi/progress/create", body).await.assert_ok().clone();
    assert_eq!(data["fail_list"], json!([]));
    let stored = data["success_list"].as_array().expect("a list").iter();
    stored.map(|item| item["progress_id"].as_str().expect("an id").to_owned()).collect()
}

impl World {
    /// A journey as `history_type content`, in order, read over the new path.
    pub async fn journey(&self, kind: i64, id: &str) -> Vec<String> {
        let query = [("id", id), ("type", &kind.to_string())];
        let data = self.get("/openapi/v2/event/list", &query).await.assert_ok().clone();
        let items = data["history"].as_array().expect("a list").iter();
        items.map(|item| format!("{} {}", item["history_type"], item["content"].as_str().expect("a text"))).collect()
    }

    /// The journal rows after the first `known`, as `object_type action` with the changes.
    pub async fn journal_since(&self, known: usize) -> Vec<(String, Value)> {
        let sql = "select object_type, action, changes from journal where corp_id = $1 order by id";
        let rows = self.rows(sql, &[], |row| Ok((format!("{} {}", row.text(0)?, row.text(1)?), row.get::<String>(2)?)));
        let rows = rows.await.into_iter().skip(known);
        rows.map(|(what, changes)| (what, serde_json::from_str(&changes).expect("JSON"))).collect()
    }
}
