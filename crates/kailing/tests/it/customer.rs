//! WeCom friends: lists and details (chapter 03, 3.1, 3.2, 3.4 to 3.6).

use kailing_core::store::app::App;
use serde_json::{Value, json};

use crate::contact_world::{LI, WANG, World, ZHAO};
use crate::keys::assert_shape;

const LIST: &str = "/openapi/customer/list";
const GET: &str = "/openapi/customer/get";
const BY_EXTERNAL: &str = "/openapi/customer/get_by_external_userid";
const BY_UNION: &str = "/openapi/customer/get_by_unionid";
const BATCH: &str = "/openapi/customer/batch";

async fn friends() -> World {
    let world = World::new().await;
    world.befriend().await;
    world
}

/// What friend-a has around it: a contact, companies, opportunities, tags in both relations.
async fn surround(world: &World) -> String {
    let contact = world.lead(json!({"mobile": "13911110001", "status": 4})).await;
    for sql in [
        "insert into company (corp_id, id, wire_id, company_name, name_key, create_time) values
            ($1, 9701, 'company-a', '甲公司', '甲公司', 1), ($1, 9702, 'company-b', '乙公司', '乙公司', 2)",
        "insert into company_person (corp_id, company_id, person_id, person_type, create_time) values
            ($1, 9701, 9501, 1, 20), ($1, 9702, 9501, 1, 10)",
        "insert into business (corp_id, id, wire_id, business_name, business_opp_number, stage, status, create_time, update_time)
         values ($1, 9801, 'business-a', '单子', 'SJ9801', 1, 0, 1, 1), ($1, 9802, 'business-b', '作废', 'SJ9802', 1, 1, 1, 1)",
        "insert into business_person (corp_id, business_id, person_id, person_type, create_time) values
            ($1, 9801, 9501, 1, 20), ($1, 9802, 9501, 1, 10)",
        "insert into tag_group (corp_id, id, wire_id, type, staff_id, name, ordinal, create_time) values
            ($1, 9403, 'group-own', 2, 9001, '个人标签', 9003, 1700000000003)",
        "insert into tag (corp_id, id, wire_id, group_id, name, ordinal, create_time) values
            ($1, 9431, 'tag-own', 9403, '我的', 0, 1700000000003)",
    ] {
        world.change(sql).await;
    }
    let mark = |staff: &str, tags: Value| json!({"type": 1, "ids": ["friend-a"], "user_id": staff, "add_tags": tags});
    for (staff, tags) in [(WANG, json!(["tag-own", "tag-b", "tag-a"])), (LI, json!(["tag-c"]))] {
        world.post("/openapi/tag/mark_tag", mark(staff, tags)).await.assert_ok();
    }
    contact
}

/// The parts that all three shapes have in common, as text.
struct Parts {
    tags_of_wang: String,
    tags_of_li: String,
    lists: String,
    stage: String,
}

async fn parts(world: &World) -> Parts {
    let contact = surround(world).await;
    let tag = |group: &str, group_name: &str, tag: &str, name: &str, kind: &str| {
        format!(
            r#"{{"group_id":"{group}","group_name":"{group_name}","tag_id":"{tag}","tag_name":"{name}","type":"{kind}"}}"#
        )
    };
    let one = |id: &str, name: &str| tag("group-one", "第一组", id, name, "1");
    let own = tag("group-own", "个人标签", "tag-own", "我的", "2");
    let stage = "select name from stage where corp_id = $1 order by ordinal limit 1";
    Parts {
        tags_of_wang: format!("[{},{},{own}]", one("tag-a", "甲标"), one("tag-b", "乙标")),
        tags_of_li: format!("[{}]", tag("group-two", "第二组", "tag-c", "丙标", "1")),
        lists: format!(
            r#""company_list":[{{"company_id":"company-b","company_name":"乙公司"}},{{"company_id":"company-a","company_name":"甲公司"}}],"business_list":[{{"business_id":"business-a","business_name":"单子"}}],"clue_list":[{{"clue_id":"{contact}"}}]"#
        ),
        stage: world.rows(stage, &[], |row| row.get(0)).await.remove(0),
    }
}

const HEAD: &str = r#""customer_id":"friend-a","external_userid":"wmAAA","name":"周好友","avatar":"https://a","type":1,"gender":2,"position":"总监","corp_name":"短名","corp_full_name":"全名""#;
const MOBILES: &str = r#""remark_mobiles":["13911110001","+86 139-1111-0000","13911110002"]"#;
const SOURCE: &str = r#""add_source":{"type":4,"id":"comp","name":"注册加微"}"#;
const OF_WANG: &str = r#""remark_mobiles":["13911110001","+86 139-1111-0000"]"#;
const OF_LI: &str = r#""remark_mobiles":["13911110002","+86 139-1111-0000"]"#;

#[tokio::test]
async fn the_detail_has_19_members_and_relations_of_16() {
    let world = friends().await;
    let Parts { tags_of_wang, tags_of_li, lists, stage } = parts(&world).await;
    let expected = format!(
        r#"{{"msg":"success","code":0,"data":{{{HEAD},{MOBILES},"customer_stage":"{stage}","latest_progress_id":"progress-a","first_progress_time":1700000000500,"lost_state":false,"unionid":"union-a","follow_users":[{{"userid":"{WANG}","remark_corp_name":"公司","add_way":1,"description":"d1","remark":"备注","lost_state":false,{SOURCE},"create_time":1700000001000,{OF_WANG},"tags":{tags_of_wang},"position":"位","age":"33","wx_id":"wx","qq":"qq","email":"e@f","customer_custom":{{"yh_wb":"旧"}}}},{{"userid":"{LI}","remark_corp_name":"li的公司","add_way":201,"description":"d2","remark":"li的备注","lost_state":true,"add_source":{{}},"create_time":1700000002000,{OF_LI},"tags":{tags_of_li},"position":"","age":"","wx_id":"","qq":"","email":"","customer_custom":{{"yh_wb":"旧"}}}}],{lists}}}}}"#
    );
    assert_eq!(world.get(GET, &[("customer_id", "friend-a")]).await.text, expected);
}

#[tokio::test]
async fn the_detail_by_external_userid_has_16_members_and_relations_of_10() {
    let world = friends().await;
    let Parts { tags_of_wang, tags_of_li, lists, .. } = parts(&world).await;
    let expected = format!(
        r#"{{"msg":"success","code":0,"data":{{{HEAD},{MOBILES},"lost_state":false,"unionid":"union-a","follow_users":[{{"userid":"{WANG}","remark_corp_name":"公司","add_way":1,"description":"d1","remark":"备注","lost_state":false,{SOURCE},"create_time":1700000001000,{OF_WANG},"tags":{tags_of_wang}}},{{"userid":"{LI}","remark_corp_name":"li的公司","add_way":201,"description":"d2","remark":"li的备注","lost_state":true,"add_source":{{}},"create_time":1700000002000,{OF_LI},"tags":{tags_of_li}}}],{lists}}}}}"#
    );
    assert_eq!(world.get(BY_EXTERNAL, &[("external_userid", "wmAAA")]).await.text, expected);
}

#[tokio::test]
async fn the_batch_has_19_members_in_an_order_of_its_own() {
    let world = friends().await;
    let Parts { tags_of_wang, tags_of_li, lists, stage } = parts(&world).await;
    let expected = format!(
        r#"{{"msg":"success","code":0,"data":{{"customer_list":[{{{HEAD},"customer_stage":"{stage}",{MOBILES},"lost_state":false,"unionid":"union-a","follow_users":[{{"add_way":1,"remark_corp_name":"公司","position":"位","tags":{tags_of_wang},"userid":"{WANG}","description":"d1","remark":"备注","lost_state":false,{SOURCE},"create_time":1700000001000,{OF_WANG},"age":"33","wx_id":"wx","qq":"qq","email":"e@f","customer_custom":{{"yh_wb":"旧"}}}},{{"add_way":201,"remark_corp_name":"li的公司","position":"","tags":{tags_of_li},"userid":"{LI}","description":"d2","remark":"li的备注","lost_state":true,"add_source":{{}},"create_time":1700000002000,{OF_LI},"age":"","wx_id":"","qq":"","email":"","customer_custom":{{"yh_wb":"旧"}}}}],"latest_progress_id":"progress-a","first_progress_time":1700000000500,{lists}}}]}}}}"#
    );
    assert_eq!(world.post(BATCH, json!({"customer_ids": ["friend-a"]})).await.text, expected);
}

#[tokio::test]
async fn what_is_unknown_of_a_friend_is_left_out() {
    let world = friends().await;
    let bare = r#"{"customer_id":"","external_userid":"","name":"","avatar":"","type":2,"gender":0,"corp_name":"",
        "corp_full_name":"","remark_mobiles":[],"customer_stage":"","lost_state":true,"follow_users":[null],
        "company_list":[],"business_list":[],"clue_list":[]}"#;
    let detail = world.get(GET, &[("customer_id", "friend-b")]).await.assert_ok().clone();
    assert_shape(&detail, bare);
    assert_eq!(json!([detail["lost_state"], detail["type"], detail["clue_list"]]), json!([true, 2, []]));
    let other = world.get(BY_EXTERNAL, &[("external_userid", "wmBBB")]).await.assert_ok().clone();
    assert_shape(&other, &bare.replace(r#""customer_stage":"","#, ""));
    let row = world.show_friend("friend-b").await;
    let moved = r#""customer_stage":"","remark_mobiles":[],"#;
    assert_shape(&row, &bare.replace(r#""remark_mobiles":[],"customer_stage":"","#, moved));
    world.change("delete from customer_follow where corp_id = $1 and customer_id = 9502").await;
    let nobody = world.show_friend("friend-b").await;
    assert_eq!(json!([nobody["follow_users"], nobody["lost_state"]]), json!([[], false]));
}

#[tokio::test]
async fn the_list_is_by_staff_or_number_or_both_in_one_relation() {
    let world = friends().await;
    for (query, expected) in [
        (vec![("userid", WANG)], vec!["friend-a", "friend-b"]),
        (vec![("userid", LI)], vec!["friend-a"]),
        (vec![("userid", ZHAO)], vec![]),
        (vec![("userid", "staff-left")], vec![]),
        (vec![("remark_mobile", "139 1111 0000")], vec!["friend-a"]),
        (vec![("remark_mobile", "13911110009")], vec![]),
        (vec![("remark_mobile", "--")], vec![]),
        (vec![("userid", LI), ("remark_mobile", "008613911110002")], vec!["friend-a"]),
        (vec![("userid", WANG), ("remark_mobile", "13911110002")], vec![]),
        (vec![("userid", WANG), ("remark_mobile", "")], vec!["friend-a", "friend-b"]),
    ] {
        let expected = json!({"data_list": expected});
        assert_eq!(world.get(LIST, &query).await.assert_ok(), &expected, "{query:?}");
    }
    world.get(LIST, &[]).await.assert_code(1000, "userid");
    world.get(LIST, &[("userid", ""), ("remark_mobile", "")]).await.assert_code(1000, "remark_mobile");
    world.get(LIST, &[("userid", "nobody")]).await.assert_code(404, "userid");
    world.get(LIST, &[("userid", "nobody"), ("remark_mobile", "--")]).await.assert_code(404, "userid");
}

#[tokio::test]
async fn the_list_follows_the_creation_of_relations() {
    let world = friends().await;
    world
        .change("update customer_follow set create_time = 1700000000999 where corp_id = $1 and customer_id = 9502")
        .await;
    let listed = world.get(LIST, &[("userid", WANG)]).await;
    assert_eq!(listed.assert_ok()["data_list"], json!(["friend-b", "friend-a"]));
}

#[tokio::test]
async fn an_unknown_friend_is_3000() {
    let world = friends().await;
    world.get(GET, &[]).await.assert_code(1000, "customer_id");
    world.get(GET, &[("customer_id", "nobody")]).await.assert_code(3000, "customer_id");
    world.get(GET, &[("customer_id", "没有")]).await.assert_code(3000, "");
    world.get(BY_EXTERNAL, &[]).await.assert_code(1000, "external_userid");
    world.get(BY_EXTERNAL, &[("external_userid", "friend-a")]).await.assert_code(3000, "external_userid");
    let union = |unionid, openid| [("unionid", unionid), ("openid", openid)];
    assert_eq!(
        world.get(BY_UNION, &union("union-a", "any")).await.text,
        r#"{"msg":"success","code":0,"data":{"customer_id":"friend-a"}}"#
    );
    world.get(BY_UNION, &union("union-x", "any")).await.assert_code(3000, "unionid");
    world.get(BY_UNION, &union("", "any")).await.assert_code(1000, "unionid");
    world.get(BY_UNION, &[("unionid", "union-a")]).await.assert_code(1000, "openid");
}

#[tokio::test]
async fn a_batch_keeps_the_order_and_leaves_out_what_is_unknown() {
    let world = friends().await;
    let ids = json!({"customer_ids": ["friend-b", "nobody", "friend-a", "friend-b", "没有"]});
    let data = world.post(BATCH, ids).await.assert_ok().clone();
    let shown: Vec<&Value> =
        data["customer_list"].as_array().expect("rows").iter().map(|row| &row["customer_id"]).collect();
    assert_eq!(json!(shown), json!(["friend-b", "friend-a"]));
    assert_eq!(world.post(BATCH, json!({"customer_ids": ["x"]})).await.assert_ok(), &json!({"customer_list": []}));
    for empty in [json!({}), json!({"customer_ids": []}), json!({"customer_ids": null})] {
        world.post(BATCH, empty).await.assert_code(1000, "customer_ids");
    }
    world.post(BATCH, json!({"customer_ids": vec!["x"; 2_001]})).await.assert_code(1012, "customer_ids");
    let strict = World::strict().await;
    strict.post(BATCH, json!({"customer_ids": vec!["x"; 101]})).await.assert_code(1012, "customer_ids");
    strict.post(BATCH, json!({"customer_ids": vec!["x"; 100]})).await.assert_ok();
}

#[tokio::test]
async fn friends_have_scopes_of_their_own() {
    let world = friends().await;
    world.change_app(|app: &mut App| app.scopes = vec!["friend.read".to_owned()]).await;
    world.get(GET, &[("customer_id", "friend-a")]).await.assert_ok();
    world.post("/openapi/customer/edit", json!({})).await.assert_code(403, "friend.write");
    world.change_app(|app: &mut App| app.scopes = vec!["friend.write".to_owned()]).await;
    world.post(BATCH, json!({"customer_ids": ["x"]})).await.assert_code(403, "friend.read");
}
