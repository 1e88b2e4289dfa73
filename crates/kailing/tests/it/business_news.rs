//! What changes of opportunities tell: events, journeys, journal.

use serde_json::{Value, json};

use crate::business_world::{
    CREATE, EDIT, MOVE, PEOPLE_OLD, STAFF, VOID, contacts, create, draft, edit, journey, types, world,
};
use crate::contact_world::{LI, WANG, World, ZHAO};
use crate::harness::NOW;

/// The events after the first `known`: type, then the object that it is about.
async fn told(world: &World, known: usize) -> Vec<String> {
    let events = world.events().await;
    let subject = |event: &crate::contact_world::EventRow| {
        let payload = event.json();
        let id = ["clue_id", "customer_id", "change_type"]
            .iter()
            .find_map(|name| payload[*name].as_str().map(str::to_owned));
        let number = &payload["history"]["history_type"];
        let number = if number.is_null() { String::new() } else { format!(" {number}") };
        format!("{} {}{number}", event.kind, id.unwrap_or_default()).trim_end().to_owned()
    };
    events[known..].iter().map(subject).collect()
}

#[tokio::test]
async fn payloads_have_their_members_in_order() {
    let world = world().await;
    let id = create(&world, json!({"except_amount": 12.5, "except_date": "2026-12-01", "update_time": NOW + 1})).await;
    edit(
        &world,
        &id,
        json!({"stage": 100, "winning_amount": 10, "winning_date": "2026-11-01", "business_name": "新名"}),
    )
    .await;
    world.post(VOID, json!({"business_id": id, "abandon_reason": "重复"})).await.assert_ok();
    create(&world, json!({"company_id": null, "related_customers": [{"ids": ["seeded-00000"]}]})).await;
    let payloads: Vec<String> = world.events().await.into_iter().map(|event| event.payload).collect();
    assert_eq!(
        payloads[0],
        format!(
            r#"{{"business_id":"{id}","business_opp_number":"SJ00000001","business_name":"商机","company_id":"firm-one","stage":1,"owner_id":"{WANG}","except_amount":12.5,"except_date":"2026-12-01","create_user_id":"{WANG}","create_time":{NOW}}}"#
        )
    );
    let update = |change: &str| {
        format!(
            r#"{{"stage":100,"owner_id":"{WANG}","company_id":"firm-one","business_id":"{id}","change_type":"{change}","create_time":{NOW},"except_date":"2026-12-01","update_time":{NOW},"winning_date":"2026-11-01","business_name":"新名","except_amount":12.5,"create_user_id":"{WANG}","winning_amount":10,"business_opp_number":"SJ00000001"}}"#
        )
    };
    assert_eq!(payloads[1..3], [update("change_stage"), update("change_content")]);
    assert_eq!(payloads[3], format!(r#"{{"business_id":"{id}","business_name":"新名","abandon_reason":"重复"}}"#));
    let bare: Value = serde_json::from_str(&payloads[4]).unwrap();
    let names: Vec<&String> = bare.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["business_id", "business_opp_number", "business_name", "stage", "owner_id", "create_user_id", "create_time"]
    );
}

#[tokio::test]
async fn a_creation_is_told_to_everybody_who_is_related() {
    let world = world().await;
    world
        .change(
            "insert into company_person (corp_id, company_id, person_id, person_type, create_time)
        values ($1, 9501, 100000, 0, 1), ($1, 9502, 100000, 0, 1), ($1, 9502, 9601, 1, 1)",
        )
        .await;
    let people = json!([{"ids": ["seeded-00000"]}, {"type": 1, "ids": ["friend-one"]}]);
    world
        .post(
            crate::business_world::ADD,
            draft(json!({"related_customers": people, "stage": 100, "winning_amount": 1,
        "winning_date": "2026-01-01", "create_user_id": "staff-left"})),
        )
        .await
        .assert_ok();
    let item = |number: i64, title: &str| (number, title.to_owned(), "商机".to_owned(), 9013);
    let both = vec![item(205, "添加商机"), item(206, "赢单")];
    for person in ["seeded-00000", "friend-one", "firm-one"] {
        assert_eq!(journey(&world, person).await, both, "{person}");
    }
    assert_eq!(
        types(&world, "firm-two").await,
        [205, 206, 205, 206],
        "copies from both related people, none on the company itself"
    );
    assert_eq!(types(&world, "seeded-00020").await, [0; 0], "contacts of the friend are not related themselves");
    assert_eq!(
        told(&world, 0).await,
        [
            "opportunity_add",
            "clue_history seeded-00000 205",
            "clue_history seeded-00000 206",
            "history_add friend-one 205",
            "history_add friend-one 206"
        ]
    );
    let event = world.events().await.remove(3).json();
    let history_id = event["history"]["history_id"].as_str().unwrap();
    assert_eq!(
        event,
        json!({"history": {"title": "添加商机", "contents": "商机", "history_id": history_id, "create_time": NOW,
        "history_type": 205, "create_user_id": "staff-left"}, "customer_id": "friend-one"})
    );
    let found = world
        .rows(
            "select count(*) from history where corp_id = $1 and wire_id = $2 and object_id = 9601",
            &[history_id],
            |row| row.get::<i64>(0),
        )
        .await;
    assert_eq!(found, [1], "the event names the item");
    let lost = create(&world, json!({"stage": 99})).await;
    assert_eq!(types(&world, &lost).await, [205, 207]);
}

#[tokio::test]
async fn each_call_writes_exactly_its_events_and_items() {
    let world = world().await;
    let people = json!([{"ids": ["seeded-00000"]}]);
    let id = create(&world, json!({"related_customers": people, "business_name": "一"})).await;
    let add = |person: &str| json!([{"ids": [person]}]);
    let clue = |number: i64| format!("clue_history seeded-00000 {number}");
    let (stage, content, owner) =
        ("opportunity_update change_stage", "opportunity_update change_content", "opportunity_update change_owner");
    let won =
        json!({"business_id": id, "stage": 100, "winning_amount": 1, "winning_date": "2026-01-01", "op_user_id": ZHAO});
    let won_and_named = json!({"business_id": id, "stage": 100, "winning_amount": 2, "winning_date": "2026-01-02", "business_name": "二"});
    let lost = json!({"business_id": id, "stage": 99, "fail_reason": 1});
    for (path, body, events, history, acted) in [
        (EDIT, json!({"business_id": id, "stage": 2}), vec![stage], 210, 0),
        (EDIT, json!({"business_id": id, "except_amount": 5}), vec![content], 210, 0),
        (
            EDIT,
            json!({"business_id": id, "business_custom": {"ledweww__d": "x"}, "stage": 3}),
            vec![stage, content],
            210,
            0,
        ),
        (EDIT, won, vec![stage], 206, 9003),
        (EDIT, json!({"business_id": id, "stage": 100, "winning_amount": 9}), vec![content], 210, 0),
        (EDIT, lost, vec![stage], 207, 0),
        (EDIT, json!({"business_id": id, "stage": 99, "fail_reason": 2}), vec![content], 210, 0),
        (EDIT, won_and_named, vec![stage, content], 206, 0),
        (MOVE, json!({"business_ids": [id], "owner_user_id": LI, "op_user_id": ZHAO}), vec![owner], 210, 9003),
        (STAFF, json!({"id": id, "add_users": [LI]}), vec![content], 210, 0),
        (VOID, json!({"business_id": id, "abandon_reason": "x"}), vec!["opportunity_disuse"], 209, 0),
    ] {
        let (known, before) = (world.events().await.len(), journey(&world, &id).await.len());
        let text = body.to_string();
        world.post(path, body).await.assert_ok();
        let expected: Vec<String> = events.into_iter().map(str::to_owned).chain([clue(history)]).collect();
        assert_eq!(told(&world, known).await, expected, "{text}");
        for journey in
            [journey(&world, &id).await, journey(&world, "seeded-00000").await, journey(&world, "firm-one").await]
        {
            assert_eq!((journey.len(), journey[before].0, journey[before].3), (before + 1, history, acted), "{text}");
        }
    }
    let other = create(&world, json!({"related_customers": people, "business_name": "三"})).await;
    let known = world.events().await.len();
    let swap = json!({"id": other, "add_customers": add("seeded-00001"), "remove_customers": add("seeded-00000")});
    world.post(PEOPLE_OLD, swap).await.assert_ok();
    assert_eq!(told(&world, known).await, [content.to_owned(), clue(210), "clue_history seeded-00001 210".to_owned()]);
    edit(&world, &other, json!({"business_name": "四"})).await;
    let names: Vec<String> = journey(&world, &other).await.into_iter().map(|item| item.2).collect();
    assert_eq!(names, ["三", "三", "四"], "210 shows the new name");
    assert_eq!(world.show("seeded-00001").await["business_list"][0]["business_name"], "四");
}

#[tokio::test]
async fn a_batch_tells_object_by_object_in_the_order_of_the_request() {
    let world = world().await;
    let mut made = Vec::new();
    for person in contacts(3) {
        made.push(create(&world, json!({"related_customers": [{"ids": [person]}]})).await);
    }
    let known = world.events().await.len();
    world.post(MOVE, json!({"business_ids": [made[2], made[0], made[1]], "owner_user_id": LI})).await.assert_ok();
    let expected =
        [2, 0, 1].map(|i| ["opportunity_update change_owner".to_owned(), format!("clue_history seeded-{i:05} 210")]);
    assert_eq!(told(&world, known).await, expected.concat());
}

#[tokio::test]
async fn the_journal_says_what_changed_from_what_to_what() {
    let world = world().await;
    let id = create(&world, json!({"related_customers": [{"ids": ["seeded-00000"]}]})).await;
    edit(&world, &id, json!({"business_name": "新", "stage": 2})).await;
    world.post(MOVE, json!({"business_ids": [id], "owner_user_id": LI})).await.assert_ok();
    world.post(STAFF, json!({"id": id, "add_users": [LI]})).await.assert_ok();
    world.post(PEOPLE_OLD, json!({"id": id, "remove_customers": [{"ids": ["seeded-00000"]}]})).await.assert_ok();
    world.post(VOID, json!({"business_id": id, "abandon_reason": "x"})).await.assert_ok();
    let sql =
        "select j.action, j.changes from journal j where j.corp_id = $1 and j.object_type = 'business' order by j.id";
    let rows = world.rows(sql, &[], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?))).await;
    let changes: Vec<Value> = rows.iter().map(|(_, changes)| serde_json::from_str(changes).unwrap()).collect();
    let actions: Vec<&str> = rows.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "business.create",
            "business.edit",
            "business.owner_change",
            "business.staff_related",
            "business.customer_related",
            "business.disuse"
        ]
    );
    assert_eq!(changes[0]["business_name"], json!([null, "商机"]));
    assert_eq!(changes[1], json!({"business_name": ["商机", "新"], "stage": [1, 2]}));
    assert_eq!(changes[2], json!({"owner_id": [WANG, LI]}));
    assert_eq!(changes[3], json!({"staff_list": [[], [LI]]}));
    assert_eq!(changes[4], json!({"customer_list": [[{"id": "seeded-00000", "type": 0}], []]}));
    assert_eq!(changes[5], json!({"status": [0, 1], "abandon_reason": ["", "x"]}));
    let sql =
        "select changes from journal where corp_id = $1 and object_type = 'contact' and object_id = 100000 order by id";
    let contact: Vec<String> = world.rows(sql, &[], |row| row.get(0)).await;
    assert!(contact[0].starts_with(&format!(r#"{{"business_list":[null,"{id}"],"history":[null,["#)), "{}", contact[0]);
    assert!(contact.last().unwrap().starts_with(&format!(r#"{{"business_list":["{id}",null]"#)));
}

#[tokio::test]
async fn refused_calls_tell_nothing() {
    let world = world().await;
    let id = create(&world, json!({})).await;
    world.post(CREATE, draft(json!({"user_ids": ["nobody"]}))).await.assert_code(1001, "");
    world.post(EDIT, json!({"business_id": id, "business_name": "x", "stage": 55})).await.assert_code(1013, "stage");
    world.post(MOVE, json!({"business_ids": [id, "none"], "owner_user_id": LI})).await.assert_code(1003, "none");
    assert_eq!((world.events().await.len(), types(&world, &id).await), (1, vec![205]));
}
