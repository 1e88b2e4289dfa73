//! Tags (chapter 12).

use serde_json::{Value, json};

use crate::harness::{NOW, TestApp};

const GET: &str = "/openapi/tag/get";
const MARK: &str = "/openapi/v2/tag/mark_tag";
const MARK_OLD: &str = "/openapi/tag/mark_tag";
const RELATED: &str = "/openapi/v2/tag/get_related_obj";
const RELATED_OLD: &str = "/openapi/tag/get_related_obj";

/// A small library: groups g1 (t12, t11) and g2 (t21) of the company, empty g3, personal tags p1 of s1 and p2 of s2.
/// Contacts c1 to c3, company k1, friends f1 (known to s1 and s2) and f2 (known to s2).
async fn small_library() -> TestApp {
    set_up(TestApp::new().await).await
}

async fn set_up(app: TestApp) -> TestApp {
    for sql in [
        "delete from tagging",
        "delete from tag",
        "delete from tag_group",
        "insert into staff (corp_id, id, wire_id, name, create_time) select corp_id, 1, 's1', '甲', 0 from corp",
        "insert into staff (corp_id, id, wire_id, name, status, create_time) select corp_id, 2, 's2', '乙', 5, 0 from corp",
        "insert into tag_group (corp_id, id, wire_id, type, name, ordinal, create_time) \
         select corp_id, 10, 'g1', 1, '意向', 2, 1001 from corp",
        "insert into tag_group (corp_id, id, wire_id, type, name, ordinal, create_time) \
         select corp_id, 20, 'g2', 1, '来源', 1, 1002 from corp",
        "insert into tag_group (corp_id, id, wire_id, type, name, ordinal, create_time) \
         select corp_id, 30, 'g3', 1, '空', 3, 1003 from corp",
        "insert into tag_group (corp_id, id, wire_id, type, staff_id, name, ordinal, create_time) \
         select corp_id, 41, 'gp1', 2, 1, '个人标签', 4, 1004 from corp",
        "insert into tag_group (corp_id, id, wire_id, type, staff_id, name, ordinal, create_time) \
         select corp_id, 42, 'gp2', 2, 2, '个人标签', 5, 1005 from corp",
        "insert into tag (corp_id, id, wire_id, group_id, name, ordinal, create_time) \
         select corp_id, 11, 't11', 10, '低', 2, 2001 from corp",
        "insert into tag (corp_id, id, wire_id, group_id, name, ordinal, create_time) \
         select corp_id, 12, 't12', 10, '高', 1, 2002 from corp",
        "insert into tag (corp_id, id, wire_id, group_id, name, ordinal, create_time) \
         select corp_id, 21, 't21', 20, '官网', 1, 2003 from corp",
        "insert into tag (corp_id, id, wire_id, group_id, name, ordinal, create_time) \
         select corp_id, 41, 'p1', 41, '我的', 1, 2004 from corp",
        "insert into tag (corp_id, id, wire_id, group_id, name, ordinal, create_time) \
         select corp_id, 42, 'p2', 42, '他的', 1, 2005 from corp",
        "insert into contact (corp_id, id, wire_id, status, create_time) select corp_id, 1, 'c1', 1, 0 from corp",
        "insert into contact (corp_id, id, wire_id, status, create_time) select corp_id, 2, 'c2', 0, 0 from corp",
        "insert into contact (corp_id, id, wire_id, status, is_useless, create_time) select corp_id, 3, 'c3', 1, 1, 0 from corp",
        "insert into company (corp_id, id, wire_id, company_name, name_key, create_time) \
         select corp_id, 4, 'k1', '公司', '公司', 0 from corp",
        "insert into customer (corp_id, id, wire_id, create_time) select corp_id, 5, 'f1', 0 from corp",
        "insert into customer (corp_id, id, wire_id, create_time) select corp_id, 6, 'f2', 0 from corp",
        "insert into customer_follow (corp_id, customer_id, staff_id, create_time) select corp_id, 5, 1, 0 from corp",
        "insert into customer_follow (corp_id, customer_id, staff_id, create_time) select corp_id, 5, 2, 0 from corp",
        "insert into customer_follow (corp_id, customer_id, staff_id, create_time) select corp_id, 6, 2, 0 from corp",
    ] {
        app.meddle(sql).await;
    }
    app
}

/// Events as (type, payload), oldest first.
async fn events(app: &TestApp) -> Vec<(String, Value)> {
    let sql = "select type, payload from event order by journal_id, ordinal";
    let rows =
        app.sql(move |tx| Ok(tx.query(sql, &[], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))?)).await;
    rows.into_iter().map(|(kind, payload)| (kind, serde_json::from_str(&payload).expect("JSON"))).collect()
}

/// The taggings as `object tag relation staff`.
async fn taggings(app: &TestApp) -> Vec<String> {
    let sql = "select object_id, tag_id, relation_id, staff_id from tagging order by object_id, tag_id, relation_id";
    app.sql(move |tx| {
        Ok(tx.query(sql, &[], |row| {
            let (object, tag): (i64, i64) = (row.get(0)?, row.get(1)?);
            let (relation, staff): (i64, i64) = (row.get(2)?, row.get(3)?);
            Ok(format!("{object} {tag} {relation} {staff}"))
        })?)
    })
    .await
}

fn related(data: &Value) -> Vec<String> {
    let objects = data["data_list"].as_array().expect("a list").iter();
    objects.map(|o| format!("{} {}", o["type"].as_str().expect("a text"), o["id"].as_str().expect("an id"))).collect()
}

#[tokio::test]
async fn the_library_comes_whole_or_by_ids() {
    let app = small_library().await;
    let whole = app.post(GET, json!({})).await;
    assert_eq!(
        whole.text,
        r#"{"msg":"success","code":0,"data":{"data_list":[{"group_id":"g2","group_name":"来源","type":1,"create_time":1002,"tag_info":[{"type":1,"tag_id":"t21","tag_name":"官网","create_time":2003}]},{"group_id":"g1","group_name":"意向","type":1,"create_time":1001,"tag_info":[{"type":1,"tag_id":"t12","tag_name":"高","create_time":2002},{"type":1,"tag_id":"t11","tag_name":"低","create_time":2001}]},{"group_id":"g3","group_name":"空","type":1,"create_time":1003,"tag_info":[]}]}}"#
    );
    for (body, expected) in [
        (json!({"tag_ids": [], "tag_group_ids": null}), "g2:t21 g1:t12,t11 g3:"),
        (json!({"tag_group_ids": ["g1", "unknown"]}), "g1:t12,t11"),
        (json!({"tag_ids": ["t11", "t21", "t11"]}), "g2:t21 g1:t11"),
        (json!({"tag_ids": ["t11"], "tag_group_ids": ["g3", "g1"]}), "g1:t12,t11 g3:"),
        (json!({"tag_ids": ["t11"], "tag_group_ids": ["g2"]}), "g2:t21 g1:t11"),
        (json!({"tag_ids": ["p2"]}), "gp2:p2"),
        (json!({"tag_group_ids": ["gp1"]}), "gp1:p1"),
        (json!({"tag_ids": ["unknown", "未知"]}), ""),
    ] {
        let answer = app.post(GET, body.clone()).await;
        let groups = answer.assert_ok()["data_list"].as_array().expect("groups").iter();
        let shown: Vec<String> = groups
            .map(|group| {
                let tags = group["tag_info"].as_array().expect("tags").iter();
                let tags: Vec<&str> = tags.filter_map(|tag| tag["tag_id"].as_str()).collect();
                format!("{}:{}", group["group_id"].as_str().expect("an id"), tags.join(","))
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{body}");
    }
    app.post(GET, json!({"tag_ids": "t11"})).await.assert_code(1013, "tag_ids");
    app.post(GET, json!({"tag_group_ids": vec!["g"; 2_001]})).await.assert_code(1012, "tag_group_ids");
}

#[tokio::test]
async fn marking_tells_what_really_changed_and_nothing_else() {
    let app = small_library().await;
    let body = json!({"type": "0", "ids": ["c2", "c1", "c2"], "user_id": "s2", "add_tags": ["t11", "t21", "t11"]});
    assert_eq!(app.post(MARK, body.clone()).await.text, r#"{"msg":"success","code":0}"#);
    assert_eq!(taggings(&app).await, ["1 11 0 2", "1 21 0 2", "2 11 0 2", "2 21 0 2"]);
    let added = json!([
        {"group_id": "g2", "group_name": "来源", "tag_info": [{"tag_id": "t21", "tag_name": "官网", "type": 1}], "type": 1},
        {"group_id": "g1", "group_name": "意向", "tag_info": [{"tag_id": "t11", "tag_name": "低", "type": 1}], "type": 1},
    ]);
    let pair = |id: &str, kind: i64, user_id: &str, add: &Value, delete: &Value| {
        let current = json!({"add_tage_list": add, "delete_tage_list": delete, "add_tag_list": add,
                             "delete_tag_list": delete, "id": id, "type": kind, "user_id": user_id});
        let twin = json!({"id": id, "type": kind.to_string(), "user_id": user_id, "add_tag_list": add,
                          "delete_tag_list": delete});
        [("tag_update_v2".to_owned(), current), ("tag_update".to_owned(), twin)]
    };
    let none = json!([]);
    let mut expected = [pair("c2", 0, "s2", &added, &none), pair("c1", 0, "s2", &added, &none)].concat();
    assert_eq!(events(&app).await, expected);

    app.post(MARK, body).await.assert_ok();
    assert_eq!(events(&app).await.len(), 4, "what is there already is no change");

    let swap = json!({"type": 0, "ids": ["c1"], "add_tags": ["t11", "t12"], "remove_tags": ["t11", "t21", "unknown"]});
    app.post(MARK_OLD, swap).await.assert_ok();
    assert_eq!(taggings(&app).await, ["1 11 0 2", "1 12 0 0", "2 11 0 2", "2 21 0 2"]);
    let group = |id, name, tag, text| json!([{"group_id": id, "group_name": name, "tag_info": [{"tag_id": tag, "tag_name": text, "type": 1}], "type": 1}]);
    expected.extend(pair("c1", 0, "", &group("g1", "意向", "t12", "高"), &group("g2", "来源", "t21", "官网")));
    assert_eq!(events(&app).await, expected);

    app.post(MARK, json!({"type": 3, "ids": ["k1"], "add_tags": ["t21"]})).await.assert_ok();
    expected.extend(pair("k1", 3, "", &group("g2", "来源", "t21", "官网"), &none));
    assert_eq!(events(&app).await, expected);
}

#[tokio::test]
async fn the_journal_names_what_was_put_on_and_taken_off() {
    let app = small_library().await;
    app.post(MARK, json!({"type": 0, "ids": ["c1"], "add_tags": ["t11", "t21"]})).await.assert_ok();
    app.post(MARK, json!({"type": 0, "ids": ["c1"], "remove_tags": ["t21"], "add_tags": ["t12"]})).await.assert_ok();
    app.post(MARK_OLD, json!({"type": 1, "ids": ["f1"], "user_id": "s1", "add_tags": ["t11"]})).await.assert_ok();
    let sql = "select object_type, action, changes from journal where action = 'tag.mark' order by id";
    let rows = app
        .sql(move |tx| Ok(tx.query(sql, &[], |r| Ok(format!("{} {} {}", r.text(0)?, r.text(1)?, r.text(2)?)))?))
        .await;
    assert_eq!(
        rows,
        [
            r#"contact tag.mark {"tags":{"add":["t21","t11"],"remove":[]}}"#,
            r#"contact tag.mark {"tags":{"add":["t12"],"remove":["t21"]}}"#,
            r#"customer tag.mark {"follow_users":{"s1":{"tags":{"add":["t11"],"remove":[]}}}}"#,
        ]
    );
}

#[tokio::test]
async fn a_friends_tags_stand_in_the_relation_of_the_staff_member_or_in_all() {
    let app = small_library().await;
    app.post(MARK_OLD, json!({"type": 1, "ids": ["f1"], "user_id": "s1", "add_tags": ["t11"]})).await.assert_ok();
    assert_eq!(taggings(&app).await, ["5 11 1 1"]);
    app.post(MARK_OLD, json!({"type": 1, "ids": ["f1", "f2"], "add_tags": ["t11", "t12"]})).await.assert_ok();
    assert_eq!(taggings(&app).await, ["5 11 1 1", "5 11 2 0", "5 12 1 0", "5 12 2 0", "6 11 2 0", "6 12 2 0"]);
    app.post(MARK_OLD, json!({"type": 1, "ids": ["f1"], "user_id": "s2", "remove_tags": ["t11"]})).await.assert_ok();
    app.post(MARK_OLD, json!({"type": 1, "ids": ["f1", "f2"], "remove_tags": ["t12"]})).await.assert_ok();
    assert_eq!(taggings(&app).await, ["5 11 1 1", "6 11 2 0"]);
    let events = events(&app).await;
    assert!(events.iter().all(|(kind, payload)| kind == "tag_update" && payload["type"] == "1"), "{events:?}");
    let told: Vec<&str> = events.iter().filter_map(|(_, payload)| payload["id"].as_str()).collect();
    assert_eq!(told, ["f1", "f1", "f2", "f1", "f1", "f2"]);

    app.post(MARK_OLD, json!({"type": 1, "ids": ["f1", "f2"], "user_id": "s1", "add_tags": ["t21"]}))
        .await
        .assert_code(1003, "ids");
    assert_eq!(taggings(&app).await, ["5 11 1 1", "6 11 2 0"], "all or nothing");
    app.post(MARK, json!({"type": 1, "ids": ["f1"], "add_tags": ["t11"]})).await.assert_code(1013, "type");
}

#[tokio::test]
async fn a_personal_tag_is_put_on_only_by_its_owner() {
    let app = small_library().await;
    let mark = |user_id: Value| json!({"type": 0, "ids": ["c1"], "user_id": user_id, "add_tags": ["t11", "p1"]});
    app.post(MARK, mark(json!("s2"))).await.assert_code(1001, "add_tags");
    app.post(MARK, mark(Value::Null)).await.assert_code(1001, "add_tags");
    assert_eq!(taggings(&app).await, [""; 0]);
    app.post(MARK, mark(json!("s1"))).await.assert_ok();
    assert_eq!(taggings(&app).await, ["1 11 0 1", "1 41 0 1"]);
    app.post(MARK, json!({"type": 0, "ids": ["c1"], "remove_tags": ["p1"]})).await.assert_ok();
    assert_eq!(taggings(&app).await, ["1 11 0 1"]);
}

#[tokio::test]
async fn a_refused_mark_changes_nothing_and_the_first_failing_check_answers() {
    let app = small_library().await;
    for (body, code, part) in [
        (json!({"ids": ["c1"], "add_tags": ["t11"]}), 1000, "type"),
        (json!({"type": 0, "add_tags": ["t11"]}), 1000, "ids"),
        (json!({"type": 0, "ids": [], "add_tags": ["t11"]}), 1000, "ids"),
        (json!({"type": 0, "ids": ["c1"]}), 1000, "add_tags"),
        (json!({"type": 0, "ids": ["c1"], "add_tags": [], "remove_tags": []}), 1000, "add_tags"),
        (json!({"type": 9, "ids": vec!["c1"; 2_001], "add_tags": ["t11"]}), 1012, "ids"),
        (json!({"type": 9, "ids": ["c1"], "add_tags": vec!["t11"; 2_001]}), 1012, "add_tags"),
        (json!({"type": 4, "ids": ["c1"], "add_tags": ["t11"]}), 1013, "type"),
        (json!({"type": "a", "ids": ["c1"], "add_tags": ["t11"]}), 1013, "type"),
        (json!({"type": 0, "ids": ["c1", 1], "add_tags": ["t11"]}), 1013, "ids"),
        (json!({"type": 0, "ids": ["nothing"], "user_id": "nobody", "add_tags": ["t11"]}), 1001, "user_id"),
        (json!({"type": 0, "ids": ["nothing"], "add_tags": ["t11", "unknown"]}), 1001, "add_tags"),
        (json!({"type": 0, "ids": ["c1", "nothing"], "add_tags": ["t11"]}), 1003, "ids"),
        (json!({"type": 0, "ids": ["k1"], "add_tags": ["t11"]}), 1003, "ids"),
        (json!({"type": 3, "ids": ["c1"], "add_tags": ["t11"]}), 1003, "ids"),
    ] {
        app.post(MARK, body.clone()).await.assert_code(code, part);
        app.post(MARK_OLD, body).await.assert_code(code, part);
    }
    assert_eq!((taggings(&app).await.len(), events(&app).await.len()), (0, 0));
}

#[tokio::test]
async fn strict_marks_ten_objects_at_a_time() {
    let app = set_up(TestApp::strict().await).await;
    let mark = |n| json!({"type": 0, "ids": vec!["c1"; n], "add_tags": ["t11"]});
    for path in [MARK, MARK_OLD] {
        app.post(path, mark(10)).await.assert_ok();
        app.post(path, mark(11)).await.assert_code(1012, "ids");
    }
    let tags = json!({"type": 0, "ids": ["c1"], "remove_tags": vec!["t"; 101]});
    app.post(MARK, tags).await.assert_code(1012, "remove_tags");
}

#[tokio::test]
async fn objects_of_a_tag_come_by_time_of_tagging_and_friends_only_in_the_old_list() {
    let app = small_library().await;
    for (body, path) in [
        (json!({"type": 1, "ids": ["f1"], "user_id": "s2", "add_tags": ["t11"]}), MARK_OLD),
        (json!({"type": 0, "ids": ["c3", "c2"], "add_tags": ["t11"]}), MARK),
        (json!({"type": 3, "ids": ["k1"], "add_tags": ["t11"]}), MARK),
        (json!({"type": 1, "ids": ["f2", "f1"], "add_tags": ["t11"]}), MARK_OLD),
    ] {
        app.post(path, body).await.assert_ok();
        app.clock.advance(1_000);
    }
    let new = app.get(RELATED, &[("tag_id", "t11")]).await;
    assert_eq!(
        new.text,
        r#"{"msg":"success","code":0,"data":{"data_list":[{"id":"c2","type":"0"},{"id":"c3","type":"0"},{"id":"k1","type":"3"}]}}"#
    );
    let old = app.get(RELATED_OLD, &[("tag_id", "t11"), ("cursor", "")]).await;
    assert_eq!(related(old.assert_ok()), ["1 f1", "0 c2", "0 c3", "3 k1", "1 f2"]);
    assert_eq!(
        app.get(RELATED, &[("tag_id", "t12")]).await.text,
        r#"{"msg":"success","code":0,"data":{"data_list":[]}}"#
    );
    for path in [RELATED, RELATED_OLD] {
        app.get(path, &[]).await.assert_code(1000, "tag_id");
        app.get(path, &[("tag_id", "unknown")]).await.assert_code(1003, "tag_id");
        app.get(path, &[("tag_id", "t11"), ("cursor", "nonsense")]).await.assert_code(1014, "");
    }
}

#[tokio::test]
async fn a_walk_over_the_objects_of_a_tag_meets_each_once_also_when_many_were_tagged_at_once() {
    let app = small_library().await;
    app.meddle(
        "insert into contact (corp_id, id, wire_id, status, create_time) \
         select c.corp_id, 1000 + s.n, 'w' || cast(1000 + s.n as text), 1, 0 from corp c, \
         (select 100 * x.id + 10 * y.id + z.id as n from \
          (select 0 as id union select 1 union select 2) x, \
          (select 0 as id union select 1 union select 2 union select 3 union select 4 union select 5 union select 6 \
           union select 7 union select 8 union select 9) y, \
          (select 0 as id union select 1 union select 2 union select 3 union select 4 union select 5 union select 6 \
           union select 7 union select 8 union select 9) z) s where s.n < 250",
    )
    .await;
    let ids: Vec<String> = (1_000..1_250).rev().map(|n| format!("w{n}")).collect();
    app.post(MARK, json!({"type": 0, "ids": ids, "add_tags": ["t11"]})).await.assert_ok();
    let (mut walked, mut cursor, mut sizes) = (Vec::new(), Some(String::new()), Vec::new());
    while let Some(at) = cursor {
        let page = app.get(RELATED, &[("tag_id", "t11"), ("cursor", &at)]).await;
        let objects = related(page.assert_ok());
        sizes.push(objects.len());
        walked.extend(objects);
        cursor = page.json["data"]["cursor"].as_str().map(str::to_owned);
        if let Some(cursor) = &cursor {
            app.get(RELATED_OLD, &[("tag_id", "t11"), ("cursor", cursor)]).await.assert_code(1014, "");
        }
    }
    let expected: Vec<String> = (1_000..1_250).map(|n| format!("0 w{n}")).collect();
    assert_eq!(sizes, [100, 100, 50]);
    assert_eq!(walked, expected);
}

#[tokio::test]
async fn a_contact_shows_its_new_tag_at_once() {
    let app = small_library().await;
    let shown = async || {
        let answer = app.post("/openapi/contact/batch", json!({"contact_ids": ["c1"]})).await;
        answer.assert_ok()["contact_list"][0]["tag_group_list"].clone()
    };
    assert_eq!(shown().await, json!([]));
    app.post(MARK, json!({"type": 0, "ids": ["c1"], "user_id": "s1", "add_tags": ["t12"]})).await.assert_ok();
    let tag = json!({"tag_id": "t12", "tag_name": "高", "type": "1", "create_time": NOW, "tag_user_id": "s1"});
    let group = json!([{"group_id": "g1", "group_name": "意向", "type": "1", "create_time": 1001, "tag_info": [tag]}]);
    assert_eq!(shown().await, group);
    app.post(MARK_OLD, json!({"type": "0", "ids": ["c1"], "remove_tags": ["t12"]})).await.assert_ok();
    assert_eq!(shown().await, json!([]));
}

#[tokio::test]
async fn marks_that_meet_are_told_once() {
    let app = small_library().await;
    let mark = || app.post(MARK, json!({"type": 0, "ids": ["c1", "c2", "c3"], "add_tags": ["t11", "t12"]}));
    let (a, b, c, d) = tokio::join!(mark(), mark(), mark(), mark());
    for answer in [a, b, c, d] {
        answer.assert_ok();
    }
    assert_eq!(taggings(&app).await.len(), 6);
    assert_eq!(events(&app).await.len(), 6, "two events for each contact");
}

#[tokio::test]
async fn tags_and_objects_of_another_tenant_are_unknown() {
    let app = small_library().await;
    app.meddle("update tag set wire_id = 'own-' || wire_id where corp_id = 1").await;
    app.meddle("update contact set wire_id = 'own-' || wire_id where corp_id = 1").await;
    app.post(MARK, json!({"type": 0, "ids": ["own-c1"], "add_tags": ["t11"]})).await.assert_code(1001, "add_tags");
    app.post(MARK, json!({"type": 0, "ids": ["c1"], "add_tags": ["own-t11"]})).await.assert_code(1003, "ids");
    app.get(RELATED, &[("tag_id", "t11")]).await.assert_code(1003, "tag_id");
    let unknown = app.post(GET, json!({"tag_ids": ["t11"]})).await;
    assert_eq!(unknown.assert_ok(), &json!({"data_list": []}));
}
