//! `contact/list`: rows, filters, days and pages (chapter 19, 19.3).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::contact_world::{CARD, LI, WANG, World};
use crate::keys::assert_shape;

const LIST: &str = "/openapi/contact/list";
const EMPTY: &str = r#"{"msg":"success","code":0,"data":{"contact_list":[],"cursor":""}}"#;
/// 2015-03-10T00:00:00+08:00
const MIDNIGHT: i64 = 1_425_916_800_000;
const DAY: i64 = 86_400_000;

fn ids(data: &Value) -> Vec<String> {
    let rows = data["contact_list"].as_array().expect("rows");
    rows.iter().map(|row| row["contact_id"].as_str().expect("an id").to_owned()).collect()
}

async fn listed(world: &World, query: &[(&str, &str)]) -> Vec<String> {
    ids(world.get(LIST, query).await.assert_ok())
}

async fn at(world: &World, create_time: i64) -> String {
    world.create(json!({"user_name": "a", "status": 1, "owner_id": WANG, "create_time": create_time})).await
}

async fn fill(world: &World, n: i64) -> Vec<String> {
    let mut created = Vec::new();
    for i in 0..n {
        // Seven at a time share a moment, so that the id decides, and later ones may be older.
        let create_time = MIDNIGHT + (i * 37 % n) / 7 * 1_000;
        created.push((create_time, at(world, create_time).await));
    }
    created.sort_unstable();
    created.into_iter().map(|(_, id)| id).collect()
}

#[tokio::test]
async fn a_row_is_the_card_and_seven_more_members() {
    let world = World::new().await;
    let id = world
        .create(json!({"user_name": "a", "status": 4, "remark": "r", "avatar": "v", "other_custom_field": "o", "wx_id": "w"}))
        .await;
    let answer = world.get(LIST, &[]).await;
    assert_shape(&answer.assert_ok()["contact_list"][0], &CARD.replace(
        r#""interactive_score":0}"#,
        r#""interactive_score":0,"clue_source":0,"add_source":{},"remark":"","avatar":"","other_custom_field":"","wx_id":"","user_list":[""]}"#,
    ));
    let card = world.show(&id).await.to_string();
    let tail = r#","clue_source":1,"add_source":{},"remark":"r","avatar":"v","other_custom_field":"o","wx_id":"w","user_list":[]}"#;
    let expected = format!("{}{tail}", &card[..card.len() - 1]);
    assert_eq!(
        answer.text,
        format!(r#"{{"msg":"success","code":0,"data":{{"contact_list":[{expected}],"cursor":""}}}}"#)
    );

    let body = json!({"user_name": "a", "status": 1, "owner_id": LI,
        "contact_source": {"type": 7, "component_id": "c", "component_name": "活动"}});
    let row = world.list_row(&world.create(body).await).await.to_string();
    let tail = r#","clue_source":1,"add_source":{"id":"c","type":7,"name":"活动"},"remark":"","avatar":"","other_custom_field":"","wx_id":"","user_list":["staff-li"]}"#;
    assert!(row.ends_with(tail), "{row}");
}

#[tokio::test]
async fn a_contact_in_the_sea_is_not_listed_and_a_discarded_one_is() {
    let world = World::new().await;
    assert_eq!(world.get(LIST, &[]).await.text, EMPTY);
    let sea = world.create(json!({"user_name": "a", "status": 0})).await;
    assert_eq!(world.get(LIST, &[]).await.text, EMPTY);
    let (claimed, open) = (world.claimed(WANG).await, world.create(json!({"user_name": "a", "status": 4})).await);
    world.post("/openapi/contact/disuse", json!({"contact_ids": [sea, claimed, open]})).await.assert_ok();
    let listed: BTreeSet<String> = listed(&world, &[]).await.into_iter().collect();
    assert_eq!(listed, BTreeSet::from([claimed.clone(), open]));
    assert_eq!(world.list_row(&claimed).await["is_useless"], true);
}

#[tokio::test]
async fn two_hundred_and_fifty_contacts_make_pages_of_100_100_and_50() {
    let world = World::new().await;
    let expected = fill(&world, 250).await;
    let (mut seen, mut sizes, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let data = world.get(LIST, &[("cursor", &cursor)]).await.assert_ok().clone();
        let page = ids(&data);
        sizes.push(page.len());
        seen.extend(page);
        cursor = data["cursor"].as_str().expect("a cursor").to_owned();
        assert!(
            cursor.len() <= 256 && cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'),
            "{cursor}"
        );
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(sizes, [100, 100, 50]);
    assert_eq!(seen, expected, "ascending by creation and id");
    let again = world.get(LIST, &[("cursor", "0")]).await;
    assert_eq!(ids(again.assert_ok()), expected[..100], "the number 0 is the first page");
}

#[tokio::test]
async fn a_page_of_exactly_a_hundred_rows_is_the_last_when_nothing_follows() {
    let world = World::new().await;
    fill(&world, 100).await;
    let first = world.get(LIST, &[]).await.assert_ok().clone();
    assert_eq!((ids(&first).len(), &first["cursor"]), (100, &json!("")));
    at(&world, MIDNIGHT + DAY).await;
    let first = world.get(LIST, &[]).await.assert_ok().clone();
    assert_eq!((ids(&first).len(), first["cursor"] == ""), (100, false));
    let cursor = first["cursor"].as_str().expect("a cursor");
    let second = world.get(LIST, &[("cursor", cursor)]).await.assert_ok().clone();
    assert_eq!((ids(&second).len(), &second["cursor"]), (1, &json!("")));
    world.change("update contact set status = 0 where corp_id = $1 and create_time > 1426000000000").await;
    assert_eq!(world.get(LIST, &[("cursor", cursor)]).await.text, EMPTY, "what followed has vanished");
    let filtered = world.get(LIST, &[("start_day", "2015-03-10"), ("end_day", "2015-03-10")]).await;
    assert_eq!(filtered.assert_ok()["cursor"], "");
}

#[tokio::test]
async fn a_walk_sees_every_old_contact_once_while_others_are_inserted() {
    let world = World::new().await;
    let old: BTreeSet<String> = fill(&world, 250).await.into_iter().collect();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let data = world
            .get(LIST, &[("start_day", "2015-03-10"), ("end_day", "2015-03-10"), ("cursor", &cursor)])
            .await
            .assert_ok()
            .clone();
        seen.extend(ids(&data));
        for i in 0..15 {
            at(&world, MIDNIGHT + i * 3_001).await;
        }
        cursor = data["cursor"].as_str().expect("a cursor").to_owned();
        if cursor.is_empty() {
            break;
        }
    }
    let once: BTreeSet<String> = seen.iter().cloned().collect();
    assert_eq!(once.len(), seen.len(), "no contact twice");
    assert!(old.is_subset(&once), "none skipped");
}

#[tokio::test]
async fn days_are_those_of_the_tenant_with_both_ends() {
    let world = World::new().await;
    let (before, first, last, after) = (
        at(&world, MIDNIGHT - 1).await,
        at(&world, MIDNIGHT).await,
        at(&world, MIDNIGHT + DAY - 1).await,
        at(&world, MIDNIGHT + DAY).await,
    );
    let days = async |from: &str, to: &str| {
        let query: Vec<(&str, &str)> =
            [("start_day", from), ("end_day", to)].into_iter().filter(|(_, day)| !day.is_empty()).collect();
        listed(&world, &query).await
    };
    assert_eq!(days("2015-03-10", "2015-03-10").await, [first.clone(), last.clone()]);
    assert_eq!(days("2015-03-09", "2015-03-09").await, std::slice::from_ref(&before));
    assert_eq!(days("2015-03-09", "2015-03-10").await, [before.clone(), first.clone(), last.clone()]);
    assert_eq!(days("2015-03-11", "").await, std::slice::from_ref(&after));
    assert_eq!(days("", "2015-03-09").await, std::slice::from_ref(&before));
    assert_eq!(days("0001-01-01", "9999-12-31").await, [&before, &first, &last, &after].map(String::clone));
    assert_eq!(days("2020-01-01", "2026-11-02").await, Vec::<String>::new());
    world.change("update corp set time_zone = 'America/New_York' where corp_id = $1").await;
    world.refresh().await;
    // The same moments are noon of the 9th and of the 10th there.
    assert_eq!(days("2015-03-09", "2015-03-09").await, [before, first]);
    assert_eq!(days("2015-03-10", "2015-03-10").await, [last, after]);
}

#[tokio::test]
async fn days_in_another_spelling_and_impossible_ones_are_refused() {
    let world = World::new().await;
    let wrong = [
        "2025-2-3",
        "20250203",
        "2025/01/01",
        "2025-02-30",
        "2025-02-29",
        "2025-13-01",
        "2025-00-10",
        "2025-01-00",
        "2025-01-01 00:00:00",
        "2025-01-01T00:00:00",
        "1735689600000",
        "x",
        " 2025-01-01",
        "+025-01-01",
        "２０２５-01-01",
        "0000-01-01x",
    ];
    for day in wrong {
        world.get(LIST, &[("start_day", day), ("end_day", "2026-01-01")]).await.assert_code(1013, "start_day");
        world.get(LIST, &[("start_day", "2020-01-01"), ("end_day", day)]).await.assert_code(1013, "end_day");
    }
    world.get(LIST, &[("start_day", "2024-02-29"), ("end_day", "2024-02-29")]).await.assert_ok();
    let reversed = [("start_day", "2025-01-02"), ("end_day", "2025-01-01")];
    world.get(LIST, &reversed).await.assert_code(1013, "start_day");
    world.get(LIST, &[("start_day", ""), ("end_day", "")]).await.assert_ok();
}

#[tokio::test]
async fn in_strict_both_days_are_mandatory() {
    let world = World::strict().await;
    let id = at(&world, MIDNIGHT).await;
    let (start, end) = (("start_day", "2015-03-10"), ("end_day", "2026-11-02"));
    assert_eq!(listed(&world, &[start, end]).await, [id], "a range of any width");
    for query in [&[][..], &[start], &[end], &[start, ("end_day", "")], &[("start_day", ""), end]] {
        let answer = world.get(LIST, query).await;
        answer.assert_code(1013, "_day");
    }
}

#[tokio::test]
async fn the_owner_filter_narrows_and_knows_no_error() {
    let world = World::new().await;
    let (mine, other) = (at(&world, MIDNIGHT).await, world.claimed(LI).await);
    let open = world.create(json!({"user_name": "a", "status": 4, "owner_id": WANG})).await;
    world.create(json!({"user_name": "a", "status": 4})).await;
    assert_eq!(listed(&world, &[("owner_id", WANG)]).await, [mine.clone(), open]);
    assert_eq!(listed(&world, &[("owner_id", LI)]).await, [other]);
    assert_eq!(
        listed(&world, &[("owner_id", WANG), ("start_day", "2015-03-10"), ("end_day", "2015-03-10")]).await,
        [mine]
    );
    for unknown in ["nobody", "没有", &"x".repeat(500)] {
        assert_eq!(world.get(LIST, &[("owner_id", unknown)]).await.text, EMPTY, "{unknown}");
    }
    assert_eq!(listed(&world, &[("owner_id", "")]).await.len(), 4);
}

#[tokio::test]
async fn a_contact_that_goes_to_the_sea_meanwhile_is_never_shown_there() {
    let world = std::sync::Arc::new(World::new().await);
    let ids = world.seed(90).await;
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let world = std::sync::Arc::clone(&world);
        readers.spawn(async move {
            loop {
                let data = world.get(LIST, &[]).await.assert_ok().clone();
                let rows = data["contact_list"].as_array().expect("rows");
                assert!(rows.iter().all(|row| row["status"] == 1), "a contact in the sea is listed");
                if rows.is_empty() {
                    return;
                }
            }
        });
    }
    for id in &ids {
        world.post("/openapi/contact/back_to_sea", json!({"contact_ids": [id]})).await.assert_ok();
    }
    readers.join_all().await;
}
