//! 10.3: creation of opportunities, old and new path.

use serde_json::{Value, json};

use crate::business_world::{ADD, CREATE, GET, contacts, create, draft, ids, show, show_old, strict, world};
use crate::contact_world::{LI, WANG, long};
use crate::harness::NOW;

#[tokio::test]
async fn the_new_path_answers_the_id_and_the_old_one_nothing() {
    let world = world().await;
    let answer = world.post(CREATE, draft(json!({}))).await;
    assert_eq!(answer.assert_ok().as_object().unwrap().keys().collect::<Vec<_>>(), ["business_id"]);
    let answer = world.post(ADD, draft(json!({}))).await;
    assert_eq!(answer.text, r#"{"msg":"success","code":0}"#);
    let list = world.post(GET, json!({})).await.assert_ok().clone();
    assert_eq!(ids(&list).len(), 2);
    let numbers: Vec<&Value> =
        list["business_list"].as_array().unwrap().iter().map(|row| &row["business_opp_number"]).collect();
    assert!(
        numbers.iter().all(|number| *number == "SJ00000001" || *number == "SJ00000002") && numbers[0] != numbers[1]
    );
}

#[tokio::test]
async fn what_is_missing_wrong_or_unknown_is_named() {
    let world = world().await;
    let people =
        |kind: i64, ids: &[&str]| json!({"company_id": null, "related_customers": [{"type": kind, "ids": ids}]});
    for (more, code, part) in [
        (json!({"business_name": null}), 1000, "business_name"),
        (json!({"business_name": ""}), 1000, "business_name"),
        (json!({"stage": null}), 1000, "stage"),
        (json!({"create_user_id": ""}), 1000, "create_user_id"),
        (json!({"create_time": null}), 1000, "create_time"),
        (json!({"company_id": null}), 1000, "company_id or related_customers"),
        (json!({"company_id": "", "related_customers": []}), 1000, "company_id or related_customers"),
        (
            json!({"company_id": null, "related_customers": [{"type": 0, "ids": []}, {}]}),
            1000,
            "company_id or related_customers",
        ),
        (json!({"stage": 100}), 1000, "winning_amount"),
        (json!({"stage": "100", "winning_amount": 1}), 1000, "winning_date"),
        (json!({"stage": 100, "winning_amount": 1, "winning_date": ""}), 1000, "winning_date"),
        (json!({"stage": 100, "winning_amount": "", "winning_date": "2026-01-01"}), 1000, "winning_amount"),
        (json!({"business_name": long(101)}), 1013, "business_name"),
        (json!({"business_name": 7}), 1013, "business_name"),
        (json!({"stage": "x"}), 1013, "stage"),
        (json!({"stage": 5}), 1013, "stage"),
        (json!({"stage": 0}), 1013, "stage"),
        (json!({"except_date": ""}), 1013, "except_date"),
        (json!({"except_date": "2026-2-3"}), 1013, "except_date"),
        (json!({"except_date": "2026-02-30"}), 1013, "except_date"),
        (json!({"stage": 100, "winning_amount": 1, "winning_date": "20260101"}), 1013, "winning_date"),
        (json!({"except_amount": -1}), 1013, "except_amount"),
        (json!({"except_amount": 0.001}), 1013, "except_amount"),
        (json!({"except_amount": 1_000_000_000_000_i64}), 1013, "except_amount"),
        (json!({"except_amount": "12"}), 1013, "except_amount"),
        (json!({"create_time": 1_700_000_000}), 1013, "create_time"),
        (json!({"update_time": "x"}), 1013, "update_time"),
        (json!({"company_id": 7}), 1013, "company_id"),
        (json!({"user_ids": LI}), 1013, "user_ids"),
        (json!({"related_customers": {"type": 0, "ids": ["seeded-00000"]}}), 1013, "related_customers"),
        (json!({"business_custom": {"zz_ty": "a"}}), 1013, "business_custom.zz_ty"),
        (json!({"business_custom": {"business_name": "a"}}), 1013, "business_custom.business_name"),
        (json!({"business_custom": []}), 1013, "business_custom"),
        (json!({"company_id": "firm-none"}), 1001, "company_id"),
        (json!({"create_user_id": "nobody"}), 1001, "create_user_id"),
        (json!({"user_ids": [LI, "nobody"]}), 1001, "user_ids: nobody"),
        (json!({"process_id": "process-big"}), 1001, "process_id"),
        (json!({"process_id": 1}), 1001, "process_id"),
        (people(0, &["seeded-00000", "friend-one"]), 1001, "friend-one"),
    ] {
        for path in [ADD, CREATE] {
            world.post(path, draft(more.clone())).await.assert_code(code, part);
        }
    }
    world.post(ADD, draft(people(1, &["seeded-00000"]))).await.assert_code(1001, "seeded-00000");
    world.post(ADD, draft(people(4, &["visitor-one"]))).await.assert_code(1013, "type");
    world.post(CREATE, draft(people(1, &["friend-one"]))).await.assert_code(1013, "type");
    assert_eq!(world.post(GET, json!({})).await.assert_ok()["business_list"], json!([]), "nothing was stored");
    assert!(world.events().await.is_empty());
}

#[tokio::test]
async fn what_is_optional_has_its_defaults() {
    let world = world().await;
    for more in [
        json!({"process_id": "", "user_ids": [], "except_amount": "", "update_time": "", "business_custom": {}}),
        json!({"process_id": "0", "business_name": long(100), "create_user_id": "staff-left"}),
        json!({"process_id": 0, "stage": "1", "winning_amount": 5, "winning_date": "2026-01-01"}),
        json!({"stage": 1.0, "winning_date": "", "create_time": (NOW + 86_400_000).to_string()}),
    ] {
        let row = show(&world, &create(&world, more).await).await;
        assert_eq!(row["update_time"], row["create_time"]);
        assert_eq!(row["owner_id"], row["create_user_id"]);
        assert!(row.get("winning_amount").is_none() && row.get("winning_date").is_none(), "only with stage 100");
    }
    let lost = show(&world, &create(&world, json!({"stage": 99})).await).await;
    assert_eq!(json!([lost["stage_name"], lost.get("fail_reason")]), json!(["丢单", null]), "lost without a reason");
    let won = create(&world, json!({"stage": 100, "winning_amount": 0, "winning_date": "2026-01-01"})).await;
    assert_eq!(show(&world, &won).await["winning_amount"], 0);
    let row = show(&world, &create(&world, json!({"except_amount": 999_999_999_999.99})).await).await;
    assert_eq!(row["except_amount"].to_string(), "999999999999.99");
}

#[tokio::test]
async fn people_of_all_groups_count_once_and_are_limited_together() {
    let world = world().await;
    let twice = json!({"related_customers": [{"ids": ["seeded-00000", "seeded-00000"]}, {"type": 0, "ids": ["seeded-00001", "seeded-00000"]},
        {"type": 1, "ids": ["friend-two"]}], "user_ids": [LI, LI, WANG]});
    world.post(ADD, draft(twice)).await.assert_ok();
    let list = world.post(GET, json!({})).await.assert_ok().clone();
    let row = show_old(&world, ids(&list)[0]).await;
    let count = |name: &str| row[name].as_array().unwrap().len();
    assert_eq!((count("clue_list"), count("customer_list"), count("staff_list")), (2, 1, 2));

    let strict = strict().await;
    let groups = |n: i64| json!({"related_customers": [{"ids": contacts(n)}, {"ids": contacts(n)}]});
    strict.post(CREATE, draft(groups(20))).await.assert_ok();
    strict.post(CREATE, draft(groups(21))).await.assert_code(1012, "related_customers");
    let unknown: Vec<String> = (0..21).map(|i| format!("staff-{i}")).collect();
    strict.post(CREATE, draft(json!({"user_ids": unknown}))).await.assert_code(1012, "user_ids");
    strict.post(CREATE, draft(json!({"user_ids": unknown[..20]}))).await.assert_code(1001, "user_ids");
    let many: Vec<String> = (0..2_001).map(|i| format!("c-{i}")).collect();
    world.post(CREATE, draft(json!({"user_ids": many}))).await.assert_code(1012, "user_ids");
    let halves = json!({"related_customers": [{"ids": many[..1_000]}, {"ids": many[1_000..]}]});
    world.post(CREATE, draft(halves)).await.assert_code(1012, "related_customers");
}

#[tokio::test]
async fn numbers_go_on_behind_the_highest_that_is_there() {
    let world = world().await;
    let number = async || {
        show(&world, &create(&world, json!({})).await).await["business_opp_number"].as_str().unwrap().to_owned()
    };
    assert_eq!(number().await, "SJ00000001");
    let import = "insert into business (corp_id, id, wire_id, business_opp_number, stage, create_time, update_time)
                  values ($1, 700001, 'old-1', 'SJ00006101', 1, 1, 1), ($1, 700002, 'old-2', 'SJ0000610X', 1, 1, 1),
                         ($1, 700003, 'old-3', 'A-77', 1, 1, 1), ($1, 700004, 'old-4', 'SJ123', 1, 1, 1)";
    world.change(import).await;
    assert_eq!((number().await, number().await), ("SJ00006102".to_owned(), "SJ00006103".to_owned()));
    world.change("update counter set value = 99999998 where corp_id = $1 and name = 'business'").await;
    assert_eq!((number().await, number().await), ("SJ99999999".to_owned(), "SJ100000000".to_owned()));
    assert_eq!(number().await, "SJ100000001");
    world.post(CREATE, draft(json!({"stage": 5}))).await.assert_code(1013, "");
    assert_eq!(number().await, "SJ100000002", "a refused call takes no number");
}

#[tokio::test]
async fn thousands_of_people_go_in_at_once() {
    let world = world().await;
    let corp = world.corp;
    let write = world.db.write(move |tx| {
        let into = "contact (corp_id, id, wire_id, status, create_time)";
        let ids: Vec<(i64, String)> = (0..1_970).map(|i| (200_000 + i, format!("many-{i}"))).collect();
        let mut args: Vec<&dyn kailing_core::store::db::Arg> = Vec::new();
        for (id, wire_id) in &ids {
            args.extend_from_slice(&[&corp, id, wire_id, &1_i64, &1_i64]);
        }
        Ok(tx.insert(into, 5, &args)?)
    });
    write.await.expect("contacts");
    let people: Vec<String> = contacts(30).into_iter().chain((0..1_970).map(|i| format!("many-{i}"))).collect();
    let id = create(&world, json!({"related_customers": [{"ids": people}]})).await;
    assert_eq!(show(&world, &id).await["customer_list"].as_array().unwrap().len(), 2_000);
    assert_eq!(world.events().await.len(), 2_001);
}
