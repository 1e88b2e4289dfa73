//! Events reach the subscriber, whole and signed; what it does wrong is told and tried again (chapter 21,
//! sections 3 and 10).

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use kailing_callback::settings::Settings;
use kailing_core::store::db::Tx;
use kailing_core::store::delivery::{self, Report};
use kailing_core::store::event::{
    self,
    by_hand::{self, Sent},
};
use serde_json::json;

use crate::callback_world::{World, all_delivered, settings};
use crate::harness::NOW;
use crate::subscriber::{Received, Reply};

#[tokio::test]
async fn an_event_arrives_at_once_as_specified() {
    let world = World::new().await;
    // The sender is at work before the clock of this test runs.
    world.contact("先").await;
    world.subscriber.wait_for(3).await;
    let began = Instant::now();
    let contact = world.contact("王五").await;
    let came = world.subscriber.wait_for(6).await.split_off(3);
    // A second is the aim; on a busy machine the test must not fail for less than a lost wake-up.
    assert!(came[0].at - began < Duration::from_secs(4), "{:?}", came[0].at - began);
    assert_eq!(came.iter().map(Received::kind).collect::<Vec<_>>(), ["contact_add", "clue_add", "clue_history"]);
    let app_id = &world.app.credentials.app_id;
    let first = &came[0];
    assert_eq!(first.body.as_object().expect("an object").keys().collect::<Vec<_>>(), ["to_app", "encrypt_msg"]);
    assert_eq!(first.body["to_app"], **app_id);
    assert_eq!(first.message["event"]["contact_id"], *contact);
    let header = format!(r#""header":{{"to_app":"{app_id}","event_type":"contact_add","time_stamp":"{NOW}"}}}}"#);
    assert!(first.text.starts_with(r#"{"event":{"contact_id":""#) && first.text.ends_with(&header), "{}", first.text);
    assert_eq!(first.signed.1, (NOW / 1_000).to_string());
    assert!(first.signed.2.len() == 16 && first.signed.2.bytes().all(|b| b.is_ascii_alphanumeric()), "the nonce");
    let head = first.head.join("\n").to_ascii_lowercase();
    for line in [
        "post /hook?tenant=1&msg_signature=",
        "content-type: application/json; charset=utf-8",
        concat!("user-agent: kailing/", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(head.contains(line), "{line} is not in\n{head}");
    }
    assert_eq!(came.iter().map(|event| event.seq).collect::<Vec<_>>(), [4, 5, 6]);
    assert!(came.iter().all(|event| event.event_id.len() == 43), "{came:#?}");
    world.until(|rows| all_delivered(rows, 6)).await;
}

#[tokio::test]
async fn what_counts_as_success_is_delivered_and_everything_else_is_tried_again() {
    for (reply, outcome) in [
        (Reply::Text(200, " success\r\n"), None),
        (Reply::Text(201, "\"success\""), None),
        (Reply::Text(200, "Success"), Some("answered 200 but the body was `Success`, not `success`")),
        (Reply::Text(200, ""), Some("answered 200 but the body was empty, not `success`")),
        (Reply::Text(500, "success"), Some("answered 500")),
        (Reply::Redirect, Some("answered 302")),
        (Reply::Close, Some("")),
        (Reply::Giant, Some("answered 200 with a body of more than 1024 bytes")),
        (Reply::Hang, Some("no answer within")),
    ] {
        let world = World::new().await;
        world.subscriber.answer(move |_| reply);
        world.contact("王五").await;
        let rows = world.until(|rows| rows.first().is_some_and(|row| row.2 == 1)).await;
        match outcome {
            None => assert_eq!(rows[0].1, 1, "{reply:?}: {rows:?}"),
            Some(words) => {
                assert_eq!(rows[0].1, 0, "{reply:?}: {rows:?}");
                assert!(rows[0].3.contains(words) && !rows[0].3.is_empty(), "{reply:?}: {rows:?}");
                world.subscriber.answer(|_| Reply::Success);
                world.app.clock.advance(5_000);
                world.until(|rows| all_delivered(rows, 3)).await;
            }
        }
    }
}

#[tokio::test]
async fn the_events_of_an_object_stay_in_order_and_hold_up_nobody_else() {
    let world = World::new().await;
    let troubled = world.contact("甲").await;
    world.until(|rows| all_delivered(rows, 3)).await;
    let stubborn = troubled.clone();
    world
        .subscriber
        .answer(move |event| if event.object() == stubborn { Reply::Text(500, "") } else { Reply::Success });
    for name in ["一", "二", "三"] {
        world.rename(&troubled, name).await;
    }
    let other = world.contact("乙").await;
    world.until(|rows| rows.iter().filter(|row| row.1 == 1).count() == 6).await;
    let came = world.subscriber.received();
    assert_eq!(came.iter().filter(|event| event.object() == other).count(), 3, "others are not held up");
    let tried: BTreeSet<i64> = came.iter().filter(|e| e.object() == troubled && e.seq > 3).map(|e| e.seq).collect();
    assert_eq!(tried.into_iter().collect::<Vec<_>>(), [4], "only the first of the failing object was tried");
    world.subscriber.answer(|_| Reply::Success);
    world.app.clock.advance(5_000);
    let rows = world.until(|rows| rows.iter().all(|row| row.1 == 1)).await;
    let delivered: Vec<i64> = world
        .subscriber
        .received()
        .iter()
        .skip(came.len())
        .filter(|event| event.object() == troubled)
        .map(|event| event.seq)
        .collect();
    assert!(delivered.is_sorted() && delivered.len() == 9, "{delivered:?}");
    assert_eq!(rows.len(), 15);
}

#[tokio::test]
async fn every_attempt_is_signed_anew_and_says_the_same() {
    let world = World::new().await;
    world.subscriber.answer(|_| Reply::Text(200, "ok"));
    world.contact("王五").await;
    world.until(|rows| rows.first().is_some_and(|row| row.2 == 1)).await;
    world.app.clock.advance(5_000);
    world.until(|rows| rows.first().is_some_and(|row| row.2 == 2)).await;
    let came = world.subscriber.received();
    let (first, second) = (&came[0], &came[1]);
    assert_eq!((&first.text, &first.event_id, first.seq), (&second.text, &second.event_id, second.seq));
    assert_ne!(first.signed.0, second.signed.0);
    assert_ne!(first.signed.1, second.signed.1);
    assert_ne!(first.signed.2, second.signed.2);
    assert_ne!(first.body["encrypt_msg"], second.body["encrypt_msg"]);
}

#[tokio::test]
async fn numbers_have_no_gap_under_concurrent_writes() {
    let world = World::new().await;
    let made = futures_util::future::join_all((0..40).map(|n| world.contact(["甲", "乙"][n % 2]))).await;
    world.until(|rows| all_delivered(rows, 120)).await;
    let came = world.subscriber.received();
    let numbers: BTreeSet<i64> = came.iter().map(|event| event.seq).collect();
    assert_eq!(numbers.into_iter().collect::<Vec<_>>(), (1..=120).collect::<Vec<_>>());
    let mut last: HashMap<&str, i64> = HashMap::new();
    for event in &came {
        let before = last.insert(event.object(), event.seq);
        assert!(before < Some(event.seq), "in order");
    }
    assert_eq!(last.len(), made.len());
}

#[tokio::test]
async fn a_disabled_application_gets_nothing_and_nothing_waits_for_it() {
    let world = World::new().await;
    world.subscriber.answer(|_| Reply::Text(500, ""));
    world.contact("先").await;
    world.until(|rows| rows.len() == 3).await;
    world.set_enabled(false).await;
    world.app.clock.advance(60_000);
    world.subscriber.answer(|_| Reply::Success);
    world.db_contact("不").await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(world.deliveries().await.len(), 3, "nothing was queued");
    assert!(world.deliveries().await.iter().all(|row| row.1 == 0), "nothing was sent");
    world.app.clock.advance(1_000);
    world.set_enabled(true).await;
    world.app.clock.advance(1_000);
    world.contact("后").await;
    let rows = world.until(|rows| all_delivered(rows, 6)).await;
    assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 3, 7, 8, 9]);
}

#[tokio::test]
async fn a_change_of_the_settings_applies_to_pending_events() {
    let mut world = World::new().await;
    world.subscriber.answer(|_| Reply::Text(500, ""));
    world.contact("王五").await;
    world.until(|rows| rows.first().is_some_and(|row| row.2 == 1)).await;
    let old = std::mem::replace(&mut world.subscriber, crate::subscriber::Subscriber::start().await);
    world.subscribe(|_| {}).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    world.app.clock.advance(5_000);
    world.until(|rows| all_delivered(rows, 3)).await;
    assert_eq!((old.received().len(), world.subscriber.received().len()), (1, 3));
}

#[tokio::test]
async fn an_event_is_tried_seventeen_times_and_then_exhausted() {
    let world = World::new().await;
    world.subscriber.answer(|event| if event.seq == 1 { Reply::Text(500, "") } else { Reply::Success });
    world.contact("王五").await;
    let mut times = Vec::new();
    for attempt in 1..=17 {
        world.until(|rows| rows.first().is_some_and(|row| row.2 == attempt)).await;
        times.push((world.app.clock.now() - NOW) / 1_000);
        let wait = match attempt {
            1 => 5,
            2 => 30,
            3 => 120,
            4 => 600,
            5 => 1_800,
            6 => 3_600,
            7 => 7_200,
            8 => 14_400,
            _ => 28_800,
        };
        if attempt < 17 {
            assert_eq!(world.deliveries().await[0].1, 0, "pending after {attempt}");
            world.app.clock.advance(wait * 1_000);
        }
    }
    assert_eq!(times.last(), Some(&(71 * 3_600 + 42 * 60 + 35)));
    let rows = world.until(|rows| rows.iter().all(|row| row.1 != 0)).await;
    assert_eq!(rows.iter().map(|row| (row.1, row.2)).collect::<Vec<_>>(), [(2, 17), (1, 1), (1, 1)]);
    let stored = world
        .app
        .sql(|tx| {
            Ok(tx.query("select number from attempt where corp_id = 1 order by number", &[], |r| r.get::<i64>(0))?)
        })
        .await;
    assert_eq!(stored, (1..=17).collect::<Vec<_>>());
}

#[tokio::test]
async fn event_sets_and_types_narrow_what_is_sent_and_numbers_stay() {
    for (set, types, expected) in [
        ("both", vec![], vec!["contact_add", "clue_add", "clue_history", "tag_update_v2", "tag_update"]),
        ("current", vec![], vec!["contact_add", "clue_history", "tag_update_v2"]),
        ("legacy", vec![], vec!["clue_add", "clue_history", "tag_update"]),
        ("current", vec!["contact_add".to_owned(), "clue_add".to_owned()], vec!["contact_add"]),
    ] {
        let mut world = World::silent().await;
        world
            .subscribe(|callback| {
                callback.event_set = set.to_owned();
                callback.event_types.clone_from(&types);
            })
            .await;
        let contact = world.contact("王五").await;
        let tags = world.app.post("/openapi/tag/get", json!({})).await;
        let tag = &tags.assert_ok()["data_list"][0]["tag_info"][0]["tag_id"];
        let body = json!({"type": 0, "ids": [contact], "add_tags": [tag]});
        world.app.post("/openapi/v2/tag/mark_tag", body).await.assert_ok();
        world.start(settings());
        world.until(|rows| all_delivered(rows, expected.len())).await;
        let came = world.subscriber.received();
        assert_eq!(came.iter().map(Received::kind).collect::<Vec<_>>(), expected, "{set} {types:?}");
    }
}

#[tokio::test]
async fn a_restarted_sender_goes_on_where_the_other_stopped() {
    let mut world = World::new().await;
    world.subscriber.answer(|_| Reply::Text(503, ""));
    world.contact("王五").await;
    world.until(|rows| rows.first().is_some_and(|row| row.2 == 1)).await;
    world.stop().await;
    let missed = world.contact("赵六").await;
    world.subscriber.answer(|_| Reply::Success);
    world.app.clock.advance(5_000);
    world.start(settings());
    world.until(|rows| all_delivered(rows, 6)).await;
    let came = world.subscriber.received();
    assert_eq!(came[0].event_id, came.iter().skip(1).find(|event| event.seq == 1).expect("again").event_id);
    assert_eq!(came.iter().filter(|event| event.object() == missed).count(), 3);
}

#[tokio::test]
async fn a_late_failure_does_not_undo_a_delivery_by_hand() {
    let world = World::new().await;
    world.subscriber.answer(|_| Reply::Text(500, ""));
    world.contact("王五").await;
    world.until(|rows| rows.first().is_some_and(|row| row.2 == 1)).await;
    let write = world.app.db.write(|tx| {
        let (app, object) = tx
            .query_opt("select app_id, object_id from delivery where corp_id = 1 and seq = 1", &[], |row| {
                Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
            })?
            .expect("a delivery");
        let event = event::find(tx, 1, 1)?.expect("the event");
        let sent = Sent { at: NOW, took: 1, delivered: true, outcome: "delivered".to_owned() };
        by_hand::record(tx, 1, app, &event, &sent)?;
        let (outcome, first_at) = ("answered 500".to_owned(), NOW);
        let late = Report { seq: 1, object, first_at, rung: 2, at: NOW, took: 1, delivered: false, outcome };
        delivery::failed(tx, 1, app, &[(&late, Some(NOW + 30_000))])?;
        by_hand::record(tx, 1, app, &event, &sent)
    });
    write.await.expect("recorded");
    let first = world.deliveries().await.swap_remove(0);
    assert_eq!((first.1, first.2), (1, 3));
}

#[tokio::test]
async fn what_became_of_events_is_kept_as_long_as_it_should_be_and_no_longer() {
    const DAY: i64 = 86_400_000;
    let world = World::silent().await;
    world.subscribe(|_| {}).await;
    world.contact("王五").await;
    // Delivered ten days ago, exhausted ten days ago, delivered a day ago, still pending.
    let write = world.app.db.write(|tx| {
        let sql = "insert into delivery (corp_id, app_id, seq, journal_id, ordinal, object_id, state, attempts, rung, \
                   first_at, last_at, next_at, took, outcome) values (1, 9, $1, 1, $1, 1, $2, 1, 0, 0, $3, null, 0, '')";
        for (seq, state, at) in [(1i64, 1i64, NOW - 10 * DAY), (2, 2, NOW - 10 * DAY), (3, 1, NOW - DAY), (4, 0, 0)] {
            tx.execute(sql, &[&seq, &state, &at])?;
        }
        let attempt = "insert into attempt (corp_id, app_id, seq, number, at, took, outcome) \
                       select corp_id, app_id, seq, 1, 0, 0, '' from delivery where corp_id = 1 and app_id = 9";
        tx.execute(attempt, &[])?;
        assert_eq!(delivery::forget_delivered(tx, 1, 9, NOW - 7 * DAY, 0, 2)?, Some(2), "a full page without young ones");
        assert_eq!(delivery::forget_delivered(tx, 1, 9, NOW - 7 * DAY, 2, 2)?, None, "a young one ends it");
        assert_eq!(delivery::forget_exhausted(tx, 1, 9, NOW - 30 * DAY, 10)?, 0);
        let left = |tx: &mut Tx<'_>, table: &str| {
            let sql = format!("select seq from {table} where corp_id = 1 and app_id = 9 order by seq");
            tx.query(&sql, &[], |row| row.get::<i64>(0))
        };
        assert_eq!((left(tx, "delivery")?, left(tx, "attempt")?), (vec![2, 3, 4], vec![2, 3, 4]));
        assert_eq!(delivery::forget_exhausted(tx, 1, 9, NOW - 9 * DAY, 10)?, 1);
        assert_eq!(left(tx, "delivery")?, [3, 4]);
        assert_eq!(delivery::forget_events(tx, 1, NOW + DAY, 10)?, 0, "the application was not asked yet");
        Ok(())
    });
    write.await.expect("as expected");
}

#[tokio::test]
async fn only_so_many_requests_run_at_a_time() {
    let world = World::with(Settings { concurrency: 3, ..settings() }).await;
    world.subscriber.answer(|_| Reply::Late);
    for _ in 0..8 {
        world.contact("王五").await;
    }
    world.until(|rows| all_delivered(rows, 24)).await;
    assert_eq!(world.subscriber.most_at_once(), 3);
}
