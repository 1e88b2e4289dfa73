//! What every reading endpoint says about a tenant, to compare two servers. Cursors are signed with a key of the
//! tenant's own and differ; each server's own ones lead through its pages.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::database::Database;
use crate::harness::client;
use crate::process::{Server, run};

struct Asker {
    server: Server,
    token: String,
    answers: BTreeMap<String, Value>,
}

/// Answers by call. `folder` is an export of the tenant: its ids are asked for.
pub async fn answers(database: &Database, folder: &Path) -> BTreeMap<String, Value> {
    let (code, stdout, stderr) = run(&["app", "create", "--name", "compare", "--json", "--database", &database.url]);
    assert_eq!(code, 0, "{stderr}");
    let made: Value = serde_json::from_str(&stdout).unwrap();
    let server = Server::start(&["--database", &database.url]);
    let token = server.token(made["app_id"].as_str().unwrap(), made["app_secret"].as_str().unwrap()).await;
    let mut asker = Asker { server, token, answers: BTreeMap::new() };
    asker.lists().await;
    asker.batches(folder).await;
    asker.objects(folder).await;
    asker.answers
}

fn ids(folder: &Path, of: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(format!("{of}.jsonl"))).unwrap();
    let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
    text.lines().map(id).collect()
}

impl Asker {
    async fn lists(&mut self) {
        for path in [
            "department/list?fetch_child=true",
            "user/list?fetch_child=true",
            "user/dept_user/list?",
            "user/simple_user/list?",
            "contact/list?",
            "contact/sea/list?",
            "clue/list?",
            "clue/sea/list?",
            "company/list?",
            "v2/company/list?",
            "company/sea/list?",
            "business/stage_list?",
            "business/process_list?",
        ] {
            self.pages(path).await;
        }
        for key in ["contact", "business", "company", "dialogue_room"] {
            self.pages(&format!("v2/custom/detail?api_key={key}")).await;
        }
        self.pages("obj/external_user/description?").await;
        for path in ["business/get", "v2/business/get"] {
            let mut cursor = json!("");
            for page in 0..100 {
                let answer = self.post(path, json!({"cursor": cursor}), &format!("page {page}")).await;
                cursor = answer["data"]["cursor"].clone();
                if cursor == "" || cursor.is_null() {
                    break;
                }
            }
        }
    }

    async fn batches(&mut self, folder: &Path) {
        for (path, member, of) in [
            ("tag/get", "tag_group_ids", "tag_group"),
            ("contact/batch", "contact_ids", "contact"),
            ("clue/batch", "clue_ids", "contact"),
            ("customer/batch", "customer_ids", "customer"),
            ("company/batch", "company_ids", "company"),
            ("v2/company/batch", "company_ids", "company"),
            ("v2/business/get", "business_ids", "business"),
            ("third/innerid_to_thirdid", "inner_user_ids", "contact"),
            ("third/innerid_to_thirdid", "inner_user_ids", "company"),
        ] {
            let ids = ids(folder, of);
            assert!(!ids.is_empty(), "{of}");
            let mut body = json!({});
            body[member] = json!(ids);
            self.post(path, body, of).await;
        }
        self.post("third/thirdid_to_innerid", json!({"third_user_ids": ["旧-1", "A/2", "none"]}), "").await;
    }

    async fn objects(&mut self, folder: &Path) {
        for tag in ids(folder, "tag") {
            self.pages(&format!("tag/get_related_obj?tag_id={tag}")).await;
        }
        for staff in ids(folder, "staff") {
            self.pages(&format!("user/get?userid={staff}")).await;
            self.pages(&format!("customer/list?userid={staff}")).await;
            self.pages(&format!("business/process_list?userid={staff}")).await;
        }
        for (of, number) in [("contact", 0), ("customer", 1), ("company", 3), ("business", 7), ("group_chat", 6)] {
            for id in ids(folder, of) {
                self.pages(&format!("progress/list?id={id}&type={number}")).await;
                let path = if number == 3 { "v2/event/list" } else { "event/list" };
                self.pages(&format!("{path}?id={id}&type={number}")).await;
            }
        }
        for id in ids(folder, "progress") {
            self.pages(&format!("progress/get?progress_id={id}")).await;
        }
    }

    /// All pages of a GET.
    async fn pages(&mut self, path: &str) {
        let mut cursor = String::new();
        for page in 0..100 {
            let url = format!("{}/openapi/{path}&access_token={}&cursor={cursor}", self.server.base, self.token);
            let text = client().get(url).send().await.unwrap().text().await.unwrap();
            let answer: Value = serde_json::from_str(&text).unwrap();
            answer["data"]["cursor"].as_str().unwrap_or_default().clone_into(&mut cursor);
            self.keep(format!("{path} page {page}"), answer);
            if cursor.is_empty() {
                return;
            }
        }
    }

    async fn post(&mut self, path: &str, body: Value, name: &str) -> Value {
        let url = format!("{}/openapi/{path}?access_token={}", self.server.base, self.token);
        let text = client().post(url).body(body.to_string()).send().await.unwrap().text().await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        self.keep(format!("{path} {name}"), answer.clone());
        answer
    }

    fn keep(&mut self, call: String, mut answer: Value) {
        assert!(answer["code"] != 500 && answer["code"] != 1007, "{call}: {answer}");
        for name in ["cursor", "cusor"] {
            if let Some(cursor) = answer["data"].get_mut(name) {
                *cursor = (cursor != "").into();
            }
        }
        self.answers.insert(call, answer);
    }
}
