//! What the tests of contacts find around them: staff in every state, seas, channels, fields and tags of known
//! names beside the demo data, and short ways to write, show and look at a contact.

use std::ops::Deref;
use std::time::Duration;

use kailing_core::card::Touched;
use kailing_core::store::db::{DbError, Row};
use serde_json::{Value, json};

use crate::harness::TestApp;

/// Members of a row of `contact/batch`, in order.
pub const CARD: &str = r#"{"contact_id":"","user_name":"","contact_ways":[{"type":0,"contact_way?":""}],"status":0,
    "contact_source":{"type":0,"component_id":"","component_name":""},"from_channel_name":"","corp_name":"",
    "corp_address":"","register_address":"","legal_person":"","corp_founded_time":"","searchword":"","region":"",
    "plan_name":"","group_name":"","is_repeat":true,"is_useless":true,"create_user_id":"","owner_id":"","url":"",
    "email":"","age":0,"gender":0,"population_size":0,"industry":"","position":"","create_time":0,
    "last_follow_time":0,"first_progress_time":0,
    "tag_group_list":[{"group_id":"","group_name":"","type":"","create_time":0,
        "tag_info":[{"tag_id":"","tag_name":"","type":"","create_time":0,"tag_user_id":""}]}],
    "business_list":[{"business_id":"","business_name":""}],"company_list":[{"company_id":"","company_name":""}],
    "latest_progress_id":"","customer_stage":"","claim_time":0,"related_customer":[{"id":"","type":0}],
    "contact_custom":{},"region_code":0,"interactive_score":0}"#;

/// Status 1, whom it concerns.
pub const WANG: &str = "staff-wang";
pub const LI: &str = "staff-li";
pub const ZHAO: &str = "staff-zhao";

/// Inner id, wire id, name, status, right to use the product.
const STAFF: &[(i64, &str, &str, i64, i64)] = &[
    (9001, WANG, "王小明", 1, 1),
    (9002, LI, "李雷", 1, 1),
    (9003, ZHAO, "赵敏", 1, 1),
    (9011, "staff-disabled", "孙停", 2, 1),
    (9012, "staff-inactive", "周未", 4, 1),
    (9013, "staff-left", "吴离", 5, 1),
    (9014, "staff-powerless", "郑权", 1, 0),
];

/// Everything else; `$1` is the tenant.
const SURROUNDINGS: &[&str] = &[
    "insert into sea (corp_id, id, wire_id, object_type, name, create_time) values
        ($1, 9102, 'sea-west', 0, '西部公海', 1793584800002), ($1, 9101, 'sea-east', 0, '东部公海', 1793584800001),
        ($1, 9103, 'sea-company', 3, '企业的公海', 1793584800003)",
    "insert into sea_staff (corp_id, sea_id, ordinal, staff_id) values ($1, 9101, 0, 9002), ($1, 9101, 1, 9001)",
    "insert into channel (corp_id, id, label, parent_id, name, ordinal) values ($1, 9201, 9901, 0, '展会', 9001),
        ($1, 9202, 9902, 9201, '上海站', 9002), ($1, 9203, 9903, 0, '小黄书', 9003)",
    "insert into field (corp_id, id, object, api_name, view_name, property_type, enabled, max_length, ordinal) values
        ($1, 9301, 'contact', 'zz_wb', '文本', 1, 1, 0, 9001), ($1, 9302, 'contact', 'zz_dwb', '短文本', 1, 1, 10, 9002),
        ($1, 9303, 'contact', 'zz_cwb__d', '长文本', 2, 1, 0, 9003), ($1, 9304, 'contact', '数字0927', '数字', 3, 1, 0, 9004),
        ($1, 9305, 'contact', 'zz_rq', '日期', 4, 1, 0, 9005), ($1, 9306, 'contact', 'zz_dx', '单选', 5, 1, 0, 9006),
        ($1, 9307, 'contact', 'zz_dxs', '多选', 6, 1, 0, 9007), ($1, 9308, 'contact', 'zz_ty', '停用', 1, 0, 0, 9008),
        ($1, 9309, 'contact', 'zz_zwb', '中文本', 1, 1, 100, 9009)",
    "insert into field_option (corp_id, field_id, label, value, ordinal) values ($1, 9306, 1, '美国', 0),
        ($1, 9306, 12, '中国', 1), ($1, 9307, 1, '甲', 0), ($1, 9307, 2, '乙', 1), ($1, 9307, 10, '丙', 2)",
    "insert into tag_group (corp_id, id, wire_id, type, name, ordinal, create_time) values
        ($1, 9402, 'group-two', 1, '第二组', 9002, 1700000000002), ($1, 9401, 'group-one', 1, '第一组', 9001, 1700000000001)",
    "insert into tag (corp_id, id, wire_id, group_id, name, ordinal, create_time) values
        ($1, 9412, 'tag-b', 9401, '乙标', 1, 1700000000001), ($1, 9411, 'tag-a', 9401, '甲标', 0, 1700000000001),
        ($1, 9421, 'tag-c', 9402, '丙标', 0, 1700000000002)",
];

/// A server with the surroundings.
pub struct World {
    app: TestApp,
    /// The inner number of the tenant.
    pub corp: i64,
}

impl Deref for World {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

/// A row of table `event`.
#[derive(Debug)]
pub struct EventRow {
    pub seq: i64,
    pub kind: String,
    pub payload: String,
    pub at: i64,
    pub event_id: String,
    pub request_id: String,
}

/// A row of table `history`, without ids.
#[derive(Debug, PartialEq, Eq)]
pub struct HistoryRow {
    pub history_type: i64,
    pub title: String,
    pub content: String,
    pub create_user_id: i64,
    pub create_time: i64,
}

impl World {
    /// In the profile `open`.
    pub async fn new() -> World {
        World::around(TestApp::new().await).await
    }

    /// In the profile `strict`.
    pub async fn strict() -> World {
        World::around(TestApp::strict().await).await
    }

    async fn around(app: TestApp) -> World {
        let app_id = app.credentials.app_id.clone();
        let corp = app
            .sql(move |tx| {
                let corp =
                    tx.query_opt("select corp_id from app where app_id = $1", &[&app_id], |row| row.get::<i64>(0));
                Ok(corp?.expect("the tenant"))
            })
            .await;
        let furnish = app.db.write(move |tx| {
            for (id, wire_id, name, status, right) in STAFF {
                let sql = "insert into staff (corp_id, id, wire_id, name, status, saas_status, create_time)
                           values ($1, $2, $3, $4, $5, $6, 1700000000000)";
                tx.execute(sql, &[&corp, id, wire_id, name, status, right])?;
            }
            SURROUNDINGS.iter().try_for_each(|sql| tx.execute(sql, &[&corp]).map(drop))?;
            Ok(())
        });
        furnish.await.expect("the surroundings");
        World { app, corp }
    }

    /// Creates a contact and gives its id.
    #[track_caller]
    pub fn create(&self, body: Value) -> impl Future<Output = String> + '_ {
        let caller = std::panic::Location::caller();
        async move {
            let answer = self.post("/openapi/contact/create", body).await;
            assert_eq!(answer.code(), 0, "created at {caller}: {}", answer.text);
            answer.json["data"]["contact_id"].as_str().expect("an id").to_owned()
        }
    }

    /// A contact of status 1 of this owner.
    pub async fn claimed(&self, owner: &str) -> String {
        self.create(json!({"user_name": "客户", "status": 1, "owner_id": owner})).await
    }

    /// The card of a contact.
    pub async fn show(&self, id: &str) -> Value {
        let answer = self.batch(&[id]).await;
        answer["contact_list"][0].clone()
    }

    /// `data` of a batch read.
    pub async fn batch(&self, ids: &[&str]) -> Value {
        self.post("/openapi/contact/batch", json!({"contact_ids": ids})).await.assert_ok().clone()
    }

    /// Claims that a creation is refused so.
    pub async fn refuses_create(&self, body: Value, code: i64, part: &str) {
        let text = body.to_string();
        let answer = self.post("/openapi/contact/create", body).await;
        assert_eq!(answer.code(), code, "{text}: {}", answer.text);
        answer.assert_code(code, part);
    }

    /// Reads rows of the tenant; `$1` is the tenant, the others are given.
    pub async fn rows<T: Send + 'static>(
        &self,
        sql: &'static str,
        args: &[&str],
        f: impl Fn(&Row<'_>) -> Result<T, DbError> + Send + 'static,
    ) -> Vec<T> {
        let (corp, args) = (self.corp, args.iter().map(|&arg| arg.to_owned()).collect::<Vec<String>>());
        self.sql(move |tx| {
            let mut all: Vec<&dyn kailing_core::store::db::Arg> = vec![&corp];
            all.extend(args.iter().map(|arg| arg as &dyn kailing_core::store::db::Arg));
            Ok(tx.query(sql, &all, &f)?)
        })
        .await
    }

    /// Changes something as an administrator would; `$1` is the tenant.
    pub async fn change(&self, sql: &'static str) {
        let corp = self.corp;
        let write = self.db.write(move |tx| {
            tx.execute(sql, &[&corp])?;
            tx.touch(corp, Touched::Catalogue);
            Ok(())
        });
        write.await.expect("a change");
    }

    /// Every event of the tenant in the order of its numbers, once all have one.
    pub async fn events(&self) -> Vec<EventRow> {
        for _ in 0..500 {
            let open = "select count(*) from event where corp_id = $1 and seq is null";
            if self.rows(open, &[], |row| row.get::<i64>(0)).await == [0] {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let sql = "select e.seq, e.type, e.payload, e.at, e.event_id, j.request_id from event e
                   join journal j on j.corp_id = e.corp_id and j.id = e.journal_id
                   where e.corp_id = $1 order by e.seq";
        self.rows(sql, &[], |row| {
            Ok(EventRow {
                seq: row.get(0)?,
                kind: row.get(1)?,
                payload: row.get(2)?,
                at: row.get(3)?,
                event_id: row.get(4)?,
                request_id: row.get(5)?,
            })
        })
        .await
    }

    /// The events after the first `known`, as `type change_type` or `clue_history history_type`.
    pub async fn told_since(&self, known: usize) -> Vec<String> {
        self.events().await[known..].iter().map(EventRow::summary).collect()
    }

    /// The journey of a contact in the order of writing.
    pub async fn histories(&self, id: &str) -> Vec<HistoryRow> {
        let sql = "select h.history_type, h.title, h.content, h.create_user_id, h.create_time from history h
                   join contact c on c.corp_id = h.corp_id and c.id = h.object_id
                   where h.corp_id = $1 and c.wire_id = $2 and h.object_type = 0 order by h.id";
        self.rows(sql, &[id], |row| {
            Ok(HistoryRow {
                history_type: row.get(0)?,
                title: row.get(1)?,
                content: row.get(2)?,
                create_user_id: row.get(3)?,
                create_time: row.get(4)?,
            })
        })
        .await
    }

    /// The wire id of the sea that a contact lies in, `""` outside.
    pub async fn sea_of(&self, id: &str) -> String {
        let sql =
            "select coalesce(s.wire_id, '') from contact c left join sea s on s.corp_id = c.corp_id and s.id = c.sea_id
                   where c.corp_id = $1 and c.wire_id = $2";
        self.rows(sql, &[id], |row| row.get(0)).await.remove(0)
    }

    /// The wire id of the default sea.
    pub async fn default_sea(&self) -> String {
        let sql = "select wire_id from sea where corp_id = $1 and object_type = 0 and is_default = 1";
        self.rows(sql, &[], |row| row.get(0)).await.remove(0)
    }
}

impl EventRow {
    /// The payload as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.payload).expect("a payload in JSON")
    }

    fn summary(&self) -> String {
        let payload = self.json();
        let detail = match &payload["history"]["history_type"] {
            Value::Null => payload["change_type"].as_str().unwrap_or_default().to_owned(),
            number => number.to_string(),
        };
        format!("{} {detail}", self.kind).trim_end().to_owned()
    }
}

/// A text of `n` code points, each of three bytes.
pub fn long(n: usize) -> String {
    "长".repeat(n)
}

impl World {
    /// The row of a contact in the list.
    pub async fn list_row(&self, id: &str) -> Value {
        let mut cursor = String::new();
        loop {
            let data = self.get("/openapi/contact/list", &[("cursor", &cursor)]).await.assert_ok().clone();
            let found = data["contact_list"].as_array().expect("rows").iter().find(|row| row["contact_id"] == id);
            if let Some(row) = found {
                return row.clone();
            }
            data["cursor"].as_str().expect("a cursor").clone_into(&mut cursor);
            assert_ne!(cursor, "", "{id} is not in the list");
        }
    }

    /// Lets the server see at once what was changed in the settings of the tenant.
    pub async fn refresh(&self) {
        self.app.app.refresh_directory().await.expect("a fresh directory");
    }

    /// Sets the policy for duplicates to `refuse`.
    pub async fn refuse_duplicates(&self) {
        self.change("update corp set duplicate_policy = 'refuse' where corp_id = $1").await;
        self.refresh().await;
    }

    /// Puts `n` claimed contacts of Wang into the database beside the API, a second apart.
    pub async fn seed(&self, n: i64) -> Vec<String> {
        let corp = self.corp;
        let write = self.db.write(move |tx| {
            let into = "contact (corp_id, id, wire_id, user_name, status, owner_id, create_time, claim_time)";
            for i in 0..n {
                let (id, wire_id, time) = (100_000 + i, format!("seeded-{i:05}"), 1_600_000_000_000 + i * 1_000);
                tx.insert(into, 8, &[&corp, &id, &wire_id, &"客户", &1_i64, &9001_i64, &time, &time])?;
            }
            Ok(())
        });
        write.await.expect("contacts");
        (0..n).map(|i| format!("seeded-{i:05}")).collect()
    }
}
