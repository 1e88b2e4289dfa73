//! What the tests of opportunities find around them, beside the world of contacts: companies, friends, visitors,
//! custom fields and a pipeline of known ids; and short ways to write and look at an opportunity.

use serde_json::{Value, json};

use crate::contact_world::{WANG, World};
use crate::harness::NOW;

pub const ADD: &str = "/openapi/business/add";
pub const CREATE: &str = "/openapi/v2/business/create";
pub const GET: &str = "/openapi/v2/business/get";
pub const GET_OLD: &str = "/openapi/business/get";
pub const EDIT: &str = "/openapi/business/edit";
pub const MOVE: &str = "/openapi/business/owner_change";
pub const VOID: &str = "/openapi/business/disuse";
pub const PEOPLE: &str = "/openapi/v2/business/customer_related/edit";
pub const PEOPLE_OLD: &str = "/openapi/business/customer_related/edit";
pub const STAFF: &str = "/openapi/business/staff_related/edit";

/// Contacts of Wang, `seeded-00000` and so on.
pub const CONTACTS: i64 = 30;

/// `$1` is the tenant. `friend-one` is linked with two contacts, `friend-two` with none.
const SURROUNDINGS: &[&str] = &[
    "insert into company (corp_id, id, wire_id, company_name, name_key, create_time) values
        ($1, 9501, 'firm-one', '开瓴科技', '开瓴科技', 1700000000001), ($1, 9502, 'firm-two', '晨星软件', '晨星软件', 1700000000002)",
    "insert into customer (corp_id, id, wire_id, name, position, create_time) values
        ($1, 9601, 'friend-one', '好友一', '采购', 1700000000001), ($1, 9602, 'friend-two', '好友二', '', 1700000000002)",
    "insert into visitor (corp_id, id, wire_id, name, create_time) values ($1, 9701, 'visitor-one', '访客一', 1700000000001)",
    "insert into contact_customer (corp_id, contact_id, customer_id, customer_type, create_time) values
        ($1, 100020, 9601, 1, 5), ($1, 100021, 9601, 1, 6)",
    "insert into field (corp_id, id, object, api_name, view_name, property_type, enabled, max_length, ordinal) values
        ($1, 9351, 'business', '测试0927', '数字', 3, 1, 0, 9001), ($1, 9352, 'business', 'ledweww__d', '文本', 1, 1, 0, 9002),
        ($1, 9353, 'business', 'zz_dxs', '多选', 6, 1, 0, 9003), ($1, 9354, 'business', 'zz_ty', '停用', 1, 0, 0, 9004)",
    "insert into field_option (corp_id, field_id, label, value, ordinal) values ($1, 9353, 1, '甲', 0), ($1, 9353, 12, '乙', 1)",
    "insert into process (corp_id, id, wire_id, name, ordinal) values ($1, 9801, 'process-big', '大单流程', 9001)",
    "insert into process_stage (corp_id, process_id, stage, name, ordinal) values ($1, 9801, 1, '立项', 2),
        ($1, 9801, 50, '招标', 1), ($1, 9801, 99, '流标', 3), ($1, 9801, 100, '中标', 4)",
    "update staff set avatar = 'https://a.example/li.png', position = '经理' where corp_id = $1 and wire_id = 'staff-li'",
];

/// A server in the profile `open`, with the surroundings.
pub async fn world() -> World {
    furnish(World::new().await).await
}

/// A server in the profile `strict`, with the surroundings.
pub async fn strict() -> World {
    furnish(World::strict().await).await
}

async fn furnish(world: World) -> World {
    world.seed(CONTACTS).await;
    for sql in SURROUNDINGS {
        world.change(sql).await;
    }
    world
}

/// Switches several pipelines on.
pub async fn several_pipelines(world: &World) {
    world.change("update corp set multi_process = 1 where corp_id = $1").await;
    world.refresh().await;
}

/// The wire ids of the first contacts.
pub fn contacts(n: i64) -> Vec<String> {
    (0..n).map(|i| format!("seeded-{i:05}")).collect()
}

/// The least that a creation needs, with some members more or other ones. `null` takes a member away.
pub fn draft(more: Value) -> Value {
    let mut body = json!({"business_name": "商机", "stage": 1, "company_id": "firm-one", "create_user_id": WANG,
        "create_time": NOW});
    let (Some(members), Value::Object(more)) = (body.as_object_mut(), more) else { panic!("an object") };
    for (name, value) in more {
        if value.is_null() {
            members.remove(&name);
        } else {
            members.insert(name, value);
        }
    }
    body
}

/// Creates an opportunity and gives its id.
#[track_caller]
pub fn create(world: &World, more: Value) -> impl Future<Output = String> + '_ {
    let caller = std::panic::Location::caller();
    async move {
        let answer = world.post(CREATE, draft(more)).await;
        assert_eq!(answer.code(), 0, "created at {caller}: {}", answer.text);
        answer.json["data"]["business_id"].as_str().expect("an id").to_owned()
    }
}

/// The row of an opportunity.
pub async fn show(world: &World, id: &str) -> Value {
    world.post(GET, json!({"business_ids": [id]})).await.assert_ok()["business_list"][0].clone()
}

/// The row of an opportunity in the older shape.
pub async fn show_old(world: &World, id: &str) -> Value {
    world.post(GET_OLD, json!({"business_ids": [id]})).await.assert_ok()["business_list"][0].clone()
}

/// Edits an opportunity.
#[track_caller]
pub fn edit<'a>(world: &'a World, id: &str, more: Value) -> impl Future<Output = ()> + 'a {
    let caller = std::panic::Location::caller();
    let mut body = more;
    body["business_id"] = json!(id);
    async move {
        let answer = world.post(EDIT, body).await;
        assert_eq!(answer.code(), 0, "edited at {caller}: {}", answer.text);
    }
}

/// The ids in a list of opportunities.
pub fn ids(data: &Value) -> Vec<&str> {
    let rows = data["business_list"].as_array().expect("rows");
    rows.iter().map(|row| row["business_id"].as_str().expect("an id")).collect()
}

/// The journey of any object by its wire id: types with titles, contents and who acted, in the order of writing.
pub async fn journey(world: &World, wire_id: &str) -> Vec<(i64, String, String, i64)> {
    let sql = "select h.history_type, h.title, h.content, h.create_user_id from history h
               where h.corp_id = $1 and h.object_id in (
                  select id from contact where corp_id = $1 and wire_id = $2 union all
                  select id from customer where corp_id = $1 and wire_id = $2 union all
                  select id from visitor where corp_id = $1 and wire_id = $2 union all
                  select id from company where corp_id = $1 and wire_id = $2 union all
                  select id from business where corp_id = $1 and wire_id = $2)
               order by h.id";
    world.rows(sql, &[wire_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).await
}

/// The types of a journey.
pub async fn types(world: &World, wire_id: &str) -> Vec<i64> {
    journey(world, wire_id).await.into_iter().map(|item| item.0).collect()
}
