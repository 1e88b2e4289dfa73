//! Contact ways: kinds, keys, duplicates and the two policies (chapter 19, sections 5.2 and 7.1).

use std::sync::Arc;

use serde_json::{Value, json};

use crate::contact_world::World;

async fn ways(world: &World, ways: Value) -> Value {
    let id = world.create(json!({"user_name": "王五", "status": 4, "contact_ways": ways})).await;
    world.show(&id).await["contact_ways"].clone()
}

async fn is_repeat(world: &World, ways: &[&str]) -> bool {
    let ways: Vec<Value> = ways.iter().map(|way| json!({"contact_way": way})).collect();
    let id = world.create(json!({"user_name": "王五", "status": 4, "contact_ways": ways})).await;
    world.show(&id).await["is_repeat"].as_bool().expect("a boolean")
}

#[tokio::test]
async fn a_kind_is_kept_as_sent_or_inferred_from_the_way() {
    let world = World::new().await;
    let kinds = [
        ("13800138000", 1),
        ("+86 138-0013-8000", 1),
        ("0086(138)0013.8000", 1),
        ("08613800138000", 1),
        ("8613800138000", 1),
        ("１３８００１３８０００", 1),
        ("010-12345678", 0),
        ("0571-87654321", 0),
        ("1380013800", 0),
        ("23800138000", 0),
        ("Someone@Example.COM", 3),
        ("13800138000@qq.com", 3),
        ("-", 0),
        ("1234567890123456789", 0),
        ("wxid_abc", 0),
    ];
    for (way, kind) in kinds {
        assert_eq!(ways(&world, json!([{"contact_way": way}])).await, json!([{"type": kind, "contact_way": way}]));
        let null = ways(&world, json!([{"type": null, "contact_way": way}])).await;
        assert_eq!(null, json!([{"type": kind, "contact_way": way}]), "null is absent");
    }
    for (given, kind) in [(json!(0), 0), (json!(101), 101), (json!("2"), 2), (json!(2_147_483_647), 2_147_483_647)] {
        let actual = ways(&world, json!([{"type": given, "contact_way": "13800138000"}])).await;
        assert_eq!(actual, json!([{"type": kind, "contact_way": "13800138000"}]));
    }
    for wrong in [json!(-1), json!(2_147_483_648_i64), json!("x"), json!(1.5), json!(true)] {
        let body = json!({"user_name": "a", "status": 4, "contact_ways": [{"type": wrong, "contact_way": "1"}]});
        world.refuses_create(body, 1013, "type").await;
    }
    let body = json!({"user_name": "a", "status": 4, "contact_ways": [{"contact_way": 13_800_138_000_i64}]});
    world.refuses_create(body, 1013, "contact_way").await;
}

#[tokio::test]
async fn empty_items_are_dropped_and_the_order_is_kept() {
    let world = World::new().await;
    let given = json!([{"type": 1}, {"contact_way": " b "}, {"type": 3, "contact_way": ""}, {"type": 7, "contact_way": "a"}, {}]);
    let expected = r#"[{"type":0,"contact_way":"b"},{"type":7,"contact_way":"a"}]"#;
    assert_eq!(ways(&world, given).await.to_string(), expected);
    for none in [json!([]), json!([{"type": 0}]), json!([{"type": 5, "contact_way": "  "}])] {
        assert_eq!(ways(&world, none).await, json!([{"type": 0}]));
    }
}

#[tokio::test]
async fn twenty_ways_are_stored_and_twenty_one_refused() {
    let world = World::new().await;
    let list = |n: usize| -> Vec<Value> { (0..n).map(|i| json!({"contact_way": format!("way {i}")})).collect() };
    assert_eq!(ways(&world, json!(list(20))).await.as_array().map(Vec::len), Some(20));
    world.refuses_create(json!({"user_name": "a", "status": 4, "contact_ways": list(21)}), 1012, "contact_ways").await;
}

#[tokio::test]
async fn of_two_ways_with_the_same_key_the_first_is_stored() {
    let world = World::new().await;
    let given = json!([{"contact_way": "138 0013 8000"}, {"type": 5, "contact_way": "+8613800138000"},
        {"contact_way": "A@b.cn"}, {"contact_way": "a@B.CN"}, {"contact_way": "-"}, {"contact_way": "--"}]);
    let expected = json!([{"type": 1, "contact_way": "138 0013 8000"}, {"type": 3, "contact_way": "A@b.cn"},
        {"type": 0, "contact_way": "-"}, {"type": 0, "contact_way": "--"}]);
    assert_eq!(ways(&world, given).await, expected);
}

#[tokio::test]
async fn a_new_contact_with_a_known_key_is_flagged_and_the_older_one_is_not_touched() {
    let world = World::new().await;
    let body =
        json!({"status": 4, "contact_ways": [{"type": 2, "contact_way": "13800138001"}, {"contact_way": "X@y.com"}]});
    let first = world.create(body).await;
    let before = world.show(&first).await;
    assert_eq!((&before["is_repeat"], &before["contact_ways"][0]["type"]), (&json!(false), &json!(2)));
    for same in [
        "+8613800138001",
        "0086 138-0013-8001",
        "086.13800138001",
        "86(138)00138001",
        "１３８００１３８００１",
        "x@Y.COM",
    ] {
        assert!(is_repeat(&world, &["no match at all", same]).await, "{same}");
    }
    for other in ["1380013800", "138001380011", "+113800138001", "+868613800138001", "00138001380010", "x@y.com.cn"] {
        assert!(!is_repeat(&world, &[other]).await, "{other}");
    }
    assert_eq!(world.show(&first).await, before);
}

#[tokio::test]
async fn punctuation_matches_nothing_and_long_numbers_match_as_they_are() {
    let world = World::new().await;
    for keyless in ["-", "--", "( )", "..."] {
        assert!(!is_repeat(&world, &[keyless]).await);
        assert!(!is_repeat(&world, &[keyless]).await, "{keyless}");
    }
    for number in ["1234567890123456789", "86123456789012345678901", "010-1234 5678", "WeChat_Id"] {
        assert!(!is_repeat(&world, &[number]).await, "{number}");
        assert!(is_repeat(&world, &[&number.to_uppercase()]).await, "{number}");
    }
    assert!(is_repeat(&world, &["01012345678"]).await);
    assert!(!is_repeat(&world, &["123456789012345678901"]).await, "86 is dropped before eleven digits only");
}

#[tokio::test]
async fn contacts_in_the_sea_and_discarded_ones_count_as_duplicates() {
    let world = World::new().await;
    world.create(json!({"status": 0, "contact_ways": [{"contact_way": "13800138002"}]})).await;
    assert!(is_repeat(&world, &["13800138002"]).await);
    let gone = world.create(json!({"status": 4, "contact_ways": [{"contact_way": "13800138003"}]})).await;
    world.post("/openapi/contact/disuse", json!({"contact_ids": [gone]})).await.assert_ok();
    assert!(is_repeat(&world, &["13800138003"]).await);
}

async fn refusing() -> World {
    let world = World::new().await;
    world.refuse_duplicates().await;
    world
}

#[tokio::test]
async fn under_the_policy_refuse_a_known_key_is_refused_with_its_place() {
    let world = refusing().await;
    world.create(json!({"status": 0, "contact_ways": [{"contact_way": "13800138004"}]})).await;
    let again = json!({"status": 4, "contact_ways": [{"contact_way": "free"}, {"contact_way": "+86 13800138004"}]});
    let answer = world.post("/openapi/contact/create", again).await;
    assert_eq!(answer.text, r#"{"msg":"数据已存在: contact_ways[1] already exists","code":1002}"#);
    let free =
        world.create(json!({"status": 4, "contact_ways": [{"contact_way": "free"}, {"contact_way": "-"}]})).await;
    assert_eq!(world.show(&free).await["is_repeat"], false, "nothing of the refused call was stored");
    world.create(json!({"status": 4, "contact_ways": [{"contact_way": "-"}]})).await;
    world.create(json!({"status": 4, "user_name": "no way"})).await;
}

#[tokio::test]
async fn of_twenty_simultaneous_creators_exactly_one_succeeds_under_the_policy_refuse() {
    let world = Arc::new(refusing().await);
    for round in 0..3 {
        let mut tasks = tokio::task::JoinSet::new();
        for i in 0..20 {
            let world = Arc::clone(&world);
            let way = if i % 2 == 0 { format!("1390013000{round}") } else { format!("+86 139-0013-000{round}") };
            let ways = json!([{"contact_way": format!("own {round} {i}")}, {"contact_way": way}]);
            tasks.spawn(async move {
                let body = json!({"status": 4, "contact_ways": ways});
                world.post("/openapi/contact/create", body).await.code()
            });
        }
        let mut codes = tasks.join_all().await;
        codes.sort_unstable();
        assert_eq!((codes[0], &codes[1..]), (0, &[1002; 19][..]));
    }
    let sql = "select count(*) from contact_way where corp_id = $1 and way_key like '1390013000%'";
    assert_eq!(world.rows(sql, &[], |row| row.get::<i64>(0)).await, [3]);
}
