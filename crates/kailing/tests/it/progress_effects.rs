//! What follow-up records cause: fields of contacts and friends, journeys, events, journal, and races (8.1, 8.3, 19.7.3).

use std::sync::Arc;

use serde_json::{Value, json};

use crate::contact_world::{LI, WANG, World};
use crate::harness::NOW;
use crate::objects::{BUSINESS, COMPANY, FRIEND, GROUP, OTHER_COMPANY, VISITOR, follow, record, world};

const DISUSE: &str = "/openapi/progress/disuse";

/// What a contact shows of its records: first time, last time, latest id.
async fn shown(world: &World, id: &str) -> Value {
    let card = world.show(id).await;
    json!([card["first_progress_time"], card["last_follow_time"], card["latest_progress_id"]])
}

async fn discard(world: &World, ids: &[&str]) {
    let answer = world.post(DISUSE, json!({"progress_ids": ids})).await;
    assert_eq!(answer.assert_ok(), &json!({"fail_list": []}));
}

#[tokio::test]
async fn a_contact_keeps_first_last_and_latest_of_the_records_that_are_left() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    assert_eq!(shown(&world, &id).await, json!([0, 0, ""]));
    let list = vec![record(0, NOW, "中"), record(1, NOW + 50, "晚"), record(2, NOW - 50, "早")];
    let ids = follow(&world, 0, &id, list).await;
    assert_eq!(shown(&world, &id).await, json!([NOW - 50, NOW + 50, ids[1]]));
    let twins = follow(&world, 0, &id, vec![record(0, NOW + 60, "甲"), record(1, NOW + 60, "乙")]).await;
    let latest = twins.iter().max().expect("two");
    assert_eq!(shown(&world, &id).await, json!([NOW - 50, NOW + 60, latest]), "the larger id of one time");
    discard(&world, &[&twins[0], &twins[1]]).await;
    assert_eq!(shown(&world, &id).await, json!([NOW - 50, NOW + 50, ids[1]]));
    discard(&world, &[&ids[2]]).await;
    assert_eq!(shown(&world, &id).await, json!([NOW, NOW + 50, ids[1]]));
    discard(&world, &[&ids[0], &ids[1]]).await;
    assert_eq!(shown(&world, &id).await, json!([0, 0, ""]));
}

#[tokio::test]
async fn a_friend_keeps_first_and_latest_and_other_objects_nothing() {
    let world = world().await;
    let ids = follow(&world, 1, FRIEND, vec![record(0, NOW, "一"), record(1, NOW - 9, "二")]).await;
    let kept = "select first_progress_time, latest_progress_id from customer where corp_id = $1 and wire_id = $2";
    let read = |row: &kailing_core::store::db::Row<'_>| Ok((row.get::<i64>(0)?, row.get::<String>(1)?));
    assert_eq!(world.rows(kept, &[FRIEND], read).await, [(NOW - 9, ids[0].clone())]);
    discard(&world, &[&ids[0]]).await;
    assert_eq!(world.rows(kept, &[FRIEND], read).await, [(NOW - 9, ids[1].clone())]);
    discard(&world, &[&ids[1]]).await;
    assert_eq!(world.rows(kept, &[FRIEND], read).await, [(0, String::new())]);
}

#[tokio::test]
async fn each_record_tells_progress_add_and_then_its_journey_item() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let known = world.events().await.len();
    let mut rich = record(0, NOW - 5, "<p>一</p>");
    rich["image_file_list"] = json!(["https://x.cn/a,b", "https://x.cn/c"]);
    rich["create_user_id"] = json!(LI);
    let ids = follow(&world, 0, &id, vec![rich, record(1, NOW - 7, "二")]).await;
    let events = world.events().await;
    let told: Vec<(&str, &str)> = events[known..].iter().map(|e| (e.kind.as_str(), e.payload.as_str())).collect();
    let history_ids: Vec<String> = world
        .rows("select wire_id from history where corp_id = $1 and history_type = 201 and object_type = 0 order by create_time desc", &[], |row| row.get(0))
        .await;
    let expected = [
        format!(
            r#"{{"type":0,"remark":"一","content":"<p>一</p>","create_time":{},"progress_id":"{}","create_user_id":"staff-li","business_related_id":"{id}","image_file":"https://x.cn/a%2Cb,https://x.cn/c"}}"#,
            NOW - 5,
            ids[0]
        ),
        format!(
            r#"{{"clue_id":"{id}","history":{{"title":"添加跟进记录","content":"<p>一</p>","history_id":"{}","create_time":{},"history_type":201}}}}"#,
            history_ids[0],
            NOW - 5
        ),
        format!(
            r#"{{"type":0,"remark":"二","content":"二","create_time":{},"progress_id":"{}","create_user_id":"staff-wang","business_related_id":"{id}"}}"#,
            NOW - 7,
            ids[1]
        ),
        format!(
            r#"{{"clue_id":"{id}","history":{{"title":"添加跟进记录","content":"二","history_id":"{}","create_time":{},"history_type":201}}}}"#,
            history_ids[1],
            NOW - 7
        ),
    ];
    let kinds = ["progress_add", "clue_history", "progress_add", "clue_history"];
    assert_eq!(told, kinds.into_iter().zip(expected.iter().map(String::as_str)).collect::<Vec<_>>());
    discard(&world, &[&ids[0], &ids[1]]).await;
    assert_eq!(world.events().await.len(), known + 4, "a discard tells nothing");
}

#[tokio::test]
async fn a_record_of_a_friend_tells_history_add_with_its_author() {
    let world = world().await;
    let ids = follow(&world, 1, FRIEND, vec![record(0, NOW, "加好友")]).await;
    let events = world.events().await;
    let add = events[0].json();
    assert_eq!(json!([add["type"], add["business_related_id"], add["progress_id"]]), json!([1, FRIEND, ids[0]]));
    let item = events[1].json();
    let history_id = item["history"]["history_id"].as_str().expect("an id");
    assert_eq!(
        (events[1].kind.as_str(), events[1].payload.as_str()),
        (
            "history_add",
            format!(
                r#"{{"history":{{"title":"添加跟进记录","contents":"加好友","history_id":"{history_id}","create_time":{NOW},"history_type":201,"create_user_id":"staff-wang"}},"customer_id":"friend-1"}}"#
            )
            .as_str()
        )
    );
}

#[tokio::test]
async fn records_of_other_objects_tell_progress_add_alone() {
    let world = world().await;
    for (kind, id, journeys) in [(3, COMPANY, 1), (4, VISITOR, 0), (6, GROUP, 0), (7, BUSINESS, 1)] {
        let known = world.events().await.len();
        follow(&world, kind, id, vec![record(0, NOW, "x")]).await;
        assert_eq!(world.told_since(known).await, ["progress_add"], "type {kind}");
        assert_eq!(world.events().await[known].json()["type"], kind);
        let items =
            world.rows("select object_type from history where corp_id = $1 and history_type = 201", &[], |row| {
                row.get::<i64>(0)
            });
        assert_eq!(items.await.iter().filter(|of| **of == kind).count(), journeys, "type {kind}");
    }
    assert_eq!(world.journey(3, COMPANY).await, ["201 x"], "a visitor has no journey to copy from");
}

#[tokio::test]
async fn items_of_people_stand_in_the_journeys_of_their_companies_until_the_record_goes() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    world
        .change(
            "insert into company_person (corp_id, company_id, person_id, person_type, create_time)
             select $1, company.id, contact.id, 0, 1 from contact, company where contact.corp_id = $1 and company.corp_id = $1
             and company.wire_id in ('company-1', 'company-2') and contact.user_name = '客户'",
        )
        .await;
    let known = world.events().await.len();
    let ids = follow(&world, 0, &id, vec![record(0, NOW, "拜访")]).await;
    follow(&world, 1, FRIEND, vec![record(0, NOW + 1, "微信")]).await;
    assert_eq!(world.journey(3, COMPANY).await, ["201 拜访", "201 微信"]);
    assert_eq!(world.journey(3, OTHER_COMPANY).await, ["201 拜访"]);
    assert_eq!(world.told_since(known).await, ["progress_add", "clue_history 201", "progress_add", "history_add 201"]);
    let item_ids = "select wire_id from history where corp_id = $1 and content = '拜访'";
    let mut item_ids: Vec<String> = world.rows(item_ids, &[], |row| row.get(0)).await;
    item_ids.dedup();
    assert_eq!(item_ids.len(), 3, "every copy has an id of its own");
    discard(&world, &[&ids[0]]).await;
    assert_eq!(world.journey(3, COMPANY).await, ["201 微信"]);
    assert_eq!(world.journey(3, OTHER_COMPANY).await, [""; 0]);
    assert_eq!(world.journey(0, &id).await, ["401 王小明创建线索"]);
}

#[tokio::test]
async fn the_journal_tells_every_record_and_what_became_of_the_contact() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let known = world.journal_since(0).await.len();
    let ids = follow(&world, 0, &id, vec![record(0, NOW, "一"), record(1, NOW + 1, "二")]).await;
    discard(&world, &[&ids[1]]).await;
    let journal = world.journal_since(known).await;
    let actions: Vec<&str> = journal.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(actions, ["contact progress.create", "contact progress.create", "contact progress.disuse"]);
    assert_eq!(journal[0].1["progress"][1]["content"], "一");
    assert_eq!(journal[0].1.get("latest_progress_id"), None, "told once, with the last record");
    assert_eq!(journal[1].1["latest_progress_id"], json!(["", ids[1]]));
    assert_eq!(journal[1].1["first_progress_time"], json!([0, NOW]));
    assert_eq!(journal[2].1["progress"][0]["progress_id"], json!(ids[1]));
    assert_eq!(journal[2].1["latest_progress_id"], json!([ids[1], ids[0]]));
    assert_eq!(journal[2].1["last_follow_time"], json!([NOW + 1, NOW]));
}

#[tokio::test]
async fn concurrent_records_and_discards_of_one_contact_lose_no_update() {
    let world = Arc::new(world().await);
    let id = world.claimed(WANG).await;
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..24_i64 {
        let (world, id) = (Arc::clone(&world), id.clone());
        tasks.spawn(async move {
            let time = NOW + (task * 7) % 24;
            let ids = follow(&world, 0, &id, vec![record(0, time, "a"), record(1, time - 1_000, "b")]).await;
            if task % 3 == 0 {
                discard(&world, &[&ids[0]]).await;
                return vec![(time - 1_000, ids[1].clone())];
            }
            vec![(time, ids[0].clone()), (time - 1_000, ids[1].clone())]
        });
    }
    let mut left: Vec<(i64, String)> = tasks.join_all().await.into_iter().flatten().collect();
    left.sort();
    let (first, last) = (&left[0], &left[left.len() - 1]);
    assert_eq!(shown(&world, &id).await, json!([first.0, last.0, last.1]));
    assert_eq!(world.journey(0, &id).await.len(), 1 + left.len());
    let journal = world.journal_since(0).await;
    let moves: Vec<&Value> = journal.iter().filter_map(|(_, changes)| changes.get("latest_progress_id")).collect();
    assert!(moves.windows(2).all(|pair| pair[0][1] == pair[1][0]), "one story: {moves:?}");
}

#[tokio::test]
async fn of_sixteen_discards_of_one_record_one_wins() {
    let world = Arc::new(world().await);
    let id = world.claimed(WANG).await;
    let ids = follow(&world, 0, &id, vec![record(0, NOW, "x")]).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (world, progress_id) = (Arc::clone(&world), ids[0].clone());
        tasks.spawn(async move {
            let answer = world.post(DISUSE, json!({"progress_ids": [progress_id]})).await;
            answer.assert_ok()["fail_list"][0]["error_code"].as_i64()
        });
    }
    let mut codes = tasks.join_all().await;
    codes.sort_unstable();
    assert_eq!((codes[0], &codes[1..]), (None, &[Some(1004); 15][..]));
}
