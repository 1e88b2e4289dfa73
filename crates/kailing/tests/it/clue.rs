//! Leads: creation, rows, seas, access (chapter 04, 4.1, 4.3, 4.4).

use kailing_core::store::app::App;
use serde_json::{Value, json};

use crate::contact_world::{LI, WANG, World, long};
use crate::harness::NOW;
use crate::keys::assert_shape;

const CREATE: &str = "/openapi/clue/create";
const BATCH: &str = "/openapi/clue/batch";

/// Members of a lead, in order.
pub const LEAD: &str = r#"{"clue_id":"","user_name":"","mobile":"","clue_source":0,"from_channel_name":"","level":"",
    "corp_name":"","corp_address":"","register_address":"","legal_person":"","keyword":"","searchword":"","region":"",
    "plan_name":"","group_name":"","status":1,"sea_id":"","is_repeat":false,"is_useless":false,"create_user_id":"",
    "customer_id":"","owner_id":"","url":"","gender":1,"position":"","population_size":1,"industry":"",
    "create_time":"","add_source":{"id?":"","type?":4,"name?":""},
    "company_list":[{"company_id":"","company_name":""}],"business_list":[{"business_id":"","business_name":""}],
    "tag_group_list":[{"group_id":"","group_name":"","type":"","create_time":0,
        "tag_info":[{"tag_id":"","tag_name":"","type":"","create_time":0,"tag_user_id":""}]}],
    "latest_progress_id":"","first_progress_time":0,"last_follow_time":0,"customer_stage":"","claim_time":0,
    "corp_founded_time":"","creative_title":"","creative_description":"","advertiser_account_name":"","age":0,
    "wx_id":"","qq":"","email":"","remark":"","other_custom_field":"","clue_custom_field":{}}"#;

impl World {
    /// Creates a lead and gives its id.
    pub async fn lead(&self, body: Value) -> String {
        let data = self.post(CREATE, body).await.assert_ok().clone();
        assert_shape(&data, r#"{"clue_id":""}"#);
        data["clue_id"].as_str().expect("an id").to_owned()
    }

    /// The row of a lead.
    pub async fn show_lead(&self, id: &str) -> Value {
        self.post(BATCH, json!({"clue_ids": [id]})).await.assert_ok()["clue_list"][0].clone()
    }
}

#[tokio::test]
async fn a_lead_shows_48_members_and_what_was_given() {
    let world = World::new().await;
    let given = json!({"user_name": " 张三 ", "mobile": " +86 138-0013-8000 ", "create_time": NOW - 5, "status": 1,
        "create_user_id": LI, "owner_id": WANG, "gender": "2", "age": 30, "corp_name": "公司", "corp_address": "ca",
        "register_address": "ra", "population_size": 3, "industry": "ind", "legal_person": "lp", "email": "e@f",
        "position": "职", "group_name": "gn", "keyword": "kw", "plan_name": "pn", "creative_title": "ct",
        "creative_description": "cd", "advertiser_account_name": "an", "qq": "qq", "region": "浙江", "url": "https://x",
        "searchword": "sw", "wx_id": "wx", "remark": "re", "avatar": "av", "corp_founded_time": "2001-02-03",
        "other_custom_field": "other", "from_channel_id": "9902", "clue_custom_field": {"zz_dx": 1, "zz_wb": " w "}});
    let id = world.lead(given).await;
    let row = world.show_lead(&id).await;
    assert_shape(&row, LEAD);
    assert_eq!(row.as_object().expect("a row").len(), 48);
    let (stage, time) = (world.show(&id).await["customer_stage"].clone(), NOW - 5);
    let expected = format!(
        r#"{{"clue_id":"{id}","user_name":"张三","mobile":"+86 138-0013-8000","clue_source":1,"from_channel_name":"展会-上海站","level":"","corp_name":"公司","corp_address":"ca","register_address":"ra","legal_person":"lp","keyword":"kw","searchword":"sw","region":"浙江","plan_name":"pn","group_name":"gn","status":1,"sea_id":"","is_repeat":false,"is_useless":false,"create_user_id":"{LI}","customer_id":"","owner_id":"{WANG}","url":"https://x","gender":2,"position":"职","population_size":3,"industry":"ind","create_time":"{time}","add_source":{{}},"company_list":[],"business_list":[],"tag_group_list":[],"latest_progress_id":"","first_progress_time":0,"last_follow_time":0,"customer_stage":{stage},"claim_time":{time},"corp_founded_time":"2001-02-03","creative_title":"ct","creative_description":"cd","advertiser_account_name":"an","age":30,"wx_id":"wx","qq":"qq","email":"e@f","remark":"re","other_custom_field":"other","clue_custom_field":{{"zz_wb":"w","zz_dx":1}}}}"#
    );
    assert_eq!(row.to_string(), expected);

    let contact = world.list_row(&id).await;
    assert_eq!(contact["contact_ways"], json!([{"type": 1, "contact_way": "+86 138-0013-8000"}]));
    assert_eq!(json!([contact["avatar"], contact["region_code"]]), json!(["av", 330_000]));
}

#[tokio::test]
async fn a_bare_lead_has_defaults_and_the_events_of_a_contact() {
    let world = World::new().await;
    let id =
        world.lead(json!({"mobile": "13800138000", "status": 0, "key_word": "old spelling", "owner_id": WANG})).await;
    let row = world.show_lead(&id).await;
    let sea = world.default_sea().await;
    assert_eq!(
        json!([
            row["status"],
            row["sea_id"],
            row["owner_id"],
            row["create_user_id"],
            row["keyword"],
            row["claim_time"]
        ]),
        json!([0, sea, "", "", "old spelling", 0])
    );
    assert_eq!(world.told_since(0).await, ["contact_add", "clue_add", "clue_history 402"]);
    let journal = world.rows("select action from journal where corp_id = $1 and object_type = 'contact'", &[], |row| {
        row.get::<String>(0)
    });
    assert_eq!(journal.await, ["contact.create"]);
}

#[tokio::test]
async fn a_creation_is_refused_by_the_rules_of_contacts_under_the_names_of_leads() {
    let world = World::new().await;
    for (body, code, part) in [
        (json!({"status": 4}), 1000, "mobile"),
        (json!({"mobile": " ", "status": 4}), 1000, "mobile"),
        (json!({"mobile": "1"}), 1000, "status"),
        (json!({"mobile": "1", "status": 1}), 1000, "owner_id"),
        (json!({"mobile": "1", "status": 3}), 1013, "status"),
        (json!({"mobile": 1, "status": 4}), 1013, "mobile"),
        (json!({"mobile": long(129), "status": 4}), 1013, "mobile"),
        (json!({"mobile": "1", "status": 4, "keyword": long(201)}), 1013, "keyword"),
        (json!({"mobile": "1", "status": 4, "create_time": NOW + 300_001}), 1013, "create_time"),
        (json!({"mobile": "1", "status": 4, "clue_custom_field": {"zz_no": 1}}), 1013, "clue_custom_field.zz_no"),
        (json!({"mobile": "1", "status": 4, "clue_custom_field": {"zz_ty": "x"}}), 1013, "clue_custom_field.zz_ty"),
        (json!({"mobile": "1", "status": 1, "owner_id": "nobody"}), 1001, "owner_id"),
        (json!({"mobile": "1", "status": 4, "create_user_id": "nobody"}), 1001, "create_user_id"),
        (json!({"mobile": "1", "status": 0, "sea_id": "nowhere"}), 1001, "sea_id"),
        (json!({"mobile": "1", "status": 4, "from_channel_id": "99"}), 1001, "from_channel_id"),
        (json!({"mobile": "1", "status": 1, "owner_id": "staff-inactive"}), 3001, "owner_id"),
        (json!({"mobile": "1", "status": 1, "owner_id": "staff-left"}), 3002, "owner_id"),
    ] {
        world.post(CREATE, body).await.assert_code(code, part);
    }
    assert!(world.events().await.is_empty());
}

#[tokio::test]
async fn a_number_that_exists_flags_or_refuses_the_new_lead() {
    let world = World::new().await;
    let first = world.lead(json!({"mobile": "13800138000", "status": 4})).await;
    let again = world.lead(json!({"mobile": "+86 13800138000", "status": 4})).await;
    assert_eq!(world.show_lead(&first).await["is_repeat"], false);
    assert_eq!(world.show_lead(&again).await["is_repeat"], true);
    world.refuse_duplicates().await;
    let refused = world.post(CREATE, json!({"mobile": "138 0013 8000", "status": 4})).await;
    assert_eq!(refused.assert_code(1002, "").json["msg"], "数据已存在: mobile already exists");
}

#[tokio::test]
async fn the_mobile_is_the_first_way_of_type_1_else_the_first_that_is_no_address() {
    let world = World::new().await;
    for (ways, mobile) in [
        (json!([{"type": 0, "contact_way": "1"}, {"type": 1, "contact_way": "2"}]), "2"),
        (json!([{"type": 3, "contact_way": "a@b"}, {"type": 2, "contact_way": "0571-3"}]), "0571-3"),
        (json!([{"type": 3, "contact_way": "a@c"}]), ""),
        (json!([]), ""),
    ] {
        let id = world.create(json!({"user_name": "a", "status": 4, "contact_ways": ways})).await;
        assert_eq!(world.show_lead(&id).await["mobile"], mobile, "{ways}");
    }
}

#[tokio::test]
async fn a_claimed_lead_with_a_friend_shows_status_3_and_the_friend_linked_first() {
    let world = World::new().await;
    world.befriend().await;
    let number = "139 1111 0000";
    let claimed = world.lead(json!({"mobile": number, "status": 1, "owner_id": WANG})).await;
    let open = world.lead(json!({"mobile": number, "status": 4})).await;
    let sea = world.lead(json!({"mobile": number, "status": 0})).await;
    for (id, status) in [(&claimed, 3), (&open, 4), (&sea, 0)] {
        let row = world.show_lead(id).await;
        assert_eq!((&row["status"], &row["customer_id"]), (&json!(status), &json!("friend-a")));
        assert_ne!(world.show(id).await["status"], 3, "contacts never show 3");
    }
    let told = world.events().await;
    let twin = told.iter().find(|event| event.kind == "clue_add").expect("a twin").json();
    assert_eq!(json!([twin["status"], twin["customer_id"]]), json!([3, "friend-a"]));
    assert_eq!(told[3].json()["history"]["history_type"], 404);

    world.post("/openapi/clue/back_to_sea", json!({"clue_ids": [claimed]})).await.assert_ok();
    let row = world.show_lead(&claimed).await;
    assert_eq!(json!([row["status"], row["customer_id"]]), json!([0, "friend-a"]));
}

#[tokio::test]
async fn a_component_has_its_id_before_its_type() {
    let world = World::new().await;
    let source = json!({"type": 7, "component_id": "comp", "component_name": "活动"});
    let id = world.create(json!({"user_name": "a", "status": 4, "contact_source": source})).await;
    assert_eq!(world.show_lead(&id).await["add_source"].to_string(), r#"{"id":"comp","type":7,"name":"活动"}"#);
}

#[tokio::test]
async fn tags_and_grades_are_those_of_the_contact() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let mark = json!({"type": 0, "ids": [id], "user_id": LI, "add_tags": ["tag-b", "tag-a"]});
    world.post("/openapi/tag/mark_tag", mark).await.assert_ok();
    world.change("insert into choice (corp_id, field, label, value, ordinal) values ($1, 'level', 77, 'S', 77)").await;
    world.change("update contact set level = 77 where corp_id = $1").await;
    let row = world.show_lead(&id).await;
    assert_shape(&row, LEAD);
    assert_eq!(row["level"], "S");
    assert_eq!(row["tag_group_list"], world.show(&id).await["tag_group_list"]);
    assert_eq!(row["tag_group_list"][0]["tag_info"][1]["tag_id"], "tag-b");
}

#[tokio::test]
async fn a_batch_keeps_the_order_and_leaves_out_what_is_unknown() {
    let world = World::new().await;
    let (a, b) = (world.claimed(WANG).await, world.lead(json!({"mobile": "1", "status": 0})).await);
    world.post("/openapi/clue/disuse", json!({"clue_ids": [b]})).await.assert_ok();
    let data = world.post(BATCH, json!({"clue_ids": [b, "nobody", a, b, "没有"]})).await.assert_ok().clone();
    let ids: Vec<&Value> = data["clue_list"].as_array().expect("rows").iter().map(|row| &row["clue_id"]).collect();
    assert_eq!(json!(ids), json!([b, a]));
    assert_eq!(
        world.post(BATCH, json!({"clue_ids": ["nobody"]})).await.text,
        r#"{"msg":"success","code":0,"data":{"clue_list":[]}}"#
    );
    world.post(BATCH, json!({})).await.assert_code(1000, "clue_ids");
    world.post(BATCH, json!({"clue_ids": []})).await.assert_code(1000, "clue_ids");
    world.post(BATCH, json!({"clue_ids": "x"})).await.assert_code(1013, "clue_ids");
    world.post(BATCH, json!({"clue_ids": vec!["x"; 2_001]})).await.assert_code(1012, "clue_ids");
    world.post(BATCH, json!({"clue_ids": vec!["x"; 2_000]})).await.assert_ok();
    let strict = World::strict().await;
    strict.post(BATCH, json!({"clue_ids": vec!["x"; 101]})).await.assert_code(1012, "clue_ids");
    strict.post(BATCH, json!({"clue_ids": vec!["x"; 100]})).await.assert_ok();
}

#[tokio::test]
async fn the_seas_of_leads_are_those_of_contacts() {
    let world = World::new().await;
    let (leads, contacts) =
        (world.get("/openapi/clue/sea/list", &[]).await, world.get("/openapi/contact/sea/list", &[]).await);
    assert_eq!(leads.text, contacts.text);
    assert_eq!(leads.assert_ok()[0]["id"], world.default_sea().await.as_str());
    assert_shape(leads.assert_ok(), r#"[{"id":"","sea_name":"","user_list":[{"user_id":"","user_name":""}]}]"#);
}

#[tokio::test]
async fn leads_have_scopes_of_their_own() {
    let world = World::new().await;
    let only = |scopes: &'static [&'static str]| {
        move |app: &mut App| app.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect()
    };
    world.change_app(only(&["contact.read", "contact.write"])).await;
    world.post(BATCH, json!({"clue_ids": ["x"]})).await.assert_code(403, "clue.read");
    world.post("/openapi/clue/disuse", json!({"clue_ids": ["x"]})).await.assert_code(403, "clue.write");
    world.change_app(only(&["clue.read"])).await;
    world.post(BATCH, json!({"clue_ids": ["x"]})).await.assert_ok();
    world.post(CREATE, json!({})).await.assert_code(403, "clue.write");
}
