//! `customer/edit`: what a staff member notes about a friend, what it announces, and whom a number links
//! (chapter 03, 3.3; chapter 21, section 7.2).

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::contact_world::{LI, WANG, World, ZHAO};
use crate::harness::NOW;

async fn friends() -> World {
    let world = World::new().await;
    world.befriend().await;
    world
}

async fn edit(world: &World, staff: &str, members: Value) -> Answer {
    let mut body = members;
    body["user_id"] = json!(staff);
    body["customer_id"] = json!("friend-a");
    world.post("/openapi/customer/edit", body).await
}

#[tokio::test]
async fn every_member_of_the_own_relation_changes_and_no_other() {
    let world = friends().await;
    let mut expected = world.show_friend("friend-a").await;
    let all = json!({"remark": " 新 ", "remark_mobiles": ["13922220000", "", "13922220000", "0571-1"], "description": "新d",
        "age": "45", "wx_id": "新wx", "qq": "新qq", "position": "新位", "email": "新e",
        "customer_custom": {"yh_wb": " 新 ", "yh_dxs": ["2", 1]}, "name": "ignored", "lost_state": 5});
    assert_eq!(edit(&world, WANG, all).await.text, r#"{"msg":"success","code":0}"#);
    let changed = json!({"remark": " 新 ", "remark_mobiles": ["13922220000", "0571-1"], "description": "新d", "age": "45",
        "wx_id": "新wx", "qq": "新qq", "position": "新位", "email": "新e"});
    for (name, value) in changed.as_object().expect("members") {
        expected["follow_users"][0][name] = value.clone();
    }
    for relation in [0, 1] {
        expected["follow_users"][relation]["customer_custom"] = json!({"yh_wb": " 新 ", "yh_dxs": [2, 1]});
    }
    expected["remark_mobiles"] = json!(["13922220000", "0571-1", "13911110002", "+86 139-1111-0000"]);
    assert_eq!(world.show_friend("friend-a").await.to_string(), expected.to_string());

    let empty = json!({"remark": "", "remark_mobiles": [], "description": "", "age": "", "wx_id": "", "qq": "", "position": "",
        "email": "", "customer_custom": {"yh_wb": ""}});
    edit(&world, WANG, empty).await.assert_ok();
    let shown = world.show_friend("friend-a").await["follow_users"][0].clone();
    for name in ["remark", "description", "age", "wx_id", "qq", "position", "email"] {
        assert_eq!(shown[name], "", "{name}");
    }
    assert_eq!(json!([shown["remark_mobiles"], shown["customer_custom"]]), json!([[], {"yh_dxs": [2, 1]}]));
    assert_eq!(shown["remark_corp_name"], "公司");
}

#[tokio::test]
async fn an_edit_tells_customer_update_in_exact_words() {
    let world = friends().await;
    edit(&world, LI, json!({"age": 20, "remark_mobiles": ["1"]})).await.assert_ok();
    let events = world.events().await;
    let expected = r#"{"customer_id":"friend-a","external_userid":"wmAAA","name":"周好友","avatar":"https://a","type":1,"gender":2,"position":"总监","corp_name":"短名","corp_full_name":"全名","remark_corp_name":"li的公司","remark_mobiles":["13911110001","+86 139-1111-0000","1"],"lost_state":false,"change_type":"change_remark","userid":"staff-li"}"#;
    let told: Vec<(&str, &str)> = events.iter().map(|event| (event.kind.as_str(), event.payload.as_str())).collect();
    assert_eq!(told, [("customer_update", expected)]);
    let journal =
        "select action || ' ' || object_type || ' ' || changes from journal where corp_id = $1 and object_id = 9501";
    let written = r#"customer.edit customer {"follow_users":{"staff-li":{"remark_mobiles":[["13911110002","+86 139-1111-0000"],["1"]],"age":["","20"]}}}"#;
    assert_eq!(world.rows(journal, &[], |row| row.get::<String>(0)).await, [written]);
}

#[tokio::test]
async fn a_call_that_changes_nothing_leaves_no_trace() {
    let world = friends().await;
    for same in [
        json!({}),
        json!({"remark": null, "remark_mobiles": null, "customer_custom": null, "age": null}),
        json!({"customer_custom": {}}),
        json!({"remark": "备注", "remark_mobiles": ["13911110001", "+86 139-1111-0000"], "age": "33",
            "customer_custom": {"yh_wb": "旧", "yh_dxs": []}}),
    ] {
        edit(&world, WANG, same).await.assert_ok();
    }
    assert!(world.events().await.is_empty());
    let written = "select count(*) from journal where corp_id = $1 and object_type = 'customer'";
    assert_eq!(world.rows(written, &[], |row| row.get::<i64>(0)).await, [0]);
}

#[tokio::test]
async fn a_new_number_links_the_contacts_that_have_it() {
    let world = friends().await;
    let lead = |mobile: &str, status: i64| json!({"mobile": mobile, "status": status, "owner_id": ZHAO});
    let first = world.lead(lead("13922220000", 1)).await;
    world.clock.advance(1);
    let second = world.lead(lead("+86 139 2222 0000", 0)).await;
    let other = world.lead(lead("13922220001", 1)).await;
    assert_eq!(world.show(&first).await["related_customer"], json!([]), "a card in memory");
    let known = world.events().await.len();

    edit(&world, WANG, json!({"remark_mobiles": ["86-13922220000", "13911110001"]})).await.assert_ok();
    assert_eq!(
        world.told_since(known).await,
        ["customer_update change_remark", "clue_history 404", "clue_history 404"]
    );
    let told = world.events().await;
    assert_eq!(json!([told[known + 1].json()["clue_id"], told[known + 2].json()["clue_id"]]), json!([first, second]));
    for (id, status) in [(&first, 3), (&second, 0)] {
        assert_eq!(world.show(id).await["related_customer"], json!([{"id": "friend-a", "type": 1}]));
        let row = world.show_lead(id).await;
        assert_eq!(json!([row["status"], row["customer_id"]]), json!([status, "friend-a"]));
        let item = world.histories(id).await.pop().expect("an item");
        assert_eq!((item.history_type, item.title.as_str(), item.content.as_str()), (404, "转换为客户", ""));
        assert_eq!((item.create_user_id, item.create_time), (9001, NOW + 1));
    }
    assert_eq!(world.show(&other).await["related_customer"], json!([]));
    let detail = world.get("/openapi/customer/get", &[("customer_id", "friend-a")]).await;
    // Links of one moment stand in the order of the contacts' ids.
    let mut linked = [first.clone(), second];
    linked.sort();
    assert_eq!(detail.assert_ok()["clue_list"], json!(linked.map(|id| json!({"clue_id": id}))));

    let journal = "select j.object_type || ' ' || j.action || ' ' || j.changes from journal j
                   join contact c on c.corp_id = j.corp_id and c.id = j.object_id
                   where j.corp_id = $1 and c.wire_id = $2 and j.action <> 'contact.create'";
    let written = r#"contact customer.edit {"related_customer":{"add":[{"id":"friend-a","type":1}]}}"#;
    assert_eq!(world.rows(journal, &[&first], |row| row.get::<String>(0)).await, [written]);
}

#[tokio::test]
async fn a_link_is_made_once_and_outlives_the_number() {
    let world = friends().await;
    let id = world.lead(json!({"mobile": "13922220000", "status": 4})).await;
    edit(&world, WANG, json!({"remark_mobiles": ["13922220000"]})).await.assert_ok();
    let known = world.events().await.len();
    edit(&world, LI, json!({"remark_mobiles": ["+8613922220000"]})).await.assert_ok();
    edit(&world, WANG, json!({"remark_mobiles": []})).await.assert_ok();
    edit(&world, WANG, json!({"remark_mobiles": ["13922220000", "--"]})).await.assert_ok();
    assert_eq!(world.told_since(known).await, ["customer_update change_remark"; 3]);
    assert_eq!(world.show(&id).await["related_customer"], json!([{"id": "friend-a", "type": 1}]));
    assert_eq!(world.histories(&id).await.len(), 2);
}

#[tokio::test]
async fn a_journey_item_of_a_link_is_copied_to_the_company_of_the_contact() {
    let world = friends().await;
    let id = world.lead(json!({"mobile": "13922220000", "status": 4})).await;
    world
        .change("insert into company (corp_id, id, wire_id, company_name, name_key, create_time) values ($1, 9701, 'company-a', '甲', '甲', 1)")
        .await;
    world
        .change(
            "insert into company_person (corp_id, company_id, person_id, person_type, create_time)
                 select $1, 9701, id, 0, 1 from contact where corp_id = $1",
        )
        .await;
    edit(&world, WANG, json!({"remark_mobiles": ["13922220000"]})).await.assert_ok();
    let copies = "select h.history_type from history h join contact c on c.corp_id = h.corp_id and c.id = h.person_id
                  where h.corp_id = $1 and h.object_type = 3 and h.object_id = 9701 and c.wire_id = $2";
    assert_eq!(world.rows(copies, &[&id], |row| row.get::<i64>(0)).await, [404]);
}

#[tokio::test]
async fn a_new_contact_finds_a_number_that_an_edit_has_noted() {
    let world = friends().await;
    edit(&world, WANG, json!({"remark_mobiles": ["13922220000"]})).await.assert_ok();
    let id =
        world.create(json!({"user_name": "a", "status": 4, "contact_ways": [{"contact_way": "139-2222-0000"}]})).await;
    assert_eq!(world.show(&id).await["related_customer"], json!([{"id": "friend-a", "type": 1}]));
    assert_eq!(world.show_friend("friend-a").await["clue_list"], json!([{"clue_id": id}]));
}

#[tokio::test]
async fn refusals_come_in_the_order_of_the_checks_and_change_nothing() {
    let world = friends().await;
    let before = world.show_friend("friend-a").await;
    let post = async |body: Value| world.post("/openapi/customer/edit", body).await;
    post(json!({"customer_id": "friend-a"})).await.assert_code(1000, "user_id");
    post(json!({"user_id": WANG, "customer_id": ""})).await.assert_code(1000, "customer_id");
    let many: Vec<String> = (0..21).map(|n| n.to_string()).collect();
    for (members, code, part) in [
        (json!({"remark_mobiles": many, "age": "x"}), 1012, "remark_mobiles"),
        (json!({"remark_mobiles": "13922220000"}), 1013, "remark_mobiles"),
        (json!({"remark_mobiles": [5]}), 1013, "remark_mobiles[0]"),
        (json!({"age": "151"}), 1013, "age"),
        (json!({"age": "abc"}), 1013, "age"),
        (json!({"remark": 5}), 1013, "remark"),
        (json!({"customer_custom": []}), 1013, "customer_custom"),
        (json!({"customer_custom": {"zz_wb": "a field of contacts"}}), 1013, "customer_custom.zz_wb"),
        (json!({"customer_custom": {"yh_ty": "x"}}), 1013, "customer_custom.yh_ty"),
        (json!({"customer_custom": {"yh_dxs": [3]}}), 1013, "customer_custom.yh_dxs"),
        (json!({"customer_custom": {"name": "x"}}), 1013, "customer_custom.name"),
    ] {
        let mut body = members;
        body["remark"] = body.get("remark").cloned().unwrap_or(json!("half done"));
        // The value is judged before the people are.
        edit(&world, "nobody", body.clone()).await.assert_code(code, part);
        edit(&world, WANG, body).await.assert_code(code, part);
    }
    post(json!({"user_id": "nobody", "customer_id": "nobody"})).await.assert_code(1001, "user_id");
    post(json!({"user_id": WANG, "customer_id": "nobody"})).await.assert_code(3000, "customer_id");
    post(json!({"user_id": ZHAO, "customer_id": "friend-a", "remark": "x"})).await.assert_code(1003, "user_id");
    assert_eq!(world.show_friend("friend-a").await, before);
    assert!(world.events().await.is_empty());
    edit(&world, WANG, json!({"remark_mobiles": many[..20]})).await.assert_ok();
}

#[tokio::test]
async fn strict_limits_custom_texts_and_a_lost_relation_can_be_edited() {
    let world = World::strict().await;
    world.befriend().await;
    let custom = |n: usize| json!({"customer_custom": {"yh_wb": "长".repeat(n)}});
    edit(&world, LI, custom(50)).await.assert_code(1013, "customer_custom.yh_wb");
    edit(&world, LI, custom(49)).await.assert_ok();
}

/// Whoever comes second sees the first: the number and the contact always find each other.
#[tokio::test]
async fn a_number_and_a_contact_that_come_at_once_are_linked() {
    let world = friends().await;
    for round in 0..8 {
        let number = format!("1393333000{round}");
        let lead = json!({"mobile": number, "status": 4});
        let (noted, created) = tokio::join!(
            edit(&world, WANG, json!({"remark_mobiles": [number]})),
            world.post("/openapi/clue/create", lead)
        );
        noted.assert_ok();
        let id = created.assert_ok()["clue_id"].as_str().expect("an id").to_owned();
        assert_eq!(world.show(&id).await["related_customer"], json!([{"id": "friend-a", "type": 1}]), "round {round}");
        assert_eq!(world.histories(&id).await.iter().filter(|item| item.history_type == 404).count(), 1);
    }
}
