//! Third-party ids (chapter 07).

use std::sync::Arc;

use serde_json::{Value, json};

use crate::company_world::Firms;
use crate::contact_world::{WANG, long};

const TO_INNER: &str = "/openapi/third/thirdid_to_innerid";
const CREATE: &str = "/openapi/third/create";
const TO_THIRD: &str = "/openapi/third/innerid_to_thirdid";

async fn bind(firms: &Firms, kind: i64, id: &str, third_id: &str) {
    let answer = firms.post(CREATE, json!({"id": id, "type": kind, "third_id": third_id})).await;
    assert_eq!(answer.text, r#"{"msg":"success","code":0}"#);
}

async fn with_business() -> Firms {
    let firms = Firms::new().await;
    firms
        .change(
            "insert into business (corp_id, id, wire_id, business_opp_number, stage, create_time, update_time)
             values ($1, 9999, 'business-1', 'SJ1', 1, 1, 1)",
        )
        .await;
    firms
}

#[tokio::test]
async fn ids_are_translated_in_both_directions_in_the_order_of_the_mappings() {
    let firms = with_business().await;
    let company = firms.firm("甲").await;
    for (kind, id, third_id) in [
        (7, "business-1", "erp-1"),
        (0, "contact-1", "erp-1"),
        (3, company.as_str(), "erp-2"),
        (0, "contact-1", "其他 系统"),
        (2, WANG, "erp-3"),
        (1, "friend-1", "erp-1"),
        (0, "contact-1", "ERP-1"),
    ] {
        bind(&firms, kind, id, third_id).await;
    }
    let answer = firms
        .post(TO_INNER, json!({"third_user_ids": ["erp-3", "x", "erp-1", "erp-3", "x", "", "其他 系统", "erp-1 "]}))
        .await;
    assert_eq!(
        answer.text,
        r#"{"msg":"success","code":0,"data":{"fail_list":["x","","erp-1 "],"success_list":[{"third_user_id":"erp-3","inner_user_ids":[{"type":2,"id":"staff-wang"}]},{"third_user_id":"erp-1","inner_user_ids":[{"type":7,"id":"business-1"},{"type":0,"id":"contact-1"},{"type":1,"id":"friend-1"}]},{"third_user_id":"其他 系统","inner_user_ids":[{"type":0,"id":"contact-1"}]}]}}"#
    );
    let answer = firms
        .post(TO_THIRD, json!({"inner_user_ids": ["contact-1", company, "business-1", "contact-1", WANG, "friend-1"]}))
        .await;
    assert_eq!(
        answer.text,
        format!(
            r#"{{"msg":"success","code":0,"data":{{"success_list":[{{"inner_user_id":"contact-1","type":"0","third_id":["erp-1","其他 系统","ERP-1"]}},{{"inner_user_id":"{company}","type":"3","third_id":["erp-2"]}},{{"inner_user_id":"business-1","type":"7","third_id":["erp-1"]}},{{"inner_user_id":"staff-wang","type":"2","third_id":["erp-3"]}},{{"inner_user_id":"friend-1","type":"1","third_id":["erp-1"]}}]}}}}"#
        )
    );
}

#[tokio::test]
async fn ids_without_a_mapping_are_named() {
    let firms = Firms::new().await;
    let inner = firms.post(TO_INNER, json!({"third_user_ids": ["a", "b"]})).await;
    assert_eq!(inner.assert_ok().to_string(), r#"{"fail_list":["a","b"],"success_list":[]}"#);
    let third = firms.post(TO_THIRD, json!({"inner_user_ids": ["nobody", "contact-1", "没有", "visitor-1"]})).await;
    assert_eq!(
        third.assert_ok().to_string(),
        r#"{"fail_list":["nobody","contact-1","没有","visitor-1"],"success_list":[]}"#
    );
}

#[tokio::test]
async fn a_mapping_goes_with_its_object() {
    let firms = with_business().await;
    bind(&firms, 7, "business-1", "a").await;
    firms.change("delete from business where corp_id = $1").await;
    let inner = firms.post(TO_INNER, json!({"third_user_ids": ["a"]})).await;
    assert_eq!(inner.assert_ok(), &json!({"fail_list": ["a"], "success_list": []}));
    let third = firms.post(TO_THIRD, json!({"inner_user_ids": ["business-1"]})).await;
    assert_eq!(third.assert_ok(), &json!({"fail_list": ["business-1"], "success_list": []}));
}

#[tokio::test]
async fn a_pair_exists_once_and_tells_nobody() {
    let firms = Firms::new().await;
    bind(&firms, 0, "contact-1", "a").await;
    firms.post(CREATE, json!({"id": "contact-1", "type": "0", "third_id": "a"})).await.assert_code(1002, "third_id");
    bind(&firms, 0, "contact-2", "a").await;
    bind(&firms, 0, "contact-1", "A").await;
    bind(&firms, 0, "contact-1", " a").await;
    let stored = firms.stored().await;
    assert_eq!((stored[1], stored[2], stored[5]), (0, 4, 4), "journal entries and no event");
    let sql = "select object_type, action, changes from journal where corp_id = $1 and object_type <> 'import' order by id limit 1";
    let row = firms.rows(sql, &[], |row| Ok(format!("{} {} {}", row.text(0)?, row.text(1)?, row.text(2)?))).await;
    assert_eq!(row, [r#"contact third.create {"third_id":{"add":["a"]}}"#]);
}

#[tokio::test]
async fn bad_input_is_refused_and_binds_nothing() {
    let firms = Firms::new().await;
    let before = firms.stored().await;
    for (body, code, part) in [
        (json!({"type": 0, "third_id": "a"}), 1000, "id"),
        (json!({"id": "contact-1", "third_id": "a"}), 1000, "type"),
        (json!({"id": "contact-1", "type": 0}), 1000, "third_id"),
        (json!({"id": "contact-1", "type": 0, "third_id": ""}), 1000, "third_id"),
        (json!({"id": "contact-1", "type": 4, "third_id": "a"}), 1013, "type"),
        (json!({"id": "contact-1", "type": 6, "third_id": "a"}), 1013, "type"),
        (json!({"id": "contact-1", "type": "x", "third_id": "a"}), 1013, "type"),
        (json!({"id": "contact-1", "type": 0, "third_id": long(129)}), 1013, "third_id"),
        (json!({"id": "contact-1", "type": 0, "third_id": 5}), 1013, "third_id"),
        (json!({"id": "nobody", "type": 0, "third_id": "a"}), 1003, "id"),
        (json!({"id": "contact-1", "type": 1, "third_id": "a"}), 1003, "id"),
        (json!({"id": "contact-1", "type": 3, "third_id": "a"}), 1003, "id"),
        (json!({"id": "contact-1", "type": 7, "third_id": "a"}), 1003, "id"),
        (json!({"id": "contact-1", "type": 2, "third_id": "a"}), 404, "id"),
    ] {
        firms.post(CREATE, body).await.assert_code(code, part);
    }
    for (path, name) in [(TO_INNER, "third_user_ids"), (TO_THIRD, "inner_user_ids")] {
        let list = |value: Value| json!({ name: value });
        for empty in [json!({}), list(json!([])), list(Value::Null)] {
            firms.post(path, empty).await.assert_code(1000, name);
        }
        firms.post(path, list(json!("a"))).await.assert_code(1013, name);
        firms.post(path, list(json!([1]))).await.assert_code(1013, name);
        firms.post(path, list(json!(vec!["a"; 2_001]))).await.assert_code(1012, name);
    }
    assert_eq!(firms.stored().await, before);
    bind(&firms, 0, "contact-1", &long(128)).await;
}

#[tokio::test]
async fn two_thousand_ids_are_looked_up_in_one_go() {
    let firms = Firms::new().await;
    let ids = firms.seed(2_000).await;
    let thirds: Vec<String> = ids.iter().map(|id| format!("erp-{id}")).collect();
    firms
        .change(
            "insert into third (corp_id, object_id, third_id, id, type, create_time)
             select corp_id, id, 'erp-' || wire_id, id, 0, 0 from contact where corp_id = $1 and id >= 100000",
        )
        .await;
    let inner = firms.post(TO_INNER, json!({"third_user_ids": thirds})).await.assert_ok().clone();
    assert_eq!((inner["success_list"].as_array().expect("a list").len(), &inner["fail_list"]), (2_000, &json!([])));
    assert_eq!(inner["success_list"][1_999]["inner_user_ids"], json!([{"type": 0, "id": ids[1_999]}]));
    let third = firms.post(TO_THIRD, json!({"inner_user_ids": ids})).await.assert_ok().clone();
    assert_eq!((third["success_list"].as_array().expect("a list").len(), third.get("fail_list")), (2_000, None));
    assert_eq!(third["success_list"][0]["third_id"], json!([thirds[0]]));
    let strict = Firms::strict().await;
    let many: Vec<String> = (0..101).map(|i| i.to_string()).collect();
    strict.post(TO_INNER, json!({"third_user_ids": many})).await.assert_code(1012, "third_user_ids");
    strict.post(TO_THIRD, json!({"inner_user_ids": many})).await.assert_code(1012, "inner_user_ids");
    strict.post(TO_INNER, json!({"third_user_ids": many[..100]})).await.assert_ok();
}

#[tokio::test]
async fn of_sixteen_equal_bindings_one_wins() {
    let firms = Arc::new(Firms::new().await);
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..16 {
        let firms = Arc::clone(&firms);
        tasks.spawn(async move {
            let body = json!({"id": "contact-1", "type": 0, "third_id": format!("a{}", i % 2)});
            firms.post(CREATE, body).await.code()
        });
    }
    let mut codes = tasks.join_all().await;
    codes.sort_unstable();
    assert_eq!((&codes[..2], &codes[2..]), (&[0; 2][..], &[1002; 14][..]));
}
