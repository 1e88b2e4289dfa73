//! `clue/list`: every state, filters, pages (chapter 04, 4.2).

use serde_json::{Value, json};

use crate::clue::LEAD;
use crate::contact_world::{LI, WANG, World};
use crate::harness::NOW;
use crate::keys::assert_shape;

const LIST: &str = "/openapi/clue/list";

async fn found(world: &World, query: &[(&str, &str)]) -> Vec<String> {
    let answer = world.get(LIST, query).await;
    let rows = answer.assert_ok()["clue_list"].as_array().expect("rows").clone();
    rows.iter().map(|row| row["clue_id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn every_state_is_listed_in_the_order_of_creation() {
    let world = World::new().await;
    let at = |offset: i64, status: i64| json!({"mobile": format!("1{offset}"), "create_time": NOW - offset, "status": status, "owner_id": WANG});
    let (c, a, b) = (world.lead(at(10, 0)).await, world.lead(at(30, 1)).await, world.lead(at(20, 4)).await);
    let d = world.create(json!({"user_name": "d", "status": 1, "owner_id": LI})).await;
    world.post("/openapi/clue/disuse", json!({"clue_ids": [a, c]})).await.assert_ok();
    let answer = world.get(LIST, &[]).await;
    let data = answer.assert_ok();
    assert_shape(data, &format!(r#"{{"clue_list":[{LEAD}],"cursor":""}}"#));
    assert_eq!(data["cursor"], "");
    assert_eq!(found(&world, &[]).await, [a.clone(), b, c, d]);
    assert_eq!(data["clue_list"][0], world.show_lead(&a).await);
}

#[tokio::test]
async fn start_is_strictly_greater() {
    let world = World::new().await;
    let id = world.lead(json!({"mobile": "1", "create_time": NOW - 1, "status": 0})).await;
    for (start, hit) in [(NOW - 2, true), (NOW - 1, false), (NOW, false), (0, true), (i64::MAX, false)] {
        let expected: Vec<String> = hit.then(|| id.clone()).into_iter().collect();
        assert_eq!(found(&world, &[("start", &start.to_string())]).await, expected, "{start}");
    }
    for bad in ["x", "1.5", "-1", "2025-01-01"] {
        world.get(LIST, &[("start", bad)]).await.assert_code(1013, "start");
    }
}

#[tokio::test]
async fn filters_are_and_ed_and_an_unknown_owner_finds_nothing() {
    let world = World::new().await;
    let ways = json!([{"contact_way": "a@b.cn"}, {"contact_way": "+86 138-0013-8000"}]);
    let a = world.create(json!({"status": 1, "owner_id": WANG, "contact_ways": ways})).await;
    let b = world.lead(json!({"mobile": "13800138000", "status": 1, "owner_id": LI})).await;
    let c = world.lead(json!({"mobile": "13800138001", "status": 0})).await;
    for (query, expected) in [
        (vec![("owner_id", WANG)], vec![&a]),
        (vec![("mobile", "0086 13800138000")], vec![&a, &b]),
        (vec![("mobile", "A@B.CN")], vec![&a]),
        (vec![("mobile", "13800138001")], vec![&c]),
        (vec![("mobile", "13800138000"), ("owner_id", LI)], vec![&b]),
        (vec![("mobile", "13800138001"), ("owner_id", LI)], vec![]),
        (vec![("mobile", "--")], vec![]),
        (vec![("owner_id", "nobody")], vec![]),
        (vec![("mobile", "13800138000"), ("start", "1793584800000")], vec![]),
        (vec![("mobile", ""), ("owner_id", ""), ("cursor", "")], vec![&a, &b, &c]),
    ] {
        let mut expected: Vec<String> = expected.into_iter().cloned().collect();
        expected.sort();
        assert_eq!(found(&world, &query).await, expected, "{query:?}");
    }
}

#[tokio::test]
async fn pages_of_100_cover_the_sea_and_the_rest_once_each() {
    let world = World::new().await;
    let mut expected = world.seed(250).await;
    world.change("update contact set status = 0, owner_id = 0, sea_id = 9101 where corp_id = $1 and id % 3 = 0").await;
    let (mut walked, mut cursor, mut sizes) = (Vec::new(), String::new(), Vec::new());
    loop {
        let data = world.get(LIST, &[("cursor", &cursor)]).await.assert_ok().clone();
        let rows = data["clue_list"].as_array().expect("rows");
        sizes.push(rows.len());
        walked.extend(rows.iter().map(|row| row["clue_id"].as_str().expect("an id").to_owned()));
        data["cursor"].as_str().expect("a cursor").clone_into(&mut cursor);
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!((sizes, &walked), (vec![100, 100, 50], &expected));

    let owned: Vec<String> =
        expected.iter().enumerate().filter(|(i, _)| (100_000 + i) % 3 != 0).map(|(_, id)| id.clone()).collect();
    let first = world.get(LIST, &[("owner_id", WANG)]).await.assert_ok().clone();
    let ids: Vec<Value> =
        first["clue_list"].as_array().expect("rows").iter().map(|row| row["clue_id"].clone()).collect();
    assert_eq!(json!(ids), json!(owned[..100]));

    expected.truncate(200);
    let start = (1_600_000_000_000_i64 + 199 * 1_000).to_string();
    let rest = world.get(LIST, &[("start", &start)]).await.assert_ok().clone();
    assert_eq!((rest["clue_list"].as_array().map(Vec::len), &rest["cursor"]), (Some(50), &json!("")));
}

#[tokio::test]
async fn a_cursor_of_the_list_of_contacts_is_no_cursor_here() {
    let world = World::new().await;
    world.seed(101).await;
    let foreign = world.get("/openapi/contact/list", &[]).await.assert_ok()["cursor"].as_str().expect("one").to_owned();
    for bad in [foreign.as_str(), "x", "!!"] {
        world.get(LIST, &[("cursor", bad)]).await.assert_code(1014, "cursor");
    }
}
