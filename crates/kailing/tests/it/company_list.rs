//! Lists of companies, their seas and their owners (chapter 05, 5.1, 5.3, 5.10).

use serde_json::{Value, json};

use crate::company_world::Firms;
use crate::contact_world::{LI, WANG};
use crate::harness::NOW;

const LIST: &str = "/openapi/v2/company/list";
const LIST_OLD: &str = "/openapi/company/list";
const OWNER_CHANGE: &str = "/openapi/company/owner_change";

/// The ids of all pages of both lists, which must agree, and the sizes of the pages.
async fn walk(firms: &Firms, filter: &[(&str, &str)]) -> (Vec<String>, Vec<usize>) {
    let (mut ids, mut sizes, mut cursor) = (Vec::new(), Vec::new(), Some(String::new()));
    while let Some(at) = cursor {
        let data = firms.get(LIST_OLD, &[filter, &[("cursor", &at)]].concat()).await.assert_ok().clone();
        let page: Vec<String> = serde_json::from_value(data["ids"].clone()).expect("ids");
        sizes.push(page.len());
        ids.extend(page);
        cursor = data.get("cursor").map(|cursor| cursor.as_str().expect("a text").to_owned());
    }
    let (mut named, mut cursor) = (Vec::new(), String::new());
    loop {
        let data = firms.get(LIST, &[filter, &[("cursor", &cursor)]].concat()).await.assert_ok().clone();
        assert_eq!(data.as_object().expect("members").keys().collect::<Vec<_>>(), ["cursor", "company_list"]);
        named.extend(data["company_list"].as_array().expect("rows").clone());
        data["cursor"].as_str().expect("a cursor").clone_into(&mut cursor);
        if cursor.is_empty() {
            break;
        }
    }
    let rows: Vec<Value> = ids.iter().map(|id| json!({"company_id": id, "company_name": id})).collect();
    assert_eq!(named, rows);
    (ids, sizes)
}

#[tokio::test]
async fn pages_of_a_hundred_go_by_creation_and_end_as_documented() {
    let firms = Firms::new().await;
    assert_eq!(firms.get(LIST_OLD, &[]).await.assert_ok(), &json!({"ids": []}));
    assert_eq!(firms.get(LIST, &[]).await.assert_ok(), &json!({"cursor": "", "company_list": []}));
    let all = firms.seed_firms(200).await;
    assert_eq!(walk(&firms, &[]).await, (all, vec![100, 100]), "the end is told after exactly 100 rows too");
}

#[tokio::test]
async fn filters_are_joined_and_an_unknown_owner_finds_nothing() {
    let firms = Firms::new().await;
    let all = firms.seed_firms(310).await;
    let some = |wanted: &dyn Fn(usize) -> bool| -> Vec<String> {
        all.iter().enumerate().filter(|(i, _)| wanted(*i)).map(|(_, id)| id.clone()).collect()
    };
    let start = (1_600_000_000_000_i64 + 100_000).to_string();
    assert_eq!(walk(&firms, &[("status", "0")]).await.0, some(&|i| i % 3 == 2));
    assert_eq!(walk(&firms, &[("status", "1")]).await.0, some(&|i| i % 3 != 2));
    assert_eq!(walk(&firms, &[("owner_id", WANG)]).await.0, some(&|i| i % 3 != 2));
    assert_eq!(walk(&firms, &[("start", &start)]).await.0, some(&|i| i > 100), "strictly later");
    let joined = [("start", start.as_str()), ("status", "1"), ("owner_id", WANG)];
    assert_eq!(walk(&firms, &joined).await.0, some(&|i| i > 100 && i % 3 != 2));
    assert_eq!(walk(&firms, &[("status", "0"), ("owner_id", WANG)]).await.0, some(&|_| false));
    assert_eq!(walk(&firms, &[("owner_id", LI)]).await.0, some(&|_| false));
    assert_eq!(walk(&firms, &[("owner_id", "nobody")]).await.0, some(&|_| false));
    assert_eq!(walk(&firms, &[("owner_id", ""), ("status", ""), ("start", "")]).await.0.len(), 310);
}

#[tokio::test]
async fn bad_filters_and_foreign_cursors_are_refused() {
    let firms = Firms::new().await;
    firms.seed_firms(101).await;
    for path in [LIST, LIST_OLD] {
        for (name, value) in [("status", "2"), ("status", "x"), ("start", "x"), ("start", "-1"), ("start", "1.5")] {
            firms.get(path, &[(name, value)]).await.assert_code(1013, name);
        }
        firms.get(path, &[("cursor", "x")]).await.assert_code(1014, "cursor");
    }
    let data = firms.get(LIST, &[]).await.assert_ok().clone();
    let cursor = data["cursor"].as_str().expect("a cursor");
    firms.get(LIST_OLD, &[("cursor", cursor)]).await.assert_code(1014, "cursor");
    let rest = firms.get(LIST, &[("cursor", cursor)]).await;
    assert_eq!(rest.assert_ok()["company_list"].as_array().expect("rows").len(), 1);
}

#[tokio::test]
async fn the_seas_of_companies_are_their_own_and_the_default_comes_first() {
    let firms = Firms::new().await;
    firms.change("insert into sea (corp_id, id, wire_id, object_type, name, create_time) values ($1, 9104, 'sea-early', 3, '早', 1)").await;
    firms.change("insert into sea_staff (corp_id, sea_id, ordinal, staff_id) values ($1, 9104, 0, 9002), ($1, 9104, 1, 9001)").await;
    let data = firms.get("/openapi/company/sea/list", &[]).await.assert_ok().clone();
    let sql =
        "select wire_id from sea where corp_id = $1 and object_type = 3 order by is_default desc, create_time, wire_id";
    let expected: Vec<String> = firms.rows(sql, &[], |row| row.get(0)).await;
    let got: Vec<&str> = data.as_array().expect("seas").iter().filter_map(|sea| sea["id"].as_str()).collect();
    assert_eq!(got, expected);
    let of = |id: &str| data.as_array().expect("seas").iter().find(|sea| sea["id"] == id).expect("a sea").clone();
    assert_eq!(
        of("sea-early").to_string(),
        r#"{"id":"sea-early","sea_name":"早","user_list":[{"user_id":"staff-li","user_name":"李雷"},{"user_id":"staff-wang","user_name":"王小明"}]}"#
    );
    let sql = "select wire_id from staff where corp_id = $1 and status = 1 and saas_status = 1";
    let everybody: Vec<String> = firms.rows(sql, &[], |row| row.get(0)).await;
    assert_eq!(of("sea-company")["user_list"].as_array().expect("people").len(), everybody.len());
}

#[tokio::test]
async fn a_transfer_claims_companies_and_names_those_that_failed() {
    let firms = Firms::new().await;
    let ids = firms.seed_firms(3).await;
    firms.clock.advance(5);
    let body =
        json!({"company_ids": [ids[2], "nobody", ids[0], ids[2]], "owner_user_id": LI, "op_user_id": "staff-left"});
    let answer = firms.post(OWNER_CHANGE, body).await;
    assert_eq!(
        answer.text,
        r#"{"msg":"success","code":0,"data":{"fail_list":[{"id":"nobody","error_code":1003,"error_msg":"数据不存在"},{"id":"firm-00002","error_code":1004,"error_msg":"重复操作"}]}}"#
    );
    let company = firms.company(&ids[2]).await;
    assert_eq!(json!([company["owner"], company["sea_id"], company["claim_status"]]), json!([LI, "", "1"]));
    assert_eq!(firms.company(&ids[1]).await["owner"], WANG);
    let told: Vec<(String, String)> =
        firms.events().await.into_iter().map(|event| (event.kind, event.payload)).collect();
    let event = |id: &str| {
        (
            "company_owner_change".to_owned(),
            format!(r#"{{"company_id":"{id}","user_id":"staff-li","create_time":{}}}"#, NOW + 5),
        )
    };
    assert_eq!(told, [event(&ids[2]), event(&ids[0])]);
    let again = firms.post(OWNER_CHANGE, json!({"company_ids": [ids[1]], "owner_user_id": LI})).await;
    assert_eq!(again.text, r#"{"msg":"success","code":0}"#, "no data without a failure");
}

#[tokio::test]
async fn a_transfer_takes_the_documented_spellings() {
    let firms = Firms::new().await;
    let ids = firms.seed_firms(3).await;
    for (id, owner, operator) in [(&ids[0], "owner_id", "operator_user_id"), (&ids[1], "user_id", "op_user_id")] {
        let body = json!({"company_id": id, owner: LI, operator: WANG});
        assert_eq!(firms.post(OWNER_CHANGE, body).await.text, r#"{"msg":"success","code":0}"#);
        assert_eq!(firms.company(id).await["owner"], LI);
    }
    firms
        .post(OWNER_CHANGE, json!({"company_id": ids[2], "user_id": LI, "operator_user_id": "nobody"}))
        .await
        .assert_code(1001, "op_user_id");
}

#[tokio::test]
async fn a_bad_owner_or_operator_refuses_the_whole_transfer() {
    let firms = Firms::new().await;
    let ids = firms.seed_firms(1).await;
    let before = firms.stored().await;
    for (body, code, part) in [
        (json!({"owner_user_id": LI}), 1000, "company_ids"),
        (json!({"company_ids": [], "owner_user_id": LI}), 1000, "company_ids"),
        (json!({"company_ids": ids}), 1000, "owner_user_id"),
        (json!({"company_ids": ids[0], "owner_user_id": LI}), 1013, "company_ids"),
        (json!({"company_ids": [5], "owner_user_id": LI}), 1013, "company_ids"),
        (json!({"company_ids": ids, "owner_user_id": 5}), 1013, "owner_user_id"),
        (json!({"company_ids": ids, "owner_user_id": "nobody"}), 1001, "owner_user_id"),
        (json!({"company_ids": ids, "owner_user_id": "staff-left"}), 3002, "owner_user_id"),
        (json!({"company_ids": ids, "owner_user_id": "staff-inactive"}), 3001, "owner_user_id"),
        (json!({"company_ids": ids, "owner_user_id": "staff-disabled"}), 3001, "owner_user_id"),
        (json!({"company_ids": ids, "owner_user_id": "staff-powerless"}), 3001, "owner_user_id"),
        (json!({"company_ids": ids, "owner_user_id": LI, "op_user_id": "nobody"}), 1001, "op_user_id"),
        (json!({"company_ids": vec!["a"; 2_001], "owner_user_id": LI}), 1012, "company_ids"),
    ] {
        firms.post(OWNER_CHANGE, body).await.assert_code(code, part);
    }
    assert_eq!((firms.stored().await, firms.company(&ids[0]).await["owner"].clone()), (before, json!(WANG)));
}
