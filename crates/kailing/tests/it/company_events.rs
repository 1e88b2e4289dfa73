//! What changes of companies tell (chapter 21, section 7.5), who did it, and races between them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::company_world::Firms;
use crate::contact_world::{LI, WANG, ZHAO};
use crate::harness::NOW;

/// Type and payload of the events after the first `known`.
async fn told(firms: &Firms, known: usize) -> Vec<(String, String)> {
    firms.events().await.into_iter().skip(known).map(|event| (event.kind, event.payload)).collect()
}

fn pair(kind: &str, payload: String) -> (String, String) {
    (kind.to_owned(), payload)
}

#[tokio::test]
async fn a_creation_tells_the_current_event_and_its_twin() {
    let firms = Firms::new().await;
    let body = json!({"company_name": "甲", "create_user_id": WANG, "abbreviation": "短", "population_size": 3});
    let id = firms.found(body).await;
    let creator = r#""creator":{"id":"staff-wang","nick_name":"王小明"}"#;
    let expected = [
        pair(
            "company_v2_add",
            format!(
                r#"{{"abbreviation":"短","company_id":"{id}","company_name":"甲","create_time":{NOW},{creator},"customer_list":[]}}"#
            ),
        ),
        pair(
            "company_add",
            format!(
                r#"{{"status":"",{creator},"user_list":[],"company_id":"{id}","create_time":{NOW},"credit_code":"","abbreviation":"短","company_name":"甲","customer_list":[]}}"#
            ),
        ),
    ];
    assert_eq!(told(&firms, 0).await, expected);
}

#[tokio::test]
async fn an_update_tells_the_state_after_it() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    firms.change("update company set status = '开业', credit_code = '91' where corp_id = $1").await;
    firms.relate(&id, 1, &["friend-1"]).await;
    firms.relate(&id, 4, &["visitor-1"]).await;
    firms.post("/openapi/company/staff_related/add", json!({"company_id": id, "user_ids": [WANG]})).await.assert_ok();
    let known = firms.events().await.len();
    let body = json!({"company_id": id, "website_list": "w", "population_size": 0, "real_address": "r", "company_profile": "p"});
    firms.post("/openapi/company/edit", body).await.assert_ok();
    let creator = r#""creator":{"id":"staff-wang","nick_name":"王小明"}"#;
    let staff = r#"[{"user_id":"staff-wang","nick_name":"王小明","avatar":"https://a/wang.png","position":"销售"}]"#;
    let contacts = r#"[{"id":"contact-1","nick_name":"张三","type":0},{"id":"contact-2","nick_name":"李四","type":0},{"id":"visitor-1","nick_name":"访客","type":4}]"#;
    let people = r#"[{"id":"friend-1","nick_name":"好友一","type":1,"mobile":["13900000001","13900000002"],"op_user_id":"staff-wang","remark":"最早的"},{"id":"visitor-1","nick_name":"访客","type":4,"mobile":[],"op_user_id":"staff-wang","remark":""}]"#;
    let expected = [
        pair(
            "company_v2_update",
            format!(
                r#"{{"abbreviation":"","company_id":"{id}","company_name":"甲","create_time":{NOW},{creator},"customer_list":{contacts},"user_list":{staff}}}"#
            ),
        ),
        pair(
            "company_update",
            format!(
                r#"{{"company_id":"{id}","abbreviation":"","company_name":"甲","credit_code":"91","status":"开业","user_list":{people},{creator},"create_time":{NOW},"website_list":"w","population_size":0,"real_address":"r","company_profile":"p"}}"#
            ),
        ),
    ];
    assert_eq!(told(&firms, known).await, expected);
    firms.change("update company set creator_id = 0, population_size = -1 where corp_id = $1").await;
    firms.post("/openapi/company/edit", json!({"company_id": id, "abbreviation": "a"})).await.assert_ok();
    for (_, payload) in told(&firms, known + 2).await {
        assert!(!payload.contains("creator") && !payload.contains("population_size"), "{payload}");
    }
}

#[tokio::test]
async fn added_people_are_told_once_and_each_friend_apart() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    firms.post("/openapi/company/staff_related/add", json!({"company_id": id, "user_ids": [ZHAO]})).await.assert_ok();
    firms.relate(&id, 0, &["contact-1"]).await;
    let known = firms.events().await.len();
    firms.clock.advance(9);
    let body = json!({"company_id": id, "ids": ["friend-2", "friend-1", "friend-2"], "type": 1, "op_user_id": LI});
    firms.post("/openapi/company/customer_related/add", body).await.assert_ok();
    let creator = r#""creator":{"id":"staff-wang","nick_name":"王小明"}"#;
    let contacts = r#"[{"id":"contact-1","nick_name":"张三","type":0},{"id":"contact-2","nick_name":"李四","type":0}]"#;
    let contact = r#"{"id":"contact-1","nick_name":"张三","type":0,"mobile":"138 0013 8000","op_user_id":"staff-wang","remark":"老客户","mobiles":["138 0013 8000","0571-88"]}"#;
    let first = r#"{"id":"friend-1","nick_name":"好友一","type":1,"mobile":"13900000001","op_user_id":"staff-li","remark":"最早的","mobiles":["13900000001","13900000002"]}"#;
    let second = r#"{"id":"friend-2","nick_name":"好友二","type":1,"mobile":"","op_user_id":"staff-li","remark":"","mobiles":[]}"#;
    let expected = [
        pair(
            "company_customer_add",
            format!(r#"{{"abbreviation":"","company_id":"{id}","company_name":"甲","create_time":{NOW},{creator},"customer_list":{contacts},"user_list":[{{"user_id":"staff-zhao","nick_name":"赵敏","avatar":"","position":""}}]}}"#),
        ),
        pair(
            "add_company_user",
            format!(r#"{{"company_id":"{id}","abbreviation":"","company_name":"甲","credit_code":"","status":"","staff_list":[{{"avatar":"","user_id":"staff-zhao","position":"","nick_name":"赵敏"}}],"user_list":[{contact},{first},{second}],{creator},"create_time":{NOW}}}"#),
        ),
        pair(
            "customer_update",
            r#"{"customer_id":"friend-2","external_userid":"wm2","name":"好友二","avatar":"","type":1,"gender":0,"position":"","corp_name":"","corp_full_name":"","remark_corp_name":"","remark_mobiles":[],"lost_state":false,"change_type":"change_company","userid":"staff-li"}"#.to_owned(),
        ),
        pair(
            "customer_update",
            r#"{"customer_id":"friend-1","external_userid":"wm1","name":"好友一","avatar":"https://a/1.png","type":2,"gender":1,"position":"总监","corp_name":"云帆","corp_full_name":"云帆科技有限公司","remark_corp_name":"李记的公司","remark_mobiles":["13900000001","13900000002"],"lost_state":false,"change_type":"change_company","userid":"staff-li"}"#.to_owned(),
        ),
    ];
    assert_eq!(told(&firms, known).await, expected);
}

#[tokio::test]
async fn a_friend_is_told_with_the_administrator_when_nobody_is_named() {
    let firms = Firms::new().await;
    let (a, b) = (firms.firm("甲").await, firms.firm("乙").await);
    let add = async |id: &str| {
        let known = firms.events().await.len();
        let body = json!({"company_id": id, "ids": ["friend-1"], "type": 1});
        firms.post("/openapi/company/customer_related/add", body).await.assert_ok();
        let payload: Value = serde_json::from_str(&told(&firms, known).await[2].1).expect("a payload");
        json!([payload["userid"], payload["remark_corp_name"]])
    };
    assert_eq!(add(&a).await, json!(["", "李记的公司"]), "the earliest relation");
    firms.change("update staff set is_admin = 1 where corp_id = $1 and id = 9001").await;
    assert_eq!(add(&b).await, json!([WANG, "王记的公司"]));
}

#[tokio::test]
async fn the_journal_says_what_changed_from_what_to_what() {
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    firms
        .post(
            "/openapi/company/edit",
            json!({"company_id": id, "abbreviation": "短", "company_custom": {"qy_wb": "a"}}),
        )
        .await
        .assert_ok();
    firms.post("/openapi/company/owner_change", json!({"company_ids": [id], "owner_user_id": LI})).await.assert_ok();
    firms.relate(&id, 0, &["contact-1"]).await;
    firms.post("/openapi/company/staff_related/add", json!({"company_id": id, "user_ids": [LI]})).await.assert_ok();
    let sql =
        "select object_type, action, changes from journal where corp_id = $1 and object_type <> 'import' order by id";
    let rows = firms.rows(sql, &[], |row| Ok(format!("{} {} {}", row.text(0)?, row.text(1)?, row.text(2)?))).await;
    let expected = [
        format!(
            r#"company company.create {{"company_id":[null,"{id}"],"company_name":[null,"甲"],"creator":[null,"staff-wang"],"owner":[null,"staff-wang"],"claim_status":[null,"1"]}}"#
        ),
        r#"company company.edit {"abbreviation":["","短"],"company_custom":[{},{"qy_wb":"a"}]}"#.to_owned(),
        r#"company company.owner_change {"owner":["staff-wang","staff-li"]}"#.to_owned(),
        r#"company company.customer_related.add {"customer_list":{"add":[{"id":"contact-1","type":0}]}}"#.to_owned(),
        format!(r#"contact company.customer_related.add {{"company_list":{{"add":["{id}"]}}}}"#),
        r#"company company.staff_related.add {"user_list":{"add":["staff-li"]}}"#.to_owned(),
    ];
    assert_eq!(rows, expected);
}

#[tokio::test]
async fn of_thirty_two_creators_of_one_name_one_wins() {
    let firms = Arc::new(Firms::new().await);
    for round in 0..3 {
        let mut tasks = tokio::task::JoinSet::new();
        for i in 0..32 {
            let firms = Arc::clone(&firms);
            let name = if i % 2 == 0 { format!("公司 A{round}") } else { format!("公司 ａ{round} ") };
            tasks.spawn(async move {
                let creator = [WANG, LI][i % 2];
                let body = json!({"company_name": name, "create_user_id": creator});
                firms.post("/openapi/company/create", body).await.code()
            });
        }
        let mut codes = tasks.join_all().await;
        codes.sort_unstable();
        assert_eq!((codes[0], &codes[1..]), (0, &[1002; 31][..]));
    }
    assert_eq!(firms.stored().await[..3], [3, 6, 3]);
}

#[tokio::test]
async fn of_sixteen_equal_transfers_and_additions_one_wins() {
    let firms = Arc::new(Firms::new().await);
    let id = firms.firm("甲").await;
    let known = firms.events().await.len();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (firms, id) = (Arc::clone(&firms), id.clone());
        tasks.spawn(async move {
            firms.relate(&id, 0, &["contact-1", "contact-2"]).await;
            firms
                .post("/openapi/company/staff_related/add", json!({"company_id": id, "user_ids": [LI]}))
                .await
                .assert_ok();
            let body = json!({"company_ids": [id], "owner_user_id": LI});
            let answer = firms.post("/openapi/company/owner_change", body).await;
            answer.assert_ok()["fail_list"][0]["error_code"].as_i64()
        });
    }
    let mut codes = tasks.join_all().await;
    codes.sort_unstable();
    assert_eq!((codes[0], &codes[1..]), (None, &[Some(1004); 15][..]));
    let mut kinds: BTreeMap<String, i64> = BTreeMap::new();
    for (kind, _) in told(&firms, known).await {
        *kinds.entry(kind).or_default() += 1;
    }
    let once =
        ["add_company_user", "company_customer_add", "company_owner_change", "company_update", "company_v2_update"];
    assert_eq!(kinds, once.map(|kind| (kind.to_owned(), 1)).into());
}

#[tokio::test]
async fn edits_at_once_lose_no_member() {
    let firms = Arc::new(Firms::new().await);
    let id = firms.firm("甲").await;
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..24_i64 {
        let (firms, id) = (Arc::clone(&firms), id.clone());
        tasks.spawn(async move {
            let body = match i % 4 {
                0 => json!({"company_id": id, "abbreviation": format!("a{i}")}),
                1 => json!({"company_id": id, "real_address": format!("r{i}")}),
                2 => json!({"company_id": id, "company_custom": {"qy_wb": format!("{i}")}}),
                _ => json!({"company_id": id, "company_custom": {"qy_rq": i}}),
            };
            firms.post("/openapi/company/edit", body).await.assert_ok();
        });
    }
    tasks.join_all().await;
    let company = firms.company(&id).await;
    assert!(company["abbreviation"] != "" && company["real_address"] != "", "{company}");
    assert_eq!(company["company_custom"].as_object().expect("values").len(), 2);
}

#[tokio::test]
async fn tenants_and_scopes_are_kept_apart() {
    let mut app = crate::harness::TestApp::new().await;
    let firms = Firms::new().await;
    let id = firms.firm("甲").await;
    app.become_app(crate::fixture::stranger()).await;
    app.get("/openapi/v2/company/get", &[("company_id", &id)]).await.assert_code(1003, "");
    let scopes = |scopes: &'static str| {
        move |app: &mut kailing_core::store::app::App| app.scopes = scopes.split(',').map(str::to_owned).collect()
    };
    firms.change_app(scopes("company.read")).await;
    firms.get("/openapi/company/sea/list", &[]).await.assert_ok();
    firms.post("/openapi/v2/company/batch", json!({"company_ids": [id]})).await.assert_ok();
    firms.post("/openapi/company/edit", json!({"company_id": id})).await.assert_code(403, "");
    firms.post("/openapi/third/create", json!({})).await.assert_code(403, "");
    firms.change_app(scopes("company.write,third_id.write")).await;
    firms.get("/openapi/company/list", &[]).await.assert_code(403, "");
    firms.post("/openapi/company/edit", json!({"company_id": id})).await.assert_ok();
    firms.post("/openapi/third/thirdid_to_innerid", json!({"third_user_ids": ["a"]})).await.assert_code(403, "");
}
