//! `contact/create` with bad input: which code, in which order of checks, and nothing stored.

use serde_json::{Value, json};

use crate::contact_world::{WANG, World};
use crate::harness::NOW;

const CREATE: &str = "/openapi/contact/create";

async fn stored(world: &World) -> (i64, i64, i64, i64) {
    let sql =
        "select (select count(*) from contact where corp_id = $1), (select count(*) from event where corp_id = $1),
               (select count(*) from journal where corp_id = $1), (select count(*) from history where corp_id = $1)";
    world.rows(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).await.remove(0)
}

fn with(name: &str, value: Value) -> Value {
    let mut body = json!({"user_name": "王五", "status": 4});
    body[name] = value;
    body
}

#[tokio::test]
async fn what_is_required_must_be_there() {
    let world = World::new().await;
    let before = stored(&world).await;
    let cases = [
        (json!({}), "status"),
        (json!({"user_name": "王五"}), "status"),
        (json!({"user_name": "王五", "status": null}), "status"),
        (json!({"user_name": "王五", "status": ""}), "status"),
        (json!({"status": 4}), ""),
        (json!({"status": 4, "user_name": ""}), ""),
        (json!({"status": 4, "user_name": "  "}), ""),
        (json!({"status": 4, "contact_ways": []}), ""),
        (json!({"status": 4, "contact_ways": [{"type": 0}]}), ""),
        (json!({"status": 4, "contact_ways": [{"type": 1, "contact_way": ""}, {"contact_way": null}]}), ""),
        (json!({"status": 4, "contact_ways": [{"contact_way": "  "}]}), ""),
        (json!({"user_name": "王五", "status": 1}), "owner_id"),
        (json!({"user_name": "王五", "status": 1, "owner_id": ""}), "owner_id"),
        (json!({"user_name": "王五", "status": 1, "create_user_id": WANG}), "owner_id"),
    ];
    for (body, part) in cases {
        world.refuses_create(body, 1000, part).await;
    }
    assert_eq!(stored(&world).await, before, "nothing is half done");
    world.create(json!({"status": 4, "contact_ways": [{"contact_way": "-"}]})).await;
}

#[tokio::test]
async fn values_of_the_wrong_type_or_range_are_refused() {
    let world = World::new().await;
    let before = stored(&world).await;
    let wrong: &[(&str, &[Value])] = &[
        ("status", &[json!(2), json!(3), json!(5), json!(-1), json!("x"), json!(true), json!([1]), json!(1.5)]),
        ("user_name", &[json!(5), json!(true), json!(["a"]), json!({"a": 1}), json!("a\u{0}b")]),
        ("create_user_id", &[json!(5)]),
        ("owner_id", &[json!(5), json!([WANG])]),
        ("gender", &[json!(3), json!(-1), json!("男"), json!(0.5)]),
        ("age", &[json!(151), json!(-1), json!("x"), json!(1e300), json!("9999999999999999999999")]),
        ("population_size", &[json!(6), json!(-1)]),
        ("contact_ways", &[json!("13800138000"), json!({"contact_way": "1"}), json!(["13800138000"]), json!([5])]),
        ("contact_custom", &[json!("a"), json!(5), json!([{"zz_wb": "a"}])]),
        ("contact_source", &[json!("a"), json!(5)]),
        ("email", &[json!(5)]),
        ("remark", &[json!("\u{0}")]),
    ];
    for (name, values) in wrong {
        for value in *values {
            world.refuses_create(with(name, value.clone()), 1013, name).await;
        }
    }
    assert_eq!(stored(&world).await, before, "nothing is half done");
}

#[tokio::test]
async fn a_creation_time_has_thirteen_digits_and_lies_at_most_five_minutes_ahead() {
    let world = World::new().await;
    let ahead = NOW + 300_000;
    for good in [json!(ahead), json!(ahead.to_string()), json!(1_000_000_000_000_i64), json!(1_600_000_000_001.0)] {
        world.create(with("create_time", good)).await;
    }
    let wrong = [
        json!(ahead + 1),
        json!(1_600_000_000),
        json!("1600000000"),
        json!(160_000_000_000_i64),
        json!(16_000_000_000_000_i64),
        json!(-1_600_000_000_000_i64),
        json!(0),
        json!("2026-01-01"),
        json!("16000000000x0"),
        json!(1_600_000_000_000.5),
        json!(true),
    ];
    for value in wrong {
        world.refuses_create(with("create_time", value), 1013, "create_time").await;
    }
    world.clock.advance(1);
    world.create(with("create_time", json!(ahead + 1))).await;
}

#[tokio::test]
async fn staff_who_cannot_own_a_contact_are_refused_as_owner_with_their_own_code() {
    let world = World::new().await;
    let before = stored(&world).await;
    let owners = [
        ("nobody", 1001),
        ("没有", 1001),
        ("staff-left", 3002),
        ("staff-inactive", 3001),
        ("staff-disabled", 3001),
        ("staff-powerless", 3001),
    ];
    for (owner, code) in owners {
        for status in [1, 4] {
            world
                .refuses_create(json!({"user_name": "a", "status": status, "owner_id": owner}), code, "owner_id")
                .await;
        }
    }
    assert_eq!(stored(&world).await, before, "nothing is half done");
    for (owner, _) in owners {
        let id = world.create(json!({"user_name": "a", "status": 0, "owner_id": owner, "create_user_id": WANG})).await;
        let card = world.show(&id).await;
        assert_eq!((&card["owner_id"], &card["create_user_id"]), (&json!(""), &json!(WANG)), "ignored in the sea");
    }
}

#[tokio::test]
async fn unknown_creators_and_seas_are_refused() {
    let world = World::new().await;
    for status in [0, 4] {
        let body = json!({"user_name": "a", "status": status, "create_user_id": "nobody"});
        world.refuses_create(body, 1001, "create_user_id").await;
    }
    for sea in ["nowhere", "sea-company"] {
        world.refuses_create(json!({"user_name": "a", "status": 0, "sea_id": sea}), 1001, "sea_id").await;
        let id = world.create(json!({"user_name": "a", "status": 4, "sea_id": sea})).await;
        assert_eq!(world.sea_of(&id).await, "", "ignored outside the sea");
    }
}

#[tokio::test]
async fn the_first_failing_check_answers() {
    let world = World::new().await;
    world.refuse_duplicates().await;
    let way = |n: usize| json!({"contact_way": format!("1390000{n:04}")});
    world.create(json!({"status": 4, "contact_ways": [way(1)]})).await;
    let many: Vec<Value> = (0..21).map(way).collect();
    // Each body has every later fault too.
    let mut body = json!({"contact_ways": many, "age": "x", "owner_id": "nobody"});
    world.refuses_create(body.clone(), 1000, "status").await;
    body["status"] = json!(4);
    world.refuses_create(body.clone(), 1012, "contact_ways").await;
    body["contact_ways"] = json!([way(1)]);
    world.refuses_create(body.clone(), 1013, "age").await;
    body["age"] = json!(30);
    world.refuses_create(body.clone(), 1001, "owner_id").await;
    body["owner_id"] = json!("staff-left");
    world.refuses_create(body.clone(), 3002, "owner_id").await;
    body["owner_id"] = json!(WANG);
    world.refuses_create(body, 1002, "contact_ways[0] already exists").await;
    let custom = json!({"status": 4, "contact_ways": [way(2)], "contact_custom": {"nothing": 1}, "owner_id": "nobody"});
    world.refuses_create(custom, 1013, "nothing").await;
    let missing = json!({"user_name": "a", "status": 1, "age": 999});
    world.refuses_create(missing, 1000, "owner_id").await;
}

#[tokio::test]
async fn a_body_must_be_an_object_in_json() {
    let world = World::new().await;
    for body in ["[]", "null", "5", "\"a\"", "{", "{\"status\":4,}", "{\"user_name\":\"\\ud800\",\"status\":4}"] {
        world.post_text(CREATE, body).await.assert_code(1011, "");
    }
    world.post_text(CREATE, vec![b'{', b'"', 0xff, b'"', b':', b'1', b'}']).await.assert_code(1011, "");
    world.post_text(CREATE, "").await.assert_code(1000, "status");
}

#[tokio::test]
async fn of_a_member_given_twice_the_last_counts_and_unknown_members_are_ignored() {
    let world = World::new().await;
    let body = r#"{"user_name":"a","status":9,"status":4,"user_name":"b","nonsense":{"x":[1]}}"#;
    let answer = world.post_text(CREATE, body).await;
    let id = answer.assert_ok()["contact_id"].as_str().expect("an id").to_owned();
    assert_eq!(world.show(&id).await["user_name"], "b");
}
