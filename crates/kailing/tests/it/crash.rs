//! A success answer means that the change is durable: the process is killed under load, and nothing is missing.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::database::Database;
use crate::fixture;
use crate::harness::client;
use crate::process::Server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_write_survives_a_kill() {
    let (database, pair) = (Database::filled(), fixture::credentials());
    let acknowledged = Arc::new(Mutex::new(Vec::<String>::new()));
    for _ in 0..3 {
        let server = Server::start(&["--database", &database.url]);
        let token = server.token(&pair.app_id, &pair.app_secret).await;
        let writers: Vec<_> = (0..16)
            .map(|_| tokio::spawn(write(server.base.clone(), token.clone(), Arc::clone(&acknowledged))))
            .collect();
        tokio::time::sleep(Duration::from_millis(400)).await;
        server.signal("KILL");
        for writer in writers {
            writer.await.unwrap();
        }
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() > 50, "there was load: {}", acknowledged.len());
    let server = Server::start(&["--database", &database.url]);
    let token = server.token(&pair.app_id, &pair.app_secret).await;
    for ids in acknowledged.chunks(500) {
        let answer = post(&server.base, &token, "batch", &json!({ "contact_ids": ids })).await.unwrap();
        assert_eq!(answer["data"]["contact_list"].as_array().unwrap().len(), ids.len());
    }
    drop(server);
    let db = database.open();
    let sql = "select count(*) from contact c where corp_id = 1 and not exists (select 1 from journal j \
               where j.corp_id = c.corp_id and j.object_id = c.id and j.action = 'contact.create')";
    let bare = db.read(move |tx| Ok(tx.query_opt(sql, &[], |row| row.get::<i64>(0))?)).await.unwrap();
    assert_eq!(bare, Some(0), "every contact has its journal entry");
    db.close();
}

/// Creates contacts until the server is gone.
async fn write(base: String, token: String, acknowledged: Arc<Mutex<Vec<String>>>) {
    for number in 0.. {
        let body = json!({ "user_name": format!("客户{number}"), "status": 0 });
        let Some(answer) = post(&base, &token, "create", &body).await else { return };
        assert_eq!(answer["code"], 0, "{answer}");
        acknowledged.lock().unwrap().push(answer["data"]["contact_id"].as_str().unwrap().to_owned());
    }
}

async fn post(base: &str, token: &str, verb: &str, body: &Value) -> Option<Value> {
    let call = client().post(format!("{base}/openapi/contact/{verb}")).bearer_auth(token).body(body.to_string());
    serde_json::from_str(&call.send().await.ok()?.text().await.ok()?).ok()
}
