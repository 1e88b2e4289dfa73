//! A plain client that does what nightly jobs do: one token, the whole list by cursor, the fields, the owners, and
//! all contacts in hundreds.

use std::collections::{BTreeMap, BTreeSet};

use kailing_core::demo::{self, Plan};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::contact_world::{CARD, World};
use crate::harness::TestApp;
use crate::keys::assert_shape;

/// Nothing but a base address and credentials, as an unmodified client has them.
struct Client<'a> {
    app: &'a TestApp,
    token: String,
}

impl Client<'_> {
    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Value {
        let request = self.app.request("GET", path).query(&[("access_token", &self.token)]).query(query);
        data(&self.app.send(request).await)
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.app.request("POST", path).query(&[("access_token", &self.token)]);
        let request = request.header("Content-Type", "application/json").body(body.to_string());
        data(&self.app.send(request).await)
    }
}

fn data(answer: &Answer) -> Value {
    assert_eq!(answer.code(), 0, "{}: {}", answer.call, answer.text.chars().take(300).collect::<String>());
    answer.json["data"].clone()
}

#[tokio::test]
async fn a_nightly_job_finds_every_contact_that_is_not_in_the_sea() {
    let world = World::new().await;
    let (db, seed) = (world.db.clone(), 19);
    let fill = move || {
        demo::fill(&db, &Plan { contacts: 1_234, seed, add: true, cursor_key: [7; 32] }, &mut |_| true).map(drop)
    };
    tokio::task::spawn_blocking(fill).await.expect("a thread").expect("a third tenant");
    world.refresh().await;
    let corp: i64 = world
        .sql(|tx| Ok(tx.query_opt("select max(corp_id) from corp", &[], |row| row.get(0))?))
        .await
        .expect("a tenant");
    let (app_id, secret) = demo::credentials(seed, corp);
    let token =
        world.token_of(&app_id, &secret).await.assert_ok()["access_token"].as_str().expect("a token").to_owned();
    let job = Client { app: &world, token };

    let rows = walk(&job).await;
    let counted = "select count(*) from contact where corp_id = $1 and status in (1, 4)";
    let counted: i64 =
        world.sql(move |tx| Ok(tx.query_opt(counted, &[&corp], |row| row.get(0))?)).await.expect("a count");
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["contact_id"].as_str().expect("an id")).collect();
    assert_eq!((rows.len(), ids.len()), (usize::try_from(counted).expect("a size"), rows.len()), "each once");
    let times: Vec<(i64, &str)> = rows
        .iter()
        .map(|row| (row["create_time"].as_i64().expect("a time"), row["contact_id"].as_str().expect("an id")))
        .collect();
    assert!(times.is_sorted(), "ascending");

    check_fields(&job, &rows).await;
    check_owners(&job, &rows).await;
    check_details(&job, &rows).await;
}

/// The list from 2020-01-01 to today, page by page.
async fn walk(job: &Client<'_>) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let query = [("start_day", "2020-01-01"), ("end_day", "2026-11-02"), ("cursor", cursor.as_str())];
        let data = job.get("/openapi/contact/list", &query).await;
        let page = data["contact_list"].as_array().expect("rows");
        assert!(page.len() == 100 || data["cursor"] == "", "full pages until the last");
        rows.extend(page.iter().cloned());
        data["cursor"].as_str().expect("a cursor").clone_into(&mut cursor);
        if cursor.is_empty() {
            return rows;
        }
    }
}

/// Every key of `contact_custom` is a field, every select value one of its labels.
async fn check_fields(job: &Client<'_>, rows: &[Value]) {
    let detail = job.get("/openapi/v2/custom/detail", &[("api_key", "contact")]).await;
    let fields: BTreeMap<&str, &Value> = detail["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .map(|field| (field["api_name"].as_str().expect("a name"), field))
        .collect();
    let mut seen = BTreeSet::new();
    for (name, value) in rows.iter().flat_map(|row| row["contact_custom"].as_object().expect("an object")) {
        let field = fields.get(name.as_str()).unwrap_or_else(|| panic!("{name} is no field"));
        let kind = field["property_type"].as_i64().expect("a number");
        let labels: BTreeSet<&str> = field["options"]
            .as_array()
            .expect("options")
            .iter()
            .filter_map(|option| option["label"].as_str())
            .collect();
        let fits = match kind {
            1 | 2 => value.as_str().is_some_and(|text| !text.is_empty()),
            3 => value.is_number(),
            4 => value.is_i64(),
            5 => labels.contains(value.to_string().as_str()),
            _ => value.as_array().is_some_and(|list| {
                !list.is_empty() && list.iter().all(|one| labels.contains(one.to_string().as_str()))
            }),
        };
        assert!(fits, "{name} of kind {kind}: {value}");
        seen.insert(kind);
    }
    assert_eq!(seen, BTreeSet::from([1, 2, 3, 4, 5, 6]), "the demo has all kinds");
}

/// Every owner can be fetched, and has its contacts under its filter.
async fn check_owners(job: &Client<'_>, rows: &[Value]) {
    let mut owned: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        let owner = row["owner_id"].as_str().expect("an id");
        assert_eq!(row["user_list"], if owner.is_empty() { json!([]) } else { json!([owner]) });
        *owned.entry(owner).or_default() += 1;
    }
    assert!(owned.remove("").is_some_and(|without| without > 0), "some to be assigned have no owner");
    for (owner, count) in &owned {
        assert_eq!(job.get("/openapi/user/get", &[("userid", owner)]).await["userid"], **owner);
        let filtered = job.get("/openapi/contact/list", &[("owner_id", owner)]).await;
        assert_eq!(filtered["contact_list"].as_array().map(Vec::len), Some((*count).min(100)), "{owner}");
    }
}

/// In hundreds, the details equal the beginning of the rows.
async fn check_details(job: &Client<'_>, rows: &[Value]) {
    let mut states = BTreeSet::new();
    for hundred in rows.chunks(100) {
        let ids: Vec<&Value> = hundred.iter().map(|row| &row["contact_id"]).collect();
        let data = job.post("/openapi/contact/batch", json!({"contact_ids": ids})).await;
        let details = data["contact_list"].as_array().expect("rows");
        assert_eq!(details.len(), hundred.len());
        for (detail, row) in details.iter().zip(hundred) {
            assert_shape(detail, CARD);
            let members = row.as_object().expect("a row");
            assert_eq!(members.len(), 46);
            assert!(members.iter().take(39).eq(detail.as_object().expect("a card")), "{row}");
            assert_state(detail);
            states.insert((detail["status"].as_i64(), detail["is_useless"].as_bool()));
        }
    }
    assert_eq!(states.len(), 4, "claimed and to be assigned, discarded and not: {states:?}");
}

/// The invariants of chapter 19, section 6.
fn assert_state(card: &Value) {
    let claimed = card["claim_time"].as_i64().is_some_and(|time| time > 0);
    let owned = card["owner_id"] != "";
    let fits = match card["status"].as_i64() {
        Some(1) => owned && claimed,
        Some(4) => !claimed,
        _ => false,
    };
    assert!(fits, "{card}");
    let followed = card["latest_progress_id"] != "";
    let times = [&card["first_progress_time"], &card["last_follow_time"]]
        .map(|time| time.as_i64().is_some_and(|time| time > 0));
    assert_eq!(times, [followed, followed], "{card}");
}
