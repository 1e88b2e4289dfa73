//! Custom fields of contacts: six kinds, good and bad values, in both profiles (chapter 00, section 13).

use serde_json::{Value, json};

use crate::contact_world::{World, long};

async fn stores(world: &World, field: &str, given: Value, shown: Value) {
    let custom = json!({field: given});
    let id = world.create(json!({"user_name": "a", "status": 4, "contact_custom": custom})).await;
    assert_eq!(world.show(&id).await["contact_custom"].to_string(), json!({field: shown}).to_string(), "{custom}");
}

async fn refuses(world: &World, field: &str, given: Value) {
    let custom = json!({field: given});
    world.refuses_create(json!({"user_name": "a", "status": 4, "contact_custom": custom}), 1013, field).await;
    let id = world.create(json!({"user_name": "a", "status": 4, "contact_custom": {"zz_wb": "alt"}})).await;
    let edit = json!({"contact_id": id, "user_name": "b", "contact_custom": custom});
    world.post("/openapi/contact/edit", edit).await.assert_code(1013, field);
    let card = world.show(&id).await;
    assert_eq!(
        (&card["user_name"], &card["contact_custom"]),
        (&json!("a"), &json!({"zz_wb": "alt"})),
        "nothing is half done"
    );
}

#[tokio::test]
async fn texts_are_strings_up_to_the_length_of_the_field() {
    let world = World::new().await;
    for field in ["zz_wb", "zz_cwb__d"] {
        stores(&world, field, json!(long(2_000)), json!(long(2_000))).await;
        refuses(&world, field, json!(long(2_001))).await;
        for wrong in [json!(5), json!(true), json!(["a"]), json!({"a": 1}), json!("a\u{0}")] {
            refuses(&world, field, wrong).await;
        }
    }
    stores(&world, "zz_dwb", json!(long(10)), json!(long(10))).await;
    refuses(&world, "zz_dwb", json!(long(11))).await;
    stores(&world, "zz_zwb", json!(long(100)), json!(long(100))).await;
    refuses(&world, "zz_zwb", json!(long(101))).await;
}

#[tokio::test]
async fn in_strict_texts_have_49_and_199_characters_or_fewer() {
    let world = World::strict().await;
    for (field, limit) in [("zz_wb", 49), ("zz_dwb", 10), ("zz_cwb__d", 199), ("zz_zwb", 49)] {
        stores(&world, field, json!(long(limit)), json!(long(limit))).await;
        refuses(&world, field, json!(long(limit + 1))).await;
    }
}

#[tokio::test]
async fn numbers_are_finite_with_fifteen_digits() {
    let world = World::new().await;
    let good = [
        (json!(12), "12"),
        (json!("12"), "12"),
        (json!(-0.5), "-0.5"),
        (json!("12.50"), "12.5"),
        (json!(12.0), "12"),
        (json!(0), "0"),
        (json!(123_456_789_012_345_i64), "123456789012345"),
        (json!("0.1"), "0.1"),
        (json!(1.234_567_890_123_45), "1.23456789012345"),
    ];
    for (given, shown) in good {
        let custom = json!({"数字0927": given});
        let id = world.create(json!({"user_name": "a", "status": 4, "contact_custom": custom})).await;
        assert_eq!(
            world.show(&id).await["contact_custom"].to_string(),
            format!(r#"{{"数字0927":{shown}}}"#),
            "{custom}"
        );
    }
    let wrong = [
        json!("x"),
        json!("NaN"),
        json!("inf"),
        json!("1,5"),
        json!(true),
        json!([1]),
        json!({"a": 1}),
        json!(1_234_567_890_123_456_i64),
        json!("1234567890123456"),
    ];
    for value in wrong {
        refuses(&world, "数字0927", value).await;
    }
}

#[tokio::test]
async fn dates_are_milliseconds_between_the_years_1_and_9999() {
    let world = World::new().await;
    for good in [631_152_000_000_i64, -86_400_000, 0, 1_700_000_000_000, -62_135_500_000_000, 253_402_200_000_000] {
        stores(&world, "zz_rq", json!(good), json!(good)).await;
        stores(&world, "zz_rq", json!(good.to_string()), json!(good)).await;
    }
    let wrong = [
        json!("2020-01-01"),
        json!(true),
        json!(1.5),
        json!([0]),
        json!(253_403_000_000_000_i64),
        json!(-62_136_000_000_000_i64),
    ];
    for value in wrong {
        refuses(&world, "zz_rq", value).await;
    }
}

#[tokio::test]
async fn selects_take_labels_of_the_field_as_numbers_or_digits() {
    let world = World::new().await;
    stores(&world, "zz_dx", json!(1), json!(1)).await;
    stores(&world, "zz_dx", json!("12"), json!(12)).await;
    for wrong in [json!(2), json!("美国"), json!(true), json!([1]), json!(1.5), json!("x"), json!(-1)] {
        refuses(&world, "zz_dx", wrong).await;
    }
    stores(&world, "zz_dxs", json!([1, "2", 1, "10", 2]), json!([1, 2, 10])).await;
    for wrong in [json!(1), json!("1"), json!([1, 3]), json!(["甲"]), json!([[1]]), json!({"1": 1}), json!([true])] {
        refuses(&world, "zz_dxs", wrong).await;
    }
}

#[tokio::test]
async fn unknown_disabled_and_system_fields_are_refused() {
    let world = World::new().await;
    for field in
        ["zz_nothing", "zz_ty", "user_name", "age", "level", "customer_stage", "from_channel_id", "ZZ_WB", " zz_wb"]
    {
        let custom = json!({field: "a"});
        world
            .refuses_create(json!({"user_name": "a", "status": 4, "contact_custom": custom}), 1013, field.trim())
            .await;
    }
    for field in ["zz_nothing", "zz_ty", "user_name", "age", "level"] {
        refuses(&world, field, json!("a")).await;
    }
}

#[tokio::test]
async fn only_filled_fields_are_shown_in_the_order_of_the_field_list() {
    let world = World::new().await;
    let custom = r#"{"zz_dxs":[1],"zz_dx":1,"zz_rq":5,"数字0927":7,"zz_cwb__d":"c","zz_dwb":"b","zz_wb":"a"}"#;
    let custom: Value = serde_json::from_str(custom).expect("JSON");
    let id = world.create(json!({"user_name": "a", "status": 4, "contact_custom": custom})).await;
    let expected = r#"{"zz_wb":"a","zz_dwb":"b","zz_cwb__d":"c","数字0927":7,"zz_rq":5,"zz_dx":1,"zz_dxs":[1]}"#;
    assert_eq!(world.show(&id).await["contact_custom"].to_string(), expected);
    let empty = json!({"zz_wb": "", "zz_dx": null, "zz_dxs": [], "数字0927": "", "zz_rq": null});
    let id = world.create(json!({"user_name": "a", "status": 4, "contact_custom": empty})).await;
    assert_eq!(world.show(&id).await["contact_custom"], json!({}));
}

#[tokio::test]
async fn values_of_a_field_that_was_disabled_are_still_read() {
    let world = World::new().await;
    let id = world.create(json!({"user_name": "a", "status": 4, "contact_custom": {"zz_wb": "a", "zz_dx": 1}})).await;
    world.change("update field set enabled = 0 where corp_id = $1 and api_name = 'zz_wb'").await;
    let edit = json!({"contact_id": id, "contact_custom": {"zz_dx": 12}});
    world.post("/openapi/contact/edit", edit).await.assert_ok();
    assert_eq!(world.show(&id).await["contact_custom"].to_string(), r#"{"zz_wb":"a","zz_dx":12}"#);
}
