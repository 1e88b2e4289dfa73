//! The people around a company (chapter 05, 5.6 to 5.9): contacts, WeCom friends, visitors, collaborators.

use serde_json::{Value, json};

use crate::company_world::Firms;
use crate::contact_world::{LI, WANG, ZHAO};

const ADD: &str = "/openapi/v2/company/customer_related/add";
const ADD_OLD: &str = "/openapi/company/customer_related/add";
const REMOVE: &str = "/openapi/v2/company/customer_related/remove";
const REMOVE_OLD: &str = "/openapi/company/customer_related/remove";
const ADD_STAFF: &str = "/openapi/company/staff_related/add";
const REMOVE_STAFF: &str = "/openapi/company/staff_related/remove";

fn ids(list: &Value, name: &str) -> Vec<String> {
    list.as_array().expect("people").iter().map(|item| item[name].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn people_of_every_kind_are_shown_with_their_details_in_both_shapes() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    for (kind, person, operator) in [(4, "visitor-1", ""), (1, "friend-1", LI), (0, "contact-1", "staff-left")] {
        firms.clock.advance(1_000);
        let body = json!({"company_id": id, "ids": [person], "type": kind.to_string(), "op_user_id": operator});
        assert_eq!(firms.post(ADD_OLD, body).await.text, r#"{"msg":"success","code":0}"#);
    }
    let visitor = r#"{"id":"visitor-1","nick_name":"访客","type":4,"mobile":[],"op_user_id":"","remark":""}"#;
    let contact = |operator: &str| {
        format!(
            r#"{{"id":"contact-1","nick_name":"张三","type":0,"mobile":["138 0013 8000","0571-88"],"op_user_id":"{operator}","remark":"老客户"}}"#
        )
    };
    let friend = r#"{"id":"friend-1","nick_name":"好友一","type":1,"mobile":["13900000001","13900000002"],"op_user_id":"staff-li","remark":"最早的"}"#;
    let second = r#"{"id":"contact-2","nick_name":"李四","type":0,"mobile":[],"op_user_id":"staff-li","remark":""}"#;
    assert_eq!(
        firms.old_company(&id).await["user_list"].to_string(),
        format!("[{visitor},{friend},{}]", contact("staff-left"))
    );
    assert_eq!(
        firms.company(&id).await["customer_list"].to_string(),
        format!("[{visitor},{},{second}]", contact("staff-li")),
        "the friend stands for its contacts, each once"
    );
}

#[tokio::test]
async fn a_friend_without_a_contact_is_left_out_of_the_newer_shape_only() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    firms.relate(&id, 1, &["friend-2"]).await;
    assert_eq!(firms.company(&id).await["customer_list"], json!([]));
    assert_eq!(ids(&firms.old_company(&id).await["user_list"], "id"), ["friend-2"]);
    firms.relate(&id, 1, &["friend-3", "friend-1"]).await;
    assert_eq!(ids(&firms.company(&id).await["customer_list"], "id"), ["contact-1", "contact-2"]);
}

#[tokio::test]
async fn the_company_appears_in_the_card_of_a_contact_at_once_and_leaves_it_again() {
    let firms = Firms::new().await;
    let (a, b) = (firms.firm("甲").await, firms.firm("乙").await);
    assert_eq!(firms.show("contact-1").await["company_list"], json!([]));
    firms.post(ADD, json!({"company_id": a, "ids": ["contact-1", "contact-3"]})).await.assert_ok();
    firms.clock.advance(1);
    firms.post(ADD, json!({"company_id": b, "ids": ["contact-1"], "type": 0})).await.assert_ok();
    let both = json!([{"company_id": a, "company_name": "甲"}, {"company_id": b, "company_name": "乙"}]);
    assert_eq!(firms.show("contact-1").await["company_list"], both);
    assert_eq!(firms.show("contact-3").await["company_list"], json!([both[0]]));
    firms.post(REMOVE, json!({"company_id": a, "ids": ["contact-1"]})).await.assert_ok();
    assert_eq!(firms.show("contact-1").await["company_list"], json!([both[1]]));
}

#[tokio::test]
async fn people_who_are_related_already_are_passed_over() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    let known = firms.events().await.len();
    let add = async |ids: &[&str]| {
        let body = json!({"company_id": id, "ids": ids, "op_user_id": LI});
        firms.post(ADD, body).await.assert_ok();
        firms.told_since(known).await.len()
    };
    assert_eq!(add(&["contact-1", "contact-1"]).await, 2);
    assert_eq!(add(&["contact-1"]).await, 2, "nobody added, no event");
    assert_eq!(add(&["contact-1", "contact-2"]).await, 4);
    assert_eq!(firms.company(&id).await["customer_list"].as_array().expect("people").len(), 2);
}

#[tokio::test]
async fn the_administrator_is_the_operator_when_none_is_named() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    let operator = async |person: &str| {
        firms.post(ADD, json!({"company_id": id, "ids": [person]})).await.assert_ok();
        let people = firms.company(&id).await["customer_list"].clone();
        let found = people.as_array().expect("people").iter().find(|p| p["id"] == person).expect("the person").clone();
        found["op_user_id"].as_str().expect("a text").to_owned()
    };
    assert_eq!(operator("contact-1").await, "", "there is none yet");
    firms.change("update staff set is_admin = 1 where corp_id = $1 and id in (9002, 9003)").await;
    firms.change("update staff set create_time = 5 where corp_id = $1 and id = 9003").await;
    assert_eq!(operator("contact-2").await, ZHAO, "the earlier one");
}

#[tokio::test]
async fn a_bad_call_relates_nobody() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    let before = firms.stored().await;
    let both: &[(Value, i64, &str)] = &[
        (json!({"ids": ["contact-1"], "type": 0}), 1000, "company_id"),
        (json!({"company_id": id, "type": 0}), 1000, "ids"),
        (json!({"company_id": id, "ids": [], "type": 0}), 1000, "ids"),
        (json!({"company_id": id, "ids": "contact-1", "type": 0}), 1013, "ids"),
        (json!({"company_id": id, "ids": ["contact-1"], "type": 3}), 1013, "type"),
        (json!({"company_id": id, "ids": ["contact-1"], "type": "x"}), 1013, "type"),
        (json!({"company_id": id, "ids": ["contact-1", "nobody"], "type": 0}), 1001, "nobody"),
        (json!({"company_id": id, "ids": ["friend-1"], "type": 0}), 1001, "friend-1"),
        (json!({"company_id": id, "ids": ["contact-1"], "type": 4}), 1001, "contact-1"),
        (json!({"company_id": id, "ids": ["contact-1"], "type": 0, "op_user_id": "nobody"}), 1001, "op_user_id"),
        (json!({"company_id": "nobody", "ids": ["contact-1"], "type": 0}), 1003, "company_id"),
        (json!({"company_id": "nobody", "ids": ["nobody"], "type": 0}), 1001, "nobody"),
        (json!({"company_id": id, "ids": vec!["a"; 2_001], "type": 0}), 1012, "ids"),
    ];
    for (body, code, part) in both {
        firms.post(ADD, body.clone()).await.assert_code(*code, part);
        firms.post(ADD_OLD, body.clone()).await.assert_code(*code, part);
    }
    firms.post(ADD, json!({"company_id": id, "ids": ["friend-1"], "type": 1})).await.assert_code(1013, "type");
    firms.post(ADD_OLD, json!({"company_id": id, "ids": ["contact-1"]})).await.assert_code(1000, "type");
    assert_eq!(firms.stored().await, before);
}

#[tokio::test]
async fn removal_passes_over_everybody_who_is_not_related() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    firms.relate(&id, 0, &["contact-1", "contact-2"]).await;
    firms.relate(&id, 1, &["friend-1"]).await;
    firms.relate(&id, 4, &["visitor-1"]).await;
    let known = firms.events().await.len();
    let remove = async |path: &str, body: Value| {
        let mut body = body;
        body["company_id"] = json!(id);
        assert_eq!(firms.post(path, body).await.text, r#"{"msg":"success","code":0}"#);
        (ids(&firms.old_company(&id).await["user_list"], "id").len(), firms.told_since(known).await.len())
    };
    assert_eq!(remove(REMOVE_OLD, json!({"type": 0})).await, (4, 0));
    assert_eq!(remove(REMOVE_OLD, json!({"type": 0, "ids": []})).await, (4, 0));
    assert_eq!(
        remove(REMOVE, json!({"ids": ["nobody", "contact-3", "friend-1"]})).await,
        (4, 0),
        "another kind is unknown"
    );
    assert_eq!(remove(REMOVE_OLD, json!({"type": 0, "ids": ["visitor-1"]})).await, (4, 0));
    assert_eq!(remove(REMOVE, json!({"ids": ["nobody", "contact-2", "contact-2"], "op_user_id": LI})).await, (3, 2));
    assert_eq!(remove(REMOVE, json!({"ids": ["visitor-1"], "type": 4})).await, (2, 4));
    assert_eq!(remove(REMOVE_OLD, json!({"ids": ["friend-1", "contact-1"], "type": "1"})).await, (1, 6));
    let told = firms.told_since(known).await;
    assert_eq!(told[..2], ["company_v2_update", "company_update"]);
}

#[tokio::test]
async fn a_bad_removal_removes_nobody() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    firms.relate(&id, 0, &["contact-1"]).await;
    let before = firms.stored().await;
    let both: &[(Value, i64, &str)] = &[
        (json!({"ids": ["contact-1"], "type": 0}), 1000, "company_id"),
        (json!({"company_id": id, "ids": ["contact-1"], "type": 6}), 1013, "type"),
        (json!({"company_id": id, "ids": ["contact-1"], "type": 0, "delete_history": "true"}), 1013, "delete_history"),
        (json!({"company_id": id, "ids": ["contact-1"], "type": 0, "op_user_id": "nobody"}), 1001, "op_user_id"),
        (json!({"company_id": "nobody", "ids": ["contact-1"], "type": 0}), 1003, "company_id"),
        (json!({"company_id": id, "ids": vec!["a"; 2_001], "type": 0}), 1012, "ids"),
    ];
    for (body, code, part) in both {
        firms.post(REMOVE, body.clone()).await.assert_code(*code, part);
        firms.post(REMOVE_OLD, body.clone()).await.assert_code(*code, part);
    }
    firms.post(REMOVE, json!({"company_id": id})).await.assert_code(1000, "ids");
    firms.post(REMOVE, json!({"company_id": id, "ids": ["a"], "type": 1})).await.assert_code(1013, "type");
    firms.post(REMOVE_OLD, json!({"company_id": id, "ids": ["a"]})).await.assert_code(1000, "type");
    firms.post(REMOVE_OLD, json!({"company_id": "nobody", "type": 0})).await.assert_code(1003, "company_id");
    assert_eq!(firms.stored().await, before);
}

#[tokio::test]
async fn removed_people_take_their_items_out_of_the_journey_only_when_asked() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    let people = async |ids: &[&str]| firms.relate(&id, 0, ids).await;
    let edit = async |contact: &str, name: &str| {
        let body = json!({"contact_id": contact, "user_name": name});
        firms.post("/openapi/contact/edit", body).await.assert_ok();
    };
    let sql = "select h.person_id from history h join company c on c.corp_id = h.corp_id and c.id = h.object_id
               where h.corp_id = $1 and h.object_type = 3 order by h.id";
    let journey = async || firms.rows(sql, &[], |row| row.get::<i64>(0)).await;
    people(&["contact-1", "contact-2"]).await;
    edit("contact-1", "一").await;
    edit("contact-2", "二").await;
    assert_eq!(journey().await, [9601, 9602], "copied while they are related");
    let remove = async |contact: &str, history: Value| {
        let body = json!({"company_id": id, "ids": [contact], "type": 0, "delete_history": history});
        firms.post(REMOVE, body).await.assert_ok();
    };
    remove("contact-3", json!(true)).await;
    remove("contact-2", json!(false)).await;
    assert_eq!(journey().await, [9601, 9602]);
    remove("contact-1", json!(true)).await;
    assert_eq!(journey().await, [9602]);
    assert_eq!(firms.histories("contact-1").await.len(), 1, "their own journeys stay");
    edit("contact-1", "三").await;
    assert_eq!(journey().await, [9602], "not related any more");
}

#[tokio::test]
async fn collaborators_are_shown_in_the_order_in_which_they_came() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    let known = firms.events().await.len();
    let add = async |staff: &[&str]| {
        firms.clock.advance(1);
        let answer = firms.post(ADD_STAFF, json!({"company_id": id, "user_ids": staff, "op_user_id": LI})).await;
        assert_eq!(answer.text, r#"{"msg":"success","code":0}"#);
        firms.told_since(known).await.len()
    };
    assert_eq!(add(&[ZHAO, ZHAO]).await, 2);
    assert_eq!(add(&[ZHAO, WANG, LI]).await, 4);
    assert_eq!(add(&[WANG]).await, 4, "nobody added, no event");
    let company = firms.company(&id).await;
    assert_eq!(ids(&company["user_list"], "user_id"), [ZHAO, LI, WANG]);
    assert_eq!(
        company["user_list"][2].to_string(),
        r#"{"user_id":"staff-wang","nick_name":"王小明","avatar":"https://a/wang.png","position":"销售"}"#
    );
    assert_eq!(firms.old_company(&id).await["staff_list"], company["user_list"]);

    firms.change("update staff set status = 5 where corp_id = $1 and id = 9003").await;
    let remove = async |body: Value| {
        let mut body = body;
        body["company_id"] = json!(id);
        firms.post(REMOVE_STAFF, body).await.assert_ok();
        (ids(&firms.company(&id).await["user_list"], "user_id"), firms.told_since(known).await.len())
    };
    let all = vec![ZHAO.to_owned(), LI.to_owned(), WANG.to_owned()];
    assert_eq!(remove(json!({})).await, (all.clone(), 4));
    assert_eq!(remove(json!({"user_ids": []})).await, (all.clone(), 4));
    assert_eq!(remove(json!({"user_ids": ["nobody", "staff-left"]})).await, (all, 4));
    assert_eq!(remove(json!({"user_ids": [ZHAO, "nobody", LI, LI]})).await, (vec![WANG.to_owned()], 6));
    assert_eq!(firms.told_since(known).await[4..], ["company_v2_update", "company_update"]);
}

#[tokio::test]
async fn bad_collaborators_refuse_the_whole_call() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    let before = firms.stored().await;
    for (body, code, part) in [
        (json!({"user_ids": [LI]}), 1000, "company_id"),
        (json!({"company_id": id}), 1000, "user_ids"),
        (json!({"company_id": id, "user_ids": []}), 1000, "user_ids"),
        (json!({"company_id": id, "user_ids": LI}), 1013, "user_ids"),
        (json!({"company_id": id, "user_ids": [LI, "nobody"]}), 1001, "user_ids"),
        (json!({"company_id": id, "user_ids": [LI, "staff-inactive"]}), 3001, "user_ids"),
        (json!({"company_id": id, "user_ids": [LI, "staff-powerless"]}), 3001, "user_ids"),
        (json!({"company_id": id, "user_ids": [LI, "staff-left"]}), 3002, "user_ids"),
        (json!({"company_id": id, "user_ids": [LI], "op_user_id": "nobody"}), 1001, "op_user_id"),
        (json!({"company_id": "nobody", "user_ids": [LI]}), 1003, "company_id"),
        (json!({"company_id": id, "user_ids": vec!["a"; 2_001]}), 1012, "user_ids"),
    ] {
        firms.post(ADD_STAFF, body).await.assert_code(code, part);
    }
    for (body, code, part) in [
        (json!({"user_ids": [LI]}), 1000, "company_id"),
        (json!({"company_id": "nobody"}), 1003, "company_id"),
        (json!({"company_id": id, "user_ids": [5]}), 1013, "user_ids"),
        (json!({"company_id": id, "user_ids": [LI], "op_user_id": "nobody"}), 1001, "op_user_id"),
    ] {
        firms.post(REMOVE_STAFF, body).await.assert_code(code, part);
    }
    assert_eq!(firms.stored().await, before);
}

#[tokio::test]
async fn two_thousand_people_are_related_and_removed_in_one_call() {
    let firms = Firms::new().await;
    let (id, people) = (firms.firm("甲").await, firms.seed(2_000).await);
    firms.post(ADD, json!({"company_id": id, "ids": people})).await.assert_ok();
    assert_eq!(firms.company(&id).await["customer_list"].as_array().expect("people").len(), 2_000);
    assert_eq!(firms.show(&people[1_999]).await["company_list"][0]["company_id"], json!(id));
    firms.post(REMOVE, json!({"company_id": id, "ids": people, "delete_history": true})).await.assert_ok();
    assert_eq!(firms.company(&id).await["customer_list"], json!([]));
    assert_eq!(firms.show(&people[1_999]).await["company_list"], json!([]));
}
