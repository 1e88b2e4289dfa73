//! No event is lost and none of an object comes before its predecessor, whoever is killed and whenever
//! (chapter 21, section 3.3).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::callback_world::{VAULT, subscribe};
use crate::database::{Database, postgres_server};
use crate::fixture;
use crate::harness::client;
use crate::process::{Server, kailing};
use crate::subscriber::{Received, Reply, Subscriber};

fn start(database: &Database) -> Server {
    let key = VAULT.map(|byte| format!("{byte:02x}")).concat();
    let mut command = kailing(&["serve", "--listen", "127.0.0.1:0", "--database", &database.url]);
    Server::spawn(command.env("KAILING_SECRET_KEY", key))
}

/// Creates contacts and edits each of them until the server is gone or `stop` says so.
async fn write(base: String, token: String, stop: Arc<AtomicBool>) {
    let client = client();
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let create = json!({ "user_name": format!("客户{number}"), "status": 0 });
        let Some(answer) = post(&client, &base, &token, "create", &create).await else { return };
        let edit = json!({ "contact_id": answer["data"]["contact_id"], "user_name": format!("顾客{number}") });
        if post(&client, &base, &token, "edit", &edit).await.is_none() {
            return;
        }
    }
}

async fn post(client: &reqwest::Client, base: &str, token: &str, verb: &str, body: &Value) -> Option<Value> {
    let call = client.post(format!("{base}/openapi/contact/{verb}")).bearer_auth(token).body(body.to_string());
    serde_json::from_str(&call.send().await.ok()?.text().await.ok()?).ok()
}

/// Writers against a server, for as long as it lives or until they are stopped.
async fn load(server: &Server, stop: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<()>> {
    let pair = fixture::credentials();
    let token = server.token(&pair.app_id, &pair.app_secret).await;
    (0..8).map(|_| tokio::spawn(write(server.base.clone(), token.clone(), Arc::clone(stop)))).collect()
}

/// Waits until every event of the tenant has come at least once.
async fn all(database: &Database, subscriber: &Subscriber, limit: Duration) -> Vec<Received> {
    let (db, began) = (database.open(), Instant::now());
    let sql = "select event_id from event where corp_id = 1 order by journal_id, ordinal";
    loop {
        let stored = db.read(move |tx| Ok(tx.query(sql, &[], |row| row.get::<String>(0))?)).await.unwrap();
        let received = subscriber.received();
        let came: std::collections::HashSet<&str> = received.iter().map(|event| event.event_id.as_str()).collect();
        let missing = stored.iter().filter(|id| !came.contains(id.as_str())).count();
        if missing == 0 {
            assert_eq!(came.len(), stored.len(), "nothing came that is not stored");
            db.close();
            return received;
        }
        assert!(began.elapsed() < limit, "{missing} of {} events never came", stored.len());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Without repeats, the events of each object came in the order of their numbers, and the numbers have no gap.
fn assert_order(received: &[Received]) {
    let mut last: HashMap<&str, i64> = HashMap::new();
    let mut seen = std::collections::BTreeMap::new();
    for event in received {
        if let Some(earlier) = seen.insert(event.seq, &event.event_id) {
            assert_eq!(earlier, &event.event_id, "a number belongs to one event");
            continue;
        }
        let before = last.insert(event.object(), event.seq);
        assert!(before < Some(event.seq), "{before:?} came before {}: {}", event.seq, event.text);
    }
    assert!(seen.keys().copied().eq(1..=i64::try_from(seen.len()).expect("a number")), "numbers have no gap");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_or_reordered_when_the_server_is_killed_under_load() {
    let (database, subscriber) = (Database::filled(), Subscriber::start().await);
    subscribe(&database.open(), &subscriber.url, |_| {}).await;
    let mut calls = 0;
    // Now and then it answers badly, so that some events are pending when the server dies.
    subscriber.answer(move |_| {
        calls += 1;
        if calls % 50 == 0 { Reply::Close } else { Reply::Success }
    });
    for _ in 0..3 {
        let server = start(&database);
        let writers = load(&server, &Arc::default()).await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        server.signal("KILL");
        for writer in writers {
            writer.await.unwrap();
        }
    }
    subscriber.answer(|_| Reply::Success);
    let _server = start(&database);
    let received = all(&database, &subscriber, Duration::from_secs(60)).await;
    assert!(received.len() > 200, "there was load: {}", received.len());
    assert_order(&received);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_takes_over_within_thirty_seconds_when_the_sending_one_is_killed() {
    if postgres_server().is_none() {
        // Several nodes share one PostgreSQL; a file of SQLite has one server.
        return;
    }
    let (database, subscriber) = (Database::filled(), Subscriber::start().await);
    subscribe(&database.open(), &subscriber.url, |_| {}).await;
    let first = start(&database);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let second = start(&database);
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = load(&first, &Arc::default()).await;
    writers.extend(load(&second, &stop).await);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let before = subscriber.received();
    let distinct: std::collections::HashSet<&str> = before.iter().map(|event| event.event_id.as_str()).collect();
    assert_eq!(before.len(), distinct.len(), "each event is sent by one node");
    assert!(!before.is_empty(), "events are sent");
    first.signal("KILL");
    let killed = Instant::now();
    // What was on its way from the first node arrives now.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let last = subscriber.received().len();
    while subscriber.received().len() == last {
        assert!(killed.elapsed() < Duration::from_secs(30), "nobody took over");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    assert_order(&all(&database, &subscriber, Duration::from_secs(60)).await);
}
