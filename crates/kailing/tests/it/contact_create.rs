//! `contact/create`: what is stored and what the rest becomes (chapter 19, sections 2, 7 and 19.1).

use kailing_core::store::db::Row;
use serde_json::{Map, Value, json};

use crate::contact_world::{CARD, LI, WANG, World, long};
use crate::harness::NOW;
use crate::keys::assert_shape;

const CREATE: &str = "/openapi/contact/create";

#[tokio::test]
async fn a_contact_with_nothing_but_a_name_has_all_39_members_with_their_defaults() {
    let world = World::new().await;
    let id = world.create(json!({"user_name": "王五", "status": 4})).await;
    let stages = "select name from stage where corp_id = $1 order by ordinal, label limit 1";
    let stage: String = world.rows(stages, &[], |row| row.get(0)).await.remove(0);
    let expected = format!(
        r#"{{"msg":"success","code":0,"data":{{"contact_list":[{{"contact_id":"{id}","user_name":"王五","contact_ways":[{{"type":0}}],"status":4,"contact_source":{{"type":0,"component_id":"","component_name":""}},"from_channel_name":"其他-其他","corp_name":"","corp_address":"","register_address":"","legal_person":"","corp_founded_time":"","searchword":"","region":"","plan_name":"","group_name":"","is_repeat":false,"is_useless":false,"create_user_id":"","owner_id":"","url":"","email":"","age":0,"gender":0,"population_size":0,"industry":"","position":"","create_time":{NOW},"last_follow_time":0,"first_progress_time":0,"tag_group_list":[],"business_list":[],"company_list":[],"latest_progress_id":"","customer_stage":"{stage}","claim_time":0,"related_customer":[],"contact_custom":{{}},"region_code":0,"interactive_score":0}}]}}}}"#
    );
    assert_eq!(world.post("/openapi/contact/batch", json!({"contact_ids": [id]})).await.text, expected);
    assert_eq!(id.len(), 43);
    assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{id}");
}

#[tokio::test]
async fn the_answer_holds_the_id_and_nothing_else() {
    let world = World::new().await;
    let answer = world.post(CREATE, json!({"user_name": "王五", "status": 0})).await;
    let id = answer.assert_ok()["contact_id"].as_str().expect("an id").to_owned();
    assert_eq!(answer.text, format!(r#"{{"msg":"success","code":0,"data":{{"contact_id":"{id}"}}}}"#));
}

#[tokio::test]
async fn every_member_of_the_body_is_stored_and_shown() {
    let world = World::new().await;
    let texts = [
        "user_name",
        "corp_name",
        "corp_address",
        "register_address",
        "industry",
        "legal_person",
        "email",
        "group_name",
        "key_word",
        "plan_name",
        "creative_title",
        "creative_description",
        "advertiser_account_name",
        "qq",
        "region",
        "url",
        "searchword",
        "wx_id",
        "position",
        "remark",
        "avatar",
        "corp_founded_time",
        "other_custom_field",
    ];
    let mut body: Map<String, Value> =
        texts.iter().map(|&name| (name.to_owned(), json!(format!(" 值 {name} ")))).collect();
    body.extend(object(json!({"status": 1, "owner_id": WANG, "create_user_id": LI, "gender": 2, "age": 150,
        "population_size": 5, "from_channel_id": 9902, "region_code": 330_106, "create_time": 1_600_000_000_123_i64,
        "contact_ways": [{"type": 101, "contact_way": " 138 0013 8000 "}, {"contact_way": "a@b.cn"}, {"type": 2}],
        "contact_source": {"type": 4, "component_id": "nowhere", "component_name": "注册加微"},
        "contact_custom": {"zz_dxs": [2, 1], "zz_wb": "文"}})));
    let id = world.create(body.into()).await;

    let row = world.list_row(&id).await;
    assert_shape(&world.show(&id).await, CARD);
    let shown = texts.iter().filter(|name| row.get(**name).is_some());
    let shown: Vec<&str> = shown.inspect(|name| assert_eq!(row[**name], format!("值 {name}"))).copied().collect();
    let kept = ["key_word", "creative_title", "creative_description", "advertiser_account_name", "qq"];
    assert_eq!(shown.len() + kept.len(), texts.len(), "only these are not in the list: {shown:?}");
    let columns = "select key_word, creative_title, creative_description, advertiser_account_name, qq from contact
                   where corp_id = $1 and wire_id = $2";
    let read = |row: &Row<'_>| (0..5).map(|i| row.get::<String>(i)).collect::<Result<Vec<_>, _>>();
    assert_eq!(world.rows(columns, &[&id], read).await[0], kept.map(|name| format!("值 {name}")));
    let expected = json!({"status": 1, "owner_id": WANG, "create_user_id": LI, "gender": 2, "age": 150,
        "population_size": 5, "from_channel_name": "展会-上海站", "region_code": 330_106,
        "create_time": 1_600_000_000_123_i64, "claim_time": 1_600_000_000_123_i64,
        "contact_ways": [{"type": 101, "contact_way": "138 0013 8000"}, {"type": 3, "contact_way": "a@b.cn"}],
        "contact_source": {"type": 4, "component_id": "nowhere", "component_name": "注册加微"},
        "add_source": {"id": "nowhere", "type": 4, "name": "注册加微"}, "user_list": [WANG], "clue_source": 1});
    for (name, value) in object(expected) {
        assert_eq!(row[&name], value, "{name}");
    }
    assert_eq!(row["contact_custom"].to_string(), r#"{"zz_wb":"文","zz_dxs":[2,1]}"#, "in the order of the fields");
}

#[tokio::test]
async fn a_time_and_a_number_may_come_as_digits_and_empty_values_mean_the_default() {
    let world = World::new().await;
    let id = world
        .create(json!({"user_name": "王五", "status": "1", "owner_id": WANG, "create_time": "1600000000000",
            "gender": "1", "age": 30.0, "population_size": "3", "region_code": "110000"}))
        .await;
    let card = world.show(&id).await;
    let numbers =
        ["status", "gender", "age", "population_size", "region_code", "create_time"].map(|name| card[name].clone());
    assert_eq!(json!(numbers), json!([1, 1, 30, 3, 110_000, 1_600_000_000_000_i64]));
    for empty in [json!(""), Value::Null] {
        let mut body = json!({"user_name": "王五", "status": 4});
        for name in [
            "create_time",
            "create_user_id",
            "owner_id",
            "sea_id",
            "gender",
            "age",
            "population_size",
            "email",
            "from_channel_id",
        ] {
            body[name] = empty.clone();
        }
        let card = world.show(&world.create(body).await).await;
        assert_eq!(card["create_time"], NOW);
        assert_eq!((&card["owner_id"], &card["from_channel_name"]), (&json!(""), &json!("其他-其他")));
    }
    let body =
        json!({"user_name": "王五", "status": 4, "contact_ways": null, "contact_custom": null, "contact_source": null});
    world.create(body).await;
}

#[tokio::test]
async fn each_text_takes_its_limit_in_characters_and_no_more() {
    let world = World::new().await;
    let limits: &[(usize, &[&str])] = &[
        (100, &["user_name", "position"]),
        (64, &["wx_id", "qq"]),
        (128, &["email"]),
        (
            200,
            &[
                "corp_name",
                "industry",
                "legal_person",
                "region",
                "group_name",
                "key_word",
                "plan_name",
                "creative_title",
                "advertiser_account_name",
                "searchword",
            ],
        ),
        (500, &["corp_address", "register_address"]),
        (1_000, &["remark", "creative_description", "other_custom_field"]),
        (2_000, &["corp_founded_time"]),
        (2_048, &["url", "avatar"]),
    ];
    let mut full = json!({"user_name": "王五", "status": 4, "contact_ways": [{"contact_way": long(128)}]});
    for (limit, name) in limits.iter().flat_map(|(limit, names)| names.iter().map(move |name| (*limit, *name))) {
        full[name] = json!(format!("  {}\n", long(limit)));
        let mut over = json!({"user_name": "王五", "status": 4});
        over[name] = json!(long(limit + 1));
        world.refuses_create(over, 1013, name).await;
    }
    let card = world.show(&world.create(full).await).await;
    assert_eq!(card["corp_founded_time"], long(2_000), "no limit of its own, so the general one");
    assert_eq!(card["url"], long(2_048), "blanks at the ends do not count");
    assert_eq!(card["contact_ways"][0]["contact_way"], long(128));
    let over = json!({"status": 4, "contact_ways": [{"contact_way": long(129)}]});
    world.refuses_create(over, 1013, "contact_way").await;
    let over = json!({"user_name": "𝒳".repeat(101), "status": 4});
    world.refuses_create(over, 1013, "user_name").await;
    world.create(json!({"user_name": "𝒳".repeat(100), "status": 4})).await;
}

#[tokio::test]
async fn the_source_channel_is_named_by_number_or_digits_and_follows_a_renaming() {
    let world = World::new().await;
    for (given, name) in [(json!(9902), "展会-上海站"), (json!("9901"), "展会"), (json!(9903), "小黄书")] {
        let body = json!({"user_name": "王五", "status": 4, "from_channel_id": given});
        let card = world.show(&world.create(body).await).await;
        assert_eq!(card["from_channel_name"], name);
    }
    for unknown in [json!(999_999), json!("999999")] {
        let body = json!({"user_name": "王五", "status": 4, "from_channel_id": unknown});
        world.refuses_create(body, 1001, "from_channel_id").await;
    }
}

#[tokio::test]
async fn the_region_code_is_the_given_one_or_comes_from_the_beginning_of_the_region() {
    let world = World::new().await;
    let derived = [
        ("浙江", 330_000),
        ("浙江省", 330_000),
        (" 浙江省杭州市 ", 330_100),
        ("广西", 450_000),
        ("广西壮族自治区", 450_000),
        ("香港特别行政区", 810_000),
        ("北京市朝阳区", 110_000),
        ("在浙江", 0),
        ("火星", 0),
        ("", 0),
    ];
    for (region, code) in derived {
        let id = world.create(json!({"user_name": "王五", "status": 4, "region": region})).await;
        let actual = world.show(&id).await["region_code"].as_i64().expect("a number");
        assert_eq!(actual / 10_000, code / 10_000, "{region}: {actual}");
        assert!(!["浙江", "浙江省", " 浙江省杭州市 "].contains(&region) || actual == code, "{region}: {actual}");
    }
    for given in [110_000, 654_321, 0] {
        let id = world.create(json!({"user_name": "王五", "status": 4, "region": "浙江", "region_code": given})).await;
        assert_eq!(world.show(&id).await["region_code"], given, "a given code wins");
    }
    for wrong in [1, 99_999, 1_000_000, -110_000] {
        let body = json!({"user_name": "王五", "status": 4, "region_code": wrong});
        world.refuses_create(body, 1013, "region_code").await;
    }
}

#[tokio::test]
async fn the_creator_defaults_to_the_owner_and_may_have_left() {
    let world = World::new().await;
    let creator = async |body: Value| world.show(&world.create(body).await).await["create_user_id"].clone();
    assert_eq!(creator(json!({"user_name": "a", "status": 1, "owner_id": WANG})).await, WANG);
    assert_eq!(creator(json!({"user_name": "a", "status": 4, "owner_id": WANG})).await, WANG);
    assert_eq!(creator(json!({"user_name": "a", "status": 4})).await, "");
    for past in ["staff-left", "staff-disabled", "staff-inactive", "staff-powerless"] {
        assert_eq!(creator(json!({"user_name": "a", "status": 0, "create_user_id": past})).await, past);
    }
}

#[tokio::test]
async fn the_spelling_of_the_lead_pages_is_accepted_for_the_ad_keyword() {
    let world = World::new().await;
    for name in ["key_word", "keyword"] {
        let mut body = json!({"user_name": "王五", "status": 4});
        body[name] = json!("crm");
        let id = world.create(body).await;
        let sql = "select key_word from contact where corp_id = $1 and wire_id = $2";
        assert_eq!(world.rows(sql, &[&id], |row| row.get::<String>(0)).await, ["crm"], "{name}");
    }
}

#[tokio::test]
async fn dirty_texts_stay_as_they_are() {
    let world = World::new().await;
    for name in ["--", "-", "未知", "<b>&amp;\"'\\/", "a\tb\nc", "\u{1F600}\u{200D}"] {
        let id = world.create(json!({"user_name": name, "status": 4})).await;
        assert_eq!(world.show(&id).await["user_name"], name);
    }
    let answer = world.post(CREATE, json!({"user_name": "张三", "status": 4})).await;
    let id = answer.assert_ok()["contact_id"].as_str().expect("an id");
    let text = world.post("/openapi/contact/batch", json!({"contact_ids": [id]})).await.text;
    assert!(text.contains(r#""user_name":"张三""#), "not escaped: {text}");
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(members) = value else { panic!("an object, not {value}") };
    members
}
