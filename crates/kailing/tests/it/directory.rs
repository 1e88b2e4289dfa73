//! Departments and staff (chapter 02).

use serde_json::{Value, json};

use crate::harness::TestApp;
use crate::keys::assert_shape;

const STAFF: &str = r#"{"userid":"","wxcp_userid":"","name":"","mobile":"","depts":[{"dept_id":"","name":""}],"position":"","gender":0,"email":"","avatar":"","telephone":"","alias":"","status":0,"saas_status":0,"qr_code":""}"#;

/// Replaces the directory by a small one: root, two children, a grandchild in each; five people.
async fn small_directory() -> TestApp {
    let app = TestApp::new().await;
    for sql in [
        "delete from department",
        "delete from department_leader",
        "delete from staff_department",
        "delete from staff",
        "insert into department (corp_id, id, wire_id, parent_id, name, create_time) \
         select corp_id, 1, 'root', 0, '总部', 100 from corp",
        "insert into department (corp_id, id, wire_id, parent_id, name, create_time) \
         select corp_id, 2, 'late', 1, '晚', 300 from corp",
        "insert into department (corp_id, id, wire_id, parent_id, name, create_time) \
         select corp_id, 3, 'early', 1, '早', 200 from corp",
        "insert into department (corp_id, id, wire_id, parent_id, name, create_time) \
         select corp_id, 4, 'b', 3, '乙', 400 from corp",
        "insert into department (corp_id, id, wire_id, parent_id, name, create_time) \
         select corp_id, 5, 'a', 2, '甲', 400 from corp",
        "insert into department_leader (corp_id, department_id, ordinal, staff_id) select corp_id, 1, 0, 12 from corp",
        "insert into department_leader (corp_id, department_id, ordinal, staff_id) select corp_id, 1, 1, 11 from corp",
        "insert into staff (corp_id, id, wire_id, wxcp_userid, name, mobile, mobile_key, email, position, gender, \
         avatar, telephone, alias, status, saas_status, qr_code, extattr, create_time) \
         select corp_id, 11, 's1', 'wx1', '李雷｜华东', '+86 138-0013-8000', '13800138000', 'Li.Lei@Example.com', \
         '经理', 1, 'http://a/1', '0571', '雷', 1, 1, 'http://q/1', \
         '[{\"type\":0,\"name\":\"工号\",\"text\":{\"value\":\"7\"}},{\"type\":1,\"name\":\"主页\",\"web\":{\"url\":\"http://w\",\"title\":\"我\"}}]', \
         2000 from corp",
        "insert into staff (corp_id, id, wire_id, name, create_time) select corp_id, 12, 's2', '韩梅梅', 1000 from corp",
        "insert into staff (corp_id, id, wire_id, name, mobile, mobile_key, status, create_time) \
         select corp_id, 13, 's3', '走了', '13900139000', '13900139000', 5, 3000 from corp",
        "insert into staff (corp_id, id, wire_id, name, status, create_time) \
         select corp_id, 14, 's5', '未激活', 4, 4000 from corp",
        "insert into staff (corp_id, id, wire_id, name, status, create_time) \
         select corp_id, 15, 's4', '停用', 2, 4000 from corp",
        "insert into staff_department (corp_id, staff_id, ordinal, department_id) select corp_id, 11, 0, 3 from corp",
        "insert into staff_department (corp_id, staff_id, ordinal, department_id) select corp_id, 11, 1, 1 from corp",
        "insert into staff_department (corp_id, staff_id, ordinal, department_id) select corp_id, 12, 0, 4 from corp",
        "insert into staff_department (corp_id, staff_id, ordinal, department_id) select corp_id, 13, 0, 1 from corp",
        "insert into staff_department (corp_id, staff_id, ordinal, department_id) select corp_id, 15, 0, 1 from corp",
    ] {
        app.meddle(sql).await;
    }
    app
}

fn members(data: &Value, list: &str, name: &str) -> Vec<String> {
    let items = data[list].as_array().expect("a list").iter();
    items.map(|item| item[name].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn the_root_leads_the_departments_only_when_none_is_named() {
    let app = small_directory().await;
    let path = "/openapi/department/list";
    let whole = app.get(path, &[("fetch_child", "true")]).await;
    assert_eq!(
        whole.text,
        r#"{"msg":"success","code":0,"data":{"data_list":[{"dept_id":"root","name":"总部","leader_userids":["s2","s1"]},{"dept_id":"early","name":"早","parent_id":"root"},{"dept_id":"late","name":"晚","parent_id":"root"},{"dept_id":"a","name":"甲","parent_id":"late"},{"dept_id":"b","name":"乙","parent_id":"early"}]}}"#
    );
    for (query, expected) in [
        (&[][..], &["root", "early", "late"][..]),
        (&[("dept_id", ""), ("fetch_child", "FALSE")], &["root", "early", "late"]),
        (&[("dept_id", "root")], &["early", "late"]),
        (&[("dept_id", "root"), ("fetch_child", "1")], &["early", "late", "a", "b"]),
        (&[("dept_id", "early"), ("fetch_child", "true")], &["b"]),
        (&[("dept_id", "b")], &[]),
    ] {
        let answer = app.get(path, query).await;
        assert_eq!(members(answer.assert_ok(), "data_list", "dept_id"), expected, "{query:?}");
    }
    app.get(path, &[("dept_id", "nothing")]).await.assert_code(1003, "dept_id");
    app.get(path, &[("fetch_child", "yes")]).await.assert_code(1013, "fetch_child");
}

#[tokio::test]
async fn the_staff_of_a_department_come_once_each_without_those_who_left() {
    let app = small_directory().await;
    let path = "/openapi/user/list";
    for (query, expected) in [
        (&[][..], &["s1", "s4"][..]),
        (&[("fetch_child", "true")], &["s2", "s1", "s4"]),
        (&[("dept_id", "early")], &["s1"]),
        (&[("dept_id", "early"), ("fetch_child", "true")], &["s2", "s1"]),
        (&[("dept_id", "late"), ("fetch_child", "true")], &[]),
    ] {
        let answer = app.get(path, query).await;
        assert_eq!(members(answer.assert_ok(), "data_list", "userid"), expected, "{query:?}");
        assert_shape(answer.assert_ok(), &format!(r#"{{"data_list":[{STAFF}]}}"#));
    }
    app.get(path, &[("dept_id", "nothing")]).await.assert_code(1003, "dept_id");
    app.get(path, &[("fetch_child", "2")]).await.assert_code(1013, "fetch_child");
}

#[tokio::test]
async fn one_staff_member_has_fifteen_members_and_their_extended_attributes() {
    let app = small_directory().await;
    let path = "/openapi/user/get";
    let answer = app.get(path, &[("userid", "s1")]).await;
    assert_eq!(
        answer.text,
        r#"{"msg":"success","code":0,"data":{"userid":"s1","wxcp_userid":"wx1","name":"李雷｜华东","mobile":"+86 138-0013-8000","depts":[{"dept_id":"early","name":"早"},{"dept_id":"root","name":"总部"}],"position":"经理","gender":1,"email":"Li.Lei@Example.com","avatar":"http://a/1","telephone":"0571","alias":"雷","status":1,"saas_status":1,"qr_code":"http://q/1","extattr":{"attrs":[{"type":0,"name":"工号","text":{"value":"7"}},{"type":1,"name":"主页","web":{"url":"http://w","title":"我"}}]}}}"#
    );
    let left = app.get(path, &[("userid", "s3")]).await;
    assert_shape(left.assert_ok(), STAFF);
    assert_eq!((&left.json["data"]["status"], &left.json["data"]["depts"]), (&json!(5), &json!([])));
    app.get(path, &[("userid", "nobody")]).await.assert_code(404, "userid");
    app.get(path, &[("userid", "未")]).await.assert_code(404, "userid");
    app.get(path, &[("userid", "")]).await.assert_code(1000, "userid");
    app.get(path, &[]).await.assert_code(1000, "userid");
}

#[tokio::test]
async fn staff_are_found_by_any_entry_of_any_list() {
    let app = small_directory().await;
    let path = "/openapi/user/detail";
    for (body, expected) in [
        (json!({"mobiles": ["13800138000"]}), &["s1"][..]),
        (json!({"mobiles": ["008613900139000", "--"]}), &["s3"]),
        (json!({"emails": ["li.lei@EXAMPLE.com"]}), &["s1"]),
        (json!({"names": ["韩梅梅", "李雷"]}), &["s2"]),
        (
            json!({"mobiles": ["13900139000"], "emails": ["LI.LEI@example.com"], "names": ["韩梅梅"]}),
            &["s2", "s1", "s3"],
        ),
        (json!({"names": ["停用", "未激活"]}), &["s4", "s5"]),
        (json!({"mobiles": [""], "emails": [""], "names": [""]}), &[]),
        (json!({"names": ["nobody"]}), &[]),
    ] {
        let answer = app.post(path, body.clone()).await;
        assert_eq!(members(answer.assert_ok(), "data_list", "userid"), expected, "{body}");
        assert_shape(answer.assert_ok(), &format!(r#"{{"data_list":[{STAFF}]}}"#));
    }
    app.post(path, json!({})).await.assert_code(1000, "mobiles");
    app.post(path, json!({"mobiles": [], "emails": null, "names": ""})).await.assert_code(1000, "mobiles");
    app.post(path, json!({"mobiles": "13800138000"})).await.assert_code(1013, "mobiles");
    app.post(path, json!({"names": vec!["a"; 2_001]})).await.assert_code(1012, "names");
}

#[tokio::test]
async fn strict_looks_for_a_hundred_staff_at_most() {
    let app = TestApp::strict().await;
    let names = |n| json!({"names": vec!["a"; n]});
    app.post("/openapi/user/detail", names(100)).await.assert_ok();
    app.post("/openapi/user/detail", names(101)).await.assert_code(1012, "names");
}

#[tokio::test]
async fn the_id_list_leaves_out_who_left_and_the_short_list_does_not() {
    let app = small_directory().await;
    let ids = app.get("/openapi/user/dept_user/list", &[]).await;
    assert_eq!(
        ids.text,
        r#"{"msg":"success","code":0,"data":{"cursor":"","dept_users":[{"user_id":"s2","dept_id":["b"]},{"user_id":"s1","dept_id":["early","root"]},{"user_id":"s4","dept_id":["root"]},{"user_id":"s5","dept_id":[]}]}}"#
    );
    let short = app.get("/openapi/user/simple_user/list", &[("cursor", "")]).await;
    assert_eq!(
        short.text,
        r#"{"msg":"success","code":0,"data":{"cursor":"","data_list":[{"userid":"s2","wxcp_userid":"","name":"韩梅梅","phone":"","status":1},{"userid":"s1","wxcp_userid":"wx1","name":"李雷｜华东","phone":"+86 138-0013-8000","status":1},{"userid":"s3","wxcp_userid":"","name":"走了","phone":"13900139000","status":5},{"userid":"s4","wxcp_userid":"","name":"停用","phone":"","status":2},{"userid":"s5","wxcp_userid":"","name":"未激活","phone":"","status":4}]}}"#
    );
}

#[tokio::test]
async fn pages_of_staff_hold_a_hundred_and_their_cursors_belong_to_one_list() {
    let app = small_directory().await;
    app.meddle(
        "insert into staff (corp_id, id, wire_id, name, create_time) \
         select c.corp_id, 100 + 10 * a.ordinal + b.ordinal, 'p' || cast(100 + 10 * a.ordinal + b.ordinal as text), '甲', 5000 \
         from corp c, (select 0 as ordinal union select 1 union select 2 union select 3 union select 4 union select 5 \
         union select 6 union select 7 union select 8) a, (select 0 as ordinal union select 1 union select 2 union \
         select 3 union select 4 union select 5 union select 6 union select 7 union select 8 union select 9) b",
    )
    .await;
    let short = "/openapi/user/simple_user/list";
    let first = app.get(short, &[]).await;
    assert_eq!(
        (members(first.assert_ok(), "data_list", "userid").len(), &first.json["data"]["cursor"]),
        (95, &json!(""))
    );
    app.meddle(
        "insert into staff (corp_id, id, wire_id, name, create_time) \
         select corp_id, 1000 + id, 'q' || wire_id, name, 5000 from staff where id >= 100",
    )
    .await;
    let (mut walked, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = app.get(short, &[("cursor", &cursor)]).await;
        let data = page.assert_ok();
        walked.extend(members(data, "data_list", "userid"));
        cursor = data["cursor"].as_str().expect("a cursor").to_owned();
        pages += 1;
        if cursor.is_empty() {
            break;
        }
        app.get("/openapi/user/dept_user/list", &[("cursor", &cursor)]).await.assert_code(1014, "");
    }
    let mut sorted = walked.get(5..).unwrap_or_default().to_vec();
    sorted.sort();
    assert_eq!((pages, walked.len()), (2, 185));
    assert_eq!(walked.get(5..), Some(sorted.as_slice()));
    app.get(short, &[("cursor", "nonsense")]).await.assert_code(1014, "");
}

#[tokio::test]
async fn staff_and_departments_of_another_tenant_are_unknown() {
    let app = small_directory().await;
    app.meddle("update staff set wire_id = 'own-' || wire_id where corp_id = 1").await;
    app.meddle("update department set wire_id = 'own-' || wire_id where corp_id = 1").await;
    app.get("/openapi/user/get", &[("userid", "own-s1")]).await.assert_ok();
    app.get("/openapi/user/get", &[("userid", "s1")]).await.assert_code(404, "userid");
    app.get("/openapi/department/list", &[("dept_id", "root")]).await.assert_code(1003, "dept_id");
    let found = app.post("/openapi/user/detail", json!({"names": ["韩梅梅"], "mobiles": ["13800138000"]})).await;
    assert_eq!(members(found.assert_ok(), "data_list", "userid"), ["own-s2", "own-s1"]);
}
